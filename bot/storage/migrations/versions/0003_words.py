"""Search in messages: an index of words on PostgreSQL. SQLite needs none, see docs/adr/0015 and bot/storage/words.py."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE INDEX ix_messages_words ON messages USING gin (to_tsvector('simple', text))")


def downgrade() -> None:
    """Remove the index."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP INDEX ix_messages_words")
