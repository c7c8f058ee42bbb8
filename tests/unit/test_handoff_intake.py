"""The intake: its schema, how it is made from a conversation, how urgent it is, and how it reads."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.handoff.approved import check_intake
from bot.handoff.assemble import Said, assemble
from bot.handoff.contact import read_phone
from bot.handoff.intake import Answered, Intake, Term, json_schema, schema_text
from bot.handoff.readable import readable
from bot.handoff.texts import load_handoff_texts, load_intake_texts
from bot.handoff.urgency import urgency_of
from bot.knowledge.files import root
from tests.web.cards import deadline_card, outcome_card, question_card

TODAY = date(2026, 11, 30)


def said(author: str, text: str, topic: str | None = None, **more: Any) -> Said:
    given: dict[str, Any] = {
        "author": author, "text": text, "payload": None, "level": None, "card": None, "shown_topic": None,
        "topic": topic, "accepted": True, "language": "nl" if author == "ouder" else None,
    }  # fmt: skip
    return Said(**given | more)


def test_the_published_schema_is_current() -> None:
    path = root() / "docs" / "intake.schema.json"
    advice = "run: .venv/bin/python -m bot.handoff.intake > docs/intake.schema.json"
    assert path.read_text(encoding="utf-8") == schema_text(), advice
    jsonschema.Draft202012Validator.check_schema(json_schema())


def test_a_draft_fits_the_published_schema_and_garbage_does_not() -> None:
    draft = assemble(whole_conversation(), TODAY).intake.plain()
    jsonschema.validate(draft, json_schema())
    for wrong in (draft | {"schema_version": 2}, draft | {"bsn": "1"}, {"kind": []}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, json_schema())


def whole_conversation() -> list[Said]:
    """Return a conversation with everything in it."""
    return [
        said("bot", "Hallo"),
        said("ouder", "Hallo", "begroeten"),
        said("ouder", "Mijn zoon wil niet meer naar school. Wat nu?", "thuiszitten_wat_nu"),
        said("bot", "...", shown_topic="thuiszitten_wat_nu", level="b1"),
        said("bot", "Hoe oud is je kind?", card=question_card("leeftijd")),
        said("ouder", "10", "leeftijd"),
        said("bot", "Uitslag", card=outcome_card(TODAY)),
        said("bot", "Termijn", card=deadline_card("bezwaar", date(2026, 10, 20), TODAY), shown_topic="bezwaar_termijn"),
        said("ouder", "Ik wil een mens", "mens_spreken"),
    ]


def test_the_draft_holds_question_child_situation_precheck_and_deadline() -> None:
    draft = assemble(whole_conversation(), TODAY)
    intake = draft.intake
    assert intake.vraag == "Mijn zoon wil niet meer naar school. Wat nu?"
    child = {entry.field: entry for entry in intake.kind}
    assert child["leeftijd"].answer == "9 jaar"  # the result of the pre-check comes later than "10"
    assert child["leeftijd"].question == "Hoe oud is je kind?"
    assert set(child) <= set(load_intake_texts().child)
    assert {entry.field for entry in intake.situatie} >= {"weken_niet_naar_school", "opp"}
    assert intake.voorcheck is not None
    assert intake.voorcheck.fits
    assert [(term.rule, term.until) for term in intake.termijnen] == [("bezwaar", date(2026, 12, 1))]
    assert [subject.topic for subject in intake.onderwerpen] == ["thuiszitten_wat_nu", "bezwaar_termijn"]
    assert intake.urgentie.level == "hoog"
    assert len(intake.urgentie.reasons) == 2
    assert [question.field for question in draft.questions] == ["geprobeerd"]


def test_buttons_of_the_precheck_count_and_a_later_answer_wins() -> None:
    draft = assemble(
        [
            said("ouder", "Mijn dochter van 8 heeft autisme", "arrangementen_po"),
            said("ouder", "Groep 5", payload="antwoord:groep.5"),
            said("ouder", "Sorry, ze is 9 jaar", "pc_corrigeren"),
        ],
        TODAY,
    )
    assert {entry.field: entry.answer for entry in draft.intake.kind}["leeftijd"] == "9 jaar"
    assert {entry.field: entry.answer for entry in draft.intake.kind}["groep"] == "groep 5"


def test_nothing_told_asks_a_few_things_and_invents_nothing() -> None:
    draft = assemble([said("bot", "Hallo"), said("ouder", "Ik wil een mens", "mens_spreken")], TODAY)
    assert draft.intake == Intake(vraag="")
    assert [question.field for question in draft.questions][:2] == ["vraag", "kind.leeftijd"]
    assert len(draft.questions) <= 4


def test_a_long_message_for_a_person_is_the_question() -> None:
    text = "Ik wil een mens spreken want mijn kind wordt elke dag naar huis gestuurd"
    assert assemble([said("ouder", text, "mens_spreken")], TODAY).intake.vraag == text


def test_the_title_of_a_button_stands_in_for_a_question() -> None:
    pressed = [
        said("ouder", "Wat is een TLV?", payload="topic:tlv_wat"),
        said("ouder", "Een mens spreken", payload="topic:mens_spreken"),
    ]
    assert assemble(pressed, TODAY).intake.vraag == "Wat is een TLV?"


def test_level_and_language_are_those_of_the_parent() -> None:
    talk = [said("ouder", "please help", "tlv_wat", language="en"), said("bot", "x", level="a2")]
    intake = assemble(talk, TODAY).intake
    assert (intake.taal, intake.taalniveau) == ("en", "a2")


def test_a_deadline_that_has_passed_is_left_out() -> None:
    old = deadline_card("bezwaar", date(2026, 8, 3), TODAY)
    assert assemble([said("bot", "x", card=old)], TODAY).intake.termijnen == []


def test_a_card_of_an_older_version_does_no_harm() -> None:
    cards: list[dict[str, Any]] = [
        {"type": "voorcheck_uitslag"}, {"type": "termijn", "rule": "x"}, {"type": "voorcheck_uitslag", "date": 3, "fits": [1]},
        {"type": "voorcheck_vraag"}, {"type": "voorcheck_uitslag", "profile": {"leeftijd": "veel"}},
    ]  # fmt: skip
    intake = assemble([m for card in cards for m in (said("bot", "x", card=card), said("ouder", "ja"))], TODAY).intake
    assert intake.voorcheck is None


def weeks(answer: str) -> list[Answered]:
    return [Answered(field="weken_niet_naar_school", question="Hoe lang?", answer=answer)]


def term(until: date) -> Term:
    return Term.model_validate({"rule": "bezwaar", "title": "Bezwaar", "from": "2026-11-01", "until": until.isoformat()})


@pytest.mark.parametrize(
    ("crisis", "answer", "until", "level", "reasons"),
    [
        (False, "gaat naar school", None, "gewoon", 0),
        (False, "4 weken niet of weinig naar school", None, "gewoon", 0),
        (False, "5 weken", None, "hoog", 1),
        (False, "6", None, "hoog", 1),
        (False, "2 maanden", None, "hoog", 1),
        (False, "anderhalve maand", None, "hoog", 1),
        (False, "3 dagen", None, "gewoon", 0),
        (False, "x", date(2026, 11, 30), "hoog", 1),
        (False, "x", date(2026, 12, 7), "hoog", 1),
        (False, "x", date(2026, 12, 8), "gewoon", 0),
        (False, "x", date(2026, 11, 29), "gewoon", 0),
        (False, "8 weken", date(2026, 12, 1), "hoog", 2),
        (True, "x", None, "spoed", 1),
        (True, "8 weken", date(2026, 12, 1), "spoed", 3),
    ],
)
def test_urgency_follows_its_rules(crisis: bool, answer: str, until: date | None, level: str, reasons: int) -> None:
    note = urgency_of(crisis, weeks(answer), [term(until)] if until else [], TODAY)
    assert (note.level, len(note.reasons)) == (level, reasons)


@pytest.mark.parametrize(
    "talk",
    [
        [said("ouder", "ze wil niet meer leven", "crisis")],
        [said("ouder", "?", "tlv_wat", accepted=False), said("bot", "Bel 112", shown_topic="crisis")],
    ],
)
def test_a_crisis_in_the_conversation_is_urgent(talk: list[Said]) -> None:
    assert assemble(talk, TODAY).intake.urgentie.level == "spoed"
    assert assemble([said("ouder", "?", "crisis", accepted=False)], TODAY).intake.urgentie.level == "gewoon"


def test_what_the_parent_takes_out_stays_out() -> None:
    draft = assemble(whole_conversation(), TODAY)
    given_intake = draft.intake.model_copy(update={"voorcheck": None, "termijnen": [], "situatie": [], "onderwerpen": []})
    stored, errors = check_intake(given_intake, draft, TODAY)
    assert errors == {}
    assert (stored.voorcheck, stored.termijnen, stored.onderwerpen) == (None, [], [])
    assert stored.urgentie.level == "gewoon"
    assert check_intake(draft.intake, draft, TODAY) == (draft.intake, {})


def test_the_readable_text_holds_everything_and_nothing_of_the_machinery() -> None:
    text = readable(assemble(whole_conversation(), TODAY).intake)
    told = ("Mijn zoon wil niet meer naar school", "9 jaar", "Hoe oud is je kind?")
    for part in (*told, "1 december 2026", "Hoog", "Lijkt te passen"):
        assert part in text
    assert not [sign for sign in ("{", "}", "None", "_") if sign in text]
    assert readable(Intake(vraag="Wie helpt?")).count("Niet ingevuld") == 0


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("06-12345678", "+31612345678"), ("0612345678", "+31612345678"), ("06 12 34 56 78", "+31612345678"),
        ("+31 6 12345678", "+31612345678"), ("+31(0)612345678", "+31612345678"), ("0031 6 12345678", "+31612345678"),
        ("036 76 70 200", "+31367670200"), ("(036) 7670200", "+31367670200"), ("0320-123456", "+31320123456"),
        ("+32 470 12 34 56", "+32470123456"), ("+48 512 345 678", "+48512345678"),
        ("", None), ("geen", None), ("112", None), ("0612", None), ("06123456789", None), ("123456789012345678", None),
    ],
)  # fmt: skip
def test_telephone_numbers_in_every_form(written: str, stored: str | None) -> None:
    assert read_phone(written) == stored


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_a_number(text: str) -> None:
    found = read_phone(text)
    assert found is None or found.startswith("+")


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=5))
def test_no_conversation_breaks_the_draft(texts: list[str]) -> None:
    intake = assemble([said("ouder", text) for text in texts], TODAY).intake
    jsonschema.validate(json.loads(json.dumps(intake.plain())), json_schema())


def test_the_texts_are_short_sentences_for_parents() -> None:
    texts, words = load_handoff_texts(), load_intake_texts()
    spoken = [*texts.said.values(), *texts.states.values(), *texts.fields.values(), words.consent.text, texts.second]
    for text in spoken:
        for sentence in text.replace("?", ".").replace("!", ".").split(". "):
            assert len(sentence.split()) <= 20, sentence
