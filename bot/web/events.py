"""New messages of a conversation as server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Header, Query
from sse_starlette import EventSourceResponse, ServerSentEvent

from bot.conversations.rows import Erased
from bot.conversations.store import Started, UnknownMessage
from bot.web.api import Own, count_request
from bot.web.cards import for_parent
from bot.web.limits import TooOften
from bot.web.services import Services, ServicesHere

router = APIRouter(prefix="/api/conversations", tags=["conversations"], dependencies=[Depends(count_request)])
_RETRY_MILLISECONDS = 3000
_FULL_SECONDS = 10


@router.get("/{conversation_id}/events", response_class=EventSourceResponse)
async def events(
    started: Own,
    services: ServicesHere,
    last_event_id: Annotated[str | None, Header(max_length=64)] = None,
    after: Annotated[str | None, Query(max_length=64)] = None,
) -> EventSourceResponse:
    """Stream messages as they come (event `message`, the message id as event id), and `gewist` when erased.

    Starts after `Last-Event-ID` or `after`; without these, or with an unknown one, at the next message or at the first.
    """
    if services.bell.is_full(started.id):
        raise TooOften(_FULL_SECONDS)
    seen = last_event_id or after
    known = await run_sync(services.store.messages, started)
    if seen is None:
        seen = known[-1].id if known else None
    elif seen not in {message.id for message in known}:
        seen = None  # sending too much is harmless, the client knows the ids; sending too little is not
    return EventSourceResponse(
        _stream(services, started, seen),
        ping=services.settings.events_heartbeat_seconds,
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _stream(services: Services, started: Started, seen: str | None) -> AsyncIterator[ServerSentEvent]:
    """Yield every message after `seen`, then wait for the bell; other processes are noticed by looking regularly."""
    with services.bell.listen(started.id) as bell, services.metrics.streams.track_inprogress():
        while True:
            bell.clear()
            try:
                new = await run_sync(services.store.messages, started, seen)
            except (Erased, UnknownMessage):
                yield ServerSentEvent(event="gewist", data="{}")
                return
            for message in await for_parent(new, started, services):
                seen = message.id
                yield ServerSentEvent(
                    event="message", id=message.id, data=message.model_dump_json(), retry=_RETRY_MILLISECONDS
                )
            with suppress(TimeoutError):
                async with asyncio.timeout(services.settings.events_poll_seconds):
                    await bell.wait()
