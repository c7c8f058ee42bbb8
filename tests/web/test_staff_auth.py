"""Logging in as staff, over real HTTP: passwords, second factor, lock, sessions, and who may see what."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select, update
from sqlalchemy.exc import DatabaseError

from bot.clock import now
from bot.staff.accounts import AccountRefused, add_account, change_account, set_disabled
from bot.staff.passwords import WeakPassword, check_strength, hash_password, matches
from bot.staff.second_factor import new_recovery_codes, recovery_hash, step_of
from bot.staff.sessions import hash_of
from bot.staff.sign_in import FREE_ATTEMPTS, wait_after
from bot.storage.database import Database
from bot.storage.migrate import upgrade
from bot.storage.models import AuditRow, StaffRow, StaffSessionRow
from tests.web.conftest import Web
from tests.web.staff import COOKIE, staff
from tests.web.staff_pages import CSRF, PASSWORD, Browser, code

MANY = {"RATE_LOGIN_PER_MINUTE": "100000"}


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def own_web(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, _engine: Any) -> Iterator[Web]:
    """Run one web process of this module, on each kind of database, that does not count logins per address."""
    from tests.web.conftest import running

    environment = dict(MANY)
    name = f"staff_{request.param}"
    if request.param == "postgres":
        import psycopg

        server = request.getfixturevalue("postgres_server")
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        environment["DATABASE_URL"] = f"postgresql+psycopg://{server.partition('://')[2]}/{name}"
    with running(tmp_path_factory.mktemp(name), _engine.url, **environment) as web:
        yield web


@pytest.fixture
def database(own_web: Web) -> Iterator[Database]:
    with closing(Database(own_web.database_url)) as opened:
        yield opened


@pytest.fixture
def browser(own_web: Web) -> Iterator[Browser]:
    with Browser(own_web) as opened:
        yield opened


def account(database: Database, role: str = "consulent", **columns: Any) -> StaffRow:
    """Make an account with the password of the tests."""
    mark = hash_of(str(now()))[:8]
    given = {"email": f"{role}-{mark}@test.nl", "name": f"Naam {mark}", "role": role, "failed_logins": 0, "created_at": now()}
    with database.write() as session:
        session.add(row := StaffRow(**given | {"password_hash": hash_password(PASSWORD)} | columns))
    return row


def stored(database: Database, row: StaffRow) -> StaffRow:
    with database.read() as session:
        return session.get_one(StaffRow, row.id)


def enrol(browser: Browser, codes_used: list[str] | None = None) -> tuple[str, list[str]]:
    """Set up a second factor on the page that is open; return the secret and the recovery codes."""
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", browser.page.text)[1].replace(" ", "")
    typed = code(secret)
    done = browser.submit("/staff/account/tweede-stap", code=typed, password=PASSWORD)
    if codes_used is not None:
        codes_used.append(typed)
    assert done.status_code == 200, done.text
    return secret, re.findall(r"<li>([a-z2-7-]{19})</li>", done.text)


def test_a_consulent_logs_in_and_out(browser: Browser, database: Database) -> None:
    row = account(database)
    done = browser.log_in(f"  {row.email.upper()} ")
    assert (done.status_code, done.headers["location"]) == (303, "/staff/")
    assert row.name in browser.look("/staff/account").text
    with database.read() as session:
        acts = session.scalars(select(AuditRow.action).where(AuditRow.staff_id == row.id).order_by(AuditRow.id)).all()
    assert acts == ["ingelogd"]
    assert browser.submit("/staff/uitloggen").headers["location"] == "/staff/inloggen"
    assert "Je bent uitgelogd" in browser.look("/staff/inloggen").text
    assert "Je bent uitgelogd" not in browser.look("/staff/inloggen").text
    assert browser.get("/staff/account").headers["location"] == "/staff/inloggen?verder=%2Fstaff%2Faccount"


def test_whoever_guesses_learns_nothing(browser: Browser, database: Database) -> None:
    known, closed = account(database), account(database, disabled_at=now())
    over = account(database, password_once_until=now() - timedelta(minutes=1))
    answers = set()
    tries = {known.email: "niet dit wachtwoord", "niemand@test.nl": "x" * 20, closed.email: PASSWORD, over.email: PASSWORD}
    for email, password in tries.items():
        answer = browser.log_in(email, password)
        assert answer.status_code == 403
        answers.add(CSRF.sub("", answer.text).replace(email, ""))
    assert len(answers) == 1
    assert COOKIE not in browser.cookies


def test_too_many_failures_close_the_account_for_longer_each_time(browser: Browser, database: Database) -> None:
    row = account(database)
    for _ in range(FREE_ATTEMPTS):
        assert browser.log_in(row.email, "fout").status_code == 403
    first = stored(database, row).locked_until
    assert timedelta(seconds=50) < first - now() <= timedelta(minutes=1)
    assert browser.log_in(row.email).status_code == 403, "the right password does not help while it is closed"
    with database.write() as session:
        session.execute(update(StaffRow).where(StaffRow.id == row.id).values(locked_until=now()))
    assert browser.log_in(row.email, "fout").status_code == 403
    assert stored(database, row).locked_until - now() > timedelta(seconds=110)
    with database.write() as session:
        session.execute(update(StaffRow).where(StaffRow.id == row.id).values(locked_until=now()))
    assert browser.log_in(row.email).status_code == 303
    assert (stored(database, row).failed_logins, stored(database, row).locked_until) == (0, None)
    assert [wait_after(n) for n in (5, 6, 8, 30, 999)] == [timedelta(minutes=m) for m in (1, 2, 8, 60, 60)]


def test_one_address_cannot_try_forever(run_web: Callable[..., Web]) -> None:
    web = run_web(RATE_LOGIN_PER_MINUTE="3")
    with Browser(web) as browser:
        statuses = [browser.log_in(f"x{number}@test.nl").status_code for number in range(4)]
        assert statuses == [403, 403, 403, 429]
        assert "Even wachten" in browser.page.text


def test_a_hash_of_older_parameters_is_renewed(browser: Browser, database: Database) -> None:
    row = account(database, password_hash=PasswordHasher(time_cost=1, memory_cost=1024).hash(PASSWORD))
    assert browser.log_in(row.email).status_code == 303
    assert "m=1024" not in stored(database, row).password_hash
    assert matches(stored(database, row).password_hash, PASSWORD)


def test_a_password_given_once_opens_one_page(browser: Browser, database: Database) -> None:
    with database.write() as session:
        _, once = add_account(session, email="nieuw@test.nl", name="Nieuw Hier", role="reviewer")
    assert browser.log_in("nieuw@test.nl", once).status_code == 303
    assert browser.get("/staff/account").headers["location"] == "/staff/account/wachtwoord"
    browser.look("/staff/account/wachtwoord")
    for new, again, why in (
        ("kort", "kort", "minstens 12"), ("nieuw hier nieuw hier", "nieuw hier nieuw hier", "makkelijk"),
        (PASSWORD, PASSWORD + "x", "niet gelijk"), (once, once, "ander wachtwoord"),
    ):  # fmt: skip
        refused = browser.submit("/staff/account/wachtwoord", new=new, again=again)
        assert refused.status_code == 422 and why in refused.text
    assert browser.submit("/staff/account/wachtwoord", new=PASSWORD, again=PASSWORD).headers["location"] == "/staff/nakijken"
    assert browser.get("/staff/account").status_code == 200
    browser.cookies.clear()
    assert browser.log_in("nieuw@test.nl", once).status_code == 403
    assert browser.log_in("nieuw@test.nl").status_code == 303


def test_a_beheerder_sets_up_a_second_factor_first(browser: Browser, database: Database) -> None:
    row = account(database, "beheerder")
    browser.log_in(row.email)
    assert browser.get("/staff/medewerkers").headers["location"] == "/staff/account/tweede-stap"
    page = browser.look("/staff/medewerkers")
    assert '<svg class="qr"' in page.text or "<svg" in page.text
    assert browser.submit("/staff/account/tweede-stap", code="000000").status_code == 422
    used: list[str] = []
    secret, codes = enrol(browser, used)
    assert len(set(codes)) == 10
    assert browser.get("/staff/medewerkers").status_code == 200
    assert secret not in str(stored(database, row).totp_secret)

    browser.cookies.clear()
    assert browser.log_in(row.email).headers["location"] == "/staff/inloggen/code"
    for path in ("/staff/medewerkers", "/staff/account", "/staff/account/wachtwoord", "/staff/account/tweede-stap"):
        assert browser.get(path).headers["location"] == "/staff/inloggen/code"
    browser.look("/staff/inloggen/code")
    before = browser.cookies[COOKIE]
    assert browser.submit("/staff/inloggen/code", code=used[0]).status_code == 403, "the code that set it up is used"
    assert browser.submit("/staff/inloggen/code", code=code(secret, 1)).headers["location"] == "/staff/"
    assert browser.cookies[COOKIE] != before
    assert browser.get("/staff/medewerkers").status_code == 200


def test_a_code_and_a_recovery_code_work_once(browser: Browser, database: Database) -> None:
    row = account(database)
    browser.log_in(row.email)
    browser.look("/staff/account/tweede-stap")
    secret, codes = enrol(browser)
    spoken, later = codes[0].upper().replace("-", " "), code(secret, 1)
    for typed, status in ((spoken, 303), (codes[0], 403), (later, 303), (later, 403)):
        browser.cookies.clear()
        browser.log_in(row.email)
        browser.look("/staff/inloggen/code")
        assert browser.submit("/staff/inloggen/code", code=typed).status_code == status, typed
    browser.cookies.clear()
    browser.log_in(row.email)
    browser.look("/staff/inloggen/code")
    browser.submit("/staff/inloggen/code", code=codes[1])
    assert "Je hebt er nog 8" in browser.look("/staff/account").text


def test_guessing_codes_closes_the_account_too(browser: Browser, database: Database) -> None:
    row = account(database)
    browser.log_in(row.email)
    browser.look("/staff/account/tweede-stap")
    secret, _ = enrol(browser)
    for _ in range(FREE_ATTEMPTS):
        browser.cookies.clear()
        browser.log_in(row.email)
        browser.look("/staff/inloggen/code")
        assert browser.submit("/staff/inloggen/code", code="123 456").status_code == 403
    assert stored(database, row).locked_until > now()
    assert browser.submit("/staff/inloggen/code", code=code(secret, 1)).status_code == 403


def test_another_telephone_and_new_recovery_codes(browser: Browser, database: Database) -> None:
    row = account(database, "beheerder")
    browser.log_in(row.email)
    browser.look("/staff/account")
    secret, codes = enrol(browser)
    browser.look("/staff/account/herstelcodes")
    assert browser.submit("/staff/account/herstelcodes", code="nee").status_code == 422
    renewed = browser.submit("/staff/account/herstelcodes", code=codes[0])
    assert renewed.status_code == 200 and codes[1] not in renewed.text
    browser.look("/staff/account/tweede-stap/uit")
    assert browser.submit("/staff/account/tweede-stap/uit", code=codes[1]).status_code == 422, "an old recovery code"
    done = browser.submit("/staff/account/tweede-stap/uit", code=code(secret, 1))
    assert done.headers["location"] == "/staff/account/tweede-stap"
    assert browser.get("/staff/medewerkers").headers["location"] == "/staff/account/tweede-stap"
    assert secret not in browser.look("/staff/account/tweede-stap").text.replace(" ", "")


def test_another_password_ends_all_other_sessions(own_web: Web, browser: Browser, database: Database) -> None:
    row = account(database)
    with Browser(own_web) as other:
        other.log_in(row.email)
        browser.log_in(row.email)
        browser.look("/staff/account/wachtwoord")
        new = "groene trein naar zee"
        assert browser.submit("/staff/account/wachtwoord", current="fout", new=new, again=new).status_code == 422
        assert browser.submit("/staff/account/wachtwoord", current=PASSWORD, new=new, again=new).status_code == 303
        assert browser.get("/staff/account").status_code == 200
        assert other.get("/staff/account").status_code == 303


def test_sessions_are_listed_and_ended(own_web: Web, browser: Browser, database: Database) -> None:
    row = account(database)
    browser.log_in(row.email)
    with Browser(own_web, headers={"User-Agent": "Mozilla/5.0 (iPad) Firefox/140.0"}) as one, Browser(own_web) as two:
        one.log_in(row.email)
        two.log_in(row.email)
        page = browser.look("/staff/account").text
        assert "Firefox op iPad" in page and page.count("Dit apparaat") == 1
        named = re.search(r'name="id" value="([0-9a-f]{64})"', page)[1]
        browser.submit("/staff/account/sessies", id=named)
        assert [b.get("/staff/account").status_code for b in (one, two)].count(303) == 1
        browser.look("/staff/account")
        browser.submit("/staff/account/sessies")
        assert [b.get("/staff/account").status_code for b in (browser, one, two)] == [200, 303, 303]
    with staff(own_web.url, own_web.database_url, "consulent") as stranger:
        mine = hash_of(browser.cookies[COOKIE])
        assert stranger.post("/staff/account/sessies", id=mine).status_code == 303
        assert browser.get("/staff/account").status_code == 200


def test_a_session_that_was_planted_is_not_the_one_that_logs_in(browser: Browser, database: Database) -> None:
    row = account(database)
    browser.cookies.set(COOKIE, "geplant")
    browser.log_in(row.email)
    tokens = {cookie.value for cookie in browser.cookies.jar if cookie.name == COOKIE}
    with database.read() as session:
        ids = set(session.scalars(select(StaffSessionRow.id).where(StaffSessionRow.staff_id == row.id)))
    assert hash_of("geplant") not in ids and len(ids) == 1
    assert tokens.isdisjoint(ids), "the database does not hold what the cookie holds"


def test_a_session_ends_by_itself(run_web: Callable[..., Web]) -> None:
    times = {0: "09:00", 20: "09:20", 45: "09:45", 80: "10:20"}
    web = run_web(BOT_NOW="2026-11-23T09:00:00", STAFF_IDLE_MINUTES="30", STAFF_SESSION_HOURS="1", **MANY)
    with closing(Database(web.database_url)) as database, Browser(web) as browser, Browser(web) as quiet:
        row = account(database)
        for opened in (browser, quiet):
            opened.log_in(row.email)
        cookies = [dict(b.cookies) for b in (browser, quiet)]
        web.process.terminate()
        web.process.wait(timeout=20)
        seen = {}
        for minutes, clock in times.items():
            web = run_web(BOT_NOW=f"2026-11-23T{clock}:00", STAFF_IDLE_MINUTES="30", STAFF_SESSION_HOURS="1", **MANY)
            asked = cookies if minutes in (0, 45, 80) else cookies[:1]
            seen[minutes] = [httpx.get(f"{web.url}/staff/account", cookies=c, trust_env=False).status_code for c in asked]
            web.process.terminate()
            web.process.wait(timeout=20)
    assert seen == {0: [200, 200], 20: [200], 45: [200, 303], 80: [303, 303]}


def test_rules_of_accounts(database: Database) -> None:
    for weak in ("x" * 30, "abcabcabcabc", "elf tekens!", "jan@test.nl12", "w" * 201):
        with pytest.raises(WeakPassword):
            check_strength(weak, email="jan@test.nl", name="Jan Jansen")
    check_strength(PASSWORD, email="jan@test.nl", name="Jan Jansen")
    given = {"email": "uniek@test.nl", "name": "U Niek", "role": "consulent"}
    with database.write() as session:
        add_account(session, **given)
    wrong = [{"email": text} for text in ("geen adres", "a@b@c.nl")] + [{"name": text} for text in (" ", "x" * 81, "a\x00b")]
    for change in ({}, *wrong, {"role": "baas"}):
        with pytest.raises(AccountRefused), database.write() as session:
            add_account(session, **given | ({"email": "ander@test.nl"} if change else {}) | change)


def test_the_last_beheerder_stays(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    upgrade(url)
    with closing(Database(url)) as database:
        with database.write() as session:
            only, _ = add_account(session, email="a@test.nl", name="A", role="beheerder")
            add_account(session, email="b@test.nl", name="B", role="consulent")
        for change in (
            lambda session: set_disabled(session, only.id, disabled=True),
            lambda session: change_account(session, only.id, name="A", role="consulent"),
        ):
            with pytest.raises(AccountRefused, match="laatste_beheerder"), database.write() as session:
                change(session)


def test_codes_of_the_app_are_those_of_the_standard() -> None:
    # RFC 6238, appendix B, at 59 seconds, for a shared secret of 20 ASCII digits; six digits of its eight.
    from datetime import UTC, datetime

    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    at = datetime.fromtimestamp(59, UTC)
    assert step_of(secret, "287 082", at, None) == 1
    assert step_of(secret, "287082", at, 1) is None
    assert step_of(secret, "287082", at + timedelta(minutes=2), None) is None
    assert step_of(secret, "٢٨٧٠٨٢", at, None) is None
    one = new_recovery_codes()[0]
    assert recovery_hash(1, one) == recovery_hash(1, one.upper().replace("-", "")) != recovery_hash(2, one)


def test_the_audit_log_cannot_be_changed(database: Database, browser: Browser) -> None:
    browser.log_in("niemand@test.nl", "een verzonnen wachtwoord")
    with database.read() as session:
        last = session.scalars(select(AuditRow).order_by(AuditRow.id.desc()).limit(1)).one()
        count = session.scalar(select(func.count()).select_from(AuditRow))
    assert (last.action, last.staff_name, last.address, last.details) == ("inloggen mislukt", "", "127.0.0.1", {})
    with pytest.raises(DatabaseError, match="only added"), database.write() as session:
        session.execute(update(AuditRow).values(staff_name="iemand anders"))
    assert count
