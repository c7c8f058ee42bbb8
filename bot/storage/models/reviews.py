"""The tables of the log review, and what a purge removed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.models.base import Base, UtcDateTime


class ReviewRow(Base):
    """A message of a parent that a reviewer has looked at, with the reviewer's tags."""

    __tablename__ = "reviews"
    __table_args__ = (Index(None, "reviewed_at"),)

    message_id: Mapped[str] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    tags: Mapped[list[str]] = mapped_column(JSON)
    reviewed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CorrectionRow(Base):
    """What a message should have been understood as. The text is a copy, masked: it outlives the conversation.

    `topic`: an existing topic; `new_topic`: a name for one that is missing; exactly one of both.
    """

    __tablename__ = "corrections"
    __table_args__ = (
        UniqueConstraint("message_id"),
        CheckConstraint("(topic IS NULL) <> (new_topic IS NULL)", name="one_topic"),
        Index(None, "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    message_id: Mapped[str | None] = mapped_column(ForeignKey("messages.id", ondelete="SET NULL"))
    text: Mapped[str] = mapped_column(Text)
    was_topic: Mapped[str | None] = mapped_column(String(64))
    topic: Mapped[str | None] = mapped_column(String(64))
    new_topic: Mapped[str | None] = mapped_column(String(80))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    learned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PurgeRow(Base):
    """What a purge removed: which kind, how many, and up to which moment. Never whose."""

    __tablename__ = "purges"
    __table_args__ = (CheckConstraint("count >= 0", name="count"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(32))
    count: Mapped[int]
    before: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
