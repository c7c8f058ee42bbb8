"""The keys that processes share: made once in var/secrets.json (mode 0600), or given by the environment."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from cryptography.fernet import Fernet

from bot.paths import var_dir

MINIMUM_LENGTH = 32
VARIABLES = {"engine_key": "ENGINE_KEY", "token_key": "TOKEN_KEY", "data_keys": "DATA_KEYS"}
_NOT_FOR_ENGINE = frozenset({"DATA_KEYS", "TOKEN_KEY", "SMTP_PASSWORD", "OIDC_CLIENT_SECRET"})


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
    """Return the keys: ENGINE_KEY, TOKEN_KEY and DATA_KEYS where set, else those of var/secrets.json.

    The file is made when it is missing, and completed when it is of a version that knew fewer keys.

    Raises:
        SecretsError: a key is too short, or the file cannot be read, does not hold the keys, or cannot be made.

    """
    given = {name: os.environ.get(variable, "").strip() for name, variable in VARIABLES.items()}
    for name, value in given.items():
        if value and len(value) < MINIMUM_LENGTH:
            raise SecretsError(f"{VARIABLES[name]} is too short: use at least {MINIMUM_LENGTH} random characters.")
    if not all(given.values()):
        kept = _read_or_make(path or secrets_file())
        given = {name: value or kept[name] for name, value in given.items()}
    return Secrets(given["engine_key"], given["token_key"], given["data_keys"])


def secrets_file() -> Path:
    """Return where the keys are kept that the environment does not give."""
    return var_dir() / "secrets.json"


def for_engine(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without the secrets that only web and the command line need."""
    return {name: value for name, value in environment.items() if name not in _NOT_FOR_ENGINE}


class DataKeys:
    """The keys that encrypt stored data, as they are now: a key file that was replaced is read again."""

    def __init__(self, keys: Secrets, path: Path | None = None) -> None:
        """Start with the keys that were loaded."""
        self._path = path or secrets_file()
        self._known, self._stamp = split_keys(keys.data_keys), self._stamp_now()

    def __call__(self) -> tuple[str, ...]:
        """Return the keys, the newest first."""
        stamp = self._stamp_now()
        if stamp != self._stamp:
            self._known, self._stamp = split_keys(_read(self._path).get("data_keys", "")) or self._known, stamp
        return self._known

    def _stamp_now(self) -> tuple[int, int] | None:
        """Return what changes when the file is replaced; None where the environment gives the keys, or the file is away."""
        if data_keys_are_given():
            return None
        try:
            found = self._path.stat()
        except OSError:
            return self._stamp if hasattr(self, "_stamp") else None
        return found.st_ino, found.st_mtime_ns


def data_keys_are_given() -> bool:
    """Tell whether the environment gives the data keys, and not the file."""
    return bool(os.environ.get("DATA_KEYS", "").strip())


def split_keys(text: str) -> tuple[str, ...]:
    """Return the keys in a text with commas."""
    return tuple(key.strip() for key in text.split(",") if key.strip())


def replace_data_keys(change: Callable[[tuple[str, ...]], tuple[str, ...]], path: Path | None = None) -> tuple[str, ...]:
    """Replace the data keys in var/secrets.json by what `change` makes of them; return the new ones.

    The file is replaced as a whole, so that a process that dies halfway leaves the old one.

    Raises:
        SecretsError: the file cannot be read or written.

    """
    path = path or secrets_file()
    _read_or_make(path)
    with _only_writer(path):
        kept = _read(path)
        kept["data_keys"] = ",".join(change(split_keys(kept["data_keys"])))
        _write(path, kept, replace=True)
    return split_keys(kept["data_keys"])


def _read_or_make(path: Path) -> dict[str, str]:
    """Return the keys in the file; make the file when there is none, and complete it when a key is missing."""
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, _complete({}), replace=False)
        kept = _read(path)
        if not set(VARIABLES) <= set(kept):
            with _only_writer(path):
                kept = _complete(_read(path))
                _write(path, kept, replace=True)
    except OSError as error:
        advice = f"Make the folder writable, or set {', '.join(VARIABLES.values())}."
        raise SecretsError(f"{path}: {error.strerror}. {advice}") from None
    return kept


def _read(path: Path) -> dict[str, str]:
    """Return what the file holds: at least one key, and each of them long enough."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise SecretsError(f"{path}: no valid JSON. Put back a backup of this file.{_LOST}") from None
    if not isinstance(content, dict) or not set(VARIABLES) & set(content):
        raise SecretsError(f"{path}: holds no keys. Put back a backup of this file.{_LOST}")
    for name in VARIABLES:
        if name in content and (not isinstance(content[name], str) or len(content[name]) < MINIMUM_LENGTH):
            raise SecretsError(f"{path}: '{name}' is too short. Put back a backup of this file.{_LOST}")
    return content


_LOST = (
    " Without one, remove the file: new keys are made, running conversations end, and handoffs, notes and second factors"
    " that were stored before cannot be read any more."
)


def _complete(kept: dict[str, str]) -> dict[str, str]:
    """Return the keys with new ones for those that are missing."""
    return {name: _new_key(name) for name in VARIABLES if name not in kept} | kept


def _write(path: Path, keys: dict[str, str], *, replace: bool) -> None:
    """Write keys as a whole; of several processes that make the file at once, one wins and the others read what it wrote."""
    # mkstemp makes the file with mode 0600, so the keys are never readable for others, not even for a moment.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".secrets-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(keys, file)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            os.replace(name, path)
        else:
            with contextlib.suppress(FileExistsError):
                os.link(name, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)


@contextlib.contextmanager
def _only_writer(path: Path) -> Iterator[None]:
    """Keep other processes from changing the file at the same time; the folder is locked, as the file is replaced."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _new_key(name: str) -> str:
    """Return a new key; one that encrypts has a form of its own."""
    return Fernet.generate_key().decode("ascii") if name == "data_keys" else secrets.token_urlsafe(32)
