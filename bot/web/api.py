"""The chat API."""

from __future__ import annotations

from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Query
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.clock import now
from bot.conversations.bell import STAFF_BELL
from bot.conversations.incoming import check_payload, clean_text
from bot.conversations.store import Started
from bot.web.cards import for_parent
from bot.web.errors import ApiError, ErrorBody
from bot.web.schemas import MessageIn, MessageList, NewConversation
from bot.web.services import ServicesHere

REFUSALS: dict[int | str, dict[str, object]] = {
    401: {"model": ErrorBody, "description": "No token, or a token that does not hold."},
    403: {"model": ErrorBody, "description": "The token of another conversation."},
    410: {"model": ErrorBody, "description": "The parent erased this conversation."},
    422: {"model": ErrorBody, "description": "A value that cannot be used."},
    429: {"model": ErrorBody, "description": "Too many requests; see Retry-After."},
    503: {"model": ErrorBody, "description": "Cannot be stored now; see Retry-After."},
}
_bearer = HTTPBearer(auto_error=False, description="The token of the conversation.")


async def count_request(request: Request, services: ServicesHere) -> None:
    """Count a request of this address."""
    await services.limits.count_request(_address(request))


async def own_conversation(
    conversation_id: str,
    services: ServicesHere,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Started:
    """Return the conversation in the path, which must be the one of the token."""
    if bearer is None:
        raise ApiError(401, "geen_token", {"WWW-Authenticate": "Bearer"})
    started = services.tokens.read(bearer.credentials)
    if started.id != conversation_id:
        raise ApiError(403, "ander_gesprek")
    return started


Own = Annotated[Started, Depends(own_conversation)]
router = APIRouter(
    prefix="/api/conversations", tags=["conversations"], dependencies=[Depends(count_request)], responses=REFUSALS
)


@router.post("", status_code=201)
async def start(request: Request, services: ServicesHere) -> NewConversation:
    """Start a conversation. Nothing is stored before the parent writes."""
    await services.limits.count_new(_address(request))
    started, token = services.tokens.start()
    return NewConversation(id=started.id, token=token, messages=services.store.greeting(started))


@router.post("/{conversation_id}/messages")
async def say(body: MessageIn, started: Own, services: ServicesHere) -> MessageList:
    """Say something, or press a button; returns what bot and system say to it."""
    text = clean_text(body.text) if body.text is not None else None
    payload = check_payload(body.payload) if body.payload is not None else None
    await services.limits.count_message(started.id)
    if text is not None:
        new = await services.turns.say_text(started, text)
    else:
        new = await services.turns.press(started, payload or "")
    return MessageList(messages=await for_parent(new, started, services))


@router.get("/{conversation_id}/messages")
async def messages(
    started: Own, services: ServicesHere, after: Annotated[str | None, Query(max_length=64)] = None
) -> MessageList:
    """Return all messages, or those after the message with id `after`."""
    found = await run_sync(services.store.messages, started, after)
    return MessageList(messages=await for_parent(found, started, services))


@router.get("/{conversation_id}/export", response_class=JSONResponse)
async def export(started: Own, services: ServicesHere) -> JSONResponse:
    """Return everything that is stored of the conversation, as a file to keep."""
    stored = await run_sync(services.store.export, started)
    stored["handoffs"] = await run_sync(services.handoffs.export, started.id)
    body = {"note": services.texts.export_note, "exported_at": now().isoformat(), "conversation": stored}
    return JSONResponse(body, headers={"Content-Disposition": 'attachment; filename="gesprek.json"'})


@router.delete("/{conversation_id}", status_code=204)
async def erase(started: Own, services: ServicesHere) -> Response:
    """Erase the conversation; everything after this answers 410."""
    await run_sync(services.store.erase, started)
    services.bell.ring(started.id)
    services.bell.ring(STAFF_BELL)
    services.forgetting.wake()
    return Response(status_code=204)


def _address(request: Request) -> str:
    """Return the address of the visitor; behind a proxy, uvicorn has put the visitor's there."""
    return request.client.host if request.client else "unknown"
