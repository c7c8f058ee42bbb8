"""`bot purge`: remove now what has had its time, or show what would go."""

from __future__ import annotations

import asyncio

import click

from bot.conversations.engine import EngineClient, EngineFailed
from bot.conversations.store import ConversationStore
from bot.conversations.texts import load_texts
from bot.privacy.opening import ready_database
from bot.privacy.retention import purge
from bot.secrets import load_secrets
from bot.settings import Settings, load_settings
from bot.storage.database import Database
from bot.storage.scrub import scrub


def run(dry_run: bool) -> None:
    """Purge and print how much of each kind went; with `dry_run` nothing changes.

    Raises:
        SettingsError, SecretsError: the settings or keys are wrong.
        DatabaseNotReady: the database cannot be used.

    """
    settings = load_settings()
    with ready_database(settings) as database:
        click.echo("would go:" if dry_run else "gone:")
        for ended in purge(database, settings, dry_run=dry_run):
            click.echo(f"{ended.count:7d}  {ended.kind.name:15} {ended.kind.what} before {ended.before:%Y-%m-%d %H:%M} UTC")
        if dry_run:
            return
        left = asyncio.run(_forget(database, settings))
        if left:
            click.echo(f"the engine still has to forget {left} conversations; web does that as soon as the engine answers")
        if not scrub(database.engine):
            click.echo("the write-ahead log is in use and is emptied later, by web")


async def _forget(database: Database, settings: Settings) -> int:
    """Let the engine forget what was purged; return how many conversations are left."""
    store = ConversationStore(database, load_texts())
    engine = EngineClient(settings.engine_url, load_secrets().engine_key, settings.engine_timeout_seconds)
    waiting = store.to_forget()
    try:
        for number, conversation_id in enumerate(waiting):
            try:
                await engine.forget(conversation_id)
            except EngineFailed:
                return len(waiting) - number
            store.mark_forgotten(conversation_id)
    finally:
        await engine.close()
    return 0
