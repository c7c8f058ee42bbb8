"""What a message does in the pre-check."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from bot.precheck_dialogue.told import Told

Kind = Literal[
    "start", "restart", "answer", "unknown", "why", "back", "pause", "resume", "outcome", "more", "excluded", "correct",
    "change", "keep", "deny", "repeat", "explain", "unclear",
]  # fmt: skip


class Act(msgspec.Struct, frozen=True):
    """One act.

    `told` are answers (of `start`, `answer`, `resume` and `repeat`); `field` is the field of `change`, and of `unknown`
    when a button named it (`keep`: "button" when one was pressed); `typed`: the parent wrote it, so we say how we read
    it; `named` are arrangements asked about.
    """

    kind: Kind
    told: tuple[Told, ...] = ()
    field: str = ""
    typed: bool = False
    named: tuple[str, ...] = ()


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
