"""What members of staff change about their own account. Each change is one transaction, with its line in the audit log."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.clock import now
from bot.privacy.vault import Vault
from bot.staff import second_factor
from bot.staff.access import Principal
from bot.staff.accounts import forget_second_factor, locked_account
from bot.staff.audit import line
from bot.staff.passwords import check_strength, hash_password, matches
from bot.staff.sessions import end_sessions, start_session
from bot.staff.sign_in import SignIn, Visitor, forgive
from bot.storage.database import Database
from bot.storage.models import RecoveryCodeRow, StaffRow, StaffSessionRow


class ChangeRefused(ValueError):
    """A change is not made; `code` names the text that says why, `field` the value that is wrong."""

    def __init__(self, code: str, field: str) -> None:
        """Keep what is wrong."""
        super().__init__(code)
        self.code, self.field = code, field


class OwnAccount:
    """The account of who is logged in."""

    def __init__(self, database: Database, vault: Vault, who: Principal, visitor: Visitor) -> None:
        """Use a database; the visitor is where the request comes from."""
        self._database, self._vault, self._who, self._visitor = database, vault, who, visitor
        self._sign_in = SignIn(database, vault)

    def change_password(self, current: str | None, new: str) -> str:
        """Set another password; return the cookie of the session that replaces all others.

        `current` is None right after logging in with a password that somebody else gave.

        Raises:
            ChangeRefused: the current password does not fit, or the new one is the same.
            WeakPassword: the new one is not accepted.

        """
        with self._database.read() as session:
            stored = session.get_one(StaffRow, self._who.id).password_hash
        if current is not None:
            self._count()
            if not matches(stored, current):
                raise ChangeRefused("wachtwoord_klopt_niet", "current")
        if matches(stored, new):
            raise ChangeRefused("wachtwoord_hetzelfde", "new")
        check_strength(new, email=self._who.email, name=self._who.name)
        hashed = hash_password(new)
        with self._database.write() as session:
            row = locked_account(session, self._who.id)
            if row.password_hash != stored:
                raise ChangeRefused("wachtwoord_klopt_niet", "current")
            row.password_hash, row.password_once_until = hashed, None
            forgive(row)
            self._note(session, "wachtwoord gewijzigd")
            return self._fresh_session(session, row)

    def secret_to_share(self) -> str:
        """Return the secret of a second factor that is being set up; the same until it is confirmed."""
        with self._database.write() as session:
            row = locked_account(session, self._who.id)
            if row.totp_enabled_at is not None:
                raise ChangeRefused("tweede_stap_aan", "")
            if row.totp_secret is None:
                row.totp_secret = self._vault.close(second_factor.new_secret())
            return str(self._vault.open(row.totp_secret))

    def enable_second_factor(self, code: str, password: str | None) -> tuple[list[str], str]:
        """Turn the second factor on; return the recovery codes, and the cookie of the session that replaces all others.

        Raises:
            ChangeRefused: the code or the password does not fit.

        """
        self._count()
        with self._database.read() as session:
            stored = session.get_one(StaffRow, self._who.id).password_hash
        if password is not None and stored is not None and not matches(stored, password):
            raise ChangeRefused("wachtwoord_klopt_niet", "password")
        with self._database.write() as session:
            row = locked_account(session, self._who.id)
            secret = self._vault.open(row.totp_secret) if row.totp_secret and row.totp_enabled_at is None else None
            step = second_factor.step_of(secret, code, now(), None) if secret else None
            if step is None:
                raise ChangeRefused("code_mislukt", "code")
            row.totp_enabled_at, row.totp_step = now(), step
            forgive(row)
            codes = self._new_codes(session, row)
            self._note(session, "tweede stap aangezet")
            return codes, self._fresh_session(session, row, second_factor=True)

    def disable_second_factor(self, code: str) -> str:
        """Turn the second factor off; return the cookie of the session that replaces all others.

        Raises:
            ChangeRefused: the code does not fit.

        """
        self._count()
        with self._database.write() as session:
            row = self._confirmed(session, code)
            forget_second_factor(session, row)
            self._note(session, "tweede stap uitgezet")
            return self._fresh_session(session, row)

    def renew_recovery_codes(self, code: str) -> list[str]:
        """Replace the recovery codes.

        Raises:
            ChangeRefused: the code of the app does not fit.

        """
        self._count()
        with self._database.write() as session:
            row = self._confirmed(session, code)
            self._note(session, "herstelcodes vernieuwd")
            return self._new_codes(session, row)

    def end_session(self, session_id: str) -> bool:
        """End one of the own sessions; tell whether there was such a session."""
        with self._database.write() as session:
            mine = StaffSessionRow.staff_id == self._who.id, StaffSessionRow.id == session_id
            ended = end_sessions(session, *mine)
            if ended:
                self._note(session, "sessie beëindigd")
            return bool(ended)

    def end_other_sessions(self) -> int:
        """End all own sessions but this one; return how many there were."""
        with self._database.write() as session:
            ended = end_sessions(
                session, StaffSessionRow.staff_id == self._who.id, StaffSessionRow.id != self._who.session_id
            )
            self._note(session, "andere sessies beëindigd")
            return ended

    def _count(self) -> None:
        """Count an attempt with a password or code: a session that somebody else got hold of is no place to guess.

        Raises:
            ChangeRefused: there were too many.

        """
        if not self._sign_in.count_attempt(self._who.id):
            raise ChangeRefused("te_vaak_geprobeerd", "")

    def _confirmed(self, session: Session, code: str) -> StaffRow:
        """Return the account, after a code of its second factor.

        Raises:
            ChangeRefused: the code does not fit.

        """
        row = locked_account(session, self._who.id)
        if self._sign_in.use_code(session, row, code) is None:
            raise ChangeRefused("code_mislukt", "code")
        forgive(row)
        return row

    def _new_codes(self, session: Session, row: StaffRow) -> list[str]:
        """Put new recovery codes in the place of those that there are."""
        session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.staff_id == row.id))
        codes = second_factor.new_recovery_codes()
        session.add_all(
            RecoveryCodeRow(staff_id=row.id, code_hash=second_factor.recovery_hash(row.id, code)) for code in codes
        )
        return codes

    def _fresh_session(self, session: Session, row: StaffRow, *, second_factor: bool | None = None) -> str:
        """End all sessions and start one; a second factor that this session has shown still counts, while there is one."""
        if second_factor is None:
            mine = session.get_one(StaffSessionRow, self._who.session_id)
            second_factor = mine.second_factor_at is not None and row.totp_enabled_at is not None
        end_sessions(session, StaffSessionRow.staff_id == row.id)
        where = self._visitor
        return start_session(session, row, address=where.address, browser=where.browser, second_factor=second_factor)

    def _note(self, session: Session, action: str) -> None:
        """Add a line to the audit log."""
        who = self._who
        session.add(line(action, f"medewerker:{who.id}", address=self._visitor.address, staff_id=who.id, name=who.name))
