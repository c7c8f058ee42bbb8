"""A conversation as the parent saw it, with how the assistant understood each message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.storage.models import (
    ConversationRow,
    CorrectionRow,
    FeedbackRow,
    HandoffRow,
    MessageRow,
    OwnershipEventRow,
    ParseRow,
    ReviewRow,
    StaffRow,
)


class NoConversation(LookupError):
    """There is no such conversation, or the parent erased it."""


@dataclass(frozen=True)
class Understood:
    """How a message was understood. `ranking`: topics with confidences; empty for an answer inside the pre-check."""

    topic: str | None
    confidence: float | None
    accepted: bool
    ranking: tuple[tuple[str, float], ...]
    language: str | None
    level: str | None
    milliseconds: int
    entities: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Judged:
    """What a reviewer made of a message."""

    by: str | None
    at: datetime | None
    tags: tuple[str, ...]
    topic: str | None
    new_topic: str | None
    learned: bool


@dataclass(frozen=True)
class Line:
    """A message. `staff_name`: which consultant wrote it."""

    id: str
    position: int
    author: str
    text: str
    pressed: bool
    topic: str | None
    level: str | None
    buttons: tuple[str, ...]
    sources: tuple[str, ...]
    card: str | None
    at: datetime
    staff_name: str | None
    thumb: int | None
    understood: Understood | None
    judged: Judged | None


@dataclass(frozen=True)
class Change:
    """A change of who has the conversation, after a message."""

    position: int
    owner: str
    actor: str
    at: datetime


@dataclass(frozen=True)
class View:
    """A conversation."""

    id: str
    owner: str
    started_at: datetime
    lines: tuple[Line, ...]
    changes: tuple[Change, ...]
    handoffs: tuple[tuple[str, str, datetime], ...]


def view(session: Session, conversation_id: str) -> View:
    """Return a conversation.

    Raises:
        NoConversation: there is none with this id, or it is erased.

    """
    conversation = session.get(ConversationRow, conversation_id)
    if conversation is None or conversation.erased_at is not None:
        raise NoConversation(conversation_id)
    rows = session.execute(
        select(MessageRow, ParseRow, FeedbackRow.thumb, ReviewRow, CorrectionRow, StaffRow.name)
        .outerjoin(ParseRow, ParseRow.message_id == MessageRow.id)
        .outerjoin(FeedbackRow, FeedbackRow.message_id == MessageRow.id)
        .outerjoin(ReviewRow, ReviewRow.message_id == MessageRow.id)
        .outerjoin(CorrectionRow, CorrectionRow.message_id == MessageRow.id)
        .outerjoin(StaffRow, StaffRow.id == MessageRow.staff_id)
        .where(MessageRow.conversation_id == conversation_id)
        .order_by(MessageRow.position)
    ).all()
    names = {row.id: row.name for row in session.scalars(select(StaffRow))}
    changes = session.scalars(
        select(OwnershipEventRow)
        .where(OwnershipEventRow.conversation_id == conversation_id)
        .order_by(OwnershipEventRow.id)
    )
    handoffs = session.scalars(
        select(HandoffRow).where(HandoffRow.conversation_id == conversation_id).order_by(HandoffRow.created_at)
    )
    return View(
        conversation.id, conversation.owner, conversation.created_at,
        tuple(_line(*row, names) for row in rows),
        tuple(Change(c.position, c.to_owner, c.actor, c.created_at) for c in changes),
        tuple((h.id, h.state, h.created_at) for h in handoffs),
    )  # fmt: skip


def _line(
    message: MessageRow, parse: ParseRow | None, thumb: int | None, review: ReviewRow | None,
    correction: CorrectionRow | None, staff_name: str | None, names: dict[int, str],
) -> Line:  # fmt: skip
    """Return a message with what belongs to it."""
    judged = None
    if review or correction:
        judged = Judged(
            names.get((review or correction).staff_id), review.reviewed_at if review else None,  # type: ignore[union-attr]
            tuple(review.tags) if review else (), correction.topic if correction else None,
            correction.new_topic if correction else None, bool(correction and correction.learned_at),
        )  # fmt: skip
    return Line(
        message.id, message.position, message.author, message.text, message.payload is not None, message.topic,
        message.level, tuple(b["title"] for b in message.buttons), tuple(_source(s) for s in message.sources),
        str(message.card.get("type")) if message.card else None, message.created_at, staff_name, thumb,
        understood(parse) if parse else None, judged,
    )  # fmt: skip


def understood(parse: ParseRow) -> Understood:
    """Return how a message was understood."""
    return Understood(
        parse.topic, parse.confidence, bool(parse.accepted), tuple((str(n), float(p)) for n, p in parse.ranking),
        parse.language, parse.level, parse.engine_ms,
        tuple((str(e.get("type")), str(e.get("value"))) for e in parse.entities),
    )  # fmt: skip


def _source(source: dict[str, Any]) -> str:
    """Return a source in a line."""
    return ", ".join(str(source[part]) for part in ("title", "part", "date") if source.get(part))
