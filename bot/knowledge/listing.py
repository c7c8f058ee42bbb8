"""Every answer of the assistant, as `bot answers` lists them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from bot.clock import today
from bot.knowledge.answers import Level, fill, load_answers, sources_of
from bot.knowledge.topics import contact_values, load_topics

LEVELS: tuple[Level, ...] = ("b1", "a2")


def every_answer() -> Iterator[dict[str, Any]]:
    """Yield topic, level, text, sources and next step of every answer of a topic, B1 before A2."""
    topics, answers = load_topics(), load_answers()
    values = contact_values(today())
    for topic_id in topics.topics:
        for level in LEVELS:
            if not answers.has(topics.response(topic_id), level):
                continue
            answer = answers.for_topic(topic_id, level)
            yield {
                "topic": topic_id,
                "level": level,
                "text": fill(answer.text, values),
                "sources": [msgspec.to_builtins(source) for source in sources_of(answer)],
                "next_step": fill(answer.next_step, values),
            }
