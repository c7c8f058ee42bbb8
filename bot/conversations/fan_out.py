"""Carries the rings of the bell to the other web processes, through Redis."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Protocol

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from bot.conversations.bell import Bell
from bot.conversations.messages import new_id

log = logging.getLogger(__name__)
_ANSWER_SECONDS = 2.0
_ALIVE_SECONDS = 5  # without a ring for so long, a ping tells whether Redis is still there
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
_MOST_WAITING = 10_000


class Watch(Protocol):
    """Shows whether Redis is there."""

    def redis_away(self, away: bool) -> None:
        """Set it."""


class FanOut:
    """Rings the bells of all web processes. A ring only says that there is something to read: it holds no text.

    Without Redis nothing is lost: every stream also looks in the database every while, and after each new connection
    all streams of this process look at once.
    """

    def __init__(self, bell: Bell, url: str, watch: Watch) -> None:
        """Work with the bell of this process, and a Redis server at `redis://` or `rediss://`."""
        self._bell, self._watch = bell, watch
        self._me = new_id()
        self._waiting: asyncio.Queue[str] = asyncio.Queue(_MOST_WAITING)
        self._redis = Redis.from_url(
            url, decode_responses=True, socket_connect_timeout=_ANSWER_SECONDS, socket_timeout=_ANSWER_SECONDS,
            health_check_interval=_ALIVE_SECONDS, retry=Retry(NoBackoff(), 1),
        )  # fmt: skip
        # Channels are shared by all databases of a server, keys are not.
        database = self._redis.connection_pool.connection_kwargs.get("db") or 0
        self._channel = f"ouderinformatiepunt:{database}:bell"
        self.is_connected: bool | None = None  # None: not known yet
        bell.tell_others = self._tell

    async def run(self) -> None:
        """Work until cancelled."""
        try:
            await asyncio.gather(self._listen(), self._send())
        finally:
            await self._redis.aclose()

    def _tell(self, key: str) -> None:
        """Take a ring for the other processes; too many at once are left to their own looking."""
        with suppress(asyncio.QueueFull):
            self._waiting.put_nowait(key)

    async def _send(self) -> None:
        """Pass on the rings of this process."""
        while True:
            key = await self._waiting.get()
            try:
                await self._redis.publish(self._channel, f"{self._me} {key}")
            except (RedisError, OSError):
                while not self._waiting.empty():  # each would wait as long; the others will look themselves
                    self._waiting.get_nowait()

    async def _listen(self) -> None:
        """Pass on the rings of other processes; connect again for as long as it takes."""
        pause = _FIRST_PAUSE
        while True:
            try:
                async with self._redis.pubsub() as subscription:
                    await subscription.subscribe(self._channel)
                    await anext(self._messages(subscription, "subscribe"))
                    self._set_connected(True)
                    pause = _FIRST_PAUSE
                    self._bell.wake_all()
                    async for message in self._messages(subscription, "message"):
                        sender, _, key = message.partition(" ")
                        if sender != self._me:
                            self._bell.wake(key)
            except (RedisError, OSError) as error:
                self._set_connected(False, type(error).__name__)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _set_connected(self, connected: bool, why: str = "") -> None:
        """Note whether Redis is there; say it once when that changes."""
        if connected is self.is_connected:
            return
        self.is_connected = connected
        self._watch.redis_away(not connected)
        if connected:
            log.info("Redis: connected")
        else:
            log.warning("Redis is away (%s): live messages come by looking, limits count per process", why)

    async def _messages(self, subscription: PubSub, kind: str) -> AsyncIterator[str]:
        """Yield what comes in; silence is tested, as a server that hangs closes no connection."""
        while True:
            found = await subscription.get_message(timeout=_ALIVE_SECONDS)
            if found is None:
                await self._redis.ping()
            elif found["type"] == kind:
                yield str(found["data"])
