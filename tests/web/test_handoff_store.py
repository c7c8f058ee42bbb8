"""Handoffs in the database, on SQLite and PostgreSQL: what staff do, and what may happen only once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from bot.conversations.bell import Bell
from bot.conversations.messages import NewMessage, Reply, new_id
from bot.conversations.store import ConversationStore, Started
from bot.conversations.texts import load_texts
from bot.handoff.approve import HandoffOpen
from bot.handoff.booking import SlotTaken
from bot.handoff.contact import ContactIn, FieldErrors
from bot.handoff.intake import Answered, Intake
from bot.handoff.rows import AlreadyClaimed, AnotherIsOpen, MoveRefused, UnknownHandoff
from bot.handoff.store import HandoffStore
from bot.handoff.waiting import WaitingRoom
from bot.privacy.vault import Vault
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.migrate import upgrade
from bot.storage.models import CallbackRow, ConversationRow
from tests.web.handoffs import CALL, CHAT, NEXT_SLOT, new_staff

SLOT = datetime.fromisoformat(NEXT_SLOT)
EMAIL = {"how": "email", "email": "sara@voorbeeld.nl"}
VAULT = Vault((Fernet.generate_key().decode(),))


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Open a database of each kind."""
    url = f"sqlite:///{tmp_path / 'test.db'}"
    if request.param == "postgres":
        url = Settings(database_url=request.getfixturevalue("postgres_url")).database_url
    upgrade(url)
    opened = Database(url)
    yield opened
    opened.close()


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Give a function that moves the clock."""
    return lambda moment: monkeypatch.setenv("BOT_NOW", moment)


@pytest.fixture
def conversations(database: Database) -> ConversationStore:
    return ConversationStore(database, load_texts())


@pytest.fixture
def store(database: Database, conversations: ConversationStore, at: Callable[[str], None]) -> HandoffStore:
    """Give the store, on a Monday at ten."""
    at("2026-11-30T10:00:00")
    return HandoffStore(database, VAULT, conversations)


def ask(
    store: HandoffStore, contact: dict[str, Any] | None = None, started: Started | None = None, **intake: Any
) -> tuple[Started, str]:
    """Ask for a person; return the conversation and the id of the handoff."""
    started = started or Started(new_id(), datetime.now(UTC))
    given = Intake(vraag="Wie helpt ons?", **intake)
    approved = store.approve(started, given, ContactIn.model_validate(contact or CHAT), True, new_id())
    return started, approved.handoff.id


def owner(database: Database, started: Started) -> str:
    with database.read() as session:
        return session.get_one(ConversationRow, started.id).owner


def said(conversations: ConversationStore, started: Started) -> str:
    """Return the last message."""
    return conversations.messages(started)[-1].text


def write(conversations: ConversationStore, started: Started, words: str) -> None:
    turn = conversations.begin_turn(started, NewMessage(author="ouder", text=words), timedelta(seconds=5))
    conversations.finish_turn(started, turn, Reply(messages=[]))


def test_one_of_many_claims_wins(store: HandoffStore, database: Database) -> None:
    _, handoff_id = ask(store)
    staff = [new_staff(database, f"Collega {number}") for number in range(6)]

    def claim(staff_id: int) -> str:
        try:
            store.claim(handoff_id, staff_id)
        except AlreadyClaimed as taken:
            return taken.name
        return "mine"

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(claim, staff))
    assert outcomes.count("mine") == 1
    winner = f"Collega {outcomes.index('mine')}"
    assert set(outcomes) == {"mine", winner}
    store.claim(handoff_id, staff[outcomes.index("mine")])
    assert [e.to_state for e in store.detail(handoff_id).events].count("in_behandeling") == 1


@pytest.mark.parametrize("capacity", [2])
def test_a_seat_of_a_slot_is_given_once(store: HandoffStore, capacity: int) -> None:
    def call(_: int) -> str:
        try:
            ask(store, CALL)
        except FieldErrors as error:
            return error.fields["contact.slot"]
        return "booked"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(call, range(8)))
    assert sorted(outcomes) == ["booked"] * capacity + ["moment_bezet"] * (8 - capacity)
    slot = next(slot for slot in store.agenda(SLOT.date()) if slot.slot.start == SLOT)
    assert sorted(booking.seat for booking in slot.bookings) == [1, 2]
    assert len(store.inbox()) == capacity


def test_the_same_key_at_once_is_stored_once(store: HandoffStore) -> None:
    started, key = Started(new_id(), datetime.now(UTC)), new_id()
    given, contact = Intake(vraag="Wie helpt ons?"), ContactIn.model_validate(CALL)
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda _: store.approve(started, given, contact, True, key), range(8)))
    assert sum(approved.is_new for approved in done) == 1
    assert len({approved.handoff.id for approved in done}) == 1
    assert len({approved.messages[0].id for approved in done}) == 1


def test_other_keys_at_once_open_one_handoff(store: HandoffStore) -> None:
    started = Started(new_id(), datetime.now(UTC))

    def one(_: int) -> str:
        try:
            ask(store, EMAIL, started)
        except HandoffOpen:
            return "open"
        return "new"

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(one, range(6))) == ["new"] + ["open"] * 5


def test_the_history_of_a_handoff_is_only_added_to(store: HandoffStore, database: Database) -> None:
    ask(store)
    with pytest.raises(DBAPIError, match="only added"), database.write() as session:
        session.execute(text("UPDATE handoff_events SET actor = 'systeem'"))


def test_a_message_of_a_person_takes_everything_over_at_once(
    store: HandoffStore, database: Database, conversations: ConversationStore
) -> None:
    started, handoff_id = ask(store, EMAIL)
    staff, other = new_staff(database), new_staff(database, "Bas Smit")
    assert owner(database, started) == "bot"
    store.say(handoff_id, staff, "Dag, ik ben Fatima")
    assert owner(database, started) == "consulent"
    item = store.detail(handoff_id).item
    assert (item.state, item.staff_name) == ("in_behandeling", "Fatima de Wit")
    assert item.first_reply_at is not None
    with pytest.raises(AlreadyClaimed):
        store.say(handoff_id, other, "Ik ook")
    assert said(conversations, started) == "Dag, ik ben Fatima"


def test_back_in_the_queue_rings_again_and_the_parent_waits(
    store: HandoffStore, database: Database, conversations: ConversationStore
) -> None:
    started, handoff_id = ask(store)
    staff, other = new_staff(database), new_staff(database, "Bas Smit")
    for number in range(2):
        store.claim(handoff_id, staff)
        with pytest.raises(AlreadyClaimed, match="colleague"):
            store.requeue(handoff_id, other)
        store.requeue(handoff_id, staff)
        assert owner(database, started) == "wacht"
        assert store.waiting_count() == 1
        assert len(store.detail(handoff_id).mails) == number + 2
    assert [mail.kind for mail in store.detail(handoff_id).mails] == ["nieuw", "wachtrij", "wachtrij:2"]
    store.claim(handoff_id, other)
    assert "Bas" in said(conversations, started)
    assert "Smit" not in said(conversations, started)


def test_a_handoff_goes_to_a_colleague(store: HandoffStore, database: Database, conversations: ConversationStore) -> None:
    started, handoff_id = ask(store)
    staff, other = new_staff(database), new_staff(database, "Bas Smit")
    store.claim(handoff_id, staff)
    store.assign(handoff_id, staff, other)
    assert store.detail(handoff_id).item.staff_name == "Bas Smit"
    assert "Bas" in said(conversations, started)
    store.say(handoff_id, other, "Hallo")
    with pytest.raises(MoveRefused):
        store.assign(handoff_id, staff, 999)


def test_a_callback_can_be_planned_and_moved(
    store: HandoffStore, database: Database, conversations: ConversationStore
) -> None:
    started, handoff_id = ask(store)
    staff = new_staff(database)
    store.claim(handoff_id, staff)
    store.plan_callback(handoff_id, staff, SLOT)
    assert owner(database, started) == "bot"
    assert "woensdag 2 december, 9.30 tot 10.00 uur" in said(conversations, started)
    later = SLOT + timedelta(minutes=30)
    store.plan_callback(handoff_id, staff, later)
    booked = [slot.slot.start for slot in store.agenda(SLOT.date()) if slot.bookings]
    assert booked == [later]
    for wrong in (SLOT + timedelta(minutes=1), SLOT - timedelta(days=30)):
        with pytest.raises(SlotTaken):
            store.plan_callback(handoff_id, staff, wrong)
    store.claim(handoff_id, staff)
    assert store.detail(handoff_id).item.state == "in_behandeling"


def test_closing_frees_the_seat_and_reopening_mails_again(
    store: HandoffStore, database: Database, conversations: ConversationStore
) -> None:
    started, handoff_id = ask(store, CALL)
    staff = new_staff(database)
    with pytest.raises(ValueError, match="no outcome for staff"):
        store.close(handoff_id, staff, "ingetrokken")
    store.close(handoff_id, staff, "niet_bereikt")
    assert "niet bereiken" in said(conversations, started)
    assert not any(slot.bookings for slot in store.agenda(SLOT.date()))
    for refused in (store.claim, store.requeue):
        with pytest.raises(MoveRefused):
            refused(handoff_id, staff)
    store.reopen(handoff_id, staff)
    assert [mail.kind for mail in store.detail(handoff_id).mails] == ["nieuw", "heropend"]
    with pytest.raises(MoveRefused):
        store.reopen(handoff_id, staff)
    store.close(handoff_id, staff, "geholpen")
    ask(store, EMAIL, started)
    with pytest.raises(AnotherIsOpen):
        store.reopen(handoff_id, staff)


def test_what_a_parent_withdrew_stays_withdrawn(store: HandoffStore, database: Database) -> None:
    started, handoff_id = ask(store)
    store.withdraw(started)
    with pytest.raises(MoveRefused):
        store.reopen(handoff_id, new_staff(database))
    with pytest.raises(UnknownHandoff):
        store.withdraw(started)


def test_the_inbox_shows_the_most_urgent_and_then_who_waits_longest(
    store: HandoffStore, at: Callable[[str], None], conversations: ConversationStore, database: Database
) -> None:
    _, first = ask(store, EMAIL)
    at("2026-11-30T10:10:00")
    home = [Answered(field="weken_niet_naar_school", question="?", answer="8 weken")]
    _, high = ask(store, EMAIL, situatie=home)
    at("2026-11-30T10:20:00")
    talking, third = ask(store, CHAT)
    assert [item.id for item in store.inbox()] == [high, first, third]
    staff = new_staff(database)
    store.say(third, staff, "Hallo")
    at("2026-11-30T10:30:00")
    write(conversations, talking, "Nog een vraag")
    write(conversations, talking, "En nog een")
    item = next(item for item in store.inbox() if item.id == third)
    assert item.unread == 2
    assert item.waiting_since == datetime.fromisoformat("2026-11-30T10:30:00+01:00")
    assert [item.id for item in store.inbox(staff_id=staff)] == [third]
    assert store.waiting_count() == 2


def test_nothing_readable_is_stored(store: HandoffStore, database: Database) -> None:
    _, handoff_id = ask(store, CALL)
    store.add_note(handoff_id, new_staff(database), "Geheime notitie")
    with database.read() as session:
        stored = [
            str(session.execute(text(query)).all())
            for query in ("SELECT intake, contact FROM handoffs", "SELECT text FROM notes")
        ]
    assert not [word for word in ("Wie helpt", "Sara", "612345678", "Geheime") if word in "".join(stored)]
    detail = store.detail(handoff_id)
    assert detail.contact is not None
    assert (detail.contact.phone, detail.contact.name) == ("+31612345678", "Sara")
    assert [note.text for note in detail.notes] == ["Geheime notitie"]


def test_a_note_on_nothing_is_refused(store: HandoffStore, database: Database) -> None:
    staff = new_staff(database)
    for use in (
        lambda: store.add_note("weg", staff, "x"), lambda: store.claim("weg", staff), lambda: store.detail("weg"),
        lambda: store.conversation_of("weg"), lambda: store.messages("weg"),
    ):  # fmt: skip
        with pytest.raises(UnknownHandoff):
            use()


def room(store: HandoffStore, database: Database, minutes: int = 15) -> WaitingRoom:
    return WaitingRoom(database, store.hours, Bell(), minutes=minutes, silent_minutes=30)


def test_nobody_waits_in_vain(
    store: HandoffStore, database: Database, conversations: ConversationStore, at: Callable[[str], None]
) -> None:
    started, handoff_id = ask(store)
    at("2026-11-30T10:14:00")
    assert room(store, database).round() == []
    at("2026-11-30T10:15:00")
    with ThreadPoolExecutor(4) as pool:
        ended = list(pool.map(lambda _: room(store, database).round(), range(4)))
    assert sorted(ended) == [[], [], [], [started.id]]
    last = conversations.messages(started)[-1]
    assert last.author == "systeem"
    assert last.card == {"type": "overdracht", "prefer": "terugbellen"}
    assert owner(database, started) == "bot"
    assert [item.id for item in store.inbox()] == [handoff_id]
    # She chooses to be called: one handoff, not two.
    _, new = ask(store, CALL, started)
    assert [item.id for item in store.inbox()] == [new]
    assert store.detail(handoff_id).item.outcome == "verlopen"


def test_a_wait_ends_with_the_hours(
    store: HandoffStore, database: Database, conversations: ConversationStore, at: Callable[[str], None]
) -> None:
    at("2026-11-30T11:58:00")
    started, handoff_id = ask(store)
    assert room(store, database).round() == []
    at("2026-11-30T12:00:00")
    assert room(store, database).round() == [started.id]
    assert "woensdag 2 december 2026 om 9.00 uur" in said(conversations, started)
    # A consultant who stays on may still come.
    store.say(handoff_id, new_staff(database), "Ik ben er toch")
    assert owner(database, started) == "consulent"


def test_a_parent_with_a_consultant_who_answers_is_left_alone(
    store: HandoffStore, database: Database, at: Callable[[str], None]
) -> None:
    _, handoff_id = ask(store)
    staff = new_staff(database)
    store.claim(handoff_id, staff)
    at("2026-11-30T10:29:00")
    assert room(store, database).round() == []
    store.say(handoff_id, staff, "Ik ben er")
    at("2026-11-30T18:00:00")
    assert room(store, database).round() == []


def test_a_chat_that_somebody_claimed_and_never_answered_goes_back_in_the_queue(
    store: HandoffStore, database: Database, conversations: ConversationStore, at: Callable[[str], None]
) -> None:
    started, handoff_id = ask(store)
    first, second = new_staff(database), new_staff(database, "Anna Visser")
    store.claim(handoff_id, first)
    at("2026-11-30T10:30:00")
    with ThreadPoolExecutor(4) as pool:
        ended = list(pool.map(lambda _: room(store, database).round(), range(4)))
    assert sorted(ended) == [[], [], [], [started.id]]
    assert owner(database, started) == "wacht"
    assert said(conversations, started).startswith("Fatima kan nu niet meer antwoorden.")
    detail = store.detail(handoff_id)
    assert (detail.item.state, detail.item.staff_id) == ("aangevraagd", None)
    assert [mail.kind for mail in detail.mails] == ["nieuw", "wachtrij"]
    assert detail.events[-1].actor == "systeem"
    store.claim(handoff_id, second)
    assert owner(database, started) == "consulent"
    at("2026-11-30T11:00:00")
    assert room(store, database).round() == [started.id]  # neither may keep her waiting


def test_a_colleague_who_just_got_the_chat_has_her_time_too(
    store: HandoffStore, database: Database, at: Callable[[str], None]
) -> None:
    started, handoff_id = ask(store)
    first, second = new_staff(database), new_staff(database, "Anna Visser")
    store.claim(handoff_id, first)
    at("2026-11-30T10:29:00")
    store.assign(handoff_id, first, second)
    at("2026-11-30T10:58:00")
    assert room(store, database).round() == []
    at("2026-11-30T10:59:00")
    assert room(store, database).round() == [started.id]


def test_a_talk_that_a_consultant_leaves_goes_on_with_the_bot_and_stays_hers(
    store: HandoffStore, database: Database, conversations: ConversationStore, at: Callable[[str], None]
) -> None:
    started, handoff_id = ask(store)
    staff = new_staff(database)
    store.say(handoff_id, staff, "Hallo, wat is er aan de hand?")
    write(conversations, started, "Hij zit thuis")
    at("2026-11-30T10:29:00")
    assert room(store, database).round() == []
    at("2026-11-30T13:00:00")
    assert room(store, database).round() == [started.id]
    assert owner(database, started) == "bot"
    assert "woensdag 2 december 2026 om 9.00 uur" in said(conversations, started)
    item = store.detail(handoff_id).item
    assert (item.state, item.staff_id) == ("in_behandeling", staff)
    assert room(store, database).round() == []
    store.say(handoff_id, staff, "Ik ben er weer")
    assert owner(database, started) == "consulent"
    assert room(store, database).round() == []


def test_the_agenda_shows_every_slot_and_bookings_outside_the_hours(
    store: HandoffStore, database: Database
) -> None:
    _, handoff_id = ask(store, CALL)
    with database.write() as session:
        session.execute(update(CallbackRow).values(slot_at=datetime(2026, 12, 1, 13, 0, tzinfo=UTC)))
    assert len(store.agenda(date(2026, 12, 2))) == 6
    [extra] = store.agenda(date(2026, 12, 1))
    assert (extra.is_extra, extra.bookings[0].handoff_id) == (True, handoff_id)
