"""Dates that name a day or a month: '3 november', '3-11-2026', 'begin november'."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from bot.deadlines.calendar import add_months
from bot.deadlines.found import Expect, FoundDate
from bot.deadlines.vocabulary import NUMBER, ORDINAL, month_of, number, weekday_of

_YEAR = (
    r"(?:\s*,?\s*(?:van\s+)?(?:(?P<year>(?:19|20)\d{2})|'(?P<short>\d{2})|"
    r"(?P<named>vorig|dit|volgend|afgelopen)\s+jaar)\b)"
)
_TWO_DIGITS = r"(?:\s+(?P<bare>\d{2})(?![\d:.-])(?!\s*(?:uur|weken|dagen|keer|jaar|maanden)))"
_LAST = r"(?P<last>jl|j\.l|jongstleden|laatstleden)\b\.?"
_NEXT = r"(?P<next>a\.s|as|aanstaande|eerstkomende)\b\.?"

_ISO = re.compile(r"(?<!\d)(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?!\d)")
_FULL = re.compile(
    r"(?<![\d/-])(?P<day>\d{1,2})\s?(?P<sign>[-/.])\s?(?P<month>\d{1,2})\s?(?P=sign)\s?'?(?P<year>\d{4}|\d{2})(?![\d/-]|\.\d)"
)
_SHORT = re.compile(rf"(?<![\d/.,-])(?P<day>\d{{1,2}})\s?[-/]\s?(?P<month>\d{{1,2}})(?![\d/-]|[.,]\d){_YEAR}?")
_DOTTED = re.compile(
    r"(?:\b(?:op|per|sinds|vanaf|dd\.?|d\.d\.?)\s+)(?P<whole>(?P<day>\d{1,2})\.(?P<month>\d{1,2}))(?![\d.])"
)
_DAY_OF_MONTH = re.compile(
    rf"(?:\b(?P<year_before>vorig|dit|volgend)\s+jaar\s+(?:op\s+)?)?(?:\b(?P<weekday>[a-z]{{2,10}})\.?\s+(?:de\s+)?)?(?<![\d.,])\b(?P<day>{ORDINAL}|{NUMBER})(?:\s+(?:van\s+)?|(?<=\d))"
    rf"(?P<month>[a-z]{{3,11}})\b\.?(?:{_YEAR}|{_TWO_DIGITS})?(?:\s+(?:{_LAST}|{_NEXT}))?"
)
_TWO_DAYS = re.compile(rf"\b{NUMBER}\s*(?:of|a|/)\s*(?P<day>{NUMBER})\s+(?P<month>[a-z]{{3,11}})\b{_YEAR}?")
_PART = r"(?P<part>begin|start|half|halverwege|midden|medio|eind|einde|eerste week|laatste week|tweede week|derde week)"
_MONTH = re.compile(
    rf"\b(?:{_PART}\s+(?:van\s+)?(?:de\s+maand\s+)?)?(?P<month>[a-z]{{3,11}})\b{_YEAR}?(?:\s+(?:{_LAST}|{_NEXT}))?"
)
_DAY_ALONE = re.compile(
    r"\b(?:de\s+)(?P<day>[12]?\d(?:ste|de|e)|3[01](?:ste|e))"
    r"(?:\s+(?:van\s+)?(?P<which>deze|vorige|afgelopen|volgende)\s+maand)?(?!\s*[a-z]+\s*(?:klas|groep))"
    r"(?!\s+(?:klas|groep|keer|week|jaar|leerjaar|maand|school|les|brief|dag))\b"
)
_PARTS = {
    "begin": (1, 10), "start": (1, 10), "half": (11, 20), "halverwege": (11, 20), "midden": (11, 20), "medio": (11, 20),
    "eind": (21, 31), "einde": (21, 31), "eerste week": (1, 7), "tweede week": (8, 14), "derde week": (15, 21),
    "laatste week": (24, 31),
}  # fmt: skip


def full_dates(text: str, today: date, expect: Expect) -> Iterator[FoundDate]:
    """Find dates in figures with a year."""
    for pattern in (_ISO, _FULL):
        for match in pattern.finditer(text):
            year = _year(match["year"])
            yield _with_year(match.span(), int(match["day"]), int(match["month"]), year, today, expect)


def day_and_month_numbers(text: str, today: date, expect: Expect) -> Iterator[FoundDate]:
    """Find '3-11' and '3/11'; '3.11' only after a word such as 'op', for it may be a number."""
    for match in _SHORT.finditer(text):
        day, month = int(match["day"]), int(match["month"])
        if 1 <= day <= 31 and 1 <= month <= 12:
            yield _resolve(match.span(), day, month, _given_year(match, today), today, expect)
    for match in _DOTTED.finditer(text):
        day, month = int(match["day"]), int(match["month"])
        if 1 <= day <= 31 and 1 <= month <= 12:
            yield _resolve(match.span("whole"), day, month, None, today, expect)


def days_of_months(text: str, today: date, expect: Expect) -> Iterator[FoundDate]:
    """Find '3 november', 'maandag 9 nov. 2026', 'de 3e van november', '12 november jl.'."""
    for match in _TWO_DAYS.finditer(text):
        if month_of(match["month"]):
            yield _found(match.span(), None, "vague")
    for match in _DAY_OF_MONTH.finditer(text):
        month = month_of(match["month"])
        exact_word = match["month"] not in ("mar", "may", "mart", "june", "july")
        if month is None or (match["day"] == "een" and not (exact_word and len(match["month"]) > 3)):
            continue
        weekday = weekday_of(match["weekday"] or "", short=True)
        leading = weekday is not None or match["year_before"]
        start = match.start() if leading else match.start("day")
        day = number(match["day"])
        yield _one_day((start, match.end()), match, day, month, weekday, today, expect)


def months(text: str, today: date, expect: Expect) -> Iterator[FoundDate]:
    """Find a month without a day: 'begin november', 'sinds september'."""
    for match in _MONTH.finditer(text):
        month = month_of(match["month"])
        # Without "begin" or "half" only the full name counts: "mar", "jun" and typing errors are too often other words.
        if month is None or (not match["part"] and (len(match["month"]) < 4 and match["month"] != "mei")):
            continue
        year = _given_year(match, today) or _month_year(month, match, today, expect)
        first, last = _PARTS.get(match["part"] or "", (1, 31))
        length = monthrange(year, month)[1]
        period = (date(year, month, first), date(year, month, min(last, length)))
        yield _found(match.span(), None, "vague", period=period)


def days_alone(text: str, today: date, expect: Expect) -> Iterator[FoundDate]:
    """Find 'de 12e' (vague) and 'de 12e van deze maand'."""
    for match in _DAY_ALONE.finditer(text):
        if not match["which"]:
            yield _found(match.span(), None, "vague")
            continue
        shift = {"deze": 0, "volgende": 1}.get(match["which"], -1)
        month = add_months(today.replace(day=1), shift)
        yield _with_year(match.span(), number(match["day"]), month.month, month.year, today, expect)


def place(span: tuple[int, int], value: date, today: date, expect: Expect) -> FoundDate:
    """Return a known date: `future` when it lies ahead where a past date was expected."""
    return _found(span, value, "future" if expect == "past" and value > today else "exact")


def _found(span: tuple[int, int], value: date | None, certainty: str, **more: object) -> FoundDate:
    return FoundDate(span[0], span[1], value, "", certainty, **more)  # type: ignore[arg-type]


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _given_year(match: re.Match[str], today: date) -> int | None:
    parts = match.groupdict()
    if named := parts.get("named") or parts.get("year_before"):
        return today.year + {"dit": 0, "volgend": 1}.get(named, -1)
    written = parts.get("year") or parts.get("short") or parts.get("bare")
    return _year(written) if written else None


def _month_year(month: int, match: re.Match[str], today: date, expect: Expect) -> int:
    ahead = month > today.month
    if match["next"] or (expect == "future" and not match["last"]):
        return today.year if month >= today.month else today.year + 1
    return today.year - 1 if ahead else today.year


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _with_year(
    span: tuple[int, int], day: int, month: int, year: int, today: date, expect: Expect, weekday: int | None = None
) -> FoundDate:
    value = _date(year, month, day)
    if value is None:
        return _found(span, None, "impossible")
    if weekday is not None and value.weekday() != weekday:
        return _found(span, None, "vague", candidates=(value,))
    return place(span, value, today, expect)


def _one_day(
    span: tuple[int, int],
    match: re.Match[str],
    day: int,
    month: int,
    weekday: int | None,
    today: date,
    expect: Expect,
) -> FoundDate:
    year = _given_year(match, today)
    if year is None and (match["last"] or match["next"]):
        value = _date(today.year, month, day)
        if value is not None:
            behind = value <= today
            year = today.year + (0 if bool(match["last"]) == behind else -1 if match["last"] else 1)
    return _resolve(span, day, month, year, today, expect, weekday)


def _resolve(
    span: tuple[int, int],
    day: int,
    month: int,
    year: int | None,
    today: date,
    expect: Expect,
    weekday: int | None = None,
) -> FoundDate:
    """Return a day of a month; without a year this year's, when it lies on the expected side of today."""
    if year is not None:
        return _with_year(span, day, month, year, today, expect, weekday)
    # A leap year lies within four years on either side: a day that exists in none of these exists never.
    years = sorted(range(today.year - 4, today.year + 5), key=lambda other: abs(other - today.year))
    possible = [value for other in years if (value := _date(other, month, day)) is not None]
    if not possible:
        return _found(span, None, "impossible")
    fitting = [value for value in possible if weekday is None or value.weekday() == weekday]
    this_year = _date(today.year, month, day)
    if this_year is not None and this_year in fitting and (this_year <= today) == (expect == "past"):
        return _found(span, this_year, "exact")
    near = sorted(fitting or possible, key=lambda value: abs((value - today).days))[:2]
    return _found(span, None, "needs_year", candidates=tuple(sorted(near)))
