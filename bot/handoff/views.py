"""What others see of handoffs: plain values, never rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.clock import today
from bot.conversations.ownership import Owner
from bot.conversations.rows import owner_of
from bot.handoff.contact import Contact
from bot.handoff.hours import Slot
from bot.handoff.intake import Intake, Urgency
from bot.handoff.rows import state_of
from bot.handoff.states import Outcome, Reach, State
from bot.privacy.vault import Vault
from bot.storage.models import (
    CallbackRow,
    ConversationRow,
    HandoffEventRow,
    HandoffRow,
    MailRow,
    MessageRow,
    NoteRow,
    StaffRow,
)

_URGENCY_ORDER = {"spoed": 0, "hoog": 1, "gewoon": 2}


@dataclass(frozen=True)
class Opened:
    """A handoff as the parent sees it. `consultant`: the whole name of who has it."""

    id: str
    state: State
    urgency: Urgency
    reach: Reach
    slot_at: datetime | None
    created_at: datetime
    consultant: str | None


@dataclass(frozen=True)
class InboxItem:
    """A handoff in the inbox. `reasons`: why it is urgent; `due`: the first deadline that still runs.

    `waiting_since`: since when the parent waits for an answer of a person.
    `unread`: messages of the parent after the last one of a consultant (of all, when none wrote yet: since the handoff).
    """

    id: str
    conversation_id: str
    state: State
    owner: Owner
    urgency: Urgency
    reach: Reach
    level: str
    language: str
    question: str
    subjects: tuple[str, ...]
    child: tuple[str, ...]
    reasons: tuple[str, ...]
    due: date | None
    name: str | None
    slot_at: datetime | None
    staff_id: int | None
    staff_name: str | None
    outcome: Outcome | None
    created_at: datetime
    waiting_since: datetime
    claimed_at: datetime | None
    first_reply_at: datetime | None
    closed_at: datetime | None
    last_parent_at: datetime | None
    unread: int


@dataclass(frozen=True)
class Event:
    """A change of state in the history."""

    from_state: State | None
    to_state: State
    actor: str
    staff_name: str | None
    reason: str | None
    at: datetime


@dataclass(frozen=True)
class Note:
    """A note that only staff see."""

    id: int
    staff_id: int
    staff_name: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Mail:
    """A mail to staff about a handoff."""

    kind: str
    attempts: int
    last_error: str | None
    sent_at: datetime | None
    created_at: datetime


@dataclass(frozen=True)
class Detail:
    """Everything about a handoff."""

    item: InboxItem
    intake: Intake
    contact: Contact | None
    notes: tuple[Note, ...]
    events: tuple[Event, ...]
    mails: tuple[Mail, ...]


@dataclass(frozen=True)
class Booking:
    """A parent who is called in a slot."""

    handoff_id: str
    seat: int
    state: State
    urgency: Urgency
    contact: Contact | None
    question: str
    staff_id: int | None
    staff_name: str | None


@dataclass(frozen=True)
class AgendaSlot:
    """A callback slot with who is called in it. `is_extra`: the hours do not hold this slot (any more)."""

    slot: Slot
    capacity: int
    bookings: tuple[Booking, ...]
    is_extra: bool = False


def opened(session: Session, handoff: HandoffRow) -> Opened:
    """Return a handoff as the parent sees it."""
    slot_at = session.scalar(select(CallbackRow.slot_at).where(CallbackRow.handoff_id == handoff.id))
    name = session.scalar(select(StaffRow.name).where(StaffRow.id == handoff.staff_id)) if handoff.staff_id else None
    return Opened(
        handoff.id, state_of(handoff), _typed(handoff.urgency), _typed(handoff.reach), slot_at, handoff.created_at, name
    )


def read_contact(vault: Vault, handoff: HandoffRow) -> Contact | None:
    """Return the contact details of a handoff."""
    return None if handoff.contact is None else Contact(**vault.open(handoff.contact))


def read_intake(vault: Vault, handoff: HandoffRow) -> Intake:
    """Return the intake of a handoff."""
    return Intake.model_validate(vault.open(handoff.intake))


def inbox_items(session: Session, vault: Vault, handoffs: Sequence[HandoffRow]) -> list[InboxItem]:
    """Return handoffs as items of the inbox: the most urgent first, then who waits longest."""
    items = [_item(session, vault, handoff) for handoff in handoffs]
    return sorted(items, key=lambda item: (_URGENCY_ORDER[item.urgency], item.waiting_since))


def detail(session: Session, vault: Vault, handoff: HandoffRow) -> Detail:
    """Return everything about a handoff."""
    names = {row.id: row.name for row in session.scalars(select(StaffRow))}
    events = session.scalars(
        select(HandoffEventRow).where(HandoffEventRow.handoff_id == handoff.id).order_by(HandoffEventRow.id)
    )
    notes = session.scalars(select(NoteRow).where(NoteRow.handoff_id == handoff.id).order_by(NoteRow.id))
    mails = session.scalars(select(MailRow).where(MailRow.handoff_id == handoff.id).order_by(MailRow.id))
    return Detail(
        item=_item(session, vault, handoff),
        intake=read_intake(vault, handoff),
        contact=read_contact(vault, handoff),
        notes=tuple(Note(n.id, n.staff_id, names[n.staff_id], vault.open(n.text), n.created_at) for n in notes),
        events=tuple(
            Event(
                _typed(e.from_state), _typed(e.to_state), e.actor,
                names.get(e.staff_id) if e.staff_id is not None else None, e.reason, e.created_at,
            )
            for e in events
        ),
        mails=tuple(Mail(m.kind, m.attempts, m.last_error, m.sent_at, m.created_at) for m in mails),
    )  # fmt: skip


def booking(session: Session, vault: Vault, callback: CallbackRow, handoff: HandoffRow) -> Booking:
    """Return a booking of the agenda."""
    name = session.scalar(select(StaffRow.name).where(StaffRow.id == handoff.staff_id)) if handoff.staff_id else None
    return Booking(
        handoff.id, callback.seat, state_of(handoff), _typed(handoff.urgency), read_contact(vault, handoff),
        read_intake(vault, handoff).vraag, handoff.staff_id, name,
    )  # fmt: skip


def _item(session: Session, vault: Vault, handoff: HandoffRow) -> InboxItem:
    """Return a handoff as an item of the inbox."""
    conversation = session.get_one(ConversationRow, handoff.conversation_id)
    intake, contact, seen = read_intake(vault, handoff), read_contact(vault, handoff), opened(session, handoff)
    of = MessageRow.conversation_id == handoff.conversation_id
    answered = session.scalar(
        select(func.max(MessageRow.position)).where(of, MessageRow.author == "consulent", MessageRow.staff_id.is_not(None))
    )
    later = MessageRow.position > answered if answered else MessageRow.created_at >= handoff.created_at
    unread, last, first = session.execute(
        select(func.count(), func.max(MessageRow.created_at), func.min(MessageRow.created_at)).where(
            of, MessageRow.author == "ouder", later
        )
    ).one()
    # Who was answered waits again from the first message after that answer.
    waiting_since = first if handoff.first_reply_at and first else handoff.created_at
    return InboxItem(
        id=handoff.id, conversation_id=handoff.conversation_id, state=seen.state, owner=owner_of(conversation),
        urgency=seen.urgency, reach=seen.reach, level=handoff.level, language=handoff.language, question=intake.vraag,
        subjects=tuple(subject.title for subject in intake.onderwerpen),
        child=tuple(entry.answer for entry in intake.kind), reasons=tuple(intake.urgentie.reasons),
        due=min((term.until for term in intake.termijnen if term.until >= today()), default=None),
        name=contact.name if contact else None,
        slot_at=seen.slot_at, staff_id=handoff.staff_id, staff_name=seen.consultant, outcome=_typed(handoff.outcome),
        created_at=handoff.created_at, waiting_since=waiting_since, claimed_at=handoff.claimed_at,
        first_reply_at=handoff.first_reply_at, closed_at=handoff.closed_at, last_parent_at=last, unread=unread,
    )  # fmt: skip


def _typed(value: Any) -> Any:
    """Return the value of a column whose check allows only the values of its type."""
    return value
