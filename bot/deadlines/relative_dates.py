"""Dates that lean on today: 'eergisteren', 'vorige week dinsdag', '2 weken geleden', 'sinds de herfstvakantie'."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from bot.deadlines.calendar import add_months, last_school_holiday
from bot.deadlines.calendar_dates import place
from bot.deadlines.found import Expect, FoundDate
from bot.deadlines.vocabulary import NUMBER, number, weekday_of
from bot.knowledge.deadlines import HolidayName, SchoolHoliday, SchoolHolidays

_DAYS = (
    (r"eergister(?:en)?|eergistren", -2),
    (r"gist(?:er|eren|ren|ere|ern)(?:avond|middag|morgen|ochtend)?", -1),
    (r"vandaag|vandag|vanda?g|vanochtend|vanmiddag|vanmorgen|vanavond", 0),
    (r"(?<!goede )(?<!de )(?<!elke )(?<!iedere )morgen(?:avond|middag|ochtend)?", 1),
    (r"overmorgen", 2),
)
_NAMED = tuple((re.compile(rf"\b(?:{words})\b"), days) for words, days in _DAYS)

_WEEK = r"(?P<week>vorige|afgelopen|verleden|laatste|deze|dees|volgende|komende|aankomende)\s+week"
_WORD = r"(?P<weekday>[a-z]{2,10})\.?"
_WEEK_SHIFT = {"deze": 0, "dees": 0, "volgende": 1, "komende": 1, "aankomende": 1}
_IN_WEEK = (
    re.compile(rf"\b{_WEEK}\s+(?:op\s+)?{_WORD}(?![a-z])"),
    re.compile(rf"\b{_WORD}\s+(?:van\s+|in\s+)?{_WEEK}\b"),
)
_WEEKS_AGO = re.compile(rf"\b{_WORD}\s+(?P<count>{NUMBER})\s+wek?en?\s+geleden\b")
_LAST_DAY = (
    re.compile(
        r"\b(?:afgelopen|vorige|laatste|verleden|jongstleden|sinds|vanaf|al sinds)\s+(?P<weekday>[a-z]{2,10})\b"
    ),
    re.compile(r"\b(?P<weekday>[a-z]{6,10})\s+(?:jl|j\.l|jongstleden|laatstleden)\b\.?"),
)
_NEXT_DAY = (
    re.compile(r"\b(?:aanstaande|komende|aankomende|volgende|eerstvolgende|a\.s\.|as)\s+(?P<weekday>[a-z]{2,10})\b"),
    re.compile(r"\b(?P<weekday>[a-z]{6,10})\s+(?:a\.s|aanstaande)\b\.?"),
)
_BARE_DAY = re.compile(r"(?<!elke )(?<!iedere )(?<!elk )(?<!'s )\b(?P<weekday>[a-z]{6,10})\b(?!\s+en\b)")

_COUNT = rf"(?P<count>{NUMBER}|anderhal(?:f|ve)|(?:een\s+)?(?:half|halve)|(?:een\s+)?paar|enkele)"
_UNIT = r"(?P<unit>dag(?:en)?|dgn|week|weken|weekjes?|wk|wkn|maand(?:en|je|jes)?|mnd|jaar|jaren)"
_AGO = re.compile(rf"\b{_COUNT}\s*{_UNIT}\s+(?:ge?leden|terug)\b")
_ABOUT_AGO = re.compile(rf"\been\s+{_UNIT}\s+of\s+(?P<count>{NUMBER})\s+(?:geleden|terug)\b")
_AHEAD = re.compile(rf"\bover\s+{_COUNT}\s*{_UNIT}\b")
_VAGUE = re.compile(
    r"\b(?P<which>vorige|afgelopen|verleden|volgende|komende)\s+(?P<unit>week|maand|jaar)\b"
    r"|\b(?P<year>vorig|afgelopen|volgend)\s+(?:jaar|schooljaar)\b"
    r"|\b(?:onlangs|laatst|kort geleden|pas geleden|een tijdje? geleden|lang geleden)\b"
)

_HOLIDAY = re.compile(
    r"\b(?:(?P<from>sinds|vanaf)\s+(?:(?:het\s+)?(?:einde?|afloop)\s+van\s+)?)?"
    r"(?:(?P<start>(?:het\s+)?begin)\s+van\s+)?"
    r"(?:(?:de|het|dit|afgelopen)\s+)?(?P<which>vorige|afgelopen|laatste|komende|volgende|aankomende)?\s*"
    r"(?:(?P<name>herfst|kerst|voorjaars?|krokus|carnavals|mei|zomer|grote\s)-?\s?vak(?:a|e)nties?|(?P<short>kerst|zomer)\b|"
    r"(?P<year>begin\s+(?:van\s+)?(?:het|dit)\s+(?:nieuwe\s+)?schooljaar|(?:start\s+van\s+)?(?:het|dit)\s+schooljaar))"
    r"(?:\s+(?:van\s+)?(?P<number>20\d{2}))?(?![a-z])"
)
_NAMES: dict[str, HolidayName] = {
    "herfst": "herfst", "kerst": "kerst", "voorjaar": "voorjaar", "voorjaars": "voorjaar", "krokus": "voorjaar",
    "carnavals": "voorjaar", "mei": "mei", "zomer": "zomer", "grote": "zomer",
}  # fmt: skip


def weekdays(text: str, today: date, expect: Expect) -> Iterator[FoundDate]:
    """Find a day of the week that a word places: 'vorige week dinsdag', 'afgelopen maandag', 'maandag a.s.'."""
    monday = today - timedelta(days=today.weekday())
    for pattern in _IN_WEEK:
        for match in pattern.finditer(text):
            day = weekday_of(match["weekday"], short=True)
            if day is not None:
                shift = _WEEK_SHIFT.get(match["week"], -1)
                yield place(match.span(), monday + timedelta(weeks=shift, days=day), today, expect)
    for match in _WEEKS_AGO.finditer(text):
        day = weekday_of(match["weekday"], short=True)
        if day is not None:
            yield place(match.span(), monday + timedelta(weeks=-number(match["count"]), days=day), today, expect)
    for patterns, direction in ((_LAST_DAY, -1), (_NEXT_DAY, 1)):
        for pattern in patterns:
            for match in pattern.finditer(text):
                day = weekday_of(match["weekday"])
                if day is not None:
                    yield place(match.span(), _nearest(day, today, direction), today, expect)


def bare_weekdays(text: str, today: date, expect: Expect) -> Iterator[FoundDate]:
    """Find a day of the week alone: it may be the last or the next one, so ask."""
    for match in _BARE_DAY.finditer(text):
        day = weekday_of(match["weekday"])
        if day is not None:
            candidates = (_nearest(day, today, -1), _nearest(day, today, 1))
            yield FoundDate(*match.span(), None, "", "vague", candidates)


def named(text: str, today: date, expect: Expect) -> Iterator[FoundDate]:
    """Find 'gisteren', 'overmorgen', and words that name no day ('vorige week', 'onlangs')."""
    for pattern, days in _NAMED:
        for match in pattern.finditer(text):
            yield place(match.span(), today + timedelta(days=days), today, expect)
    for match in _VAGUE.finditer(text):
        yield FoundDate(*match.span(), None, "", "vague", period=_period(match, today))


def counted(text: str, today: date, expect: Expect) -> Iterator[FoundDate]:
    """Find '2 weken geleden' and 'over 2 weken'; months and years ago are too rough for a date."""
    for match in _ABOUT_AGO.finditer(text):
        yield FoundDate(*match.span(), None, "", "vague", _moved(today, match, -1))
    for pattern, direction in ((_AGO, -1), (_AHEAD, 1)):
        for match in pattern.finditer(text):
            moved = _moved(today, match, direction)
            # "een half jaar geleden" and "3 maanden geleden" are said roughly: a deadline needs the day itself.
            rough = match["unit"].startswith(("maand", "mnd", "jaar", "jaren"))
            if moved and not rough:
                yield place(match.span(), moved[0], today, expect)
            else:
                yield FoundDate(*match.span(), None, "", "vague", moved)


def holidays(text: str, today: date, expect: Expect, known: SchoolHolidays) -> Iterator[FoundDate]:
    """Find school holidays; 'sinds de herfstvakantie' is the first day after the last one that has begun."""
    for match in _HOLIDAY.finditer(text):
        if match["short"] and not (match["from"] or match["which"]):
            continue
        name = "zomer" if match["year"] else _NAMES[(match["name"] or match["short"]).strip()]
        found = _holiday(name, match, today, known)
        if found is None:
            yield FoundDate(*match.span(), None, "", "unknown")
            continue
        at_start = not match["year"] and (match["start"] or found.first <= today <= found.last)
        value = found.first if at_start else found.last + timedelta(days=1)
        if match["from"] or match["year"] or match["start"]:
            yield place(match.span(), value, today, expect)
        else:
            # "na de kerstvakantie" may be the last or the coming one.
            coming = next((item.last + timedelta(days=1) for item in _every(name, known) if item.first > today), None)
            candidates = (value, coming) if coming else (value,)
            yield FoundDate(*match.span(), None, "", "vague", candidates, (found.first, found.last))


def _holiday(name: HolidayName, match: re.Match[str], today: date, known: SchoolHolidays) -> SchoolHoliday | None:
    every = _every(name, known)
    if match["number"]:
        return next((holiday for holiday in every if holiday.first.year == int(match["number"])), None)
    if match["which"] in ("komende", "volgende", "aankomende"):
        return next((holiday for holiday in every if holiday.first > today), None)
    return last_school_holiday(name, today, known)


def _every(name: HolidayName, known: SchoolHolidays) -> list[SchoolHoliday]:
    return sorted((year[name] for year in known.values() if name in year), key=lambda holiday: holiday.first)


def _nearest(day: int, today: date, direction: int) -> date:
    """Return the nearest such day of the week strictly before (-1) or after (1) today."""
    distance = (today.weekday() - day) % 7 or 7
    return today - timedelta(days=distance) if direction < 0 else today + timedelta(days=(7 - distance) or 7)


def _moved(today: date, match: re.Match[str], direction: int) -> tuple[date, ...]:
    """Return the day that lies so far from today; nothing when the words name no number."""
    count = re.sub(r"^een\s+(?=\w)", "", match["count"])
    unit = match["unit"]
    if count in ("paar", "enkele"):
        return ()
    amount = {"half": 0.5, "halve": 0.5, "anderhalf": 1.5, "anderhalve": 1.5}.get(count) or float(number(count))
    if unit.startswith("d"):
        return (today + timedelta(days=direction * round(amount)),)
    if unit.startswith("w"):
        return (today + timedelta(days=direction * round(amount * 7)),)
    if amount > 600:
        return ()
    whole = round(amount * (12 if unit.startswith("j") else 1))
    return (add_months(today, direction * whole),)


def _period(match: re.Match[str], today: date) -> tuple[date, date] | None:
    parts = match.groupdict()
    unit = "jaar" if parts["year"] else parts["unit"]
    if unit is None or match[0].endswith("schooljaar"):
        return None
    shift = 1 if (parts["which"] or parts["year"]) in ("volgende", "komende", "volgend") else -1
    if unit == "week":
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=shift)
        return monday, monday + timedelta(days=6)
    if unit == "maand":
        first = add_months(today.replace(day=1), shift)
        return first, add_months(first, 1) - timedelta(days=1)
    return date(today.year + shift, 1, 1), date(today.year + shift, 12, 31)
