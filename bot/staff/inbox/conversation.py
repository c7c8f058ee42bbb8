"""Reads conversations for consultants: as the parent saw them, with who of the staff wrote what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from bot.conversations.ownership import Owner
from bot.conversations.rows import Erased, owner_of
from bot.storage.database import Database
from bot.storage.models import ConversationRow, MessageRow, ParseRow, StaffRow


@dataclass(frozen=True)
class ShownMessage:
    """A message as the parent saw it. `staff_name`: which consultant wrote it."""

    id: str
    position: int
    author: str
    text: str
    buttons: tuple[str, ...]
    sources: tuple[str, ...]
    card: dict[str, Any] | None
    staff_name: str | None
    created_at: datetime


@dataclass(frozen=True)
class Running:
    """A conversation that goes on now. `topics`: what it is about, the latest first. `turns`: messages of the parent."""

    id: str
    owner: Owner
    started_at: datetime
    last_message_at: datetime
    turns: int
    topics: tuple[str, ...]
    misunderstood: int


class Conversations:
    """The conversations, only to be read."""

    def __init__(self, database: Database) -> None:
        """Use a database."""
        self._database = database

    def messages(self, conversation_id: str, after: str | None = None) -> list[ShownMessage]:
        """Return the messages, from the start or after the one with id `after`; all of them where there is no such message.

        Sending too much is harmless, because the page knows the ids that it has; sending too little is not.

        Raises:
            Erased: the parent erased the conversation, or it was never stored.

        """
        with self._database.read() as session:
            self._stored(session, conversation_id)
            position = self._position(session, conversation_id, after)
            found = session.execute(
                select(MessageRow, StaffRow.name)
                .outerjoin(StaffRow, StaffRow.id == MessageRow.staff_id)
                .where(MessageRow.conversation_id == conversation_id, MessageRow.position > position)
                .order_by(MessageRow.position)
            )
            return [_shown(row, name) for row, name in found]

    def owner(self, conversation_id: str) -> Owner:
        """Return who has a conversation.

        Raises:
            Erased: the parent erased the conversation, or it was never stored.

        """
        with self._database.read() as session:
            return owner_of(self._stored(session, conversation_id))

    def running(self, since: datetime, most: int = 50) -> list[Running]:
        """Return the conversations in which something was said since a time, the latest first."""
        with self._database.read() as session:
            rows = session.scalars(
                select(ConversationRow)
                .where(ConversationRow.erased_at.is_(None), ConversationRow.last_message_at >= since)
                .order_by(ConversationRow.last_message_at.desc())
                .limit(most)
            ).all()
            parses = session.execute(_parses([row.id for row in rows])).all()
            turns: dict[str, int] = dict(session.execute(_turns([row.id for row in rows])).tuples().all())
        return [
            Running(
                row.id,
                owner_of(row),
                row.created_at,
                row.last_message_at,
                turns.get(row.id, 0),
                tuple(dict.fromkeys(topic for of, topic, _ in parses if of == row.id and topic)),
                sum(of == row.id and accepted is False for of, _, accepted in parses),
            )
            for row in rows
        ]

    def _stored(self, session: Session, conversation_id: str) -> ConversationRow:
        """Return a conversation that is there."""
        row = session.get(ConversationRow, conversation_id)
        if row is None or row.erased_at is not None:
            raise Erased
        return row

    def _position(self, session: Session, conversation_id: str, message_id: str | None) -> int:
        """Return the position of a message, or 0 where there is none with this id."""
        if message_id is None:
            return 0
        found = select(MessageRow.position).where(
            MessageRow.id == message_id, MessageRow.conversation_id == conversation_id
        )
        return session.scalar(found) or 0


def _parses(conversation_ids: list[str]) -> Select[str, str | None, bool | None]:
    """Return the query for the topics of conversations, the latest message first."""
    return (
        select(MessageRow.conversation_id, ParseRow.topic, ParseRow.accepted)
        .join(ParseRow, ParseRow.message_id == MessageRow.id)
        .where(MessageRow.conversation_id.in_(conversation_ids))
        .order_by(MessageRow.position.desc())
    )


def _turns(conversation_ids: list[str]) -> Select[str, int]:
    """Return the query for the number of messages of parents."""
    return (
        select(MessageRow.conversation_id, func.count())
        .where(MessageRow.conversation_id.in_(conversation_ids), MessageRow.author == "ouder")
        .group_by(MessageRow.conversation_id)
    )


def _shown(row: MessageRow, staff_name: str | None) -> ShownMessage:
    """Return a row as it is shown."""
    return ShownMessage(
        row.id,
        row.position,
        row.author,
        row.text,
        tuple(button["title"] for button in row.buttons),
        tuple(", ".join(filter(None, (s["title"], s["part"], s["date"]))) for s in row.sources),
        row.card,
        staff_name,
        row.created_at,
    )
