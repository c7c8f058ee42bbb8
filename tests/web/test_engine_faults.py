"""The engine fails in every way; the parent is told, and the conversation goes on."""

from __future__ import annotations

import json
import time

import pytest

from tests.web.conftest import Web
from tests.web.fake_engine import FakeEngine, answer


def assert_outage(messages: list[dict[str, object]]) -> None:
    """Check that the parent is told whom to call."""
    [message] = messages
    assert message["author"] == "systeem"
    assert "Er ging iets mis" in str(message["text"])
    assert "036 76 70 200" in str(message["text"])


def changed(**fields: object) -> bytes:
    """Return an answer with other fields in its message."""
    body = answer("x")
    body["messages"][0].update(fields)
    return json.dumps(body).encode()


@pytest.mark.parametrize("mode", ["hang", "status:500", "status:503", "status:404", "status:422", "status:302"])
def test_a_failing_engine_and_back(web: Web, engine: FakeEngine, mode: str) -> None:
    chat = web.start()
    engine.mode = mode
    assert_outage(chat.say("Wat is een TLV?"))
    engine.mode = "ok"
    assert chat.say("Wat is een TLV?")[0]["author"] == "bot"
    assert [m["author"] for m in chat.all()[len(chat.greeting) :]] == ["ouder", "systeem", "ouder", "bot"]


def test_a_killed_engine_and_back(web: Web, engine: FakeEngine) -> None:
    chat = web.start()
    chat.say("Voor de storing")
    engine.stop()
    assert_outage(chat.say("Tijdens de storing"))
    assert web.http.get("/readyz").status_code == 503
    assert web.http.get("/healthz").status_code == 200
    engine.start()
    [message] = chat.say("Na de storing")
    assert message["text"] == "Antwoord op: Na de storing"
    assert 'turns_total{outcome="unreachable"}' in web.http.get("/metrics").text


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<html>kapot</html>",
        b"null",
        b"[]",
        b"{}",
        b'{"messages": []}',
        b'{"messages": "hoi"}',
        b'{"messages": [{"text": 5}]}',
        b'{"messages": [{"text": "a\\u0000b"}]}',
        b'{"messages": [{"text": "a\\ud800b"}]}',
        b'{"messages": [{"text": "a", "card": {"x": NaN}}]}',
        b'{"messages": [{"text": "a", "card": {"x": 1e999}}]}',
        b'{"messages": [{"text": "a"}], "parse": {"confidence": 7}}',
        b"[" * 100_000,
        changed(text=None),
        changed(buttons=[{"title": "x"}]),
        changed(sources=["x"]),
        changed(level="c2"),
        changed(topic="x" * 65),
    ],
)
def test_garbage_from_the_engine_is_not_shown_or_stored(web: Web, engine: FakeEngine, raw: bytes) -> None:
    chat = web.start()
    engine.mode, engine.raw = "raw", raw
    assert_outage(chat.say("Wat is een TLV?"))
    engine.mode = "ok"
    assert chat.say("En nu?")[0]["author"] == "bot"


def test_new_fields_of_the_engine_do_no_harm(web: Web, engine: FakeEngine) -> None:
    body = {**answer("x"), "nieuw": 1}
    body["messages"][0]["nieuw"] = {"a": 1}
    body["parse"]["nieuw"] = True
    engine.mode, engine.raw = "raw", json.dumps(body).encode()
    assert web.start().say("Wat is een TLV?")[0]["author"] == "bot"


def test_several_messages_and_a_card_come_through(web: Web, engine: FakeEngine) -> None:
    card = {"kind": "gesprekskaart", "rows": [1, None, "é"]}
    body = {"messages": [{"text": "Een"}, {"text": "Twee", "card": card}], "parse": None}
    engine.mode, engine.raw = "raw", json.dumps(body).encode()
    chat = web.start()
    messages = chat.say("Wat is een TLV?")
    assert [m["text"] for m in messages] == ["Een", "Twee"]
    assert [m["card"] for m in messages] == [None, card]
    assert chat.all()[-2:] == messages


def test_a_button_that_the_engine_does_not_know(web: Web) -> None:
    chat = web.start()
    response = chat.post(payload="topic:bestaat_niet")
    assert response.status_code == 200
    [message] = response.json()["messages"]
    assert message["author"] == "systeem"
    assert "knop" in message["text"]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("/restart", "restart"),
        ("  /restart", "restart"),
        ("///restart", "restart"),
        ("\u200b/\u200b/ \u2060/intent{}", "intent{}"),
        ("\u0301/restart", "restart"),
        ("／restart", "restart"),
        ("\u3164/restart", "restart"),
        ("havo/vwo", "havo/vwo"),
        ("/ / havo/vwo", "havo/vwo"),
    ],
)
def test_a_leading_slash_never_reaches_the_engine(web: Web, engine: FakeEngine, text: str, asked: str) -> None:
    web.start().say(text)
    assert engine.texts() == [asked]


@pytest.mark.parametrize("text", ["/", "///", " / / ", "/\u200b/"])
def test_only_slashes_ask_for_a_question(web: Web, engine: FakeEngine, text: str) -> None:
    [message] = web.start().say(text)
    assert message["author"] == "systeem"
    assert "vraag" in message["text"]
    assert engine.asked == []


def test_the_log_of_the_process_holds_no_texts_ids_or_tokens(web: Web, engine: FakeEngine) -> None:
    chat = web.start()
    engine.mode = "raw"
    engine.raw = b'{"messages": [{"text": "geheim antwoord", "level": "c2"}]}'
    chat.say("een heel geheime vraag")
    chat.get(after="geheime-parameter")
    time.sleep(0.2)
    log = web.log.read_text(encoding="utf-8")
    assert "engine gave no answer: garbage" in log
    assert "POST /api/conversations/{conversation_id}/messages 200" in log
    for secret in ("geheim", chat.id, chat.token, "127.0.0.1"):
        assert secret not in log.replace("http://127.0.0.1", ""), secret
