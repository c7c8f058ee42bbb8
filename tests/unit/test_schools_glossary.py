"""The schools and the glossary: what the files hold, how names are found, and what the loaders refuse."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.knowledge.arrangements import load_arrangements
from bot.knowledge.files import KnowledgeError
from bot.knowledge.glossary import load_glossary
from bot.knowledge.schools import load_schools

SCHOOL: dict[str, Any] = {
    "name": "Sbo De Proef", "aliases": ["proef"], "type": "sbo", "sector": "po", "street": "Proefweg", "number": "1",
    "postcode": "1315 JG", "district": "Stad", "area": "Stad 1", "offers": ["tlv_sbo"], "what": "Een school.",
    "source": "ondersteuningsplan/kaart_po",
}  # fmt: skip
TERM: dict[str, Any] = {
    "term": "ABC",
    "aliases": ["a b c"],
    "explanation": "Een woord.",
    "source": "algemeen/onderwijs",
}


def _write(folder: Path, entries: dict[str, Any]) -> Path:
    """Write entries as a YAML file and return its path."""
    folder.mkdir(exist_ok=True)
    path = folder / "entries.yml"
    path.write_text(yaml.safe_dump(entries, allow_unicode=True), encoding="utf-8")
    return path


def _sentences(text: str) -> list[str]:
    """Return the sentences of a text."""
    return [sentence for sentence in re.split(r"(?<=[.!?])\s+", text) if sentence]


# --- schools


def test_arrangements_and_schools_name_each_other() -> None:
    schools = load_schools()
    for arrangement in load_arrangements().arrangements.values():
        named = {school.id for reference in arrangement.schools for school in schools.get(reference)}
        assert named == {school.id for school in schools.find(offers=arrangement.id)}, arrangement.id


def test_every_school_but_two_has_an_address() -> None:
    assert {school.id for school in load_schools().all() if school.address is None} == {"de_zevensprong", "de_optimist"}


@pytest.mark.parametrize(
    ("school_id", "address", "district"),
    [
        ("sbo_de_watertuin", "Churchillweg 3, 1314 RA Almere", "Stad"),
        ("sbo_de_klimop_buiten", "Ten Harmsen v.d. Beekpad 6, 1336 BK Almere", "Buiten"),
        ("so_nautilus", "El Grecostraat 171, 1328 ST Almere", "Stad"),
        ("taalcentrum_po_kopklas", "Marktgracht 65, 1353 AL Almere", "Haven"),
        ("taalcentrum_po_kansklas", "Zwolleweg 1, 1324 EL Almere", "Stad"),
        ("de_columbus", "Marco Poloroute 56, 1363 LA Almere", "Poort"),
        ("de_verbeelding", "Burchard de Volderstraat 19, 1349 HJ Almere", "Hout"),
        ("vso_nautilus_paul_kleestraat", "Paul Kleestraat 35, 1328 HC Almere", None),
    ],
)
def test_address_and_district_as_on_the_map(school_id: str, address: str, district: str | None) -> None:
    (school,) = load_schools().get(school_id)
    assert (school.address, school.district) == (address, district)


def test_an_organisation_stands_for_all_its_addresses() -> None:
    schools = load_schools()
    assert len(schools.get("pro_almere")) == 3
    assert {school.district for school in schools.named("De Klimop")} == {"Stad", "Buiten"}
    assert [school.id for school in schools.named("klimop buiten")] == ["sbo_de_klimop_buiten"]


def test_a_shared_name_stands_for_all_schools_that_bear_it() -> None:
    assert {school.type for school in load_schools().named("Nautilus")} == {"so", "vso"}


def test_find_by_type_and_district() -> None:
    schools = load_schools()
    assert {school.organisation for school in schools.find("sbo", "Stad")} == {
        "sbo_de_bombardon", "sbo_de_klimop", "sbo_de_watertuin",
    }  # fmt: skip
    assert schools.find("sbo", "Poort") == []
    assert schools.named("onbekende school") == []
    with pytest.raises(KeyError):
        schools.get("onbekend")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"postcode": "1315JG"}, "field 'postcode'"),
        ({"postcode": "0315 JG"}, "field 'postcode'"),
        ({"postcode": None}, "belong together"),
        ({"district": "Haven"}, "field 'district'"),
        ({"district": None}, "field 'district'"),
        ({"district": "Noord"}, r"\$\.district"),
        ({"area": "Stad 9"}, r"\$\.area"),
        ({"type": "havo"}, r"\$\.type"),
        ({"offers": ["onbekend"]}, "field 'offers'"),
        ({"source": "ondersteuningsplan/onbekend"}, "unknown source"),
        ({"aliases": ["proef", "Proef"]}, "stands twice"),
        ({"shared_names": ["proefschool"]}, "alone"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_school_is_refused(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    path = _write(tmp_path, {"sbo_de_proef": {**SCHOOL, **change}})
    with pytest.raises(KnowledgeError, match=message):
        load_schools(path)


def test_two_organisations_may_not_have_one_alias(tmp_path: Path) -> None:
    other = {**SCHOOL, "name": "So De Proef"}
    with pytest.raises(KnowledgeError, match="alias 'proef'"):
        load_schools(_write(tmp_path, {"sbo_de_proef": SCHOOL, "so_de_proef": other}))
    joined = {"sbo_de_proef": {**SCHOOL, "organisation": "proef"}, "so_de_proef": {**other, "organisation": "proef"}}
    assert len(load_schools(_write(tmp_path / "joined", joined)).named("proef")) == 2


def test_an_organisation_may_not_be_another_entry(tmp_path: Path) -> None:
    other = {**SCHOOL, "organisation": "sbo_de_proef"}
    with pytest.raises(KnowledgeError, match="field 'organisation'"):
        load_schools(_write(tmp_path, {"sbo_de_proef": SCHOOL, "sbo_de_proef_twee": other}))


# --- glossary


def test_the_glossary_explains_in_at_most_two_short_sentences() -> None:
    terms = load_glossary().all()
    assert len(terms) >= 75
    for term_id, term in terms.items():
        sentences = _sentences(term.explanation)
        assert len(sentences) <= 2, term_id
        assert max(len(sentence.split()) for sentence in sentences) <= 20, term_id


@pytest.mark.parametrize(
    ("name", "term_id"),
    [
        ("tlv", "tlv"), ("Toelaatbaarheidsverklaring", "tlv"), ("IB'er", "iber"), ("intern begeleider", "iber"),
        ("swv", "swv"), ("samenwerkingsverband", "swv"), ("vmbo kader", "kbl"), ("5 onder a", "vrijstelling_5a"),
        ("'S HEEREN LOO", "s_heeren_loo"), ("kwantumfysica", None),
    ],
)  # fmt: skip
def test_a_term_is_found_by_name_alias_and_capitals(name: str, term_id: str | None) -> None:
    assert load_glossary().named(name) == term_id


def test_related_topics_start_with_the_topic_of_its_own() -> None:
    glossary = load_glossary()
    assert glossary.related_topics("steunpunt") == ["steunpunt_wat", "steunpunt_contact"]
    assert glossary.related_topics("consulent") == ["wie_doet_wat", "hgo_wat"]
    assert glossary.related_terms("compacten") == ["verrijken"]


@pytest.mark.parametrize(
    ("term_id", "change", "message"),
    [
        ("abc", {"aliases": ["ABC"]}, "field 'aliases'"),
        ("abc", {"aliases": ["x", "x"]}, "field 'aliases'"),
        ("abc", {"aliases": ["DEF"]}, "field 'aliases'"),
        ("abc", {"topic": "onbekend"}, "field 'topic'"),
        ("abc", {"see": ["onbekend"]}, "field 'see'"),
        ("abc", {"see": ["abc"]}, "field 'see'"),
        ("abc", {"source": "algemeen/onbekend"}, "unknown source"),
        ("abc", {"explanation": None}, r"\$\.explanation"),
        ("jeugdhulp", {}, "id of a topic"),
    ],
)
def test_a_wrong_term_is_refused(tmp_path: Path, term_id: str, change: dict[str, Any], message: str) -> None:
    entries = {"def": {**TERM, "term": "def", "aliases": []}, term_id: {**TERM, **change}}
    with pytest.raises(KnowledgeError, match=message):
        load_glossary(_write(tmp_path, entries))


def test_no_text_holds_a_hard_word() -> None:
    hard = re.compile(
        r"\b(middels|indien|conform|betreffende|teneinde|alsmede|derhalve|omtrent|inzake|reeds|tevens|u|uw)\b"
    )
    texts = [term.explanation for term in load_glossary().all().values()]
    texts += [text for school in load_schools().all() for text in (school.what, school.note or "")]
    assert [text for text in texts if hard.search(text)] == []
