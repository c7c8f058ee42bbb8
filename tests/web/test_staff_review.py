"""The log review, the figures and demo data, on SQLite and PostgreSQL, through the real web process."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select, text

from bot.clock import ZONE
from bot.conversations.store import ConversationStore, Started
from bot.conversations.texts import load_texts
from bot.demo.fill import DemoRefused, fill, remove
from bot.knowledge.topics import load_topics
from bot.privacy.vault import Vault
from bot.settings import Settings
from bot.staff.figures.facts import conversations_in
from bot.staff.figures.measures import covered, good
from bot.staff.figures.period import Period
from bot.staff.review import queue, search
from bot.staff.review.judgements import Judgement, NoMessage, keep
from bot.staff.review.view import NoConversation, view
from bot.storage.database import Database
from bot.storage.migrate import upgrade
from bot.storage.models import (
    AuditRow,
    Base,
    ConversationRow,
    CorrectionRow,
    FeedbackRow,
    HandoffRow,
    MessageRow,
    ParseRow,
    ReviewRow,
    StaffRow,
)
from tests.web.conftest import Web
from tests.web.staff import Staff, staff

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=ZONE)
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
EVIL = "<script>alert('x')</script> \"><img src=x onerror=alert(1)> {{ 7*7 }}"


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'review.db'}"
    return Settings(database_url=request.getfixturevalue("postgres_url")).database_url


@pytest.fixture
def database(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setenv("BOT_NOW", NOW.isoformat())
    upgrade(url)
    opened = Database(url)
    yield opened
    opened.close()


def add(database: Database, name: str, *said: tuple[Any, ...], days_ago: int = 1) -> list[str]:
    """Store a conversation; each thing said is (text, topic, confidence, accepted, thumb). Returns the parent's message ids."""
    at, ids = NOW - timedelta(days=days_ago), []
    with database.write() as session:
        session.add(ConversationRow(id=name, owner="bot", last_position=2 * len(said), created_at=at, last_message_at=at))
        session.flush()
        for number, (words, topic, confidence, accepted, thumb) in enumerate(said):
            asked, answered = f"{name}-{number}", f"{name}-{number}-a"
            for message_id, author, what, place in ((asked, "ouder", words, 1), (answered, "bot", f"antwoord {number}", 2)):
                session.add(
                    MessageRow(
                        id=message_id,
                        conversation_id=name,
                        position=2 * number + place,
                        author=author,
                        text=what,
                        topic=topic if author == "bot" and accepted else None,
                        level="b1" if author == "bot" else None,
                        buttons=[],
                        sources=[],
                        created_at=at + timedelta(seconds=10 * number + place),
                    )
                )
            session.flush()
            session.add(
                ParseRow(
                    message_id=asked,
                    topic=topic,
                    confidence=confidence,
                    accepted=accepted,
                    language="nl",
                    level="b1",
                    ranking=[[topic, confidence], ["opp_wat", 0.05]] if topic else [],
                    entities=[],
                    engine_ms=42,
                )
            )
            if thumb:
                session.add(FeedbackRow(message_id=answered, thumb=thumb, created_at=at))
            ids.append(asked)
    return ids


def reviewer(database: Database) -> int:
    with database.write() as session:
        row = StaffRow(name="R", email="r@test.nl", role="reviewer", failed_logins=0, created_at=NOW)
        session.add(row)
        session.flush()
        return row.id


def found(database: Database, **query: str) -> list[str]:
    filters, errors = search.read_filters(query)
    assert not errors
    with database.read() as session:
        listed = [c.id for c in search.find(session, filters, 0, 50)]
        assert search.count(session, filters) == len(listed)
    return listed


def test_search_finds_words_by_their_start_in_any_language_and_case(database: Database) -> None:
    add(database, "een", ("Mijn Dochter krijgt geen toelaatbaarheidsverklaring", "tlv_afgewezen", 0.9, True, None), days_ago=3)
    add(database, "twee", ("Моя ДОНЬКА вдома, niet naar school", "thuiszitten_wat_nu", 0.9, True, None), days_ago=2)
    assert found(database, q="toelaat") == ["een"]
    assert found(database, q="DOCHTER toelaatbaar") == ["een"]
    assert found(database, q="донька") == ["twee"]
    assert found(database, q="niet") == ["twee"]  # a word that a Dutch dictionary would drop
    assert found(database, q="ochter") == [] and found(database, q="antwoord") == []  # what the bot says is everywhere
    assert found(database, q="' OR 1=1 --") == [] and found(database, q="a:* | !b & (c") == []
    assert found(database) == ["twee", "een"]


def test_filters_narrow(database: Database) -> None:
    add(database, "goed", ("a", "tlv_wat", 0.95, True, 1), days_ago=9)
    add(database, "omlaag", ("b", "tlv_wat", 0.95, True, -1), days_ago=8)
    ids = add(database, "terug", ("c", "opp_wat", 0.3, False, None), days_ago=7)
    add(database, "laag", ("d", "sbo_wat", 0.5, True, None), days_ago=6)
    add(database, "buiten", ("e", "buiten_bereik", 0.9, True, None), days_ago=5)
    assert found(database, signaal="omlaag") == ["omlaag"] and found(database, signaal="omhoog") == ["goed"]
    assert found(database, signaal="teruggevraagd") == ["terug"] and found(database, signaal="buiten") == ["buiten"]
    assert set(found(database, signaal="laag")) == {"laag", "terug"}
    assert found(database, onderwerp="tlv_wat") == ["omlaag", "goed"]
    assert found(database, van="2026-11-18", tot="2026-11-19") == ["terug", "omlaag"]
    assert found(database, overdracht="ja") == [] and len(found(database, overdracht="nee")) == 5
    with database.write() as session:
        keep(session, ids[0], 1 if session.get(StaffRow, 1) else reviewer_in(session), Judgement("hgo_wat", None, ("lang",)))
    assert found(database, nagekeken="ja") == found(database, nagekeken="verbeterd") == found(database, label="lang") == ["terug"]
    assert found(database, onderwerp="hgo_wat") == ["terug"] and "terug" not in found(database, nagekeken="nee")
    _, errors = search.read_filters({"q": "...", "van": "gisteren", "signaal": "x", "van ": "", "tot": "2026-13-01"})
    assert set(errors) == {"q", "van", "signaal", "tot"}


def reviewer_in(session: Any) -> int:
    session.add(row := StaffRow(name="R", email="r2@test.nl", role="reviewer", failed_logins=0, created_at=NOW))
    session.flush()
    return int(row.id)


def test_erased_words_leave_search_and_file(database: Database, url: str, tmp_path: Path) -> None:
    add(database, "weg", ("zeldzaamwoordxyz staat hier", "tlv_wat", 0.9, True, None))
    assert found(database, q="zeldzaamwoord") == ["weg"]
    ConversationStore(database, load_texts()).erase(Started("weg", NOW))
    assert found(database, q="zeldzaamwoord") == []
    with database.read() as session, pytest.raises(NoConversation):
        view(session, "weg")
    if url.startswith("sqlite"):
        with database.engine.connect() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        held = b"".join(path.read_bytes() for path in tmp_path.glob("review.db*"))
        assert b"zeldzaamwoordxyz" not in held and b"conversations" in held
    else:
        with database.engine.connect() as connection:
            plan = connection.execute(
                text("SELECT count(*) FROM messages WHERE to_tsvector('simple', text) @@ to_tsquery('simple', 'zeldzaamwoord:*')")
            )
            assert plan.scalar() == 0


def test_the_queue_gives_the_most_telling_first_and_knows_why(database: Database) -> None:
    add(database, "laag", ("a", "sbo_wat", 0.5, True, None))
    [back] = add(database, "terug", ("b", "opp_wat", 0.3, False, None))
    twice = add(database, "twee", ("c", "tlv_wat", 0.9, True, None), ("c weer", "tlv_wat", 0.9, True, None))
    down = add(database, "duim", ("d", "hgo_wat", 0.9, True, -1), ("e", "tlv_wat", 0.9, True, None))
    add(database, "prima", ("f", "tlv_wat", 0.9, True, 1), ("8 jaar", None, 0.0, True, None),
        ("dank", "bedanken", 0.9, True, None), ("dank", "bedanken", 0.9, True, None))  # fmt: skip
    staff_id = reviewer(database)
    seen = []
    with database.write() as session:
        assert queue.waiting(session) == 4
        assert queue.per_reason(session) == {"omlaag": 1, "teruggevraagd": 1, "herhaald": 1, "buiten": 0, "laag": 1}
        while (weak := queue.first(session)) is not None:
            seen.append((weak.message_id, weak.reasons))
            keep(session, weak.message_id, staff_id, Judgement())
    assert seen == [(down[0], ("omlaag",)), (back, ("teruggevraagd",)), (twice[1], ("herhaald",)), ("laag-0", ("laag",))]


def test_judgements_replace_each_other_and_outlive_the_conversation(database: Database) -> None:
    staff_id = reviewer(database)
    [message_id] = add(database, "een", ("waar zit het", "opp_wat", 0.3, False, None))

    def correction() -> tuple[str | None, str | None] | None:
        with database.read() as session:
            row = session.scalar(select(CorrectionRow))
            return row and (row.topic, row.new_topic)

    for judgement, expected in (
        (Judgement("hgo_wat"), ("hgo_wat", None)), (Judgement(None, "Tolk"), (None, "Tolk")), (Judgement(), None),
        (Judgement("opp_wat"), ("opp_wat", None)),  # asked back: that it was right after all is worth learning
    ):  # fmt: skip
        with database.write() as session:
            keep(session, message_id, staff_id, judgement)
        assert correction() == expected
    with database.write() as session:
        assert session.scalar(select(func.count()).select_from(ReviewRow)) == 1
        with pytest.raises(NoMessage):
            keep(session, "een-0-a", staff_id, Judgement())
        session.execute(delete(MessageRow))
    assert correction() == ("opp_wat", None)


def test_demo_data_fills_every_page_and_goes_without_a_trace(database: Database) -> None:
    vault = Vault((KEY,))
    made = fill(database, vault, password="paars fietspad onder water")
    with pytest.raises(DemoRefused, match="already"):
        fill(database, vault)
    with database.read() as session:
        rows = conversations_in(session, Period(date(2026, 10, 20), date(2026, 11, 26)))
        assert len(rows) == made.conversations > 200
        share = good(rows).share
        assert 0.5 < share.part / share.whole < 0.98 and 0 < covered(rows).share.part < share.whole
        states = set(session.scalars(select(HandoffRow.state)))
        assert states == {"aangevraagd", "terugbellen", "in_behandeling", "afgehandeld", "vervallen"}
        assert all(vault.open(intake)["vraag"] for intake in session.scalars(select(HandoffRow.intake)))
        assert session.scalar(select(func.max(MessageRow.created_at))) <= NOW  # type: ignore[operator]
        assert len({c.started_at.astimezone(ZONE).hour for c in rows}) > 10
    add(database, "echt", ("een echte vraag", "tlv_wat", 0.9, True, None))
    assert remove(database) == made.conversations
    with database.read() as session:
        left = {
            name: session.execute(select(func.count()).select_from(table)).scalar()
            for name, table in Base.metadata.tables.items()
        }
    assert {name for name, count in left.items() if count} == {"conversations", "messages", "message_parses"}
    with pytest.raises(DemoRefused, match="real conversations"):
        fill(database, vault)
    assert found(database) == ["echt"]


# --- the pages


@pytest.fixture
def console(database: Database, url: str, run_web: Callable[..., Web]) -> Iterator[tuple[Staff, Web]]:
    web = run_web(DATABASE_URL=url, BOT_NOW=NOW.isoformat())
    with staff(web.url, url, "reviewer") as someone:
        yield someone, web


def test_a_reviewer_works_through_the_queue(console: tuple[Staff, Web], database: Database) -> None:
    someone, _ = console
    [first] = add(database, "een", (f"waar zit {EVIL}", "opp_wat", 0.3, False, None))
    add(database, "twee", ("de straat", "hgo_wat", 0.9, True, -1))
    page = someone.get("/staff/nakijken").text
    assert "de straat" in page and "Nog 2 te doen" in page and "Duim omlaag" in page
    done = someone.post("/staff/berichten/twee-0/oordeel", keuze="goed", uit="nakijken")
    assert (done.status_code, done.headers["location"]) == (303, "/staff/nakijken")
    page = someone.get("/staff/nakijken").text
    assert "Nog 1 te doen" in page and "<script>alert" not in page and "<img src=x" not in page and "49" not in page
    wrong = someone.post(f"/staff/berichten/{first}/oordeel", keuze="zoek", onderwerp="bestaat niet", uit="nakijken")
    assert wrong.status_code == 422 and "Dit onderwerp bestaat niet" in wrong.text and "bestaat niet" in wrong.text
    assert someone.post(f"/staff/berichten/{first}/oordeel", keuze="x", uit="gesprek").status_code == 422
    someone.post(
        f"/staff/berichten/{first}/oordeel",
        keuze="zoek",
        onderwerp=load_topics().topics["hgo_wat"].title.upper(),
        labels="Tolk, tolk",
        uit="gesprek",
    )
    page = someone.get("/staff/gesprekken/een").text
    assert "Verbeterd naar" in page and ">tolk<" in page and "42 ms" in page and "30%" in page
    assert "Alles is nagekeken" in someone.get("/staff/nakijken").text
    with database.read() as session:
        acts = list(session.scalars(select(AuditRow.action).where(AuditRow.staff_id == someone.id)))
        details = str(list(session.scalars(select(AuditRow.details))))
    assert acts.count("bericht beoordeeld") == 2 and "gesprek bekeken" in acts and "straat" not in details
    export = someone.get("/staff/nakijken/verbeteringen.yml")
    assert "attachment" in export.headers["content-disposition"] and "ondersteuning/hgo_wat" in export.text


def test_pages_answer_bad_input_kindly_and_look_nothing_up_for_others(console: tuple[Staff, Web], url: str) -> None:
    someone, web = console
    for path in (
        "/staff/gesprekken/bestaat-niet",
        "/staff/gesprekken/a%00b",
        "/staff/onderwerpen/nee",
        "/staff/cijfers/grafiek/nee.svg",
    ):
        assert someone.get(path).status_code == 404
    assert someone.post("/staff/berichten/nee/oordeel", keuze="goed").status_code == 404
    for path in ("/staff/gesprekken?van=x&pagina=99999&q=%00%27", "/staff/cijfers?van=2026-13-01",
                 "/staff/nakijken?reden=x&over=,,%00",
                 "/staff/signaleren?kwartaal=2099-1", "/staff/gesprekken?q=" + "a%20" * 90):  # fmt: skip
        assert someone.get(path).status_code == 200, path
    with staff(web.url, url, "consulent") as consultant:
        assert {consultant.get(f"/staff/{p}").status_code for p in ("gesprekken", "nakijken", "signaleren", "gesprekken/x")} == {
            403
        }
        assert {consultant.get(f"/staff/{p}").status_code for p in ("cijfers", "onderwerpen", "onderwerpen/tlv_wat")} == {200}


def test_figures_are_the_same_in_page_chart_and_file(console: tuple[Staff, Web], database: Database, url: str) -> None:
    someone, web = console
    add(database, "een", ("a", "tlv_wat", 0.9, True, 1))
    add(database, "twee", ("=HYPERLINK(1)", "opp_wat", 0.3, False, None))
    page = someone.get("/staff/cijfers").text
    assert "<strong>50%</strong> van de gesprekken" in page and "niet begrepen (1)" in page
    rows = someone.get("/staff/cijfers/csv").text.splitlines()
    assert rows[-1].endswith(";2;2;1,0;1,0;0;;;50,0;100,0;0,0;50,0")
    for name in re.findall(r"/staff/cijfers/grafiek/[^\"]+", page):
        chart = someone.get(name.replace("&amp;", "&"))
        assert chart.status_code == 200 and chart.headers["content-type"] == "image/svg+xml"
        assert "<script" not in chart.text and "default-src 'none'" in chart.headers["content-security-policy"]
    assert "Minder dan 5 gesprekken" in someone.get("/staff/signaleren").text
    assert "=HYPERLINK(1)" in page
    with staff(web.url, url, "consulent") as consultant:
        assert "HYPERLINK" not in consultant.get("/staff/cijfers").text
    topic = someone.get("/staff/onderwerpen/opp_wat").text
    assert "=HYPERLINK(1)" in topic and "Vroeg terug" in topic
