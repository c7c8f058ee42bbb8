"""The lookup finds what parents name, however they spell it, and nothing in everyday words."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge.files import KnowledgeError, knowledge_dir
from bot.knowledge.lookup import load_lookup
from bot.knowledge.names import FILES, catalogue, load_names, words
from bot.knowledge.places import load_places
from bot.knowledge.schools import load_schools
from bot.knowledge.spelling import is_inflected, sound

LOOKUP = load_lookup()


def named(text: str, kind: str) -> list[str]:
    return [item.value for item in LOOKUP.find(text) if item.type == kind]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("wat is de tamborijn", "tamboerijn"),
        ("tambourijn info", "tamboerijn"),
        ("me and pit", "meiden_met_pit"),
        ("meiden met pitt", "meiden_met_pit"),
        ("wat doen ze bij Meiden met Pit!", "meiden_met_pit"),
        ("kopklass", "kopklas"),
        ("voor welke leeftijd is de kobklas", "kopklas"),
        ("kanzklas is dat voor vmbo", "kansklas"),
        ("kernclas de ark", "kernklas_haven"),
        ("bombardom", "bombardon_heterogeen"),
        ("dukdalv structuur groep", "dukdalf_structuurgroep"),
        ("vanaf welke groep kan je naar talentenlap", "talentenlab"),
        ("projekt 12 wat is dat", "project_12"),
        ("kleinegroep almere hout", "de_kleine_groep"),
        ("pit stop hb", "pitstop_hb"),
        ("wat is klass", "klass"),
        ("klASS bij het opdc", "klass"),
        ("hij heeft recht op ONS", "ons"),
        ("start het ons-traject", "ons"),
        ("wat is onderweg naar school", "ons"),
        ("onderweg naar shcool", "ons"),
        ("parklyceum", "park_lyceum"),
        ("is de @rchipel iets", "archipel_kig"),
        ("een sbo+ groep", "sbo_plus"),
        ("wij hebben een tlv so", "tlv_so"),
        ("wat is leo op de middelbare", "leo"),
        ("wat is neo", "neo"),
    ],
)
def test_arrangement(text: str, value: str) -> None:
    assert value in named(text, "arrangement")


@pytest.mark.parametrize(
    "text",
    [
        "ons kind wil niet naar school",
        "kunt u ons helpen met ons gezin",
        "mijn zoon Leo zit in groep 4",
        "zij leert het best in een kleine groep",
        "hij zit in klass 2",
        "we komen uit Oekraïne",
        "mijn dochter heeft tos",
        "ze lopen samen naar school",
        "hij zit op het spectrum",
        "vertaal dit eens",
        "wie maakt het maatwerkplan",
        "project 13",
        "de kinderen zitten in de kring",
        "de avonturen van een Amerikaans jongetje",
        "wat is sbo",
        "so is het nu eenmaal",
    ],
)
def test_everyday_words_are_no_arrangements(text: str) -> None:
    assert named(text, "arrangement") == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("wij wonen in haaven", "Haven"),
        ("sbo in Haven", "Haven"),
        ("scholen in almere stad", "Stad"),
        ("wij wonen in Stad", "Stad"),
        ("speciale school filmwijk", "Stad"),
        ("in buiten", "Buiten"),
        ("Almere-Buiten", "Buiten"),
        ("is er een school in poort", "Poort"),
        ("almere hout", "Hout"),
        ("buiten 2", "Buiten"),
    ],
)
def test_district(text: str, value: str) -> None:
    assert named(text, "wijk") == [value]


@pytest.mark.parametrize(
    "text",
    [
        "hij speelt graag buiten",
        "onderwijs buiten de schoolmuren",
        "een school buiten almere",
        "is er iets in een andere stad",
        "speelgoed van hout",
        "we hadden al gebeld om hem te halen",
        "Werk in eigen stad, 1 mei",
    ],
)
def test_everyday_words_are_no_districts(text: str) -> None:
    assert named(text, "wijk") == []


@pytest.mark.parametrize(
    ("text", "kind", "values"),
    [
        ("adres sbo de klimop", "school", ["sbo_de_klimop"]),
        ("nautilus adres", "school", ["so_nautilus", "vso_nautilus"]),
        ("vso nautilus", "school", ["vso_nautilus"]),
        ("waar zit de bombardon", "school", ["sbo_de_bombardon"]),
        ("naar het so of het sbo", "schooltype", ["so", "sbo"]),
        ("welke sbo-scholen", "schooltype", ["sbo"]),
        ("speciale middelbare school", "schooltype", ["vso"]),
        ("s.b.o.", "schooltype", ["sbo"]),
        ("het taalsentrum", "schooltype", ["taalcentrum"]),
        ("wat is een ib'er", "begrip", ["iber"]),
        ("Ib\N{RIGHT SINGLE QUOTATION MARK}er?", "begrip", ["iber"]),
        ("wat doet een ortopedagoog", "begrip", ["orthopedagoog"]),
        ("toelaatbaar heids verklaring", "begrip", ["tlv"]),
        ("welke arrangementen zijn er", "begrip", ["arrangement"]),
        ("hij krijgt 10 mg per dag", "begrip", []),
        ("wanneer valt de beslissing over de toelating", "begrip", []),
        ("wij verhuizen", "begrip", []),
        ("hij zat een week thuis", "begrip", []),
        ("het zat niet mee", "begrip", []),
        ("wat is een zat", "begrip", ["zat"]),
    ],
)
def test_schools_kinds_and_terms(text: str, kind: str, values: list[str]) -> None:
    assert named(text, kind) == values


def test_name_of_several_has_every_reading() -> None:
    assert named("de structuurgroep", "arrangement") == [
        "dukdalf_structuurgroep",
        "bombardon_structuur",
        "olivijn_structuur",
    ]
    assert named("structuurklas", "arrangement") == ["opdc_structuur", "ovc_structuurklas"]


def test_longest_name_wins() -> None:
    found = LOOKUP.find("Wat is de structuurgroep Bombardon?")
    assert [(item.text, item.value) for item in found] == [("structuurgroep Bombardon", "bombardon_structuur")]


def test_span_is_that_of_the_original_text() -> None:
    text = "Ík hoorde:  «KÓPKLÁSS»!"
    found = [item for item in LOOKUP.find(text) if item.type == "arrangement"]
    assert [(item.text, text[item.start : item.end]) for item in found] == [("KÓPKLÁSS", "KÓPKLÁSS")]
    assert found[0].certainty < 1


def test_other_language_finds_longer_names_only() -> None:
    assert LOOKUP.find("my son is so happy and pro, voor vo", strict=True) == []
    assert "kopklas" in [item.value for item in LOOKUP.find("what is the kopklas", strict=True)]


def test_every_arrangement_is_found_by_its_name_and_every_school_by_its_own() -> None:
    for key, arrangement in catalogue().arrangements.items():
        assert key in named(f"arrangement {arrangement.name}", "arrangement"), arrangement.name
    schools = load_schools()
    for school in schools.all():
        found = LOOKUP.find(school.name.replace(",", ""))
        values = {item.value for item in found if item.type in ("school", "schooltype")}
        assert values & {school.id, school.organisation, school.type}, school.name


WORDS = st.sampled_from(["de", "klas", "ons", "so", "+", "stad", "3", "ib'er", "neo", ",", "kop", "klass"])


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80) | st.lists(WORDS).map(" ".join))
def test_any_text_gives_spans_that_do_not_overlap(text: str) -> None:
    spans: list[tuple[int, int]] = []
    for item in LOOKUP.find(text):
        assert 0 <= item.start < item.end <= len(text)
        assert item.text == text[item.start : item.end]
        spans.append((item.start, item.end))
    distinct = sorted(set(spans))
    assert all(first[1] <= second[0] for first, second in pairwise(distinct))


def test_examples_of_the_topics_name_what_they_ask_for() -> None:
    """At least nine in ten of the training examples of these topics name what the topic needs."""
    wanted = {
        "arrangement_info": {"arrangement"},
        "school_zoeken": {"school", "schooltype", "wijk", "arrangement"},
        "begrip_uitleg": {"begrip"},
    }
    for path in sorted((Path(knowledge_dir()).parent / "nlu").glob("*.yml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            kinds = wanted.get(entry.get("intent"))
            if not kinds:
                continue
            examples = [line[2:] for line in entry["examples"].splitlines()]
            hits = [bool(kinds & {item.type for item in LOOKUP.find(text)}) for text in examples]
            assert sum(hits) >= 0.9 * len(hits), entry["intent"]


def test_rule_without_a_name_is_refused(tmp_path: Path) -> None:
    text = (knowledge_dir() / "lookup.yml").read_text(encoding="utf-8")
    (tmp_path / "lookup.yml").write_text(text.replace("  viertaal: {}", "  bestaat niet: {}"), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"lookup\.yml: field 'rules'.*bestaat niet"):
        load_names(tmp_path)


def test_name_of_something_unknown_is_refused(tmp_path: Path) -> None:
    text = (knowledge_dir() / "lookup.yml").read_text(encoding="utf-8")
    (tmp_path / "lookup.yml").write_text(text.replace("    meiden_met_pit:", "    jongens_met_pit:"), encoding="utf-8")
    with pytest.raises(KnowledgeError, match="arrangement 'jongens_met_pit' does not exist"):
        load_names(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("near: [Stad, Hout, Poort, Buiten]", "near: [Stad, Hout, Poort]", "entry 'Haven': field 'near'"),
        ("offers: sbo_plus", "offers: sbo_min", "unknown arrangement 'sbo_min'"),
        ("button: OPDC", f"button: {'x' * 41}", "entry 'opdc': field 'button'"),
        ("title: het OPDC", "titel: het OPDC", "titel"),
    ],
)
def test_places_that_do_not_fit_are_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = (knowledge_dir() / "places.yml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "places.yml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=message):
        load_places(tmp_path / "places.yml")


def test_small_parts() -> None:
    assert words("Ib'er, SBO+ én @rchipel") == ("iber", "sbo", "+", "en", "archipel")
    assert sound("kopklass") == sound("copclas")
    assert is_inflected("kopklassen", "kopklas") and not is_inflected("klasse", "klass")
    assert all((knowledge_dir() / name).is_file() for name in FILES)
