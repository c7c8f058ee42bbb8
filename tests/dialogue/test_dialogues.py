"""Whole conversations of tests/dialogue/*.yml, each turn through the real engine.

A turn has `say` (what the parent types) or `press` (the payload of a button), and what must follow, all of it optional:
`topic` and `act` (how the message was understood), `says` and `never` (in the texts of the answer), `card` (the types of
the cards, in order), `data` (values of the first card), `buttons` (payloads that must be there).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.dialogue.turns import DIALOGUES, body_of, check, turns_of


@pytest.mark.parametrize("path", DIALOGUES, ids=[path.stem for path in DIALOGUES])
def test_dialogue(path: Path, agent: Any) -> None:
    from bot.engine.agents import run
    from bot.engine.turn import run_turn

    for number, turn in enumerate(turns_of(path), start=1):
        result = run(run_turn(agent, path.stem, **body_of(turn)))
        where = f"turn {number} ({body_of(turn)}): {result.parse} {result.messages}"
        for field in ("topic", "act"):
            if field in turn:
                assert result.parse[field] == turn[field], where
        check(turn, result.messages, where)
