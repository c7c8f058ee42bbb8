"""The handoff to a person: the draft of the summary, its approval, and its withdrawal. Nothing of this reaches the engine."""

from __future__ import annotations

from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.responses import JSONResponse, Response

from bot.conversations.bell import STAFF_BELL
from bot.conversations.messages import Message
from bot.conversations.store import Started
from bot.handoff.contact import ContactIn
from bot.handoff.intake import SCHEMA_PATH, Intake, json_schema
from bot.handoff.offer import HandoffOut, Offer, handoff_out
from bot.web.api import REFUSALS, Own, count_request
from bot.web.cards import for_parent
from bot.web.errors import ErrorBody
from bot.web.services import Services, ServicesHere

router = APIRouter(
    prefix="/api/conversations", tags=["handoff"], dependencies=[Depends(count_request)], responses=REFUSALS
)
schema_router = APIRouter(tags=["handoff"])
_Key = Annotated[str, StringConstraints(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]


class HandoffIn(BaseModel):
    """What the parent approved. The same `idempotency_key` again changes nothing and returns the same handoff."""

    model_config = ConfigDict(extra="forbid")

    intake: Intake
    contact: ContactIn
    consent: bool = Field(strict=True, description="Agreed to `consent_text` of the card; without it nothing is stored.")
    idempotency_key: _Key


class HandoffAnswer(BaseModel):
    """The stored handoff, and what the parent is told."""

    handoff: HandoffOut
    messages: list[Message]


class Withdrawn(BaseModel):
    """What the parent is told."""

    messages: list[Message]


@router.get("/{conversation_id}/handoff")
async def draft(started: Own, services: ServicesHere) -> Offer:
    """Return a fresh draft of the summary, how the parent can be reached, and the open handoff where there is one."""
    return await run_sync(services.handoffs.offer, started)


@router.post(
    "/{conversation_id}/handoff",
    status_code=201,
    responses={
        200: {"model": HandoffAnswer, "description": "This key was approved before; nothing changed."},
        409: {"model": ErrorBody, "description": "A handoff of this conversation is open."},
    },
)
async def approve(body: HandoffIn, started: Own, services: ServicesHere, response: Response) -> HandoffAnswer:
    """Send the approved summary to the consultants. Answers only after everything is stored."""
    await services.limits.count_message(started.id)
    done = await run_sync(
        services.handoffs.approve, started, body.intake, body.contact, body.consent, body.idempotency_key
    )
    if done.is_new:
        _ring(services, started)
        services.notifier.wake()
    else:
        response.status_code = 200
    messages = await for_parent(done.messages, started, services)
    return HandoffAnswer(handoff=handoff_out(done.handoff, services.handoffs.hours), messages=messages)


@router.delete(
    "/{conversation_id}/handoff", responses={404: {"model": ErrorBody, "description": "No handoff is open."}}
)
async def withdraw(started: Own, services: ServicesHere) -> Withdrawn:
    """Withdraw the open handoff."""
    messages = await run_sync(services.handoffs.withdraw, started)
    _ring(services, started)
    return Withdrawn(messages=messages)


@schema_router.get(SCHEMA_PATH)
async def intake_schema() -> JSONResponse:
    """Return the JSON Schema of the summary that consultants get."""
    content: dict[str, Any] = json_schema()
    return JSONResponse(content, media_type="application/schema+json", headers={"Cache-Control": "max-age=3600"})


def _ring(services: Services, started: Started) -> None:
    """Wake the parent's other windows, and the inbox."""
    services.bell.ring(started.id)
    services.bell.ring(STAFF_BELL)
