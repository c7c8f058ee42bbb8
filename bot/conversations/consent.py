"""The consent log of the pre-check: what the parent read before she answered the first question."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import now
from bot.storage.models import ConsentRow, MessageRow

_QUESTION, _OUTCOME = "voorcheck_vraag", "voorcheck_uitslag"
KIND = "voorcheck"


def note_precheck_consent(session: Session, conversation_id: str, said: Sequence[MessageRow]) -> None:
    """Write the consent once: when the pre-check goes on after its first question, the parent has answered it.

    That question says what happens with the answers (utter_voorcheck_eerste) and waits for no "ja"; the log holds it as
    it was shown. `said`: what the bot says now.
    """
    kinds = {row.card.get("type") for row in said if row.card}
    if not kinds & {_QUESTION, _OUTCOME}:
        return
    known = select(ConsentRow.id).where(ConsentRow.conversation_id == conversation_id, ConsentRow.kind == KIND)
    if session.scalar(known.limit(1)) is not None:
        return
    earlier = session.scalars(
        select(MessageRow)
        .where(MessageRow.conversation_id == conversation_id, MessageRow.card.is_not(None))
        .where(MessageRow.position < min(row.position for row in said))
        .order_by(MessageRow.position)
    )
    first = next((row for row in earlier if row.card and row.card.get("type") == _QUESTION), None)
    if first is not None and _went_on(first, said):
        session.add(ConsentRow(conversation_id=conversation_id, kind=KIND, text=first.text, created_at=now()))


def _went_on(first: MessageRow, said: Sequence[MessageRow]) -> bool:
    """Tell whether the bot says more than the first question again (asked anew, or explained)."""
    field = (first.card or {}).get("field")
    return any(
        row.card and (row.card.get("type") == _OUTCOME or (row.card.get("type") == _QUESTION and row.card.get("field") != field))
        for row in said
    )
