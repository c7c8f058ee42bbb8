"""Erase a conversation from Rasa's tracker store, which has no such function of its own."""

from __future__ import annotations

from rasa.core.tracker_store import InMemoryTrackerStore, SQLTrackerStore, TrackerStore


class CannotForget(RuntimeError):
    """The tracker store is of a kind that we cannot erase from."""


async def forget_conversation(store: TrackerStore, conversation: str) -> None:
    """Remove every event of a conversation; nothing happens when there are none.

    Raises:
        CannotForget: the tracker store is neither SQL nor in memory.
    """
    while not isinstance(store, (SQLTrackerStore, InMemoryTrackerStore)):
        wrapped = getattr(store, "_tracker_store", None)  # Rasa wraps a store in others that catch its errors
        if wrapped is None:
            raise CannotForget(f"cannot erase from a tracker store of type {type(store).__name__}")
        store = wrapped
    if isinstance(store, InMemoryTrackerStore):
        store.store.pop(conversation, None)
        return
    with store.session_scope() as session:
        session.query(store.SQLEvent).filter_by(sender_id=conversation).delete()
        session.commit()
