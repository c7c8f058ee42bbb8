"""A consultant takes over a conversation of the bot that goes on now, without a request of the parent."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.clock import ZONE, now
from bot.conversations.messages import new_id
from bot.conversations.rows import locked
from bot.handoff.assemble import assemble, read_said
from bot.handoff.intake import SCHEMA_VERSION
from bot.handoff.rows import add_event, open_handoff
from bot.handoff.staffwork import take_running
from bot.privacy.vault import Vault
from bot.storage.models import HandoffRow

TAKEN_OVER = "gesprek overgenomen"


def take_over(session: Session, vault: Vault, conversation_id: str, staff_id: int) -> str:
    """Make a conversation a consultant's; return the id of its handoff, which is made where none is open.

    Its intake is what the conversation holds. The parent has not seen or approved it, and there are no contact details:
    no consent is stored. From now on the bot is silent, and the parent is told who is there.

    Raises:
        AlreadyClaimed: a colleague has it.
        ForbiddenMove: the conversation is closed.
        Erased: the parent erased it, or it was never stored.

    """
    conversation = locked(session, conversation_id)
    handoff = open_handoff(session, conversation_id)
    if handoff is None:
        moment = now()
        intake = assemble(read_said(session, conversation_id), moment.astimezone(ZONE).date()).intake
        handoff = HandoffRow(
            id=new_id(), conversation_id=conversation.id, idempotency_key=new_id(), state="aangevraagd",
            urgency=intake.urgentie.level, reach="chat", level=intake.taalniveau, language=intake.taal,
            schema_version=SCHEMA_VERSION, intake=vault.close(intake.plain()), contact=None, created_at=moment,
        )  # fmt: skip
        session.add(handoff)
        session.flush()
        add_event(session, handoff, None, "consulent", staff_id=staff_id, reason=TAKEN_OVER, at=moment)
        session.flush()
    take_running(session, conversation, handoff, staff_id)
    return handoff.id
