"""Where the project keeps what it makes: everything below var/ (BOT_VAR names another folder)."""

from __future__ import annotations

import os
from pathlib import Path

from bot.knowledge.files import root


def var_dir() -> Path:
    """Return the folder for databases, models and caches."""
    configured = os.environ.get("BOT_VAR")
    return Path(configured) if configured else root() / "var"


def cache_dir() -> Path:
    """Return the folder for what may be thrown away."""
    return var_dir() / "cache"


def models_dir() -> Path:
    """Return the folder with trained Rasa models."""
    return var_dir() / "models"
