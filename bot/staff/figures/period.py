"""Periods: from-to in days of Amsterdam, cut into days, weeks, months or quarters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, get_args

from bot.clock import ZONE

Step = Literal["dag", "week", "maand", "kwartaal"]
STEPS: tuple[Step, ...] = get_args(Step)
MOST_PARTS = 120
USUAL_DAYS = 30
MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_QUARTER = re.compile(r"(20\d\d)-([1-4])")


class PeriodError(ValueError):
    """A period cannot be read; the message is in Dutch, for the page."""


@dataclass(frozen=True)
class Period:
    """The days from `first` to `last`, both included, in parts of a step."""

    first: date
    last: date
    step: Step = "week"

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """Return the first moment, and the first moment after it."""
        return (
            datetime.combine(self.first, time(), ZONE),
            datetime.combine(self.last + timedelta(days=1), time(), ZONE),
        )

    def parts(self) -> list[Part]:
        """Return the parts in order; the first and last may be cut off by the period."""
        found = []
        start = self.first
        while start <= self.last:
            following = _following(start, self.step)
            end = min(following - timedelta(days=1), self.last)
            found.append(Part(_label(start, self.step), start, end))
            start = following
        return found


@dataclass(frozen=True)
class Part:
    """A part of a period with its label."""

    label: str
    first: date
    last: date

    def holds(self, moment: datetime) -> bool:
        """Tell whether a moment falls in it."""
        return self.first <= moment.astimezone(ZONE).date() <= self.last


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a year, written as `2026-4`."""

    year: int
    number: int

    @property
    def first(self) -> date:
        """Return its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        """Return its last day."""
        return self.next().first - timedelta(days=1)

    @property
    def period(self) -> Period:
        """Return it as a period of months."""
        return Period(self.first, self.last, "maand")

    @property
    def title(self) -> str:
        """Return how people write it."""
        return f"{self.number}e kwartaal {self.year}"

    def next(self) -> Quarter:
        """Return the quarter after it."""
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    def previous(self) -> Quarter:
        """Return the quarter before it."""
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)

    def __str__(self) -> str:
        """Return it as in an address."""
        return f"{self.year}-{self.number}"


def quarter_of(day: date) -> Quarter:
    """Return the quarter of a day."""
    return Quarter(day.year, (day.month + 2) // 3)


def read_quarter(text: str, today: date) -> Quarter:
    """Return the quarter of a text; without one, that of today.

    Raises:
        PeriodError: the text is no quarter, or one that has not begun.

    """
    if not text:
        return quarter_of(today)
    match = _QUARTER.fullmatch(text)
    if match is None:
        raise PeriodError("Schrijf het kwartaal als jaar en nummer, zoals 2026-4.")
    found = Quarter(int(match[1]), int(match[2]))
    if found > quarter_of(today):
        raise PeriodError("Dit kwartaal is nog niet begonnen.")
    return found


def read_period(first: str, last: str, step: str, today: date) -> Period:
    """Return the period of a form; an empty field has its usual value (the last 30 days, in weeks).

    Raises:
        PeriodError: a date cannot be read, the end lies before the start, or there would be too many parts.

    """
    if step and step not in STEPS:
        raise PeriodError(f"Kies een van deze stappen: {', '.join(STEPS)}.")
    end = _day(last, "tot en met") if last else today
    start = _day(first, "van") if first else min(end, today) - timedelta(days=USUAL_DAYS - 1)
    if end < start:
        raise PeriodError("De einddatum ligt voor de begindatum.")
    period = Period(start, end, next((known for known in STEPS if known == step), "week"))
    days = {"dag": 1, "week": 7, "maand": 28, "kwartaal": 90}[period.step]
    if (end - start).days // days > MOST_PARTS:
        raise PeriodError("Deze periode is te lang voor deze stap. Kies een kortere periode of een grotere stap.")
    return period


def _day(text: str, field: str) -> date:
    """Return a date of a form."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise PeriodError(f"De datum bij '{field}' is geen datum. Schrijf hem als 2026-11-28.") from None
    if not 2020 <= day.year <= 2100:
        raise PeriodError(f"De datum bij '{field}' ligt te ver weg.")
    return day


def _following(day: date, step: Step) -> date:
    """Return the first day of the next part."""
    if step == "dag":
        return day + timedelta(days=1)
    if step == "week":
        return day + timedelta(days=7 - day.weekday())
    if step == "maand":
        return date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return quarter_of(day).next().first


def _label(day: date, step: Step) -> str:
    """Return the label of the part that begins on a day."""
    if step == "dag":
        return f"{day.day} {MONTHS[day.month - 1]}"
    if step == "week":
        return f"week {day.isocalendar().week}"
    if step == "maand":
        return f"{MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}-{quarter_of(day).number}"
