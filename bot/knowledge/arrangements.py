"""Load the arrangements: who they are for, what they ask and how to apply."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from bot.knowledge.files import KnowledgeError, knowledge_dir, load_entries
from bot.knowledge.levels import Level, at_level
from bot.knowledge.sources import load_sources

Sector = Literal["po", "vo"]
Strength = Literal["hard", "indicative"]
Scalar = bool | int | float | str
Value = bool | int | float | str | list[Scalar] | None
Operator = Literal[
    "in", "at_least", "at_most", "more_than", "between", "is_true", "is_false", "contains_any", "contains_all", "known"
]
Kind = Literal[
    "thuis", "hulp", "budget", "tlv", "groep_regulier", "groep_sbo", "groep_so", "taal", "opdc", "begeleiding",
    "programma",
]  # fmt: skip

ARRANGEMENT_IDS = frozenset({
    "ons", "tlv_sbo", "sbo_plus", "tlv_so", "tlv_vso", "tlv_pro", "maatwerkbudget", "overbruggingsbudget", "hgo",
    "kind_in_klas", "de_kleine_groep", "neo", "neo_complex", "talentenlab", "kernklas_haven", "schakelgroep",
    "archipel_kig", "taalcentrum_po", "kopklas", "kansklas", "dukdalf_structuurgroep", "tos", "bombardon_structuur",
    "tamboerijn", "triangel", "levensboom", "wonderboom", "watertuin_zml", "bongerd_joa", "klas_op_maat",
    "olivijn_structuur", "olivijn_zorggroep", "nautilus_kleuters", "opdc", "opdc_structuur", "klass", "maatwerkklas",
    "ovc_traject", "ovc_structuurklas", "park_lyceum", "thuiswerkers_vo", "project_12", "taalcentrum_vo", "leo",
    "lwa", "meiden_met_pit", "almeerkans", "playing_for_success_vo", "pitstop_hb", "oja", "maatwerk_buiten_school",
    "watertuin_praktijk", "vlinderstruik", "bombardon_heterogeen", "taalcentrum_oekraine",
})  # fmt: skip
"""Every arrangement there must be: the contract of `bot precheck`."""


class SimpleReasons(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The reasons that A2 says in other words than B1."""

    met: str | None = None
    not_met: str | None = None
    unknown: str | None = None
    edge: str | None = None


class Texts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The reason in words, per value of a criterion; `edge` where sources differ or answers clash."""

    met: str
    not_met: str
    unknown: str
    edge: str | None = None
    a2: SimpleReasons | None = None


class _Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A criterion as the files write it."""

    use: str | None = None
    id: str | None = None
    field: str | None = None
    predicate: str | None = None
    operator: Operator | None = None
    value: Value = None
    edge: list[Scalar] | None = None
    strength: Strength | None = None
    texts: Texts | None = None
    source: str | None = None


class Criterion(msgspec.Struct, frozen=True):
    """One condition of an arrangement: a field with an operator, or a named predicate.

    `condition` is the same for criteria that ask the same, whatever their id and words.
    """

    id: str
    texts: Texts
    source: str
    strength: Strength
    condition: str
    field: str | None = None
    predicate: str | None = None
    operator: Operator | None = None
    value: Value = None
    edge: tuple[Scalar, ...] = ()


class SimpleRoute(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What A2 says about a route in other words than B1."""

    applicant: str | None = None
    this_week: str | None = None


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One step of an application: who acts and what happens."""

    who: str
    does: str


class Route(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to apply, in order."""

    title: str
    applicant: str
    steps: tuple[Step, ...]
    documents: tuple[str, ...]
    contact: str
    this_week: str
    sources: tuple[str, ...]
    a2: SimpleRoute | None = None


class SimpleArrangement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An arrangement at A2; where, duration and the like only where B1 is too hard."""

    for_whom: str
    what: str
    where: str | None = None
    duration: str | None = None
    note: str | None = None
    applicant: str | None = None
    this_week: str | None = None


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An arrangement as arrangements.yml writes it."""

    name: str
    aliases: tuple[str, ...]
    kind: Kind
    sector: tuple[Sector, ...]
    for_whom: str
    what: str
    where: str
    route: str
    a2: SimpleArrangement
    criteria: tuple[_Written, ...]
    valid_from: str
    sources: tuple[str, ...]
    schools: tuple[str, ...] = ()
    groups: tuple[int, int] | None = None
    levels: tuple[str, ...] = ()
    duration: str | None = None
    places: str | None = None
    note: str | None = None
    general_conditions: tuple[str, ...] = ()
    valid_until: str | None = None
    applicant: str | None = None
    documents: tuple[str, ...] | None = None
    contact: str | None = None
    this_week: str | None = None


class Arrangement(msgspec.Struct, frozen=True):
    """An arrangement with its criteria and route filled in. `valid_from` and `valid_until` are ISO dates."""

    id: str
    name: str
    aliases: tuple[str, ...]
    kind: Kind
    sector: tuple[Sector, ...]
    for_whom: str
    what: str
    where: str
    schools: tuple[str, ...]
    groups: tuple[int, int] | None
    levels: tuple[str, ...]
    duration: str | None
    places: str | None
    note: str | None
    applicant: str
    route: str
    documents: tuple[str, ...]
    contact: str
    this_week: str
    general_conditions: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    valid_from: str
    valid_until: str | None
    sources: tuple[str, ...]


class Catalogue(msgspec.Struct, frozen=True):
    """All arrangements and the routes they use."""

    arrangements: dict[str, Arrangement]
    routes: dict[str, Route]


@lru_cache
def load_arrangements(folder: Path | None = None, level: Level = "b1") -> Catalogue:
    """Read arrangements.yml with conditions.yml and routes.yml; the texts are those of a language level.

    Raises:
        KnowledgeError: an entry does not fit, an id of ARRANGEMENT_IDS is missing, or a name does not exist.
    """
    folder = folder or knowledge_dir()
    path = folder / "arrangements.yml"
    conditions = load_entries(folder / "conditions.yml", _Written)
    written_routes = load_entries(folder / "routes.yml", Route)
    routes = {key: at_level(route, level) for key, route in written_routes.items()}
    entries = load_entries(path, _Entry)
    if missing := ARRANGEMENT_IDS - entries.keys():
        raise KnowledgeError(f"{path}: missing arrangements {sorted(missing)}")
    documents = load_sources(folder / "sources.yml")
    arrangements = {}
    for key, entry in entries.items():
        where = f"{path}: entry '{key}'"
        arrangement = _resolve(key, at_level(entry, level), conditions, routes, level, where)
        for source in (*arrangement.sources, *(criterion.source for criterion in arrangement.criteria)):
            documents.get(source, where)
        arrangements[key] = arrangement
    return Catalogue(arrangements, routes)


def _resolve(
    key: str, entry: _Entry, conditions: dict[str, _Written], routes: dict[str, Route], level: Level, where: str
) -> Arrangement:
    route = routes.get(entry.route)
    if route is None:
        raise KnowledgeError(f"{where}: route '{entry.route}' is not in routes.yml")
    written = (*(_Written(use=name) for name in entry.general_conditions), *entry.criteria)
    criteria = tuple(resolve_criterion(item, conditions, where, level) for item in written)
    seen: set[str] = set()
    for criterion in criteria:
        if criterion.id in seen:
            raise KnowledgeError(f"{where}: criterion '{criterion.id}' stands twice; give one another id")
        seen.add(criterion.id)
    if not any(criterion.strength == "hard" for criterion in criteria):
        raise KnowledgeError(f"{where}: has no hard criterion")
    return Arrangement(
        id=key,
        name=entry.name,
        aliases=entry.aliases,
        kind=entry.kind,
        sector=entry.sector,
        for_whom=entry.for_whom,
        what=entry.what,
        where=entry.where,
        schools=entry.schools,
        groups=entry.groups,
        levels=entry.levels,
        duration=entry.duration,
        places=entry.places,
        note=entry.note,
        applicant=entry.applicant or route.applicant,
        route=entry.route,
        documents=entry.documents or route.documents,
        contact=entry.contact or route.contact,
        this_week=entry.this_week or route.this_week,
        general_conditions=entry.general_conditions,
        criteria=criteria,
        valid_from=entry.valid_from,
        valid_until=entry.valid_until,
        sources=entry.sources,
    )


def resolve_criterion(
    item: _Written, conditions: dict[str, _Written], where: str, level: Level = "b1"
) -> Criterion:
    """Fill a written criterion from the condition it uses.

    Raises:
        KnowledgeError: the condition does not exist, or id, texts, source or what to look at is missing.
    """
    base = _Written()
    if item.use is not None:
        if item.use not in conditions:
            raise KnowledgeError(f"{where}: condition '{item.use}' is not in conditions.yml")
        base = conditions[item.use]
    name = item.id or item.use
    texts, source = item.texts or base.texts, item.source or base.source
    field, predicate = item.field or base.field, item.predicate or base.predicate
    operator = item.operator or base.operator
    if name is None or texts is None or source is None:
        raise KnowledgeError(f"{where}: criterion '{name}' needs id, texts and source")
    if (field is None) == (predicate is None) or (field is not None and operator is None):
        raise KnowledgeError(f"{where}: criterion '{name}' needs a predicate, or a field with an operator")
    edge = item.edge if item.edge is not None else base.edge
    value = item.value if item.value is not None else base.value
    return Criterion(
        id=name,
        texts=at_level(texts, level),
        source=source,
        strength=item.strength or base.strength or "hard",
        condition=repr((field, predicate, operator, value, edge)),
        field=field,
        predicate=predicate,
        operator=operator,
        value=value,
        edge=tuple(edge or ()),
    )
