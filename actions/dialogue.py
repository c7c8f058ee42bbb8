"""What the actions of pre-check and deadline question share: the act of a message, and how messages are said."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.precheck_dialogue import Message

ACT = "dialogue_act"


def act_of(tracker: Tracker, owner: str) -> dict[str, Any] | None:
    """Return the act that bot.engine.context put into the last message for `owner` (a slot), as plain data."""
    latest = tracker.latest_message
    entities = {entity["entity"]: entity["value"] for entity in latest.get("entities") or []}
    owned = latest.get(ACT) or entities.get(ACT) or {}
    return owned.get("act") if owned.get("of") == owner else None


def say(dispatcher: CollectingDispatcher, messages: Iterable[Message]) -> None:
    """Say messages; the reserved arguments are those of bot.engine.nlg."""
    for message in messages:
        dispatcher.utter_message(
            response=message.response, topic=message.topic, choices=[list(choice) for choice in message.choices],
            sources=list(message.sources), followups=list(message.followups), card=message.card, **message.values,
        )
