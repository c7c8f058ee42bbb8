"""The pages of the log review: search, one conversation, the queue, and the export of corrections."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from bot.clock import today
from bot.knowledge.languages import load_languages
from bot.knowledge.topics import load_topics
from bot.staff import audit
from bot.staff.access import FormHere, Principal, allow
from bot.staff.pages import NAV_COUNTS, page, redirect
from bot.staff.paging import Pager, page_number
from bot.staff.review import queue, search
from bot.staff.review.commands import export
from bot.staff.review.judgements import (
    Judgement,
    JudgementError,
    NoMessage,
    keep,
    known_tags,
    read_new_topic,
    read_tags,
    read_topic,
)
from bot.staff.review.view import NoConversation, View, view
from bot.web.services import Services, ServicesHere

router = APIRouter(prefix="/staff")
Reviewer = Annotated[Principal, Depends(allow("reviewer", "beheerder"))]
PER_PAGE = 25
MOST_SKIPPED = 50
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def _count_waiting(services: Services) -> int:
    """Return the number beside 'Nakijken'."""
    with services.database.read() as session:
        return queue.waiting(session)


NAV_COUNTS["/staff/nakijken"] = _count_waiting


@router.get("/gesprekken")
def list_page(request: Request, who: Reviewer, services: ServicesHere) -> Response:
    """Show the conversations that fit the filters."""
    filters, errors = search.read_filters(request.query_params)
    with services.database.read() as session:
        pager = Pager(page_number(request.query_params.get("pagina")), search.count(session, filters), PER_PAGE)
        found = search.find(session, filters, pager.offset, PER_PAGE)
        languages, tags = search.languages(session), known_tags(session)
    # What was searched for may be a name; which filters were used is enough to answer for a look.
    details = {"filters": sorted(filters.query), "gevonden": pager.total}
    audit.record(services.database, who, request, "gesprekken gezocht", None, details)
    return page(
        request, who, "review/list.html", found=found, pager=pager, filters=filters, errors=errors, tags=tags,
        tag_options=[(tag, tag) for tag in tags],
        languages=[(code, language_title(code)) for code in languages], **_choices(),
    )  # fmt: skip


@router.get("/gesprekken/{conversation_id}")
def conversation_page(conversation_id: str, request: Request, who: Reviewer, services: ServicesHere) -> Response:
    """Show a conversation."""
    return _conversation(request, who, services, conversation_id)


@router.get("/nakijken")
def queue_page(request: Request, who: Reviewer, services: ServicesHere) -> Response:
    """Show the next question of the queue."""
    return _queue(request, who, services, {}, 200)


@router.post("/berichten/{message_id}/oordeel")
def judge(message_id: str, request: Request, who: Reviewer, form: FormHere, services: ServicesHere) -> Response:
    """Keep a judgement, and go on: to the next of the queue, or back to the conversation."""
    if not _ID.fullmatch(message_id):
        return page(request, who, "review/gone.html", status=404)
    given = {name: str(form.get(name, ""))[:400].replace("\x00", "") for name in ("keuze", "onderwerp", "nieuw", "labels", "uit")}
    from_queue = given["uit"] == "nakijken"
    try:
        judgement, done = _read(given)
        with services.database.write() as session:
            conversation_id = keep(session, message_id, who.id, judgement)
            details = {"onderwerp": judgement.topic, "nieuw onderwerp": bool(judgement.new_topic), "labels": len(judgement.tags)}
            audit.record(session, who, request, "bericht beoordeeld", f"bericht:{message_id}", details)
    except NoMessage:
        return page(request, who, "review/gone.html", status=404)
    except JudgementError as error:
        errors, given["bericht"] = {error.field: str(error)}, message_id
        if from_queue:
            return _queue(request, who, services, errors, 422, given)
        with services.database.read() as session:
            found = queue.conversation_of(session, message_id)
        if found is None:
            return page(request, who, "review/gone.html", status=404)
        return _conversation(request, who, services, found, errors, given)
    if from_queue:
        query = _queue_query(request)
        return redirect(request, "/staff/nakijken" + (f"?reden={query}" if query else ""), done)
    return redirect(request, f"/staff/gesprekken/{conversation_id}#m-{message_id}", done)


@router.get("/nakijken/verbeteringen.yml")
def export_file(request: Request, who: Reviewer, services: ServicesHere) -> Response:
    """Return the corrections as Rasa training data."""
    content, chosen = export(services.database)
    audit.record(services.database, who, request, "verbeteringen gedownload", None, {"aantal": chosen.count})
    disposition = {"Content-Disposition": f'attachment; filename="verbeteringen-{today().isoformat()}.yml"'}
    return Response(content, media_type="application/yaml; charset=utf-8", headers=disposition)


def _read(given: dict[str, str]) -> tuple[Judgement, str]:
    """Return the judgement of a form, and what to tell the reviewer."""
    tags = read_tags(given["labels"])
    choice, titles = given["keuze"], load_topics().topics
    if choice.startswith("onderwerp:"):
        topic = read_topic(choice.removeprefix("onderwerp:"))
        return Judgement(topic, None, tags), f"Verbeterd: {titles[topic].title}"
    if choice == "zoek":
        topic = read_topic(given["onderwerp"])
        return Judgement(topic, None, tags), f"Verbeterd: {titles[topic].title}"
    if choice == "nieuw":
        name = read_new_topic(given["nieuw"])
        return Judgement(None, name, tags), f"Nieuw onderwerp genoteerd: {name}"
    if choice == "goed":
        return Judgement(None, None, tags), "Het antwoord was goed."
    if choice == "gezien":
        return Judgement(None, None, tags), "Gezien, zonder verbetering."
    raise JudgementError("keuze", "Kies een van de knoppen.")


def _conversation(
    request: Request, who: Principal, services: Services, conversation_id: str, errors: dict[str, str] | None = None,
    given: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    """Show a conversation, with the errors of a form where there are."""
    try:
        if not _ID.fullmatch(conversation_id):
            raise NoConversation(conversation_id)
        with services.database.read() as session:
            found = view(session, conversation_id)
            tags = known_tags(session)
    except NoConversation:
        return page(request, who, "review/gone.html", status=404)
    audit.record(services.database, who, request, "gesprek bekeken", f"gesprek:{conversation_id}", {})
    return page(
        request, who, "review/conversation.html", status=422 if errors else 200, found=found, errors=errors or {},
        given=given or {}, tags=tags, **_choices(),
    )  # fmt: skip


def _queue(
    request: Request, who: Principal, services: Services, errors: dict[str, str], status: int, given: dict[str, str] | None = None
) -> Response:
    """Show the next question, or the one whose form had errors."""
    reason = _queue_query(request)
    skipped = tuple(name for name in request.query_params.get("over", "").split(",") if _ID.fullmatch(name))[-MOST_SKIPPED:]
    found: View | None = None
    with services.database.read() as session:
        weak = queue.one(session, given["bericht"]) if given else queue.first(session, reason, skipped)
        counts, left = queue.per_reason(session), queue.waiting(session, reason)
        if weak is not None:
            found = view(session, weak.conversation_id)
        tags = known_tags(session)
    line: Any = None
    context: list[Any] = []
    if found is not None and weak is not None:
        audit.record(services.database, who, request, "gesprek bekeken", f"gesprek:{found.id}", {"uit": "nakijken"})
        place = next(n for n, entry in enumerate(found.lines) if entry.id == weak.message_id)
        line, context = found.lines[place], list(found.lines[place : place + 3])
    return page(
        request, who, "review/queue.html", status=status, weak=weak, found=found, line=line, context=context, counts=counts,
        left=left, reason=reason, reasons=queue.REASONS, errors=errors, given=given or {}, tags=tags,
        over=",".join((*skipped, weak.message_id)) if weak else "", **_choices(),
    )  # fmt: skip


def _queue_query(request: Request) -> str:
    """Return the reason that the queue is narrowed to."""
    reason = request.query_params.get("reden", "")
    return reason if reason in queue.REASONS else ""


def _choices() -> dict[str, Any]:
    """Return what every page of the review chooses from."""
    topics = load_topics()
    return {
        "topics": topics.topics, "groups": topics.groups, "signals": search.SIGNALS, "handoffs": search.HANDOFFS,
        "reviewed": search.REVIEWED, "low": search.LOW, "language_title": language_title, "queue_reasons": queue.REASONS,
        "title_of": title_of,
    }  # fmt: skip


def language_title(code: str) -> str:
    """Return the name of a language."""
    if code == "nl":
        return "Nederlands"
    language = load_languages().get(code)
    return language.name if language else code


def title_of(topic_id: str | None) -> str:
    """Return the title of a topic; one that is gone keeps its id."""
    topic = load_topics().topics.get(topic_id or "")
    return topic.title if topic else (topic_id or "geen onderwerp")
