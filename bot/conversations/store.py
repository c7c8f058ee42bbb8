"""Reads and writes conversations. Each public method is one transaction; the caller runs them off the event loop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from bot.clock import now
from bot.conversations.consent import note_precheck_consent
from bot.conversations.messages import Message, NewMessage, Reply, greeting_id, new_id
from bot.conversations.ownership import Actor, Owner, bot_may_speak
from bot.conversations.rows import (
    append,
    as_message,
    change_owner,
    empty,
    events_of,
    locked,
    new_row,
    not_erased,
    notices_since_last_move,
    owner_of,
    plain,
    release,
    title_of,
)
from bot.conversations.texts import Texts
from bot.storage.database import Database
from bot.storage.models import (
    ConsentRow,
    ConversationRow,
    CorrectionRow,
    FeedbackRow,
    MessageRow,
    ParseRow,
)
from bot.storage.scrub import scrub


class TurnTaken(Exception):
    """Another message of this conversation is being answered."""


class UnknownMessage(LookupError):
    """The conversation has no message with this id."""


@dataclass(frozen=True)
class Started:
    """A conversation as its token knows it: it may not be stored yet."""

    id: str
    at: datetime


@dataclass(frozen=True)
class Turn:
    """A message of the parent that is stored and waits for its answer. `noticed`: notices given to this owner."""

    holder: str
    message_id: str
    owner: Owner
    noticed: frozenset[str]


class ConversationStore:
    """The conversations in the database."""

    def __init__(self, database: Database, texts: Texts) -> None:
        """Use a database, and the texts for the greeting."""
        self._database = database
        self._texts = texts

    def greeting(self, started: Started) -> list[Message]:
        """Return the greeting of a conversation; it is stored with the first message of the parent."""
        return [as_message(row) for row in self._greeting_rows(started)]

    def begin_turn(self, started: Started, said: NewMessage, lease: timedelta) -> Turn:
        """Store a message of the parent and take the turn to answer it; the first one stores the conversation too.

        Raises:
            TurnTaken: an earlier message is still being answered; nothing is stored.
            Erased: the parent erased the conversation; nothing is stored.

        """
        # The lease is about processes that die, so it follows the real time, also when BOT_NOW stands still.
        real_time = datetime.now(UTC)
        with self._database.write() as session:
            self.insert_when_new(session, started)
            conversation = locked(session, started.id)
            if conversation.turn_until is not None and conversation.turn_until > real_time:
                raise TurnTaken
            if said.payload:
                said = said.model_copy(update={"text": title_of(session, started.id, said.payload) or said.text})
            holder = new_id()
            conversation.turn_holder, conversation.turn_until = holder, real_time + lease
            [message] = append(session, conversation, [said])
            owner = owner_of(conversation)
            return Turn(holder, message.id, owner, notices_since_last_move(session, started.id))

    def finish_turn(self, started: Started, turn: Turn, reply: Reply) -> list[Message]:
        """Store what was said and how the message was understood, and give the turn back.

        The bot stays silent where a person took the conversation over while it was thinking.

        Raises:
            Erased: the parent erased the conversation in the meantime; nothing is stored.

        """
        with self._database.write() as session:
            conversation = locked(session, started.id)
            release(conversation, turn.holder)
            messages = reply.messages
            if bot_may_speak(turn.owner) and not bot_may_speak(owner_of(conversation)):
                messages = []
            stored = append(session, conversation, messages)
            note_precheck_consent(session, started.id, stored)
            if reply.parse is not None and reply.engine_ms is not None:
                level = next((m.level for m in reply.messages if m.level), None)
                parse = reply.parse.model_dump(mode="json")
                session.add(ParseRow(message_id=turn.message_id, level=level, engine_ms=reply.engine_ms, **parse))
            return [as_message(row) for row in stored]

    def give_turn_back(self, started: Started, turn: Turn) -> None:
        """End a turn without an answer."""
        with self._database.write() as session:
            conversation = session.get(ConversationRow, started.id, with_for_update=True)
            if conversation is not None:
                release(conversation, turn.holder)

    def messages(self, started: Started, after: str | None = None) -> list[Message]:
        """Return the messages, from the start or after the one with id `after`.

        Raises:
            UnknownMessage: there is no message `after`.
            Erased: the parent erased the conversation.

        """
        with self._database.read() as session:
            rows = self._rows(session, started)
        if after is None:
            return [as_message(row) for row in rows]
        for number, row in enumerate(rows):
            if row.id == after:
                return [as_message(row) for row in rows[number + 1 :]]
        raise UnknownMessage(after)

    def export(self, started: Started) -> dict[str, Any]:
        """Return everything that is stored of a conversation, as plain data.

        Raises:
            Erased: the parent erased the conversation.

        """
        with self._database.read() as session:
            conversation = not_erased(session.get(ConversationRow, started.id))
            if conversation is None:
                return {"id": started.id, "stored": False, "messages": [], "ownership": [], "consents": []}
            rows = session.execute(
                select(MessageRow, ParseRow, FeedbackRow.thumb)
                .outerjoin(ParseRow, ParseRow.message_id == MessageRow.id)
                .outerjoin(FeedbackRow, FeedbackRow.message_id == MessageRow.id)
                .where(MessageRow.conversation_id == started.id)
                .order_by(MessageRow.position)
            ).all()
            events = session.scalars(events_of(started.id)).all()
            consents = session.scalars(
                select(ConsentRow).where(ConsentRow.conversation_id == started.id).order_by(ConsentRow.id)
            ).all()
            return {
                **plain(conversation, hidden=("turn_holder", "turn_until", "erased_at", "forgotten_at")),
                "stored": True,
                "messages": [
                    {
                        **plain(row, hidden=("conversation_id", "staff_id")),
                        "parse": parse and plain(parse, hidden=("message_id",)),
                        "thumb": thumb,
                    }
                    for row, parse, thumb in rows
                ],
                "ownership": [plain(event, hidden=("id", "conversation_id")) for event in reversed(events)],
                "consents": [plain(consent, hidden=("id", "conversation_id")) for consent in consents],
            }

    def rate(self, started: Started, message_id: str, thumb: int) -> None:
        """Keep whether a message helped (1) or not (-1); the last thumb counts.

        Raises:
            UnknownMessage: it is no stored message to the parent of this conversation.
            Erased: the parent erased the conversation.

        """
        with self._database.write() as session:
            not_erased(session.get(ConversationRow, started.id))
            message = session.get(MessageRow, message_id)
            if message is None or message.conversation_id != started.id or message.author not in ("bot", "consulent"):
                raise UnknownMessage(message_id)
            session.merge(FeedbackRow(message_id=message_id, thumb=thumb, created_at=now()))

    def erase(self, started: Started) -> None:
        """Remove all contents of a conversation; only the fact that it is erased stays.

        The engine must forget it too: `to_forget` names it until `mark_forgotten`.

        Raises:
            Erased: it was erased before.

        """
        moment = now()
        with self._database.write() as session:
            self.insert_when_new(session, started, with_greeting=False)
            conversation = locked(session, started.id)
            # A correction outlives a conversation whose time is over, but not the wish of the parent.
            said = select(MessageRow.id).where(MessageRow.conversation_id == started.id)
            session.execute(delete(CorrectionRow).where(CorrectionRow.message_id.in_(said)))
            empty(session, conversation, moment)

    def scrub(self) -> bool:
        """Remove what the database file still holds of erased rows; False: not possible at this moment."""
        return scrub(self._database.engine)

    def to_forget(self) -> list[str]:
        """Return the erased conversations that the engine may still remember, the first erased first.

        One whose last message is still being answered is left out until the time for that has passed: the engine would
        remember it again when its answer is ready.
        """
        turn_until = ConversationRow.turn_until
        query = (
            select(ConversationRow.id)
            .where(ConversationRow.erased_at.is_not(None), ConversationRow.forgotten_at.is_(None))
            .where(or_(turn_until.is_(None), turn_until <= datetime.now(UTC)))
            .order_by(ConversationRow.erased_at)
        )
        with self._database.read() as session:
            return list(session.scalars(query))

    def mark_forgotten(self, conversation_id: str) -> None:
        """Note that the engine has forgotten an erased conversation."""
        with self._database.write() as session:
            session.execute(
                update(ConversationRow)
                .where(ConversationRow.id == conversation_id, ConversationRow.erased_at.is_not(None))
                .values(forgotten_at=now(), turn_holder=None, turn_until=None)
            )

    def move(self, conversation_id: str, new: Owner, actor: Actor, reason: str | None = None) -> None:
        """Give a conversation to another owner and write that in its history.

        Raises:
            ForbiddenMove: the table of moves does not hold it.
            Erased: there is no such conversation (any more).

        """
        with self._database.write() as session:
            change_owner(session, locked(session, conversation_id), new, actor, reason)

    def _greeting_rows(self, started: Started) -> list[MessageRow]:
        """Return the greeting as rows; ids and times follow from the token, so they are the same each time."""
        return [
            new_row(started.id, greeting_id(started.id, number), number, message, started.at)
            for number, message in enumerate(self._texts.greeting(), start=1)
        ]

    def _rows(self, session: Session, started: Started) -> list[MessageRow]:
        """Return all message rows in order; of a conversation that is not stored, the greeting."""
        if not_erased(session.get(ConversationRow, started.id)) is None:
            return self._greeting_rows(started)
        found = select(MessageRow).where(MessageRow.conversation_id == started.id).order_by(MessageRow.position)
        return list(session.scalars(found))

    def insert_when_new(self, session: Session, started: Started, with_greeting: bool = True) -> None:
        """Insert a conversation inside a transaction unless it is there; two processes may both try, one of them inserts."""
        greeting = self._greeting_rows(started) if with_greeting else []
        postgresql = session.get_bind().dialect.name == "postgresql"
        statement = (postgresql_insert if postgresql else sqlite_insert)(ConversationRow).values(
            id=started.id, owner="bot", last_position=len(greeting), created_at=started.at, last_message_at=started.at
        )
        inserted = session.scalar(statement.on_conflict_do_nothing().returning(ConversationRow.id))
        if inserted is not None:
            session.add_all(greeting)
            session.flush()
