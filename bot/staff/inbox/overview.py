"""The inbox as a consultant works through it: what asks for attention, in groups, with filters."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.clock import ZONE
from bot.handoff.views import InboxItem
from bot.staff.inbox.labels import LEVELS, REACHES, STATES, URGENCIES, duration_in_words, language_name, moment_in_words

CONTACT_LEFT = timedelta(days=1)
Group = Literal["wacht", "bellen", "mijn", "collega", "later", "dicht"]
GROUP_TITLES: dict[Group, str] = {
    "wacht": "Wacht op een consulent",
    "bellen": "Vandaag terugbellen",
    "mijn": "Bij mij in behandeling",
    "collega": "Bij collega's",
    "later": "Later terugbellen",
    "dicht": "Afgesloten",
}
WHO = {"alles": "Iedereen", "mijn": "Van mij", "vrij": "Van niemand"}


@dataclass(frozen=True)
class Filters:
    """What of the inbox is shown; empty is everything that is open. Unknown values are left out when they are read."""

    state: str = ""
    urgency: str = ""
    who: str = "alles"
    reach: str = ""
    language: str = ""
    level: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Filters:
        """Return the filters in an address."""

        def among(name: str, known: Iterable[str], default: str = "") -> str:
            value = query.get(name, default)
            return value if value in known else default

        language = query.get("taal", "")
        return cls(
            state=among("staat", STATES),
            urgency=among("spoed", URGENCIES),
            who=among("wie", WHO, "alles"),
            reach=among("bereik", REACHES),
            language=language if language.isascii() and language.isalpha() and len(language) < 17 else "",
            level=among("niveau", LEVELS),
        )

    @property
    def active(self) -> bool:
        """Tell whether anything is left out."""
        return self != Filters()

    @property
    def wants_closed(self) -> bool:
        """Tell whether closed handoffs are asked for."""
        return self.state in ("afgehandeld", "vervallen")

    def fit(self, item: InboxItem, me: int) -> bool:
        """Tell whether an item is shown to a consultant."""
        return (
            (not self.state or item.state == self.state)
            and (not self.urgency or item.urgency == self.urgency)
            and (not self.reach or item.reach == self.reach)
            and (not self.language or item.language == self.language)
            and (not self.level or item.level == self.level)
            and {"alles": True, "mijn": item.staff_id == me, "vrij": item.staff_id is None}[self.who]
        )


@dataclass(frozen=True)
class Line:
    """An item as the list shows it. `attention`: why it stands out; None where it does not."""

    item: InboxItem
    attention: str | None
    reached: str
    language: str | None
    waits: bool

    @property
    def facts(self) -> tuple[str, ...]:
        """Return what is due, the child, and the first topics."""
        due = f"termijn tot {self.item.due:%d-%m}" if self.item.due else ""
        child = shortened(", ".join(self.item.child[:3]), 60)
        return tuple(fact for fact in (due, child, *self.item.subjects[:2]) if fact)

    @property
    def question(self) -> str:
        """Return the start of the question."""
        return shortened(self.item.question or "(geen vraag ingevuld)", 160)


@dataclass(frozen=True)
class Overview:
    """The list. `waiting`: ids that nobody has, whatever the filters; `version` differs whenever something changed."""

    groups: dict[Group, list[Line]]
    waiting: tuple[str, ...]
    urgent: tuple[str, ...]
    mine: tuple[InboxItem, ...]
    attention: int
    shown: int
    total: int
    languages: dict[str, str]
    version: str


def overview(
    items: list[InboxItem], me: int, filters: Filters, moment: datetime, unattended: timedelta, also: str = ""
) -> Overview:
    """Return the inbox of a consultant; `items` are in the order of urgency and waiting time.

    `also` is what else the version stands for, such as mails that failed.
    """
    groups: dict[Group, list[Line]] = {name: [] for name in GROUP_TITLES}
    attention = shown = 0
    for item in items:
        line = _line(item, moment, unattended)
        attention += line.attention is not None
        if filters.fit(item, me):
            groups[_group(item, me, moment)].append(line)
            shown += 1
    for name in ("bellen", "later"):
        groups[name].sort(key=lambda line: line.item.slot_at or moment)
    groups["dicht"].sort(key=lambda line: line.item.closed_at or moment, reverse=True)
    waiting = [item for item in items if is_waiting(item)]
    return Overview(
        groups={name: lines for name, lines in groups.items() if lines},
        waiting=tuple(item.id for item in waiting),
        urgent=tuple(item.id for item in waiting if item.urgency == "spoed"),
        mine=tuple(item for item in items if item.staff_id == me and item.closed_at is None),
        attention=attention,
        shown=shown,
        total=sum(item.closed_at is None for item in items),
        languages={code: language_name(code) for code in sorted({item.language for item in items})},
        version=_version(items, also, moment, unattended),
    )


def is_waiting(item: InboxItem) -> bool:
    """Tell whether a handoff waits for a consultant to take it up."""
    return item.state == "aangevraagd"


def why_attention(item: InboxItem, moment: datetime, unattended: timedelta) -> str | None:
    """Return why a handoff stands out, or None."""
    if item.closed_at is not None:
        return None
    waited = moment - item.waiting_since
    if item.slot_at is not None and item.slot_at < moment and item.state in ("terugbellen", "in_behandeling"):
        return f"Het belmoment is voorbij: {moment_in_words(item.slot_at, moment.astimezone(ZONE).date())}"
    if item.reach == "email" and item.first_reply_at is None and moment - item.created_at > CONTACT_LEFT:
        return f"Contactgegevens staan er al {duration_in_words(moment - item.created_at)}"
    if is_waiting(item) and item.reach == "chat" and waited > unattended:
        return f"Wacht al {duration_in_words(waited)} en niemand heeft dit opgepakt"
    if item.state == "in_behandeling" and item.reach == "chat" and item.unread and waited > unattended:
        return f"De ouder wacht {duration_in_words(waited)} op antwoord"
    return None


def how_reached(item: InboxItem, moment: datetime) -> str:
    """Return how the parent is reached, with the moment of a callback."""
    if item.slot_at is not None:
        return f"Terugbellen {moment_in_words(item.slot_at, moment.astimezone(ZONE).date())}"
    return {"chat": "Wacht in de chat", "terugbellen": "Terugbellen, nog geen moment", "email": "Per e-mail"}[
        item.reach
    ]


def shortened(text: str, length: int) -> str:
    """Return the start of a text on one line, cut between words where it can be."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    start = line[: length - 1]
    return (start.rsplit(" ", 1)[0] if " " in start[length // 2 :] else start) + "…"


def _line(item: InboxItem, moment: datetime, unattended: timedelta) -> Line:
    """Return an item as the list shows it."""
    language = language_name(item.language)
    waits = item.closed_at is None and item.slot_at is None and (is_waiting(item) or bool(item.unread))
    return Line(
        item,
        why_attention(item, moment, unattended),
        how_reached(item, moment),
        language if language != "Nederlands" else None,
        waits,
    )


def _group(item: InboxItem, me: int, moment: datetime) -> Group:
    """Return where an item stands in the list."""
    if item.closed_at is not None:
        return "dicht"
    if item.state == "aangevraagd":
        return "wacht"
    if item.state == "terugbellen":
        today = moment.astimezone(ZONE).date()
        return "later" if item.slot_at is not None and item.slot_at.astimezone(ZONE).date() > today else "bellen"
    return "mijn" if item.staff_id == me else "collega"


def _version(items: list[InboxItem], also: str, moment: datetime, unattended: timedelta) -> str:
    """Return a short text that differs when anything on the list differs, waiting times aside."""
    parts = [
        f"{item.id} {item.state} {item.staff_id} {item.urgency} {item.slot_at} {item.unread} {item.last_parent_at}"
        f" {why_attention(item, moment, unattended) is not None}"
        for item in items
    ]
    return hashlib.sha256("\n".join([also, *parts]).encode()).hexdigest()[:16]
