"""All names that the lookup searches for: of arrangements, schools, terms, districts and kinds of school."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from bot.knowledge.arrangements import Catalogue, load_arrangements
from bot.knowledge.files import KnowledgeError, convert, knowledge_dir, read_yaml
from bot.knowledge.glossary import load_glossary
from bot.knowledge.levels import Level
from bot.knowledge.places import load_places
from bot.knowledge.schools import School, load_schools
from bot.knowledge.spelling import WORD, fold

NameType = Literal["arrangement", "school", "schooltype", "wijk", "begrip"]
Reading = tuple[NameType, str]
Key = tuple[str, ...]

FILES = ("arrangements.yml", "conditions.yml", "routes.yml", "schools.yml", "glossary.yml", "places.yml", "lookup.yml")
"""The files that decide what the lookup finds."""


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a name that is also an everyday word counts; see lookup.yml."""

    written: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    not_before: tuple[str, ...] = ()
    not_after: tuple[str, ...] = ()
    drop: tuple[NameType, ...] = ()


class _Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file lookup.yml."""

    names: dict[Literal["arrangement", "school", "begrip"], dict[str, tuple[str, ...]]]
    ordinary: tuple[str, ...]
    rules: dict[str, Rule]


class Names(msgspec.Struct, frozen=True):
    """What each name stands for, by its words; the rules, by the same words; words that are no typing errors."""

    readings: dict[Key, tuple[Reading, ...]]
    rules: dict[Key, Rule]
    ordinary: frozenset[str]


def words(text: str) -> Key:
    """Return the folded words of a text: "Ib'er" gives ("iber",), 'SBO+' gives ("sbo", "+")."""
    return tuple(WORD.findall(fold(text)))


@lru_cache
def catalogue(level: Level = "b1") -> Catalogue:
    """Return the arrangements with the texts of a language level, read once."""
    return load_arrangements(level=level)


@lru_cache
def load_names(folder: Path | None = None) -> Names:
    """Collect the names from the knowledge and from lookup.yml.

    Raises:
        KnowledgeError: a file does not fit, lookup.yml names something that does not exist, or has a rule for no name.
    """
    path = (folder or knowledge_dir()) / "lookup.yml"
    written = convert(read_yaml(path), _Written, str(path))
    collected: dict[Key, dict[Reading, None]] = {}
    for name, reading in (*_known(), *_extra(written, path)):
        collected.setdefault(words(name), {})[reading] = None
    rules = {words(name): rule for name, rule in written.rules.items()}
    unused = sorted(" ".join(key) for key in rules.keys() - collected.keys())
    if unused:
        raise KnowledgeError(f"{path}: field 'rules': no such names: {unused}")
    readings = {key: _kept(tuple(found), rules.get(key)) for key, found in collected.items() if key}
    return Names(
        {key: found for key, found in readings.items() if found}, rules, frozenset(fold(w) for w in written.ordinary)
    )


def _kept(found: tuple[Reading, ...], rule: Rule | None) -> tuple[Reading, ...]:
    """Leave out what a rule drops, and schools where the name is a kind of school."""
    dropped: set[str] = set(rule.drop) if rule else set()
    if any(kind == "schooltype" for kind, _ in found):
        dropped.add("school")
    return tuple(reading for reading in found if reading[0] not in dropped)


def _known() -> Iterator[tuple[str, Reading]]:
    """Yield every name of the knowledge itself, with what it stands for."""
    for key, arrangement in catalogue().arrangements.items():
        plain = re.sub(r"\s*\(.*?\)", "", arrangement.name)
        for name in (key.replace("_", " "), plain, *arrangement.aliases):
            yield name, ("arrangement", key)
    places = load_places()
    for kind_id, kind in places.school_types.items():
        for name in kind.names:
            yield name, ("schooltype", kind_id)
    for district_id, district in places.districts.items():
        for name in district.names:
            yield name, ("wijk", district_id)
    yield from _schools()
    for term_id, term in load_glossary().all().items():
        for name in (term.term, *term.aliases):
            yield name, ("begrip", term_id)


def _schools() -> Iterator[tuple[str, Reading]]:
    """Yield the names of schools; a name of several addresses of one organisation stands for the organisation."""
    schools = load_schools()
    for school in schools.all():
        for name in (school.name, *school.aliases, *school.shared_names):
            found: list[School] = schools.named(name)
            same = [other for other in found if other.organisation == school.organisation]
            yield name, ("school", school.organisation if len(same) > 1 else school.id)


def _extra(written: _Written, path: Path) -> Iterator[tuple[str, Reading]]:
    """Yield the names of lookup.yml."""
    schools = load_schools()
    known = {
        "arrangement": set(catalogue().arrangements),
        "begrip": set(load_glossary().all()),
        "school": {s.id for s in schools.all()} | {s.organisation for s in schools.all()},
    }
    for kind, entries in written.names.items():
        for key, names in entries.items():
            if key not in known[kind]:
                raise KnowledgeError(f"{path}: field 'names': {kind} '{key}' does not exist")
            for name in names:
                yield name, (kind, key)
