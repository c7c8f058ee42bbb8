"""Brings the tables of a database to this version of the program, and back."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from bot.storage.database import Database

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_203_618_850_254  # any number; the same for every process that migrates this program's tables


def upgrade(database_url: str, revision: str = "head") -> None:
    """Bring a database up to a revision (default: the newest). Safe to call from several processes at once."""
    _run(database_url, "upgrade", revision)


def downgrade(database_url: str, revision: str = "base") -> None:
    """Take a database back to a revision (default: no tables). What the dropped tables held is lost."""
    _run(database_url, "downgrade", revision)


def is_current(engine: Engine) -> bool:
    """Tell whether a database has the newest tables.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the database cannot be reached.

    """
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_heads()
    return set(found) == set(ScriptDirectory(str(MIGRATIONS)).get_heads())


def _run(database_url: str, direction: str, revision: str) -> None:
    """Run Alembic in one transaction, with a lock against another process that does the same."""
    database = Database(database_url)
    try:
        with database.write() as session:
            connection = session.connection()
            _lock(connection)
            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
            config.attributes["connection"] = connection
            getattr(command, direction)(config, revision)
    finally:
        database.close()


def _lock(connection: Connection) -> None:
    """Keep other migrations out until this transaction ends; SQLite's write lock does so by itself."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
