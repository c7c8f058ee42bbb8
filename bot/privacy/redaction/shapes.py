"""What a word looks like: a name, or a word that no list has. For names that are in no list: 'chayra', 'djaylano'."""

from __future__ import annotations

from collections.abc import Mapping

# Of the weights in data/lexicon/shapes.txt.gz.
STEP = 0.05
_SIZES = (2, 3, 4)


def parts_of(word: str) -> set[str]:
    """Return the parts of a folded word that count: two to four letters in a row, with its start and end."""
    marked = f"^{word}$"
    return {marked[place : place + size] for size in _SIZES for place in range(len(marked) - size + 1)}


class Shapes:
    """How much words look like names: a logistic regression over their parts (scripts/make_lexicon.py learned it)."""

    def __init__(self, weights: Mapping[str, int]) -> None:
        """Hold the weight of each part; that of '' counts for every word."""
        self._weights = weights

    def score(self, word: str) -> float:
        """Return the log odds that an unknown folded word is a name: 0 is as likely as not, above 0 more likely."""
        if not word.isascii():
            return 0.0
        get = self._weights.get
        return (get("", 0) + sum(get(part, 0) for part in parts_of(word))) * STEP
