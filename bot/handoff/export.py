"""The handoffs of a conversation, for the parent to keep."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversations.rows import plain
from bot.handoff.views import opened, read_contact, read_intake
from bot.privacy.vault import Vault
from bot.storage.models import HandoffEventRow, HandoffRow

_HIDDEN = ("conversation_id", "idempotency_key", "staff_id", "intake", "contact")


def export(session: Session, vault: Vault, conversation_id: str) -> list[dict[str, Any]]:
    """Return the handoffs of a conversation as plain data, decrypted; who of staff did what stays out."""
    found = select(HandoffRow).where(HandoffRow.conversation_id == conversation_id).order_by(HandoffRow.created_at)
    return [_export(session, vault, handoff) for handoff in session.scalars(found).all()]


def _export(session: Session, vault: Vault, handoff: HandoffRow) -> dict[str, Any]:
    """Return a handoff."""
    events = select(HandoffEventRow).where(HandoffEventRow.handoff_id == handoff.id).order_by(HandoffEventRow.id)
    slot_at, contact = opened(session, handoff).slot_at, read_contact(vault, handoff)
    return {
        **plain(handoff, hidden=_HIDDEN),
        "intake": read_intake(vault, handoff).plain(),
        "contact": contact.plain() if contact else None,
        "slot_at": slot_at.isoformat() if slot_at else None,
        "events": [
            # The reason of a consultant may name a colleague.
            plain(e, hidden=("id", "handoff_id", "staff_id", *(("reason",) if e.actor == "consulent" else ())))
            for e in session.scalars(events)
        ],
    }
