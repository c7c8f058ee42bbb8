"""Who owns a conversation decides whether the bot hears a message."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import get_args

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.conversations.ownership import MOVES, Actor, ForbiddenMove, Owner, bot_may_speak, check_move
from bot.conversations.rows import Erased
from bot.conversations.store import ConversationStore
from bot.conversations.texts import load_texts
from bot.storage.database import Database
from tests.web.conftest import Web
from tests.web.fake_engine import FakeEngine
from tests.web.test_order import own_client

OWNERS: tuple[Owner, ...] = get_args(Owner)
ACTORS: tuple[Actor, ...] = get_args(Actor)

# Written out a second time on purpose: a change of the table must be meant.
ALLOWED = """
bot wacht ouder; bot wacht systeem; bot consulent consulent; bot gesloten ouder; bot gesloten systeem;
wacht bot ouder; wacht bot consulent; wacht bot systeem; wacht consulent consulent;
wacht gesloten ouder; wacht gesloten consulent; wacht gesloten systeem;
consulent bot consulent; consulent bot systeem; consulent wacht consulent; consulent wacht systeem;
consulent gesloten ouder; consulent gesloten consulent; consulent gesloten systeem; gesloten bot consulent
"""
MOVES_ALLOWED = {tuple(move.split()) for move in ALLOWED.split(";")}
EVERY_MOVE = [(current, new, actor) for current in OWNERS for new in OWNERS for actor in ACTORS]


@pytest.fixture
def store(web: Web) -> Iterator[ConversationStore]:
    """Open the database of the web process."""
    database = Database(web.database_url)
    yield ConversationStore(database, load_texts())
    database.close()


@pytest.mark.parametrize(("current", "new", "actor"), EVERY_MOVE)
def test_every_move_is_allowed_or_forbidden_as_written(current: Owner, new: Owner, actor: Actor) -> None:
    if (current, new, actor) in MOVES_ALLOWED:
        check_move(current, new, actor)
    else:
        with pytest.raises(ForbiddenMove):
            check_move(current, new, actor)


def test_the_table_names_only_what_exists() -> None:
    assert {owner for move in MOVES for owner in move} == set(OWNERS)
    assert [owner for owner in OWNERS if bot_may_speak(owner)] == ["bot"]


def test_while_a_parent_waits_the_bot_says_so_once_and_is_silent(
    web: Web, engine: FakeEngine, store: ConversationStore
) -> None:
    chat = web.start()
    chat.say("Ik wil een mens")
    store.move(chat.id, "wacht", "ouder", "vroeg om een mens")
    engine.asked.clear()
    [notice] = chat.say("Is daar iemand?")
    assert notice["author"] == "systeem"
    assert "mens" in notice["text"]
    assert chat.say("Hallo?") == []
    assert engine.asked == []
    assert [m["text"] for m in chat.all()[-3:]] == ["Is daar iemand?", notice["text"], "Hallo?"]
    store.move(chat.id, "bot", "systeem")
    store.move(chat.id, "wacht", "ouder")
    assert len(chat.say("Nog eens wachten")) == 1


def test_while_a_person_has_it_the_bot_is_silent_until_it_is_returned(
    web: Web, engine: FakeEngine, store: ConversationStore
) -> None:
    chat = web.start()
    chat.say("Vraag")
    store.move(chat.id, "consulent", "consulent")
    engine.asked.clear()
    assert chat.say("Dag mevrouw") == []
    assert chat.post(payload="topic:tlv_wat").json() == {"messages": []}
    assert engine.asked == []
    store.move(chat.id, "bot", "consulent")
    assert chat.say("Wat is een TLV?")[0]["author"] == "bot"


def test_a_bot_that_thinks_while_a_person_takes_over_stays_silent(
    web: Web, engine: FakeEngine, store: ConversationStore
) -> None:
    chat = web.start()
    chat.say("Eerste vraag")
    engine.delay = 0.6
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(own_client(chat, web.url).say, "Tweede vraag")
        time.sleep(0.3)
        store.move(chat.id, "consulent", "consulent")
        assert asked.result() == []
    assert chat.all()[-1]["text"] == "Tweede vraag"


def test_the_history_is_only_added_to(web: Web, store: ConversationStore) -> None:
    chat = web.start()
    chat.say("Vraag")
    store.move(chat.id, "wacht", "ouder", "reden")
    store.move(chat.id, "bot", "systeem")
    with pytest.raises(ForbiddenMove):
        store.move(chat.id, "consulent", "ouder")
    history = chat.get("export").json()["conversation"]["ownership"]
    assert [(e["from_owner"], e["to_owner"], e["actor"], e["reason"]) for e in history] == [
        ("bot", "wacht", "ouder", "reden"), ("wacht", "bot", "systeem", None),
    ]  # fmt: skip
    database = Database(web.database_url)
    with pytest.raises(DBAPIError, match="only added"), database.write() as session:
        session.execute(text("UPDATE ownership_events SET reason = 'anders'"))
    database.close()


def test_an_erased_conversation_cannot_be_moved(web: Web, store: ConversationStore) -> None:
    chat = web.start()
    chat.say("Vraag")
    store.move(chat.id, "wacht", "ouder")
    chat.erase()
    with pytest.raises(Erased):
        store.move(chat.id, "bot", "systeem")
