"""The fields that our components add to a parsed message, and how a topic becomes Rasa's intent."""

from __future__ import annotations

from typing import Any

from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY
from rasa.shared.nlu.training_data.message import Message

TOPIC = "topic"
RANKING = "topic_ranking"
ACCEPTED = "accepted"
LANGUAGE = "language"
KNOWN_WORDS = "known_words"  # how many words of a message the training data has
SELECTOR = "response_selector"


def intent_fields(label: str, confidence: float) -> dict[str, Any]:
    """Return Rasa's fields for a label: `tlv/tlv_wat` (an FAQ family) or `crisis` (a plain intent)."""
    family = label.split("/", 1)[0]
    fields: dict[str, Any] = {
        INTENT: {INTENT_NAME_KEY: family, PREDICTED_CONFIDENCE_KEY: confidence},
        "intent_ranking": [{INTENT_NAME_KEY: family, PREDICTED_CONFIDENCE_KEY: confidence}],
        SELECTOR: {"all_retrieval_intents": [family] if "/" in label else []},
    }
    if "/" in label:
        response = {"intent_response_key": label, "utter_action": f"utter_{label}", "confidence": confidence,
                    "responses": []}
        fields[SELECTOR][family] = {"response": response, "ranking": [response]}
    return fields


def set_topic(message: Message, label: str, confidence: float) -> None:
    """Let a message mean this label."""
    for name, value in intent_fields(label, confidence).items():
        message.set(name, value, add_to_output=True)
