"""Puts the card of a handoff below the message with which the bot brings or offers a person.

The engine knows nothing of this: what the card asks (contact, consent) never passes through it.
"""

from __future__ import annotations

from typing import Any

from bot.conversations.messages import NewMessage, Reply

CARD = "overdracht"
PERSON, CALLBACK, CRISIS = "mens_spreken", "terugbellen", "crisis"
_TOPICS = frozenset({PERSON, CALLBACK, CRISIS})
_OFFER = {f"topic:{PERSON}", f"topic:{CALLBACK}"}


def new_card(prefer: str) -> dict[str, Any]:
    """Return the card as it is stored; the rest is worked out when it is shown."""
    return {"type": CARD, "prefer": prefer}


def with_card(reply: Reply) -> Reply:
    """Return the reply with the card below the last message of the bot that brings or offers a person."""
    for number in reversed(range(len(reply.messages))):
        message = reply.messages[number]
        if message.author == "bot" and message.card is None and _offers_a_person(message):
            card = new_card("terugbellen" if message.topic == CALLBACK else "chat")
            changed = message.model_copy(update={"card": card})
            return reply.model_copy(update={"messages": [*reply.messages[:number], changed, *reply.messages[number + 1 :]]})
    return reply


def _offers_a_person(message: NewMessage) -> bool:
    """Tell whether a message is about a person now: by its topic, or because its buttons hold both ways to one."""
    return message.topic in _TOPICS or {button.payload for button in message.buttons} >= _OFFER
