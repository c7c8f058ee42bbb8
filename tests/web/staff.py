"""A member of staff in a test: an account and a session that stand in the database, without the work of logging in."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from bot.clock import now
from bot.staff.sessions import hash_of, start_session
from bot.storage.database import Database
from bot.storage.models import StaffRow, StaffSessionRow

COOKIE = "lokaal-staff"  # over plain HTTP on this machine; see bot/staff/cookies.py


@dataclass
class Staff:
    """Somebody who is logged in."""

    http: httpx.Client
    id: int
    name: str
    email: str
    csrf: str

    def get(self, path: str, **options: Any) -> httpx.Response:
        """Ask for a page."""
        return self.http.get(path, **options)

    def post(self, path: str, **fields: Any) -> httpx.Response:
        """Send a form of a page of this session."""
        return self.http.post(path, data={"csrf": self.csrf, **fields})


@contextmanager
def staff(base_url: str, database_url: str, role: str, name: str | None = None, **columns: Any) -> Iterator[Staff]:
    """Make an account with a role and log it in; give the browser of its owner."""
    mark = secrets.token_hex(4)
    name, email = name or f"{role.title()} {mark}", f"{role}-{mark}@test.nl"
    given: dict[str, Any] = {"name": name, "email": email, "role": role, "failed_logins": 0, "created_at": now()}
    database = Database(database_url)
    try:
        with database.write() as session:
            session.add(row := StaffRow(**given | columns))
            session.flush()
            token = start_session(session, row, address="127.0.0.1", browser="test", second_factor=True)
        with database.read() as session:
            csrf = session.get_one(StaffSessionRow, hash_of(token)).csrf
    finally:
        database.close()
    with httpx.Client(base_url=base_url, timeout=30, trust_env=False, cookies={COOKIE: token}) as http:
        yield Staff(http, row.id, name, email, csrf)
