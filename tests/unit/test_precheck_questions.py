"""The order of questions, and how many a parent needs."""

from __future__ import annotations

import os
import statistics
from typing import Any

from bot.precheck import evaluate, load_precheck, next_question, parse_profile, with_answer
from bot.precheck.profile import Profile, value_of
from bot.precheck.questions import ENOUGH_QUESTIONS, answers, question_for
from tests.unit.precheck_profiles import plausible_child, seeded

DATA = load_precheck()
POPULATION = int(os.environ.get("PRECHECK_POPULATION", "150"))
"""Children to interview; the figure in the README comes from 1,000."""


def interview(child: dict[str, Any], *, story: tuple[str, ...] = ()) -> tuple[int, Profile]:
    """Ask until no useful question is left; return how many were asked and what is then known."""
    truth = parse_profile(child)
    profile = parse_profile({field: child[field] for field in story if field in child})
    asked: set[str] = set()
    while True:
        question = next_question(profile, evaluate(profile, DATA), asked, DATA)
        if question is None:
            return len(asked), profile
        asked.add(question.field)
        answer = value_of(truth, question.field)
        if answer is not None:
            profile = with_answer(profile, question.field, answer)


def test_typical_child_needs_at_most_eight_questions() -> None:
    rng = seeded(2026)
    children = [plausible_child(rng) for _ in range(POPULATION)]
    asked, agreed, fits, undone = [], 0, 0, 0
    for child in children:
        count, known = interview(child)
        asked.append(count)
        full = {result.arrangement: result.outcome for result in evaluate(parse_profile(child), DATA)}
        for result in evaluate(known, DATA):
            fits += full[result.arrangement] == "past"
            agreed += full[result.arrangement] == "past" == result.outcome
            undone += result.outcome == "past" and full[result.arrangement] == "past_niet"
    every_field = sum(info.asked for info in DATA.fields.values())
    print(
        f"questions: median {statistics.median(asked)}, 90% at most {sorted(asked)[POPULATION * 9 // 10]}, "
        f"all fields {every_field}; {agreed} of {fits} fits found, {undone} undone by what was not asked"
    )
    assert statistics.median(asked) <= 8
    assert statistics.median(asked) < every_field / 3
    assert agreed >= 0.7 * fits
    assert undone <= 0.02 * fits


def test_what_the_story_told_is_not_asked_again() -> None:
    child = plausible_child(seeded(7)) | {
        "leeftijd": 9,
        "onderwijs": "po",
        "groep": 5,
        "weken_niet_naar_school": 6,
    }
    story = ("leeftijd", "onderwijs", "groep", "weken_niet_naar_school")
    profile = parse_profile({field: child[field] for field in story})
    question = next_question(profile, evaluate(profile, DATA), set(), DATA)
    assert question is not None
    assert question.field not in story


def test_easy_and_decisive_comes_first() -> None:
    empty = parse_profile({})
    question = next_question(empty, evaluate(empty, DATA), set(), DATA)
    assert question is not None
    assert question.field == "onderwijs"
    assert question.options
    assert question.why
    assert not question.multiple


def test_a_child_at_home_gets_to_the_answer_about_ons() -> None:
    child = plausible_child(seeded(3)) | {
        "leeftijd": 9, "onderwijs": "po", "groep": 5, "weken_niet_naar_school": 6, "perspectief_12_weken": True,
        "ouders_positief": True, "school_positief": True,
    }  # fmt: skip
    count, known = interview(child, story=("leeftijd", "weken_niet_naar_school"))
    (ons,) = evaluate(known, DATA, only=["ons"])
    assert ons.outcome == "past"
    assert count <= ENOUGH_QUESTIONS


def test_a_parent_can_ask_for_more() -> None:
    empty, asked = parse_profile({}), set[str]()
    while (question := next_question(empty, evaluate(empty, DATA), asked, DATA, enough=None)) is not None:
        asked.add(question.field)
    assert len(asked) > ENOUGH_QUESTIONS


def test_questions_for_girls_only_come_when_that_can_matter() -> None:
    profile = parse_profile({"onderwijs": "po", "groep": 5})
    asked: set[str] = set()
    while (question := next_question(profile, evaluate(profile, DATA), asked, DATA)) is not None:
        assert question.field not in ("geslacht", "leerjaar", "perspectief_1_jaar")
        asked.add(question.field)


def test_only_dont_know_ends() -> None:
    empty, asked = parse_profile({}), set[str]()
    while (question := next_question(empty, evaluate(empty, DATA), asked, DATA)) is not None:
        asked.add(question.field)
    assert len(asked) == ENOUGH_QUESTIONS


def test_every_question_has_likely_answers() -> None:
    for field, info in DATA.fields.items():
        if info.asked:
            likely = answers(field, info)
            assert abs(sum(chance for _, chance in likely) - 1) < 1e-9, field
            for answer, _ in likely:
                with_answer(parse_profile({}), field, answer)
            assert question_for(field, DATA).text.endswith(("?", ".")), field
