"""Find dates in a text: '3 november', '3/11/26', 'vorige week dinsdag', 'sinds de herfstvakantie'."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from bot.deadlines import calendar_dates, relative_dates
from bot.deadlines.found import Expect, FoundDate
from bot.deadlines.school_years import find_school_years
from bot.deadlines.vocabulary import NUMBER, blank, prepare
from bot.knowledge.deadlines import SchoolHolidays, school_holidays

UNITS = (
    r"(?:uur|u|min|minuten|dag|dagen|dgn|week|weken|weekjes|wk|wkn|maand|maanden|mnd|jaar|jaren|jr|keer|x|kinderen|"
    r"leerlingen|euro|procent|lessen|punten|km)\b|%|€"
)
TELEPHONE = r"(?<![\d-])(?:\+31|0031|0)[\s-]?\d(?:[\s-]?\d){6,8}(?!\d)"
# What looks like a date and is none: telephone numbers, times, "24/7", ranges and fractions of a unit.
_NO_DATES = tuple(
    re.compile(pattern)
    for pattern in (
        TELEPHONE,
        r"\b\d{1,2}:\d{2}\b|\b\d{1,2}\.\d{2}\s*uur\b|\b24\s?/\s?7\b",
        rf"\b{NUMBER}\s*[-/]\s*{NUMBER}\s*(?:{UNITS})",
    )
)

Rule = Callable[[str, date, Expect], Iterator[FoundDate]]


def find_dates(
    text: str, today: date, expect: Expect = "past", holidays: SchoolHolidays | None = None
) -> list[FoundDate]:
    """Return the dates in `text`, in the order in which they stand there.

    `expect` says on which side of `today` the asked date lies: a registration or a letter lies in the past, the start
    on a new school in the future. A date without a year on the other side is `needs_year`, not a guess. `holidays` are
    the known school holidays (the data of the project when left out).
    """
    known = school_holidays() if holidays is None else holidays
    prepared = prepare(text)
    found: list[FoundDate] = []

    def take(items: Iterator[FoundDate]) -> None:
        nonlocal prepared
        for item in list(items):
            if "\x00" not in prepared[item.start : item.end]:
                found.append(replace(item, text=text[item.start : item.end]))
                prepared = blank(prepared, item.start, item.end)

    take(calendar_dates.full_dates(prepared, today, expect))
    for pattern in _NO_DATES:
        for match in pattern.finditer(prepared):
            prepared = blank(prepared, *match.span())
    for year in find_school_years(prepared):
        prepared = blank(prepared, year.start, year.end)
    take(relative_dates.holidays(prepared, today, expect, known))
    rules: tuple[Rule, ...] = (
        calendar_dates.days_of_months,
        relative_dates.weekdays,
        calendar_dates.day_and_month_numbers,
        relative_dates.counted,
        calendar_dates.days_alone,
        relative_dates.named,
        calendar_dates.months,
        relative_dates.bare_weekdays,
    )
    for rule in rules:
        take(rule(prepared, today, expect))
    return sorted(found, key=lambda item: item.start)
