"""Every refusal has the same shape, `{"error": {"code", "message"}}`, with a kind message in Dutch."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.conversations.incoming import Refused
from bot.conversations.rows import Erased
from bot.conversations.store import UnknownMessage
from bot.conversations.texts import ErrorCode
from bot.conversations.turns import Busy
from bot.web.limits import TooOften
from bot.web.services import services_of
from bot.web.tokens import TokenRefused

log = logging.getLogger(__name__)
_BUSY_SECONDS = 5

_HTTP_CODES: dict[int, ErrorCode] = {
    HTTPStatus.BAD_REQUEST: "geen_json",
    HTTPStatus.NOT_FOUND: "niet_gevonden",
    HTTPStatus.METHOD_NOT_ALLOWED: "niet_toegestaan",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "te_groot",
}


class ErrorDetail(BaseModel):
    """Why a request is refused: a stable code for programs, a message for parents, and one for each field that is wrong."""

    code: str
    message: str
    fields: dict[str, str] | None = None


class ErrorBody(BaseModel):
    """The body of every refusal."""

    error: ErrorDetail


class ApiError(Exception):
    """A refusal with a status and a code of web_texts.yml."""

    def __init__(self, status: int, code: ErrorCode, headers: dict[str, str] | None = None) -> None:
        """Keep what to answer."""
        super().__init__(code)
        self.status, self.code, self.headers = status, code, headers


def error_response(
    request: Request, status: int, code: str, headers: dict[str, str] | None = None, *,
    message: str | None = None, fields: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    """Return a refusal; without `message`, the text of its code."""
    services = services_of(request.app)
    services.metrics.refused(code)
    for start, page in getattr(request.app.state, "error_pages", {}).items():
        if request.url.path.startswith(start):
            refusal: Response = page(request, status, code, headers)
            return refusal
    error = {"code": code, "message": message or services.texts.error(code)} | ({"fields": fields} if fields else {})
    return JSONResponse({"error": error}, status_code=status, headers=headers)


def add_error_handlers(app: FastAPI) -> None:
    """Turn every known error into a refusal; unknown ones are for the outermost middleware."""

    def on(kind: type[Exception], answer: Callable[[Any], tuple[int, str, dict[str, str] | None]]) -> None:
        async def handle(request: Request, error: Exception) -> Response:
            status, code, headers = answer(error)
            return error_response(request, status, code, headers)

        handler: Callable[[Request, Exception], Awaitable[Response]] = handle
        app.add_exception_handler(kind, handler)

    on(ApiError, lambda e: (e.status, e.code, e.headers))
    on(Refused, lambda e: (422, e.code, None))
    on(Erased, lambda _: (410, "gewist", None))
    on(UnknownMessage, lambda _: (404, "bericht_onbekend", None))
    on(Busy, lambda _: (503, "bezet", {"Retry-After": str(_BUSY_SECONDS)}))
    on(TooOften, lambda e: (429, "te_vaak", {"Retry-After": str(e.retry_after)}))
    on(TokenRefused, lambda e: (401, e.code, {"WWW-Authenticate": "Bearer"}))
    on(RequestValidationError, _of_body)
    on(HTTPException, lambda e: (e.status_code, _HTTP_CODES.get(e.status_code, "ongeldig"), e.headers))
    on(SQLAlchemyError, _of_database)


def _of_body(error: RequestValidationError) -> tuple[int, str, None]:
    """Tell a body that is no JSON from JSON with other fields."""
    no_json = any(e["type"] == "json_invalid" for e in error.errors())
    return (400, "geen_json", None) if no_json else (422, "ongeldig", None)


def _of_database(error: SQLAlchemyError) -> tuple[int, str, dict[str, str]]:
    """Log what the database said, without the values of the statement: those are texts of parents."""
    log.error("database: %s: %s", type(error).__name__, str(getattr(error, "orig", "")).splitlines()[:1])
    return 503, "geen_opslag", {"Retry-After": "30"}
