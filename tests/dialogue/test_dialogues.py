"""Whole conversations of tests/dialogue/*.yml, each turn through the real engine.

A turn has `say` (what the parent types) or `press` (the payload of a button), and what must follow, all of it optional:
`topic` and `act` (how the message was understood), `says` and `never` (in the texts of the answer), `card` (the types of
the cards, in order), `data` (values of the first card), `buttons` (payloads that must be there).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

FOLDER = Path(__file__).parent
DIALOGUES = sorted(FOLDER.glob("*.yml"))


@pytest.mark.parametrize("path", DIALOGUES, ids=[path.stem for path in DIALOGUES])
def test_dialogue(path: Path, agent: Any) -> None:
    from bot.engine.agents import run
    from bot.engine.turn import run_turn

    for number, turn in enumerate(yaml.safe_load(path.read_text(encoding="utf-8")), start=1):
        given = {"text": turn["say"]} if "say" in turn else {"payload": turn["press"]}
        result = run(run_turn(agent, path.stem, **given))
        where = f"turn {number} ({turn.get('say') or turn.get('press')}): {result.parse} {result.messages}"
        texts = "\n".join(message["text"] for message in result.messages)
        cards = [message["card"] for message in result.messages if message["card"]]
        pressed = [button["payload"] for message in result.messages for button in message["buttons"]]
        for field in ("topic", "act"):
            if field in turn:
                assert result.parse[field] == turn[field], where
        assert [part for part in turn.get("says", []) if part not in texts] == [], where
        assert [part for part in turn.get("never", []) if part in texts] == [], where
        if "card" in turn:
            assert [card["type"] for card in cards] == turn["card"], where
        for name, value in turn.get("data", {}).items():
            assert _value(cards[0], name) == value, where
        assert [payload for payload in turn.get("buttons", []) if payload not in pressed] == [], where


def _value(card: dict[str, Any], name: str) -> Any:
    """Return a value of a card; of a list of arrangements their ids."""
    value = card[name]
    if name in ("fits", "maybe", "no"):
        return [entry["arrangement"] for entry in value]
    return value
