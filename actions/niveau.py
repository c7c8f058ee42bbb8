"""Language level: A2 ("makkelijker graag") and back to B1 ("mag weer gewoon")."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher


class ActionNiveauA2(Action):
    """Switches to A2 for the rest of the conversation."""

    level = "a2"

    def name(self) -> str:
        """Return the name in domain.yml."""
        return f"action_niveau_{self.level}"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Say so and set the slot."""
        dispatcher.utter_message(response=f"utter_niveau_{self.level}")
        return [SlotSet("taalniveau", self.level)]


class ActionNiveauB1(ActionNiveauA2):
    """Switches back to B1."""

    level = "b1"
