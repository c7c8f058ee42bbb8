"""Lets the messages of one conversation wait for each other, in the order in which they came."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Queues:
    """A first come, first served queue per conversation, for one process."""

    def __init__(self) -> None:
        """Start without queues."""
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def turn(self, conversation_id: str, deadline: float) -> AsyncIterator[None]:
        """Wait until no earlier message of this conversation is at work.

        Raises:
            TimeoutError: the event loop's time passed `deadline` before it was our turn.

        """
        lock, waiting = self._locks.get(conversation_id, (asyncio.Lock(), 0))
        self._locks[conversation_id] = lock, waiting + 1
        try:
            async with asyncio.timeout_at(deadline):
                await lock.acquire()
            try:
                yield
            finally:
                lock.release()
        finally:
            lock, waiting = self._locks[conversation_id]
            if waiting == 1:
                del self._locks[conversation_id]
            else:
                self._locks[conversation_id] = lock, waiting - 1
