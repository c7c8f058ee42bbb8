"""Sentence vectors of training texts, kept on disk: a text is encoded once, not at every training."""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import Callable, Sequence

import numpy as np

logger = logging.getLogger(__name__)

Encoder = Callable[[Sequence[str]], np.ndarray]
BATCH = 64
DAMAGE = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error)


class VectorCache:
    """Vectors by the hash of their text; the texts themselves are not kept."""

    def __init__(self, path: Path, dimensions: int) -> None:
        """Open the cache at `path` (made at the first save)."""
        self._path = path
        self._dimensions = dimensions
        self._vectors: dict[str, np.ndarray] = {}
        if path.exists():
            try:
                with np.load(path) as stored:
                    self._vectors = dict(zip(stored["keys"].tolist(), stored["vectors"]))
            except DAMAGE as error:
                logger.warning("vector cache %s is damaged (%s): starting afresh", path, error)

    @staticmethod
    def key(text: str) -> str:
        """Return the key of a text."""
        return hashlib.sha256(text.encode()).hexdigest()

    def vectors(self, texts: Sequence[str], encode: Encoder) -> np.ndarray:
        """Return a row for each text; unknown ones are encoded in batches (with progress) and saved."""
        missing = {self.key(t): t for t in texts if self.key(t) not in self._vectors}
        items = list(missing.items())
        for start in range(0, len(items), BATCH):
            batch = items[start : start + BATCH]
            for (key, _), vector in zip(batch, encode([text for _, text in batch])):
                self._vectors[key] = np.asarray(vector, dtype=np.float32)
            logger.info("sentence vectors: %d of %d new texts", min(start + BATCH, len(items)), len(items))
        if items:
            self._save()
        if not texts:
            return np.zeros((0, self._dimensions), dtype=np.float32)
        return np.stack([self._vectors[self.key(t)] for t in texts])

    def _save(self) -> None:
        """Write the cache to a temporary file and move it in place: a killed training leaves no half file."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._path.parent, suffix=".npz")
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez(file, keys=np.array(list(self._vectors)), vectors=np.stack(list(self._vectors.values())))
            os.replace(name, self._path)
        except BaseException:
            os.unlink(name)
            raise
