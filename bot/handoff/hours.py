"""When somebody answers: consultation hours, days off, and the moments at which a parent can be called back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from bot.clock import ZONE
from bot.deadlines.calendar import in_words, is_day_off
from bot.deadlines.vocabulary import MONTHS, WEEKDAYS
from bot.knowledge.deadlines import HolidayName, legal_days, school_holidays
from bot.knowledge.files import KnowledgeError, convert, knowledge_dir, read_yaml
from bot.knowledge.sources import load_sources

Weekday = Literal["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag"]
# Further ahead nothing is looked for: then the data has no hours any more.
LONGEST_CLOSED = 200


class Morning(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From when until when, as `09:00`."""

    from_: str = msgspec.field(name="from")
    until: str


class Period(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The weekly rhythm from a day on; `valid_until` is its last day."""

    valid_from: date
    mornings: dict[Weekday, Morning]
    valid_until: date | None = None


class SlotRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long a slot is, how many parents fit in it, how soon the first one is, and how many days ahead are offered."""

    minutes: int
    capacity: int
    first_after_minutes: int
    days_ahead: int


class Closed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A period without anybody there."""

    first: date
    last: date
    why: str


class HoursFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file hours.yml. `own_setting` names what no source says."""

    source: str
    own_setting: tuple[str, ...]
    periods: tuple[Period, ...]
    slots: SlotRules
    closed_school_holidays: tuple[HolidayName, ...]
    closed: tuple[Closed, ...]


@dataclass(frozen=True)
class Slot:
    """A moment at which parents can be called back."""

    start: datetime
    end: datetime

    @property
    def text(self) -> str:
        """Return the slot in words: maandag 30 november, 9.00 tot 9.30 uur."""
        day = f"{WEEKDAYS[self.start.weekday()]} {self.start.day} {MONTHS[self.start.month - 1]}"
        return f"{day}, {clock_text(self.start)} tot {clock_text(self.end)} uur"


class Hours:
    """The hours of the Steunpunt. All times are in Amsterdam."""

    def __init__(self, content: HoursFile) -> None:
        """Hold the hours."""
        self._content = content
        self.capacity = content.slots.capacity

    def opening(self, day: date) -> tuple[datetime, datetime] | None:
        """Return from when until when somebody is there on a day, or None."""
        period = next((p for p in self._content.periods if p.valid_from <= day <= (p.valid_until or date.max)), None)
        morning = period.mornings.get(WEEKDAYS[day.weekday()]) if period else None  # type: ignore[call-overload]
        if morning is None or self._is_closed(day):
            return None
        return _at(day, morning.from_), _at(day, morning.until)

    def is_open(self, moment: datetime) -> bool:
        """Tell whether somebody is there."""
        opening = self.opening(moment.astimezone(ZONE).date())
        return opening is not None and opening[0] <= moment < opening[1]

    def closes_at(self, moment: datetime) -> datetime | None:
        """Return when the hours of now end; None when nobody is there."""
        opening = self.opening(moment.astimezone(ZONE).date())
        return opening[1] if opening is not None and opening[0] <= moment < opening[1] else None

    def next_open(self, moment: datetime) -> datetime | None:
        """Return when somebody is there again (`moment` itself when now); None when the data holds no more hours."""
        for day in _days(moment.astimezone(ZONE).date(), LONGEST_CLOSED):
            opening = self.opening(day)
            if opening is not None and moment < opening[1]:
                return max(opening[0], moment)
        return None

    def slots(self, moment: datetime, days: int | None = None) -> list[Slot]:
        """Return the callback slots of the next days that are not too soon; whether they are taken is not known here."""
        rules = self._content.slots
        soonest = moment + timedelta(minutes=rules.first_after_minutes)
        first = moment.astimezone(ZONE).date()
        return [slot for day in _days(first, days or rules.days_ahead) for slot in self.slots_of(day) if slot.start >= soonest]

    def slots_of(self, day: date) -> list[Slot]:
        """Return all callback slots of a day."""
        opening = self.opening(day)
        if opening is None:
            return []
        length = timedelta(minutes=self._content.slots.minutes)
        count = int((opening[1] - opening[0]) / length)
        return [Slot(opening[0] + number * length, opening[0] + (number + 1) * length) for number in range(count)]

    def slot_at(self, moment: datetime) -> Slot | None:
        """Return the slot that begins at a moment, or None where there is none."""
        day = moment.astimezone(ZONE).date()
        return next((slot for slot in self.slots_of(day) if slot.start == moment), None)

    def _is_closed(self, day: date) -> bool:
        """Tell whether nobody is there on a day, whatever the rhythm of the week."""
        if is_day_off(day, legal_days()) or any(c.first <= day <= c.last for c in self._content.closed):
            return True
        closed = self._content.closed_school_holidays
        years = school_holidays().values()
        return any(name in closed and h.first <= day <= h.last for year in years for name, h in year.items())


def clock_text(moment: datetime) -> str:
    """Write a time as 9.00."""
    local = moment.astimezone(ZONE)
    return f"{local.hour}.{local.minute:02}"


def moment_text(moment: datetime) -> str:
    """Write a moment as maandag 30 november 2026 om 9.00 uur."""
    return f"{in_words(moment.astimezone(ZONE).date())} om {clock_text(moment)} uur"


@lru_cache
def load_hours(path: Path | None = None) -> Hours:
    """Load hours.yml.

    Raises:
        KnowledgeError: a time or period cannot be; names entry and field.

    """
    path = path or knowledge_dir() / "hours.yml"
    content = convert(read_yaml(path), HoursFile, str(path))
    load_sources().get(content.source, f"{path}: field 'source'")
    if not content.periods:
        raise KnowledgeError(f"{path}: field 'periods': holds no period")
    for before, after in zip(content.periods, content.periods[1:], strict=False):
        if before.valid_until is None or before.valid_until >= after.valid_from:
            raise KnowledgeError(f"{path}: field 'periods': {before.valid_from} must end before {after.valid_from} begins")
    for period in content.periods:
        for weekday, morning in period.mornings.items():
            where = f"{path}: period {period.valid_from}: entry '{weekday}'"
            if _time(morning.from_, where) >= _time(morning.until, where):
                raise KnowledgeError(f"{where}: 'until' must be later than 'from'")
    for closed in content.closed:
        if closed.first > closed.last:
            raise KnowledgeError(f"{path}: field 'closed': {closed.first} lies after {closed.last}")
    rules = content.slots
    if rules.minutes < 5 or rules.capacity < 1 or rules.first_after_minutes < 0 or rules.days_ahead < 1:
        raise KnowledgeError(f"{path}: field 'slots': minutes is at least 5, capacity and days_ahead at least 1")
    return Hours(content)


def _time(text: str, where: str) -> time:
    """Return a time of day."""
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise KnowledgeError(f"{where}: '{text}' is no time; write it as \"09:00\"") from None


def _at(day: date, text: str) -> datetime:
    """Return a time on a day, in Amsterdam."""
    return datetime.combine(day, time.fromisoformat(text), ZONE)


def _days(first: date, count: int) -> Iterator[date]:
    """Yield so many days."""
    return (first + timedelta(days=number) for number in range(count))
