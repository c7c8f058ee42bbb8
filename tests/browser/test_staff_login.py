"""Logging in, the account and the log in a real browser, without scripts; accessible, light and dark."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api")

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from bot.staff.accounts import add_account
from bot.storage.database import Database
from tests.browser.conftest import DESKTOP, NARROW, Open
from tests.web.conftest import Web, running
from tests.web.fake_engine import FakeEngine
from tests.web.staff import Staff, staff
from tests.web.staff_pages import PASSWORD, code

TABLET = {"width": 820, "height": 1180}
LEVELS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """Run a console with the real clock: the codes of a telephone need it."""
    engine = FakeEngine()
    with running(tmp_path_factory.mktemp("console"), engine.url, RATE_LOGIN_PER_MINUTE="1000") as web:
        yield web
    engine.stop()


@pytest.fixture
def boss(console: Web) -> Iterator[Staff]:
    with staff(console.url, console.database_url, "beheerder", name="Bo Beheerder") as person:
        yield person


def check(page: Page, name: str) -> None:
    """Find no fault of accessibility, and nothing that sticks out; keep a picture where PICTURES says."""
    found = Axe().run(page, options=LEVELS)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def type_login(page: Page, email: str, password: str) -> None:
    page.get_by_label("E-mailadres").fill(email)
    page.get_by_label("Wachtwoord").fill(password)
    page.get_by_role("button", name="Inloggen", exact=True).click()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_new_beheerder_gets_in_without_scripts(console: Web, open_page: Open, host: str) -> None:
    email = f"{host.replace('.', '-')}@test.nl"
    with closing(Database(console.database_url)) as database, database.write() as session:
        _, once = add_account(session, email=email, name="Nieuwe Beheerder", role="beheerder")
    address = console.url.replace("127.0.0.1", host)
    page = open_page(f"{address}/staff/logboek", java_script_enabled=False).page
    type_login(page, email, once or "")
    expect(page).to_have_title("Wachtwoord wijzigen - Ouder-informatiepunt")
    page.get_by_label("Nieuw wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_label("Nieuw wachtwoord nog een keer").fill(PASSWORD)
    page.get_by_role("button", name="Wachtwoord opslaan").click()
    expect(page.get_by_role("heading", name="Tweede stap instellen", level=1)).to_be_visible()
    expect(page.locator("svg.qr")).to_be_visible()
    page.get_by_text("Scannen lukt niet").click()
    secret = page.locator("details code").inner_text().replace(" ", "")
    page.get_by_label("Code uit de app").fill(code(secret))
    page.get_by_role("button", name="Aanzetten").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="Ik heb ze bewaard").click()
    page.get_by_role("link", name="Logboek").click()
    expect(page.get_by_role("link", name="Logboek")).to_have_attribute("aria-current", "page")
    page.get_by_role("button", name="Uitloggen").click()
    expect(page.get_by_role("status")).to_have_text("Je bent uitgelogd.")
    type_login(page, email, PASSWORD)
    page.get_by_label("Code uit je app").fill(code(secret, 1))
    page.get_by_role("button", name="Verder").click()
    expect(page.get_by_role("link", name="Nieuwe Beheerder")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, TABLET, NARROW], ids=["desktop", "tablet", "narrow"])
def test_pages_are_accessible(
    console: Web, open_page: Open, boss: Staff, scheme: str, size: dict[str, int]
) -> None:
    mark = f"{scheme}-{size['width']}"
    opened = open_page(f"{console.url}/staff/inloggen", size, color_scheme=scheme)
    page = opened.page
    check(page, f"inloggen-{mark}")
    name, token = next(iter(boss.http.cookies.items()))
    page.context.add_cookies([{"name": name, "value": token, "url": console.url}])
    for path in ("account", "account/wachtwoord", "account/tweede-stap", "medewerkers", f"medewerkers/{boss.id}", "logboek"):
        page.goto(f"{console.url}/staff/{path}")
        check(page, f"{path.replace('/', '-')}-{mark}")
    page.goto(f"{console.url}/staff/medewerkers")
    page.locator("form[action='/staff/medewerkers']").evaluate("form => form.noValidate = true")
    page.get_by_role("button", name="Account maken").click()
    expect(page.get_by_role("alert")).to_contain_text("Dit klopt nog niet")
    expect(page.get_by_label("Naam")).to_have_attribute("aria-describedby", "f-name-hint f-name-fout")
    check(page, f"fouten-{mark}")
    assert ["422" in text for text in opened.complaints] == [True]  # how the browser says that a form was refused
    opened.complaints.clear()


def test_the_keyboard_reaches_the_content_first(console: Web, open_page: Open) -> None:
    page = open_page(f"{console.url}/staff/inloggen").page
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Naar de inhoud")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("E-mailadres")).to_be_focused()


def test_htmx_works_under_the_strict_policy_and_evaluates_nothing(console: Web, open_page: Open, boss: Staff) -> None:
    opened = open_page(f"{console.url}/staff/inloggen")
    page = opened.page
    name, token = next(iter(boss.http.cookies.items()))
    page.context.add_cookies([{"name": name, "value": token, "url": console.url}])
    # The page as a part of the console would send it: its own nonce, the script and a piece that asks for more.
    def with_htmx(route: Route) -> None:
        answer = route.fetch()
        nonce = answer.headers["content-security-policy"].split("'nonce-")[1].split("'")[0]
        files = ("htmx", "htmx-sse")
        more = "".join(f'<script src="/staff/static/vendor/{file}.js" nonce="{nonce}"></script>' for file in files)
        piece = '<button hx-get="/staff/logboek" hx-select="h1" hx-target="#hier">Laad</button><p id="hier"></p>'
        piece += "<script>window.evil = 1</script>"
        route.fulfill(response=answer, body=answer.text().replace("</body>", f"{more}{piece}</body>"))

    page.route("**/staff/account", with_htmx)
    page.goto(f"{console.url}/staff/account")
    page.get_by_role("button", name="Laad").click()
    expect(page.locator("#hier h1")).to_have_text("Logboek")
    assert page.evaluate("window.evil") is None
    refused = [text for text in opened.complaints if "inline script" in text]
    assert len(refused) == 1, "only the script that we put there to be refused"
    assert opened.complaints == refused
    opened.complaints.clear()


def test_a_secure_cookie_with_prefix_on_this_machine_is_why_there_is_another_name(browser: Browser, console: Web) -> None:
    """Hold what bot/staff/cookies.py says: over plain HTTP the cookie that logs in is not the one of TLS."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{console.url}/staff/inloggen")
    cookies = {cookie["name"]: cookie for cookie in context.cookies()}
    assert set(cookies) == {"lokaal-staff-inloggen"}
    found = cookies["lokaal-staff-inloggen"]
    assert (found["httpOnly"], found["secure"], found["sameSite"], found["path"]) == (True, False, "Strict", "/")
    context.close()
