"""Choose the next question: the one that is expected to decide most, for the least effort.

Measure, per field f that an open arrangement (misschien) still misses:

    score(f) = sum over answers a of chance(a) * sum over open arrangements c of weight(c) * gain(c, a)  /  effort(f)

gain is 1 when the answer decides c (past or past_niet) and otherwise the share of its unknown hard criteria that it
settles, times SETTLED. weight(c) is how well c fits so far (1 + `ranking.fit`) times a power of a rough chance that the
rest is met too: ruling out what hardly could fit is worth little. Chances and effort are data (profile_fields.yml).
So a question that divides all arrangements comes first, later those that finish what nearly fits.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Any

import msgspec

from bot.knowledge.arrangements import Criterion
from bot.knowledge.profile_fields import FieldInfo, Option
from bot.precheck.data import PrecheckData
from bot.precheck.evaluate import Result, outcome_of
from bot.precheck.operators import find
from bot.precheck.profile import Profile, with_answer
from bot.precheck.ranking import criterion_use, fit

SETTLED, HOPE, HOPELESS = 0.4, 0.3, 0.001
ENOUGH_QUESTIONS = 8
"""What a parent is asked without asking for more."""


class Question(msgspec.Struct, frozen=True):
    """A question for the parent. `field` may be an area (`ondersteuning.leren`); `multiple` takes more options."""

    field: str
    text: str
    why: str
    options: tuple[Option, ...]
    multiple: bool


def next_question(
    profile: Profile,
    results: Sequence[Result],
    asked: AbstractSet[str],
    data: PrecheckData,
    enough: int | None = ENOUGH_QUESTIONS,
) -> Question | None:
    """Return the question that decides most among the open arrangements, or None when nothing useful is left.

    `asked` are the fields that the parent was asked before, answered or not; they are not asked again. After `enough`
    questions it stops; None goes on as long as a question can decide something (when the parent wants to know more).
    """
    if enough is not None and len(asked) >= enough:
        return None
    outlook = _Outlook(profile, asked, data)
    scores: dict[str, float] = {}
    for result in results:
        if result.outcome == "misschien":
            outlook.add_scores(result, scores)
    if not scores:
        return None
    # Fields in the order of profile_fields.yml, so that a tie is no accident.
    fields = [field for field in data.fields if field in scores]
    return question_for(max(fields, key=lambda field: scores[field] / data.fields[field].effort), data)


def question_for(field: str, data: PrecheckData) -> Question:
    """Return the question about a field, for asking again or correcting."""
    info = data.fields[field]
    return Question(field, info.question, info.why, info.options, info.kind == "multi")


class _Outlook:
    """What likely answers would change, for one profile. Equal criteria of arrangements are looked at once."""

    def __init__(self, profile: Profile, asked: AbstractSet[str], data: PrecheckData) -> None:
        """Imagine every likely answer to every question that can still be asked."""
        self._data = data
        self._asked_by = criterion_use(data)
        self._imagined = {
            field: [(with_answer(profile, field, answer), chance) for answer, chance in answers(field, info)]
            for field, info in data.fields.items()
            if info.asked and field not in asked and not profile.answered(field)
        }
        self._seen: dict[tuple[str, str], list[bool | None]] = {}

    def add_scores(self, result: Result, scores: dict[str, float]) -> None:
        """Add what each question would decide about one open arrangement to `scores`."""
        missing = {reason.criterion: reason.missing for reason in result.reasons if reason.value is None}
        criteria = self._data.arrangements[result.arrangement].criteria
        unknown = [criterion for criterion in criteria if criterion.id in missing]
        chance = math.prod(self._chance(criterion, missing[criterion.id]) for criterion in unknown)
        weight = (1 + fit(result, self._asked_by)) * max(chance, HOPELESS) ** HOPE
        for field in dict.fromkeys(field for criterion in unknown for field in missing[criterion.id]):
            if field in self._imagined:
                gain = self._gain(field, unknown, missing)
                scores[field] = scores.get(field, 0.0) + weight * gain

    def _values(self, criterion: Criterion, field: str) -> list[bool | None]:
        """Return what a criterion becomes with each likely answer to a question."""
        key = (criterion.condition, field)
        if key not in self._seen:
            self._seen[key] = [find(criterion, told).value for told, _ in self._imagined[field]]
        return self._seen[key]

    def _chance(self, criterion: Criterion, missing: Sequence[str]) -> float:
        """Guess the chance that an unknown criterion does not turn out 'no'; 0 when no question can settle it."""
        field = next((field for field in missing if field in self._imagined), None)
        if field is None:
            return 0.0
        values = self._values(criterion, field)
        return sum(
            chance for value, (_, chance) in zip(values, self._imagined[field], strict=True) if value is not False
        )

    def _gain(self, field: str, unknown: Sequence[Criterion], missing: dict[str, tuple[str, ...]]) -> float:
        # What is met stays met for this estimate, and what does not miss this field stays unknown.
        touched = [self._values(criterion, field) for criterion in unknown if field in missing[criterion.id]]
        untouched = len(unknown) - len(touched)
        total = 0.0
        for index, (_, chance) in enumerate(self._imagined[field]):
            values = [*(values[index] for values in touched), *([None] * untouched)]
            decided = outcome_of(values) != "misschien"
            total += chance * (1.0 if decided else SETTLED * (1 - values.count(None) / len(values)))
        return total


def answers(field: str, info: FieldInfo) -> list[tuple[Any, float]]:
    """Return likely answers with chances that add up to 1."""
    if info.kind == "multi":
        told: list[tuple[Any, float]] = [([option.value], option.chance) for option in info.options]
    elif info.options:
        told = [(option.value, option.chance) for option in info.options]
    else:
        told = [(int(value), chance) for value, chance in info.samples]
    whole = sum(chance for _, chance in told) or 1.0
    return [(answer, chance / whole) for answer, chance in told]
