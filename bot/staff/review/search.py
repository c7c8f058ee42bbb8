"""Find conversations in the log: by words, topic, how sure the assistant was, thumbs, handoff, language and period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from bot.clock import ZONE
from bot.knowledge.topics import load_topics
from bot.storage.models import (
    ConversationRow,
    CorrectionRow,
    FeedbackRow,
    HandoffRow,
    MessageRow,
    ParseRow,
    ReviewRow,
)
from bot.storage.words import matches, words_of

LOW = 0.6
SNIPPET = 160
SIGNALS = {
    "laag": "Assistent was niet zeker",
    "teruggevraagd": "Assistent vroeg terug",
    "buiten": "Buiten bereik",
    "omlaag": "Duim omlaag",
    "omhoog": "Duim omhoog",
}
HANDOFFS = {"ja": "Met overdracht", "open": "Overdracht loopt nog", "nee": "Zonder overdracht"}
REVIEWED = {"nee": "Nog niet nagekeken", "ja": "Nagekeken", "verbeterd": "Met verbetering"}


@dataclass(frozen=True)
class Filters:
    """What to look for; empty fields do not narrow."""

    words: str = ""
    topic: str = ""
    signal: str = ""
    handoff: str = ""
    language: str = ""
    first: str = ""
    last: str = ""
    reviewed: str = ""
    tag: str = ""

    @property
    def query(self) -> dict[str, str]:
        """Return the parameters of the address, those that are filled in."""
        names = {
            "q": self.words, "onderwerp": self.topic, "signaal": self.signal, "overdracht": self.handoff,
            "taal": self.language, "van": self.first, "tot": self.last, "nagekeken": self.reviewed, "label": self.tag,
        }  # fmt: skip
        return {name: value for name, value in names.items() if value}


@dataclass(frozen=True)
class Found:
    """A conversation in the list. `first_question`: masked, as stored."""

    id: str
    started_at: datetime
    first_question: str
    questions: int
    topics: tuple[str, ...]
    languages: tuple[str, ...]
    signals: tuple[str, ...]
    handoff: str | None
    reviewed: int
    corrected: int


def read_filters(query: Mapping[str, str]) -> tuple[Filters, dict[str, str]]:
    """Return the filters of an address, and what is wrong with them per field; a wrong field does not narrow."""
    errors: dict[str, str] = {}

    def chosen(name: str, known: Mapping[str, Any]) -> str:
        value = query.get(name, "").strip()
        if value and value not in known:
            errors[name] = "Deze keuze bestaat niet."
            return ""
        return value

    def day(name: str) -> str:
        value = query.get(name, "").strip()
        try:
            return date.fromisoformat(value).isoformat() if value else ""
        except ValueError:
            errors[name] = "Dit is geen datum. Schrijf hem als 2026-11-28."
            return ""

    words = query.get("q", "").strip()[:200]
    if words and not words_of(words):
        errors["q"] = "Typ een woord met letters of cijfers."
        words = ""
    first, last = day("van"), day("tot")
    if first and last and last < first:
        errors["tot"] = "De einddatum ligt voor de begindatum."
        last = ""
    language = query.get("taal", "").strip()[:16]
    return Filters(
        words, chosen("onderwerp", load_topics().topics), chosen("signaal", SIGNALS), chosen("overdracht", HANDOFFS),
        language if language.isalnum() else "", first, last, chosen("nagekeken", REVIEWED),
        query.get("label", "").strip()[:40],
    ), errors  # fmt: skip


def count(session: Session, filters: Filters) -> int:
    """Return how many conversations fit."""
    return session.scalar(select(func.count()).select_from(_fitting(session, filters).subquery())) or 0


def find(session: Session, filters: Filters, offset: int, most: int) -> list[Found]:
    """Return a page of the conversations that fit, the newest first."""
    query = _fitting(session, filters).order_by(ConversationRow.created_at.desc(), ConversationRow.id)
    rows = session.execute(query.offset(offset).limit(most)).all()
    return _described(session, {row.id: row.created_at for row in rows})


def languages(session: Session) -> list[str]:
    """Return the languages that occur."""
    found = session.scalars(select(ParseRow.language).where(ParseRow.language.is_not(None)).distinct())
    return sorted(name for name in found if name)


def _fitting(session: Session, filters: Filters) -> Any:
    """Return the query for the conversations that fit."""
    conditions: list[ColumnElement[bool]] = [ConversationRow.erased_at.is_(None), _message(MessageRow.author == "ouder")]
    if filters.first:
        conditions.append(ConversationRow.created_at >= _start(filters.first))
    if filters.last:
        conditions.append(ConversationRow.created_at < _start(filters.last) + timedelta(days=1))
    if filters.words:
        said = MessageRow.author.in_(("ouder", "consulent"))
        conditions.append(_message(and_(said, matches(session, MessageRow.text, words_of(filters.words)))))
    if filters.topic:
        conditions.append(_parsed(or_(ParseRow.topic == filters.topic, CorrectionRow.topic == filters.topic)))
    if filters.language:
        conditions.append(_parsed(ParseRow.language == filters.language))
    if filters.signal:
        conditions.append(_signal(filters.signal))
    if filters.handoff:
        conditions.append(_handoff(filters.handoff))
    if filters.reviewed:
        conditions.append(_reviewed(filters.reviewed))
    if filters.tag:
        conditions.append(ConversationRow.id.in_(_tagged(session, filters.tag)))
    return select(ConversationRow.id, ConversationRow.created_at).where(*conditions)


def _start(day: str) -> datetime:
    """Return the first moment of a day in Amsterdam."""
    return datetime.combine(date.fromisoformat(day), time(), ZONE)


def _message(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that a conversation has such a message."""
    return exists().where(MessageRow.conversation_id == ConversationRow.id, condition)


def _parsed(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that a conversation has a message that was understood so."""
    joined = (
        select(MessageRow.id)
        .join(ParseRow, ParseRow.message_id == MessageRow.id)
        .outerjoin(CorrectionRow, CorrectionRow.message_id == MessageRow.id)
    )
    return joined.where(MessageRow.conversation_id == ConversationRow.id, condition).exists()


def _signal(name: str) -> ColumnElement[bool]:
    """Return the condition of a signal."""
    if name in ("omlaag", "omhoog"):
        thumb = select(FeedbackRow.message_id).join(MessageRow, MessageRow.id == FeedbackRow.message_id)
        wanted = -1 if name == "omlaag" else 1
        return thumb.where(MessageRow.conversation_id == ConversationRow.id, FeedbackRow.thumb == wanted).exists()
    typed = MessageRow.payload.is_(None)
    if name == "laag":
        return _parsed(and_(typed, ParseRow.topic.is_not(None), ParseRow.confidence < LOW))
    if name == "teruggevraagd":
        return _parsed(and_(typed, ParseRow.accepted.is_(False)))
    return _parsed(and_(ParseRow.topic == "buiten_bereik", ParseRow.accepted.is_(True)))


def _handoff(name: str) -> ColumnElement[bool]:
    """Return the condition of a handoff."""
    any_of_it = exists().where(HandoffRow.conversation_id == ConversationRow.id)
    if name == "open":
        return exists().where(HandoffRow.conversation_id == ConversationRow.id, HandoffRow.closed_at.is_(None))
    return any_of_it if name == "ja" else ~any_of_it


def _reviewed(name: str) -> ColumnElement[bool]:
    """Return the condition of what a reviewer did."""
    table: Any = CorrectionRow if name == "verbeterd" else ReviewRow
    done = select(MessageRow.id).join(table, table.message_id == MessageRow.id)
    found = done.where(MessageRow.conversation_id == ConversationRow.id).exists()
    return ~found if name == "nee" else found


def _tagged(session: Session, tag: str) -> list[str]:
    """Return the conversations with a tag; tags are few, so they are read here and not by JSON functions of a database."""
    rows = session.execute(
        select(MessageRow.conversation_id, ReviewRow.tags).join(MessageRow, MessageRow.id == ReviewRow.message_id)
    )
    return [conversation_id for conversation_id, tags in rows if tag in tags]


def _described(session: Session, started: dict[str, datetime]) -> list[Found]:
    """Return the lines of the list for some conversations, in their order."""
    parents: dict[str, list[tuple[MessageRow, ParseRow | None]]] = defaultdict(list)
    thumbs: dict[str, set[int]] = defaultdict(set)
    handoffs: dict[str, str] = {}
    done: dict[str, int] = defaultdict(int)
    corrected: dict[str, int] = defaultdict(int)
    of_these = MessageRow.conversation_id.in_(list(started))
    messages = (
        select(MessageRow, ParseRow)
        .outerjoin(ParseRow, ParseRow.message_id == MessageRow.id)
        .where(of_these, MessageRow.author == "ouder")
        .order_by(MessageRow.position)
    )
    for message, parse in session.execute(messages):
        parents[message.conversation_id].append((message, parse))
    for conversation_id, thumb in session.execute(
        select(MessageRow.conversation_id, FeedbackRow.thumb)
        .join(FeedbackRow, FeedbackRow.message_id == MessageRow.id)
        .where(of_these)
    ):
        thumbs[conversation_id].add(thumb)
    chosen = select(HandoffRow).where(HandoffRow.conversation_id.in_(list(started))).order_by(HandoffRow.created_at)
    for handoff in session.scalars(chosen):
        handoffs[handoff.conversation_id] = handoff.state
    for table, counted in ((ReviewRow, done), (CorrectionRow, corrected)):
        joined = select(MessageRow.conversation_id).join(table, table.message_id == MessageRow.id).where(of_these)
        for conversation_id in session.scalars(joined):
            counted[conversation_id] += 1
    return [
        Found(
            key, at, parents[key][0][0].text[:SNIPPET] if parents[key] else "", len(parents[key]),
            tuple(dict.fromkeys(p.topic for _, p in parents[key] if p and p.topic and p.accepted)),
            tuple(dict.fromkeys(p.language for _, p in parents[key] if p and p.language)),
            _signals([(m, p) for m, p in parents[key] if p], thumbs[key]), handoffs.get(key), done[key], corrected[key],
        )
        for key, at in started.items()
    ]  # fmt: skip


def _signals(parents: list[tuple[MessageRow, ParseRow]], thumbs: set[int]) -> tuple[str, ...]:
    """Return what stands out in a conversation."""
    typed = [parse for message, parse in parents if message.payload is None and parse.topic]
    found = []
    if any(not parse.accepted for parse in typed):
        found.append("teruggevraagd")
    if any(parse.accepted and (parse.confidence or 0) < LOW for parse in typed):
        found.append("laag")
    if any(parse.accepted and parse.topic == "buiten_bereik" for parse in typed):
        found.append("buiten")
    return (*found, *(name for thumb, name in ((-1, "omlaag"), (1, "omhoog")) if thumb in thumbs))
