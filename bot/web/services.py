"""What the routes work with: made once per process, kept in the state of the app."""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from fastapi import Depends
from starlette.applications import Starlette
from starlette.requests import Request

from bot.conversations.bell import Bell
from bot.conversations.engine import EngineClient
from bot.conversations.fan_out import FanOut
from bot.conversations.forgetting import Forgetting
from bot.conversations.store import ConversationStore
from bot.conversations.texts import Texts, load_texts
from bot.conversations.turns import Turns
from bot.handoff.notify import Notifier, mail_settings
from bot.handoff.store import HandoffStore
from bot.handoff.texts import load_handoff_texts, load_intake_texts
from bot.handoff.waiting import WaitingRoom
from bot.privacy.purging import Purging
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
    fan_out: FanOut | None
    purging: Purging
    handoffs: HandoffStore
    notifier: Notifier
    waiting: WaitingRoom

    def background(self) -> list[Coroutine[Any, Any, None]]:
        """Return the work that goes on while the process runs."""
        work = [self.forgetting.run(), self.purging.run(), self.notifier.run(), self.waiting.run()]
        return [*work, *([self.fan_out.run()] if self.fan_out else [])]

    async def close(self) -> None:
        """Close connections."""
        await self.engine.close()
        self.database.close()


def make_services(settings: Settings, secrets: Secrets) -> Services:
    """Put the parts together."""
    texts, bell, metrics = load_texts(), Bell(), Metrics()
    load_intake_texts(), load_handoff_texts(), load_sheet_texts()  # a mistake in a text stops the start, not a parent
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
    fan_out = FanOut(bell, settings.redis_url, metrics) if settings.redis_url else None
    purging = Purging(database, settings, forgetting.wake)
    handoffs = HandoffStore(database, vault, store)
    notifier = Notifier(database, mail_settings(settings), metrics, seconds=settings.mail_retry_seconds)
    waiting = WaitingRoom(
        database, handoffs.hours, bell,
        minutes=settings.handoff_wait_minutes, silent_minutes=settings.handoff_silent_minutes,
    )  # fmt: skip
    return Services(
        settings, texts, database, engine, store, turns, forgetting, bell, tokens, limits, metrics, vault, fan_out,
        purging, handoffs, notifier, waiting,
    )  # fmt: skip


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
