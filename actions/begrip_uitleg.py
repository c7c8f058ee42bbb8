"""Explains a word."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.mentions import mentions, utter
from bot.knowledge.explain_term import term_reply


class ActionBegripUitleg(Action):
    """Answers 'wat betekent zml?'."""

    def name(self) -> str:
        """Return the name in domain.yml."""
        return "action_begrip_uitleg"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Say what the word means, that it is unknown, or ask which one."""
        utter(dispatcher, term_reply(mentions(tracker), str(tracker.latest_message.get("text") or "")))
        return []
