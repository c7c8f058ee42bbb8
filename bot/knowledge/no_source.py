"""Parents' real questions that no document of this service covers (data/knowledge/no_source.yml)."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import msgspec

from bot.knowledge.crisis import normalise, phrase_pattern
from bot.knowledge.files import KnowledgeError, knowledge_dir, load_entries
from bot.knowledge.topics import TITLE_LENGTH


class NoSourceQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question and its answer. In `aliases`, `*` is the rest of a word and `...` up to four words in between."""

    title: str
    aliases: list[str]
    response: str


class NoSourceQuestions:
    """Tells which of these questions a message asks."""

    def __init__(self, questions: dict[str, NoSourceQuestion]) -> None:
        """Hold the questions by id and compile their aliases."""
        self.questions = questions
        self._patterns = {
            question_id: re.compile(rf"(?<!\w)(?:{'|'.join(map(phrase_pattern, question.aliases))})(?!\w)")
            for question_id, question in questions.items()
        }

    def find(self, text: str) -> str | None:
        """Return the id of the question that a message names most often, the first one where that is a tie."""
        plain = normalise(text)
        found = []
        for question_id, pattern in self._patterns.items():
            starts = [match.start() for match in pattern.finditer(plain)]
            if starts:
                found.append((-len(starts), starts[0], question_id))
        return min(found)[2] if found else None


@lru_cache
def load_no_source(path: Path | None = None) -> NoSourceQuestions:
    """Load the questions.

    Raises:
        KnowledgeError: a question does not fit, has no alias or an empty one, or its title is too long for a button.
    """
    path = path or knowledge_dir() / "no_source.yml"
    questions = load_entries(path, NoSourceQuestion)
    for question_id, question in questions.items():
        where = f"{path}: entry '{question_id}'"
        if not question.aliases:
            raise KnowledgeError(f"{where}: field 'aliases': no words to find it by")
        for alias in question.aliases:
            if not all(normalise(part) for part in alias.split("...")):
                raise KnowledgeError(f"{where}: field 'aliases': '{alias}' has no words on one side")
        if len(question.title) > TITLE_LENGTH:
            raise KnowledgeError(f"{where}: field 'title': longer than {TITLE_LENGTH} characters")
    return NoSourceQuestions(questions)
