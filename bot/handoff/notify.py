"""Mails staff about handoffs. A mail is written with the handoff in one transaction and sent afterwards, until it succeeds.

It holds nothing about a parent: how urgent, since when, and a link.
"""

from __future__ import annotations

import asyncio
import logging
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import formatdate
from typing import Protocol

from anyio.to_thread import run_sync
from sqlalchemy import func, select, update

from bot.handoff.hours import moment_text
from bot.handoff.rows import first_of_kind
from bot.handoff.texts import load_handoff_texts, load_intake_texts
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.models import HandoffRow, MailRow

log = logging.getLogger(__name__)
NEW = "nieuw"
_SMTP_SECONDS = 20
# While one process sends, others leave the mail alone; when that process dies, it is tried again after this time.
_LEASE = timedelta(seconds=90)
_LONGEST_WAIT = timedelta(hours=1)
_AT_ONCE = 50


class Watch(Protocol):
    """Shows how many mails are not sent."""

    def mails(self, waiting: int, failed: int) -> None:
        """Set the numbers."""


@dataclass(frozen=True)
class MailSettings:
    """The mail server, and who gets the mail. Without a host nothing is sent."""

    host: str
    port: int
    user: str
    password: str
    starttls: bool
    sender: str
    receivers: tuple[str, ...]
    public_url: str


@dataclass(frozen=True)
class FailedMail:
    """A mail that could not be sent yet."""

    handoff_id: str
    kind: str
    attempts: int
    last_error: str | None
    next_attempt_at: datetime
    created_at: datetime


@dataclass(frozen=True)
class _Due:
    """A mail that is sent now."""

    id: int
    handoff_id: str
    kind: str
    attempts: int
    created_at: datetime
    urgency: str
    reach: str


def mail_settings(settings: Settings) -> MailSettings:
    """Return the settings of the mail."""
    return MailSettings(
        settings.smtp_host, settings.smtp_port, settings.smtp_user, settings.smtp_password, settings.smtp_starttls,
        settings.mail_from, settings.mail_staff, settings.public_url,
    )  # fmt: skip


def failed_mails(database: Database) -> list[FailedMail]:
    """Return the mails that failed and are not sent yet, the oldest first."""
    query = select(MailRow).where(MailRow.sent_at.is_(None), MailRow.last_error.is_not(None)).order_by(MailRow.id)
    with database.read() as session:
        return [
            FailedMail(m.handoff_id, m.kind, m.attempts, m.last_error, m.next_attempt_at, m.created_at)
            for m in session.scalars(query)
        ]


class Notifier:
    """Sends what is due: at start, when woken, and every while. Several processes may do this at once."""

    def __init__(self, database: Database, mail: MailSettings, watch: Watch, *, seconds: float) -> None:
        """Look again every `seconds`; after a failure wait that long, then twice as long, up to an hour."""
        self._database, self._mail, self._watch = database, mail, watch
        self._seconds = seconds
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Look now."""
        self._wake.set()

    def failed_mails(self) -> list[FailedMail]:
        """Return the mails that failed and are not sent yet."""
        return failed_mails(self._database)

    async def run(self) -> None:
        """Work until cancelled."""
        if not self._mail.host:
            log.warning("SMTP_HOST is not set: staff get no mail about handoffs, only the console shows them")
        while True:
            self._wake.clear()
            try:
                # The mail server may be slow; that happens in a thread, no parent waits for it.
                await run_sync(self.round)
            except Exception as error:
                # Whatever happens, the next round must come: a parent waits for a person.
                log.error("mailing staff failed: %s", type(error).__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._seconds):
                    await self._wake.wait()

    def round(self) -> None:
        """Send every mail that is due."""
        if self._mail.host:
            for mail in self._due():
                if self._take(mail):
                    self._send(mail)
        waiting, failed = self._count()
        self._watch.mails(waiting, failed)

    def _due(self) -> list[_Due]:
        """Return the mails whose time has come; those of handoffs that are closed by now are needed no more."""
        query = (
            select(MailRow, HandoffRow.urgency, HandoffRow.reach)
            .join(HandoffRow, HandoffRow.id == MailRow.handoff_id)
            .where(MailRow.sent_at.is_(None), MailRow.next_attempt_at <= datetime.now(UTC), HandoffRow.closed_at.is_(None))
            .order_by(MailRow.id)
            .limit(_AT_ONCE)
        )
        with self._database.read() as session:
            return [
                _Due(m.id, m.handoff_id, m.kind, m.attempts, m.created_at, urgency, reach)
                for m, urgency, reach in session.execute(query)
            ]

    def _take(self, mail: _Due) -> bool:
        """Make a mail this process's for a while; tell whether no other process was first."""
        with self._database.write() as session:
            taken = session.scalar(
                update(MailRow)
                .where(MailRow.id == mail.id, MailRow.sent_at.is_(None), MailRow.next_attempt_at <= datetime.now(UTC))
                .values(next_attempt_at=datetime.now(UTC) + _LEASE, attempts=MailRow.attempts + 1)
                .returning(MailRow.id)
            )
        return taken is not None

    def _send(self, mail: _Due) -> None:
        """Send a mail; note that it is sent, or when it is tried again and why."""
        try:
            self._deliver(self._message(mail))
        except (OSError, smtplib.SMTPException) as error:
            # What the server said may hold addresses; its kind and number say enough.
            reason = f"{type(error).__name__} {getattr(error, 'smtp_code', '')}".strip()
            wait = min(timedelta(seconds=self._seconds) * 2 ** min(mail.attempts, 12), _LONGEST_WAIT)
            values = {"last_error": reason[:200], "next_attempt_at": datetime.now(UTC) + wait}
            log.error("mail to staff failed (attempt %d), again in %d s: %s", mail.attempts + 1, wait.total_seconds(), reason)
        else:
            values = {"sent_at": datetime.now(UTC), "last_error": None}
        with self._database.write() as session:
            session.execute(update(MailRow).where(MailRow.id == mail.id).values(**values))

    def _message(self, mail: _Due) -> EmailMessage:
        """Return a mail."""
        texts, urgency = load_handoff_texts().mail, load_intake_texts().urgency.levels[mail.urgency]  # type: ignore[index]
        values = {
            "urgentie": urgency.lower(),
            "kanaal": load_intake_texts().reach[mail.reach].title.lower(),  # type: ignore[index]
            "moment": moment_text(mail.created_at),
            "link": f"{self._mail.public_url}/staff/overdracht/{mail.handoff_id}",
        }
        first = texts["new"] if first_of_kind(mail.kind) == NEW else texts["again"]
        message = EmailMessage()
        message["Subject"] = texts["subject"].format_map(values)
        message["From"], message["To"] = self._mail.sender, ", ".join(self._mail.receivers)
        message["Date"] = formatdate(localtime=True)
        # The same id at every attempt: a mail that arrived after all is not shown twice.
        message["Message-ID"] = f"<overdracht-{mail.id}.{mail.handoff_id}@{self._mail.sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        lines = [first, texts["since"].format_map(values), texts["link"].format_map(values)]
        message.set_content("\n\n".join(lines) + "\n")
        return message

    def _deliver(self, message: EmailMessage) -> None:
        """Hand a mail to the server."""
        with smtplib.SMTP(self._mail.host, self._mail.port, timeout=_SMTP_SECONDS) as server:
            if self._mail.starttls:
                server.starttls(context=ssl.create_default_context())
            if self._mail.user:
                server.login(self._mail.user, self._mail.password)
            server.send_message(message)

    def _count(self) -> tuple[int, int]:
        """Return how many mails wait, and how many of those failed before."""
        query = select(func.count(), func.count(MailRow.last_error)).where(MailRow.sent_at.is_(None))
        with self._database.read() as session:
            waiting, failed = session.execute(query).one()
            return waiting, failed
