"""Corrections as training examples: Rasa's YAML, without what is known already and without what the test set holds."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.knowledge.files import KnowledgeError, read_yaml, root
from bot.knowledge.topics import load_topics
from bot.storage.models import CorrectionRow

LEARNED = "data/nlu/geleerd"
TEST_SET = "tests/data/nlu_test.yml"
# Rasa reads these as marks of entities and of synonyms inside an example.
_MARKS = str.maketrans({"[": "(", "]": ")", "{": "(", "}": ")"})
_NO_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Correction:
    """A correction that a reviewer made; `topic` is an existing topic."""

    id: int
    text: str
    topic: str
    created_at: datetime
    learned: bool


@dataclass(frozen=True)
class Chosen:
    """What becomes training data, per topic, and what was left out and why (correction id to reason)."""

    examples: dict[str, list[str]]
    taken: tuple[int, ...]
    left_out: dict[int, str]

    @property
    def count(self) -> int:
        """Return how many examples there are."""
        return sum(map(len, self.examples.values()))


def corrections(session: Session) -> list[Correction]:
    """Return every correction to an existing topic, the oldest first."""
    rows = session.scalars(select(CorrectionRow).where(CorrectionRow.topic.is_not(None)).order_by(CorrectionRow.id))
    return [Correction(r.id, r.text, r.topic, r.created_at, r.learned_at is not None) for r in rows if r.topic]


def choose(found: Iterable[Correction], known: set[str], tested: set[str]) -> Chosen:
    """Return what can be learned.

    Args:
        found: the corrections; of two with the same text, the later one counts.
        known: the examples there are (see `normal`).
        tested: the messages of the test set: learning those would make the test worthless.

    """
    latest: dict[str, Correction] = {}
    left_out: dict[int, str] = {}
    for correction in found:
        key = normal(correction.text)
        if correction.topic not in load_topics().topics:
            left_out[correction.id] = "onderwerp bestaat niet meer"
        elif not key:
            left_out[correction.id] = "geen woorden"
        elif key in tested:
            left_out[correction.id] = "staat in de testset"
        elif key in known:
            left_out[correction.id] = "is al een voorbeeld"
        else:
            if key in latest:
                left_out[latest[key].id] = "zelfde tekst als een latere verbetering"
            latest[key] = correction
    examples: dict[str, list[str]] = defaultdict(list)
    for correction in latest.values():
        examples[correction.topic].append(example(correction.text))
    return Chosen(dict(examples), tuple(c.id for c in latest.values()), left_out)


def merged(kept: Mapping[str, list[str]], chosen: Chosen) -> dict[str, list[str]]:
    """Return what was learned before together with what is new; where both have a text, the new topic counts."""
    new = {normal(text) for texts in chosen.examples.values() for text in texts}
    together: dict[str, list[str]] = defaultdict(list)
    for topic, texts in kept.items():
        if topic in load_topics().topics:
            together[topic] += [text for text in texts if normal(text) not in new]
    for topic, texts in chosen.examples.items():
        together[topic] += texts
    return {topic: texts for topic, texts in together.items() if texts}


def to_files(examples: Mapping[str, list[str]]) -> dict[str, str]:
    """Return the training files: one a topic group, as those of data/nlu, by name."""
    topics = load_topics()
    groups: dict[str, list[str]] = defaultdict(list)
    for topic_id in topics.topics:  # in the order of topics.yml, as the other files
        if topic_id in examples:
            lines = "".join(f"    - {text}\n" for text in examples[topic_id])
            groups[topics.topics[topic_id].group].append(f"- intent: {topics.label(topic_id)}\n  examples: |\n{lines}")
    return {f"{group}.yml": _file(blocks) for group, blocks in groups.items()}


def to_file(examples: Mapping[str, list[str]]) -> str:
    """Return all training examples in one file, for a download."""
    blocks = [text.split("nlu:\n", 1)[1] for text in to_files(examples).values()]
    return _file(blocks) if blocks else 'version: "3.1"\nnlu: []\n'


def _file(blocks: list[str]) -> str:
    return 'version: "3.1"\nnlu:\n' + "\n".join(blocks)


def example(text: str) -> str:
    """Return a message as one line of training data, without what Rasa would read as a mark."""
    line = " ".join(text.split()).translate(_MARKS)
    return line.lstrip("-/ ") or line


def normal(text: str) -> str:
    """Return what two examples have in common that differ in capitals, spaces and punctuation alone."""
    return _NO_LETTERS.sub(" ", text.casefold()).strip()


def read_examples(folder: Path) -> dict[str, list[str]]:
    """Return the examples of a folder of training files (and those below it), by topic.

    Raises:
        KnowledgeError: a file is no training data.

    """
    labels = {load_topics().label(topic_id): topic_id for topic_id in load_topics().topics}
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.rglob("*.yml")):
        for label, text in _lines(path):
            found[labels.get(label, label)].append(text)
    return dict(found)


@lru_cache
def texts_of_test_set(path: Path | None = None) -> frozenset[str]:
    """Return the messages of the test set.

    Raises:
        KnowledgeError: the file is missing or is no test set.

    """
    path = path or root() / TEST_SET
    content = read_yaml(path)
    try:
        return frozenset(normal(str(message["text"])) for message in content["messages"])
    except (KeyError, TypeError):
        raise KnowledgeError(f"{path}: expected 'messages', each with 'text' and 'topic'") from None


def known_texts(without_learned: bool) -> set[str]:
    """Return the examples of data/nlu; `without_learned`: not those learned from corrections before."""
    found = read_examples(root() / "data" / "nlu")
    learned = read_examples(root() / LEARNED) if without_learned else {}
    skipped = {(topic, text) for topic, texts in learned.items() for text in texts}
    return {normal(text) for topic, texts in found.items() for text in texts if (topic, text) not in skipped}


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    """Yield label and text of each example of a file."""
    content = read_yaml(path)
    try:
        for block in content["nlu"] or []:
            for line in str(block.get("examples", "")).splitlines():
                if "intent" in block and line.strip():
                    yield str(block["intent"]), line.strip().removeprefix("- ")
    except (KeyError, TypeError, AttributeError):
        raise KnowledgeError(f"{path}: expected Rasa training data: 'nlu' with 'intent' and 'examples'") from None
