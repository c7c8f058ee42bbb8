"""What the figures are computed from: plain objects, read from the database once for a period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.knowledge.topics import load_topics
from bot.staff.figures.period import Period
from bot.storage.models import (
    ConversationRow,
    CorrectionRow,
    FeedbackRow,
    HandoffRow,
    MessageRow,
    ParseRow,
    ReviewRow,
)

OUT_OF_SCOPE = "buiten_bereik"
SIMPLER = "eenvoudiger"
FRUSTRATION = "frustratie"
# Asked about the conversation itself, not about the subject; with the group 'gesprek' these are no questions to count.
_ABOUT_THE_TALK = frozenset({"herhalen", SIMPLER, "opnieuw_beginnen", "gegevens_wissen", "gegevens_inzien"})
_QUESTIONS_OF_TALK = frozenset({OUT_OF_SCOPE, "crisis"})


@lru_cache
def small_talk() -> frozenset[str]:
    """Return the topics that are no question of a parent: greetings, thanks, yes and no, and acts in the chat."""
    talk = {topic_id for topic_id, topic in load_topics().topics.items() if topic.group == "gesprek"}
    return frozenset((talk - _QUESTIONS_OF_TALK) | _ABOUT_THE_TALK)


@dataclass(frozen=True)
class Question:
    """A message of a parent that the engine read as a message of its own (an answer inside the pre-check is none).

    `typed`: written, not a button. `answered_at`: the first message of the assistant or a person after it.
    `thumb`: the last thumb below one of its answers.
    """

    message_id: str
    position: int
    at: datetime
    text: str
    typed: bool
    topic: str | None
    confidence: float
    accepted: bool
    language: str
    ranking: tuple[tuple[str, float], ...] = ()
    entities: tuple[tuple[str, str], ...] = ()
    answered_at: datetime | None = None
    thumb: int | None = None
    reviewed: bool = False
    right_topic: str | None = None
    new_topic: str | None = None

    @property
    def counts(self) -> bool:
        """Tell whether it is a question about the subject: no greeting, thanks, or yes and no."""
        return not (self.accepted and self.topic in small_talk())

    @property
    def outside(self) -> bool:
        """Tell whether the assistant said that the question is not its field."""
        return self.accepted and self.topic == OUT_OF_SCOPE


@dataclass(frozen=True)
class Shown:
    """An answer that a parent saw."""

    response_topic: str
    level: str
    at: datetime


@dataclass(frozen=True)
class Handoff:
    """A request for a person."""

    state: str
    urgency: str
    reach: str
    outcome: str | None
    created_at: datetime
    first_reply_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True)
class Conversation:
    """A conversation in which a parent asked something."""

    id: str
    started_at: datetime
    questions: tuple[Question, ...] = ()
    shown: tuple[Shown, ...] = ()
    handoffs: tuple[Handoff, ...] = ()

    @property
    def asked(self) -> tuple[Question, ...]:
        """Return the questions that count."""
        return tuple(question for question in self.questions if question.counts)

    def repeats(self) -> tuple[Question, ...]:
        """Return the typed questions whose topic the parent had typed a question about before."""
        seen: set[str] = set()
        found = []
        for question in self.asked:
            if not question.typed or question.topic is None or not question.accepted or question.outside:
                continue
            if question.topic in seen:
                found.append(question)
            seen.add(question.topic)
        return tuple(found)


@dataclass
class _Found:
    """What is being collected of one conversation."""

    questions: list[Question] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)


def conversations_in(session: Session, period: Period) -> list[Conversation]:
    """Return the conversations that began in a period and hold a question, the oldest first."""
    first, after = period.bounds
    began: Any = (
        ConversationRow.created_at >= first,
        ConversationRow.created_at < after,
        ConversationRow.erased_at.is_(None),
    )
    started = {row.id: row.created_at for row in session.execute(select(ConversationRow).where(*began)).scalars()}
    collected: dict[str, _Found] = defaultdict(_Found)
    for conversation_id, rows in _by_conversation(session.execute(_messages(began))):
        collected[conversation_id] = _read(rows)
    handoffs = defaultdict(list)
    query = select(HandoffRow).join(ConversationRow, ConversationRow.id == HandoffRow.conversation_id).where(*began)
    for row in session.scalars(query.order_by(HandoffRow.created_at)):
        handoffs[row.conversation_id].append(
            Handoff(row.state, row.urgency, row.reach, row.outcome, row.created_at, row.first_reply_at, row.closed_at)
        )
    found = [
        Conversation(key, at, tuple(collected[key].questions), tuple(collected[key].shown), tuple(handoffs[key]))
        for key, at in started.items()
    ]
    return sorted((c for c in found if c.asked or c.handoffs), key=lambda c: c.started_at)


def _messages(began: tuple[Any, ...]) -> Any:
    """Return the query for all messages with what belongs to each."""
    return (
        select(MessageRow, ParseRow, FeedbackRow.thumb, ReviewRow.reviewed_at, CorrectionRow)
        .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
        .outerjoin(ParseRow, ParseRow.message_id == MessageRow.id)
        .outerjoin(FeedbackRow, FeedbackRow.message_id == MessageRow.id)
        .outerjoin(ReviewRow, ReviewRow.message_id == MessageRow.id)
        .outerjoin(CorrectionRow, CorrectionRow.message_id == MessageRow.id)
        .where(*began)
        .order_by(MessageRow.conversation_id, MessageRow.position)
    )


def _by_conversation(rows: Iterable[Any]) -> Iterable[tuple[str, list[Any]]]:
    """Yield the rows of each conversation together."""
    current: str | None = None
    held: list[Any] = []
    for row in rows:
        conversation_id = row[0].conversation_id
        if current is not None and conversation_id != current:
            yield current, held
            held = []
        current = conversation_id
        held.append(row)
    if current is not None:
        yield current, held


def _read(rows: list[Any]) -> _Found:
    """Read the messages of one conversation in order."""
    found = _Found()
    open_question = False
    for message, parse, thumb, reviewed_at, correction in rows:
        if message.author == "ouder":
            # A message without parse went to a person, or fills in the pre-check: what follows answers that one.
            open_question = parse is not None and (parse.topic is not None or bool(parse.ranking))
            if open_question:
                found.questions.append(as_question(message, parse, reviewed_at is not None, correction))
            continue
        if message.author == "bot" and message.topic:
            found.shown.append(Shown(message.topic, message.level or "b1", message.created_at))
        if open_question and message.author in ("bot", "consulent"):
            last = found.questions[-1]
            found.questions[-1] = replace(
                last, answered_at=last.answered_at or message.created_at, thumb=thumb if thumb is not None else last.thumb
            )
    return found


def as_question(message: MessageRow, parse: ParseRow, reviewed: bool, correction: CorrectionRow | None) -> Question:
    """Return a message with its parse as a question."""
    return Question(
        message_id=message.id, position=message.position, at=message.created_at, text=message.text,
        typed=message.payload is None, topic=parse.topic, confidence=parse.confidence or 0.0,
        accepted=bool(parse.accepted), language=parse.language or "nl",
        ranking=tuple((str(name), float(value)) for name, value in parse.ranking),
        entities=tuple((str(e.get("type")), str(e.get("value"))) for e in parse.entities),
        reviewed=reviewed,
        right_topic=correction.topic if correction else None,
        new_topic=correction.new_topic if correction else None,
    )  # fmt: skip
