"""The pages of the figures, the signaleren report, and the content per topic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from bot.clock import now, today
from bot.knowledge.topics import load_topics
from bot.staff import audit
from bot.staff.access import Principal, allow
from bot.staff.csv_export import Cell, csv_response
from bot.staff.figures import charts, topics
from bot.staff.figures.clusters import cluster
from bot.staff.figures.facts import Conversation, conversations_in
from bot.staff.figures.measures import covered, fast, good, plain
from bot.staff.figures.period import STEPS, Part, Period, PeriodError, quarter_of, read_period, read_quarter
from bot.staff.figures.readability import Scores, load_scores
from bot.staff.figures.signaleren import signals
from bot.staff.pages import page
from bot.web.services import Services, ServicesHere

router = APIRouter(prefix="/staff")
Everyone = Annotated[Principal, Depends(allow("consulent", "reviewer", "beheerder"))]
Reviewer = Annotated[Principal, Depends(allow("reviewer", "beheerder"))]
USAGE_DAYS = 90
MOST_CLUSTERS = 15
EARLIER_QUARTERS = 8


@dataclass(frozen=True)
class Row:
    """The figures of a part of the period."""

    part: Part
    values: dict[str, float | None]


@dataclass(frozen=True)
class Chart:
    """A chart: what it shows, and which columns of the table."""

    title: str
    unit: str
    percent: bool
    columns: dict[str, str]


CHARTS = {
    "antwoord": Chart(
        "Van vraag tot antwoord van de assistent", "seconden", False,
        {"antwoord_mediaan": "Mediaan", "antwoord_p90": "9 van de 10"},
    ),
    "mens": Chart(
        "Van overdracht tot eerste antwoord van een mens", "uren", False,
        {"mens_mediaan": "Mediaan", "mens_p90": "9 van de 10"},
    ),
    "goed": Chart("Gesprekken met het gewenste resultaat", "%", True, {"goed": "Gewenst resultaat"}),
    "begrijpelijk": Chart("Getoonde antwoorden per taalniveau", "%", True, {"b1": "B1", "a2": "A2"}),
    "knooppunt": Chart("Vragen zonder gewenst resultaat die gedekt moeten zijn", "%", True, {"knooppunt": "Van alle vragen"}),
}
COLUMNS = {
    "gesprekken": "Gesprekken", "vragen": "Vragen", "antwoord_mediaan": "Antwoord, mediaan (s)",
    "antwoord_p90": "Antwoord, 9 van de 10 (s)", "overdrachten": "Overdrachten", "mens_mediaan": "Mens, mediaan (uur)",
    "mens_p90": "Mens, 9 van de 10 (uur)", "goed": "Gewenst resultaat (%)",
    "b1": "B1 (%)", "a2": "A2 (%)", "knooppunt": "Niet gedekt (%)",
}  # fmt: skip


@router.get("/cijfers")
def figures_page(request: Request, who: Everyone, services: ServicesHere) -> Response:
    """Show the four measures of a period."""
    period, error = _period(request)
    found, scores = _conversations(services, period), load_scores()
    clusters = cluster(covered(found).gaps)
    examples = who.role != "consulent"
    if examples and clusters:
        audit.record(services.database, who, request, "voorbeelden bij cijfers bekeken", None, _named(period))
    return page(
        request, who, "figures/figures.html", period=period, error=error, steps=STEPS, fast=fast(found), good=good(found),
        plain=plain(found, scores), covered=covered(found), clusters=clusters[:MOST_CLUSTERS], more=clusters[MOST_CLUSTERS:],
        examples=examples, conversations=len(found), rows=_rows(found, period), charts=CHARTS, columns=COLUMNS,
        query=urlencode(_named(period)), measured=scores.measured, number=number,
    )  # fmt: skip


@router.get("/cijfers/csv")
def figures_csv(request: Request, who: Everyone, services: ServicesHere) -> Response:
    """Return the figures of a period as a file."""
    period, _ = _period(request)
    rows = _rows(_conversations(services, period), period)
    audit.record(services.database, who, request, "cijfers gedownload", None, _named(period))
    lines: list[Sequence[Cell]] = [
        (row.part.label, row.part.first, row.part.last, *(_cell(row.values[name]) for name in COLUMNS)) for row in rows
    ]
    name = f"cijfers-{period.first.isoformat()}-{period.last.isoformat()}.csv"
    return csv_response(name, ("Periode", "Van", "Tot en met", *COLUMNS.values()), lines)


@router.get("/cijfers/grafiek/{name}.svg")
def chart(name: str, request: Request, who: Everyone, services: ServicesHere) -> Response:
    """Return a chart of a period as a picture; the page shows the same numbers in a table."""
    period, _ = _period(request)
    found = _conversations(services, period)
    if name == "onderwerpen":
        clusters = cluster(covered(found).gaps)[:MOST_CLUSTERS]
        titles: dict[str, float] = {}
        for entry in clusters:
            titles[entry.title] = titles.get(entry.title, 0) + entry.count
        return Response(charts.rows(titles), media_type="image/svg+xml", headers=charts.HEADERS)
    wanted = CHARTS.get(name)
    if wanted is None:
        return Response(status_code=404)
    rows = _rows(found, period)
    series = {title: [row.values[column] for row in rows] for column, title in wanted.columns.items()}
    content = charts.bars([row.part.label for row in rows], series, wanted.unit, wanted.percent)
    return Response(content, media_type="image/svg+xml", headers=charts.HEADERS)


@router.get("/signaleren")
def signals_page(request: Request, who: Reviewer, services: ServicesHere) -> Response:
    """Show the signaleren report of a quarter; it can be printed."""
    day, error = today(), None
    try:
        quarter = read_quarter(request.query_params.get("kwartaal", "").strip(), day)
    except PeriodError as wrong:
        quarter, error = quarter_of(day), str(wrong)
    with services.database.read() as session:
        report = signals(session, quarter, complete=quarter.last < day)
    audit.record(services.database, who, request, "signaleren bekeken", None, {"kwartaal": str(quarter)})
    earlier = [quarter_of(day)]
    while len(earlier) < EARLIER_QUARTERS:
        earlier.append(earlier[-1].previous())
    return page(request, who, "figures/signals.html", report=report, error=error, quarters=earlier, day=now(), number=number)


@router.get("/onderwerpen")
def topics_page(request: Request, who: Everyone, services: ServicesHere) -> Response:
    """Show all topics with how they do, and the facts that run out."""
    since = _since()
    with services.database.read() as session:
        usage, asked = topics.usage(session, since), topics.asked(session, since)
    return page(
        request, who, "figures/topics.html", groups=load_topics().groups, topics=load_topics().topics, usage=usage, asked=asked,
        none_used=topics.Usage(), outdated=topics.outdated_facts(today()), scores=load_scores(), days=USAGE_DAYS, number=number,
    )  # fmt: skip


@router.get("/onderwerpen/{topic_id}")
def topic_page(topic_id: str, request: Request, who: Everyone, services: ServicesHere) -> Response:
    """Show a topic: its answer at both levels, what it rests on, how it does, and who asked."""
    topic = load_topics().topics.get(topic_id)
    if topic is None:
        return page(request, who, "figures/no_topic.html", status=404)
    scores, messages = load_scores(), who.role != "consulent"
    with services.database.read() as session:
        usage = topics.usage(session, _since()).get(topic_id, topics.Usage())
        recent = topics.recent(session, topic_id) if messages else []
    if recent:
        audit.record(services.database, who, request, "berichten bij onderwerp bekeken", f"onderwerp:{topic_id}", {})
    return page(
        request, who, "figures/topic.html", topic_id=topic_id, topic=topic, group=load_topics().groups[topic.group],
        answers=topics.answers_of(topic_id, scores), facts=topics.facts_of(topic_id, today()), usage=usage, recent=recent,
        messages=messages, days=USAGE_DAYS, measured=scores.measured, number=number,
    )  # fmt: skip


def _period(request: Request) -> tuple[Period, str | None]:
    """Return the period of an address; where it is wrong, the usual one and why."""
    first, last, step = (request.query_params.get(name, "").strip() for name in ("van", "tot", "stap"))
    try:
        return read_period(first, last, step, today()), None
    except PeriodError as error:
        return read_period("", "", "", today()), str(error)


def _named(period: Period) -> dict[str, str]:
    """Return a period as the parameters of an address."""
    return {"van": period.first.isoformat(), "tot": period.last.isoformat(), "stap": period.step}


def _conversations(services: Services, period: Period) -> list[Conversation]:
    """Return the conversations of a period."""
    with services.database.read() as session:
        return conversations_in(session, period)


def _rows(found: list[Conversation], period: Period) -> list[Row]:
    """Return the figures of each part of a period."""
    rows, no_scores = [], Scores({})
    for part in period.parts():
        own = [c for c in found if part.holds(c.started_at)]
        quick, levels = fast(own), plain(own, no_scores)
        a2 = levels.a2.percent
        values: dict[str, float | None] = {
            "gesprekken": len(own), "vragen": sum(len(c.asked) for c in own), "overdrachten": sum(len(c.handoffs) for c in own),
            "antwoord_mediaan": quick.answer.median, "antwoord_p90": quick.answer.p90,
            "mens_mediaan": _hours(quick.person.median), "mens_p90": _hours(quick.person.p90),
            "goed": good(own).share.percent, "a2": a2, "b1": None if a2 is None else 100 - a2,
            "knooppunt": covered(own).share.percent,
        }  # fmt: skip
        rows.append(Row(part, values))
    return rows


def _hours(minutes: float | None) -> float | None:
    return None if minutes is None else minutes / 60


def _since() -> datetime:
    return now() - timedelta(days=USAGE_DAYS)


def _cell(value: float | None) -> Cell:
    """Return a number for a spreadsheet, with one decimal at most."""
    return round(value, 1) if isinstance(value, float) else value


def number(value: float | None, digits: int = 0, unit: str = "") -> str:
    """Return a number as people here write it; a dash where there is none."""
    return "-" if value is None else f"{value:.{digits}f}".replace(".", ",") + unit


