"""Answers as parents read them: our own data, filled with facts, at the level of the conversation."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Text

import msgspec
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.clock import today
from bot.knowledge.answers import Answer, collapse, fill, load_answers, sources_of
from bot.knowledge.sources import load_sources
from bot.knowledge.topics import contact_values, load_topics

# Remarks in between: "kun je dat herhalen" is about the answer before them.
NOT_REPEATED = {"utter_bevestigen", "utter_ontkennen", "utter_weet_niet", "utter_bedanken", "utter_eenvoudiger",
                "utter_herhalen", "utter_compliment", "utter_begroeten"}


class AnswerGenerator(TemplatedNaturalLanguageGenerator):
    """Takes responses from bot.knowledge.answers (validated), not from the trained model.

    So a corrected sentence needs a restart and no training, and chat, `bot answers` and the proofreading page show
    the same text. A custom action may pass values for placeholders, and these reserved arguments: `sources` (references),
    `followups` (topic ids), `topic`, `choices` (pairs of title and payload) and `card`.
    """

    def __init__(self, endpoint_config: Optional[EndpointConfig], domain: Optional[Domain] = None) -> None:
        """Load answers and topics; raises KnowledgeError when they do not fit."""
        super().__init__(domain.responses if domain else {})
        self._answers = load_answers()
        self._topics = load_topics()
        self._topic_of = {self._topics.response(topic_id): topic_id for topic_id in self._topics.topics}

    async def generate(
        self, utter_action: Text, tracker: DialogueStateTracker, output_channel: Text, **kwargs: Any
    ) -> Optional[Dict[Text, Any]]:
        """Return the message for a response, or None where there is no such response."""
        level = "a2" if tracker.current_slot_values().get("taalniveau") == "a2" else "b1"
        try:
            answer = self._answers.get(utter_action, level)  # type: ignore[arg-type]
        except KeyError:
            return None
        values = {**contact_values(today()), **{k: v for k, v in kwargs.items() if isinstance(v, str)}}
        return {
            "text": collapse(fill(answer.text, values)),
            "buttons": self._buttons(answer, kwargs),
            "metadata": {
                "topic": kwargs.get("topic") or self._topic_of.get(utter_action),
                "level": answer.level,
                "sources": self._sources(answer, kwargs),
                "card": kwargs.get("card"),
                "response": utter_action,
                # what a repetition needs to fill the answer the same way
                "values": {k: v for k, v in kwargs.items() if k not in {"template"}},
                "repeatable": utter_action not in NOT_REPEATED,
            },
        }

    def _buttons(self, answer: Answer, kwargs: Dict[Text, Any]) -> List[Dict[Text, Text]]:
        """Return the buttons: choices first, then the topics a parent may want next."""
        followups = kwargs.get("followups")
        topic_ids = answer.followups if followups is None else followups
        buttons = [{"title": title, "payload": payload} for title, payload in kwargs.get("choices") or []]
        return buttons + [
            {"title": self._topics.topics[t].title, "payload": f"topic:{t}"} for t in topic_ids
        ]

    @staticmethod
    def _sources(answer: Answer, kwargs: Dict[Text, Any]) -> List[Dict[Text, Text]]:
        """Return the sources, as plain data."""
        given = kwargs.get("sources")
        found = sources_of(answer) if given is None else [load_sources().get(s) for s in dict.fromkeys(given)]
        return [msgspec.to_builtins(source) for source in found]
