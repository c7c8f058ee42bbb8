"""The pre-check as a conversation: each act, from each state."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.knowledge.answers import collapse, fill, load_answers
from bot.precheck import load_precheck
from bot.precheck_dialogue import Act, Message, State, from_slot, step, to_slot
from bot.precheck_dialogue.told import Told
from bot.readability.sentences import sentences, words
from tests.unit.precheck_profiles import plausible_child, seeded

DAY = date(2026, 11, 22)
MOST_WORDS = 120
LONGEST_SENTENCE = 20


def read(message: Message) -> str:
    """Return what the parent reads."""
    answer = load_answers().get(message.response)
    return collapse(fill(answer.text, message.values))


def answer(state: State | None, **told: Any) -> tuple[State, list[Message]]:
    """Answer questions by field, as pressed buttons."""
    items = tuple(Told(field, value, whole=field == "kenmerken") for field, value in told.items())
    moved, messages = step(state, Act("answer", items), DAY)
    assert moved is not None
    return moved, messages


def started(**told: Any) -> State:
    """Return a pre-check in which this was told at the start."""
    state, _ = step(None, Act("start", tuple(Told(f, v) for f, v in told.items()), typed=True), DAY)
    assert state is not None
    return state


def through(child: dict[str, Any], state: State, most: int = 30) -> tuple[State, list[list[Message]]]:
    """Answer every question from what is known of a child, 'weet ik niet' otherwise."""
    said: list[list[Message]] = []
    for _ in range(most):
        if state.status == "klaar":
            break
        if state.doubt is not None:
            act = Act("keep", field="button")
        else:
            name, _, part = str(state.field).partition(".")
            value = (child.get(name) or {}).get(part) if part else child.get(name)
            told = Told(str(state.field), value, whole=name == "kenmerken")
            act = Act("answer", (told,)) if value not in (None, []) else Act("unknown")
        moved, messages = step(state, act, DAY)
        assert moved is not None
        state = moved
        said.append(messages)
    return state, said


def test_start_names_back_what_was_told_and_says_it_is_no_decision() -> None:
    act = Act("start", (Told("leeftijd", 9), Told("weken_niet_naar_school", 6)), typed=True)
    state, messages = step(None, act, DAY)
    assert state is not None
    text = read(messages[0])
    assert "Dit weet ik al: 9 jaar, 6 weken niet of weinig naar school." in text
    assert "Ik beslis niets." in text
    assert state.field not in ("leeftijd", "weken_niet_naar_school")


def test_a_question_has_a_card_and_a_way_out() -> None:
    _, (message,) = step(None, Act("start"), DAY)
    assert message.card is not None
    assert (message.card["type"], message.card["number"], message.card["of"]) == ("voorcheck_vraag", 1, 8)
    titles = [title for title, _ in message.choices]
    assert titles[-3:] == ["Weet ik niet", "Waarom vraag je dat?", "Stop met de vragen"]
    assert [option["title"] for option in message.card["options"]] == titles[:-3]


def test_the_state_survives_the_slot() -> None:
    state, _ = answer(started(leeftijd=9), kenmerken=["angst"])
    assert from_slot(to_slot(state)) == state
    assert from_slot({"status": "anders"}) is None
    assert from_slot(None) is None


def test_back_returns_the_question_and_the_profile_of_before() -> None:
    before = started(leeftijd=9)
    after, _ = answer(before, **{str(before.field): ["angst"] if before.field == "kenmerken" else "po"})
    back, messages = step(after, Act("back"), DAY)
    assert back is not None
    assert (back.field, back.profile, back.asked) == (before.field, before.profile, before.asked)
    assert messages[0].card is not None
    assert messages[0].card["number"] == 1


def test_back_at_the_first_question_asks_it_again() -> None:
    state = started()
    back, messages = step(state, Act("back"), DAY)
    assert back is not None
    assert back.field == state.field
    assert messages


def test_unknown_counts_as_asked_and_never_as_no() -> None:
    state = started(leeftijd=9)
    after, _ = step(state, Act("unknown"), DAY)
    assert after is not None
    assert state.field in after.asked
    assert after.profile == state.profile
    assert after.field != state.field


def test_why_says_why_and_asks_again() -> None:
    state = started()
    after, (message,) = step(state, Act("why"), DAY)
    assert after == state
    info = load_precheck().fields[str(state.field)]
    assert info.why in read(message)
    assert info.question in read(message)


def test_a_late_correction_is_said_and_the_open_question_stays() -> None:
    state = started(leeftijd=8)
    after, (message,) = step(state, Act("answer", (Told("leeftijd", 9),), typed=True), DAY)
    assert after is not None
    assert after.profile["leeftijd"] == 9
    assert "Ik heb het veranderd: 9 jaar." in read(message)
    assert after.field == state.field


def test_an_answer_to_another_question_counts() -> None:
    state = started()
    after, _ = answer(state, groep=6)
    assert after.profile["groep"] == 6
    assert "groep" not in after.asked


def test_pause_and_resume_keep_everything() -> None:
    state = started(leeftijd=9)
    paused, messages = step(state, Act("pause"), DAY)
    assert paused is not None
    assert paused.status == "gepauzeerd"
    assert not paused.waits
    assert ("Verder met de vragen", "voorcheck:verder") in messages[0].choices
    again, messages = step(paused, Act("resume"), DAY)
    assert again is not None
    assert (again.field, again.profile) == (state.field, state.profile)
    assert "Fijn dat je er weer bent" in read(messages[0])


def test_a_correction_while_paused_is_kept_and_asks_nothing() -> None:
    paused, _ = step(started(leeftijd=9), Act("pause"), DAY)
    after, (message,) = step(paused, Act("answer", (Told("leeftijd", 10),), typed=True), DAY)
    assert after is not None
    assert (after.status, after.profile["leeftijd"]) == ("gepauzeerd", 10)
    assert message.card is None


def test_two_misses_explain_and_then_offer_other_ways() -> None:
    first, (explained,) = step(started(), Act("unclear"), DAY)
    assert "begrijp ik niet" in read(explained)
    _, (offered,) = step(first, Act("unclear"), DAY)
    assert "mens_spreken" in offered.followups


def test_clashing_answers_are_asked_about_kindly() -> None:
    state, (message,) = answer(started(groep=3), leeftijd=14)
    assert state.doubt == "leeftijd_en_groep"
    assert ("Het klopt zo", "voorcheck:klopt") in message.choices
    kept, _ = step(state, Act("keep", field="button"), DAY)
    assert kept is not None
    assert kept.doubt is None
    assert kept.profile["leeftijd"] == 14


def test_a_doubt_can_be_answered_with_no() -> None:
    state, _ = answer(started(), leeftijd=3)
    assert state.doubt == "nog_geen_vier"
    after, (message,) = step(state, Act("deny"), DAY)
    assert after is not None
    assert after.field == "leeftijd"
    assert "leeftijd" not in after.profile
    assert "Hoe oud" in read(message)


def test_a_settled_doubt_is_not_asked_again() -> None:
    state, _ = answer(started(), weken_niet_naar_school=40)
    assert state.doubt == "heel_lang_thuis"
    kept, _ = step(state, Act("keep"), DAY)
    assert kept is not None
    after, _ = answer(kept, toestemming_ouders=True)
    assert after.doubt is None


def test_result_at_any_moment_with_reasons_and_this_week() -> None:
    told = {
        "leeftijd": 9, "onderwijs": "po", "weken_niet_naar_school": 6, "perspectief_12_weken": True,
        "ouders_positief": True, "school_positief": True,
    }  # fmt: skip
    state, messages = step(started(**told), Act("outcome"), DAY)
    assert state is not None
    assert state.status == "klaar"
    card = messages[0].card
    assert card is not None
    assert [entry["arrangement"] for entry in card["fits"]] == ["ons"]
    assert card["profile"] == told
    assert card["date"] == "2026-11-22"
    assert card["no"]
    text = read(messages[0])
    assert "Onderweg Naar School" in text
    assert "geen besluit" in text
    assert "Deze week:" in read(messages[-1])
    assert "Wie vraagt het aan?" in read(messages[-1])
    assert ("Wat past niet?", "voorcheck:niet") in messages[-1].choices
    assert "mens_spreken" in messages[-1].followups


def test_what_does_not_fit_names_the_criterion() -> None:
    state, _ = step(started(leeftijd=9), Act("outcome"), DAY)
    _, (message,) = step(state, Act("excluded"), DAY)
    assert "met de reden erbij" in read(message)
    assert "Jouw kind is 9" in read(message)


def test_a_named_arrangement_is_looked_at_first_and_answered() -> None:
    act = Act("start", (Told("leeftijd", 13), Told("weken_niet_naar_school", 7)), named=("ons",))
    state, _ = step(None, act, DAY)
    assert state is not None
    child = {"perspectief_12_weken": True, "ouders_positief": True, "school_positief": True}
    done, said = through(child, state)
    assert len(said) == 3
    assert "Onderweg Naar School" in read(said[-1][0])
    assert done.status == "klaar"


def test_more_questions_after_the_result() -> None:
    state, _ = step(started(leeftijd=9), Act("outcome"), DAY)
    more, messages = step(state, Act("resume"), DAY)
    assert more is not None
    assert more.waits
    assert messages[0].card is not None


def test_a_correction_after_the_result_gives_the_result_again() -> None:
    state, _ = step(started(leeftijd=9), Act("outcome"), DAY)
    after, messages = step(state, Act("answer", (Told("leeftijd", 10),), typed=True), DAY)
    assert after is not None
    assert after.status == "klaar"
    assert "Ik heb het veranderd: 10 jaar." in read(messages[0])


def test_choosing_what_to_change_and_changing_it() -> None:
    state = started(leeftijd=9, groep=6)
    _, (choice,) = step(state, Act("correct"), DAY)
    assert ("Verander: groep 6", "voorcheck:wijzig.groep") in choice.choices
    after, (message,) = step(state, Act("change", field="groep"), DAY)
    assert after is not None
    assert after.field == "groep"
    assert "groep" not in after.profile
    assert "In welke groep" in read(message)


@pytest.mark.parametrize(
    "kind", ["answer", "why", "back", "pause", "resume", "outcome", "excluded", "unclear", "explain", "repeat"]
)
def test_without_a_precheck_nothing_happens(kind: Any) -> None:
    assert step(None, Act(kind), DAY) == (None, [])


def test_at_most_eight_questions_and_short_messages_for_many_children() -> None:
    rng = seeded(7)
    for _ in range(40):
        state, said = through(plausible_child(rng), started())
        assert state.status == "klaar"
        assert len(state.asked) <= 8
        for message in [message for messages in said for message in messages]:
            text = read(message)
            assert sum(len(words(s)) for s in sentences(text)) <= MOST_WORDS, text
            assert {s for s in sentences(text) if len(words(s)) > LONGEST_SENTENCE} == set(), text
