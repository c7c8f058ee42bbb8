"""One turn of the conversation: what the parent wrote or pressed in, our messages out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

from bot.clock import today
from bot.engine.payloads import read_payload
from bot.engine.report import report
from bot.knowledge.answers import fill
from bot.knowledge.languages import load_languages
from bot.knowledge.topics import contact_values

CHANNEL = "portaal"
CRISIS = "crisis"


class EngineError(RuntimeError):
    """The dialogue engine gave no answer."""


@dataclass(frozen=True)
class Turn:
    """The messages of a turn, and how the parent's message was understood."""

    messages: list[dict[str, Any]]
    parse: dict[str, Any]


class _Collector(CollectingOutputChannel):
    """Keeps whole messages, with their metadata."""

    @classmethod
    def name(cls) -> str:
        """Return the name of the channel."""
        return CHANNEL

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep a message."""
        self.messages.append(message)


async def run_turn(agent: Agent, conversation: str, text: str = "", payload: str = "") -> Turn:
    """Let the dialogue engine answer.

    Args:
        agent: a loaded Rasa agent.
        conversation: id of the conversation.
        text: what the parent wrote; a leading "/" has no meaning here.
        payload: or the button that was pressed.

    Raises:
        UnknownPayload: a button that does not exist.
        EngineError: the engine has no answer.
    """
    parse_data = read_payload(payload) if payload else None
    shown = parse_data["text"] if parse_data else text.lstrip("/ \t\n")
    collector = _Collector()
    message = UserMessage(shown, collector, conversation, parse_data=parse_data, input_channel=CHANNEL)
    await agent.handle_message(message)
    tracker = await agent.tracker_store.retrieve(conversation)
    if tracker is None or tracker.latest_message is None or not collector.messages:
        raise EngineError(f"no answer in conversation {conversation}")
    understood = report(tracker.latest_message.parse_data)  # type: ignore[arg-type]
    messages = [_public(m) for m in collector.messages]
    return Turn(_in_language(messages, understood), understood)


def _public(message: dict[str, Any]) -> dict[str, Any]:
    """Return a message of Rasa in the form that web passes on."""
    metadata = message.get("metadata") or {}
    return {
        "text": message.get("text") or "",
        "buttons": [{"title": b["title"], "payload": b["payload"]} for b in message.get("buttons") or []],
        "topic": metadata.get("topic"),
        "level": metadata.get("level", "b1"),
        "sources": metadata.get("sources") or [],
        "card": metadata.get("card"),
    }


def _in_language(messages: list[dict[str, Any]], understood: dict[str, Any]) -> list[dict[str, Any]]:
    """Put the fixed line (or the crisis text) of the parent's language above the Dutch answer."""
    language = load_languages().get(understood["language"])
    if language is None:
        return messages
    line = language.crisis if understood["topic"] == CRISIS else language.line
    first = {**messages[0], "text": f"{fill(line, contact_values(today()))}\n\n{messages[0]['text']}"}
    return [first, *messages[1:]]
