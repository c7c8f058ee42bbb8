"""Accounts of staff: who they are and what they may, without passwords or second factors leaving this module."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.clock import now
from bot.staff.passwords import check_strength, hash_password, new_password
from bot.staff.sessions import end_sessions
from bot.storage.database import Database
from bot.storage.models import RecoveryCodeRow, StaffRow, StaffSessionRow
from bot.storage.models.staff import ROLES

ONCE_DAYS = 7
_EMAIL = re.compile(r"[^@\s<>\"',;]+@[^@\s<>\"',;]+\.[^@\s<>\"',;.]+")
_NAME_LENGTH, _EMAIL_LENGTH = 80, 254


class AccountRefused(ValueError):
    """An account cannot be made or changed so; `code` names the text that says why, `field` the value that is wrong."""

    def __init__(self, code: str, field: str) -> None:
        """Keep what is wrong."""
        super().__init__(code)
        self.code, self.field = code, field


@dataclass(frozen=True)
class Account:
    """A member of staff, as the beheerder sees them."""

    id: int
    email: str
    name: str
    role: str
    has_second_factor: bool
    must_choose_password: bool
    has_password: bool
    signs_in_elsewhere: bool
    locked_until: datetime | None
    disabled_at: datetime | None
    created_at: datetime


class Accounts:
    """Finds accounts. Changes below take a Session: they belong in one transaction with their line in the audit log."""

    def __init__(self, database: Database) -> None:
        """Use a database."""
        self._database = database

    def all(self) -> list[Account]:
        """Return every account, by name; those that are disabled last."""
        with self._database.read() as session:
            rows = session.scalars(select(StaffRow).order_by(StaffRow.disabled_at.is_not(None), func.lower(StaffRow.name)))
            return [account_of(row) for row in rows]

    def get(self, staff_id: int) -> Account | None:
        """Return an account."""
        with self._database.read() as session:
            row = session.get(StaffRow, staff_id)
            return account_of(row) if row else None


def add_account(session: Session, *, email: str, name: str, role: str, password: str | None = None) -> tuple[Account, str | None]:
    """Make an account; without a password it gets one that opens a single page, returned once.

    Raises:
        AccountRefused: name, address or role is wrong, or the address is in use.
        WeakPassword: the password is not accepted.

    """
    name, email = clean_name(name), clean_email(email)
    once = new_password() if password is None else None
    if password is not None:
        check_strength(password, email=email, name=name)
    row = StaffRow(
        email=email, name=name, role=clean_role(role), password_hash=hash_password(password or once or ""), failed_logins=0,
        password_once_until=now() + timedelta(days=ONCE_DAYS) if once else None, created_at=now(),
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise AccountRefused("email_bestaat", "email") from None
    return account_of(row), once


def change_account(session: Session, staff_id: int, *, name: str, role: str) -> dict[str, list[str]]:
    """Give an account another name or role; return what changed as `{field: [old, new]}`.

    Raises:
        AccountRefused: the name or role is wrong, or nobody would be left who manages accounts.

    """
    row = locked_account(session, staff_id)
    new = {"name": clean_name(name), "role": clean_role(role)}
    changed = {field: [str(getattr(row, field)), value] for field, value in new.items() if getattr(row, field) != value}
    if "role" in changed and row.role == "beheerder":
        _keep_a_beheerder(session, row)
    row.name, row.role = new["name"], new["role"]
    if "role" in changed:  # what a session may reach is decided anew
        end_sessions(session, StaffSessionRow.staff_id == staff_id)
    return changed


def set_disabled(session: Session, staff_id: int, *, disabled: bool) -> None:
    """Close an account or open it again; closing ends its sessions.

    Raises:
        AccountRefused: nobody would be left who manages accounts.

    """
    row = locked_account(session, staff_id)
    if disabled and row.disabled_at is None:
        _keep_a_beheerder(session, row)
        row.disabled_at = now()
        end_sessions(session, StaffSessionRow.staff_id == staff_id)
    elif not disabled:
        row.disabled_at = None


def reset_account(session: Session, staff_id: int, password: str | None = None) -> str | None:
    """Take away password, second factor, lock and sessions; return the password given once, unless one is passed in.

    Raises:
        AccountRefused: there is no such account.
        WeakPassword: the password is not accepted.

    """
    row = locked_account(session, staff_id)
    once = new_password() if password is None else None
    if password is not None:
        check_strength(password, email=row.email, name=row.name)
    row.password_hash = hash_password(password or once or "")
    row.password_once_until = now() + timedelta(days=ONCE_DAYS) if once else None
    forget_second_factor(session, row)
    row.failed_logins, row.locked_until = 0, None
    end_sessions(session, StaffSessionRow.staff_id == staff_id)
    return once


def forget_second_factor(session: Session, row: StaffRow) -> None:
    """Take the second factor away, with its recovery codes."""
    row.totp_secret = row.totp_enabled_at = row.totp_step = None
    for code in session.scalars(select(RecoveryCodeRow).where(RecoveryCodeRow.staff_id == row.id)):
        session.delete(code)
    session.flush()


def locked_account(session: Session, staff_id: int) -> StaffRow:
    """Return an account that no other transaction may change until this one ends.

    Raises:
        AccountRefused: there is none with this id.

    """
    row = session.get(StaffRow, staff_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise AccountRefused("account_onbekend", "")
    return row


def find_by_email(session: Session, email: str) -> StaffRow | None:
    """Return the account with an address."""
    return session.scalars(select(StaffRow).where(StaffRow.email == email.strip().lower())).one_or_none()


def account_of(row: StaffRow) -> Account:
    """Return an account without what only the login needs."""
    return Account(
        id=row.id,
        email=row.email,
        name=row.name,
        role=row.role,
        has_second_factor=row.totp_enabled_at is not None,
        must_choose_password=row.password_once_until is not None,
        has_password=row.password_hash is not None,
        signs_in_elsewhere=row.oidc_subject is not None,
        locked_until=row.locked_until if row.locked_until and row.locked_until > now() else None,
        disabled_at=row.disabled_at,
        created_at=row.created_at,
    )


def clean_email(email: str) -> str:
    """Return an address in the form that is stored.

    Raises:
        AccountRefused: it is no address.

    """
    plain = email.strip().lower()
    if len(plain) > _EMAIL_LENGTH or not plain.isprintable() or not _EMAIL.fullmatch(plain):
        raise AccountRefused("email_ongeldig", "email")
    return plain


def clean_name(name: str) -> str:
    """Return a name on one line.

    Raises:
        AccountRefused: it is empty, too long, or holds control characters.

    """
    plain = " ".join(name.split())
    if not plain or len(plain) > _NAME_LENGTH or not plain.isprintable():
        raise AccountRefused("naam_ongeldig", "name")
    return plain


def clean_role(role: str) -> str:
    """Return a role.

    Raises:
        AccountRefused: there is no such role.

    """
    if role not in ROLES:
        raise AccountRefused("rol_ongeldig", "role")
    return role


def _keep_a_beheerder(session: Session, row: StaffRow) -> None:
    """Refuse to take away the last account that manages the others."""
    others = select(StaffRow.id).where(StaffRow.role == "beheerder", StaffRow.disabled_at.is_(None)).with_for_update()
    if row.role == "beheerder" and row.disabled_at is None and not set(session.scalars(others)) - {row.id}:
        raise AccountRefused("laatste_beheerder", "role")
