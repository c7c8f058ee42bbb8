"""One turn of the conversation: what the parent wrote or pressed in, our messages out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.shared.core.trackers import DialogueStateTracker

from bot.clock import today
from bot.engine.context import REPEAT, afterwards, in_context, situation
from bot.engine.payloads import DIALOGUE_ACT, read_payload
from bot.engine.refers_back import referring_back
from bot.engine.report import report
from bot.engine.second_look import second_look
from bot.engine.second_question import two_questions
from bot.knowledge.answers import fill, load_answers
from bot.knowledge.languages import load_languages
from bot.knowledge.topics import contact_values, load_topics

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
    tracker = await agent.tracker_store.retrieve(conversation)
    heard, second = (read_payload(payload), None) if payload else await _heard(agent, text.lstrip("/ \t\n"), tracker)
    before = situation(tracker)
    parse_data, waiting = in_context(heard, before, today())
    collector = _Collector()
    message = UserMessage(heard["text"], collector, conversation, parse_data=parse_data, input_channel=CHANNEL)
    await agent.handle_message(message)
    if not collector.messages:
        raise EngineError(f"no answer in conversation {conversation}")
    messages = [_public(m) for m in collector.messages]
    if second is not None and DIALOGUE_ACT not in parse_data:
        messages.append(_also_asked(second))
    messages += await _open_question(agent, conversation, parse_data, waiting)
    understood = report(parse_data)
    return Turn(_in_language(messages, understood), understood)


async def _heard(
    agent: Agent, text: str, tracker: DialogueStateTracker | None
) -> tuple[dict[str, Any], str | None]:
    """Return the parse data of a text, and the topic of a second question in it."""
    two = await two_questions(agent, text)
    if two is not None:
        return {**two[0], "text": text}, two[1]
    parsed = await agent.processor.parse_message(UserMessage(text))  # type: ignore[union-attr]
    return second_look(referring_back(parsed, tracker)), None


async def _open_question(
    agent: Agent, conversation: str, parse_data: dict[str, Any], waiting: dict[str, Any] | None
) -> list[dict[str, Any]]:
    """Come back to the question that was open before another answer went first."""
    tracker = await agent.tracker_store.retrieve(conversation)
    act = afterwards(parse_data, waiting, situation(tracker))
    if act is None:
        return []
    collector = _Collector()
    async with agent.lock_store.lock(conversation):
        await agent.trigger_intent(REPEAT, [{"entity": DIALOGUE_ACT, "value": act}], collector, tracker)
    return [_public(message) for message in collector.messages]


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


def _also_asked(topic_id: str) -> dict[str, Any]:
    """Return the message that names the second question of a parent, with its button."""
    title = load_topics().topics[topic_id].title
    text = fill(load_answers().get("utter_ook_gevraagd").text, {"titel": title, **contact_values(today())})
    button = {"title": title, "payload": f"topic:{topic_id}"}
    return {"text": text, "buttons": [button], "topic": None, "level": "b1", "sources": [], "card": None}


def _in_language(messages: list[dict[str, Any]], understood: dict[str, Any]) -> list[dict[str, Any]]:
    """Put the fixed line (or the crisis text) of the parent's language above the Dutch answer."""
    language = load_languages().get(understood["language"])
    if language is None:
        return messages
    line = language.crisis if understood["topic"] == CRISIS else language.line
    first = {**messages[0], "text": f"{fill(line, contact_values(today()))}\n\n{messages[0]['text']}"}
    return [first, *messages[1:]]
