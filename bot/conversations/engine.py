"""Asks the dialogue engine, and believes nothing it says before it is checked."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ConfigDict, Field

from bot.conversations.messages import Button, Level, NewMessage, Parse, Reply, SourceNote

_ASK = "/webhooks/portaal/bericht"
_FORGET = "/webhooks/portaal/gesprek/"
_HEALTH = "/webhooks/portaal/gezond"
_HEALTH_SECONDS = 3.0


class EngineFailed(Exception):
    """The engine gave no usable answer; `reason` is `unreachable`, `slow`, `status` or `garbage`."""

    def __init__(self, reason: str, detail: str) -> None:
        """Keep the reason for the metrics, and the detail (never message texts) for the log."""
        super().__init__(f"{reason}: {detail}")
        self.reason = reason


class UnknownPayload(Exception):
    """The engine does not know the payload of a button."""


class _Said(BaseModel):
    """A message as the engine gives it."""

    model_config = ConfigDict(allow_inf_nan=False)

    text: str
    buttons: list[Button] = []
    topic: str | None = Field(default=None, max_length=64)
    level: Level | None = None
    sources: list[SourceNote] = []
    card: dict[str, Any] | None = None


class _Answer(BaseModel):
    """An answer of the engine."""

    model_config = ConfigDict(allow_inf_nan=False)

    messages: list[_Said] = Field(min_length=1)
    parse: Parse | None = None


class EngineClient:
    """The engine over HTTP."""

    def __init__(self, url: str, key: str, timeout: float) -> None:
        """Prepare to ask the engine at `url`; `timeout` seconds hold for the whole answer."""
        self._client = httpx.AsyncClient(
            base_url=url, headers={"X-Engine-Key": key}, timeout=timeout, trust_env=False, follow_redirects=False
        )
        self._timeout = timeout

    async def ask(self, conversation_id: str, *, text: str | None = None, payload: str | None = None) -> Reply:
        """Return what the engine says to a text or the payload of a button.

        Raises:
            EngineFailed: no usable answer.
            UnknownPayload: the engine does not know this payload.

        """
        body = {"conversation": conversation_id} | ({"text": text} if payload is None else {"payload": payload})
        started = time.monotonic()
        response = await self._request("POST", _ASK, body)
        if response.status_code == 422 and payload is not None:
            raise UnknownPayload
        if response.status_code != 200:
            raise EngineFailed("status", str(response.status_code))
        answer = _read(response.content)
        said = [NewMessage(author="bot", **dict(message)) for message in answer.messages]
        return Reply(messages=said, parse=answer.parse, engine_ms=round((time.monotonic() - started) * 1000))

    async def forget(self, conversation_id: str) -> None:
        """Let the engine erase what it remembers of a conversation; it may have nothing.

        Raises:
            EngineFailed: it may still remember.

        """
        response = await self._request("DELETE", _FORGET + quote(conversation_id, safe=""))
        if response.status_code != 204:
            raise EngineFailed("status", str(response.status_code))

    async def has_model(self) -> bool:
        """Tell whether the engine runs and has a model."""
        try:
            async with asyncio.timeout(_HEALTH_SECONDS):
                return (await self._client.get(_HEALTH)).status_code == 200
        except (TimeoutError, httpx.HTTPError):
            return False

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _request(self, method: str, path: str, body: Mapping[str, str | None] | None = None) -> httpx.Response:
        """Return what the engine answers, whatever its status."""
        try:
            async with asyncio.timeout(self._timeout):
                return await self._client.request(method, path, json=body)
        except (TimeoutError, httpx.TimeoutException):
            raise EngineFailed("slow", f"no answer within {self._timeout} s") from None
        except httpx.HTTPError as error:
            raise EngineFailed("unreachable", type(error).__name__) from None


def _read(content: bytes) -> _Answer:
    """Return a checked answer; what cannot be stored or sent on as JSON is garbage too."""
    try:
        data = json.loads(content, parse_constant=_refuse_constant)
        # Lone surrogates cannot be encoded, and PostgreSQL takes no NUL: find both before anything is stored.
        if "\\u0000" in json.dumps(data, allow_nan=False) or not json.dumps(data, ensure_ascii=False).encode():
            raise ValueError("NUL character")
        return _Answer.model_validate(data)
    except (ValueError, RecursionError) as error:
        raise EngineFailed("garbage", type(error).__name__) from None


def _refuse_constant(name: str) -> None:
    """Refuse NaN and Infinity, which are no JSON."""
    raise ValueError(name)
