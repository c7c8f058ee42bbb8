"""Named conditions of arrangements.yml that one field and one operator cannot say.

Each takes the profile and the criterion's `value` and returns a Finding. All are total, and more answers never turn
their 'no' into a 'yes' (tests/unit/test_precheck_properties.py).
"""

from __future__ import annotations

from collections.abc import Callable

from bot.knowledge.arrangements import Value
from bot.precheck import derive
from bot.precheck.finding import EDGE, Finding, agree, ask, no, yes
from bot.precheck.profile import Profile
from bot.precheck.support import needs_sbo, needs_sbo_plus, needs_so

Predicate = Callable[[Profile, Value], Finding]
HALF_A_YEAR = 6


def half_year(profile: Profile, value: Value = None) -> Finding:
    """Check half a year of extra help at school; at a first school a person decides."""
    months = profile.extra_ondersteuning_maanden
    if months is None:
        return ask("extra_ondersteuning_maanden")
    if months >= HALF_A_YEAR:
        return yes()
    return EDGE if profile.eerste_school else no()


def recent_plan(profile: Profile, value: Value = None) -> Finding:
    """Check for an OPP of at most a year old; at a first school a person decides."""
    if profile.opp is None:
        return ask("opp")
    if profile.opp == "recent":
        return yes()
    return EDGE if profile.eerste_school else no()


def half_year_for_tlv(profile: Profile, value: Value = None) -> Finding:
    """Check half a year of extra help, which a first school does not need."""
    months = profile.extra_ondersteuning_maanden
    if months is not None and months >= HALF_A_YEAR:
        return yes()
    return _unless_first_school(profile, known=months is not None, field="extra_ondersteuning_maanden")


def recent_plan_for_tlv(profile: Profile, value: Value = None) -> Finding:
    """Check for an OPP of at most a year old, which a first school does not need."""
    if profile.opp == "recent":
        return yes()
    return _unless_first_school(profile, known=profile.opp is not None, field="opp")


def _unless_first_school(profile: Profile, *, known: bool, field: str) -> Finding:
    first = derive.first_school(profile)
    if first:
        return yes()
    if not known:
        return ask(field)
    if first is False:
        return no()
    return EDGE if profile.eerste_school else ask("eerste_school")


def toddler(profile: Profile, value: Value = None) -> Finding:
    """Check for a kleuter: groep 1 or 2, or age 4 or 5."""
    age, group = profile.leeftijd, profile.groep
    young = (group is not None and group <= 2) or age in (4, 5)
    other = (group is not None and group >= 3) or (age is not None and not 4 <= age <= 7)
    return agree(young, other, "groep" if age is not None else "leeftijd", "groep")


def four_to_seven(profile: Profile, value: Value = None) -> Finding:
    """Check '4 tot 7 jaar' in a kleutergroep: 7 itself and groep 3 are for the coordinator."""
    age, group = profile.leeftijd, profile.groep
    other = (age is not None and not 4 <= age <= 7) or (group is not None and group >= 4)
    if not other and (age == 7 or (group == 3 and age is not None)):
        return EDGE
    return agree(age in (4, 5, 6), other, "leeftijd")


def autism_or_alike(profile: Profile, value: Value = None) -> Finding:
    """Check for ASS or comparable needs: without ASS it can still fit."""
    autism = derive.trait(profile, "ass")
    alike = profile.vergelijkbaar_met_ass
    missing = ("vergelijkbaar_met_ass",) if autism is False else ("kenmerken", "vergelijkbaar_met_ass")
    return agree(autism is True or alike is True, autism is False and alike is False, *missing)


def regular_diploma(profile: Profile, value: Value = None) -> Finding:
    """Check whether vmbo or higher is within reach, by level, advice or what the school expects."""
    levels = profile.niveau or ()
    higher = any(level != "pro" for level in levels)
    expected = profile.vmbo_haalbaar
    return agree(
        higher or expected is True, (bool(levels) and not higher) or expected is False, "vmbo_haalbaar", "niveau"
    )


def in_almere(profile: Profile, value: Value = None) -> Finding:
    """Check for a home or a school in Almere."""
    lives, learns = profile.woont_in_almere, profile.school_in_almere
    near = lives is True or learns is True or profile.net_verhuisd is True
    return agree(near, lives is False and learns is False, "woont_in_almere")


def learning_gap(profile: Profile, value: Value = None) -> Finding:
    """Check the national rule for pro: 3 years behind or more in two domains, one of them arithmetic or reading."""
    years, domains = profile.leerachterstand_jaren, profile.leerachterstand_domeinen or ()
    enough = len(set(domains)) >= 2 and bool({"inzichtelijk_rekenen", "begrijpend_lezen"} & set(domains))
    small = (
        (years is not None and years < 3)
        or (bool(domains) and not enough)
        or "leerachterstand" in (profile.geen_kenmerken or ())
    )
    large = years is not None and years >= 3 and enough
    return agree(large, small, "leerachterstand_jaren", "leerachterstand_domeinen")


def turns_fifteen(profile: Profile, value: Value = None) -> Finding:
    """Check for the Maatwerkklas: 14 and turning 15 fits both sources; 14 or turning 15 alone is an edge."""
    age, turns = profile.leeftijd, profile.wordt_15_dit_schooljaar
    if age is None:
        return ask("leeftijd")
    if age not in (14, 15) or (age == 15 and turns is False):
        return no()
    if turns is None:
        return ask("wordt_15_dit_schooljaar")
    return yes() if age == 14 and turns else EDGE


def prevents_tlv_or_home(profile: Profile, value: Value = None) -> Finding:
    """Check what a maatwerkbudget must prevent; the source lists a TLV and thuiszitten without 'and' or 'or'."""
    tlv, home, either = profile.voorkomt_tlv, profile.voorkomt_thuiszitten, profile.voorkomt_tlv_of_thuiszitten
    if {tlv, home} == {True, False}:
        return EDGE
    prevents = True in (tlv, home, either)
    return agree(prevents, either is False or (tlv is False and home is False), "voorkomt_tlv_of_thuiszitten")


def prevents_home(profile: Profile, value: Value = None) -> Finding:
    """Check what an overbruggingsbudget must prevent; with a TLV granted, only thuiszitten is left to prevent."""
    home, either = profile.voorkomt_thuiszitten, profile.voorkomt_tlv_of_thuiszitten
    prevents = home is True or (home is None and either is True)
    return agree(prevents, home is False or either is False, "voorkomt_tlv_of_thuiszitten")


def waits_for_place(profile: Profile, value: Value = None) -> Finding:
    """Check whether the child waits for a place; a start next school year means waiting."""
    waits = profile.wacht_op_plaatsing
    starts_later = profile.start_volgend_schooljaar is True
    return agree(waits is True or starts_later, waits is False, "wacht_op_plaatsing")


def reason_at_home(profile: Profile, value: Value = None) -> Finding:
    """Check the four reasons that the handreiking thuiszitters names."""
    found = derive.any_trait(profile, "angst", "overprikkeling", "internaliserend", "psychiatrisch")
    if found.value or profile.energieproblemen:
        return yes()
    if found.value is None:
        return ask("kenmerken", "energieproblemen")
    return no() if profile.energieproblemen is False else ask("energieproblemen")


def only_zml(profile: Profile, value: Value = None) -> Finding:
    """Check for 'enkelvoudig' zml: more than one beperking does not fit, other heavy needs are for the coordinator."""
    told = profile.kenmerken or ()
    zml = derive.trait(profile, "zml")
    if zml is False or "meervoudig_beperkt" in told:
        return no()
    if zml is None:
        return ask("kenmerken")
    return EDGE if {"gedrag", "psychiatrisch", "ass", "lichamelijk"} & set(told) else yes()


def last_group_or_first_years(profile: Profile, value: Value = None) -> Finding:
    """Check for groep 8, or leerjaar 1 up to `value`."""
    place = derive.vo_or_last_group(profile)
    if place.value is False:
        return no()
    if place.value is None:
        return ask(*place.missing)
    if profile.leerjaar is None:
        return yes() if profile.groep == 8 else ask("leerjaar")
    return yes() if isinstance(value, int) and profile.leerjaar <= value else no()


def plan_for_ons(profile: Profile, value: Value = None) -> Finding:
    """Check for a recent OPP or a begeleidingsplan."""
    plan = profile.opp == "recent" or profile.begeleidingsplan is True
    none = profile.opp in ("geen", "verouderd") and profile.begeleidingsplan is False
    return agree(plan, none, "opp", "begeleidingsplan")


def district(profile: Profile, value: Value = None) -> Finding:
    """Check the stadsdeel; a narrower name ('Stad 4', 'Stedenwijk') counts for its stadsdeel."""
    if profile.wijk is None:
        return ask("wijk")
    part = "Stad" if profile.wijk == "Stedenwijk" else profile.wijk.split(" ")[0]
    return yes(part) if part == value else no(part)


PREDICATES: dict[str, Predicate] = {
    "sector": lambda profile, value: derive.sector(profile, str(value)),
    "vo_of_groep_8": lambda profile, value: derive.vo_or_last_group(profile),
    "op_school": lambda profile, value: derive.enrolled(profile),
    "regulier_vo": lambda profile, value: derive.regular_secondary(profile),
    "half_jaar": half_year,
    "recent_opp": recent_plan,
    "half_jaar_tlv": half_year_for_tlv,
    "recent_opp_tlv": recent_plan_for_tlv,
    "kleuter": toddler,
    "vier_tot_zeven": four_to_seven,
    "ass_of_vergelijkbaar": autism_or_alike,
    "vmbo_haalbaar": regular_diploma,
    "in_almere": in_almere,
    "ondersteuning_sbo": needs_sbo,
    "ondersteuning_sbo_plus": needs_sbo_plus,
    "ondersteuning_so": needs_so,
    "leerachterstand_pro": learning_gap,
    "maatwerkklas_leeftijd": turns_fifteen,
    "voorkomt_tlv_of_thuiszitten": prevents_tlv_or_home,
    "voorkomt_thuiszitten": prevents_home,
    "wacht_op_plek": waits_for_place,
    "reden_thuiswerkers": reason_at_home,
    "enkelvoudig_zml": only_zml,
    "groep_8_of_klas": last_group_or_first_years,
    "opp_of_begeleidingsplan": plan_for_ons,
    "wijk": district,
}
