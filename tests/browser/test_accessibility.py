"""WCAG 2.2 AA in a real browser: axe on every state in light and dark, the keyboard, a screen reader's live region, zoom."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import (
    DESKTOP,
    FOCUSED,
    LAUNCHER,
    NARROW,
    OPEN_AT,
    PHONE,
    Open,
    ask,
    picture,
    ready,
    start,
    tab_to,
    violations,
)  # fmt: skip
from tests.web.cards import deadline_card, outcome_card, question_card
from tests.web.conftest import Web
from tests.web.fake_engine import FakeEngine

TODAY = date.fromisoformat(OPEN_AT[:10])
ZOOMED = {"width": 320, "height": 256}  # a window of 1280 by 1024 at 400%
SMALLEST_TARGETS = """min => {
  const root = document.querySelector('ouder-chat').shadowRoot;
  return [...root.querySelectorAll('button, summary, input, select, textarea, a')]
    .filter(e => e.checkVisibility())
    .map(e => [e.closest('label') ?? e, e])
    .map(([box, e]) => ({
      name: e.textContent || e.id || e.name, after: getComputedStyle(e, '::after').inset,
      ...box.getBoundingClientRect().toJSON() }))
    .filter(r => r.after === 'auto' && (r.width < min || r.height < min))
    .map(r => `${r.name} ${r.width}x${r.height}`);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_axe_finds_nothing_in_any_state(
    open_page: Open, site: Web, engine: FakeEngine, scheme: str, viewport: dict[str, int]
) -> None:
    opened = open_page(site.url, viewport, color_scheme=scheme, reduced_motion="reduce")
    page, found = opened.page, {}

    def look(state: str) -> None:
        found[state] = violations(page)
        picture(page, f"{viewport['width']}_{scheme}_{state}")

    look("closed")
    start(page)
    look("greeting")
    engine.cards = [question_card(), question_card("onderwijs", ()), outcome_card(TODAY)]
    for name in ("several", "single", "outcome"):
        ask(page)
        look(name)
    page.locator(".outcome summary").click()
    look("outcome_open")
    engine.cards = [deadline_card("zorgplicht_besluit", TODAY - timedelta(days=10), TODAY)]
    ask(page)
    look("deadline")
    page.locator(".message").last.get_by_role("button", name="Ja, dit antwoord hielp").click()
    expect(page.get_by_role("status").filter(has_text="Dank je.")).to_be_visible()
    page.get_by_role("button", name="Meer").click()
    look("more_and_thanked")
    page.get_by_role("button", name="Wis dit gesprek").click()
    look("erase")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Verstuur", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="Typ eerst je vraag.")).to_be_visible()
    look("problem")
    engine.delay = 1.0
    page.get_by_role("textbox", name="Je vraag").fill("Hoe lang duurt dat?")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="De chatbot zoekt het antwoord")).to_be_visible()
    look("working")
    ready(page)
    assert {state: wrong for state, wrong in found.items() if wrong} == {}
    assert len(found) == 11


def test_forced_colours_and_reduced_motion_lose_nothing(open_page: Open, site: Web) -> None:
    page = start(open_page(site.url, PHONE, forced_colors="active", reduced_motion="reduce").page)
    ask(page)
    assert violations(page) == []
    own = page.locator(".message.ouder .body")
    assert own.evaluate("e => getComputedStyle(e).borderTopWidth") == "1px"
    assert page.locator(".log").evaluate("e => getComputedStyle(e).scrollBehavior") == "auto"
    picture(page, "forced_colors")


def test_the_keyboard_opens_asks_closes_and_gets_its_place_back(open_page: Open, site: Web) -> None:
    page = open_page(site.url, DESKTOP).page
    page.get_by_role("button", name=LAUNCHER).wait_for()
    tab_to(page, LAUNCHER)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Chatbot van het Steunpunt")).to_be_visible()
    expect(page.get_by_role("textbox", name="Je vraag")).to_be_focused()
    expect(page.locator(".message.bot")).to_have_count(1)
    page.keyboard.type("Wat is een TLV?")
    page.keyboard.press("Enter")
    ready(page)
    expect(page.get_by_role("textbox", name="Je vraag")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert page.evaluate(FOCUSED) == "Verder met de chatbot"
    # Opened from the page itself, the focus goes back to where it was there.
    button = page.get_by_role("button", name="Wat is een TLV?")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".message.ouder")).to_have_count(2)
    ready(page)
    tab_to(page, "Sluit", key="Shift+Tab")
    page.keyboard.press("Enter")
    expect(button).to_be_focused()


def test_the_open_chat_is_no_trap_on_a_large_screen(open_page: Open, site: Web) -> None:
    page = start(open_page(site.url, DESKTOP).page)
    outside = "document.activeElement.localName !== 'ouder-chat'"
    for key in ("Tab", "Shift+Tab"):
        for _ in range(40):
            page.keyboard.press(key)
            if page.evaluate(outside):
                break
        assert page.evaluate(outside), key
    page.locator("[data-ask]").first.focus()
    page.keyboard.press("Escape")  # what lies below the chat can be seen without going there
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_on_a_phone_what_lies_behind_is_not_reached(open_page: Open, site: Web) -> None:
    page = start(open_page(site.url, PHONE).page)
    seen = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.localName"))
    assert seen <= {"ouder-chat", "body"}
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Verder met de chatbot")).to_be_focused()


def test_each_new_message_is_announced_once(open_page: Open, site: Web, engine: FakeEngine) -> None:
    page = start(open_page(site.url, PHONE).page)
    log = page.get_by_role("log", name="Gesprek met de chatbot")
    assert log.get_attribute("aria-live") == "polite"
    assert log.get_attribute("aria-relevant") == "additions"
    log.evaluate(
        """log => {
          window.heard = [];
          new MutationObserver(all => all.forEach(one => one.addedNodes.forEach(
            node => window.heard.push(node.textContent)))).observe(log, { childList: true, subtree: true });
        }"""
    )
    for text in ("Eerste vraag", "Tweede vraag"):
        ask(page, text)
    page.wait_for_timeout(800)  # the event stream brings the same messages again
    heard: list[str] = page.evaluate("window.heard")
    shown = page.locator(".message").all_text_contents()[1:]
    assert heard == shown
    assert len(shown) == 4
    page.reload()
    page.get_by_role("button", name="Verder met de chatbot").click()
    expect(page.locator(".message")).to_have_count(5)


def test_history_is_shown_while_the_log_is_busy_so_that_it_is_not_read_aloud(open_page: Open, site: Web) -> None:
    page = start(open_page(site.url, PHONE).page)
    ask(page)
    page.reload()
    page.evaluate(
        """() => {
          window.busy = [];
          const chat = document.querySelector('ouder-chat');
          const see = () => {
            const log = chat.shadowRoot.querySelector('.log');
            if (!log) return requestAnimationFrame(see);
            new MutationObserver(all => all.forEach(() => window.busy.push(log.getAttribute('aria-busy'))))
              .observe(log, { childList: true });
          };
          see();
        }"""
    )
    page.get_by_role("button", name="Verder met de chatbot").click()
    expect(page.locator(".message")).to_have_count(3)
    assert set(page.evaluate("window.busy")) == {"true"}


@pytest.mark.parametrize("viewport", [NARROW, ZOOMED], ids=["narrow", "zoomed"])
def test_nothing_is_lost_when_zoomed_in(
    open_page: Open, site: Web, engine: FakeEngine, viewport: dict[str, int], request: pytest.FixtureRequest
) -> None:
    page = start(open_page(site.url, viewport).page)
    engine.cards = [question_card(), outcome_card(TODAY)]
    ask(page)
    ask(page)
    page.get_by_role("button", name="Meer").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    seen = "[...p.querySelectorAll('*')].filter(e => e.checkVisibility())"
    inside = f"p => {seen}.every(e => e.getBoundingClientRect().right <= 320.5)"
    assert page.locator(".panel").evaluate(inside)
    assert page.evaluate(SMALLEST_TARGETS, 24) == []
    assert_focus_is_seen(page)
    picture(page, request.node.name)


def assert_focus_is_seen(page: Page) -> None:
    """Go through everything with the keyboard: what has the focus is on the screen and nothing lies over it."""
    hidden: list[Any] = []
    seen = """() => {
      let at = document.activeElement;
      while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
      if (!at || at === document.body || at.matches('.log')) return null;
      const box = at.getBoundingClientRect();
      const points = [[.5, .5], [.1, .5], [.9, .5]].map(([x, y]) => [box.left + box.width * x, box.top + box.height * y]);
      const over = ([x, y]) => {
        const e = at.getRootNode().elementFromPoint(x, y);
        return e && (at.contains(e) || e.contains(at));
      };
      return points.some(over) ? null : at.outerHTML.slice(0, 120) + JSON.stringify(box);
    }"""
    for _ in range(40):
        page.keyboard.press("Tab")
        if (found := page.evaluate(seen)) is not None:
            hidden.append(found)
    assert hidden == []


def test_what_it_is_stands_in_header_first_message_and_names(chat: Page) -> None:
    expect(chat.get_by_role("dialog", name="Chatbot van het Steunpunt")).to_be_visible()
    expect(chat.get_by_text("Een computer geeft antwoord, geen mens.")).to_be_visible()
    expect(chat.locator(".message.bot").first).to_contain_text("Ik ben een chatbot")
    expect(chat.locator(".message.bot .who").first).to_have_text("Chatbot")
    expect(chat.get_by_role("button", name="Een mens spreken").last).to_be_visible()


def test_the_conversation_prints_without_its_buttons(chat: Page) -> None:
    ask(chat)
    chat.emulate_media(media="print")
    expect(chat.locator(".message").last).to_be_visible()
    expect(chat.locator(".ask")).to_be_hidden()
    expect(chat.locator(".launcher")).to_be_hidden()
    assert chat.locator(".log").evaluate("e => getComputedStyle(e).overflowY") == "visible"
