"""The accounts of staff, for the beheerder."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.staff.access import FormHere, Principal, allow
from bot.staff.accounts import (
    ONCE_DAYS,
    Account,
    AccountRefused,
    Accounts,
    add_account,
    change_account,
    reset_account,
    set_disabled,
)
from bot.staff.audit import record
from bot.staff.pages import page, redirect
from bot.staff.texts import say
from bot.web.services import Services, ServicesHere

LIST = "/staff/medewerkers"
router = APIRouter(prefix=LIST)
Beheerder = Annotated[Principal, Depends(allow("beheerder"))]


@router.get("")
def members_page(request: Request, who: Beheerder, services: ServicesHere) -> Response:
    """Show all accounts, and the form for another."""
    return _list(request, who, services)


@router.post("")
def add_member(request: Request, who: Beheerder, form: FormHere, services: ServicesHere) -> Response:
    """Make an account and show its password, this once."""
    given = {name: str(form.get(name, ""))[:300] for name in ("email", "name", "role")}
    try:
        with services.database.write() as session:
            account, once = add_account(session, **given)
            record(session, who, request, "account gemaakt", _subject(account.id), {"rol": account.role})
    except AccountRefused as error:
        return _list(request, who, services, given, {error.field: say(error.code)})
    return _once(request, who, account, once or "", made=True)


@router.get("/{staff_id}")
def member_page(request: Request, staff_id: int, who: Beheerder, services: ServicesHere) -> Response:
    """Show one account."""
    return _member(request, who, _account(services, staff_id))


@router.post("/{staff_id}")
def change_member(request: Request, staff_id: int, who: Beheerder, form: FormHere, services: ServicesHere) -> Response:
    """Give an account another name or role."""
    account = _account(services, staff_id)
    name, role = str(form.get("name", ""))[:300], str(form.get("role", ""))[:40]
    try:
        if staff_id == who.id and role != who.role:
            raise AccountRefused("niet_jezelf", "role")
        with services.database.write() as session:
            changed = change_account(session, staff_id, name=name, role=role)
            if changed:
                record(session, who, request, "account gewijzigd", _subject(staff_id), dict(changed))
    except AccountRefused as error:
        return _member(request, who, account, {error.field: say(error.code)}, name, role)
    return redirect(request, LIST, say("account_gewijzigd", naam=" ".join(name.split())))


@router.post("/{staff_id}/dicht")
def close_member(request: Request, staff_id: int, who: Beheerder, form: FormHere, services: ServicesHere) -> Response:
    """Close an account; its sessions end."""
    account = _account(services, staff_id)
    try:
        if staff_id == who.id:
            raise AccountRefused("niet_jezelf", "")
        with services.database.write() as session:
            set_disabled(session, staff_id, disabled=True)
            record(session, who, request, "account gesloten", _subject(staff_id))
    except AccountRefused as error:
        return _member(request, who, account, {"": say(error.code)})
    return redirect(request, LIST, say("account_dicht", naam=account.name))


@router.post("/{staff_id}/open")
def open_member(request: Request, staff_id: int, who: Beheerder, form: FormHere, services: ServicesHere) -> Response:
    """Open an account again."""
    account = _account(services, staff_id)
    with services.database.write() as session:
        set_disabled(session, staff_id, disabled=False)
        record(session, who, request, "account geopend", _subject(staff_id))
    return redirect(request, LIST, say("account_open", naam=account.name))


@router.post("/{staff_id}/opnieuw")
def reset_member(request: Request, staff_id: int, who: Beheerder, form: FormHere, services: ServicesHere) -> Response:
    """Take password and second factor away; show the password that opens the account once."""
    account = _account(services, staff_id)
    if staff_id == who.id:
        return _member(request, who, account, {"": say("niet_jezelf")})
    with services.database.write() as session:
        once = reset_account(session, staff_id)
        record(session, who, request, "account hersteld", _subject(staff_id))
    return _once(request, who, account, once or "", made=False)


def _account(services: Services, staff_id: int) -> Account:
    """Return an account, or answer that there is none."""
    account = Accounts(services.database).get(staff_id) if 0 < staff_id < 2**31 else None
    if account is None:
        raise HTTPException(404)
    return account


def _list(
    request: Request,
    who: Principal,
    services: Services,
    given: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    """Return the page with all accounts."""
    given = given or {"email": "", "name": "", "role": "consulent"}
    accounts = Accounts(services.database).all()
    status = 422 if errors else 200
    return page(request, who, "members/list.html", status=status, accounts=accounts, given=given, errors=errors or {})


def _member(
    request: Request,
    who: Principal,
    account: Account,
    errors: dict[str, str] | None = None,
    name: str | None = None,
    role: str | None = None,
) -> Response:
    """Return the page of one account, with what was filled in where that was refused."""
    return page(
        request, who, "members/member.html", status=422 if errors else 200, account=account, errors=errors or {},
        name=account.name if name is None else name, role=role or account.role,
    )  # fmt: skip


def _once(request: Request, who: Principal, account: Account, password: str, *, made: bool) -> Response:
    """Return the page that shows a password."""
    return page(request, who, "members/once.html", account=account, password=password, made=made, days=ONCE_DAYS)


def _subject(staff_id: int) -> str:
    """Return how the audit log names an account."""
    return f"medewerker:{staff_id}"
