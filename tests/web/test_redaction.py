"""Personal data that a parent types is gone before the message is stored or reaches the engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from bot.conversations.store import ConversationStore
from bot.conversations.texts import load_texts
from bot.storage.database import Database
from tests.web.conftest import Web
from tests.web.fake_engine import FakeEngine

TYPED = "ik ben fatima, mijn zoon Sem zit in groep 5 op de Bombardon. bel 06-12345678 of mail fatima@voorbeeld.nl"


@pytest.fixture
def database(web: Web) -> Iterator[Database]:
    database = Database(web.database_url)
    yield database
    database.close()


def test_the_engine_and_the_export_never_see_what_was_typed(web: Web, engine: FakeEngine) -> None:
    chat = web.start()
    chat.say(TYPED)
    [asked] = engine.texts()
    assert asked == "ik ben [naam], mijn zoon [naam] zit in groep 5 op de Bombardon. bel [telefoonnummer] of mail [e-mailadres]"
    export = chat.get("export").text
    for gone in ("fatima", "Sem", "12345678", "voorbeeld.nl"):
        assert gone not in export
    assert "Bombardon" in export


def test_no_table_holds_the_number(web: Web, engine: FakeEngine, database: Database) -> None:
    chat = web.start()
    chat.say("bel me op 06 98 76 54 32 over mijn dochter Zeynep")
    with database.read() as session:
        for (table,) in session.execute(text("select name from sqlite_master where type = 'table'")).all():
            for row in session.execute(text(f'select * from "{table}"')).all():  # noqa: S608
                assert "98 76 54 32" not in str(row)
                assert "Zeynep" not in str(row)


def test_a_parent_hears_once_where_to_leave_a_number(web: Web, engine: FakeEngine) -> None:
    chat = web.start()
    answer, notice = chat.say("bel me op 0612345678")
    assert answer["author"] == "bot"
    assert notice["author"] == "systeem"
    assert "weggehaald" in notice["text"]
    assert [button["payload"] for button in notice["buttons"]] == ["topic:mens_spreken"]
    assert [m["author"] for m in chat.say("of mail naar jan@voorbeeld.nl")] == ["bot"]


def test_a_name_is_no_reason_for_a_notice(web: Web, engine: FakeEngine) -> None:
    assert [m["author"] for m in web.start().say("mijn zoon Sem wil niet naar school")] == ["bot"]


@pytest.mark.parametrize("owner", ["wacht", "consulent"])
def test_what_is_typed_to_a_person_is_redacted_too(web: Web, engine: FakeEngine, database: Database, owner: str) -> None:
    chat = web.start()
    chat.say("hoi")
    store = ConversationStore(database, load_texts())
    if owner == "wacht":
        store.move(chat.id, "wacht", "ouder")
    else:
        store.move(chat.id, "consulent", "consulent")
    chat.say("mijn nummer is 06-12345678")
    parents = [m["text"] for m in chat.all() if m["author"] == "ouder"]
    assert parents == ["hoi", "mijn nummer is [telefoonnummer]"]


def test_the_number_of_the_steunpunt_stays(web: Web, engine: FakeEngine) -> None:
    chat = web.start()
    assert len(chat.say("klopt 036 76 70 200 nog?")) == 1
    assert engine.texts() == ["klopt 036 76 70 200 nog?"]
