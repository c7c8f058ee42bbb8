"""Opens the database: SQLite (WAL) or PostgreSQL, with sessions that read and sessions that write."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from bot.storage.words import FUNCTION, holds_words

BUSY_MILLISECONDS = 10_000
_PAUSE_SECONDS = 0.02
_BEGIN = "sqlite_begin"


class Database:
    """One database; a session is one transaction. Safe to use from several threads."""

    def __init__(self, url: str) -> None:
        """Open the database at an SQLAlchemy URL; the folder of a SQLite file is made."""
        self.engine = open_engine(url)
        # Taking the write lock at once avoids the SQLite error that no busy timeout helps against:
        # two transactions that have both read and then both want to write.
        self._writer = self.engine.execution_options(**{_BEGIN: "IMMEDIATE"})

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session that sees one state of the database; what it changes is thrown away."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Give a session whose changes are committed together at the end, or not at all when an error is raised."""
        with Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def open_engine(url: str) -> Engine:
    """Return an SQLAlchemy engine for a URL, set up for SQLite or PostgreSQL."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True, pool_size=10, max_overflow=10)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    """Set what SQLite keeps per connection; transactions are begun by us, not by the driver."""
    connection.isolation_level = None
    connection.create_function(FUNCTION, 2, holds_words, deterministic=True)
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_MILLISECONDS}",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "secure_delete=ON",  # what a parent erases is overwritten in the file
    ):
        cursor.execute(f"PRAGMA {pragma}")
    _use_wal(cursor)
    cursor.close()


def _use_wal(cursor: sqlite3.Cursor) -> None:
    """Let readers and a writer work side by side. The file keeps this, so mostly it is so already.

    SQLite's busy timeout does not hold for this change; where several processes open a new file at once, the others wait here.

    Raises:
        sqlite3.OperationalError: the file stayed locked.

    """
    end = time.monotonic() + BUSY_MILLISECONDS / 1000
    while True:
        try:
            if cursor.execute("PRAGMA journal_mode").fetchone() != ("wal",):
                cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(_PAUSE_SECONDS)


def _begin_sqlite(connection: Connection) -> None:
    """Begin a transaction of the kind that the session asked for."""
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get(_BEGIN, 'DEFERRED')}")
