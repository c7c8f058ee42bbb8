"""The answers: Rasa responses of data/answers, with what they rest on (facts, next step, follow-ups)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import msgspec

from bot.knowledge.files import KnowledgeError, convert, read_yaml, root
from bot.knowledge.levels import Level as Level
from bot.knowledge.sources import Source, load_sources
from bot.knowledge.topics import Topics, load_contact, load_facts, load_topics

PLACEHOLDER = re.compile(r"\{(\w+)\}")


class AnswerMetadata(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What belongs to an answer: the facts it rests on, the next step, and the topics behind its buttons."""

    facts: list[str] = []
    next_step: str = ""
    followups: list[str] = []


class _Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rasa's condition of a variation; only the language level is used."""

    type: Literal["slot"]
    name: Literal["taalniveau"]
    value: Literal["a2"]


class _Variation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One variation of a Rasa response."""

    text: str
    metadata: AnswerMetadata = AnswerMetadata()
    condition: list[_Condition] = []


class Answer(msgspec.Struct, frozen=True):
    """An answer at one level. `text` is what the parent reads: the answer and the next step, placeholders unfilled."""

    response: str
    level: Level
    body: str
    next_step: str
    facts: tuple[str, ...]
    followups: tuple[str, ...]
    file: str

    @property
    def text(self) -> str:
        """Return answer and next step together."""
        return f"{self.body}\n\n{self.next_step}" if self.next_step else self.body


class Answers:
    """All answers by response name and level."""

    def __init__(self, answers: dict[tuple[str, Level], Answer], topics: Topics) -> None:
        """Hold the answers and the topics they belong to."""
        self._answers = answers
        self._topics = topics

    def get(self, response: str, level: Level = "b1") -> Answer:
        """Return the answer at a level, or at B1 where there is no A2 variant.

        Raises:
            KeyError: no such response.
        """
        return self._answers.get((response, level)) or self._answers[(response, "b1")]

    def for_topic(self, topic_id: str, level: Level = "b1") -> Answer:
        """Return the answer of a topic."""
        return self.get(self._topics.response(topic_id), level)

    def has(self, response: str, level: Level = "b1") -> bool:
        """Tell whether a response exists at exactly this level."""
        return (response, level) in self._answers

    def all(self) -> list[Answer]:
        """Return every answer at every level."""
        return list(self._answers.values())


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put values in the place of their names in braces.

    Raises:
        KnowledgeError: the text names a value that there is not.
    """

    def value(match: re.Match[str]) -> str:
        if match.group(1) not in values:
            raise KnowledgeError(f"no value for '{{{match.group(1)}}}' in: {text[:60]}")
        return values[match.group(1)]

    return PLACEHOLDER.sub(value, text)


def collapse(text: str) -> str:
    """Return the text without the gaps that empty placeholders leave: no empty list items, one empty line at most."""
    lines = [line.rstrip() for line in text.splitlines() if line.strip() != "-"]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def sources_of(answer: Answer) -> list[Source]:
    """Return the sources of the facts and contact values of an answer, each once, in the order of the facts."""
    contact = load_contact()
    references = [load_facts()[fact].source for fact in answer.facts]
    references += [contact[n].source for n in PLACEHOLDER.findall(answer.text) if n in contact and not references]
    return [load_sources().get(reference) for reference in dict.fromkeys(references)]


@lru_cache
def load_answers(folder: Path | None = None) -> Answers:
    """Load every file of data/answers.

    Raises:
        KnowledgeError: an answer does not fit, stands twice, or names a fact, topic or value that does not exist.
    """
    folder = folder or root() / "data" / "answers"
    answers: dict[tuple[str, Level], Answer] = {}
    for path in sorted(folder.glob("*.yml")):
        for answer in _read(path):
            if (answer.response, answer.level) in answers:
                raise KnowledgeError(f"{path}: entry '{answer.response}': level {answer.level} stands twice")
            _check(answer)
            answers[(answer.response, answer.level)] = answer
    for (response, _), answer in answers.items():
        if (response, "b1") not in answers:
            raise KnowledgeError(f"{answer.file}: entry '{response}': has an A2 variant but no B1 answer")
    return Answers(answers, load_topics())


def _read(path: Path) -> list[Answer]:
    """Read one file; an A2 variant without facts or follow-ups has those of the B1 answer."""
    content: Any = read_yaml(path)
    if not isinstance(content, dict) or not isinstance(content.get("responses"), dict):
        raise KnowledgeError(f"{path}: expected a mapping with 'responses'")
    found = []
    for response, entries in content["responses"].items():
        variations = convert(entries, list[_Variation], f"{path}: entry '{response}'")
        b1 = next((v.metadata for v in variations if not v.condition), AnswerMetadata())
        for v in variations:
            found.append(
                Answer(
                    response, "a2" if v.condition else "b1", v.text.strip(), v.metadata.next_step.strip(),
                    tuple(v.metadata.facts or b1.facts), tuple(v.metadata.followups or b1.followups), str(path),
                )
            )
    return found


def _check(answer: Answer) -> None:
    """Refuse names that do not exist."""
    where = f"{answer.file}: entry '{answer.response}' ({answer.level})"
    known: dict[str, Collection[str]] = {"facts": load_facts(), "followups": load_topics().topics}
    for field, names in (("facts", answer.facts), ("followups", answer.followups)):
        for name in names:
            if name not in known[field]:
                raise KnowledgeError(f"{where}: field '{field}': '{name}' does not exist")
