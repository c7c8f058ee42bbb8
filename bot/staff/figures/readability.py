"""The measured readability of the answers: data/readability.json, which `make readability` writes.

A score counts only as long as the answer still has the text that was measured.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.knowledge.answers import Level, load_answers
from bot.knowledge.files import KnowledgeError, root
from bot.knowledge.topics import load_topics
from bot.readability.gate import LIMITS

FILE = "data/readability.json"
LEVELS: tuple[Level, ...] = ("b1", "a2")


class Measured(Protocol):
    """A measured answer (bot.readability.gate.Score)."""

    @property
    def response(self) -> str:
        """Return its response name."""

    @property
    def level(self) -> str:
        """Return its level."""

    @property
    def lint(self) -> float | None:
        """Return its score."""


@dataclass(frozen=True)
class Scores:
    """LiNT by topic and level."""

    lint: dict[tuple[str, str], float]

    def of(self, topic: str, level: str) -> float | None:
        """Return the score of an answer, or None where it is not measured."""
        return self.lint.get((topic, level))

    def limit(self, level: str) -> float:
        """Return the highest score that an answer of a level may have."""
        return next((limit.most for name, limit in LIMITS.items() if name == level), 0.0)

    @property
    def measured(self) -> bool:
        """Tell whether anything is measured."""
        return bool(self.lint)


def load_scores(path: Path | None = None) -> Scores:
    """Return the scores of the answers as they are now; none where nothing was measured.

    Raises:
        KnowledgeError: the file is damaged.

    """
    path = path or root() / FILE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        stored = {(e["response"], e["level"]): (float(e["lint"]), str(e["text"])) for e in content["answers"]}
    except FileNotFoundError:
        return Scores({})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise KnowledgeError(f"{path}: cannot be read ({error}). Run 'make readability' to write it again.") from None
    topics, answers = load_topics(), load_answers()
    found: dict[tuple[str, str], float] = {}
    for topic_id in topics.topics:
        response = topics.response(topic_id)
        for level in LEVELS:
            entry = stored.get((response, level))
            if entry and answers.has(response, level) and entry[1] == _mark(answers.get(response, level).text):
                found[topic_id, level] = entry[0]
    return Scores(found)


def scores_file(measured: Iterable[Measured]) -> str:
    """Return the content of the file for measured answers."""
    answers = load_answers()
    entries = [
        {"response": m.response, "level": m.level, "lint": m.lint,
         "text": _mark(answers.get(m.response, level).text)}
        for m in measured
        for level in LEVELS
        # What is put together from knowledge (an arrangement, a term) is measured too, but is no answer of a topic.
        if m.level == level and m.lint is not None and answers.has(m.response, level)
    ]  # fmt: skip
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries)
    return f'{{"answers": [\n{lines}\n]}}\n'


def _mark(text: str) -> str:
    """Return what tells one text from another."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
