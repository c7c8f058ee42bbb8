"""The texts that the readability gate measures: every answer, as a parent reads it, also where it is put together."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from bot.clock import today
from bot.knowledge.answers import PLACEHOLDER, Level, collapse, fill, load_answers
from bot.knowledge.levels import LEVELS
from bot.knowledge.topics import contact_values
from bot.readability.composed import composed_texts
from bot.readability.sentences import sentences, words

ANSWER = "antwoord"


class Text(msgspec.Struct, frozen=True):
    """One text at one level, split into sentences; the mean is taken of the texts of one kind."""

    response: str
    level: Level
    sentences: list[str]
    kind: str = ANSWER

    @property
    def lengths(self) -> list[int]:
        """Return the number of words of each sentence."""
        return [len(words(sentence)) for sentence in self.sentences]


def measured_texts() -> Iterator[Text]:
    """Yield every response that is whole by itself, then what is put together from knowledge at each level.

    A response that an action fills in (other placeholders than contact values) is measured with what fills it.
    """
    values = contact_values(today())
    for answer in load_answers().all():
        if all(name in values for name in PLACEHOLDER.findall(answer.text)):
            yield Text(answer.response, answer.level, sentences(collapse(fill(answer.text, values))))
    for level in LEVELS:
        for kind, name, text in composed_texts(level):
            yield Text(name, level, sentences(text), kind)
