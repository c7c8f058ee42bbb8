"""Around every request: security headers, the access log, and a kind answer when the program fails."""

from __future__ import annotations

import logging
import time

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.errors import error_response
from bot.web.services import services_of

log = logging.getLogger(__name__)
access = logging.getLogger("bot.web.access")

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


# Asked every few seconds by whoever watches the service; they would hide the rest.
UNLOGGED = frozenset({"/healthz", "/readyz", "/metrics"})


class Guard:
    """ASGI middleware that goes around all others."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0
        started = time.monotonic()

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception as error:
            # The traceback names files and lines; the values of variables, which may be texts of parents, stay out.
            log.error("unexpected %s", type(error).__name__, exc_info=_without_values(error))
            if status:
                raise
            response = error_response(Request(scope), 500, "fout")
            await response(scope, receive, send_with_headers)
        finally:
            self._note(scope, status, time.monotonic() - started)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        """Count and log a request by the pattern of its path: no ids, no query, no text, no address."""
        route = getattr(scope.get("route"), "path", None) or ("/static" if "/static/" in scope["path"] else "other")
        services_of(scope["app"]).metrics.request(scope["method"], route, status, seconds)
        if route not in UNLOGGED:
            access.info("%s %s %d %.0f ms", scope["method"], route, status, seconds * 1000)


def _without_values(error: Exception) -> Exception:
    """Return an error with the same place and kind, but without its message."""
    return RuntimeError(type(error).__name__).with_traceback(error.__traceback__)
