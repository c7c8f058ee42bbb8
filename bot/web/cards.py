"""What the web part does with the cards below messages: it reads deadlines, and adds the link of the gesprekskaart."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.conversations.messages import Message
from bot.conversations.store import Started
from bot.deadlines.rules import Deadline, compute
from bot.web.tokens import Tokens

DEADLINE, OUTCOME = "termijn", "voorcheck_uitslag"
SHEET_PATH = "/gesprekskaart/"


def deadline_of(card: dict[str, Any] | None, today: date | None = None) -> Deadline | None:
    """Return the deadline on a card, worked out again; None where the card holds none (any more)."""
    if card is None or card.get("type") != DEADLINE:
        return None
    try:
        return compute(str(card["rule"]), date.fromisoformat(card["from"]), card.get("extended") is True, today)
    except (KeyError, TypeError, ValueError):  # DeadlineError is a ValueError
        return None


def with_sheet_links(messages: list[Message], started: Started, tokens: Tokens) -> list[Message]:
    """Return the messages; the card with a result gets the path of the gesprekskaart as `gesprekskaart`."""
    return [_with_sheet_link(message, started, tokens) for message in messages]


def _with_sheet_link(message: Message, started: Started, tokens: Tokens) -> Message:
    if message.card is None or message.card.get("type") != OUTCOME:
        return message
    return message.model_copy(update={"card": {**message.card, "gesprekskaart": SHEET_PATH + tokens.for_sheet(started)}})
