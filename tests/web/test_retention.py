"""What is removed when its time is over, on SQLite and PostgreSQL, with the clock moved."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.privacy.purging import ROUND, Purging
from bot.privacy.retention import KINDS, purge
from bot.privacy.vault import Vault
from bot.settings import Settings, SettingsError, load_settings
from bot.storage.database import Database
from bot.storage.models import (
    AuditRow,
    ConversationRow,
    CorrectionRow,
    HandoffEventRow,
    HandoffRow,
    MailRow,
    MessageRow,
    NoteRow,
    OwnershipEventRow,
    PurgeRow,
    StaffSessionRow,
)
from tests.web.conftest import ROOT, Web
from tests.web.everything import bare_conversation, count, full_conversation, handoff, message, staff_member
from tests.web.fake_engine import KEY, FakeEngine
from tests.web.test_forgetting import wait_until
from tests.web.test_keys import new_key
from tests.web.test_storage import database, url  # noqa: F401 - fixtures

NOW = datetime(2027, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
SETTINGS = Settings()


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every process believe that it is NOW."""
    monkeypatch.setenv("BOT_NOW", NOW.isoformat())


@pytest.fixture
def vault() -> Vault:
    return Vault((new_key(),))


def days(kind: str) -> timedelta:
    """Return how long a kind is kept."""
    return getattr(SETTINGS, f"retention_{kind}_days") * DAY


def purged(database: Database, *, dry_run: bool = False) -> dict[str, int]:  # noqa: F811
    """Purge; return the kinds of which something went."""
    return {e.kind.name: e.count for e in purge(database, SETTINGS, dry_run=dry_run) if e.count}


def session_row(staff_id: int, at: datetime) -> StaffSessionRow:
    return StaffSessionRow(
        id=new_key(), staff_id=staff_id, csrf="c", address="192.0.2.1", browser="b", created_at=at, last_seen_at=at
    )


def audit_row(at: datetime) -> AuditRow:
    return AuditRow(staff_name="Noor", action="gesprek bekeken", details={}, address="192.0.2.1", created_at=at)


@pytest.mark.parametrize("kind", ["conversations", "erased", "corrections", "mails", "staff_sessions", "audit", "purges"])
def test_a_kind_is_kept_for_its_days_and_no_longer(database: Database, vault: Vault, kind: str) -> None:  # noqa: F811
    models: dict[str, Any] = {
        "conversations": MessageRow, "erased": ConversationRow, "corrections": CorrectionRow, "mails": MailRow,
        "staff_sessions": StaffSessionRow, "audit": AuditRow, "purges": PurgeRow,
    }  # fmt: skip
    staff_id = staff_member(database, NOW)
    for at in (NOW - days(kind) - HOUR, NOW - days(kind) + HOUR):
        if kind == "conversations":
            bare_conversation(database, at)
        elif kind == "erased":
            bare_conversation(database, at, owner="gesloten", erased_at=at, forgotten_at=at)
        elif kind == "mails":
            handoff(database, vault, bare_conversation(database, NOW), staff_id, at, closed_at=NOW)
        else:
            row: Any = {
                "corrections": lambda at=at: CorrectionRow(text="x", topic="t", staff_id=staff_id, created_at=at),
                "staff_sessions": lambda at=at: session_row(staff_id, at),
                "audit": lambda at=at: audit_row(at),
                "purges": lambda at=at: PurgeRow(kind="mails", count=3, before=at, created_at=at),
            }[kind]()
            with database.write() as session:
                session.add(row)
    assert purged(database, dry_run=True) == {kind: 1}
    assert count(database, models[kind]) == 2
    assert purged(database) == {kind: 1}
    assert count(database, models[kind], *([PurgeRow.created_at < NOW] if kind == "purges" else [])) == 1
    assert count(database, PurgeRow, PurgeRow.kind == kind, PurgeRow.count == 1, PurgeRow.created_at == NOW) == 1
    assert purged(database) == {}


def test_a_mark_stays_until_the_engine_has_forgotten(database: Database) -> None:  # noqa: F811
    bare_conversation(database, NOW - 500 * DAY, owner="gesloten", erased_at=NOW - 500 * DAY)
    assert purged(database) == {}


def test_a_closed_handoff_loses_contact_first_and_then_goes_with_its_conversation(
    database: Database, vault: Vault  # noqa: F811
) -> None:
    closed = {"closed_at": NOW - days("contacts") - HOUR}
    _, young = full_conversation(database, vault, NOW - days("conversations") - DAY, **closed)
    closed = {"closed_at": NOW - days("handoffs") - HOUR}
    gone, old = full_conversation(database, vault, NOW - days("handoffs") - DAY, **closed)
    expected = {"contacts": 1, "handoffs": 1, "conversations": 1}
    counted = purged(database, dry_run=True)
    assert {k: counted[k] for k in expected} == expected
    done = purged(database)
    assert {k: done[k] for k in expected} == expected
    with database.read() as session:
        kept = session.scalars(select(HandoffRow)).one()
        assert (kept.id, kept.contact) == (young, None)
        assert vault.open(kept.intake)
        assert session.get_one(ConversationRow, gone).erased_at == NOW
    assert count(database, MessageRow, MessageRow.conversation_id == gone) == 0
    assert count(database, NoteRow, NoteRow.handoff_id == old) == 0


@pytest.mark.parametrize("life", ["message", "event", "note", "booking"])
def test_an_open_handoff_with_any_sign_of_life_stays_and_keeps_its_conversation(
    database: Database, vault: Vault, life: str  # noqa: F811
) -> None:
    old, recent = NOW - 400 * DAY, NOW - days("open_handoffs") + HOUR
    extra = {"slot_at": NOW + DAY} if life == "booking" else {}
    conversation_id, handoff_id = full_conversation(database, vault, old, **extra)
    with database.write() as session:
        staff_id = session.get_one(HandoffRow, handoff_id).staff_id
        conversation = session.get_one(ConversationRow, conversation_id)
        if life == "message":
            conversation.last_message_at, conversation.last_position = recent, 2
            session.add(message(conversation_id, 2, recent))
        elif life == "event":
            session.add(
                HandoffEventRow(
                    handoff_id=handoff_id, from_state="aangevraagd", to_state="in_behandeling", actor="consulent",
                    created_at=recent,
                )
            )
        elif life == "note":
            session.add(NoteRow(handoff_id=handoff_id, staff_id=staff_id, text=vault.close("x"), created_at=recent))
    done = purged(database)
    assert not {"open_handoffs", "handoffs", "contacts", "conversations"} & set(done)
    assert count(database, MessageRow, MessageRow.conversation_id == conversation_id) >= 1


@pytest.mark.parametrize(("state", "owner"), [("in_behandeling", "consulent"), ("aangevraagd", "wacht"), ("terugbellen", "bot")])
def test_a_forgotten_handoff_expires_visibly_and_goes_only_later(
    database: Database, vault: Vault, monkeypatch: pytest.MonkeyPatch, state: str, owner: str  # noqa: F811
) -> None:
    conversation_id, handoff_id = full_conversation(database, vault, NOW - days("open_handoffs") - DAY, state=state)
    with database.write() as session:
        session.get_one(ConversationRow, conversation_id).owner = owner
    assert purged(database, dry_run=True)["open_handoffs"] == 1
    assert purged(database)["open_handoffs"] == 1
    with database.read() as session:
        found = session.get_one(HandoffRow, handoff_id)
        assert (found.state, found.outcome, found.closed_at) == ("vervallen", "verlopen", NOW)
        last = session.scalars(select(HandoffEventRow).order_by(HandoffEventRow.id.desc()).limit(1)).one()
        assert (last.to_state, last.actor) == ("vervallen", "systeem")
        assert "60 dagen" in (last.reason or "")
        assert session.get_one(ConversationRow, conversation_id).owner == "bot"
        history = session.scalars(select(OwnershipEventRow).order_by(OwnershipEventRow.id.desc()).limit(1)).one()
        assert (history.actor == "systeem") == (owner != "bot")
    assert vault.open(found.contact)
    monkeypatch.setenv("BOT_NOW", (NOW + days("handoffs") + DAY).isoformat())
    assert purged(database)["handoffs"] == 1


def test_many_go_in_batches_and_each_is_logged(database: Database) -> None:  # noqa: F811
    with database.write() as session:
        session.add_all([audit_row(NOW - 400 * DAY) for _ in range(450)])
    assert purged(database) == {"audit": 450}
    with database.read() as session:
        assert sorted(session.scalars(select(PurgeRow.count))) == [50, 200, 200]


def test_one_process_takes_the_round_of_a_day(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    processes = [Purging(database, SETTINGS, lambda: None) for _ in range(4)]

    def rounds() -> int:
        with ThreadPoolExecutor(4) as pool:
            return sum(pool.map(lambda process: process.round(), processes))

    assert rounds() == 1
    monkeypatch.setenv("BOT_NOW", (NOW + timedelta(hours=23)).isoformat())
    assert rounds() == 0
    monkeypatch.setenv("BOT_NOW", (NOW + timedelta(hours=25)).isoformat())
    assert rounds() == 1
    assert count(database, PurgeRow, PurgeRow.kind == ROUND) == 2


def test_every_kind_has_a_setting_and_marks_outlive_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    fields = {name for name in Settings.model_fields if name.startswith("retention_")}
    assert fields == {f"retention_{kind.name}_days" for kind in KINDS}
    monkeypatch.setenv("TOKEN_DAYS", "90")
    with pytest.raises(SettingsError, match="RETENTION_ERASED_DAYS"):
        load_settings()


def bot(web: Web, *arguments: str, **environment: str) -> str:
    """Run a command of `bot` on the files of a web process."""
    given = {"DATABASE_URL": web.database_url, "BOT_VAR": str(web.log.parent), "ENGINE_KEY": KEY} | environment
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", *arguments], cwd=ROOT, env={**os.environ, **given}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_web_purges_by_itself_and_the_engine_forgets_also_when_it_was_down(
    run_web: Callable[..., Web], engine: FakeEngine
) -> None:
    web = run_web(BOT_NOW="2026-12-01T09:00:00")
    chat = web.start()
    chat.say("Lang geleden")
    web.process.terminate()
    web.process.wait(timeout=20)
    engine.stop()
    later = run_web(BOT_NOW="2027-06-01T09:00:00")
    with Database(later.database_url).read() as session:
        def state() -> ConversationRow:
            session.expire_all()
            session.rollback()
            return session.get_one(ConversationRow, chat.id)

        wait_until(lambda: state().erased_at is not None)
        assert state().forgotten_at is None
        engine.start()
        wait_until(lambda: state().forgotten_at is not None)
    assert engine.forgotten == [chat.id]


def test_the_command_shows_what_would_go_and_then_does_it(run_web: Callable[..., Web], engine: FakeEngine) -> None:
    web = run_web(BOT_NOW="2026-12-01T09:00:00")
    chat = web.start()
    chat.say("Lang geleden")
    young = run_web(BOT_NOW="2026-12-01T09:00:00").start()
    later = {"BOT_NOW": "2027-03-31T10:00:00", "ENGINE_URL": engine.url}
    shown = bot(web, "purge", "--dry-run", **later)
    assert "1  conversations" in shown and "would go" in shown
    assert "2026-12-01" in shown
    assert chat.get().status_code == 200
    assert bot(web, "purge", **(later | {"BOT_NOW": "2027-03-30T10:00:00"})).count(" 1  ") == 0
    engine.stop()
    done = bot(web, "purge", **later)
    assert "1  conversations" in done
    assert "still has to forget 1" in done
    assert chat.get().status_code == 410
    assert young.get().status_code == 200
    engine.start()
    wait_until(lambda: set(engine.forgotten) == {chat.id})  # two processes look: both may ask
