"""Phrases of danger: found in every language, in the middle of a sentence, with typing marks; idioms are left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.knowledge.crisis import CrisisEntry, CrisisPhrases, load_crisis_phrases, normalise
from bot.knowledge.files import KnowledgeError
from bot.knowledge.languages import load_languages


@pytest.fixture(scope="module")
def phrases() -> CrisisPhrases:
    return load_crisis_phrases()


@pytest.mark.parametrize(
    "text",
    [
        "mijn zoon wil dood",
        "MIJN ZOON WIL DOOD!!!",
        "Wat is een TLV? En trouwens: ze wil niet meer leven.",
        "hij heeft het over zelfmoord",
        "zelfmoordpoging vorige week",
        "ze snijdt zich",
        "mijn ex slaat mijn kinderen",
        "dochter is weggelopen",
        "my son wants to die",
        "My daughter is cutting herself",
        "kocam beni dövüyor",
        "Oğlum intihar edeceğini söylüyor",
        "ابني يريد أن يموت",
        "syn mówi, że chce umrzeć",
        "Mój mąż bije mnie i dzieci",
        "Він хоче померти",
        "mi hijo quiere morirse",
        "Ma fille veut mourir",
        "Mein Sohn möchte sterben",
    ],
)
def test_danger_is_found(phrases: CrisisPhrases, text: str) -> None:
    assert phrases.match(text)


@pytest.mark.parametrize(
    "text",
    [
        "ik ben doodmoe van al die gesprekken",
        "het traject is doodgelopen",
        "hij is vandaag weggelopen uit de klas",
        "mijn dochter wil niet meer naar school",
        "wat is een tlv",
        "kan ik in beroep tegen het besluit",
        "ik word gek van het wachten",
        "hij mist school",
        "",
        "   ",
        "!!!",
    ],
)
def test_what_only_sounds_like_danger_is_left_alone(phrases: CrisisPhrases, text: str) -> None:
    assert not phrases.match(text)


def test_danger_beside_an_idiom_is_still_danger(phrases: CrisisPhrases) -> None:
    assert phrases.match("ik ben doodmoe en mijn zoon wil dood")


def test_dutch_and_every_other_language_of_the_assistant_have_phrases() -> None:
    samples = {
        "en": "suicide", "tr": "intihar", "ar": "انتحار", "pl": "samobójstwo", "uk": "самогубство", "es": "suicidio",
        "fr": "suicide", "de": "Selbstmord", "nl": "zelfmoord",
    }  # fmt: skip
    assert set(samples) == {*load_languages(), "nl"}
    found = load_crisis_phrases()
    assert all(found.match(word) for word in samples.values())


def test_stars_and_gaps() -> None:
    made = CrisisPhrases({"nl": CrisisEntry(["wil ... dood", "pijn*"], ["wil niet dood"])})
    assert made.match("hij wil echt heel erg graag dood")  # four words in between
    assert not made.match("hij wil nu echt heel erg graag dood")  # five
    assert made.match("pijnlijk")
    assert not made.match("hoofdpijn")
    assert not made.match("wil doodgewoon slapen")
    assert not made.match("hij wil niet dood")


@pytest.mark.parametrize(
    ("text", "plain"),
    [("Hé, ZIJ  wil…dood?!", "he zij wil dood"), ("İntihar ığ", "intihar ig"), ("że zabić się", "ze zabic sie"),
     ("łódź", "lodz")],
)  # fmt: skip
def test_normalise(text: str, plain: str) -> None:
    assert normalise(text) == plain


@pytest.mark.parametrize(
    "content", ["en:\n  danger: [suicide]\n", "nl:\n  danger: []\n", "nl:\n  gevaar: [x]\n", "- nl\n"]
)
def test_a_file_that_could_miss_danger_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "crisis.yml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"crisis\.yml"):
        load_crisis_phrases(path)
