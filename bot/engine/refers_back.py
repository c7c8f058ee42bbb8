"""A short question that points back ("en hoe lang duurt dat?") is about the last answer."""

from __future__ import annotations

from typing import Any

from rasa.shared.core.events import BotUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.engine.nlu.parse_fields import ACCEPTED, RANKING, TOPIC, intent_fields
from bot.knowledge.follow_up import load_follow_ups
from bot.knowledge.topics import load_topics

CRISIS = "crisis"


def last_topic(tracker: DialogueStateTracker | None) -> str | None:
    """Return the topic of our last answer to a question."""
    topics = load_topics()
    for event in reversed(tracker.events if tracker else []):
        if isinstance(event, BotUttered):
            topic = ((event.metadata or {}).get("metadata") or {}).get("topic")
            if topic in topics.topics and topics.groups[topics.topics[topic].group].faq:
                return str(topic)
    return None


def referring_back(parse_data: dict[str, Any], tracker: DialogueStateTracker | None) -> dict[str, Any]:
    """Return the parse data with the topic that a pointing question means; unchanged where it stands by itself."""
    if parse_data.get(TOPIC) == CRISIS:
        return parse_data
    topic = load_follow_ups().topic(str(parse_data.get("text") or ""), last_topic(tracker))
    if topic is None:
        return parse_data
    label = load_topics().label(topic)
    others = [entry for entry in parse_data.get(RANKING) or [] if entry[0] != label]
    fields = {TOPIC: topic, RANKING: [(label, 1.0), *others], ACCEPTED: True, **intent_fields(label, 1.0)}
    return {**parse_data, **fields}
