"""Asks back: "Bedoel je ...?" with titles as buttons; after two misunderstandings, a person."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions.history import MISUNDERSTOOD, misunderstandings
from bot.knowledge.topics import load_topics

ACTION_LISTEN = "action_listen"
CANDIDATES = 3
LEAST = 0.04  # below this a candidate is a guess that would only puzzle the parent
NOT_OFFERED = {"gesprek"}


class ActionBedoelJe(Action):
    """Offers what the parent may have meant."""

    def name(self) -> str:
        """Return the name in domain.yml."""
        return MISUNDERSTOOD

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Ask back, or offer a consultant."""
        choices = self._choices(tracker.latest_message.get("topic_ranking") or [])
        if misunderstandings(tracker) >= 1:
            dispatcher.utter_message(response="utter_mens_aanbieden", choices=choices)
        elif choices:
            dispatcher.utter_message(response="utter_bedoel_je", choices=choices)
        else:
            dispatcher.utter_message(response="utter_niet_begrepen")
        # This is also what Rasa falls back to where no rule fits: without a listen it would say this again and again, and
        # the conversation would never answer any more.
        return [FollowupAction(ACTION_LISTEN)]

    @staticmethod
    def _choices(ranking: list[list[Any]]) -> list[list[str]]:
        """Return title and payload of the likely topics."""
        topics = load_topics().topics
        likely = [(str(label).rsplit("/", 1)[-1], p) for label, p in ranking]
        ids = [t for t, p in likely if t in topics and p >= LEAST and topics[t].group not in NOT_OFFERED]
        return [[topics[t].title, f"topic:{t}"] for t in ids[:CANDIDATES]]
