"""The documents behind the answers (data/knowledge/sources.yml)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from bot.knowledge.files import KnowledgeError, knowledge_dir, load_entries


class Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A document with its named parts; `kind` tells a document of the field from law and general knowledge."""

    title: str
    short: str
    publisher: str
    date: str
    kind: Literal["document", "wet", "algemeen"]
    parts: dict[str, str]


class Source(msgspec.Struct, frozen=True):
    """One part of one document, as it stands under an answer."""

    id: str
    title: str
    part: str
    date: str
    kind: str


class Sources:
    """Looks up `<document>/<part>`."""

    def __init__(self, documents: dict[str, Document]) -> None:
        """Hold the documents by id."""
        self._documents = documents

    def get(self, reference: str, where: str = "source") -> Source:
        """Return the source of a reference such as `ondersteuningsplan/xii`.

        Raises:
            KnowledgeError: document or part is unknown; `where` names the asker.
        """
        document_id, _, part_id = reference.partition("/")
        document = self._documents.get(document_id)
        if document is None or part_id not in document.parts:
            raise KnowledgeError(f"{where}: unknown source '{reference}' (see data/knowledge/sources.yml)")
        return Source(reference, document.title, document.parts[part_id], document.date, document.kind)

    def all(self) -> list[Source]:
        """Return every part of every document."""
        return [self.get(f"{d}/{p}") for d, document in self._documents.items() for p in document.parts]


@lru_cache
def load_sources(path: Path | None = None) -> Sources:
    """Load the sources.

    Raises:
        KnowledgeError: the file does not fit.
    """
    return Sources(load_entries(path or knowledge_dir() / "sources.yml", Document))
