"""Runs the web process: `python -m bot.web`."""

from __future__ import annotations

import logging
import sys

import uvicorn

from bot.knowledge.files import KnowledgeError
from bot.privacy.vault import VaultError
from bot.secrets import SecretsError
from bot.settings import SettingsError, load_settings
from bot.web.app import create_app

STOP_SECONDS = 5  # open event streams do not keep a process alive longer


def main() -> int:
    """Serve until stopped; return 2 when a setting, a key or a text is wrong."""
    try:
        settings = load_settings()
        app = create_app(settings)
    except (SettingsError, SecretsError, VaultError, KnowledgeError) as error:
        print(error, file=sys.stderr)
        return 2
    logging.basicConfig(
        level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr
    )
    for name in ("httpx", "httpcore", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        access_log=False,
        server_header=False,
        date_header=True,
        log_config=None,
        proxy_headers=True,
        forwarded_allow_ips=settings.forwarded_allow_ips,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
