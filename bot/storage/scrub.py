"""Removes what SQLite's write-ahead log still holds of deleted rows; in the file itself `secure_delete` overwrites them."""

from __future__ import annotations

import sqlite3

from sqlalchemy import Engine

from bot.storage.database import BUSY_MILLISECONDS

_WAIT_MILLISECONDS = 1000


def scrub(engine: Engine) -> bool:
    """Bring the log into the file and cut it to nothing; tell whether that could be done now (another may be reading).

    PostgreSQL needs nothing here: its own vacuum does it.
    """
    if engine.dialect.name != "sqlite":
        return True
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={_WAIT_MILLISECONDS}")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            row = cursor.fetchone()
        except sqlite3.OperationalError:  # locked
            return False
        finally:
            cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
            cursor.close()
        return bool(row and row[0] == 0)
    finally:
        connection.close()
