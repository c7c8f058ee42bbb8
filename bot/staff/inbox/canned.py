"""The canned answers of consultants (data/knowledge/canned_answers.yml), with the values that hold today."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import msgspec

from bot.clock import today
from bot.conversations.incoming import LONGEST_TEXT
from bot.knowledge.answers import PLACEHOLDER, fill
from bot.knowledge.files import KnowledgeError, convert, knowledge_dir, read_yaml
from bot.knowledge.topics import contact_values

TITLE_LENGTH = 40
_NAME = "consulent"


class CannedAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text that a consultant puts in the box, and its title in the list."""

    group: str
    title: str
    text: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file; groups stand in the order of the list."""

    groups: dict[str, str]
    answers: dict[str, CannedAnswer]


@dataclass(frozen=True)
class ReadyAnswer:
    """A canned answer that can be sent as it is."""

    id: str
    title: str
    text: str


class CannedAnswers:
    """The canned answers."""

    def __init__(self, content: _File) -> None:
        """Hold them; placeholders are filled when they are asked for."""
        self._content = content

    def ready(self, staff_name: str) -> dict[str, list[ReadyAnswer]]:
        """Return the answers of a consultant by the title of their group."""
        values = {**contact_values(today()), _NAME: first_name(staff_name)}
        groups: dict[str, list[ReadyAnswer]] = {title: [] for title in self._content.groups.values()}
        for answer_id, answer in self._content.answers.items():
            text = fill(answer.text, values)
            groups[self._content.groups[answer.group]].append(ReadyAnswer(answer_id, answer.title, text))
        return {title: answers for title, answers in groups.items() if answers}


def first_name(name: str) -> str:
    """Return how a consultant calls herself in the chat: her first name."""
    return name.split()[0] if name.split() else "je consulent"


@lru_cache
def load_canned_answers(path: Path | None = None) -> CannedAnswers:
    """Load the canned answers, and make sure that each can be sent today.

    Raises:
        KnowledgeError: an entry does not fit, has an unknown group, is too long, or names a value that does not exist.

    """
    path = path or knowledge_dir() / "canned_answers.yml"
    content = convert(read_yaml(path), _File, str(path))
    known = {*contact_values(today()), _NAME}
    for answer_id, answer in content.answers.items():
        where = f"{path}: entry '{answer_id}'"
        if answer.group not in content.groups:
            raise KnowledgeError(f"{where}: field 'group': unknown group '{answer.group}'")
        if not 1 <= len(answer.title.strip()) <= TITLE_LENGTH:
            raise KnowledgeError(f"{where}: field 'title': use 1 to {TITLE_LENGTH} characters")
        # Half of what fits in a message leaves room for the consultant's own words.
        if not 1 <= len(answer.text.strip()) <= LONGEST_TEXT // 2:
            raise KnowledgeError(f"{where}: field 'text': use 1 to {LONGEST_TEXT // 2} characters")
        if unknown := [name for name in PLACEHOLDER.findall(answer.text) if name not in known]:
            raise KnowledgeError(f"{where}: field 'text': no value for {', '.join(unknown)}")
    return CannedAnswers(content)
