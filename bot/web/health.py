"""Whether the process lives, whether it can work, and its numbers."""

from __future__ import annotations

import asyncio

from anyio.to_thread import run_sync
from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import JSONResponse, Response

from bot.storage.migrate import is_current
from bot.web.services import Services, ServicesHere

router = APIRouter(tags=["operation"])


@router.api_route("/healthz", methods=["GET", "HEAD"], include_in_schema=False)
async def alive() -> JSONResponse:
    """Tell that the process lives."""
    return JSONResponse({"status": "ok"})


@router.get("/readyz", response_class=JSONResponse)
async def ready(services: ServicesHere) -> JSONResponse:
    """Tell whether questions can be answered: 200, or 503 with the part that is missing.

    Without Redis they can: then it is `degraded`, with 200.
    """
    database, has_model = await asyncio.gather(run_sync(_database, services), services.engine.has_model())
    parts = {"database": database, "engine": "ok" if has_model else "no model"}
    is_ready = all(state == "ok" for state in parts.values())
    status = "ok" if is_ready else "not ready"
    if services.fan_out is not None:
        parts["redis"] = "ok" if services.fan_out.is_connected else "degraded"
        if is_ready and parts["redis"] != "ok":
            status = "degraded"
    return JSONResponse({"status": status, "parts": parts}, 200 if is_ready else 503)


@router.get("/metrics", response_class=Response)
async def metrics(services: ServicesHere) -> Response:
    """Return the numbers for Prometheus."""
    return Response(services.metrics.text(), media_type=CONTENT_TYPE_LATEST)


def _database(services: Services) -> str:
    """Return `ok`, `not migrated` or `unreachable`."""
    try:
        return "ok" if is_current(services.database.engine) else "not migrated"
    except SQLAlchemyError:
        return "unreachable"
