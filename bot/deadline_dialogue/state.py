"""Where a deadline question stands: plain data in the slot `termijn` of the conversation."""

from __future__ import annotations

from typing import Any, Literal, Optional

import msgspec

Kind = Literal[
    "start", "answer", "rule", "date", "other_date", "extended", "stop", "unknown", "yes", "no", "repeat", "again", "unclear",
]  # fmt: skip


class State(msgspec.Struct, frozen=True):
    """A deadline question.

    `text` is what the parent wrote last with a date in it: it is read again once the rule is known, for a rule says on
    which side of today its date lies. `date` (ISO) is the date that counts, `doubted` one that we asked about. `waits`
    tells whether an answer is expected; `misses` counts answers in a row that were not understood.
    """

    rule: Optional[str] = None  # noqa: UP045  (msgspec on Python 3.10 resolves these at run time)
    text: str = ""
    date: Optional[str] = None  # noqa: UP045
    doubted: Optional[str] = None  # noqa: UP045
    extended: bool = False
    waits: bool = False
    misses: int = 0


class Act(msgspec.Struct, frozen=True):
    """What a message does: `text` was typed, `value` is of a button (rule, date), `topic` the answer before.

    `repeat` comes back after another answer, `again` says the same once more (at another level).
    """

    kind: Kind
    text: str = ""
    value: str = ""
    topic: str = ""


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


def from_plain(value: Any) -> Act:
    """Return the act in plain data.

    Raises:
        msgspec.ValidationError: it is no act.
    """
    return msgspec.convert(value, Act)


def to_plain(act: Act) -> dict[str, Any]:
    """Return an act as plain data."""
    plain: dict[str, Any] = msgspec.to_builtins(act)
    return plain
