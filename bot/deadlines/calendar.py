"""Count with dates: months, working days of the law, dates in words, school holidays."""

from __future__ import annotations

import calendar as months
from datetime import date, timedelta
from functools import lru_cache

import holidays

from bot.deadlines.vocabulary import MONTHS, WEEKDAYS
from bot.knowledge.deadlines import HolidayName, LegalDays, SchoolHoliday, SchoolHolidays
from bot.knowledge.files import KnowledgeError


def add_months(day: date, count: int) -> date:
    """Return the same day `count` months later (or earlier); the last day of a month that has no such day."""
    month = day.year * 12 + day.month - 1 + count
    year, month = divmod(month, 12)
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))


@lru_cache(maxsize=256)
def _movable(year: int, names: tuple[str, ...]) -> frozenset[date]:
    found = holidays.country_holidays("NL", years=year, language="en_US")
    days = {name: day for day in found for name in found.get_list(day)}
    known = {name: next((spelling for spelling in name.split("|") if spelling in days), None) for name in names}
    if missing := [name for name, spelling in known.items() if spelling is None]:
        # A renamed day would silently make a term end too early.
        raise KnowledgeError(f"legal_days.yml: the library 'holidays' has no {', '.join(missing)} in {year}")
    return frozenset(days[spelling] for spelling in known.values() if spelling is not None)


def is_day_off(day: date, legal: LegalDays) -> bool:
    """Tell whether the law counts `day` as a Saturday, a Sunday, a recognised or an equated day off."""
    return (
        day.weekday() >= 5
        or day.strftime("%m-%d") in legal.every_year
        or day in legal.equated.days
        or day in _movable(day.year, legal.library_names)
    )


def next_working_day(day: date, legal: LegalDays) -> date:
    """Return `day`, or the first day after it that is no day off."""
    while is_day_off(day, legal):
        day += timedelta(days=1)
    return day


def in_words(day: date) -> str:
    """Write a date as 'donderdag 24 december 2026'."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def last_school_holiday(name: HolidayName, before: date, known: SchoolHolidays) -> SchoolHoliday | None:
    """Return the latest school holiday of that name that has begun by `before`.

    None when the data cannot tell: the school year of `before` is missing, or the holiday then lies in a year that is.
    """
    year = before.year if before.month >= 8 else before.year - 1
    for first_year in (year, year - 1):
        holiday = known.get(f"{first_year}-{first_year + 1}", {}).get(name)
        if holiday is None:
            return None
        if holiday.first <= before:
            return holiday
    return None
