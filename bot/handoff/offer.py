"""What the card of a handoff shows: a draft to correct, what is missing, and how the parent can be reached."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import ZONE
from bot.conversations.rows import not_erased
from bot.handoff.assemble import assemble, read_said
from bot.handoff.booking import free_slots
from bot.handoff.card import CARD
from bot.handoff.hours import Hours, Slot, clock_text, moment_text
from bot.handoff.intake import Intake, Urgency
from bot.handoff.rows import first_name, open_handoff
from bot.handoff.states import Reach, State
from bot.handoff.texts import load_handoff_texts, load_intake_texts
from bot.handoff.views import Opened, opened
from bot.storage.models import ConversationRow, MessageRow


class MissingPart(BaseModel):
    """A question about a part that is missing; it may be skipped. No options: a free text."""

    field: str
    question: str
    help: str | None
    options: list[str]


class SlotOption(BaseModel):
    """A free moment to be called back; `at` comes back as `contact.slot`."""

    at: datetime
    text: str


class ReachOption(BaseModel):
    """A way of contact; `slots` only for `terugbellen`."""

    how: Reach
    title: str
    help: str
    available: bool
    slots: list[SlotOption] | None = None


class ReachNow(BaseModel):
    """How the parent can be reached at this moment; `text` says when somebody can answer."""

    chat_open: bool
    next_open: datetime | None
    next_open_text: str | None
    text: str
    options: list[ReachOption]


class HandoffOut(BaseModel):
    """A handoff as the parent sees it; `consultant` is a first name."""

    id: str
    state: State
    state_text: str
    urgency: Urgency
    reach: Reach
    slot: datetime | None
    slot_text: str | None
    created_at: datetime
    consultant: str | None
    can_withdraw: bool


class Offer(BaseModel):
    """Everything that the card shows. `handoff`: the open one, in whose place no other can be asked for."""

    draft: Intake
    missing: list[MissingPart]
    labels: dict[str, str]
    reach: ReachNow
    consent_text: str
    consent_version: str
    urgency: Urgency
    handoff: HandoffOut | None


def make_offer(session: Session, conversation_id: str, hours: Hours, moment: datetime) -> Offer:
    """Return what the card shows now.

    Raises:
        Erased: the parent erased the conversation.

    """
    not_erased(session.get(ConversationRow, conversation_id))
    texts = load_intake_texts()
    draft = assemble(read_said(session, conversation_id), moment.astimezone(ZONE).date())
    running = open_handoff(session, conversation_id)
    return Offer(
        draft=draft.intake,
        missing=[
            MissingPart(field=m.field, question=texts.question(m.field) or "", help=m.help, options=list(m.options))
            for m in draft.questions
        ],
        labels=texts.labels,
        reach=_reach(hours, moment, free_slots(session, hours, moment)),
        consent_text=texts.consent.text,
        consent_version=texts.consent.version,
        urgency=draft.intake.urgentie.level,
        handoff=None if running is None else handoff_out(opened(session, running), hours),
    )


def newest_card(session: Session, conversation_id: str) -> str | None:
    """Return the id of the last message with the card of a handoff."""
    rows = session.execute(
        select(MessageRow.id, MessageRow.card)
        .where(MessageRow.conversation_id == conversation_id, MessageRow.card.is_not(None))
        .order_by(MessageRow.position.desc())
    )
    return next((message_id for message_id, card in rows if card and card.get("type") == CARD), None)


def handoff_out(handoff: Opened, hours: Hours) -> HandoffOut:
    """Return a handoff as the parent sees it."""
    slot = hours.slot_at(handoff.slot_at) if handoff.slot_at else None
    slot_text = slot.text if slot else moment_text(handoff.slot_at) if handoff.slot_at else None
    consultant = first_name(handoff.consultant)
    texts = load_handoff_texts()
    return HandoffOut(
        id=handoff.id, state=handoff.state,
        state_text=texts.filled(texts.states[handoff.state], naam=consultant, moment=slot_text or ""),
        urgency=handoff.urgency, reach=handoff.reach,
        slot=handoff.slot_at.astimezone(ZONE) if handoff.slot_at else None, slot_text=slot_text,
        created_at=handoff.created_at, consultant=consultant,
        can_withdraw=handoff.state in ("aangevraagd", "terugbellen", "in_behandeling"),
    )  # fmt: skip


def _reach(hours: Hours, moment: datetime, slots: list[Slot]) -> ReachNow:
    """Return the ways of contact, with what is possible now."""
    texts, ways = load_handoff_texts(), load_intake_texts().reach
    until, again = hours.closes_at(moment), hours.next_open(moment)
    when = moment_text(again) if again else None
    if until is not None:
        text = texts.filled(texts.open_now, tot=clock_text(until))
    else:
        text = texts.filled(texts.closed_now, wanneer=when) if when else texts.filled(texts.no_hours)
    offered = [SlotOption(at=slot.start, text=slot.text) for slot in slots]
    available: dict[Reach, bool] = {"chat": until is not None, "terugbellen": bool(offered), "email": True}
    return ReachNow(
        chat_open=until is not None, next_open=again, next_open_text=when, text=text,
        options=[
            ReachOption(
                how=how, title=ways[how].title, help=ways[how].help, available=is_available,
                slots=offered if how == "terugbellen" else None,
            )
            for how, is_available in available.items()
        ],
    )  # fmt: skip
