"""Server-sent events: new messages, resuming, heartbeat, erasing."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from tests.web.conftest import Chat, Web


class Listener:
    """Reads a stream in the background."""

    def __init__(self, lines: Iterator[str]) -> None:
        """Start reading."""
        self.events: list[dict[str, str]] = []
        self.comments = 0
        self.ended = False
        threading.Thread(target=self._read, args=(lines,), daemon=True).start()

    def _read(self, lines: Iterator[str]) -> None:
        """Collect events until the stream ends."""
        event: dict[str, str] = {}
        try:
            for line in lines:
                if line.startswith(":"):
                    self.comments += 1
                elif line:
                    name, _, value = line.partition(": ")
                    event[name] = value
                elif event:
                    self.events.append(event)
                    event = {}
        except httpx.HTTPError:
            pass
        self.ended = True

    def wait(self, done: Callable[[Listener], bool]) -> None:
        """Wait until something holds."""
        for _ in range(100):
            if done(self):
                return
            time.sleep(0.1)
        raise AssertionError(f"not in time: {self.events}, {self.comments} comments, ended {self.ended}")

    def said(self, author: str) -> list[str]:
        """Return what an author said on the stream of a parent."""
        messages = [json.loads(event["data"]) for event in self.events if event["event"] == "message"]
        return [message["text"] for message in messages if message["author"] == author]

    @property
    def texts(self) -> list[str]:
        """Return the texts that came."""
        return [json.loads(e["data"])["text"] for e in self.events if e["event"] == "message"]


@contextmanager
def listening(web: Web, chat: Chat, **headers: str) -> Iterator[Listener]:
    """Open a stream."""
    with (
        httpx.Client(base_url=web.url, timeout=30, trust_env=False) as client,
        client.stream("GET", f"/api/conversations/{chat.id}/events", headers={**chat.headers, **headers}) as response,
    ):
        assert response.status_code == 200
        assert response.headers["Content-Type"].startswith("text/event-stream")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        yield Listener(response.iter_lines())


def test_new_messages_come_once_each_with_their_id(web: Web) -> None:
    chat = web.start()
    chat.say("Voor de stroom")
    with listening(web, chat) as stream:
        time.sleep(0.3)
        chat.say("Vraag 1")
        chat.say("Vraag 2")
        stream.wait(lambda s: len(s.events) == 4)
        time.sleep(0.5)
        assert stream.texts == ["Vraag 1", "Antwoord op: Vraag 1", "Vraag 2", "Antwoord op: Vraag 2"]
        assert [e["id"] for e in stream.events] == [m["id"] for m in chat.all()[-4:]]
        assert json.loads(stream.events[-1]["data"]) == chat.all()[-1]


def test_the_first_message_of_a_conversation_comes_too(web: Web) -> None:
    chat = web.start()
    with listening(web, chat) as stream:
        time.sleep(0.3)
        chat.say("Eerste vraag")
        stream.wait(lambda s: len(s.events) == 2)


def test_a_reconnect_goes_on_after_the_last_event(web: Web) -> None:
    chat = web.start()
    chat.say("Vraag 1")
    seen = chat.all()[-1]["id"]
    chat.say("Vraag 2")
    with listening(web, chat, **{"Last-Event-ID": seen}) as stream:
        stream.wait(lambda s: len(s.events) == 2)
        assert stream.texts == ["Vraag 2", "Antwoord op: Vraag 2"]


def test_an_unknown_last_event_sends_everything(web: Web) -> None:
    chat = web.start()
    chat.say("Vraag 1")
    with listening(web, chat, **{"Last-Event-ID": "bestaat-niet"}) as stream:
        stream.wait(lambda s: len(s.events) == len(chat.greeting) + 2)


def test_a_quiet_stream_has_a_heartbeat(web: Web) -> None:
    with listening(web, web.start()) as stream:
        stream.wait(lambda s: s.comments >= 2)


def test_erasing_ends_the_stream(web: Web) -> None:
    chat = web.start()
    chat.say("Vraag")
    with listening(web, chat) as stream:
        time.sleep(0.3)
        chat.erase()
        stream.wait(lambda s: s.ended)
        assert stream.events[-1]["event"] == "gewist"


def test_messages_of_another_process_come_too(run_web: Callable[..., Web]) -> None:
    first, second = run_web(), run_web()
    chat = first.start()
    chat.say("Vraag 1")
    elsewhere: Any = Chat(second.http, chat.id, chat.token, chat.greeting)
    with listening(first, chat) as stream:
        time.sleep(0.3)
        elsewhere.say("Vraag 2")
        stream.wait(lambda s: len(s.events) == 2)


def test_a_conversation_has_a_few_streams_at_most(web: Web) -> None:
    chat = web.start()
    with listening(web, chat), listening(web, chat), listening(web, chat), listening(web, chat), listening(web, chat):
        time.sleep(0.3)
        assert chat.get("events").status_code == 429
    with_room = False
    for _ in range(50):
        with web.http.stream("GET", f"/api/conversations/{chat.id}/events", headers=chat.headers) as response:
            with_room = response.status_code == 200
        if with_room:
            break
        time.sleep(0.1)
    assert with_room


def test_an_open_stream_does_not_keep_the_process_alive(run_web: Callable[..., Web]) -> None:
    web = run_web()
    with listening(web, web.start()) as stream:
        time.sleep(0.5)
        web.process.terminate()
        assert web.process.wait(timeout=8) in (0, -15)
        stream.wait(lambda s: s.ended)
