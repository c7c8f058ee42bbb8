"""Callback slots with their seats. That a seat is taken once is a constraint of the database."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.clock import now
from bot.handoff.hours import Hours, Slot
from bot.storage.models import CallbackRow


class SlotTaken(Exception):
    """All seats of a callback slot are taken."""


def book(session: Session, handoff_id: str, slot_at: datetime, capacity: int) -> CallbackRow:
    """Take the first free seat of a slot for a handoff that is stored already.

    Two transactions that want the same seat are told apart by the unique constraint; the one that comes second tries
    the next seat.

    Raises:
        SlotTaken: no seat is free.

    """
    query = select(CallbackRow.seat).where(CallbackRow.slot_at == slot_at)
    taken = set(session.scalars(query))
    for seat in range(1, capacity + 1):
        if seat in taken:
            continue
        row = CallbackRow(handoff_id=handoff_id, slot_at=slot_at, seat=seat, created_at=now())
        try:
            with session.begin_nested():
                session.add(row)
                session.flush()
        except IntegrityError:
            continue
        return row
    raise SlotTaken


def release(session: Session, handoff_id: str, after: datetime | None = None) -> None:
    """Give the seat of a handoff back; with `after`, only when the slot begins later."""
    row = session.get(CallbackRow, handoff_id)
    if row is not None and (after is None or row.slot_at > after):
        session.delete(row)
        session.flush()


def free_slots(session: Session, hours: Hours, moment: datetime) -> list[Slot]:
    """Return the slots of the next days that have a free seat."""
    slots = hours.slots(moment)
    if not slots:
        return []
    query = (
        select(CallbackRow.slot_at, func.count())
        .where(CallbackRow.slot_at.between(slots[0].start, slots[-1].start))
        .group_by(CallbackRow.slot_at)
    )
    taken = Counter(dict(session.execute(query).all()))
    return [slot for slot in slots if taken[slot.start] < hours.capacity]
