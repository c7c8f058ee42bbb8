"""Every answer of the assistant, as `bot answers` lists them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec

from bot.clock import today
from bot.knowledge.answers import collapse, fill, load_answers, sources_of
from bot.knowledge.describe_arrangement import arrangement_reply
from bot.knowledge.explain_term import term_reply
from bot.knowledge.find_schools import school_reply
from bot.knowledge.glossary import load_glossary
from bot.knowledge.info import Mention, Reply
from bot.knowledge.levels import LEVELS, Level
from bot.knowledge.names import catalogue
from bot.knowledge.places import load_places
from bot.knowledge.sources import load_sources
from bot.knowledge.topics import contact_values, load_topics


def every_answer() -> Iterator[dict[str, Any]]:
    """Yield topic, level, text, sources and next step of every answer of a topic, B1 before A2.

    A topic that is answered from knowledge yields an answer for each arrangement, term and kind of school; `about` names it.
    """
    topics, answers, day = load_topics(), load_answers(), today()
    values = contact_values(day)
    for topic_id, topic in topics.topics.items():
        if topic.action:
            for level in LEVELS:
                yield from (answer for answer in knowledge_answers(level) if answer["topic"] == topic_id)
            continue
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


def knowledge_answers(level: Level) -> Iterator[dict[str, Any]]:
    """Yield the answers of the topics that are answered from knowledge, at the levels that they have."""
    topics, day = load_topics(), today()
    for topic_id, topic in topics.topics.items():
        if topic.action and (level == "b1" or topics.needs_a2(topic_id)):
            yield from (_rendered(reply, about, day, level) for about, reply in _from_knowledge(topic_id, day, level))


def _from_knowledge(topic_id: str, day: date, level: Level) -> Iterator[tuple[str, Reply]]:
    """Yield what a topic can be asked about, and the reply to it."""
    if topic_id == "arrangement_info":
        for key in catalogue().arrangements:
            yield key, arrangement_reply([Mention("arrangement", key)], day, level)
    elif topic_id == "begrip_uitleg":
        yield from ((key, term_reply([Mention("begrip", key)], "")) for key in load_glossary().all())
    else:
        yield from ((key, school_reply([Mention("schooltype", key)])) for key in load_places().school_types)


def _rendered(reply: Reply, about: str, day: date, level: Level) -> dict[str, Any]:
    """Return a reply as it is said."""
    answer = load_answers().get(reply.response, level)
    values = {**contact_values(day), **reply.values}
    sources = [msgspec.to_builtins(load_sources().get(s)) for s in dict.fromkeys(reply.sources)]
    return {
        "topic": reply.topic, "level": level, "text": collapse(fill(answer.text, values)), "sources": sources,
        "next_step": collapse(fill(answer.next_step, values)), "about": about,
    }
