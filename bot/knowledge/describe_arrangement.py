"""Explain one arrangement, or let the parent choose between several that the message may mean."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.knowledge.arrangements import Arrangement
from bot.knowledge.info import Mention, Reply, button_title, load_info, with_contact
from bot.knowledge.levels import Level
from bot.knowledge.names import catalogue
from bot.knowledge.places import load_places
from bot.knowledge.schools import School, load_schools

TOPIC = "arrangement_info"
MOST_CHOICES = 6
MOST_SCHOOLS = 4


def arrangement_reply(mentions: Sequence[Mention], on: date, level: Level = "b1") -> Reply:
    """Return the explanation of the arrangement that is meant on a day, at a level; a choice where that is not one.

    Raises:
        KnowledgeError: a telephone number or the like has no value on that day.
    """
    arrangements = catalogue(level).arrangements
    found = chosen_arrangements(mentions)
    if len(found) == 1:
        return _described(arrangements[found[0]], on)
    choices = found[:MOST_CHOICES] or load_info().common_arrangements
    return Reply(
        TOPIC,
        "utter_arrangement_keuze" if found else "utter_arrangement_welke",
        choices=tuple((button_title(arrangements[key].name), f"arrangement:{key}") for key in choices),
    )


def chosen_arrangements(mentions: Sequence[Mention]) -> list[str]:
    """Return the arrangements that a message may mean, the first named first.

    A school beside an arrangement narrows it down: 'de structuurgroep van de Bombardon' is one structuurgroep of three.
    """
    spans: dict[tuple[int, int], list[Mention]] = {}
    for mention in mentions:
        spans.setdefault((mention.start, mention.end), []).append(mention)
    named: list[str] = []
    at_places: list[str] = []
    places: set[str] = set()
    for readings in spans.values():
        ids = _arrangements(readings)
        here = {school.organisation for reading in readings for school in _schools(reading)}
        if here:
            places |= here
            at_places += ids or _offered(here)
        else:
            named += ids
    arrangements = catalogue().arrangements
    near = [key for key in named if places & _organisations(arrangements[key])]
    return list(dict.fromkeys(near or named or at_places))


def _arrangements(readings: Sequence[Mention]) -> list[str]:
    """Return the arrangements among the readings of some words; a term counts where it names an arrangement."""
    known = catalogue().arrangements
    named = [r.value for r in readings if r.type == "arrangement" and r.value in known]
    return named or [r.value for r in readings if r.type == "begrip" and r.value in known]


def _schools(mention: Mention) -> list[School]:
    """Return the schools that a reading names; of the kinds of school only one that is one school (OPDC)."""
    schools = load_schools()
    if mention.type == "schooltype":
        found = [school for school in schools.all() if school.type == mention.value]
        return found if len(found) == 1 else []
    if mention.type != "school":
        return []
    try:
        return schools.get(mention.value)
    except KeyError:
        return []


def _organisations(arrangement: Arrangement) -> set[str]:
    """Return the organisations of the schools of an arrangement."""
    return {school.organisation for name in arrangement.schools for school in load_schools().get(name)}


def _offered(organisations: set[str]) -> list[str]:
    """Return what schools offer, without the TLV that they all ask."""
    known = catalogue().arrangements
    offers = [key for s in load_schools().all() if s.organisation in organisations for key in s.offers]
    return [key for key in dict.fromkeys(offers) if known[key].kind != "tlv"]


def _described(arrangement: Arrangement, on: date) -> Reply:
    """Return everything a parent wants to know first about an arrangement."""
    if not arrangement.valid_from <= on.isoformat() <= (arrangement.valid_until or "9999"):
        return Reply(TOPIC, "utter_arrangement_verlopen", {"naam": arrangement.name}, arrangement.sources)
    info = load_info()
    addresses = [s for name in arrangement.schools for s in load_schools().get(name) if s.address]
    single = addresses[0].address if len(addresses) == 1 else None
    values = {
        "naam": arrangement.name,
        "voor_wie": arrangement.for_whom,
        "wat": arrangement.what,
        "regels": info.list_of(
            waar=arrangement.where, adres=single, duur=arrangement.duration, aanvragen=arrangement.applicant
        ),
        "let_op": arrangement.note or "",
        "deze_week": arrangement.this_week,
    }
    return Reply(
        TOPIC,
        "utter_arrangement_info",
        {name: with_contact(text, on) for name, text in values.items()},
        arrangement.sources,
        info.followups[arrangement.route],
        () if single else _school_choices(arrangement),
        about=arrangement.id,
    )


def _school_choices(arrangement: Arrangement) -> tuple[tuple[str, str], ...]:
    """Return buttons to the addresses: the schools themselves, or all schools of the kind."""
    if arrangement.kind == "tlv":
        kind = arrangement.id.removeprefix("tlv_")
        return ((load_places().school_types[kind].button, f"schooltype:{kind}"),)
    firsts = {s.organisation: s for name in arrangement.schools for s in load_schools().get(name) if s.address}
    return tuple((button_title(school_title(s)), f"school:{key}") for key, s in firsts.items())[:MOST_SCHOOLS]


def school_title(school: School) -> str:
    """Return the name of a school without its location."""
    return school.name.split(", locatie ")[0]
