"""What the chat keeps and forgets: storage, history after a reload, leaving in a hurry, lost connections."""

from __future__ import annotations

import json
import time
from pathlib import Path

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import PHONE, Open, ask, ready, start
from tests.web.conftest import Web
from tests.web.fake_engine import FakeEngine

STORED = "JSON.stringify([Object.keys(sessionStorage), Object.keys(localStorage), document.cookie])"


def test_nothing_is_stored_before_the_parent_writes(open_page: Open, site: Web) -> None:
    page = open_page(site.url, PHONE).page
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.reload()
    assert not [url for url in fetched if "/api/" in url or "panel" in url]  # the panel comes on the first opening
    start(page)
    assert json.loads(page.evaluate(STORED)) == [[], [], ""]
    ask(page)
    assert json.loads(page.evaluate(STORED)) == [["ouder-chat"], [], ""]
    page.reload()
    page.get_by_role("button", name="Verder met de chatbot").click()
    expect(page.locator(".message")).to_have_count(3)


def test_what_is_typed_is_text_and_only_our_own_numbers_are_links(chat: Page, engine: FakeEngine) -> None:
    ask(chat, "<img src=x onerror=alert(1)> [hier](https://kwaad.nl) https://kwaad.nl bel 036 76 70 200")
    assert chat.locator(".log img").count() == 0
    assert chat.locator(".message.ouder a").count() == 0
    links = chat.locator(".message.bot a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert set(links) == {"tel:0367670200"}


def test_an_answer_that_the_stream_brings_first_comes_into_view(chat: Page, engine: FakeEngine) -> None:
    ask(chat, "Een lange vraag. " * 40)  # the log is longer than the window now, and the stream is open

    def late(route: Route) -> None:
        response = route.fetch()
        time.sleep(1)
        route.fulfill(response=response)

    chat.route("**/messages", late)
    ask(chat, "Nog een lange vraag. " * 40)
    expect(chat.locator(".message.bot").last).to_be_in_viewport()


def test_leaving_in_a_hurry_clears_the_view_and_the_tab(open_page: Open, site: Web) -> None:
    page = open_page(site.url, PHONE).page
    start(page)
    ask(page, "Mijn kind zit thuis")
    away: list[str] = []

    def arrive(route: Route) -> None:
        away.append(route.request.url)
        route.fulfill(body="<title>Het weer</title>", content_type="text/html")

    page.context.route("https://www.buienradar.nl/**", arrive)
    steps = page.evaluate("history.length")
    page.get_by_role("button", name="Snel weg").click()
    page.wait_for_url("https://www.buienradar.nl/")
    assert away == ["https://www.buienradar.nl/"]
    assert page.evaluate("history.length") == steps  # the page of the school is replaced, "back" does not show it
    page.goto(site.url)
    page.get_by_role("button", name="Stel je vraag aan de chatbot").click()
    expect(page.locator(".message")).to_have_count(1)


def test_the_level_goes_down_and_up_and_is_remembered(chat: Page, engine: FakeEngine) -> None:
    chat.get_by_role("button", name="Makkelijker").click()
    ready(chat)
    assert engine.asked[-1]["payload"] == "topic:eenvoudiger"
    chat.reload()
    chat.get_by_role("button", name="Verder met de chatbot").click()
    chat.get_by_role("button", name="Weer gewoon").click()
    ready(chat)
    assert engine.texts()[-1] == "Mag weer gewoon"
    expect(chat.get_by_role("button", name="Makkelijker")).to_be_visible()


def test_a_lost_answer_leaves_the_text_and_can_be_tried_again(open_page: Open, site: Web) -> None:
    opened = open_page(site.url, PHONE)
    page = start(opened.page)
    page.context.set_offline(True)
    expect(page.get_by_role("status").filter(has_text="Je hebt nu geen internet.")).to_be_visible()
    ask(page, "Wat is een TLV?")
    expect(page.get_by_role("alert").filter(has_text="Je hebt nu geen internet.")).to_be_visible()
    assert page.get_by_role("textbox", name="Je vraag").input_value() == "Wat is een TLV?"
    page.context.set_offline(False)
    page.get_by_role("button", name="Probeer het opnieuw").click()
    expect(page.locator(".message.bot")).to_have_count(2)
    expect(page.locator(".message.ouder")).to_have_count(1)
    assert all("ERR_INTERNET_DISCONNECTED" in complaint for complaint in opened.complaints)
    opened.complaints.clear()


def test_messages_that_came_while_the_stream_was_broken_are_shown_afterwards(open_page: Open, site: Web) -> None:
    opened = open_page(site.url, PHONE)
    page = start(opened.page)
    seen: list[str | None] = []
    page.on("request", lambda r: seen.append(r.headers.get("last-event-id")) if r.url.endswith("/events") else None)
    ask(page, "Een")
    page.wait_for_timeout(500)
    broken = "**/events"
    page.route(broken, lambda route: route.abort("connectionreset"))
    page.context.set_offline(True)
    page.context.set_offline(False)
    token = json.loads(page.evaluate("sessionStorage.getItem('ouder-chat')"))
    other = site.http.post(  # the same conversation in another window
        f"/api/conversations/{token['id']}/messages", json={"text": "Twee"}, headers={"Authorization": f"Bearer {token['token']}"}
    )
    assert other.status_code == 200
    page.unroute(broken)
    expect(page.locator(".message.ouder")).to_have_count(2, timeout=15_000)
    expect(page.locator(".message.bot")).to_have_count(3)
    assert all(seen)
    opened.complaints.clear()


def test_it_is_erased_in_every_window(open_page: Open, site: Web) -> None:
    opened = open_page(site.url, PHONE)
    page = start(opened.page)
    ask(page, "Een")
    token = json.loads(page.evaluate("sessionStorage.getItem('ouder-chat')"))
    headers = {"Authorization": f"Bearer {token['token']}"}
    assert site.http.delete(f"/api/conversations/{token['id']}", headers=headers).status_code == 204
    expect(page.locator(".message")).to_have_count(0)
    expect(page.get_by_role("alert").filter(has_text="Dit gesprek is gewist.")).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0
    page.get_by_role("button", name="Probeer het opnieuw").click()
    expect(page.locator(".message")).to_have_count(1)


def test_a_file_with_everything_and_then_erased(chat: Page) -> None:
    ask(chat, "Een")
    chat.get_by_role("button", name="Meer").click()
    with chat.expect_download() as download:
        chat.get_by_role("button", name="Bewaar dit gesprek").click()
    assert "Een" in Path(download.value.path()).read_text(encoding="utf-8")
    chat.get_by_role("button", name="Wis dit gesprek").click()
    chat.get_by_role("button", name="Nee, bewaar het").click()
    expect(chat.locator(".message.ouder")).to_have_count(1)
    chat.get_by_role("button", name="Wis dit gesprek").click()
    chat.get_by_role("button", name="Ja, wis het").click()
    expect(chat.locator(".message.systeem")).to_contain_text("gewist")
    expect(chat.locator(".message.ouder")).to_have_count(0)
    assert chat.evaluate("sessionStorage.length") == 0


def test_one_thumb_per_answer(chat: Page, site: Web) -> None:
    ask(chat, "Een")
    yes = chat.get_by_role("button", name="Ja, dit antwoord hielp")
    no = chat.get_by_role("button", name="Nee, dit antwoord hielp niet")
    expect(yes).to_have_count(1)  # not below the greeting
    yes.click()
    expect(yes).to_have_attribute("aria-pressed", "true")
    no.click()
    expect(no).to_have_attribute("aria-pressed", "true")
    expect(yes).to_have_attribute("aria-pressed", "false")
