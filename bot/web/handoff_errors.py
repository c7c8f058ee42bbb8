"""Refusals of a handoff: a message per field that is wrong, or how the open handoff stands."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.requests import Request
from starlette.responses import Response

from bot.conversations.ownership import ForbiddenMove
from bot.handoff.approve import HandoffOpen
from bot.handoff.contact import FieldErrors
from bot.handoff.offer import handoff_out
from bot.handoff.rows import UnknownHandoff
from bot.handoff.texts import load_handoff_texts
from bot.web.errors import error_response
from bot.web.services import services_of

_PARTS = frozenset({"intake", "contact", "consent", "idempotency_key"})


def add_handoff_errors(app: FastAPI) -> None:
    """Turn the errors of handoffs into refusals."""
    app.add_exception_handler(FieldErrors, _fields)  # type: ignore[arg-type]
    app.add_exception_handler(HandoffOpen, _is_open)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, _body)  # type: ignore[arg-type]
    app.add_exception_handler(ForbiddenMove, lambda request, _: error_response(request, 409, "overdracht_kan_niet"))
    app.add_exception_handler(UnknownHandoff, lambda request, _: error_response(request, 404, "geen_overdracht"))


async def _fields(request: Request, error: FieldErrors) -> Response:
    """Say what is wrong with each field."""
    texts = load_handoff_texts().fields
    fields = {field: texts[code] for field, code in error.fields.items()}
    return error_response(request, 422, "velden", fields=fields)


async def _is_open(request: Request, error: HandoffOpen) -> Response:
    """Say how the open handoff stands."""
    out = handoff_out(error.handoff, services_of(request.app).handoffs.hours)
    message = f"{out.state_text} {load_handoff_texts().second}"
    return error_response(request, 409, "overdracht_loopt", message=message)


async def _body(request: Request, error: RequestValidationError) -> Response:
    """Tell a body that is no JSON from JSON with wrong fields; name the fields of a handoff."""
    errors = error.errors()
    if any(e["type"] == "json_invalid" for e in errors):
        return error_response(request, 400, "geen_json")
    fields = {name: _reason(e) for e in errors if (name := _name(e["loc"]))}
    return error_response(request, 422, "velden" if fields else "ongeldig", fields=fields)


def _name(location: tuple[Any, ...]) -> str | None:
    """Return the field of a handoff that an error is about."""
    if len(location) < 2 or location[0] != "body" or location[1] not in _PARTS:
        return None
    return ".".join(str(part) for part in location[1:])


def _reason(error: dict[str, Any]) -> str:
    """Return what is wrong, in Dutch."""
    texts = load_handoff_texts().invalid
    limit = str((error.get("ctx") or {}).get("max_length", ""))
    kind = {"string_too_long": "te_lang", "missing": "leeg", "string_too_short": "leeg"}.get(error["type"], "anders")
    return texts[kind].format(limit=limit)  # type: ignore[index]
