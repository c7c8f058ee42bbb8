"""The audit log, for the beheerder: to look at and to keep, never to change."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from bot.clock import today
from bot.staff.access import Principal, allow
from bot.staff.audit import record
from bot.staff.audit_log import AuditLog, Filters
from bot.staff.csv_export import csv_response
from bot.staff.pages import page
from bot.staff.paging import page_number
from bot.staff.texts import say
from bot.web.services import ServicesHere

router = APIRouter(prefix="/staff/logboek")
Beheerder = Annotated[Principal, Depends(allow("beheerder"))]
_FIELDS = ("wie", "wat", "onderwerp", "van", "tot")


@router.get("")
def audit_page(request: Request, who: Beheerder, services: ServicesHere) -> Response:
    """Show the log."""
    log = AuditLog(services.database)
    filters, errors = _filters(request)
    lines, pager = log.lines(filters, page_number(request.query_params.get("pagina")))
    people, acts = log.choices()
    asked = {name: request.query_params.get(name, "")[:120] for name in _FIELDS}
    return page(
        request, who, "audit_log/log.html", lines=lines, pager=pager, people=people, acts=acts, asked=asked, errors=errors,
        query={name: value for name, value in asked.items() if value}, details=details_of,
    )  # fmt: skip


@router.get("/csv")
def audit_csv(request: Request, who: Beheerder, services: ServicesHere) -> Response:
    """Return the lines that the filters choose, as a file; that is an act too."""
    filters, _ = _filters(request)
    chosen = {name: value for name in _FIELDS if (value := request.query_params.get(name, "")[:120])}
    record(services.database, who, request, "logboek gedownload", None, chosen)
    rows = (
        (line.at, line.name, line.staff_id, line.action, line.subject, details_of(line.details), line.address)
        for line in AuditLog(services.database).every_line(filters)
    )
    columns = ("Wanneer", "Wie", "Nummer", "Wat", "Onderwerp", "Bijzonderheden", "Adres")
    return csv_response(f"logboek-{today().isoformat()}.csv", columns, rows)


def details_of(details: dict[str, Any]) -> str:
    """Return details on one line: a change as `rol: consulent -> reviewer`."""
    parts = []
    for name, value in details.items():
        if isinstance(value, list) and len(value) == 2:
            parts.append(f"{name}: {value[0]} -> {value[1]}")
        else:
            parts.append(f"{name}: {value if isinstance(value, str | int) else json.dumps(value, ensure_ascii=False)}")
    return "; ".join(parts)


def _filters(request: Request) -> tuple[Filters, dict[str, str]]:
    """Return the filters in an address, and what is wrong with them."""
    given = request.query_params
    errors: dict[str, str] = {}
    days: dict[str, date | None] = {}
    for name in ("van", "tot"):
        try:
            days[name] = as_day(given.get(name, "").strip())
        except ValueError:
            errors[name] = say("datum_ongeldig")
    who = page_number(given.get("wie")) if given.get("wie") else None
    action, subject = given.get("wat", "")[:48], given.get("onderwerp", "").strip()[:120].replace("\x00", "")
    return Filters(who, action.replace("\x00", ""), subject, days.get("van"), days.get("tot")), errors


def as_day(text: str) -> date | None:
    """Return a day written as 28-11-2026 or 2026-11-28; nothing is no day.

    Raises:
        ValueError: it is written otherwise, or there is no such day.

    """
    if not text:
        return None
    found = datetime.strptime(text, "%Y-%m-%d" if text[4:5] == "-" else "%d-%m-%Y").date()
    if not 2000 <= found.year < 2200:
        raise ValueError("a day of another age")
    return found
