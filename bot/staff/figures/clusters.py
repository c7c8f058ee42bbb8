"""Puts questions without a good answer together: by what the reviewer named, by the likeliest topic, and else by their words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from bot.knowledge.topics import load_topics
from bot.staff.figures.facts import OUT_OF_SCOPE, small_talk
from bot.staff.figures.measures import Gap

# Below this the likeliest topic says nothing: then only the words tell what belongs together.
LIKELY = 0.15
# Two questions with at least this part of their words alike belong together (rapidfuzz, 0 to 100).
ALIKE = 62.0
SHORTEST_WORD = 4
EXAMPLES = 3
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Cluster:
    """Questions that belong together. `topic`: the topic that they resemble, where there is one."""

    title: str
    topic: str | None
    reasons: tuple[tuple[str, int], ...]
    gaps: tuple[Gap, ...]

    @property
    def count(self) -> int:
        """Return how many questions it holds."""
        return len(self.gaps)

    @property
    def examples(self) -> tuple[Gap, ...]:
        """Return the shortest few with different texts: they show best what is asked."""
        first: dict[str, Gap] = {}
        for gap in sorted(self.gaps, key=lambda g: (len(g.question.text), g.question.text)):
            first.setdefault(gap.question.text, gap)
        return tuple(first.values())[:EXAMPLES]


def cluster(gaps: Iterable[Gap]) -> list[Cluster]:
    """Return the clusters, the largest first."""
    named: dict[tuple[str, str | None], list[Gap]] = {}
    unclear: list[Gap] = []
    for gap in gaps:
        key = _name(gap)
        if key is None:
            unclear.append(gap)
        else:
            named.setdefault(key, []).append(gap)
    found = [_cluster(title, topic, members) for (title, topic), members in named.items()]
    found += [_cluster("Lijkt op geen onderwerp", None, members) for members in _by_words(unclear)]
    return sorted(found, key=lambda c: (-c.count, c.title))


def _name(gap: Gap) -> tuple[str, str | None] | None:
    """Return title and topic of the cluster of a gap, or None where only its words can tell."""
    question, topics = gap.question, load_topics().topics
    if question.new_topic:
        return f"Nieuw: {question.new_topic.strip().lower()}", None
    if question.right_topic in topics:
        return topics[question.right_topic].title, question.right_topic
    skipped = small_talk() | {OUT_OF_SCOPE}
    likely = [(name, value) for name, value in question.ranking if name in topics and name not in skipped]
    if likely and likely[0][1] >= LIKELY:
        return topics[likely[0][0]].title, likely[0][0]
    return None


def _by_words(gaps: Sequence[Gap]) -> list[list[Gap]]:
    """Return groups of questions with like words; each joins the first group whose first question it resembles."""
    groups: list[tuple[str, list[Gap]]] = []
    for gap in sorted(gaps, key=lambda g: -len(g.question.text)):
        words = _content(gap.question.text)
        for first, members in groups:
            if fuzz.token_set_ratio(words, first) >= ALIKE:
                members.append(gap)
                break
        else:
            groups.append((words, [gap]))
    return [members for _, members in groups]


def _content(text: str) -> str:
    """Return the longer words of a text: the short ones (ik, de, is) are in every question."""
    words = [word for word in _WORD.findall(text.casefold()) if len(word) >= SHORTEST_WORD]
    return " ".join(words) or text.casefold()


def _cluster(title: str, topic: str | None, gaps: list[Gap]) -> Cluster:
    """Return a cluster with its reasons counted."""
    counts: dict[str, int] = {}
    for gap in gaps:
        counts[gap.reason] = counts.get(gap.reason, 0) + 1
    return Cluster(title, topic, tuple(sorted(counts.items(), key=lambda r: (-r[1], r[0]))), tuple(gaps))
