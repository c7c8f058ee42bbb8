"""Makes the public ASGI app."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.staticfiles import StaticFiles

from bot.secrets import load_secrets
from bot.settings import Settings, load_settings
from bot.staff.app import add_staff
from bot.web import api, deadline_file, events, feedback_api, handoff_api, health, pages, sheet_pages
from bot.web.body_limit import BodyLimit
from bot.web.errors import add_error_handlers
from bot.web.guard import Guard
from bot.web.handoff_errors import add_handoff_errors
from bot.web.services import make_services, services_of
from bot.web.widget import pages as widget_pages

BODY_BYTES = 8 * 1024
HANDOFF_BYTES = 48 * 1024  # an intake with everything in it
FORM_BYTES = 64 * 1024  # forms of staff: a letter may take six bytes there


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the app; without settings, those of the environment.

    Raises:
        SettingsError: a setting is wrong.
        SecretsError: the keys cannot be read or made.
        KnowledgeError: a text that the web part needs is missing.

    """
    settings = settings or load_settings()
    app = FastAPI(
        title="Ouder-informatiepunt",
        description="Chat API of the ouder-informatiepunt for parents in Almere.",
        version="1",
        openapi_url="/api/openapi.json",
        docs_url=None,  # both pages load scripts of third parties
        redoc_url=None,
        lifespan=_lifespan,
        # Its log records hold request bodies: texts of parents.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    app.state.services = make_services(settings, load_secrets())
    add_error_handlers(app)
    add_handoff_errors(app)
    app.include_router(api.router)
    app.include_router(events.router)
    app.include_router(deadline_file.router)
    app.include_router(handoff_api.router)
    app.include_router(handoff_api.schema_router)
    app.include_router(feedback_api.router)
    app.include_router(health.router)
    app.include_router(pages.router)
    app.include_router(widget_pages.router)
    app.include_router(sheet_pages.router)
    app.mount("/static", StaticFiles(directory=pages.STATIC), name="static")
    add_staff(app)
    app.add_middleware(BodyLimit, most=BODY_BYTES, more={"/staff/": FORM_BYTES}, endings={"/handoff": HANDOFF_BYTES})
    app.add_middleware(
        CORSMiddleware,
        allow_origins=list(settings.allowed_origins),
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Authorization", "Content-Type", "Last-Event-ID"],
        expose_headers=["Retry-After", "Content-Disposition"],
        max_age=600,
    )
    app.add_middleware(Guard)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Do the background work while the process runs; close connections when it stops."""
    services = services_of(app)
    tasks = [asyncio.create_task(work) for work in services.background()]
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await services.close()


def __getattr__(name: str) -> FastAPI:
    """Make the app when a server asks for `bot.web.app:app`; importing this module alone starts nothing."""
    if name != "app":
        raise AttributeError(name)
    return create_app()
