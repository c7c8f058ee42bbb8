"""The cards in the chat, in a real browser of 320 pixels wide, with the keyboard alone."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.conftest import NARROW, OPEN_AT, Open, ask, picture, ready, start, tab_to
from tests.web.cards import deadline_card, outcome_card, question_card
from tests.web.conftest import Web
from tests.web.fake_engine import FakeEngine

TODAY = date.fromisoformat(OPEN_AT[:10])


@pytest.fixture
def page(open_page: Open, site: Web, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Open the chat in a small window; nothing may stick out of it."""
    opened = start(open_page(site.url, NARROW).page)
    yield opened
    wide = opened.evaluate("document.documentElement.scrollWidth")
    assert wide <= NARROW["width"], "the page is wider than the window"
    panel = opened.locator(".panel")
    assert panel.evaluate("p => [p, ...p.querySelectorAll('.log, .view')].every(e => e.scrollWidth <= e.clientWidth)")
    picture(opened, request.node.name)


def test_several_answers_are_sent_as_one_message(page: Page, engine: FakeEngine) -> None:
    card = question_card()
    engine.cards = [card]
    ask(page, "Past er hulp bij mijn kind?")
    expect(page.get_by_text("Vraag 3 van ongeveer 8")).to_be_visible()
    assert page.locator("progress").get_attribute("max") == str(card["of"])
    titles = [option["title"] for option in card["options"]]
    page.locator(".log").focus()
    tab_to(page, titles[0])
    page.keyboard.press("Space")
    tab_to(page, titles[2])
    page.keyboard.press("Space")
    tab_to(page, "Verstuur mijn keuze")
    page.keyboard.press("Enter")
    expect(page.locator(".message.ouder .body")).to_have_text(
        ["Past er hulp bij mijn kind?", f"{titles[0]}, {titles[2]}"]
    )
    ready(page)
    assert engine.texts()[-1] == f"{titles[0]}, {titles[2]}"
    assert page.get_by_role("button", name=titles[-1], exact=True).is_visible()  # none of these: no box, a button


def test_sending_no_choice_says_what_to_do(page: Page, engine: FakeEngine) -> None:
    engine.cards = [question_card()]
    ask(page)
    page.get_by_role("button", name="Verstuur mijn keuze").click()
    expect(page.get_by_role("alert")).to_contain_text("Kies eerst iets")
    assert len(engine.asked) == 1


def test_one_answer_is_a_button(page: Page, engine: FakeEngine) -> None:
    engine.cards = [question_card("onderwijs", ())]
    ask(page)
    page.locator(".log").focus()
    tab_to(page, "Basisschool, sbo of so")
    page.keyboard.press("Enter")
    expect(page.locator(".message.ouder")).to_have_count(2)
    ready(page)
    assert engine.asked[-1]["payload"] == "antwoord:onderwijs.po"


def test_the_outcome_shows_what_fits_and_hides_what_does_not(page: Page, engine: FakeEngine) -> None:
    card = outcome_card(TODAY)
    engine.cards = [card]
    ask(page)
    for entry in card["fits"] + card["maybe"]:
        expect(page.locator(".outcome").get_by_text(entry["name"], exact=True)).to_be_visible()
    expect(page.get_by_text("Dit is geen besluit.")).to_be_visible()
    no = page.locator(".outcome details li strong").first
    expect(no).to_be_hidden()
    page.locator(".log").focus()
    tab_to(page, f"Past nu niet ({len(card['no'])})")
    page.keyboard.press("Enter")
    expect(no).to_be_visible()


def test_a_deadline_is_a_list_of_days_and_a_calendar_file(page: Page, engine: FakeEngine) -> None:
    engine.cards = [deadline_card("zorgplicht_besluit", TODAY - timedelta(days=10), TODAY)]
    ask(page)
    expect(page.locator("ol.timeline li")).to_have_count(4)
    expect(page.locator("ol.timeline li.now")).to_have_count(1)
    page.locator(".log").focus()
    tab_to(page, "Zet de datum in je agenda")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "termijn.ics"
    assert "BEGIN:VEVENT" in Path(download.value.path()).read_text(encoding="utf-8")


def test_an_unknown_card_leaves_text_and_buttons(page: Page, engine: FakeEngine) -> None:
    engine.cards = [{"type": "termijn"}, {"type": "nieuw"}]
    ask(page, "Een")
    ask(page, "Twee")
    expect(page.get_by_text("Antwoord op: een kaart")).to_have_count(2)
    expect(page.get_by_role("button", name="Wie vraagt dit aan?")).to_have_count(2)


def test_the_gesprekskaart_opens_from_the_chat_and_prints_on_one_page(page: Page, engine: FakeEngine) -> None:
    rules = ("zorgplicht_besluit", "tlv_besluit", "bezwaar")
    engine.cards = [*(deadline_card(rule, TODAY - timedelta(days=2), TODAY) for rule in rules), outcome_card(TODAY)]
    for text in ("Een", "Twee", "Drie", "Past er hulp?"):
        ask(page, text)
    link = page.get_by_role("link", name="Gesprekskaart om te printen")
    link.focus()
    with page.context.expect_page() as opened:
        page.keyboard.press("Enter")
    sheet = opened.value
    expect(sheet.get_by_role("heading", level=1)).to_have_text("Gesprekskaart")
    assert sheet.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert len(PdfReader(io.BytesIO(sheet.pdf(prefer_css_page_size=True))).pages) == 1
    sheet.close()
