"""Two questions in one message: which questions there are, so that the first is answered and the second named."""

from __future__ import annotations

import re
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage

from bot.engine.report import report
from bot.knowledge.topics import load_topics

MOST = 3  # a message with more questions than this is a story; its own topic counts
SURE = 0.6
LEAST_WORDS = 3


def questions(text: str) -> list[str]:
    """Return the sentences of a text that end in a question mark."""
    sentences = re.split(r"(?<=[.!?])\s+|\n+", text.strip())
    return [s for s in sentences if s.rstrip().endswith("?") and len(s.split()) >= LEAST_WORDS]


async def two_questions(agent: Agent, text: str) -> tuple[dict[str, Any], str] | None:
    """Return the parse data of the first question and the topic of the second, where a text surely asks two things."""
    asked = questions(text)
    if not 2 <= len(asked) <= MOST:
        return None
    topics = load_topics()
    whole = report(await agent.processor.parse_message(UserMessage(text)))  # type: ignore[union-attr]
    if whole["topic"] == "crisis":
        return None
    sure: list[tuple[str, dict[str, Any]]] = []
    for sentence in asked:
        parsed = await agent.processor.parse_message(UserMessage(sentence))  # type: ignore[union-attr]
        found = report(parsed)
        topic = found["topic"]
        is_question = topic is not None and topics.groups[topics.topics[topic].group].faq
        if found["accepted"] and is_question and found["confidence"] >= SURE:
            sure.append((str(topic), parsed))
    if len(sure) != len(asked) or len({topic for topic, _ in sure}) < 2:
        return None
    second = next(topic for topic, _ in sure if topic != sure[0][0])
    return sure[0][1], second
