"""What `bot staff` does."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.settings import load_settings
from bot.staff.accounts import ONCE_DAYS, AccountRefused, Accounts, add_account, find_by_email, reset_account, set_disabled
from bot.staff.audit import line
from bot.staff.passwords import LONGEST, SHORTEST, WeakPassword
from bot.storage.database import Database
from bot.storage.migrate import is_current, upgrade
from bot.storage.models import StaffRow

_WHY = {
    "email_ongeldig": "this is no e-mail address; write it like naam@organisatie.nl",
    "email_bestaat": "there is an account with this address; 'bot staff reset' gives it a new password",
    "naam_ongeldig": "a name has 1 to 80 characters on one line",
    "rol_ongeldig": "the role is consulent, reviewer or beheerder",
    "laatste_beheerder": "this is the last open account of a beheerder; make another one first",
    "account_onbekend": "there is no such account; 'bot staff list' shows all",
    "wachtwoord_kort": f"a password has at least {SHORTEST} characters",
    "wachtwoord_lang": f"a password has at most {LONGEST} characters",
    "wachtwoord_makkelijk": "this password is easy to guess: no name or address of its owner, no repeated character",
}


class StaffCommandError(RuntimeError):
    """A command cannot be carried out; the message says why and what to do."""


def add(email: str, name: str, role: str, password: str | None) -> None:
    """Make an account."""
    with _transaction() as session:
        account, once = add_account(session, email=email, name=name, role=role, password=password)
        _note(session, "account gemaakt", account.id, {"rol": account.role})
    print(f"Account of {account.name} <{account.email}>, {account.role}.")
    _print_once(once)


def show() -> None:
    """Print all accounts."""
    with _opened() as database:
        accounts = Accounts(database).all()
    if not accounts:
        print("No accounts yet. Make the first: bot staff add EMAIL --name NAME --role beheerder")
    for account in accounts:
        marks = [
            "closed" if account.disabled_at else "open",
            "second factor" if account.has_second_factor else "",
            "must choose a password" if account.must_choose_password else "",
            "waits after failed logins" if account.locked_until else "",
        ]
        print(f"{account.email:40} {account.role:10} {account.name:30} {', '.join(filter(None, marks))}")


def disable(email: str) -> None:
    """Close an account."""
    with _transaction() as session:
        row = _known(session, email)
        set_disabled(session, row.id, disabled=True)
        _note(session, "account gesloten", row.id)
    print(f"Closed the account of {row.name} <{row.email}>; all its sessions have ended.")


def enable(email: str) -> None:
    """Open an account again."""
    with _transaction() as session:
        row = _known(session, email)
        set_disabled(session, row.id, disabled=False)
        _note(session, "account geopend", row.id)
    print(f"Opened the account of {row.name} <{row.email}>.")


def reset(email: str, password: str | None) -> None:
    """Take away password, second factor and lock."""
    with _transaction() as session:
        row = _known(session, email)
        once = reset_account(session, row.id, password)
        _note(session, "account hersteld", row.id)
    print(f"Took away password, second factor and sessions of {row.name} <{row.email}>.")
    _print_once(once)


@contextmanager
def _opened() -> Iterator[Database]:
    """Give the database of the settings, with the newest tables.

    Raises:
        StaffCommandError: it cannot be reached or brought up to date.

    """
    settings = load_settings()
    database = Database(settings.database_url)
    try:
        if not is_current(database.engine):
            upgrade(settings.database_url)
        yield database
    except SQLAlchemyError as error:
        reason = (str(getattr(error, "orig", "") or "").splitlines() or [type(error).__name__])[0]
        raise StaffCommandError(f"the database of DATABASE_URL cannot be used: {reason}") from None
    finally:
        database.close()


@contextmanager
def _transaction() -> Iterator[Session]:
    """Give a transaction; what the rules of accounts refuse becomes one clear line.

    Raises:
        StaffCommandError: the change is refused, or the database cannot be used.

    """
    try:
        with _opened() as database, database.write() as session:
            yield session
    except (AccountRefused, WeakPassword) as error:
        raise StaffCommandError(_WHY[error.code]) from None


def _known(session: Session, email: str) -> StaffRow:
    """Return the account with an address.

    Raises:
        AccountRefused: there is none.

    """
    row = find_by_email(session, email)
    if row is None:
        raise AccountRefused("account_onbekend", "email")
    return row


def _note(session: Session, action: str, staff_id: int, details: dict[str, str] | None = None) -> None:
    """Add a line to the audit log; it names the user of this machine."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = "onbekend"
    who = f"bot staff ({user})"
    session.add(line(action, f"medewerker:{staff_id}", details, address="opdrachtregel", staff_id=None, name=who))


def _print_once(password: str | None) -> None:
    """Print a password that was made here."""
    if password is not None:
        print(f"Password for the first login (works {ONCE_DAYS} days, shown only now): {password}")
