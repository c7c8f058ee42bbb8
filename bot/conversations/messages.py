"""The messages of a conversation, as the API gives them and as they are about to be stored."""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Author = Literal["ouder", "bot", "consulent", "systeem"]
Level = Literal["b1", "a2"]


class _Value(BaseModel):
    """A value that does not change."""

    model_config = ConfigDict(frozen=True)


class Button(_Value):
    """A button below a message; its payload comes back as `payload` when the parent presses it."""

    title: str = Field(min_length=1, max_length=200)
    payload: str = Field(min_length=1, max_length=128)


class SourceNote(_Value):
    """A source below an answer: document, part and date."""

    id: str
    title: str
    part: str
    date: str
    kind: str


class Message(_Value):
    """A message of a conversation."""

    id: str
    author: Author
    text: str
    buttons: list[Button]
    topic: str | None
    sources: list[SourceNote]
    card: dict[str, Any] | None
    created_at: datetime


class NewMessage(_Value):
    """A message that is not stored yet. `staff_id`: which consultant wrote it; parents never see it."""

    author: Author
    text: str
    payload: str | None = None
    topic: str | None = Field(default=None, max_length=64)
    level: Level | None = None
    notice: str | None = None
    staff_id: int | None = None
    buttons: list[Button] = []
    sources: list[SourceNote] = []
    card: dict[str, Any] | None = None


class Parse(_Value):
    """How the engine understood a message."""

    topic: str | None = Field(default=None, max_length=64)
    confidence: float | None = Field(default=None, ge=0, le=1)
    accepted: bool | None = None
    ranking: list[tuple[str, float]] = []
    entities: list[dict[str, Any]] = []
    language: str | None = Field(default=None, max_length=16)


class Reply(_Value):
    """What the engine or the web part says to a message. `engine_ms`: None where the engine was not asked."""

    messages: list[NewMessage]
    parse: Parse | None = None
    engine_ms: int | None = None


def new_id() -> str:
    """Return a random id of 144 bits, safe in addresses."""
    return secrets.token_urlsafe(18)


def greeting_id(conversation_id: str, number: int) -> str:
    """Return the id of a greeting message: the same when it is shown and when it is stored later."""
    digest = hashlib.sha256(f"greeting:{number}:{conversation_id}".encode()).digest()
    return base64.urlsafe_b64encode(digest[:18]).decode()
