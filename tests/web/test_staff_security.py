"""What keeps the console closed: roles of every route, forms, headers, cookies, injected names, files for spreadsheets."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute

from bot.clock import now
from bot.staff.access import AccessError, FormHere, allow, everybody, roles_of, routes_below
from bot.staff.app import STAFF_ROUTERS
from bot.staff.csv_export import to_csv
from bot.staff.login_pages import after_login
from bot.staff.pages import NAV
from bot.staff.sessions import end_sessions
from bot.storage.database import Database
from bot.storage.models import StaffSessionRow
from bot.storage.models.staff import ROLES
from tests.web.conftest import Web
from tests.web.staff import COOKIE, Staff, staff

ROUTES = [
    (method, route)
    for router in STAFF_ROUTERS
    for route in routes_below(router.routes)
    for method in sorted(set(route.methods or ()) - {"HEAD"})
]
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)> {{ 7*7 }} \"'"


@pytest.fixture(scope="module")
def people(_web: Web) -> Iterator[dict[str, Staff]]:
    """Give somebody of each role, logged in."""
    from contextlib import ExitStack

    with ExitStack() as stack:
        yield {role: stack.enter_context(staff(_web.url, _web.database_url, role)) for role in ROLES}


def path_of(route: APIRoute) -> str:
    """Return an address of a route, with values that name nothing."""
    return re.sub(r"\{[^}]+\}", "999999", route.path)


def ask(http: httpx.Client, method: str, route: APIRoute, csrf: str = "") -> int:
    """Ask for a route; of an endless answer only the start is read."""
    with http.stream(method, path_of(route), data={"csrf": csrf} if method != "GET" else None) as response:
        return response.status_code


def test_there_are_routes_and_every_page_of_the_navigation_is_one() -> None:
    assert len(ROUTES) > 15
    known = {route.path for _, route in ROUTES}
    assert {item.path for item in NAV} <= known


@pytest.mark.parametrize(("method", "route"), ROUTES, ids=lambda value: getattr(value, "path", value))
def test_every_route_lets_in_its_roles_and_nobody_else(
    web: Web, people: dict[str, Staff], method: str, route: APIRoute
) -> None:
    roles = roles_of(route)
    with httpx.Client(base_url=web.url, trust_env=False) as stranger:
        status = ask(stranger, method, route)
        if roles == ():
            assert status in (200, 403, 404)
            return
        assert status == 303, "who is not logged in goes to the login page"
    for role, person in people.items():
        # Without a valid form: what changes something is refused by the role first, and then by the form.
        status = ask(person.http, method, route)
        if role not in roles:
            assert status in ((403,) if path_of(route) != "/staff/" else (303,)), role
        elif method == "GET":
            assert status in (200, 303, 404, 410, 422), role
        else:
            # The page of the code is only for who still has to type one.
            assert status in ((303,) if route.path == "/staff/inloggen/code" else (403, 422)), role


def test_navigation_shows_what_a_role_may_see(people: dict[str, Staff]) -> None:
    by_path = {route.path: roles_of(route) for method, route in ROUTES if method == "GET"}
    for role, person in people.items():
        shown = set(re.findall(r'<li><a href="([^"]+)"', person.get("/staff/account").text))
        assert shown == {item.path for item in NAV if role in item.roles}
        assert all(role in (by_path[path] or ()) for path in shown)


def test_a_route_that_says_no_roles_or_checks_no_form_is_refused() -> None:
    router = APIRouter(prefix="/staff")

    @router.get("/zonder")
    def without() -> None: ...

    @router.get("/dubbel", dependencies=[Depends(everybody)])
    def twice(who: Annotated[Any, Depends(allow("consulent"))]) -> None: ...

    @router.post("/wijzigt")
    def changes(who: Annotated[Any, Depends(allow("consulent"))]) -> None: ...

    @router.post("/goed")
    def good(who: Annotated[Any, Depends(allow("consulent", "reviewer"))], form: FormHere) -> None: ...

    *bad, fine = routes_below(router.routes)
    for route in bad:
        with pytest.raises(AccessError, match=route.path):
            roles_of(route)
    assert roles_of(fine) == ("consulent", "reviewer")
    with pytest.raises(ValueError, match="unknown role"):
        allow("baas")
    with pytest.raises(ValueError, match="names its roles"):
        allow()


@pytest.mark.parametrize("kind", ["missing", "wrong", "of another", "other site", "other origin", "null origin"])
def test_a_form_that_is_not_from_our_page_changes_nothing(web: Web, people: dict[str, Staff], kind: str) -> None:
    person, other = people["consulent"], people["reviewer"]
    fields = {"csrf": {"missing": "", "wrong": "x" * 43, "of another": other.csrf}.get(kind, person.csrf)}
    headers = {
        "other site": {"Sec-Fetch-Site": "cross-site"}, "other origin": {"Origin": "https://kwaad.example"},
        "null origin": {"Origin": "null"},
    }.get(kind, {})  # fmt: skip
    if kind == "missing":
        fields = {}
    answer = person.http.post("/staff/uitloggen", data=fields, headers=headers)
    assert answer.status_code == 403
    assert "Er is niets gewijzigd" in answer.text
    assert person.get("/staff/account").status_code == 200


def test_the_login_form_needs_its_cookie(web: Web) -> None:
    with httpx.Client(base_url=web.url, trust_env=False) as http:
        page = http.get("/staff/inloggen")
        csrf = re.search(r'name="csrf" value="([^"]+)"', page.text)[1]
        given = {"email": "a@b.nl", "password": "x", "csrf": csrf}
        assert http.post("/staff/inloggen", data=given | {"csrf": "x"}).status_code == 403
        http.cookies.clear()
        assert "Dit formulier is verlopen" in http.post("/staff/inloggen", data=given).text


def test_an_ended_session_and_a_closed_account_are_out(web: Web) -> None:
    from sqlalchemy import update

    from bot.storage.models import StaffRow

    database = Database(web.database_url)
    with staff(web.url, web.database_url, "consulent") as one, staff(web.url, web.database_url, "consulent") as two:
        with database.write() as session:
            end_sessions(session, StaffSessionRow.staff_id == one.id)
            session.execute(update(StaffRow).where(StaffRow.id == two.id).values(disabled_at=now()))
        assert one.get("/staff/account").status_code == two.get("/staff/account").status_code == 303
        htmx = one.get("/staff/account", headers={"HX-Request": "true"})
        assert (htmx.status_code, htmx.headers["hx-redirect"]) == (401, "/staff/inloggen?verder=%2Fstaff%2Faccount")
    database.close()


class _Inline(HTMLParser):
    """Finds what a strict policy forbids: scripts without this answer's nonce, styles and handlers in the page."""

    def __init__(self, nonce: str) -> None:
        super().__init__()
        self.nonce, self.found = nonce, []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or "style" in given or any(name.startswith("on") or name.startswith("hx-on") for name in given):
            self.found.append((tag, given))
        if tag == "script" and (given.get("nonce") != self.nonce or not given.get("src")):
            self.found.append((tag, given))
        for name in ("src", "href", "action"):
            if re.match(r"(?i)\s*(https?:|//|javascript:|data:)", given.get(name) or ""):
                self.found.append((tag, given))


def nonce_in(response: httpx.Response) -> str:
    return re.search(r"script-src 'nonce-([A-Za-z0-9_-]{22})';", response.headers["content-security-policy"])[1]


def test_headers_and_no_inline_script_on_any_page(web: Web, people: dict[str, Staff]) -> None:
    person, nonces, looked = people["beheerder"], [], 0
    paths = {path_of(route) for method, route in ROUTES if method == "GET" and "events" not in route.path}
    for path in sorted(paths | {"/staff/bestaat-niet", "/staff", "/staff/static/staff.css"}):
        response = person.get(path)
        policy = response.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; ") and "unsafe" not in policy and "*" not in policy, path
        for part in ("frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'", "style-src 'self'", "connect-src 'self'"):
            assert part in policy, path
        assert response.headers["cache-control"] == "no-store", path
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["x-frame-options"] == "DENY"
        assert response.headers["referrer-policy"] == "same-origin"
        assert "server" not in response.headers
        nonces.append(nonce_in(response))
        if response.headers.get("content-type", "").startswith("text/html"):
            looked += 1
            parser = _Inline(nonces[-1])
            parser.feed(response.text)
            assert parser.found == [], path
            assert '<html lang="nl">' in response.text and "<h1" in response.text, path
    assert len(set(nonces)) == len(nonces)
    assert looked > 8


def test_cookies_are_locked_to_this_host_over_tls_and_have_another_name_on_this_machine(web: Web) -> None:
    secure = httpx.get(f"{web.url}/staff/inloggen", headers={"X-Forwarded-Proto": "https"}, trust_env=False)
    parts = secure.headers["set-cookie"].split("; ")
    assert parts[0].startswith("__Host-staff-inloggen=")
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=strict"} <= set(parts)
    assert not any(part.startswith("Domain") for part in parts)
    named = httpx.get(f"{web.url}/staff/inloggen", headers={"Host": "console.school.nl"}, trust_env=False)
    assert named.headers["set-cookie"].startswith("__Host-") and "Secure" in named.headers["set-cookie"]
    local = httpx.get(f"{web.url}/staff/inloggen", trust_env=False).headers["set-cookie"]
    assert local.startswith("lokaal-staff-inloggen=") and "HttpOnly" in local and "SameSite=strict" in local


def test_a_local_cookie_does_not_count_over_tls(web: Web, people: dict[str, Staff]) -> None:
    person = people["consulent"]
    answer = person.get("/staff/account", headers={"X-Forwarded-Proto": "https"})
    assert answer.status_code == 303
    token = person.http.cookies[COOKIE]
    answer = httpx.get(
        f"{web.url}/staff/account", trust_env=False, headers={"X-Forwarded-Proto": "https", "Cookie": f"__Host-staff={token}"}
    )
    assert answer.status_code == 200


def test_names_are_text_and_never_html(web: Web, people: dict[str, Staff]) -> None:
    boss = people["beheerder"]
    made = boss.post("/staff/medewerkers", name=EVIL, email="evil@test.nl", role="consulent")
    assert made.status_code == 200, made.text
    with staff(web.url, web.database_url, "consulent", name=EVIL[:80]) as person:
        pages = [made, boss.get("/staff/medewerkers"), boss.get("/staff/logboek"), person.get("/staff/account")]
        asked = dict.fromkeys(("onderwerp", "van", "wie", "wat", "pagina"), EVIL)
        pages.append(boss.get("/staff/logboek", params=asked))
        pages.append(boss.get("/staff/medewerkers/999999999999"))
        pages.append(person.http.get("/staff/inloggen", params={"verder": EVIL}))
    for page in pages:
        assert "<script>alert" not in page.text and "<img src=x" not in page.text
        assert " 49 " not in page.text
    assert "&lt;script&gt;" in pages[1].text


@pytest.mark.parametrize(
    "verder",
    ["https://kwaad.example", "//kwaad.example", "/staff/\\kwaad", "/staff//x", "/api", "/staff/inloggen/code", "/staff/x\n"],
)
def test_after_login_only_to_our_own_pages(verder: str) -> None:
    assert after_login(verder, "reviewer") == "/staff/nakijken"
    assert after_login("/staff/overdracht/abc", "reviewer") == "/staff/overdracht/abc"


def test_the_beheerder_manages_accounts_and_the_log_tells(web: Web, people: dict[str, Staff]) -> None:
    boss = people["beheerder"]
    made = boss.post("/staff/medewerkers", name="Fatima Test", email="Fatima@Test.nl", role="consulent")
    assert re.search(r"<code>[a-z0-9]{4}(-[a-z0-9]{4}){3}</code>", made.text)
    again = boss.post("/staff/medewerkers", name="Fatima", email="fatima@test.nl", role="consulent")
    assert again.status_code == 422
    assert 'aria-describedby="f-email-fout"' in again.text and "Er is al een account" in again.text
    listed = boss.get("/staff/medewerkers").text
    number = re.search(r'href="/staff/medewerkers/(\d+)">Fatima Test', listed)[1]
    path = f"/staff/medewerkers/{number}"
    assert boss.post(path, name="Fatima Nieuw", role="reviewer").status_code == 303
    assert boss.post(path, name="", role="reviewer").status_code == 422
    assert boss.post(path, name="Fatima Nieuw", role="baas").status_code == 422
    assert boss.post(f"{path}/dicht").status_code == 303
    assert boss.post(f"{path}/open").status_code == 303
    assert "Je ziet dit wachtwoord alleen nu" in boss.post(f"{path}/opnieuw").text
    own = f"/staff/medewerkers/{boss.id}"
    for act in (f"{own}/dicht", f"{own}/opnieuw"):
        assert boss.post(act).status_code == 422
    assert boss.post(own, name=boss.name, role="consulent").status_code == 422

    log = boss.get("/staff/logboek", params={"onderwerp": f"medewerker:{number}"}).text
    for act in ("account gemaakt", "account gewijzigd", "account gesloten", "account geopend", "account hersteld"):
        assert f"<td>{act}</td>" in log
    assert "role: consulent -&gt; reviewer" in log
    today = now().strftime("%d-%m-%Y")
    assert "account gemaakt" in boss.get("/staff/logboek", params={"van": today, "tot": today, "wie": boss.id}).text
    assert "Geen regels gevonden" in boss.get("/staff/logboek", params={"tot": "01-01-2020"}).text
    assert "Schrijf de datum" in boss.get("/staff/logboek", params={"van": "31-02-2026"}).text
    file = boss.get("/staff/logboek/csv", params={"wat": "account gemaakt"})
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig")), delimiter=";"))
    assert file.headers["content-disposition"].startswith('attachment; filename="logboek-')
    assert rows[0][0] == "Wanneer" and {row[3] for row in rows[1:]} == {"account gemaakt"}
    assert "logboek gedownload" in boss.get("/staff/logboek").text


def test_a_cell_is_never_a_formula() -> None:
    bad = ["=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "|calc", "＝1"]
    table = to_csv(["=kop"], [[text] for text in bad])
    cells = [row[0] for row in csv.reader(io.StringIO(table.decode("utf-8-sig"), newline=""), delimiter=";")]
    assert len(cells) == len(bad) + 1
    assert all(cell.startswith("'") for cell in cells)
    assert to_csv(["a"], [["gewoon; \"tekst\"", ], [-3], [0.5], [True], [None]]) == (
        b'\xef\xbb\xbfa\r\n"gewoon; ""tekst"""\r\n-3\r\n0,5\r\nja\r\n""\r\n'
    )  # fmt: skip
