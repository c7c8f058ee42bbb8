"""What staff do with a handoff, inside one transaction: take it, write, pass it on, plan, return, close, note."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.clock import now
from bot.conversations.messages import NewMessage, new_id
from bot.conversations.rows import append_as, owner_of
from bot.handoff.booking import SlotTaken, book, release
from bot.handoff.hours import Hours
from bot.handoff.rows import (
    AlreadyClaimed,
    AnotherIsOpen,
    MoveRefused,
    UnknownHandoff,
    first_name,
    lock_handoff,
    mail_staff,
    move_owner,
    move_state,
    open_handoff,
    staff_name,
    state_of,
    tell,
)
from bot.handoff.states import STAFF_OUTCOMES, Outcome
from bot.handoff.texts import Said, load_handoff_texts
from bot.privacy.vault import Vault
from bot.storage.models import ConversationRow, HandoffRow, MessageRow, NoteRow, StaffRow

QUEUED, REOPENED = "wachtrij", "heropend"


def claim(session: Session, handoff_id: str, staff_id: int) -> None:
    """Take a handoff."""
    conversation, handoff = lock_handoff(session, handoff_id)
    _take(session, conversation, handoff, staff_id, announce=True)
    if owner_of(conversation) == "wacht":
        move_owner(session, conversation, "consulent", "consulent", "opgepakt")


def take_running(session: Session, conversation: ConversationRow, handoff: HandoffRow, staff_id: int) -> None:
    """Take a locked handoff and its conversation at once, also from the bot; the parent is told who is there."""
    _take(session, conversation, handoff, staff_id, announce=False)
    if owner_of(conversation) != "consulent":
        move_owner(session, conversation, "consulent", "consulent", "overgenomen")
        _announce(session, conversation, "collega", naam=first_name(staff_name(session, staff_id)))


def say(session: Session, handoff_id: str, staff_id: int, text: str, key: str | None = None) -> MessageRow:
    """Write to the parent; the same key again writes nothing new."""
    conversation, handoff = lock_handoff(session, handoff_id)
    message_id = said_id(handoff_id, staff_id, key) if key else new_id()
    if (said := session.get(MessageRow, message_id)) is not None:
        return said
    # Her own words say that she is there.
    _take(session, conversation, handoff, staff_id, announce=False)
    move_owner(session, conversation, "consulent", "consulent", "bericht")
    handoff.first_reply_at = handoff.first_reply_at or now()
    return append_as(session, conversation, NewMessage(author="consulent", text=text, staff_id=staff_id), message_id)


def said_id(handoff_id: str, staff_id: int, key: str) -> str:
    """Return the id of a message that a form with a key stores."""
    digest = hashlib.sha256(f"said:{handoff_id}:{staff_id}:{key}".encode()).digest()
    return base64.urlsafe_b64encode(digest[:18]).decode()


def requeue(session: Session, handoff_id: str, staff_id: int) -> None:
    """Put a handoff back in the queue."""
    conversation, handoff = lock_handoff(session, handoff_id)
    _only_mine(session, handoff, staff_id)
    move_state(session, handoff, "aangevraagd", "consulent", staff_id=staff_id, reason="terug in de wachtrij")
    handoff.staff_id = handoff.claimed_at = None
    if owner_of(conversation) == "consulent":
        move_owner(session, conversation, "wacht", "consulent", "terug in de wachtrij")
    mail_staff(session, handoff, QUEUED)
    _announce(session, conversation, "terug_in_wachtrij")


def assign(session: Session, handoff_id: str, staff_id: int, to_staff_id: int) -> None:
    """Give a handoff to a colleague."""
    conversation, handoff = lock_handoff(session, handoff_id)
    colleague = session.get(StaffRow, to_staff_id)
    if colleague is None or colleague.disabled_at is not None or handoff.closed_at is not None:
        raise MoveRefused(state_of(handoff))
    if handoff.staff_id == to_staff_id:
        return
    move_state(
        session, handoff, "in_behandeling", "consulent", staff_id=staff_id, reason=f"toegewezen aan {colleague.name}"[:200]
    )
    handoff.staff_id, handoff.claimed_at = to_staff_id, now()
    if owner_of(conversation) == "wacht":
        move_owner(session, conversation, "consulent", "consulent", "toegewezen")
    _announce(session, conversation, "collega", naam=first_name(colleague.name))


def plan_callback(session: Session, hours: Hours, handoff_id: str, staff_id: int, slot_at: datetime) -> None:
    """Book a moment to call back."""
    conversation, handoff = lock_handoff(session, handoff_id)
    _only_mine(session, handoff, staff_id)
    slot = hours.slot_at(slot_at)
    if slot is None or slot_at <= now():
        raise SlotTaken
    if state_of(handoff) != "terugbellen":
        move_state(session, handoff, "terugbellen", "consulent", staff_id=staff_id, reason="belafspraak")
    release(session, handoff.id)
    book(session, handoff.id, slot_at.astimezone(UTC), hours.capacity)
    handoff.staff_id, handoff.claimed_at = staff_id, handoff.claimed_at or now()
    if owner_of(conversation) in ("wacht", "consulent"):
        move_owner(session, conversation, "bot", "consulent", "belafspraak")
    _announce(session, conversation, "belafspraak", naam=first_name(staff_name(session, staff_id)), moment=slot.text)


def return_to_bot(session: Session, handoff_id: str, staff_id: int) -> None:
    """Give the conversation back to the bot."""
    conversation, handoff = lock_handoff(session, handoff_id)
    _only_mine(session, handoff, staff_id)
    if owner_of(conversation) not in ("wacht", "consulent"):
        return
    move_owner(session, conversation, "bot", "consulent", "teruggegeven aan de chatbot")
    _announce(session, conversation, "terug_naar_bot", naam=first_name(staff_name(session, staff_id)))


def close(session: Session, handoff_id: str, staff_id: int, outcome: Outcome) -> None:
    """Close a handoff."""
    if outcome not in STAFF_OUTCOMES:
        raise ValueError(f"'{outcome}' is no outcome for staff")
    conversation, handoff = lock_handoff(session, handoff_id)
    _only_mine(session, handoff, staff_id)
    move_state(session, handoff, "afgehandeld", "consulent", staff_id=staff_id, reason=outcome)
    handoff.staff_id, handoff.outcome, handoff.closed_at = staff_id, outcome, now()
    release(session, handoff.id, after=now())  # a seat that is not needed any more is for somebody else
    if owner_of(conversation) in ("wacht", "consulent"):
        move_owner(session, conversation, "bot", "consulent", "afgehandeld")
    _announce(session, conversation, "niet_bereikt" if outcome == "niet_bereikt" else "afgehandeld")


def reopen(session: Session, handoff_id: str, staff_id: int) -> None:
    """Open a closed handoff again."""
    conversation, handoff = lock_handoff(session, handoff_id)
    other = open_handoff(session, conversation.id)
    if other is not None and other.id != handoff.id:
        raise AnotherIsOpen(other.id)
    if handoff.closed_at is None:
        raise MoveRefused(state_of(handoff))
    handoff.closed_at = handoff.outcome = None
    handoff.staff_id, handoff.claimed_at = staff_id, now()
    move_state(session, handoff, "in_behandeling", "consulent", staff_id=staff_id, reason="heropend")
    mail_staff(session, handoff, REOPENED)
    _announce(session, conversation, "heropend", naam=first_name(staff_name(session, staff_id)))


def add_note(session: Session, vault: Vault, handoff_id: str, staff_id: int, text: str) -> None:
    """Add a note."""
    try:
        with session.begin_nested():
            session.add(NoteRow(handoff_id=handoff_id, staff_id=staff_id, text=vault.close(text), created_at=now()))
    except IntegrityError:
        raise UnknownHandoff(handoff_id) from None


def _take(
    session: Session, conversation: ConversationRow, handoff: HandoffRow, staff_id: int, *, announce: bool
) -> None:  # fmt: skip
    """Make a handoff somebody's, unless it is already; refuse one of a colleague."""
    state = state_of(handoff)
    if handoff.closed_at is not None:
        raise MoveRefused(state)
    _only_mine(session, handoff, staff_id)
    if handoff.staff_id == staff_id and state == "in_behandeling":
        return
    move_state(session, handoff, "in_behandeling", "consulent", staff_id=staff_id)
    handoff.staff_id, handoff.claimed_at = staff_id, handoff.claimed_at or now()
    if announce:
        name: Said = "geclaimd_chat" if owner_of(conversation) == "wacht" else "geclaimd_anders"
        _announce(session, conversation, name, naam=first_name(staff_name(session, staff_id)))


def _only_mine(session: Session, handoff: HandoffRow, staff_id: int) -> None:
    """Refuse the handoff of a colleague."""
    if handoff.staff_id is not None and handoff.staff_id != staff_id:
        raise AlreadyClaimed(staff_name(session, handoff.staff_id) or "")


def _announce(session: Session, conversation: ConversationRow, name: Said, **values: str | None) -> None:
    """Tell the parent what happened."""
    text = load_handoff_texts().say(name, **values)
    tell(session, conversation, NewMessage(author="systeem", text=text, notice=f"overdracht_{name}"[:32]))
