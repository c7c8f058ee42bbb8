"""The chat API as the contract describes it."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.web.conftest import Chat, Web
from tests.web.fake_engine import FakeEngine

FIELDS = {"id", "author", "text", "buttons", "topic", "sources", "card", "created_at"}


def rows(web: Web, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """Read from the database of a SQLite web process."""
    with sqlite3.connect(web.database_url.removeprefix("sqlite:///")) as connection:
        return connection.execute(query, values).fetchall()


def test_nothing_is_stored_before_the_parent_writes(web: Web) -> None:
    chat = web.start()
    assert chat.all() == chat.greeting
    assert rows(web, "SELECT count(*) FROM conversations WHERE id = ?", chat.id) == [(0,)]


def test_the_greeting_says_that_this_is_a_computer_and_offers_a_person(web: Web) -> None:
    greeting = web.start().greeting
    assert "computer" in greeting[0]["text"]
    assert "topic:mens_spreken" in [b["payload"] for m in greeting for b in m["buttons"]]


def test_an_answer_has_every_field_and_its_source(web: Web) -> None:
    chat = web.start()
    [message] = chat.say("Wat is een TLV?")
    assert set(message) == FIELDS
    assert (message["author"], message["topic"]) == ("bot", "tlv_wat")
    assert message["text"] == "Antwoord op: Wat is een TLV?"
    assert message["buttons"] == [{"title": "Wie vraagt dit aan?", "payload": "topic:tlv_wie_vraagt_aan"}]
    assert set(message["sources"][0]) == {"id", "title", "part", "date", "kind"}
    assert datetime.fromisoformat(message["created_at"]).utcoffset() == timedelta(0)


def test_all_messages_stand_in_order_with_the_greeting_first(web: Web) -> None:
    chat = web.start()
    [answer] = chat.say("Eerste vraag")
    chat.say("Tweede vraag")
    found = chat.all()
    assert found[: len(chat.greeting)] == chat.greeting
    assert [m["author"] for m in found[len(chat.greeting) :]] == ["ouder", "bot", "ouder", "bot"]
    assert [m["text"] for m in chat.get(after=answer["id"]).json()["messages"]] == [
        "Tweede vraag", "Antwoord op: Tweede vraag",
    ]  # fmt: skip
    assert chat.get(after=chat.greeting[-1]["id"]).json()["messages"] == found[len(chat.greeting) :]


def test_an_unknown_message_to_read_after_is_refused(web: Web) -> None:
    assert web.start().get(after="bestaat-niet").status_code == 404


def test_a_button_reads_back_as_its_title(web: Web, engine: FakeEngine) -> None:
    chat = web.start()
    chat.say("Wat is een TLV?")
    assert chat.post(payload="topic:tlv_wie_vraagt_aan").status_code == 200
    assert engine.asked[-1] == {"conversation": chat.id, "payload": "topic:tlv_wie_vraagt_aan"}
    assert chat.all()[-2]["text"] == "Wie vraagt dit aan?"


def test_a_button_that_no_message_showed_reads_back_as_its_topic(web: Web) -> None:
    chat = web.start()
    chat.post(payload="topic:terugbellen")
    assert chat.all()[-2]["text"] == "Ik wil gebeld worden"


def test_the_log_keeps_how_a_message_was_understood(web: Web) -> None:
    chat = web.start()
    chat.say("Wat is een TLV voor mijn kind van 8 jaar?")
    [found] = rows(
        web,
        "SELECT p.topic, p.confidence, p.accepted, p.ranking, p.entities, p.language, p.level, p.engine_ms, m.author "
        "FROM message_parses p JOIN messages m ON m.id = p.message_id WHERE m.conversation_id = ?",
        chat.id,
    )
    assert found[:3] == ("tlv_wat", 0.91, 1)
    assert '["opp_wat", 0.04]' in found[3]
    assert '"leeftijd"' in found[4]
    assert found[5:7] == ("nl", "b1")
    assert found[7] >= 0
    assert found[8] == "ouder"


def test_export_holds_everything_that_is_stored(web: Web) -> None:
    chat = web.start()
    chat.say("Wat is een TLV?")
    response = chat.get("export")
    assert "attachment" in response.headers["Content-Disposition"]
    conversation = response.json()["conversation"]
    assert conversation["stored"]
    assert conversation["owner"] == "bot"
    assert conversation["ownership"] == []
    assert [m["text"] for m in conversation["messages"]] == [m["text"] for m in chat.all()]
    parses = [m["parse"] for m in conversation["messages"] if m["parse"]]
    assert len(parses) == 1
    assert parses[0]["entities"] == [{"type": "leeftijd", "value": 8, "text": "8 jaar"}]


def test_export_before_the_first_message_says_that_nothing_is_stored(web: Web) -> None:
    assert web.start().get("export").json()["conversation"]["stored"] is False


@pytest.mark.parametrize("wrote_first", [True, False])
def test_after_erasing_everything_answers_410_and_nothing_is_left(web: Web, wrote_first: bool) -> None:
    chat = web.start()
    if wrote_first:
        chat.say("Een geheim over mijn kind")
    assert chat.erase().status_code == 204
    for response in (chat.post(text="Nog een vraag"), chat.get(), chat.get("export"), chat.get("events"), chat.erase()):
        assert response.status_code == 410
        assert response.json()["error"]["code"] == "gewist"
    assert rows(web, "SELECT count(*) FROM messages WHERE conversation_id = ?", chat.id) == [(0,)]
    assert rows(web, "SELECT owner, last_position FROM conversations WHERE id = ?", chat.id) == [("gesloten", 0)]


def test_conversations_do_not_mix(web: Web) -> None:
    first, second = web.start(), web.start()
    first.say("Vraag van de eerste")
    second.say("Vraag van de tweede")
    assert "eerste" not in str(second.all())
    assert len(first.id) >= 22
    assert first.id != second.id


def test_a_handoff_without_its_parts_is_refused(web: Web) -> None:
    chat = web.start()
    response = web.http.post(f"/api/conversations/{chat.id}/handoff", json={}, headers=chat.headers)
    assert response.status_code == 422
    assert response.json()["error"]["code"]


def test_openapi_names_every_route_of_the_contract(web: Web) -> None:
    description = web.http.get("/api/openapi.json").json()
    one = "/api/conversations/{conversation_id}"
    parts = {f"{one}/{part}" for part in ("messages", "events", "export", "handoff")}
    assert {"/api/conversations", one, *parts} <= set(description["paths"])
    assert set(description["paths"][f"{one}/messages"]) == {"get", "post"}
    assert "410" in description["paths"][one]["delete"]["responses"]


def test_ready_tells_which_part_is_missing(web: Web, engine: FakeEngine) -> None:
    assert web.http.get("/readyz").json() == {"status": "ok", "parts": {"database": "ok", "engine": "ok"}}
    engine.has_model = False
    response = web.http.get("/readyz")
    assert response.status_code == 503
    assert response.json()["parts"] == {"database": "ok", "engine": "no model"}


def test_metrics_count_turns_and_hold_no_ids(web: Web) -> None:
    chat = web.start()
    chat.say("Wat is een TLV?")
    text = web.http.get("/metrics").text
    assert 'turns_total{outcome="answered"}' in text
    assert 'route="/api/conversations/{conversation_id}/messages"' in text
    assert chat.id not in text


def test_the_demo_page_and_its_files_are_there(web: Web) -> None:
    page = web.http.get("/")
    assert page.status_code == 200
    assert 'lang="nl"' in page.text
    assert "036 76 70 200" in page.text
    assert "{" not in page.text
    assert '<script src="/widget.js" async></script>' in page.text
    assert web.http.get("/widget.js").status_code == 200
    for name in ("page.css", "demo.js", "icon.svg"):
        assert web.http.get(f"/static/{name}").status_code == 200, name


def test_a_kept_conversation_goes_on_in_a_new_client(web: Web) -> None:
    chat = web.start()
    chat.say("Eerste vraag")
    again = Chat(web.http, chat.id, chat.token, [])
    again.say("Tweede vraag")
    assert len(again.all()) == len(chat.greeting) + 4
