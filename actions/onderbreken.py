"""A question that waits while something else goes first: coming back to it, or putting it aside."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import termijn, voorcheck
from actions.dialogue import act_of, say
from bot.clock import today
from bot.precheck_dialogue import Act, from_slot, step, to_slot
from bot.precheck_dialogue.asking import waiting

SILENT = {"crisis"}


class ActionVraagHerhalen(Action):
    """Comes back to the open question after another answer."""

    def name(self) -> str:
        """Return the name in domain.yml."""
        return "action_vraag_herhalen"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Take what the message told on the way, and ask again."""
        for slot, move in ((termijn.SLOT, termijn.move), (voorcheck.SLOT, voorcheck.move)):
            act = act_of(tracker, slot)
            if act is not None:
                return move(dispatcher, tracker, act)
        return []


class ActionVragenWachten(Action):
    """Puts the questions aside; they go on only when the parent asks."""

    def name(self) -> str:
        """Return the name in domain.yml."""
        return "action_vragen_wachten"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Pause a pre-check, drop a deadline question; after a crisis without a word."""
        state = from_slot(tracker.get_slot(voorcheck.SLOT))
        events = [SlotSet(termijn.SLOT, None)] if tracker.get_slot(termijn.SLOT) else []
        if state is None or not state.waits:
            return events
        paused, _ = step(state, Act("pause"), today())
        if (tracker.latest_message.get("intent") or {}).get("name") not in SILENT:
            say(dispatcher, [waiting()])
        return [*events, SlotSet(voorcheck.SLOT, to_slot(paused))]
