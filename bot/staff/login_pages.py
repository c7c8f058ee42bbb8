"""Logging in and out."""

from __future__ import annotations

import hmac
import secrets
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.staff.access import (
    COOKIE,
    EARLY_FORMS,
    ForgedForm,
    FormHere,
    Principal,
    allow,
    check_origin,
    client_address,
    current_session,
    everybody,
    sessions_of,
)
from bot.staff.audit import record
from bot.staff.cookies import drop_cookie, read_cookie, set_cookie
from bot.staff.pages import HOME, page, redirect
from bot.staff.sign_in import SignIn, SignInRefused, Visitor, recovery_codes_left
from bot.staff.texts import say
from bot.storage.models.staff import ROLES
from bot.web.services import ServicesHere, services_of

FORM_COOKIE = "staff-inloggen"
router = APIRouter(prefix="/staff")
HalfWay = Annotated[Principal, Depends(allow(*ROLES, stages=("code",)))]
AnyStage = Annotated[Principal, Depends(allow(*ROLES, stages=("code", "wachtwoord", "instellen", "volledig")))]


async def early_form(request: Request) -> FormData:
    """Return a form that came from our login page: its hidden field is the value of a cookie that no other site can set.

    Raises:
        ForgedForm: it did not.

    """
    check_origin(request)
    form = await request.form(max_files=0, max_fields=10)
    expected = read_cookie(request, FORM_COOKIE)
    if not expected or not hmac.compare_digest(str(form.get("csrf", "")).encode(), expected.encode()):
        raise ForgedForm
    return form


EARLY_FORMS.add(early_form)


@router.get("/inloggen", dependencies=[Depends(everybody)])
async def login_page(request: Request, verder: str = "") -> Response:
    """Show the form; who is logged in goes on."""
    current = await current_session(request, touch=False)
    if current is not None and current.stage == "volledig":
        return RedirectResponse(after_login(verder, current.role), status_code=303)
    return await run_in_threadpool(login_form, request, verder=verder)


@router.post("/inloggen", dependencies=[Depends(everybody)])
async def login(request: Request, form: Annotated[FormData, Depends(early_form)], services: ServicesHere) -> Response:
    """Check address and password."""
    await services.limits.count_login(client_address(request))
    current = await current_session(request, touch=False)
    visitor = visitor_of(request, current.session_id if current else None)
    email, password, verder = (str(form.get(name, "")) for name in ("email", "password", "verder"))
    try:
        token = await run_in_threadpool(sign_in_of(request).with_password, email[:300], password[:1000], visitor)
    except SignInRefused:
        values = {"verder": verder, "email": email[:300], "error": "inloggen_mislukt"}
        return await run_in_threadpool(lambda: login_form(request, status=403, **values))
    found = await run_in_threadpool(sessions_of(request).find, token, touch=False)
    if found is not None and found.stage == "code":
        response: Response = RedirectResponse(_code_page(verder), status_code=303)
    else:
        response = RedirectResponse(after_login(verder, found.role if found else ""), status_code=303)
        drop_cookie(request, response, FORM_COOKIE)
    set_cookie(request, response, COOKIE, token)
    return response


@router.get("/inloggen/code")
def code_page(request: Request, principal: HalfWay, verder: str = "") -> Response:
    """Ask for the code of the second factor."""
    return page(request, None, "login_code.html", csrf_value=principal.csrf, verder=verder, error=None)


@router.post("/inloggen/code")
async def code(request: Request, principal: HalfWay, form: FormHere, services: ServicesHere) -> Response:
    """Check the code; the session that could do nothing else is replaced by one that can."""
    await services.limits.count_login(client_address(request))
    current = await current_session(request)
    verder = str(form.get("verder", ""))
    if current is None:
        return RedirectResponse("/staff/inloggen", status_code=303)
    try:
        token, recovered = await run_in_threadpool(
            sign_in_of(request).with_code, current, str(form.get("code", ""))[:40], visitor_of(request, current.session_id)
        )
    except SignInRefused:
        values = {"csrf_value": principal.csrf, "verder": verder, "error": say("code_mislukt")}
        return await run_in_threadpool(page, request, None, "login_code.html", status=403, **values)
    response = redirect(request, after_login(verder, principal.role))
    if recovered:
        with services.database.read() as session:
            left = recovery_codes_left(session, principal.id)
        response = redirect(request, "/staff/account", say("herstelcode_gebruikt", over=left), "let-op")
    set_cookie(request, response, COOKIE, token)
    drop_cookie(request, response, FORM_COOKIE)
    return response


@router.post("/uitloggen")
def logout(request: Request, principal: AnyStage, form: FormHere, services: ServicesHere) -> Response:
    """End the session."""
    sessions_of(request).end(principal.session_id)
    record(services.database, principal, request, "uitgelogd", f"medewerker:{principal.id}")
    response = redirect(request, "/staff/inloggen", say("uitgelogd"))
    drop_cookie(request, response, COOKIE)
    return response


def login_form(
    request: Request, *, status: int = 200, verder: str = "", email: str = "", error: str | None = None
) -> Response:
    """Return the login page; the form holds what its cookie holds."""
    csrf = read_cookie(request, FORM_COOKIE) or secrets.token_urlsafe(32)
    settings = services_of(request.app).settings
    response = page(
        request, None, "login.html", status=status, csrf_value=csrf, verder=verder, email=email,
        error=say(error) if error else None, provider=settings.oidc_name if settings.oidc_issuer else None,
    )  # fmt: skip
    set_cookie(request, response, FORM_COOKIE, csrf)
    return response


def after_login(verder: str, role: str) -> str:
    """Return where to go after logging in: the page that was asked for, when it is one of ours."""
    ours = verder.startswith("/staff/") and not verder.startswith("/staff/inloggen")
    plain = verder.isascii() and verder.isprintable() and not any(c in verder for c in "\\?#") and "//" not in verder
    return verder if ours and plain else HOME.get(role, "/staff/")


def visitor_of(request: Request, session_id: str | None) -> Visitor:
    """Return where a request comes from."""
    browser = "".join(c for c in request.headers.get("user-agent", "") if c.isprintable())
    return Visitor(client_address(request), browser[:200], session_id)


def sign_in_of(request: Request) -> SignIn:
    """Return what lets staff in."""
    services = services_of(request.app)
    return SignIn(services.database, services.vault)


def _code_page(verder: str) -> str:
    """Return the address of the page that asks for the code."""
    goal = after_login(verder, "")
    return "/staff/inloggen/code" + (f"?verder={goal}" if goal == verder else "")
