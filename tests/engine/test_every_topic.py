"""Pressing the button of every topic gives the answer of that topic, at both levels."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.knowledge.answers import load_answers
from bot.knowledge.topics import load_topics
from tests.engine.conftest import Talk

Start = Callable[[], Talk]
# These are about the answer before; tests/dialogue says what they do.
REPEATING = {"herhalen", "eenvoudiger"}
# Answered by a dialogue, whose own texts stand at both levels (data/answers/voorcheck.yml and termijn.yml).
DIALOGUES = {"voorcheck_starten", "termijn_berekenen"}


@pytest.mark.parametrize("topic_id", [t for t in load_topics().topics if t not in REPEATING])
def test_every_topic_answers(talk: Start, topic_id: str) -> None:
    conversation = talk()
    first = conversation.press(f"topic:{topic_id}")
    conversation.say("makkelijker graag")
    second = conversation.press(f"topic:{topic_id}")
    for turn in (first, second):
        assert turn.parse["topic"] == topic_id
        message = turn.messages[0]
        assert message["topic"] == topic_id
        assert message["text"].strip()
        for shown in turn.messages:
            assert "{" not in shown["text"]
            assert "utter_" not in shown["text"]
            assert all(button["title"] and button["payload"] for button in shown["buttons"])
    if topic_id != "opnieuw_beginnen":  # this one goes back to the normal level
        easier = topic_id in DIALOGUES or load_answers().has(load_topics().response(topic_id), "a2")
        assert second.messages[0]["level"] == ("a2" if easier else "b1")
        assert (second.messages[0]["text"] != first.messages[0]["text"]) or not easier


@pytest.mark.parametrize("topic_id", [t for t in load_topics().topics if load_topics().needs_a2(t)])
def test_topics_that_matter_have_an_easier_answer(topic_id: str) -> None:
    assert load_answers().has(load_topics().response(topic_id), "a2")


def test_every_button_under_every_answer_works(talk: Start) -> None:
    """Follow the buttons from answer to answer; no chain ends in a button that does nothing."""
    pressed: set[str] = set()
    waiting = ["topic:wat_kan_je"]
    while waiting:
        payload = waiting.pop()
        if payload in pressed or not payload.startswith("topic:"):
            continue
        pressed.add(payload)
        turn = talk().press(payload)
        waiting += [button["payload"] for message in turn.messages for button in message["buttons"]]
    assert len(pressed) > 50
