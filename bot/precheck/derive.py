"""What certainly follows from the answers together: sector, enrolment, first school, traits."""

from __future__ import annotations

from bot.precheck.finding import EDGE, Finding, agree, ask, no, yes
from bot.precheck.profile import Profile, Trait

# No child under 10 is in secondary school and no one of 16 in primary school (a pupil leaves it at 14 at the latest).
OLDEST_SURELY_PRIMARY = 9
YOUNGEST_SURELY_PAST_PRIMARY = 16
# A child without any school has no group to go by; up to 10 it belongs in primary, from 13 in secondary education.
UNENROLLED_PRIMARY, UNENROLLED_SECONDARY = 10, 13


def sector(profile: Profile, wanted: str) -> Finding:
    """Tell whether the child belongs in `po` or `vo`; `seen` is the other sector when it does not."""
    primary = (
        profile.onderwijs == "po"
        or profile.groep is not None
        or profile.schoolsoort in ("sbo", "so")
        or (profile.leeftijd is not None and profile.leeftijd <= OLDEST_SURELY_PRIMARY)
    )
    secondary = profile.onderwijs == "vo" or profile.leerjaar is not None or profile.schoolsoort in ("vso", "pro")
    past_primary = profile.leeftijd is not None and profile.leeftijd >= YOUNGEST_SURELY_PAST_PRIMARY
    if profile.onderwijs == "geen" and profile.leeftijd is not None:
        primary = primary or profile.leeftijd <= UNENROLLED_PRIMARY
        secondary = secondary or profile.leeftijd >= UNENROLLED_SECONDARY
    missing = ("leeftijd",) if profile.onderwijs == "geen" else ("onderwijs",)
    if wanted == "po":
        return agree(primary, secondary or past_primary, *missing, seen="po" if primary else "vo")
    if past_primary and primary:
        return EDGE
    return agree(secondary, primary, *missing, seen="po" if primary else "vo")


def vo_or_last_group(profile: Profile) -> Finding:
    """Tell whether the child is in secondary education or in groep 8, on its way there."""
    secondary = sector(profile, "vo")
    if secondary.value is not False:
        return secondary
    # An eight-year-old in groep 8 does not exist as far as we know: that clash is for the parent to settle.
    surely_younger = profile.leeftijd is not None and profile.leeftijd <= 8
    other_group = profile.groep is not None and profile.groep != 8
    return agree(profile.groep == 8, surely_younger or other_group, "groep", seen=profile.groep)


def enrolled(profile: Profile) -> Finding:
    """Tell whether the child is enrolled at a school; `seen` is `geen` when it is not."""
    at_school = (
        profile.onderwijs in ("po", "vo")
        or profile.schoolsoort is not None
        or (profile.onderwijs is None and (profile.groep is not None or profile.leerjaar is not None))
    )
    return agree(at_school, profile.onderwijs == "geen", "onderwijs", seen=profile.onderwijs)


def regular_secondary(profile: Profile) -> Finding:
    """Tell whether the child is enrolled at a regular secondary school (a place at the OPDC comes with that)."""
    place = vo_or_last_group(profile)
    if place.value is False or profile.onderwijs == "geen":
        return no()
    if place.seen == 8:
        return EDGE
    if profile.schoolsoort is not None:
        return agree(profile.schoolsoort in ("regulier", "opdc") and place.value is True,
                     profile.schoolsoort not in ("regulier", "opdc"), *place.missing)  # fmt: skip
    return ask(*place.missing, "schoolsoort")


def first_school(profile: Profile) -> bool | None:
    """Tell whether this is the child's first school; None when unknown or when answers clash.

    Who had help at school, sits in groep 2 or higher, or is 7 or older in primary school, goes to school already.
    """
    already = (
        profile.eerste_school is False
        or (profile.extra_ondersteuning_maanden or 0) > 0
        or profile.opp == "verouderd"
        or (profile.groep or 0) >= 2
        or profile.leerjaar is not None
        or profile.onderwijs == "vo"
        or profile.schoolsoort is not None
        or (profile.onderwijs == "po" and (profile.leeftijd or 0) >= 7)
    )
    if bool(profile.eerste_school) == already:
        return None
    return not already


def trait(profile: Profile, name: Trait) -> bool | None:
    """Tell whether a trait applies: told, denied, or unknown (also when both)."""
    told = name in (profile.kenmerken or ())
    if name == "leerachterstand" and (profile.leerachterstand_jaren or 0) > 0:
        told = True
    denied = name in (profile.geen_kenmerken or ())
    return None if told == denied else told


def any_trait(profile: Profile, *names: Trait) -> Finding:
    """Tell whether at least one trait applies; not, when every one is denied."""
    values = [trait(profile, name) for name in names]
    if True in values:
        return yes()
    if all(value is False for value in values):
        return no()
    return ask("kenmerken")


def all_traits(profile: Profile, *names: Trait) -> Finding:
    """Tell whether every trait applies; not, when one is denied."""
    values = [trait(profile, name) for name in names]
    if False in values:
        return no()
    return yes() if all(values) else ask("kenmerken")
