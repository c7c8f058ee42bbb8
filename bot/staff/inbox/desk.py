"""What the pages of consultants work with: handoffs, conversations, colleagues, mails that failed, and the bells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from anyio import from_thread
from sqlalchemy import func, select
from starlette.requests import Request

from bot.clock import now
from bot.conversations.bell import STAFF_BELL
from bot.handoff.booking import free_slots
from bot.handoff.hours import Slot
from bot.handoff.states import OPEN_STATES
from bot.handoff.store import HandoffStore
from bot.handoff.views import InboxItem
from bot.staff.inbox.conversation import Conversations
from bot.staff.inbox.overview import Filters, Overview, overview
from bot.storage.database import Database
from bot.storage.models import ConsentRow, HandoffRow, MailRow, StaffRow
from bot.web.services import Services, services_of

CONSULTANTS = ("consulent", "beheerder")
_CLOSED_SHOWN = 100


@dataclass(frozen=True)
class FailedMail:
    """A mail to staff that was tried and is not sent."""

    handoff_id: str
    attempts: int
    last_error: str | None
    created_at: datetime


@dataclass(frozen=True)
class Desk:
    """The parts of the app that consultants use."""

    services: Services
    handoffs: HandoffStore
    conversations: Conversations

    @property
    def database(self) -> Database:
        """Return the database."""
        return self.services.database

    @property
    def unattended(self) -> timedelta:
        """Return how long a parent may wait before that stands out."""
        return timedelta(minutes=self.services.settings.inbox_unattended_minutes)

    def items(self, filters: Filters | None = None) -> list[InboxItem]:
        """Return the open handoffs, and closed ones where the filter asks for them."""
        found = self.handoffs.inbox(OPEN_STATES)
        if filters is not None and filters.wants_closed:
            found += self.handoffs.inbox(("afgehandeld", "vervallen"), limit=_CLOSED_SHOWN)
        return found

    def overview(self, me: int, filters: Filters) -> tuple[Overview, list[FailedMail]]:
        """Return the inbox of a consultant, and the mails that failed."""
        mails = self.failed_mails()
        also = " ".join(f"{mail.handoff_id}:{mail.attempts}" for mail in mails)
        return overview(self.items(filters), me, filters, now(), self.unattended, also), mails

    def waiting_count(self) -> int:
        """Return how many handoffs wait for a consultant to take them up."""
        with self.database.read() as session:
            query = select(func.count()).select_from(HandoffRow).where(HandoffRow.state == "aangevraagd")
            return session.scalar(query) or 0

    def failed_mails(self) -> list[FailedMail]:
        """Return the mails to staff that failed so far, the newest first."""
        query = (
            select(MailRow).where(MailRow.sent_at.is_(None), MailRow.attempts > 0).order_by(MailRow.id.desc()).limit(50)
        )
        with self.database.read() as session:
            return [FailedMail(m.handoff_id, m.attempts, m.last_error, m.created_at) for m in session.scalars(query)]

    def colleagues(self, but: int | None = None) -> list[tuple[int, str]]:
        """Return who can take a handoff, by name."""
        query = select(StaffRow.id, StaffRow.name).where(StaffRow.disabled_at.is_(None), StaffRow.role.in_(CONSULTANTS))
        with self.database.read() as session:
            return [(who, name) for who, name in session.execute(query.order_by(StaffRow.name)).tuples() if who != but]

    def consent(self, conversation_id: str) -> tuple[str, datetime] | None:
        """Return what the parent agreed to last, and when."""
        query = (
            select(ConsentRow.text, ConsentRow.created_at)
            .where(ConsentRow.conversation_id == conversation_id, ConsentRow.kind == "overdracht")
            .order_by(ConsentRow.id.desc())
            .limit(1)
        )
        with self.database.read() as session:
            found = session.execute(query).tuples().first()
        return found

    def free_slots(self) -> list[Slot]:
        """Return the callback slots with a free seat."""
        with self.database.read() as session:
            return free_slots(session, self.handoffs.hours, now())

    def ring(self, conversation_id: str) -> None:
        """Wake the streams of a conversation and of the inbox; from a thread of a request."""
        for name in (conversation_id, STAFF_BELL):
            from_thread.run_sync(self.services.bell.ring, name)


def desk_of(request: Request) -> Desk:
    """Return the desk of the app that handles a request."""
    return desk_for(services_of(request.app))


def desk_for(services: Services) -> Desk:
    """Return the desk of an app."""
    return Desk(services, services.handoffs, Conversations(services.database))
