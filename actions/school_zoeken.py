"""Finds special schools."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.mentions import mentions, mentions_before, utter
from bot.knowledge.find_schools import school_reply
from bot.knowledge.follow_up import load_follow_ups


class ActionSchoolZoeken(Action):
    """Answers 'welke sbo-scholen zijn er in Haven?'."""

    def name(self) -> str:
        """Return the name in domain.yml."""
        return "action_school_zoeken"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Say which schools there are, or ask what kind of school."""
        points_back = load_follow_ups().points_back(str(tracker.latest_message.get("text") or ""))
        utter(dispatcher, school_reply(mentions(tracker), mentions_before(tracker), points_back))
        return []
