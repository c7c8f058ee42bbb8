"""Asking for a person in the chat: the form, its errors, and what a consultant does meanwhile."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.conftest import NARROW, Open, Opened, ask, picture, ready, start, tab_to, violations
from tests.web.conftest import Web
from tests.web.fake_engine import FakeEngine
from tests.web.handoffs import new_staff, store_of

QUESTION = "Mijn kind van 9 zit al 6 weken thuis. Wie helpt ons?"
CARD = {"type": "overdracht", "prefer": "chat"}
LOOK = "Kijk na en verstuur"


@pytest.fixture
def page(open_page: Open, site: Web, engine: FakeEngine) -> Page:
    """Give the chat in a small window, with the card of a handoff."""
    return with_card(open_page(site.url, NARROW), engine)


def with_card(opened: Opened, engine: FakeEngine) -> Page:
    """Open the chat, tell a story, and ask for a person."""
    page = start(opened.page)
    ask(page, QUESTION)
    engine.cards = [CARD]
    ask(page, "ik wil een mens")
    return page


def posts(page: Page) -> list[dict[str, Any]]:
    """Return a list that fills with what is posted to the handoff."""
    sent: list[dict[str, Any]] = []

    def note(request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/handoff"):
            sent.append(json.loads(request.post_data or "{}"))

    page.on("request", note)
    return sent


def look(page: Page) -> None:
    page.get_by_role("button", name=LOOK).click()
    expect(page.get_by_role("heading", name="Klopt dit?")).to_be_focused()


def fill_and_agree(page: Page) -> None:
    page.get_by_role("radio", name="Antwoord per e-mail").check()
    page.get_by_label("Je e-mailadres").fill("sara@voorbeeld.nl")
    page.get_by_role("checkbox", name="Ik vind het goed").check()


def test_the_form_by_keyboard_with_errors_until_it_is_sent(open_page: Open, site: Web, engine: FakeEngine) -> None:
    opened = open_page(site.url, NARROW)
    page = with_card(opened, engine)
    sent = posts(page)
    page.locator(".log").focus()
    tab_to(page, LOOK)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Klopt dit?")).to_be_focused()
    assert page.get_by_role("textbox", name="Je vraag").input_value().startswith(QUESTION)
    picture(page, "handoff_top")
    assert violations(page) == []

    tab_to(page, "Versturen")
    page.keyboard.press("Enter")
    summary = page.locator(".summary")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("Zet een vinkje")
    assert sent == []
    assert violations(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("checkbox", name="Ik vind het goed")).to_be_focused()
    page.keyboard.press("Space")

    page.get_by_role("radio", name="Gebeld worden").focus()
    page.keyboard.press("Space")
    page.get_by_label("Je telefoonnummer").fill("12")
    tab_to(page, "Versturen")
    page.keyboard.press("Enter")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link")).to_have_count(2)
    phone = page.get_by_label("Je telefoonnummer")
    expect(phone).to_have_attribute("aria-invalid", "true")
    assert "Dit telefoonnummer klopt niet" in phone.evaluate(
        "e => e.getAttribute('aria-describedby').split(' ').map(id => e.getRootNode().getElementById(id).textContent).join(' ')"
    )
    picture(page, "handoff_errors")
    assert violations(page) == []

    phone.fill("06 12345678")
    page.get_by_label("Kies een moment", exact=True).select_option(index=1)
    tab_to(page, "Versturen")
    page.keyboard.press("Enter")
    expect(page.locator(".message.systeem")).to_contain_text("Je afspraak staat.")
    expect(page.get_by_role("textbox", name="Je vraag")).to_be_focused()
    expect(page.locator(".state")).to_contain_text("Een consulent belt je: maandag 30 november")
    expect(page.get_by_role("button", name=LOOK)).to_have_count(0)
    assert len(sent) == 2
    assert sent[0]["idempotency_key"] == sent[1]["idempotency_key"]
    assert sent[1]["contact"] == {"how": "terugbellen", "phone": "06 12345678", "slot": sent[1]["contact"]["slot"]}
    picture(page, "handoff_sent")
    assert violations(page) == []
    page.get_by_role("button", name="Trek mijn vraag in").click()
    expect(page.locator(".state")).to_be_hidden()
    assert all("422" in complaint for complaint in opened.complaints)  # the browser's own note of what was refused
    opened.complaints.clear()


def test_answers_are_changed_one_by_one_left_out_and_put_back(page: Page) -> None:
    sent = posts(page)
    look(page)
    rows = page.locator(".row")
    first, second, drafted = rows.nth(0), rows.nth(1), rows.count()
    asked = first.locator(".asked").inner_text()
    page.get_by_role("button", name=f"Pas aan: {asked}").click()
    field = page.get_by_role("textbox", name=asked)
    expect(field).to_be_focused()
    field.fill("bijna 10")
    page.keyboard.press("Enter")
    expect(first.locator(".answer")).to_have_text("bijna 10")
    expect(first.get_by_role("button")).to_be_focused()
    second.get_by_role("button").click()
    second.get_by_role("button", name="Haal weg").click()
    expect(second.locator(".answer")).to_have_text("Weggehaald")
    assert violations(page) == []
    fill_and_agree(page)
    page.get_by_role("button", name="Versturen").dblclick()  # a double click sends once
    expect(page.locator(".state")).to_be_visible()
    assert len(sent) == 1
    answers = [*sent[0]["intake"]["kind"], *sent[0]["intake"]["situatie"]]
    assert "bijna 10" in [answer["answer"] for answer in answers]
    assert len(answers) == drafted - 1


def test_after_a_lost_connection_the_same_key_is_sent_again(open_page: Open, site: Web, engine: FakeEngine) -> None:
    opened = open_page(site.url, NARROW)
    page = with_card(opened, engine)
    sent = posts(page)
    lost: list[str] = []

    def lose_the_first_answer(route: Route) -> None:
        if route.request.method != "POST":
            route.fallback()
            return
        if not lost:
            lost.append(route.fetch().text())  # the server has it, the answer gets lost
            route.abort("connectionreset")
        else:
            route.fallback()

    page.route("**/handoff", lose_the_first_answer)
    look(page)
    fill_and_agree(page)
    page.get_by_role("button", name="Versturen").click()
    expect(page.locator(".summary")).to_contain_text("Versturen lukte niet.")
    assert page.get_by_label("Je e-mailadres").input_value() == "sara@voorbeeld.nl"
    page.get_by_role("button", name="Versturen").click()
    expect(page.locator(".message.systeem")).to_have_count(1)  # told once, and only after the answer
    assert len({body["idempotency_key"] for body in sent}) == 1
    assert len(sent) == 2
    assert all("ERR_CONNECTION_RESET" in complaint for complaint in opened.complaints)
    opened.complaints.clear()


def test_what_was_filled_in_stays_when_she_looks_back(page: Page) -> None:
    look(page)
    page.get_by_role("textbox", name="Je vraag").fill("Wie belt ons?")
    page.get_by_role("button", name="Terug naar het gesprek").click()
    expect(page.get_by_role("button", name=LOOK)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Klopt dit?")).to_be_focused()
    assert page.get_by_role("textbox", name="Je vraag").input_value() == "Wie belt ons?"


def test_a_consultant_comes_writes_and_gives_the_chat_back(page: Page, site: Web) -> None:
    look(page)
    page.get_by_role("radio", name="Nu chatten").check()
    page.get_by_role("checkbox", name="Ik vind het goed").check()
    page.get_by_role("button", name="Versturen").click()
    state = page.locator(".state")
    expect(state).to_contain_text("Je vraag is al bij het Steunpunt.")
    ask(page, "Ik wacht")  # the bot is silent
    expect(page.locator(".message.bot")).to_have_count(3)
    with store_of(site) as store:
        staff = new_staff(store._database)
        (item,) = [i for i in store.inbox(("aangevraagd",)) if i.reach == "chat" and QUESTION in i.question]
        store.claim(item.id, staff)
        expect(page.locator(".message.systeem").last).to_contain_text("Fatima")
        expect(state).to_contain_text("Fatima")
        store.say(item.id, staff, "Dag, wat vervelend. Bel 036 76 70 200 <b>nu</b>.")
        said = page.locator(".message.consulent")
        expect(said).to_contain_text("Medewerker van het Steunpunt")
        expect(said).to_contain_text("<b>nu</b>")
        expect(said.locator("a")).to_have_attribute("href", "tel:0367670200")
        assert violations(page) == []
        picture(page, "handoff_person")
        store.return_to_bot(item.id, staff)
    expect(page.locator(".message.systeem").last).to_contain_text("weer vragen stellen aan de chatbot")
    ready(page)
