"""Write words the way the lists of names have them."""

from __future__ import annotations

import unicodedata

# Letters that Unicode does not take apart, and apostrophes.
_LETTERS = str.maketrans(
    {"ı": "i", "ł": "l", "đ": "d", "ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ə": "e"}
    | dict.fromkeys("'’‘`´ʼ")
)


def fold_name(word: str) -> str:
    """Return a word in small letters, without accents and apostrophes: 'Łukasz' gives 'lukasz', 'N’Dri' gives 'ndri'."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(c))
    return plain.translate(_LETTERS)
