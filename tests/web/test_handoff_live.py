"""A handoff from the first question to the end, and with the web process killed at each step of the approval."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.web.conftest import Chat, Web, running
from tests.web.fake_engine import FakeEngine
from tests.web.handoffs import CALL, OPEN, body, new_staff, post, store_of
from tests.web.killed_web import AFTER_COMMIT, BEFORE_COMMIT
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


def kill_during_approval(tmp_path: Path, engine: FakeEngine, step: str) -> tuple[Chat, dict[str, Any]]:
    """Ask for a person in a process that dies at a step; return the conversation and what was sent."""
    with running(tmp_path, engine.url, module="tests.web.killed_web", BOT_NOW=OPEN, KILL_AT=step) as web:
        chat = web.start()
        chat.say("Wie helpt ons?")
        # A draft needs `assemble`, so the parent filled in her own.
        content = {"intake": {"vraag": "Wie helpt ons?"}, "contact": CALL, "consent": True, "idempotency_key": f"sleutel-{step}"}
        if step == "move_owner":
            content["contact"] = {"how": "chat"}
        with pytest.raises(httpx.TransportError):  # the parent hears that it failed
            post(chat, content)
        assert web.process.wait(timeout=10) == -9
    return chat, content


@pytest.mark.parametrize("step", [*BEFORE_COMMIT, *AFTER_COMMIT])
def test_killed_at_any_step_there_is_one_handoff_or_none(tmp_path: Path, engine: FakeEngine, step: str) -> None:
    chat, content = kill_during_approval(tmp_path, engine, step)
    was_stored = step in AFTER_COMMIT
    with running(tmp_path, engine.url, BOT_NOW=OPEN) as web, store_of(web) as store:
        chat.http = web.http
        assert len(store.inbox()) == int(was_stored)
        found = chat.all()
        assert [m["author"] for m in found] == ["bot", "ouder", "bot", *(["systeem"] if was_stored else [])]
        assert (chat.get("handoff").json()["handoff"] is not None) is was_stored
        # Her window tries again with the same key, or she does.
        again = post(chat, content)
        assert again.status_code == (200 if was_stored else 201)
        assert [item.id for item in store.inbox()] == [again.json()["handoff"]["id"]]
        assert [m["author"] for m in chat.all()] == ["bot", "ouder", "bot", "systeem"]
        detail = store.detail(again.json()["handoff"]["id"])
        assert [mail.kind for mail in detail.mails] == ["nieuw"]
        assert len(detail.events) == 2
        assert sum(len(slot.bookings) for slot in store.agenda(_day(CALL["slot"]))) == int(content["contact"] == CALL)


def _day(text: str) -> Any:
    from datetime import datetime

    return datetime.fromisoformat(text).date()
