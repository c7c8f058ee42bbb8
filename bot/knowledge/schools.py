"""The special schools and the schools with an arrangement: where they are and what they offer."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from bot.knowledge.arrangements import load_arrangements
from bot.knowledge.files import KnowledgeError, knowledge_dir, load_entries
from bot.knowledge.sources import load_sources

SchoolType = Literal["sbo", "so", "vso", "pro", "opdc", "taalcentrum", "regulier"]
District = Literal["Haven", "Stad", "Buiten", "Poort", "Hout"]
Area = Literal[
    "Haven", "Stad 1", "Stad 2", "Stad 3", "Stad 4", "Stad 5", "Stedenwijk", "Buiten 1", "Buiten 2", "Poort", "Hout"
]

POSTCODE = re.compile(r"[1-9]\d{3} [A-Z]{2}")


class School(msgspec.Struct, frozen=True):
    """One address of a school. Street, number and postcode are all there or all None; so are district and area."""

    id: str
    organisation: str
    name: str
    aliases: tuple[str, ...]
    shared_names: tuple[str, ...]
    type: SchoolType
    sector: Literal["po", "vo"]
    street: str | None
    number: str | None
    postcode: str | None
    city: str
    district: District | None
    area: Area | None
    offers: tuple[str, ...]
    what: str
    source: str
    note: str | None

    @property
    def address(self) -> str | None:
        """Return `Churchillweg 3, 1314 RA Almere`, or None where no source holds the address."""
        if self.street is None:
            return None
        return f"{self.street} {self.number}, {self.postcode} {self.city}"


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A school as schools.yml writes it."""

    name: str
    aliases: tuple[str, ...]
    type: SchoolType
    sector: Literal["po", "vo"]
    offers: tuple[str, ...]
    what: str
    source: str
    organisation: str | None = None
    shared_names: tuple[str, ...] = ()
    street: str | None = None
    number: str | None = None
    postcode: str | None = None
    city: str = "Almere"
    district: District | None = None
    area: Area | None = None
    note: str | None = None


class Schools:
    """All schools: by id or organisation, by name, and by what a parent looks for."""

    def __init__(self, schools: dict[str, School]) -> None:
        """Hold the schools by id."""
        self._schools = schools
        self.names = _names(schools)

    def all(self) -> list[School]:
        """Return every address, in the order of the file."""
        return list(self._schools.values())

    def get(self, reference: str) -> list[School]:
        """Return the addresses of an entry id, or of an organisation such as `sbo_de_klimop`.

        Raises:
            KeyError: neither an entry nor an organisation.
        """
        if reference in self._schools:
            return [self._schools[reference]]
        found = [school for school in self._schools.values() if school.organisation == reference]
        if not found:
            raise KeyError(reference)
        return found

    def named(self, name: str) -> list[School]:
        """Return the addresses that a name or alias stands for; none when nobody has it. Capitals do not matter."""
        return [self._schools[school_id] for school_id in self.names.get(name.casefold(), ())]

    def find(
        self, school_type: SchoolType | None = None, district: str | None = None, offers: str | None = None
    ) -> list[School]:
        """Return the addresses that fit everything asked; an address without a known district fits no district."""
        return [
            school
            for school in self._schools.values()
            if school_type in (None, school.type)
            and district in (None, school.district)
            and (offers is None or offers in school.offers)
        ]


@lru_cache
def load_schools(path: Path | None = None) -> Schools:
    """Load the schools.

    Raises:
        KnowledgeError: an entry does not fit, its source or an arrangement is unknown, an address is incomplete or in
            the wrong district, or an alias belongs to two organisations.
    """
    path = path or knowledge_dir() / "schools.yml"
    entries = load_entries(path, _Entry)
    schools = {}
    for school_id, entry in entries.items():
        where = f"{path}: entry '{school_id}'"
        load_sources().get(entry.source, f"{where}: field 'source'")
        _check(entry, where)
        if entry.organisation in entries and entry.organisation != school_id:
            raise KnowledgeError(f"{where}: field 'organisation': '{entry.organisation}' is the id of another entry")
        fields = {**msgspec.structs.asdict(entry), "organisation": entry.organisation or school_id}
        schools[school_id] = School(id=school_id, **fields)
    _check_names(schools, path)
    return Schools(schools)


def _check(entry: _Entry, where: str) -> None:
    """Refuse an unknown arrangement, half an address, a postcode of another form, and an area outside its district."""
    unknown = sorted(set(entry.offers) - load_arrangements().arrangements.keys())
    if unknown:
        raise KnowledgeError(f"{where}: field 'offers': unknown arrangements {unknown}")
    if len({part is None for part in (entry.street, entry.number, entry.postcode)}) > 1:
        raise KnowledgeError(f"{where}: street, number and postcode belong together")
    if entry.postcode is not None and not POSTCODE.fullmatch(entry.postcode):
        raise KnowledgeError(f"{where}: field 'postcode': '{entry.postcode}' is not of the form '1315 JG'")
    expected = None if entry.area is None else _district(entry.area)
    if entry.district != expected:
        raise KnowledgeError(f"{where}: field 'district': area '{entry.area}' is in {expected}, not {entry.district}")


def _district(area: Area) -> str:
    """Return the district of an area of the map."""
    return "Stad" if area == "Stedenwijk" else area.split()[0]


def _check_names(schools: dict[str, School], path: Path) -> None:
    """Refuse a name of two organisations, unless all of them list it as a shared name."""
    owners: dict[str, set[str]] = {}
    shared: dict[str, set[str]] = {}
    for school in schools.values():
        own = [name.casefold() for name in (school.name, *school.aliases)]
        if len(set(own)) < len(own):
            raise KnowledgeError(f"{path}: entry '{school.id}': field 'aliases': a name stands twice")
        for name in own:
            owners.setdefault(name, set()).add(school.organisation)
        for name in school.shared_names:
            shared.setdefault(name.casefold(), set()).add(school.organisation)
    for name, organisations in owners.items():
        if len(organisations) > 1 or name in shared:
            raise KnowledgeError(f"{path}: alias '{name}' stands for {sorted(organisations | shared.get(name, set()))}")
    for name, organisations in shared.items():
        if len(organisations) < 2:
            raise KnowledgeError(f"{path}: shared name '{name}' belongs to {sorted(organisations)} alone")


def _names(schools: dict[str, School]) -> dict[str, tuple[str, ...]]:
    """Return every name in small letters with the ids it stands for."""
    names: dict[str, tuple[str, ...]] = {}
    for school in schools.values():
        for name in (school.name, *school.aliases, *school.shared_names):
            names[name.casefold()] = (*names.get(name.casefold(), ()), school.id)
    return names
