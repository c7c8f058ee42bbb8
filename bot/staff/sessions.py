"""Sessions of staff: kept in the database, found by the hash of what the cookie holds."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.clock import now
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.models import StaffRow, StaffSessionRow

# What a session may reach: only the page that asks for the code, only the pages that finish the account, or everything.
Stage = Literal["code", "wachtwoord", "instellen", "volledig"]
HALF_WAY = timedelta(minutes=10)  # time to type the code, after the password was right
_TOUCH = timedelta(seconds=30)  # not every request needs a write


@dataclass(frozen=True)
class Limits:
    """When a session ends: so long after the last request, and so long after it began."""

    idle: timedelta
    absolute: timedelta

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """Return the limits of the settings."""
        return cls(timedelta(minutes=settings.staff_idle_minutes), timedelta(hours=settings.staff_session_hours))


@dataclass(frozen=True)
class Current:
    """The session of a request, and whose it is."""

    session_id: str
    csrf: str
    stage: Stage
    created_at: datetime
    staff_id: int
    name: str
    email: str
    role: str


@dataclass(frozen=True)
class Listed:
    """A session as the account page shows it."""

    id: str
    address: str
    browser: str
    created_at: datetime
    last_seen_at: datetime


class Sessions:
    """Starts, finds and ends sessions."""

    def __init__(self, database: Database, limits: Limits) -> None:
        """Use a database."""
        self._database = database
        self._limits = limits

    def find(self, token: str | None, *, touch: bool = True) -> Current | None:
        """Return the live session of a cookie; `touch` counts this request as activity."""
        if not token:
            return None
        key = hash_of(token)
        with self._database.read() as session:
            found = self._live(session, key)
            if found is None:
                return None
            row, staff = found
            current = _current(row, staff)
            stale = now() - row.last_seen_at > _TOUCH
        if touch and stale:
            with self._database.write() as session:
                mine = StaffSessionRow.id == key, StaffSessionRow.ended_at.is_(None)
                session.execute(update(StaffSessionRow).where(*mine).values(last_seen_at=now()))
        return current

    def is_live(self, session_id: str) -> bool:
        """Tell whether a session still holds: an open event stream asks this, since it sends no new requests."""
        with self._database.read() as session:
            found = self._live(session, session_id)
            return found is not None and stage_of(*found) == "volledig"

    def listed(self, staff_id: int) -> list[Listed]:
        """Return the live sessions of a member of staff, the last used first."""
        with self._database.read() as session:
            query = select(StaffSessionRow).where(
                StaffSessionRow.staff_id == staff_id,
                StaffSessionRow.ended_at.is_(None),
                StaffSessionRow.last_seen_at > now() - self._limits.idle,
                StaffSessionRow.created_at > now() - self._limits.absolute,
            )
            rows = session.scalars(query.order_by(StaffSessionRow.last_seen_at.desc()))
            return [Listed(r.id, r.address, r.browser, r.created_at, r.last_seen_at) for r in rows]

    def end(self, session_id: str) -> None:
        """End a session."""
        with self._database.write() as session:
            end_sessions(session, StaffSessionRow.id == session_id)

    def _live(self, session: Session, key: str) -> tuple[StaffSessionRow, StaffRow] | None:
        """Return a session that has not ended, of someone who may still come in."""
        query = select(StaffSessionRow, StaffRow).join(StaffRow, StaffRow.id == StaffSessionRow.staff_id)
        found = session.execute(query.where(StaffSessionRow.id == key)).one_or_none()
        if found is None:
            return None
        row, staff = found
        limits = self._limits
        absolute = HALF_WAY if stage_of(row, staff) == "code" else limits.absolute
        ended = row.ended_at is not None or staff.disabled_at is not None
        if ended or now() - row.last_seen_at > limits.idle or now() - row.created_at > absolute:
            return None
        return row, staff


def start_session(session: Session, staff: StaffRow, *, address: str, browser: str, second_factor: bool) -> str:
    """Start a session in a transaction; return what goes into the cookie. Nothing of an earlier session is kept."""
    token, moment = secrets.token_urlsafe(32), now()
    row = StaffSessionRow(
        id=hash_of(token), staff_id=staff.id, csrf=secrets.token_urlsafe(32), address=address[:64], browser=browser[:200],
        second_factor_at=moment if second_factor else None, created_at=moment, last_seen_at=moment,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return token


def end_sessions(session: Session, *which: object) -> int:
    """End the sessions that conditions choose; return how many there were."""
    query = update(StaffSessionRow).where(StaffSessionRow.ended_at.is_(None), *which)  # type: ignore[arg-type]
    return int(session.execute(query.values(ended_at=now())).rowcount)  # type: ignore[attr-defined]


def stage_of(row: StaffSessionRow, staff: StaffRow) -> Stage:
    """Return what a session may reach."""
    if row.second_factor_at is None and staff.totp_enabled_at is not None:
        return "code"
    if staff.password_once_until is not None:
        return "wachtwoord"
    if row.second_factor_at is None and staff.role == "beheerder":
        return "instellen"
    return "volledig"


def hash_of(token: str) -> str:
    """Return the name of a session in the database: who reads the database cannot make the cookie."""
    return hashlib.sha256(token.encode()).hexdigest()


def _current(row: StaffSessionRow, staff: StaffRow) -> Current:
    """Return a session without its rows."""
    stage = stage_of(row, staff)
    return Current(row.id, row.csrf, stage, row.created_at, staff.id, staff.name, staff.email, staff.role)
