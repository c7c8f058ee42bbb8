"""Where a pre-check stands: plain data in the slot `voorcheck` of the conversation."""

from __future__ import annotations

from typing import Any, Literal, Optional

import msgspec

from bot.precheck.questions import ENOUGH_QUESTIONS

Status = Literal["loopt", "gepauzeerd", "klaar"]
MOST_STEPS_BACK = 12


class Step(msgspec.Struct, frozen=True):
    """How it stood before an answer, to go back to."""

    profile: dict[str, Any]
    asked: tuple[str, ...]
    field: str


class State(msgspec.Struct, frozen=True):
    """A pre-check.

    `field` is the question that waits for an answer, `doubt` the consistency rule that does; `asked` are the fields
    that were asked and answered (or not known). `named` are arrangements the parent asked about: they go first.
    `settled` are doubts the parent answered. `misses` counts answers in a row that were not understood.
    """

    status: Status = "loopt"
    profile: dict[str, Any] = {}
    asked: tuple[str, ...] = ()
    field: Optional[str] = None  # noqa: UP045  (msgspec on Python 3.10 resolves these at run time)
    doubt: Optional[str] = None  # noqa: UP045
    settled: tuple[str, ...] = ()
    history: tuple[Step, ...] = ()
    named: tuple[str, ...] = ()
    limit: int = ENOUGH_QUESTIONS
    misses: int = 0

    @property
    def waits(self) -> bool:
        """Tell whether a question waits for an answer."""
        return self.status == "loopt" and (self.field is not None or self.doubt is not None)

    def remembered(self) -> tuple[Step, ...]:
        """Return the history with how it stands now."""
        if self.field is None:
            return self.history
        return (*self.history, Step(self.profile, self.asked, self.field))[-MOST_STEPS_BACK:]


def from_slot(value: Any) -> State | None:
    """Return the state in a slot; None when there is none, or one of a version that no longer fits."""
    if not isinstance(value, dict):
        return None
    try:
        return msgspec.convert(value, State)
    except msgspec.ValidationError:
        return None


def to_slot(state: State | None) -> dict[str, Any] | None:
    """Return a state as plain data for a slot."""
    return None if state is None else msgspec.to_builtins(state)
