"""Says what this service has no answer to."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.mentions import mentions, utter
from bot.knowledge.outside_reply import outside_reply


class ActionBuitenBereik(Action):
    """Answers a real question without a source, or says that this is another subject."""

    def name(self) -> str:
        """Return the name in domain.yml."""
        return "action_buiten_bereik"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Say what is sure and who can help."""
        utter(dispatcher, outside_reply(mentions(tracker)))
        return []
