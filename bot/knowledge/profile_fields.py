"""Load what the pre-check can ask (profile_fields.yml) and which answers clash (consistency.yml)."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from bot.knowledge.arrangements import Operator, Scalar, Value
from bot.knowledge.files import knowledge_dir, load_entries


class Option(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An answer on a button; `chance` is a rough guess that only orders questions."""

    value: Scalar
    label: str
    chance: float


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


class ClashCondition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A condition of a consistency rule; the same operators and predicates as a criterion."""

    field: str | None = None
    predicate: str | None = None
    operator: Operator | None = None
    value: Value = None
    edge: tuple[Scalar, ...] = ()


class Clash(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Answers that do not go together, and the friendly question about it."""

    when: tuple[ClashCondition, ...]
    fields: tuple[str, ...]
    text: str


def load_profile_fields(folder: Path | None = None) -> dict[str, FieldInfo]:
    """Read profile_fields.yml: field, or `ondersteuning.<area>`, to how it is asked.

    Raises:
        KnowledgeError: an entry does not fit.
    """
    return load_entries((folder or knowledge_dir()) / "profile_fields.yml", FieldInfo)


def load_clashes(folder: Path | None = None) -> dict[str, Clash]:
    """Read consistency.yml.

    Raises:
        KnowledgeError: an entry does not fit.
    """
    return load_entries((folder or knowledge_dir()) / "consistency.yml", Clash)
