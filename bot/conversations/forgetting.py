"""Makes the engine forget what a parent erased, also when the engine is down at that moment."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import Protocol

from anyio.to_thread import run_sync
from sqlalchemy.exc import SQLAlchemyError

from bot.conversations.engine import EngineClient, EngineFailed
from bot.conversations.store import ConversationStore

log = logging.getLogger(__name__)
# Then the engine itself is not well: asking about the other conversations now would only take time.
_ENGINE_AWAY = frozenset({"unreachable", "slow"})


class Watch(Protocol):
    """Shows how many erased conversations the engine still has."""

    def to_forget(self, count: int) -> None:
        """Set the number."""


class Forgetting:
    """Goes through the erased conversations that the engine may still have: at start, when woken, and every while.

    What must be done stands in the database alone, written together with the erasing, so that nothing is lost when the
    process ends. Several processes may do this at once: forgetting twice does no harm.
    """

    def __init__(self, store: ConversationStore, engine: EngineClient, watch: Watch, *, seconds: float) -> None:
        """Look again every `seconds`."""
        self._store, self._engine, self._watch, self._seconds = store, engine, watch, seconds
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Look now: a conversation was erased."""
        self._wake.set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            self._wake.clear()
            try:
                await self._round()
            except SQLAlchemyError as error:
                log.error("cannot read what to forget: %s", type(error).__name__)
            except Exception as error:
                # Whatever happens, the next round must come; a parent was told that the conversation is gone.
                log.error("forgetting failed: %s", type(error).__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._seconds):
                    await self._wake.wait()

    async def _round(self) -> None:
        """Tell the engine about every conversation that it may be told about now."""
        if not await run_sync(self._store.scrub):
            log.info("the write-ahead log is in use, emptying it later")
        waiting = await run_sync(self._store.to_forget)
        left = len(waiting)
        self._watch.to_forget(left)
        for conversation_id in waiting:
            try:
                await self._engine.forget(conversation_id)
            except EngineFailed as error:
                log.error("engine did not forget a conversation, trying again later: %s", error)
                if error.reason in _ENGINE_AWAY:
                    return
            else:
                await run_sync(self._store.mark_forgotten, conversation_id)
                left -= 1
                self._watch.to_forget(left)
