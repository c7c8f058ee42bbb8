"""Deadlines: known examples, days off of the law, properties of every rule, texts, calendar file and clock."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import clock
from bot.deadlines.calendar import add_months, in_words, is_day_off, next_working_day
from bot.deadlines.rules import DeadlineError, compute, to_contract
from bot.knowledge import deadlines as knowledge
from bot.knowledge.deadlines import RULE_IDS, deadline_rules, legal_days, school_holidays
from bot.knowledge.files import KnowledgeError, knowledge_dir, read_yaml

STARTS = st.dates(date(2014, 8, 1), date(2049, 12, 31))
DECREE_STARTS = st.dates(date(2026, 1, 1), date(2028, 11, 1))


def easter(year: int) -> date:
    """Return Easter Sunday (the anonymous Gregorian computus), to check the library's movable days independently."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    rest = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * rest) // 451
    month, day = divmod(h + rest - 7 * m + 114, 31)
    return date(year, month, day + 1)


@pytest.mark.parametrize(
    ("rule", "start", "until", "extended"),
    [
        ("bezwaar", "2026-11-12", "2026-12-24", None),
        ("bezwaar", "2026-11-13", "2026-12-28", None),  # Christmas Day on Friday, then the weekend
        ("bezwaar", "2026-11-14", "2026-12-28", None),
        ("bezwaar", "2026-11-20", "2027-01-04", None),  # New Year's Day on Friday
        ("bezwaar", "2025-11-20", "2026-01-05", None),  # New Year's Day, then 2 January by decree, then the weekend
        ("bezwaar", "2025-11-21", "2026-01-05", None),
        ("bezwaar", "2026-02-20", "2026-04-07", None),  # Good Friday to Easter Monday
        ("bezwaar", "2026-03-16", "2026-04-28", None),  # King's Day
        ("bezwaar", "2026-03-24", "2026-05-06", None),  # 5 May, every year
        ("bezwaar", "2026-04-02", "2026-05-18", None),  # Ascension, then 15 May by decree
        ("bezwaar", "2026-04-13", "2026-05-26", None),  # Whit Monday
        ("bezwaar", "2027-03-24", "2027-05-10", None),  # 5 May, Ascension, 7 May by decree, weekend
        ("bezwaar", "2028-03-16", "2028-05-01", None),  # King's Day, 28 April by decree
        ("zorgplicht_besluit", "2026-11-02", "2026-12-14", "2027-01-11"),
        ("zorgplicht_besluit", "2026-11-13", "2026-12-25", "2027-01-22"),  # holidays count: no shift
        ("zorgplicht_tijdelijke_plaatsing", "2026-11-02", "2027-01-11", None),
        ("tlv_besluit", "2026-11-02", "2026-12-14", "2027-01-11"),
        ("tlv_aanvullen", "2026-11-02", "2026-11-30", None),
        ("ons_besluit", "2026-11-02", "2026-11-16", None),
        ("ons_contact", "2026-11-16", "2026-11-23", None),
        ("overstap_aanmelden", "2027-08-23", "2027-06-14", None),
        ("arrangement_verlenging", "2027-07-31", "2027-04-30", None),
        ("arrangement_verlenging", "2027-05-31", "2027-02-28", None),
        ("arrangement_verlenging", "2028-05-31", "2028-02-29", None),
        ("arrangement_verlenging", "2027-01-15", "2026-10-15", None),
    ],
)
def test_known_examples(rule: str, start: str, until: str, extended: str | None) -> None:
    contract = to_contract(compute(rule, date.fromisoformat(start)))
    assert (contract["from"], contract["until"], contract["extended_until"]) == (start, until, extended)


def test_the_contract_has_its_six_fields_and_is_json() -> None:
    contract = json.loads(json.dumps(to_contract(compute("bezwaar", date(2026, 11, 12)))))
    assert list(contract) == ["rule", "from", "until", "extended_until", "text", "source"]
    assert contract["rule"] == "bezwaar"
    assert contract["source"] == "wet/awb_bezwaar"
    assert "donderdag 24 december 2026" in contract["text"]
    assert "vrijdag 13 november 2026" in contract["text"]


@pytest.mark.parametrize("year", range(2015, 2050))
def test_the_days_of_the_law_are_all_there(year: int) -> None:
    sunday = easter(year)
    moving = {sunday + timedelta(days=days) for days in (-2, 1, 39, 50)}
    king = date(year, 4, 27) if date(year, 4, 27).weekday() != 6 else date(year, 4, 26)
    fixed = {date(year, 1, 1), date(year, 5, 5), date(year, 12, 25), date(year, 12, 26), king}
    equated = {day for day in legal_days().equated.days if day.year == year}
    every = (date(year, 1, 1) + timedelta(days=days) for days in range(366))
    found = {day for day in every if day.year == year and day.weekday() < 5 and is_day_off(day, legal_days())}
    assert found == {day for day in moving | fixed | equated if day.weekday() < 5}


@given(STARTS)
@settings(max_examples=150, deadline=None)
def test_bezwaar_never_ends_on_a_day_off_and_never_early(start: date) -> None:
    deadline = compute("bezwaar", start)
    assert not is_day_off(deadline.until, legal_days())
    assert deadline.until >= start + timedelta(days=42)
    between = [start + timedelta(days=days) for days in range(42, (deadline.until - start).days)]
    assert all(is_day_off(day, legal_days()) for day in between)
    assert deadline.certain == (2026 <= deadline.until.year <= 2028)


@given(STARTS, st.sampled_from(("zorgplicht_besluit", "tlv_besluit")))
@settings(max_examples=60, deadline=None)
def test_days_off_count_for_the_other_rules(start: date, rule: str) -> None:
    deadline = compute(rule, start)
    assert deadline.until == start + timedelta(weeks=6)
    assert deadline.extended_until == start + timedelta(weeks=10)
    assert deadline.extended_until == compute("zorgplicht_tijdelijke_plaatsing", start).until


@given(STARTS, st.sampled_from(RULE_IDS), st.integers(-200, 200))
@settings(max_examples=200, deadline=None)
def test_every_rule_keeps_its_direction_and_its_words(start: date, rule: str, offset: int) -> None:
    today = start + timedelta(days=offset)
    deadline = compute(rule, start, today=today)
    if deadline_rules()[rule].direction == "after":
        assert deadline.until > start
    else:
        assert deadline.until < start
    if deadline.extended_until is not None:
        assert deadline.extended_until > deadline.until
    assert "{" not in deadline.text + deadline.what_after
    assert bool(deadline.what_after) == (today > deadline.until)
    days = [event.day for event in deadline.events]
    assert days == sorted(days)
    assert {event.kind for event in deadline.events} >= {"start", "now", "end"}


@given(STARTS, STARTS)
@settings(max_examples=100, deadline=None)
def test_a_later_date_never_gives_an_earlier_end(first: date, second: date) -> None:
    first, second = sorted((first, second))
    for rule in RULE_IDS:
        assert compute(rule, first).until <= compute(rule, second).until


@given(DECREE_STARTS)
@settings(max_examples=50, deadline=None)
def test_a_moved_end_is_explained(start: date) -> None:
    deadline = compute("bezwaar", start)
    assert ("vrije dag" in deadline.text) == (deadline.until != start + timedelta(days=42))


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)), st.integers(-240, 240))
@settings(max_examples=100, deadline=None)
def test_months_keep_the_day_or_take_the_last(day: date, count: int) -> None:
    moved = add_months(day, count)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == count
    assert moved.day == day.day or (moved + timedelta(days=1)).day == 1


@pytest.mark.parametrize(
    ("today", "extended", "phase"),
    [
        (None, False, "before"),
        ("2026-12-13", False, "before"),
        ("2026-12-14", False, "at"),
        ("2026-12-15", False, "between"),
        ("2027-01-11", False, "between"),
        ("2027-01-12", False, "after"),
        ("2026-11-03", True, "extended"),
        ("2027-01-11", True, "extended"),
        ("2027-01-12", True, "after"),
    ],
)
def test_the_text_follows_where_today_stands(today: str | None, extended: bool, phase: str) -> None:
    now = date.fromisoformat(today) if today else None
    deadline = compute("zorgplicht_besluit", date(2026, 11, 2), extended, now)
    assert deadline.phase == phase
    assert deadline.end == (date(2027, 1, 11) if extended else date(2026, 12, 14))


def test_after_the_end_it_says_what_is_still_possible() -> None:
    deadline = compute("bezwaar", date(2026, 9, 1), today=date(2026, 11, 22))
    assert deadline.phase == "after"
    assert "Stuur je bezwaar dan toch" in to_contract(deadline)["text"]  # type: ignore[operator]


def test_an_end_outside_the_decree_says_that_a_day_may_be_added() -> None:
    deadline = compute("bezwaar", date(2029, 2, 1))
    assert not deadline.certain
    assert "extra vrije dag" in deadline.text


def test_the_timeline_has_start_now_end_and_extension() -> None:
    deadline = compute("tlv_besluit", date(2026, 11, 2), today=date(2026, 11, 22))
    assert [(event.kind, event.day) for event in deadline.events] == [
        ("start", date(2026, 11, 2)),
        ("now", date(2026, 11, 22)),
        ("end", date(2026, 12, 14)),
        ("extension", date(2027, 1, 11)),
    ]


@pytest.mark.parametrize(
    ("rule", "start", "extended", "message"),
    [
        ("bezwaren", date(2026, 11, 12), False, "unknown rule 'bezwaren'"),
        ("bezwaar", date(2026, 11, 12), True, "knows no extension"),
        ("bezwaar", date(1926, 11, 12), False, "lies outside"),
        ("bezwaar", date(2206, 11, 12), False, "lies outside"),
    ],
)
def test_what_cannot_be_is_refused(rule: str, start: date, extended: bool, message: str) -> None:
    with pytest.raises(DeadlineError, match=message):
        compute(rule, start, extended)


def test_every_source_is_a_known_part() -> None:
    sources = read_yaml(knowledge_dir() / "sources.yml")
    for source in [*(rule.source for rule in deadline_rules().values()), legal_days().source]:
        document, part = source.split("/")
        assert part in sources[document]["parts"], source


def test_texts_are_short_and_plain() -> None:
    for rule_id in RULE_IDS:
        for today in (None, date(2026, 11, 1), date(2027, 6, 1)):
            text = to_contract(compute(rule_id, date(2026, 11, 2), today=today))["text"] or ""
            assert len(text.split()) <= 80, text
            for sentence in re.split(r"(?<=[.?!])\s+", text):
                assert len(sentence.split()) <= 20, sentence
            assert not re.search(r"\b(middels|indien|conform|betreffende)\b", text)


def test_school_holidays_are_whole_weeks_in_order() -> None:
    for year, holidays in school_holidays().items():
        first_year = int(year[:4])
        assert list(holidays) == ["herfst", "kerst", "voorjaar", "mei", "zomer"]
        for holiday in holidays.values():
            assert (holiday.first.weekday(), holiday.last.weekday()) == (5, 6)
            assert date(first_year, 8, 1) < holiday.first <= holiday.last < date(first_year + 1, 9, 10)


def _write(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_broken_file_names_itself(tmp_path: Path) -> None:
    text = (knowledge_dir() / "deadlines.yml").read_text(encoding="utf-8")
    with pytest.raises(KnowledgeError, match="ons_contact"):
        knowledge._rules(_write(tmp_path, "deadlines.yml", text.replace("\nons_contact:", "\nons_kontakt:")))
    decree = (knowledge_dir() / "legal_days.yml").read_text(encoding="utf-8")
    with pytest.raises(KnowledgeError, match="outside the years"):
        knowledge._legal_days(_write(tmp_path, "legal_days.yml", decree.replace("2026-01-02", "2025-01-02")))


def test_a_library_without_a_day_of_the_law_is_noticed() -> None:
    import msgspec

    legal = msgspec.structs.replace(legal_days(), library_names=("Queen's Birthday",))
    with pytest.raises(KnowledgeError, match="Queen's Birthday"):
        next_working_day(date(2026, 11, 12), legal)


def test_dates_in_words() -> None:
    assert in_words(date(2026, 12, 24)) == "donderdag 24 december 2026"


def test_the_calendar_file_is_read_back() -> None:
    icalendar = pytest.importorskip("icalendar")
    from bot.deadlines.ics import to_ics

    now = datetime(2026, 11, 22, 9, 30, tzinfo=timezone.utc)
    deadline = compute("bezwaar", date(2026, 11, 12), today=date(2026, 12, 24))
    text = to_ics(deadline, now, "Algemene wet bestuursrecht")
    event = icalendar.Calendar.from_ical(text).walk("VEVENT")[0]
    assert event["dtstart"].dt == date(2026, 12, 24)
    assert event["dtend"].dt == date(2026, 12, 25)
    assert event["dtstamp"].dt == now
    assert "Algemene wet bestuursrecht" in event["description"]
    assert "Vandaag" not in event["description"]
    assert text == to_ics(deadline, now, "Algemene wet bestuursrecht")
    with pytest.raises(ValueError, match="time zone"):
        to_ics(deadline, datetime(2026, 11, 22))


def test_the_clock_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_NOW", "2026-11-22T09:30:00")
    assert clock.now().isoformat() == "2026-11-22T09:30:00+01:00"
    monkeypatch.setenv("BOT_NOW", "2026-11-22T23:30:00Z")
    assert clock.today() == date(2026, 11, 23)
    monkeypatch.setenv("BOT_NOW", "2026-07-01")
    assert clock.now().utcoffset() == timedelta(hours=2)
    monkeypatch.setenv("BOT_NOW", "morgen")
    with pytest.raises(clock.ClockError, match="BOT_NOW is 'morgen'"):
        clock.now()
    monkeypatch.delenv("BOT_NOW")
    assert clock.now().tzinfo is not None
