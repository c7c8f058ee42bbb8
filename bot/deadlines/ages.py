"""Find the ages of children in a text: 'bijna 12' is 11, 'net 5 geworden' is 5; 'groep 5' and '6 weken' are no ages."""

from __future__ import annotations

import re
from datetime import date

from bot.deadlines.dates import TELEPHONE, UNITS, find_dates
from bot.deadlines.durations import find_durations
from bot.deadlines.found import FoundAge
from bot.deadlines.school_years import find_school_years
from bot.deadlines.vocabulary import NUMBER, NUMBERS, blank, number, prepare
from bot.knowledge.deadlines import SchoolHolidays

YOUNGEST, OLDEST = 2, 21

_YEAR_UNIT = r"(?:jaar(?:tjes?)?|jaren|jr|j)\b\.?"
# What makes a number no age: a unit, a thing that is counted, a decimal, an ordinal.
_NOT_AGE = (
    rf"(?!\s*(?:{UNITS.replace('|jaar|jaren|jr', '')}|\d|[.,:/-]\d|"
    r"[a-z]*e klas|broers?|zus|anderen|van de|scholen|dagdelen|a\b|tot\b))"
)
_ALMOST = (
    r"(?P<almost>bijna|haast|net geen|nog geen|nog net geen|binnenkort|"
    r"wordt (?:bijna|binnenkort|straks|dit jaar|volgende maand))"
)
_SOFT = r"(?:nu|net|pas|al|ook|ongeveer|rond de|ruim|inmiddels|nog maar|maar|ondertussen|vorige week|vandaag)"
_HALF = r"(?:\s*(?:en\s+(?:een\s+)?)?(?:half|halve|1/2|½)|[.,]\d)?"
_AGE = rf"(?:{_ALMOST}\s+)?(?:{_SOFT}\s+)*(?<![\d.,])(?P<age>{NUMBER})"
_CHILD = (
    r"(?:zoon|zoontje|zn|dochter|dochtertje|kind(?:je)?|kleinkind|kleinzoon|kleindochter|jongen|jongetje|meisje|meid|"
    r"neefje|nichtje|pleegkind|pleegzoon|pleegdochter|stiefzoon|stiefdochter|leerling|kleuter|puber|tweeling|broertje|zusje|"
    r"oudste|jongste|middelste|kinderen)"
)
_JOINED = "|".join(f"{word}en(?:een)?half" for word in NUMBERS if NUMBERS[word] <= OLDEST)
_RULES = tuple(
    re.compile(pattern)
    for pattern in (
        # "14-jarige", "negenjarig"
        rf"\b(?P<age>{NUMBER})\s?-?\s?jarige?\b",
        # "bijna 12 jaar", "9 jaar oud", "8,5 jaar", "8 en half jaar"
        rf"\b{_AGE}{_HALF}\s*{_YEAR_UNIT}",
        rf"\b(?P<joined>{_JOINED})\b(?:\s*{_YEAR_UNIT})?",
        # "net 5 geworden", "in maart 12 geworden"
        rf"\b{_AGE}\s+geworden\b",
        # "wordt 12", "wordt in maart twaalf": has not had the birthday yet
        r"\b(?P<becomes>word(?:t|en)?)\s+(?:(?:hij|ze|zij)\s+)?(?:(?:in|op|over|volgende|deze|dit|eind|begin|bijna|straks)\s+)?"
        rf"(?:[\x00]+\s+|jaar\s+|week\s+|maand\s+)?{_AGE}\b{_NOT_AGE}",
        # "hij is zeven", "Sam is net 9"; not "het is 9"
        r"(?<!\bhet )(?<!\bdat )(?<!\bdit )(?<!\bnummer )(?<!\biq )(?<!\bgroep )(?<!\ber )"
        rf"\b(?:is|was|ben)\s+{_AGE}{_HALF}\b{_NOT_AGE}",
        rf"\b(?:zijn|werden)\s+(?P<age>{NUMBER})\s+en\s+(?P<second>{NUMBER})\b{_NOT_AGE}",
        # "mijn zoon van 9", "kinderen van 9 en 12", "dochter (7)", "zoontje, 4,"
        rf"\b{_CHILD}(?:\s+(?:[a-z]+|\[naam\]))?\s*(?:van|\(|,)\s*{_AGE}{_HALF}(?:\s+en\s+(?P<second>{NUMBER}))?\b{_NOT_AGE}",
        # "dochter 15 havo 3"
        rf"\b{_CHILD}\s+(?P<age>\d{{1,2}})\b{_NOT_AGE}",
        rf"\b(?:een|die|eentje)\s+van\s+{_AGE}\b{_NOT_AGE}",
        # "bijna 12"
        rf"\b{_ALMOST}\s+(?P<age>{NUMBER})\b{_NOT_AGE}",
        rf"\b(?:leeftijd|lft)\s*(?:is|:|van)?\s*{_AGE}\b{_NOT_AGE}",
        rf"\bvan\s+{_AGE}\s*$",
        # The whole message is a number: the answer to the question how old.
        rf"^\s*{_AGE}{_HALF}\s*[.!]?\s*$",
    )
)
_RANGE = re.compile(rf"\b{NUMBER}\s*(?:tot|t/m|-|/)\s*(?:en met\s+)?{NUMBER}\s*{_YEAR_UNIT}|\b\d{{1,2}}\s?\+(?!\d)")
_TELEPHONE = re.compile(TELEPHONE)
# Whether words are a date does not hang on the day on which they are read.
_ANY_DAY = date(2026, 1, 1)


def find_ages(text: str, holidays: SchoolHolidays | None = None) -> list[FoundAge]:
    """Return the ages of children in `text`, in the order in which they stand there."""
    prepared = prepare(text)
    for match in (*_TELEPHONE.finditer(prepared), *_RANGE.finditer(prepared)):
        prepared = blank(prepared, *match.span())
    for span in _taken(text, prepared, holidays):
        prepared = blank(prepared, *span)
    found: list[FoundAge] = []
    for rule in _RULES:
        for match in list(rule.finditer(prepared)):
            ages = _ages(match, text)
            if ages and "\x00" not in prepared[ages[0].start : ages[-1].end]:
                found += ages
                prepared = blank(prepared, ages[0].start, ages[-1].end)
    return sorted(found, key=lambda age: age.start)


def _taken(text: str, prepared: str, holidays: SchoolHolidays | None) -> list[tuple[int, int]]:
    """Return what is a school year, a date or a length of time, and so no age."""
    years = find_school_years(prepared)
    dates = find_dates(text, _ANY_DAY, holidays=holidays)
    durations = find_durations(text, _ANY_DAY, holidays=holidays)
    spans = [(item.start, item.end) for item in years]
    spans += [(item.start, item.end) for item in dates]
    return spans + [(item.start, item.end) for item in durations]


def _ages(match: re.Match[str], text: str) -> list[FoundAge]:
    parts = match.groupdict()
    if parts.get("joined"):
        word = re.sub(r"en(?:een)?half$", "", parts["joined"])
        values = [(match.span(), number(word))]
    else:
        value = number(parts["age"])
        younger = parts.get("almost") or parts.get("becomes")
        start = match.start("almost") if parts.get("almost") else match.start("age")
        end = match.end("age") if parts.get("second") else match.end()
        values = [((start, end), value - 1 if younger else value)]
    if parts.get("second"):
        values.append((match.span("second"), number(parts["second"])))
    if not all(YOUNGEST <= value <= OLDEST for _, value in values):
        return []
    return [FoundAge(*span, value, text[slice(*span)].strip()) for span, value in values]
