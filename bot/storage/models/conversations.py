"""The tables of conversations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Float, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.models.base import ACTORS, LEVELS, Base, UtcDateTime, one_of

OWNERS = ("bot", "wacht", "consulent", "gesloten")
AUTHORS = ("ouder", "bot", "consulent", "systeem")
CONSENT_KINDS = ("overdracht", "voorcheck")


class ConversationRow(Base):
    """A conversation. Erased: the row stays without its contents, so that the API can say that it is gone.

    `turn_holder` and `turn_until`: who answers a message now (one at a time, over all processes), and until when
    that holds when the process dies. `forgotten_at`: when the engine had forgotten the erased conversation too.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        CheckConstraint(one_of("owner", OWNERS), name="owner"),
        CheckConstraint("last_position >= 0", name="last_position"),
        CheckConstraint("erased_at IS NULL OR owner = 'gesloten'", name="erased_is_closed"),
        CheckConstraint("forgotten_at IS NULL OR erased_at IS NOT NULL", name="forgotten_is_erased"),
        CheckConstraint("(turn_holder IS NULL) = (turn_until IS NULL)", name="turn"),
        Index(None, "last_message_at"),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    owner: Mapped[str] = mapped_column(String(16))
    last_position: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_message_at: Mapped[datetime] = mapped_column(UtcDateTime)
    turn_holder: Mapped[str | None] = mapped_column(String(64))
    turn_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    forgotten_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MessageRow(Base):
    """A message, as the parent saw it. `notice`: which text of the web part it is, where it is one.

    `staff_id`: which consultant wrote it.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "position"),
        CheckConstraint(one_of("author", AUTHORS), name="author"),
        CheckConstraint(one_of("level", LEVELS), name="level"),
        CheckConstraint("position >= 1", name="position"),
        Index(None, "created_at"),
        # For bot.storage.words, on PostgreSQL alone.
        Index("ix_messages_words", text("to_tsvector('simple', text)"), postgresql_using="gin").ddl_if(dialect="postgresql"),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    position: Mapped[int]
    author: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    payload: Mapped[str | None] = mapped_column(String(128))
    staff_id: Mapped[int | None]
    topic: Mapped[str | None] = mapped_column(String(64))
    level: Mapped[str | None] = mapped_column(String(2))
    notice: Mapped[str | None] = mapped_column(String(32))
    buttons: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    sources: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    card: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ParseRow(Base):
    """How the engine understood a message of the parent, for the log review."""

    __tablename__ = "message_parses"
    __table_args__ = (
        CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence"),
        CheckConstraint("engine_ms >= 0", name="engine_ms"),
        CheckConstraint(one_of("level", LEVELS), name="level"),
        Index(None, "topic"),
    )

    message_id: Mapped[str] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    topic: Mapped[str | None] = mapped_column(String(64))
    confidence: Mapped[float | None] = mapped_column(Float)
    accepted: Mapped[bool | None]
    ranking: Mapped[list[list[Any]]] = mapped_column(JSON)
    entities: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    language: Mapped[str | None] = mapped_column(String(16))
    level: Mapped[str | None] = mapped_column(String(2))
    engine_ms: Mapped[int]


class OwnershipEventRow(Base):
    """A change of who owns a conversation; only ever added. `position`: after which message it happened."""

    __tablename__ = "ownership_events"
    __table_args__ = (
        CheckConstraint(one_of("from_owner", OWNERS), name="from_owner"),
        CheckConstraint(one_of("to_owner", OWNERS), name="to_owner"),
        CheckConstraint(one_of("actor", ACTORS), name="actor"),
        Index(None, "conversation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    from_owner: Mapped[str] = mapped_column(String(16))
    to_owner: Mapped[str] = mapped_column(String(16))
    actor: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(200))
    position: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FeedbackRow(Base):
    """A thumb of the parent below an answer; the last one counts."""

    __tablename__ = "feedback"
    __table_args__ = (CheckConstraint("thumb IN (-1, 1)", name="thumb"),)

    message_id: Mapped[str] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    thumb: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ConsentRow(Base):
    """What a parent agreed to, in the words that were shown."""

    __tablename__ = "consents"
    __table_args__ = (CheckConstraint(one_of("kind", CONSENT_KINDS), name="kind"), Index(None, "conversation_id"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
