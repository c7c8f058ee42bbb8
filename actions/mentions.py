"""What the parent's messages name, read from the tracker, and how an answer from knowledge is said."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.knowledge.info import Mention, Reply


def mentions(tracker: Tracker) -> list[Mention]:
    """Return what the last message names."""
    return _mentions(tracker.latest_message)


def mentions_before(tracker: Tracker) -> list[Mention]:
    """Return what the message before the last one names."""
    messages = [event.get("parse_data") for event in tracker.events if event.get("event") == "user"]
    return _mentions(messages[-2]) if len(messages) > 1 else []


def utter(dispatcher: CollectingDispatcher, reply: Reply) -> None:
    """Say an answer from knowledge; its reserved arguments are those of bot.engine.nlg."""
    reserved: dict[str, Any] = {"topic": reply.topic, "choices": [list(choice) for choice in reply.choices]}
    if reply.sources:
        reserved["sources"] = list(reply.sources)
    if reply.about is not None:
        reserved["about"] = reply.about
    if reply.followups is not None:
        reserved["followups"] = list(reply.followups)
    dispatcher.utter_message(response=reply.response, **reserved, **reply.values)


def _mentions(parsed: dict[str, Any] | None) -> list[Mention]:
    entities = (parsed or {}).get("entities") or []
    return [Mention(str(e["entity"]), str(e.get("value")), e.get("start") or 0, e.get("end") or 0) for e in entities]
