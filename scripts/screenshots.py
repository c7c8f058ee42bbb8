"""Take the pictures of the README in Debian's chromium, from a running service (`make run` in another terminal)."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "img"
ADDRESS = os.environ.get("ADDRESS", "http://127.0.0.1:8000")
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
PHONE, DESKTOP = (390, 844), (1200, 900)
STORY = "mijn zoon van 9 zit al 6 weken thuis, hij durft niet meer naar school. welke hulp past?"


def ask(page: Page, question: str) -> None:
    """Type a question and wait for the answer."""
    box = page.get_by_role("textbox", name="Je vraag")
    box.fill(question)
    box.press("Enter")
    done(page)


def press(page: Page, name: str) -> None:
    """Press a button of the conversation and wait for the answer."""
    page.get_by_role("log").get_by_role("button", name=name).last.click()
    done(page)


def done(page: Page) -> None:
    """Wait until the answer is there and the log stands still."""
    expect(page.locator(".send")).not_to_have_attribute("aria-disabled", "true", timeout=30_000)
    page.wait_for_timeout(900)


def answer(page: Page) -> None:
    """Ask about a term."""
    ask(page, "mijn dochter moet een tlv zegt school, hoe lang duurt dat besluit?")


def precheck(page: Page) -> None:
    """Go some questions into the pre-check."""
    page.evaluate("document.querySelector('ouder-chat').ask('voorcheck_starten')")
    page.locator("progress").first.wait_for(timeout=30_000)
    done(page)
    ask(page, "basisschool")
    ask(page, "9 jaar")


def deadline(page: Page) -> None:
    """Let a deadline be worked out."""
    ask(page, "ik kreeg op 20 november een brief met het besluit, tot wanneer kan ik bezwaar maken?")


def handoff(page: Page) -> None:
    """Open the form to ask for a person."""
    ask(page, STORY)
    page.get_by_role("button", name="Een mens spreken").last.click()
    done(page)
    page.get_by_role("button", name="Kijk na en verstuur").click()
    page.get_by_role("heading", name="Klopt dit?").wait_for()


PICTURES: dict[str, tuple[tuple[int, int], str, Callable[[Page], None]]] = {
    "phone": (PHONE, "light", answer),
    "phone_dark": (PHONE, "dark", answer),
    "desktop": (DESKTOP, "light", answer),
    "precheck": (PHONE, "light", precheck),
    "deadline": (PHONE, "light", deadline),
    "handoff": (PHONE, "light", handoff),
}


def main() -> int:
    """Take every picture; returns the exit code."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        for name, ((width, height), scheme, act) in PICTURES.items():
            context = browser.new_context(
                viewport={"width": width, "height": height}, color_scheme=scheme, locale="nl-NL", reduced_motion="reduce"
            )
            page = context.new_page()
            page.goto(ADDRESS)
            page.get_by_role("button", name="Stel je vraag aan de chatbot").click()
            page.get_by_role("log").locator(".message").first.wait_for()
            act(page)
            page.mouse.move(1, 1)
            page.evaluate("document.querySelector('ouder-chat').shadowRoot.activeElement?.blur()")
            page.screenshot(path=FOLDER / f"{name}.png")
            print(FOLDER / f"{name}.png")
            context.close()
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
