"""The signaleren report of a quarter: what parents asked, where they got stuck, and what changed. No count below 5.

Every count is a number of conversations, because those stand for parents: one that asks ten times is one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.knowledge.languages import load_languages
from bot.knowledge.names import catalogue
from bot.knowledge.topics import load_topics
from bot.staff.figures.facts import OUT_OF_SCOPE, Conversation, Question, conversations_in
from bot.staff.figures.measures import gap_reason
from bot.staff.figures.period import Quarter
from bot.staff.figures.suppression import Table, suppress

REACH_TITLES = {"chat": "Chat met een consulent", "terugbellen": "Terugbellen", "email": "E-mail"}
OUTCOME_TITLES = {
    "geholpen": "Geholpen", "doorverwezen": "Doorverwezen", "niet_bereikt": "Niet bereikt", "ingetrokken": "Ingetrokken",
    "verlopen": "Verlopen", "anders": "Anders", "open": "Loopt nog",
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A row of the report: this quarter, and the one before (None: hidden or nothing)."""

    title: str
    count: int
    before: int | None

    @property
    def change(self) -> int | None:
        """Return the change in percents against the quarter before."""
        return round(100 * (self.count - self.before) / self.before) if self.before else None


@dataclass(frozen=True)
class Section:
    """A table of the report. `rest`: the rows put together because they are small; `total`: None where it is small."""

    title: str
    rows: tuple[Row, ...]
    rest: int
    total: int | None
    children: tuple[Section, ...] = ()


@dataclass(frozen=True)
class Signals:
    """The report. `conversations` is None where there were fewer than 5."""

    quarter: Quarter
    complete: bool
    conversations: int | None
    before: int | None
    groups: Section
    stuck: Section
    arrangements: Section
    languages: Section
    reach: Section
    outcomes: Section

    @property
    def sections(self) -> tuple[Section, ...]:
        """Return the tables in the order of the page."""
        return (self.groups, self.stuck, self.arrangements, self.languages, self.reach, self.outcomes)


def signals(session: Session, quarter: Quarter, complete: bool) -> Signals:
    """Return the report of a quarter."""
    return report(
        conversations_in(session, quarter.period), conversations_in(session, quarter.previous().period), quarter, complete
    )


def report(now: Sequence[Conversation], before: Sequence[Conversation], quarter: Quarter, complete: bool) -> Signals:
    """Return the report of the conversations of a quarter and of the one before."""
    languages = {"nl": "Nederlands", **{code: language.name for code, language in load_languages().items()}}
    arrangements = {key: entry.name for key, entry in catalogue().arrangements.items()}

    def section(title: str, of: Callable[[Conversation], Iterable[str]], titles: dict[str, str]) -> Section:
        tables = suppress(_count(now, of)), suppress(_count(before, of))
        return _section(title, *tables, titles)

    everyone = suppress(_all(now)).total, suppress(_all(before)).total
    return Signals(
        quarter, complete, *everyone,
        _groups(now, before),
        section("Waar ouders vastliepen", _stuck_topics, _topic_titles()),
        section("Naar welke arrangementen ouders vroegen", lambda c: _named(c, arrangements), arrangements),
        section("Talen", lambda c: {q.language for q in c.asked}, languages),
        section("Hoe ouders een mens wilden spreken", lambda c: {h.reach for h in c.handoffs[-1:]}, REACH_TITLES),
        section("Hoe een vraag aan een mens afliep", lambda c: {h.outcome or "open" for h in c.handoffs[-1:]}, OUTCOME_TITLES),
    )  # fmt: skip


def _groups(now: Sequence[Conversation], before: Sequence[Conversation]) -> Section:
    """Return what parents asked: the groups, and inside each the topics.

    A topic shows only inside a group that shows, and the topics of a group are suppressed as a table of their own:
    subtracting them from the group gives the rest of that table, which is never small.
    """
    topics = load_topics()
    of_group = {topic_id: topic.group for topic_id, topic in topics.topics.items()}
    counts, counts_before = _by_group(now, of_group), _by_group(before, of_group)
    table = suppress({group: sum(c.values()) for group, c in counts.items()})
    earlier = suppress({group: sum(c.values()) for group, c in counts_before.items()})
    rows, children = [], []
    for group, count in table.rows.items():
        rows.append(Row(topics.groups[group].title, count, earlier.get(group)))
        inside = suppress(counts[group])
        inside_before = suppress(counts_before[group]) if earlier.get(group) else Table({}, 0, None)
        children.append(
            Section(
                topics.groups[group].title,
                tuple(
                    Row(topics.topics[name].title, n, inside_before.get(name))
                    for name, n in inside.rows.items()
                ),
                inside.rest,
                count,
            )
        )
    return Section("Wat ouders vroegen", tuple(rows), table.rest, table.total, tuple(children))


def _by_group(conversations: Sequence[Conversation], of_group: dict[str, str]) -> dict[str, Counter[str]]:
    """Return per group how many conversations asked about each of its topics."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for topic, count in _count(conversations, _asked_topics).items():
        counted[of_group[topic]][topic] = count
    return counted


def _section(title: str, table: Table, before: Table, titles: dict[str, str]) -> Section:
    """Return a table with its rows beside those of the quarter before."""
    rows = tuple(Row(titles.get(name, name), count, before.get(name)) for name, count in table.rows.items())
    return Section(title, rows, table.rest, table.total)


def _all(conversations: Sequence[Conversation]) -> dict[str, int]:
    return {"alle": len(conversations)}


def _count(conversations: Sequence[Conversation], of: Callable[[Conversation], Iterable[str]]) -> Counter[str]:
    """Return in how many conversations each name occurs."""
    return Counter(name for conversation in conversations for name in set(of(conversation)))


def _asked_topics(conversation: Conversation) -> Iterable[str]:
    """Yield the topics that a parent asked about: as corrected by a reviewer, else as understood."""
    for question in conversation.asked:
        topic = _meant(question)
        if topic is not None and topic != OUT_OF_SCOPE and (question.accepted or question.right_topic):
            yield topic


def _stuck_topics(conversation: Conversation) -> Iterable[str]:
    """Yield the topics at which a question had no good answer."""
    repeated = {q.message_id for q in conversation.repeats()}
    for question in conversation.asked:
        topic = _meant(question)
        if question.typed and topic and topic != OUT_OF_SCOPE and gap_reason(question, question.message_id in repeated):
            yield topic


def _meant(question: Question) -> str | None:
    """Return what a question was about, as far as known."""
    topic = question.right_topic or question.topic
    return topic if topic in load_topics().topics else None


def _named(conversation: Conversation, arrangements: dict[str, str]) -> Iterable[str]:
    """Yield the arrangements that a parent named."""
    for question in conversation.asked:
        yield from (value for kind, value in question.entities if kind == "arrangement" and value in arrangements)


def _topic_titles() -> dict[str, str]:
    return {topic_id: topic.title for topic_id, topic in load_topics().topics.items()}
