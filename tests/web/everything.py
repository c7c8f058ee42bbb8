"""A conversation with a row in every table that hangs on one, each with a word of its own to look for afterwards."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from bot.conversations.messages import new_id
from bot.privacy.vault import Vault
from bot.storage.database import Database
from bot.storage.models import (
    CallbackRow,
    ConsentRow,
    ConversationRow,
    CorrectionRow,
    FeedbackRow,
    HandoffEventRow,
    HandoffRow,
    MailRow,
    MessageRow,
    NoteRow,
    OwnershipEventRow,
    ParseRow,
    ReviewRow,
    StaffRow,
)

WORD = "Kwibuskruid"  # stands in every text of the parent, and nowhere else


def staff_member(database: Database, at: datetime, vault: Vault | None = None) -> int:
    """Store a member of staff; return the id."""
    with database.write() as session:
        row = StaffRow(
            email=f"{new_id().lower()}@voorbeeld.nl", name="Noor Consulent", role="consulent", failed_logins=0, created_at=at,
            totp_secret=vault and vault.close("JBSWY3DPEHPK3PXP"),
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row.id


def bare_conversation(database: Database, at: datetime, **fields: Any) -> str:
    """Store a conversation with one message; return its id."""
    conversation_id = new_id()
    with database.write() as session:
        session.add(
            ConversationRow(
                **{"id": conversation_id, "owner": "bot", "last_position": 1, "created_at": at, "last_message_at": at} | fields
            )
        )
        session.flush()
        session.add(message(conversation_id, 1, at))
    return conversation_id


def message(conversation_id: str, position: int, at: datetime) -> MessageRow:
    """Return a message of the parent."""
    return MessageRow(
        id=new_id(), conversation_id=conversation_id, position=position, author="ouder", text=f"Over {WORD}", created_at=at,
        buttons=[{"title": WORD, "payload": "topic:x"}], sources=[{"id": WORD}], card={"type": WORD},
    )  # fmt: skip


def handoff(
    database: Database, vault: Vault, conversation_id: str, staff_id: int, at: datetime, *,
    closed_at: datetime | None = None, state: str | None = None, slot_at: datetime | None = None,
) -> str:  # fmt: skip
    """Store a handoff with everything that hangs on it; return its id."""
    handoff_id = new_id()
    with database.write() as session:
        session.add(
            HandoffRow(
                id=handoff_id, conversation_id=conversation_id, idempotency_key=new_id(),
                state=state or ("afgehandeld" if closed_at else "in_behandeling"), urgency="gewoon", reach="terugbellen",
                level="b1", language="nl", schema_version=1, intake=vault.close({"vraag": WORD}),
                contact=vault.close({"phone": WORD}), staff_id=staff_id, outcome="geholpen" if closed_at else None,
                created_at=at, claimed_at=at, first_reply_at=at, closed_at=closed_at,
            )
        )  # fmt: skip
        session.flush()
        session.add_all(
            [
                HandoffEventRow(
                    handoff_id=handoff_id, from_state="aangevraagd", to_state="in_behandeling", actor="consulent",
                    staff_id=staff_id, reason=WORD, created_at=at,
                ),
                NoteRow(handoff_id=handoff_id, staff_id=staff_id, text=vault.close(WORD), created_at=at),
                MailRow(
                    handoff_id=handoff_id, kind="nieuw", attempts=1, next_attempt_at=at, last_error=WORD, sent_at=at,
                    created_at=at,
                ),
            ]
        )  # fmt: skip
        seat = session.scalar(select(func.count()).select_from(CallbackRow)) or 0
        session.add(CallbackRow(handoff_id=handoff_id, slot_at=slot_at or at, seat=seat + 1, created_at=at))
    return handoff_id


def full_conversation(database: Database, vault: Vault, at: datetime, **of_handoff: Any) -> tuple[str, str]:
    """Store a conversation with a row in every table that hangs on it; return its id and that of its handoff."""
    staff_id = staff_member(database, at)
    conversation_id = bare_conversation(database, at)
    handoff_id = handoff(database, vault, conversation_id, staff_id, at, **of_handoff)
    with database.write() as session:
        said = session.scalars(select(MessageRow.id).where(MessageRow.conversation_id == conversation_id)).one()
        session.add_all(
            [
                ParseRow(
                    message_id=said, topic="tlv_wat", confidence=0.5, accepted=True, ranking=[[WORD, 0.5]],
                    entities=[{"value": WORD}], language="nl", level="b1", engine_ms=3,
                ),
                FeedbackRow(message_id=said, thumb=-1, created_at=at),
                ReviewRow(message_id=said, staff_id=staff_id, tags=[WORD], reviewed_at=at),
                CorrectionRow(message_id=said, text=f"Over {WORD}", topic="tlv_wat", staff_id=staff_id, created_at=at),
                ConsentRow(conversation_id=conversation_id, kind="overdracht", text=f"Ja, {WORD}", created_at=at),
                OwnershipEventRow(
                    conversation_id=conversation_id, from_owner="bot", to_owner="wacht", actor="ouder", reason=WORD,
                    position=1, created_at=at,
                ),
            ]
        )  # fmt: skip
    return conversation_id, handoff_id


def count(database: Database, model: Any, *conditions: Any) -> int:
    """Return how many rows a table has."""
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0
