"""Short questions that refer back to the last answer: "en hoe lang duurt dat?"."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec

from bot.knowledge.crisis import normalise
from bot.knowledge.files import KnowledgeError, convert, knowledge_dir, read_yaml
from bot.knowledge.topics import load_topics


class Aspect(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something one asks about the last answer: the words for it, and which topic answers it."""

    cues: list[str]
    groups: dict[str, str] = {}
    topics: dict[str, str] = {}


class FollowUps(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file follow_up.yml."""

    aspects: dict[str, Aspect]
    pointing: list[str]
    most_words: int

    def points_back(self, text: str) -> bool:
        """Tell whether a text is short and has a word that points to what was said before."""
        words = normalise(text).split()
        return len(words) <= self.most_words and not set(words).isdisjoint(self.pointing)

    def topic(self, text: str, last_topic: str | None) -> str | None:
        """Return the topic that a short question means after the last one, or None where it stands by itself."""
        topics = load_topics().topics
        if last_topic not in topics:
            return None
        if not self.points_back(text):
            return None
        plain = normalise(text)
        group = topics[last_topic].group
        for aspect in self.aspects.values():
            if any(f" {cue}" in f" {plain}" for cue in aspect.cues):
                return aspect.topics.get(last_topic) or aspect.groups.get(group)
        return None


@lru_cache
def load_follow_ups(path: Path | None = None) -> FollowUps:
    """Load the file.

    Raises:
        KnowledgeError: it does not fit, or names a group or topic that does not exist.
    """
    path = path or knowledge_dir() / "follow_up.yml"
    found = convert(read_yaml(path), FollowUps, str(path))
    known = load_topics()
    for name, aspect in found.aspects.items():
        where = f"{path}: entry '{name}'"
        if unknown := sorted(aspect.groups.keys() - known.groups.keys()):
            raise KnowledgeError(f"{where}: field 'groups': unknown groups {unknown}")
        if unknown := sorted({*aspect.topics, *aspect.topics.values(), *aspect.groups.values()} - known.topics.keys()):
            raise KnowledgeError(f"{where}: unknown topics {unknown}")
    return found
