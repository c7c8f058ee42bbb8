"""The topics, their groups and the facts that their answers must hold."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

import msgspec

from bot.knowledge.files import KnowledgeError, knowledge_dir, load_entries
from bot.knowledge.sources import load_sources

TITLE_LENGTH = 40  # a title stands on a button


class Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A topic group; `a2`: answered at A2 too; `faq`: its topics are answers of one FAQ family."""

    title: str
    a2: bool
    faq: bool


class Topic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A topic: title for buttons, and the question that marks its scope. `action`: a custom action answers it."""

    group: str
    title: str
    question: str
    action: str | None = None


class Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that a source says, in our own words; answers name the facts they rest on."""

    text: str
    source: str
    valid_until: date | None = None


class ContactFact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A value that may change (telephone number, address); answers hold its name in braces."""

    value: str
    source: str
    valid_from: date
    valid_until: date | None = None


class Topics:
    """All topics and groups."""

    def __init__(self, groups: dict[str, Group], topics: dict[str, Topic]) -> None:
        """Hold groups and topics by id."""
        self.groups = groups
        self.topics = topics

    def label(self, topic_id: str) -> str:
        """Return the label of the classifier: `tlv/tlv_wat` for an FAQ topic, else the topic id."""
        topic = self.topics[topic_id]
        is_faq = self.groups[topic.group].faq and topic.action is None
        return f"{topic.group}/{topic_id}" if is_faq else topic_id

    def response(self, topic_id: str) -> str:
        """Return the name of the Rasa response that answers a topic."""
        return f"utter_{self.label(topic_id)}"

    def needs_a2(self, topic_id: str) -> bool:
        """Tell whether a topic is answered at A2 as well."""
        return self.groups[self.topics[topic_id].group].a2


@lru_cache
def load_topics(folder: Path | None = None) -> Topics:
    """Load groups and topics.

    Raises:
        KnowledgeError: an unknown group, or a title too long for a button.
    """
    folder = folder or knowledge_dir()
    groups = load_entries(folder / "groups.yml", Group)
    topics = load_entries(folder / "topics.yml", Topic)
    for topic_id, topic in topics.items():
        where = f"{folder / 'topics.yml'}: entry '{topic_id}'"
        if topic.group not in groups:
            raise KnowledgeError(f"{where}: field 'group': unknown group '{topic.group}'")
        if len(topic.title) > TITLE_LENGTH:
            raise KnowledgeError(f"{where}: field 'title': longer than {TITLE_LENGTH} characters")
    return Topics(groups, topics)


@lru_cache
def load_facts(folder: Path | None = None) -> dict[str, Fact]:
    """Load the facts of all groups, each with a source that exists.

    Raises:
        KnowledgeError: a fact stands in two files, or its source is unknown.
    """
    folder = folder or knowledge_dir() / "facts"
    facts: dict[str, Fact] = {}
    for path in sorted(folder.glob("*.yml")):
        for fact_id, fact in load_entries(path, Fact).items():
            if fact_id in facts:
                raise KnowledgeError(f"{path}: entry '{fact_id}': stands in another file too")
            load_sources().get(fact.source, f"{path}: entry '{fact_id}': field 'source'")
            facts[fact_id] = fact
    return facts


@lru_cache
def load_contact(path: Path | None = None) -> dict[str, ContactFact]:
    """Load the facts that change.

    Raises:
        KnowledgeError: a value does not fit or its source is unknown.
    """
    path = path or knowledge_dir() / "contact.yml"
    contact = load_entries(path, ContactFact)
    for name, fact in contact.items():
        load_sources().get(fact.source, f"{path}: entry '{name}': field 'source'")
    return contact


def contact_values(on: date, path: Path | None = None) -> dict[str, str]:
    """Return the values that hold on a day.

    Raises:
        KnowledgeError: a value is not valid on that day (there is no falling back to an old number).
    """
    values = {}
    for name, fact in load_contact(path).items():
        if on < fact.valid_from or (fact.valid_until and on > fact.valid_until):
            raise KnowledgeError(f"contact.yml: entry '{name}': no value for {on} (valid_from, valid_until)")
        values[name] = fact.value
    return values
