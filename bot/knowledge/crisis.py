"""Phrases that mean acute danger, from data/knowledge/crisis.yml."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import msgspec

from bot.knowledge.files import KnowledgeError, knowledge_dir, load_entries


class CrisisEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The phrases of one language. `*` stands for the rest of a word, `...` for up to four words in between."""

    danger: list[str]
    not_danger: list[str] = []


def normalise(text: str) -> str:
    """Return the text in lower case, without accents and punctuation, with single spaces."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w\s]", " ", plain.replace("ı", "i").replace("ł", "l")).split())


def phrase_pattern(phrase: str) -> str:
    """Turn a phrase into a regular expression over normalised text."""
    parts = []
    for gap in phrase.split("..."):
        words = [re.escape(normalise(w.rstrip("*"))) + (r"\w*" if w.endswith("*") else "") for w in gap.split()]
        parts.append(r"\s".join(words))
    return r"(?:\s\w+){0,4}\s".join(parts)


class CrisisPhrases:
    """Finds danger in a message: fast, in every language of the file."""

    def __init__(self, entries: dict[str, CrisisEntry]) -> None:
        """Compile the phrases."""
        danger = [phrase_pattern(p) for entry in entries.values() for p in entry.danger]
        harmless = [phrase_pattern(p) for entry in entries.values() for p in entry.not_danger]
        self._danger = re.compile(r"(?<!\w)(?:" + "|".join(danger) + r")(?!\w)")
        self._harmless = re.compile(r"(?<!\w)(?:" + "|".join(harmless) + r")(?!\w)") if harmless else None

    def has_idiom(self, text: str) -> bool:
        """Tell whether a message has an idiom that only sounds like danger."""
        return bool(self._harmless and self._harmless.search(normalise(text)))

    def match(self, text: str) -> bool:
        """Tell whether a message names danger, once idioms that only sound like it are taken out."""
        plain = normalise(text)
        if self._harmless:
            plain = self._harmless.sub(" ", plain)
        return bool(self._danger.search(" ".join(plain.split())))


def load_crisis_phrases(path: Path | None = None) -> CrisisPhrases:
    """Load the phrases.

    Raises:
        KnowledgeError: the file does not fit; names file, entry and field.
    """
    path = path or knowledge_dir() / "crisis.yml"
    entries = load_entries(path, CrisisEntry)
    if "nl" not in entries or not all(entry.danger for entry in entries.values()):
        raise KnowledgeError(f"{path}: every language needs phrases under 'danger', and Dutch ('nl') must be there")
    return CrisisPhrases(entries)
