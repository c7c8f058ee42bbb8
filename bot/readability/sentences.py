"""Sentences and words of an answer, counted the way our rules for answers count them.

A sentence ends at a full stop, question mark or exclamation mark before a capital, a digit or a quotation mark, and at
the end of a paragraph or list item. A colon ends one only in front of a list. An abbreviation ("bijv.") ends none.
"""

from __future__ import annotations

import re

ABBREVIATIONS = frozenset({
    "apr.", "aug.", "bijv.", "bv.", "ca.", "dec.", "dhr.", "dr.", "drs.", "evt.", "feb.", "incl.", "jan.", "jul.",
    "jun.", "max.", "min.", "mevr.", "mrt.", "mw.", "nov.", "nr.", "okt.", "resp.", "sep.", "st.", "tel.", "zgn.",
})  # fmt: skip
_LIST_MARK = "- "
# A stop, what closes it, a space, and a new start; "'s" of "'s morgens" belongs to the word after it.
_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s+[\"'“‘(\[]?[^\W_a-zà-ÿ])|[.!?…]+[\"'”’)\]]*(?=\s+'[st]\s)")
_DOTTED = re.compile(r"^(?:[^\W\d_]\.)+$")  # d.w.z., o.a.
_NUMBER = re.compile(r"^\W*[\d-]+\W*$")


def blocks(text: str) -> list[str]:
    """Return paragraphs and list items, each on one line, without list marks."""
    found: list[str] = []
    joins = False
    for line in (raw.strip() for raw in text.splitlines()):
        if not line:
            joins = False
        elif line.startswith(_LIST_MARK):
            found.append(line.removeprefix(_LIST_MARK))
            joins = True
        elif joins:
            found[-1] += f" {line}"
        else:
            found.append(line)
            joins = True
    return found


def sentences(text: str) -> list[str]:
    """Return the sentences of a text in order; a list item has at least one of its own."""
    return [sentence for block in blocks(text) for sentence in _split(block)]


def words(sentence: str) -> list[str]:
    """Return the words of a sentence; a number in several groups ("036 76 70 200") is one word."""
    found: list[str] = []
    after_number = False
    for token in sentence.split():
        if not any(character.isalnum() for character in token):
            continue
        is_number = bool(_NUMBER.match(token))
        if is_number and after_number:
            found[-1] += f" {token}"
        else:
            found.append(token)
        # A stop or comma behind the digits ends the number.
        after_number = is_number and token[-1].isdigit()
    return found


def _split(block: str) -> list[str]:
    """Split one paragraph into sentences."""
    found = []
    start = 0
    for match in _END.finditer(block):
        last_word = block[start : match.end()].rsplit(maxsplit=1)[-1].lower().lstrip("(\"'")
        if last_word in ABBREVIATIONS or _DOTTED.match(last_word):
            continue
        found.append(block[start : match.end()].strip())
        start = match.end()
    rest = block[start:].strip()
    return [*found, rest] if rest else found
