"""Other languages and questions without a source: the data are whole, wrong data are refused, questions are found."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import today
from bot.knowledge.answers import PLACEHOLDER, fill, load_answers
from bot.knowledge.crisis import load_crisis_phrases
from bot.knowledge.files import KnowledgeError, knowledge_dir, root
from bot.knowledge.languages import language_by_words, load_languages
from bot.knowledge.no_source import load_no_source
from bot.knowledge.topics import contact_values

CODES = ["en", "tr", "ar", "pl", "uk", "es", "fr", "de"]
CRISIS_NUMBERS = ["112", "113", "0800-0113", "0800-2000", "0800-0432", "036 76 70 200"]


def test_the_languages_of_the_design_are_there() -> None:
    assert list(load_languages()) == CODES


@pytest.mark.parametrize("code", CODES)
def test_line_names_the_telephone_number(code: str) -> None:
    assert "036 76 70 200" in fill(load_languages()[code].line, contact_values(today()))


@pytest.mark.parametrize("code", CODES)
def test_crisis_text_gives_every_help_line_and_112_first(code: str) -> None:
    text = fill(load_languages()[code].crisis, contact_values(today()))
    positions = [text.find(number) for number in CRISIS_NUMBERS]
    assert -1 not in positions
    assert positions[0] == min(positions)
    assert "huisartsenpost" in text


@pytest.mark.parametrize("code", CODES)
def test_every_language_has_crisis_phrases_too(code: str) -> None:
    phrases = yaml.safe_load((knowledge_dir() / "crisis.yml").read_text(encoding="utf-8"))
    assert phrases[code]["danger"]
    load_crisis_phrases()


def test_only_arabic_runs_from_right_to_left_and_keeps_numbers_in_order() -> None:
    languages = load_languages()
    assert [code for code in CODES if languages[code].direction == "rtl"] == ["ar"]
    for text in (languages["ar"].line, languages["ar"].crisis):
        for found in PLACEHOLDER.finditer(text):
            assert text[found.start() - 1] == "\u2066"
            assert text[found.end()] == "\u2069"


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("line", "Call us.", "steunpunt_telefoon"),
        ("crisis", "Call {alarmnummer}.", "field 'crisis'"),
        ("line", "Call {steunpunt_telefoon} or {fax}.", "fax"),
        ("direction", "up", "direction"),
    ],
)
def test_language_that_does_not_fit_is_refused(tmp_path: Path, field: str, value: str, message: str) -> None:
    content = yaml.safe_load((knowledge_dir() / "languages.yml").read_text(encoding="utf-8"))
    content["en"][field] = value
    path = tmp_path / "languages.yml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=message) as caught:
        load_languages(path)
    assert "entry 'en'" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ze hebben hem 4 dagen GESCHORST vanwege ruzie", "schorsing"),
        ("De directeur wil onze zoon van school verwijderen", "schorsing"),
        ("kinderen in de klas pesten haar al maanden", "pesten"),
        ("Er is een wáchtlijst van een jaar zeggen ze", "wachtlijst"),
        ("mijn ex-man tekent niks, wat nu", "gezag"),
        ("mag de meester een zetpil of medicijnen geven", "medische_zorg"),
        ("hij blijft dit jaar zitten, zegt de mentor", "zittenblijven"),
        ("wie betaalt de dyslexietest", "dyslexie"),
        ("moet ik de ouderbijdrage betalen?", "ouderbijdrage_kosten"),
        ("kan ik verlof krijgen voor een begrafenis", "verlof"),
        ("wat is de maximale reistijd", "reistijd"),
        ("Gepest, al heel lang gepest. Nu zijn wij ook nog gescheiden.", "pesten"),
        ("hoe lang duurt een tlv", None),
        ("wat voor weer wordt het", None),
        ("zwangerschapsverlof van de juf", None),
        ("mijn laptop doet het niet meer", None),
        ("", None),
    ],
)
def test_question_without_a_source_is_found(text: str, expected: str | None) -> None:
    assert load_no_source().find(text) == expected


@given(st.text())
def test_any_text_can_be_searched(text: str) -> None:
    found = load_no_source().find(text)
    assert found is None or found in load_no_source().questions


def test_every_question_has_its_own_answer_that_leads_to_a_person() -> None:
    answers = load_answers()
    questions = load_no_source().questions
    assert len({question.response for question in questions.values()}) == len(questions)
    for question_id, question in questions.items():
        answer = answers.get(question.response)
        assert "{steunpunt_telefoon}" in answer.text, question_id
        assert "mens_spreken" in answer.followups, question_id


@pytest.mark.parametrize("question_id", load_no_source().questions)
def test_every_alias_finds_its_own_question(question_id: str) -> None:
    for alias in load_no_source().questions[question_id].aliases:
        assert load_no_source().find(alias.replace("*", "").replace("...", " ")) == question_id, alias


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"title": "Pesten", "aliases": [], "response": "utter_x"}, "no words to find it by"),
        ({"title": "Pesten", "aliases": ["*"], "response": "utter_x"}, "has no words"),
        ({"title": "Pesten", "aliases": ["pest ..."], "response": "utter_x"}, "has no words"),
        ({"title": "x" * 41, "aliases": ["pest*"], "response": "utter_x"}, "title"),
        ({"title": "Pesten", "aliases": ["pest*"]}, "response"),
    ],
)
def test_question_that_does_not_fit_is_refused(tmp_path: Path, entry: dict[str, object], message: str) -> None:
    path = tmp_path / "no_source.yml"
    path.write_text(yaml.safe_dump({"pesten": entry}), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=message):
        load_no_source(path)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("What is a TLV and who applies for it?", "en"),
        ("Qu'est-ce qu'une TLV et qui la demande ?", "fr"),
        ("¿Qué es una TLV y quién la solicita?", "es"),
        ("Was ist eine TLV und wer beantragt sie?", "de"),
        ("wat is een tlv en wie vraagt die aan", None),
        ("wie kan mij helpen met de school van mijn kind", None),
        ("hoe was het ook al weer met die ons arrangement", None),
        ("mijn zoon is boos en wil niet leren, wat kan ik doen", None),
        ("der school seg nee", None),
    ],
)
def test_small_words_tell_the_language(text: str, language: str | None) -> None:
    assert language_by_words(text) == language


def test_small_words_of_other_languages_do_not_stand_in_dutch_examples() -> None:
    """Of all our own Dutch examples, none is taken for another language by its small words."""
    texts = [line for path in (root() / "data" / "nlu").glob("*.yml") for line in path.read_text("utf-8").splitlines()]
    dutch = [line.strip().removeprefix("- ") for line in texts if line.strip().startswith("- ")]
    assert len(dutch) > 4000
    assert [text for text in dutch if language_by_words(text) is not None] == []
