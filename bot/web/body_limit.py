"""Refuses request bodies that are too large, also those that do not say how large they are."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.errors import error_response


class BodyLimit:
    """ASGI middleware that lets through at most `most` bytes of a body."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        """Wrap an app."""
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        stated = Headers(scope=scope).get("content-length", "")
        if stated.isdecimal() and (len(stated) > 10 or int(stated) > self._most):
            await error_response(Request(scope), 413, "te_groot")(scope, receive, send)
            return
        size = 0

        async def receive_counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > self._most:
                raise HTTPException(413)
            return message

        await self._app(scope, receive_counted, send)
