"""The queue of weak answers: typed questions that deserve a look, the most telling first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from bot.staff.figures.facts import OUT_OF_SCOPE, small_talk
from bot.staff.review.search import LOW
from bot.storage.models import FeedbackRow, MessageRow, ParseRow, ReviewRow

REASONS = {
    "omlaag": "De ouder gaf een duim omlaag",
    "teruggevraagd": "De assistent begreep het niet en vroeg terug",
    "herhaald": "De ouder vroeg het nog een keer",
    "buiten": "De assistent zei: dit is buiten bereik",
    "laag": f"De assistent was minder dan {LOW:.0%} zeker",
}


@dataclass(frozen=True)
class Weak:
    """A question to look at, with the reasons."""

    message_id: str
    conversation_id: str
    at: datetime
    reasons: tuple[str, ...]


def waiting(session: Session, reason: str = "") -> int:
    """Return how many questions wait, of all reasons or of one."""
    return session.scalar(select(func.count()).select_from(_weak(reason).subquery())) or 0


def per_reason(session: Session) -> dict[str, int]:
    """Return how many questions wait per reason; one question may have several."""
    return {reason: waiting(session, reason) for reason in REASONS}


def first(session: Session, reason: str = "", skip: tuple[str, ...] = ()) -> Weak | None:
    """Return the question to look at now: of all reasons or of one, without those that the reviewer put off."""
    query = _weak(reason)
    if skip:
        query = query.where(MessageRow.id.not_in(skip))
    row = session.execute(query.limit(1)).first()
    if row is None:
        return None
    return Weak(row.id, row.conversation_id, row.created_at, tuple(name for name in REASONS if getattr(row, name)))


def one(session: Session, message_id: str) -> Weak | None:
    """Return a question by its id, reviewed or not; None where it is none."""
    row = session.execute(_with_reasons().where(MessageRow.id == message_id)).first()
    if row is None:
        return None
    return Weak(row.id, row.conversation_id, row.created_at, tuple(name for name in REASONS if getattr(row, name)))


def conversation_of(session: Session, message_id: str) -> str | None:
    """Return the conversation of a message."""
    return session.scalar(select(MessageRow.conversation_id).where(MessageRow.id == message_id))


def _weak(reason: str) -> Select[Any]:
    """Return the query for what waits, in order."""
    conditions = _conditions()
    wanted = conditions[reason] if reason else or_(*conditions.values())
    # Telling first: what a parent said (thumb) before what the assistant thought of itself.
    order = case(*((condition, number) for number, condition in enumerate(conditions.values())), else_=9)
    return (
        _with_reasons()
        .outerjoin(ReviewRow, ReviewRow.message_id == MessageRow.id)
        .where(wanted, ReviewRow.message_id.is_(None))
        .order_by(order, MessageRow.created_at.desc(), MessageRow.id)
    )


def _with_reasons() -> Select[Any]:
    """Return the query for typed questions with a column for each reason; answers inside the pre-check have no ranking."""
    columns = [case((condition, 1), else_=0).label(name) for name, condition in _conditions().items()]
    return (
        select(MessageRow.id, MessageRow.conversation_id, MessageRow.created_at, *columns)
        .join(ParseRow, ParseRow.message_id == MessageRow.id)
        .where(MessageRow.author == "ouder", MessageRow.payload.is_(None), ParseRow.topic.is_not(None))
    )


def _conditions() -> dict[str, ColumnElement[bool]]:
    """Return the condition of each reason."""
    return {
        "omlaag": _thumbs_down(),
        "teruggevraagd": ParseRow.accepted.is_(False),
        "herhaald": and_(ParseRow.accepted.is_(True), ParseRow.topic.not_in(small_talk() | {OUT_OF_SCOPE}), _asked_before()),
        "buiten": and_(ParseRow.accepted.is_(True), ParseRow.topic == OUT_OF_SCOPE),
        "laag": and_(ParseRow.accepted.is_(True), ParseRow.confidence < LOW),
    }


def _thumbs_down() -> ColumnElement[bool]:
    """Return the condition that an answer to this message (before the next message of the parent) got a thumb down."""
    answer, between = aliased(MessageRow), aliased(MessageRow)
    other_question = (
        select(between.id)
        .where(
            between.conversation_id == answer.conversation_id,
            between.author == "ouder",
            between.position > MessageRow.position,
            between.position < answer.position,
        )
        .correlate(MessageRow, answer)
        .exists()
    )
    return (
        select(FeedbackRow.message_id)
        .join(answer, answer.id == FeedbackRow.message_id)
        .where(
            FeedbackRow.thumb == -1,
            answer.conversation_id == MessageRow.conversation_id,
            answer.position > MessageRow.position,
            ~other_question,
        )
        .correlate(MessageRow)
        .exists()
    )


def _asked_before() -> ColumnElement[bool]:
    """Return the condition that the parent typed a question about the same topic before."""
    earlier, parse = aliased(MessageRow), aliased(ParseRow)
    return (
        select(earlier.id)
        .join(parse, parse.message_id == earlier.id)
        .where(
            earlier.conversation_id == MessageRow.conversation_id,
            earlier.author == "ouder",
            earlier.payload.is_(None),
            earlier.position < MessageRow.position,
            parse.accepted.is_(True),
            parse.topic == ParseRow.topic,
        )
        .correlate(MessageRow, ParseRow)
        .exists()
    )
