"""Districts of Almere and kinds of school, with the words that parents use for them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec

from bot.knowledge.arrangements import load_arrangements
from bot.knowledge.files import KnowledgeError, convert, knowledge_dir, read_yaml
from bot.knowledge.schools import District

BUTTON_LENGTH = 40


class DistrictEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A district: its names and neighbourhoods, and the other districts, the nearest first."""

    names: tuple[str, ...]
    near: tuple[District, ...]


class SchoolKind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of school that a parent may look for; `offers` names an arrangement instead of a type of school."""

    names: tuple[str, ...]
    title: str
    button: str
    offers: str | None = None


class Places(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Districts and kinds of school by id."""

    districts: dict[District, DistrictEntry]
    school_types: dict[str, SchoolKind]


@lru_cache
def load_places(path: Path | None = None) -> Places:
    """Load places.yml.

    Raises:
        KnowledgeError: a district does not rank all others, an arrangement is unknown, or a button is too long.
    """
    path = path or knowledge_dir() / "places.yml"
    places = convert(read_yaml(path), Places, str(path))
    for name, district in places.districts.items():
        if set(district.near) | {name} != set(places.districts) or name in district.near:
            raise KnowledgeError(f"{path}: entry '{name}': field 'near': must hold every other district once")
    for kind_id, kind in places.school_types.items():
        where = f"{path}: entry '{kind_id}'"
        if kind.offers is not None and kind.offers not in load_arrangements().arrangements:
            raise KnowledgeError(f"{where}: field 'offers': unknown arrangement '{kind.offers}'")
        if len(kind.button) > BUTTON_LENGTH:
            raise KnowledgeError(f"{where}: field 'button': longer than {BUTTON_LENGTH} characters")
    return places
