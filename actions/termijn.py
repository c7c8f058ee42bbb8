"""Deadlines: which one, from which date, and until when."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.dialogue import act_of, say
from bot.clock import today
from bot.deadline_dialogue import TOPIC, Act, from_plain, from_slot, step, to_plain, to_slot
from bot.knowledge.levels import level_of

SLOT = "termijn"


def move(dispatcher: CollectingDispatcher, tracker: Tracker, act: dict[str, Any]) -> list[dict[str, Any]]:
    """Move the deadline question on and say what comes out; what no longer has a question begins one."""
    level = level_of(tracker.get_slot("taalniveau"))
    state, messages = step(from_slot(tracker.get_slot(SLOT)), from_plain(act), today(), level)
    if not messages:
        state, messages = step(None, Act("start"), today(), level)
    say(dispatcher, messages)
    return [SlotSet(SLOT, to_slot(state))]


def say_again(dispatcher: CollectingDispatcher, tracker: Tracker, last: dict[str, Any]) -> bool:
    """Say the last message of the deadline question once more, at the level of now; tell whether it was one."""
    state = from_slot(tracker.get_slot(SLOT))
    if state is None or last.get("topic") != TOPIC:
        return False
    _, messages = step(state, Act("again"), today(), level_of(tracker.get_slot("taalniveau")))
    say(dispatcher, messages)
    return True


class ActionTermijn(Action):
    """Asks which deadline and which date, and works it out."""

    def name(self) -> str:
        """Return the name in domain.yml."""
        return "action_termijn"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Move the deadline question on."""
        return move(dispatcher, tracker, act_of(tracker, SLOT) or to_plain(Act("start")))
