"""The channel between web and Rasa: loopback, one shared key, whole messages with topic and sources."""

from __future__ import annotations

import hmac
import logging
import os
import traceback
from typing import Any, Awaitable, Callable, Text

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.engine.forget import forget_conversation
from bot.engine.payloads import UnknownPayload
from bot.engine.turn import CHANNEL, run_turn

logger = logging.getLogger(__name__)
KEY_HEADER = "X-Engine-Key"


def _key_fits(request: Request) -> bool:
    """Tell whether the request carries the shared key; without a key of our own, none does."""
    expected = os.environ.get("ENGINE_KEY", "")
    return bool(expected) and hmac.compare_digest(_bytes(request.headers.get(KEY_HEADER, "")), _bytes(expected))


def _bytes(key: str) -> bytes:
    """Return a key as bytes: hmac compares no letters outside ASCII."""
    return key.encode("utf-8", "surrogateescape")


def _wrong_key() -> HTTPResponse:
    """Return the refusal."""
    return response.json({"error": "wrong or missing engine key"}, status=403)


class PortaalChannel(InputChannel):
    """POST /webhooks/portaal/bericht, DELETE /webhooks/portaal/gesprek/<id> and GET /webhooks/portaal/gezond."""

    @classmethod
    def name(cls) -> Text:
        """Return the name of the channel."""
        return CHANNEL

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Make the routes; messages go to the agent by way of `run_turn`, not `on_new_message`."""
        portaal = Blueprint("portaal")

        @portaal.get("/gezond")
        async def healthy(request: Request) -> HTTPResponse:
            agent = getattr(request.app.ctx, "agent", None)
            if agent is None or not agent.is_ready():
                return response.json({"status": "no model"}, status=503)
            return response.json({"status": "ok", "model": agent.model_id})

        @portaal.delete("/gesprek/<conversation:str>")
        async def forget(request: Request, conversation: str) -> HTTPResponse:
            if not _key_fits(request):
                return _wrong_key()
            agent = request.app.ctx.agent
            async with agent.lock_store.lock(conversation):  # a turn under way would write its tracker back
                await forget_conversation(agent.tracker_store, conversation)
            return response.empty()

        @portaal.post("/bericht")
        async def message(request: Request) -> HTTPResponse:
            if not _key_fits(request):
                return _wrong_key()
            body = request.json if isinstance(request.json, dict) else {}
            conversation, text, payload = (str(body.get(f) or "") for f in ("conversation", "text", "payload"))
            if not conversation or bool(text.strip()) == bool(payload):
                return response.json({"error": "give 'conversation' and one of 'text' and 'payload'"}, status=422)
            try:
                turn = await run_turn(request.app.ctx.agent, conversation, text, payload)
            except UnknownPayload as error:
                return response.json({"error": str(error)}, status=422)
            except Exception as error:  # the parent must get the storing message, whatever breaks inside Rasa
                # where it broke, not what it says: messages of errors may quote the parent
                frames = traceback.format_list(traceback.extract_tb(error.__traceback__))
                logger.error("turn failed in %s: %s\n%s", conversation, type(error).__name__, "".join(frames))
                return response.json({"error": "no answer"}, status=500)
            return response.json({"messages": turn.messages, "parse": turn.parse})

        return portaal
