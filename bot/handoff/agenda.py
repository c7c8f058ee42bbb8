"""The callback agenda of a day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import ZONE
from bot.handoff.hours import Hours, Slot
from bot.handoff.views import AgendaSlot, Booking, booking
from bot.privacy.vault import Vault
from bot.storage.models import CallbackRow, HandoffRow


def agenda(session: Session, vault: Vault, hours: Hours, day: date) -> list[AgendaSlot]:
    """Return the slots of a day with who is called; a booking outside the hours of now gets a slot of its own."""
    start = datetime.combine(day, datetime.min.time(), ZONE)
    query = (
        select(CallbackRow, HandoffRow)
        .join(HandoffRow, HandoffRow.id == CallbackRow.handoff_id)
        .where(CallbackRow.slot_at >= start, CallbackRow.slot_at < start + timedelta(days=1))
        .order_by(CallbackRow.slot_at, CallbackRow.seat)
    )
    booked: dict[datetime, list[Booking]] = {}
    for callback, handoff in session.execute(query):
        booked.setdefault(callback.slot_at, []).append(booking(session, vault, callback, handoff))
    slots = {slot.start: slot for slot in hours.slots_of(day)}
    found = [AgendaSlot(slot, hours.capacity, tuple(booked.get(at, ()))) for at, slot in slots.items()]
    for at, bookings in booked.items():
        if at not in slots:
            local = at.astimezone(ZONE)
            found.append(AgendaSlot(Slot(local, local), 0, tuple(bookings), is_extra=True))
    return sorted(found, key=lambda entry: entry.slot.start)
