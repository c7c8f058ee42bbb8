"""The deadline question: which rule, which date, and what is asked when one of them is not clear."""

from __future__ import annotations

from datetime import date

import pytest

from bot.deadline_dialogue import Act, State, from_slot, step, to_slot, understand
from bot.deadline_dialogue.step import rule_in
from bot.deadline_dialogue.understand import act_of_button
from bot.knowledge.answers import collapse, fill, load_answers
from bot.knowledge.deadlines import RULE_IDS
from bot.precheck_dialogue import Heard, Message

DAY = date(2026, 11, 22)


def read(message: Message) -> str:
    """Return what the parent reads."""
    return collapse(fill(load_answers().get(message.response).text, message.values))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("ik heb op 3 november aangemeld, wanneer moet de school iets laten horen", "zorgplicht_besluit"),
        ("brief gekregen 2 februari, uiterlijk wanneer bezwaar?", "bezwaar"),
        ("gister brief gehad met afwijzing tlv, tot welke datum kan ik bezwaar maken", "bezwaar"),
        ("tlv aanvraag was compleet op 20/11, welke dag is de laatste dag", "tlv_besluit"),
        ("School kreeg op 4 november bericht dat de aanvraag niet compleet was.", "tlv_aanvullen"),
        ("Voor ONS is alles op 8 december ingestuurd in Indigo.", "ons_besluit"),
        ("Het arrangement van onze zoon stopt op 31 juli.", "arrangement_verlenging"),
        ("na de zomervakantie start hij 24 augustus op nieuwe school, voor welke dag aanmelden?", "overstap_aanmelden"),
        ("vanaf welke dag heb ik recht op een tijdelijke plaatsing", "zorgplicht_tijdelijke_plaatsing"),
        ("Wij kregen op 3 juli te horen dat ONS is toegekend.", "ons_contact"),
        ("kan je een termijn uitrekenen", None),
    ],
)
def test_rule_in_words(text: str, rule: str | None) -> None:
    assert rule_in(text) == rule


def test_rule_and_date_in_one_message_give_the_answer() -> None:
    state, (message,) = step(None, Act("start", "ik heb op 3 november aangemeld. Wanneer hoor ik iets?"), DAY)
    assert "dinsdag 15 december 2026" in read(message)
    assert message.card is not None
    assert message.card["type"] == "termijn"
    assert (message.card["from"], message.card["until"]) == ("2026-11-03", "2026-12-15")
    assert message.card["extended_until"] == "2027-01-12"
    assert [event["kind"] for event in message.card["timeline"]] == ["start", "now", "end", "extension"]
    assert message.sources == ("ondersteuningsplan/xii",)
    assert state is not None
    assert not state.waits


def test_the_school_takes_longer() -> None:
    state, _ = step(None, Act("start", "aangemeld op 3 november"), DAY)
    _, (message,) = step(state, Act("extended"), DAY)
    assert "dinsdag 12 januari 2027" in read(message)
    assert message.card is not None
    assert message.card["extended"] is True


def test_nothing_known_asks_for_the_rule_then_for_the_date() -> None:
    state, (message,) = step(None, Act("start", "kan je een termijn uitrekenen"), DAY)
    assert {payload for _, payload in message.choices} >= {f"termijn:{rule}" for rule in RULE_IDS}
    state, (message,) = step(state, Act("rule", value="bezwaar"), DAY)
    assert "de datum op de brief" in read(message)
    state, (message,) = step(state, Act("answer", "12 november"), DAY)
    assert "donderdag 24 december 2026" in read(message)


def test_the_topic_before_means_a_rule() -> None:
    state, _ = step(None, Act("start", "reken maar uit", topic="bezwaar_termijn"), DAY)
    assert state is not None
    assert state.rule == "bezwaar"


@pytest.mark.parametrize(
    ("text", "response"),
    [
        ("begin november", "utter_termijn_vaag"),
        ("31 februari", "utter_termijn_onmogelijk"),
        ("3 november en 12 november", "utter_termijn_welke_datum"),
        ("12 november 2031", "utter_termijn_toekomst"),
        ("24 december", "utter_termijn_jaar"),
        ("1 mei 1999", "utter_termijn_onmogelijk"),
    ],
)
def test_unclear_dates_are_asked_about(text: str, response: str) -> None:
    state, (message,) = step(State(rule="bezwaar", waits=True), Act("answer", text), DAY)
    assert message.response == response
    assert state is not None
    assert state.waits


def test_a_date_ahead_counts_after_yes() -> None:
    state, _ = step(State(rule="bezwaar", waits=True), Act("answer", "1 december 2026"), DAY)
    assert state is not None
    assert state.doubted == "2026-12-01"
    _, (message,) = step(state, Act("yes"), DAY)
    assert message.card is not None
    assert message.card["from"] == "2026-12-01"


def test_a_date_ahead_is_asked_again_after_no() -> None:
    state, _ = step(State(rule="bezwaar", waits=True), Act("answer", "1 december 2026"), DAY)
    _, (message,) = step(state, Act("no"), DAY)
    assert message.response == "utter_termijn_datum"


def test_after_the_end_it_says_what_can_be_done() -> None:
    _, (message,) = step(None, Act("start", "aangemeld op 1 juni 2026"), DAY)
    assert "Die dag is voorbij" in read(message)
    assert "tijdelijke plek" in read(message)
    assert ("Recht op een tijdelijke plek", "termijn:zorgplicht_tijdelijke_plaatsing") in message.choices


def test_a_start_on_a_new_school_lies_ahead() -> None:
    _, (message,) = step(State(rule="overstap_aanmelden", waits=True), Act("answer", "24 augustus 2027"), DAY)
    assert message.card is not None
    assert message.card["until"] == "2027-06-15"


def test_not_known_and_stop_end_it() -> None:
    waiting = State(rule="bezwaar", waits=True)
    assert step(waiting, Act("unknown"), DAY)[0] is None
    assert step(waiting, Act("stop"), DAY)[0] is None


def test_misses_explain_and_then_offer_a_person() -> None:
    first, (explained,) = step(State(rule="bezwaar", waits=True), Act("unclear"), DAY)
    assert "de datum op de brief" in read(explained)
    _, (offered,) = step(first, Act("unclear"), DAY)
    assert offered.response == "utter_termijn_uitleg_weer"


def test_the_state_survives_the_slot() -> None:
    state = State(rule="bezwaar", text="12 november", waits=True)
    assert from_slot(to_slot(state)) == state
    assert from_slot({"waits": "ja"}) is None


@pytest.mark.parametrize(
    ("text", "topic", "kind", "later"),
    [
        ("12 november", "", "answer", False),
        ("laat maar", "", "stop", False),
        ("weet ik niet", "", "unknown", False),
        ("wat is een TLV?", "tlv_wat", "repeat", True),
        ("blub", "", "unclear", False),
        ("dossier compleet op 2 oktober, wanneer beslissen ze over de tlv?", "termijn_berekenen", "start", False),
    ],
)
def test_understood_while_it_waits(text: str, topic: str, kind: str, later: bool) -> None:
    heard = Heard(text, topic, bool(topic), 0.9 if topic else 0.1)
    act, after = understand(State(rule="bezwaar", waits=True), heard, DAY)
    assert act is not None
    assert (act.kind, after) == (kind, later)


@pytest.mark.parametrize(("topic", "text"), [("crisis", "12 november wil ik dood"), ("mens_spreken", "een mens graag")])
def test_others_go_first(topic: str, text: str) -> None:
    assert understand(State(rule="bezwaar", waits=True), Heard(text, topic, True, 0.9), DAY) == (None, False)


@pytest.mark.parametrize("value", [*RULE_IDS, "verlengd", "andere_datum", "stop", "datum.2026-11-12"])
def test_buttons(value: str) -> None:
    act, title = act_of_button(value)
    assert act.kind in ("rule", "extended", "other_date", "stop", "date")
    assert title


@pytest.mark.parametrize("value", ["", "morgen", "datum.morgen"])
def test_unknown_buttons_are_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        act_of_button(value)
