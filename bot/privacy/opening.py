"""Opens the database for a command, or says in one line why that cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError

from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.migrate import is_current


class DatabaseNotReady(RuntimeError):
    """The database cannot be used; the message says what to do."""


@contextmanager
def ready_database(settings: Settings) -> Iterator[Database]:
    """Give the database.

    Raises:
        DatabaseNotReady: it cannot be reached, its tables are of another version, or it fails on the way.

    """
    database = Database(settings.database_url)
    try:
        if not is_current(database.engine):
            raise DatabaseNotReady("the database has not the tables of this version: 'bot serve' makes them when it starts")
        yield database
    except SQLAlchemyError as error:
        # without values: those may be texts of parents
        reason = " ".join(str(getattr(error, "orig", "")).splitlines()[:1])
        raise DatabaseNotReady(f"the database of DATABASE_URL failed ({type(error).__name__}: {reason})") from None
    finally:
        database.close()
