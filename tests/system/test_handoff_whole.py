"""From a parent's question to a person and back, over the whole service: a real pre-check by the engine, a consultant who
works in the console, both streams; and the web process killed at each step of the approval.

On SQLite with one web process, and on PostgreSQL and Redis with the parent and the consultant at different processes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import create_engine, text

from bot.knowledge.answers import load_answers
from bot.knowledge.files import root
from tests.conftest import RedisServer
from tests.system.service import Service, serving
from tests.web.conftest import Chat, Web, running
from tests.web.handoffs import CALL, CHAT, OPEN, body, post, store_of
from tests.web.killed_web import AFTER_COMMIT, BEFORE_COMMIT
from tests.web.staff import Staff, staff
from tests.web.test_events import listening
from tests.web.test_forgetting import wait_until
from tests.web.test_staff_inbox_live import stream, told

QUESTION = "is ONS iets voor mijn dochter Shanice? ze is 13 en gaat al 7 weken niet naar school"
ANSWERS = ("ja", "ja", "ja hoor, ze werken goed mee")
SECRETS = ("Shanice", "shanice", "0612345678", "06-12345678")
# Long enough that only a bell, not the next look, explains a message that is there at once.
SLOW_LOOK = "30"

pytestmark = [
    pytest.mark.skipif(not (root() / ".venv-engine" / "bin" / "python").exists(), reason="no engine environment"),
    pytest.mark.timeout(900),
]


@dataclass
class House:
    """The whole service: `parents` is where parents come in, `desk` is the web process of the consultant."""

    service: Service
    parents: Web
    desk: Web
    more: dict[str, str]

    def another(self, **environment: str) -> Any:
        """Run one more web process of this service, until the end of the block."""
        keys = json.loads((self.service.folder / "secrets.json").read_text(encoding="utf-8"))
        engine = f"http://127.0.0.1:{self.service.ports['engine']}"
        wanted = {"ENGINE_KEY": keys["engine_key"], "ENGINE_TIMEOUT_SECONDS": "30", "EVENTS_POLL_SECONDS": SLOW_LOOK}
        return running(self.service.folder, engine, **wanted | self.more | environment)


@pytest.fixture(scope="module", params=["sqlite", "postgres_and_redis"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    patch = pytest.MonkeyPatch()
    patch.setenv("BOT_NOW", OPEN)
    folder = tmp_path_factory.mktemp("var")
    more = {"BOT_NOW": OPEN, "DATABASE_URL": f"sqlite:///{folder / 'gesprekken.db'}"}
    if request.param != "sqlite":
        redis: RedisServer = request.getfixturevalue("_redis_server")
        redis.start()
        server: str = request.getfixturevalue("postgres_server")
        more |= {"DATABASE_URL": new_database(server), "REDIS_URL": redis.url}
    plenty = dict.fromkeys(("RATE_CONVERSATION_PER_MINUTE", "RATE_ADDRESS_PER_MINUTE", "RATE_NEW_PER_MINUTE"), "100000")
    with (
        serving(folder, EVENTS_POLL_SECONDS=SLOW_LOOK, **more | plenty) as service,
        httpx.Client(base_url=service.url, timeout=60, trust_env=False) as http,
    ):
        whole = Web(http, more["DATABASE_URL"], service.log, service.process)
        found = House(service, whole, whole, more)
        if request.param == "sqlite":
            yield found
        else:
            with found.another() as second:
                yield replace(found, desk=second)
    patch.undo()


def new_database(server: str) -> str:
    """Make an empty database at a PostgreSQL server that ends with these tests; return its address."""
    url = server.replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(f"{url}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE heel"))
    engine.dispose()
    return f"{url}/heel"


def after_precheck(web: Web) -> Chat:
    """Hold a pre-check with the engine; return the conversation with its result."""
    chat = web.start()
    chat.say(QUESTION)
    for answer in ANSWERS[:-1]:
        chat.say(answer)
    [outcome] = [m["card"] for m in chat.say(ANSWERS[-1]) if m["card"]]
    assert [found["arrangement"] for found in outcome["fits"]] == ["ons"]
    return chat


@contextmanager
def consultant(house: House) -> Iterator[Staff]:
    """Log a consultant in at the process of the desk."""
    with staff(house.desk.url, house.desk.database_url, "consulent", "Fatima de Wit") as who:
        yield who


def test_from_question_to_person_and_back(house: House) -> None:
    chat = after_precheck(house.parents)
    [offer] = chat.say("ik wil een mens spreken")
    assert offer["card"]["type"] == "overdracht"

    content = body(chat)
    draft = content["intake"]
    assert [item["arrangement"] for item in draft["voorcheck"]["fits"]] == ["ons"]
    assert draft["vraag"] == QUESTION.replace("Shanice", "[naam]")
    assert {entry["field"]: entry["answer"] for entry in draft["kind"]}["leeftijd"] == "13 jaar"
    assert draft["urgentie"]["level"] == "hoog"  # over four weeks at home
    draft["geprobeerd"] = "Een gesprek met de mentor."  # she adds what was missing

    with (
        consultant(house) as who,
        stream(who, "/staff/events") as bell,
        listening(house.parents, chat, **{"Last-Event-ID": chat.all()[-1]["id"]}) as parent,
    ):
        bell.wait(lambda e: bool(told(e, "postvak")))
        before = told(bell, "postvak")[-1]["waiting"]
        answer = post(chat, content)
        assert answer.status_code == 201, answer.text
        handoff_id = answer.json()["handoff"]["id"]
        bell.wait(lambda e: told(e, "postvak")[-1]["waiting"] == [*before, handoff_id])

        path = f"/staff/overdracht/{handoff_id}"
        page = who.get(path).text
        assert "Een gesprek met de mentor." in page
        assert "Onderweg Naar School" in page
        assert all(secret not in page for secret in SECRETS)
        assert who.post(f"{path}/oppakken").status_code == 303
        parent.wait(lambda s: any("Fatima" in said for said in s.said("systeem")))

        last = chat.all()[-1]["id"]
        with stream(who, f"{path}/events?na={last}") as desk:
            for number in range(5):
                assert chat.say(f"Ouder {number}") == [], "the bot is silent while a person has the conversation"
                who.post(f"{path}/bericht", tekst=f"Consulent {number}", doe="versturen", sleutel=f"k{number}")
            parent.wait(lambda s: len(s.said("consulent")) == 5)
            desk.wait(lambda e: len(told(e, "bericht")) == 10)
            seen = [message["id"] for message in told(desk, "bericht")]
        stored = chat.all()
        after = stored[[m["id"] for m in stored].index(last) + 1 :]
        expected = [(who, f"{who.title()} {n}") for n in range(5) for who in ("ouder", "consulent")]
        assert [(m["author"], m["text"]) for m in after] == expected
        assert seen == [m["id"] for m in after]
        assert parent.said("ouder")[-5:] == [f"Ouder {n}" for n in range(5)]
        assert parent.said("consulent") == [f"Consulent {n}" for n in range(5)]

        who.post(f"{path}/chatbot")
        parent.wait(lambda s: any("chatbot" in said for said in s.said("systeem")[1:]))
        assert chat.say("wat is een tlv?")[0]["text"] == load_answers().for_topic("tlv_wat").text
        ids = [event["id"] for event in parent.events if "id" in event]
        assert len(ids) == len(set(ids))

        exported = chat.get("export")
        assert exported.status_code == 200
        conversation = exported.json()["conversation"]
        assert [e["to_state"] for e in conversation["handoffs"][0]["events"]] == ["aangeboden", "aangevraagd", "in_behandeling"]
        assert [e["to_owner"] for e in conversation["ownership"]] == ["wacht", "consulent", "bot"]
        assert "de Wit" not in exported.text
        assert "Shanice" not in exported.text

        assert remembered(house, chat) > 0
        assert chat.erase().status_code == 204
        parent.wait(lambda s: any(event["event"] == "gewist" for event in s.events))
        bell.wait(lambda e: told(e, "postvak")[-1]["mine"] == [])
        gone = who.get(path)
        assert (gone.status_code, "Een gesprek met de mentor." in gone.text) == (404, False)
        assert chat.get().status_code == 410
        wait_until(lambda: remembered(house, chat) == 0, 30)


def remembered(house: House, chat: Chat) -> int:
    """Return how many events Rasa keeps of a conversation: on SQLite in a file of its own."""
    url = house.more["DATABASE_URL"].replace("gesprekken.db", "tracker.db")
    engine = create_engine(url)
    with engine.connect() as connection:
        count = connection.scalar(text("SELECT count(*) FROM events WHERE sender_id = :id"), {"id": chat.id})
    engine.dispose()
    return int(count or 0)


@pytest.mark.parametrize("step", [*BEFORE_COMMIT, *AFTER_COMMIT])
def test_killed_at_any_step_there_is_one_handoff_or_none(house: House, step: str) -> None:
    chat = after_precheck(house.parents)
    # A chat has an owner to move, a call has a moment to book.
    content = body(chat, CHAT if step == "move_owner" else CALL)
    was_stored = step in AFTER_COMMIT
    with house.another(module="tests.web.killed_web", KILL_AT=step) as dying:
        with pytest.raises(httpx.TransportError):  # the parent is told that it failed
            post(replace(chat, http=dying.http), content)
        assert dying.process.wait(timeout=10) == -9
    with store_of(house.parents) as store:

        def in_inbox() -> list[str]:
            return [item.id for item in store.inbox() if item.conversation_id == chat.id]

        assert len(in_inbox()) == int(was_stored)
        before = chat.all()
        assert [m["author"] for m in before].count("systeem") == int(was_stored)
        assert (chat.get("handoff").json()["handoff"] is not None) is was_stored
        # Her window tries again with the same key, or she does.
        again = post(chat, content)
        assert again.status_code == (200 if was_stored else 201)
        handoff_id = again.json()["handoff"]["id"]
        assert in_inbox() == [handoff_id]
        assert [m["author"] for m in chat.all()].count("systeem") == 1
        detail = store.detail(handoff_id)
        assert [item.arrangement for item in detail.intake.voorcheck.fits] == ["ons"]
        assert [mail.kind for mail in detail.mails] == ["nieuw"]
        assert len(detail.events) == 2
        day = datetime.fromisoformat(CALL["slot"]).date()
        booked = [b for slot in store.agenda(day) for b in slot.bookings if b.handoff_id == handoff_id]
        assert len(booked) == int(content["contact"] == CALL)
    assert chat.erase().status_code == 204  # its seat in the agenda is free again
