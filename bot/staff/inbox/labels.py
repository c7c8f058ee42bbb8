"""The Dutch words of the inbox for what the database calls by short names."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.clock import ZONE
from bot.deadlines.vocabulary import MONTHS, WEEKDAYS
from bot.knowledge.languages import load_languages

STATES = {
    "aangeboden": "Aangeboden",
    "aangevraagd": "Te verwerken",
    "in_behandeling": "In behandeling",
    "terugbellen": "Terugbellen",
    "afgehandeld": "Afgehandeld",
    "vervallen": "Vervallen",
}
URGENCIES = {"spoed": "Spoed", "hoog": "Hoog", "gewoon": "Gewoon"}
REACHES = {"chat": "Chat", "terugbellen": "Terugbellen", "email": "E-mail"}
OUTCOMES = {
    "geholpen": "Geholpen",
    "doorverwezen": "Doorverwezen",
    "niet_bereikt": "Niet bereikt",
    "ingetrokken": "Ingetrokken door de ouder",
    "verlopen": "Verlopen",
    "anders": "Anders",
}
# What a consultant may choose; the others are written by the system or the parent.
CLOSING_OUTCOMES = ("geholpen", "doorverwezen", "niet_bereikt", "anders")
LEVELS = {"b1": "B1 (gewoon)", "a2": "A2 (makkelijk)"}
OWNERS = {"bot": "chatbot", "wacht": "wacht op een mens", "consulent": "consulent", "gesloten": "gesloten"}
ACTORS = {"ouder": "Ouder", "consulent": "Consulent", "systeem": "Systeem"}


def language_name(code: str) -> str:
    """Return the Dutch name of a language."""
    if code in ("", "nl"):
        return "Nederlands"
    found = load_languages().get(code)
    return found.name if found else code


def moment_in_words(moment: datetime, today: date) -> str:
    """Write a time as a consultant says it: 'vandaag 09:30', 'gisteren 16:05', 'ma 23 november 09:30'."""
    local = moment.astimezone(ZONE)
    day = local.date()
    near = {today: "vandaag", today - timedelta(days=1): "gisteren", today + timedelta(days=1): "morgen"}.get(day)
    year = f" {day.year}" if day.year != today.year else ""
    return f"{near or f'{WEEKDAYS[day.weekday()][:2]} {day.day} {MONTHS[day.month - 1]}{year}'} {local:%H:%M}"


def clock_time(moment: datetime) -> str:
    """Write the time of day in Amsterdam as '09:30'."""
    return f"{moment.astimezone(ZONE):%H:%M}"


def duration_in_words(length: timedelta) -> str:
    """Write how long something takes: 'minder dan 1 min', '12 min', '2 u 05 min', '3 dagen'."""
    minutes = max(0, int(length.total_seconds() // 60))
    if minutes < 1:
        return "minder dan 1 min"
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} u {minutes:02d} min"
    days = hours // 24
    return "1 dag" if days == 1 else f"{days} dagen"
