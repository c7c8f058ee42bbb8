"""Load the deadline rules, the days off of the law, the school holidays and the labels of the timeline."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal, Optional

import msgspec

from bot.knowledge.files import KnowledgeError, convert, knowledge_dir, load_entries, read_yaml
from bot.knowledge.levels import Level, at_level

Unit = Literal["week", "month"]
HolidayName = Literal["herfst", "kerst", "voorjaar", "mei", "zomer"]

RULE_IDS = (
    "zorgplicht_besluit",
    "zorgplicht_tijdelijke_plaatsing",
    "tlv_besluit",
    "tlv_aanvullen",
    "ons_besluit",
    "ons_contact",
    "bezwaar",
    "overstap_aanmelden",
    "arrangement_verlenging",
)


class Struct(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of the entries below."""


class Extension(Struct, frozen=True):
    """How much longer the other side may take."""

    length: int
    unit: Unit


class Texts(Struct, frozen=True):
    """Templates by where today stands; `between` and `extended` only for a rule with an extension."""

    before: str
    at: str
    after: str
    between: Optional[str] = None  # noqa: UP045  (msgspec on Python 3.10 resolves these at run time)
    extended: Optional[str] = None  # noqa: UP045


class SimpleTexts(Struct, frozen=True):
    """The texts of a deadline that A2 says in other words than B1."""

    before: Optional[str] = None  # noqa: UP045
    at: Optional[str] = None  # noqa: UP045
    after: Optional[str] = None  # noqa: UP045
    between: Optional[str] = None  # noqa: UP045
    extended: Optional[str] = None  # noqa: UP045


class SimpleRule(Struct, frozen=True):
    """A deadline at A2; what stands not here is said as at B1."""

    text: Optional[SimpleTexts] = None  # noqa: UP045
    from_event: Optional[str] = None  # noqa: UP045
    what_after: Optional[str] = None  # noqa: UP045
    shifted_note: Optional[str] = None  # noqa: UP045
    uncertain_note: Optional[str] = None  # noqa: UP045


class TimelineLabels(Struct, frozen=True):
    """Labels of the counted date and of the end."""

    start: str
    end: str


class Rule(Struct, frozen=True):
    """One deadline: what is counted, from when, in which direction, and its texts."""

    title: str
    from_event: str
    length: int
    unit: Unit
    direction: Literal["after", "before"]
    working_day_shift: bool
    text: Texts
    what_after: str
    timeline: TimelineLabels
    source: str
    extension: Optional[Extension] = None  # noqa: UP045
    shifted_note: str = ""
    uncertain_note: str = ""
    a2: Optional[SimpleRule] = None  # noqa: UP045


class Equated(Struct, frozen=True):
    """Days that a royal decree made equal to a day off, and the years the decree covers."""

    first_year: int
    last_year: int
    days: tuple[date, ...]


class LegalDays(Struct, frozen=True):
    """Days off for a term of the law."""

    library_names: tuple[str, ...]
    every_year: tuple[str, ...]
    equated: Equated
    source: str


class SchoolHoliday(Struct, frozen=True):
    """First and last day of a school holiday; `advised` when schools may choose another week."""

    first: date
    last: date
    advised: bool = False


class SharedLabels(Struct, frozen=True):
    """Labels of the timeline and the calendar file that every rule shares."""

    now: str
    extension: str
    reminder: str
    source: str


SchoolHolidays = dict[str, dict[HolidayName, SchoolHoliday]]


@lru_cache(maxsize=4)
def _rules(folder: Path) -> dict[str, Rule]:
    path = folder / "deadlines.yml"
    rules = load_entries(path, Rule)
    if missing := ", ".join(sorted(set(RULE_IDS) - set(rules))):
        raise KnowledgeError(f"{path}: missing rules: {missing}")
    for name, rule in rules.items():
        if rule.length < 1 or (rule.extension is not None and rule.extension.length < 1):
            raise KnowledgeError(f"{path}: entry '{name}': a length is at least 1")
        if (rule.extension is None) != (rule.text.between is None) or (rule.extension is None) != (
            rule.text.extended is None
        ):
            raise KnowledgeError(f"{path}: entry '{name}': `between` and `extended` go together with an extension")
    return rules


@lru_cache(maxsize=4)
def _legal_days(folder: Path) -> LegalDays:
    path = folder / "legal_days.yml"
    days: LegalDays = convert(read_yaml(path), LegalDays, str(path))
    for day in days.equated.days:
        if not days.equated.first_year <= day.year <= days.equated.last_year:
            raise KnowledgeError(f"{path}: {day} lies outside the years of the decree")
    for text in days.every_year:
        try:
            date.fromisoformat(f"2024-{text}")
        except ValueError:
            raise KnowledgeError(f"{path}: every_year: '{text}' is no day written as MM-DD") from None
    return days


@lru_cache(maxsize=4)
def _school_holidays(folder: Path) -> SchoolHolidays:
    path = folder / "school_holidays.yml"
    years: SchoolHolidays = convert(read_yaml(path), SchoolHolidays, str(path))
    for year, holidays in years.items():
        for name, holiday in holidays.items():
            if holiday.first > holiday.last:
                raise KnowledgeError(f"{path}: {year}: {name} ends before it starts")
    return years


@lru_cache(maxsize=4)
def _shared_labels(folder: Path) -> SharedLabels:
    path = folder / "timeline.yml"
    return convert(read_yaml(path), SharedLabels, str(path))


def deadline_rules(level: Level = "b1") -> dict[str, Rule]:
    """Return the rules by id with the texts of a level; raise KnowledgeError where the file does not fit."""
    return {name: at_level(rule, level) for name, rule in _rules(knowledge_dir()).items()}


def legal_days() -> LegalDays:
    """Return the days off for a term of the law."""
    return _legal_days(knowledge_dir())


def school_holidays() -> SchoolHolidays:
    """Return the school holidays of region Noord by school year ('2026-2027') and name."""
    return _school_holidays(knowledge_dir())


def shared_labels() -> SharedLabels:
    """Return the labels that every timeline shares."""
    return _shared_labels(knowledge_dir())
