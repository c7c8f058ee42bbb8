"""The console live: the event streams of the inbox and of a handoff, and two consultants at once on both databases."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx
import pytest

from tests.web.conftest import Web
from tests.web.handoffs import OPEN, asked
from tests.web.staff import Staff, staff
from tests.web.test_events import Listener


@pytest.fixture
def web_of(run_web: Callable[..., Web], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Web]:
    """Give a function that runs a web process in consultation hours."""
    monkeypatch.setenv("BOT_NOW", OPEN)
    return lambda **environment: run_web(BOT_NOW=OPEN, **environment)


@pytest.fixture(params=["sqlite", "postgres"])
def any_web(request: pytest.FixtureRequest, web_of: Callable[..., Web]) -> Web:
    """Give a web process on each kind of database."""
    if request.param == "sqlite":
        return web_of()
    url = request.getfixturevalue("postgres_url").replace("postgresql://", "postgresql+psycopg://")
    return web_of(DATABASE_URL=url)


@contextmanager
def stream(who: Staff, path: str, **headers: str) -> Iterator[Listener]:
    """Open an event stream of the console."""
    with (
        httpx.Client(base_url=who.http.base_url, cookies=who.http.cookies, timeout=30, trust_env=False) as client,
        client.stream("GET", path, headers=headers) as response,
    ):
        assert response.status_code == 200
        assert response.headers["Content-Type"].startswith("text/event-stream")
        yield Listener(response.iter_lines())


def told(listener: Listener, name: str) -> list[dict[str, Any]]:
    return [json.loads(event["data"]) for event in listener.events if event["event"] == name]


def test_eight_consultants_at_once_one_gets_it(any_web: Web) -> None:
    _, handoff_id = asked(any_web)
    path = f"/staff/overdracht/{handoff_id}"
    with ExitStack() as stack:
        team = [
            stack.enter_context(staff(any_web.url, any_web.database_url, "consulent", f"Consulent {n}")) for n in range(8)
        ]
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda who: who.post(f"{path}/oppakken"), team))
        assert {answer.status_code for answer in answers} == {303}
        pages = [who.get(path).text for who in team]
    assert sum("Jij hebt deze overdracht nu." in page for page in pages) == 1
    assert sum("Net te laat: Consulent" in page for page in pages) == 7


def test_the_inbox_tells_of_a_new_handoff_at_once_and_once(web_of: Callable[..., Web]) -> None:
    web = web_of(EVENTS_POLL_SECONDS="30")
    with staff(web.url, web.database_url, "consulent") as who, stream(who, "/staff/events") as events:
        events.wait(lambda e: len(told(e, "postvak")) == 1)
        assert told(events, "postvak")[0]["waiting"] == []
        started = time.monotonic()
        chat, handoff_id = asked(web)
        events.wait(lambda e: len(told(e, "postvak")) == 2)
        assert time.monotonic() - started < 3, "the bell rings, nobody waits for the next look"
        assert told(events, "postvak")[1]["waiting"] == [handoff_id]
        assert "thuis" not in json.dumps(events.events), "no texts of parents in the inbox stream"
        who.post(f"/staff/overdracht/{handoff_id}/oppakken")
        events.wait(lambda e: told(e, "postvak")[-1]["waiting"] == [])
        chat.say("Ben je daar?")
        events.wait(lambda e: told(e, "postvak")[-1]["mine"] == [{"id": handoff_id, "unanswered": True}])


def test_messages_come_in_order_once_each_over_a_reconnect(web_of: Callable[..., Web]) -> None:
    web = web_of()
    chat, handoff_id = asked(web)
    with staff(web.url, web.database_url, "consulent") as who:
        path = f"/staff/overdracht/{handoff_id}"
        who.post(f"{path}/oppakken")
        last = chat.all()[-1]["id"]
        seen: list[str] = []
        for turn in range(2):
            with stream(who, f"{path}/events?na={last}", **({"Last-Event-ID": seen[-1]} if seen else {})) as events:
                for number in range(3):
                    chat.say(f"Ouder {turn}.{number}")
                    who.post(f"{path}/bericht", tekst=f"Anna {turn}.{number}", doe="versturen", sleutel=f"{turn}{number}")
                events.wait(lambda e: len(told(e, "bericht")) >= 6)
                seen += [message["id"] for message in told(events, "bericht")]
            chat.say(f"Tussendoor {turn}")
        with stream(who, f"{path}/events", **{"Last-Event-ID": seen[-1]}) as events:
            events.wait(lambda e: len(told(e, "bericht")) >= 1)
            seen += [message["id"] for message in told(events, "bericht")]
        stored = [m["id"] for m in chat.all()]
        assert seen == stored[stored.index(last) + 1 :]
        assert len(set(seen)) == len(seen)


def test_erasing_and_logging_out_end_the_stream(web_of: Callable[..., Web]) -> None:
    web = web_of()
    chat, handoff_id = asked(web)
    with staff(web.url, web.database_url, "consulent") as who:
        with stream(who, f"/staff/overdracht/{handoff_id}/events") as events, stream(who, "/staff/events") as inbox:
            events.wait(lambda e: bool(told(e, "stand")))
            chat.erase()
            events.wait(lambda e: e.ended)
            assert events.events[-1]["event"] == "gewist"
            who.post("/staff/uitloggen")
            inbox.wait(lambda e: e.ended)
            assert inbox.events[-1]["event"] == "uitgelogd"
        assert who.get("/staff/events").status_code == 303


def test_streams_of_staff_take_no_room_from_the_parent(web_of: Callable[..., Web]) -> None:
    web = web_of()
    chat, handoff_id = asked(web)
    with staff(web.url, web.database_url, "consulent") as who, ExitStack() as stack:
        for _ in range(6):
            stack.enter_context(stream(who, f"/staff/overdracht/{handoff_id}/events"))
        with web.http.stream("GET", f"/api/conversations/{chat.id}/events", headers=chat.headers) as response:
            assert response.status_code == 200
