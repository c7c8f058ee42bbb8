"""Deadlines: which one, from which date, and until when."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.dialogue import act_of, say
from bot.clock import today
from bot.deadline_dialogue import Act, from_plain, from_slot, step, to_plain, to_slot

SLOT = "termijn"


def move(dispatcher: CollectingDispatcher, tracker: Tracker, act: dict[str, Any]) -> list[dict[str, Any]]:
    """Move the deadline question on and say what comes out; what no longer has a question begins one."""
    state, messages = step(from_slot(tracker.get_slot(SLOT)), from_plain(act), today())
    if not messages:
        state, messages = step(None, Act("start"), today())
    say(dispatcher, messages)
    return [SlotSet(SLOT, to_slot(state))]


class ActionTermijn(Action):
    """Asks which deadline and which date, and works it out."""

    def name(self) -> str:
        """Return the name in domain.yml."""
        return "action_termijn"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Move the deadline question on."""
        return move(dispatcher, tracker, act_of(tracker, SLOT) or to_plain(Act("start")))
