"""Conversations that go on now, and taking one over from the bot."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.clock import now
from bot.conversations.ownership import ForbiddenMove
from bot.conversations.rows import Erased
from bot.handoff.rows import AlreadyClaimed, MoveRefused
from bot.knowledge.topics import load_topics
from bot.staff import audit
from bot.staff.access import FormHere
from bot.staff.inbox.desk import desk_of
from bot.staff.inbox.handoff_pages import gone
from bot.staff.inbox.labels import OWNERS, duration_in_words
from bot.staff.inbox.pages import Consultant
from bot.staff.pages import page, redirect

router = APIRouter(prefix="/staff")
RUNNING_MINUTES = 15
_MOST_TOPICS = 3


@router.get("/lopend")
def running(request: Request, who: Consultant) -> HTMLResponse:
    """Show the conversations of the last minutes by their topics; what was said stays out until one is taken over."""
    desk, moment, topics = desk_of(request), now(), load_topics().topics
    found = desk.conversations.running(moment - timedelta(minutes=RUNNING_MINUTES))
    rows = [
        {
            "conversation": one,
            "topics": [topics[topic].title for topic in one.topics if topic in topics][:_MOST_TOPICS],
            "owner": OWNERS[one.owner],
            "ago": duration_in_words(moment - one.last_message_at),
        }
        for one in found
    ]
    audit.record(desk.database, who, request, "lopende gesprekken bekeken", details={"getoond": len(rows)})
    return page(request, who, "inbox/running.html", rows=rows, minutes=RUNNING_MINUTES)


@router.post("/gesprekken/{conversation_id}/overnemen")
def take_over(request: Request, conversation_id: str, who: Consultant, form: FormHere) -> Response:
    """Take a conversation over at once: the bot is silent from now on, and the parent is told who is there."""
    desk = desk_of(request)
    try:
        handoff_id = desk.handoffs.take_over(conversation_id, who.id)
    except Erased:
        return gone(request, who)
    except AlreadyClaimed as error:
        return redirect(request, "/staff/lopend", f"{error.name or 'Een collega'} heeft dit gesprek al.", "fout")
    except (ForbiddenMove, MoveRefused):
        return redirect(
            request, "/staff/lopend", "Dit gesprek is gesloten en kan niet meer worden overgenomen.", "fout"
        )
    subject = f"overdracht:{handoff_id}"
    audit.record(desk.database, who, request, "gesprek overgenomen", subject, {"gesprek": conversation_id})
    desk.ring(conversation_id)
    return redirect(request, f"/staff/overdracht/{handoff_id}", "Jij hebt dit gesprek nu. De chatbot is stil.")
