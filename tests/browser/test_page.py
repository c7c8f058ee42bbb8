"""A parent on the demo page: asks, reads, presses, comes back, erases."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

playwright_api = pytest.importorskip("playwright.sync_api")

from playwright.sync_api import BrowserContext, Page, Playwright, expect

from bot.knowledge.answers import load_answers
from bot.knowledge.files import root
from bot.knowledge.topics import load_topics
from tests.system.service import Service, serving

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
    "--disable-default-apps", "--disable-dev-shm-usage", "--disable-features=OptimizationHints,MediaRouter,Translate",
]  # fmt: skip
PHONE_WIDTH = {"width": 390, "height": 844}
QUESTION = "wat is een tlv?"

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    if not CHROMIUM.exists():
        missing = "no chromium: install Debian's package `chromium` (scripts/system-packages)"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    if not (root() / ".venv-engine" / "bin" / "python").exists():
        pytest.skip("no engine environment")
    with serving(tmp_path_factory.mktemp("var")) as running:
        yield running


@pytest.fixture
def context(driver: Playwright, service: Service, tmp_path: Path) -> Iterator[BrowserContext]:
    opened = driver.chromium.launch_persistent_context(
        str(tmp_path / "chromium"), executable_path=str(CHROMIUM), headless=True, args=FLAGS, viewport=PHONE_WIDTH,
        locale="nl-NL", env={**os.environ, "HOME": str(tmp_path)},
    )  # fmt: skip
    opened.set_default_timeout(30_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, service: Service) -> Iterator[Page]:
    """Give the page; nothing on it may go wrong or reach another server."""
    problems: list[str] = []
    opened = context.pages[0]
    opened.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on("request", lambda r: None if r.url.startswith((service.url, "blob:", "data:")) else problems.append(r.url))
    opened.goto(service.url)
    opened.get_by_role("button", name="Stel je vraag aan de chatbot").click()
    expect(opened.locator(".message.bot")).to_have_count(1)
    yield opened
    assert problems == []


def ask(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Je vraag").fill(text)
    page.get_by_role("button", name="Verstuur", exact=True).click()


def open_again(page: Page) -> None:
    page.reload()
    page.get_by_role("button", name="Verder met de chatbot").click()


def test_a_parent_asks_reads_presses_comes_back_and_erases(page: Page) -> None:
    ask(page, QUESTION)
    answer = page.locator(".message.bot").nth(1)
    expect(page.locator(".message.ouder")).to_have_text([f"Jij{QUESTION}"])
    expect(answer).to_contain_text("toelaatbaarheidsverklaring")
    expect(answer).to_contain_text(load_answers().for_topic("tlv_wat").next_step)
    source = answer.locator("details")
    source.locator("summary").click()
    expect(source.locator("li").first).to_be_visible()

    followup = load_answers().for_topic("tlv_wat").followups[0]
    title = load_topics().topics[followup].title
    answer.get_by_role("button", name=title).click()
    expect(page.locator(".message.ouder").nth(1)).to_contain_text(title)
    expect(page.locator(".message.bot").nth(2)).to_be_visible()

    shown = page.locator(".message").all_inner_texts()
    open_again(page)
    expect(page.locator(".message")).to_have_count(len(shown))
    assert [text.splitlines()[0] for text in page.locator(".message").all_inner_texts()] == [
        text.splitlines()[0] for text in shown
    ]
    expect(page.locator(".message.ouder").first).to_contain_text(QUESTION)

    page.get_by_role("button", name="Meer").click()
    page.get_by_role("button", name="Wis dit gesprek").click()
    page.get_by_role("button", name="Nee, bewaar het").click()
    expect(page.locator(".message")).to_have_count(len(shown))
    page.get_by_role("button", name="Wis dit gesprek").click()
    page.get_by_role("button", name="Ja, wis het").click()
    expect(page.locator(".message.systeem")).to_contain_text("gewist")
    expect(page.locator(".message.ouder")).to_have_count(0)
    page.reload()
    page.get_by_role("button", name="Stel je vraag aan de chatbot").click()
    expect(page.locator(".message")).to_have_count(1)


def test_the_keyboard_is_enough(page: Page) -> None:
    page.get_by_role("textbox", name="Je vraag").focus()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".message.bot").nth(1)).to_contain_text("toelaatbaarheidsverklaring")
    expect(page.get_by_role("textbox", name="Je vraag")).to_have_value("")
    expect(page.get_by_role("textbox", name="Je vraag")).to_be_focused()


def test_an_empty_question_is_said_and_not_sent(page: Page) -> None:
    ask(page, "   ")
    expect(page.locator(".problem")).to_have_text("Typ eerst je vraag.")
    expect(page.locator(".message")).to_have_count(1)


def test_what_a_parent_types_is_never_html(page: Page) -> None:
    ask(page, "<img src=x onerror=alert(1)> <b>wat is een tlv?</b>")
    expect(page.locator(".message.ouder")).to_contain_text("<b>wat is een tlv?</b>")
    expect(page.locator(".message.bot")).to_have_count(2)
    assert page.locator(".log img").count() == 0


def test_a_person_is_one_press_away_and_the_number_can_be_called(page: Page) -> None:
    page.get_by_role("button", name="Een mens spreken").last.click()
    answer = page.locator(".message.bot").nth(1)
    expect(answer.locator('a[href="tel:0367670200"]').first).to_be_visible()
    answer.get_by_role("button", name="Kijk na en verstuur").click()
    expect(page.get_by_role("heading", name="Klopt dit?")).to_be_focused()


def test_nothing_sticks_out_on_a_small_phone(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    ask(page, QUESTION)
    expect(page.locator(".message.bot")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    sizes = page.locator(".choices button, .ask button, .always button").evaluate_all(
        "(found) => found.map((b) => b.getBoundingClientRect().height)"
    )
    assert sizes
    assert min(sizes) >= 44  # a thumb must hit it
