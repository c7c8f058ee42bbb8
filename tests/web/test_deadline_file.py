"""The calendar file of a deadline."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from icalendar import Calendar

from bot.clock import today
from bot.deadlines.rules import compute
from tests.web.cards import deadline_card
from tests.web.conftest import Web
from tests.web.fake_engine import FakeEngine


def test_the_deadline_of_a_message_as_a_calendar_file(web: Web, engine: FakeEngine) -> None:
    start = today() - timedelta(days=3)
    engine.cards = [deadline_card("bezwaar", start, today())]
    chat = web.start()
    [message] = chat.say("Tot wanneer kan ik bezwaar maken?")
    response = chat.get(f"messages/{message['id']}/termijn.ics")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    end = compute("bezwaar", start).end
    assert response.headers["Content-Disposition"] == f'attachment; filename="bezwaar-{end}.ics"'
    [event] = Calendar.from_ical(response.text).walk("VEVENT")
    assert event["DTSTART"].dt == end
    assert "bezwaar" in str(event["DESCRIPTION"]).lower()


@pytest.mark.parametrize(
    "card",
    [
        {"type": "voorcheck_vraag"},
        {"type": "termijn"},
        {"type": "termijn", "rule": "bestaat_niet", "from": "2026-11-12"},
        {"type": "termijn", "rule": "bezwaar", "from": "gisteren"},
        {"type": "termijn", "rule": ["bezwaar"], "from": 5},
        {"type": "termijn", "rule": "bezwaar", "from": "1900-01-01"},
    ],
)
def test_without_a_deadline_there_is_no_file(web: Web, engine: FakeEngine, card: dict[str, object]) -> None:
    engine.cards = [card]
    chat = web.start()
    [message] = chat.say("Hallo")
    for message_id, code in ((message["id"], "geen_termijn"), ("bestaat-niet", "bericht_onbekend")):
        response = chat.get(f"messages/{message_id}/termijn.ics")
        assert (response.status_code, response.json()["error"]["code"]) == (404, code)


def test_the_file_is_for_the_parent_alone_and_ends_with_the_conversation(web: Web, engine: FakeEngine) -> None:
    engine.cards = [deadline_card("tlv_besluit", date(2026, 11, 2), date(2026, 11, 22))]
    chat, other = web.start(), web.start()
    [message] = chat.say("Tot wanneer?")
    path = f"/api/conversations/{chat.id}/messages/{message['id']}/termijn.ics"
    assert web.http.get(path).status_code == 401
    assert web.http.get(path, headers=other.headers).status_code == 403
    chat.erase()
    assert web.http.get(path, headers=chat.headers).status_code == 410
