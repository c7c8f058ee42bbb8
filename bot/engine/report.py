"""A parsed message in the form of the contract (`bot parse`, and what web logs per message)."""

from __future__ import annotations

from typing import Any

from bot.engine.nlu.parse_fields import ACCEPTED, LANGUAGE, RANKING, TOPIC
from bot.knowledge.topics import load_topics

RANKED = 5


def report(parse_data: dict[str, Any]) -> dict[str, Any]:
    """Return topic, confidence, ranking, entities and language; acts of the dialogue are no topics."""
    topics = load_topics().topics
    ranking = [[label.rsplit("/", 1)[-1], round(float(p), 4)] for label, p in parse_data.get(RANKING) or []]
    ranking = [entry for entry in ranking if entry[0] in topics][:RANKED]
    entities = [
        {"type": e["entity"], "value": e.get("value"), "text": e.get("text", "")}
        for e in parse_data.get("entities") or []
    ]
    return {
        "topic": ranking[0][0] if ranking else None,
        "confidence": ranking[0][1] if ranking else 0.0,
        "accepted": bool(parse_data.get(ACCEPTED)),
        "ranking": ranking,
        "entities": entities,
        "language": parse_data.get(LANGUAGE) or "nl",
        "act": None if parse_data.get(TOPIC) in topics else parse_data.get(TOPIC),
    }
