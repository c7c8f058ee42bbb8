"""Refusals under /staff are pages in Dutch, with a way on."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.staff.access import LOGIN, ForgedForm, NotLoggedIn, WrongRole
from bot.staff.headers import PREFIX, headers, nonce_of
from bot.staff.pages import HOME, page


def add_error_pages(app: FastAPI) -> None:
    """Answer every refusal under /staff with a page."""
    app.add_exception_handler(NotLoggedIn, _to_login)
    app.add_exception_handler(WrongRole, _wrong_role)
    app.add_exception_handler(ForgedForm, _forged)
    app.state.error_pages = {PREFIX: refusal}


def refusal(request: Request, status: int, code: str, more: dict[str, str] | None = None) -> Response:
    """Return the page of an error of the app."""
    # Without navigation: what went wrong may be the database, which the navigation asks for numbers.
    response = page(request, None, "melding.html", status=status, code=code, home=f"{PREFIX}/")
    response.headers.update(more or {})
    return response


async def _to_login(request: Request, error: Exception) -> Response:
    """Send the browser to the page where it can log in, and after that back."""
    location = error.location if isinstance(error, NotLoggedIn) else LOGIN
    if location == LOGIN and request.method == "GET" and request.url.path != f"{PREFIX}/":
        location += "?" + urlencode({"verder": request.url.path})
    if request.headers.get("hx-request"):  # a piece of a page: the whole page must go
        return Response(status_code=401, headers={"HX-Redirect": location, **headers(nonce_of(request.scope))})
    return RedirectResponse(location, status_code=303)


async def _wrong_role(request: Request, error: Exception) -> Response:
    """Tell that a page is for others; the start page becomes the visitor's own."""
    role = error.role if isinstance(error, WrongRole) else ""
    home = HOME.get(role, LOGIN)
    if request.method == "GET" and request.url.path == f"{PREFIX}/" and home != f"{PREFIX}/":
        return RedirectResponse(home, status_code=303)
    who = getattr(request.state, "principal", None)
    return await run_in_threadpool(page, request, who, "melding.html", status=403, code="geen_toegang", home=home)


async def _forged(request: Request, _: Exception) -> Response:
    """Refuse a form that is not from a page of ours."""
    return await run_in_threadpool(page, request, None, "melding.html", status=403, code="formulier", home=f"{PREFIX}/")
