"""Encrypts what only staff may read: contact details, intakes, notes and second factors."""

from __future__ import annotations

import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class VaultError(ValueError):
    """A key is no key, or a stored value was encrypted with a key that is not given any more."""


class Vault:
    """Encrypts with the first key, and reads what any of the keys encrypted."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        """Use Fernet keys (32 bytes, URL-safe base64), the newest first.

        Raises:
            VaultError: there is no key, or one of them is no key.

        """
        try:
            self._box = MultiFernet([Fernet(key) for key in keys])
        except ValueError:
            raise VaultError("DATA_KEYS: each key is 32 bytes in URL-safe base64; the newest comes first.") from None

    def close(self, value: Any) -> str:
        """Return a JSON value in encrypted form."""
        return self._box.encrypt(json.dumps(value, ensure_ascii=False).encode()).decode("ascii")

    def open(self, closed: str) -> Any:
        """Return the value again.

        Raises:
            VaultError: none of the keys fits.

        """
        try:
            return json.loads(self._box.decrypt(closed))
        except InvalidToken:
            raise VaultError("A stored value fits none of DATA_KEYS: add the key that was in use before.") from None

    def renew(self, closed: str) -> str:
        """Return the same value, encrypted with the first key.

        Raises:
            VaultError: none of the keys fits.

        """
        try:
            return self._box.rotate(closed).decode("ascii")
        except InvalidToken:
            raise VaultError("A stored value fits none of DATA_KEYS: add the key that was in use before.") from None
