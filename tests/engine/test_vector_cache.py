"""Sentence vectors on disk: every text once, no text kept, no damage that lasts."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.engine.nlu.vector_cache import BATCH, VectorCache

DIMENSIONS = 3
SECRET = "Mijn zoon Sem zit thuis sinds de herfstvakantie"


class Encoder:
    """Counts what it encodes; a vector says how long its text is."""

    def __init__(self) -> None:
        """Start with nothing asked."""
        self.batches: list[list[str]] = []

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        """Return a row for each text."""
        self.batches.append(list(texts))
        return np.array([[len(t), t.count("a"), 1.0] for t in texts])

    @property
    def texts(self) -> list[str]:
        """Return all texts that were encoded."""
        return [text for batch in self.batches for text in batch]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "vectors.npz"


@pytest.fixture
def encoder() -> Encoder:
    return Encoder()


def test_every_text_is_encoded_once(path: Path, encoder: Encoder) -> None:
    first = VectorCache(path, DIMENSIONS).vectors(["a", "bb", "a"], encoder)
    assert first.tolist() == [[1, 1, 1], [2, 0, 1], [1, 1, 1]]
    second = VectorCache(path, DIMENSIONS).vectors(["bb", "ccc", "a"], encoder)
    assert second.tolist() == [[2, 0, 1], [3, 0, 1], [1, 1, 1]]
    assert encoder.texts == ["a", "bb", "ccc"]
    assert second.dtype == np.float32


def test_long_lists_go_in_batches(path: Path, encoder: Encoder) -> None:
    texts = [f"tekst {i}" for i in range(2 * BATCH + 1)]
    rows = VectorCache(path, DIMENSIONS).vectors(texts, encoder)
    assert [len(batch) for batch in encoder.batches] == [BATCH, BATCH, 1]
    assert rows.shape == (2 * BATCH + 1, DIMENSIONS)


def test_no_texts_no_rows_and_no_file(path: Path, encoder: Encoder) -> None:
    assert VectorCache(path, DIMENSIONS).vectors([], encoder).shape == (0, DIMENSIONS)
    assert not path.exists()


@pytest.mark.parametrize("content", [b"", b"no zip at all", b"PK\x03\x04 half a file"])
def test_a_damaged_file_is_replaced(
    path: Path, encoder: Encoder, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with caplog.at_level(logging.WARNING):
        assert VectorCache(path, DIMENSIONS).vectors(["a"], encoder).tolist() == [[1, 1, 1]]
    assert "damaged" in caplog.text
    assert VectorCache(path, DIMENSIONS).vectors(["a"], encoder).tolist() == [[1, 1, 1]]
    assert encoder.texts == ["a"]


def test_a_file_cut_short_is_replaced(path: Path, encoder: Encoder) -> None:
    VectorCache(path, DIMENSIONS).vectors([f"tekst {i}" for i in range(50)], encoder)
    path.write_bytes(path.read_bytes()[:-200])
    assert VectorCache(path, DIMENSIONS).vectors(["a"], encoder).tolist() == [[1, 1, 1]]


def test_texts_are_not_kept(path: Path, encoder: Encoder) -> None:
    VectorCache(path, DIMENSIONS).vectors([SECRET], encoder)
    content = path.read_bytes()
    for word in SECRET.split():
        # numpy keeps strings as UTF-32
        assert len(word) < 4 or (word.encode() not in content and word.encode("utf-32-le") not in content)


def test_a_save_that_fails_leaves_the_old_file(
    path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    VectorCache(path, DIMENSIONS).vectors(["a"], encoder)
    before = path.read_bytes()

    def broken(*_: object, **__: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(np, "savez", broken)
        with pytest.raises(OSError, match="disk full"):
            VectorCache(path, DIMENSIONS).vectors(["bb"], encoder)
    assert path.read_bytes() == before
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", broken)
        with pytest.raises(OSError, match="disk full"):
            VectorCache(path, DIMENSIONS).vectors(["bb"], encoder)
    assert path.read_bytes() == before


def test_a_save_that_fails_leaves_no_half_file(path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(np, "savez", broken)
    with pytest.raises(OSError, match="disk full"):
        VectorCache(path, DIMENSIONS).vectors(["a"], encoder)
    assert list(path.parent.iterdir()) == []
