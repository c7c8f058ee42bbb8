"""Splits a message into what is shown: paragraphs and lists, as the page of the parent does, and its card in short."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Block:
    """A paragraph (`is_list` false, one line) or a list."""

    is_list: bool
    lines: tuple[str, ...]


def blocks(text: str) -> list[Block]:
    """Return the paragraphs and lists of a text; lines that start with "- " are a list."""
    made: list[Block] = []
    for paragraph in text.split("\n\n"):
        items: list[str] = []
        for line in paragraph.split("\n"):
            if line.startswith("- "):
                items.append(line[2:])
                continue
            if items:
                made.append(Block(True, tuple(items)))
                items = []
            if line.strip():
                made.append(Block(False, (line,)))
        if items:
            made.append(Block(True, tuple(items)))
    return made


def card_lines(card: dict[str, Any] | None) -> list[tuple[str, str]]:
    """Return the card below a message in short lines with a label; the text of the message says the same.

    A card of a newer version than this code gives no lines.
    """
    try:
        kind = (card or {}).get("type")
        if card is None or kind not in _CARDS:
            return []
        return _CARDS[kind](card)
    except (KeyError, TypeError, AttributeError):
        return []


def _deadline(card: dict[str, Any]) -> list[tuple[str, str]]:
    return [(str(point["label"]), str(point["text"])) for point in card["timeline"]]


def _outcome(card: dict[str, Any]) -> list[tuple[str, str]]:
    found = [("Lijkt te passen", card["fits"]), ("Past misschien", card["maybe"])]
    lines = [(title, ", ".join(str(entry["name"]) for entry in entries)) for title, entries in found if entries]
    return [*lines, ("Past niet", f"{len(card['no'])} andere")] if card["no"] else lines


def _handoff(card: dict[str, Any]) -> list[tuple[str, str]]:
    return [("Kaart", "terugbellen aanvragen" if card.get("prefer") == "terugbellen" else "om een mens vragen")]


_CARDS: dict[str, Callable[[dict[str, Any]], list[tuple[str, str]]]] = {
    "termijn": _deadline,
    "voorcheck_uitslag": _outcome,
    "overdracht": _handoff,
}
