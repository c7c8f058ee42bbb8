"""Who owns a conversation: the bot or people. The moves are one table; the bot speaks only where `bot_may_speak`."""

from __future__ import annotations

from typing import Literal

Owner = Literal["bot", "wacht", "consulent", "gesloten"]
Actor = Literal["ouder", "consulent", "systeem"]

# From owner to owner, and who may make that move.
# `wacht`: a parent waits for a person. `gesloten`: the handoff is done, or the parent erased the conversation.
MOVES: dict[tuple[Owner, Owner], frozenset[Actor]] = {
    ("bot", "wacht"): frozenset({"ouder", "systeem"}),
    ("bot", "consulent"): frozenset({"consulent"}),  # a person's message takes the conversation over at once
    ("bot", "gesloten"): frozenset({"ouder", "systeem"}),
    ("wacht", "bot"): frozenset({"ouder", "consulent", "systeem"}),  # contact left, returned, or nobody there any more
    ("wacht", "consulent"): frozenset({"consulent"}),
    ("wacht", "gesloten"): frozenset({"ouder", "consulent", "systeem"}),
    ("consulent", "bot"): frozenset({"consulent", "systeem"}),
    ("consulent", "wacht"): frozenset({"consulent", "systeem"}),  # back in the queue for a colleague
    ("consulent", "gesloten"): frozenset({"ouder", "consulent", "systeem"}),
    ("gesloten", "bot"): frozenset({"consulent"}),
}


class ForbiddenMove(ValueError):
    """A change of owner is not in the table, or not for this actor."""


def check_move(current: Owner, new: Owner, actor: Actor) -> None:
    """Accept a change of owner.

    Raises:
        ForbiddenMove: the table does not hold this move for this actor.

    """
    if actor not in MOVES.get((current, new), frozenset()):
        raise ForbiddenMove(f"{actor} may not move a conversation from {current} to {new}")


def bot_may_speak(owner: Owner) -> bool:
    """Tell whether a message may reach the engine, and whether its answer may reach the parent."""
    return owner == "bot"
