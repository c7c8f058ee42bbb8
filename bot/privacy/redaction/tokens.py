"""The words of a message, as the search for names sees them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.privacy.redaction.folding import fold_name

_WORD = re.compile(r"\[[^\[\]\n]{1,40}\]|[^\W_]+(?:['’ʼ][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?:;\n•]")
_SUFFIX = re.compile(r"(?i)(.{2,})['’ʼ](s|in|ın|un|ün|e|a|ye|ya|yi|yı|i|ı|u|ü|de|da|den|dan|te|ta|ten|tan|nin|nın|le|la)")


@dataclass(frozen=True)
class Token:
    """A word. `gap`: what stands between the word before and this one. `suffix`: what stands behind the name in it ("'s")."""

    start: int
    end: int
    raw: str
    folded: str
    gap: str
    opens: bool
    suffix: str = ""

    @property
    def capital(self) -> bool:
        """Tell whether it is written with a capital."""
        return self.raw[0].isupper()

    @property
    def is_placeholder(self) -> bool:
        """Tell whether it stands between square brackets."""
        return self.raw[0] == "["

    @property
    def joins(self) -> bool:
        """Tell whether it continues what stands before it: only blank space, a hyphen or a point of an initial between."""
        return not self.opens and self.gap.strip(" ") in ("", "-", ".", "'", "’", "./")


def tokens_of(text: str) -> list[Token]:
    """Return the words; one that opens a sentence or the message says so."""
    found: list[Token] = []
    before = 0
    for match in _WORD.finditer(text):
        raw, start, end = match[0], match.start(), match.end()
        gap = text[before:start]
        initial = bool(found) and len(found[-1].raw) == 1 and gap.strip() == "."
        short = bool(found) and found[-1].folded in _SHORT and gap.strip() == "."
        opens = not found or (bool(_SENTENCE_END.search(gap)) and not initial and not short)
        suffix = ""
        if (parts := _SUFFIX.fullmatch(raw)) is not None:
            suffix = raw[len(parts[1]) :]
        found.append(Token(start, end, raw, fold_name(raw.removesuffix(suffix)), gap, opens, suffix))
        before = end
    return found


# Words that a point follows in the middle of a sentence.
_SHORT = frozenset(["dr", "drs", "dhr", "mevr", "mw", "mr", "mrs", "ms", "ir", "st", "v", "d", "gr", "fam", "prof", "geb"])
