"""The grammar reads the phrases of tests/data/dutch_dates.yml as they are meant."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.deadlines.calendar import in_words
from bot.deadlines.dutch import find_ages, find_dates, find_durations, find_school_years
from bot.deadlines.vocabulary import MONTHS, NUMBERS, month_of, prepare, weekday_of

TODAY = date(2026, 11, 22)
CASES: dict[str, Any] = yaml.safe_load(
    (Path(__file__).resolve().parents[1] / "data" / "dutch_dates.yml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize(("phrase", "expected"), CASES["dates"].items())
def test_date(phrase: str, expected: list[Any]) -> None:
    found = find_dates(phrase, TODAY)
    assert [(item.certainty, item.value) for item in found] == [tuple(expected)]


@pytest.mark.parametrize(("phrase", "expected"), CASES["durations"].items())
def test_duration(phrase: str, expected: list[Any]) -> None:
    found = find_durations(phrase, TODAY)
    assert [(item.certainty, item.value_weeks) for item in found] == [tuple(expected)]


@pytest.mark.parametrize(("phrase", "expected"), CASES["ages"].items())
def test_age(phrase: str, expected: list[int]) -> None:
    assert [item.value for item in find_ages(phrase)] == expected


@pytest.mark.parametrize(("phrase", "expected"), CASES["school"].items())
def test_school_year(phrase: str, expected: list[Any]) -> None:
    groep, leerjaar, niveau = expected
    found = find_school_years(phrase)
    assert [(item.groep, item.leerjaar, item.niveau) for item in found] == [(groep, leerjaar, tuple(niveau))]


@pytest.mark.parametrize("phrase", CASES["no_dates"])
def test_no_date(phrase: str) -> None:
    assert find_dates(phrase, TODAY) == []


@pytest.mark.parametrize("phrase", CASES["no_durations"])
def test_no_duration(phrase: str) -> None:
    assert find_durations(phrase, TODAY) == []


@pytest.mark.parametrize("phrase", CASES["no_ages"])
def test_no_age(phrase: str) -> None:
    assert find_ages(phrase) == []


@pytest.mark.parametrize("phrase", CASES["no_school"])
def test_no_school_year(phrase: str) -> None:
    assert find_school_years(phrase) == []


def test_a_date_without_a_year_names_the_years_it_may_be_in() -> None:
    assert find_dates("3 december", TODAY)[0].candidates == (date(2025, 12, 3), date(2026, 12, 3))
    assert find_dates("29 februari", TODAY)[0].candidates == (date(2024, 2, 29), date(2028, 2, 29))
    assert find_dates("maandag 3 november", TODAY)[0].candidates == (date(2025, 11, 3),)


def test_a_vague_month_keeps_its_period() -> None:
    assert find_dates("begin november", TODAY)[0].period == (date(2026, 11, 1), date(2026, 11, 10))
    assert find_dates("eind december", TODAY)[0].period == (date(2025, 12, 21), date(2025, 12, 31))
    assert find_dates("eind december", TODAY, expect="future")[0].period == (date(2026, 12, 21), date(2026, 12, 31))


def test_an_expected_future_date_turns_the_rule_around() -> None:
    found = find_dates("hij start 4 januari 2027", TODAY, expect="future")
    assert [(item.certainty, item.value) for item in found] == [("exact", date(2027, 1, 4))]
    assert find_dates("1 december", TODAY, expect="future")[0].value == date(2026, 12, 1)
    assert find_dates("1 februari", TODAY, expect="future")[0].certainty == "needs_year"


def test_a_holiday_outside_the_data_is_unknown() -> None:
    assert [item.certainty for item in find_dates("sinds de herfstvakantie", date(2031, 11, 22))] == ["unknown"]
    assert [item.certainty for item in find_dates("sinds de herfstvakantie", TODAY, holidays={})] == ["unknown"]


def test_during_a_holiday_it_counts_from_its_first_day() -> None:
    assert find_dates("sinds de herfstvakantie", date(2026, 10, 14))[0].value == date(2026, 10, 10)


def test_two_school_groups_are_options() -> None:
    assert find_school_years("groep 7/8")[0].options == (7, 8)
    assert find_school_years("hij is kleuter")[0].options == (1, 2)


def test_a_range_keeps_its_bounds() -> None:
    found = find_durations("4 a 5 weken", TODAY)[0]
    assert (found.min_weeks, found.max_weeks) == (4.0, 5.0)
    found = find_durations("sinds september", TODAY)[0]
    assert (found.text, found.min_weeks, found.max_weeks) == ("sinds september", 7.6, 11.7)


def test_a_story_gives_all_its_parts() -> None:
    story = (
        "Mijn zoon van 9 (groep 6) zit sinds de herfstvakantie thuis. Op 12 november kwam een brief. Bel 0612345678."
    )
    assert [item.value for item in find_ages(story)] == [9]
    assert [item.groep for item in find_school_years(story)] == [6]
    assert [item.value for item in find_dates(story, TODAY)] == [date(2026, 10, 19), date(2026, 11, 12)]
    assert [item.value_weeks for item in find_durations(story, TODAY)] == [4.9]


@given(st.dates(date(2015, 1, 1), date(2049, 12, 31)))
@settings(max_examples=100, deadline=None)
def test_every_written_date_is_read_back(day: date) -> None:
    for text in (in_words(day), f"{day.day} {MONTHS[day.month - 1]} {day.year}", f"{day:%d-%m-%Y}", day.isoformat()):
        assert [item.value for item in find_dates(f"brief van {text}.", TODAY)] == [day]


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.sampled_from(("dinsdag", "zondag", "vrijdag")))
@settings(max_examples=60, deadline=None)
def test_named_weekdays_lie_where_they_should(today: date, weekday: str) -> None:
    last = find_dates(f"afgelopen {weekday}", today)[0].value
    coming = find_dates(f"aanstaande {weekday}", today)[0].value
    assert last is not None and coming is not None
    assert timedelta(days=1) <= today - last <= timedelta(days=7)
    assert timedelta(days=1) <= coming - today <= timedelta(days=7)
    assert weekday_of(weekday) == last.weekday() == coming.weekday()


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_without_error_and_places_are_true(text: str) -> None:
    assert len(prepare(text)) == len(text)
    places = [(item.start, item.end) for item in find_dates(text, TODAY)]
    places += [(item.start, item.end) for item in find_durations(text, TODAY)]
    places += [(item.start, item.end) for item in find_ages(text)]
    places += [(item.start, item.end) for item in find_school_years(text)]
    assert all(0 <= start < end <= len(text) for start, end in places)


WORDS = (
    "3 12 31 2026 november mei - / . , van de sinds al over geleden weken jaar maandag bijna groep half een "
    "anderhalve en of vakantie herfst is wordt 0 99 '26 ½ per"
)


@given(st.lists(st.sampled_from(WORDS.split(" ")), max_size=9))
@settings(max_examples=300, deadline=None)
def test_any_pile_of_date_words_is_read_without_error(words: list[str]) -> None:
    text = " ".join(words)
    for today in (TODAY, date(2028, 2, 29)):
        for item in find_dates(text, today):
            assert (item.value is not None) == (item.certainty in ("exact", "future"))
        find_durations(text, today)
    find_ages(text)
    find_school_years(text)


@pytest.mark.parametrize("word", ["maar", "kaart", "jullie", "mij", "meid", "paar", "haar", "mee"])
def test_common_words_are_no_months(word: str) -> None:
    assert month_of(word) is None


@pytest.mark.parametrize("word", ["vandaag", "maanden", "maandags", "zorgen", "dinsdagen"])
def test_common_words_are_no_weekdays(word: str) -> None:
    assert weekday_of(word) is None


def test_number_words_agree_with_text2num() -> None:
    alpha2digit = pytest.importorskip("text_to_num").alpha2digit
    differing = [word for word, value in NUMBERS.items() if value > 1 and alpha2digit(word, "nl") != str(value)]
    # The library leaves a lone "twee" alone, and wants the diaeresis that the grammar has taken off ("tweeëntwintig").
    assert [word for word in differing if not word.startswith(("twee", "drieen"))] == []


@pytest.mark.parametrize(
    "phrase", ["3 november", "3-11", "3/11/26", "eergisteren", "2 weken geleden", "maandag 9 november"]
)
def test_plain_dates_agree_with_dateparser(phrase: str) -> None:
    dateparser = pytest.importorskip("dateparser")
    parsed = dateparser.parse(phrase, languages=["nl"], settings={"RELATIVE_BASE": datetime(2026, 11, 22)})
    assert find_dates(phrase, TODAY)[0].value == parsed.date()
