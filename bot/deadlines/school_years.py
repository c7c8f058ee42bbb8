"""Find groups, years and levels of school in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.deadlines.found import FoundSchoolYear
from bot.deadlines.vocabulary import NUMBER, ORDINAL, blank, number, prepare

# Spellings of the levels of secondary school; a longer spelling stands before a shorter one.
_LEVELS = (
    (r"praktijkonderwijs|praktijkschool|pro", ("pro",)),
    (r"basis\s?[/-]\s?kader|b/k|bb/kb|bbl\s?/\s?kbl", ("bbl", "kbl")),
    (r"kader\s?[/-]\s?(?:tl|t|mavo|gl)|k/t|k/tl|kb/tl", ("kbl", "gtl")),
    (r"(?:tl|mavo)\s?[/-]\s?havo|t/h|m/h", ("mavo", "havo")),
    (r"havo\s?[/-]\s?(?:vwo|atheneum|gymnasium)|h/v", ("havo", "vwo")),
    (r"basisberoeps(?:gericht)?(?:e leerweg)?|bbl|bb", ("bbl",)),
    (r"kaderberoeps(?:gericht)?(?:e leerweg)?|kader|kbl|kb", ("kbl",)),
    (r"theoretische? ?(?:leerweg)?|gemengde? ?(?:leerweg)?|gtl|gl/tl|gl|tl|vmbo-?t", ("gtl",)),
    (r"mavo", ("mavo",)),
    (r"havo", ("havo",)),
    (r"vwo\+?|atheneum|gymnasium", ("vwo",)),
)
_LEVEL = "|".join(spelling for spelling, _ in _LEVELS)
# "basis" alone is part of too many other words: only beside "vmbo" or a year.
_VMBO = rf"vmbo(?:[\s-]+(?:(?:{_LEVEL})|basis|t|b|k|g)\b)?"
_LEVEL_WORD = rf"(?:{_VMBO}|{_LEVEL})"
_ADVICE = r"(?:[\s-]*advies)?"
_YEAR = r"(?:[1-6]|een|twee|drie|vier|vijf|zes)"
_YEAR_ORDINAL = r"(?:[1-6](?:ste|de|e)|eerste|tweede|derde|vierde|vijfde|zesde)"
_GROUP_WORD = r"(?:groepe?n?|groeb|groe|goep|gorep|grp|gr)\.?"
_BETWEEN = r"\s*(?:/|-|\ben\b|\bof\b|\bnaar\b|\btot\b)\s*"


def _levels(text: str) -> tuple[str, ...]:
    found = text.replace("vmbo", " ").replace("advies", " ").strip(" -")
    for spelling, levels in _LEVELS:
        if re.fullmatch(spelling, found):
            return levels
    return {"basis": ("bbl",), "b": ("bbl",), "k": ("kbl",), "g": ("gtl",), "t": ("gtl",)}.get(found, ())


_GROUPS = re.compile(
    rf"\b{_GROUP_WORD}\s*({NUMBER})(?:{_BETWEEN}({NUMBER}))?(?!\d|[.,]\d)[a-d]?\b(?!\s*(?:kind|leerling))"
)
_GROUP_ORDINAL = re.compile(rf"\b({ORDINAL})\s+groep\b(?!\s+(?:van|kind|leerling))")
_TODDLERS = re.compile(r"\bkleuter(?:s|klas|groep|bouw)?\b")
_CLASS = rf"(?:(?:brug)?klas|leerjaar|jaar|klasse)\s+(?P<year>{_YEAR})\b"
_RULES = tuple(
    re.compile(pattern)
    for pattern in (
        # "klas 2 kader", "leerjaar 3 van de havo", "klas 2 basis"
        rf"\b(?:(?P<before>{_LEVEL_WORD})\s+(?:in\s+)?)?{_CLASS}(?:\s+(?:van\s+)?(?:(?:de|het)\s+)?(?P<level>{_LEVEL_WORD}|basis))?\b",
        # "tweede klas havo", "3e jaar vmbo", "2de klas"
        rf"\b(?P<year>{_YEAR_ORDINAL})\s+(?:klas(?:ser)?|leerjaar)\b"
        rf"(?:\s+(?:van\s+)?(?:(?:de|het)\s+)?(?P<level>{_LEVEL_WORD}|basis)\b)?",
        rf"\b(?P<year>{_YEAR_ORDINAL})\s+jaar\s+(?:van\s+)?(?:(?:de|het)\s+)?(?P<level>{_LEVEL_WORD})\b",
        rf"\b(?P<year>{_YEAR_ORDINAL})klasser\b",
        # "2 havo", "3 vmbo tl", "5vwo", "2 basis"
        rf"\b(?P<year>[1-6])\s?(?:e\s)?(?P<level>{_LEVEL_WORD}|basis)\b(?!\s*school)",
        # "mavo 2", "vmbo basis 4", "havo/vwo 1"
        rf"\b(?P<level>{_LEVEL_WORD})\s?(?P<year>{_YEAR})\b(?!\s*(?:jaar|weken|maand|keer|dagen|x\b))",
        # "brugklas havo/vwo"
        rf"\bbrug(?:klas(?:ser|je)?|jaar|ugger)?\b(?:\s+(?P<level>{_LEVEL_WORD})\b)?",
        # "in 4h", "klas 3v"
        r"\b(?:in|klas)\s+(?P<year>[1-6])(?P<level>[hvkbt])(?:\d|[a-d])?\b",
        # "op de havo", "mavo-advies"; not "in het kader van"
        rf"\b(?!kader\s+van\b)(?P<level>{_LEVEL_WORD}){_ADVICE}\b",
    )
)
_LETTERS = {"h": ("havo",), "v": ("vwo",), "k": ("kbl",), "b": ("bbl",), "t": ("gtl",)}


def _groups(text: str, original: str) -> Iterator[FoundSchoolYear]:
    for match in _GROUPS.finditer(text):
        options = tuple(number(part) for part in match.groups() if part)
        if all(1 <= option <= 8 for option in options):
            groep = options[0] if len(options) == 1 else None
            end = match.end()
            yield FoundSchoolYear(
                match.start(), end, original[match.start() : end], groep, options=() if groep else options
            )
    for match in _GROUP_ORDINAL.finditer(text):
        if 1 <= number(match[1]) <= 8:
            yield FoundSchoolYear(*match.span(), original[slice(*match.span())], number(match[1]))
    for match in _TODDLERS.finditer(text):
        yield FoundSchoolYear(*match.span(), original[slice(*match.span())], options=(1, 2))


def _years(text: str, original: str) -> Iterator[FoundSchoolYear]:
    for rule in _RULES:
        for match in rule.finditer(text):
            parts = match.groupdict()
            level = (parts.get("level") or parts.get("before") or "").strip()
            year = number(parts["year"]) if parts.get("year") else None
            if year is None and "brug" in match[0]:
                year = 1
            levels = _LETTERS.get(level) or _levels(level)
            if year is not None or levels or level == "vmbo":
                yield FoundSchoolYear(*match.span(), original[slice(*match.span())], leerjaar=year, niveau=levels)
        for match in list(rule.finditer(text)):
            text = blank(text, *match.span())


def find_school_years(text: str) -> list[FoundSchoolYear]:
    """Return the groups, years and levels in `text`, in the order in which they stand there."""
    prepared = prepare(text)
    found = list(_groups(prepared, text))
    for group in found:
        prepared = blank(prepared, group.start, group.end)
    return sorted([*found, *_years(prepared, text)], key=lambda item: item.start)
