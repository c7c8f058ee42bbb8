"""Wakes the event streams of a conversation when it changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

STAFF_BELL = "staff"  # rung when the inbox changes


def staff_ear(conversation_id: str) -> str:
    """Return the bell at which the console listens to a conversation: its streams take no room from the parent's."""
    return f"{STAFF_BELL}:{conversation_id}"


class TooManyListeners(Exception):
    """A conversation has as many open event streams as it may have."""


class Bell:
    """One bell per conversation (and `staff` for the console). Only for the event loop that made it.

    Other processes are told by `bot.conversations.fan_out` where there is Redis; else their streams find out by looking.
    """

    def __init__(self, most_listeners: int = 5, most_staff: int = 200) -> None:
        """Allow so many streams per conversation, and per bell of the console."""
        self._listeners: dict[str, set[asyncio.Event]] = {}
        self._most, self._most_staff = most_listeners, most_staff
        self.tell_others: Callable[[str], None] | None = None

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
        is_staff = conversation_id.split(":")[0] == STAFF_BELL
        return len(self._listeners.get(conversation_id, ())) >= (self._most_staff if is_staff else self._most)

    def ring(self, conversation_id: str) -> None:
        """Wake every stream of a conversation, in this process and in the others."""
        self.wake(conversation_id)
        if self.tell_others is not None:
            self.tell_others(conversation_id)

    def wake(self, conversation_id: str) -> None:
        """Wake the streams of a conversation in this process."""
        for name in (conversation_id, staff_ear(conversation_id)):
            for event in self._listeners.get(name, ()):
                event.set()

    def wake_all(self) -> None:
        """Wake every stream in this process."""
        for conversation_id in self._listeners:
            self.wake(conversation_id)
