"""Read answers from what a parent types: to the question that was asked, and to any other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from bot.deadlines.dutch import find_ages, find_durations, find_school_years
from bot.knowledge.profile_fields import FieldInfo
from bot.knowledge.spelling import fold
from bot.precheck import PrecheckData
from bot.precheck_dialogue.options import Cue, PrecheckOptions
from bot.precheck_dialogue.phrases import Hit, find_phrases, has_phrase, is_phrase, sentences, words
from bot.precheck_dialogue.told import DENIED, Told

_NOT_THIS = re.compile(r"\b(?:niet|geen|ipv|i\.p\.v\.|in plaats van|was|pas)\s*$")
_IQ = re.compile(r"\biq\b\D{0,20}(\d{2,3})\b")
_NUMBER = re.compile(r"(?<![\d,.])(\d{1,3})(?:[.,](\d))?(?![\d,.]*\d)")
_YEARS = re.compile(r"\b(\d{1,2}(?:[.,]\d)?|een|twee|drie|vier|vijf|anderhalf)\s*(?:jaar|jaren|jr)\b")
_YEAR_WORDS = {"een": 1, "twee": 2, "drie": 3, "vier": 4, "vijf": 5, "anderhalf": 1.5}
_IQ_RANGE = (30, 160)
MONTHS_A_YEAR = 12


def read_story(text: str, today: date, data: PrecheckData, options: PrecheckOptions) -> list[Told]:
    """Return what a text tells about a child, whatever was asked; two different values for one field give none."""
    found = [*_ages(text), *_school_years(text), *_lengths(text, today, options)]
    if match := _IQ.search(fold(text)):
        found += _within([Told("iq", float(match[1]))], _IQ_RANGE)
    found += _cues(text, options.cues, lambda cue: cue.said, data)
    return _agreed(found)


def read_answer(field: str, text: str, today: date, data: PrecheckData, options: PrecheckOptions) -> list[Told]:
    """Return the answer to the question about `field` in a text, or nothing; other fields are for `read_story`."""
    info = data.fields[field]
    if info.kind == "yes_no":
        return _cued(field, text, data, options) or _yes_or_no(field, text, options)
    if info.kind == "multi":
        return _several(field, info, text, data, options)
    if any(year.options for year in find_school_years(text)) and field == "groep":
        return []  # "groep 7/8": which one is for the parent to say
    if info.kind == "number":
        return _number(field, text, today, options) or _cued(field, text, data, options)
    return _cued(field, text, data, options)


def chosen_options(field: str, text: str, data: PrecheckData) -> list[Told]:
    """Return the options of a question when a text is nothing but their labels: what the widget sends for ticked boxes."""
    options = data.fields[field].options
    rest, chosen = fold(text), []
    # The longest label first: one label may be part of another, and labels hold commas themselves.
    for option in sorted(options, key=lambda option: -len(option.label)):
        label = fold(option.label)
        if label in rest:
            rest = rest.replace(label, "", 1)
            chosen.append(option.value)
    if not chosen or rest.strip(" ,"):
        return []
    if data.fields[field].kind == "multi":
        ordered = [option.value for option in options if option.value in chosen]
        return [Told(field, ordered, whole=field == "kenmerken")]
    return [Told(field, chosen[0])] if len(chosen) == 1 else []


def yes_or_no(text: str, options: PrecheckOptions) -> bool | None:
    """Return what a bare 'ja' or 'nee' at the start of a text says; None when there is none."""
    for value, phrases in ((False, options.said_no), (True, options.said_yes)):
        if is_phrase(text, phrases):
            return value
    first = words(text)[:1]
    if first and first[0].text in ("ja", "jawel", "jazeker", "jep"):
        return True
    return False if first and first[0].text in ("nee", "neen") else None


def _yes_or_no(field: str, text: str, options: PrecheckOptions) -> list[Told]:
    value = yes_or_no(text, options)
    return [] if value is None else [Told(field, value)]


def _ages(text: str) -> list[Told]:
    return [Told("leeftijd", age.value) for age in find_ages(text) if not _NOT_THIS.search(fold(text[: age.start]))]


def _school_years(text: str) -> list[Told]:
    found = []
    for year in find_school_years(text):
        if _NOT_THIS.search(fold(text[: year.start])):
            continue
        if year.groep is not None:
            found.append(Told("groep", year.groep))
        if year.leerjaar is not None:
            found.append(Told("leerjaar", year.leerjaar))
            if year.niveau:
                found.append(Told("niveau", list(year.niveau)))
    return found


def _lengths(text: str, today: date, options: PrecheckOptions) -> list[Told]:
    """Return how long a child is at home, or had extra help; a sentence that speaks of both tells neither."""
    found = []
    for sentence in sentences(text):
        home, help_at_school = has_phrase(sentence, options.home_words), has_phrase(sentence, options.help_words)
        lengths = [item for item in find_durations(sentence, today) if item.value_weeks is not None]
        if len(lengths) != 1 or home == help_at_school or _NOT_THIS.search(fold(sentence[: lengths[0].start])):
            continue
        weeks, months = lengths[0].value_weeks, lengths[0].months
        found.append(Told("weken_niet_naar_school", weeks) if home else Told("extra_ondersteuning_maanden", months))
    return found


def _cued(field: str, text: str, data: PrecheckData, options: PrecheckOptions) -> list[Told]:
    """Return the value of a field whose words, or whose label on the button, stand in an answer."""
    info = data.fields[field]
    if field.startswith("ondersteuning."):
        cues: list[Cue] = [Cue(field, value, alone=alone) for value, alone in options.support_words.items()]
    else:
        cues = [cue for cue in options.cues if cue.field == field]
    cues += [Cue(field, option.value, asked=(option.label,)) for option in info.options]
    whole = [Told(field, cue.value) for cue in cues if is_phrase(text, (*cue.said, *cue.asked, *cue.alone))]
    if whole:
        return _agreed(whole)
    # The longest phrase wins: "niet goed" says more than "goed", "so" is part of nothing.
    best: dict[Any, int] = {}
    for cue in cues:
        for hit in (*find_phrases(text, (*cue.said, *cue.asked)), *_alone(text, cue, options)):
            if not hit.denied:
                best[cue.value] = max(best.get(cue.value, 0), hit.end - hit.start)
    longest = [value for value, length in best.items() if length == max(best.values())]
    return [Told(field, longest[0])] if len(longest) == 1 else []


def _alone(text: str, cue: Cue, options: PrecheckOptions) -> list[Hit]:
    """Return where words of a cue stand that count only when the rest of the text says nothing."""
    found = words(text)
    return [
        hit
        for hit in find_phrases(text, cue.alone)
        if all(word.text in options.filler for word in (*found[: hit.start], *found[hit.end :]))
    ]


def _several(
    field: str, info: FieldInfo, text: str, data: PrecheckData, options: PrecheckOptions
) -> list[Told]:
    if is_phrase(text, options.none_words) or is_phrase(text, options.said_no):
        return [Told(field, [], whole=True)]
    if field == "niveau":
        levels = [level for year in find_school_years(text) for level in year.niveau]
        return [Told(field, list(dict.fromkeys(levels)))] if levels else []
    found: list[str] = []
    denied: list[str] = []
    cues = [cue for cue in options.cues if cue.field == field]
    cues += [Cue(field, option.value, asked=(option.label,)) for option in info.options]
    for cue in cues:
        for hit in (*find_phrases(text, (*cue.said, *cue.asked)), *_alone(text, cue, options)):
            (denied if hit.denied else found).append(str(cue.value))
    found = list(dict.fromkeys(found))
    if found:
        return [Told(field, found, whole=field == "kenmerken")]
    denied = list(dict.fromkeys(denied))
    return [Told(DENIED, denied)] if denied and field == "kenmerken" else []


def _number(field: str, text: str, today: date, options: PrecheckOptions) -> list[Told]:
    readers: dict[str, Callable[[], list[Told]]] = {
        "leeftijd": lambda: _ages(text) or _ages(_first_part(text)),
        "groep": lambda: _year(field, text) or _bare(field, text, (1, 8)),
        "leerjaar": lambda: _year(field, text) or _bare(field, text, (1, 6)),
        "weken_niet_naar_school": lambda: _weeks(text, today),
        "extra_ondersteuning_maanden": lambda: _months(text, today),
        "leerachterstand_jaren": lambda: _years(text, today),
        "iq": lambda: _bare("iq", text, _IQ_RANGE),
        "kan_in_groep_van": lambda: _bare("kan_in_groep_van", text, (1, 35)),
    }
    return _agreed(readers[field]())


def _first_part(text: str) -> str:
    """Return what stands before the first comma or 'en': '9, groep 5' begins with the answer."""
    return re.split(r",|\ben\b", text, maxsplit=1)[0]


def _year(field: str, text: str) -> list[Told]:
    return [item for item in _school_years(text) if item.field == field]


def _weeks(text: str, today: date) -> list[Told]:
    """Read weeks; a bare number is weeks, as the question asks them."""
    lengths = [item.value_weeks for item in find_durations(text, today) if item.value_weeks is not None]
    if lengths:
        return [Told("weken_niet_naar_school", length) for length in lengths]
    return _bare("weken_niet_naar_school", text, (0, 200))


def _months(text: str, today: date) -> list[Told]:
    """Read months of help; a bare number is not understood, for it may be weeks, months or years."""
    lengths = [item.months for item in find_durations(text, today) if item.months is not None]
    # "3 jaar" alone is an age for the grammar; here it is how long.
    lengths = lengths or [years * MONTHS_A_YEAR for years in _in_years(text)]
    return [Told("extra_ondersteuning_maanden", length) for length in lengths]


def _years(text: str, today: date) -> list[Told]:
    field = "leerachterstand_jaren"
    found = [Told(field, years) for years in _in_years(text)]
    months = [item.months for item in find_durations(text, today) if item.months is not None]
    return found or [Told(field, round(m / MONTHS_A_YEAR, 1)) for m in months] or _bare(field, text, (0, 12))


def _in_years(text: str) -> list[float]:
    return [_YEAR_WORDS.get(word) or float(word.replace(",", ".")) for word in _YEARS.findall(fold(text))]


def _bare(field: str, text: str, limits: tuple[float, float]) -> list[Told]:
    """Read the only number in a text."""
    numbers = _NUMBER.findall(fold(text))
    if len(numbers) != 1:
        return []
    whole, part = numbers[0]
    if part and field in ("groep", "leerjaar", "kan_in_groep_van"):
        return []
    return _within([Told(field, float(f"{whole}.{part}") if part else int(whole))], limits)


def _within(told: list[Told], limits: tuple[float, float]) -> list[Told]:
    return [item for item in told if limits[0] <= item.value <= limits[1]]


def _cues(
    text: str, cues: Iterable[Cue], phrases: Callable[[Cue], tuple[str, ...]], data: PrecheckData
) -> list[Told]:
    """Return the values whose words stand in a text; traits together, and those that are denied apart."""
    found: list[Told] = []
    several: dict[str, list[Any]] = {}
    for cue in cues:
        hits = list(find_phrases(text, phrases(cue)))
        told = any(not hit.denied for hit in hits)
        if data.fields[cue.field].kind != "multi":
            found += [Told(cue.field, cue.value)] if told else []
        elif told:
            several.setdefault(cue.field, []).append(cue.value)
        elif hits and cue.field == "kenmerken":
            several.setdefault(DENIED, []).append(cue.value)
    return found + [Told(field, values) for field, values in several.items()]


def _agreed(found: list[Told]) -> list[Told]:
    """Return what was told once, or the same more than once."""
    values: dict[str, list[Told]] = {}
    for item in found:
        values.setdefault(item.field, []).append(item)
    return [items[0] for items in values.values() if all(item.value == items[0].value for item in items)]
