"""What must hold for every partial profile."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.precheck import (
    best_fits,
    consistency,
    evaluate,
    load_precheck,
    next_question,
    parse_profile,
    rank,
    to_contract,
)
from tests.unit.precheck_profiles import PARTIAL, VALUES

DATA = load_precheck()


@settings(max_examples=400, deadline=None)
@given(told=PARTIAL, more=PARTIAL)
def test_adding_an_answer_never_moves_past_niet_back_to_past(told: dict[str, Any], more: dict[str, Any]) -> None:
    before = evaluate(parse_profile(told), DATA)
    after = evaluate(parse_profile(more | {key: value for key, value in told.items() if value not in ([], {})}), DATA)
    for earlier, later in zip(before, after, strict=True):
        assert not (earlier.outcome == "past_niet" and later.outcome == "past"), (earlier, later)


@settings(max_examples=300, deadline=None)
@given(told=PARTIAL, field=st.sampled_from(sorted(VALUES)), data=st.data())
def test_one_more_answer_never_moves_past_niet_back_to_past(
    told: dict[str, Any], field: str, data: st.DataObject
) -> None:
    told.pop(field, None)
    before = evaluate(parse_profile(told), DATA)
    after = evaluate(parse_profile(told | {field: data.draw(VALUES[field])}), DATA)
    for earlier, later in zip(before, after, strict=True):
        assert not (earlier.outcome == "past_niet" and later.outcome == "past"), (earlier, later)


@settings(max_examples=200, deadline=None)
@given(told=PARTIAL)
def test_a_no_needs_a_known_answer(told: dict[str, Any]) -> None:
    """Taking away every answer that a 'no' looked at takes away the 'no': an unknown never says past_niet."""
    for result in evaluate(parse_profile(told), DATA):
        reasons = [reason for reason in result.reasons if reason.value is False]
        assert (result.outcome == "past_niet") == bool(reasons)
        assert told or not reasons


def test_nothing_known_leaves_everything_open() -> None:
    assert {result.outcome for result in evaluate(parse_profile({}), DATA)} == {"misschien"}


def test_one_answer_alone_says_no_only_through_that_answer() -> None:
    for field in VALUES:
        unknown = evaluate(parse_profile({field: None}), DATA)
        assert {result.outcome for result in unknown} == {"misschien"}, field


@settings(max_examples=100, deadline=None)
@given(told=PARTIAL, seed=st.randoms(use_true_random=False))
def test_order_of_answers_does_not_matter(told: dict[str, Any], seed: Any) -> None:
    items = list(told.items())
    seed.shuffle(items)
    for key, value in items:
        if isinstance(value, list):
            seed.shuffle(value)
            told[key] = value
    assert [r.outcome for r in evaluate(parse_profile(dict(items)), DATA)] == [
        r.outcome for r in evaluate(parse_profile(told), DATA)
    ]


@settings(max_examples=100, deadline=None)
@given(told=PARTIAL)
def test_every_result_names_its_reasons(told: dict[str, Any]) -> None:
    profile = parse_profile(told)
    results = evaluate(profile, DATA)
    assert [result.arrangement for result in results] == list(DATA.arrangements)
    for result in results:
        values = [reason.value for reason in result.reasons]
        expected = "past_niet" if False in values else "past" if all(values) else "misschien"
        assert values
        assert result.outcome == expected
        for reason in (*result.reasons, *result.indications):
            assert reason.text
            assert "{" not in reason.text, reason
            assert reason.source
            assert not reason.missing or reason.value is None
    assert {result.arrangement for result in rank(results, DATA)} == set(DATA.arrangements)
    assert all(result.outcome == "past" for result in best_fits(results, DATA))
    assert len(best_fits(results, DATA)) <= 3


@settings(max_examples=40, deadline=None)
@given(told=PARTIAL, asked=st.sets(st.sampled_from(sorted(DATA.fields)), max_size=12))
def test_next_question_is_new_and_about_an_open_arrangement(told: dict[str, Any], asked: set[str]) -> None:
    profile = parse_profile(told)
    results = evaluate(profile, DATA)
    question = next_question(profile, results, asked, DATA)
    assert isinstance(consistency(profile, DATA), list)
    to_contract(results, question)
    if question is not None:
        assert question.field not in asked
        assert not profile.answered(question.field)
        assert question.field in {field for result in results for field in result.missing}
