"""The keys that processes share: made once in var/secrets.json (mode 0600), or given by the environment."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import tempfile
from pathlib import Path
from typing import NamedTuple

from cryptography.fernet import Fernet

from bot.paths import var_dir

MINIMUM_LENGTH = 32
_VARIABLES = {"engine_key": "ENGINE_KEY", "token_key": "TOKEN_KEY", "data_keys": "DATA_KEYS"}


class SecretsError(ValueError):
    """The keys cannot be read or made; the message says where and what to do."""


class Secrets(NamedTuple):
    """`engine_key`: web shows it to the engine (X-Engine-Key). `token_key`: signs the tokens of parents.

    `data_keys`: encrypt stored personal data (bot.privacy.vault), separated by commas, the newest first.
    """

    engine_key: str
    token_key: str
    data_keys: str


def load_secrets(path: Path | None = None) -> Secrets:
    """Return the keys: ENGINE_KEY, TOKEN_KEY and DATA_KEYS where set, else those of var/secrets.json, which is made when missing.

    Raises:
        SecretsError: a key is too short, or the file cannot be read, does not hold the keys, or cannot be made.

    """
    given = {name: os.environ.get(variable, "").strip() for name, variable in _VARIABLES.items()}
    for name, value in given.items():
        if value and len(value) < MINIMUM_LENGTH:
            raise SecretsError(f"{_VARIABLES[name]} is too short: use at least {MINIMUM_LENGTH} random characters.")
    if not all(given.values()):
        kept = _read_or_make(path or var_dir() / "secrets.json")
        given = {name: value or kept[name] for name, value in given.items()}
    return Secrets(given["engine_key"], given["token_key"], given["data_keys"])


def _read_or_make(path: Path) -> dict[str, str]:
    """Return the keys in the file; make the file when there is none."""
    try:
        if not path.exists():
            _make(path)
        kept = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        advice = f"Make the folder writable, or set {', '.join(_VARIABLES.values())}."
        raise SecretsError(f"{path}: {error.strerror}. {advice}") from None
    except ValueError:
        raise SecretsError(f"{path}: no valid JSON. Remove the file; new keys are made at the next start.") from None
    for name in _VARIABLES:
        if not isinstance(kept, dict) or len(str(kept.get(name) or "")) < MINIMUM_LENGTH:
            raise SecretsError(f"{path}: '{name}' is missing or too short. Remove the file; new keys are made.")
    return {name: str(kept[name]) for name in _VARIABLES}


def _make(path: Path) -> None:
    """Write new keys; of several processes that start at once, one wins and the others read what it wrote."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # mkstemp makes the file with mode 0600, so the keys are never readable for others, not even for a moment.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".secrets-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({name: _new_key(name) for name in _VARIABLES}, file)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(name, path)
    finally:
        os.unlink(name)


def _new_key(name: str) -> str:
    """Return a new key; one that encrypts has a form of its own."""
    return Fernet.generate_key().decode("ascii") if name == "data_keys" else secrets.token_urlsafe(32)
