"""Load what the pre-check can ask (profile_fields.yml) and which answers clash (consistency.yml)."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from bot.knowledge.arrangements import Operator, Scalar, Value
from bot.knowledge.files import knowledge_dir, load_entries
from bot.knowledge.levels import Level, at_level


class Option(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An answer on a button; `chance` is a rough guess that only orders questions."""

    value: Scalar
    label: str
    chance: float


class SimpleQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What A2 asks in other words than B1."""

    question: str | None = None
    why: str | None = None


class FieldInfo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a field of the profile is asked; `effort` is 1 (easy) to 3 (needs papers or the school)."""

    kind: Literal["choice", "yes_no", "number", "multi"]
    label: str
    question: str
    why: str
    effort: int
    options: tuple[Option, ...] = ()
    samples: tuple[tuple[float, float], ...] = ()
    asked: bool = True
    a2: SimpleQuestion | None = None


class ClashCondition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A condition of a consistency rule; the same operators and predicates as a criterion."""

    field: str | None = None
    predicate: str | None = None
    operator: Operator | None = None
    value: Value = None
    edge: tuple[Scalar, ...] = ()


class SimpleClash(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The question about a clash in the words of A2."""

    text: str


class Clash(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Answers that do not go together, and the friendly question about it."""

    when: tuple[ClashCondition, ...]
    fields: tuple[str, ...]
    text: str
    a2: SimpleClash | None = None


def load_profile_fields(folder: Path | None = None, level: Level = "b1") -> dict[str, FieldInfo]:
    """Read profile_fields.yml: field, or `ondersteuning.<area>`, to how it is asked at a level.

    Raises:
        KnowledgeError: an entry does not fit.
    """
    fields = load_entries((folder or knowledge_dir()) / "profile_fields.yml", FieldInfo)
    return {name: at_level(field, level) for name, field in fields.items()}


def load_clashes(folder: Path | None = None, level: Level = "b1") -> dict[str, Clash]:
    """Read consistency.yml, with the texts of a level.

    Raises:
        KnowledgeError: an entry does not fit.
    """
    clashes = load_entries((folder or knowledge_dir()) / "consistency.yml", Clash)
    return {name: at_level(clash, level) for name, clash in clashes.items()}
