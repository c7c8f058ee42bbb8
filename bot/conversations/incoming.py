"""What a parent sends: checked, trimmed, and made safe for the engine."""

from __future__ import annotations

import re
import unicodedata

LONGEST_TEXT = 2000
_PAYLOAD = re.compile(r"[a-z_]+:[a-z0-9_\-:.]{1,80}")
_LONGEST_PAYLOAD = 120
# A slash starts a command in Rasa; its look-alikes too, because a later step may normalise them into one.
_SLASHES = frozenset("/\uff0f\u2044\u2215\u29f8")
# Blank on the screen, but no separator to Unicode: Braille blank and the Hangul fillers.
_BLANKS = frozenset("\u2800\u115f\u1160\u3164\uffa0")


class Refused(ValueError):
    """A message that cannot be taken; `code` names the text that says why."""

    def __init__(self, code: str) -> None:
        """Keep the code."""
        super().__init__(code)
        self.code = code


def clean_text(text: str) -> str:
    """Return the text of a parent without blank space around it.

    Raises:
        Refused: `leeg`, `te_lang` (over 2000 characters), or `tekens` (control characters, broken Unicode).

    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in text):
        raise Refused("tekens")
    start = 0
    while start < len(text) and _is_invisible(text[start]):
        start += 1
    # The end keeps what may belong to the character before it, such as the joiner of an emoji.
    text = text[start:].rstrip()
    if not text:
        raise Refused("leeg")
    if len(text) > LONGEST_TEXT:
        raise Refused("te_lang")
    return text


def without_command(text: str) -> str:
    """Return the text without slashes at its start, also when invisible characters stand before or between them."""
    start = 0
    while start < len(text) and (text[start] in _SLASHES or _is_invisible(text[start])):
        start += 1
    return text[start:]


def check_payload(payload: str) -> str:
    """Return the payload of a button.

    Raises:
        Refused: `knop_ongeldig`.

    """
    if len(payload) > _LONGEST_PAYLOAD or not _PAYLOAD.fullmatch(payload):
        raise Refused("knop_ongeldig")
    return payload


def _is_invisible(character: str) -> bool:
    """Tell whether a character shows nothing: blank space, format and control characters, loose accents."""
    return character in _BLANKS or unicodedata.category(character) in ("Zs", "Zl", "Zp", "Cc", "Cf", "Mn", "Me")
