"""The chat on websites of others: another origin, a strict policy, hostile styles, an iframe, two chats, tampered files."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import DESKTOP, LAUNCHER, PHONE, HostSite, Open, ask, picture, start, violations
from tests.web.conftest import Web

HOSTILE = """<style>
* { all: unset !important; color: red !important; font-size: 40px !important; --ink: red !important; --surface: red !important; }
button, textarea { display: none !important; }
ouder-chat { display: none !important; opacity: 0 !important; transform: scale(0) !important; visibility: hidden !important; }
</style>"""


def script(site: Web, more: str = "") -> str:
    """Return the one line."""
    return f'<script src="{site.url}/widget.js" async {more}></script>'


def test_one_line_is_enough_on_another_origin(open_page: Open, site: Web, host: HostSite) -> None:
    page = start(open_page(host.page("<main><h1>School</h1></main>", script(site))).page)
    ask(page, "Wat is een TLV?")
    expect(page.locator(".message.bot")).to_have_count(2)
    page.wait_for_timeout(300)  # the stream, which is of another origin too
    assert violations(page) == []


def test_an_origin_that_is_not_listed_gets_a_number_to_call_and_the_webmaster_a_reason(
    open_page: Open, site: Web, host: HostSite
) -> None:
    address = host.page("<main><h1>School</h1></main>", script(site)).replace("localhost", "127.0.0.1")
    opened = open_page(address)
    opened.page.get_by_role("button", name=LAUNCHER).click()
    expect(opened.page.get_by_role("alert").filter(has_text="De chat start nu niet.")).to_contain_text("036 76 70 200")
    assert any("ALLOWED_ORIGINS" in complaint for complaint in opened.complaints)
    opened.complaints.clear()


@pytest.mark.parametrize("kind", ["origin", "nonce", "hash"])
def test_it_works_under_a_strict_policy(open_page: Open, site: Web, host: HostSite, kind: str) -> None:
    embed = site.http.get("/widget/embed.json").json()
    allowed = {"origin": site.url, "nonce": "'nonce-abc123'", "hash": f"'strict-dynamic' '{embed['integrity']}'"}[kind]
    more = {
        "origin": f'src="{site.url}/widget.js"',
        "nonce": f'src="{site.url}/widget.js" nonce="abc123"',
        "hash": f'src="{site.url}{embed["path"]}" integrity="{embed["integrity"]}" crossorigin="anonymous"',
    }[kind]
    policy = (
        f"default-src 'none'; script-src {allowed}; connect-src {site.url}; base-uri 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    address = host.page("<main><h1>School</h1></main>", f"<script {more} async></script>", Content_Security_Policy=policy)
    page = start(open_page(address, PHONE).page)
    ask(page)
    expect(page.locator(".message.bot")).to_have_count(2)
    assert page.locator(".panel").evaluate("e => getComputedStyle(e).display") == "flex"


def test_a_page_with_hostile_styles_changes_nothing(open_page: Open, site: Web, host: HostSite) -> None:
    plain = start(open_page(host.page("<h1>School</h1>", script(site), path="/plain")).page)
    hostile = start(open_page(host.page("<h1>School</h1>", script(site) + HOSTILE, path="/hostile")).page)
    look = """() => {
      const found = document.querySelector('ouder-chat').shadowRoot.querySelectorAll('.panel, .head, .message, button, textarea');
      return [...found].map(e => {
        const { color, fontSize, backgroundColor, display } = getComputedStyle(e);
        const { width, height } = e.getBoundingClientRect();
        return [color, fontSize, backgroundColor, display, width, height].join();
      });
    }"""
    assert hostile.evaluate(look) == plain.evaluate(look)
    ask(hostile)
    picture(hostile, "hostile")


def test_a_second_chat_stays_empty_and_says_so(open_page: Open, site: Web, host: HostSite) -> None:
    body = "<main><h1>School</h1><ouder-chat></ouder-chat><ouder-chat id=second></ouder-chat></main>"
    opened = open_page(host.page(body, script(site) + script(site, "data-mount=no")))
    page = start(opened.page)
    ask(page)
    assert page.locator(".launcher").count() == 1
    assert len([w for w in opened.warnings if w.startswith("ouder-chat:")]) == 2
    page.evaluate("document.querySelector('ouder-chat').remove(); document.body.append(document.querySelector('#second'))")
    expect(page.get_by_role("button", name="Verder met de chatbot")).to_be_visible()  # the first is gone: now there is room


def test_a_file_that_was_tampered_with_does_not_run(open_page: Open, site: Web, host: HostSite) -> None:
    opened = open_page(host.page("<h1>School</h1>", script(site)))

    def tamper(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=response.text() + "\nwindow.tampered = true;")

    opened.page.route("**/elements.js", tamper)
    opened.page.get_by_role("button", name=LAUNCHER).click()
    expect(opened.page.get_by_role("alert").filter(has_text="De chat start nu niet.")).to_be_visible()
    assert opened.page.evaluate("window.tampered") is None
    assert opened.page.locator(".panel").count() == 0
    opened.page.unroute("**/elements.js")
    opened.complaints.clear()


def test_attributes_events_and_the_javascript_api(open_page: Open, site: Web, host: HostSite) -> None:
    body = """<main><h1>School</h1><button id=ask>TLV?</button></main>"""
    attributes = 'data-position="left" data-title="Vraag het Kees" data-theme="dark" data-start-topic="opp_wat" data-level="a2"'
    opened = open_page(host.page(body, script(site, attributes)))
    page = opened.page
    page.evaluate(
        """() => {
          window.told = [];
          for (const name of ['open', 'close', 'message', 'handoff', 'error'])
            document.addEventListener(`ouder-chat:${name}`, e => window.told.push([name, JSON.stringify(e.detail)]));
          document.querySelector('#ask').onclick = () => document.querySelector('ouder-chat').ask('tlv_wat');
        }"""
    )
    start(page)
    expect(page.get_by_role("dialog", name="Vraag het Kees")).to_be_visible()
    assert page.locator(".panel").bounding_box()["x"] < 100  # type: ignore[index]
    assert page.locator(".frame").get_attribute("class") == "frame dark left"
    first = page.locator(".message .choices button").first
    expect(first).to_have_text(site.http.get("/widget/topics/opp_wat").json()["title"])
    page.evaluate("document.querySelector('ouder-chat').close()")
    page.locator("#ask").click()
    expect(page.locator(".message.ouder")).to_have_text(["JijWat is een TLV?"])
    expect(page.locator(".send")).not_to_have_attribute("aria-disabled", "true")
    expect(page.get_by_role("button", name="Weer gewoon")).to_be_visible()  # level a2
    told = page.evaluate("window.told")
    assert [name for name, _ in told] == ["open", "close", "open", "message"]
    assert told[-1][1] == '{"author":"bot","topic":"tlv_wat"}'  # never the text
    assert page.evaluate("document.querySelector('ouder-chat').isOpen") is True


def test_colours_of_the_page_reach_the_chat(open_page: Open, site: Web, host: HostSite) -> None:
    style = "<style>body { --ouder-chat-header-background-color: rgb(90, 0, 90); }</style>"
    page = start(open_page(host.page("<h1>School</h1>", script(site) + style)).page)
    assert page.locator(".head").evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(90, 0, 90)"


def test_inline_it_stands_in_the_page(open_page: Open, site: Web, host: HostSite) -> None:
    body = '<main><h1>School</h1><ouder-chat position="inline" open></ouder-chat></main>'
    page = open_page(host.page(body, script(site))).page
    expect(page.get_by_role("region", name="Chatbot van het Steunpunt")).to_be_visible()
    expect(page.locator(".message.bot")).to_have_count(1)
    assert page.evaluate("document.activeElement === document.body")  # it opened by itself: the focus stays
    ask(page)
    assert violations(page) == []


def test_the_iframe_speaks_only_with_the_page_it_knows(open_page: Open, site: Web, host: HostSite) -> None:
    frame = f'<iframe title="Chatbot" width="380" height="640" src="{site.url}/widget/frame?theme=light"></iframe>'
    body = f"<main><h1>School</h1>{frame}</main>"
    opened = open_page(host.page(body))
    page = opened.page
    inside = page.frame_locator("iframe")
    expect(inside.locator(".message.bot")).to_have_count(1)
    page.evaluate("window.told = []; addEventListener('message', e => window.told.push([e.origin, e.data.type]))")
    frame = "document.querySelector('iframe').contentWindow"
    page.evaluate(f"{frame}.postMessage({{type: 'ouder-chat:hello'}}, '{site.url}')")
    page.evaluate(f"{frame}.postMessage({{type: 'ouder-chat:ask', topic: 'tlv_wat'}}, '{site.url}')")
    expect(inside.locator(".message.bot")).to_have_count(2)
    assert page.evaluate("window.told") == [[site.url, "ouder-chat:message"]]
    assert violations(page) == []
    picture(page, "iframe")


def test_a_page_that_is_not_listed_cannot_show_the_iframe(open_page: Open, site: Web, host: HostSite) -> None:
    address = host.page(f'<iframe title="Chatbot" src="{site.url}/widget/frame"></iframe>').replace("localhost", "127.0.0.1")
    opened = open_page(address)
    opened.page.wait_for_timeout(500)
    assert opened.page.frame_locator("iframe").locator("ouder-chat").count() == 0
    assert any("frame-ancestors" in complaint for complaint in opened.complaints)
    opened.complaints.clear()


def test_a_message_from_another_window_does_nothing(open_page: Open, site: Web) -> None:
    page: Page = open_page(f"{site.url}/widget/frame", DESKTOP).page
    expect(page.locator(".message.bot")).to_have_count(1)
    page.evaluate("postMessage({type: 'ouder-chat:ask', topic: 'tlv_wat'}, '*')")
    page.wait_for_timeout(300)
    expect(page.locator(".message.ouder")).to_have_count(0)
