"""The headers of every answer under /staff: nothing from elsewhere, no script without this answer's own number, no copy kept."""

from __future__ import annotations

import secrets

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PREFIX = "/staff"
_POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self'; connect-src 'self'; media-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


def headers(nonce: str) -> dict[str, str]:
    """Return the headers of an answer whose scripts carry a nonce."""
    return {
        "Content-Security-Policy": _POLICY.format(nonce=nonce),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex, nofollow",
        # Not no-referrer: then browsers send `Origin: null` with forms, and the check of the origin has nothing to go by.
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Strict-Transport-Security": "max-age=31536000",  # browsers pass over it on plain HTTP
    }


def nonce_of(scope: Scope) -> str:
    """Return the nonce of the answer to a request, made once."""
    state = scope.setdefault("state", {})
    if "csp_nonce" not in state:
        state["csp_nonce"] = secrets.token_urlsafe(16)
    return str(state["csp_nonce"])


def is_staff(path: str) -> bool:
    """Tell whether a path belongs to the console."""
    return path == PREFIX or path.startswith(f"{PREFIX}/")


class StaffHeaders:
    """ASGI middleware that sets the headers of answers under /staff."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] != "http" or not is_staff(scope["path"]):
            await self._app(scope, receive, send)
            return
        nonce = nonce_of(scope)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                found = MutableHeaders(scope=message)
                for name, value in headers(nonce).items():
                    found.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)
