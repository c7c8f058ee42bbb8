"""The consultant's pages over real HTTP: the inbox, the open handoff, the agenda, and who may see them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.knowledge.files import KnowledgeError
from bot.staff.inbox.canned import load_canned_answers
from bot.storage.database import Database
from bot.storage.models import AuditRow, CallbackRow, ConversationRow, HandoffRow, MailRow
from tests.web.conftest import Web, running
from tests.web.fake_engine import FakeEngine
from tests.web.handoffs import CALL, FIRST_SLOT, OPEN, asked, body, post
from tests.web.staff import Staff, staff

FORMS = ["oppakken", "bericht", "notitie", "toewijzen", "wachtrij", "chatbot", "afsluiten", "heropenen", "gebeld", "belmoment"]
MOVED_SLOT = "2026-12-02T10:00:00+01:00"


@pytest.fixture(scope="module")
def _desk_web(_engine: FakeEngine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    patch = pytest.MonkeyPatch()
    patch.setenv("BOT_NOW", OPEN)
    with running(tmp_path_factory.mktemp("desk"), _engine.url, BOT_NOW=OPEN) as web:
        yield web
    patch.undo()


@pytest.fixture
def desk_web(_desk_web: Web, engine: FakeEngine) -> Iterator[Web]:
    """Give a web process in consultation hours, with an empty inbox."""
    yield _desk_web
    with database_of(_desk_web) as database, database.write() as session:
        for row in session.scalars(select(ConversationRow)):
            session.delete(row)


@pytest.fixture
def anna(desk_web: Web) -> Iterator[Staff]:
    with staff(desk_web.url, desk_web.database_url, "consulent", "Anna Visser") as who:
        yield who


@pytest.fixture
def bilal(desk_web: Web) -> Iterator[Staff]:
    with staff(desk_web.url, desk_web.database_url, "consulent", "Bilal Haddad") as who:
        yield who


@contextmanager
def database_of(web: Web) -> Iterator[Database]:
    database = Database(web.database_url)
    yield database
    database.close()


def actions(web: Web, handoff_id: str) -> list[str]:
    with database_of(web) as database, database.read() as session:
        query = select(AuditRow.action).where(AuditRow.subject == f"overdracht:{handoff_id}").order_by(AuditRow.id)
        return list(session.scalars(query))


def shown(who: Staff, path: str) -> str:
    response = who.get(path)
    assert response.status_code == 200, response.text
    return response.text


def flash(who: Staff, path: str) -> str:
    found = re.findall(r'<div class="alert alert--[a-z-]+" role="[a-z]+"><p>(.*?)</p>', shown(who, path))
    return unescape(" ".join(found))


def test_the_inbox_says_who_waits_what_they_need_and_what_is_due(desk_web: Web, anna: Staff) -> None:
    _, first = asked(desk_web)
    _, second = asked(desk_web, CALL)
    with database_of(desk_web) as database, database.write() as session:
        session.get_one(HandoffRow, second).urgency = "spoed"
        session.get_one(HandoffRow, first).urgency = "gewoon"
    text = shown(anna, "/staff/")
    assert "1 ouder wacht" in text
    assert "Mijn kind van 9 zit al 6 weken thuis" in text
    assert "Terugbellen wo 2 december 09:30" in text
    assert "06" not in re.sub(r"<[^>]+>", "", text).replace("2026", ""), "no telephone number in the list"
    assert text.index(f"o-{first}") < text.index(f"o-{second}"), "who waits now stands above who is called later"
    assert 'data-nav-count="/staff/"><span data-count>1</span>' in text


def test_filters_are_part_of_the_address_and_odd_values_do_no_harm(desk_web: Web, anna: Staff) -> None:
    _, chat = asked(desk_web)
    _, call = asked(desk_web, CALL)
    anna.post(f"/staff/overdracht/{chat}/oppakken")
    for query, expected in (
        ("bereik=chat", {chat}), ("bereik=terugbellen", {call}), ("wie=mijn", {chat}), ("wie=vrij", {call}),
        ("staat=terugbellen", {call}), ("taal=nl", {chat, call}), ("taal=ar", set()), ("niveau=a2", set()),
        ("spoed=spoed", set()), ("staat=<script>&wie=%00&taal=%22%3E&niveau=z", {chat, call}),
    ):  # fmt: skip
        found = set(re.findall(r'id="o-([^"]+)"', shown(anna, f"/staff/?{query}")))
        assert found == expected, query


def test_a_handoff_that_nobody_takes_stands_out(desk_web: Web, anna: Staff) -> None:
    _, handoff_id = asked(desk_web)
    assert "wachtende--aandacht" not in shown(anna, "/staff/")
    with database_of(desk_web) as database, database.write() as session:
        row = session.get_one(HandoffRow, handoff_id)
        row.created_at = row.created_at.replace(hour=row.created_at.hour - 1)
    text = shown(anna, "/staff/")
    assert "wachtende--aandacht" in text
    assert "Wacht al 1 u 00 min en niemand heeft dit opgepakt" in text


def test_a_mail_that_failed_is_shown(desk_web: Web, anna: Staff) -> None:
    _, handoff_id = asked(desk_web)
    with database_of(desk_web) as database, database.write() as session:
        mail = session.scalars(select(MailRow).where(MailRow.handoff_id == handoff_id)).one()
        mail.attempts, mail.last_error, mail.sent_at = 3, "connection refused", None
    text = shown(anna, "/staff/")
    assert "1 meldingsmail is nog niet verstuurd" in text
    assert "connection refused" in text


def test_the_intake_comes_first_with_contact_consent_and_the_conversation(desk_web: Web, anna: Staff) -> None:
    chat, handoff_id = asked(desk_web, CALL)
    text = shown(anna, f"/staff/overdracht/{handoff_id}")
    for part in ("Wat de ouder vraagt", "Sara", "06 12345678", "vandaag 10:00", "Nederlands, B1", "Antwoord op:"):
        assert part in text, part
    assert "Ik vind het goed dat het Steunpunt" in text
    assert text.index("Wat de ouder vraagt") < text.index("Berichten")
    assert [m["id"] for m in chat.all()] == re.findall(r'data-id="([^"]+)"', text)
    assert actions(desk_web, handoff_id) == ["overdracht bekeken"]


def test_one_of_two_gets_it_and_the_other_is_told_who(desk_web: Web, anna: Staff, bilal: Staff) -> None:
    _, handoff_id = asked(desk_web)
    path = f"/staff/overdracht/{handoff_id}"
    assert anna.post(f"{path}/oppakken").status_code == 303
    late = bilal.post(f"{path}/oppakken")
    assert late.headers["Location"] == path
    assert "Net te laat: Anna Visser heeft deze overdracht opgepakt." in flash(bilal, path)
    assert "Neem over van Anna Visser" in shown(bilal, path)
    assert 'id="antwoord"' not in shown(bilal, path)
    assert actions(desk_web, handoff_id).count("overdracht opgepakt") == 1


def test_a_message_arrives_at_the_parent_once_also_when_the_form_is_sent_twice(desk_web: Web, anna: Staff) -> None:
    chat, handoff_id = asked(desk_web)
    path = f"/staff/overdracht/{handoff_id}"
    for _ in range(2):
        response = anna.post(f"{path}/bericht", tekst="Dag, ik ben Anna.", sleutel="eenmalig", doe="versturen")
        assert response.headers["Location"] == f"{path}#antwoord"
    assert [m["text"] for m in chat.all() if m["author"] == "consulent"] == ["Dag, ik ben Anna."]
    assert chat.say("Fijn!") == []
    assert "Fijn!" in shown(anna, path)


@pytest.mark.parametrize(
    ("text", "why"),
    [("", "Typ eerst een bericht."), (" \n", "Typ eerst een bericht."), ("x" * 2001, "te lang"), ("a\x00b", "tekens")]
)
def test_a_message_that_cannot_be_sent_stays_in_the_box(desk_web: Web, anna: Staff, text: str, why: str) -> None:
    chat, handoff_id = asked(desk_web)
    response = anna.post(f"/staff/overdracht/{handoff_id}/bericht", tekst=text, doe="versturen")
    assert response.status_code == 422
    assert why in response.text
    assert all(m["author"] != "consulent" for m in chat.all())


def test_a_canned_answer_joins_the_draft_without_scripts(desk_web: Web, anna: Staff) -> None:
    chat, handoff_id = asked(desk_web)
    values = {"tekst": "Mijn eigen zin.", "vast": "welkom", "doe": "invoegen"}
    response = anna.post(f"/staff/overdracht/{handoff_id}/bericht", **values)
    assert response.status_code == 200
    box = unescape(re.search(r'<textarea id="tekst".*?>(.*?)</textarea>', response.text, re.DOTALL)[1])  # type: ignore[index]
    assert box.startswith("Mijn eigen zin.\n\nHallo, ik ben Anna, consulent van het Steunpunt.")
    assert all(m["author"] != "consulent" for m in chat.all())


def test_notes_are_for_staff_alone(desk_web: Web, anna: Staff, bilal: Staff) -> None:
    chat, handoff_id = asked(desk_web)
    path = f"/staff/overdracht/{handoff_id}"
    anna.post(f"{path}/notitie", notitie="Belt liever na vier uur. <b>x</b>")
    assert "Belt liever na vier uur. &lt;b&gt;x&lt;/b&gt;" in shown(bilal, path)
    assert "na vier uur" not in chat.get("export").text
    assert anna.post(f"{path}/notitie", notitie=" ").status_code == 422


def test_assign_return_queue_close_and_reopen(desk_web: Web, anna: Staff, bilal: Staff) -> None:
    chat, handoff_id = asked(desk_web)
    path = f"/staff/overdracht/{handoff_id}"
    anna.post(f"{path}/oppakken")
    anna.post(f"{path}/toewijzen", aan=str(bilal.id))
    assert "bij Bilal Haddad" in shown(anna, path)
    anna.post(f"{path}/afsluiten", uitkomst="geholpen")
    assert "Bilal Haddad" in flash(anna, path), "who has it closes it"
    bilal.post(f"{path}/bericht", tekst="Dag", doe="versturen")
    bilal.post(f"{path}/chatbot")
    assert chat.say("En nu?")[0]["author"] == "bot"
    bilal.post(f"{path}/wachtrij")
    assert "Oppakken" in shown(anna, path)
    anna.post(f"{path}/oppakken")
    assert anna.post(f"{path}/afsluiten", uitkomst="verlopen").status_code == 422
    anna.post(f"{path}/afsluiten", uitkomst="geholpen", notitie="Gesprek op school geregeld.")
    text = shown(anna, path)
    assert "afgehandeld: geholpen" in text
    assert "Gesprek op school geregeld." in text
    assert handoff_id in shown(anna, "/staff/?staat=afgehandeld")
    anna.post(f"{path}/heropenen")
    assert "in behandeling, bij Anna Visser" in shown(anna, path)
    assert anna.post(f"{path}/toewijzen", aan="999999").status_code == 303
    assert "Kies een collega" in flash(anna, path)


def test_a_callback_is_called_moved_and_seen_in_the_agenda(desk_web: Web, anna: Staff) -> None:
    chat, handoff_id = asked(desk_web, CALL)
    path = f"/staff/overdracht/{handoff_id}"
    day = shown(anna, "/staff/agenda?dag=2026-12-02")
    assert "Belafspraken woensdag 2 december 2026" in day
    assert "Sara" in day and "nog niemand" in day
    assert "12345678" not in day, "the number stands on the page of the handoff alone"
    assert "1 van 2 plekken vrij" in day
    anna.post(f"{path}/gebeld", bereikt="nee")
    assert "niet bereikt" in flash(anna, path)
    assert "Gebeld om 10:00: niet bereikt." in shown(anna, path)
    anna.post(f"{path}/belmoment", moment=MOVED_SLOT)
    assert "10.00 tot 10.30 uur" in chat.all()[-1]["text"]
    day = shown(anna, "/staff/agenda?dag=2026-12-02")
    assert day.index("10:00 - 10:30") < day.rindex("Anna Visser") < day.index("10:30 - 11:00")
    for wrong in ("", "morgen", "2026-12-02T10:00:00", "2026-12-02T03:00:00+01:00", "2020-01-01T09:00:00+01:00"):
        assert anna.post(f"{path}/belmoment", moment=wrong).status_code == 303
        assert "belmoment" in flash(anna, path)
    anna.post(f"{path}/gebeld", bereikt="ja")
    assert "in behandeling" in shown(anna, path)


@pytest.mark.parametrize("day", ["", "morgen", "2026-02-30", "9999-12-31", "0001-01-01", "%00"])
def test_a_day_that_cannot_be_is_today(desk_web: Web, anna: Staff, day: str) -> None:
    assert "Belafspraken maandag 30 november 2026" in shown(anna, f"/staff/agenda?dag={day}")


def test_a_slot_in_the_past_stands_out(desk_web: Web, anna: Staff) -> None:
    _, handoff_id = asked(desk_web, CALL)
    with database_of(desk_web) as database, database.write() as session:
        session.get_one(CallbackRow, handoff_id).slot_at = datetime.fromisoformat(FIRST_SLOT)
    assert "Het belmoment is voorbij: vandaag 09:00" in shown(anna, "/staff/")
    assert "niet gebeld" in shown(anna, "/staff/agenda")


def test_a_conversation_of_the_bot_is_taken_over(desk_web: Web, anna: Staff, bilal: Staff) -> None:
    chat = desk_web.start()
    chat.say("Ik snap er niets van")
    listed = shown(anna, "/staff/lopend")
    assert "Neem over" in listed and "Ik snap er niets van" not in listed
    taken = anna.post(f"/staff/gesprekken/{chat.id}/overnemen")
    page = shown(anna, taken.headers["Location"])
    assert "Niet gevraagd." in page and "Ik snap er niets van" in page
    assert "Anna" in chat.all()[-1]["text"]
    assert chat.say("Hallo?") == [], "the bot is silent"
    bilal.post(f"/staff/gesprekken/{chat.id}/overnemen")
    assert "Anna Visser heeft dit gesprek al." in flash(bilal, "/staff/lopend")
    handoff_id = taken.headers["Location"].rpartition("/")[2]
    assert "gesprek overgenomen" in actions(desk_web, handoff_id)
    anna.post(f"/staff/overdracht/{handoff_id}/bericht", tekst="Ik help je.", doe="versturen")
    assert chat.all()[-1]["author"] == "consulent"


def test_the_beheerder_takes_over_from_the_log_review(desk_web: Web) -> None:
    chat = desk_web.start()
    chat.say("Ik snap er niets van")
    with staff(desk_web.url, desk_web.database_url, "beheerder") as who:
        assert f'action="/staff/gesprekken/{chat.id}/overnemen"' in shown(who, f"/staff/gesprekken/{chat.id}")
        assert who.post(f"/staff/gesprekken/{chat.id}/overnemen").status_code == 303
        assert "/overnemen" not in shown(who, f"/staff/gesprekken/{chat.id}")
    with staff(desk_web.url, desk_web.database_url, "reviewer") as who:
        assert "/overnemen" not in shown(who, f"/staff/gesprekken/{chat.id}")


def test_an_erased_conversation_is_told_kindly(desk_web: Web, anna: Staff) -> None:
    chat, handoff_id = asked(desk_web)
    assert chat.erase().status_code == 204
    path = f"/staff/overdracht/{handoff_id}"
    for response in (anna.get(path), anna.post(f"{path}/oppakken"), anna.post(f"{path}/bericht", tekst="Dag", doe="versturen")):
        assert response.status_code == 404
        assert "Waarschijnlijk heeft de ouder het gesprek gewist" in response.text
    assert anna.post(f"/staff/gesprekken/{chat.id}/overnemen").status_code == 404
    assert handoff_id not in shown(anna, "/staff/")


def test_what_a_parent_types_is_text(desk_web: Web, anna: Staff) -> None:
    chat = desk_web.start()
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)> {{ 7*7 }} \u202eomgekeerd"
    chat.say(evil)
    handoff_id = post(chat, body(chat, {"how": "chat", "name": "<b>Sara</b>"})).json()["handoff"]["id"]
    for path in ("/staff/", f"/staff/overdracht/{handoff_id}", "/staff/lopend"):
        text = shown(anna, path)
        assert "<script>alert" not in text and "<img" not in text and "<b>Sara" not in text
        assert "49" not in re.findall(r"\{\{ 7\*7 \}\}|>49<", text)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown(anna, f"/staff/overdracht/{handoff_id}")


@pytest.mark.parametrize("role", ["reviewer"])
def test_other_roles_stay_out(desk_web: Web, role: str) -> None:
    chat, handoff_id = asked(desk_web)
    with staff(desk_web.url, desk_web.database_url, role) as who:
        for path in (f"/staff/overdracht/{handoff_id}", "/staff/agenda", "/staff/lopend", "/staff/events/stand", "/staff/events"):
            assert who.get(path).status_code == 403, path
        assert who.post(f"/staff/overdracht/{handoff_id}/oppakken").status_code == 403
        assert who.post(f"/staff/gesprekken/{chat.id}/overnemen").status_code == 403
    assert desk_web.http.get(f"/staff/overdracht/{handoff_id}").status_code == 303
    assert actions(desk_web, handoff_id) == []


def test_a_forged_form_changes_nothing(desk_web: Web, anna: Staff) -> None:
    _, handoff_id = asked(desk_web)
    for name in FORMS:
        response = anna.http.post(f"/staff/overdracht/{handoff_id}/{name}", data={"tekst": "x", "uitkomst": "geholpen"})
        assert response.status_code == 403, name
    assert actions(desk_web, handoff_id) == []


def test_canned_answers_are_short_plain_sentences() -> None:
    found = [a for answers in load_canned_answers().ready("Anna Visser").values() for a in answers]
    assert len(found) >= 12
    for answer in found:
        assert "{" not in answer.text
        for sentence in re.split(r"(?<=[.?!])\s+|\n+", answer.text):
            assert len(sentence.split()) <= 20, f"{answer.id}: {sentence}"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("groups: {a: A}\nanswers: {x: {group: b, title: T, text: Hoi}}", "entry 'x': field 'group'"),
        ("groups: {a: A}\nanswers: {x: {group: a, title: T, text: 'Bel {geen}'}}", "entry 'x': field 'text': no value for geen"),
        ("groups: {a: A}\nanswers: {x: {group: a, title: '', text: Hoi}}", "entry 'x': field 'title'"),
        ("groups: {a: A}\nanswers: {x: {group: a, text: Hoi}}", "title"),
    ],
)
def test_a_mistake_in_canned_answers_names_its_place(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "canned_answers.yml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=message):
        load_canned_answers(path)
