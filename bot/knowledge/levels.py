"""The language levels, and entries of the knowledge that say some of their texts more simply at A2."""

from __future__ import annotations

from typing import Any, Literal, TypeVar

import msgspec

Level = Literal["b1", "a2"]
LEVELS: tuple[Level, ...] = ("b1", "a2")

Entry = TypeVar("Entry", bound=msgspec.Struct)


def at_level(entry: Entry, level: Level) -> Entry:
    """Return an entry with the texts of a level: those of its field `a2`, and B1 where `a2` says nothing."""
    simple: msgspec.Struct | None = getattr(entry, "a2", None)
    return entry if level == "b1" or simple is None else _over(entry, simple)


def _over(entry: Entry, simple: msgspec.Struct) -> Entry:
    """Put what the simple entry says over what stands there; an entry inside it goes over the one inside."""
    said: dict[str, Any] = {}
    for name in simple.__struct_fields__:
        value = getattr(simple, name)
        if isinstance(value, msgspec.Struct):
            said[name] = _over(getattr(entry, name), value)
        elif value is not None:
            said[name] = value
    return msgspec.structs.replace(entry, **said)


def level_of(slot: object) -> Level:
    """Return the level that the slot `taalniveau` of a conversation says."""
    return "a2" if slot == "a2" else "b1"
