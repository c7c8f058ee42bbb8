"""Work out a deadline from its rule and a date; the words come from data/knowledge/deadlines.yml."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from bot.deadlines.calendar import add_months, in_words, next_working_day
from bot.knowledge.deadlines import LegalDays, Rule, SharedLabels, Unit, deadline_rules, legal_days, shared_labels
from bot.knowledge.levels import Level

# Passend onderwijs began on 1 August 2014; a later date than the last is a typing error.
EARLIEST = date(2014, 8, 1)
LATEST = date(2049, 12, 31)

Phase = Literal["before", "at", "between", "extended", "after"]
EventKind = Literal["start", "now", "end", "extension"]


class DeadlineError(ValueError):
    """No deadline follows from what was given; the message says why."""


@dataclass(frozen=True)
class Event:
    """One point of the timeline."""

    kind: EventKind
    day: date
    label: str


@dataclass(frozen=True)
class Deadline:
    """A worked-out deadline.

    `from_` is the date that was given, `until` the last day, `extended_until` the last day when the other side may take
    longer (None where the rule knows no extension). For a rule that counts back, `until` lies before `from_`.
    `what_after` is empty until the end has passed. `certain` is False where an extra day off might still move the end.
    """

    rule: str
    title: str
    from_: date
    until: date
    extended_until: date | None
    extended: bool
    certain: bool
    phase: Phase
    text: str
    what_after: str
    source: str
    events: tuple[Event, ...]

    @property
    def end(self) -> date:
        """Return the day that counts: the extended one when the deadline was extended."""
        return self.extended_until if self.extended and self.extended_until else self.until


def compute(
    rule_id: str, start: date, extended: bool = False, today: date | None = None, level: Level = "b1"
) -> Deadline:
    """Work out the deadline `rule_id` from the date `start`; its texts are those of a language level.

    `extended` says that the other side has announced to need more time. Without `today` the text speaks of a deadline
    that lies ahead, and the timeline has no 'now'.

    Raises:
        DeadlineError: the rule is unknown, knows no extension, or the date cannot be right.
    """
    rules = deadline_rules(level)
    rule = rules.get(rule_id)
    if rule is None:
        raise DeadlineError(f"unknown rule '{rule_id}'; known are: {', '.join(rules)}")
    if extended and rule.extension is None:
        raise DeadlineError(f"rule '{rule_id}' knows no extension")
    if not EARLIEST <= start <= LATEST:
        raise DeadlineError(f"the date {start} lies outside {EARLIEST} .. {LATEST}")
    counted = _shift(start, rule.length, rule.unit, rule.direction == "before")
    legal = legal_days()
    until = next_working_day(counted, legal) if rule.working_day_shift else counted
    longest = _shift(until, rule.extension.length, rule.extension.unit) if rule.extension else None
    certain = not rule.working_day_shift or _decree_covers(until, legal)
    end = longest if extended and longest else until
    phase = _phase(until, longest, end, today, extended)
    values = {
        "from": in_words(start),
        "first_day": in_words(start + timedelta(days=1)),
        "counted_end": in_words(counted),
        "until": in_words(until),
        "extended_until": in_words(longest) if longest else "",
        "end": in_words(end),
    }
    return Deadline(
        rule=rule_id,
        title=rule.title,
        from_=start,
        until=until,
        extended_until=longest,
        extended=extended,
        certain=certain,
        phase=phase,
        text=_text(rule, phase, shifted=until != counted, certain=certain).format_map(values),
        what_after=rule.what_after.format_map(values) if phase in ("between", "after") else "",
        source=rule.source,
        events=_events(rule, start, until, longest, today, shared_labels()),
    )


def to_contract(deadline: Deadline) -> dict[str, str | None]:
    """Return the JSON object of `bot deadline --json`; dates in ISO 8601."""
    return {
        "rule": deadline.rule,
        "from": deadline.from_.isoformat(),
        "until": deadline.until.isoformat(),
        "extended_until": deadline.extended_until.isoformat() if deadline.extended_until else None,
        "text": " ".join(part for part in (deadline.text, deadline.what_after) if part),
        "source": deadline.source,
    }


def _shift(day: date, length: int, unit: Unit, back: bool = False) -> date:
    count = -length if back else length
    return add_months(day, count) if unit == "month" else day + timedelta(weeks=count)


def _decree_covers(end: date, legal: LegalDays) -> bool:
    return legal.equated.first_year <= end.year <= legal.equated.last_year


def _phase(until: date, longest: date | None, end: date, today: date | None, extended: bool) -> Phase:
    if today is None or today <= end:
        if extended:
            return "extended"
        return "at" if today == end else "before"
    return "between" if not extended and longest is not None and today <= longest else "after"


def _text(rule: Rule, phase: Phase, shifted: bool, certain: bool) -> str:
    parts = [getattr(rule.text, phase)]
    if phase in ("before", "at"):
        parts += [rule.shifted_note] if shifted and rule.shifted_note else []
        parts += [rule.uncertain_note] if not certain and rule.uncertain_note else []
    return " ".join(parts)


def _events(
    rule: Rule, start: date, until: date, longest: date | None, today: date | None, labels: SharedLabels
) -> tuple[Event, ...]:
    """Return the points of the timeline in the order of their dates (on one day: start, now, end, extension)."""
    events = [Event("start", start, rule.timeline.start)]
    if today is not None:
        events.append(Event("now", today, labels.now))
    events.append(Event("end", until, rule.timeline.end))
    if longest is not None:
        events.append(Event("extension", longest, labels.extension))
    return tuple(sorted(events, key=lambda event: event.day))
