"""Conversations, messages, how they were understood, and who owned a conversation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.storage.models import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

OWNERS = "('bot', 'wacht', 'consulent', 'gesloten')"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("owner", sa.String(16), nullable=False),
        sa.Column("last_position", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("last_message_at", UtcDateTime(), nullable=False),
        sa.Column("turn_holder", sa.String(64)),
        sa.Column("turn_until", UtcDateTime()),
        sa.Column("erased_at", UtcDateTime()),
        sa.Column("forgotten_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
        sa.CheckConstraint(f"owner IN {OWNERS}", name=op.f("ck_conversations_owner")),
        sa.CheckConstraint("last_position >= 0", name=op.f("ck_conversations_last_position")),
        sa.CheckConstraint("erased_at IS NULL OR owner = 'gesloten'", name=op.f("ck_conversations_erased_is_closed")),
        sa.CheckConstraint(
            "forgotten_at IS NULL OR erased_at IS NOT NULL", name=op.f("ck_conversations_forgotten_is_erased")
        ),
        sa.CheckConstraint("(turn_holder IS NULL) = (turn_until IS NULL)", name=op.f("ck_conversations_turn")),
    )
    op.create_index("ix_conversations_last_message_at", "conversations", ["last_message_at"])
    op.create_table(
        "messages",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("payload", sa.String(128)),
        sa.Column("topic", sa.String(64)),
        sa.Column("level", sa.String(2)),
        sa.Column("notice", sa.String(32)),
        sa.Column("buttons", sa.JSON(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("card", sa.JSON(none_as_null=True)),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            ondelete="CASCADE",
            name="fk_messages_conversation_id_conversations",
        ),
        sa.UniqueConstraint("conversation_id", "position", name="uq_messages_conversation_id_position"),
        sa.CheckConstraint("author IN ('ouder', 'bot', 'consulent', 'systeem')", name=op.f("ck_messages_author")),
        sa.CheckConstraint("level IN ('b1', 'a2')", name=op.f("ck_messages_level")),
        sa.CheckConstraint("position >= 1", name=op.f("ck_messages_position")),
    )
    op.create_index("ix_messages_created_at", "messages", ["created_at"])
    op.create_table(
        "message_parses",
        sa.Column("message_id", sa.String(64), nullable=False),
        sa.Column("topic", sa.String(64)),
        sa.Column("confidence", sa.Float()),
        sa.Column("accepted", sa.Boolean()),
        sa.Column("ranking", sa.JSON(), nullable=False),
        sa.Column("entities", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(16)),
        sa.Column("level", sa.String(2)),
        sa.Column("engine_ms", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name="pk_message_parses"),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], ondelete="CASCADE", name="fk_message_parses_message_id_messages"
        ),
        sa.CheckConstraint("confidence BETWEEN 0 AND 1", name=op.f("ck_message_parses_confidence")),
        sa.CheckConstraint("engine_ms >= 0", name=op.f("ck_message_parses_engine_ms")),
        sa.CheckConstraint("level IN ('b1', 'a2')", name=op.f("ck_message_parses_level")),
    )
    op.create_index("ix_message_parses_topic", "message_parses", ["topic"])
    op.create_table(
        "ownership_events",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("from_owner", sa.String(16), nullable=False),
        sa.Column("to_owner", sa.String(16), nullable=False),
        sa.Column("actor", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(200)),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ownership_events"),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            ondelete="CASCADE",
            name="fk_ownership_events_conversation_id_conversations",
        ),
        sa.CheckConstraint(f"from_owner IN {OWNERS}", name=op.f("ck_ownership_events_from_owner")),
        sa.CheckConstraint(f"to_owner IN {OWNERS}", name=op.f("ck_ownership_events_to_owner")),
        sa.CheckConstraint("actor IN ('ouder', 'consulent', 'systeem')", name=op.f("ck_ownership_events_actor")),
    )
    op.create_index("ix_ownership_events_conversation_id", "ownership_events", ["conversation_id"])
    _forbid_updates()


def downgrade() -> None:
    """Drop the tables."""
    for table in ("ownership_events", "message_parses", "messages", "conversations"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION ownership_events_are_only_added()")


def _forbid_updates() -> None:
    """Keep the history of ownership as it was written; rows leave only when a conversation is erased."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION ownership_events_are_only_added() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'ownership_events are only added' USING ERRCODE = 'check_violation'; END $$"
        )
        op.execute(
            "CREATE TRIGGER ownership_events_only_added BEFORE UPDATE ON ownership_events "
            "FOR EACH ROW EXECUTE FUNCTION ownership_events_are_only_added()"
        )
    else:
        op.execute(
            "CREATE TRIGGER ownership_events_only_added BEFORE UPDATE ON ownership_events "
            "BEGIN SELECT RAISE(ABORT, 'ownership_events are only added'); END"
        )
