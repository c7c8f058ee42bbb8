"""The own account: password, second factor, sessions."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.staff import second_factor
from bot.staff.access import COOKIE, FormHere, Principal, allow, client_address, sessions_of
from bot.staff.accounts import Accounts
from bot.staff.cookies import set_cookie
from bot.staff.own_account import ChangeRefused, OwnAccount
from bot.staff.pages import HOME, page, redirect
from bot.staff.passwords import SHORTEST, WeakPassword
from bot.staff.sessions import Stage
from bot.staff.sign_in import Visitor, recovery_codes_left
from bot.staff.texts import say
from bot.storage.models.staff import ROLES
from bot.web.services import Services, ServicesHere

router = APIRouter(prefix="/staff/account")
Everyone = Annotated[Principal, Depends(allow(*ROLES))]
NewPassword = Annotated[Principal, Depends(allow(*ROLES, stages=("volledig", "wachtwoord")))]
Setting = Annotated[Principal, Depends(allow(*ROLES, stages=("volledig", "instellen")))]


@router.get("")
def account_page(request: Request, who: Everyone, services: ServicesHere) -> Response:
    """Show the own account."""
    account = Accounts(services.database).get(who.id)
    with services.database.read() as session:
        left = recovery_codes_left(session, who.id)
    sessions = sessions_of(request).listed(who.id)
    return page(request, who, "account/account.html", account=account, left=left, sessions=sessions, device=device_of)


@router.get("/wachtwoord")
def password_page(request: Request, who: NewPassword) -> Response:
    """Show the form for another password."""
    return _password_form(request, who)


@router.post("/wachtwoord")
def change_password(request: Request, who: NewPassword, form: FormHere, services: ServicesHere) -> Response:
    """Set another password."""
    current, new, again = (_field(form, name) for name in ("current", "new", "again"))
    try:
        if new != again:
            raise ChangeRefused("wachtwoord_anders", "again")
        given = current if _stage(request) == "volledig" else None
        token = _own(request, who, services).change_password(given, new)
    except ChangeRefused as error:
        return _password_form(request, who, {error.field: say(error.code)})
    except WeakPassword as error:
        return _password_form(request, who, {"new": say(error.code)})
    return _with_session(request, redirect(request, HOME[who.role], say("wachtwoord_gewijzigd")), token)


@router.get("/tweede-stap")
def second_factor_page(request: Request, who: Setting, services: ServicesHere) -> Response:
    """Show the QR code to scan."""
    return _second_factor_form(request, who, services)


@router.post("/tweede-stap")
def enable_second_factor(request: Request, who: Setting, form: FormHere, services: ServicesHere) -> Response:
    """Turn the second factor on and show the recovery codes, this once."""
    password = _field(form, "password") if _stage(request) == "volledig" else None
    try:
        codes, token = _own(request, who, services).enable_second_factor(_field(form, "code"), password)
    except ChangeRefused as error:
        return _second_factor_form(request, who, services, {error.field: say(error.code)})
    response = page(request, None, "account/recovery_codes.html", codes=codes, home=HOME[who.role], first=True)
    return _with_session(request, response, token)


@router.get("/tweede-stap/uit")
def disable_page(request: Request, who: Everyone) -> Response:
    """Ask for a code before the second factor goes off."""
    return _confirm_form(request, who, _DISABLE)


@router.post("/tweede-stap/uit")
def disable_second_factor(request: Request, who: Everyone, form: FormHere, services: ServicesHere) -> Response:
    """Turn the second factor off; who must have one sets up another next."""
    try:
        token = _own(request, who, services).disable_second_factor(_field(form, "code"))
    except ChangeRefused as error:
        return _confirm_form(request, who, _DISABLE, {error.field: say(error.code)})
    goal = "/staff/account/tweede-stap" if who.role == "beheerder" else "/staff/account"
    return _with_session(request, redirect(request, goal, say("tweede_stap_uit")), token)


@router.get("/herstelcodes")
def renew_page(request: Request, who: Everyone) -> Response:
    """Ask for a code before the recovery codes are replaced."""
    return _confirm_form(request, who, _RENEW)


@router.post("/herstelcodes")
def renew_recovery_codes(request: Request, who: Everyone, form: FormHere, services: ServicesHere) -> Response:
    """Replace the recovery codes and show them, this once."""
    try:
        codes = _own(request, who, services).renew_recovery_codes(_field(form, "code"))
    except ChangeRefused as error:
        return _confirm_form(request, who, _RENEW, {error.field: say(error.code)})
    return page(request, who, "account/recovery_codes.html", codes=codes, home="/staff/account", first=False)


@router.post("/sessies")
def end_sessions(request: Request, who: Everyone, form: FormHere, services: ServicesHere) -> Response:
    """End one of the own sessions (`id`), or all others."""
    own, chosen = _own(request, who, services), _field(form, "id")
    if not chosen:
        ended = own.end_other_sessions()
        return redirect(request, "/staff/account", say("sessies_beeindigd", aantal=ended))
    own.end_session(chosen)
    return redirect(request, "/staff/account", say("sessie_beeindigd"))


_DISABLE = {
    "title": "Tweede stap opnieuw instellen of uitzetten",
    "text": "Vul een code uit je app in, of een herstelcode. Daarna werken de oude app en de oude herstelcodes niet meer.",
    "button": "Uitzetten",
}
_RENEW = {
    "title": "Nieuwe herstelcodes",
    "text": "Vul een code uit je app in. Daarna krijg je nieuwe herstelcodes en werken de oude niet meer.",
    "button": "Nieuwe herstelcodes maken",
}


def device_of(browser: str) -> str:
    """Return a browser and system in plain words, from what the browser says about itself."""
    browsers = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
    systems = ("iPhone", "iPad", "Android", "Windows", "Mac OS", "Linux")
    name = next((name for mark, name in browsers if f"{mark}/" in browser), None)
    system = next((name for name in systems if name in browser), None)
    return f"{name} op {system}" if name and system else name or system or re.sub(r"[^\w ./-]", "", browser)[:40] or "onbekend"


def _confirm_form(request: Request, who: Principal, words: dict[str, str], errors: dict[str, str] | None = None) -> Response:
    """Return the page that asks for a code before something changes."""
    status = 422 if errors else 200
    return page(request, who, "account/confirm.html", status=status, words=words, errors=errors or {})


def _password_form(request: Request, who: Principal, errors: dict[str, str] | None = None) -> Response:
    """Return the form for another password."""
    once = _stage(request) == "wachtwoord"
    status = 422 if errors else 200
    # Without navigation while nothing else may be reached yet.
    return page(
        request, None if once else who, "account/password.html", status=status, errors=errors or {}, once=once,
        csrf_value=who.csrf, shortest=SHORTEST, email=who.email,
    )  # fmt: skip


def _second_factor_form(
    request: Request, who: Principal, services: Services, errors: dict[str, str] | None = None
) -> Response:
    """Return the page with the QR code; who has a second factor already finds it on the account page."""
    try:
        secret = _own(request, who, services).secret_to_share()
    except ChangeRefused:
        return RedirectResponse("/staff/account", status_code=303)
    full = _stage(request) == "volledig"
    account = Accounts(services.database).get(who.id)
    values: dict[str, Any] = {
        "qr": second_factor.qr_svg(second_factor.address_of(secret, who.email)),
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        "ask_password": full and account is not None and account.has_password,
        "must": who.role == "beheerder", "csrf_value": who.csrf, "errors": errors or {},
    }  # fmt: skip
    return page(request, who if full else None, "account/second_factor.html", status=422 if errors else 200, **values)


def _own(request: Request, who: Principal, services: Services) -> OwnAccount:
    """Return the account of who is logged in."""
    visitor = Visitor(client_address(request), request.headers.get("user-agent", "")[:200], who.session_id)
    return OwnAccount(services.database, services.vault, who, visitor)


def _with_session(request: Request, response: Response, token: str) -> Response:
    """Give the browser the cookie of its new session."""
    set_cookie(request, response, COOKIE, token)
    return response


def _stage(request: Request) -> Stage:
    """Return what the session of this request may reach; Allow has looked it up."""
    stage: Stage = request.state.staff_session.stage
    return stage


def _field(form: FormData, name: str) -> str:
    """Return a field of a form, at most as long as anything that could be right."""
    return str(form.get(name, ""))[:1000]
