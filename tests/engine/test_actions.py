"""The actions of the conversation, on real trackers: asking back, repeating, yes, level, starting again."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.events import AllSlotsReset, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.bedoel_je import CANDIDATES, LEAST, ActionBedoelJe
from actions.gesprek import ActionBevestigen, ActionHerhalen, ActionOpnieuwBeginnen
from actions.history import bot_messages, last_answer, misunderstandings
from actions.niveau import ActionNiveauA2, ActionNiveauB1
from bot.knowledge.topics import load_topics

Event = dict[str, Any]
UNSURE = [["tlv/tlv_wat", 0.25], ["tlv/tlv_stappen", 0.22], ["ons/ons_wat", 0.1], ["zorgplicht/zorgplicht_wat", 0.09]]


def did(name: str) -> Event:
    return {"event": "action", "name": name}


def said(response: str, topic: str | None = None, **metadata: Any) -> Event:
    return {"event": "bot", "metadata": {"metadata": {"response": response, "topic": topic, **metadata}}}


def run(action: Any, events: list[Event], ranking: list[list[Any]] | None = None) -> tuple[list[dict[str, Any]], list[Any]]:
    tracker = Tracker("id", {}, {"topic_ranking": ranking or []}, events, False, None, {}, "action_listen")
    dispatcher = CollectingDispatcher()
    found = action.run(dispatcher, tracker, {})
    return [{"response": m["response"], **m["custom"], **{k: v for k, v in m.items() if k not in {
        "response", "custom", "text", "buttons", "elements", "template", "image", "attachment"}}}
        for m in dispatcher.messages], found


def test_asks_back_with_titles() -> None:
    (message,), events = run(ActionBedoelJe(), [], UNSURE)
    assert message["response"] == "utter_bedoel_je"
    assert events == [FollowupAction("action_listen")]
    titles = load_topics().topics
    assert message["choices"] == [
        [titles[t].title, f"topic:{t}"] for t in ("tlv_wat", "tlv_stappen", "ons_wat")
    ]
    assert len(message["choices"]) == CANDIDATES == 3


@pytest.mark.parametrize(
    "ranking",
    [
        [],
        [["tlv/tlv_wat", LEAST - 0.001]],
        [["begroeten", 0.2], ["frustratie", 0.2], ["buiten_bereik", 0.2]],  # "Bedoel je: hallo?" helps nobody
        [["pc_waarom", 0.25], ["onzin", 0.2]],
    ],
)
def test_without_a_likely_topic_it_asks_for_other_words(ranking: list[list[Any]]) -> None:
    (message,), _ = run(ActionBedoelJe(), [], ranking)
    assert message["response"] == "utter_niet_begrepen"
    assert "choices" not in message


def test_unlikely_topics_and_remarks_are_left_out() -> None:
    (message,), _ = run(ActionBedoelJe(), [], [["begroeten", 0.2], ["tlv/tlv_wat", 0.15], ["ons/ons_wat", 0.01]])
    assert [payload for _, payload in message["choices"]] == ["topic:tlv_wat"]


@pytest.mark.parametrize("ranking", [UNSURE, []])
def test_the_second_time_a_person_is_offered(ranking: list[list[Any]]) -> None:
    before = [did("action_listen"), did("action_bedoel_je"), said("utter_bedoel_je"), did("action_listen")]
    (message,), _ = run(ActionBedoelJe(), before, ranking)
    assert message["response"] == "utter_mens_aanbieden"
    assert len(message["choices"]) == (3 if ranking else 0)


def test_an_answer_in_between_starts_the_count_again() -> None:
    before = [did("action_bedoel_je"), did("action_listen"), did("utter_tlv"), said("utter_tlv/tlv_wat", "tlv_wat"),
              did("action_listen")]  # fmt: skip
    (message,), _ = run(ActionBedoelJe(), before, UNSURE)
    assert message["response"] == "utter_bedoel_je"


@pytest.mark.parametrize(("times", "counted"), [(0, 0), (1, 1), (3, 3)])
def test_misunderstandings_in_a_row(times: int, counted: int) -> None:
    events = [did("utter_begroeten"), *[e for _ in range(times) for e in (did("action_bedoel_je"), did("action_listen"))]]
    assert misunderstandings(Tracker("id", {}, {}, events, False, None, {}, None)) == counted


def test_repeats_the_last_answer_with_what_it_was_filled_with() -> None:
    values = {"topic": "arrangement_info", "naam": "klASS", "sources": ["ondersteuningsplan/xii"], "choices": []}
    events = [
        said("utter_tlv/tlv_wat", "tlv_wat", values={}),
        said("utter_arrangement_info", "arrangement_info", values=values),
        said("utter_bedanken", "bedanken", repeatable=False),
        said("utter_niveau_a2"),
    ]
    (message,), _ = run(ActionHerhalen(), events)
    assert message == {"response": "utter_arrangement_info", **values}


@pytest.mark.parametrize("events", [[], [said("utter_niveau_a2")], [said("utter_bedanken", "bedanken", repeatable=False)]])
def test_nothing_to_repeat(events: list[Event]) -> None:
    (message,), _ = run(ActionHerhalen(), events)
    assert message["response"] == "utter_niets_te_herhalen"


def test_messages_without_our_metadata_do_not_break_the_history() -> None:
    tracker = Tracker("id", {}, {}, [{"event": "bot"}, {"event": "bot", "metadata": None}, {"event": "bot", "metadata": {}}],
                      False, None, {}, None)  # fmt: skip
    assert list(bot_messages(tracker)) == [{}, {}, {}]
    assert last_answer(tracker) is None


@pytest.mark.parametrize(
    ("last", "answer"),
    [
        ("utter_mens_aanbieden", "utter_mens_spreken"),
        ("utter_frustratie", "utter_mens_spreken"),
        ("utter_crisis", "utter_mens_spreken"),
        ("utter_tlv/tlv_wat", "utter_bevestigen"),
        (None, "utter_bevestigen"),
    ],
)
def test_yes_after_an_offer_brings_a_person(last: str | None, answer: str) -> None:
    earlier = said("utter_mens_aanbieden")  # an offer that was passed over no longer counts
    events = [earlier, said(last, "x")] if last else []
    (message,), _ = run(ActionBevestigen(), events)
    assert message["response"] == answer


@pytest.mark.parametrize(("action", "level"), [(ActionNiveauA2, "a2"), (ActionNiveauB1, "b1")])
def test_the_level_is_said_and_kept(action: type[ActionNiveauA2], level: str) -> None:
    assert action().name() == f"action_niveau_{level}"
    (message,), events = run(action(), [])
    assert message["response"] == f"utter_niveau_{level}"
    assert events == [SlotSet("taalniveau", level)]


def test_starting_again_forgets_what_was_chosen() -> None:
    (message,), events = run(ActionOpnieuwBeginnen(), [])
    assert message["response"] == "utter_opnieuw_beginnen"
    assert events == [AllSlotsReset()]
