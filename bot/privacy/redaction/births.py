"""Find dates of birth, and leave the dates of letters and decisions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.privacy.redaction.numbers import _any
from bot.privacy.redaction.rules import Rules
from bot.privacy.redaction.spans import Span

_MONTHS = (
    r"jan(?:uari|uary|vier|uar)?|feb(?:ruari|ruary|ruar)?|f[eé]v(?:rier)?|maart|mrt|mar(?:ch|s|zo)?|m[aä]rz|apr(?:il)?|abril|avril|mei|may|mai|mayo|jun[ie]?|juin|junio|jul[iy]?|juillet|julio|"
    r"aug(?:ustus|ust)?|ao[uû]t|agosto|sep(?:t|tember|tembre)?|septiembre|o[kc]t(?:ober|obre|ubre)?|nov(?:ember|embre|iembre)?|de[czs](?:ember|embre|iembre)?|d[eé]c(?:embre)?|"
    r"ocak|[sş]ubat|mart|nisan|may[iı]s|haziran|temmuz|a[gğ]ustos|eyl[uü]l|ekim|kas[iı]m|aral[iı]k|"
    r"stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|wrze[sś]nia|pa[zź]dziernika|listopada|grudnia"
)
_YEAR = r"(?P<year>(?:19|20)\d{2}|['’]?\d{2})"
_DATE = re.compile(
    rf"(?<![\d.,/\-])(?:(?P<y>(?:19|20)\d{{2}})[-/. ](?:0?[1-9]|1[0-2])[-/. ](?:[12]\d|3[01]|0?[1-9])"
    rf"|(?:[12]\d|3[01]|0?[1-9])(?:e|ste|de|st|nd|rd|th|\.)?\s?(?:\s?[-/.]\s?(?:0?[1-9]|1[0-2])\s?[-/.]\s?|\s+(?:0?[1-9]|1[0-2])\s+(?=\d{{4}})|[\s\-]+(?:de\s)?(?:{_MONTHS})\.?(?:\sde)?[\s\-]+){_YEAR})(?![\d]|[.\-/]\d)",
    re.IGNORECASE,
)
# Without a year, or without marks between: only right after a word such as 'geboren' or 'jarig'.
_DAY_OR_DIGITS = re.compile(
    rf"(?<![\d.,/\-])(?:(?:3[01]|[12]\d|0?[1-9])(?:e|ste|de)?\s(?:{_MONTHS})(?!\w)|(?:3[01]|[12]\d|0[1-9])(?:1[0-2]|0[1-9])(?:19|20)?\d{{2}}(?!\d)"
    rf"|(?:3[01]|[12]\d|0?[1-9])\s?[-/]\s?(?:1[0-2]|0?[1-9])(?![\d/\-]))",
    re.IGNORECASE,
)
_IN_WORDS = re.compile(
    rf"(?<!\w)(?:[^\W\d_]{{3,16}}|\d{{1,2}})\s(?:{_MONTHS})\s(?:twee\s?duizend|negentien\s?honderd|negentien|twintig)(?:\s?(?:en\s?)?[^\W\d_]*(?:tien|twintig|dertig|elf|twaalf|een|twee|drie|vier|vijf|zes|zeven|acht|negen))?(?!\w)",
    re.IGNORECASE,
)
_NEAR = 16
_HOLIDAY = re.compile(
    r"(?i)(?:(?:eerste|tweede|1e|2e)\s+(?:kerst|paas|pinkster)dag|kerst(?:avond|mis)?|oudejaars(?:avond|dag)|nieuwjaars(?:dag)?|koning(?:s|inne)dag|sinterklaas)\s+(?:van\s)?(?:19|20)\d{2}(?!\d)"
)
_REACH = 30
_OLDEST_PARENT_YEARS = 96
_YOUNGEST_CHILD_YEARS = 3
_CENTURY = 100


class BirthFinder:
    """Finds dates of birth."""

    def __init__(self, rules: Rules) -> None:
        """Compile the words before dates."""
        self._born = re.compile(rf"(?<!\w)(?:{_any(rules.number_cues.geboren)})(?!\w)", re.IGNORECASE)
        self._document = re.compile(rf"(?<!\w)(?:{_any(rules.number_cues.document)})(?!\w)", re.IGNORECASE)

    def find(self, text: str, this_year: int) -> Iterator[Span]:
        """Yield the dates of birth: those after 'geboren', and old ones that no letter or event goes with."""
        for match in _DATE.finditer(text):
            before = text[max(0, match.start() - _REACH) : match.start()]
            born = [m.end() for m in self._born.finditer(before)]
            document = [m.end() for m in self._document.finditer(before)]
            after = self._born.match(text[match.end() :].lstrip(" ,("))
            is_birth = bool(born and (not document or born[-1] >= document[-1]))
            if is_birth or after or (not document and self._is_old(match, this_year)):
                yield Span(match.start(), match.end(), "geboortedatum")
        for match in (*_IN_WORDS.finditer(text), *_DAY_OR_DIGITS.finditer(text)):
            if self._born.search(text[max(0, match.start() - _NEAR) : match.start()]):
                yield Span(match.start(), match.end(), "geboortedatum")
        for match in _HOLIDAY.finditer(text):
            if self._born.search(text[max(0, match.start() - _REACH) : match.start()]):
                yield Span(match.start(), match.end(), "geboortedatum")

    @staticmethod
    def _is_old(match: re.Match[str], this_year: int) -> bool:
        """Tell whether the year is that of a child or a parent."""
        year = int((match["y"] or match["year"]).lstrip("'’"))
        if year < _CENTURY:  # '3-11-16' and '3 november ’16': of this century, where that is not in the future
            year += this_year - this_year % _CENTURY - (_CENTURY if year > this_year % _CENTURY else 0)
        return this_year - _OLDEST_PARENT_YEARS <= year <= this_year - _YOUNGEST_CHILD_YEARS
