"""The tables of handoffs to a person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.models.base import ACTORS, LEVELS, Base, Encrypted, UtcDateTime, one_of

HANDOFF_STATES = ("aangeboden", "aangevraagd", "in_behandeling", "terugbellen", "afgehandeld", "vervallen")
HANDOFF_OUTCOMES = ("geholpen", "doorverwezen", "niet_bereikt", "ingetrokken", "verlopen", "anders")
URGENCIES = ("spoed", "hoog", "gewoon")
REACHES = ("chat", "terugbellen", "email")


class HandoffRow(Base):
    """A request for a person, with the summary that the parent approved.

    `intake` and `contact` are encrypted (bot.privacy.vault). `state` is the last state of `handoff_events`.
    At most one handoff of a conversation is open (`closed_at` empty), and each approval has its own key.
    """

    __tablename__ = "handoffs"
    __table_args__ = (
        UniqueConstraint("conversation_id", "idempotency_key"),
        CheckConstraint(one_of("state", HANDOFF_STATES), name="state"),
        CheckConstraint(one_of("urgency", URGENCIES), name="urgency"),
        CheckConstraint(one_of("reach", REACHES), name="reach"),
        CheckConstraint(one_of("level", LEVELS), name="level"),
        CheckConstraint(one_of("outcome", HANDOFF_OUTCOMES), name="outcome"),
        CheckConstraint("(closed_at IS NULL) = (state NOT IN ('afgehandeld', 'vervallen'))", name="closed"),
        Index(
            "uq_handoffs_open",
            "conversation_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index(None, "state"),
        Index(None, "created_at"),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    idempotency_key: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16))
    urgency: Mapped[str] = mapped_column(String(8))
    reach: Mapped[str] = mapped_column(String(16))
    level: Mapped[str] = mapped_column(String(2))
    language: Mapped[str] = mapped_column(String(16))
    schema_version: Mapped[int]
    intake: Mapped[str] = mapped_column(Encrypted)
    contact: Mapped[str | None] = mapped_column(Encrypted)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    outcome: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_reply_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class HandoffEventRow(Base):
    """A change of state of a handoff; only ever added. `from_state` is empty for the first."""

    __tablename__ = "handoff_events"
    __table_args__ = (
        CheckConstraint(one_of("from_state", HANDOFF_STATES), name="from_state"),
        CheckConstraint(one_of("to_state", HANDOFF_STATES), name="to_state"),
        CheckConstraint(one_of("actor", ACTORS), name="actor"),
        Index(None, "handoff_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    handoff_id: Mapped[str] = mapped_column(ForeignKey("handoffs.id", ondelete="CASCADE"))
    from_state: Mapped[str | None] = mapped_column(String(16))
    to_state: Mapped[str] = mapped_column(String(16))
    actor: Mapped[str] = mapped_column(String(16))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    reason: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CallbackRow(Base):
    """A seat in a callback slot: a slot has as many seats as its capacity, and each seat is taken once."""

    __tablename__ = "callbacks"
    __table_args__ = (UniqueConstraint("slot_at", "seat"), CheckConstraint("seat >= 1", name="seat"))

    handoff_id: Mapped[str] = mapped_column(ForeignKey("handoffs.id", ondelete="CASCADE"), primary_key=True)
    slot_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seat: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class NoteRow(Base):
    """A note that only staff see; `text` is encrypted."""

    __tablename__ = "notes"
    __table_args__ = (Index(None, "handoff_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    handoff_id: Mapped[str] = mapped_column(ForeignKey("handoffs.id", ondelete="CASCADE"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    text: Mapped[str] = mapped_column(Encrypted)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MailRow(Base):
    """A mail to staff about a handoff, written with it in one transaction and sent afterwards until it succeeds."""

    __tablename__ = "mails"
    __table_args__ = (
        UniqueConstraint("handoff_id", "kind"),
        CheckConstraint("attempts >= 0", name="attempts"),
        Index(None, "sent_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    handoff_id: Mapped[str] = mapped_column(ForeignKey("handoffs.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(32))
    attempts: Mapped[int]
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(String(200))
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
