"""What a turn of a dialogue file asks of the answer; for the engine alone and for the whole service."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent
DIALOGUES = sorted(FOLDER.glob("*.yml"))
# The moment at which the dialogues are held: their dates count from it.
NOW = "2026-11-22T10:00:00"


def turns_of(path: Path) -> list[dict[str, Any]]:
    """Return the turns of a file."""
    turns: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return turns


def body_of(turn: dict[str, Any]) -> dict[str, str]:
    """Return what the parent sends."""
    return {"text": turn["say"]} if "say" in turn else {"payload": turn["press"]}


def check(turn: dict[str, Any], messages: list[dict[str, Any]], where: str) -> None:
    """Assert what a turn asks of the messages that followed."""
    texts = "\n".join(message["text"] for message in messages)
    cards = [message["card"] for message in messages if message["card"]]
    pressed = [button["payload"] for message in messages for button in message["buttons"]]
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
