"""Find words and short phrases in a text, with small typing errors forgiven and 'geen' and 'niet' noticed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from bot.deadlines.vocabulary import NUMBERS
from bot.knowledge.spelling import distance, fold

_WORD = re.compile(r"[a-z0-9]+")
_CLAUSE = re.compile(r"[.,;:!?\n()]|\b(?:maar|want|omdat|en|wel|door|vanwege|wegens|met|vanuit)\b")
_SENTENCE = re.compile(r"[.;!?\n]+")
_NEGATIONS = {"geen": 3, "zonder": 3, "nooit": 3, "niet": 2}
"""How many words a negation may stand before what it denies, within a clause."""
_AFTER = 3


class Word(NamedTuple):
    """A word of a text, folded, with its place and the number of its clause."""

    text: str
    start: int
    end: int
    clause: int


class Hit(NamedTuple):
    """A phrase that was found; `denied` when 'geen' or 'niet' goes with it."""

    start: int
    end: int
    denied: bool


def words(text: str) -> list[Word]:
    """Return the words of a text."""
    plain = fold(text)
    cuts = [match.start() for match in _CLAUSE.finditer(plain)]
    return [
        Word(match[0], *match.span(), sum(cut <= match.start() for cut in cuts)) for match in _WORD.finditer(plain)
    ]


def numbers(text: str) -> list[str]:
    """Return the words of a text that are a number, in figures or letters."""
    return [word.text for word in words(text) if word.text[0].isdigit() or (word.text in NUMBERS and word.text != "een")]


def sentences(text: str) -> list[str]:
    """Return the sentences of a text."""
    return [part for part in _SENTENCE.split(text) if part.strip()]


def find_phrases(text: str, phrases: Iterable[str]) -> Iterator[Hit]:
    """Yield where one of the phrases stands; the start and end are numbers of words."""
    found = words(text)
    for phrase in phrases:
        wanted = _split(phrase)
        for start in range(len(found) - len(wanted) + 1):
            part = found[start : start + len(wanted)]
            if all(_same(word.text, name) for word, name in zip(part, wanted, strict=True)):
                yield Hit(start, start + len(wanted), _denied(found, start, start + len(wanted)))


def has_phrase(text: str, phrases: Iterable[str]) -> bool:
    """Tell whether one of the phrases stands in a text, denied or not."""
    return next(find_phrases(text, phrases), None) is not None


def is_phrase(text: str, phrases: Iterable[str]) -> bool:
    """Tell whether the whole text is one of the phrases."""
    length = len(words(text))
    return any(hit.start == 0 and hit.end == length for hit in find_phrases(text, phrases))


@lru_cache(maxsize=4096)
def _split(phrase: str) -> tuple[str, ...]:
    return tuple(match[0] for match in _WORD.finditer(fold(phrase)))


@lru_cache(maxsize=65536)
def _same(word: str, name: str) -> bool:
    if word == name:
        return True
    # Short words lie too close to each other ("bang" and "bank"), and so do words that begin differently.
    allowed = 0 if len(name) < 6 else 1 if len(name) < 10 else 2
    return bool(allowed) and word[0] == name[0] and distance(word, name, allowed) <= allowed


def _denied(found: list[Word], start: int, end: int) -> bool:
    # A phrase may hold a negation itself ("gaat niet naar school"); only words around it deny.
    clause = found[start].clause
    before = [word.text if word.clause == clause else "" for word in reversed(found[:start])]
    if any(name in before[:reach] for name, reach in _NEGATIONS.items()):
        return True
    # "autisme heeft hij niet", but not "door angst durft hij niet naar school".
    rest = [word.text for word in found[end:] if word.clause == clause]
    return "niet" in rest[:_AFTER] and rest[-1] == "niet"
