"""Which words are names of persons and which are Dutch words: data/lexicon, corrected by redaction.yml."""

from __future__ import annotations

import gzip
from collections.abc import Collection, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Literal

from bot.knowledge.files import KnowledgeError, root
from bot.privacy.redaction.folding import fold_name
from bot.privacy.redaction.rules import Rules, load_rules
from bot.privacy.redaction.shapes import Shapes

Sureness = Literal["certain", "with_cue", "none"]
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SHORTEST_FAR_NAME = 5  # of a list of names that is mostly about other countries
_SHORTEST_LOOSE_SURNAME = 6  # a surname alone, in small letters
_SHORTEST_TYPING_ERROR = 5
_LONGEST_TYPING_ERROR = 24
_SHORTEST_VARIANT = 6
# Log odds from which a word in no list counts as a name wherever it stands, in a Dutch text: some 1 in 100 typing errors does.
LIKE_NAME = 1.5


class Lexicon:
    """Names and words, all folded (`fold_name`)."""

    def __init__(self, names: dict[str, str], words: dict[str, str], shapes: Shapes, rules: Rules) -> None:
        """Hold the lists.

        Marks of names: `f` first, `l` last, `n` near, `w` also a word, `o` the same in another language. Marks of words: `c`
        common, `v` very common, `x` no Dutch word, but a word of another language or a place.
        """
        self._names = names
        self._words = words
        self._shapes = shapes
        self._common = frozenset(word for word, marks in words.items() if "c" in marks)
        self._certain = frozenset(map(fold_name, rules.names.certain))
        self._with_cue = frozenset(map(fold_name, rules.names.with_cue))
        self._never = frozenset(map(fold_name, rules.names.never))
        self._bare = frozenset(map(fold_name, rules.names.bare))
        self._titled = frozenset(map(fold_name, rules.names.titled))
        self._no_title = self._never | frozenset(map(fold_name, rules.names.no_title))

    def is_word(self, word: str) -> bool:
        """Tell whether a folded word is an ordinary Dutch word."""
        return "x" not in self._words.get(word, "x")

    def is_foreign(self, word: str) -> bool:
        """Tell whether a folded word is a frequent word of another language, or a place; and no name that is known."""
        return "x" in self._words.get(word, "")

    def is_strange(self, word: str) -> bool:
        """Tell whether a folded word is in no list of words, Dutch or other."""
        return word not in self._words and word not in self._never

    def is_very_common(self, word: str) -> bool:
        """Tell whether a word is one of the few hundred that every text has, or never a name."""
        return word in self._never or "v" in self._words.get(word, "")

    def is_known(self, word: str) -> bool:
        """Tell whether a word is in a list of names at all, and may be one."""
        return word not in self._never and (self.is_curated(word) or word in self._names)

    def is_first_name(self, word: str) -> bool:
        """Tell whether a known name is a first name."""
        return self.is_curated(word) or "f" in self._names.get(word, "")

    def is_near_first_name(self, word: str) -> bool:
        """Tell whether it is a first name of a country that many parents come from, and no Dutch word."""
        marks = self._names.get(word, "")
        return "f" in marks and "n" in marks and "w" not in marks and len(word) > 2

    def is_curated(self, word: str) -> bool:
        """Tell whether redaction.yml says that a word is a name."""
        return word in self._certain or word in self._with_cue or word in self._bare

    def may_be_bare(self, word: str) -> bool:
        """Tell whether a Dutch word is a first name where no such word can stand without an article: 'als storm boos is'."""
        return word in self._bare

    def may_follow_title(self, word: str) -> bool:
        """Tell whether a Dutch word may be a surname in small letters right after a title: 'mevrouw bakker'."""
        marks = self._names.get(word, "")
        ordinary = word in self._no_title or self.is_very_common(word) or len(word) < 3
        return word in self._titled or ("l" in marks and "n" in marks and not ordinary)

    def looks_like_name(self, word: str) -> float:
        """Return how much a folded word looks like a name: the log odds, 0 for as likely as not (`Shapes.score`)."""
        return self._shapes.score(word)

    def sureness(self, word: str, *, capital: bool, dutch: bool) -> Sureness:
        """Return how sure a folded word is a name without any word around it.

        `capital`: it is written with one. `dutch`: the text is Dutch, so a word of another language is no word here.
        """
        if word in self._never:
            return "none"
        if word in self._certain:
            return "certain"
        if self.is_curated(word):
            return "with_cue"
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
        clear = not self.is_typing_error(word) or self.looks_like_name(word) >= LIKE_NAME
        return "certain" if len(word) >= shortest and clear else "with_cue"

    def is_variant(self, word: str) -> bool:
        """Tell whether a folded word of six letters or more is one letter away from a first name of a near country."""
        if len(word) < _SHORTEST_VARIANT or not word.isascii():
            return False
        return any("f" in (marks := self._names.get(near, "")) and "n" in marks and "w" not in marks for near in _one_away(word))

    def is_typing_error(self, word: str) -> bool:
        """Tell whether a folded word is one slip away from a common Dutch word."""
        if not _SHORTEST_TYPING_ERROR <= len(word) <= _LONGEST_TYPING_ERROR or not word.isascii():
            return False
        return any(near in self._common for near in _one_away(word))


def _one_away(word: str) -> Iterator[str]:
    """Yield what a word may have been before one slip: a letter too many, too few, another, or two in the wrong order."""
    for place in range(len(word) + 1):
        head, tail = word[:place], word[place:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in _LETTERS:
            yield head + letter + tail
            if tail:
                yield head + letter + tail[1:]


def _read(path: Path) -> dict[str, str]:
    """Read a compressed list: a word and its marks on each line."""
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            return {word: marks for word, _, marks in (line.rstrip("\n").partition("\t") for line in file)}
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{path}: cannot be read: {error}") from None


def own_list(path: Path, words: Collection[str]) -> tuple[dict[str, str], set[str]]:
    """Read the list made by hand: names with their marks, and words of other languages.

    Each line is `f`, `l` or `x` and words. Names count as near; one that is also a word is marked so.

    Raises:
        KnowledgeError: the file cannot be read, or a line is something else; names the line.

    """
    found: dict[str, str] = {}
    foreign: set[str] = set()
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{path}: cannot be read: {error}") from None
    for number, line in enumerate(lines, start=1):
        kind, *names = line.split() or ["#"]
        if kind.startswith("#"):
            continue
        if kind not in ("f", "l", "x") or not names:
            raise KnowledgeError(f"{path}: line {number}: not 'f', 'l' or 'x' and words")
        parts = {part for name in names for part in fold_name(name).split("-")}
        if kind == "x":
            foreign |= parts - set(words)
        else:
            found |= {part: f"{found.get(part, '')}{kind}n{'w' if part in words else ''}" for part in parts}
    return found, foreign


@lru_cache
def load_lexicon() -> Lexicon:
    """Load the lists.

    Raises:
        KnowledgeError: a list is missing or broken.

    """
    folder = root() / "data" / "lexicon"
    try:
        shapes = Shapes({part: int(weight) for part, weight in _read(folder / "shapes.txt.gz").items()})
    except ValueError as error:
        raise KnowledgeError(f"{folder / 'shapes.txt.gz'}: a weight is no whole number: {error}") from None
    names, words = _read(folder / "names.txt.gz"), _read(folder / "words.txt.gz")
    own, foreign = own_list(folder / "own.txt", {word for word, marks in words.items() if "x" not in marks})
    words |= dict.fromkeys(foreign, "x")
    for name in foreign:
        names.pop(name, None)
    for name, marks in own.items():
        names[name] = "".join(sorted({*names.get(name, ""), *marks}))
    return Lexicon(names, words, shapes, load_rules())
