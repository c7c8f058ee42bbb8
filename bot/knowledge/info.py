"""What the answers from knowledge need besides their texts (data/knowledge/info.yml), and what such an answer is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from textwrap import shorten

import msgspec

from bot.knowledge.answers import PLACEHOLDER, fill
from bot.knowledge.files import KnowledgeError, convert, knowledge_dir, read_yaml
from bot.knowledge.names import catalogue
from bot.knowledge.places import BUTTON_LENGTH, load_places
from bot.knowledge.topics import contact_values, load_topics

LINES = ("waar", "adres", "wijk", "duur", "aanvragen")
"""The lines of lists; each names its own value and no other."""


class Info(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file info.yml."""

    lines: dict[str, str]
    common_arrangements: tuple[str, ...]
    common_school_types: tuple[str, ...]
    followups: dict[str, tuple[str, ...]]
    term_cues: tuple[str, ...]
    no_terms: tuple[str, ...]

    def list_of(self, **values: str | None) -> str:
        """Return the lines of a list, one for each value that there is."""
        return "\n".join(fill(self.lines[name], {name: value}) for name, value in values.items() if value)


@dataclass(frozen=True)
class Reply:
    """An answer from knowledge: a response of data/answers with its values, sources and buttons (title and payload).

    `about` names the arrangement that it is about, so that it can be said again at another level.
    """

    topic: str
    response: str
    values: dict[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    followups: tuple[str, ...] | None = None
    choices: tuple[tuple[str, str], ...] = ()
    about: str | None = None


@dataclass(frozen=True)
class Mention:
    """What a message names: one reading of the words from `start` to `end` (a pressed button has no words)."""

    type: str
    value: str
    start: int = 0
    end: int = 0


@lru_cache
def load_info(path: Path | None = None) -> Info:
    """Load info.yml.

    Raises:
        KnowledgeError: it does not fit, or names a topic, arrangement, route, school type or value that is not there.
    """
    path = path or knowledge_dir() / "info.yml"
    info = convert(read_yaml(path), Info, str(path))
    followups = [topic for topics in info.followups.values() for topic in topics]
    checks: tuple[tuple[str, Iterable[str], Iterable[str]], ...] = (
        ("common_arrangements", info.common_arrangements, catalogue().arrangements),
        ("common_school_types", info.common_school_types, load_places().school_types),
        ("followups", followups, load_topics().topics),
    )
    for name, used, known in checks:
        unknown = sorted(set(used) - set(known))
        if unknown:
            raise KnowledgeError(f"{path}: field '{name}': {unknown} do not exist")
    if set(info.followups) != set(catalogue().routes):
        raise KnowledgeError(f"{path}: field 'followups': must have every route of routes.yml and no other")
    for name in LINES:
        if PLACEHOLDER.findall(info.lines.get(name, "")) != [name]:
            raise KnowledgeError(f"{path}: field 'lines': '{name}' must be there and name {{{name}}} once")
    return info


def with_contact(text: str, on: date) -> str:
    """Return a text of the knowledge with telephone numbers and the like filled in."""
    return fill(text, contact_values(on))


def button_title(name: str) -> str:
    """Return a name that fits on a button: where it is too long, without what stands in parentheses."""
    return name if len(name) <= BUTTON_LENGTH else shorten(name.split(" (")[0], BUTTON_LENGTH, placeholder=" …")
