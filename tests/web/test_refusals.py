"""What is refused: kindly, in Dutch, with nothing half-written."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.web.tokens import TokenRefused, Tokens
from tests.web.conftest import Web
from tests.web.fake_engine import FakeEngine


def refusal(response: httpx.Response) -> str:
    """Check the shape of a refusal; return its code."""
    error = response.json()["error"]
    assert set(error) == {"code", "message"}
    assert error["message"].endswith(".")
    return str(error["code"])


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"text": ""}, 422, "leeg"),
        ({"text": " \n\t \u200b\u2800"}, 422, "leeg"),
        ({"text": "a" * 2001}, 422, "te_lang"),
        ({"text": "hoi\x00daar"}, 422, "tekens"),
        ({"text": "hoi\x1b[31m"}, 422, "tekens"),
        ({"text": 5}, 422, "ongeldig"),
        ({"text": None}, 422, "ongeldig"),
        ({"text": ["hoi"]}, 422, "ongeldig"),
        ({}, 422, "ongeldig"),
        ([], 422, "ongeldig"),
        ("hoi", 422, "ongeldig"),
        (None, 422, "ongeldig"),
        ({"text": "hoi", "payload": "topic:tlv_wat"}, 422, "ongeldig"),
        ({"text": "hoi", "extra": 1}, 422, "ongeldig"),
        ({"payload": "/restart"}, 422, "knop_ongeldig"),
        ({"payload": "topic:tlv_wat\n"}, 422, "knop_ongeldig"),
        ({"payload": "topic:" + "a" * 81}, 422, "knop_ongeldig"),
        ({"payload": "a" * 200 + ":b"}, 422, "knop_ongeldig"),
        ({"payload": "Topic:TLV"}, 422, "knop_ongeldig"),
        ({"text": "a" * 9000}, 413, "te_groot"),
    ],
)
def test_a_body_that_cannot_be_used(web: Web, engine: FakeEngine, body: Any, status: int, code: str) -> None:
    chat = web.start()
    response = web.http.post(f"/api/conversations/{chat.id}/messages", json=body, headers=chat.headers)
    assert (response.status_code, refusal(response)) == (status, code)
    assert engine.asked == []
    assert chat.all() == chat.greeting


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b"{'text': 'hoi'}", 400),
        (b'{"text": "hoi"', 400),
        (b"\xff\xfe", 400),
        (b'{"text": "\xc3\x28"}', 400),
        (b'{"text": "\\ud800"}', 422),
        (b'{"text": "\\udc00 hoi"}', 422),
        (b'{"text": "\\u0000"}', 422),
        (b'{"text": NaN}', 422),
        (b"[" * 8000, 400),
        (b'{"a":' * 1600, 400),
        (b"9" * 8000, 400),
    ],
)
def test_broken_json_and_broken_unicode(web: Web, content: bytes, status: int) -> None:
    chat = web.start()
    headers = {**chat.headers, "Content-Type": "application/json"}
    response = web.http.post(f"/api/conversations/{chat.id}/messages", content=content, headers=headers)
    assert response.status_code == status, response.text
    refusal(response)
    assert chat.all() == chat.greeting


def test_a_body_of_another_kind_is_refused(web: Web) -> None:
    chat = web.start()
    for headers in ({}, {"Content-Type": "text/plain"}, {"Content-Type": "application/x-www-form-urlencoded"}):
        response = web.http.post(
            f"/api/conversations/{chat.id}/messages", content=b'{"text": "hoi"}', headers={**chat.headers, **headers}
        )
        assert response.status_code == 422


def test_a_large_body_without_length_is_refused(web: Web) -> None:
    chat = web.start()
    headers = {**chat.headers, "Content-Type": "application/json"}

    def parts() -> Any:
        yield b'{"text": "'
        for _ in range(20):
            yield b"a" * 1000
        yield b'"}'

    response = web.http.post(f"/api/conversations/{chat.id}/messages", content=parts(), headers=headers)
    assert (response.status_code, refusal(response)) == (413, "te_groot")


def test_2000_characters_of_any_kind_fit(web: Web) -> None:
    chat = web.start()
    content = json.dumps({"text": "😀" * 2000}, ensure_ascii=False).encode()
    headers = {**chat.headers, "Content-Type": "application/json"}
    response = web.http.post(f"/api/conversations/{chat.id}/messages", content=content, headers=headers)
    assert response.status_code == 200


def test_unknown_paths_and_methods(web: Web) -> None:
    assert refusal(web.http.get("/api/bestaat-niet")) == "niet_gevonden"
    assert refusal(web.http.get("/static/../app.py")) == "niet_gevonden"
    assert refusal(web.http.put("/api/conversations")) == "niet_toegestaan"


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "geen_token"),
        ({"Authorization": "Bearer"}, "geen_token"),
        ({"Authorization": "Basic YTpi"}, "geen_token"),
        ({"Authorization": "Bearer onzin"}, "token_ongeldig"),
        ({"Authorization": "Bearer a.b.c"}, "token_ongeldig"),
        ({"Authorization": "Bearer " + "x" * 4000}, "token_ongeldig"),
    ],
)
def test_without_a_good_token_nothing_opens(web: Web, headers: dict[str, str], code: str) -> None:
    chat = web.start()
    chat.say("Mijn vraag")
    path = f"/api/conversations/{chat.id}"
    requests = [("GET", "/messages"), ("POST", "/messages"), ("GET", "/events"), ("GET", "/export"), ("DELETE", "")]
    for method, part in requests:
        body = {"text": "hoi"} if method == "POST" else None
        response = web.http.request(method, path + part, headers=headers, json=body)
        assert (response.status_code, refusal(response)) == (401, code)
        assert response.headers["WWW-Authenticate"] == "Bearer"
    assert len(chat.all()) == len(chat.greeting) + 2


def test_a_changed_token_does_not_hold(web: Web) -> None:
    chat = web.start()
    for position in (0, len(chat.token) // 2, len(chat.token) - 2):
        changed = chat.token[:position] + ("A" if chat.token[position] != "A" else "B") + chat.token[position + 1 :]
        response = web.http.get(
            f"/api/conversations/{chat.id}/messages", headers={"Authorization": f"Bearer {changed}"}
        )
        assert response.status_code == 401


def test_the_token_of_another_conversation_is_refused(web: Web) -> None:
    mine, other = web.start(), web.start()
    other.say("Geheim van een ander")
    path = f"/api/conversations/{other.id}"
    for method, part in (("GET", "/messages"), ("POST", "/messages"), ("GET", "/export"), ("DELETE", "")):
        body = {"text": "hoi"} if method == "POST" else None
        response = web.http.request(method, path + part, headers=mine.headers, json=body)
        assert (response.status_code, refusal(response)) == (403, "ander_gesprek")
    assert len(other.all()) == len(other.greeting) + 2


def test_a_token_ends() -> None:
    tokens = Tokens("een-sleutel", timedelta(seconds=-1))
    with pytest.raises(TokenRefused, match="token_verlopen"):
        tokens.read(tokens.start()[1])


def test_too_many_messages_in_one_conversation(run_web: Callable[..., Web]) -> None:
    web = run_web(RATE_CONVERSATION_PER_MINUTE="3")
    chat, other = web.start(), web.start()
    for _ in range(3):
        chat.say("Wat is een TLV?")
    response = chat.post(text="Wat is een TLV?")
    assert (response.status_code, refusal(response)) == (429, "te_vaak")
    assert 1 <= int(response.headers["Retry-After"]) <= 60
    assert len(chat.all()) == len(chat.greeting) + 6
    other.say("Een ander mag wel")


def test_too_many_requests_and_new_conversations_of_one_address(run_web: Callable[..., Web]) -> None:
    web = run_web(RATE_ADDRESS_PER_MINUTE="8", RATE_NEW_PER_MINUTE="2")
    chat = web.start()
    web.start()
    response = web.http.post("/api/conversations")
    assert (response.status_code, refusal(response)) == (429, "te_vaak")
    statuses = [chat.get().status_code for _ in range(7)]
    assert statuses == [200] * 5 + [429] * 2
    assert web.http.get("/healthz").status_code == 200


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
_bodies = st.one_of(
    st.fixed_dictionaries({"text": st.text(max_size=2100)}).map(lambda b: json.dumps(b).encode()),
    st.fixed_dictionaries({"text": st.text(st.characters(codec="utf-8"), min_size=1, max_size=60)}).map(
        lambda b: json.dumps(b, ensure_ascii=False).encode()
    ),
    st.fixed_dictionaries({"payload": st.from_regex(r"[a-z_]{1,5}:[a-z0-9_\-:.]{1,90}", fullmatch=True)}).map(
        lambda b: json.dumps(b).encode()
    ),
    st.fixed_dictionaries({}, optional={"text": _json, "payload": _json, "extra": _json}).map(
        lambda b: json.dumps(b).encode()
    ),
    st.binary(max_size=200),
)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=_bodies)
def test_no_body_ever_breaks_it(web: Web, content: bytes) -> None:
    chat = web.start()
    headers = {**chat.headers, "Content-Type": "application/json"}
    response = web.http.post(f"/api/conversations/{chat.id}/messages", content=content, headers=headers)
    assert response.status_code < 500, response.text
    count = len(chat.all()) - len(chat.greeting)
    assert count == (2 if response.status_code == 200 else 0)
    if response.status_code != 200:
        refusal(response)
