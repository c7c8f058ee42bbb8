"""Who speaks in a conversation with a person in it, over the store that the console uses. From question to end: tests/system."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from tests.web.conftest import Web
from tests.web.fake_engine import FakeEngine
from tests.web.handoffs import OPEN, body, new_staff, post, store_of
from tests.web.test_events import listening
from tests.web.test_forgetting import wait_until


def test_the_engine_hears_nothing_while_a_person_has_it_and_her_words_take_it_over_again(
    run_web: Callable[..., Web], engine: FakeEngine
) -> None:
    web = run_web(BOT_NOW=OPEN)
    chat = web.start()
    chat.say("Mijn kind van 9 zit al 6 weken thuis. Wie helpt ons?")
    with store_of(web) as store:
        staff = new_staff(store._database)
        handoff_id = post(chat, body(chat)).json()["handoff"]["id"]
        engine.asked.clear()
        assert [m["author"] for m in chat.say("Is daar iemand?")] == ["systeem"]
        store.claim(handoff_id, staff)
        assert chat.say("Hallo") == []
        store.say(handoff_id, staff, "Ik ben er")
        assert chat.say("Fijn") == []
        assert engine.asked == []
        assert store.inbox()[0].unread == 1

        store.return_to_bot(handoff_id, staff)
        assert chat.say("Wat is een TLV?")[0]["author"] == "bot"
        store.say(handoff_id, staff, "Nog even dit")
        assert chat.say("Ja?") == []
        store.close(handoff_id, staff, "geholpen")
        assert chat.say("Dank je")[0]["author"] == "bot"
        assert store.inbox() == []
        [closed] = store.inbox(states=("afgehandeld",))
        assert (closed.outcome, closed.staff_name) == ("geholpen", "Fatima de Wit")
        exported = chat.get("export").json()["conversation"]
        assert [e["to_state"] for e in exported["handoffs"][0]["events"]] == [
            "aangeboden", "aangevraagd", "in_behandeling", "afgehandeld",
        ]  # fmt: skip
        assert "Fatima de Wit" not in json.dumps(exported)
        assert [e["to_owner"] for e in exported["ownership"]] == ["wacht", "consulent", "bot", "consulent", "bot"]
        chat.erase()
        assert store.inbox(states=("aangevraagd", "in_behandeling", "terugbellen", "afgehandeld", "vervallen")) == []


def test_the_other_window_of_the_parent_sees_the_approval(run_web: Callable[..., Web]) -> None:
    web = run_web(BOT_NOW=OPEN, EVENTS_POLL_SECONDS="30")
    chat = web.start()
    chat.say("Wie helpt ons?")
    with listening(web, chat, **{"Last-Event-ID": chat.all()[-1]["id"]}) as other:
        started = time.monotonic()
        post(chat, body(chat))
        wait_until(lambda: len(other.said("systeem")) == 1)
        assert time.monotonic() - started < 5
