"""The words of a message, and what its capitals and its language say."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.privacy.redaction.lexicon import Lexicon
from bot.privacy.redaction.tokens import Token, tokens_of

_DUTCH_SHARE = 0.5


class MessageWords:
    """The words of a message with what holds for all of them."""

    def __init__(self, text: str, lexicon: Lexicon, kept: Collection[int]) -> None:
        """Read a message; `kept` are the places of words that are no name."""
        self.text = text
        self.tokens: Sequence[Token] = tokens_of(text)
        words = [t for t in self.tokens if not t.is_placeholder and t.raw[0].isalpha()]
        self.kept = [t.is_placeholder or not t.raw[0].isalpha() or t.start in kept for t in self.tokens]
        lower = sum(not lexicon.is_known(t.folded) for t in words if not t.capital)
        capital = sum(t.capital for t in words if not lexicon.is_known(t.folded))
        # A message in capitals, or Where Each Word Has One: then a capital says nothing.
        self.capitals_count = not (len(words) > 2 and capital > lower)
        dutch = sum(lexicon.is_word(t.folded) for t in words)
        self.dutch = dutch >= _DUTCH_SHARE * len(words)

    def capital(self, place: int) -> bool:
        """Tell whether a word has a capital that means something: not at the start of a sentence."""
        return self.capitals_count and self.tokens[place].capital and not self.tokens[place].opens
