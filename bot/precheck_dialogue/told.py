"""What a parent told, and the profile after it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from bot.precheck import PrecheckData, Profile, parse_profile, with_answer
from bot.precheck.profile import Field, Support, value_of
from bot.precheck_dialogue.options import PrecheckOptions

DENIED = "geen_kenmerken"


class Told(msgspec.Struct, frozen=True):
    """One answer: a field of the profile (or `ondersteuning.<area>`, or `geen_kenmerken`) with its value.

    `whole`: a list of traits that answers the question which shows them all, so that the others do not apply.
    """

    field: Field
    value: Any
    whole: bool = False


def apply(profile: Profile, told: Iterable[Told], options: PrecheckOptions) -> Profile:
    """Return the profile with what was told; a later answer takes the place of an earlier one.

    Raises:
        ProfileError: a value does not fit its field.
    """
    for item in told:
        profile = _apply_one(profile, item)
        for field in options.excluded.get(item.field, ()):
            profile = forget(profile, field)
        for field, value in options.implied.get(item.field, {}).items():
            if value_of(profile, field) is None:
                profile = with_answer(profile, field, value)
    return profile


def forget(profile: Profile, field: Field) -> Profile:
    """Return the profile without an answer."""
    return with_answer(profile, field, None)


def clean(data: dict[str, Any], fields: PrecheckData) -> Profile:
    """Return the profile that was stored, without fields that no longer exist."""
    known = {name.partition(".")[0] for name in fields.fields} | {DENIED}
    return parse_profile({name: value for name, value in data.items() if name in known})


def plain(profile: Profile) -> dict[str, Any]:
    """Return the profile as plain data, without what is unknown."""
    told: dict[str, Any] = msgspec.to_builtins(profile)
    if isinstance(profile.ondersteuning, Support):
        told["ondersteuning"] = {k: v for k, v in told["ondersteuning"].items() if v is not None}
    known = {name: value for name, value in told.items() if value is not None}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in known.items()}


def _apply_one(profile: Profile, item: Told) -> Profile:
    if item.field == DENIED:
        denied = parse_profile({DENIED: item.value}).geen_kenmerken or ()
        told = tuple(trait for trait in profile.kenmerken or () if trait not in denied)
        every = tuple(dict.fromkeys((*(profile.geen_kenmerken or ()), *denied)))
        return msgspec.structs.replace(profile, kenmerken=told or None, geen_kenmerken=every)
    return with_answer(profile, item.field, item.value, rest_is_no=item.whole)
