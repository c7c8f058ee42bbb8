"""The demo page and its files."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from bot.clock import today
from bot.knowledge.answers import fill
from bot.knowledge.topics import contact_values

STATIC = Path(__file__).parent / "static"
_TELEPHONE = re.compile(r"[0-9][0-9 -]{1,14}")

router = APIRouter(include_in_schema=False)


@router.api_route("/", methods=["GET", "HEAD"])
def demo_page() -> HTMLResponse:
    """Return the demo page with today's contact values; the numbers that may become a link stand in a meta element."""
    values = contact_values(today())
    telephones = [value for value in values.values() if _TELEPHONE.fullmatch(value)]
    known = {name: escape(value) for name, value in values.items()}
    known["telefoonnummers"] = escape(", ".join(sorted(telephones, key=len, reverse=True)))
    page = fill((STATIC / "index.html").read_text(encoding="utf-8"), known)
    return HTMLResponse(page, headers={"Cache-Control": "no-cache"})
