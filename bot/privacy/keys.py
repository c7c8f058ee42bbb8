"""Renews stored personal data with the newest key, and tells which keys are still needed."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import Column, select, update
from sqlalchemy.orm import Session

from bot.privacy.vault import Vault, VaultError
from bot.storage.database import Database
from bot.storage.models import Base, Encrypted

BATCH = 200


class KeyInUse(ValueError):
    """A stored value still needs an older key."""


def encrypted_columns() -> list[Column[Any]]:
    """Return every column that holds encrypted values, in the order of the tables."""
    return [
        column for table in Base.metadata.sorted_tables for column in table.columns if isinstance(column.type, Encrypted)
    ]


def renew_all(database: Database, vault: Vault, batch: int = BATCH) -> int:
    """Encrypt every stored value with the newest key, a batch per transaction; return how many needed it.

    May be stopped and started again at any moment: each value fits one of the keys all the time.

    Raises:
        VaultError: a value fits none of the keys; it is named, and the values before it are done.

    """
    return sum(_renew_column(database, vault, column, batch) for column in encrypted_columns())


def count_keys(database: Database, vault: Vault) -> Counter[int | None]:
    """Return how many stored values fit each key (0: the newest; None: no key)."""
    found: Counter[int | None] = Counter()
    for column in encrypted_columns():
        with database.read() as session:
            values = session.scalars(select(column).where(column.is_not(None)).execution_options(yield_per=BATCH))
            found.update(vault.which_key(value) for value in values)
    return found


def check_only_newest(database: Database, vault: Vault) -> None:
    """Accept when every stored value fits the newest key.

    Raises:
        KeyInUse: some do not; says how many and what to do.

    """
    found = count_keys(database, vault)
    older = sum(count for number, count in found.items() if number not in (0, None))
    if older:
        raise KeyInUse(f"{older} stored values still need an older key: run 'bot keys renew' first.")
    if found[None]:
        raise KeyInUse(f"{found[None]} stored values fit none of the keys: give the key that was in use before.")


def _renew_column(database: Database, vault: Vault, column: Column[Any], batch: int) -> int:
    """Renew one column."""
    renewed, last = 0, None
    while True:
        with database.write() as session:
            last, done = _renew_batch(session, vault, column, last, batch)
        renewed += done
        if last is None:
            return renewed


def _renew_batch(session: Session, vault: Vault, column: Column[Any], last: Any, batch: int) -> tuple[Any, int]:
    """Renew the values after the row `last`; return the last row, or None at the end, and how many were renewed."""
    [key] = column.table.primary_key.columns
    query = select(key, column).where(column.is_not(None)).order_by(key).limit(batch)
    rows = session.execute(query if last is None else query.where(key > last)).all()
    done = 0
    for row_id, value in rows:
        if vault.which_key(value) == 0:
            continue
        try:
            new = vault.renew(value)
        except VaultError as error:
            raise VaultError(f"{column.table.name}.{column.name} of row {row_id}: {error}") from None
        # A value that changed since it was read was written with the newest key, and stays.
        session.execute(update(column.table).where(key == row_id, column == value).values({column.name: new}))
        done += 1
    return (rows[-1][0] if len(rows) == batch else None), done
