"""Refuses request bodies that are too large, also those that do not say how large they are."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.errors import error_response


class BodyLimit:
    """ASGI middleware that lets through at most `most` bytes of a body, or what is said for the start or the end of a path."""

    def __init__(
        self, app: ASGIApp, most: int, more: Mapping[str, int] | None = None, endings: Mapping[str, int] | None = None
    ) -> None:
        """Wrap an app; `more` by the start of a path, `endings` by its end."""
        self._app = app
        self._most = most
        self._more = more or {}
        self._endings = endings or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._most_of(scope["path"])
        stated = Headers(scope=scope).get("content-length", "")
        if stated.isdecimal() and (len(stated) > 10 or int(stated) > most):
            await error_response(Request(scope), 413, "te_groot")(scope, receive, send)
            return
        size = 0

        async def receive_counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > most:
                raise HTTPException(413)
            return message

        await self._app(scope, receive_counted, send)

    def _most_of(self, path: str) -> int:
        """Return the limit of a path."""
        found = [most for start, most in self._more.items() if path.startswith(start)]
        found += [most for end, most in self._endings.items() if path.endswith(end)]
        return max(found, default=self._most)
