"""A handoff from the first question to the end, over the store that the console uses. The whole service: tests/system."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from tests.web.conftest import Chat, Web
from tests.web.fake_engine import FakeEngine
from tests.web.handoffs import OPEN, body, new_staff, post, store_of
from tests.web.test_forgetting import wait_until


class Stream:
    """The event stream of a parent's window."""

    def __init__(self, chat: Chat, url: str) -> None:
        """Listen."""
        self.messages: list[dict[str, Any]] = []
        self.events: list[str] = []
        self._chat, self._url = chat, url
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        path = f"{self._url}/api/conversations/{self._chat.id}/events"
        headers = {**self._chat.headers, "Last-Event-ID": self._chat.all()[-1]["id"]}
        try:
            with httpx.stream("GET", path, headers=headers, timeout=httpx.Timeout(10, read=3), trust_env=False) as stream:
                self.events.append("open")
                for line in stream.iter_lines():
                    if line.startswith("event:"):
                        self.events.append(line.partition(":")[2].strip())
                    if line.startswith("data:") and self.events[-1] == "message":
                        self.messages.append(json.loads(line.partition(":")[2]))
                    if self._stop.is_set():
                        return
        except httpx.HTTPError:
            pass

    def texts(self, author: str) -> list[str]:
        """Return what an author said."""
        return [m["text"] for m in self.messages if m["author"] == author]

    def close(self) -> None:
        """Hang up."""
        self._stop.set()
        self._thread.join(timeout=10)


@contextmanager
def listening(chat: Chat, web: Web) -> Iterator[Stream]:
    """Open an event stream of a conversation."""
    stream = Stream(chat, web.url)
    wait_until(lambda: "open" in stream.events)
    yield stream
    stream.close()


def test_from_question_to_person_and_back(run_web: Callable[..., Web], engine: FakeEngine) -> None:
    web = run_web(BOT_NOW=OPEN)
    chat = web.start()
    chat.say("Mijn kind van 9 zit al 6 weken thuis. Wie helpt ons?")
    with store_of(web) as store, listening(chat, web) as parent:
        staff = new_staff(store._database)
        handoff_id = post(chat, body(chat)).json()["handoff"]["id"]
        [item] = store.inbox()
        assert (item.id, item.urgency, item.state, item.owner) == (handoff_id, "hoog", "aangevraagd", "wacht")
        assert store.detail(handoff_id).intake.vraag.startswith("Mijn kind van 9")

        store.claim(handoff_id, staff)
        wait_until(lambda: any("Fatima" in text for text in parent.texts("systeem")))
        engine.asked.clear()
        for number in range(5):
            assert chat.say(f"Ouder {number}") == []
            store.say(handoff_id, staff, f"Consulent {number}")
        wait_until(lambda: len(parent.texts("consulent")) == 5)
        assert parent.texts("ouder") == [f"Ouder {n}" for n in range(5)]
        assert parent.texts("consulent") == [f"Consulent {n}" for n in range(5)]
        assert engine.asked == []
        talk = [m.text for m in store.messages(handoff_id) if m.author in ("ouder", "consulent")][1:]
        assert talk == [f"{who} {n}" for n in range(5) for who in ("Ouder", "Consulent")]
        assert store.inbox()[0].unread == 0

        store.return_to_bot(handoff_id, staff)
        wait_until(lambda: any("chatbot" in text for text in parent.texts("systeem")[1:]))
        assert chat.say("Wat is een TLV?")[0]["author"] == "bot"
        store.say(handoff_id, staff, "Nog even dit")
        assert chat.say("Ja?") == []
        store.close(handoff_id, staff, "geholpen")
        assert chat.say("Dank je")[0]["author"] == "bot"
        assert store.inbox() == []
        [closed] = store.inbox(states=("afgehandeld",))
        assert (closed.outcome, closed.staff_name) == ("geholpen", "Fatima de Wit")
        ids = [m["id"] for m in parent.messages]
        assert len(ids) == len(set(ids))

        exported = chat.get("export").json()["conversation"]
        assert [e["to_state"] for e in exported["handoffs"][0]["events"]] == [
            "aangeboden", "aangevraagd", "in_behandeling", "afgehandeld",
        ]  # fmt: skip
        assert "Fatima de Wit" not in json.dumps(exported)
        assert [e["to_owner"] for e in exported["ownership"]] == ["wacht", "consulent", "bot", "consulent", "bot"]

        assert chat.erase().status_code == 204
        wait_until(lambda: "gewist" in parent.events)
        assert store.inbox(states=("aangevraagd", "in_behandeling", "terugbellen", "afgehandeld", "vervallen")) == []


def test_the_other_window_of_the_parent_sees_the_approval(run_web: Callable[..., Web]) -> None:
    web = run_web(BOT_NOW=OPEN, EVENTS_POLL_SECONDS="30")
    chat = web.start()
    chat.say("Wie helpt ons?")
    with listening(chat, web) as other:
        started = time.monotonic()
        post(chat, body(chat))
        wait_until(lambda: len(other.texts("systeem")) == 1)
        assert time.monotonic() - started < 5
