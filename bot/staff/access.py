"""Who may do what: every route under /staff says which roles it is for, and every form shows that it came from our page."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.routing import BaseRoute

from bot.staff.cookies import read_cookie
from bot.staff.sessions import Current, Limits, Sessions, Stage
from bot.storage.models.staff import ROLES
from bot.web.services import services_of

COOKIE = "staff"
LOGIN = "/staff/inloggen"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Principal:
    """Who is logged in, as a route sees them. `csrf` belongs in every form; `session_id` names the session, not the cookie."""

    id: int
    name: str
    email: str
    role: str
    csrf: str
    session_id: str


class NotLoggedIn(Exception):
    """There is no session, or it needs something first; `location` is the page to go to."""

    def __init__(self, location: str = LOGIN) -> None:
        """Keep where to go."""
        super().__init__(location)
        self.location = location


class WrongRole(Exception):
    """The route is for others; `role` is what the visitor is."""

    def __init__(self, role: str) -> None:
        """Keep the role."""
        super().__init__(role)
        self.role = role


class ForgedForm(Exception):
    """A form did not come from a page of ours, or from a page of a session that has ended."""


_UNFINISHED: dict[Stage, str] = {
    "code": "/staff/inloggen/code",
    "wachtwoord": "/staff/account/wachtwoord",
    "instellen": "/staff/account/tweede-stap",
}


class Allow:
    """Dependency that lets roles in and returns the Principal."""

    def __init__(self, roles: tuple[str, ...], stages: tuple[Stage, ...], passive: bool) -> None:
        """Take the roles; `stages` are the sessions that may come in, `passive` requests do not count as activity."""
        if unknown := set(roles) - set(ROLES):
            raise ValueError(f"unknown role: {', '.join(sorted(unknown))}")
        self.roles, self.stages, self.passive = roles, stages, passive

    async def __call__(self, request: Request) -> Principal:
        """Return who is logged in.

        Raises:
            NotLoggedIn: nobody is, or the session is not finished.
            WrongRole: the role of the session is not among those of the route.

        """
        current = await current_session(request, touch=not self.passive)
        if current is None:
            raise NotLoggedIn
        if current.stage not in self.stages:
            raise NotLoggedIn(_UNFINISHED.get(current.stage, LOGIN))
        principal = Principal(
            current.staff_id, current.name, current.email, current.role, current.csrf, current.session_id
        )
        request.state.principal = principal
        if current.role not in self.roles:
            raise WrongRole(current.role)
        return principal


@lru_cache
def allow(*roles: str, passive: bool = False, stages: tuple[Stage, ...] = ("volledig",)) -> Allow:
    """Return the dependency of a route for these roles: `who: Annotated[Principal, Depends(allow("consulent"))]`.

    `passive` is for what a page asks by itself (event streams): it does not keep a session alive.
    """
    if not roles:
        raise ValueError("a route names its roles; everybody() is for a route without")
    return Allow(roles, stages, passive)


def everybody() -> None:
    """Say that a route is open to visitors who are not logged in: `dependencies=[Depends(everybody)]`."""


async def current_session(request: Request, *, touch: bool = True) -> Current | None:
    """Return the session of a request, looked up once."""
    if not hasattr(request.state, "staff_session"):
        token = read_cookie(request, COOKIE)
        request.state.staff_session = await run_in_threadpool(sessions_of(request).find, token, touch=touch)
    found: Current | None = request.state.staff_session
    return found


def sessions_of(request: Request) -> Sessions:
    """Return the sessions of the app that handles a request."""
    services = services_of(request.app)
    return Sessions(services.database, Limits.of(services.settings))


async def checked_form(request: Request) -> FormData:
    """Return a form that came from a page of this session: `form: Annotated[FormData, Depends(checked_form)]`.

    Raises:
        NotLoggedIn: there is no session.
        ForgedForm: the hidden field `csrf` is missing or another session's, or the request came from another site.

    """
    current = await current_session(request)
    if current is None:
        raise NotLoggedIn
    check_origin(request)
    form = await request.form(max_files=0, max_fields=200)
    if not hmac.compare_digest(str(form.get("csrf", "")).encode(), current.csrf.encode()):
        raise ForgedForm
    return form


def check_origin(request: Request) -> None:
    """Refuse what another site made the browser send.

    Raises:
        ForgedForm: `Sec-Fetch-Site` or `Origin` says that another site is behind it.

    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise ForgedForm
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise ForgedForm


def client_address(request: Request) -> str:
    """Return the address of the visitor; behind a proxy, uvicorn has put the visitor's there."""
    return request.client.host if request.client else "onbekend"


def routes_below(routes: list[BaseRoute]) -> Iterator[APIRoute]:
    """Yield the routes of routers, also those that were included in another."""
    for route in routes:
        included: Any = getattr(route, "original_router", None)
        if included is not None:
            yield from routes_below(included.routes)
        elif isinstance(route, APIRoute):
            yield route


def roles_of(route: APIRoute) -> tuple[str, ...] | None:
    """Return the roles of a route: empty when it is open to everybody.

    Raises:
        AccessError: it does not say so exactly once, or takes a form without checking where it came from.

    """
    calls = list(_calls(route.dependant))
    said = [call.roles for call in calls if isinstance(call, Allow)] + [() for call in calls if call is everybody]
    methods = set(route.methods or ())
    where = f"{'/'.join(sorted(methods))} {route.path} ({route.endpoint.__module__}.{route.endpoint.__name__})"
    if len(said) != 1:
        raise AccessError(f"{where}: says {len(said)} times for whom it is; use Depends(allow(...)) once")
    checks = {checked_form, *EARLY_FORMS}
    if methods - _SAFE and not any(call in checks for call in calls):
        raise AccessError(f"{where}: changes something without Depends(checked_form)")
    return said[0]


class AccessError(RuntimeError):
    """A route under /staff does not say for whom it is, or does not check its form."""


EARLY_FORMS: set[object] = set()  # checks of forms before there is a session


def _calls(dependant: Dependant) -> Iterator[object]:
    """Yield every dependency below a route."""
    for below in dependant.dependencies:
        yield below.call
        yield from _calls(below)


FormHere = Annotated[FormData, Depends(checked_form)]
