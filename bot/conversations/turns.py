"""One turn: the parent's message is stored, the engine is asked, and the answer is stored and returned."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import Protocol

from anyio.to_thread import run_sync

from bot.conversations.bell import STAFF_BELL, Bell
from bot.conversations.engine import EngineClient, EngineFailed, UnknownPayload
from bot.conversations.incoming import without_command
from bot.conversations.messages import Message, NewMessage, Reply
from bot.conversations.ownership import Owner, bot_may_speak
from bot.conversations.queue import Queues
from bot.conversations.rows import Erased
from bot.conversations.store import ConversationStore, Started, Turn, TurnTaken
from bot.conversations.texts import Notice, Texts, topic_button
from bot.handoff.card import with_card
from bot.knowledge.files import KnowledgeError
from bot.privacy.redaction import Redacted, load_redactor

log = logging.getLogger(__name__)

# On top of the time that the engine may take. When storing takes longer, the answer is kept all the same.
_LEASE_MARGIN_SECONDS = 5.0
_POLL_SECONDS = 0.1
_OWNER_NOTICES: dict[Owner, Notice] = {"wacht": "wacht", "gesloten": "gesloten"}


class Busy(Exception):
    """Earlier messages of this conversation took too long; nothing of this one is stored."""


class Watch(Protocol):
    """Counts turns, for the metrics."""

    def turn(self, outcome: str, engine_ms: int | None) -> None:
        """Count a turn: `answered`, `silent`, `notice`, or why the engine failed."""


class Turns:
    """Answers the messages of parents, one at a time per conversation."""

    def __init__(
        self, store: ConversationStore, engine: EngineClient, texts: Texts, bell: Bell, watch: Watch, *,
        engine_seconds: float, wait_seconds: float,
    ) -> None:  # fmt: skip
        """Work with a store and an engine; a message waits at most `wait_seconds` for earlier ones."""
        self._store, self._engine, self._texts = store, engine, texts
        self._bell, self._watch = bell, watch
        self._lease = timedelta(seconds=engine_seconds + _LEASE_MARGIN_SECONDS)
        self._wait_seconds = wait_seconds
        self._redactor = load_redactor()
        self._queues = Queues()

    async def say_text(self, started: Started, text: str) -> list[Message]:
        """Answer a text (checked by `clean_text`); return the new messages of bot and system.

        Raises:
            Busy: earlier messages took too long.
            Erased: the parent erased the conversation.

        """
        # Here, and only here: what is stored and what the engine reads is without personal data.
        redacted = await run_sync(self._redactor.redact, text)
        return await self._say(started, NewMessage(author="ouder", text=redacted.text), redacted)

    async def press(self, started: Started, payload: str) -> list[Message]:
        """Answer a button (checked by `check_payload`); return the new messages of bot and system.

        Raises:
            Busy: earlier messages took too long.
            Erased: the parent erased the conversation.

        """
        return await self._say(started, NewMessage(author="ouder", text=_title(payload), payload=payload))

    async def _say(self, started: Started, said: NewMessage, redacted: Redacted | None = None) -> list[Message]:
        """Wait for the turn, take it, answer, and give it back whatever happens."""
        deadline = asyncio.get_running_loop().time() + self._wait_seconds
        try:
            async with self._queues.turn(started.id, deadline):
                turn = await self._take_turn(started, said, deadline)
                return await self._answer_turn(started, said, turn, redacted)
        except TimeoutError:
            # Only waiting raises it: the engine's own time limit is an EngineFailed.
            raise Busy from None

    async def _take_turn(self, started: Started, said: NewMessage, deadline: float) -> Turn:
        """Store the message as soon as no other process answers an earlier one."""
        while True:
            try:
                turn = await run_sync(self._store.begin_turn, started, said, self._lease)
            except TurnTaken:
                if asyncio.get_running_loop().time() > deadline:
                    raise TimeoutError from None
                await asyncio.sleep(_POLL_SECONDS)
            else:
                self._bell.ring(started.id)
                if not bot_may_speak(turn.owner):
                    self._bell.ring(STAFF_BELL)
                return turn

    async def _answer_turn(
        self, started: Started, said: NewMessage, turn: Turn, redacted: Redacted | None
    ) -> list[Message]:
        """Ask and store the answer."""
        try:
            reply = self._with_notice(await self._reply(started, said, turn), turn, redacted)
            messages = await run_sync(self._store.finish_turn, started, turn, with_card(reply))
        except Erased:
            raise
        except BaseException:
            # Without this the next message would wait until the lease ends. Shielded: also when the task is cancelled.
            await asyncio.shield(run_sync(self._store.give_turn_back, started, turn))
            raise
        self._bell.ring(started.id)
        return messages

    async def _reply(self, started: Started, said: NewMessage, turn: Turn) -> Reply:
        """Return the answer. This is the one place that decides whether a message reaches the engine."""
        if not bot_may_speak(turn.owner):
            name = _OWNER_NOTICES.get(turn.owner)
            self._watch.turn("silent", None)
            return Reply(messages=[self._texts.notice(name)] if name and name not in turn.noticed else [])
        text = None if said.payload else without_command(said.text)
        if text == "":
            return self._notice("vraag")
        try:
            reply = await self._engine.ask(started.id, text=text, payload=said.payload)
        except UnknownPayload:
            return self._notice("knop")
        except EngineFailed as error:
            log.error("engine gave no answer: %s", error)
            self._watch.turn(error.reason, None)
            return Reply(messages=[self._texts.outage()])
        self._watch.turn("answered", reply.engine_ms)
        return reply

    def _with_notice(self, reply: Reply, turn: Turn, redacted: Redacted | None) -> Reply:
        """Add, once, where a parent can leave the number or address that was taken out."""
        if redacted is None or not redacted.has("telefoon", "e-mail"):
            return reply
        if not bot_may_speak(turn.owner) or "gegevens" in turn.noticed:
            return reply
        return reply.model_copy(update={"messages": [*reply.messages, self._texts.notice("gegevens")]})

    def _notice(self, name: Notice) -> Reply:
        """Return a text of the web part in the place of an answer."""
        self._watch.turn("notice", None)
        return Reply(messages=[self._texts.notice(name)])


def _title(payload: str) -> str:
    """Return what the parent said by pressing a button that no message showed: the title of its topic."""
    kind, _, name = payload.partition(":")
    if kind != "topic":
        return payload
    try:
        return topic_button(name).title
    except KnowledgeError:
        return payload
