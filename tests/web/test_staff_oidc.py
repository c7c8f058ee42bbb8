"""Logging in through another service, over real HTTP: who gets in, and what does not hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest
from joserfc.jwk import RSAKey
from sqlalchemy import select

from bot.clock import now
from bot.settings import SettingsError, load_settings
from bot.storage.database import Database
from bot.storage.models import AuditRow, StaffRow
from tests.conftest import free_port
from tests.web.conftest import Web, running
from tests.web.fake_engine import FakeEngine
from tests.web.oidc_provider import CLIENT, SECRET, Provider
from tests.web.staff import COOKIE
from tests.web.staff_pages import Browser


@pytest.fixture(scope="module")
def fake_engine() -> Iterator[FakeEngine]:
    engine = FakeEngine()
    yield engine
    engine.stop()


@pytest.fixture(scope="module")
def signing_provider() -> Iterator[Provider]:
    provider = Provider()
    yield provider
    provider.stop()


@pytest.fixture
def provider(signing_provider: Provider) -> Provider:
    """Give the provider with nothing wrong."""
    it = signing_provider
    it.claims, it.userinfo, it.nonce, it.key = {}, {}, None, it.published
    return it


@pytest.fixture(scope="module")
def console(signing_provider: Provider, fake_engine: FakeEngine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    settings = {
        "OIDC_ISSUER": signing_provider.issuer, "OIDC_CLIENT_ID": CLIENT, "OIDC_CLIENT_SECRET": SECRET, "OIDC_NAME": "Testdienst",
        "RATE_LOGIN_PER_MINUTE": "1000",
    }  # fmt: skip
    with running(tmp_path_factory.mktemp("oidc"), fake_engine.url, **settings) as web:
        yield web


@pytest.fixture
def database(console: Web) -> Iterator[Database]:
    with closing(Database(console.database_url)) as opened:
        yield opened


@pytest.fixture
def browser(console: Web) -> Iterator[Browser]:
    with Browser(console) as opened:
        yield opened


def add(database: Database, email: str, role: str = "beheerder", **columns: Any) -> int:
    with database.write() as session:
        session.add(row := StaffRow(email=email, name="Dienst Test", role=role, failed_logins=0, created_at=now(), **columns))
    return row.id


def go(browser: Browser, verder: str = "") -> httpx.Response:
    """Leave for the provider and come back, as a browser does."""
    away = browser.get("/staff/inloggen/dienst", params={"verder": verder})
    assert away.status_code == 303, away.text
    back = httpx.get(away.headers["location"], trust_env=False).headers["location"]
    assert back.partition("?")[0].endswith("/staff/inloggen/dienst/terug")
    return browser.get("/staff/inloggen/dienst/terug?" + back.partition("?")[2])


def refused(browser: Browser, answer: httpx.Response) -> None:
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/inloggen")
    assert COOKIE not in browser.cookies
    assert "Inloggen via Testdienst is niet gelukt" in browser.look("/staff/inloggen").text


def test_a_verified_address_the_first_time_and_the_subject_after_that(
    browser: Browser, database: Database, provider: Provider
) -> None:
    number = add(database, "eerste@test.nl", password_hash="x", password_once_until=now())
    assert "Inloggen via Testdienst" in browser.look("/staff/inloggen").text
    provider.claims = {"sub": "s-1", "email": "Eerste@Test.nl", "email_verified": True}
    answer = go(browser, "/staff/medewerkers")
    assert answer.status_code == 200
    assert 'http-equiv="refresh" content="0;url=/staff/medewerkers"' in answer.text
    assert browser.get("/staff/medewerkers").status_code == 200, "the service checks the second factor"
    with database.read() as session:
        row = session.get_one(StaffRow, number)
        assert (row.password_hash, row.password_once_until) == (None, None)
        assert "s-1" not in str(row.oidc_subject)
        assert session.scalars(select(AuditRow.action).where(AuditRow.staff_id == number)).all() == ["ingelogd"]
    browser.cookies.clear()
    provider.claims = {"sub": "s-1"}
    assert go(browser).status_code == 200
    browser.cookies.clear()
    provider.claims = {"sub": "s-2", "email": "eerste@test.nl", "email_verified": True}
    refused(browser, go(browser))


def test_the_address_may_stand_at_the_other_place(browser: Browser, database: Database, provider: Provider) -> None:
    add(database, "userinfo@test.nl", "consulent")
    provider.claims = {"sub": "s-3"}
    provider.userinfo = {"sub": "een ander", "email": "userinfo@test.nl", "email_verified": True}
    refused(browser, go(browser))
    provider.userinfo["sub"] = "s-3"
    assert go(browser).status_code == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "wel@test.nl"},
        {"email": "wel@test.nl", "email_verified": "true"},
        {"email": "onbekend@test.nl", "email_verified": True},
        {"email": "dicht@test.nl", "email_verified": True},
        {"email": "wel@test.nl", "email_verified": True, "aud": "een-ander"},
        {"email": "wel@test.nl", "email_verified": True, "iss": "http://127.0.0.1:1"},
        {"email": "wel@test.nl", "email_verified": True, "exp": 1000},
        {"email": "wel@test.nl", "email_verified": True, "sub": ""},
    ],
)
def test_who_is_not_let_in(browser: Browser, database: Database, provider: Provider, claims: dict[str, Any]) -> None:
    with database.read() as session:
        known = set(session.scalars(select(StaffRow.email)))
    for email, columns in {"wel@test.nl": {}, "dicht@test.nl": {"disabled_at": now()}}.items():
        if email not in known:
            add(database, email, "consulent", **columns)
    provider.claims = {"sub": "s-9", **claims}
    refused(browser, go(browser))


def test_another_key_or_nonce_does_not_hold(browser: Browser, database: Database, provider: Provider) -> None:
    add(database, "sleutel@test.nl", "consulent")
    provider.claims = {"sub": "s-4", "email": "sleutel@test.nl", "email_verified": True}
    provider.key = RSAKey.generate_key(2048, {"kid": "een"}, private=True)
    refused(browser, go(browser))
    provider.key, provider.nonce = provider.published, "van een ander"
    refused(browser, go(browser))


def test_a_login_comes_back_in_the_browser_that_left(console: Web, browser: Browser, provider: Provider) -> None:
    away = browser.get("/staff/inloggen/dienst")
    assert "SameSite=lax" in away.headers["set-cookie"] and "HttpOnly" in away.headers["set-cookie"]
    back = httpx.get(away.headers["location"], trust_env=False).headers["location"]
    query = back.partition("?")[2]
    with Browser(console) as other:
        refused(other, other.get(f"/staff/inloggen/dienst/terug?{query}"))
    refused(browser, browser.get("/staff/inloggen/dienst/terug?" + re.sub(r"state=[^&]+", "state=x", query)))


def test_a_service_that_is_away_is_said_kindly(fake_engine: FakeEngine, tmp_path_factory: pytest.TempPathFactory) -> None:
    issuer = f"http://127.0.0.1:{free_port()}"
    folder, settings = tmp_path_factory.mktemp("weg"), {"OIDC_ISSUER": issuer, "OIDC_NAME": "Testdienst"}
    with running(folder, fake_engine.url, **settings) as web, Browser(web) as browser:
        refused(browser, browser.get("/staff/inloggen/dienst"))
        assert "Traceback" not in web.log.read_text(encoding="utf-8")


def test_without_the_setting_there_is_no_such_page(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    assert web.http.get("/staff/inloggen/dienst").status_code == 404
    assert "Inloggen via" not in web.http.get("/staff/inloggen").text
    monkeypatch.setenv("OIDC_ISSUER", "http://dienst.example")
    with pytest.raises(SettingsError, match="OIDC_ISSUER: use the https address"):
        load_settings()
