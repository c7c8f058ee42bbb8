"""The cookies of the console: never readable for scripts, never sent along from another site."""

from __future__ import annotations

import ipaddress

from starlette.requests import Request
from starlette.responses import Response


def cookie_name(request: Request, name: str) -> str:
    """Return the full name of a cookie.

    `__Host-` makes browsers insist on Secure, this host alone and the whole path. On plain HTTP it works nowhere but on some
    browsers' localhost, so a request over HTTP from this machine to itself gets a cookie with a name of its own.
    """
    return f"lokaal-{name}" if is_local_http(request) else f"__Host-{name}"


def read_cookie(request: Request, name: str) -> str | None:
    """Return the value of a cookie."""
    return request.cookies.get(cookie_name(request, name))


def set_cookie(
    request: Request, response: Response, name: str, value: str, *, lax: bool = False, seconds: int | None = None
) -> None:
    """Set a cookie; without `seconds` it lasts until the browser closes. `lax`: comes along when another site links here."""
    response.set_cookie(
        cookie_name(request, name), value, max_age=seconds, path="/", secure=not is_local_http(request), httponly=True,
        samesite="lax" if lax else "strict",
    )  # fmt: skip


def drop_cookie(request: Request, response: Response, name: str) -> None:
    """Take a cookie away."""
    response.delete_cookie(
        cookie_name(request, name), path="/", secure=not is_local_http(request), httponly=True, samesite="strict"
    )


def is_local_http(request: Request) -> bool:
    """Tell whether a request came over plain HTTP from this machine to a name of this machine."""
    host, client = request.url.hostname or "", request.client.host if request.client else ""
    return request.url.scheme == "http" and _is_loopback(host) and _is_loopback(client)


def _is_loopback(host: str) -> bool:
    """Tell whether a name or address is this machine."""
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
