"""Fill a database with an invented period, and take it out again."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from bot.clock import ZONE, now
from bot.demo.chats import PREFIX, Chat, talk
from bot.demo.handoffs import ask_for_a_person, hand_over, withdraw
from bot.demo.script import Script, load_script
from bot.handoff.hours import load_hours
from bot.handoff.states import State
from bot.privacy.vault import Vault
from bot.staff.accounts import add_account
from bot.staff.passwords import new_password
from bot.storage.database import Database
from bot.storage.models import (
    ConversationRow,
    CorrectionRow,
    HandoffEventRow,
    HandoffRow,
    MessageRow,
    NoteRow,
    ReviewRow,
    StaffRow,
    StaffSessionRow,
)

DOMAIN = "@demo.invalid"
"""Addresses that cannot exist (RFC 2606): so demo accounts are known again."""
STAFF = (
    ("sanne", "Sanne Demo", "consulent"), ("omar", "Omar Demo", "consulent"), ("reviewer", "Rianne Demo", "reviewer"),
    ("beheer", "Bas Demo", "beheerder"),
)
# Conversations a day, from Monday; and how they spread over the hours of a day: evenings are for tired parents.
PER_DAY = (16, 15, 14, 13, 10, 5, 7)
HOURS = {7: 2, 8: 6, 9: 8, 10: 8, 11: 6, 12: 6, 13: 6, 14: 5, 15: 7, 16: 6, 17: 4, 18: 4, 19: 9, 20: 13, 21: 12, 22: 7, 23: 2}
PERSON = 0.09  # the part of parents who ask for a person
DAYS_OF_A_MONTH = 30
ONE_OF_EACH: tuple[State, ...] = ("aangevraagd", "terugbellen", "in_behandeling", "vervallen")
"""States that a handoff of today has at least once; most others are closed."""


class DemoRefused(RuntimeError):
    """The database may not be filled; the message says why."""


@dataclass(frozen=True)
class Filled:
    """What was made. `password` opens every demo account."""

    conversations: int
    handoffs: int
    corrections: int
    password: str
    emails: tuple[str, ...]


def fill(
    database: Database, vault: Vault, months: int = 1, seed: int = 1, force: bool = False, password: str | None = None
) -> Filled:
    """Fill the months before now; the same seed gives the same conversations. All of it, or nothing when it fails.

    Raises:
        DemoRefused: there are real conversations, or demo data.

    """
    script, dice, moment = load_script(), random.Random(seed), now()  # noqa: S311 (nothing secret comes from it)
    password = password or new_password()
    with database.write() as session:
        _check(session, force)
        staff = {name: add_account(session, email=f"{name}{DOMAIN}", name=title, role=role, password=password)[0].id
                 for name, title, role in STAFF}  # fmt: skip
        consultants = [staff[name] for name, _, role in STAFF if role == "consulent"]
        weak: list[tuple[datetime, str, str, str | None, str | None, str | None]] = []
        starts: list[tuple[datetime, State | None]] = [(at, None) for at in _starts(dice, moment, months * DAYS_OF_A_MONTH)]
        starts += [(moment - timedelta(minutes=85 - 5 * n), stop) for n, stop in enumerate(ONE_OF_EACH)]
        handoffs = 0
        for number, (start, stop) in enumerate(starts, start=1):
            chat = Chat(f"{PREFIX}{number:05d}", start, random.Random(f"{seed}-{number}"))  # noqa: S311
            wish = chat.dice.choice(script.handoffs) if stop or chat.dice.random() < PERSON else None
            if wish is None:
                talk(chat, script)
            else:
                ask_for_a_person(chat, script, wish)
            conversation = ConversationRow(
                id=chat.id, owner="bot", last_position=0, created_at=start, last_message_at=chat.moment
            )
            session.add(conversation)
            session.flush()
            if wish is not None:
                handoff = hand_over(session, vault, load_hours(), chat, script, wish, consultants, moment, stop)
                if stop is None and handoff.staff_id is None and chat.dice.random() < 0.15:
                    withdraw(session, handoff, min(chat.moment + timedelta(minutes=40), moment))
                handoffs += 1
            session.add_all(row for row in chat.rows if isinstance(row, MessageRow))
            session.flush()
            session.add_all(row for row in chat.rows if not isinstance(row, MessageRow))
            conversation.last_position, conversation.last_message_at = chat.position, min(chat.moment, moment)
            weak += [(chat.moment, *entry) for entry in chat.weak]
        corrections = _review(session, dice, script, weak, staff["reviewer"], moment)
    return Filled(len(starts), handoffs, corrections, password, tuple(f"{name}{DOMAIN}" for name, _, _ in STAFF))


def remove(database: Database) -> int:
    """Take out everything that `fill` made; return how many conversations went. Real data stays.

    A demo account that did something with real data cannot go: it is closed instead.
    """
    with database.write() as session:
        demo = ConversationRow.id.startswith(PREFIX, autoescape=True)
        ids = select(MessageRow.id).where(MessageRow.conversation_id.startswith(PREFIX, autoescape=True))
        session.execute(delete(CorrectionRow).where(CorrectionRow.message_id.in_(ids)))
        gone = session.scalar(select(func.count()).select_from(ConversationRow).where(demo)) or 0
        session.execute(delete(ConversationRow).where(demo))
        accounts = select(StaffRow.id).where(StaffRow.email.endswith(DOMAIN, autoescape=True))
        # Corrections that a demo account made by hand are as invented as the rest.
        session.execute(delete(CorrectionRow).where(CorrectionRow.staff_id.in_(accounts)))
        for staff_id in session.scalars(accounts).all():
            session.execute(delete(StaffSessionRow).where(StaffSessionRow.staff_id == staff_id))
            if _is_free(session, staff_id):
                session.execute(delete(StaffRow).where(StaffRow.id == staff_id))
            else:
                session.execute(update(StaffRow).where(StaffRow.id == staff_id).values(disabled_at=now(), password_hash=None))
    return gone


def _check(session: Session, force: bool) -> None:
    """Refuse a database that should stay as it is."""
    real = select(ConversationRow.id).where(~ConversationRow.id.startswith(PREFIX, autoescape=True)).limit(1)
    demo = select(StaffRow.id).where(StaffRow.email.endswith(DOMAIN, autoescape=True), StaffRow.disabled_at.is_(None))
    if session.scalar(demo.limit(1)) is not None:
        raise DemoRefused("this database holds demo data already: remove it first with 'bot demo-data --remove'")
    if not force and session.scalar(real) is not None:
        raise DemoRefused("this database holds real conversations; use another DATABASE_URL (or --force, if you are sure)")


def _starts(dice: random.Random, until: datetime, days: int) -> Iterator[datetime]:
    """Yield when conversations begin, in order."""
    first = until.astimezone(ZONE).date() - timedelta(days=days)
    hours, weights = list(HOURS), list(HOURS.values())
    for number in range(days + 1):
        day = first + timedelta(days=number)
        count = max(1, round(dice.gauss(PER_DAY[day.weekday()], 2.5)))
        for hour in sorted(dice.choices(hours, weights, k=count)):
            at = datetime(day.year, day.month, day.day, hour, dice.randrange(60), dice.randrange(60), tzinfo=ZONE)
            if at < until - timedelta(minutes=30):
                yield at


def _review(
    session: Session, dice: random.Random, script: Script,
    weak: list[tuple[datetime, str, str, str | None, str | None, str | None]], staff_id: int, until: datetime,
) -> int:  # fmt: skip
    """Let the reviewer have done part of the queue: the older half, the newer waits."""
    corrections = 0
    for at, message_id, text, was, topic, new in weak[: len(weak) // 2]:
        done = min(at + timedelta(days=dice.uniform(0.5, 3)), until)
        tags = [dice.choice(script.tags)] if dice.random() < 0.3 else []
        session.add(ReviewRow(message_id=message_id, staff_id=staff_id, tags=tags, reviewed_at=done))
        if topic or new:
            session.add(
                CorrectionRow(
                    message_id=message_id, text=text, was_topic=was, topic=topic, new_topic=new, staff_id=staff_id,
                    created_at=done,
                )
            )
            corrections += 1
    return corrections


def _is_free(session: Session, staff_id: int) -> bool:
    """Tell whether no row of real data names an account."""
    named = (
        select(HandoffRow.id).where(HandoffRow.staff_id == staff_id),
        select(HandoffEventRow.handoff_id).where(HandoffEventRow.staff_id == staff_id),
        select(NoteRow.handoff_id).where(NoteRow.staff_id == staff_id),
        select(ReviewRow.message_id).where(ReviewRow.staff_id == staff_id),
        select(MessageRow.id).where(or_(MessageRow.staff_id == staff_id)),
    )
    return all(session.scalar(query.limit(1)) is None for query in named)
