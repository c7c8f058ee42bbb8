"""Which language: eight others are recognised, and Dutch chat stays Dutch."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.engine.nlu.language_detector import LanguageDetector
from bot.engine.nlu.parse_fields import LANGUAGE
from bot.knowledge.languages import load_languages

CONFIG = LanguageDetector.get_default_config()
DUTCH_CHAT = """
hoi
help
tlv??
opp
sbo of so
wat is een tlv eig
mn zoon zit thuis
kind thuis al 3 wk
mag school dit
bezwaar maken hoe
wanneer krijg ik antwoord
juf zegt sbo
dank je wel
ok bedankt
ja graag
weet ik niet
ik wil mens bellen
bel me terug aub
zoon groep 6 adhd
dochter vso help
hij gaat nt meer
wie betaalt taxi
leerplicht boete??
wat doet de ib-er
is klass iets voor haar
kind autisme overprikkeld thuis
in beroep gaan tegen besluit
handtekening opp niet gezet
hb klas almere haven
zml of mlk
hele dag in de gang
de kleine groep de bombardon
makkelijker graag
mag weer gewoon
wat is kind in klas
school will kind uitschrijven
app mij maar
ik ben moeder van 3 kids
problem met school
ik niet begrijp brief van school
kindje 4 jaar start school waar aanmelden
mijn dochter is gepest
ff wachten hoor
super bedankt
info over pro
wij net in nederland, school zoeken voor kind
mijn kind heeft geen plek, wat moet ik doen?
""".strip().splitlines()
OTHERS = {
    "en": "My son has been at home for three weeks, who can help us?",
    "tr": "Kızım bir aydır okula gitmek istemiyor, ne yapabilirim?",
    "ar": "ابني لا يريد الذهاب إلى المدرسة، ماذا أفعل؟",
    "pl": "Czy mogę sama złożyć wniosek o inną szkołę dla syna?",
    "uk": "Мій син уже місяць не ходить до школи, що робити?",
    "es": "La escuela dice que mi hija no necesita más ayuda y no estoy de acuerdo",
    "fr": "Est-ce que l'école doit trouver une autre place pour mon fils ?",
    "de": "Wie lange dauert es, bis die Schule über meine Tochter entscheidet?",
}


@pytest.fixture(scope="module")
def detector() -> LanguageDetector:
    return LanguageDetector.create(CONFIG, None, None, None)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", DUTCH_CHAT)
def test_dutch_chat_stays_dutch(detector: LanguageDetector, text: str) -> None:
    assert detector.detect(text) == "nl"


@pytest.mark.parametrize(("language", "text"), OTHERS.items(), ids=OTHERS)
def test_other_languages_are_recognised(detector: LanguageDetector, language: str, text: str) -> None:
    assert detector.detect(text) == language


def test_every_language_has_its_fixed_line() -> None:
    assert set(CONFIG["languages"]) == set(OTHERS) == set(load_languages())


@pytest.mark.parametrize(("text", "language"), [("مساعدة", "ar"), ("Do you", "nl"), ("", "nl"), ("12345 ??", "nl"), ("👍", "nl")])
def test_short_messages(detector: LanguageDetector, text: str, language: str) -> None:
    assert detector.detect(text) == language


def test_every_message_gets_a_language_in_the_output(detector: LanguageDetector) -> None:
    messages = detector.process([Message({TEXT: OTHERS["tr"]}), Message({TEXT: "hoi"}), Message({})])
    assert [m.get(LANGUAGE) for m in messages] == ["tr", "nl", "nl"]
    assert all(LANGUAGE in m.as_dict(only_output_properties=True) for m in messages)


@pytest.mark.parametrize("languages", [["xx"], ["en", "nederlands"]])
def test_an_unknown_language_is_refused_by_name(languages: list[str]) -> None:
    config: dict[str, Any] = {**CONFIG, "languages": languages}
    with pytest.raises(InvalidConfigException, match=languages[-1]):
        LanguageDetector.validate_config(config)


def test_the_defaults_are_accepted_and_the_version_is_in_the_fingerprint() -> None:
    LanguageDetector.validate_config(CONFIG)
    assert LanguageDetector.fingerprint_addon(CONFIG)[0].isdigit()
