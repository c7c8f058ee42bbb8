"""Find telephone numbers, BSNs and bank accounts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import phonenumbers
from stdnum import iban
from stdnum.nl import bsn

from bot.privacy.redaction.rules import Rules
from bot.privacy.redaction.spans import Span

_IBAN = re.compile(r"(?<![^\W_])[A-Za-z]{2}\d{2}(?:[ .\-]?[A-Za-z0-9]){11,30}")
_DUTCH_IBAN = re.compile(r"(?<![^\W_])[Nn][Ll][ .]?\d{2}[ .\-]?[A-Za-z]{4}(?:[ .\-]?\d){10}(?!\d)")
_SHORTEST_IBAN, _LONGEST_IBAN = 15, 34
_BSN = re.compile(r"(?<![\d+])(?<!\d[.,])(?<!\d[ \-(])(?<!\d\) )\d(?:[ .\-]?\d){8}(?![ .\-]?\d)")
_BSN_WITH_CUE = re.compile(r"\D{0,20}?(\d(?:[ .\-]?\d){6,10})(?!\d)")
# '06-12345678', '+31(0)6 1234 5678', '(036) 531 23 45', '06/12345678'; at least 9 digits
_PHONE = re.compile(r"(?<![\w+])(?:\+|\(\+?)?\d(?:[\s().\-/\u2010-\u2015]{0,3}\d){7,15}(?!\w)")
# '(036) 53 12 345' without its area code, and a letter O for the first zero.
_LOCAL = re.compile(r"(?<![\w+.,\-/])5[2-5]\d(?:[ .\-]?\d){4}(?![\w]|[.,\-/]\d)")
_LETTER_O = re.compile(r"(?<!\w)[oO][ \-]?6(?:[ .\-]?\d){8}(?!\d)")
# In words: 'nul zes, een vier, acht zeven ...'; not a child that counts: 'een twee drie vier'.
_DIGIT = r"(?:nul|een|één|twee|drie|vier|vijf|zes|zeven|acht|negen|zero|one|two|three|four|five|six|seven|eight|nine)"
_SPELLED = re.compile(rf"(?i)(?<!\w)(?:nul|zero)(?:[\s,.\-]{{1,3}}(?:dubbel\s)?{_DIGIT}(?!\w)){{7,14}}")
_CUE_REACH = 40
_PUBLIC_PREFIXES = ("0800", "0900", "0906", "0909", "14036")


class NumberFinder:
    """Finds numbers that lead to a person."""

    def __init__(self, rules: Rules, own: Iterable[str]) -> None:
        """Know the numbers that stay: those of the Steunpunt and of help lines, as people write them."""
        cues = rules.number_cues
        self._bsn_cue = re.compile(rf"\b(?:{_any(cues.bsn)})\b", re.IGNORECASE)
        self._phone_cue = re.compile(rf"\b(?:{_any(cues.telefoon)})\b", re.IGNORECASE)
        self._local_cue = re.compile(rf"\b(?:{_any(cues.lokaal)})\b", re.IGNORECASE)
        self._number_cue = re.compile(rf"\b(?:{_any(cues.nummer)})\b", re.IGNORECASE)
        self._own = frozenset(national(re.sub(r"\D", "", number)) for number in own)

    def accounts(self, text: str) -> Iterator[Span]:
        """Yield bank accounts that pass their check, and Dutch ones with a typing error too."""
        for match in _DUTCH_IBAN.finditer(text):
            yield Span(match.start(), match.end(), "iban")
        for match in _IBAN.finditer(text):
            found = match[0]
            for end in range(len(found), _SHORTEST_IBAN - 1, -1):
                digits = re.sub(r"[ .\-]", "", found[:end])
                if (
                    found[end - 1].isalnum()
                    and _SHORTEST_IBAN <= len(digits) <= _LONGEST_IBAN
                    and iban.is_valid(digits, check_country=False)
                ):
                    yield Span(match.start(), match.start() + end, "iban")
                    break

    def citizens(self, text: str) -> Iterator[Span]:
        """Yield BSNs: what stands after the word, and every number of nine digits that passes the 11-test."""
        for cue in self._bsn_cue.finditer(text):
            if (match := _BSN_WITH_CUE.match(text, cue.end())) is not None:
                yield Span(match.start(1), match.end(1), "bsn")
        for match in _BSN.finditer(text):
            if bsn.is_valid(re.sub(r"\D", "", match[0])):
                yield Span(match.start(), match.end(), "bsn")

    def phones(self, text: str) -> Iterator[Span]:
        """Yield telephone numbers, Dutch and foreign."""
        for match in _PHONE.finditer(text):
            if self._is_phone(match[0], text[max(0, match.start() - _CUE_REACH) : match.start()]):
                yield Span(match.start(), match.end(), "telefoon")

        for match in (*_LETTER_O.finditer(text), *_SPELLED.finditer(text)):
            yield Span(match.start(), match.end(), "telefoon")
        for match in _LOCAL.finditer(text):
            if self._local_cue.search(text[max(0, match.start() - _CUE_REACH) : match.start()]):
                yield Span(match.start(), match.end(), "telefoon")

    def _is_phone(self, written: str, before: str) -> bool:
        """Tell whether digits are a telephone number, given what stands before them."""
        digits = re.sub(r"\D", "", written)
        if national(digits) in self._own or digits.startswith(_PUBLIC_PREFIXES):
            return False
        if written.lstrip("(").startswith("+") or digits.startswith("00"):
            return 9 <= len(digits) <= 17
        if re.fullmatch(r"0[1-9]\d{8}", digits):
            return True
        if re.fullmatch(r"31\d{9}|0031\d{9}|3106\d{8}", digits):
            return True
        if self._phone_cue.search(before):
            return 9 <= len(digits) <= 13
        if self._number_cue.search(before) and (digits[0] in "06" or _is_grouped(written)):
            return 9 <= len(digits) <= 13
        if re.fullmatch(r"6[1-9]\d{7}", digits):  # a mobile number without its 0: that could be any number, so ask the library
            return bool(re.search(r"[ \-]", written)) and _is_valid(digits)
        return digits.startswith("0") and 10 <= len(digits) <= 11 and len(re.findall(r"[./-]", written)) < 2


def national(digits: str) -> str:
    """Return the digits of a number as one dials it inside the country: '0031(0)36...' gives '036...'."""
    return re.sub(r"^(?:00)?310?(?=\d{9}$)", "0", digits)


def _is_grouped(written: str) -> bool:
    """Tell whether digits stand in groups as telephone numbers abroad do: '512 345 678', '0532 123 45 67'."""
    return re.fullmatch(r"\d{3,4}(?:[ \-]\d{2,4}){2,4}", written) is not None


def _is_valid(digits: str) -> bool:
    """Ask the library whether a number exists in the Netherlands."""
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(digits, "NL"))
    except phonenumbers.NumberParseException:
        return False


def _any(words: Iterable[str]) -> str:
    """Return a pattern for any of the words, the longest first."""
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=len, reverse=True))
