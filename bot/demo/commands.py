"""What `bot demo-data` does, apart from the command line."""

from __future__ import annotations

from bot.demo.fill import fill, remove
from bot.privacy.vault import Vault
from bot.secrets import DataKeys, load_secrets
from bot.settings import load_settings
from bot.storage.database import Database
from bot.storage.migrate import upgrade


def fill_here(months: int, seed: int, force: bool) -> str:
    """Fill the database of the settings; return what to tell.

    Raises:
        DemoRefused, SettingsError, SecretsError, KnowledgeError: see their messages.

    """
    database = _database()
    try:
        made = fill(database, Vault(DataKeys(load_secrets())), months, seed, force)
    finally:
        database.close()
    return "\n".join(
        [
            f"{made.conversations} conversations, {made.handoffs} handoffs, {made.corrections} corrections.",
            "Log in at /staff/inloggen with one of these (the beheerder sets up a second factor first):",
            *(f"  {email}" for email in made.emails),
            f"Password of all: {made.password}",
            "Take everything out again with: bot demo-data --remove",
        ]
    )


def remove_here() -> str:
    """Take the demo data out of the database of the settings; return what to tell.

    Raises:
        SettingsError: see its message.

    """
    database = _database()
    try:
        return f"{remove(database)} demo conversations removed, with the demo accounts."
    finally:
        database.close()


def _database() -> Database:
    """Open the database of the settings, with its tables."""
    url = load_settings().database_url
    upgrade(url)
    return Database(url)
