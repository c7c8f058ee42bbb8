"""How parents spell: words without accents and capitals, and words that sound alike in Dutch."""

from __future__ import annotations

import re
import unicodedata

from rapidfuzz.distance import OSA

ENDINGS = frozenset({"e", "s", "n", "en", "sen"})
WORD = re.compile(r"@?[^\W_]+|\+")

_APOSTROPHES = dict.fromkeys(map(ord, "'’\N{MODIFIER LETTER APOSTROPHE}"))
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"sch", "sg"),
        (r"ch", "g"),
        (r"ph", "f"),
        (r"th", "t"),
        (r"qu", "kw"),
        (r"x", "ks"),
        (r"c(?=[eiy])", "s"),
        (r"[cq]", "k"),
        (r"ij|ei", "y"),
        (r"ou", "au"),
        (r"z", "s"),
        (r"v", "f"),
        (r"dt\b|d\b", "t"),
        (r"(.)\1+", r"\1"),
    )
)


def fold(text: str) -> str:
    """Return the text in small letters, without accents and apostrophes; the @ of '@rchipel' is an a."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    return plain.translate(_APOSTROPHES).replace("@", "a")


def sound(word: str) -> str:
    """Return how a folded word sounds: 'kopklass' and 'copklas' give the same."""
    for pattern, replacement in _SOUNDS:
        word = pattern.sub(replacement, word)
    return word


def slips(length: int) -> int:
    """Return how many typing errors a name of this many letters may have."""
    return 0 if length < 6 else 1 if length < 14 else 2


def slips_of_term(length: int) -> int:
    """Return the same for terms and districts: many lie close to another word ('beschikking', 'beslissing')."""
    return 0 if length < 10 else 1 if length < 16 else 2


def is_inflected(word: str, name: str) -> bool:
    """Tell whether a word is a name with an ending ('kopklassen', 'reguliere')."""
    return len(name) >= 6 and word.startswith(name) and word[len(name) :] in ENDINGS


def distance(one: str, other: str, at_most: int) -> int:
    """Return the number of typing errors between two words; more than `at_most` gives `at_most` + 1."""
    return int(OSA.distance(one, other, score_cutoff=at_most))
