"""What a parent does with a running handoff, inside one transaction."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.clock import now
from bot.conversations.messages import NewMessage
from bot.conversations.rows import locked, not_erased, owner_of
from bot.handoff.booking import release
from bot.handoff.rows import UnknownHandoff, move_owner, move_state, open_handoff, tell
from bot.handoff.texts import load_handoff_texts
from bot.storage.models import ConversationRow, MessageRow


def withdraw(session: Session, conversation_id: str) -> MessageRow:
    """Withdraw the open handoff; return what the parent is told.

    Raises:
        UnknownHandoff: none is open.
        Erased: the parent erased the conversation.

    """
    if not_erased(session.get(ConversationRow, conversation_id)) is None:
        raise UnknownHandoff(conversation_id)
    conversation = locked(session, conversation_id)
    handoff = open_handoff(session, conversation_id)
    if handoff is None:
        raise UnknownHandoff(conversation_id)
    move_state(session, handoff, "vervallen", "ouder", reason="ingetrokken")
    handoff.outcome, handoff.closed_at = "ingetrokken", now()
    release(session, handoff.id)
    if owner_of(conversation) == "wacht":
        move_owner(session, conversation, "bot", "ouder", "ingetrokken")
    elif owner_of(conversation) == "consulent":
        # A parent does not push a person out of the conversation; that the request ended gives it back.
        move_owner(session, conversation, "bot", "systeem", "ingetrokken")
    text = load_handoff_texts().say("ingetrokken")
    return tell(session, conversation, NewMessage(author="systeem", text=text, notice="overdracht"))


