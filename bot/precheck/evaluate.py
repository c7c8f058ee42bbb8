"""Evaluate every arrangement for a profile: past, past_niet or misschien, with a reason per criterion."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import msgspec

from bot.knowledge.arrangements import Arrangement, Criterion
from bot.precheck.data import PrecheckData
from bot.precheck.operators import find
from bot.precheck.profile import Profile, value_of
from bot.precheck.wording import say

Outcome = Literal["past", "past_niet", "misschien"]


class Reason(msgspec.Struct, frozen=True):
    """One criterion with its value (None is unknown) and why, in words for parents.

    `missing` holds the fields that may still decide it; unknown with nothing missing means that a person decides.
    """

    criterion: str
    value: bool | None
    text: str
    source: str
    missing: tuple[str, ...] = ()


class Result(msgspec.Struct, frozen=True):
    """The outcome for one arrangement.

    `reasons` are its hard criteria in order and decide; `indications` are the others and only weigh in the ranking.
    `missing` are the fields that may still change a 'misschien', empty for the other outcomes.
    """

    arrangement: str
    outcome: Outcome
    reasons: tuple[Reason, ...]
    indications: tuple[Reason, ...]
    missing: tuple[str, ...]


def evaluate(profile: Profile, data: PrecheckData, only: Iterable[str] | None = None) -> list[Result]:
    """Return a result per arrangement, in the order of arrangements.yml, or of those named in `only`."""
    wanted = data.arrangements.values() if only is None else [data.arrangements[name] for name in only]
    return [_evaluate_one(profile, arrangement, data) for arrangement in wanted]


def outcome_of(values: Iterable[bool | None]) -> Outcome:
    """Combine hard criteria: one 'no' decides, all 'yes' fits, anything else stays open."""
    seen = list(values)
    if False in seen:
        return "past_niet"
    return "past" if all(seen) else "misschien"


def _evaluate_one(profile: Profile, arrangement: Arrangement, data: PrecheckData) -> Result:
    hard: list[Reason] = []
    soft: list[Reason] = []
    for criterion in arrangement.criteria:
        (hard if criterion.strength == "hard" else soft).append(_reason(criterion, profile, data))
    outcome = outcome_of(reason.value for reason in hard)
    missing: tuple[str, ...] = ()
    if outcome == "misschien":
        missing = tuple(dict.fromkeys(field for reason in hard for field in reason.missing))
    return Result(arrangement.id, outcome, tuple(hard), tuple(soft), missing)


def _reason(criterion: Criterion, profile: Profile, data: PrecheckData) -> Reason:
    finding = find(criterion, profile)
    answer: Any = value_of(profile, criterion.field) if criterion.field else None
    return Reason(
        criterion=criterion.id,
        value=finding.value,
        text=say(criterion, finding, answer, data.fields),
        source=criterion.source,
        missing=finding.missing,
    )
