"""Migrations up and down, and constraints, on SQLite and PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from bot.conversations.messages import NewMessage, Parse, Reply, new_id
from bot.conversations.rows import Erased
from bot.conversations.store import ConversationStore, Started, TurnTaken
from bot.conversations.texts import load_texts
from bot.settings import Settings
from bot.storage.database import Database, open_engine
from bot.storage.migrate import downgrade, is_current, upgrade
from bot.storage.models import Base, ConversationRow, MessageRow, OwnershipEventRow, ParseRow

LEASE = timedelta(seconds=30)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the URL of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'map' / 'test.db'}"
    return Settings(database_url=request.getfixturevalue("postgres_url")).database_url


@pytest.fixture
def database(url: str) -> Any:
    """Give a database with all tables."""
    upgrade(url)
    opened = Database(url)
    yield opened
    opened.close()


def test_up_down_and_up_again(url: str) -> None:
    database = Database(url)
    assert not is_current(database.engine)
    upgrade(url)
    upgrade(url)
    assert is_current(database.engine)
    assert set(inspect(database.engine).get_table_names()) == set(Base.metadata.tables) | {"alembic_version"}
    assert "events" not in Base.metadata.tables
    downgrade(url)
    assert set(inspect(database.engine).get_table_names()) == {"alembic_version"}
    assert not is_current(database.engine)
    upgrade(url)
    database.close()


def test_the_migrations_make_what_the_models_say(database: Database) -> None:
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
        found = inspect(connection)
        for name, table in Base.metadata.tables.items():
            wanted = {str(c.name) for c in table.constraints if type(c).__name__ == "CheckConstraint"}
            assert {c["name"] for c in found.get_check_constraints(name)} == wanted, name


def test_several_processes_may_migrate_at_once(url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: upgrade(url), range(4)))


def test_many_may_open_a_new_sqlite_file_at_once(tmp_path: Path) -> None:
    for number in range(40):
        url, start = f"sqlite:///{tmp_path / f'{number}.db'}", Barrier(8)

        def opened(url: str = url, start: Barrier = start) -> str:
            start.wait()
            engine = open_engine(url)
            with engine.connect() as connection:
                mode: str = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
            engine.dispose()
            return mode

        with ThreadPoolExecutor(8) as pool:
            assert [f.result() for f in [pool.submit(opened) for _ in range(8)]] == ["wal"] * 8


def conversation(**fields: Any) -> ConversationRow:
    """Return a row."""
    now = datetime.now(UTC)
    return ConversationRow(
        **{"id": new_id(), "owner": "bot", "last_position": 0, "created_at": now, "last_message_at": now} | fields
    )


def stored(database: Database) -> str:
    """Store a conversation; return its id."""
    with database.write() as session:
        session.add(row := conversation())
    return row.id


def message(of: str, **fields: Any) -> MessageRow:
    """Return a row."""
    given: dict[str, Any] = {"id": new_id(), "conversation_id": of, "position": 1, "author": "bot", "text": "x"}
    return MessageRow(**given | {"buttons": [], "sources": [], "created_at": datetime.now(UTC)} | fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"owner": "niemand"},
        {"last_position": -1},
        {"erased_at": datetime.now(UTC)},
        {"turn_holder": "x"},
    ],
)
def test_the_schema_refuses_wrong_conversations(database: Database, fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), database.write() as session:
        session.add(conversation(**fields))


@pytest.mark.parametrize("fields", [{"author": "kat"}, {"level": "c1"}, {"position": 0}, {"conversation_id": "geen"}])
def test_the_schema_refuses_wrong_messages(database: Database, fields: dict[str, Any]) -> None:
    of = stored(database)
    with pytest.raises(IntegrityError), database.write() as session:
        session.add(message(of, **fields))


def test_a_position_is_used_once(database: Database) -> None:
    of = stored(database)
    with pytest.raises(IntegrityError), database.write() as session:
        session.add_all([message(of), message(of)])


def test_times_come_back_in_utc_and_need_a_zone(database: Database) -> None:
    summer = datetime.fromisoformat("2026-07-01T12:00:00.123456+02:00")
    with database.write() as session:
        session.add(row := conversation(created_at=summer))
    with database.read() as session:
        found = session.get_one(ConversationRow, row.id).created_at
    assert found == summer
    assert found.utcoffset() == timedelta(0)
    with pytest.raises(StatementError, match="without a zone"), database.write() as session:
        session.add(conversation(created_at=datetime(2026, 7, 1)))


def test_the_first_message_stores_the_greeting_once_also_from_two_sides(database: Database) -> None:
    store = ConversationStore(database, load_texts())
    started = Started(new_id(), datetime.now(UTC))

    def say(number: int) -> str:
        try:
            store.begin_turn(started, NewMessage(author="ouder", text=f"Vraag {number}"), LEASE)
        except TurnTaken:
            return "wait"
        return "taken"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(say, range(8)))
    assert sorted(outcomes) == ["taken"] + ["wait"] * 7
    assert len(store.messages(started)) == len(store.greeting(started)) + 1


def test_a_turn_that_ran_out_can_be_taken_and_a_late_answer_is_kept(database: Database) -> None:
    store = ConversationStore(database, load_texts())
    started = Started(new_id(), datetime.now(UTC))
    first = store.begin_turn(started, NewMessage(author="ouder", text="Een"), timedelta(seconds=-1))
    second = store.begin_turn(started, NewMessage(author="ouder", text="Twee"), LEASE)
    store.finish_turn(started, first, Reply(messages=[NewMessage(author="bot", text="Laat")]))
    with pytest.raises(TurnTaken):
        store.begin_turn(started, NewMessage(author="ouder", text="Drie"), LEASE)
    store.finish_turn(started, second, Reply(messages=[NewMessage(author="bot", text="Op tijd")]))
    assert [m.text for m in store.messages(started)[-4:]] == ["Een", "Twee", "Laat", "Op tijd"]


def test_erasing_takes_parses_and_history_along(database: Database) -> None:
    store = ConversationStore(database, load_texts())
    started = Started(new_id(), datetime.now(UTC))
    turn = store.begin_turn(started, NewMessage(author="ouder", text="Een"), LEASE)
    store.finish_turn(started, turn, Reply(messages=[], parse=Parse(topic="tlv_wat", confidence=1.0), engine_ms=3))
    store.move(started.id, "wacht", "ouder")
    store.erase(started)
    with database.read() as session:
        for model in (MessageRow, ParseRow, OwnershipEventRow):
            assert session.scalar(select(func.count()).select_from(model)) == 0
    with pytest.raises(Erased):
        store.begin_turn(started, NewMessage(author="ouder", text="Twee"), LEASE)


def test_sqlite_is_set_up_for_several_processes(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.db'}")
    with database.read() as session:
        assert session.scalar(text("PRAGMA journal_mode")) == "wal"
        assert session.scalar(text("PRAGMA foreign_keys")) == 1
        assert session.scalar(text("PRAGMA busy_timeout")) >= 5000
    database.close()
