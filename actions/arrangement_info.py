"""Explains one arrangement, or lets the parent choose."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.mentions import mentions, utter
from bot.clock import today
from bot.knowledge.describe_arrangement import arrangement_reply


class ActionArrangementInfo(Action):
    """Answers 'wat is klASS?'."""

    def name(self) -> str:
        """Return the name in domain.yml."""
        return "action_arrangement_info"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Say for whom it is, where, how long, and who applies."""
        utter(dispatcher, arrangement_reply(mentions(tracker), today()))
        return []
