"""A consultant who does not answer any more: the parent is told, and does not stay alone with a silent bot."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.clock import now
from bot.conversations.messages import NewMessage
from bot.conversations.rows import Erased, locked, owner_of
from bot.handoff.card import new_card
from bot.handoff.hours import Hours, moment_text
from bot.handoff.rows import first_name, mail_staff, move_owner, move_state, open_handoff, staff_name, state_of, tell
from bot.handoff.staffwork import QUEUED
from bot.handoff.texts import load_handoff_texts
from bot.storage.models import ConversationRow, HandoffRow, MessageRow, OwnershipEventRow

_REASON = "consulent antwoordt niet"


def end_silence(session: Session, hours: Hours, conversation_id: str, longest: timedelta) -> bool:
    """End a silence of a consultant that lasts `longest` since a message of the parent; tell whether it ended.

    Who claimed a chat in consultation hours and never said a word, loses it: the handoff goes back in the queue. Otherwise it
    stays hers, and the bot has the conversation until she is back. (The unanswered words may be a 'dank je wel'.)
    """
    try:
        conversation = locked(session, conversation_id)
    except Erased:
        return False
    handoff, moment = open_handoff(session, conversation_id), now()
    since, spoke = _unanswered_since(session, conversation)
    if not spoke and since is not None and handoff is not None and handoff.claimed_at is not None:
        since = max(since, handoff.claimed_at)  # a colleague has it since then
    if owner_of(conversation) != "consulent" or since is None or moment - since < longest:
        return False
    texts, name = load_handoff_texts(), first_name(staff_name(session, handoff.staff_id if handoff else None))
    if hours.is_open(moment) and not spoke and handoff is not None and state_of(handoff) == "in_behandeling":
        _requeue(session, handoff)
        move_owner(session, conversation, "wacht", "systeem", _REASON)
        message = NewMessage(author="systeem", text=texts.say("consulent_stil", naam=name), notice="overdracht_stil")
    else:
        again = hours.next_open(moment)
        text = texts.say("consulent_weg", naam=name, wanneer=moment_text(again) if again else "later")
        move_owner(session, conversation, "bot", "systeem", _REASON)
        card = None if handoff else new_card("terugbellen")
        message = NewMessage(author="systeem", text=text, notice="overdracht_weg", card=card)
    tell(session, conversation, message)
    return True


def _requeue(session: Session, handoff: HandoffRow) -> None:
    """Put a handoff back in the queue, for anyone."""
    move_state(session, handoff, "aangevraagd", "systeem", staff_id=handoff.staff_id, reason=_REASON)
    handoff.staff_id = handoff.claimed_at = None
    mail_staff(session, handoff, QUEUED)


def _unanswered_since(session: Session, conversation: ConversationRow) -> tuple[datetime | None, bool]:
    """Return since when the parent waits for words of the person who has her conversation, and whether that person ever wrote."""
    came = session.scalar(
        select(func.max(OwnershipEventRow.created_at)).where(
            OwnershipEventRow.conversation_id == conversation.id, OwnershipEventRow.to_owner == "consulent"
        )
    )
    if came is None:
        return None, False
    mine = MessageRow.conversation_id == conversation.id
    answered = session.scalar(
        select(func.max(MessageRow.position)).where(mine, MessageRow.author == "consulent", MessageRow.created_at >= came)
    )
    if answered is None:
        return came, False
    asked = session.scalar(
        select(func.min(MessageRow.created_at)).where(mine, MessageRow.author == "ouder", MessageRow.position > answered)
    )
    return asked, True
