"""Rasa's locks in Redis, for several engines; when Redis is away, each engine goes on with locks of its own.

web already lets one message of a conversation at a time reach any engine (its turn is kept in the database), so that
answering without the shared locks is better than not answering.
"""

from __future__ import annotations

import json
import logging
import time
from urllib.parse import unquote, urlsplit

import redis  # type: ignore[import-untyped]
from rasa.core.lock import TicketLock
from rasa.core.lock_store import InMemoryLockStore

logger = logging.getLogger(__name__)
_PREFIX = "ouderinformatiepunt:engine:lock:"
_ANSWER_SECONDS = 1.0
_LEAVE_ALONE_SECONDS = 5.0  # after Redis did not answer
_KEPT_SECONDS = 600  # a lock that an engine left behind when it died


class SharedLockStore(InMemoryLockStore):  # type: ignore[misc]
    """Ticket locks in Redis; every lock is kept in memory too."""

    def __init__(self, url: str) -> None:
        """Use a Redis server at `redis://` or `rediss://`, with the user, password and database in the address."""
        super().__init__()
        parts = urlsplit(url)
        self._redis = redis.StrictRedis(
            host=parts.hostname, port=parts.port or 6379, db=int(parts.path.strip("/") or 0),
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            ssl=parts.scheme == "rediss", socket_timeout=_ANSWER_SECONDS, socket_connect_timeout=_ANSWER_SECONDS,
        )
        self._leave_alone_until = 0.0

    def get_lock(self, conversation_id: str) -> TicketLock | None:
        """Return the lock of a conversation, if there is one."""
        if self._try():
            try:
                found = self._redis.get(_PREFIX + conversation_id)
                if found:
                    return TicketLock.from_dict(json.loads(found))
                # else it may have been made while Redis was away
            except redis.RedisError as error:
                self._away(error)
        return super().get_lock(conversation_id)

    def save_lock(self, lock: TicketLock) -> None:
        """Keep a lock."""
        super().save_lock(lock)
        if self._try():
            try:
                self._redis.set(_PREFIX + lock.conversation_id, lock.dumps(), ex=_KEPT_SECONDS)
            except redis.RedisError as error:
                self._away(error)

    def delete_lock(self, conversation_id: str) -> None:
        """Remove a lock."""
        super().delete_lock(conversation_id)
        if self._try():
            try:
                self._redis.delete(_PREFIX + conversation_id)
            except redis.RedisError as error:
                self._away(error)

    def _try(self) -> bool:
        """Tell whether Redis may be asked."""
        return time.monotonic() >= self._leave_alone_until

    def _away(self, error: Exception) -> None:
        """Leave Redis alone for a while."""
        logger.warning("Redis is away (%s): this engine uses locks of its own", type(error).__name__)
        self._leave_alone_until = time.monotonic() + _LEAVE_ALONE_SECONDS
