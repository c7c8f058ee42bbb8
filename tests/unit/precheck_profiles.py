"""Profiles for property tests: any partial profile, and a population that looks like real children."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import strategies as st

from bot.precheck.profile import TRAITS

LEVELS = ["pro", "bbl", "kbl", "gtl", "mavo", "havo", "vwo"]
DOMAINS = ["inzichtelijk_rekenen", "begrijpend_lezen", "technisch_lezen", "spellen"]
SCALE = ["op_afroep", "incidenteel", "regelmatig", "voortdurend", "intensief", "zeer_intensief"]
YES_NO = """woont_in_almere school_in_almere net_verhuisd tlv_voor_voorjaarsvakantie wacht_op_plaatsing
    start_volgend_schooljaar toestemming_ouders ouders_positief school_positief open_voor_hulp perspectief_12_weken
    perspectief_1_jaar net_in_nederland eigen_middelen_gebruikt voorkomt_tlv_of_thuiszitten eerste_school
    vermoeden_extra_ondersteuning begeleidingsplan diagnose ggz_betrokken wordt_15_dit_schooljaar
    compacten_verrijken_geprobeerd voltijds_hb_nodig reele_kans_regulier indicatie_jeugdarts vmbo_haalbaar
    vergelijkbaar_met_ass energieproblemen uit_oekraine wil_naar_almeerkans advies_leerkracht voorkomt_tlv
    voorkomt_thuiszitten"""
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "leeftijd": st.integers(0, 25),
    "onderwijs": st.sampled_from(["po", "vo", "geen"]),
    "groep": st.integers(1, 8),
    "leerjaar": st.integers(1, 6),
    "schoolsoort": st.sampled_from(["regulier", "sbo", "so", "vso", "pro", "opdc", "taalcentrum"]),
    "niveau": st.lists(st.sampled_from(LEVELS), max_size=3, unique=True),
    "weken_niet_naar_school": st.one_of(st.integers(0, 60), st.floats(0, 10)),
    "tlv": st.sampled_from(["geen", "aangevraagd", "sbo", "so", "vso", "pro"]),
    "extra_ondersteuning_maanden": st.integers(0, 24),
    "opp": st.sampled_from(["geen", "verouderd", "recent"]),
    "kenmerken": st.lists(st.sampled_from(TRAITS), max_size=5, unique=True),
    "geen_kenmerken": st.lists(st.sampled_from(TRAITS), unique=True),
    "nederlands": st.sampled_from(["goed", "onvoldoende"]),
    "iq": st.integers(20, 150),
    "leerachterstand_jaren": st.integers(0, 6),
    "leerachterstand_domeinen": st.lists(st.sampled_from(DOMAINS), unique=True),
    "geslacht": st.sampled_from(["jongen", "meisje"]),
    "wijk": st.sampled_from(["Haven", "Stad", "Stad 4", "Stedenwijk", "Buiten 1", "Poort", "Hout"]),
    "kan_in_groep_van": st.integers(4, 30),
    "ondersteuning": st.fixed_dictionaries(
        {},
        optional={
            area: st.sampled_from(SCALE)
            for area in ["leren", "werkhouding", "sociaal_emotioneel_gedrag", "zelfredzaamheid", "gezondheid"]
        },
    ),
    **{field: st.booleans() for field in YES_NO.split()},
}
PARTIAL = st.fixed_dictionaries({}, optional=VALUES)


def seeded(seed: int) -> random.Random:
    """Return a generator that gives the same children every time."""
    return random.Random(seed)  # noqa: S311


def plausible_child(rng: random.Random) -> dict[str, Any]:
    """Return all answers a parent could give about one made-up child, together believable."""
    age = rng.randint(4, 17)
    primary = age <= 11 or (age == 12 and rng.random() < 0.4)
    enrolled = rng.random() < 0.95
    traits = [trait for trait in TRAITS if rng.random() < 0.14] or [rng.choice(TRAITS)]
    home = rng.random() < 0.3
    helped = rng.choice([0, 2, 4, 8, 12, 20])
    heavy = rng.random() < 0.3
    new = rng.random() < 0.08
    light = ["geen"] * 8 + ["aangevraagd"]
    level = rng.choice([["pro"], ["bbl"], ["kbl"], ["gtl"], ["mavo"], ["havo"], ["vwo"], ["gtl", "havo"]])
    child: dict[str, Any] = {
        "leeftijd": age,
        "onderwijs": ("po" if primary else "vo") if enrolled else "geen",
        "schoolsoort": "regulier" if not heavy else rng.choice(["sbo", "so"] if primary else ["vso", "pro", "opdc"]),
        "woont_in_almere": rng.random() < 0.95,
        "school_in_almere": rng.random() < 0.95,
        "weken_niet_naar_school": rng.choice([2, 6, 10, 30]) if home else 0,
        "tlv": rng.choice(["sbo", "so"] if primary else ["vso", "pro"]) if heavy else rng.choice(light),
        "extra_ondersteuning_maanden": helped,
        "opp": rng.choice(["recent", "recent", "verouderd"]) if helped else "geen",
        "kenmerken": traits,
        "geen_kenmerken": [trait for trait in TRAITS if trait not in traits],
        "nederlands": "onvoldoende" if new or rng.random() < 0.06 else "goed",
        "net_in_nederland": new,
        "uit_oekraine": new and rng.random() < 0.3,
        "iq": rng.randint(50, 140),
        "leerachterstand_jaren": rng.choice([0, 0, 1, 2, 3, 4]) if "leerachterstand" in traits else 0,
        "leerachterstand_domeinen": rng.sample(DOMAINS, 2),
        "geslacht": rng.choice(["jongen", "meisje"]),
        "wijk": rng.choice(["Haven", "Stad", "Stad", "Stad", "Buiten", "Buiten", "Poort", "Hout"]),
        "niveau": level,
        "vmbo_haalbaar": level != ["pro"],
        "eerste_school": age == 4,
        "ondersteuning": {area: rng.choice(SCALE[2:] if heavy else SCALE[:4]) for area in
                          ["leren", "sociaal_emotioneel_gedrag", "zelfredzaamheid", "gezondheid"]},
    }  # fmt: skip
    if enrolled:
        child |= {"groep": min(8, max(1, age - 3))} if primary else {"leerjaar": min(6, max(1, age - 11))}
    else:
        del child["schoolsoort"]
    yes = {"toestemming_ouders": 0.9, "ouders_positief": 0.9, "school_positief": 0.8, "perspectief_1_jaar": 0.7}
    for field in YES_NO.split():
        child.setdefault(field, rng.random() < yes.get(field, 0.5))
    return child
