"""Notice answers that do not go together, and ask about them kindly."""

from __future__ import annotations

from typing import NamedTuple

from bot.knowledge.profile_fields import ClashCondition
from bot.precheck.clash_predicates import CLASH_PREDICATES
from bot.precheck.data import PrecheckData
from bot.precheck.operators import find
from bot.precheck.profile import Profile


class Doubt(NamedTuple):
    """A friendly question about answers that clash; `fields` are the answers to change."""

    rule: str
    fields: tuple[str, ...]
    text: str


def consistency(profile: Profile, data: PrecheckData) -> list[Doubt]:
    """Return a question for every clash, in the order of consistency.yml."""
    return [
        Doubt(rule, clash.fields, clash.text)
        for rule, clash in data.clashes.items()
        if all(_true(condition, profile) for condition in clash.when)
    ]


def _true(condition: ClashCondition, profile: Profile) -> bool:
    if condition.predicate in CLASH_PREDICATES:
        return CLASH_PREDICATES[condition.predicate](profile)
    return find(condition, profile).value is True
