"""The four measures. Exact definitions stand here and, in Dutch, in docs/review.md; keep both equal."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import mean, median

from bot.staff.figures.facts import FRUSTRATION, SIMPLER, Conversation, Question
from bot.staff.figures.readability import Scores

HELPED = frozenset({"geholpen", "doorverwezen"})
NOT_HELPED = frozenset({"niet_bereikt", "verlopen"})


@dataclass(frozen=True)
class Spread:
    """How many values there are, the middle one, and the one that 9 of 10 stay at or below (None: no values)."""

    count: int
    median: float | None
    p90: float | None


def spread(values: Iterable[float]) -> Spread:
    """Return the spread of values; p90 is the smallest value that at least 90% do not exceed (nearest rank)."""
    ordered = sorted(values)
    if not ordered:
        return Spread(0, None, None)
    return Spread(len(ordered), median(ordered), ordered[math.ceil(0.9 * len(ordered)) - 1])


@dataclass(frozen=True)
class Share:
    """A part of a whole; `percent` is None where there is no whole."""

    part: int
    whole: int

    @property
    def percent(self) -> float | None:
        """Return the part in percents."""
        return 100 * self.part / self.whole if self.whole else None


@dataclass(frozen=True)
class Fast:
    """Snel: `answer` in seconds from question to answer; `person` in minutes from handoff to the first reply of a person.

    `waiting`: open handoffs that no person has replied to yet.
    """

    answer: Spread
    person: Spread
    waiting: int


def fast(conversations: Sequence[Conversation]) -> Fast:
    """Return how fast answers came. Clock time: nights and weekends count too."""
    asked = [q for c in conversations for q in c.asked if q.answered_at]
    handoffs = [h for c in conversations for h in c.handoffs]
    return Fast(
        spread((q.answered_at - q.at).total_seconds() for q in asked if q.answered_at),
        spread((h.first_reply_at - h.created_at).total_seconds() / 60 for h in handoffs if h.first_reply_at),
        sum(h.first_reply_at is None and h.closed_at is None for h in handoffs),
    )


@dataclass(frozen=True)
class Verdict:
    """Whether a conversation had the wished result (None: not known yet), and what decided that."""

    good: bool | None
    reason: str


def verdict(conversation: Conversation) -> Verdict:
    """Return whether a conversation had the wished result. The first of these that holds decides.

    1. The last handoff is open: not known yet. Closed as helped or referred: yes. Not reached or run out: no.
    2. The last thumb of the parent: up is yes, down is no.
    3. The parent asked about the same topic again, or was frustrated: no.
    4. The last question was not answered (the assistant asked back, or it was out of scope): no.
    5. Else: yes.
    """
    if conversation.handoffs:
        last = conversation.handoffs[-1]
        if last.closed_at is None:
            return Verdict(None, "overdracht loopt nog")
        if last.outcome in HELPED:
            return Verdict(True, "geholpen door een mens")
        if last.outcome in NOT_HELPED:
            return Verdict(False, "overdracht niet gelukt")
    thumbs = [q.thumb for q in conversation.questions if q.thumb is not None]
    if thumbs:
        return Verdict(True, "duim omhoog") if thumbs[-1] > 0 else Verdict(False, "duim omlaag")
    if any(q.accepted and q.topic == FRUSTRATION for q in conversation.questions):
        return Verdict(False, "ouder was ontevreden")
    if conversation.repeats():
        return Verdict(False, "zelfde vraag herhaald")
    asked = conversation.asked
    if not asked:
        return Verdict(None, "geen vraag gesteld")
    if not asked[-1].accepted:
        return Verdict(False, "laatste vraag niet begrepen")
    if asked[-1].outside:
        return Verdict(False, "laatste vraag buiten bereik")
    return Verdict(True, "antwoord gegeven")


@dataclass(frozen=True)
class Good:
    """Goed: the share of conversations with the wished result among those where that is known; reasons with counts."""

    share: Share
    unknown: int
    reasons: tuple[tuple[str, bool | None, int], ...]


def good(conversations: Sequence[Conversation]) -> Good:
    """Return how many conversations had the wished result."""
    verdicts = [verdict(c) for c in conversations]
    counted = Counter((v.reason, v.good) for v in verdicts)
    reasons = tuple((reason, yes, count) for (reason, yes), count in counted.most_common())
    yes, no = sum(v.good is True for v in verdicts), sum(v.good is False for v in verdicts)
    return Good(Share(yes, yes + no), len(verdicts) - yes - no, reasons)


@dataclass(frozen=True)
class Plain:
    """Begrijpelijk: answers shown per level, conversations that went to A2, and LiNT of what was shown (None: not measured)."""

    shown: int
    a2: Share
    switches: Share
    lint: tuple[tuple[str, float | None, int], ...]
    within: Share


def plain(conversations: Sequence[Conversation], scores: Scores) -> Plain:
    """Return how plain the answers were; `within`: shown answers below the limit of their level, of those measured."""
    shown = [s for c in conversations for s in c.shown]
    switched = sum(_switched(c) for c in conversations)
    measured: dict[str, list[float]] = {"b1": [], "a2": []}
    within = 0
    for answer in shown:
        lint = scores.of(answer.response_topic, answer.level)
        if lint is not None:
            measured[answer.level].append(lint)
            within += lint <= scores.limit(answer.level)
    return Plain(
        len(shown),
        Share(sum(s.level == "a2" for s in shown), len(shown)),
        Share(switched, len(conversations)),
        tuple((level, mean(found) if found else None, len(found)) for level, found in measured.items()),
        Share(within, sum(map(len, measured.values()))),
    )


def _switched(conversation: Conversation) -> bool:
    """Tell whether the parent asked for simpler words."""
    return any(q.accepted and q.topic == SIMPLER for q in conversation.questions)


def gap_reason(question: Question, repeated: bool) -> str | None:
    """Return why a question had no wished result though this service should cover it; None: it had, or need not be covered."""
    if question.new_topic:
        return "nieuw onderwerp"
    if question.right_topic and question.right_topic != question.topic:
        return "verkeerd begrepen"
    if question.outside:
        return None
    if not question.accepted:
        return "niet begrepen"
    if question.thumb == -1:
        return "duim omlaag"
    return "herhaald" if repeated else None


@dataclass(frozen=True)
class Gap:
    """A question without the wished result that should be covered."""

    conversation_id: str
    question: Question
    reason: str


@dataclass(frozen=True)
class Covered:
    """Informatieknooppunt: questions without the wished result that should be covered, of all questions."""

    share: Share
    gaps: tuple[Gap, ...]
    outside: int


def covered(conversations: Sequence[Conversation]) -> Covered:
    """Return the gaps. Only typed questions can be gaps; the whole is every question."""
    gaps = []
    for conversation in conversations:
        repeated = {q.message_id for q in conversation.repeats()}
        for question in conversation.asked:
            reason = gap_reason(question, question.message_id in repeated) if question.typed else None
            if reason:
                gaps.append(Gap(conversation.id, question, reason))
    asked = [q for c in conversations for q in c.asked]
    return Covered(Share(len(gaps), len(asked)), tuple(gaps), sum(q.outside for q in asked))
