"""Phrases that stand before or after a name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.privacy.redaction.folding import fold_name
from bot.privacy.redaction.tokens import Token

Key = tuple[str, ...]


class Phrases:
    """Phrases of words, found at a place in a list of tokens. `#` stands for a number, `(` for a bracket."""

    def __init__(self, phrases: Iterable[str]) -> None:
        """Fold the phrases."""
        self._keys = frozenset(self._key(phrase) for phrase in phrases)
        self._longest = max(map(len, self._keys), default=0)

    @staticmethod
    def _key(phrase: str) -> Key:
        return tuple(fold_name(word) for word in phrase.replace("-", " ").split())

    def before(self, tokens: Sequence[Token], place: int) -> int:
        """Return how many tokens before `place` form the longest phrase; 0 for none."""
        for size in range(min(self._longest, place), 0, -1):
            window = tokens[place - size : place]
            if tuple(t.folded for t in window) in self._keys and all(_runs_on(t) for t in window[1:]):
                return size
        return 0

    def after(self, tokens: Sequence[Token], place: int) -> bool:
        """Tell whether a phrase starts at `place`."""
        for size in range(1, min(self._longest, len(tokens) - place) + 1):
            window = tokens[place : place + size]
            words = [("#" if t.folded.isdecimal() else t.folded) for t in window]
            if "(" in window[0].gap:
                words[0] = "(" + words[0]
            if window[0].opens and "(" not in window[0].gap:
                return False
            if tuple(words) in self._keys and all(_runs_on(t) for t in window[1:]):
                return True
        return False


def _runs_on(token: Token) -> bool:
    """Tell whether a word belongs to the phrase of the word before it."""
    return token.gap.strip(" .'’-") == ""
