"""What the classifier cannot judge: keys pressed at random, and a few words that name what we do know.

A short message that names an arrangement, a school or a question without a source is about that, where the classifier
is not sure or takes it for small talk or another subject ('isk', 'de lvensboom').
"""

from __future__ import annotations

import re
from typing import Any

from bot.engine.nlu.parse_fields import ACCEPTED, KNOWN_WORDS, LANGUAGE, RANKING, TOPIC, intent_fields
from bot.knowledge.languages import language_by_words
from bot.knowledge.topics import load_topics

CRISIS = "crisis"
FALLBACK = "nlu_fallback"
OUTSIDE = "buiten_bereik"
TERM = "begrip_uitleg"
SMALL_TALK = frozenset({"bevestigen", "ontkennen", "begroeten", "afscheid", "bedanken"})
NO_SOURCE = "zonder_bron"
NAMED = {"arrangement": "arrangement_info", "school": "school_zoeken"}
"""What a name is about, the first that is there."""
FEW_WORDS = 5
DUTCH = "nl"
ANSWERS = frozenset({"j", "n", "k"})
"""Single letters that parents type for ja, nee and oke."""
SHORT = 4
"""Letters of a word that may be keys pressed at random; a longer word that nobody taught may be a typing error."""
SURE = 0.8
"""How sure the classifier must be to go before a named question without a source."""

_WORD = re.compile(r"[^\W\d_]+")


def second_look(parsed: dict[str, Any]) -> dict[str, Any]:
    """Return the parse data with noise asked back, and the topic of what is named where the classifier missed it."""
    parsed = {**parsed, LANGUAGE: _language(parsed)}
    if CRISIS in (parsed.get(TOPIC), (parsed.get("intent") or {}).get("name")):
        return parsed
    if is_noise(parsed):
        return {**parsed, TOPIC: None, RANKING: [], ACCEPTED: False, **intent_fields(FALLBACK, 0.0)}
    topic = _named(parsed)
    if topic is None:
        return parsed
    label = load_topics().label(topic)
    others = [entry for entry in parsed.get(RANKING) or [] if entry[0] != label]
    fields = intent_fields(label, SURE)
    return {**parsed, TOPIC: topic, RANKING: [(label, SURE), *others], ACCEPTED: True, **fields}


def _language(parsed: dict[str, Any]) -> str:
    """Return the language; small words outvote a detector that reads abbreviations as another language."""
    return language_by_words(str(parsed.get("text") or "")) or str(parsed.get(LANGUAGE) or DUTCH)


def is_noise(parsed: dict[str, Any]) -> bool:
    """Tell whether a message holds nothing to understand: no letters, single letters, or short words nobody knows."""
    if parsed.get("entities"):
        return False
    words = [word.lower() for word in _WORD.findall(str(parsed.get("text") or ""))]
    if all(len(word) == 1 for word in words):
        return not set(words) & ANSWERS
    unknown = parsed.get(KNOWN_WORDS) == 0 and parsed.get(LANGUAGE) in (None, DUTCH)
    return unknown and all(len(word) <= SHORT for word in words)


def _named(parsed: dict[str, Any]) -> str | None:
    """Return the topic of what a message names, where that goes before the topic of the classifier."""
    types = {str(entity.get("entity")) for entity in parsed.get("entities") or []}
    accepted, topic = bool(parsed.get(ACCEPTED)), parsed.get(TOPIC)
    ranking = parsed.get(RANKING) or []
    if NO_SOURCE in types:
        return None if accepted and ranking and float(ranking[0][1]) >= SURE else OUTSIDE
    if len(_WORD.findall(str(parsed.get("text") or ""))) > FEW_WORDS:
        return None
    unknown_term = topic == TERM and "begrip" not in types
    if accepted and topic not in SMALL_TALK | {OUTSIDE} and not unknown_term:
        return None
    return next((about for name, about in NAMED.items() if name in types), None)
