"""How urgent a handoff is, by stated rules; the limits and the words of the reasons stand in intake.yml.

spoed: a crisis came up in the conversation. hoog: a child that is at home longer than some weeks, or a deadline that
ends within some days. gewoon: everything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from bot.deadlines.calendar import in_words
from bot.deadlines.dutch import find_durations
from bot.handoff.intake import Answered, Term, Urgency, UrgencyNote
from bot.handoff.texts import load_intake_texts

AT_HOME = "weken_niet_naar_school"
_BARE_NUMBER = re.compile(r"\s*(\d{1,3})\s*")


def urgency_of(crisis: bool, situation: Iterable[Answered], terms: Iterable[Term], today: date) -> UrgencyNote:
    """Return the level, with every reason for it."""
    rules = load_intake_texts().urgency
    reasons, high = [], []
    if crisis:
        reasons.append(rules.reasons["crisis"])
    weeks = weeks_at_home(situation, today)
    if weeks is not None and weeks > rules.weeks_at_home:
        high.append(rules.reasons["at_home"].format(weken=round(weeks)))
    last = today + timedelta(days=rules.days_to_deadline)
    for term in terms:
        if today <= term.until <= last:
            high.append(rules.reasons["deadline"].format(titel=term.title, datum=in_words(term.until)))
    level: Urgency = "spoed" if crisis else "hoog" if high else "gewoon"
    return UrgencyNote(level=level, reasons=[*reasons, *high])


def weeks_at_home(situation: Iterable[Answered], today: date) -> float | None:
    """Return how many weeks a child is at home according to the answer, in whatever words; None where it names none."""
    answer = next((entry.answer for entry in situation if entry.field == AT_HOME), None)
    if answer is None:
        return None
    bare = _BARE_NUMBER.fullmatch(answer)
    if bare is not None:
        return float(bare[1])
    lengths = [found.value_weeks for found in find_durations(answer, today) if found.value_weeks is not None]
    return max(lengths, default=None)
