"""Server-sent events of the console: who waits, and the messages of an open handoff."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any

from anyio import move_on_after
from anyio.to_thread import run_sync
from fastapi import APIRouter, Header
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response

from bot.conversations.bell import STAFF_BELL, staff_ear
from bot.conversations.rows import Erased
from bot.handoff.rows import UnknownHandoff
from bot.handoff.views import Detail
from bot.staff.access import Principal, sessions_of
from bot.staff.inbox.conversation import ShownMessage
from bot.staff.inbox.desk import Desk, desk_of
from bot.staff.inbox.handoff_pages import as_data, state_data
from bot.staff.inbox.pages import Listening, standing
from bot.web.limits import TooOften

router = APIRouter(prefix="/staff")
_RETRY_MILLISECONDS = 3000
_FULL_SECONDS = 10


@router.get("/events", response_class=EventSourceResponse)
async def inbox_events(
    request: Request, who: Listening, last_event_id: Annotated[str | None, Header(max_length=64)] = None
) -> Response:
    """Stream how the inbox stands (event `postvak`, its version as id): at once, and after each change."""
    desk = desk_of(request)
    return _stream(request, desk, STAFF_BELL, _inbox(request, desk, who, last_event_id))


@router.get("/overdracht/{handoff_id}/events", response_class=EventSourceResponse)
async def handoff_events(
    request: Request, handoff_id: str, who: Listening, na: str | None = None,
    last_event_id: Annotated[str | None, Header(max_length=64)] = None,
) -> Response:  # fmt: skip
    """Stream the messages after `Last-Event-ID` or `na` (event `bericht`), changes around them (`stand`), and `gewist`."""
    desk = desk_of(request)
    try:
        conversation_id = await run_sync(desk.handoffs.conversation_of, handoff_id)
    except UnknownHandoff:
        return Response(status_code=410)
    work = _handoff(request, desk, who, handoff_id, conversation_id, last_event_id or na or None)
    return _stream(request, desk, staff_ear(conversation_id), work)


def _stream(request: Request, desk: Desk, bell: str, events: AsyncIterator[ServerSentEvent]) -> EventSourceResponse:
    """Return a stream, unless there are too many."""
    if desk.services.bell.is_full(bell):
        raise TooOften(_FULL_SECONDS)
    return EventSourceResponse(
        events, ping=desk.services.settings.events_heartbeat_seconds,
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )  # fmt: skip


async def _inbox(request: Request, desk: Desk, who: Principal, seen: str | None) -> AsyncIterator[ServerSentEvent]:
    """Yield how the inbox stands whenever it differs from what was seen."""
    async for _ in _rounds(request, desk, who, STAFF_BELL):
        stand = await run_sync(standing, desk, who.id)
        if stand["version"] != seen:
            seen = stand["version"]
            yield _event("postvak", stand, seen)
    yield _event("uitgelogd", {})


async def _handoff(
    request: Request, desk: Desk, who: Principal, handoff_id: str, conversation_id: str, seen: str | None
) -> AsyncIterator[ServerSentEvent]:
    """Yield every message after the one that was seen, and each change around them."""
    version = None
    async for _ in _rounds(request, desk, who, staff_ear(conversation_id)):
        try:
            detail, messages = await run_sync(_read, desk, handoff_id, conversation_id, seen)
        except (UnknownHandoff, Erased):
            yield _event("gewist", {})
            return
        for message in messages:
            seen = message.id
            yield _event("bericht", as_data(who, message), message.id)
        if (state := state_data(detail))["version"] != version:
            version = state["version"]
            yield _event("stand", state)
    yield _event("uitgelogd", {})


async def _rounds(request: Request, desk: Desk, who: Principal, bell: str) -> AsyncIterator[None]:
    """Come back at every ring, and every while, as long as the session lives."""
    sessions = sessions_of(request)
    with desk.services.bell.listen(bell) as rung, desk.services.metrics.streams.track_inprogress():
        while True:
            rung.clear()
            if not await run_sync(sessions.is_live, who.session_id):
                return
            yield
            with move_on_after(desk.services.settings.events_poll_seconds):
                await rung.wait()


def _read(desk: Desk, handoff_id: str, conversation_id: str, seen: str | None) -> tuple[Detail, list[ShownMessage]]:
    """Return how a handoff stands, and what was said after a message."""
    return desk.handoffs.detail(handoff_id), desk.conversations.messages(conversation_id, seen)


def _event(name: str, data: dict[str, Any], event_id: str | None = None) -> ServerSentEvent:
    """Return an event."""
    return ServerSentEvent(
        event=name, id=event_id, data=json.dumps(data, ensure_ascii=False), retry=_RETRY_MILLISECONDS
    )
