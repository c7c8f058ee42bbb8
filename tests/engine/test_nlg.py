"""Answers as parents read them: level, facts filled in, buttons, sources, and what a repetition needs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rasa.shared.core.events import SlotSet
from rasa.shared.core.slots import TextSlot
from rasa.shared.core.trackers import DialogueStateTracker

from bot.engine.agents import run
from bot.engine.nlg import AnswerGenerator
from bot.knowledge.answers import load_answers
from bot.knowledge.files import KnowledgeError
from bot.knowledge.topics import load_topics

TLV = "utter_tlv/tlv_wat"


@pytest.fixture(scope="module")
def generator() -> AnswerGenerator:
    return AnswerGenerator(None)


def tracker(level: str | None = None) -> DialogueStateTracker:
    slots = [TextSlot("taalniveau", mappings=[{"type": "custom"}], influence_conversation=False)]
    events = [SlotSet("taalniveau", level)] if level else []
    return DialogueStateTracker.from_events("gesprek", events, slots=slots)


def said(generator: AnswerGenerator, response: str, level: str | None = None, **values: Any) -> dict[str, Any]:
    message = run(generator.generate(response, tracker(level), "portaal", **values))
    assert message is not None
    return dict(message)


def test_an_unknown_response_is_none(generator: AnswerGenerator) -> None:
    assert run(generator.generate("utter_bestaat_niet", tracker(), "portaal")) is None


@pytest.mark.parametrize(("slot", "level"), [(None, "b1"), ("b1", "b1"), ("a2", "a2"), ("c2", "b1")])
def test_the_slot_chooses_the_level(generator: AnswerGenerator, slot: str | None, level: str) -> None:
    message = said(generator, TLV, slot)
    assert message["metadata"]["level"] == level
    assert message["text"] == load_answers().get(TLV, level).text  # type: ignore[arg-type]


def test_without_an_easier_text_the_normal_one_is_given(generator: AnswerGenerator) -> None:
    assert not load_answers().has("utter_bot_vraag", "a2")
    message = said(generator, "utter_bot_vraag", "a2")
    assert message["metadata"]["level"] == "b1"
    assert message["text"] == said(generator, "utter_bot_vraag")["text"]


def test_facts_are_filled_in(generator: AnswerGenerator) -> None:
    text = said(generator, "utter_crisis")["text"]
    assert "{" not in text
    for number in ("112", "113", "0800-0113", "0800-2000", "0800-0432", "036 76 70 200"):
        assert number in text


def test_values_of_an_action_are_filled_in(generator: AnswerGenerator) -> None:
    assert "Wat is een TLV?" in said(generator, "utter_ook_gevraagd", titel="Wat is een TLV?")["text"]


def test_a_value_that_is_missing_is_an_error_and_no_raw_placeholder(generator: AnswerGenerator) -> None:
    with pytest.raises(KnowledgeError, match="titel"):
        said(generator, "utter_ook_gevraagd")


def test_buttons_are_the_topics_that_may_follow(generator: AnswerGenerator) -> None:
    followups = load_answers().get(TLV).followups
    titles = load_topics().topics
    assert said(generator, TLV)["buttons"] == [{"title": titles[t].title, "payload": f"topic:{t}"} for t in followups]
    assert 1 <= len(followups) <= 4


def test_choices_stand_before_followups(generator: AnswerGenerator) -> None:
    choices = [["klASS", "arrangement:klass"]]
    buttons = said(generator, TLV, choices=choices, followups=["mens_spreken"])["buttons"]
    assert [b["payload"] for b in buttons] == ["arrangement:klass", "topic:mens_spreken"]
    assert said(generator, TLV, choices=choices, followups=[])["buttons"] == [
        {"title": "klASS", "payload": "arrangement:klass"}
    ]


def test_sources_of_the_facts_or_those_that_are_given(generator: AnswerGenerator) -> None:
    own = said(generator, TLV)["metadata"]["sources"]
    assert own
    assert all(source["title"] and source["part"] and source["date"] for source in own)
    given = said(generator, TLV, sources=["ons/doel", "ons/doel"])["metadata"]["sources"]
    assert [source["id"] for source in given] == ["ons/doel"]
    assert said(generator, TLV, sources=[])["metadata"]["sources"] == []
    with pytest.raises(KnowledgeError):
        said(generator, TLV, sources=["bestaat/niet"])


def test_metadata(generator: AnswerGenerator) -> None:
    metadata = said(generator, TLV)["metadata"]
    assert (metadata["topic"], metadata["response"], metadata["card"]) == ("tlv_wat", TLV, None)
    assert metadata["repeatable"] is True
    assert said(generator, "utter_bedanken")["metadata"]["repeatable"] is False
    card = {"type": "termijn"}
    changed = said(generator, TLV, topic="termijn_berekenen", card=card)["metadata"]
    assert (changed["topic"], changed["card"]) == ("termijn_berekenen", card)
    assert said(generator, "utter_start")["metadata"]["topic"] is None


def test_what_it_was_filled_with_is_kept_for_a_repetition(generator: AnswerGenerator) -> None:
    values = {"titel": "Wat is een TLV?", "followups": ["mens_spreken"], "sources": ["ons/doel"]}
    metadata = said(generator, "utter_ook_gevraagd", template="x", **values)["metadata"]
    assert metadata["values"] == values
    again = said(generator, metadata["response"], **metadata["values"])
    assert again == said(generator, "utter_ook_gevraagd", **values)


def test_every_message_can_be_stored_as_json(generator: AnswerGenerator) -> None:
    for response in (TLV, "utter_crisis", "utter_start"):
        assert json.loads(json.dumps(said(generator, response)))
