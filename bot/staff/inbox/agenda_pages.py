"""The callback agenda of a day."""

from __future__ import annotations

from datetime import date, timedelta

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse

from bot.clock import now
from bot.deadlines.calendar import in_words
from bot.staff import audit
from bot.staff.inbox.desk import desk_of
from bot.staff.inbox.labels import STATES
from bot.staff.inbox.overview import shortened
from bot.staff.inbox.pages import Consultant, who_is_called
from bot.staff.pages import page

router = APIRouter(prefix="/staff")
_FURTHEST = timedelta(days=400)


@router.get("/agenda")
def agenda(request: Request, who: Consultant, dag: str = "") -> HTMLResponse:
    """Show who is called on a day; without one that can be, today."""
    desk, moment = desk_of(request), now()
    today = moment.date()
    day = _day(dag, today)
    slots = desk.handoffs.agenda(day)
    again = desk.handoffs.hours.next_open(moment if day <= today else moment + (day - today))
    shown = sum(len(slot.bookings) for slot in slots)
    audit.record(desk.database, who, request, "agenda bekeken", details={"dag": day.isoformat(), "getoond": shown})
    return page(
        request,
        who,
        "inbox/agenda.html",
        day=day,
        day_text=in_words(day),
        is_today=day == today,
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
        again=again.date() if again else None,
        again_text=in_words(again.date()) if again else "",
        slots=slots,
        moment=moment,
        states=STATES,
        who_is_called=who_is_called,
        shortened=shortened,
        booked=shown,
        free=sum(max(0, slot.capacity - len(slot.bookings)) for slot in slots if slot.slot.start > moment),
    )


def _day(text: str, today: date) -> date:
    """Return the day in an address; today where it is no day, or one that lies too far."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return day if abs(day - today) <= _FURTHEST else today
