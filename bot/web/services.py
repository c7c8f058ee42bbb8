"""What the routes work with: made once per process, kept in the state of the app."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from fastapi import Depends
from starlette.applications import Starlette
from starlette.requests import Request

from bot.conversations.bell import Bell
from bot.conversations.engine import EngineClient
from bot.conversations.forgetting import Forgetting
from bot.conversations.store import ConversationStore
from bot.conversations.texts import Texts, load_texts
from bot.conversations.turns import Turns
from bot.privacy.vault import Vault
from bot.secrets import DataKeys, Secrets
from bot.settings import Settings
from bot.storage.database import Database
from bot.web.gesprekskaart.texts import load_sheet_texts
from bot.web.limits import RateLimits
from bot.web.metrics import Metrics
from bot.web.tokens import Tokens


@dataclass(frozen=True)
class Services:
    """Everything that outlives a request."""

    settings: Settings
    texts: Texts
    database: Database
    engine: EngineClient
    store: ConversationStore
    turns: Turns
    forgetting: Forgetting
    bell: Bell
    tokens: Tokens
    limits: RateLimits
    metrics: Metrics
    vault: Vault

    async def close(self) -> None:
        """Close connections."""
        await self.engine.close()
        self.database.close()


def make_services(settings: Settings, secrets: Secrets) -> Services:
    """Put the parts together."""
    texts, bell, metrics = load_texts(), Bell(), Metrics()
    load_sheet_texts()  # a mistake in a text stops the start, not a parent
    database = Database(settings.database_url)
    engine = EngineClient(settings.engine_url, secrets.engine_key, settings.engine_timeout_seconds)
    store = ConversationStore(database, texts)
    turns = Turns(
        store, engine, texts, bell, metrics,
        engine_seconds=settings.engine_timeout_seconds, wait_seconds=settings.turn_wait_seconds,
    )  # fmt: skip
    forgetting = Forgetting(store, engine, metrics, seconds=settings.forget_retry_seconds)
    tokens = Tokens(secrets.token_key, timedelta(days=settings.token_days))
    limits = RateLimits(settings)
    vault = Vault(DataKeys(secrets))
    return Services(settings, texts, database, engine, store, turns, forgetting, bell, tokens, limits, metrics, vault)


def services_of(app: Starlette) -> Services:
    """Return the services of an app."""
    services: Any = app.state.services
    if not isinstance(services, Services):
        raise TypeError("this app was not made by create_app")
    return services


def _of_request(request: Request) -> Services:
    """Return the services of the app that handles a request."""
    return services_of(request.app)


ServicesHere = Annotated[Services, Depends(_of_request)]
