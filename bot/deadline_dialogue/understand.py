"""Decide what a message means while a deadline question waits."""

from __future__ import annotations

from datetime import date

from bot.deadline_dialogue.state import Act, State
from bot.deadline_dialogue.step import TOPIC, rule_in
from bot.deadline_dialogue.words import load_deadline_words
from bot.deadlines.calendar import in_words
from bot.deadlines.dutch import find_dates
from bot.knowledge.deadlines import RULE_IDS, deadline_rules
from bot.precheck_dialogue.options import load_options
from bot.precheck_dialogue.phrases import is_phrase
from bot.precheck_dialogue.phrases import words as words_of
from bot.precheck_dialogue.understand import (
    CRISIS,
    FEW_WORDS,
    LEAVES,
    NO_INTERRUPTION,
    REPEATS_ITSELF,
    SURE,
    Heard,
    is_question,
)

PRECHECK_TOPICS = frozenset({"voorcheck_starten"})


def understand(state: State | None, heard: Heard, today: date, topic_before: str = "") -> tuple[Act | None, bool]:
    """Return what a typed message means for the deadline question, and whether it comes after another answer.

    `topic_before` is the topic of our last answer: 'reken het uit' after the one about bezwaar is about bezwaar.
    """
    if heard.topic == CRISIS:
        return None, False
    if state is None or not state.waits:
        if heard.accepted and heard.topic == TOPIC:
            return Act("start", heard.text, topic=topic_before), False
        return None, False
    return _waiting(state, heard, today)


def _waiting(state: State, heard: Heard, today: date) -> tuple[Act | None, bool]:
    words, text = load_deadline_words(), heard.text
    for kind, phrases in (("stop", words.stop), ("unknown", words.dont_know)):
        if is_phrase(text, phrases):
            return Act(kind), False  # type: ignore[arg-type]
    if state.doubted and (is_phrase(text, words.said_yes) or is_phrase(text, words.said_no)):
        return Act("yes" if is_phrase(text, words.said_yes) else "no"), False
    another = heard.accepted and heard.topic == TOPIC and heard.confidence >= SURE
    if another and rule_in(text) and len(words_of(text)) > FEW_WORDS:
        return Act("start", text), False
    if find_dates(text, today) or (state.rule is None and rule_in(text)):
        return Act("answer", text), False
    if heard.accepted and heard.topic == "weet_niet":
        return Act("unknown"), False
    if heard.accepted and heard.topic == "pc_pauze":
        return Act("stop"), False
    if heard.accepted and heard.topic in (LEAVES | REPEATS_ITSELF | PRECHECK_TOPICS):
        return None, False
    question = is_question(text, load_options())
    if heard.topic not in (NO_INTERRUPTION | {TOPIC}) and (question or (heard.accepted and heard.confidence >= SURE)):
        return Act("repeat"), True
    return Act("unclear"), False


def act_of_button(value: str) -> tuple[Act, str]:
    """Return the act of `termijn:<value>` and its words.

    Raises:
        ValueError: there is no such button.
    """
    buttons = load_deadline_words().buttons
    if value in RULE_IDS:
        return Act("rule", value=value), deadline_rules()[value].title
    if value.startswith("datum."):
        day = date.fromisoformat(value[len("datum.") :])
        return Act("date", value=day.isoformat()), in_words(day)
    if value == "verlengd":
        return Act("extended"), buttons["extended"]
    if value == "andere_datum":
        return Act("other_date"), buttons["other_date"]
    if value == "stop":
        return Act("stop"), buttons["stop"]
    raise ValueError(f"unknown deadline '{value[:80]}'")
