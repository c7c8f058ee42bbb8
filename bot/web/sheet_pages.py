"""The gesprekskaart as a page and as a PDF, behind a link that nobody can guess and that ends with the conversation."""

from __future__ import annotations

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends
from jinja2 import Environment, PackageLoader
from starlette.responses import HTMLResponse, Response

from bot.clock import today
from bot.conversations.rows import Erased
from bot.knowledge.answers import fill
from bot.knowledge.topics import contact_values
from bot.web.api import count_request
from bot.web.cards import SHEET_PATH
from bot.web.gesprekskaart.sheet import Sheet, make_sheet
from bot.web.gesprekskaart.texts import Notice, load_sheet_texts
from bot.web.services import Services, ServicesHere
from bot.web.tokens import TokenRefused

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}
router = APIRouter(include_in_schema=False, dependencies=[Depends(count_request)])
_templates = Environment(loader=PackageLoader("bot.web.gesprekskaart", ""), autoescape=True)


# First the PDF: the other path would take its ending for a part of the token.
@router.get(SHEET_PATH + "{token}.pdf")
async def sheet_pdf(token: str, services: ServicesHere) -> Response:
    """Return the gesprekskaart as a PDF."""
    found = await _find(token, services)
    if isinstance(found, Response):
        return found
    from bot.web.gesprekskaart.pdf import to_pdf  # fpdf costs a second of every start, and few ask for a PDF

    content = await run_sync(to_pdf, found)
    disposition = {"Content-Disposition": 'inline; filename="gesprekskaart.pdf"'}
    return Response(content, media_type="application/pdf", headers={**HEADERS, **disposition})


@router.get(SHEET_PATH + "{token}")
async def sheet_page(token: str, services: ServicesHere) -> Response:
    """Return the gesprekskaart as a page to read and print."""
    found = await _find(token, services)
    if isinstance(found, Response):
        return found
    page = _templates.get_template("kaart.html").render(sheet=found, pdf=f"{SHEET_PATH}{token}.pdf")
    return HTMLResponse(page, headers=HEADERS)


async def _find(token: str, services: Services) -> Sheet | Response:
    """Return the sheet of a link, or the page that says why there is none."""
    texts = load_sheet_texts()
    try:
        started = services.tokens.read_sheet(token)
        messages = await run_sync(services.store.messages, started)
    except TokenRefused as error:
        return _notice(410, texts.gone) if error.code == "token_verlopen" else _notice(404, texts.missing)
    except Erased:
        return _notice(410, texts.gone)
    return make_sheet(messages, today()) or _notice(404, texts.missing)


def _notice(status: int, notice: Notice) -> Response:
    """Return a page in the place of the gesprekskaart."""
    contact = fill(load_sheet_texts().contact, contact_values(today()))
    page = _templates.get_template("melding.html").render(notice=notice, contact=contact)
    return HTMLResponse(page, status, headers=HEADERS)
