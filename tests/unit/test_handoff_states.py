"""The states of a handoff: every move is allowed or forbidden as written."""

from __future__ import annotations

from typing import get_args

import pytest

from bot.conversations.ownership import Actor
from bot.handoff.states import MOVES, OPEN_STATES, STAFF_OUTCOMES, ForbiddenStateMove, Outcome, Reach, State, check_state_move
from bot.storage.models.handoffs import HANDOFF_OUTCOMES, HANDOFF_STATES, REACHES

STATES: tuple[State, ...] = get_args(State)
ACTORS: tuple[Actor, ...] = get_args(Actor)

# Written out a second time on purpose: a change of the table must be meant. "-": not there yet.
ALLOWED = """
- aangeboden systeem; aangeboden aangevraagd ouder; aangeboden terugbellen ouder;
aangevraagd in_behandeling consulent; aangevraagd terugbellen consulent; aangevraagd afgehandeld consulent;
aangevraagd vervallen ouder; aangevraagd vervallen systeem;
terugbellen in_behandeling consulent; terugbellen afgehandeld consulent;
terugbellen vervallen ouder; terugbellen vervallen systeem;
in_behandeling in_behandeling consulent; in_behandeling aangevraagd consulent; in_behandeling aangevraagd systeem;
in_behandeling terugbellen consulent; in_behandeling afgehandeld consulent; in_behandeling vervallen ouder;
afgehandeld in_behandeling consulent
"""
MOVES_ALLOWED = {tuple(move.split()) for move in ALLOWED.split(";")}
EVERY_MOVE = [(before, after, actor) for before in (None, *STATES) for after in STATES for actor in ACTORS]


@pytest.mark.parametrize(("before", "after", "actor"), EVERY_MOVE)
def test_every_move_is_allowed_or_forbidden_as_written(before: State | None, after: State, actor: Actor) -> None:
    if (before or "-", after, actor) in MOVES_ALLOWED:
        check_state_move(before, after, actor)
    else:
        with pytest.raises(ForbiddenStateMove) as refused:
            check_state_move(before, after, actor)
        assert refused.value.state == before


def test_the_table_and_the_schema_know_the_same_words() -> None:
    assert set(STATES) == set(HANDOFF_STATES)
    assert set(get_args(Reach)) == set(REACHES)
    assert set(get_args(Outcome)) == set(HANDOFF_OUTCOMES) >= set(STAFF_OUTCOMES)
    assert {state for move in MOVES for state in move if state} == set(STATES)


def test_what_is_open_can_be_taken_and_what_lapsed_stays_so() -> None:
    assert all((state, "in_behandeling") in MOVES for state in OPEN_STATES)
    assert not [move for move in MOVES if move[0] == "vervallen"]
