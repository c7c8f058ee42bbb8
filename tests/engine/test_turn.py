"""One turn through the real assistant: what goes in, what comes out, and what a failure looks like."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from rasa.core.agent import Agent

from bot.engine.payloads import UnknownPayload
from bot.engine.turn import EngineError
from bot.knowledge.answers import load_answers
from bot.knowledge.languages import load_languages
from bot.knowledge.topics import load_topics
from tests.engine.conftest import Talk

Start = Callable[[], Talk]
PHONE = "036 76 70 200"


def test_a_turn_has_everything_that_web_passes_on(talk: Start) -> None:
    turn = talk().say("wat is een tlv?")
    message = turn.messages[0]
    assert set(message) == {"text", "buttons", "topic", "level", "sources", "card"}
    assert message["topic"] == turn.parse["topic"] == "tlv_wat"
    assert message["level"] == "b1"
    assert message["sources"]
    assert {"id", "title", "part", "date", "kind"} <= set(message["sources"][0])
    assert all(set(button) == {"title", "payload"} for button in message["buttons"])
    assert set(turn.parse) >= {"topic", "confidence", "accepted", "ranking", "entities", "language"}
    json.dumps([turn.messages, turn.parse])


@pytest.mark.parametrize("text", ["/restart", "/session_start", "//crisis", " / wat is een tlv?", '/tlv{"taalniveau": "a2"}'])
def test_a_leading_slash_is_no_command(talk: Start, text: str) -> None:
    conversation = talk()
    conversation.say("wat is een tlv?")
    turn = conversation.say(text)
    assert turn.messages
    tracker = conversation.tracker()
    assert tracker.slots["taalniveau"].value is None
    assert len([e for e in tracker.events if e.type_name == "user"]) == 2  # nothing was restarted


def test_a_slash_before_a_question_is_left_out(talk: Start) -> None:
    assert talk().say("/wat is een tlv?").messages[0]["topic"] == "tlv_wat"


@pytest.mark.parametrize("language", sorted(load_languages()))
def test_crisis_is_told_in_the_language_of_the_parent(talk: Start, language: str) -> None:
    danger = {
        "en": "My daughter says she wants to die and I am very afraid",
        "tr": "Oğlum ölmek istediğini söylüyor, çok korkuyorum",
        "ar": "ابنتي تريد أن تموت وأنا خائفة جدا",
        "pl": "Córka napisała mi, że nie chce już żyć i bardzo się boję",
        "uk": "Моя донька каже, що не хоче жити, я дуже боюся",
        "es": "Mi hijo de quince años dice que quiere morir y tengo miedo",
        "fr": "Ma fille dit qu'elle veut mourir et j'ai très peur",
        "de": "Meine Tochter sagt, dass sie nicht mehr leben will, ich habe Angst",
    }[language]
    turn = talk().say(danger)
    message = turn.messages[0]
    assert (turn.parse["topic"], turn.parse["language"]) == ("crisis", language)
    first_line = load_languages()[language].crisis.split("{")[0].strip("⁦ ")
    assert message["text"].startswith(first_line[:40])
    assert "Bel meteen 112" in message["text"]  # the Dutch text stands below it, for whoever helps
    for number in ("112", "113", "0800-0113", "0800-2000", "0800-0432", PHONE):
        assert message["text"].count(number) >= 2


def test_an_answer_in_another_language_starts_with_its_fixed_line(talk: Start) -> None:
    turn = talk().say("Can I apply for a TLV myself as a parent, or does the school have to do it?")
    line, _, dutch = turn.messages[0]["text"].partition("\n\n")
    assert line == load_languages()["en"].line.replace("{steunpunt_telefoon}", PHONE)
    assert dutch == load_answers().for_topic("tlv_wie_vraagt_aan").text
    assert "\n\n".join(m["text"] for m in turn.messages[1:]).count(line) == 0


def test_two_questions_are_answered_and_named(talk: Start) -> None:
    turn = talk().say("Wat is een TLV? En wat is onderweg naar school (ONS)?")
    assert turn.messages[0]["topic"] == "tlv_wat"
    last = turn.messages[-1]
    assert last["buttons"] == [{"title": load_topics().topics["ons_wat"].title, "payload": "topic:ons_wat"}]
    assert last["buttons"][0]["title"] in last["text"]


def test_an_unknown_button_is_refused_and_leaves_no_trace(talk: Start) -> None:
    conversation = talk()
    with pytest.raises(UnknownPayload):
        conversation.press("topic:bestaat_niet")
    assert conversation.tracker() is None


def test_conversations_do_not_mix(talk: Start) -> None:
    one, other = talk(), talk()
    one.say("makkelijker graag")
    assert one.press("topic:tlv_wat").messages[0]["level"] == "a2"
    assert other.press("topic:tlv_wat").messages[0]["level"] == "b1"


def test_no_answer_is_an_error(talk: Start, agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(*_: object, **__: object) -> list[object]:
        return []

    monkeypatch.setattr(agent, "handle_message", nothing)
    with pytest.raises(EngineError, match="no answer"):
        talk().say("wat is een tlv?")


@pytest.mark.parametrize(
    "text",
    ["?", "!!!", "👍", "😭😭😭", "asdfghjkl", "a" * 2000, "wat " * 400, "\u202ewat is tlv", "<script>alert(1)</script>",
     "{steunpunt_telefoon}", "'; DROP TABLE events; --", "12345678", "\x0b", "ﷺ", "ik\n\n\nbegrijp\tniets"],
    ids=lambda text: ascii(text[:20]),
)  # fmt: skip
def test_strange_messages_get_a_proper_answer(talk: Start, text: str) -> None:
    turn = talk().say(text)
    assert turn.messages
    for message in turn.messages:
        assert message["text"].strip()
        assert "{" not in message["text"]
        assert text.strip() not in message["text"] or len(text) < 3
