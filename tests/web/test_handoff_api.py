"""The API of a handoff, against the real web process."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.web.conftest import Chat, Web, running
from tests.web.fake_engine import FakeEngine, answer
from tests.web.handoffs import CALL, CHAT, CLOSED, FIRST_SLOT, NEXT_SLOT, OPEN, asked, body, new_staff, post, store_of
from tests.web.test_contract import rows


@pytest.fixture(scope="module")
def _open_web(_engine: FakeEngine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    with running(tmp_path_factory.mktemp("open"), _engine.url, BOT_NOW=OPEN) as web:
        yield web


@pytest.fixture
def web(_open_web: Web, engine: FakeEngine) -> Web:
    """Give a web process that lives on a Monday at ten: somebody is there."""
    return _open_web


@pytest.fixture(scope="module")
def _closed_web(_engine: FakeEngine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    with running(tmp_path_factory.mktemp("closed"), _engine.url, BOT_NOW=CLOSED) as web:
        yield web


@pytest.fixture
def closed(_closed_web: Web, engine: FakeEngine) -> Web:
    """Give a web process that lives on a Saturday."""
    return _closed_web


def says(topic: str, buttons: list[str] | None = None) -> bytes:
    """Return an answer of the engine about a topic."""
    made = answer("x")
    made["messages"][0] |= {"topic": topic, "buttons": [{"title": b, "payload": f"topic:{b}"} for b in buttons or []]}
    made["parse"]["topic"] = topic
    return json.dumps(made).encode()


@pytest.mark.parametrize(
    ("topic", "buttons", "prefer"),
    [
        ("mens_spreken", [], "chat"),
        ("terugbellen", [], "terugbellen"),
        ("crisis", ["mens_spreken", "terugbellen"], "chat"),
        ("", ["mens_spreken", "terugbellen"], "chat"),
        ("tlv_wat", ["mens_spreken"], None),
    ],
)
def test_the_card_comes_with_a_person(web: Web, engine: FakeEngine, topic: str, buttons: list[str], prefer: str | None) -> None:
    chat = web.start()
    engine.mode, engine.raw = "raw", says(topic, buttons)
    [message] = chat.say("Ik wil een mens")
    if prefer is None:
        assert message["card"] is None
        return
    card = message["card"]
    assert (card["type"], card["prefer"], card["current"]) == ("overdracht", prefer, True)
    assert card["reach"]["chat_open"] is True
    assert [o["how"] for o in card["reach"]["options"]] == ["chat", "terugbellen", "email"]
    assert card["consent_text"]
    assert card["handoff"] is None
    assert rows(web, "SELECT card FROM messages WHERE id = ?", message["id"]) == [
        (json.dumps({"type": "overdracht", "prefer": prefer}),)
    ]


def test_only_the_newest_card_can_be_filled_in(web: Web, engine: FakeEngine) -> None:
    chat = web.start()
    engine.mode, engine.raw = "raw", says("mens_spreken")
    chat.say("Ik wil een mens")
    chat.say("Ik wil echt een mens")
    cards = [m["card"] for m in chat.all() if m["card"]]
    assert [c["current"] for c in cards] == [False, True]
    assert "draft" not in cards[0]


def test_the_draft_holds_what_the_parent_told(web: Web) -> None:
    chat = web.start()
    chat.say("Mijn zoon van 9 zit al 6 weken thuis")
    offer = chat.get("handoff").json()
    draft = offer["draft"]
    assert draft["vraag"] == "Mijn zoon van 9 zit al 6 weken thuis"
    assert ("leeftijd", "9 jaar") in [(e["field"], e["answer"]) for e in draft["kind"]]
    assert offer["urgency"] == draft["urgentie"]["level"] == "hoog"
    assert "geprobeerd" in [m["field"] for m in offer["missing"]]
    assert len(offer["missing"]) <= 4


def test_an_approval_is_stored_whole_and_told_afterwards(web: Web) -> None:
    chat = web.start()
    chat.say("Wie helpt ons met onze dochter van 12?")
    response = post(chat, body(chat))
    assert response.status_code == 201
    found = response.json()
    assert (found["handoff"]["state"], found["handoff"]["reach"]) == ("aangevraagd", "chat")
    [told] = found["messages"]
    assert told["author"] == "systeem"
    assert chat.all()[-1] == told
    stored = "SELECT h.state, h.intake, h.contact, c.owner FROM handoffs h JOIN conversations c ON c.id = h.conversation_id"
    [(state, intake, contact, owner)] = rows(web, f"{stored} WHERE c.id = ?", chat.id)
    assert (state, owner) == ("aangevraagd", "wacht")
    assert "dochter" not in intake
    assert "Sara" not in contact
    assert rows(web, "SELECT kind FROM consents WHERE conversation_id = ?", chat.id) == [("overdracht",)]
    history = "SELECT from_state, to_state, actor FROM handoff_events WHERE handoff_id = ? ORDER BY id"
    assert rows(web, history, found["handoff"]["id"]) == [
        (None, "aangeboden", "systeem"), ("aangeboden", "aangevraagd", "ouder"),
    ]  # fmt: skip
    assert rows(web, "SELECT kind FROM mails WHERE handoff_id = ?", found["handoff"]["id"]) == [("nieuw",)]
    [notice] = chat.say("Is er iemand?")
    assert notice["author"] == "systeem"
    assert chat.get("handoff").json()["handoff"]["state"] == "aangevraagd"


def test_a_handoff_may_be_the_first_thing_a_parent_sends(web: Web) -> None:
    chat = web.start()
    assert post(chat, body(chat)).status_code == 201
    assert [m["author"] for m in chat.all()] == ["bot", "systeem"]


@pytest.mark.parametrize("times", [2, 6])
def test_the_same_key_again_is_the_same_handoff(web: Web, times: int) -> None:
    chat = web.start()
    chat.say("Wie helpt ons?")
    content = body(chat)
    with ThreadPoolExecutor(times) as pool:
        answers = list(pool.map(lambda _: httpx.post(
            f"{web.url}/api/conversations/{chat.id}/handoff", json=content, headers=chat.headers, timeout=30, trust_env=False
        ), range(times)))  # fmt: skip
    assert sorted(a.status_code for a in answers) == [200] * (times - 1) + [201]
    assert len({a.json()["handoff"]["id"] for a in answers}) == 1
    assert len({json.dumps(a.json()["messages"]) for a in answers}) == 1
    assert rows(web, "SELECT count(*) FROM handoffs WHERE conversation_id = ?", chat.id) == [(1,)]
    assert [m["text"] for m in chat.all()].count(answers[0].json()["messages"][0]["text"]) == 1


def test_two_processes_store_it_once(run_web: Callable[..., Web]) -> None:
    first, second = run_web(BOT_NOW=OPEN), run_web(BOT_NOW=OPEN)
    chat = first.start()
    chat.say("Wie helpt ons?")
    content = body(chat)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: httpx.post(
            f"{(first, second)[number % 2].url}/api/conversations/{chat.id}/handoff", json=content, headers=chat.headers,
            timeout=30, trust_env=False,
        ).status_code, range(8)))  # fmt: skip
    assert sorted(answers) == [200] * 7 + [201]
    assert rows(first, "SELECT count(*) FROM handoffs") == [(1,)]
    assert rows(first, "SELECT count(*) FROM mails") == [(1,)]


def test_a_second_request_hears_how_the_first_stands(web: Web) -> None:
    chat, _ = asked(web, CALL)
    response = post(chat, body(chat))
    assert response.status_code == 409
    error = response.json()["error"]
    assert error["code"] == "overdracht_loopt"
    assert "woensdag 2 december" in error["message"]
    assert rows(web, "SELECT count(*) FROM handoffs WHERE conversation_id = ?", chat.id) == [(1,)]


def test_a_callback_leaves_the_conversation_with_the_bot(web: Web) -> None:
    chat, handoff_id = asked(web, CALL)
    assert rows(web, "SELECT state FROM handoffs WHERE id = ?", handoff_id) == [("terugbellen",)]
    assert chat.say("Nog een vraag")[0]["author"] == "bot"
    assert "woensdag 2 december, 9.30 tot 10.00 uur" in [m for m in chat.all() if m["author"] == "systeem"][-1]["text"]


def test_an_email_leaves_the_conversation_with_the_bot(web: Web) -> None:
    chat, handoff_id = asked(web, {"how": "email", "email": "sara@voorbeeld.nl"})
    assert rows(web, "SELECT state, reach FROM handoffs WHERE id = ?", handoff_id) == [("aangevraagd", "email")]
    assert chat.say("Nog een vraag")[0]["author"] == "bot"


@pytest.mark.parametrize(
    ("contact", "field"),
    [
        ({"how": "terugbellen", "slot": NEXT_SLOT}, "contact.phone"),
        ({"how": "terugbellen", "slot": NEXT_SLOT, "phone": "06 1234"}, "contact.phone"),
        ({"how": "terugbellen", "phone": "0612345678"}, "contact.slot"),
        ({"how": "terugbellen", "phone": "0612345678", "slot": "2026-12-02T09:10:00+01:00"}, "contact.slot"),
        ({"how": "terugbellen", "phone": "0612345678", "slot": FIRST_SLOT}, "contact.slot"),
        ({"how": "terugbellen", "phone": "0612345678", "slot": "2027-12-01T09:00:00+01:00"}, "contact.slot"),
        ({"how": "terugbellen", "phone": "0612345678", "slot": "morgen"}, "contact.slot"),
        ({"how": "email"}, "contact.email"),
        ({"how": "email", "email": "sara@voorbeeld"}, "contact.email"),
        ({"how": "email", "email": "sara voorbeeld.nl"}, "contact.email"),
        ({"how": "duif"}, "contact.how"),
        ({"how": "chat", "name": "x" * 200}, "contact.name"),
    ],
)  # fmt: skip
def test_contact_details_are_checked_field_by_field(web: Web, contact: dict[str, Any], field: str) -> None:
    chat = web.start()
    chat.say("Wie helpt ons?")
    response = post(chat, body(chat, contact))
    assert response.status_code == 422, response.text
    error = response.json()["error"]
    assert set(error["fields"]) == {field}
    assert error["fields"][field].endswith(".")
    assert rows(web, "SELECT count(*) FROM handoffs WHERE conversation_id = ?", chat.id) == [(0,)]


def test_the_intake_is_checked_field_by_field(web: Web) -> None:
    chat = web.start()
    chat.say("Wie helpt ons?")
    content = body(chat, consent=False)
    content["intake"] |= {
        "vraag": " ",
        "kind": [{"field": "schoenmaat", "question": "Welke maat?", "answer": "38"}],
        "voorcheck": {"date": "2026-11-30", "fits": [], "maybe": [], "no": []},
        "termijnen": [{"rule": "bezwaar", "title": "x", "from": "2026-11-01", "until": "2026-12-14", "extended": False}],
    }
    response = post(chat, content)
    assert response.status_code == 422
    assert set(response.json()["error"]["fields"]) == {
        "intake.vraag", "intake.kind.schoenmaat", "intake.voorcheck", "intake.termijnen", "consent",
    }  # fmt: skip
    content["intake"] = {"vraag": "x" * 3000}
    assert "2000" in post(chat, content).json()["error"]["fields"]["intake.vraag"]


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"intake": 3}', b'{"consent": "ja"}'])
def test_garbage_is_refused_kindly(web: Web, content: bytes) -> None:
    chat = web.start()
    headers = {**chat.headers, "Content-Type": "application/json"}
    response = chat.http.post(f"/api/conversations/{chat.id}/handoff", content=content, headers=headers)
    assert response.status_code in (400, 422)
    assert response.json()["error"]["message"]


def test_our_own_words_and_rules_stand_in_what_is_stored(web: Web) -> None:
    chat = web.start()
    chat.say("Mijn kind van 9 zit thuis")
    content = body(chat)
    content["intake"]["situatie"] = [{"field": "weken_niet_naar_school", "question": "Verzonnen?", "answer": "3 maanden"}]
    content["intake"]["urgentie"] = {"level": "spoed", "reasons": ["Omdat ik het zeg."]}
    handoff_id = post(chat, content).json()["handoff"]["id"]
    with store_of(web) as store:
        intake = store.detail(handoff_id).intake
    assert intake.situatie[0].question.startswith("Gaat je kind nu naar school?")
    assert intake.urgentie.level == "hoog"
    assert intake.urgentie.reasons == ["Het kind gaat al 13 weken niet of weinig naar school."]


def test_a_large_intake_fits_and_a_huge_one_does_not(web: Web) -> None:
    chat = web.start()
    chat.say("Wie helpt ons?")
    content = body(chat)
    content["intake"] |= {"vraag": "x" * 2000, "geprobeerd": "é" * 2000}
    content["intake"]["kind"] = [{"field": "leeftijd", "question": "x" * 400, "answer": "y" * 400}] * 10
    assert len(json.dumps(content)) > 8 * 1024
    assert post(chat, content).status_code == 201
    assert post(chat, content | {"consent": "x" * 60_000}).status_code == 413


def test_when_nobody_is_there_chat_is_refused_and_a_slot_is_offered(closed: Web) -> None:
    chat = closed.start()
    chat.say("Wie helpt ons?")
    reach = chat.get("handoff").json()["reach"]
    assert reach["chat_open"] is False
    assert reach["next_open"] == FIRST_SLOT
    assert "maandag 30 november 2026 om 9.00 uur" in reach["text"]
    options = {o["how"]: o for o in reach["options"]}
    assert options["chat"]["available"] is False
    assert options["terugbellen"]["slots"][0]["at"] == FIRST_SLOT
    response = post(chat, body(chat, CHAT))
    assert set(response.json()["error"]["fields"]) == {"contact.how"}
    assert post(chat, body(chat, {**CALL, "slot": FIRST_SLOT})).status_code == 201


def test_a_full_slot_is_not_offered_and_not_given(closed: Web) -> None:
    slot = "2026-12-04T11:30:00+01:00"
    chats = [asked(closed, {**CALL, "slot": slot})[0] for _ in range(2)]
    late = closed.start()
    late.say("Wie helpt ons?")
    content = body(late, {**CALL, "slot": slot})
    options = {o["how"]: o for o in late.get("handoff").json()["reach"]["options"]}
    assert slot not in [s["at"] for s in options["terugbellen"]["slots"]]
    error = post(late, content).json()["error"]
    assert "iemand anders" in error["fields"]["contact.slot"]
    assert rows(closed, "SELECT count(*) FROM handoffs WHERE conversation_id = ?", late.id) == [(0,)]
    withdrawn = chats[0].http.delete(f"/api/conversations/{chats[0].id}/handoff", headers=chats[0].headers)
    assert withdrawn.status_code == 200
    assert post(late, content).status_code == 201


def test_a_parent_may_withdraw_and_ask_again(web: Web) -> None:
    chat, handoff_id = asked(web)
    path = f"/api/conversations/{chat.id}/handoff"
    told = chat.http.delete(path, headers=chat.headers)
    assert told.status_code == 200
    assert "ingetrokken" in told.json()["messages"][0]["text"]
    assert chat.http.delete(path, headers=chat.headers).status_code == 404
    assert rows(web, "SELECT state, outcome FROM handoffs WHERE id = ?", handoff_id) == [("vervallen", "ingetrokken")]
    assert chat.say("Wat is een TLV?")[0]["author"] == "bot"
    assert post(chat, body(chat)).status_code == 201


def test_export_and_erase_hold_the_handoff(web: Web) -> None:
    chat, handoff_id = asked(web, {**CALL, "slot": "2026-12-07T09:00:00+01:00"})
    answered = next(m for m in chat.all() if m["author"] == "bot" and m["topic"])
    path = f"/api/conversations/{chat.id}/messages/{answered['id']}/feedback"
    thumb = chat.http.post(path, json={"thumb": -1}, headers=chat.headers)
    assert thumb.status_code == 204
    stored = chat.get("export").json()["conversation"]
    [handoff] = stored["handoffs"]
    assert handoff["contact"] == {"how": "terugbellen", "name": "Sara", "phone": "+31612345678"}
    assert handoff["intake"]["vraag"].startswith("Mijn kind van 9")
    assert [e["to_state"] for e in handoff["events"]] == ["aangeboden", "terugbellen"]
    assert stored["consents"][0]["kind"] == "overdracht"
    assert [m["thumb"] for m in stored["messages"] if m["id"] == answered["id"]] == [-1]
    assert chat.erase().status_code == 204
    assert rows(web, "SELECT count(*) FROM handoffs WHERE id = ?", handoff_id) == [(0,)]
    for table in ("handoff_events", "callbacks", "mails"):
        counted = rows(web, f"SELECT count(*) FROM {table} WHERE handoff_id = ?", handoff_id)  # noqa: S608
        assert counted == [(0,)], table
    assert rows(web, "SELECT count(*) FROM consents WHERE conversation_id = ?", chat.id) == [(0,)]
    assert rows(web, "SELECT count(*) FROM feedback WHERE message_id = ?", answered["id"]) == [(0,)]
    assert post(chat, {**body_of_nobody(), "contact": CHAT}).status_code == 410
    assert chat.get("handoff").status_code == 410


def body_of_nobody() -> dict[str, Any]:
    """Return a body that needs no draft."""
    return {"intake": {"vraag": "Wie helpt?"}, "contact": CHAT, "consent": True, "idempotency_key": "x" * 12}


@pytest.mark.parametrize("thumb", [0, 2, "1", None, True])
def test_a_thumb_is_up_or_down(web: Web, thumb: object) -> None:
    chat = web.start()
    [message] = chat.say("Wat is een TLV?")
    path = f"/api/conversations/{chat.id}/messages/{message['id']}/feedback"
    assert chat.http.post(path, json={"thumb": thumb}, headers=chat.headers).status_code == 422


def test_the_last_thumb_counts_and_only_on_answers_of_this_conversation(web: Web) -> None:
    chat, other = web.start(), web.start()
    [message] = chat.say("Wat is een TLV?")
    [foreign] = other.say("Wat is een TLV?")

    def rate(of: Chat, message_id: str, thumb: int) -> int:
        path = f"/api/conversations/{of.id}/messages/{message_id}/feedback"
        return of.http.post(path, json={"thumb": thumb}, headers=of.headers).status_code

    assert rate(chat, message["id"], 1) == 204
    assert rate(chat, message["id"], -1) == 204
    assert rows(web, "SELECT thumb FROM feedback WHERE message_id = ?", message["id"]) == [(-1,)]
    assert rate(chat, foreign["id"], 1) == 404
    assert rate(chat, chat.all()[-2]["id"], 1) == 404


def test_staff_see_what_was_approved_and_that_it_is_gone_after_erasing(web: Web) -> None:
    chat, handoff_id = asked(web, {**CALL, "slot": "2026-12-07T09:30:00+01:00"})
    with store_of(web) as store:
        found = store.detail(handoff_id)
        assert found.contact is not None
        assert found.contact.phone_text == "06 12345678"
        assert found.item.slot_at is not None
        staff = new_staff(store._database)
        store.add_note(handoff_id, staff, "Belde al eerder")
        assert [n.text for n in store.detail(handoff_id).notes] == ["Belde al eerder"]
        chat.erase()
        with pytest.raises(LookupError):
            store.detail(handoff_id)
        with pytest.raises(LookupError):
            store.say(handoff_id, staff, "Hallo")
        assert handoff_id not in [item.id for item in store.inbox()]


def test_the_schema_is_served_and_is_the_one_of_the_docs(web: Web) -> None:
    response = web.http.get("/api/intake.schema.json")
    assert response.status_code == 200
    path = Path(__file__).resolve().parents[2] / "docs" / "intake.schema.json"
    assert response.json() == json.loads(path.read_text(encoding="utf-8"))
