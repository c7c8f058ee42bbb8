"""Find arrangements, schools, kinds of school, districts and terms in a message, also misspelt.

A wrong match is worse than a missing one: short names and names that are everyday words must be written exactly, the
latter only where their rule in lookup.yml lets them count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.knowledge.names import Key, Names, NameType, Reading, Rule, load_names
from bot.knowledge.spelling import WORD, distance, fold, is_inflected, slips, slips_of_term, sound

BREAK = re.compile(r"""[,;:!?"«»\n]|\.\s""")  # a name does not run on over the end of a part of a sentence
FUZZY_LETTERS = 6  # a shorter name must be written exactly
JOINED_LETTERS = 7  # the same for a name whose words a parent joined or split ('kleinegroep')
PART_LETTERS = 3  # and each part has as many: 'structuurgroep en' is no 'structuurgroepen'
STRICT_LETTERS = 5  # in another language a shorter name is probably another word ('so')


@dataclass(frozen=True)
class Found:
    """A name in a text. `text[start:end]` is the original; one name may have several readings, each its own Found."""

    start: int
    end: int
    text: str
    type: NameType
    value: str
    certainty: float


@dataclass(frozen=True)
class _Token:
    """A word with its place in the text."""

    start: int
    end: int
    word: str
    sound: str


@dataclass(frozen=True)
class _Candidate:
    """A window of words that may be a name."""

    first: int
    last: int
    key: Key
    errors: int

    @property
    def rank(self) -> tuple[int, int, int]:
        """Return the order of choice: the longest name, then the fewest errors, then the first."""
        return -sum(map(len, self.key)), self.errors, self.first


@dataclass(frozen=True)
class _Name:
    """A name that may be misspelt: its words, how they sound, and how many errors a word of some length may have."""

    key: Key
    sounds: Key
    slips: Callable[[int], int]

    def errors(self, written: Key, sounds: Key) -> int | None:
        """Return the typing errors over all words, or None where there are too many.

        A word with a number in it, and a word too short to have errors of its own, must be right. Errors are counted in
        the letters and in the sounds; the fewer of both counts.
        """
        total = 0
        for one, one_sound, other, other_sound in zip(written, sounds, self.key, self.sounds, strict=True):
            if one_sound == other_sound:
                continue
            allowed = self.slips(len(other))
            if is_inflected(one, other):
                total += 1
                continue
            if not allowed or re.search(r"\d", one + other):
                return None
            errors = min(distance(one, other, allowed), distance(one_sound, other_sound, allowed))
            if errors > allowed:
                return None
            total += errors
        return total if total <= max(self.slips(sum(map(len, self.key))), 1) else None


class Lookup:
    """Finds names: the longest wins, and what is found does not overlap."""

    def __init__(self, names: Names) -> None:
        """Index the names by their words and by how they sound."""
        self._names = names
        self._rules = {key: _CompiledRule(rule) for key, rule in names.rules.items() if _has_conditions(rule)}
        self._longest = max((len(key) for key in names.readings), default=0)
        self._fuzzy: dict[tuple[int, str], list[_Name]] = {}
        self._joined: dict[str, list[tuple[str, Key]]] = {}
        for key in names.readings:
            if key in names.rules or "+" in key or sum(map(len, key)) < FUZZY_LETTERS:
                continue
            sounds = tuple(map(sound, key))
            careful = {kind for kind, _ in names.readings[key]} <= {"begrip", "wijk"}
            name = _Name(key, sounds, slips_of_term if careful else slips)
            self._fuzzy.setdefault((len(key), sounds[0][:1]), []).append(name)
            joined = sound("".join(key))
            if len(joined) >= JOINED_LETTERS:
                self._joined.setdefault(joined[:1], []).append((joined, key))

    def find(self, text: str, strict: bool = False) -> list[Found]:
        """Return the names in a text, in the order in which they stand there.

        With `strict` (a text in another language) only longer names count, exactly written.
        """
        tokens = [
            _Token(m.start(), m.end(), fold(m[0]), sound(fold(m[0]))) for m in WORD.finditer(_without_apostrophes(text))
        ]
        taken: set[int] = set()
        found: list[Found] = []
        for candidate in sorted(self._candidates(text, tokens, strict), key=lambda item: item.rank):
            places = range(candidate.first, candidate.last)
            if taken.isdisjoint(places):
                taken.update(places)
                found += self._found(text, tokens, candidate)
        return sorted(found, key=lambda item: item.start)

    def _found(self, text: str, tokens: list[_Token], candidate: _Candidate) -> Iterator[Found]:
        start, end = tokens[candidate.first].start, tokens[candidate.last - 1].end
        letters = sum(map(len, candidate.key))
        readings: tuple[Reading, ...] = self._names.readings[candidate.key]
        for kind, value in readings:
            yield Found(start, end, text[start:end], kind, value, round(1 - candidate.errors / letters, 2))

    def _candidates(self, text: str, tokens: list[_Token], strict: bool) -> Iterator[_Candidate]:
        for first in range(len(tokens)):
            for last in range(first + 1, min(first + self._longest + 1, len(tokens)) + 1):
                window = tokens[first:last]
                if len(window) > 1 and BREAK.search(text, window[-2].end, window[-1].start):
                    break
                key = tuple(token.word for token in window)
                if key in self._names.readings:
                    too_short = strict and sum(map(len, key)) < STRICT_LETTERS
                    if not too_short and self._counts(key, text, tokens, first, last):
                        yield _Candidate(first, last, key, 0)
                elif not strict and not self._names.ordinary.intersection(key):
                    yield from self._misspelt(window, first, last)

    def _misspelt(self, window: list[_Token], first: int, last: int) -> Iterator[_Candidate]:
        """Yield the name that a window is most likely a misspelling of."""
        written = tuple(token.word for token in window)
        sounds = tuple(token.sound for token in window)
        candidates = []
        for name in self._fuzzy.get((len(window), sounds[0][:1]), ()):
            errors = name.errors(written, sounds)
            if errors is not None:
                candidates.append(_Candidate(first, last, name.key, errors + 1))
        joined = sound("".join(written))
        if min(map(len, written)) >= PART_LETTERS:
            for known, key in self._joined.get(joined[:1], ()):
                if len(key) != len(window) and known == joined:
                    candidates.append(_Candidate(first, last, key, 1))
        yield from sorted(candidates, key=lambda item: item.errors)[:1]

    def _counts(self, key: Key, text: str, tokens: list[_Token], first: int, last: int) -> bool:
        """Tell whether a name that is also an everyday word stands here as a name."""
        rule = self._rules.get(key)
        if rule is None:
            return True
        before = " ".join(token.word for token in tokens[max(first - 4, 0) : first])
        after = " ".join(token.word for token in tokens[last : last + 4])
        return rule.counts(text[tokens[first].start : tokens[last - 1].end], before, after)


class _CompiledRule:
    """A rule of lookup.yml over the words around a name."""

    def __init__(self, rule: Rule) -> None:
        """Compile the phrases."""
        self._written = frozenset(rule.written)
        self._before = _phrases(rule.before, r"(?:^|\s)(?:{})$")
        self._after = _phrases(rule.after, r"^(?:{})(?:\s|$)")
        self._not_before = _phrases(rule.not_before, r"(?:^|\s)(?:{})$")
        self._not_after = _phrases(rule.not_after, r"^(?:{})(?:\s|$)")
        self._has_wish = bool(rule.written or rule.before or rule.after)

    def counts(self, written: str, before: str, after: str) -> bool:
        """Tell whether a name, as it is written, counts between these folded words."""
        if self._not_before and self._not_before.search(before):
            return False
        if self._not_after and self._not_after.search(after):
            return False
        if not self._has_wish or not (before or after) or written in self._written:
            return True
        return bool((self._before and self._before.search(before)) or (self._after and self._after.search(after)))


def _has_conditions(rule: Rule) -> bool:
    return bool(rule.written or rule.before or rule.after or rule.not_before or rule.not_after)


def _phrases(phrases: tuple[str, ...], frame: str) -> re.Pattern[str] | None:
    """Compile phrases: `*` is the rest of a word, `#` a number."""
    if not phrases:
        return None
    parts = [re.escape(fold(phrase)).replace(r"\*", r"\w*").replace(r"\#", r"\d+") for phrase in phrases]
    return re.compile(frame.format("|".join(parts)))


def _without_apostrophes(text: str) -> str:
    """Return the text in which a word with an apostrophe ("ib'er") is one word, every letter in its place."""
    return re.sub(r"(?<=\w)['’](?=\w)", "\N{MODIFIER LETTER APOSTROPHE}", text)


@lru_cache
def load_lookup() -> Lookup:
    """Return the lookup over all knowledge.

    Raises:
        KnowledgeError: a file of knowledge does not fit.
    """
    return Lookup(load_names())

