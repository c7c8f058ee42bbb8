"""Reads the audit log: filters, pages, and all of it for a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select

from bot.clock import ZONE
from bot.staff.paging import Pager
from bot.storage.database import Database
from bot.storage.models import AuditRow, StaffRow

_AT_ONCE = 1000


@dataclass(frozen=True)
class Filters:
    """Which lines: of whom, which act, about what (the start of the subject), and on which days."""

    staff_id: int | None = None
    action: str = ""
    subject: str = ""
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Line:
    """A line of the log."""

    id: int
    at: datetime
    staff_id: int | None
    name: str
    action: str
    subject: str | None
    details: dict[str, Any]
    address: str


class AuditLog:
    """The audit log of a database."""

    def __init__(self, database: Database) -> None:
        """Use a database."""
        self._database = database

    def lines(self, filters: Filters, number: int) -> tuple[list[Line], Pager]:
        """Return a page of lines, the newest first."""
        with self._database.read() as session:
            chosen = _conditions(filters)
            total = session.scalar(select(func.count()).select_from(AuditRow).where(*chosen)) or 0
            pager = Pager(number, total)
            query = select(AuditRow).where(*chosen).order_by(AuditRow.id.desc())
            rows = session.scalars(query.offset(pager.offset).limit(pager.per_page))
            return [_line(row) for row in rows], pager

    def every_line(self, filters: Filters) -> Iterator[Line]:
        """Yield every line, the oldest first."""
        seen = 0
        while True:
            with self._database.read() as session:
                query = select(AuditRow).where(AuditRow.id > seen, *_conditions(filters)).order_by(AuditRow.id)
                rows = list(session.scalars(query.limit(_AT_ONCE)))
            if not rows:
                return
            yield from map(_line, rows)
            seen = rows[-1].id

    def choices(self) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """Return who and which acts there are to choose from, as value and text."""
        with self._database.read() as session:
            people = session.execute(select(StaffRow.id, StaffRow.name).order_by(func.lower(StaffRow.name))).all()
            acts = session.scalars(select(AuditRow.action).distinct().order_by(AuditRow.action))
            return [(str(row.id), row.name) for row in people], [(act, act) for act in acts]


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    """Return filters as conditions; days are those of Amsterdam."""
    found: list[ColumnElement[bool]] = []
    if filters.staff_id is not None:
        found.append(AuditRow.staff_id == filters.staff_id)
    if filters.action:
        found.append(AuditRow.action == filters.action)
    if filters.subject:
        found.append(AuditRow.subject.startswith(filters.subject, autoescape=True))
    if filters.first:
        found.append(AuditRow.created_at >= datetime.combine(filters.first, time(), ZONE))
    if filters.last:
        found.append(AuditRow.created_at < datetime.combine(filters.last + timedelta(days=1), time(), ZONE))
    return found


def _line(row: AuditRow) -> Line:
    """Return a row as a line."""
    return Line(row.id, row.created_at, row.staff_id, row.staff_name, row.action, row.subject, row.details, row.address)
