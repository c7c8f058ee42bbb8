"""The texts that the readability gate measures: every answer, as a parent reads it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from bot.clock import today
from bot.knowledge.answers import PLACEHOLDER, Level, collapse, fill, load_answers
from bot.knowledge.topics import contact_values
from bot.readability.sentences import sentences, words


class Text(msgspec.Struct, frozen=True):
    """One response at one level, split into sentences."""

    response: str
    level: Level
    sentences: list[str]

    @property
    def lengths(self) -> list[int]:
        """Return the number of words of each sentence."""
        return [len(words(sentence)) for sentence in self.sentences]


def measured_texts() -> Iterator[Text]:
    """Yield every response that is whole by itself.

    A response that an action fills in (other placeholders than contact values) is no text to measure yet.
    """
    values = contact_values(today())
    for answer in load_answers().all():
        if all(name in values for name in PLACEHOLDER.findall(answer.text)):
            yield Text(answer.response, answer.level, sentences(collapse(fill(answer.text, values))))
