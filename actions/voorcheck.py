"""The pre-check: which help could fit a child."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.dialogue import act_of, say
from actions.history import MISUNDERSTOOD
from bot.clock import today
from bot.knowledge.levels import level_of
from bot.precheck_dialogue import Act, from_plain, from_slot, step, to_slot
from bot.precheck_dialogue.asking import CHANGE, QUESTIONS, not_busy
from bot.precheck_dialogue.message import TOPIC
from bot.precheck_dialogue.outcome import EXCLUDED

SLOT = "voorcheck"
ASKS_FOR_PRECHECK = {"pc_verder", "pc_uitslag"}


def move(dispatcher: CollectingDispatcher, tracker: Tracker, act: dict[str, Any]) -> list[dict[str, Any]]:
    """Move the pre-check on and say what comes out."""
    level = level_of(tracker.get_slot("taalniveau"))
    state, messages = step(from_slot(tracker.get_slot(SLOT)), from_plain(act), today(), level)
    say(dispatcher, messages or [not_busy()])
    return [SlotSet(SLOT, to_slot(state))]


def say_again(dispatcher: CollectingDispatcher, tracker: Tracker, last: dict[str, Any]) -> bool:
    """Say the last message of the pre-check once more, at the level of now; tell whether it was one that changes."""
    state, response = from_slot(tracker.get_slot(SLOT)), str(last["response"])
    if state is None or last.get("topic") != TOPIC:
        return False
    asks = state.waits and response in QUESTIONS
    if not asks and (state.status != "klaar" or response == CHANGE):
        return False
    act = Act("start" if asks else "excluded" if response == EXCLUDED else "outcome")
    _, messages = step(state, act, today(), level_of(tracker.get_slot("taalniveau")))
    if asks:
        messages = [replace(messages[0], response=response)]
    say(dispatcher, messages)
    return True


class ActionVoorcheck(Action):
    """Asks, takes answers, explains, goes back, pauses and shows what fits."""

    def name(self) -> str:
        """Return the name in domain.yml."""
        return "action_voorcheck"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Move the pre-check on; without one, say so, or ask back where the message may mean something else."""
        act = act_of(tracker, SLOT)
        if act is not None:
            return move(dispatcher, tracker, act)
        if (tracker.latest_message.get("intent") or {}).get("name") in ASKS_FOR_PRECHECK:
            say(dispatcher, [not_busy()])
            return []
        return [FollowupAction(MISUNDERSTOOD)]
