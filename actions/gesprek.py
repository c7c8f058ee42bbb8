"""Acts of the conversation: repeat, yes, start again."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import AllSlotsReset
from rasa_sdk.executor import CollectingDispatcher

from actions import termijn, voorcheck
from actions.arrangement_info import repeat_arrangement
from actions.history import bot_messages, last_answer

# A bare "ja" after one of these means: yes, bring me to a person.
OFFERS_A_PERSON = {"utter_mens_aanbieden", "utter_frustratie", "utter_crisis", "utter_buiten_bereik"}


class ActionHerhalen(Action):
    """Repeats the last answer, at the level of now."""

    def name(self) -> str:
        """Return the name in domain.yml."""
        return "action_herhalen"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Say the last answer again, with what it was filled with."""
        last = last_answer(tracker)
        if last is None:
            dispatcher.utter_message(response="utter_niets_te_herhalen")
            return []
        # What knowledge fills in was filled in at the level of then: these are made again.
        said = termijn.say_again(dispatcher, tracker, last) or voorcheck.say_again(dispatcher, tracker, last)
        if not said and not repeat_arrangement(dispatcher, tracker, last):
            dispatcher.utter_message(response=last["response"], **(last.get("values") or {}))
        return []


class ActionBevestigen(Action):
    """Does what was offered last, when the parent says yes."""

    def name(self) -> str:
        """Return the name in domain.yml."""
        return "action_bevestigen"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Bring a person after an offer; else ask what the parent wants to know."""
        last = next(bot_messages(tracker), {})
        offered = last.get("response") in OFFERS_A_PERSON
        dispatcher.utter_message(response="utter_mens_spreken" if offered else "utter_bevestigen")
        return []


class ActionOpnieuwBeginnen(Action):
    """Starts again at the normal level."""

    def name(self) -> str:
        """Return the name in domain.yml."""
        return "action_opnieuw_beginnen"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Forget what was chosen and ask for the question."""
        dispatcher.utter_message(response="utter_opnieuw_beginnen")
        return [AllSlotsReset()]
