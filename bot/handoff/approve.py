"""The approval of a handoff by the parent, inside one transaction."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import ZONE, now
from bot.conversations.messages import NewMessage, new_id
from bot.conversations.rows import append_as, locked, owner_of
from bot.handoff.approved import check_intake
from bot.handoff.assemble import assemble, read_said
from bot.handoff.booking import SlotTaken, book
from bot.handoff.card import CARD
from bot.handoff.contact import Contact, ContactIn, FieldErrors, check_contact
from bot.handoff.hours import Hours, moment_text
from bot.handoff.intake import SCHEMA_VERSION, Intake
from bot.handoff.rows import add_event, mail_staff, move_owner, move_state, open_handoff, state_of
from bot.handoff.texts import load_handoff_texts, load_intake_texts
from bot.handoff.views import Opened, opened
from bot.privacy.vault import Vault
from bot.storage.models import ConsentRow, ConversationRow, HandoffRow, MessageRow

NEW = "nieuw"


class HandoffOpen(Exception):
    """A handoff of this conversation is open; `handoff` says how it stands."""

    def __init__(self, handoff: Opened) -> None:
        """Keep it."""
        super().__init__("a handoff is open")
        self.handoff = handoff


@dataclass(frozen=True)
class Request:
    """What the parent sent."""

    intake: Intake
    contact: ContactIn
    consent: bool
    key: str


def approve(
    session: Session, vault: Vault, hours: Hours, conversation_id: str, request: Request
) -> tuple[HandoffRow, list[MessageRow], bool]:
    """Store an approval; return the handoff, what the parent is told, and whether it is new.

    Raises:
        FieldErrors, HandoffOpen, ForbiddenMove, Erased: nothing may be stored.

    """
    conversation = locked(session, conversation_id)
    before = session.scalar(
        select(HandoffRow).where(
            HandoffRow.conversation_id == conversation_id, HandoffRow.idempotency_key == request.key
        )
    )
    if before is not None:
        told = session.get(MessageRow, confirmation_id(before.id))
        return before, [told] if told else [], False
    moment = now()
    running = open_handoff(session, conversation_id)
    if running is not None:
        if not _nobody_came(conversation, running):
            raise HandoffOpen(opened(session, running))
        move_state(session, running, "vervallen", "ouder", reason="koos een andere manier")
        running.outcome, running.closed_at = "verlopen", moment
        session.flush()
    draft = assemble(read_said(session, conversation_id), moment.date())
    intake, errors = check_intake(request.intake, draft, moment.date())
    contact, refused = check_contact(request.contact, hours, moment)
    errors |= refused
    if not request.consent:
        errors["consent"] = "toestemming"
    if errors:
        raise FieldErrors(errors)
    handoff = _insert(session, vault, conversation, intake, contact, request.key, moment)
    slot_text = _book(session, handoff, request.contact, hours)
    consent = load_intake_texts().consent
    session.add(
        ConsentRow(
            conversation_id=conversation_id, kind="overdracht", text=f"{consent.text} (versie {consent.version})",
            created_at=moment,
        )
    )  # fmt: skip
    if contact.how == "chat":
        move_owner(session, conversation, "wacht", "ouder", "overdracht")
    elif owner_of(conversation) == "wacht":
        move_owner(session, conversation, "bot", "ouder", "contact achtergelaten")
    mail_staff(session, handoff, NEW)
    message = NewMessage(author="systeem", text=_confirmation(contact, intake, slot_text, hours, moment), notice="overdracht")
    return handoff, [append_as(session, conversation, message, confirmation_id(handoff.id))], True


def confirmation_id(handoff_id: str) -> str:
    """Return the id of the message that tells the parent that a handoff is stored."""
    digest = hashlib.sha256(f"confirmation:{handoff_id}".encode()).digest()
    return base64.urlsafe_b64encode(digest[:18]).decode()


def _nobody_came(conversation: ConversationRow, handoff: HandoffRow) -> bool:
    """Tell whether a wait in the chat ended without a person, so that the parent may choose another way."""
    waited = handoff.reach == "chat" and state_of(handoff) == "aangevraagd" and handoff.staff_id is None
    return waited and owner_of(conversation) == "bot"


def _insert(
    session: Session, vault: Vault, conversation: ConversationRow, intake: Intake, contact: Contact, key: str,
    moment: datetime,
) -> HandoffRow:  # fmt: skip
    """Add a handoff with its history: offered when the parent saw the card, asked for now."""
    handoff = HandoffRow(
        id=new_id(), conversation_id=conversation.id, idempotency_key=key, state="aangeboden",
        urgency=intake.urgentie.level, reach=contact.how, level=intake.taalniveau, language=intake.taal,
        schema_version=SCHEMA_VERSION, intake=vault.close(intake.plain()), contact=vault.close(contact.plain()),
        created_at=moment,
    )  # fmt: skip
    session.add(handoff)
    session.flush()
    add_event(session, handoff, None, "systeem", at=_offered_at(session, conversation.id) or moment)
    move_state(session, handoff, "terugbellen" if contact.how == "terugbellen" else "aangevraagd", "ouder")
    session.flush()
    return handoff


def _offered_at(session: Session, conversation_id: str) -> datetime | None:
    """Return when the parent saw the card last."""
    rows = session.execute(
        select(MessageRow.card, MessageRow.created_at)
        .where(MessageRow.conversation_id == conversation_id, MessageRow.card.is_not(None))
        .order_by(MessageRow.position.desc())
    )
    return next((at for card, at in rows if card and card.get("type") == CARD), None)


def _book(session: Session, handoff: HandoffRow, given: ContactIn, hours: Hours) -> str:
    """Book the slot that the parent chose; return it in words."""
    if given.how != "terugbellen" or given.slot is None:
        return ""
    slot = hours.slot_at(given.slot)
    try:
        book(session, handoff.id, given.slot.astimezone(UTC), hours.capacity)
    except SlotTaken:
        raise FieldErrors({"contact.slot": "moment_bezet"}) from None
    return slot.text if slot else moment_text(given.slot.astimezone(ZONE))


def _confirmation(contact: Contact, intake: Intake, slot_text: str, hours: Hours, moment: datetime) -> str:
    """Return what the parent is told."""
    texts = load_handoff_texts()
    again = hours.next_open(moment)
    when = "vandaag" if again == moment else moment_text(again) if again else ""
    told = {
        "chat": lambda: texts.say("aangevraagd_chat"),
        "terugbellen": lambda: texts.say("aangevraagd_terugbellen", moment=slot_text),
        "email": lambda: texts.say("aangevraagd_email", wanneer=when),
    }[contact.how]()
    return f"{told}\n\n{texts.say('spoed')}" if intake.urgentie.level == "spoed" else told

