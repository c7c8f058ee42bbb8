"""Changing the keys that encrypt stored personal data, on SQLite and PostgreSQL, while web runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select, update
from sqlalchemy.exc import StatementError

from bot.privacy.keys import check_only_newest, count_keys, encrypted_columns, renew_all
from bot.privacy.vault import Vault, VaultError
from bot.secrets import DataKeys, load_secrets, split_keys
from bot.storage.database import Database
from bot.storage.models import HandoffRow, NoteRow
from tests.web.conftest import ROOT
from tests.web.everything import WORD, full_conversation, staff_member
from tests.web.test_storage import database, url  # noqa: F401 - fixtures

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
VALUES = 4  # intake, contact, note, second factor


def new_key() -> str:
    """Return a key."""
    return Fernet.generate_key().decode()


def fill(database: Database, vault: Vault) -> None:  # noqa: F811
    """Store a value in every encrypted column."""
    full_conversation(database, vault, AT)
    staff_member(database, AT, vault)


def stored_values(database: Database) -> list[str]:  # noqa: F811
    """Return every encrypted value."""
    with database.read() as session:
        return [
            value for column in encrypted_columns()
            for value in session.scalars(select(column).where(column.is_not(None)))
        ]  # fmt: skip


class Service:
    """A database and a key file, and the command `bot` on both."""

    def __init__(self, folder: Path, url: str) -> None:  # noqa: F811
        self.file = folder / "secrets.json"
        self.environment = {
            name: value for name, value in os.environ.items() if name not in ("ENGINE_KEY", "TOKEN_KEY", "DATA_KEYS")
        } | {"BOT_VAR": str(folder), "DATABASE_URL": url}  # fmt: skip

    @property
    def keys(self) -> tuple[str, ...]:
        return split_keys(json.loads(self.file.read_text())["data_keys"])

    def bot(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bot.cli", *arguments], cwd=ROOT, env=self.environment | environment,
            capture_output=True, text=True,
        )  # fmt: skip

    def wait_a_minute(self) -> None:
        """Make the file older; its keys stay."""
        found = self.file.stat()
        os.utime(self.file, (found.st_atime, found.st_mtime - 61))


@pytest.fixture
def service(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> Service:  # noqa: F811
    for variable in ("ENGINE_KEY", "TOKEN_KEY", "DATA_KEYS"):
        monkeypatch.delenv(variable, raising=False)
    made = Service(tmp_path, url)
    load_secrets(made.file)
    return made


def test_every_place_with_personal_data_is_encrypted_and_refuses_plain_text(database: Database) -> None:  # noqa: F811
    columns = {f"{c.table.name}.{c.name}" for c in encrypted_columns()}
    assert columns == {"handoffs.intake", "handoffs.contact", "notes.text", "staff.totp_secret"}
    fill(database, Vault((new_key(),)))
    assert len(stored_values(database)) == VALUES
    with pytest.raises(StatementError, match="must be encrypted"), database.write() as session:
        session.execute(update(NoteRow).values(text=WORD))


def test_a_rotation_renews_every_value_in_small_steps(database: Database) -> None:  # noqa: F811
    old, new = new_key(), new_key()
    for _ in range(5):
        fill(database, Vault((old,)))
    both = Vault((new, old))
    assert count_keys(database, both) == {1: 5 * VALUES}
    assert renew_all(database, both, batch=2) == 5 * VALUES
    assert count_keys(database, both) == {0: 5 * VALUES}
    assert renew_all(database, both, batch=2) == 0
    only_new = Vault((new,))
    check_only_newest(database, only_new)
    with database.read() as session:
        assert only_new.open(session.scalars(select(HandoffRow.intake).limit(1)).one()) == {"vraag": WORD}


def test_a_value_that_no_key_fits_is_named_and_nothing_is_lost(database: Database) -> None:  # noqa: F811
    fill(database, Vault((new_key(),)))
    before = stored_values(database)
    with pytest.raises(VaultError, match=r"\w+\.\w+ of row"):
        renew_all(database, Vault((new_key(),)))
    assert stored_values(database) == before


def test_the_command_rotates_and_drops_the_old_key_while_web_has_the_vault_open(
    service: Service, database: Database  # noqa: F811
) -> None:
    running = Vault(DataKeys(load_secrets(service.file), service.file))  # as a web process that runs on
    fill(database, running)
    [first] = service.keys
    done = service.bot("keys", "rotate")
    assert done.returncode == 0, done.stderr
    assert f"{VALUES} values" in done.stdout
    assert len(service.keys) == 2 and service.keys[1] == first
    assert first not in done.stdout
    assert all(Vault(service.keys[:1]).open(value) for value in stored_values(database))
    assert all(running.open(value) for value in stored_values(database))
    assert Vault(service.keys[:1]).open(running.close("nieuw")) == "nieuw"

    assert "less than 60 s ago" in service.bot("keys", "drop-old").stderr
    assert len(service.keys) == 2
    service.wait_a_minute()
    done = service.bot("keys", "drop-old")
    assert done.returncode == 0, done.stderr
    assert len(service.keys) == 1 and service.keys != (first,)
    assert all(running.open(value) for value in stored_values(database))


def test_the_old_key_stays_while_a_value_needs_it(service: Service, database: Database) -> None:  # noqa: F811
    [first] = service.keys
    assert service.bot("keys", "rotate").returncode == 0
    fill(database, Vault((first,)))  # of a process that was late
    service.wait_a_minute()
    done = service.bot("keys", "drop-old")
    assert done.returncode == 1
    assert f"{VALUES} stored values still need an older key" in done.stderr
    assert "Traceback" not in done.stderr
    assert service.keys[1] == first
    assert f"key 2: {VALUES} values" in service.bot("keys").stdout
    assert service.bot("keys", "renew").returncode == 0
    assert service.bot("keys", "drop-old").returncode == 0
    assert len(service.keys) == 1


def test_keys_of_the_environment_are_changed_there(service: Service, database: Database) -> None:  # noqa: F811
    old, new = new_key(), new_key()
    fill(database, Vault((old,)))
    before = service.file.read_text()
    refused = service.bot("keys", "rotate", DATA_KEYS=old)
    assert refused.returncode == 1
    assert "DATA_KEYS is set by the environment" in refused.stderr
    assert service.bot("keys", "drop-old", DATA_KEYS=f"{new},{old}").returncode == 1
    assert service.bot("keys", "renew", DATA_KEYS=f"{new}, {old}").returncode == 0
    assert "Leave only the first key" in service.bot("keys", "drop-old", DATA_KEYS=f"{new},{old}").stdout
    assert all(Vault((new,)).open(value) for value in stored_values(database))
    assert service.file.read_text() == before


def test_a_database_that_is_not_there_is_told_in_one_line(service: Service, tmp_path: Path) -> None:
    before = service.file.read_text()
    done = service.bot("keys", "rotate", DATABASE_URL="postgresql://niemand@127.0.0.1:1/niets")
    assert done.returncode == 1
    assert "DATABASE_URL" in done.stderr and "Traceback" not in done.stderr
    assert "tables of this version" in service.bot("keys", "rotate", DATABASE_URL=f"sqlite:///{tmp_path}/leeg.db").stderr
    assert service.file.read_text() == before
