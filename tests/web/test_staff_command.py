"""`bot staff`, as an operator types it."""

from __future__ import annotations

import os
import re
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import select

from bot.knowledge.files import root
from bot.staff.passwords import matches
from bot.storage.database import Database
from bot.storage.models import AuditRow, StaffRow
from tests.web.staff_pages import PASSWORD


def bot_staff(url: str, *arguments: str, typed: str = "") -> tuple[int, str]:
    done = subprocess.run(
        [root() / ".venv" / "bin" / "bot", "staff", *arguments], input=typed, capture_output=True, text=True,
        env={**os.environ, "DATABASE_URL": url},
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


def test_the_first_beheerder_on_an_empty_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'nieuw.db'}"
    assert "No accounts yet" in bot_staff(url, "list")[1]
    made = bot_staff(url, "add", "Jan@Test.nl", "--name", "Jan Jansen", "--role", "beheerder")
    assert made[0] == 0
    once = re.search(r"shown only now\): ([a-z2-9-]{19})\n", made[1])[1]
    with closing(Database(url)) as database, database.read() as session:
        row = session.scalars(select(StaffRow)).one()
        assert row.email == "jan@test.nl" and row.password_once_until and matches(row.password_hash, once)
    assert bot_staff(url, "add", "jan@test.nl", "--name", "Jan", "--role", "reviewer") == (
        1, "Error: there is an account with this address; 'bot staff reset' gives it a new password\n",
    )  # fmt: skip
    assert "last open account of a beheerder" in bot_staff(url, "disable", "jan@test.nl")[1]
    short = bot_staff(url, "add", "els@test.nl", "--name", "Els", "--role", "consulent", "--password-stdin", typed="kort\n")
    assert short == (1, "Error: a password has at least 12 characters\n")
    els = ("add", "els@test.nl", "--name", "Els", "--role", "consulent", "--password-stdin")
    assert bot_staff(url, *els, typed=PASSWORD)[0] == 0
    assert bot_staff(url, "disable", "els@test.nl")[0] == 0
    listed = bot_staff(url, "list")[1]
    assert re.search(r"els@test.nl .*closed", listed) and re.search(r"jan@test.nl .*must choose", listed)
    assert "works 7 days" in bot_staff(url, "reset", "jan@test.nl")[1]
    assert bot_staff(url, "enable", "els@test.nl")[0] == 0
    assert "no such account" in bot_staff(url, "reset", "piet@test.nl")[1]
    with closing(Database(url)) as database, database.read() as session:
        lines = session.scalars(select(AuditRow).order_by(AuditRow.id)).all()
        assert [line.action for line in lines] == [
            "account gemaakt", "account gemaakt", "account gesloten", "account hersteld", "account geopend",
        ]  # fmt: skip
        assert all(line.staff_name.startswith("bot staff (") and line.address == "opdrachtregel" for line in lines)


def test_a_database_that_is_not_there_is_one_clear_line() -> None:
    status, said = bot_staff("postgresql://niemand@127.0.0.1:1/weg", "list")
    assert status == 1
    assert said.startswith("Error: the database of DATABASE_URL cannot be used: ")
    assert said.count("\n") == 1
