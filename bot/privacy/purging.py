"""Purges every day by itself, in one of the web processes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta

from anyio.to_thread import run_sync
from sqlalchemy import func, select, text

from bot.clock import now
from bot.privacy.retention import purge
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.models import PurgeRow
from bot.storage.scrub import scrub

log = logging.getLogger(__name__)
ROUND = "ronde"  # the row in `purges` by which one process takes the round of the day
_DAY = timedelta(days=1)
_LOCK = 7_203_618_850_255  # any number; not the one of migrations


class Purging:
    """Looks every while whether a day has passed since the last round, also one of another process."""

    def __init__(self, database: Database, settings: Settings, wake_forgetting: Callable[[], None]) -> None:
        """Purge by the retention of the settings; the engine is told through `wake_forgetting`."""
        self._database, self._settings, self._wake = database, settings, wake_forgetting

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                if await run_sync(self.round):
                    self._wake()
            except Exception as error:
                # Whatever happens, tomorrow's round must come.
                log.error("purge failed: %s", type(error).__name__)
            await asyncio.sleep(self._settings.purge_check_seconds)

    def round(self) -> bool:
        """Purge when it is time and no other process does; tell whether it was done."""
        if not self._take():
            return False
        for ended in purge(self._database, self._settings):
            if ended.count:
                log.info("purge: %d %s before %s", ended.count, ended.kind.name, ended.before.date())
        scrub(self._database.engine)
        return True

    def _take(self) -> bool:
        """Take the round of this day; of several processes that try at once, one gets it."""
        moment = now()
        with self._database.write() as session:  # SQLite: nobody else writes meanwhile
            if session.get_bind().dialect.name == "postgresql":
                session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            last = session.scalar(select(func.max(PurgeRow.created_at)).where(PurgeRow.kind == ROUND))
            if last is not None and last > moment - _DAY:
                return False
            session.add(PurgeRow(kind=ROUND, count=0, before=moment, created_at=moment))
            return True
