"""All pages of consultants, as one router."""

from __future__ import annotations

from fastapi import APIRouter

from bot.staff.inbox import agenda_pages, handoff_actions, handoff_pages, pages, running_pages, streams
from bot.staff.inbox.canned import load_canned_answers
from bot.staff.inbox.desk import desk_for
from bot.staff.pages import NAV_COUNTS
from bot.web.services import Services

load_canned_answers()  # a mistake in a text stops the start, not a consultant

router = APIRouter()
for part in (pages, streams, handoff_pages, handoff_actions, agenda_pages, running_pages):
    router.include_router(part.router)


def _waiting(services: Services) -> int:
    """Return the number beside 'Inbox': who waits for a consultant."""
    return desk_for(services).waiting_count()


NAV_COUNTS["/staff/"] = _waiting
