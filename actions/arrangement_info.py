"""Explains one arrangement, or lets the parent choose."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.mentions import mentions, utter
from bot.clock import today
from bot.knowledge.describe_arrangement import arrangement_reply
from bot.knowledge.info import Mention
from bot.knowledge.levels import level_of


def repeat_arrangement(dispatcher: CollectingDispatcher, tracker: Tracker, last: dict[str, Any]) -> bool:
    """Explain the arrangement of the last answer once more, at the level of now; tell whether it was one."""
    about = (last.get("values") or {}).get("about")
    if about is None:
        return False
    level = level_of(tracker.get_slot("taalniveau"))
    utter(dispatcher, arrangement_reply([Mention("arrangement", about)], today(), level))
    return True


class ActionArrangementInfo(Action):
    """Answers 'wat is klASS?'."""

    def name(self) -> str:
        """Return the name in domain.yml."""
        return "action_arrangement_info"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Say for whom it is, where, how long, and who applies."""
        utter(dispatcher, arrangement_reply(mentions(tracker), today(), level_of(tracker.get_slot("taalniveau"))))
        return []
