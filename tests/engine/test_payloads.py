"""What a pressed button means, and what is reported about a message."""

from __future__ import annotations

import pytest

from bot.engine.nlu.parse_fields import ACCEPTED, LANGUAGE, RANKING, TOPIC
from bot.engine.payloads import UnknownPayload, read_payload
from bot.engine.report import RANKED, report
from bot.knowledge.topics import load_topics


@pytest.mark.parametrize("topic_id", load_topics().topics)
def test_every_topic_has_a_button(topic_id: str) -> None:
    parsed = read_payload(f"topic:{topic_id}")
    label = load_topics().label(topic_id)
    assert parsed[TOPIC] == topic_id
    assert parsed["text"] == load_topics().topics[topic_id].title
    assert parsed[RANKING] == [(label, 1.0)]
    assert parsed[ACCEPTED] is True
    assert parsed["intent"] == {"name": label.split("/")[0], "confidence": 1.0}
    said = report(parsed)
    assert (said["topic"], said["confidence"], said["act"]) == (topic_id, 1.0, None)


def test_an_faq_button_names_its_answer() -> None:
    selector = read_payload("topic:tlv_wat")["response_selector"]
    assert selector["tlv"]["response"]["utter_action"] == "utter_tlv/tlv_wat"
    assert read_payload("topic:begroeten")["response_selector"] == {"all_retrieval_intents": []}


@pytest.mark.parametrize(
    ("payload", "topic", "entity"),
    [
        ("arrangement:klass", "arrangement_info", ("arrangement", "klass")),
        ("begrip:opp", "begrip_uitleg", ("begrip", "opp")),
        ("school:sbo_de_bombardon", "school_zoeken", ("school", "sbo_de_bombardon")),
        ("schooltype:sbo", "school_zoeken", ("schooltype", "sbo")),
        ("wijk:Haven", "school_zoeken", ("wijk", "Haven")),
    ],
)
def test_a_button_that_names_something(payload: str, topic: str, entity: tuple[str, str]) -> None:
    parsed = read_payload(payload)
    assert parsed[TOPIC] == topic
    assert [(e["entity"], e["value"]) for e in parsed["entities"]] == [entity]


@pytest.mark.parametrize(
    "payload",
    ["", "topic", "topic:", "topic:bestaat_niet", "onzin:x", "/restart", "topic:tlv/tlv_wat", "TOPIC:tlv_wat",
     "action:action_restart", "intent:crisis", "{}"],
)  # fmt: skip
def test_other_buttons_are_refused(payload: str) -> None:
    with pytest.raises(UnknownPayload):
        read_payload(payload)


def test_a_refusal_repeats_at_most_a_bit_of_the_payload() -> None:
    with pytest.raises(UnknownPayload) as raised:
        read_payload("x" * 10_000)
    assert len(str(raised.value)) < 120


def test_the_report_shows_topics_without_family_and_leaves_acts_out() -> None:
    ranking = [("pc_waarom", 0.5), ("tlv/tlv_wat", 0.30001), ("begroeten", 0.1), *((f"onzin_{i}", 0.01) for i in range(9))]
    said = report({TOPIC: "pc_waarom", RANKING: ranking, ACCEPTED: True, LANGUAGE: "tr"})
    assert said["act"] == "pc_waarom"
    assert said["ranking"] == [["tlv_wat", 0.3], ["begroeten", 0.1]]
    assert (said["topic"], said["confidence"], said["accepted"], said["language"]) == ("tlv_wat", 0.3, True, "tr")


def test_the_report_keeps_five_topics() -> None:
    ranking = [(load_topics().label(t), 0.05) for t in load_topics().topics]
    assert len(report({RANKING: ranking})["ranking"]) == RANKED == 5


def test_the_report_of_nothing() -> None:
    said = report({})
    assert (said["topic"], said["confidence"], said["accepted"], said["language"]) == (None, 0.0, False, "nl")
    assert (said["ranking"], said["entities"]) == ([], [])


def test_entities_are_reported_with_their_words() -> None:
    found = {"entity": "duur", "value": 6.0, "text": "6 weken", "start": 0, "end": 7, "extractor": "DomainEntities"}
    assert report({"entities": [found]})["entities"] == [{"type": "duur", "value": 6.0, "text": "6 weken"}]
