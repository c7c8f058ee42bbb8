"""What is read from the words of parents, as a table; and that confusion, questions and crisis are no answers."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.precheck import load_precheck
from bot.precheck_dialogue import Heard, State, understand
from bot.precheck_dialogue.buttons import act_of_button, answer_of_button
from bot.precheck_dialogue.options import load_options
from bot.precheck_dialogue.reading import read_answer, read_story

DAY = date(2026, 11, 22)
DATA, OPTIONS = load_precheck(), load_options()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("mijn zoon van 9 zit al 6 weken thuis", {"leeftijd": 9, "weken_niet_naar_school": 6.0, "geslacht": "jongen"}),
        ("zij gaat al zeven weken niet naar school vanwege angst",
         {"weken_niet_naar_school": 7.0, "kenmerken": ["angst"]}),
        ("dochter groep 6, geen autisme wel faalangst",
         {"groep": 6, "geslacht": "meisje", "kenmerken": ["angst"], "geen_kenmerken": ["ass"]}),
        ("autisme heeft hij niet", {"geen_kenmerken": ["ass"]}),
        ("door angst durft hij niet naar school", {"kenmerken": ["angst"]}),
        ("oh nee, hij is 9", {"leeftijd": 9}),
        ("sorry ze is 13, niet 12", {"leeftijd": 13}),
        ("hij zit in klas 2 kader", {"leerjaar": 2, "niveau": ["kbl"]}),
        ("hij krijgt al een half jaar extra hulp", {"extra_ondersteuning_maanden": 6.0}),
        ("mijn zoon en dochter zijn 9 en 12", {}),
        ("is het sbo iets voor hem, met een iq van 72", {"iq": 72.0}),
        ("de school werkt niet mee", {"school_positief": False}),
        ("we wonen in Almere Haven", {"wijk": "Haven", "woont_in_almere": True}),
        ("over 2 weken heb ik een gesprek", {}),
        ("Wat is een TLV?", {}),
    ],
)  # fmt: skip
def test_story(text: str, told: dict[str, Any]) -> None:
    assert {item.field: item.value for item in read_story(text, DAY, DATA, OPTIONS)} == told


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("leeftijd", "9", 9),
        ("leeftijd", "hij wordt bijna 12", 11),
        ("groep", "6", 6),
        ("groep", "groep 7/8", None),
        ("leerjaar", "in de tweede klas", 2),
        ("weken_niet_naar_school", "6", 6),
        ("weken_niet_naar_school", "een maandje of twee", 8.7),
        ("weken_niet_naar_school", "hij gaat gewoon naar school", 0),
        ("weken_niet_naar_school", "een paar weken", None),
        ("extra_ondersteuning_maanden", "een half jaar", 6.0),
        ("extra_ondersteuning_maanden", "3 jaar", 36.0),
        ("extra_ondersteuning_maanden", "nog geen half jaar", 5.0),
        ("extra_ondersteuning_maanden", "nee, nog niet", 0),
        ("extra_ondersteuning_maanden", "6", None),
        ("opp", "ja dit jaar nog", "recent"),
        ("opp", "nee", "geen"),
        ("opp", "ja", None),
        ("tlv", "nee nog niet", "geen"),
        ("tlv", "ja voor sbo", "sbo"),
        ("school_positief", "ja hoor, ze werken mee", True),
        ("school_positief", "nee", False),
        ("kenmerken", "autisme, angst en snel overprikkelt", ["ass", "angst", "overprikkeling"]),
        ("kenmerken", "niks van dit", []),
        ("nederlands", "nog niet goed", "onvoldoende"),
        ("nederlands", "heel goed", "goed"),
        ("onderwijs", "bassischool", "po"),
        ("schoolsoort", "gewone school", "regulier"),
        ("wijk", "in buiten", "Buiten"),
        ("niveau", "havo/vwo", ["havo", "vwo"]),
        ("leerachterstand_jaren", "2,5 jaar", 2.5),
        ("ondersteuning.leren", "de hele dag door", "voortdurend"),
        ("geslacht", "jongen", "jongen"),
    ],
)
def test_answer(field: str, text: str, value: Any) -> None:
    told = read_answer(field, text, DAY, DATA, OPTIONS)
    assert (told[0].value if told else None) == value


def heard(text: str, topic: str = "", confidence: float = 0.9, accepted: bool = True) -> Heard:
    """Return a message as the classifier hears it."""
    return Heard(text, topic, accepted and bool(topic), confidence)


WAITING = State(field="extra_ondersteuning_maanden")
YES_NO = State(field="school_positief")


@pytest.mark.parametrize(
    ("state", "message", "kind", "after"),
    [
        (WAITING, heard("een half jaar", "frustratie", 0.46), "answer", False),
        (WAITING, heard("ik snap er niks van", "frustratie", 0.4), "explain", False),
        (WAITING, heard("waarom?"), "why", False),
        (WAITING, heard("geen idee"), "unknown", False),
        (WAITING, heard("stop"), "pause", False),
        (WAITING, heard("vorige vraag"), "back", False),
        (WAITING, heard("hoe lang duurt ONS?", "ons_duur"), "repeat", True),
        (WAITING, heard("oh nee, hij is 9", "pc_corrigeren"), "answer", False),
        (WAITING, heard("blub", "", 0.1), "unclear", False),
        (WAITING, heard("laat maar zien wat past", "pc_uitslag"), "outcome", False),
        (WAITING, heard("ik wil opnieuw beginnen", "opnieuw_beginnen"), "restart", False),
        (YES_NO, heard("ja"), "answer", False),
        (YES_NO, heard("absoluut", "bevestigen", 0.9), "answer", False),
        (YES_NO, heard("blub", "bevestigen", 0.35), "unclear", False),
        (YES_NO, heard("dank je wel", "bedanken"), "repeat", True),
        (YES_NO, heard("hij is 9, mag hij dan al naar het vso?", "vso_wat"), "repeat", True),
        (State(doubt="nog_geen_vier"), heard("ja dat klopt", "bevestigen"), "keep", False),
        (State(doubt="nog_geen_vier"), heard("nee"), "deny", False),
        (State(doubt="leeftijd_en_groep"), heard("hij is 8"), "answer", False),
        (State(status="klaar"), heard("wat past niet?", "pc_uitslag"), "excluded", False),
        (State(status="gepauzeerd"), heard("verder"), "resume", False),
        (None, heard("welke hulp past bij hem?", "voorcheck_starten"), "start", False),
    ],
)
def test_understood(state: State | None, message: Heard, kind: str, after: bool) -> None:
    understood = understand(state, message, DAY)
    assert understood.act is not None
    assert (understood.act.kind, understood.after) == (kind, after)


@pytest.mark.parametrize(
    ("state", "message"),
    [
        (WAITING, heard("een half jaar wil ze al dood", "crisis")),
        (WAITING, heard("ik wil een mens spreken", "mens_spreken")),
        (WAITING, heard("makkelijker graag", "eenvoudiger")),
        (None, heard("ja", "bevestigen")),
        (None, heard("verder", "pc_verder")),
        (State(status="gepauzeerd"), heard("een half jaar", "", 0.2)),
    ],
)
def test_not_ours(state: State | None, message: Heard) -> None:
    assert understand(state, message, DAY).act is None


def test_a_question_that_tells_something_keeps_what_it_tells() -> None:
    understood = understand(YES_NO, heard("hij is 9, mag hij dan al naar het vso?", "vso_wat"), DAY)
    assert understood.act is not None
    assert [(told.field, told.value) for told in understood.act.told] == [("leeftijd", 9)]


def test_a_start_takes_along_what_was_told_before_and_the_latest_counts() -> None:
    message = Heard("past er iets bij hem?", "voorcheck_starten", True, 0.9, earlier=("hij is 8", "o nee hij is 9"))
    act = understand(None, message, DAY).act
    assert act is not None
    assert [(told.field, told.value) for told in act.told] == [("leeftijd", 9)]


@pytest.mark.parametrize("field", sorted(DATA.fields))
def test_every_option_has_a_button_that_reads_back(field: str) -> None:
    from bot.precheck_dialogue.message import answer_payload

    for option in DATA.fields[field].options:
        act, title = answer_of_button(answer_payload(field, option.value).partition(":")[2])
        chosen = [option.value] if DATA.fields[field].kind == "multi" else option.value
        assert [told.value for told in act.told] == [chosen]
        assert title


@pytest.mark.parametrize("field", sorted(name for name, info in DATA.fields.items() if info.kind == "multi"))
def test_ticked_boxes_come_as_labels_and_are_an_answer(field: str) -> None:
    options = DATA.fields[field].options
    text = ", ".join(option.label for option in reversed(options))
    act = understand(State(field=field), heard(text, "crisis"), DAY).act
    assert act is not None
    assert [told.value for told in act.told] == [[option.value for option in options]]
    assert not act.typed


def test_labels_with_other_words_are_no_press() -> None:
    assert understand(State(field="kenmerken"), heard("angst, ze wil dood", "crisis"), DAY).act is None


def test_more_values_in_one_answer() -> None:
    act, _ = answer_of_button("kenmerken.ass.angst")
    assert [told.value for told in act.told] == [["ass", "angst"]]
    assert act.told[0].whole
    assert answer_of_button("kenmerken.geen")[0].told[0].value == []
    assert answer_of_button("niveau.geen")[0].kind == "unknown"
    assert answer_of_button("leeftijd.weet_niet")[0].kind == "unknown"


@pytest.mark.parametrize("value", ["groep.9", "groep.x", "onbekend.1", "groep", "tlv.ja", "school_positief.misschien"])
def test_unknown_answers_are_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        answer_of_button(value)


@pytest.mark.parametrize("value", ["", "vlieg", "wijzig.niets", "stop.nu"])
def test_unknown_acts_are_refused(value: str) -> None:
    with pytest.raises(ValueError, match="unknown act"):
        act_of_button(value)


@pytest.mark.parametrize(
    ("field", "text", "told"),
    [
        ("onderwijs", "middelbare school, klas 2 kader", {"onderwijs": "vo", "leerjaar": 2, "niveau": ["kbl"]}),
        ("extra_ondersteuning_maanden", "ongeveer 3 jaar", {"extra_ondersteuning_maanden": 36.0}),
        ("weken_niet_naar_school", "6", {"weken_niet_naar_school": 6}),
        ("leeftijd", "9 en hij zit in groep 5", {"leeftijd": 9, "groep": 5}),
        ("school_positief", "ja, en hij is 9", {"school_positief": True, "leeftijd": 9}),
        ("school_positief", "nee ze is niet hoogbegaafd", {"geen_kenmerken": ["hoogbegaafd"]}),
        ("school_positief", "nee, oh wacht, hij is 9", {"leeftijd": 9}),
    ],
)
def test_more_answers_in_one_message(field: str, text: str, told: dict[str, Any]) -> None:
    act = understand(State(field=field), heard(text), DAY).act
    assert act is not None
    assert {item.field: item.value for item in act.told} == told


def test_another_arrangement_halfway_is_looked_at_too() -> None:
    message = Heard("en past neo misschien?", "voorcheck_starten", True, 0.9, named=("neo",))
    act = understand(YES_NO, message, DAY).act
    assert act is not None
    assert (act.kind, act.named) == ("start", ("neo",))
