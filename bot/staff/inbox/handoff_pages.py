"""The open handoff: intake first, the conversation beside it, notes and what can be done."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from bot.clock import ZONE, now
from bot.conversations.rows import Erased
from bot.handoff.rows import UnknownHandoff
from bot.handoff.views import Detail
from bot.staff import audit
from bot.staff.access import Principal
from bot.staff.inbox.blocks import blocks, card_lines
from bot.staff.inbox.canned import load_canned_answers
from bot.staff.inbox.conversation import ShownMessage
from bot.staff.inbox.desk import Desk, desk_of
from bot.staff.inbox.labels import (
    ACTORS,
    CLOSING_OUTCOMES,
    LEVELS,
    OUTCOMES,
    OWNERS,
    REACHES,
    STATES,
    duration_in_words,
    language_name,
    moment_in_words,
)
from bot.staff.inbox.overview import shortened, why_attention
from bot.staff.inbox.pages import Consultant, Listening
from bot.staff.pages import fragment, page, render

router = APIRouter(prefix="/staff/overdracht")
_SOON_DAYS = 7


@dataclass(frozen=True)
class Draft:
    """What stands in the box of a consultant when the page comes back, and why it was not sent."""

    text: str = ""
    error: str | None = None
    note: str = ""
    note_error: str | None = None


@router.get("/{handoff_id}")
def handoff(request: Request, handoff_id: str, who: Consultant) -> Response:
    """Show a handoff."""
    return show(request, handoff_id, who, Draft())


@router.get("/{handoff_id}/stand")
def only_state(request: Request, handoff_id: str, who: Listening) -> Response:
    """Return the line that says how a handoff stands, its notes and its history, for a page that is open."""
    try:
        detail = desk_of(request).handoffs.detail(handoff_id)
    except UnknownHandoff:
        return Response(status_code=410)
    return fragment(request, who, "inbox/_state.html", **_state_values(detail, who))


@router.get("/{handoff_id}/berichten")
def messages_after(request: Request, handoff_id: str, who: Listening, na: str | None = None) -> JSONResponse:
    """Return the messages after the one with id `na`, for pages without an event stream."""
    desk = desk_of(request)
    try:
        detail = desk.handoffs.detail(handoff_id)
        found = desk.conversations.messages(detail.item.conversation_id, na or None)
    except (UnknownHandoff, Erased):
        return JSONResponse({}, status_code=410)
    return JSONResponse({"messages": [as_data(who, message) for message in found], "state": state_data(detail)})


def show(request: Request, handoff_id: str, who: Principal, draft: Draft, status: int = 200) -> Response:
    """Return the page of a handoff, or the one that says that it is gone; the look is in the audit log."""
    desk = desk_of(request)
    try:
        detail = desk.handoffs.detail(handoff_id)
        messages = desk.conversations.messages(detail.item.conversation_id)
    except (UnknownHandoff, Erased):
        return gone(request, who)
    if request.method == "GET":
        subject = f"overdracht:{handoff_id}"
        audit.record(
            desk.database, who, request, "overdracht bekeken", subject, {"gesprek": detail.item.conversation_id}
        )
    return page(
        request,
        who,
        "inbox/handoff.html",
        status=status,
        draft=draft,
        key=new_key(),
        messages=messages,
        blocks=blocks,
        card_lines=card_lines,
        consent=desk.consent(detail.item.conversation_id),
        colleagues=desk.colleagues(detail.item.staff_id),
        canned=load_canned_answers().ready(who.name),
        slots=_slots(desk, detail),
        outcomes=[(name, OUTCOMES[name]) for name in CLOSING_OUTCOMES],
        attention=why_attention(detail.item, now(), desk.unattended),
        terms=_terms(detail),
        title=shortened(detail.item.question or "Overdracht", 70),
        language=language_name(detail.item.language),
        level=LEVELS.get(detail.item.level, detail.item.level),
        reach=REACHES[detail.item.reach],
        **_state_values(detail, who),
    )


def gone(request: Request, who: Principal) -> HTMLResponse:
    """Return the page of a handoff that is not there (any more)."""
    return page(request, who, "inbox/gone.html", status=404)


def new_key() -> str:
    """Return what makes the next message count once, also when it is sent twice."""
    return secrets.token_urlsafe(18)


def as_data(who: Principal, message: ShownMessage) -> dict[str, Any]:
    """Return a message as the open page adds it."""
    html = render(who, "inbox/_message.html", message=message, blocks=blocks, card_lines=card_lines)
    return {"id": message.id, "author": message.author, "start": shortened(message.text, 120), "html": html}


def state_data(detail: Detail) -> dict[str, Any]:
    """Return how a handoff stands for the page that is open. `key`: differs when the page offers other things to do."""
    item = detail.item
    key = f"{item.state} {item.staff_id} {item.owner} {item.slot_at}"
    return {
        "version": f"{key} {len(detail.notes)} {len(detail.events)}",
        "key": key,
        "text": f"Deze overdracht is nu: {state_text(detail)}.",
    }


def state_text(detail: Detail) -> str:
    """Return in words how a handoff stands and who has it."""
    item = detail.item
    text = STATES[item.state].lower()
    if item.staff_name and item.closed_at is None:
        text += f", bij {item.staff_name}"
    if item.slot_at is not None and item.closed_at is None:
        text += f" ({moment_in_words(item.slot_at, now().date())})"
    return f"{text}: {OUTCOMES[item.outcome].lower()}" if item.outcome else text


def _state_values(detail: Detail, who: Principal) -> dict[str, Any]:
    """Return what the template of the state shows."""
    moment = now()
    return {
        "detail": detail,
        "item": detail.item,
        "mine": detail.item.staff_id == who.id,
        "state": state_data(detail),
        "state_text": state_text(detail),
        "owner": OWNERS[detail.item.owner],
        "states": STATES,
        "actors": ACTORS,
        "moment": moment,
        "waited": lambda since: duration_in_words(moment - since),
    }


def _terms(detail: Detail) -> list[tuple[str, str, bool]]:
    """Return the deadlines with how many days are left, and whether that is soon."""
    today, found = now().date(), []
    for term in sorted(detail.intake.termijnen, key=lambda term: term.until):
        left = (term.until - today).days
        days = "1 dag" if abs(left) == 1 else f"{abs(left)} dagen"
        words = "vandaag" if left == 0 else f"{days} geleden voorbij" if left < 0 else f"nog {days}"
        text = f"{term.title}: tot en met {term.until:%d-%m-%Y} ({words})"
        found.append((text, "verlengd" if term.extended else "", 0 <= left <= _SOON_DAYS))
    return found


def _slots(desk: Desk, detail: Detail) -> list[tuple[str, str]]:
    """Return the moments at which the parent can be called, where there is a number."""
    if detail.contact is None or detail.contact.phone is None or detail.item.closed_at is not None:
        return []
    today = now().date()
    return [
        (slot.start.isoformat(), f"{moment_in_words(slot.start, today)} tot {slot.end.astimezone(ZONE):%H:%M}")
        for slot in desk.free_slots()
    ]
