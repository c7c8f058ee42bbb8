"""Renders the pages of the console."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from bot.clock import ZONE, now
from bot.staff import flashes
from bot.staff.access import Principal
from bot.staff.headers import headers, nonce_of
from bot.web.services import Services, services_of

HERE = Path(__file__).parent
STATIC = HERE / "static"
HOME = {"consulent": "/staff/", "reviewer": "/staff/nakijken", "beheerder": "/staff/"}
ROLE_NAMES = {"consulent": "consulent", "reviewer": "reviewer", "beheerder": "beheerder"}


class NavItem(NamedTuple):
    """A page in the navigation, and for whom."""

    path: str
    title: str
    roles: frozenset[str]


ALL = frozenset(ROLE_NAMES)
NAV = (
    NavItem("/staff/", "Inbox", frozenset({"consulent", "beheerder"})),
    NavItem("/staff/agenda", "Agenda", frozenset({"consulent", "beheerder"})),
    NavItem("/staff/lopend", "Lopend", frozenset({"consulent", "beheerder"})),
    NavItem("/staff/gesprekken", "Gesprekken", frozenset({"reviewer", "beheerder"})),
    NavItem("/staff/nakijken", "Nakijken", frozenset({"reviewer", "beheerder"})),
    NavItem("/staff/onderwerpen", "Onderwerpen", ALL),
    NavItem("/staff/cijfers", "Cijfers", ALL),
    NavItem("/staff/signaleren", "Signaleren", frozenset({"reviewer", "beheerder"})),
    NavItem("/staff/medewerkers", "Medewerkers", frozenset({"beheerder"})),
    NavItem("/staff/logboek", "Logboek", frozenset({"beheerder"})),
)
# Number beside a page of the navigation (how many wait), by path. A part that has one adds its function.
NAV_COUNTS: dict[str, Callable[[Services], int]] = {}


def page(request: Request, principal: Principal | None, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a page; `template` stands below templates/ and extends base.html.

    Blocking (it may ask the database for the numbers in the navigation): call it from a route that is a plain `def`.
    """
    services = services_of(request.app)
    path = request.url.path
    nav = [item for item in NAV if principal and principal.role in item.roles]
    counts = {item.path: NAV_COUNTS[item.path](services) for item in nav if item.path in NAV_COUNTS}
    body = _templates.get_template(template).render(
        principal=principal,
        csrf=principal.csrf if principal else None,
        nonce=nonce_of(request.scope),
        path=path,
        nav=nav,
        nav_counts=counts,
        flashes=(waiting := flashes.waiting(request)),
        idle_minutes=services.settings.staff_idle_minutes,
        **values,
    )
    response = HTMLResponse(body, status, headers=headers(nonce_of(request.scope)))
    if waiting:
        flashes.clear(request, response)
    return response


def fragment(request: Request, principal: Principal, template: str, **values: Any) -> HTMLResponse:
    """Return a piece of a page, for htmx or an event stream."""
    return HTMLResponse(render(principal, template, **values), headers=headers(nonce_of(request.scope)))


def render(principal: Principal, template: str, **values: Any) -> str:
    """Return the text of a piece of a page; scripts stay out of pieces."""
    return _templates.get_template(template).render(principal=principal, csrf=principal.csrf, **values)


def redirect(request: Request, location: str, flash: str | None = None, kind: flashes.Kind = "succes") -> RedirectResponse:
    """Send the browser to a page of the console after a form, where a message is shown once."""
    if not location.startswith("/staff/"):
        raise ValueError("a redirect stays within the console")
    response = RedirectResponse(location, status_code=303)
    if flash is not None:
        flashes.add(request, response, flash, kind)
    return response


def is_current(path: str, item: str) -> bool:
    """Tell whether a page of the navigation is the one that is shown, or the one above it."""
    return path == item if item == "/staff/" else path == item or path.startswith(f"{item}/")


def as_date(moment: datetime) -> str:
    """Return a moment as `28-11-2026`."""
    return moment.astimezone(ZONE).strftime("%d-%m-%Y")


def as_time(moment: datetime) -> str:
    """Return a moment as `09:05`."""
    return moment.astimezone(ZONE).strftime("%H:%M")


def as_moment(moment: datetime) -> str:
    """Return a moment as `vandaag 09:05` or `28-11-2026 09:05`."""
    today = moment.astimezone(ZONE).date() == now().date()
    return f"vandaag {as_time(moment)}" if today else f"{as_date(moment)} {as_time(moment)}"


_templates = Environment(
    loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_templates.filters |= {"datum": as_date, "tijd": as_time, "moment": as_moment}
_templates.globals |= {"is_current": is_current, "role_names": ROLE_NAMES}
