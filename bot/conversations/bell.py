"""Wakes the event streams of a conversation when it changes in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class TooManyListeners(Exception):
    """A conversation has as many open event streams as it may have."""


class Bell:
    """One bell per conversation. Only for the event loop that made it; other processes are seen by polling."""

    def __init__(self, most_listeners: int = 5) -> None:
        """Allow so many streams per conversation."""
        self._listeners: dict[str, set[asyncio.Event]] = {}
        self._most = most_listeners

    @contextmanager
    def listen(self, conversation_id: str) -> Iterator[asyncio.Event]:
        """Give an event that is set at every ring; the listener clears it.

        Raises:
            TooManyListeners: there are too many already.

        """
        if self.is_full(conversation_id):
            raise TooManyListeners
        event = asyncio.Event()
        self._listeners.setdefault(conversation_id, set()).add(event)
        try:
            yield event
        finally:
            remaining = self._listeners[conversation_id]
            remaining.discard(event)
            if not remaining:
                del self._listeners[conversation_id]

    def is_full(self, conversation_id: str) -> bool:
        """Tell whether no more streams fit."""
        return len(self._listeners.get(conversation_id, ())) >= self._most

    def ring(self, conversation_id: str) -> None:
        """Wake every stream of a conversation."""
        for event in self._listeners.get(conversation_id, ()):
            event.set()
