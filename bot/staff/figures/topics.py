"""The content per topic: the answer at both levels, what it rests on, how it does, and which facts run out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from bot.knowledge.answers import PLACEHOLDER, load_answers
from bot.knowledge.arrangements import load_arrangements
from bot.knowledge.listing import every_answer
from bot.knowledge.topics import load_contact, load_facts, load_topics
from bot.staff.figures.readability import Scores
from bot.storage.models import FeedbackRow, MessageRow, ParseRow

SOON = timedelta(days=31)
RECENT = 20


@dataclass(frozen=True)
class Outdated:
    """A fact that has run out, or will within a month."""

    name: str
    text: str
    file: str
    valid_until: date
    passed: bool


@dataclass(frozen=True)
class FactLine:
    """A fact under an answer."""

    name: str
    text: str
    source: str
    valid_until: date | None
    outdated: Outdated | None


@dataclass(frozen=True)
class Usage:
    """How often an answer was shown, and the thumbs below it."""

    shown: int = 0
    a2: int = 0
    up: int = 0
    down: int = 0


@dataclass(frozen=True)
class Recent:
    """A message that was understood as this topic; texts are masked before they are stored."""

    conversation_id: str
    text: str
    confidence: float | None
    accepted: bool | None
    at: datetime


def outdated_facts(today: date) -> list[Outdated]:
    """Return what has run out or will within a month, the first to run out first."""
    found = [
        Outdated(name, text, file, until, until < today)
        for name, text, file, until in _dated()
        if until is not None and until <= today + SOON
    ]
    return sorted(found, key=lambda o: (o.valid_until, o.name))


def _dated() -> Iterator[tuple[str, str, str, date | None]]:
    """Yield name, text, file and last day of everything that may run out."""
    for name, fact in load_facts().items():
        yield name, fact.text, "data/knowledge/facts", fact.valid_until
    for name, value in load_contact().items():
        yield name, value.value, "data/knowledge/contact.yml", value.valid_until
    for name, arrangement in load_arrangements().arrangements.items():
        yield name, arrangement.name, "data/knowledge/arrangements.yml", _day(arrangement.valid_until)


def _day(text: str | None) -> date | None:
    """Return a date that a file holds as text."""
    return date.fromisoformat(text) if text else None


def facts_of(topic_id: str, today: date) -> list[FactLine]:
    """Return what the answer of a topic rests on: facts, and contact values that stand in its text."""
    topics, answers = load_topics(), load_answers()
    if topics.topics[topic_id].action:
        return []
    outdated = {entry.name: entry for entry in outdated_facts(today)}
    names: dict[str, None] = {}
    values: dict[str, None] = {}
    for level in ("b1", "a2"):
        if answers.has(topics.response(topic_id), level):
            answer = answers.for_topic(topic_id, level)
            names.update(dict.fromkeys(answer.facts))
            values.update(dict.fromkeys(n for n in PLACEHOLDER.findall(answer.text) if n in load_contact()))
    found = [(name, fact.text, fact.source, fact.valid_until) for name in names for fact in [load_facts()[name]]]
    found += [(n, c.value, c.source, c.valid_until) for n in values for c in [load_contact()[n]]]
    return [FactLine(name, text, source, until, outdated.get(name)) for name, text, source, until in found]


def answers_of(topic_id: str, scores: Scores) -> list[dict[str, Any]]:
    """Return the answers of a topic as a parent reads them, with the readability of each where it is measured."""
    return [
        {**entry, "lint": scores.of(topic_id, entry["level"]), "limit": scores.limit(entry["level"])}
        for entry in every_answer()
        if entry["topic"] == topic_id
    ]


def usage(session: Session, since: datetime) -> dict[str, Usage]:
    """Return how often the answer of each topic was shown since a moment, with the thumbs."""
    query = (
        select(
            MessageRow.topic,
            func.count(),
            func.sum(case((MessageRow.level == "a2", 1), else_=0)),
            func.sum(case((FeedbackRow.thumb == 1, 1), else_=0)),
            func.sum(case((FeedbackRow.thumb == -1, 1), else_=0)),
        )
        .outerjoin(FeedbackRow, FeedbackRow.message_id == MessageRow.id)
        .where(MessageRow.author == "bot", MessageRow.topic.is_not(None), MessageRow.created_at >= since)
        .group_by(MessageRow.topic)
    )
    return {str(topic): Usage(int(n), int(a2), int(up), int(down)) for topic, n, a2, up, down in session.execute(query)}


def recent(session: Session, topic_id: str, most: int = RECENT) -> list[Recent]:
    """Return the newest messages that were typed and understood as a topic."""
    query = (
        select(MessageRow, ParseRow)
        .join(ParseRow, ParseRow.message_id == MessageRow.id)
        .where(ParseRow.topic == topic_id, MessageRow.payload.is_(None))
        .order_by(MessageRow.created_at.desc(), MessageRow.position.desc())
        .limit(most)
    )
    return [
        Recent(message.conversation_id, message.text, parse.confidence, parse.accepted, message.created_at)
        for message, parse in session.execute(query)
    ]


def asked(session: Session, since: datetime) -> Counter[str]:
    """Return how often each topic was asked about since a moment."""
    query = (
        select(ParseRow.topic, func.count())
        .join(MessageRow, MessageRow.id == ParseRow.message_id)
        .where(MessageRow.created_at >= since, ParseRow.topic.is_not(None), ParseRow.accepted.is_(True))
        .group_by(ParseRow.topic)
    )
    return Counter({str(topic): int(count) for topic, count in session.execute(query)})
