"""Noise is asked back; a few words that name something we know are about that."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("rasa")

from bot.engine.nlu.parse_fields import ACCEPTED, KNOWN_WORDS, LANGUAGE, RANKING, TOPIC
from bot.engine.second_look import FALLBACK, second_look


def parsed(text: str, topic: str, confidence: float, accepted: bool = True, known: int = 1, *types: str) -> dict[str, Any]:
    entities = [{"entity": kind, "value": "x", "start": 0, "end": 1} for kind in types]
    return {
        "text": text, TOPIC: topic, RANKING: [(topic, confidence)], ACCEPTED: accepted, KNOWN_WORDS: known,
        LANGUAGE: "nl", "entities": entities, "intent": {"name": topic},
    }  # fmt: skip


@pytest.mark.parametrize("text", ["!!!!", "....", "1234", "a", "x", "q q q", "\U0001f62d", "bla bla", "hjkl"])
def test_noise_is_asked_back(text: str) -> None:
    found = second_look(parsed(text, "bevestigen", 0.9, True, 0))
    assert found["intent"]["name"] == FALLBACK
    assert not found[ACCEPTED]
    assert found[RANKING] == []


@pytest.mark.parametrize(("text", "known"), [("ja", 1), ("j", 0), ("nee", 1), ("tlvv aanvraagprocedure", 0), ("hoi", 1)])
def test_short_answers_and_typing_errors_are_no_noise(text: str, known: int) -> None:
    message = parsed(text, "bevestigen", 0.9, True, known)
    assert second_look(message) == message


@pytest.mark.parametrize(
    ("text", "detected", "language"),
    [("What is a TLV and who applies for it?", "de", "en"), ("wie vraagt de tlv aan", "nl", "nl"), ("TLV nedir", "tr", "tr")],
)
def test_small_words_outvote_the_detector(text: str, detected: str, language: str) -> None:
    assert second_look({**parsed(text, "tlv_wat", 0.9), LANGUAGE: detected})[LANGUAGE] == language


def test_a_number_that_was_understood_is_no_noise() -> None:
    message = parsed("9", "bevestigen", 0.9, True, 0, "leeftijd")
    assert second_look(message) == message


@pytest.mark.parametrize(
    ("text", "topic", "confidence", "accepted", "types", "expected"),
    [
        ("isk", "bevestigen", 0.85, True, ["arrangement"], "arrangement_info"),
        ("de lvensboom", "buiten_bereik", 0.89, True, ["arrangement"], "arrangement_info"),
        ("wat houdt wonderbom in", "begrip_uitleg", 0.78, True, ["arrangement"], "arrangement_info"),
        ("neo onderwys", "ontkennen", 0.35, False, ["arrangement", "begrip"], "arrangement_info"),
        ("nummer aventurijn", "buiten_bereik", 0.59, True, ["school"], "school_zoeken"),
        ("dyslexie verklaring", "tlv_wat", 0.75, True, ["begrip", "zonder_bron"], "buiten_bereik"),
        ("van school gestuurd mag dat", "tlv_toegekend", 0.28, False, ["zonder_bron"], "buiten_bereik"),
        ("wat is neo", "begrip_uitleg", 0.9, True, ["arrangement", "begrip"], "begrip_uitleg"),
        ("mijn ex tekent de tlv niet", "tlv_toestemming", 1.0, True, ["zonder_bron"], "tlv_toestemming"),
        ("het weer en de bongerd en nog veel meer woorden", "buiten_bereik", 0.9, True, ["school"], "buiten_bereik"),
        ("crisis", "crisis", 0.4, False, ["zonder_bron"], "crisis"),
    ],
)
def test_what_is_named_goes_before_a_weak_topic(
    text: str, topic: str, confidence: float, accepted: bool, types: list[str], expected: str
) -> None:
    found = second_look(parsed(text, topic, confidence, accepted, 1, *types))
    assert found[TOPIC] == expected
    assert found[ACCEPTED] or expected == topic
