"""Load deadline_words.yml: how a deadline is recognised, and the buttons around it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec

from bot.knowledge.deadlines import RULE_IDS
from bot.knowledge.files import KnowledgeError, convert, knowledge_dir, read_yaml
from bot.knowledge.topics import load_topics


class RuleWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of a rule (of every group one must be there), the topics that mean it, and the buttons after it."""

    words: tuple[tuple[str, ...], ...]
    topics: tuple[str, ...] = ()
    followups: tuple[str, ...] = ()


class DeadlineWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file deadline_words.yml; the rules in the order in which they are tried."""

    rules: dict[str, RuleWords]
    extended: tuple[str, ...]
    stop: tuple[str, ...]
    dont_know: tuple[str, ...]
    said_yes: tuple[str, ...]
    said_no: tuple[str, ...]
    buttons: dict[str, str]
    lines: dict[str, str]


@lru_cache
def load_deadline_words(folder: Path | None = None) -> DeadlineWords:
    """Load the words.

    Raises:
        KnowledgeError: the file does not fit, misses a rule, or names a topic that does not exist.
    """
    path = (folder or knowledge_dir()) / "deadline_words.yml"
    words = convert(read_yaml(path), DeadlineWords, str(path))
    if different := sorted(words.rules.keys() ^ set(RULE_IDS)):
        raise KnowledgeError(f"{path}: the rules differ from the known ids: {different}")
    topics = load_topics().topics
    named = {topic for rule in words.rules.values() for topic in (*rule.topics, *rule.followups)}
    if unknown := sorted(named - topics.keys()):
        raise KnowledgeError(f"{path}: topics {unknown} do not exist")
    return words
