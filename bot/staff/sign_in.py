"""Logging in: password, second factor, and the waits after failures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.clock import now
from bot.privacy.vault import Vault
from bot.staff import second_factor
from bot.staff.accounts import find_by_email, locked_account
from bot.staff.audit import line
from bot.staff.passwords import hash_password, is_old, matches
from bot.staff.sessions import Current, end_sessions, start_session
from bot.storage.database import Database
from bot.storage.models import AuditRow, RecoveryCodeRow, StaffRow, StaffSessionRow

FREE_ATTEMPTS = 5
_LONGEST_WAIT = timedelta(hours=1)
_FORGET_AFTER = timedelta(days=1)


class SignInRefused(Exception):
    """Not let in. It does not say why: whoever guesses learns nothing about which accounts there are."""


@dataclass(frozen=True)
class Visitor:
    """Where a request comes from, and the session that its cookie names."""

    address: str
    browser: str
    session_id: str | None = None


class SignIn:
    """Lets staff in. Every attempt is counted before it is judged, so that many at once do not get more than one by one."""

    def __init__(self, database: Database, vault: Vault) -> None:
        """Use a database; the vault holds the secrets of second factors."""
        self._database = database
        self._vault = vault

    def with_password(self, email: str, password: str, visitor: Visitor) -> str:
        """Return the cookie of a new session; it may still need a second factor.

        Raises:
            SignInRefused: not let in.

        """
        with self._database.write() as session:
            row = find_by_email(session, email)
            known = row.id if row is not None and row.disabled_at is None and self._count(row) else None
            stored = row.password_hash if row is not None and known is not None else None
        fits = matches(stored, password)  # slow, so outside the transaction
        with self._database.write() as session:
            staff = locked_account(session, known) if known is not None else None
            once_over = staff is not None and staff.password_once_until is not None and staff.password_once_until < now()
            if staff is None or not fits or once_over or staff.password_hash != stored or staff.disabled_at is not None:
                session.add(_line("inloggen mislukt", row, visitor))
                refused = True
            else:
                refused = False
                if is_old(staff.password_hash or ""):
                    staff.password_hash = hash_password(password)
                if staff.totp_enabled_at is None:
                    forgive(staff)
                else:
                    staff.failed_logins = max(0, staff.failed_logins - 1)  # only the code clears the count
                token = self._start(session, staff, visitor, second_factor=False)
        if refused:
            raise SignInRefused
        return token

    def with_code(self, current: Current, code: str, visitor: Visitor) -> tuple[str, bool]:
        """Return the cookie of a full session, and whether a recovery code was used up for it.

        Raises:
            SignInRefused: the code does not fit, was used before, or there were too many attempts.

        """
        counted = self.count_attempt(current.staff_id)
        with self._database.write() as session:
            staff = locked_account(session, current.staff_id)
            used = self.use_code(session, staff, code) if counted else None
            if used is None:
                session.add(_line("code mislukt", staff, visitor))
            else:
                forgive(staff)
                token = self._start(session, staff, visitor, second_factor=True)
                if used == "herstelcode":
                    session.add(_line("herstelcode gebruikt", staff, visitor))
        if used is None:
            raise SignInRefused
        return token, used == "herstelcode"

    def with_identity(self, session: Session, staff: StaffRow, visitor: Visitor) -> str:
        """Return the cookie of a session of someone whom another service has checked, second factor included."""
        forgive(staff)
        return self._start(session, staff, visitor, second_factor=True)

    def use_code(self, session: Session, staff: StaffRow, code: str) -> str | None:
        """Use up a code of the app or a recovery code; return which it was, or None when it does not fit."""
        if staff.totp_secret is None or staff.totp_enabled_at is None:
            return None
        step = second_factor.step_of(self._vault.open(staff.totp_secret), code, now(), staff.totp_step)
        if step is not None:
            staff.totp_step = step
            return "app"
        unused = RecoveryCodeRow.staff_id == staff.id, RecoveryCodeRow.used_at.is_(None)
        fitting = RecoveryCodeRow.code_hash == second_factor.recovery_hash(staff.id, code)
        used = session.execute(update(RecoveryCodeRow).where(*unused, fitting).values(used_at=now()))
        return "herstelcode" if used.rowcount == 1 else None  # type: ignore[attr-defined]

    def count_attempt(self, staff_id: int) -> bool:
        """Count an attempt with a password or code; tell whether it may be made now."""
        with self._database.write() as session:
            return self._count(locked_account(session, staff_id))

    def _count(self, row: StaffRow) -> bool:
        """Count an attempt; tell whether it may be made now."""
        moment = now()
        if row.locked_until is not None and row.locked_until > moment:
            return False
        if row.locked_until is not None and moment - row.locked_until > _FORGET_AFTER:
            row.failed_logins = 0
        row.failed_logins += 1
        if row.failed_logins >= FREE_ATTEMPTS:
            row.locked_until = moment + wait_after(row.failed_logins)
        return True

    def _start(self, session: Session, staff: StaffRow, visitor: Visitor, *, second_factor: bool) -> str:
        """Start a session in the place of the one that the browser had."""
        if visitor.session_id is not None:
            end_sessions(session, StaffSessionRow.id == visitor.session_id)
        token = start_session(
            session, staff, address=visitor.address, browser=visitor.browser, second_factor=second_factor
        )
        if staff.totp_enabled_at is None or second_factor:
            session.add(_line("ingelogd", staff, visitor))
        return token


def wait_after(failures: int) -> timedelta:
    """Return how long an account is closed after so many failures: a minute, and twice as long each time after that."""
    return min(timedelta(minutes=2 ** min(failures - FREE_ATTEMPTS, 10)), _LONGEST_WAIT)


def recovery_codes_left(session: Session, staff_id: int) -> int:
    """Return how many recovery codes are unused."""
    query = select(RecoveryCodeRow.id).where(RecoveryCodeRow.staff_id == staff_id, RecoveryCodeRow.used_at.is_(None))
    return len(session.scalars(query).all())


def forgive(staff: StaffRow) -> None:
    """Forget the failures of an account."""
    staff.failed_logins, staff.locked_until = 0, None


def _line(action: str, row: StaffRow | None, visitor: Visitor) -> AuditRow:
    """Return a line about an account; what was typed for one that does not exist is not kept: it may be a password."""
    if row is None:
        return line(action, address=visitor.address, staff_id=None, name="")
    return line(action, f"medewerker:{row.id}", address=visitor.address, staff_id=row.id, name=row.name)
