"""Cards as the engine makes them: by the dialogue itself, so that these tests notice when they change."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.deadline_dialogue.state import Act
from bot.deadline_dialogue.step import step
from bot.precheck import evaluate, load_precheck, parse_profile
from bot.precheck_dialogue.asking import Asking
from bot.precheck_dialogue.options import load_options
from bot.precheck_dialogue.outcome import Outcome
from bot.precheck_dialogue.state import State

HOME = {
    "leeftijd": 9, "onderwijs": "po", "groep": 6, "schoolsoort": "regulier", "weken_niet_naar_school": 6,
    "kenmerken": ["ass", "angst"], "opp": "recent", "perspectief_12_weken": True, "ouders_positief": True,
    "school_positief": True, "woont_in_almere": True, "school_in_almere": True,
}  # fmt: skip


def outcome_card(today: date, profile: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the card of a pre-check's result."""
    profile, data = profile or HOME, load_precheck()
    results = evaluate(parse_profile(profile), data)
    [card] = [m.card for m in Outcome(State(profile=profile), results, data, load_options()).messages(today) if m.card]
    return card


def question_card(field: str = "kenmerken", asked: tuple[str, ...] = ("onderwijs", "leeftijd")) -> dict[str, Any]:
    """Return the card of a question."""
    card = Asking(load_precheck(), load_options()).question(State(field=field, asked=asked)).card
    assert card is not None
    return card


def deadline_card(rule: str, start: date, today: date) -> dict[str, Any]:
    """Return the card of a deadline."""
    state, _ = step(None, Act("rule", value=rule), today)
    _, [message] = step(state, Act("date", value=start.isoformat()), today)
    assert message.card is not None
    return message.card
