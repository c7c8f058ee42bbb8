"""Take the pictures of the README in Debian's chromium, from a running service (`make run` in another terminal)."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "img"
ADDRESS = os.environ.get("ADDRESS", "http://127.0.0.1:8000")
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
QUESTION = "mijn dochter moet een tlv zegt school, hoe lang duurt dat besluit?"
ANSWER = "6 weken"
VIEWS = {"phone": (390, 844, "light"), "phone_dark": (390, 844, "dark"), "desktop": (1200, 900, "light")}


def ask(page: Page, question: str) -> None:
    """Type a question and wait for the answer."""
    box = page.get_by_role("textbox").first
    box.fill(question)
    box.press("Enter")
    page.get_by_role("log").get_by_text(ANSWER).first.wait_for(timeout=30_000)
    page.wait_for_timeout(800)


def main() -> int:
    """Take every picture; returns the exit code."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        for name, (width, height, scheme) in VIEWS.items():
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme, locale="nl-NL")
            page.goto(ADDRESS)
            ask(page, QUESTION)
            page.screenshot(path=FOLDER / f"{name}.png")
            print(FOLDER / f"{name}.png")
            page.close()
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
