"""Find lengths of time in a text: 'al 6 weken', 'een maandje of twee', 'sinds september'."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from bot.deadlines.dates import find_dates
from bot.deadlines.found import FoundDate, FoundDuration
from bot.deadlines.school_years import find_school_years
from bot.deadlines.vocabulary import NUMBER, NUMBERS, blank, number, prepare
from bot.knowledge.deadlines import SchoolHolidays

WEEKS_A_MONTH = 365.25 / 12 / 7
_DAYS = r"(?:school)?(?:dag(?:en|jes?)?|dgn)"
_WEEKS = r"(?:school|lesk?)?(?:weken|weekjes?|weeken|weken?n|week|wken|wkn|wk|wekn|wekne)"
_MONTHS = r"(?:maand(?:en|jes?)?|maan(?:den|de|dn)|mnd(?:en)?|mndn)"
_YEARS = r"(?:school)?(?:jaren|jaartjes?|jaar|jr)"
_UNIT = rf"(?P<unit>{_DAYS}|{_WEEKS}|{_MONTHS}|{_YEARS})\b\.?"
_MORE = r"ruim|meer dan|langer dan|dik(?:ke)?|goed|iets meer dan|al meer dan|al langer dan"
_LESS = r"bijna|net geen|nog geen|minder dan|korter dan|krap(?:pe)?|amper|hooguit|een kleine"
_ABOUT = r"ongeveer|circa|ca\.?|zo'n|zo een|rond(?:\s+de)?|plusminus|een stuk of|pakweg|denk ik"
_LEAST = r"minstens|minimaal|zeker|ten minste|op zijn minst|wel"
_MODIFIER = rf"(?:(?P<more>{_MORE})|(?P<less>{_LESS})|(?P<about>{_ABOUT})|(?P<least>{_LEAST}))\s+(?:de\s+)?"
# How far 'ruim' and 'bijna' lie from the number, in the unit itself.
_STEPS = {"day": 0.5, "week": 0.5, "month": 0.25, "year": 1 / 12}
_HALF = r"(?:half|halve|1/2|½)"
_JOINED = "|".join(f"{word}en(?:een)?hal(?:f|ve)" for word in NUMBERS if NUMBERS[word] < 13)
_AMOUNT = (
    rf"(?:(?P<joined>{_JOINED})|(?P<decimal>\d{{1,3}}[.,]\d)|(?P<whole>{NUMBER})(?:\s+en\s+(?:een\s+)?|(?<=\d)\s*)(?P<half>{_HALF})"
    rf"|(?:een\s+)?(?P<fixed>anderhal(?:f|ve)|{_HALF}|driekwart)"
    rf"|(?P<low>{NUMBER})\s*(?:a|of|tot|-|/|,|,?\s+misschien)\s*(?P<high>{NUMBER})|(?P<number>{NUMBER}))"
)
# "2 dagen per week" is how often, "over 2 weken" and "2 weken geleden" are dates.
_NOT_AFTER = r"(?!\s+(?:ge?leden|terug\b|per\b|in de (?:week|maand)|oud\b))"
_RANGE_OF = re.compile(
    rf"\b(?:{_MODIFIER})?een\s+{_UNIT}\s+of\s+(?P<number>{NUMBER})(?:,?\s*(?:a|of)?\s*(?P<high>{NUMBER}))?\b{_NOT_AFTER}"
)
_COUNTED = re.compile(rf"(?<!per )(?<!over )(?<![\d.,])\b(?:{_MODIFIER})?{_AMOUNT}[\s-]*{_UNIT}{_NOT_AFTER}")
_UNCOUNTED = re.compile(
    rf"\b(?:een\s+)?(?:paar|enkele|wat|meerdere|verschillende|heel wat|veel|vele)\s+{_UNIT}{_NOT_AFTER}"
    r"|\b(?:week|wek|maand|dag|jar)enlang\b|\b(?:al|sinds)\s+(?:weken|maanden|dagen|jaren)\b"
    r"|\b(?:al\s+)?(?:heel\s+|best\s+)?(?:een\s+tijdje?|een poos(?:je)?)\b(?!\s+geleden)"
)
_SINCE = re.compile(r"\b(?:sinds|vanaf|sedert)\s+(?:de\s+|het\s+|dit\s+|de maand\s+)?$")
_SINCE_INSIDE = re.compile(r"(?:sinds|vanaf|sedert)\b")
# "9 jaar" is an age unless a word says that it lasts.
_LASTS_BEFORE = re.compile(
    r"(?<!is )(?<!ben )(?<!wordt )"
    r"\b(?:al|reeds|sinds|duurt|duurde|gedurende|afgelopen|laatste|voor|binnen|na|om de|zit|wachten?)\s+$"
)
_LASTS_AFTER = re.compile(
    r"\s+(?:lang|thuis|niet|bezig|wachten|gewacht|op (?:een|de) wachtlijst|zonder|ziek|hulp|extra|duren)\b"
)


def find_durations(text: str, today: date, holidays: SchoolHolidays | None = None) -> list[FoundDuration]:
    """Return the lengths of time in `text`, in the order in which they stand there.

    A length that goes back to a date ('sinds 3 november', 'sinds de herfstvakantie') is counted to `today`; holidays
    count.
    """
    prepared = prepare(text)
    found: list[FoundDuration] = []
    for year in find_school_years(prepared):
        prepared = blank(prepared, year.start, year.end)
    for item in find_dates(text, today, holidays=holidays):
        before = _SINCE.search(prepared[: item.start])
        if before or _SINCE_INSIDE.match(prepared, item.start):
            found.append(_since(item, before.start() if before else item.start, today))
        prepared = blank(prepared, item.start, item.end)
    for rule in (_named, _numbered, _vague):
        for duration in list(rule(prepared)):
            if "\x00" not in prepared[duration.start : duration.end]:
                found.append(duration)
                prepared = blank(prepared, duration.start, duration.end)
    found.sort(key=lambda duration: duration.start)
    return [replace(item, text=text[item.start : item.end]) for item in _joined(found, text)]


def _named(text: str) -> Iterator[FoundDuration]:
    """Find 'een maandje of twee'."""
    for match in _RANGE_OF.finditer(text):
        low = float(number(match["number"]))
        high = float(number(match["high"])) if match["high"] else low
        yield _duration(match.span(), match["unit"], low, high, about=True)


def _numbered(text: str) -> Iterator[FoundDuration]:
    """Find 'al 6 weken', 'ruim anderhalve maand', '6 a 7 weken'."""
    age_end = -1
    for match in _COUNTED.finditer(text):
        low, high = _amount(match)
        unit = match["unit"]
        # "10 jaar en 3 maanden" is one age; "halve dagen" is how much of a day.
        rest_of_age = age_end >= 0 and text[age_end : match.start()].strip() == "en"
        part_of_day = match["fixed"] is not None and _kind(unit) == "day"
        if rest_of_age or part_of_day:
            continue
        if _is_age(match, text, low):
            age_end = match.end()
            continue
        step = _STEPS[_kind(unit)]
        if match["more"]:
            yield _duration(match.span(), unit, low + step, None, about=True, least=low)
        elif match["less"]:
            yield _duration(match.span(), unit, max(low - step, 0.0), low, about=True, least=max(low - 2 * step, 0.0))
        else:
            about = bool(match["about"] or match["least"] or high != low)
            yield _duration(match.span(), unit, low, None if match["least"] else high, about=about)


def _vague(text: str) -> Iterator[FoundDuration]:
    for match in _UNCOUNTED.finditer(text):
        yield FoundDuration(*match.span(), None, None, "", "vague")


def _amount(match: re.Match[str]) -> tuple[float, float]:
    if match["low"]:
        low, high = sorted((float(number(match["low"])), float(number(match["high"]))))
        return low, high
    if match["joined"]:
        word = re.sub(r"en(?:een)?hal(?:f|ve)$", "", match["joined"])
        amount = number(word) + 0.5
    elif match["decimal"]:
        amount = float(match["decimal"].replace(",", "."))
    elif match["half"]:
        amount = number(match["whole"]) + 0.5
    elif match["fixed"]:
        amount = {"anderhalf": 1.5, "anderhalve": 1.5, "driekwart": 0.75}.get(match["fixed"], 0.5)
    else:
        amount = float(number(match["number"]))
    return amount, amount


def _kind(unit: str) -> str:
    unit = unit.rstrip(".").removeprefix("school")
    if unit.startswith("d"):
        return "day"
    if unit.startswith("m"):
        return "month"
    return "year" if unit.startswith("j") else "week"


def _weeks(amount: float, unit: str) -> float:
    factor = {"day": 1 / 7, "week": 1.0, "month": WEEKS_A_MONTH, "year": WEEKS_A_MONTH * 12}[_kind(unit)]
    return round(amount * factor, 1)


def _duration(
    span: tuple[int, int], unit: str, value: float, high: float | None, about: bool, least: float | None = None
) -> FoundDuration:
    per_month = {"month": 1.0, "year": 12.0}.get(_kind(unit))
    weeks = _weeks(value, unit)
    return FoundDuration(
        *span,
        value_weeks=weeks,
        months=round(value * per_month, 2) if per_month else round(weeks / WEEKS_A_MONTH, 2),
        text="",
        certainty="about" if about else "exact",
        min_weeks=_weeks(value if least is None else least, unit),
        max_weeks=None if high is None else _weeks(high, unit),
    )


def _is_age(match: re.Match[str], text: str, amount: float) -> bool:
    if _kind(match["unit"]) != "year" or not 3 <= amount <= 21 or match["more"] or match["least"]:
        return False
    return not (_LASTS_BEFORE.search(text[: match.start()]) or _LASTS_AFTER.match(text[match.end() :]))


def _since(item: FoundDate, start: int, today: date) -> FoundDuration:
    if item.certainty == "exact" and item.value is not None:
        weeks = round((today - item.value).days / 7, 1)
        months = round(weeks / WEEKS_A_MONTH, 2)
        return FoundDuration(start, item.end, weeks, months, "", "exact", weeks, weeks)
    if item.period is None or item.period[0] > today:
        return FoundDuration(start, item.end, None, None, "", "vague")
    longest = round((today - item.period[0]).days / 7, 1)
    shortest = round(max((today - item.period[1]).days, 0) / 7, 1)
    return FoundDuration(start, item.end, longest, round(longest / WEEKS_A_MONTH, 2), "", "about", shortest, longest)


def _joined(found: list[FoundDuration], text: str) -> list[FoundDuration]:
    """Add up what 'en' joins: '1 jaar en 3 maanden'."""
    joined: list[FoundDuration] = []
    for item in found:
        last = joined[-1] if joined else None
        if last and text[last.end : item.start].strip().lower() == "en" and last.value_weeks and item.value_weeks:
            weeks = round(last.value_weeks + item.value_weeks, 1)
            months = round((last.months or 0.0) + (item.months or 0.0), 2)
            joined[-1] = replace(last, end=item.end, value_weeks=weeks, months=months, min_weeks=weeks, max_weeks=weeks)
        else:
            joined.append(item)
    return joined
