"""The answers from knowledge, through the real actions: an arrangement, a term, a school, and what is out of scope."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

pytest.importorskip("rasa_sdk")

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.arrangement_info import ActionArrangementInfo
from actions.begrip_uitleg import ActionBegripUitleg
from actions.buiten_bereik import ActionBuitenBereik
from actions.school_zoeken import ActionSchoolZoeken
from bot.knowledge.answers import collapse, fill, load_answers
from bot.knowledge.describe_arrangement import arrangement_reply
from bot.knowledge.files import KnowledgeError, knowledge_dir
from bot.knowledge.glossary import load_glossary
from bot.knowledge.info import Mention, button_title, load_info
from bot.knowledge.lookup import load_lookup
from bot.knowledge.names import catalogue
from bot.knowledge.places import BUTTON_LENGTH, load_places
from bot.knowledge.schools import load_schools
from bot.knowledge.sources import load_sources
from bot.knowledge.topics import contact_values, load_topics

DAY = date(2026, 11, 22)
RESERVED = {"topic", "choices", "sources", "followups"}
PAYLOADS = {
    "arrangement": lambda: catalogue().arrangements,
    "begrip": lambda: load_glossary().all(),
    "schooltype": lambda: load_places().school_types,
    "school": lambda: {name for s in load_schools().all() for name in (s.id, s.organisation)},
}


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_NOW", DAY.isoformat())


def entities(text: str) -> list[dict[str, Any]]:
    return [{"entity": f.type, "value": f.value, "start": f.start, "end": f.end} for f in load_lookup().find(text)]


def message(text: str = "", *chosen: tuple[str, str]) -> dict[str, Any]:
    pressed = [{"entity": kind, "value": value, "start": 0, "end": 0} for kind, value in chosen]
    return {"text": text, "entities": entities(text) + pressed}


def run(action: Any, last: dict[str, Any], *before: dict[str, Any]) -> dict[str, Any]:
    """Run an action on a real tracker; return its one message, after a check that the answer can be shown."""
    events = [{"event": "user", "text": m["text"], "parse_data": m} for m in (*before, last)]
    tracker = Tracker("id", {}, last, events, False, None, {}, "action_listen")
    dispatcher = CollectingDispatcher()
    assert action.run(dispatcher, tracker, {}) == []
    (said,) = dispatcher.messages
    check(said)
    return said


def check(said: dict[str, Any]) -> None:
    """Check that sources, topics, buttons and placeholders exist."""
    for source in said.get("sources") or []:
        load_sources().get(source)
    assert set(said.get("followups") or []) <= set(load_topics().topics)
    assert said["topic"] in load_topics().topics
    for title, payload in said["choices"]:
        kind, _, value = payload.partition(":")
        assert 0 < len(title) <= BUTTON_LENGTH and value in PAYLOADS[kind](), payload
    assert shown(said)


def shown(said: dict[str, Any]) -> str:
    """Return the answer as a parent reads it."""
    values = {name: v for name, v in said.items() if isinstance(v, str) and name not in RESERVED}
    text = load_answers().get(said["response"]).text
    return collapse(fill(text, {**contact_values(DAY), **values}))


def payloads(said: dict[str, Any]) -> list[str]:
    return [payload for _, payload in said["choices"]]


def test_one_arrangement_says_all_a_parent_needs() -> None:
    said = run(ActionArrangementInfo(), message("wat is klass"))
    assert said["response"] == "utter_arrangement_info" and said["topic"] == "arrangement_info"
    text = shown(said)
    for part in ("klASS", "autisme", "Discuslaan 3, 1318 EJ Almere", "2 schooljaren", "toestemming", "Vraag de"):
        assert part in text
    assert "ondersteuningsplan/kaart_vo" in said["sources"]
    assert "voorcheck_starten" in said["followups"]


@pytest.mark.parametrize("key", sorted(catalogue().arrangements))
def test_every_arrangement_fits_in_an_answer(key: str) -> None:
    text = shown(run(ActionArrangementInfo(), message("", ("arrangement", key))))
    assert "{" not in text
    assert len(re.findall(r"\w+(?:['’-]\w+)*", text)) <= 105
    for sentence in re.split(r"(?<=[.?!:])\s|\n", text):
        assert len(sentence.split()) <= 20, sentence


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("structuurgroep van de Bombardon", "bombardon_structuur"),
        ("wat doen ze in de praktijkgroep van de watertuin", "watertuin_praktijk"),
        ("structuurklas op het opdc", "opdc_structuur"),
        ("neo groep op de flierefluiter", "neo"),
        ("wonderboom van de klimop", "wonderboom"),
        ("nautilus kleutergroep", "nautilus_kleuters"),
        ("wat is het arrangement voor tos", "tos"),
        ("kernklas haven voor wie", "kernklas_haven"),
    ],
)
def test_school_beside_it_tells_which(text: str, expected: str) -> None:
    said = run(ActionArrangementInfo(), message(text))
    assert said["naam"] == catalogue().arrangements[expected].name


def test_several_arrangements_are_choices() -> None:
    said = run(ActionArrangementInfo(), message("wat is de structuurgroep"))
    assert said["response"] == "utter_arrangement_keuze"
    expected = ("dukdalf_structuurgroep", "bombardon_structuur", "olivijn_structuur")
    assert payloads(said) == [f"arrangement:{key}" for key in expected]


def test_two_names_are_two_choices() -> None:
    said = run(ActionArrangementInfo(), message("verschil tamboerijn en triangel"))
    assert payloads(said) == ["arrangement:tamboerijn", "arrangement:triangel"]


@pytest.mark.parametrize(
    "last", [message("wat voor klas is dat"), message("", ("arrangement", "bestaat_niet")), {"text": "x"}]
)
def test_no_arrangement_asks_which(last: dict[str, Any]) -> None:
    said = run(ActionArrangementInfo(), last)
    assert said["response"] == "utter_arrangement_welke"
    assert len(said["choices"]) == 4


def test_arrangement_of_another_year_is_not_told() -> None:
    reply = arrangement_reply([Mention("arrangement", "klass")], date(2030, 1, 1))
    assert reply.response == "utter_arrangement_verlopen"
    assert reply.values == {"naam": "klASS"}


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("wat betekent zml", "zml"),
        ("wat bedoel je met handelingsdeel", "handelingsdeel"),
        ("School had het over hgw, wat is dat", "hgw"),
        ("De ib'er had het over het CvB en een zienswijze. Wat is een zienswijze?", "zienswijze"),
        ("De ib'er noemde een OPP en hgw. wat is dat laatste?", "hgw"),
        ("wat is een iber", "iber"),
    ],
)
def test_term_that_is_asked_is_explained(text: str, term: str) -> None:
    said = run(ActionBegripUitleg(), message(text))
    assert said["response"] == "utter_begrip_uitleg"
    assert said["uitleg"] == load_glossary().get(term).explanation
    assert said["sources"] == [load_glossary().get(term).source]
    assert f"begrip:{term}" not in payloads(said)


def test_term_with_a_topic_leads_to_it() -> None:
    assert run(ActionBegripUitleg(), message("", ("begrip", "tlv")))["followups"] == ["tlv_wat"]


@pytest.mark.parametrize("key", sorted(load_glossary().all()))
def test_every_term_can_be_explained(key: str) -> None:
    assert load_glossary().get(key).term in shown(run(ActionBegripUitleg(), message("", ("begrip", key))))


@pytest.mark.parametrize("text", ["wat is bfi", "wat betekent dle", "naw?"])
def test_unknown_term_is_said_to_be_unknown(text: str) -> None:
    assert run(ActionBegripUitleg(), message(text))["response"] == "utter_begrip_onbekend"


@pytest.mark.parametrize("text", ["wat betekent dat woord", "Uitleg van een woord", "", "wat bedoel je"])
def test_no_term_asks_which(text: str) -> None:
    assert run(ActionBegripUitleg(), message(text))["response"] == "utter_begrip_welke"


def test_no_school_in_the_district_names_the_nearest() -> None:
    said = run(ActionSchoolZoeken(), message("welke sbo-scholen zijn er in Haven?"))
    assert said["response"] == "utter_scholen_niet_in_wijk" and said["wijk"] == "Haven"
    lines = said["lijst"].splitlines()
    assert [line.rsplit("(")[-1] for line in lines] == ["Stad)", "Stad)", "Stad)", "Buiten)"]


def test_schools_in_the_district() -> None:
    said = run(ActionSchoolZoeken(), message("welke sbo scholen in almere stad"))
    assert said["response"] == "utter_scholen_in_wijk"
    assert len(said["lijst"].splitlines()) == 3
    assert payloads(said) == ["school:sbo_de_klimop"]


def test_district_that_no_source_tells_is_not_guessed() -> None:
    said = run(ActionSchoolZoeken(), message("vso in buiten"))
    assert said["response"] == "utter_scholen_wijk_onbekend"
    assert len(said["lijst"].splitlines()) == 4


def test_never_more_than_five_schools() -> None:
    said = run(ActionSchoolZoeken(), message("waar is het taalcentrum"))
    assert len(said["lijst"].splitlines()) == 5
    assert "school:taalcentrum_vo" in payloads(said)


def test_school_by_name() -> None:
    said = run(ActionSchoolZoeken(), message("waar zit de bombardon"))
    assert said["response"] == "utter_school_info"
    assert "Simon van Collemstraat 7, 1325 NA Almere" in shown(said)
    assert "arrangement:tamboerijn" in payloads(said)


def test_school_with_two_addresses() -> None:
    said = run(ActionSchoolZoeken(), message("adres sbo de klimop"))
    assert said["response"] == "utter_school_adressen"
    assert len(said["lijst"].splitlines()) == 2
    assert run(ActionSchoolZoeken(), message("de klimop in stad"))["naam"].endswith("Rossinistraat")


def test_name_of_two_schools() -> None:
    said = run(ActionSchoolZoeken(), message("nautilus adres"))
    assert said["response"] == "utter_scholen_genoemd"
    assert len(said["lijst"].splitlines()) == 4


@pytest.mark.parametrize("school", sorted({name for s in load_schools().all() for name in (s.id, s.organisation)}))
def test_every_school_can_be_shown(school: str) -> None:
    said = run(ActionSchoolZoeken(), message("", ("school", school)))
    assert said["response"] in ("utter_school_info", "utter_school_adressen")


def test_school_of_an_arrangement() -> None:
    said = run(ActionSchoolZoeken(), message("neo school in haven"))
    assert said["lijst"].startswith("- De Flierefluiter: ")
    said = run(ActionSchoolZoeken(), message("tos school in buiten"))
    assert said["lijst"].startswith("- Het Spectrum: ")


def test_kind_chosen_keeps_the_district_of_the_message_before() -> None:
    said = run(ActionSchoolZoeken(), message("sbo", ("schooltype", "sbo")), message("speciale scholen in haven?"))
    assert said["response"] == "utter_scholen_niet_in_wijk" and said["wijk"] == "Haven"


def test_district_keeps_the_kind_of_the_message_before() -> None:
    said = run(ActionSchoolZoeken(), message("en in buiten"), message("sbo-scholen in haven?"))
    assert said["response"] == "utter_scholen_in_wijk" and said["wijk"] == "Buiten"


def test_message_of_long_ago_does_not_count() -> None:
    earlier = [message("speciale scholen in haven?"), message("wat is een tlv")]
    assert run(ActionSchoolZoeken(), message("", ("schooltype", "sbo")), *earlier)["response"] == "utter_scholen_lijst"


@pytest.mark.parametrize("last", [message("speciale school in hout"), message("adres"), message("", ("school", "weg"))])
def test_no_school_asks_which_kind(last: dict[str, Any]) -> None:
    said = run(ActionSchoolZoeken(), last)
    assert said["response"] == "utter_school_welke"
    assert payloads(said)[0] == "schooltype:sbo"


def test_question_without_a_source_has_its_own_answer() -> None:
    said = run(ActionBuitenBereik(), message("", ("zonder_bron", "schorsing")))
    assert said["response"] == "utter_zonder_bron_schorsing"
    assert "sources" not in said and "followups" not in said


@pytest.mark.parametrize("last", [message("wat voor weer wordt het"), message("", ("zonder_bron", "bestaat_niet"))])
def test_other_subject_is_out_of_scope(last: dict[str, Any]) -> None:
    assert run(ActionBuitenBereik(), last)["response"] == "utter_buiten_bereik"


def test_names_of_the_actions() -> None:
    actions = (ActionArrangementInfo(), ActionBegripUitleg(), ActionSchoolZoeken(), ActionBuitenBereik())
    assert [action.name() for action in actions] == [
        "action_arrangement_info", "action_begrip_uitleg", "action_school_zoeken", "action_buiten_bereik",
    ]  # fmt: skip


def test_long_name_is_cut_between_words() -> None:
    assert button_title("Arrangement TOS of slechthorend (VierTaal)") == "Arrangement TOS of slechthorend"
    assert button_title("x " * 30) == "x " * 19 + "…"


@pytest.mark.parametrize(
    ("old", "new", "message_part"),
    [
        ("common_arrangements: [de_kleine_groep", "common_arrangements: [een_andere_groep", "een_andere_groep"),
        ("  tlv_groep:", "  tlv_klas:", "every route"),
        ('"- Adres: {adres}"', '"- Adres: {straat}"', "'adres' must be there"),
        ("[tlv_wat, tlv_stappen", "[tlv_wat, tlv_trappen", "tlv_trappen"),
    ],
)
def test_info_that_does_not_fit_is_refused(tmp_path: Any, old: str, new: str, message_part: str) -> None:
    text = (knowledge_dir() / "info.yml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "info.yml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=message_part):
        load_info(tmp_path / "info.yml")
