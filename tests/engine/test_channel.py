"""The channel over real HTTP: who may speak, what is refused, and what a failure gives away."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.tracker_store import InMemoryTrackerStore
from sanic import Sanic

from bot.engine import channel
from bot.engine.channel import KEY_HEADER, PortaalChannel
from bot.engine.turn import Turn
from tests.conftest import free_port

KEY = "sleutel-van-de-motor-voor-tests-0123456789"
SECRET = "mijn zoon Sem is weggelopen uit Almere Haven"
Asked = list[tuple[str, str, str]]


class Engine:
    """The agent's place, and what it was asked."""

    def __init__(self, app: Sanic) -> None:
        """Start well."""
        self._app = app
        self.agent = SimpleNamespace(is_ready=lambda: True, model_id="model-1")
        self.asked: Asked = []
        self.error: Exception | None = None

    @property
    def agent(self) -> Any:
        """Return what stands in the agent's place."""
        return self._app.ctx.agent

    @agent.setter
    def agent(self, agent: Any) -> None:
        self._app.ctx.agent = agent

    async def run_turn(self, agent: Any, conversation: str, text: str = "", payload: str = "") -> Turn:
        """Answer, or fail as told."""
        assert agent is self.agent
        self.asked.append((conversation, text, payload))
        if self.error:
            raise self.error
        if payload == "topic:bestaat_niet":
            raise channel.UnknownPayload("unknown topic 'bestaat_niet'")
        return Turn([{"text": "Hallo é", "buttons": []}], {"topic": "begroeten"})


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Sanic, str]]:
    """Serve the channel as Rasa does (same Sanic, same prefix), on a free port."""
    port = free_port()
    app = Sanic("channel", configure_logging=False)
    app.blueprint(PortaalChannel().blueprint(None), url_prefix="/webhooks/portaal")  # type: ignore[arg-type]
    loop = asyncio.new_event_loop()
    started = threading.Event()

    async def serve() -> None:
        server = await app.create_server("127.0.0.1", port, return_asyncio_server=True, access_log=False)
        await server.startup()
        await server.start_serving()
        started.set()

    def live() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(serve())
        loop.run_forever()

    thread = threading.Thread(target=live, daemon=True)
    thread.start()
    assert started.wait(10)
    yield app, f"http://127.0.0.1:{port}/webhooks/portaal"
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)


@pytest.fixture
def engine(server: tuple[Sanic, str], monkeypatch: pytest.MonkeyPatch) -> Engine:
    made = Engine(server[0])
    monkeypatch.setattr(channel, "run_turn", made.run_turn)
    monkeypatch.setenv("ENGINE_KEY", KEY)
    return made


@pytest.fixture
def http(server: tuple[Sanic, str], engine: Engine) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server[1], timeout=10, trust_env=False) as client:
        yield client


def post(http: httpx.Client, body: Any, key: str | None = KEY) -> httpx.Response:
    return http.post("/bericht", json=body, headers={KEY_HEADER: key} if key is not None else {})


def test_a_text_is_answered(http: httpx.Client, engine: Engine) -> None:
    response = post(http, {"conversation": "abc", "text": "wat is een tlv?"})
    assert response.status_code == 200
    assert response.json() == {"messages": [{"text": "Hallo é", "buttons": []}], "parse": {"topic": "begroeten"}}
    assert engine.asked == [("abc", "wat is een tlv?", "")]


def test_a_button_is_answered(http: httpx.Client, engine: Engine) -> None:
    assert post(http, {"conversation": "abc", "payload": "topic:tlv_wat"}).status_code == 200
    assert engine.asked == [("abc", "", "topic:tlv_wat")]


@pytest.mark.parametrize("key", [None, "", "x", KEY[:-1], KEY + "x", KEY.upper()])
def test_without_the_key_nothing_is_asked(http: httpx.Client, engine: Engine, key: str | None) -> None:
    response = post(http, {"conversation": "abc", "text": "hoi"}, key)
    assert response.status_code == 403
    assert engine.asked == []
    assert KEY not in response.text


@pytest.mark.parametrize("key", [None, "", KEY])
def test_an_engine_without_a_key_answers_nobody(
    http: httpx.Client, engine: Engine, key: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ENGINE_KEY")
    assert post(http, {"conversation": "abc", "text": "hoi"}, key).status_code == 403
    assert engine.asked == []


def test_a_key_with_strange_letters_is_wrong_and_no_crash(http: httpx.Client, engine: Engine) -> None:
    headers = {KEY_HEADER.encode(): "sleutel-é-ü".encode()}
    response = http.post("/bericht", json={"conversation": "abc", "text": "hoi"}, headers=headers)
    assert response.status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": "hoi"},
        {"conversation": "abc"},
        {"conversation": "", "text": "hoi"},
        {"conversation": "abc", "text": ""},
        {"conversation": "abc", "text": "  \n"},
        {"conversation": "abc", "text": "hoi", "payload": "topic:tlv_wat"},
        {"conversation": None, "text": "hoi"},
        {"conversation": "abc", "payload": "topic:bestaat_niet"},
        [],
        ["conversation"],
        "tekst",
        3,
    ],
)
def test_what_cannot_be_answered_is_422(http: httpx.Client, body: Any) -> None:
    response = post(http, body)
    assert response.status_code == 422, response.text
    assert response.json()["error"]


def test_what_is_no_json_is_refused(http: httpx.Client, engine: Engine) -> None:
    response = http.post("/bericht", content=b"{geen json", headers={KEY_HEADER: KEY, "Content-Type": "application/json"})
    assert response.status_code in (400, 422)
    assert engine.asked == []


@pytest.mark.parametrize(
    "error", [RuntimeError(f"kapot bij '{SECRET}'"), KeyError(SECRET), ValueError(json.dumps({"text": SECRET}))]
)
def test_a_failure_gives_500_and_no_words_of_the_parent(
    http: httpx.Client, engine: Engine, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    engine.error = error
    with caplog.at_level(logging.DEBUG):
        response = post(http, {"conversation": "abc", "text": SECRET})
    assert response.status_code == 500
    assert response.json() == {"error": "no answer"}
    assert "abc" in caplog.text
    assert type(error).__name__ in caplog.text
    for word in ("Sem", "weggelopen", "Haven"):
        assert word not in caplog.text
    engine.error = None
    assert post(http, {"conversation": "abc", "text": "hoi"}).status_code == 200


def test_health_needs_no_key_and_names_the_model(http: httpx.Client) -> None:
    response = http.get("/gezond")
    assert (response.status_code, response.json()) == (200, {"status": "ok", "model": "model-1"})


@pytest.mark.parametrize("agent", [None, SimpleNamespace(is_ready=lambda: False, model_id=None)])
def test_health_without_a_model_is_503(http: httpx.Client, engine: Engine, agent: Any) -> None:
    engine.agent = agent
    response = http.get("/gezond")
    assert (response.status_code, response.json()) == (503, {"status": "no model"})


def test_there_is_no_other_way_in(http: httpx.Client) -> None:
    for method, path in [("GET", "/bericht"), ("POST", "/gezond"), ("POST", "/"), ("GET", "/")]:
        assert http.request(method, path, headers={KEY_HEADER: KEY}).status_code in (404, 405)


def test_erasing_needs_the_key_and_forgets_one_conversation(http: httpx.Client, engine: Engine) -> None:
    store = InMemoryTrackerStore(None)
    store.store = {"abc": "gesprek", "def": "ander"}
    engine.agent.tracker_store = store
    engine.agent.lock_store = InMemoryLockStore()
    assert http.delete("/gesprek/abc").status_code == 403
    assert http.delete("/gesprek/abc", headers={KEY_HEADER: "x"}).status_code == 403
    assert set(store.store) == {"abc", "def"}
    for _ in range(2):  # the second time there is nothing left, and that is fine
        assert http.delete("/gesprek/abc", headers={KEY_HEADER: KEY}).status_code == 204
        assert set(store.store) == {"def"}
