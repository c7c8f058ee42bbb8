"""The consultant's morning: two consultants and a parent in real browsers, live, with the keyboard, in light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from bot.staff.inbox.canned import load_canned_answers
from bot.storage.database import Database
from bot.storage.models import HandoffRow
from tests.browser.conftest import DESKTOP, picture, violations
from tests.web.conftest import Chat, Web, running
from tests.web.fake_engine import FakeEngine
from tests.web.handoffs import CALL, OPEN, asked, body, post
from tests.web.staff import COOKIE, Staff, staff

TABLET = {"width": 768, "height": 1024}
EVIL = "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'> <b>vet</b>"


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    patch = pytest.MonkeyPatch()
    patch.setenv("BOT_NOW", OPEN)
    engine = FakeEngine()
    with running(tmp_path_factory.mktemp("morning"), engine.url, BOT_NOW=OPEN) as process:
        yield process
    engine.stop()
    patch.undo()


@pytest.fixture
def team(web: Web) -> Iterator[tuple[Staff, Staff]]:
    with ExitStack() as stack:
        anna, bilal = (
            stack.enter_context(staff(web.url, web.database_url, "consulent", name)) for name in ("Anna Visser", "Bilal Haddad")
        )
        yield anna, bilal


@pytest.fixture
def wrong() -> Iterator[list[str]]:
    """Collect what goes wrong in the pages; nothing may."""
    found: list[str] = []
    yield found
    assert found == []


def desk(browser: Browser, who: Staff, wrong: list[str], path: str = "/staff/", **options: object) -> Page:
    """Open a page as a consultant."""
    context = browser.new_context(base_url=str(who.http.base_url), locale="nl-NL", **{"viewport": DESKTOP, **options})  # type: ignore[arg-type]
    context.set_default_timeout(10_000)
    context.add_cookies([{"name": COOKIE, "value": who.http.cookies[COOKIE], "url": str(who.http.base_url)}])
    page = context.new_page()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.goto(path)
    return page


def write(page: Page, text: str) -> None:
    page.get_by_label("Bericht aan de ouder").fill(text)
    page.get_by_role("button", name="Verstuur").click()
    expect(page.get_by_label("Bericht aan de ouder")).to_have_value("")


def canned(name: str, who: Staff) -> str:
    """Return a canned answer as somebody sends it."""
    groups = load_canned_answers().ready(who.name).values()
    return next(answer.text for answers in groups for answer in answers if answer.id == name)


def test_the_morning(browser: Browser, web: Web, team: tuple[Staff, Staff], wrong: list[str]) -> None:
    anna, bilal = (desk(browser, who, wrong) for who in team)
    expect(anna.get_by_text("De inbox is leeg.")).to_be_visible()

    # A parent asks for a person: both see it without doing anything, and hear of it once.
    chat, handoff_id = asked(web)
    for page in (anna, bilal):
        expect(page.get_by_role("link", name="Mijn kind van 9 zit al 6 weken thuis")).to_be_visible()
        expect(page.locator("[data-live-melding]")).to_contain_text("Een ouder vraagt om een mens.")
        expect(page).to_have_title("(1) Inbox - Ouder-informatiepunt")
        expect(page.locator('[data-nav-count="/staff/"] [data-count]')).to_have_text("1")

    # Both click; one gets it, the other is told who.
    buttons = [page.get_by_role("button", name="Oppakken") for page in (anna, bilal)]
    for button in buttons:
        button.hover()  # the list does not move under a hand
    for button in buttons:
        button.click(no_wait_after=True)
    for page in (anna, bilal):
        page.wait_for_url(f"**/staff/overdracht/{handoff_id}")
    if anna.get_by_text("Net te laat").is_visible():
        anna, bilal = bilal, anna
        team = team[1], team[0]
    expect(anna.get_by_text("Jij hebt deze overdracht nu.")).to_be_visible()
    late = bilal.get_by_role("alert").filter(has_text="Net te laat")
    expect(late).to_contain_text(f"{team[0].name} heeft deze overdracht opgepakt")

    # A canned answer can be changed before it is sent.
    anna.get_by_label("Vast antwoord").select_option(label="Welkom, ik heb je verhaal gelezen")
    anna.get_by_role("button", name="Zet in bericht").click()
    expect(anna.get_by_label("Bericht aan de ouder")).to_have_value(canned("welkom", team[0]))
    anna.get_by_label("Bericht aan de ouder").press("Control+Enter")
    expect(anna.get_by_label("Bericht aan de ouder")).to_have_value("")

    # Five messages each way, live, while the next one is being typed.
    log = anna.locator("#gesprek .chat__message")
    for number in range(1, 6):
        anna.get_by_label("Bericht aan de ouder").fill(f"Antwoord {number}")
        chat.say(f"Vraag {number}" if number < 5 else EVIL)
        expect(log.last).to_contain_text(f"Vraag {number}" if number < 5 else "<b>vet</b>")
        expect(anna.get_by_label("Bericht aan de ouder")).to_have_value(f"Antwoord {number}")
        expect(anna.locator("[data-live-melding]")).to_contain_text("Nieuw bericht van de ouder")
        write(anna, f"Antwoord {number}")
    assert anna.evaluate("window.hacked") is None
    assert anna.locator("#gesprek img").count() == 0
    shown = log.evaluate_all("all => all.map(one => one.dataset.id)")
    assert shown == [message["id"] for message in chat.all()], "in order, none lost, none doubled"
    answers = [m["text"] for m in chat.all() if m["author"] == "consulent"]
    assert answers[1:] == [f"Antwoord {number}" for number in range(1, 6)]

    # A draft outlives a page that is loaded again.
    anna.get_by_label("Bericht aan de ouder").fill("Nog niet af")
    anna.reload()
    expect(anna.get_by_label("Bericht aan de ouder")).to_have_value("Nog niet af")
    anna.get_by_label("Bericht aan de ouder").fill("")

    anna.get_by_label("Nieuwe notitie").fill("School belt morgen terug.")
    anna.get_by_role("button", name="Bewaar notitie").click()
    expect(anna.get_by_text("School belt morgen terug.")).to_be_visible()

    # Back to the bot, and closed.
    anna.get_by_text("Gesprek terug naar de chatbot").click()
    anna.get_by_role("button", name="Geef terug").click()
    expect(anna.get_by_text("De chatbot heeft het gesprek weer.")).to_be_visible()
    assert chat.say("Dank je")[-1]["author"] == "bot"
    anna.get_by_text("Afsluiten", exact=True).click()
    anna.get_by_label("Uitkomst").select_option("geholpen")
    anna.get_by_role("button", name="Sluit af").click()
    expect(anna.get_by_text("Afgesloten: geholpen.")).to_be_visible()
    expect(anna.get_by_text("De inbox is leeg.")).to_be_visible()

    # A callback: moved to another moment, and seen by the colleague in the agenda.
    chat, _ = asked(web, CALL)
    anna.get_by_role("link", name="Mijn kind van 9 zit al 6 weken thuis").first.click()
    anna.get_by_role("button", name="Gebeld: niet bereikt").click()
    anna.get_by_text("Ander belmoment").click()
    anna.get_by_label("Vrije momenten").select_option(label="wo 2 december 11:00 tot 11:30")
    anna.get_by_role("button", name="Verplaats").click()
    expect(anna.get_by_text("Het belmoment staat.")).to_be_visible()
    bilal.goto("/staff/agenda?dag=2026-12-02")
    expect(bilal.get_by_role("row", name="11:00 - 11:30").first).to_contain_text(team[0].name)
    chat.erase()
    expect(anna.locator("#gewist")).to_be_visible()
    expect(anna.locator("#gewist")).to_be_focused()


def six_waiting(web: Web) -> Chat:
    """Fill the inbox as on a busy morning; return a conversation with odd texts."""
    stories = (
        ("Mijn zoon wil niet meer leven en gaat al weken niet naar school. Help.", "spoed", 25),
        ("De school zegt dat ze geen plek hebben. Ik heb me 5 weken geleden schriftelijk aangemeld.", "hoog", 14),
        ("Hoe lang duurt een TLV?", "gewoon", 4),
        ("W" * 300, "gewoon", 2),
    )
    database = Database(web.database_url)
    for text, urgency, minutes in stories:
        chat = web.start()
        chat.say(text)
        handoff_id = post(chat, body(chat)).json()["handoff"]["id"]
        with database.write() as session:
            row = session.get_one(HandoffRow, handoff_id)
            row.urgency, row.created_at = urgency, row.created_at - timedelta(minutes=minutes)
    asked(web, CALL)
    odd = web.start()
    odd.say("ابني عمره 9 سنوات ولا يذهب إلى المدرسة منذ 6 أسابيع")
    odd.say(EVIL)
    odd.say("woord" * 120)
    post(odd, body(odd, {"how": "email", "name": "<b>Sara</b>", "email": "sara@voorbeeld.nl"}))
    database.close()
    return odd


@pytest.fixture(scope="module")
def busy(web: Web) -> str:
    """Give the id of the handoff with odd texts, in a full inbox."""
    odd = six_waiting(web)
    database = Database(web.database_url)
    with database.read() as session:
        found = session.scalars(select(HandoffRow.id).where(HandoffRow.conversation_id == odd.id)).one()
    database.close()
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    browser: Browser, web: Web, busy: str, team: tuple[Staff, Staff], wrong: list[str], scheme: str
) -> None:
    page = desk(browser, team[0], wrong, color_scheme=scheme)
    found = {}
    for name, path in (
        ("inbox", "/staff/"), ("overdracht", f"/staff/overdracht/{busy}"), ("agenda", "/staff/agenda?dag=2026-12-02"),
        ("lopend", "/staff/lopend"), ("eigen", f"/staff/overdracht/{busy}"),
    ):  # fmt: skip
        if name == "eigen":
            team[0].post(f"/staff/overdracht/{busy}/oppakken")
            team[0].post(f"/staff/overdracht/{busy}/notitie", notitie="Eerst gemaild.")
        page.goto(path)
        page.locator("#lijst time, #gesprek li, table, .card").first.wait_for()
        if name == "eigen":
            page.locator(".acties details").evaluate_all("all => all.forEach(one => { one.open = true })")
        picture(page, f"{name}-{scheme}")
        found[name] = violations(page)
    team[0].post(f"/staff/overdracht/{busy}/wachtrij")
    assert found == {name: [] for name in found}


def test_nothing_sticks_out_on_a_tablet_or_phone(
    browser: Browser, web: Web, busy: str, team: tuple[Staff, Staff], wrong: list[str]
) -> None:
    for size in (TABLET, {"width": 360, "height": 740}):
        page = desk(browser, team[0], wrong, viewport=size)
        for name, path in (
            ("inbox", "/staff/"), ("overdracht", f"/staff/overdracht/{busy}"), ("agenda", "/staff/agenda?dag=2026-12-02"),
        ):  # fmt: skip
            page.goto(path)
            picture(page, f"{name}-{size['width']}")
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], (name, size)
            assert page.evaluate("window.hacked") is None


def test_the_keyboard_reaches_a_handoff_and_the_sound_is_a_choice(
    browser: Browser, web: Web, busy: str, team: tuple[Staff, Staff], wrong: list[str]
) -> None:
    page = desk(browser, team[1], wrong)
    sound = page.get_by_role("button", name="Geluid bij een nieuwe vraag")
    expect(sound).to_have_attribute("aria-pressed", "true")
    sound.press("Enter")
    expect(sound).to_have_attribute("aria-pressed", "false")
    page.reload()
    expect(page.get_by_role("button", name="Geluid bij een nieuwe vraag")).to_have_attribute("aria-pressed", "false")
    page.locator("main").focus()
    for _ in range(25):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id").startswith("o-"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Wat de ouder vraagt")).to_be_visible()


def test_without_scripts_everything_but_live_works(
    browser: Browser, web: Web, busy: str, team: tuple[Staff, Staff], wrong: list[str]
) -> None:
    page = desk(browser, team[1], wrong, java_script_enabled=False)
    expect(page.get_by_role("link", name="Hoe lang duurt een TLV?")).to_be_visible()
    page.goto(f"/staff/overdracht/{busy}")
    page.get_by_role("button", name="Oppakken").click()
    page.get_by_label("Vast antwoord").select_option(label="Tot ziens")
    page.get_by_role("button", name="Zet in bericht").click()
    expect(page.get_by_label("Bericht aan de ouder")).to_have_value(canned("dag", team[1]))
    page.get_by_role("button", name="Verstuur").click()
    expect(page.locator("#gesprek .chat__message--consulent")).to_contain_text("Veel sterkte")
    page.locator("summary", has_text="Terug in de wachtrij").click()
    page.get_by_role("button", name="Zet in de wachtrij").click()
    expect(page.get_by_text("De overdracht staat weer in de wachtrij.")).to_be_visible()
