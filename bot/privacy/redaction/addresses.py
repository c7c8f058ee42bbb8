"""Find street addresses and postcodes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.privacy.redaction.folding import fold_name
from bot.privacy.redaction.lexicon import Lexicon
from bot.privacy.redaction.numbers import _any
from bot.privacy.redaction.rules import Rules
from bot.privacy.redaction.spans import Span

_NUMBER = (
    r"(?P<number>\d{1,4}(?:\s?[-/]\s?(?:\d{1,4}|(?:[a-z]|[ivx]{1,4})(?![^\W_]))|\s?(?:bis|hs|huis|hoog|zw|rd|bus\s?\d{1,3}|app\.?\s?\d{1,4}"
    r"|[a-z](?![^\W_]))){0,2}(?![\w])(?![.,:]\d))"
)
_STREET_WITHOUT_NUMBER = re.compile(
    r"(?i)(?<!\w)(?P<street>[^\W\d_]{3,30}(?:straat|laan|weg|plein|gracht|kade|plantsoen|singel|dreef))(?!\w)"
)
_POSTCODE = re.compile(r"(?<![\w])(?P<digits>[1-9]\d{3})(?P<gap>\s?)(?P<letters>[A-Za-z]{2})(?![^\W_])")
_LEFT = re.compile(r"(?:(?<=\s)|(?<=^)|(?<=[(,:]))(?P<word>[^\W\d_]+(?:['’.\-][^\W\d_]*)*)\s+$")
_PARTS = frozenset(
    ["van", "der", "den", "de", "het", "ten", "ter", "vd", "v", "d", "von", "la", "le", "du", "el", "da", "di", "'s"]
)
_MOST_PARTS = 4
_REACH = 40
_ALMERE = range(1300, 1366)
_CAPITAL_BEFORE = re.compile(r"(?<![.!?:]\s)(?<!\w)[A-Z][^\W\d_]{2,}\s$")
_OFFICIALLY_UNUSED = frozenset(["sa", "sd", "ss"])
# Any words and a number, when a postcode follows: 'Wold 15-22, almere, 8225 KA'.
_AFTER_HOUSE = re.compile(r"[\s,]{1,3}(?:almere[\s,]{1,3})?[1-9]\d{3}\s?[A-Za-z]{2}(?!\w)")


class AddressFinder:
    """Finds addresses of people; `kept` places are those of schools and of the Steunpunt."""

    def __init__(self, rules: Rules, lexicon: Lexicon) -> None:
        """Compile the endings of street names."""
        streets = rules.streets
        self._lexicon = lexicon
        self._never = frozenset(map(fold_name, streets.never))
        endings = _any((*streets.sure, *streets.unsure))
        self._sure = tuple(map(fold_name, streets.sure))
        self._street = re.compile(
            rf"(?i)(?<![^\W_])(?:(?:de|het)\s(?=(?-i:[A-Z])))?(?P<street>[^\W\d_][\w'’.\-]{{0,30}}?(?:{endings})|(?-i:[A-Z][^\W\d_]+)\s(?:{endings})|(?:hof|plein|laan|weg|park|baan)\s+(?:van|der|de)\s+(?:de\s|het\s)?[^\W\d_]+)\.?,?\s+(?:nr\.?\s|nummer\s|huisnummer\s)?{_NUMBER}"
        )
        # Words and a number before a postcode are an address, whatever the words: 'grote markt 158, 1315 JA'.
        self._before_postcode = re.compile(
            rf"(?i)(?<![^\W_])(?P<street>(?!(?:{_any(streets.no_part)})\s)(?:[^\W\d_]{{2,20}}\s)?[^\W\d_]{{3,30}})\s+{_NUMBER}(?={_AFTER_HOUSE.pattern})"
        )
        self._living = re.compile(rf"(?i)(?<!\w)(?:{_any(streets.living)})(?!\w)")
        self._address_word = re.compile(r"(?i)(?<!\w)(?:(?:woon|huis|thuis|post)?adres|postcode)(?!\w)")
        self._no_house = re.compile(rf"(?i)\s?(?:{_any(streets.not_a_house)})(?!\w)")
        living = r"(?:woon|wonen|woont|verhuisd|verhuizen|adres|huisadres|woonadres|address|mieszkam|habite|wohne|vivo)"
        street = r"(?P<street>[^\W\d_][^\W\d_'’.\-]+(?:\s[^\W\d_]+){0,3})"
        self._lives = re.compile(
            rf"(?i)(?<!\w){living}\s?(?:is\s|wordt\s|naar\s|ons\s|nu\s)?(?:op\s|aan\s|in\s|at\s|na\s|ul\.?\s|:\s*)?(?:de\s|het\s)?{street}\s+{_NUMBER}"
        )
        # 'we wonen sinds kort met zijn drieën op parelduiker 4'
        self._lives_there = re.compile(
            rf"(?i)(?<!\w){living}\s(?:[^\W\d_]+\s){{1,5}}?(?:op|aan|in|naar)\s(?:de\s|het\s)?(?P<street>[^\W\d_][^\W\d_'’.\-]{{3,}}(?:\s[^\W\d_]+)?)\s+{_NUMBER}"
        )
        # 'parelduiker 4 in almere', 'havenkant 9, haven'
        towns = rf"(?:almere|lelystad|{_any(streets.towns)})"
        self._in_town = re.compile(
            rf"(?i)(?<![^\W_])(?P<street>[^\W\d_][^\W\d_'’.\-]{{3,30}})\s+{_NUMBER}(?=,?\s+(?:in\s|te\s)?{towns}(?!\w))"
        )

    def streets(self, text: str, kept: frozenset[int]) -> Iterator[Span]:
        """Yield streets with a number, and streets after 'ik woon in de'."""
        for match in self._street.finditer(text):
            if self._is_address(text, match) and not self._stays(text, match, kept):
                yield Span(self._start(text, match.start()), match.end(), "adres")
        for match in (*self._lives.finditer(text), *self._lives_there.finditer(text), *self._in_town.finditer(text)):
            if self._no_house.match(text, match.end()) or match.start("street") in kept:
                continue
            words = [fold_name(word) for word in match["street"].split()]
            is_name = any(not self._lexicon.is_word(w) and w not in _PARTS for w in words)
            if is_name and not any(place in kept for place in range(match.start("street"), match.end("street"))):
                yield Span(match.start("street"), match.end(), "adres")
        for match in self._before_postcode.finditer(text):
            if match.start("street") not in kept and match.start("number") not in kept:
                yield Span(match.start("street"), match.end("number"), "adres")
        for match in _STREET_WITHOUT_NUMBER.finditer(text):
            before = text[max(0, match.start() - _REACH) : match.start()]
            close = re.search(
                r"(?i)(?:woon|wonen|woont|verhuisd|verhuizen)\s(?:we\s|wij\s|ik\s|nu\s)?(?:op|aan|in|naar)\s(?:de\s|het\s)?(?:[^\W\d_]+\s){0,3}$",
                before,
            )
            if close and fold_name(match["street"]) not in self._never and not self._lexicon.is_word(fold_name(match["street"])):
                yield Span(self._start(text, match.start()), match.end(), "adres")

    def postcodes(self, text: str, kept: frozenset[int]) -> Iterator[Span]:
        """Yield postcodes, also in small letters."""
        for match in _POSTCODE.finditer(text):
            letters = match["letters"].lower()
            if match.start() in kept or letters in _OFFICIALLY_UNUSED:
                continue
            before = text[max(0, match.start() - _REACH) : match.start()]
            cue = (
                re.search(r"(?i)post\s?code|zip|pc\b", before)
                or self._living.search(before)
                or re.search(r"\d[\s,]{1,3}(?:[Aa]lmere[\s,]{1,3})?$", before)
            )
            almere = int(match["digits"]) in _ALMERE
            written = match["letters"].isupper() and not text.isupper()
            word = bool(match["gap"]) and self._lexicon.is_word(letters) and not written
            year = match["digits"][:2] in ("19", "20")
            if (
                (cue and not (year and word))
                or (almere and not word)
                or (not word and not year and (written or not match["gap"]))
                or (written and year and cue)
            ):
                yield Span(match.start(), match.end(), "postcode")

    def _is_address(self, text: str, match: re.Match[str]) -> bool:
        """Tell whether a word and a number are street and house."""
        if self._no_house.match(text, match.end()):
            return False
        street = fold_name(match["street"])
        last = re.split(r"[\s.]", street)[-1]
        if last in self._never:
            return False
        alone = last in self._sure or not last.endswith(self._sure)
        before = text[max(0, match.start() - _REACH) : match.start()]
        after = text[match.end() : match.end() + _REACH]
        marked = bool(self._living.search(before) or self._address_word.search(after) or _AFTER_HOUSE.match(text, match.end()))
        capital = match["street"][0].isupper() and match.start() > 0
        if capital and _CAPITAL_BEFORE.search(before):
            return True  # 'Grote Markt 112'
        if " " in street:
            return capital or marked
        if alone and not marked:
            # 'park 5', 'Buitenmark 12': only the second, and 'Louis Armstrong weg 5' by the name before it
            return match["street"][0].isupper() and not self._lexicon.is_word(last) and len(last) > 4
        if self._lexicon.is_word(last) and not marked:
            return last.endswith(("straat", "laan", "plein", "kade", "gracht")) and last not in self._sure
        return True

    def _stays(self, text: str, match: re.Match[str], kept: frozenset[int]) -> bool:
        """Tell whether it is the address of a school, and nobody says that he lives there."""
        if match.start("number") not in kept:
            return False
        before = text[max(0, match.start() - _REACH) : match.start()]
        return re.search(r"(?i)(?<!\w)(?:ik woon|wij wonen|we wonen|mijn adres|ons adres)(?!\w)", before) is None

    def _start(self, text: str, start: int) -> int:
        """Return where a street of several words starts: 'jan van der Heijdenstraat', 'Tom Poesstraat'."""
        for _ in range(_MOST_PARTS):
            match = _LEFT.search(text[:start])
            if match is None:
                break
            word = match["word"]
            folded = fold_name(word.strip(".-"))
            opens = match.start() == 0 or text[: match.start()].rstrip()[-1:] in (".", "!", "?", "\n", ":")
            curated = self._lexicon.is_curated(folded)
            name = self._lexicon.is_known(folded) and (curated or not self._lexicon.is_very_common(folded))
            capital = (
                word[0].isupper()
                and (not opens or name or not self._lexicon.is_word(folded))
                and not self._lexicon.is_very_common(folded)
            )
            part = folded in _PARTS and self._has_name_before(text[: match.start()])
            if not (capital or name or part):
                break
            start = match.start()
        return start

    def _has_name_before(self, text: str) -> bool:
        """Tell whether a name goes on before 'van der': else it is 'in de'."""
        words = text.split()
        while words and fold_name(words[-1]) in _PARTS:
            words.pop()
        if not words:
            return False
        folded = fold_name(words[-1].strip(".-,"))
        return (self._lexicon.is_known(folded) and (self._lexicon.is_curated(folded) or not self._lexicon.is_word(folded))) or (
            words[-1][0].isupper() and len(words) > 1 and not self._lexicon.is_word(folded)
        )


def address_pattern(street: str, number: str, postcode: str | None) -> re.Pattern[str]:
    """Return a pattern for an address that stays, with or without its postcode."""
    tail = rf"(?:,?\s+{postcode[:4]}\s?{postcode[-2:]}(?!\w))?" if postcode else ""
    words = r"\s+".join(map(re.escape, street.split()))
    return re.compile(rf"(?<!\w){words}\s+{re.escape(number)}(?![\w\-]){tail}", re.IGNORECASE)


def known_places(text: str, patterns: Iterable[re.Pattern[str]]) -> frozenset[int]:
    """Return every place of the text that an address that stays covers."""
    return frozenset(place for pattern in patterns for m in pattern.finditer(text) for place in range(m.start(), m.end()))
