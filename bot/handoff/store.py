"""Reads and writes handoffs. Each public method is one transaction; the caller runs them off the event loop.

After a change the caller rings the bell of the conversation and the bell `staff`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from bot.clock import now
from bot.conversations.messages import Message
from bot.conversations.rows import as_message
from bot.conversations.store import ConversationStore, Started
from bot.handoff import approve, parent, staffwork, takeover
from bot.handoff.agenda import agenda
from bot.handoff.contact import ContactIn
from bot.handoff.export import export
from bot.handoff.hours import Hours, load_hours
from bot.handoff.intake import Intake
from bot.handoff.offer import Offer, make_offer, newest_card
from bot.handoff.rows import UnknownHandoff
from bot.handoff.states import OPEN_STATES, Outcome, State
from bot.handoff.views import (
    AgendaSlot,
    Detail,
    InboxItem,
    Opened,
    detail,
    inbox_items,
    opened,
)
from bot.privacy.vault import Vault
from bot.storage.database import Database
from bot.storage.models import HandoffRow, MessageRow


@dataclass(frozen=True)
class Approved:
    """The outcome of an approval: the handoff, and what the parent was told. `is_new`: False for a key that came again."""

    handoff: Opened
    messages: list[Message]
    is_new: bool


class HandoffStore:
    """The handoffs in the database."""

    def __init__(
        self, database: Database, vault: Vault, conversations: ConversationStore, hours: Hours | None = None
    ) -> None:
        """Use a database; the vault encrypts intake, contact and notes."""
        self._database, self._vault, self._conversations = database, vault, conversations
        self.hours = hours or load_hours()

    # --- the parent

    def offer(self, started: Started) -> Offer:
        """Return the draft for the card of a handoff, and how the parent can be reached.

        Raises:
            Erased: the parent erased the conversation.

        """
        with self._database.read() as session:
            return make_offer(session, started.id, self.hours, now())

    def newest_card(self, started: Started) -> tuple[str | None, Offer]:
        """Return the id of the last message with the card of a handoff, and what that card shows now.

        Raises:
            Erased: the parent erased the conversation.

        """
        with self._database.read() as session:
            return newest_card(session, started.id), make_offer(session, started.id, self.hours, now())

    def approve(self, started: Started, intake: Intake, contact: ContactIn, consent: bool, key: str) -> Approved:
        """Store what the parent approved: intake, consent, state, owner, booking, mail and message, all or nothing.

        The same key again returns what the first one did.

        Raises:
            FieldErrors: fields are refused; nothing is stored.
            HandoffOpen: a handoff of this conversation is open.
            ForbiddenMove: the owner of the conversation does not allow it.
            Erased: the parent erased the conversation.

        """
        with self._database.write() as session:
            self._conversations.insert_when_new(session, started)
            request = approve.Request(intake, contact, consent, key)
            handoff, messages, is_new = approve.approve(session, self._vault, self.hours, started.id, request)
            return Approved(opened(session, handoff), [as_message(row) for row in messages], is_new)

    def withdraw(self, started: Started) -> list[Message]:
        """Let the parent withdraw the open handoff; return what she is told.

        Raises:
            UnknownHandoff: none is open.
            Erased: the parent erased the conversation.

        """
        with self._database.write() as session:
            return [as_message(parent.withdraw(session, started.id))]

    def export(self, conversation_id: str) -> list[dict[str, Any]]:
        """Return the handoffs of a conversation as plain data, decrypted; notes of staff are theirs and stay out."""
        with self._database.read() as session:
            return export(session, self._vault, conversation_id)

    # --- staff

    def claim(self, handoff_id: str, staff_id: int) -> None:
        """Take a handoff; a parent who waits in the chat is told who is there. Again by the same person: nothing.

        Raises:
            UnknownHandoff: it is gone.
            AlreadyClaimed: a colleague has it.
            MoveRefused: it is closed.

        """
        with self._database.write() as session:
            staffwork.claim(session, handoff_id, staff_id)

    def take_over(self, conversation_id: str, staff_id: int) -> str:
        """Take a conversation of the bot over at once; return the id of its handoff, made where none is open.

        Raises:
            AlreadyClaimed, ForbiddenMove, Erased: as `bot.handoff.takeover.take_over`.

        """
        with self._database.write() as session:
            return takeover.take_over(session, self._vault, conversation_id, staff_id)

    def say(self, handoff_id: str, staff_id: int, text: str, key: str | None = None) -> Message:
        """Write to the parent, once per key; this takes handoff and conversation at once, whoever had the conversation.

        Raises:
            UnknownHandoff, AlreadyClaimed, MoveRefused: as `claim`.

        """
        with self._database.write() as session:
            return as_message(staffwork.say(session, handoff_id, staff_id, text, key))

    def requeue(self, handoff_id: str, staff_id: int) -> None:
        """Put a handoff back in the queue for a colleague; a parent in the chat waits again, staff are mailed.

        Raises:
            UnknownHandoff, AlreadyClaimed, MoveRefused: as `claim`.

        """
        with self._database.write() as session:
            staffwork.requeue(session, handoff_id, staff_id)

    def assign(self, handoff_id: str, staff_id: int, to_staff_id: int) -> None:
        """Give an open handoff to a colleague, whoever has it now; the parent is told.

        Raises:
            UnknownHandoff: it is gone.
            MoveRefused: it is closed, or there is no such colleague.

        """
        with self._database.write() as session:
            staffwork.assign(session, handoff_id, staff_id, to_staff_id)

    def plan_callback(self, handoff_id: str, staff_id: int, slot_at: datetime) -> None:
        """Book a moment to call back, in the place of an earlier one; the bot has the conversation until then.

        Raises:
            UnknownHandoff, AlreadyClaimed, MoveRefused: as `claim`.
            SlotTaken: no seat is free, or there is no such slot.

        """
        with self._database.write() as session:
            staffwork.plan_callback(session, self.hours, handoff_id, staff_id, slot_at)

    def return_to_bot(self, handoff_id: str, staff_id: int) -> None:
        """Give the conversation back to the bot; the handoff stays open and with this member of staff.

        Raises:
            UnknownHandoff, AlreadyClaimed, MoveRefused: as `claim`.

        """
        with self._database.write() as session:
            staffwork.return_to_bot(session, handoff_id, staff_id)

    def close(self, handoff_id: str, staff_id: int, outcome: Outcome) -> None:
        """Close a handoff with an outcome of STAFF_OUTCOMES; the bot has the conversation again.

        Raises:
            ValueError: no outcome for staff.
            UnknownHandoff, AlreadyClaimed, MoveRefused: as `claim`.

        """
        with self._database.write() as session:
            staffwork.close(session, handoff_id, staff_id, outcome)

    def reopen(self, handoff_id: str, staff_id: int) -> None:
        """Open a handoff that a consultant had closed, and take it; staff are mailed.

        Raises:
            UnknownHandoff: it is gone.
            MoveRefused: it is not closed by a consultant.
            AnotherIsOpen: the conversation has another open handoff.

        """
        with self._database.write() as session:
            staffwork.reopen(session, handoff_id, staff_id)

    def add_note(self, handoff_id: str, staff_id: int, text: str) -> None:
        """Add a note that only staff see.

        Raises:
            UnknownHandoff: it is gone.

        """
        with self._database.write() as session:
            staffwork.add_note(session, self._vault, handoff_id, staff_id, text)

    def conversation_of(self, handoff_id: str) -> str:
        """Return the id of the conversation.

        Raises:
            UnknownHandoff: it is gone.

        """
        with self._database.read() as session:
            found = session.scalar(select(HandoffRow.conversation_id).where(HandoffRow.id == handoff_id))
        if found is None:
            raise UnknownHandoff(handoff_id)
        return found

    def messages(self, handoff_id: str) -> list[Message]:
        """Return the whole conversation of a handoff as the parent sees it.

        Raises:
            UnknownHandoff: it is gone.

        """
        with self._database.read() as session:
            rows = session.scalars(
                select(MessageRow)
                .join(HandoffRow, HandoffRow.conversation_id == MessageRow.conversation_id)
                .where(HandoffRow.id == handoff_id)
                .order_by(MessageRow.position)
            ).all()
        if not rows:
            raise UnknownHandoff(handoff_id)
        return [as_message(row) for row in rows]

    def detail(self, handoff_id: str) -> Detail:
        """Return everything about a handoff, decrypted.

        Raises:
            UnknownHandoff: it is gone.

        """
        with self._database.read() as session:
            handoff = session.get(HandoffRow, handoff_id)
            if handoff is None:
                raise UnknownHandoff(handoff_id)
            return detail(session, self._vault, handoff)

    def inbox(
        self, states: Collection[State] = OPEN_STATES, staff_id: int | None = None, limit: int = 200
    ) -> list[InboxItem]:
        """Return the handoffs in some states (of one member of staff): the most urgent first, then who waits longest."""
        query = select(HandoffRow).where(HandoffRow.state.in_(states))
        if staff_id is not None:
            query = query.where(HandoffRow.staff_id == staff_id)
        # Of the open ones all count, and the oldest wait longest; of the closed ones the newest are looked for.
        is_open = set(states) <= set(OPEN_STATES)
        query = query.order_by(HandoffRow.created_at if is_open else HandoffRow.closed_at.desc())
        with self._database.read() as session:
            items = inbox_items(session, self._vault, session.scalars(query.limit(limit)).all())
        return items if is_open else sorted(items, key=lambda item: item.closed_at or item.created_at, reverse=True)

    def waiting_count(self) -> int:
        """Return how many open handoffs nobody has taken."""
        with self._database.read() as session:
            query = select(func.count()).select_from(HandoffRow)
            return session.scalar(query.where(HandoffRow.closed_at.is_(None), HandoffRow.staff_id.is_(None))) or 0

    def agenda(self, day: date) -> list[AgendaSlot]:
        """Return the callback slots of a day with who is called; a booking outside today's hours gets its own slot."""
        with self._database.read() as session:
            return agenda(session, self._vault, self.hours, day)
