"""Encrypts what only staff may read: contact details, intakes, notes and second factors."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

_NO_KEY = "A stored value fits none of DATA_KEYS: add the key that was in use before."


class VaultError(ValueError):
    """A key is no key, or a stored value was encrypted with a key that is not given any more."""


class _Box(NamedTuple):
    """The keys in use."""

    keys: tuple[str, ...]
    each: list[Fernet]
    all: MultiFernet


class Vault:
    """Encrypts with the first key, and reads what any of the keys encrypted. Safe to use from several threads."""

    def __init__(self, keys: tuple[str, ...] | Callable[[], tuple[str, ...]]) -> None:
        """Use Fernet keys (32 bytes, URL-safe base64), the newest first, or what gives them anew at each use.

        Raises:
            VaultError: there is no key, or one of them is no key.

        """
        self._source = keys if callable(keys) else lambda: keys
        self._box = self._opened(self._source())

    def close(self, value: Any) -> str:
        """Return a JSON value in encrypted form."""
        return self._now().all.encrypt(json.dumps(value, ensure_ascii=False).encode()).decode("ascii")

    def open(self, closed: str) -> Any:
        """Return the value again.

        Raises:
            VaultError: none of the keys fits.

        """
        try:
            return json.loads(self._now().all.decrypt(closed))
        except InvalidToken:
            raise VaultError(_NO_KEY) from None

    def renew(self, closed: str) -> str:
        """Return the same value, encrypted with the first key.

        Raises:
            VaultError: none of the keys fits.

        """
        try:
            return self._now().all.rotate(closed).decode("ascii")
        except InvalidToken:
            raise VaultError(_NO_KEY) from None

    def which_key(self, closed: str) -> int | None:
        """Return the number of the key that fits (0: the newest), or None."""
        for number, box in enumerate(self._now().each):
            try:
                box.decrypt(closed)
            except InvalidToken:
                continue
            return number
        return None

    def _now(self) -> _Box:
        """Return the box of the keys as they are now."""
        keys = self._source()
        if keys != self._box.keys:
            self._box = self._opened(keys)
        return self._box

    @staticmethod
    def _opened(keys: tuple[str, ...]) -> _Box:
        """Return the box of some keys."""
        try:
            each = [Fernet(key) for key in keys]
            return _Box(keys, each, MultiFernet(each))
        except ValueError:
            raise VaultError("DATA_KEYS: each key is 32 bytes in URL-safe base64; the newest comes first.") from None
