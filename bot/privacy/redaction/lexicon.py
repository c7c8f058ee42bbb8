"""Which words are names of persons and which are Dutch words: data/lexicon, corrected by redaction.yml."""

from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path
from typing import Literal

from bot.knowledge.files import KnowledgeError, root
from bot.privacy.redaction.folding import fold_name
from bot.privacy.redaction.rules import Rules, load_rules

Sureness = Literal["certain", "with_cue", "none"]
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SHORTEST_FAR_NAME = 5  # of a list of names that is mostly about other countries
_SHORTEST_LOOSE_SURNAME = 6  # a surname alone, in small letters
_SHORTEST_TYPING_ERROR = 5
_LONGEST_TYPING_ERROR = 24


class Lexicon:
    """Names and words, all folded (`fold_name`)."""

    def __init__(self, names: dict[str, str], words: dict[str, str], rules: Rules) -> None:
        """Hold the lists. Marks of names: `f` first, `l` last, `n` near, `w` also a word, `o` the same in another language."""
        self._names = names
        self._words = words
        self._common = frozenset(word for word, marks in words.items() if "c" in marks)
        self._certain = frozenset(map(fold_name, rules.names.certain))
        self._with_cue = frozenset(map(fold_name, rules.names.with_cue))
        self._never = frozenset(map(fold_name, rules.names.never))

    def is_word(self, word: str) -> bool:
        """Tell whether a folded word is an ordinary Dutch word."""
        return word in self._words

    def is_very_common(self, word: str) -> bool:
        """Tell whether a word is one of the few hundred that every text has, or never a name."""
        return word in self._never or "v" in self._words.get(word, "")

    def is_known(self, word: str) -> bool:
        """Tell whether a word is in a list of names at all, and may be one."""
        return word not in self._never and (word in self._certain or word in self._with_cue or word in self._names)

    def is_first_name(self, word: str) -> bool:
        """Tell whether a known name is a first name."""
        return word in self._certain or word in self._with_cue or "f" in self._names.get(word, "")

    def is_near_first_name(self, word: str) -> bool:
        """Tell whether it is a first name of a country that many parents come from, and no Dutch word."""
        marks = self._names.get(word, "")
        return "f" in marks and "n" in marks and "w" not in marks and len(word) > 2

    def is_curated(self, word: str) -> bool:
        """Tell whether redaction.yml says that a word is a name."""
        return word in self._certain or word in self._with_cue

    def sureness(self, word: str, *, capital: bool, dutch: bool) -> Sureness:
        """Return how sure a folded word is a name without any word around it.

        `capital`: it is written with one. `dutch`: the text is Dutch, so a word of another language is no word here.
        """
        if word in self._never:
            return "none"
        if word in self._with_cue:
            return "with_cue"
        if word in self._certain:
            return "certain"
        marks = self._names.get(word)
        if marks is None:
            return "none"
        if "w" in marks or ("o" in marks and not dutch) or len(word) < 3:
            return "with_cue"
        if capital:
            return "certain" if "n" in marks or len(word) >= _SHORTEST_FAR_NAME else "with_cue"
        if "f" in marks and "n" in marks:
            return "certain"
        shortest = _SHORTEST_FAR_NAME if "f" in marks else _SHORTEST_LOOSE_SURNAME
        return "certain" if len(word) >= shortest and not self.is_typing_error(word) else "with_cue"

    def is_typing_error(self, word: str) -> bool:
        """Tell whether a folded word is one slip away from a common Dutch word."""
        size = len(word)
        if not _SHORTEST_TYPING_ERROR <= size <= _LONGEST_TYPING_ERROR or not word.isascii():
            return False
        common = self._common
        for place in range(size + 1):
            head, tail = word[:place], word[place:]
            if tail and head + tail[1:] in common:
                return True
            if len(tail) > 1 and head + tail[1] + tail[0] + tail[2:] in common:
                return True
            if any(head + letter + tail in common or head + letter + tail[1:] in common for letter in _LETTERS):
                return True
        return False


def _read(path: Path) -> dict[str, str]:
    """Read a compressed list: a word and its marks on each line."""
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            return {word: marks for word, _, marks in (line.rstrip("\n").partition("\t") for line in file)}
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{path}: cannot be read: {error}") from None


@lru_cache
def load_lexicon() -> Lexicon:
    """Load the lists.

    Raises:
        KnowledgeError: a list is missing or broken.

    """
    folder = root() / "data" / "lexicon"
    return Lexicon(_read(folder / "names.txt.gz"), _read(folder / "words.txt.gz"), load_rules())
