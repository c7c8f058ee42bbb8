"""What invented parents say: data/demo/gesprekken.yml, checked when loaded."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from bot.knowledge.answers import load_answers
from bot.knowledge.files import KnowledgeError, convert, read_yaml, root
from bot.knowledge.topics import load_topics

FILE = "data/demo/gesprekken.yml"


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Questions about a topic, and how often they come."""

    weight: int
    texts: tuple[str, ...]


class Unclear(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question that the assistant asks back about; `meant` or `new` is what a reviewer makes of it."""

    text: str
    likely: tuple[str, ...]
    meant: str | None = None
    new: str | None = None


class Mistaken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question that is answered as something else."""

    text: str
    topic: str
    meant: str


class Foreign(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question in another language."""

    text: str
    topic: str
    language: str


class Live(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said in a chat with a person, in turns."""

    parent: tuple[str, ...]
    consultant: tuple[str, ...]


class Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request for a person."""

    vraag: str
    topic: str
    urgency: Literal["spoed", "hoog", "gewoon"]
    why: str | None
    age: str
    group: str
    tried: str | None


class Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    questions: dict[str, Asked]
    unclear: tuple[Unclear, ...]
    mistaken: tuple[Mistaken, ...]
    outside: tuple[str, ...]
    other_languages: tuple[Foreign, ...]
    thanks: tuple[str, ...]
    annoyed: tuple[str, ...]
    live: Live
    handoffs: tuple[Wish, ...]
    notes: tuple[str, ...]
    parents: tuple[str, ...]
    tags: tuple[str, ...]

    def topics(self) -> set[str]:
        """Return every topic that the file names."""
        named = {*self.questions, *(f.topic for f in self.other_languages), *(h.topic for h in self.handoffs)}
        named |= {name for m in self.mistaken for name in (m.topic, m.meant)}
        return named | {name for u in self.unclear for name in (*u.likely, *([u.meant] if u.meant else []))}


@lru_cache
def load_script(path: Path | None = None) -> Script:
    """Load the script.

    Raises:
        KnowledgeError: the file does not fit, or names a topic that does not exist or has no answer of its own.

    """
    path = path or root() / FILE
    script = convert(read_yaml(path), Script, str(path))
    topics = load_topics()
    for name in sorted(script.topics()):
        if name not in topics.topics or not load_answers().has(topics.response(name)):
            raise KnowledgeError(f"{path}: topic '{name}' does not exist, or has no answer of its own")
    return script
