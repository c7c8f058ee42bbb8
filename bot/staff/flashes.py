"""Messages that the next page shows once, in an encrypted cookie of the browser that they are for."""

from __future__ import annotations

from typing import Literal, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from bot.clock import now
from bot.privacy.vault import VaultError
from bot.staff.cookies import drop_cookie, read_cookie, set_cookie
from bot.web.services import services_of

Kind = Literal["succes", "let-op", "fout"]
COOKIE = "staff-melding"
SECONDS = 120
LENGTH = 600


class Flash(NamedTuple):
    """A message and how it is meant."""

    kind: Kind
    text: str


def add(request: Request, response: Response, text: str, kind: Kind) -> None:
    """Show a message on the next page."""
    value = services_of(request.app).vault.close([kind, text[:LENGTH], now().timestamp()])
    set_cookie(request, response, COOKIE, value, seconds=SECONDS)


def waiting(request: Request) -> list[Flash]:
    """Return the messages to show now; what we did not write ourselves is never shown."""
    found = read_cookie(request, COOKIE)
    try:
        kind, text, at = services_of(request.app).vault.open(found) if found else (None, None, 0.0)
    except (VaultError, ValueError, TypeError):
        return []
    return [Flash(kind, text)] if kind and text and now().timestamp() - at <= SECONDS else []


def clear(request: Request, response: Response) -> None:
    """Forget what has been shown."""
    drop_cookie(request, response, COOKIE)
