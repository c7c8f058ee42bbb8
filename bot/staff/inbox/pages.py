"""The inbox: the page, its list by itself, and how things stand as data."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse

from bot.clock import ZONE, now
from bot.handoff.views import Booking, InboxItem
from bot.staff import audit
from bot.staff.access import Principal, allow
from bot.staff.inbox.desk import CONSULTANTS, Desk, desk_of
from bot.staff.inbox.labels import LEVELS, OUTCOMES, REACHES, STATES, URGENCIES, duration_in_words
from bot.staff.inbox.overview import GROUP_TITLES, WHO, Filters, Overview
from bot.staff.pages import fragment, page

router = APIRouter(prefix="/staff")
Consultant = Annotated[Principal, Depends(allow(*CONSULTANTS))]
Listening = Annotated[
    Principal, Depends(allow(*CONSULTANTS, passive=True))
]  # asked by the page itself, not by a person


@router.get("/")
def inbox(request: Request, who: Consultant) -> HTMLResponse:
    """Show who waits."""
    filters, desk = Filters.of(request.query_params), desk_of(request)
    values = _list_values(desk, who, filters)
    found: Overview = values["overview"]
    audit.record(desk.database, who, request, "inbox bekeken", details={"getoond": found.shown})
    return page(
        request,
        who,
        "inbox/inbox.html",
        who=list(WHO.items()),
        states=[("", "Open"), *((name, STATES[name]) for name in STATES if name != "aangeboden")],
        urgencies=[("", "Alle"), *URGENCIES.items()],
        reaches=[("", "Alle"), *REACHES.items()],
        levels=[("", "Alle"), *LEVELS.items()],
        languages=[("", "Alle"), *found.languages.items()],
        **values,
    )


@router.get("/events/lijst")
def only_list(request: Request, who: Listening) -> HTMLResponse:
    """Return the list of the inbox for a page that is open: the same filters stand in the address."""
    return fragment(
        request, who, "inbox/_list.html", **_list_values(desk_of(request), who, Filters.of(request.query_params))
    )


@router.get("/events/stand")
def how_things_stand(request: Request, who: Listening) -> JSONResponse:
    """Return how the inbox stands, for pages without an event stream."""
    return JSONResponse(standing(desk_of(request), who.id))


def standing(desk: Desk, me: int) -> dict[str, Any]:
    """Return how the inbox stands, as data without texts of parents."""
    found, _ = desk.overview(me, Filters())
    return {
        "version": found.version,
        "waiting": found.waiting,
        "urgent": found.urgent,
        "mine": [{"id": item.id, "unanswered": item.unread > 0 and _in_chat(item)} for item in found.mine],
    }


def _in_chat(item: InboxItem) -> bool:
    """Tell whether what the parent writes reaches the consultant, not the bot."""
    return item.owner == "consulent"


def _list_values(desk: Desk, who: Principal, filters: Filters) -> dict[str, Any]:
    """Return what the template of the list shows."""
    moment = now()
    found, mails = desk.overview(who.id, filters)
    return {
        "moment": moment,
        "filters": filters,
        "overview": found,
        "failed_mails": mails,
        "group_titles": GROUP_TITLES,
        "outcomes": OUTCOMES,
        "calls": _calls_today(desk, moment),
        "waited": lambda since: duration_in_words(moment - since),
    }


def _calls_today(desk: Desk, moment: datetime) -> list[dict[str, Any]]:
    """Return who is called back today."""
    return [
        {
            "at": slot.slot.start,
            "booking": booking,
            "name": who_is_called(booking),
            "state": STATES[booking.state].lower(),
            "late": slot.slot.end < moment and booking.state not in ("afgehandeld", "vervallen"),
        }
        for slot in desk.handoffs.agenda(moment.astimezone(ZONE).date())
        for booking in slot.bookings
    ]


def who_is_called(booking: Booking) -> str:
    """Return the name of a parent, where she gave one."""
    return (booking.contact.name if booking.contact else None) or "Ouder zonder naam"
