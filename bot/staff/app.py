"""Puts the console into the app. Each part adds its router to STAFF_ROUTERS, with the prefix /staff."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from bot.staff import account_pages, audit_pages, error_pages, login_pages, members_pages, oidc_pages
from bot.staff.access import roles_of, routes_below
from bot.staff.figures import routes as figures_pages
from bot.staff.headers import PREFIX, StaffHeaders
from bot.staff.inbox import routes as inbox_pages
from bot.staff.pages import STATIC
from bot.staff.review import routes as review_pages

STAFF_ROUTERS: list[APIRouter] = [
    login_pages.router,
    oidc_pages.router,
    account_pages.router,
    members_pages.router,
    audit_pages.router,
    inbox_pages.router,
    review_pages.router,
    figures_pages.router,
]


def add_staff(app: FastAPI) -> None:
    """Add the pages of the console.

    Raises:
        AccessError: a route does not say for whom it is, or takes a form without checking it.

    """
    for router in STAFF_ROUTERS:
        for route in routes_below(router.routes):
            roles_of(route)
        app.include_router(router, include_in_schema=False)
    app.add_route(PREFIX, _with_slash, include_in_schema=False)
    app.mount(f"{PREFIX}/static", StaticFiles(directory=STATIC), name="staff-static")
    app.add_middleware(StaffHeaders)
    error_pages.add_error_pages(app)


async def _with_slash(_: Request) -> Response:
    """Send /staff to /staff/."""
    return RedirectResponse(f"{PREFIX}/", status_code=308)
