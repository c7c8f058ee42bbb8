"""How often: limits per conversation and per address, in Redis for all processes, or in the memory of this one.

Addresses are kept for the minute that they count, no longer.
"""

from __future__ import annotations

import ipaddress
import math
import time
from typing import Any

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from bot.settings import Settings

_ANSWER_SECONDS = 1.0
_LEAVE_ALONE_SECONDS = 5.0  # after Redis did not answer; no visitor should wait for it time and again


class TooOften(Exception):
    """Too many requests; `retry_after` is in whole seconds."""

    def __init__(self, retry_after: int) -> None:
        """Keep how long to wait."""
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after


class RateLimits:
    """The limits of the chat API."""

    def __init__(self, settings: Settings) -> None:
        """Take the limits from the settings."""
        self._own = MovingWindowRateLimiter(MemoryStorage())
        self._shared = settings.redis_url and _shared(settings.redis_url)
        self._leave_alone_until = 0.0
        self._limits = {
            "conversation": RateLimitItemPerMinute(settings.rate_conversation_per_minute),
            "address": RateLimitItemPerMinute(settings.rate_address_per_minute),
            "new": RateLimitItemPerMinute(settings.rate_new_per_minute),
            "login": RateLimitItemPerMinute(settings.rate_login_per_minute),
        }

    async def count_message(self, conversation_id: str) -> None:
        """Count a message of a conversation.

        Raises:
            TooOften: too many in the last minute.

        """
        await self._count("conversation", conversation_id)

    async def count_request(self, address: str) -> None:
        """Count a request of an address.

        Raises:
            TooOften: too many in the last minute.

        """
        await self._count("address", network_of(address))

    async def count_new(self, address: str) -> None:
        """Count a new conversation of an address.

        Raises:
            TooOften: too many in the last minute.

        """
        await self._count("new", network_of(address))

    async def count_login(self, address: str) -> None:
        """Count an attempt of an address to log in as staff.

        Raises:
            TooOften: too many in the last minute.

        """
        await self._count("login", network_of(address))

    async def _count(self, kind: str, who: str) -> None:
        """Count one; refuse when the window is full."""
        item = self._limits[kind]
        if self._shared and time.monotonic() >= self._leave_alone_until:
            try:
                return await _hit(self._shared, item, kind, who)
            except (RedisError, OSError):  # bot.conversations.fan_out tells that Redis is away
                self._leave_alone_until = time.monotonic() + _LEAVE_ALONE_SECONDS
        await _hit(self._own, item, kind, who)


async def _hit(limiter: MovingWindowRateLimiter, item: RateLimitItem, kind: str, who: str) -> None:
    """Count one; refuse when the window is full."""
    if not await limiter.hit(item, kind, who):
        window = await limiter.get_window_stats(item, kind, who)
        raise TooOften(max(1, math.ceil(window.reset_time - time.time())))


def _shared(redis_url: str) -> MovingWindowRateLimiter:
    """Return limits in Redis."""
    connection: dict[str, Any] = {
        "socket_connect_timeout": _ANSWER_SECONDS,
        "socket_timeout": _ANSWER_SECONDS,
        "retry": Retry(NoBackoff(), 1),  # the library's own would keep a visitor waiting for seconds
    }
    return MovingWindowRateLimiter(
        RedisStorage(f"async+{redis_url}", implementation="redispy", key_prefix="ouderinformatiepunt:limits", **connection)
    )


def network_of(address: str) -> str:
    """Return what counts as one visitor: an IPv4 address, or the /64 network that an IPv6 visitor owns."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or ipaddress.ip_network(f"{parsed}/64", strict=False))
