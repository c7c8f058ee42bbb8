"""The four measures, on cases worked out by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import ZONE
from bot.readability.gate import Score
from bot.staff.figures.clusters import cluster
from bot.staff.figures.facts import Conversation, Handoff, Question, Shown
from bot.staff.figures.measures import Gap, covered, fast, good, plain, spread, verdict
from bot.staff.figures.period import Period, PeriodError, Quarter, quarter_of, read_period, read_quarter
from bot.staff.figures.readability import Scores, load_scores, scores_file
from bot.staff.figures.signaleren import report
from bot.staff.figures.suppression import LEAST, suppress

START = datetime(2026, 11, 2, 20, 0, tzinfo=ZONE)


def question(topic: str | None = "tlv_wat", *, after: float = 0, answered: float | None = 1, **fields: Any) -> Question:
    """Return a question so many seconds after the start, answered so many seconds later."""
    at = START + timedelta(seconds=after)
    values: dict[str, Any] = {
        "message_id": f"m{after}", "position": int(after), "at": at, "text": "een vraag", "typed": True, "topic": topic,
        "confidence": 0.9, "accepted": True, "language": "nl",
        "answered_at": None if answered is None else at + timedelta(seconds=answered),
    }  # fmt: skip
    return Question(**{**values, **fields})


def handoff(outcome: str | None, *, reply: float | None = 60) -> Handoff:
    """Return a handoff with an outcome (None: open), replied to after so many minutes."""
    return Handoff(
        "afgehandeld" if outcome else "aangevraagd", "gewoon", "chat", outcome, START,
        None if reply is None else START + timedelta(minutes=reply), START + timedelta(hours=3) if outcome else None,
    )  # fmt: skip


def talk(
    *questions: Question, handoffs: tuple[Handoff, ...] = (), shown: tuple[Shown, ...] = (), name: str = "g"
) -> Conversation:
    return Conversation(name, START, questions, shown, handoffs)


def test_the_p90_is_the_smallest_value_that_nine_of_ten_do_not_exceed() -> None:
    assert spread([]).median is None and spread([]).p90 is None
    assert spread([7]) == spread([7.0]) and spread([7]).p90 == 7
    tenth = spread(range(1, 11))
    assert (tenth.count, tenth.median, tenth.p90) == (10, 5.5, 9)
    assert spread([*range(1, 11), 100]).p90 == 10


def test_fast_counts_questions_with_an_answer_and_handoffs_with_a_reply() -> None:
    found = fast([
        talk(question(answered=1), question(after=60, answered=3), question(after=120, answered=None)),
        talk(question("begroeten", answered=50), question(after=9, answered=2), handoffs=(handoff("geholpen", reply=30),)),
        talk(question(answered=2), handoffs=(handoff(None, reply=None),)),
    ])  # fmt: skip
    assert (found.answer.count, found.answer.median, found.answer.p90) == (4, 2, 3)
    assert (found.person.count, found.person.median) == (1, 30)
    assert found.waiting == 1


@pytest.mark.parametrize(
    ("conversation", "expected"),
    [
        (talk(question()), True),
        (talk(question(accepted=False)), False),
        (talk(question(accepted=False), question("opp_wat", after=9)), True),
        (talk(question("buiten_bereik")), False),
        (talk(question(), question(after=9)), False),  # the same again
        (talk(question(), question(after=9, typed=False)), True),  # a button is no repeat
        (talk(question(), question("opp_wat", after=9), question("bedanken", after=20)), True),
        (talk(question(), question("frustratie", after=9)), False),
        (talk(question(thumb=-1)), False),
        (talk(question(thumb=-1), question("opp_wat", after=9, thumb=1)), True),  # the last thumb counts
        (talk(question(accepted=False, thumb=1)), True),
        (talk(question(thumb=1), handoffs=(handoff("niet_bereikt"),)), False),
        (talk(question(thumb=-1), handoffs=(handoff("doorverwezen"),)), True),
        (talk(question(thumb=1), handoffs=(handoff(None),)), None),
        (talk(question(), handoffs=(handoff("ingetrokken"),)), True),
        (talk(handoffs=(handoff("ingetrokken"),)), None),
    ],
)  # fmt: skip
def test_the_wished_result_is_decided_by_the_first_that_holds(conversation: Conversation, expected: bool | None) -> None:
    assert verdict(conversation).good is expected


def test_good_leaves_out_what_is_not_known_yet() -> None:
    found = good([talk(question()), talk(question(accepted=False)), talk(question(), handoffs=(handoff(None),))])
    assert (found.share.part, found.share.whole, found.unknown, found.share.percent) == (1, 2, 1, 50)
    assert sum(count for _, _, count in found.reasons) == 3
    assert good([]).share.percent is None


def test_plain_counts_levels_switches_and_measured_answers_that_were_shown() -> None:
    scores = Scores({("tlv_wat", "b1"): 30.0, ("tlv_wat", "a2"): 36.0})
    shown = (*(Shown("tlv_wat", level, START) for level in ("b1", "b1", "a2")), Shown("opp_wat", "b1", START))
    found = plain([talk(question("eenvoudiger"), question(), shown=shown), talk(question())], scores)
    assert (found.shown, found.a2.part, found.a2.whole, found.switches.part, found.switches.whole) == (4, 1, 4, 1, 2)
    assert found.lint == (("b1", 30.0, 2), ("a2", 36.0, 1))
    assert (found.within.part, found.within.whole) == (2, 3)  # A2 may be 34 at most
    assert not Scores({}).measured


def test_covered_counts_typed_questions_that_should_have_had_an_answer() -> None:
    found = covered([
        talk(question(accepted=False), question("opp_wat", after=1, thumb=-1), question("hgo_wat", after=2)),
        talk(question("sbo_wat"), question("sbo_wat", after=3), question("buiten_bereik", after=4)),
        talk(question("buiten_bereik", new_topic="Tolk"), question("bedanken", after=1)),
        talk(question("so_wat", right_topic="sbo_wat"), question("so_wat", after=5, typed=False, accepted=False)),
    ])  # fmt: skip
    assert [gap.reason for gap in found.gaps] == [
        "niet begrepen", "duim omlaag", "herhaald", "nieuw onderwerp", "verkeerd begrepen",
    ]  # fmt: skip
    assert (found.share.part, found.share.whole, found.outside) == (5, 9, 2)


def test_clusters_follow_the_reviewer_then_the_likeliest_topic_then_the_words() -> None:
    def gap(text: str, number: int, **fields: Any) -> Gap:
        return Gap("g", question(None, after=number, text=text, accepted=False, **fields), "niet begrepen")

    found = cluster([
        gap("tolk bij gesprek", 1, new_topic="Tolk"), gap("kan er een tolk zijn", 2, new_topic="tolk "),
        gap("hoe lang duurt dat", 3, ranking=(("tlv_duur_besluit", 0.3),)),
        gap("wanneer weten we het", 4, right_topic="tlv_duur_besluit"),
        gap("wat als het zwembad dicht is", 5, ranking=(("buiten_bereik", 0.6),)), gap("zwembad dicht", 6),
        gap("fietsen naar school in de winter", 7),
    ])  # fmt: skip
    assert [(c.title, c.count) for c in found] == [
        ("Hoe lang duurt het TLV-besluit?", 2), ("Lijkt op geen onderwerp", 2), ("Nieuw: tolk", 2),
        ("Lijkt op geen onderwerp", 1),
    ]  # fmt: skip
    assert [g.question.text for g in found[1].examples] == ["zwembad dicht", "wat als het zwembad dicht is"]


# --- suppression


def test_small_rows_go_together_without_their_names() -> None:
    table = suppress({"a": 20, "b": 7, "c": 3, "d": 2, "e": 0})
    assert (table.rows, table.rest, table.total) == ({"a": 20, "b": 7}, 5, 32)


def test_a_lone_small_row_takes_the_smallest_shown_row_along() -> None:
    assert suppress({"a": 20, "b": 7, "c": 3}) == suppress({"c": 3, "a": 20, "b": 7})
    assert suppress({"a": 20, "b": 7, "c": 3}).rows == {"a": 20}
    assert suppress({"a": 20, "c": 3}).rows == {} and suppress({"a": 20, "c": 3}).total == 23
    assert suppress({"a": 20, "b": 9, "c": 1, "d": 1}).rows == {"a": 20}  # 2 together would still be small
    assert suppress({"a": 2, "b": 2}).total is None
    assert suppress({}).total == 0
    with pytest.raises(ValueError, match="below zero"):
        suppress({"a": -1})


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 30), max_size=12))
def test_nothing_that_is_shown_gives_a_small_count_away(counts: dict[str, int]) -> None:
    table = suppress(counts)
    assert all(counts[name] == n >= LEAST for name, n in table.rows.items())
    hidden = [n for name, n in counts.items() if n and name not in table.rows]
    if table.total is None:
        assert not table.rows and not table.rest and 0 < sum(counts.values()) < LEAST
        return
    assert table.total == sum(counts.values()) == sum(table.rows.values()) + table.rest
    assert table.rest == sum(hidden) and (not hidden or table.rest >= LEAST)
    # With one row in 'overig', the total minus the others would be that row; alone it may only be a large one.
    assert len(hidden) != 1 or hidden[0] >= LEAST


# --- the report


def asked(number: int, topic: str, **fields: Any) -> list[Conversation]:
    return [talk(question(topic, **fields), name=f"{topic}{i}") for i in range(number)]


def test_the_report_shows_no_small_count_and_counts_conversations() -> None:
    quarter = Quarter(2026, 4)
    many = talk(*(question("tlv_wat", after=i) for i in range(9)))
    now = [*asked(11, "tlv_wat"), many, *asked(6, "tlv_stappen"), *asked(4, "tlv_bewaren"), *asked(3, "tlv_toestemming"),
           *asked(2, "klacht"), *asked(4, "opp_wat")]  # fmt: skip
    found = report(now, asked(6, "tlv_wat"), quarter, complete=True)
    assert [(row.title, row.count, row.before) for row in found.groups.rows] == [("TLV", 25, 6)]
    assert (found.groups.rest, found.groups.total) == (6, 31)
    [tlv] = found.groups.children
    assert [(row.title, row.count, row.before, row.change) for row in tlv.rows] == [
        ("Wat is een TLV?", 12, 6, 100), ("TLV aanvragen, stap voor stap", 6, None, None),
    ]  # fmt: skip
    assert tlv.rest == 7
    assert found.conversations == len(now)
    shown = [n for section in (*found.sections, tlv) for n in (*(r.count for r in section.rows), section.rest) if n]
    assert min(shown) >= LEAST


def test_a_quarter_with_few_conversations_shows_nothing() -> None:
    found = report(asked(4, "tlv_wat"), [], Quarter(2026, 4), complete=False)
    assert found.conversations is None and not found.groups.rows and found.groups.total is None


# --- periods


def test_periods_are_cut_at_weeks_months_and_quarters() -> None:
    period = Period(date(2026, 10, 29), date(2026, 11, 10), "week")
    assert [(p.label, p.first.day, p.last.day) for p in period.parts()] == [
        ("week 44", 29, 1), ("week 45", 2, 8), ("week 46", 9, 10),
    ]  # fmt: skip
    assert [p.label for p in Period(date(2026, 12, 31), date(2027, 1, 1), "maand").parts()] == ["dec 2026", "jan 2027"]
    assert [p.label for p in Period(date(2026, 9, 1), date(2027, 1, 1), "kwartaal").parts()] == ["2026-3", "2026-4", "2027-1"]
    assert quarter_of(date(2026, 12, 31)) == Quarter(2026, 4) and Quarter(2026, 1).previous() == Quarter(2025, 4)
    assert (Quarter(2026, 4).first, Quarter(2026, 4).last) == (date(2026, 10, 1), date(2026, 12, 31))


def test_a_part_holds_the_moments_of_its_days_in_amsterdam() -> None:
    [day] = Period(date(2026, 11, 2), date(2026, 11, 2), "dag").parts()
    first, after = Period(date(2026, 11, 2), date(2026, 11, 2)).bounds
    assert day.holds(first) and not day.holds(after)
    summer, _ = Period(date(2026, 10, 25), date(2026, 10, 25)).bounds
    assert _ - summer == timedelta(days=1) and (_.timestamp() - summer.timestamp()) == 25 * 3600  # the clock goes back


@pytest.mark.parametrize(
    ("given", "part"),
    [(("x", "", ""), "geen datum"), (("2026-11-09", "2026-11-01", ""), "voor de begindatum"), (("", "", "uur"), "stappen"),
     (("2024-01-01", "2026-11-01", "dag"), "te lang"), (("1026-01-01", "", ""), "te ver weg")],
)  # fmt: skip
def test_a_wrong_period_is_explained_in_dutch(given: tuple[str, str, str], part: str) -> None:
    with pytest.raises(PeriodError, match=part):
        read_period(*given, date(2026, 11, 26))


def test_a_quarter_must_have_begun() -> None:
    today = date(2026, 11, 26)
    assert read_quarter("", today) == read_quarter("2026-4", today)
    for wrong in ("2027-1", "2026-5", "2026", "x"):
        with pytest.raises(PeriodError):
            read_quarter(wrong, today)


# --- readability


def test_a_score_counts_only_while_the_text_is_the_one_that_was_measured(tmp_path: Any) -> None:
    path = tmp_path / "readability.json"
    path.write_text(scores_file([Score("utter_tlv/tlv_wat", "b1", 31.5, 60, 9.0, 14)]), encoding="utf-8")
    assert load_scores(path).of("tlv_wat", "b1") == 31.5 and load_scores(path).of("tlv_wat", "a2") is None
    path.write_text(path.read_text().replace('"text": "', '"text": "0'), encoding="utf-8")
    assert load_scores(path).of("tlv_wat", "b1") is None
    assert load_scores(tmp_path / "none.json").lint == {}
