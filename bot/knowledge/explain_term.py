"""Explain a word that a parent does not know."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.knowledge.glossary import load_glossary
from bot.knowledge.info import Mention, Reply, button_title, load_info
from bot.knowledge.names import words

TOPIC = "begrip_uitleg"
MOST_OTHERS = 3
MOST_FOLLOWUPS = 3


def term_reply(mentions: Sequence[Mention], text: str) -> Reply:
    """Return the explanation of the term that a message asks for; the other terms in it are choices.

    Where no known term is named: that it is unknown, or, where the message names no word at all, the question which.
    """
    glossary = load_glossary()
    asked = _asked_first([m for m in mentions if m.type == "begrip" and m.value in glossary.all()], text)
    if not asked:
        return Reply(TOPIC, "utter_begrip_onbekend" if _names_a_word(text) else "utter_begrip_welke")
    term_id, *others = asked
    term = glossary.get(term_id)
    see = [*others, *(key for key in glossary.related_terms(term_id) if key not in others)]
    return Reply(
        TOPIC,
        "utter_begrip_uitleg",
        {"begrip": term.term, "uitleg": term.explanation},
        (term.source,),
        tuple(glossary.related_topics(term_id)[:MOST_FOLLOWUPS]) or None,
        tuple((button_title(glossary.get(key).term), f"begrip:{key}") for key in see[:MOST_OTHERS]),
    )


def _asked_first(mentions: Sequence[Mention], text: str) -> list[str]:
    """Return the terms of a message, the one that it asks for first.

    That is the term right after 'wat is' and the like; else the last one before such words ('hgw, wat is dat'); else
    the first.
    """
    terms = sorted(mentions, key=lambda mention: mention.start)
    cues = [match.span() for match in _cues().finditer(text)]
    after = [m for m in terms for _, end in cues if m.start >= end and not _content(text[end : m.start])]
    before = [m for m in terms if any(m.end <= start for start, _ in cues)]
    ordered = [*after, *reversed(before[-1:]), *terms]
    return list(dict.fromkeys(mention.value for mention in ordered))


def _cues() -> re.Pattern[str]:
    """Return the words that ask for a term, as a pattern."""
    cues = [r"\s+".join(re.escape(w).replace(r"\*", r"\w*") for w in cue.split()) for cue in load_info().term_cues]
    return re.compile(rf"\b(?:{'|'.join(cues)})\b", re.IGNORECASE)


def _content(text: str) -> list[str]:
    """Return the words of a text that may be a term."""
    return [word for word in words(text) if word not in load_info().no_terms]


def _names_a_word(text: str) -> bool:
    """Tell whether a message names a word to explain ('wat is bfi', 'bfi?'); a pressed button does not."""
    content = _content(text)
    if _cues().search(text):
        return bool(content)
    return len(content) in (1, 2) and len(content) == len(words(text))

