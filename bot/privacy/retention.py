"""What is removed when its time is over: one rule per kind, with the number of days from the settings.

Every batch is one transaction, which also writes in `purges` how much went (never whose). What the engine remembers of a
conversation goes with it: a purged conversation is marked as erased, and bot.conversations.forgetting does the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from bot.clock import now
from bot.conversations.rows import Erased, empty, locked
from bot.handoff.rows import UnknownHandoff, lock_handoff, move_owner, move_state, state_of
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.models import (
    AuditRow,
    CallbackRow,
    ConversationRow,
    CorrectionRow,
    HandoffEventRow,
    HandoffRow,
    MailRow,
    NoteRow,
    PurgeRow,
    StaffSessionRow,
)

BATCH = 200
EXPIRED_REASON = "verlopen: {days} dagen geen bericht, notitie, afspraak of andere stap"


@dataclass(frozen=True)
class Limits:
    """Up to which moment each kind has had its time."""

    settings: Settings
    moment: datetime

    def days(self, kind: str) -> int:
        """Return the number of days of a kind."""
        days: int = getattr(self.settings, f"retention_{kind}_days")
        return days

    def before(self, kind: str) -> datetime:
        """Return the moment; what is older goes."""
        return (self.moment - timedelta(days=self.days(kind))).astimezone(UTC)


@dataclass(frozen=True)
class Kind:
    """A kind of data: which rows have had their time, and what happens to a batch of them in its transaction."""

    name: str
    what: str
    due: Callable[[Limits], Select[Any]]
    end: Callable[[Session, Sequence[Any], Limits], int]


@dataclass(frozen=True)
class Ended:
    """How many of a kind had had their time."""

    kind: Kind
    count: int
    before: datetime


def purge(database: Database, settings: Settings, *, dry_run: bool = False) -> Iterator[Ended]:
    """Remove what has had its time, kind by kind; tell how much. With `dry_run` nothing changes."""
    limits = Limits(settings, now())
    for kind in KINDS:
        count = _count(database, kind, limits) if dry_run else _end_all(database, kind, limits)
        yield Ended(kind, count, limits.before(kind.name))


def _count(database: Database, kind: Kind, limits: Limits) -> int:
    """Return how many have had their time."""
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(kind.due(limits).subquery())) or 0


def _end_all(database: Database, kind: Kind, limits: Limits) -> int:
    """End all of a kind, a batch per transaction."""
    total = 0
    while True:
        with database.write() as session:
            ids = session.scalars(kind.due(limits).limit(BATCH)).all()
            if not ids:
                return total
            # A row that changed since it was read is left alone, and does not count.
            count = kind.end(session, ids, limits)
            session.add(PurgeRow(kind=kind.name, count=count, before=limits.before(kind.name), created_at=limits.moment))
            total += count


def _rows(name: str, what: str, model: Any, *condition: Callable[[datetime], ColumnElement[bool]]) -> Kind:
    """Return a kind whose rows are simply deleted."""
    [key] = model.__table__.primary_key.columns

    def old(limits: Limits) -> list[ColumnElement[bool]]:
        return [part(limits.before(name)) for part in condition]

    def end(session: Session, ids: Sequence[Any], limits: Limits) -> int:
        """Delete rows; what hangs on them goes with them."""
        return len(session.execute(delete(model).where(key.in_(ids), *old(limits)).returning(key)).all())

    return Kind(name, what, lambda limits: select(key).where(*old(limits)).order_by(key), end)


def _stale_handoffs(limits: Limits) -> Select[Any]:
    """Select open handoffs in which nothing happened, and nothing is to happen, since the moment."""
    before, handoff = limits.before("open_handoffs"), HandoffRow
    later = (
        exists().where(ConversationRow.id == handoff.conversation_id, ConversationRow.last_message_at >= before),
        exists().where(HandoffEventRow.handoff_id == handoff.id, HandoffEventRow.created_at >= before),
        exists().where(NoteRow.handoff_id == handoff.id, NoteRow.created_at >= before),
        exists().where(CallbackRow.handoff_id == handoff.id, CallbackRow.slot_at >= before),
    )
    return select(handoff.id).where(handoff.closed_at.is_(None), handoff.created_at < before, ~or_(*later)).order_by(handoff.id)


def _expire(session: Session, ids: Sequence[Any], limits: Limits) -> int:
    """Let open handoffs expire by the moves that the tables of states and owners hold; the history says why."""
    reason, count = EXPIRED_REASON.format(days=limits.days("open_handoffs")), 0
    for handoff_id in ids:
        try:
            conversation, handoff = lock_handoff(session, handoff_id)
        except UnknownHandoff:
            continue
        if session.scalar(_stale_handoffs(limits).where(HandoffRow.id == handoff_id)) is None:
            continue
        if state_of(handoff) == "in_behandeling":
            move_state(session, handoff, "aangevraagd", "systeem", reason=reason)
        handoff.closed_at, handoff.outcome = limits.moment, "verlopen"
        move_state(session, handoff, "vervallen", "systeem", reason=reason)
        if conversation.owner in ("wacht", "consulent"):
            move_owner(session, conversation, "bot", "systeem", reason)
        count += 1
    return count


def _old_contacts(limits: Limits) -> Select[Any]:
    """Select closed handoffs that still hold contact details; those that go as a whole count there."""
    closed = HandoffRow.closed_at
    return (
        select(HandoffRow.id)
        .where(HandoffRow.contact.is_not(None), closed < limits.before("contacts"), closed >= limits.before("handoffs"))
        .order_by(HandoffRow.id)
    )


def _remove_contacts(session: Session, ids: Sequence[Any], limits: Limits) -> int:
    """Empty the contact details."""
    old = HandoffRow.closed_at < limits.before("contacts")
    changed = update(HandoffRow).where(HandoffRow.id.in_(ids), old).values(contact=None).returning(HandoffRow.id)
    return len(session.execute(changed).all())


def _old_conversations(limits: Limits) -> Select[Any]:
    """Select silent conversations without a handoff that is open, or closed too short ago; a turn under way goes first."""
    here, turn_until = ConversationRow, ConversationRow.turn_until
    kept = exists().where(
        HandoffRow.conversation_id == here.id,
        or_(HandoffRow.closed_at.is_(None), HandoffRow.closed_at >= limits.before("handoffs")),
    )
    return (
        select(here.id)
        .where(here.erased_at.is_(None), here.last_message_at < limits.before("conversations"), ~kept)
        .where(or_(turn_until.is_(None), turn_until <= datetime.now(UTC)))
        .order_by(here.id)
    )


def _empty_conversations(session: Session, ids: Sequence[Any], limits: Limits) -> int:
    """Empty conversations as if the parent erased them; the engine is told to forget them too."""
    count = 0
    for conversation_id in ids:
        try:
            conversation = locked(session, conversation_id)
        except Erased:
            continue
        if session.scalar(_old_conversations(limits).where(ConversationRow.id == conversation_id)) is not None:
            empty(session, conversation, limits.moment)
            count += 1
    return count


KINDS = (
    Kind("open_handoffs", "open handoffs without a step, now 'vervallen'; last step", _stale_handoffs, _expire),
    _rows("handoffs", "handoffs with intake and notes; closed", HandoffRow, lambda before: HandoffRow.closed_at < before),
    Kind("contacts", "contact details of handoffs; closed", _old_contacts, _remove_contacts),
    Kind("conversations", "conversations; last message", _old_conversations, _empty_conversations),
    _rows(
        "erased", "marks of erased conversations; erased", ConversationRow,
        lambda before: ConversationRow.erased_at < before, lambda _: ConversationRow.forgotten_at.is_not(None),
    ),
    _rows("corrections", "masked texts of corrections; made", CorrectionRow, lambda before: CorrectionRow.created_at < before),
    _rows("mails", "notices to staff; sent", MailRow, lambda before: MailRow.sent_at < before),
    _rows(
        "staff_sessions", "sessions of staff; last used", StaffSessionRow, lambda before: StaffSessionRow.last_seen_at < before
    ),
    _rows("audit", "what staff looked at; written", AuditRow, lambda before: AuditRow.created_at < before),
    _rows("purges", "log of purges; written", PurgeRow, lambda before: PurgeRow.created_at < before),
)  # fmt: skip
