"""What a pressed button means: `topic:tlv_wat`, `arrangement:klass`, ... as a parsed message for Rasa."""

from __future__ import annotations

from typing import Any, Callable

from bot import deadline_dialogue, precheck_dialogue
from bot.deadline_dialogue.understand import act_of_button as deadline_button
from bot.engine.nlu.parse_fields import ACCEPTED, LANGUAGE, RANKING, TOPIC, intent_fields
from bot.knowledge.topics import load_topics
from bot.precheck_dialogue.buttons import act_of_button, answer_of_button

DIALOGUE_ACT = "dialogue_act"
"""In parse data: `{"of": slot, "act": plain act}`, what a message does in the pre-check or the deadline question."""
PAYLOAD = "payload"
"""In parse data: the button, so that its title is not read as the parent's words."""


class UnknownPayload(ValueError):
    """A button that does not exist (any more)."""


def _topic(value: str) -> tuple[str, str, list[dict[str, Any]]]:
    """Return topic, title and entities of `topic:<id>`."""
    topic = load_topics().topics.get(value)
    if topic is None:
        raise UnknownPayload(f"unknown topic '{value}'")
    return value, topic.title, []


def _entity(kind: str, topic_id: str) -> Callable[[str], tuple[str, str, list[dict[str, Any]]]]:
    """Return a reader of `<kind>:<id>`, which names an entity of the answer of a topic."""

    def read(value: str) -> tuple[str, str, list[dict[str, Any]]]:
        entity = {"entity": kind, "value": value, "start": 0, "end": 0, "extractor": "button"}
        return topic_id, value.replace("_", " "), [entity]

    return read


READERS = {
    "topic": _topic,
    "arrangement": _entity("arrangement", "arrangement_info"),
    "begrip": _entity("begrip", "begrip_uitleg"),
    "school": _entity("school", "school_zoeken"),
    "schooltype": _entity("schooltype", "school_zoeken"),
    "wijk": _entity("wijk", "school_zoeken"),
}


def _read_act(kind: str, value: str) -> dict[str, Any] | None:
    """Return act and words of a button of the pre-check or the deadline question; None for another kind of button."""
    try:
        if kind == "termijn":
            deadline_act, text = deadline_button(value)
            return {"text": text, DIALOGUE_ACT: {"of": kind, "act": deadline_dialogue.to_plain(deadline_act)}}
        if kind in ("voorcheck", "antwoord"):
            act, text = act_of_button(value) if kind == "voorcheck" else answer_of_button(value)
            return {"text": text, DIALOGUE_ACT: {"of": "voorcheck", "act": precheck_dialogue.to_plain(act)}}
    except ValueError as error:
        raise UnknownPayload(str(error)) from None
    return None


def read_payload(payload: str) -> dict[str, Any]:
    """Return Rasa parse data for a button.

    Raises:
        UnknownPayload: no button of ours makes this payload.
    """
    kind, _, value = payload.partition(":")
    if value and (read := _read_act(kind, value)) is not None:
        # bot.engine.context names the intent
        return {"entities": [], TOPIC: "", RANKING: [], ACCEPTED: True, LANGUAGE: None, PAYLOAD: payload, **read}
    if kind not in READERS or not value:
        raise UnknownPayload(f"unknown payload '{payload[:80]}'")
    topic_id, text, entities = READERS[kind](value)
    label = load_topics().label(topic_id)
    return {
        "text": text, "entities": entities, TOPIC: topic_id, RANKING: [(label, 1.0)], ACCEPTED: True, LANGUAGE: None,
        PAYLOAD: payload, **intent_fields(label, 1.0),
    }
