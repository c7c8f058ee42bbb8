"""A real Chromium, the real web process with a fake engine, and host pages of another origin."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

playwright_api = pytest.importorskip("playwright.sync_api")

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Playwright, expect, sync_playwright

from tests.web import conftest as web_tests
from tests.web.conftest import Web, running
from tests.web.fake_engine import FakeEngine

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 640}
DESKTOP = {"width": 1200, "height": 900}
LAUNCHER = "Stel je vraag aan de chatbot"
_AXE = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "rules": {"target-size": {"enabled": True}},
}  # fmt: skip


# The fixtures of the web tests.
_engine, engine = web_tests._engine, web_tests.engine
# On two busy cores a page takes its time.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    """Start Playwright once: it takes no second one in the same thread."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(driver: Playwright) -> Iterator[Browser]:
    """Start the browser once."""
    program = shutil.which("chromium")
    if program is None:
        missing = "no Chromium found: install Debian's package `chromium` (scripts/system-packages)"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    opened = driver.chromium.launch(executable_path=program, args=FLAGS)
    yield opened
    opened.close()


@dataclass
class HostSite:
    """A website of somebody else: pages by path, each with its own headers."""

    port: int
    pages: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        """Return its origin."""
        return f"http://localhost:{self.port}"

    def page(self, body: str, head: str = "", path: str = "/", **headers: str) -> str:
        """Put a page there; return its address."""
        head = f'<meta charset="utf-8"><title>Een school</title>{head}'
        html = f'<!doctype html><html lang="nl"><head>{head}</head><body>{body}</body></html>'
        self.pages[path] = (html, {name.replace("_", "-"): value for name, value in headers.items()})
        return self.origin + path


@pytest.fixture(scope="session")
def host() -> Iterator[HostSite]:
    """Run a website of another origin."""
    site = HostSite(0)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            html, headers = site.pages.get(self.path.partition("?")[0], ("", {}))
            if self.path == "/favicon.ico":
                html = " "
            self.send_response(200 if html else 404)
            for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield site
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def _site(_engine: FakeEngine, host: HostSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    # A Monday in consultation hours: somebody can be there.
    with running(
        tmp_path_factory.mktemp("web"), _engine.url, ALLOWED_ORIGINS=host.origin, ENGINE_TIMEOUT_SECONDS="5", BOT_NOW=OPEN_AT
    ) as web:
        yield web


OPEN_AT = "2026-11-30T10:00:00+01:00"


@pytest.fixture
def site(_site: Web, engine: FakeEngine) -> Web:
    """Give the service, with a well engine; the origin of `host` may use it."""
    return _site


@dataclass
class Opened:
    """A page in the browser, with what went wrong in it."""

    page: Page
    complaints: list[str]
    warnings: list[str]


Open = Callable[..., Opened]


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Give a function that opens an address in a fresh browser context; what goes wrong in it fails the test."""
    contexts: list[BrowserContext] = []
    all_opened: list[Opened] = []

    def opened(address: str, viewport: Any = None, **options: Any) -> Opened:
        context = browser.new_context(viewport=viewport or DESKTOP, locale="nl-NL", accept_downloads=True, **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        made = Opened(page, [], [])
        page.on("pageerror", lambda error: made.complaints.append(str(error)))
        page.on("console", lambda m: {"error": made.complaints, "warning": made.warnings}.get(m.type, []).append(m.text))
        page.goto(address)
        all_opened.append(made)
        return made

    yield opened
    for context in contexts:
        context.close()
    assert [complaint for made in all_opened for complaint in made.complaints] == []


@pytest.fixture
def chat(open_page: Open, site: Web) -> Page:
    """Give the demo page on a phone, with the chat open."""
    return start(open_page(site.url, PHONE).page)


def start(page: Page) -> Page:
    """Open the chat and wait for its greeting."""
    page.get_by_role("button", name=LAUNCHER).click()
    expect(page.locator(".message.bot")).not_to_have_count(0)
    expect(page.locator(".log")).not_to_have_attribute("aria-busy", "true")
    return page


def ask(page: Page, text: str = "Hallo") -> Locator:
    """Type a message and send it with Enter; returns the last message."""
    page.get_by_role("textbox", name="Je vraag").fill(text)
    page.keyboard.press("Enter")
    ready(page)
    return page.locator(".message").last


def ready(page: Page) -> None:
    """Wait until the answer is there."""
    expect(page.locator(".send")).not_to_have_attribute("aria-disabled", "true")


FOCUSED = """() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  const label = at.closest("label") ?? at.labels?.[0] ?? at;
  return (at.getAttribute("aria-label") ?? label.textContent).trim();
}"""


def tab_to(page: Page, name: str, key: str = "Tab") -> None:
    """Go with the Tab key to the control with this name."""
    seen = []
    for _ in range(80):
        page.keyboard.press(key)
        seen.append(page.evaluate(FOCUSED))
        if seen[-1] == name:
            return
    raise AssertionError(f"the {key} key does not reach '{name}', only {seen}")


def violations(page: Page) -> list[str]:
    """Return what axe finds wrong on a page."""
    found = Axe().run(page, options=_AXE).response["violations"]
    return [f"{v['id']}: {node['html'][:160]} {node['failureSummary'][:300]}" for v in found for node in v["nodes"]]


def picture(page: Page, name: str) -> None:
    """Keep a picture where SCREENSHOTS names a folder."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png")
