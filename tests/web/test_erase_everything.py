"""Erasing takes everything, in every table and in the bytes of the file; the export names every kind."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.conversations.messages import NewMessage, Reply, new_id
from bot.conversations.store import ConversationStore, Started
from bot.conversations.texts import load_texts
from bot.privacy.vault import Vault
from bot.storage.database import Database
from bot.storage.migrate import upgrade
from bot.storage.models import Base, ConsentRow, ConversationRow
from tests.web.conftest import Web
from tests.web.everything import WORD, bare_conversation, count, full_conversation
from tests.web.fake_engine import FakeEngine, answer
from tests.web.test_forgetting import wait_until
from tests.web.test_keys import new_key
from tests.web.test_storage import LEASE, database, url  # noqa: F401 - fixtures

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
# What does not hang on a conversation: staff and their work, and what purges removed.
OTHER_TABLES = {"staff", "recovery_codes", "staff_sessions", "audit", "purges"}


def everything(database: Database) -> dict[str, list[dict[str, Any]]]:  # noqa: F811
    """Return all rows of all tables."""
    with database.read() as session:
        return {
            name: [dict(row._mapping) for row in session.execute(select(table))] for name, table in Base.metadata.tables.items()
        }


def hanging_tables() -> set[str]:
    """Return the tables from which foreign keys lead to a conversation."""
    found = {"conversations"}
    while True:
        more = {
            name for name, table in Base.metadata.tables.items()
            if any(key.column.table.name in found for key in table.foreign_keys)
        }  # fmt: skip
        if more <= found:
            return found
        found |= more


def mentions(rows: dict[str, list[dict[str, Any]]], *words: str) -> list[str]:
    """Return the tables that hold one of the words."""
    return [name for name, found in rows.items() if any(word in json.dumps(found, default=str) for word in words)]


def test_no_table_keeps_anything_of_an_erased_conversation(database: Database) -> None:  # noqa: F811
    vault = Vault((new_key(),))
    conversation_id, handoff_id = full_conversation(database, vault, AT)
    other_id = bare_conversation(database, AT)
    before = everything(database)
    assert hanging_tables() | OTHER_TABLES == set(Base.metadata.tables)
    assert {name for name in hanging_tables() if not before[name]} == set(), "everything.py makes a row in every table"
    closed = [before["handoffs"][0]["intake"], before["handoffs"][0]["contact"], before["notes"][0]["text"]]
    said = [row["id"] for row in before["messages"] if row["conversation_id"] == conversation_id]

    ConversationStore(database, load_texts()).erase(Started(conversation_id, AT))

    after = everything(database)
    assert {name for name in hanging_tables() if after[name]} == {"conversations", "messages"}
    assert [row["conversation_id"] for row in after["messages"]] == [other_id]
    assert mentions(after, handoff_id, *said, *closed) == []
    assert mentions(after, conversation_id) == ["conversations"]
    [mark] = [row for row in after["conversations"] if row["id"] == conversation_id]
    assert {name for name, value in mark.items() if value not in (None, 0)} == {
        "id", "owner", "created_at", "last_message_at", "erased_at"
    }  # fmt: skip
    assert {mark["created_at"], mark["last_message_at"]} == {mark["erased_at"]}


def test_the_bytes_of_the_file_keep_nothing_either(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'test.db'}"  # noqa: F811
    upgrade(url)
    database = Database(url)  # noqa: F811
    conversation_id, handoff_id = full_conversation(database, vault := Vault((new_key(),)), AT)
    for _ in range(30):  # enough rows for pages of their own
        bare_conversation(database, AT, owner="bot")
    with database.read() as session:
        intake = session.connection().exec_driver_sql("SELECT intake FROM handoffs").scalar()
    assert vault.open(intake) == {"vraag": WORD}
    assert found_in(tmp_path, handoff_id, intake[20:60])
    store = ConversationStore(database, load_texts())
    with database.read() as session:
        ids = session.scalars(select(ConversationRow.id)).all()
    for erased in ids:
        store.erase(Started(erased, AT))
    assert found_in(tmp_path, WORD), "the write-ahead log still holds it: that is why it is emptied"
    assert store.scrub()
    assert found_in(tmp_path, conversation_id)
    assert not found_in(tmp_path, WORD, handoff_id, intake[20:60])
    database.close()


def found_in(folder: Path, *words: str) -> bool:
    """Tell whether a file of the database holds one of the words."""
    content = b"".join(path.read_bytes() for path in folder.glob("test.db*"))
    return any(word.encode() in content for word in words)


def test_web_empties_the_log_by_itself_after_erasing(run_web: Callable[..., Web]) -> None:
    web = run_web(FORGET_RETRY_SECONDS="3600")
    chat = web.start()
    chat.say(f"Iets over {WORD}")
    files = sorted(web.log.parent.glob("web.db*"))
    assert any(WORD.encode() in path.read_bytes() for path in files)
    assert chat.erase().status_code == 204
    wait_until(lambda: not any(WORD.encode() in path.read_bytes() for path in web.log.parent.glob("web.db*")))
    assert WORD not in web.log.read_text(encoding="utf-8")


def test_the_export_names_every_kind(database: Database) -> None:  # noqa: F811
    vault = Vault((new_key(),))
    conversation_id, _ = full_conversation(database, vault, AT)
    store = ConversationStore(database, load_texts())
    exported = store.export(Started(conversation_id, AT))
    [said] = exported["messages"]
    assert said["parse"]["topic"] == "tlv_wat" and said["thumb"] == -1
    assert exported["consents"][0]["kind"] == "overdracht"
    assert exported["ownership"][0]["to_owner"] == "wacht"
    assert WORD in json.dumps(exported)


QUESTION = {"type": "voorcheck_vraag", "field": "leeftijd", "number": 1, "of": 12, "options": [], "multiple": False}
NEXT = {**QUESTION, "field": "onderwijs", "number": 2}
OUTCOME = {"type": "voorcheck_uitslag"}


def say(store: ConversationStore, started: Started, text: str, card: dict[str, Any] | None) -> None:
    """Let the bot say something, in a turn of its own."""
    turn = store.begin_turn(started, NewMessage(author="ouder", text="8 jaar"), LEASE)
    store.finish_turn(started, turn, Reply(messages=[NewMessage(author="bot", text=text, card=card)]))


@pytest.mark.parametrize("answered_by", [NEXT, OUTCOME])
def test_going_on_with_the_precheck_is_logged_once_with_the_text_that_was_shown(
    database: Database, answered_by: dict[str, Any]  # noqa: F811
) -> None:
    store, started = ConversationStore(database, load_texts()), Started(new_id(), AT)
    shown = "Je antwoorden blijven hier. Hoe oud?"
    for text, card in (("Welkom", None), (shown, QUESTION), ("Hoe oud?", QUESTION), ("Uitleg", None)):
        say(store, started, text, card)
    assert count(database, ConsentRow) == 0  # a question that only was shown is no consent
    for card in (answered_by, NEXT, OUTCOME):
        say(store, started, "Verder", card)
    with database.read() as session:
        [found] = session.scalars(select(ConsentRow)).all()
    assert (found.kind, found.text) == ("voorcheck", shown)
    assert store.export(started)["consents"][0]["text"] == found.text


def test_without_a_precheck_there_is_no_consent(web: Web, engine: FakeEngine) -> None:
    chat = web.start()
    chat.say("Wat is een TLV?")
    engine.cards = [QUESTION, NEXT]
    chat.say("Doe de voorcheck")
    assert chat.get("export").json()["conversation"]["consents"] == []
    chat.say("8")
    [consent] = chat.get("export").json()["conversation"]["consents"]
    assert consent["kind"] == "voorcheck" and consent["text"] == answer("een kaart")["messages"][0]["text"]
