"""Words of Dutch dates and numbers, and how a text is made ready for the grammar."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from rapidfuzz.distance import OSA

MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip
WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")

_MONTH_SPELLINGS = {
    "jan": 1, "feb": 2, "febr": 2, "mrt": 3, "mar": 3, "mart": 3, "maartt": 3, "maatr": 3, "maaart": 3, "apr": 4,
    "aprl": 4, "may": 5, "mey": 5, "jun": 6, "june": 6, "junie": 6, "jnui": 6, "jul": 7, "july": 7, "julie": 7,
    "jlui": 7, "aug": 8, "sep": 9, "sept": 9, "okt": 10, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
# One typing error away from these months lie common words (maar, kaart, mij, jullie): only the spellings above count.
_MONTHS_TOO_SHORT = {"maart", "mei", "juni", "juli"}
_WEEKDAY_SHORT = {"ma": 0, "di": 1, "wo": 2, "do": 3, "vr": 4, "vrij": 4, "za": 5, "zo": 6}

_ONES = ("een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen")
_TEENS = (
    "tien", "elf", "twaalf", "dertien", "veertien", "vijftien", "zestien", "zeventien", "achttien", "negentien",
)  # fmt: skip
_TENS = ("twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig")


def _number_words() -> dict[str, int]:
    words = {word: value for value, word in enumerate(_ONES + _TEENS, start=1)}
    for ten, word in enumerate(_TENS, start=2):
        words[word] = ten * 10
        for one, prefix in enumerate(_ONES, start=1):
            words[f"{prefix}en{word}"] = ten * 10 + one
    return words


def _ordinal_words() -> dict[str, int]:
    irregular = {"eerste": 1, "tweede": 2, "derde": 3, "vierde": 4, "achtste": 8}
    words = dict(irregular)
    for word, value in NUMBERS.items():
        if value not in irregular.values() and value <= 31:
            words[word + ("ste" if value >= 20 else "de")] = value
    return words


NUMBERS: dict[str, int] = _number_words()
ORDINALS: dict[str, int] = _ordinal_words()


def _alternatives(words: dict[str, int]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


# Pieces for regular expressions over prepared text.
NUMBER = rf"(?:\d{{1,3}}|{_alternatives(NUMBERS)})"
ORDINAL = rf"(?:\d{{1,2}}(?:ste|de|e)|{_alternatives(ORDINALS)})"

# Typographic quotes, dashes and the hard space, as phones put them in.
_TYPOGRAPHY = str.maketrans("\u2019\u2018`\u00b4\u2013\u2014\u00a0", "''''-- ")


def prepare(text: str) -> str:
    """Return the text in lower case and without accents, every character at its old place."""
    plain = []
    for char in text.translate(_TYPOGRAPHY):
        base = unicodedata.normalize("NFD", char)[0].lower()
        plain.append(base if len(base) == 1 else char)
    return "".join(plain)


def number(word: str) -> int:
    """Return the value of digits, a number word or an ordinal ('6', 'zes', '3e', 'derde')."""
    if word in NUMBERS:
        return NUMBERS[word]
    if word in ORDINALS:
        return ORDINALS[word]
    return int("".join(char for char in word if char.isdigit()))


@lru_cache(maxsize=4096)
def month_of(word: str) -> int | None:
    """Return the number of the month that a word means, with a small typing error forgiven."""
    if word in MONTHS:
        return MONTHS.index(word) + 1
    if word in _MONTH_SPELLINGS:
        return _MONTH_SPELLINGS[word]
    if len(word) < 5:
        return None
    for place, name in enumerate(MONTHS, start=1):
        allowed = 2 if len(name) >= 8 else 1
        if name not in _MONTHS_TOO_SHORT and OSA.distance(word, name, score_cutoff=allowed) <= allowed:
            return place
    return None


@lru_cache(maxsize=4096)
def weekday_of(word: str, short: bool = False) -> int | None:
    """Return the day of the week (Monday 0) that a word means; `short` also takes 'ma', 'di' and so on."""
    if short and word in _WEEKDAY_SHORT:
        return _WEEKDAY_SHORT[word]
    # "dinsdags" and "maandagen" are every week, no date.
    if word.endswith(("dags", "dagen")) or len(word) < 6:
        return None
    for place, name in enumerate(WEEKDAYS):
        allowed = 2 if len(name) >= 8 else 1
        if OSA.distance(word, name, score_cutoff=allowed) <= allowed:
            return place
    return None


def blank(text: str, start: int, end: int) -> str:
    """Replace a part that is already understood by a sign that no rule matches."""
    return text[:start] + "\x00" * (end - start) + text[end:]
