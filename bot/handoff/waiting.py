"""Looks after parents who wait in the chat for a person: nobody waits in vain, and nobody is left without a next step."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from datetime import datetime, timedelta

from anyio.to_thread import run_sync
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.clock import now
from bot.conversations.bell import STAFF_BELL, Bell
from bot.conversations.messages import NewMessage
from bot.conversations.ownership import Owner
from bot.conversations.rows import Erased, locked, owner_of
from bot.handoff.card import new_card
from bot.handoff.hours import Hours, clock_text, moment_text
from bot.handoff.rows import move_owner, open_handoff, tell
from bot.handoff.silence import end_silence
from bot.handoff.texts import load_handoff_texts
from bot.storage.database import Database
from bot.storage.models import ConversationRow, OwnershipEventRow

log = logging.getLogger(__name__)
_LOOK_SECONDS = 15.0


class WaitingRoom:
    """Ends a wait that lasts too long, or that outlasts the hours: the parent hears what happens next and may choose.

    The request stays in the inbox; the bot has the conversation again. Also ends the silence of a consultant
    (bot.handoff.silence). Several processes may look at once: the move of the owner happens once.
    """

    def __init__(
        self, database: Database, hours: Hours, bell: Bell, *, minutes: int, silent_minutes: int, seconds: float = _LOOK_SECONDS
    ) -> None:
        """Let a parent wait at most `minutes`, and a consultant be silent at most `silent_minutes`; look every `seconds`."""
        self._database, self._hours, self._bell = database, hours, bell
        self._longest, self._silence, self._seconds = timedelta(minutes=minutes), timedelta(minutes=silent_minutes), seconds

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                ended = await run_sync(self.round)
            except Exception as error:
                # Whatever happens, the next round must come: a parent waits.
                log.error("looking after waiting parents failed: %s", type(error).__name__)
                ended = []
            for conversation_id in ended:
                self._bell.ring(conversation_id)
            if ended:
                self._bell.ring(STAFF_BELL)
            with suppress(TimeoutError):
                await asyncio.sleep(self._seconds)

    def round(self) -> list[str]:
        """End every wait and every silence that lasted too long; return the conversations."""
        ended = [silent for silent in self._owned_by("consulent") if self._end_silence(silent)]
        return [*ended, *(waiting for waiting in self._owned_by("wacht") if waiting not in ended and self._end(waiting))]

    def _owned_by(self, owner: Owner) -> list[str]:
        """Return the conversations of an owner."""
        with self._database.read() as session:
            return list(session.scalars(select(ConversationRow.id).where(ConversationRow.owner == owner)))

    def _end_silence(self, conversation_id: str) -> bool:
        """End the silence of a consultant when it lasted too long; tell whether it ended."""
        with self._database.write() as session:
            return end_silence(session, self._hours, conversation_id, self._silence)

    def _end(self, conversation_id: str) -> bool:
        """End a wait when its time has come; tell whether it ended."""
        moment = now()
        with self._database.write() as session:
            try:
                conversation = locked(session, conversation_id)
            except Erased:
                return False
            if owner_of(conversation) != "wacht":
                return False
            handoff = open_handoff(session, conversation_id)
            is_open = self._hours.is_open(moment)
            is_new = moment - _since(session, conversation) < self._longest
            if is_new and (is_open or handoff is None):
                return False
            move_owner(session, conversation, "bot", "systeem", "niemand vrij" if is_open else "spreekuur voorbij")
            tell(session, conversation, self._message(moment, is_open))
            return True

    def _message(self, moment: datetime, is_open: bool) -> NewMessage:
        """Return what the parent hears, with the card to choose another way."""
        texts, until, again = load_handoff_texts(), self._hours.closes_at(moment), self._hours.next_open(moment)
        if is_open:
            text = texts.say("niemand_vrij", tot=f"{clock_text(until)} uur" if until else "")
        else:
            text = texts.say("spreekuur_voorbij", wanneer=moment_text(again) if again else "later")
        return NewMessage(author="systeem", text=text, notice="overdracht_wacht", card=new_card("terugbellen"))


def _since(session: Session, conversation: ConversationRow) -> datetime:
    """Return since when a parent waits: since the conversation came into the queue last."""
    query = select(func.max(OwnershipEventRow.created_at)).where(
        OwnershipEventRow.conversation_id == conversation.id, OwnershipEventRow.to_owner == "wacht"
    )
    return session.scalar(query) or conversation.last_message_at
