"""Consultation hours: when somebody is there, when again, and the moments to be called back."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import ZONE
from bot.handoff.hours import Hours, load_hours
from bot.knowledge.files import KnowledgeError

FILE = """
source: ondersteuningsplan/ouders
own_setting: [weekdagen, tijden]
periods:
- valid_from: 2026-01-01
  valid_until: 2027-12-31
  mornings:
    maandag: {from: "09:00", until: "12:00"}
    woensdag: {from: "09:00", until: "12:00"}
    vrijdag: {from: "09:00", until: "12:00"}
- valid_from: 2028-01-01
  mornings:
    dinsdag: {from: "13:00", until: "15:00"}
slots: {minutes: 30, capacity: 2, first_after_minutes: 30, days_ahead: 14}
closed_school_holidays: [kerst]
closed: [{first: 2026-06-01, last: 2026-06-05, why: studiedagen}]
"""


@pytest.fixture
def hours(tmp_path: Path) -> Hours:
    path = tmp_path / "hours.yml"
    path.write_text(FILE, encoding="utf-8")
    return load_hours(path)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-30T09:00", True),
        ("2026-11-30T11:59", True),
        ("2026-11-30T12:00", False),
        ("2026-11-30T08:59", False),
        ("2026-12-01T10:00", False),  # Tuesday
        ("2026-04-27T10:00", False),  # King's Day
        ("2026-05-25T10:00", False),  # Whit Monday
        ("2026-05-15T10:00", False),  # equated by royal decree
        ("2026-12-21T10:00", False),  # Christmas holiday of schools
        ("2027-01-04T10:00", True),
        ("2026-06-03T10:00", False),  # closed by the Steunpunt itself
        ("2028-01-03T10:00", False),  # the new rhythm has begun
        ("2028-01-11T14:00", True),
        ("2025-12-31T10:00", False),  # before the first period
    ],
)
def test_open_and_closed(hours: Hours, moment: str, is_open: bool) -> None:
    assert hours.is_open(at(moment)) is is_open
    assert (hours.closes_at(at(moment)) is not None) is is_open


@pytest.mark.parametrize(
    ("moment", "again"),
    [
        ("2026-11-30T10:00", "2026-11-30T10:00"),
        ("2026-11-30T12:00", "2026-12-02T09:00"),
        ("2026-12-18T12:00", "2027-01-04T09:00"),  # over the Christmas holiday
        ("2026-04-24T13:00", "2026-04-29T09:00"),  # over King's Day
        ("2027-12-24T13:00", "2028-01-11T13:00"),  # into the next period, after its holiday
    ],
)
def test_when_somebody_is_there_again(hours: Hours, moment: str, again: str) -> None:
    assert hours.next_open(at(moment)) == at(again)


def test_slots_are_not_too_soon_and_fill_the_mornings(hours: Hours) -> None:
    slots = hours.slots(at("2026-11-30T10:05"), 3)
    assert [slot.start for slot in slots[:3]] == [at("2026-11-30T11:00"), at("2026-11-30T11:30"), at("2026-12-02T09:00")]
    assert slots[0].text == "maandag 30 november, 11.00 tot 11.30 uur"
    assert len(hours.slots_of(date(2026, 12, 2))) == 6
    assert hours.slots_of(date(2026, 12, 25)) == []
    assert hours.slot_at(at("2026-12-02T09:30")) is not None
    assert hours.slot_at(at("2026-12-02T09:31")) is None


def test_slots_keep_their_clock_time_when_summer_time_ends(hours: Hours) -> None:
    starts = [slot.start for slot in hours.slots(at("2026-10-23T13:00"), 4)]
    assert starts[0].isoformat() == "2026-10-26T09:00:00+01:00"
    assert hours.slots_of(date(2026, 10, 23))[0].start.isoformat() == "2026-10-23T09:00:00+02:00"
    assert hours.slots_of(date(2026, 10, 23))[-1].end - hours.slots_of(date(2026, 10, 23))[0].start == timedelta(hours=3)


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ('until: "12:00"', 'until: "08:00"', "maandag"),
        ('from: "09:00"', 'from: "9 uur"', "9 uur"),
        ("maandag", "zaterdag", "zaterdag"),
        ("valid_until: 2027-12-31", "valid_until: 2028-02-01", "2028"),
        ("capacity: 2", "capacity: 0", "capacity"),
        ("first: 2026-06-01", "first: 2026-06-09", "2026-06-09"),
        ("source: ondersteuningsplan/ouders", "source: ergens/anders", "ergens/anders"),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, old: str, new: str, names: str) -> None:
    path = tmp_path / "fout.yml"
    path.write_text(FILE.replace(old, new), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=names) as error:
        load_hours(path)
    assert "fout.yml" in str(error.value)


def test_the_real_hours_have_three_mornings_and_say_what_is_their_own_setting() -> None:
    hours = load_hours()
    week = [date(2026, 11, 23) + timedelta(days=number) for number in range(7)]
    assert sum(hours.opening(day) is not None for day in week) == 3
    assert "weekdagen" in hours._content.own_setting
