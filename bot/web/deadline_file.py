"""The calendar file of a deadline that the chat worked out."""

from __future__ import annotations

from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Path
from starlette.responses import Response

from bot.clock import now
from bot.conversations.store import UnknownMessage
from bot.deadlines.ics import to_ics
from bot.knowledge.sources import load_sources
from bot.web.api import REFUSALS, Own, count_request
from bot.web.cards import deadline_of
from bot.web.errors import ApiError
from bot.web.services import ServicesHere

router = APIRouter(
    prefix="/api/conversations", tags=["conversations"], dependencies=[Depends(count_request)], responses=REFUSALS
)
_CALENDAR = "text/calendar"


@router.get(
    "/{conversation_id}/messages/{message_id}/termijn.ics",
    response_class=Response,
    responses={200: {"content": {_CALENDAR: {}}, "description": "The deadline as a calendar file."}},
)
async def calendar_file(
    started: Own, services: ServicesHere, message_id: Annotated[str, Path(max_length=64)]
) -> Response:
    """Return the deadline on the card of a message as a calendar file."""
    messages = await run_sync(services.store.messages, started)
    message = next((message for message in messages if message.id == message_id), None)
    if message is None:
        raise UnknownMessage(message_id)
    deadline = deadline_of(message.card)
    if deadline is None:
        raise ApiError(404, "geen_termijn")
    content = to_ics(deadline, now(), load_sources().get(deadline.source).title)
    return Response(
        content,
        media_type=_CALENDAR,  # Starlette adds the character set
        headers={"Content-Disposition": f'attachment; filename="{deadline.rule}-{deadline.end.isoformat()}.ics"'},
    )
