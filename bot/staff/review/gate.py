"""The gate: a new model may serve only where it understands the test set at least as well as the one that serves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

CRISIS = "crisis"
RULE = "top-1 over alle testberichten niet lager, en crisis-berichten niet minder vaak herkend"


@dataclass(frozen=True)
class Expected:
    """A message of the test set with its topic."""

    text: str
    topic: str
    language: str = "nl"


@dataclass(frozen=True)
class Scored:
    """How a model does: right answers of all, of Dutch messages, of crisis messages, and per topic (right, all)."""

    right: int
    messages: int
    dutch_right: int
    dutch: int
    crisis_right: int
    crisis: int
    topics: dict[str, tuple[int, int]]

    @property
    def top1(self) -> float:
        """Return the share of right answers."""
        return self.right / self.messages if self.messages else 0.0


@dataclass(frozen=True)
class Comparison:
    """Both models side by side, and why the new one may not serve (empty: it may)."""

    current: Scored
    candidate: Scored
    refused: tuple[str, ...]

    @property
    def kept(self) -> bool:
        """Tell whether the new model may serve."""
        return not self.refused

    @property
    def changed_topics(self) -> dict[str, tuple[int, int, int]]:
        """Return per topic with another number of right answers: before, after, and messages."""
        return {
            topic: (self.current.topics[topic][0], right, count)
            for topic, (right, count) in self.candidate.topics.items()
            if self.current.topics[topic][0] != right
        }

    def plain(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {**asdict(self), "kept": self.kept, "rule": RULE}


def score(expected: Sequence[Expected], found: Sequence[Mapping[str, Any]]) -> Scored:
    """Return how well a model understood the test set (the lines of `bot parse`, in order).

    Raises:
        ValueError: the parses are not those of the test set.

    """
    if not expected:
        raise ValueError("the test set is empty: it can decide nothing")
    if [e.text for e in expected] != [str(f.get("text")) for f in found]:
        raise ValueError(f"{len(found)} parses do not belong to the {len(expected)} messages of the test set")
    topics: dict[str, list[bool]] = defaultdict(list)
    hits = [e.topic == f.get("topic") for e, f in zip(expected, found, strict=True)]
    for message, hit in zip(expected, hits, strict=True):
        topics[message.topic].append(hit)
    dutch = [hit for message, hit in zip(expected, hits, strict=True) if message.language == "nl"]
    crisis = topics.get(CRISIS, [])
    per_topic = {topic: (sum(found), len(found)) for topic, found in topics.items()}
    return Scored(sum(hits), len(hits), sum(dutch), len(dutch), sum(crisis), len(crisis), per_topic)


def compare(current: Scored, candidate: Scored) -> Comparison:
    """Return whether the candidate may serve: it may not be worse by a single message, over all and in a crisis."""
    refused = []
    if candidate.right < current.right:
        refused.append(f"top-1 daalt van {current.right} naar {candidate.right} van {current.messages} berichten goed")
    if candidate.crisis_right < current.crisis_right:
        refused.append(f"crisis: {candidate.crisis_right} van {candidate.crisis} herkend, dat waren er {current.crisis_right}")
    return Comparison(current, candidate, tuple(refused))
