"""What consultants do with a handoff: forms that change something and lead back to the page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.clock import now
from bot.conversations.incoming import Refused, clean_text
from bot.conversations.ownership import ForbiddenMove
from bot.conversations.rows import Erased
from bot.handoff.booking import SlotTaken
from bot.handoff.rows import AlreadyClaimed, AnotherIsOpen, MoveRefused, UnknownHandoff
from bot.handoff.states import STAFF_OUTCOMES
from bot.staff import audit
from bot.staff.access import FormHere, Principal
from bot.staff.flashes import Kind
from bot.staff.inbox.canned import load_canned_answers
from bot.staff.inbox.desk import Desk, desk_of
from bot.staff.inbox.handoff_pages import Draft, as_data, gone, new_key, show
from bot.staff.inbox.labels import OUTCOMES, STATES, clock_time
from bot.staff.inbox.pages import Consultant
from bot.staff.pages import redirect

router = APIRouter(prefix="/staff/overdracht/{handoff_id}")
_LONGEST_NOTE = 4000
_REFUSED = {
    "leeg": "Typ eerst een bericht.",
    "te_lang": "Dit bericht is te lang: gebruik hooguit 2000 tekens.",
    "tekens": "In dit bericht staan tekens die niet kunnen.",
}


@router.post("/oppakken")
def claim(request: Request, handoff_id: str, who: Consultant, form: FormHere) -> Response:
    """Take a handoff; a colleague who was first is named."""
    return _do(
        request,
        handoff_id,
        who,
        "overdracht opgepakt",
        lambda desk: desk.handoffs.claim(handoff_id, who.id),
        "Jij hebt deze overdracht nu.",
    )


@router.post("/bericht")
def say(request: Request, handoff_id: str, who: Consultant, form: FormHere) -> Response:
    """Write to the parent, or put a canned answer behind the draft (without JavaScript)."""
    text = _text(form, "tekst")
    if form.get("doe") == "invoegen":
        ready = {a.id: a.text for answers in load_canned_answers().ready(who.name).values() for a in answers}
        chosen = ready.get(_text(form, "vast"), "")
        return show(request, handoff_id, who, Draft("\n\n".join(part for part in (text.strip(), chosen) if part)))
    as_json = "application/json" in request.headers.get("accept", "")
    desk = desk_of(request)
    try:
        detail = desk.handoffs.detail(handoff_id)
        message = desk.handoffs.say(handoff_id, who.id, clean_text(text), key=_text(form, "sleutel") or None)
    except Refused as error:
        return _not_sent(request, handoff_id, who, text, _REFUSED.get(error.code, _REFUSED["tekens"]), as_json)
    except (UnknownHandoff, Erased):
        return JSONResponse({"error": {"message": _GONE}}, 410) if as_json else gone(request, who)
    except (AlreadyClaimed, MoveRefused) as error:
        return _not_sent(request, handoff_id, who, text, _why(error), as_json)
    subject = f"overdracht:{handoff_id}"
    audit.record(desk.database, who, request, "bericht gestuurd", subject, {"bericht": message.id})
    desk.ring(detail.item.conversation_id)
    if not as_json:
        return redirect(request, f"/staff/overdracht/{handoff_id}#antwoord")
    shown = next(m for m in desk.conversations.messages(detail.item.conversation_id) if m.id == message.id)
    # The page offers other things to do now that the handoff is hers.
    first = detail.item.staff_id != who.id or detail.item.state != "in_behandeling" or detail.item.owner != "consulent"
    return JSONResponse({"message": as_data(who, shown), "key": new_key(), "reload": first})


@router.post("/notitie")
def note(request: Request, handoff_id: str, who: Consultant, form: FormHere) -> Response:
    """Add a note that only staff see."""
    text = _text(form, "notitie").replace("\r\n", "\n").strip()
    if not text or len(text) > _LONGEST_NOTE or "\0" in text:
        error = (
            "Typ eerst een notitie."
            if not text
            else f"Deze notitie kan zo niet: gebruik hooguit {_LONGEST_NOTE} tekens."
        )
        return show(request, handoff_id, who, Draft(note=text, note_error=error), status=422)
    return _do(
        request,
        handoff_id,
        who,
        "notitie geschreven",
        lambda desk: desk.handoffs.add_note(handoff_id, who.id, text),
        "De notitie is bewaard.",
        at="notities",
    )


@router.post("/toewijzen")
def assign(request: Request, handoff_id: str, who: Consultant, form: FormHere) -> Response:
    """Give a handoff to a colleague, or to oneself."""
    wanted, desk = _text(form, "aan"), desk_of(request)
    names = {str(colleague): name for colleague, name in desk.colleagues()}
    if wanted not in names:
        return redirect(request, f"/staff/overdracht/{handoff_id}", "Kies een collega uit de lijst.", "fout")
    told = (
        "Deze overdracht staat nu op jouw naam."
        if wanted == str(who.id)
        else f"{names[wanted]} heeft deze overdracht nu."
    )
    return _do(
        request,
        handoff_id,
        who,
        "overdracht toegewezen",
        lambda desk: desk.handoffs.assign(handoff_id, who.id, int(wanted)),
        told,
        details={"aan": names[wanted]},
    )


@router.post("/wachtrij")
def requeue(request: Request, handoff_id: str, who: Consultant, form: FormHere) -> Response:
    """Put a handoff back in the queue."""
    return _do(
        request,
        handoff_id,
        who,
        "overdracht in wachtrij gezet",
        lambda desk: desk.handoffs.requeue(handoff_id, who.id),
        "De overdracht staat weer in de wachtrij.",
        to="/staff/",
    )


@router.post("/chatbot")
def return_to_bot(request: Request, handoff_id: str, who: Consultant, form: FormHere) -> Response:
    """Give the conversation back to the bot; the handoff stays open."""
    return _do(
        request,
        handoff_id,
        who,
        "gesprek terug naar chatbot",
        lambda desk: desk.handoffs.return_to_bot(handoff_id, who.id),
        "De chatbot heeft het gesprek weer. De overdracht blijft open tot je hem afsluit.",
    )


@router.post("/afsluiten")
def close(request: Request, handoff_id: str, who: Consultant, form: FormHere) -> Response:
    """Close a handoff with an outcome, and a note where one is given."""
    outcome = next((known for known in STAFF_OUTCOMES if known == form.get("uitkomst")), None)
    text = _text(form, "notitie").replace("\r\n", "\n").strip()
    if outcome is None or len(text) > _LONGEST_NOTE or "\0" in text:
        told = "Kies een uitkomst." if outcome is None else f"De notitie is te lang: hooguit {_LONGEST_NOTE} tekens."
        return show(request, handoff_id, who, Draft(note=text, note_error=told), status=422)

    def act(desk: Desk) -> None:
        desk.handoffs.close(handoff_id, who.id, outcome)
        if text:
            desk.handoffs.add_note(handoff_id, who.id, text)

    return _do(
        request,
        handoff_id,
        who,
        "overdracht afgesloten",
        act,
        f"Afgesloten: {OUTCOMES[outcome].lower()}.",
        to="/staff/",
        details={"uitkomst": outcome},
    )


@router.post("/heropenen")
def reopen(request: Request, handoff_id: str, who: Consultant, form: FormHere) -> Response:
    """Open a closed handoff again."""
    return _do(
        request,
        handoff_id,
        who,
        "overdracht heropend",
        lambda desk: desk.handoffs.reopen(handoff_id, who.id),
        "De overdracht is weer open en van jou.",
    )


@router.post("/gebeld")
def called(request: Request, handoff_id: str, who: Consultant, form: FormHere) -> Response:
    """Write down that the parent was called, reached or not; the call makes the handoff hers."""
    reached = form.get("bereikt") == "ja"
    words = "bereikt" if reached else "niet bereikt"

    def act(desk: Desk) -> None:
        desk.handoffs.claim(handoff_id, who.id)
        desk.handoffs.add_note(handoff_id, who.id, f"Gebeld om {clock_time(now())}: {words}.")

    told = (
        "Genoteerd: bereikt. Is alles besproken? Sluit de overdracht dan af."
        if reached
        else "Genoteerd: niet bereikt. Plan een nieuw belmoment, of sluit af met 'Niet bereikt'."
    )
    return _do(request, handoff_id, who, f"ouder gebeld, {words}", act, told, at="bellen")


@router.post("/belmoment")
def plan(request: Request, handoff_id: str, who: Consultant, form: FormHere) -> Response:
    """Plan or move the moment to call back."""
    try:
        moment = datetime.fromisoformat(_text(form, "moment"))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        return redirect(request, f"/staff/overdracht/{handoff_id}#bellen", "Kies een belmoment uit de lijst.", "fout")
    return _do(
        request,
        handoff_id,
        who,
        "belmoment gepland",
        lambda desk: desk.handoffs.plan_callback(handoff_id, who.id, moment),
        "Het belmoment staat. De ouder ziet het in de chat.",
        details={"moment": moment.isoformat()},
    )


def _do(
    request: Request,
    handoff_id: str,
    who: Principal,
    action: str,
    act: Callable[[Desk], None],
    told: str,
    *,
    to: str | None = None,
    at: str = "",
    details: dict[str, Any] | None = None,
) -> Response:
    """Change a handoff, write that in the audit log, wake the pages that show it, and go to a page that tells."""
    desk = desk_of(request)
    here = f"/staff/overdracht/{handoff_id}{'#' + at if at else ''}"
    try:
        conversation_id = desk.handoffs.conversation_of(handoff_id)
        act(desk)
    except (UnknownHandoff, Erased):
        return gone(request, who)
    except (AlreadyClaimed, MoveRefused, SlotTaken, AnotherIsOpen, ForbiddenMove) as error:
        return redirect(request, here, _why(error), "fout")
    audit.record(desk.database, who, request, action, f"overdracht:{handoff_id}", details)
    desk.ring(conversation_id)
    kind: Kind = "succes"
    return redirect(request, to or here, told, kind)


_GONE = "De ouder heeft dit gesprek gewist."


def _why(error: Exception) -> str:
    """Return why something was refused, for a consultant."""
    if isinstance(error, AlreadyClaimed):
        return f"Net te laat: {error.name or 'een collega'} heeft deze overdracht opgepakt."
    if isinstance(error, SlotTaken):
        return "Dit belmoment is net bezet of voorbij. Kies een ander moment."
    if isinstance(error, AnotherIsOpen):
        return "Deze ouder heeft al een nieuwe overdracht. Ga daarmee verder."
    if isinstance(error, MoveRefused) and error.state is not None:
        return f"Dat kan niet (meer): deze overdracht is {STATES[error.state].lower()}."
    return "Dat kan nu niet. De pagina is bijgewerkt: kijk hoe het ervoor staat."


def _not_sent(request: Request, handoff_id: str, who: Principal, text: str, why: str, as_json: bool) -> Response:
    """Keep a message that was not sent, and say why."""
    if as_json:
        return JSONResponse({"error": {"message": why}}, status_code=422)
    return show(request, handoff_id, who, Draft(text, why), status=422)


def _text(form: FormData, name: str) -> str:
    """Return a text field of a form."""
    value = form.get(name)
    return value if isinstance(value, str) else ""
