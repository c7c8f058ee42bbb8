"""Named conditions that only consistency.yml uses."""

from __future__ import annotations

from collections.abc import Callable

from bot.precheck.profile import Profile

# A child is usually 3 or 4 years older than its groep and 11 or 12 years older than its leerjaar; two or three years
# more or less happens (skipping, repeating, newcomers).
GROUP_GAP = range(1, 8)
YEAR_GAP = range(9, 16)
USUAL_IQ = (30, 160)


def _age_far_from_group(profile: Profile) -> bool:
    return bool(profile.leeftijd and profile.groep and profile.leeftijd - profile.groep not in GROUP_GAP)


def _age_far_from_year(profile: Profile) -> bool:
    return bool(profile.leeftijd and profile.leerjaar and profile.leeftijd - profile.leerjaar not in YEAR_GAP)


def _trait_told_and_denied(profile: Profile) -> bool:
    return bool(set(profile.kenmerken or ()) & set(profile.geen_kenmerken or ()))


def _unusual_iq(profile: Profile) -> bool:
    return profile.iq is not None and not USUAL_IQ[0] <= profile.iq <= USUAL_IQ[1]


CLASH_PREDICATES: dict[str, Callable[[Profile], bool]] = {
    "leeftijd_ver_van_groep": _age_far_from_group,
    "leeftijd_ver_van_leerjaar": _age_far_from_year,
    "kenmerk_wel_en_niet": _trait_told_and_denied,
    "iq_ongewoon": _unusual_iq,
}
