"""The reviewer's ten minutes: the queue, a correction, search, figures and the report, without scripts and with the keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from bot.clock import ZONE
from bot.demo.fill import DOMAIN, fill
from bot.privacy.vault import Vault
from bot.staff.sessions import start_session
from bot.storage.database import Database
from bot.storage.migrate import upgrade
from bot.storage.models import CorrectionRow, StaffRow
from tests.browser.conftest import DESKTOP, NARROW, violations
from tests.web.conftest import Web, running
from tests.web.fake_engine import FakeEngine
from tests.web.staff import COOKIE

NOW = datetime(2026, 11, 26, 11, 10, tzinfo=ZONE)
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
PAGES = (
    "gesprekken", "gesprekken/demo-00012", "nakijken", "cijfers", "signaleren", "onderwerpen", "onderwerpen/tlv_duur_besluit",
)  # fmt: skip


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Web, Database, str]]:
    """Run the console on a month of demo data; give the cookie of the reviewer."""
    folder: Path = tmp_path_factory.mktemp("review")
    url = f"sqlite:///{folder / 'demo.db'}"
    patch = pytest.MonkeyPatch()
    patch.setenv("BOT_NOW", NOW.isoformat())
    upgrade(url)
    database = Database(url)
    fill(database, Vault((KEY,)), password="paars fietspad onder water")
    with database.write() as session:
        row = session.scalars(select(StaffRow).where(StaffRow.email == f"reviewer{DOMAIN}")).one()
        token = start_session(session, row, address="127.0.0.1", browser="test", second_factor=True)
    engine = FakeEngine()
    with running(folder, engine.url, DATABASE_URL=url, BOT_NOW=NOW.isoformat()) as web:
        yield web, database, token
    engine.stop()
    database.close()
    patch.undo()


def visit(browser: Browser, console: tuple[Web, Database, str], **options: object) -> BrowserContext:
    """Open a browser in which the reviewer is logged in."""
    web, _, token = console
    context = browser.new_context(base_url=web.url, locale="nl-NL", **{"viewport": DESKTOP, **options})  # type: ignore[arg-type]
    context.add_cookies([{"name": COOKIE, "value": token, "url": web.url}])
    return context


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(browser: Browser, console: tuple[Web, Database, str], scheme: str) -> None:
    context = visit(browser, console, color_scheme=scheme)
    page, found, wrong = context.new_page(), {}, []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    for path in PAGES:
        page.goto(f"/staff/{path}")
        for details in page.locator("details").all()[:3]:
            details.evaluate("element => { element.open = true }")
        found[path] = violations(page)
    context.close()
    assert [(path, wrong) for path, wrongs in found.items() for wrong in wrongs] == []
    assert wrong == []  # nothing that the content security policy refuses, no picture that is missing


def test_no_page_is_wider_than_a_narrow_phone(browser: Browser, console: tuple[Web, Database, str]) -> None:
    context = visit(browser, console, viewport=NARROW)
    page: Page = context.new_page()
    for path in PAGES:
        page.goto(f"/staff/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], path
    context.close()


def test_ten_minutes_without_scripts(browser: Browser, console: tuple[Web, Database, str]) -> None:
    _, database, _ = console
    context = visit(browser, console, java_script_enabled=False)
    page = context.new_page()
    page.goto("/staff/nakijken?reden=teruggevraagd")
    left = int(page.get_by_text("Nog ").first.inner_text().split()[1])
    with database.read() as session:
        before = set(session.scalars(select(CorrectionRow.id)))

    # One click: the topic that the assistant thought of second. By keyboard: focus the button and press Enter.
    second = page.get_by_role("button", name="2. ")
    title = second.inner_text()[3:].rsplit(" ", 1)[0].strip()
    second.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text(f"Verbeterd: {title}")
    expect(page.get_by_text(f"Nog {left - 1} te doen")).to_be_visible()

    # Any other topic, typed; a mistake is told and what was typed stays.
    page.get_by_label("Ander onderwerp").fill("dat is er niet")
    page.get_by_role("button", name="Dit was het").click()
    expect(page.get_by_role("alert")).to_contain_text("Dit onderwerp bestaat niet")
    expect(page.get_by_label("Ander onderwerp")).to_have_value("dat is er niet")
    page.get_by_label("Ander onderwerp").fill("hgo_wat")
    page.get_by_role("button", name="Dit was het").click()
    expect(page.get_by_text(f"Nog {left - 2} te doen")).to_be_visible()

    # What is missing gets a name and a label.
    page.get_by_label("Nieuw onderwerp (naam)").fill("Tolk bij een gesprek")
    page.get_by_label("Labels").fill("tolk, nieuw")
    page.get_by_role("button", name="Dit ontbreekt nog").click()
    expect(page.get_by_role("status").first).to_contain_text("Nieuw onderwerp genoteerd")
    with database.read() as session:
        made = [row for row in session.scalars(select(CorrectionRow)) if row.id not in before]
    assert {(row.topic, row.new_topic) for row in made} >= {("hgo_wat", None), (None, "Tolk bij een gesprek")} and len(made) == 3

    # Search it back, read the conversation.
    page.goto("/staff/gesprekken")
    page.get_by_label("Label").select_option("nieuw")
    page.get_by_role("button", name="Zoeken").click()
    expect(page.get_by_text("1 gesprek gevonden")).to_be_visible()
    page.get_by_role("table").get_by_role("link").first.click()
    expect(page.get_by_text("Nieuw onderwerp: Tolk bij een gesprek")).to_be_visible()

    # The figures, with pictures that are really there, and the report.
    page.get_by_role("link", name="Cijfers").click()
    for name in ("Snel", "Goed", "Begrijpelijk", "Informatieknooppunt"):
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Downloaden (CSV)").click()
    assert download.value.suggested_filename.startswith("cijfers-2026-10-28")
    page.get_by_role("link", name="Signaleren").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("4e kwartaal 2026")
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Hoofdmenu")).to_be_hidden()
    context.close()
