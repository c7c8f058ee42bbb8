"""Say answers in words: 9 jaar, groep 6, 6 weken niet of weinig naar school."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.precheck import PrecheckData, Profile
from bot.precheck.profile import Support
from bot.precheck.wording import words
from bot.precheck_dialogue.options import PrecheckOptions
from bot.precheck_dialogue.told import DENIED, Told


def in_words(field: str, value: Any, data: PrecheckData, options: PrecheckOptions) -> str:
    """Return an answer in words."""
    name = "kenmerken" if field == DENIED else field
    info = data.fields[name]
    if value in (0, [], ()) and not isinstance(value, bool) and field in options.told_none:
        return options.told_none[field]
    shown: Any = list(value) if isinstance(value, (list, tuple)) else value
    if info.kind == "number" and field != "leerachterstand_jaren":
        shown = round(value)
        if shown == 1 and field in options.told_one:
            return options.told_one[field]
    text = words(shown, info, "en")
    text = text[:1].lower() + text[1:] if info.kind in ("choice", "yes_no") and text[1:2].islower() else text
    if field == "wijk":
        text = str(value)
    return options.told.get(field, options.told_default).format(label=info.label, value=text)


def told_in_words(told: Iterable[Told], data: PrecheckData, options: PrecheckOptions) -> str:
    """Return answers in words, after one another."""
    return ", ".join(in_words(item.field, item.value, data, options) for item in told)


def told_of(profile: Profile) -> list[Told]:
    """Return what a profile holds, one answer after another; traits that do not apply are left out."""
    found: list[Told] = []
    for name in type(profile).__struct_fields__:
        value = getattr(profile, name)
        if isinstance(value, Support):
            areas = ((area, getattr(value, area)) for area in type(value).__struct_fields__)
            found += [Told(f"ondersteuning.{area}", level) for area, level in areas if level is not None]
        elif value not in (None, ()) and name != DENIED:
            found.append(Told(name, list(value) if isinstance(value, tuple) else value))
    return found
