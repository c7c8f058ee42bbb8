"""The demo page: what the chat looks like on the website of a school."""

from __future__ import annotations

from html import escape
from pathlib import Path

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from bot.clock import today
from bot.knowledge.answers import fill
from bot.knowledge.topics import contact_values

STATIC = Path(__file__).parent / "static"

router = APIRouter(include_in_schema=False)


@router.api_route("/", methods=["GET", "HEAD"])
def demo_page() -> HTMLResponse:
    """Return the demo page with today's contact values."""
    known = {name: escape(value) for name, value in contact_values(today()).items()}
    page = fill((STATIC / "index.html").read_text(encoding="utf-8"), known)
    return HTMLResponse(page, headers={"Cache-Control": "no-cache"})
