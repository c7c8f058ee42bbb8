"""The states of a handoff. The moves are one table; each move is added to the history, never changed."""

from __future__ import annotations

from typing import Literal

from bot.conversations.ownership import Actor

State = Literal["aangeboden", "aangevraagd", "in_behandeling", "terugbellen", "afgehandeld", "vervallen"]
Reach = Literal["chat", "terugbellen", "email"]
Outcome = Literal["geholpen", "doorverwezen", "niet_bereikt", "ingetrokken", "verlopen", "anders"]

# From state to state, and who may make that move. None: the handoff does not exist yet.
# `aangeboden`: the parent saw the card. `terugbellen`: a moment to call back is booked.
MOVES: dict[tuple[State | None, State], frozenset[Actor]] = {
    (None, "aangeboden"): frozenset({"systeem"}),
    ("aangeboden", "aangevraagd"): frozenset({"ouder"}),
    ("aangeboden", "terugbellen"): frozenset({"ouder"}),
    ("aangevraagd", "in_behandeling"): frozenset({"consulent"}),
    ("aangevraagd", "terugbellen"): frozenset({"consulent"}),
    ("aangevraagd", "afgehandeld"): frozenset({"consulent"}),
    ("aangevraagd", "vervallen"): frozenset({"ouder", "systeem"}),  # withdrawn, or nobody came and she chose otherwise
    ("terugbellen", "in_behandeling"): frozenset({"consulent"}),
    ("terugbellen", "afgehandeld"): frozenset({"consulent"}),
    ("terugbellen", "vervallen"): frozenset({"ouder", "systeem"}),
    ("in_behandeling", "in_behandeling"): frozenset({"consulent"}),  # handed to a colleague
    ("in_behandeling", "aangevraagd"): frozenset({"consulent", "systeem"}),  # back in the queue
    ("in_behandeling", "terugbellen"): frozenset({"consulent"}),
    ("in_behandeling", "afgehandeld"): frozenset({"consulent"}),
    ("in_behandeling", "vervallen"): frozenset({"ouder"}),
    ("afgehandeld", "in_behandeling"): frozenset({"consulent"}),  # reopened
}
OPEN_STATES: tuple[State, ...] = ("aangevraagd", "terugbellen", "in_behandeling")
# What a consultant may close with; the others are for the parent and the system.
STAFF_OUTCOMES: tuple[Outcome, ...] = ("geholpen", "doorverwezen", "niet_bereikt", "anders")


class ForbiddenStateMove(ValueError):
    """A change of state is not in the table, or not for this actor."""

    def __init__(self, current: State | None, new: State, actor: Actor) -> None:
        """Keep the state that does not allow it."""
        super().__init__(f"{actor} may not move a handoff from {current} to {new}")
        self.state = current


def check_state_move(current: State | None, new: State, actor: Actor) -> None:
    """Accept a change of state.

    Raises:
        ForbiddenStateMove: the table does not hold this move for this actor.

    """
    if actor not in MOVES.get((current, new), frozenset()):
        raise ForbiddenStateMove(current, new, actor)
