"""The audit log: who looked at or changed what, when, and from where. Rows are only added; the database refuses the rest."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request

from bot.clock import now
from bot.staff.access import Principal, client_address
from bot.storage.database import Database
from bot.storage.models import AuditRow

ACTION_LENGTH, SUBJECT_LENGTH = 48, 120


def record(
    where: Database | Session,
    principal: Principal | None,
    request: Request,
    action: str,
    subject: str | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Add a line; give the session of a change so that both are stored or neither is, or the database for a look.

    `action` is a short Dutch phrase as the beheerder reads it, always the same for the same act (`gesprek bekeken`); `subject`
    names what (`gesprek:<id>`, `overdracht:<id>`, `medewerker:<id>`); `details` never hold texts of parents.
    """
    who = (principal.id, principal.name) if principal else (None, "")
    row = line(action, subject, details, address=client_address(request), staff_id=who[0], name=who[1])
    if isinstance(where, Session):
        where.add(row)
        return
    with where.write() as session:
        session.add(row)


def line(
    action: str,
    subject: str | None = None,
    details: dict[str, Any] | None = None,
    *,
    address: str,
    staff_id: int | None,
    name: str,
) -> AuditRow:
    """Return a line of the log, for what happens without a request of somebody who is logged in.

    Raises:
        ValueError: action or subject is too long for its column.

    """
    if len(action) > ACTION_LENGTH or len(subject or "") > SUBJECT_LENGTH:
        raise ValueError(f"audit: '{action}' or its subject is too long")
    return AuditRow(
        staff_id=staff_id,
        staff_name=name[:80],
        action=action,
        subject=subject,
        details=details or {},
        address=address[:64],
        created_at=now(),
    )
