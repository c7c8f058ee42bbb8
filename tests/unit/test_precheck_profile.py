"""Reading a profile, clashing answers, ranking, the stable JSON, and the data behind it."""

from __future__ import annotations

import re
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from bot.knowledge.arrangements import load_arrangements
from bot.knowledge.files import KnowledgeError, knowledge_dir
from bot.precheck import (
    Profile,
    ProfileError,
    best_fits,
    consistency,
    evaluate,
    load_precheck,
    next_question,
    parse_profile,
    rank,
    to_contract,
    with_answer,
)
from bot.precheck.profile import TRAITS

DATA = load_precheck()


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"lengte": 120}, "lengte"),
        ({"onderwijs": "mbo"}, "onderwijs"),
        ({"groep": 9}, "groep"),
        ({"leeftijd": "negen"}, "leeftijd"),
        ({"leeftijd": 9.5}, "leeftijd"),
        ({"leeftijd": True}, "leeftijd"),
        ({"toestemming_ouders": "ja"}, "toestemming_ouders"),
        ({"kenmerken": ["lief"]}, "kenmerken"),
        ({"ondersteuning": {"leren": "veel"}}, "ondersteuning"),
        ({"ondersteuning": {"zwemmen": "regelmatig"}}, "ondersteuning"),
        ({"weken_niet_naar_school": -1}, "weken_niet_naar_school"),
    ],
)
def test_wrong_data_names_the_field(data: dict[str, Any], field: str) -> None:
    with pytest.raises(ProfileError, match=f"'{field}'") as caught:
        parse_profile(data)
    assert caught.value.field == field


def test_null_and_empty_lists_are_unknown() -> None:
    assert parse_profile({"groep": None, "kenmerken": [], "niveau": []}) == Profile()


def test_traits_can_be_corrected() -> None:
    profile = with_answer(Profile(), "kenmerken", ["ass"])
    assert profile.kenmerken == ("ass",)
    assert set(profile.geen_kenmerken or ()) == set(TRAITS) - {"ass"}
    profile = with_answer(profile, "kenmerken", ["angst"], rest_is_no=False)
    assert profile.kenmerken == ("ass", "angst")
    assert "angst" not in (profile.geen_kenmerken or ())
    assert with_answer(profile, "kenmerken", None) == Profile()


def test_one_area_of_support_keeps_the_others() -> None:
    profile = with_answer(
        parse_profile({"ondersteuning": {"leren": "regelmatig"}}), "ondersteuning.gezondheid", "intensief"
    )
    assert profile.ondersteuning is not None
    assert (profile.ondersteuning.leren, profile.ondersteuning.gezondheid) == ("regelmatig", "intensief")
    assert with_answer(with_answer(profile, "ondersteuning.leren", None), "ondersteuning.gezondheid", None) == Profile()


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        ({"groep": 5, "onderwijs": "vo"}, "groep_bij_middelbare_school"),
        ({"leeftijd": 3}, "nog_geen_vier"),
        ({"leeftijd": 12, "groep": 1}, "leeftijd_en_groep"),
        ({"weken_niet_naar_school": 60}, "heel_lang_thuis"),
        ({"weken_niet_naar_school": 30}, "heel_lang_thuis"),
        ({"tlv": "so", "onderwijs": "vo"}, "tlv_basis_bij_middelbare_school"),
        ({"kenmerken": ["ass"], "geen_kenmerken": ["ass"]}, "kenmerk_wel_en_niet"),
        ({"eerste_school": True, "extra_ondersteuning_maanden": 8}, "eerste_school_met_hulp"),
    ],
)
def test_clashing_answers_give_a_friendly_question(data: dict[str, Any], rule: str) -> None:
    doubts = consistency(parse_profile(data), DATA)
    assert rule in [doubt.rule for doubt in doubts]
    for doubt in doubts:
        assert doubt.text.endswith(("?", "."))


@pytest.mark.parametrize("data", [{}, {"leeftijd": 9, "onderwijs": "po", "groep": 6, "weken_niet_naar_school": 6}])
def test_ordinary_answers_give_no_question(data: dict[str, Any]) -> None:
    assert consistency(parse_profile(data), DATA) == []


def test_specific_fits_come_before_general_ones() -> None:
    prepared = {"extra_ondersteuning_maanden": 8, "opp": "recent", "toestemming_ouders": True}
    profile = parse_profile(prepared | {"onderwijs": "vo", "leerjaar": 1, "niveau": ["kbl"], "kenmerken": ["ass"]})
    results = evaluate(profile, DATA)
    assert best_fits(results, DATA)[0].arrangement == "klass"
    outcomes = [result.outcome for result in rank(results, DATA)]
    assert outcomes == sorted(outcomes, key=["past", "misschien", "past_niet"].index)


def test_contract_json_has_exactly_the_agreed_keys() -> None:
    profile = parse_profile({"leeftijd": 9, "weken_niet_naar_school": 6})
    results = evaluate(profile, DATA)
    contract = to_contract(results, next_question(profile, results, set(), DATA))
    assert contract.keys() == {"results", "next_question"}
    assert contract["next_question"].keys() == {"field", "text"}
    assert len(contract["results"]) == len(DATA.arrangements)
    fields = {"ondersteuning"} | {name.split(".")[0] for name in DATA.fields}
    for result in contract["results"]:
        assert result.keys() == {"arrangement", "outcome", "reasons", "missing"}
        assert set(result["missing"]) <= fields
        for reason in result["reasons"]:
            assert reason.keys() == {"criterion", "value", "text", "source"}
    assert to_contract([], None) == {"results": [], "next_question": None}


def _texts() -> list[str]:
    found: list[str] = []
    for arrangement in DATA.arrangements.values():
        found += [
            arrangement.for_whom,
            arrangement.what,
            arrangement.where,
            arrangement.this_week,
            arrangement.applicant,
        ]
        found += [arrangement.contact, arrangement.duration or "", arrangement.note or ""]
        for criterion in arrangement.criteria:
            texts = criterion.texts
            found += [texts.met, texts.not_met, texts.unknown, texts.edge or ""]
    found += [text for info in DATA.fields.values() for text in (info.question, info.why)]
    found += [step.does for route in DATA.routes.values() for step in route.steps]
    return found + [clash.text for clash in DATA.clashes.values()]


def test_texts_for_parents_are_short_and_plain() -> None:
    for text in _texts():
        for sentence in re.split(r"(?<=[.?!:])\s+", text):
            assert len(sentence.split()) <= 20, sentence
        assert not re.search(r"\b(middels|indien|conform|betreffende|u|uw)\b", text), text


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("arrangements.yml", "\nons:\n", "\nonderweg:\n", "missing arrangements \\['ons'\\]"),
        ("arrangements.yml", "route: ons", "route: bus", "entry 'ons': route 'bus'"),
        ("arrangements.yml", "source: ons/doelgroep", "source: ons/niets", "unknown source 'ons/niets'"),
        ("arrangements.yml", "- use: leeftijd", "- use: lengte", "condition 'lengte'"),
        ("arrangements.yml", "for_whom: Kinderen van 6", "voor_wie: Kinderen van 6", "entry 'ons'"),
    ],
)
def test_broken_data_names_file_and_entry(tmp_path: Path, file: str, old: str, new: str, message: str) -> None:
    folder = tmp_path / "knowledge"
    copytree(knowledge_dir(), folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=message):
        load_arrangements(folder)


def test_a_field_or_predicate_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "knowledge"
    copytree(knowledge_dir(), folder)
    path = folder / "arrangements.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("field: iq", "field: eq", 1), encoding="utf-8")
    with pytest.raises(KnowledgeError, match="field 'eq'"):
        load_precheck(folder)
