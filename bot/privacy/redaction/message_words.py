"""The words of a message, and what its capitals and its language say."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.privacy.redaction.lexicon import Lexicon
from bot.privacy.redaction.tokens import Token, tokens_of

_DUTCH_SHARE = 0.5
_READABLE_SHARE = 0.35
_GERMAN = frozenset(
    ["ich", "und", "mein", "meine", "der", "das", "ist", "nicht", "wir", "mit", "sie", "ein", "eine", "zu", "im", "unser", "hat"]
)


class MessageWords:
    """The words of a message with what holds for all of them."""

    def __init__(self, text: str, lexicon: Lexicon, kept: Collection[int]) -> None:
        """Read a message; `kept` are the places of words that are no name."""
        self.text = text
        self.tokens: Sequence[Token] = tokens_of(text)
        words = [t for t in self.tokens if not t.is_placeholder and t.raw[0].isalpha()]
        self.kept = [t.is_placeholder or not t.raw[0].isalpha() or t.start in kept for t in self.tokens]
        lower = sum(not lexicon.is_known(t.folded) for t in words if not t.capital)
        strange = [t for t in words if t.capital and t.raw.isalpha() and not lexicon.is_known(t.folded)]
        shouted = sum(t.raw.isupper() and len(t.raw) > 1 for t in strange)
        # A message in capitals, or Where Each Word Has One: then a capital says nothing.
        self.capitals_count = not (len(words) > 2 and max(shouted, len(strange) - shouted) > lower)
        dutch = sum(lexicon.is_word(t.folded) for t in words)
        foreign = sum(lexicon.is_foreign(t.folded) for t in words)
        self.dutch = dutch >= _DUTCH_SHARE * len(words) and dutch > foreign
        # Of another language than those whose words we have, we know too little to tell names from words in small letters.
        self.readable = self.dutch or foreign >= _READABLE_SHARE * len(words)
        # In German every noun has a capital.
        self.german = not self.dutch and sum(t.folded in _GERMAN for t in words) > 1

    def capital(self, place: int) -> bool:
        """Tell whether a word has a capital that means something: not at the start of a sentence."""
        return self.capitals_count and self.tokens[place].capital and not self.tokens[place].opens
