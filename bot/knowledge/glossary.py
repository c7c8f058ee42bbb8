"""The words and abbreviations that a parent meets, explained in plain Dutch."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec

from bot.knowledge.files import KnowledgeError, knowledge_dir, load_entries
from bot.knowledge.sources import load_sources
from bot.knowledge.topics import load_topics


class Term(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A word with its explanation. `topic`: the topic that explains it in full; `see`: other terms or topics."""

    term: str
    explanation: str
    source: str
    aliases: tuple[str, ...] = ()
    topic: str | None = None
    see: tuple[str, ...] = ()


class Glossary:
    """All terms, by id and by name."""

    def __init__(self, terms: dict[str, Term]) -> None:
        """Hold the terms by id."""
        self._terms = terms
        self.names = {name.casefold(): key for key, term in terms.items() for name in (term.term, *term.aliases)}

    def all(self) -> dict[str, Term]:
        """Return every term by id."""
        return dict(self._terms)

    def get(self, term_id: str) -> Term:
        """Return a term.

        Raises:
            KeyError: no such term.
        """
        return self._terms[term_id]

    def named(self, name: str) -> str | None:
        """Return the id of the term with this name or alias, or None. Capitals do not matter."""
        return self.names.get(name.casefold())

    def related_topics(self, term_id: str) -> list[str]:
        """Return the topic of its own and the topics it refers to, each once."""
        term = self._terms[term_id]
        topics = [term.topic, *(name for name in term.see if name not in self._terms)]
        return list(dict.fromkeys(topic for topic in topics if topic is not None))

    def related_terms(self, term_id: str) -> list[str]:
        """Return the ids of the terms it refers to."""
        return [name for name in self._terms[term_id].see if name in self._terms]


@lru_cache
def load_glossary(path: Path | None = None) -> Glossary:
    """Load the terms.

    Raises:
        KnowledgeError: an entry does not fit, a name stands for two terms, a source or topic is unknown, or a term has
            the id of a topic (`see` could then mean both).
    """
    path = path or knowledge_dir() / "glossary.yml"
    terms = load_entries(path, Term)
    topics = load_topics().topics
    owners: dict[str, str] = {}
    for term_id, term in terms.items():
        where = f"{path}: entry '{term_id}'"
        load_sources().get(term.source, f"{where}: field 'source'")
        if term_id in topics:
            raise KnowledgeError(f"{where}: is the id of a topic; choose another id")
        if term.topic is not None and term.topic not in topics:
            raise KnowledgeError(f"{where}: field 'topic': '{term.topic}' does not exist")
        for name in term.see:
            if name == term_id or (name not in terms and name not in topics):
                raise KnowledgeError(f"{where}: field 'see': '{name}' is no other term and no topic")
        for name in (term.term, *term.aliases):
            owner = owners.setdefault(name.casefold(), term_id)
            if owner != term_id or [term.term, *term.aliases].count(name) > 1:
                raise KnowledgeError(f"{where}: field 'aliases': '{name}' stands twice (entry '{owner}')")
    return Glossary(terms)
