"""What Alembic runs: the migrations over the connection that bot.storage.migrate gives."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from bot.storage.models import Base


def run() -> None:
    """Run the migrations asked for."""
    connection: Connection = context.config.attributes["connection"]
    # SQLite cannot change most constraints of a table: batch mode copies the table.
    context.configure(connection, target_metadata=Base.metadata, render_as_batch=connection.dialect.name == "sqlite")
    with context.begin_transaction():
        context.run_migrations()


run()
