"""Find special schools by name, kind, arrangement and district."""

from __future__ import annotations

from collections.abc import Sequence

from bot.knowledge.describe_arrangement import school_title
from bot.knowledge.info import Mention, Reply, button_title, load_info
from bot.knowledge.names import catalogue
from bot.knowledge.places import load_places
from bot.knowledge.schools import School, load_schools

TOPIC = "school_zoeken"
MOST_SCHOOLS = 5
MOST_CHOICES = 4


def school_reply(mentions: Sequence[Mention], earlier: Sequence[Mention] = (), points_back: bool = False) -> Reply:
    """Return the schools that a message asks for, at most 5; the rest stands behind choices.

    `earlier` is what the message before named: it fills in the district that this one leaves out, and the kind where this
    one names a district or points back ('en waar is dat?').
    """
    district = _first(mentions, "wijk") or _first(earlier, "wijk")
    named = _named(mentions)
    if named:
        return _schools_reply(named, None, _in_district(named, district) or named, district, asked_district=False)
    wanted = _wanted(mentions) or (_wanted(earlier) if points_back or _first(mentions, "wijk") else None)
    if wanted is None:
        kinds = load_places().school_types
        choices = tuple((kinds[key].button, f"schooltype:{key}") for key in load_info().common_school_types)
        return Reply(TOPIC, "utter_school_welke", choices=choices)
    title, schools = wanted
    fitting = _in_district(schools, district)
    return _schools_reply(schools, title, fitting, district, asked_district=district is not None)


def _first(mentions: Sequence[Mention], kind: str) -> str | None:
    return next((mention.value for mention in mentions if mention.type == kind), None)


def _named(mentions: Sequence[Mention]) -> list[School]:
    """Return the addresses of the schools that are named; a kind of school beside them narrows them down."""
    found: list[School] = []
    for mention in mentions:
        if mention.type == "school":
            try:
                found += load_schools().get(mention.value)
            except KeyError:
                continue
    kinds = {mention.value for mention in mentions if mention.type == "schooltype"}
    return list(dict.fromkeys([school for school in found if school.type in kinds] or found))


def _wanted(mentions: Sequence[Mention]) -> tuple[str, list[School]] | None:
    """Return what is looked for (in words) and every school for it: an arrangement goes before a kind of school."""
    schools = load_schools().all()
    kinds = load_places().school_types
    arrangements = catalogue().arrangements
    for wish in ("arrangement", "begrip", "schooltype"):
        for mention in mentions:
            if mention.type != wish:
                continue
            kind = kinds.get(mention.value) if wish == "schooltype" else None
            offered = kind.offers if kind else mention.value
            found = [s for s in schools if offered in s.offers]
            if kind and kind.offers is None:
                found = [s for s in schools if s.type == mention.value]
            if not found or _is_kind(mention, mentions):
                continue
            return kind.title if kind else arrangements[mention.value].name, found
    return None


def _is_kind(mention: Mention, mentions: Sequence[Mention]) -> bool:
    """Tell whether the same words are a kind of school as well: then the kind is what is looked for."""
    return mention.type != "schooltype" and any(
        other.type == "schooltype" and (other.start, other.end) == (mention.start, mention.end) for other in mentions
    )


def _in_district(schools: Sequence[School], district: str | None) -> list[School]:
    return [school for school in schools if district is None or school.district == district]


def _schools_reply(
    schools: Sequence[School], title: str | None, fitting: Sequence[School], district: str | None, asked_district: bool
) -> Reply:
    """Return one school in full, or a list: those of the district, else the nearest, else all of unknown district."""
    if len(fitting) == 1 and (len(schools) == 1 or title is None):
        return _school(fitting[0])
    shown = list(fitting) or _by_distance(schools, district)
    known = any(school.district for school in shown)
    if not asked_district:
        response = "utter_scholen_lijst"
    elif fitting:
        response = "utter_scholen_in_wijk"
    else:
        response = "utter_scholen_niet_in_wijk" if known else "utter_scholen_wijk_onbekend"
    if title is None:
        title = school_title(shown[0])
        one = len({school.organisation for school in shown}) == 1
        response = "utter_school_adressen" if one else "utter_scholen_genoemd"
    rest = [school for school in schools if school not in shown[:MOST_SCHOOLS]]
    return Reply(
        TOPIC,
        response,
        {"soort": title, "wijk": district or "", "lijst": "\n".join(map(_line, shown[:MOST_SCHOOLS]))},
        tuple(dict.fromkeys(school.source for school in shown[:MOST_SCHOOLS])),
        choices=_rest_choices(rest),
    )


def _by_distance(schools: Sequence[School], district: str | None) -> list[School]:
    """Return the schools of the nearest district first; those without a known district last."""
    places = load_places().districts
    order = [name for key, entry in places.items() if key == district for name in entry.near]
    return sorted(schools, key=lambda s: order.index(s.district) if s.district in order else len(order))


def _line(school: School) -> str:
    """Return a school as an item of a list."""
    place = f" ({school.district})" if school.district else ""
    return f"- {school.name}: {school.address}{place}" if school.address else f"- {school.name}{place}"


def _rest_choices(rest: Sequence[School]) -> tuple[tuple[str, str], ...]:
    """Return buttons to the schools that were not shown, one an organisation."""
    firsts = {school.organisation: school for school in reversed(rest)}
    choices = [(button_title(school_title(school)), f"school:{key}") for key, school in firsts.items()]
    return tuple(reversed(choices))[:MOST_CHOICES]


def _school(school: School) -> Reply:
    """Return one school: its address, what it is, and what it offers as choices."""
    arrangements = catalogue().arrangements
    offers = [key for key in school.offers if arrangements[key].kind != "tlv"]
    return Reply(
        TOPIC,
        "utter_school_info",
        {
            "naam": school.name,
            "wat": school.what,
            "regels": load_info().list_of(adres=school.address, wijk=school.district),
            "let_op": school.note or "",
        },
        (school.source,),
        choices=tuple((button_title(arrangements[key].name), f"arrangement:{key}") for key in offers[:MOST_CHOICES]),
    )
