"""Passwords: argon2id with the parameters of the library, renewed at the next login when these change."""

from __future__ import annotations

import secrets
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 12, 200
# Without letters and digits that look alike: people type a password given once from paper or a message.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_hasher = PasswordHasher()


class WeakPassword(ValueError):
    """A password that is not accepted; `code` names the text that says why."""

    def __init__(self, code: str) -> None:
        """Keep the code."""
        super().__init__(code)
        self.code = code


def check_strength(password: str, *, email: str, name: str) -> None:
    """Refuse a password that is easy to guess. Length counts, not the kind of characters.

    Raises:
        WeakPassword: too short, too long, one character again and again, or made of the name or address of its owner.

    """
    if len(password) < SHORTEST:
        raise WeakPassword("wachtwoord_kort")
    if len(password) > LONGEST:
        raise WeakPassword("wachtwoord_lang")
    plain = password.casefold()
    own = {email.casefold(), email.partition("@")[0].casefold(), name.casefold(), name.replace(" ", "").casefold()}
    rest = plain
    for word in sorted((word for word in own if len(word) >= 4), key=len, reverse=True):
        rest = rest.replace(word, "")
    if len(set(plain)) < 5 or len(rest) < SHORTEST // 2:
        raise WeakPassword("wachtwoord_makkelijk")


def hash_password(password: str) -> str:
    """Return what is stored of a password."""
    return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Tell whether a password fits; for an account without one (or none at all) this takes as long and is never true."""
    try:
        _hasher.verify(stored or _nobody(), password[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def is_old(stored: str) -> bool:
    """Tell whether a hash was made with other parameters than those of now."""
    return _hasher.check_needs_rehash(stored)


def new_password() -> str:
    """Return a password to give to somebody: 4 groups of 4, about 79 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


@lru_cache
def _nobody() -> str:
    """Return the hash of a password that nobody knows."""
    return _hasher.hash(secrets.token_urlsafe(32))
