"""What was said before, read from the tracker."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rasa_sdk import Tracker

MISUNDERSTOOD = "action_bedoel_je"


def bot_messages(tracker: Tracker) -> Iterator[dict[str, Any]]:
    """Yield the metadata of our messages, the last first."""
    for event in reversed(tracker.events):
        if event.get("event") == "bot":
            yield (event.get("metadata") or {}).get("metadata") or {}


def last_answer(tracker: Tracker) -> dict[str, Any] | None:
    """Return the metadata of the last answer to a question of the parent, not of a remark in between."""
    return next((m for m in bot_messages(tracker) if m.get("topic") and m.get("response") and m.get("repeatable", True)),
                None)


def misunderstandings(tracker: Tracker) -> int:
    """Return how many of the parent's last messages in a row were not understood, before this one."""
    count = 0
    for event in reversed(tracker.events):
        if event.get("event") == "action" and event.get("name") != "action_listen":
            if event.get("name") != MISUNDERSTOOD:
                break
            count += 1
    return count
