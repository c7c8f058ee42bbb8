"""Steps inside a transaction over conversations: lock, add, look up, and turn rows into messages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from bot.clock import now
from bot.conversations.messages import Message, NewMessage, new_id
from bot.conversations.ownership import Actor, Owner, check_move
from bot.storage.models import Base, ConsentRow, ConversationRow, HandoffRow, MessageRow, OwnershipEventRow


class Erased(Exception):
    """The parent erased this conversation."""


def locked(session: Session, conversation_id: str) -> ConversationRow:
    """Return a conversation that no other transaction may change until this one ends."""
    found = session.get(ConversationRow, conversation_id, with_for_update=True, populate_existing=True)
    conversation = not_erased(found)
    if conversation is None:
        raise Erased
    return conversation


def not_erased(conversation: ConversationRow | None) -> ConversationRow | None:
    """Return the conversation, or None where there is none."""
    if conversation is not None and conversation.erased_at is not None:
        raise Erased
    return conversation


def owner_of(conversation: ConversationRow) -> Owner:
    """Return who owns a conversation; the check of the column allows no other value."""
    owner: Any = conversation.owner
    return owner  # type: ignore[no-any-return]


def change_owner(
    session: Session, conversation: ConversationRow, new: Owner, actor: Actor, reason: str | None
) -> None:
    """Give a locked conversation to another owner and write that in its history.

    Raises:
        ForbiddenMove: the table of moves does not hold it.

    """
    current = owner_of(conversation)
    check_move(current, new, actor)
    conversation.owner = new
    session.add(
        OwnershipEventRow(
            conversation_id=conversation.id, from_owner=current, to_owner=new, actor=actor, reason=reason,
            position=conversation.last_position, created_at=now(),
        )
    )  # fmt: skip


def release(conversation: ConversationRow, holder: str) -> None:
    """Give the turn back, unless it ran out and another message has it now."""
    if conversation.turn_holder == holder:
        conversation.turn_holder = conversation.turn_until = None


def append(session: Session, conversation: ConversationRow, messages: list[NewMessage]) -> list[MessageRow]:
    """Add messages at the end of a locked conversation."""
    return [append_as(session, conversation, message, new_id()) for message in messages]


def append_as(session: Session, conversation: ConversationRow, message: NewMessage, message_id: str) -> MessageRow:
    """Add a message with a given id at the end of a locked conversation."""
    moment = now()
    conversation.last_position += 1
    conversation.last_message_at = moment
    row = new_row(conversation.id, message_id, conversation.last_position, message, moment)
    session.add(row)
    session.flush()
    return row


def new_row(conversation_id: str, message_id: str, position: int, message: NewMessage, at: datetime) -> MessageRow:
    """Return the row of a message."""
    return MessageRow(
        id=message_id, conversation_id=conversation_id, position=position, created_at=at.astimezone(UTC),
        **message.model_dump(mode="json"),
    )  # fmt: skip


def as_message(row: MessageRow) -> Message:
    """Return a row as a message of the API."""
    return Message.model_validate({name: getattr(row, name) for name in Message.model_fields})


def empty(session: Session, conversation: ConversationRow, moment: datetime) -> None:
    """Remove all contents of a locked conversation, and mark it as erased, so that the engine is told to forget it."""
    # What hangs on these rows goes with them: parses, thumbs, reviews, notes, bookings, mails, histories.
    for table in (HandoffRow, ConsentRow, MessageRow, OwnershipEventRow):
        session.execute(delete(table).where(table.conversation_id == conversation.id))
    conversation.owner, conversation.erased_at, conversation.last_position = "gesloten", moment, 0
    conversation.created_at = conversation.last_message_at = moment


def title_of(session: Session, conversation_id: str, payload: str) -> str | None:
    """Return the title on the last button with this payload: that is what the parent said by pressing it."""
    rows = session.scalars(
        select(MessageRow.buttons)
        .where(MessageRow.conversation_id == conversation_id, MessageRow.author != "ouder")
        .order_by(MessageRow.position.desc())
        .limit(20)
    )
    return next((b["title"] for buttons in rows for b in buttons if b["payload"] == payload), None)


def notices_since_last_move(session: Session, conversation_id: str) -> frozenset[str]:
    """Return the notices that were given since the conversation got its owner."""
    last = session.scalar(events_of(conversation_id).with_only_columns(OwnershipEventRow.position).limit(1))
    found = session.scalars(
        select(MessageRow.notice).where(
            MessageRow.conversation_id == conversation_id,
            MessageRow.position > (last or 0),
            MessageRow.notice.is_not(None),
        )
    )
    return frozenset(name for name in found if name is not None)


def events_of(conversation_id: str) -> Select[OwnershipEventRow]:
    """Return the query for the changes of owner, the last one first."""
    found = select(OwnershipEventRow).where(OwnershipEventRow.conversation_id == conversation_id)
    return found.order_by(OwnershipEventRow.id.desc())


def plain(row: Base, hidden: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the columns of a row as plain data, times as ISO 8601."""
    values = {c.key: getattr(row, c.key) for c in row.__table__.columns if c.key not in hidden}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}
