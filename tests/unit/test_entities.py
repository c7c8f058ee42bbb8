"""The component DomainEntities: what it adds to a message, its configuration, and that no text breaks it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("rasa")

from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.engine.nlu.domain_entities import OTHER_FILES, TYPES, DomainEntities
from bot.engine.nlu.parse_fields import LANGUAGE
from bot.knowledge.files import knowledge_dir
from bot.knowledge.names import FILES


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_NOW", "2026-11-22")


@pytest.fixture(scope="module")
def component() -> DomainEntities:
    config = DomainEntities.get_default_config()
    return DomainEntities.create(config, None, None, None)  # type: ignore[arg-type]


def pairs(entities: list[dict[str, Any]]) -> list[tuple[str, Any]]:
    return [(entity["entity"], entity["value"]) for entity in entities]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mijn zoon van 9 in groep 5 zit al 6 weken thuis", [("leeftijd", 9), ("groep", 5), ("duur", 6.0)]),
        ("dochter, bijna 12", [("leeftijd", 11)]),
        ("klas 2 havo", [("leerjaar", 2), ("niveau", "havo")]),
        ("op 3 november aangemeld", [("datum", "2026-11-03")]),
        ("begin november aangemeld", [("datum", None)]),
        ("wij wonen in Haven", [("wijk", "Haven")]),
        ("wat is de tamborijn", [("arrangement", "tamboerijn")]),
        ("project 12", [("arrangement", "project_12")]),
        ("stad 3", [("wijk", "Stad")]),
        ("mijn kind is geschorst", [("zonder_bron", "schorsing")]),
        ("", []),
        ("   ", []),
    ],
)
def test_extract(component: DomainEntities, text: str, expected: list[tuple[str, Any]]) -> None:
    found = pairs(component.extract(text))
    assert [pair for pair in found if pair[0] != "begrip"] == expected


def test_two_levels_are_two_entities(component: DomainEntities) -> None:
    levels = [value for kind, value in pairs(component.extract("brugklas havo/vwo")) if kind == "niveau"]
    assert levels == ["havo", "vwo"]


def test_entity_has_every_field(component: DomainEntities) -> None:
    message = Message({TEXT: "is kopklass iets", ENTITIES: [{"entity": "eerder", "value": 1}]})
    component.process([message])
    first, *rest = message.get(ENTITIES)
    assert first["entity"] == "eerder"
    found = next(entity for entity in rest if entity["entity"] == "arrangement")
    assert found == {
        "entity": "arrangement", "value": "kopklas", "start": 3, "end": 11, "text": "kopklass",
        "extractor": "DomainEntities", "confidence_entity": found["confidence_entity"],
    }  # fmt: skip
    assert 0.5 < found["confidence_entity"] < 1
    assert ENTITIES in message.output_properties


def test_date_and_duration_tell_how_sure_they_are(component: DomainEntities) -> None:
    found = component.extract("we wachten al een paar weken, sinds begin november")
    certainties = {entity["entity"]: entity["certainty"] for entity in found if entity["entity"] in ("duur", "datum")}
    assert certainties == {"duur": "about", "datum": "vague"}


def test_other_language_finds_no_short_words(component: DomainEntities) -> None:
    message = Message({TEXT: "she is so sad, 9 weeks", LANGUAGE: "en"})
    component.process([message])
    assert "schooltype" not in [entity["entity"] for entity in message.get(ENTITIES)]


def test_types_can_be_left_out() -> None:
    component = DomainEntities({"types": ["wijk"]})
    assert pairs(component.extract("sbo in Haven voor mijn zoon van 9")) == [("wijk", "Haven")]


@pytest.mark.parametrize("types", [[], "wijk", ["wijk", "stadsdeel"], None])
def test_bad_configuration_is_refused(types: Any) -> None:
    with pytest.raises(InvalidConfigException, match="DomainEntities"):
        DomainEntities.validate_config({"types": types})


def test_default_configuration_holds() -> None:
    DomainEntities.validate_config(DomainEntities.get_default_config())
    assert set(DomainEntities.get_default_config()["types"]) == set(TYPES)
    assert DomainEntities.required_packages() == ["rapidfuzz"]


def test_fingerprint_follows_the_knowledge(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    before = DomainEntities.fingerprint_addon({})
    assert before == DomainEntities.fingerprint_addon({})
    copied = tmp_path / "data" / "knowledge"
    copied.mkdir(parents=True)
    for name in (*FILES, *OTHER_FILES):
        (copied / name).write_bytes((knowledge_dir() / name).read_bytes())
    monkeypatch.setenv("BOT_ROOT", str(tmp_path))
    assert DomainEntities.fingerprint_addon({}) == before
    with (copied / "places.yml").open("a", encoding="utf-8") as file:
        file.write("# other\n")
    assert DomainEntities.fingerprint_addon({}) != before


WORDS = st.sampled_from(
    ["mijn", "zoon", "12", "bijna", "groep", "7/8", "sinds", "3", "november", "31-02", "klas", "+", "ONS", "5e"]
)
COMPONENT = DomainEntities(DomainEntities.get_default_config())


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=120) | st.lists(WORDS, max_size=12).map(" ".join))
def test_no_text_breaks_it(text: str) -> None:
    for entity in COMPONENT.extract(text):
        assert 0 <= entity["start"] <= entity["end"] <= len(text)
        assert entity["text"] == text[entity["start"] : entity["end"]]
        assert entity["entity"] in TYPES
