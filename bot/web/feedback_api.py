"""The thumb of a parent below an answer."""

from __future__ import annotations

from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field, field_validator
from starlette.responses import Response

from bot.web.api import REFUSALS, Own, count_request
from bot.web.services import ServicesHere

router = APIRouter(
    prefix="/api/conversations", tags=["conversations"], dependencies=[Depends(count_request)], responses=REFUSALS
)


class FeedbackIn(BaseModel):
    """1: this helped. -1: this did not help. The last one counts."""

    model_config = ConfigDict(extra="forbid", strict=True)

    # A literal would take `true` for 1.
    thumb: int = Field(json_schema_extra={"enum": [1, -1]})

    @field_validator("thumb")
    @classmethod
    def _up_or_down(cls, value: int) -> int:
        """Refuse other numbers."""
        if value not in (1, -1):
            raise ValueError("1 or -1")
        return value


@router.post("/{conversation_id}/messages/{message_id}/feedback", status_code=204)
async def feedback(
    body: FeedbackIn, started: Own, services: ServicesHere, message_id: Annotated[str, Path(max_length=64)]
) -> Response:
    """Keep whether a message of the bot helped."""
    await services.limits.count_message(started.id)
    await run_sync(services.store.rate, started, message_id, body.thumb)
    return Response(status_code=204)
