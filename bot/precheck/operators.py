"""Find the value of one criterion: operators on one field, or a named predicate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from bot.knowledge.arrangements import Operator, Scalar, Value
from bot.precheck import derive
from bot.precheck.finding import EDGE, Finding, ask, no, yes
from bot.precheck.predicates import PREDICATES
from bot.precheck.profile import Profile, value_of


class Condition(Protocol):
    """What both a criterion and a consistency rule have."""

    @property
    def field(self) -> str | None:
        """Return the field of the profile, or None for a predicate."""

    @property
    def predicate(self) -> str | None:
        """Return the name of a predicate, or None for a field."""

    @property
    def operator(self) -> Operator | None:
        """Return the operator on the field."""

    @property
    def value(self) -> Value:
        """Return what the operator compares with."""

    @property
    def edge(self) -> tuple[Scalar, ...]:
        """Return the answers for which sources differ."""


def find(condition: Condition, profile: Profile) -> Finding:
    """Return the three-valued outcome of a condition; an answer that is one of its edge values is an edge."""
    if condition.predicate is not None:
        finding = PREDICATES[condition.predicate](profile, condition.value)
    else:
        finding = _compare(profile, str(condition.field), condition.operator, condition.value)
    if finding.value is False and finding.seen in condition.edge:
        return EDGE
    if finding.missing:
        open_fields = tuple(
            field for field in finding.missing if field == "kenmerken" or value_of(profile, field) is None
        )
        return finding._replace(missing=open_fields)
    return finding


def _compare(profile: Profile, field: str, operator: Operator | None, wanted: Any) -> Finding:
    if field == "kenmerken" and operator == "contains_any":
        return derive.any_trait(profile, *wanted)
    if field == "kenmerken" and operator == "contains_all":
        return derive.all_traits(profile, *wanted)
    answer: Any = value_of(profile, field)
    if answer is None:
        return no() if operator == "known" else ask(field)
    if _holds(answer, operator, wanted):
        return yes(answer)
    return no(answer if not isinstance(answer, tuple) else None)


def _holds(answer: Any, operator: Operator | None, wanted: Any) -> bool:
    return operator is not None and bool(_TESTS[operator](answer, wanted))


_TESTS: dict[Operator, Callable[[Any, Any], bool]] = {
    "known": lambda answer, wanted: True,
    "in": lambda answer, wanted: answer in wanted,
    "at_least": lambda answer, wanted: answer >= wanted,
    "at_most": lambda answer, wanted: answer <= wanted,
    "more_than": lambda answer, wanted: answer > wanted,
    "between": lambda answer, wanted: wanted[0] <= answer <= wanted[1],
    "is_true": lambda answer, wanted: answer is True,
    "is_false": lambda answer, wanted: answer is False,
    "contains_any": lambda answer, wanted: bool(set(answer) & set(wanted)),
    "contains_all": lambda answer, wanted: set(wanted) <= set(answer),
}
