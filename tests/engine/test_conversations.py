"""What holds in every conversation, and cannot be said in a file of tests/dialogue."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.knowledge.answers import load_answers
from bot.knowledge.topics import load_topics
from tests.engine.conftest import Talk

Start = Callable[[], Talk]
UNCLEAR = ["blorp gnarf zwiep", "iets met school ofzo", "die ene brief", "hoe zit het nou met dat ding van hem", "plek"]


def test_easier_repeats_the_same_answer_at_a2_with_its_source(talk: Start) -> None:
    conversation = talk()
    before = conversation.say("wat is een tlv?").messages[0]
    announced, repeated = conversation.say("makkelijker graag").messages
    assert announced["text"] == load_answers().get("utter_niveau_a2").text
    assert (repeated["topic"], repeated["level"]) == ("tlv_wat", "a2")
    assert repeated["text"] == load_answers().for_topic("tlv_wat", "a2").text
    assert repeated["sources"]
    back = conversation.say("mag weer gewoon").messages[-1]
    assert (back["topic"], back["level"], back["text"]) == ("tlv_wat", "b1", before["text"])


@pytest.mark.parametrize("text", UNCLEAR)
def test_asking_back_offers_at_most_three_topics_by_title(talk: Start, text: str) -> None:
    turn = talk().say(text)
    if turn.parse["accepted"]:
        pytest.skip("the model is sure about this one now")
    (message,) = turn.messages
    titles = {topic.title: f"topic:{topic_id}" for topic_id, topic in load_topics().topics.items()}
    assert 1 <= len(message["buttons"]) <= 3
    assert all(titles[button["title"]] == button["payload"] for button in message["buttons"])


def test_at_least_one_unclear_message_is_asked_back(talk: Start) -> None:
    assert not all(talk().say(text).parse["accepted"] for text in UNCLEAR)


def test_the_choice_that_was_offered_is_answered(talk: Start) -> None:
    conversation = talk()
    for text in UNCLEAR:
        turn = conversation.say(text)
        offered = [b["payload"] for b in turn.messages[0]["buttons"] if not turn.parse["accepted"]]
        if offered:
            answered = conversation.press(offered[0])
            assert answered.parse["topic"] == offered[0].removeprefix("topic:")
            assert answered.parse["accepted"]


def test_a_repeated_answer_is_the_same_to_the_letter(talk: Start) -> None:
    for payload in ("topic:tlv_wat", "arrangement:klass", "begrip:opp", "schooltype:sbo"):
        conversation = talk()
        first = conversation.press(payload).messages[0]
        again = conversation.press("topic:herhalen").messages[0]
        assert {k: again[k] for k in ("text", "buttons", "sources", "topic", "level")} == {
            k: first[k] for k in ("text", "buttons", "sources", "topic", "level")
        }


@pytest.mark.parametrize(
    "text", ["waarom vraag je dat?", "vorige vraag", "ik wil even stoppen met de vragen", "dat klopt niet, verander het"]
)
def test_an_act_without_a_pre_check_is_answered_once_and_the_conversation_goes_on(talk: Start, text: str) -> None:
    conversation = talk()
    turn = conversation.say(text)
    shown = [message["text"] for message in turn.messages]
    assert shown
    assert len(shown) == len(set(shown))
    assert conversation.say("wat is een tlv?").messages[0]["topic"] == "tlv_wat"
