"""The facts the pre-check works with, loaded and checked once."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec

from bot.knowledge.arrangements import Arrangement, Route, load_arrangements
from bot.knowledge.files import KnowledgeError, knowledge_dir
from bot.knowledge.levels import Level
from bot.knowledge.profile_fields import Clash, FieldInfo, load_clashes, load_profile_fields
from bot.precheck.clash_predicates import CLASH_PREDICATES
from bot.precheck.operators import Condition
from bot.precheck.predicates import PREDICATES
from bot.precheck.profile import Profile, Support


class PrecheckData(msgspec.Struct, frozen=True):
    """Arrangements, routes, fields and consistency rules, by id."""

    arrangements: dict[str, Arrangement]
    routes: dict[str, Route]
    fields: dict[str, FieldInfo]
    clashes: dict[str, Clash]


@lru_cache
def load_precheck(folder: Path | None = None, level: Level = "b1") -> PrecheckData:
    """Load everything the pre-check needs from data/knowledge, with the texts of a language level.

    Raises:
        KnowledgeError: an entry does not fit, or names a field or predicate that does not exist.
    """
    folder = folder or knowledge_dir()
    catalogue = load_arrangements(folder, level)
    fields, clashes = load_profile_fields(folder, level), load_clashes(folder, level)
    data = PrecheckData(catalogue.arrangements, catalogue.routes, fields, clashes)
    names = {field.name for field in msgspec.structs.fields(Profile)} - {"ondersteuning", "geen_kenmerken"}
    names |= {f"ondersteuning.{area.name}" for area in msgspec.structs.fields(Support)}
    if data.fields.keys() != names:
        raise KnowledgeError(
            f"{folder / 'profile_fields.yml'}: missing fields {sorted(names - data.fields.keys())}, "
            f"unknown fields {sorted(data.fields.keys() - names)}"
        )
    for key, arrangement in data.arrangements.items():
        for criterion in arrangement.criteria:
            _check(criterion, names, frozenset(PREDICATES), f"{folder / 'arrangements.yml'}: entry '{key}'")
    for key, clash in data.clashes.items():
        for condition in clash.when:
            known = frozenset(PREDICATES.keys() | CLASH_PREDICATES.keys())
            _check(condition, names, known, f"{folder / 'consistency.yml'}: entry '{key}'")
    return data


def _check(condition: Condition, fields: set[str], predicates: frozenset[str], where: str) -> None:
    if condition.field is not None and condition.field not in fields:
        raise KnowledgeError(f"{where}: field '{condition.field}' is no field of the profile")
    if condition.predicate is not None and condition.predicate not in predicates:
        raise KnowledgeError(f"{where}: predicate '{condition.predicate}' does not exist in bot/precheck")
