"""Invented requests for a person, in every state, with intake, contact, history, bookings and notes as real ones have."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.demo.chats import Chat, greet, ranked, text_of
from bot.demo.script import Script, Wish
from bot.handoff.contact import Contact
from bot.handoff.hours import Hours
from bot.handoff.intake import SCHEMA_VERSION, Answered, Intake, Subject, UrgencyNote
from bot.handoff.states import Outcome, Reach, State
from bot.handoff.texts import load_intake_texts
from bot.knowledge.answers import load_answers
from bot.knowledge.topics import load_topics
from bot.privacy.vault import Vault
from bot.storage.models import (
    CallbackRow,
    ConsentRow,
    ConversationRow,
    HandoffEventRow,
    HandoffRow,
    NoteRow,
    OwnershipEventRow,
)

# How a request ended, and how often: what a real inbox of a month looks like.
OUTCOMES: tuple[tuple[Outcome, int], ...] = (("geholpen", 62), ("doorverwezen", 18), ("niet_bereikt", 10), ("anders", 10))


def ask_for_a_person(chat: Chat, script: Script, wish: Wish) -> None:
    """Let a parent ask a question and then a person; the rows of the handoff follow in `hand_over`."""
    greet(chat)
    chat.hear(wish.vraag, ranked(chat.dice, wish.topic, chat.dice.uniform(0.6, 0.95)), True)
    chat.answer(wish.topic)
    chat.hear("ik wil graag een mens spreken", ranked(chat.dice, "mens_spreken", 0.97), True)
    answer = load_answers().get("utter_mens_spreken")
    chat.say("bot", text_of(answer), topic="mens_spreken", level="b1", card={"type": "overdracht", "prefer": "terugbellen"})
    chat.wait(60, 240)


def hand_over(
    session: Session, vault: Vault, hours: Hours, chat: Chat, script: Script, wish: Wish, staff_ids: list[int], until: datetime,
    stop: State | None = None,
) -> HandoffRow:  # fmt: skip
    """Add the handoff of a conversation whose row is there, worked on as far as time went.

    Args:
        session: an open transaction that holds the conversation already.
        vault: encrypts what only staff may read.
        hours: when somebody works, and which moments to call back there are.
        chat: the conversation.
        script: what is said.
        wish: what the parent wants.
        staff_ids: the consultants.
        until: now; nothing happens after it.
        stop: the state to stop at, whatever the time; so that there is one of every state.

    """
    dice, asked = chat.dice, chat.moment
    reach: Reach = "chat" if hours.is_open(asked) else dice.choice(("terugbellen", "terugbellen", "email"))
    if stop is not None:
        reach = "terugbellen" if stop == "terugbellen" else "email"
    number = chat.id.rsplit("-", 1)[-1]
    handoff = HandoffRow(
        id=f"{chat.id}-o", conversation_id=chat.id, idempotency_key=f"demo-{number}", state="aangevraagd",
        urgency=wish.urgency, reach=reach, level=chat.level, language="nl", schema_version=SCHEMA_VERSION,
        intake=vault.close(_intake(wish).plain()), contact=vault.close(_contact(reach, script, chat).plain()), created_at=asked,
    )
    session.add(handoff)
    session.flush()
    consent = load_intake_texts().consent
    session.add(
        ConsentRow(
            conversation_id=chat.id, kind="overdracht", text=f"{consent.text} (versie {consent.version})", created_at=asked
        )
    )
    _event(session, handoff, None, "aangeboden", "systeem", asked - timedelta(seconds=90))
    begin = asked
    if reach == "terugbellen":
        slot = _book(session, hours, handoff, asked)
        if slot is None:
            handoff.reach, reach = "email", "email"
        else:
            begin = slot
    _event(session, handoff, "aangeboden", "terugbellen" if reach == "terugbellen" else "aangevraagd", "ouder", asked)
    handoff.state = "terugbellen" if reach == "terugbellen" else "aangevraagd"
    if reach == "chat":
        _owner(session, chat, "bot", "wacht", "ouder", asked)
    conversation = session.get_one(ConversationRow, chat.id)
    conversation.owner = "wacht" if reach == "chat" else "bot"
    if stop == "in_behandeling":
        _work_on(session, vault, chat, script, handoff, conversation, staff_ids[0], until - timedelta(minutes=12), until)
    if stop == "vervallen":
        withdraw(session, handoff, asked + timedelta(minutes=10))
    if stop is not None:
        return handoff
    taken = _taken_at(hours, begin, dice.uniform(2, 35) if reach == "chat" else dice.uniform(0, 50))
    if taken is None or taken > until or (until - asked < timedelta(days=3) and dice.random() < 0.2):
        return handoff
    _work_on(session, vault, chat, script, handoff, conversation, dice.choice(staff_ids), taken, until)
    return handoff


def _work_on(
    session: Session, vault: Vault, chat: Chat, script: Script, handoff: HandoffRow, conversation: ConversationRow,
    staff_id: int, taken: datetime, until: datetime,
) -> None:  # fmt: skip
    """Let a consultant take the request, answer and close it."""
    dice = chat.dice
    _event(session, handoff, handoff.state, "in_behandeling", "consulent", taken, staff_id)
    handoff.state, handoff.staff_id, handoff.claimed_at = "in_behandeling", staff_id, taken
    chat.moment = taken + timedelta(seconds=dice.uniform(40, 400))
    if handoff.reach == "chat":
        _owner(session, chat, "wacht", "consulent", "consulent", taken)
        conversation.owner = "consulent"
        handoff.first_reply_at = chat.moment
        for reply, said in zip(script.live.consultant, script.live.parent, strict=True):
            chat.say("consulent", reply, staff_id=staff_id)
            chat.wait(30, 150)
            chat.say("ouder", said)
            chat.wait(30, 200)
    else:
        handoff.first_reply_at = chat.moment
    if dice.random() < 0.5:
        session.add(
            NoteRow(handoff_id=handoff.id, staff_id=staff_id, text=vault.close(dice.choice(script.notes)), created_at=chat.moment)
        )
    closed = chat.moment + timedelta(minutes=dice.uniform(5, 60))
    if closed > until or until - taken < timedelta(hours=20):
        return
    outcome = dice.choices([name for name, _ in OUTCOMES], [weight for _, weight in OUTCOMES])[0]
    _event(session, handoff, "in_behandeling", "afgehandeld", "consulent", closed, staff_id)
    handoff.state, handoff.outcome, handoff.closed_at = "afgehandeld", outcome, closed
    if handoff.reach == "chat":
        _owner(session, chat, "consulent", "gesloten", "consulent", closed)
        conversation.owner = "gesloten"


def withdraw(session: Session, handoff: HandoffRow, at: datetime) -> None:
    """Let the parent withdraw a request that nobody has taken."""
    _event(session, handoff, handoff.state, "vervallen", "ouder", at)
    handoff.state, handoff.outcome, handoff.closed_at = "vervallen", "ingetrokken", at
    session.get_one(ConversationRow, handoff.conversation_id).owner = "bot"


def _taken_at(hours: Hours, moment: datetime, minutes: float) -> datetime | None:
    """Return when somebody takes a request: so many minutes into the hours that follow it."""
    opened = hours.next_open(moment)
    return opened + timedelta(minutes=minutes) if opened else None


def _intake(wish: Wish) -> Intake:
    """Return the intake that the parent approved."""
    return Intake(
        vraag=wish.vraag,
        kind=[
            Answered(field="leeftijd", question="Hoe oud is je kind?", answer=f"{wish.age} jaar"),
            Answered(field="groep", question="In welke groep of klas zit je kind?", answer=wish.group),
        ],
        geprobeerd=wish.tried,
        onderwerpen=[Subject(topic=wish.topic, title=load_topics().topics[wish.topic].title)],
        urgentie=UrgencyNote(level=wish.urgency, reasons=[wish.why] if wish.why else []),
    )


def _contact(reach: Reach, script: Script, chat: Chat) -> Contact:
    """Return how to reach an invented parent: numbers that the regulator keeps for fiction, an address that cannot exist."""
    name = chat.dice.choice(script.parents)
    if reach == "terugbellen":
        return Contact(reach, name, phone=f"+3185007{chat.dice.randrange(1000, 9999)}")
    return Contact(reach, name, email=f"{name.lower()}@demo.invalid") if reach == "email" else Contact(reach, name)


def _book(session: Session, hours: Hours, handoff: HandoffRow, asked: datetime) -> datetime | None:
    """Take the first free seat of the slots after a moment."""
    for slot in hours.slots(asked):
        for seat in range(1, hours.capacity + 1):
            taken = session.query(CallbackRow).filter_by(slot_at=slot.start, seat=seat).first()
            if taken is None:
                session.add(CallbackRow(handoff_id=handoff.id, slot_at=slot.start, seat=seat, created_at=asked))
                session.flush()
                return slot.start
    return None


def _event(
    session: Session, handoff: HandoffRow, old: str | None, new: str, actor: str, at: datetime, staff_id: int | None = None
) -> None:
    """Add a line to the history."""
    session.add(
        HandoffEventRow(handoff_id=handoff.id, from_state=old, to_state=new, actor=actor, staff_id=staff_id, created_at=at)
    )
    session.flush()


def _owner(session: Session, chat: Chat, old: str, new: str, actor: str, at: datetime) -> None:
    """Add a change of owner."""
    session.add(
        OwnershipEventRow(
            conversation_id=chat.id, from_owner=old, to_owner=new, actor=actor, reason="overdracht", position=chat.position,
            created_at=at,
        )
    )
