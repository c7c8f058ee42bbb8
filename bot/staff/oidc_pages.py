"""To the other service and back."""

from __future__ import annotations

import hmac
import logging

from authlib.common.errors import AuthlibBaseError
from fastapi import APIRouter, Depends
from joserfc.errors import JoseError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.clock import now
from bot.privacy.vault import VaultError
from bot.staff.access import COOKIE, LOGIN, client_address, current_session, everybody
from bot.staff.audit import record
from bot.staff.cookies import drop_cookie, read_cookie, set_cookie
from bot.staff.login_pages import after_login, sign_in_of, visitor_of
from bot.staff.oidc import CALLBACK, Identity, NotVerified, Outward, Provider, account_for, provider_of
from bot.staff.pages import page, redirect
from bot.staff.texts import say
from bot.web.services import ServicesHere, services_of

log = logging.getLogger(__name__)
AWAY_COOKIE = "staff-dienst"
AWAY_SECONDS = 600
# What goes wrong at or with the other service; transport errors of its client are found by the name of their module.
_THEIRS = (AuthlibBaseError, JoseError, NotVerified, OSError, ValueError, KeyError, RuntimeError)
router = APIRouter(prefix="/staff/inloggen/dienst", dependencies=[Depends(everybody)])


@router.get("")
async def leave(request: Request, services: ServicesHere, verder: str = "") -> Response:
    """Send the browser to the other service. A link and not a form: the policy lets forms go nowhere else."""
    await services.limits.count_login(client_address(request))
    provider = _provider(request)
    try:
        outward = await provider.leave()
    except Exception as error:
        return await _failed(request, provider, error)
    response = RedirectResponse(outward.url, status_code=303)
    kept = services.vault.close([*outward, after_login(verder, "") if verder else "", now().timestamp()])
    # Lax, because the browser comes back by a link of another site.
    set_cookie(request, response, AWAY_COOKIE, kept, lax=True, seconds=AWAY_SECONDS)
    return response


@router.get(CALLBACK.removeprefix("/staff/inloggen/dienst"))
async def come_back(request: Request, services: ServicesHere) -> Response:
    """Let in whom the other service knows, when there is an account."""
    await services.limits.count_login(client_address(request))
    provider = _provider(request)
    try:
        outward, verder = _outward(request)
        identity = await provider.come_back(request.query_params.get("code", ""), outward)
    except Exception as error:
        return await _failed(request, provider, error)
    found = await run_in_threadpool(_let_in, request, identity, await _session_id(request))
    if found is None:
        return await _failed(request, provider, NotVerified())
    token, role = found
    # Browsers keep a strict cookie back during a chain of redirects that another site began: so first a page of ours.
    response = await run_in_threadpool(
        lambda: page(request, None, "login_onward.html", goal=after_login(verder, role))
    )
    set_cookie(request, response, COOKIE, token)
    drop_cookie(request, response, AWAY_COOKIE)
    return response


def _let_in(request: Request, identity: Identity, session_id: str | None) -> tuple[str, str] | None:
    """Return the cookie of a new session and the role, or None when there is no open account."""
    with services_of(request.app).database.write() as session:
        row = account_for(session, identity)
        if row is None:
            return None
        return sign_in_of(request).with_identity(session, row, visitor_of(request, session_id)), row.role


def _outward(request: Request) -> tuple[Outward, str]:
    """Return the login that this browser left with, which must be the one that comes back.

    Raises:
        NotVerified: it is another one, too old, or none.

    """
    try:
        *parts, verder, at = services_of(request.app).vault.open(read_cookie(request, AWAY_COOKIE) or "")
        outward = Outward(*parts)
    except (VaultError, ValueError, TypeError):
        raise NotVerified from None
    same = hmac.compare_digest(outward.state.encode(), request.query_params.get("state", "").encode())
    if not same or now().timestamp() - at > AWAY_SECONDS or not request.query_params.get("code"):
        raise NotVerified
    return outward, verder


async def _failed(request: Request, provider: Provider, error: Exception) -> Response:
    """Go back to the login page; the log names the kind of error, never what the service sent."""
    if not isinstance(error, _THEIRS) and not type(error).__module__.startswith("httpx"):
        raise error
    log.warning("login through %s failed: %s", provider.issuer, type(error).__name__)
    await run_in_threadpool(record, services_of(request.app).database, None, request, "inloggen via dienst mislukt")
    response = redirect(request, LOGIN, say("oidc_mislukt", dienst=provider.name), "fout")
    drop_cookie(request, response, AWAY_COOKIE)
    return response


async def _session_id(request: Request) -> str | None:
    """Return the session that the browser already had."""
    current = await current_session(request, touch=False)
    return current.session_id if current else None


def _provider(request: Request) -> Provider:
    """Return the service of the settings, made once per process; without one these pages do not exist."""
    state = request.app.state
    if not hasattr(state, "staff_provider"):
        state.staff_provider = provider_of(services_of(request.app).settings)
    provider: Provider | None = state.staff_provider
    if provider is None:
        raise HTTPException(404)
    return provider
