"""Steps inside a transaction over handoffs: find and lock, move state and owner, mail staff, say what happened."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.clock import now
from bot.conversations.messages import NewMessage
from bot.conversations.ownership import Actor, Owner
from bot.conversations.rows import Erased, append, change_owner, locked, owner_of
from bot.handoff.states import ForbiddenStateMove, State, check_state_move
from bot.storage.models import (
    ConversationRow,
    HandoffEventRow,
    HandoffRow,
    MailRow,
    MessageRow,
    StaffRow,
)


class UnknownHandoff(LookupError):
    """There is no such handoff (any more): the parent may have erased the conversation."""


class AlreadyClaimed(Exception):
    """A colleague has this handoff; `name` says who."""

    def __init__(self, name: str) -> None:
        """Keep the name."""
        super().__init__("claimed by a colleague")
        self.name = name


class MoveRefused(Exception):
    """The state of the handoff does not allow this; `state` says what it is."""

    def __init__(self, state: State | None) -> None:
        """Keep the state."""
        super().__init__(f"not allowed in state {state}")
        self.state = state


class AnotherIsOpen(Exception):
    """The conversation has another open handoff."""

    def __init__(self, handoff_id: str) -> None:
        """Keep its id."""
        super().__init__("another handoff is open")
        self.handoff_id = handoff_id


def state_of(handoff: HandoffRow) -> State:
    """Return the state of a handoff; the check of the column allows no other value."""
    state: Any = handoff.state
    return state  # type: ignore[no-any-return]


def lock_handoff(session: Session, handoff_id: str) -> tuple[ConversationRow, HandoffRow]:
    """Return a handoff and its conversation; no other transaction may change them until this one ends.

    The conversation is locked first, everywhere, so that two transactions never wait for each other.

    Raises:
        UnknownHandoff: it does not exist any more.

    """
    conversation_id = session.scalar(select(HandoffRow.conversation_id).where(HandoffRow.id == handoff_id))
    if conversation_id is None:
        raise UnknownHandoff(handoff_id)
    try:
        conversation = locked(session, conversation_id)
    except Erased:
        raise UnknownHandoff(handoff_id) from None
    handoff = session.get(HandoffRow, handoff_id, with_for_update=True, populate_existing=True)
    if handoff is None:
        raise UnknownHandoff(handoff_id)
    return conversation, handoff


def open_handoff(session: Session, conversation_id: str) -> HandoffRow | None:
    """Return the open handoff of a conversation; the schema allows one."""
    return session.scalar(
        select(HandoffRow).where(HandoffRow.conversation_id == conversation_id, HandoffRow.closed_at.is_(None))
    )


def move_state(
    session: Session, handoff: HandoffRow, new: State, actor: Actor, *, staff_id: int | None = None, reason: str | None = None
) -> None:
    """Move a locked handoff to another state and write that in its history.

    Raises:
        MoveRefused: the table of moves does not hold it.

    """
    current = state_of(handoff)
    try:
        check_state_move(current, new, actor)
    except ForbiddenStateMove:
        raise MoveRefused(current) from None
    handoff.state = new
    add_event(session, handoff, current, actor, staff_id=staff_id, reason=reason)


def add_event(
    session: Session, handoff: HandoffRow, before: State | None, actor: Actor, *,
    staff_id: int | None = None, reason: str | None = None, at: datetime | None = None,
) -> None:  # fmt: skip
    """Write in the history how a handoff came into the state that it has now."""
    session.add(
        HandoffEventRow(
            handoff_id=handoff.id, from_state=before, to_state=handoff.state, actor=actor,
            staff_id=staff_id, reason=reason, created_at=at or now(),
        )
    )  # fmt: skip


def move_owner(session: Session, conversation: ConversationRow, new: Owner, actor: Actor, reason: str) -> None:
    """Give a locked conversation to another owner and write that in its history; nothing where it has that owner.

    Raises:
        ForbiddenMove: the table of moves does not hold it.

    """
    if owner_of(conversation) != new:
        change_owner(session, conversation, new, actor, reason)


def tell(session: Session, conversation: ConversationRow, message: NewMessage) -> MessageRow:
    """Say something in a locked conversation."""
    [row] = append(session, conversation, [message])
    return row


def mail_staff(session: Session, handoff: HandoffRow, kind: str) -> None:
    """Let staff be mailed about a handoff; the mail is sent after this transaction (bot.handoff.notify).

    The first mail of a kind has its name; later ones have a number too.
    """
    session.flush()
    before = session.scalar(
        select(func.count()).select_from(MailRow).where(MailRow.handoff_id == handoff.id, MailRow.kind.like(f"{kind}%"))
    )
    session.add(
        MailRow(
            handoff_id=handoff.id, kind=f"{kind}:{before + 1}" if before else kind, attempts=0,
            next_attempt_at=datetime.now(UTC), created_at=now(),
        )
    )  # fmt: skip


def staff_name(session: Session, staff_id: int | None) -> str | None:
    """Return the name of a member of staff."""
    return None if staff_id is None else session.scalar(select(StaffRow.name).where(StaffRow.id == staff_id))


def first_name(name: str | None) -> str | None:
    """Return what a parent sees of the name of a consultant."""
    return (name or "").split(" ")[0].strip() or None


def first_of_kind(kind: str) -> str:
    """Return the kind of a mail without its number."""
    return kind.partition(":")[0]
