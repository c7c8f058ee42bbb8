"""What the web part does with the cards below messages: it reads deadlines, and adds what is shown with them."""

from __future__ import annotations

from datetime import date
from typing import Any

from anyio.to_thread import run_sync

from bot.conversations.messages import Message
from bot.conversations.rows import Erased
from bot.conversations.store import Started
from bot.deadlines.rules import Deadline, compute
from bot.handoff.card import CARD as HANDOFF
from bot.web.services import Services
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


async def for_parent(messages: list[Message], started: Started, services: Services) -> list[Message]:
    """Return messages as the API gives them: cards with what is worked out when they are shown."""
    messages = with_sheet_links(messages, started, services.tokens)
    if not any(_is_handoff(message) for message in messages):
        return messages
    try:
        newest, offer = await run_sync(services.handoffs.newest_card, started)
    except Erased:
        return messages  # what comes next says that it is gone
    shown = offer.model_dump(mode="json", by_alias=True)
    return [_with_offer(message, newest, shown) if _is_handoff(message) else message for message in messages]


def _is_handoff(message: Message) -> bool:
    return message.card is not None and message.card.get("type") == HANDOFF


def _with_offer(message: Message, newest: str | None, offer: dict[str, Any]) -> Message:
    """Return a message with the details on its card; only the newest card of a conversation is there to be filled in."""
    is_newest = message.id == newest
    card = {**(message.card or {}), "current": is_newest, **(offer if is_newest else {})}
    return message.model_copy(update={"card": card})


def _with_sheet_link(message: Message, started: Started, tokens: Tokens) -> Message:
    if message.card is None or message.card.get("type") != OUTCOME:
        return message
    return message.model_copy(update={"card": {**message.card, "gesprekskaart": SHEET_PATH + tokens.for_sheet(started)}})
