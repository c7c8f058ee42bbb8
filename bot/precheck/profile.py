"""What a parent told about the child: the contract of `bot precheck`. A field that is absent is unknown, never 'no'."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Education = Literal["po", "vo", "geen"]
SchoolKind = Literal["regulier", "sbo", "so", "vso", "pro", "opdc", "taalcentrum"]
Level = Literal["pro", "bbl", "kbl", "gtl", "mavo", "havo", "vwo"]
Tlv = Literal["geen", "aangevraagd", "sbo", "so", "vso", "pro"]
Opp = Literal["geen", "verouderd", "recent"]
Trait = Literal[
    "ass", "angst", "overprikkeling", "internaliserend", "gedrag", "psychiatrisch", "hoogbegaafd", "tos",
    "slechthorend", "zml", "mlk", "meervoudig_beperkt", "lichamelijk", "langdurig_ziek", "leerachterstand",
    "weinig_zelfvertrouwen", "sociaal_emotioneel",
]  # fmt: skip
Domain = Literal["inzichtelijk_rekenen", "begrijpend_lezen", "technisch_lezen", "spellen"]
District = Literal[
    "Haven", "Stad", "Buiten", "Poort", "Hout", "Stad 1", "Stad 2", "Stad 3", "Stad 4", "Stad 5", "Stedenwijk",
    "Buiten 1", "Buiten 2",
]  # fmt: skip
Intensity = Literal["op_afroep", "incidenteel", "regelmatig", "voortdurend", "intensief", "zeer_intensief"]

Field = str
"""A field of Profile, or `ondersteuning.<area>` for one area of support."""


class ProfileError(ValueError):
    """The data is no profile; `field` names the field that does not fit."""

    def __init__(self, field: str, reason: str) -> None:
        """Tell which field does not fit and why."""
        super().__init__(f"profile field '{field}': {reason}")
        self.field = field


class Support(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much help the child needs, per development area (the scale of the Ondersteuningsplan, annex XII)."""

    leren: Intensity | None = None
    werkhouding: Intensity | None = None
    communicatie: Intensity | None = None
    motoriek: Intensity | None = None
    sociaal_emotioneel_gedrag: Intensity | None = None
    zelfredzaamheid: Intensity | None = None
    gezondheid: Intensity | None = None


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The situation of one child. Everything is optional; an empty list counts as unknown."""

    leeftijd: int | None = None
    onderwijs: Education | None = None
    groep: int | None = None
    leerjaar: int | None = None
    schoolsoort: SchoolKind | None = None
    niveau: tuple[Level, ...] | None = None
    woont_in_almere: bool | None = None
    school_in_almere: bool | None = None
    net_verhuisd: bool | None = None
    weken_niet_naar_school: float | None = None
    tlv: Tlv | None = None
    tlv_voor_voorjaarsvakantie: bool | None = None
    wacht_op_plaatsing: bool | None = None
    start_volgend_schooljaar: bool | None = None
    extra_ondersteuning_maanden: float | None = None
    opp: Opp | None = None
    toestemming_ouders: bool | None = None
    ouders_positief: bool | None = None
    school_positief: bool | None = None
    open_voor_hulp: bool | None = None
    perspectief_12_weken: bool | None = None
    perspectief_1_jaar: bool | None = None
    kenmerken: tuple[Trait, ...] | None = None
    geen_kenmerken: tuple[Trait, ...] | None = None
    nederlands: Literal["goed", "onvoldoende"] | None = None
    net_in_nederland: bool | None = None
    iq: float | None = None
    leerachterstand_jaren: float | None = None
    leerachterstand_domeinen: tuple[Domain, ...] | None = None
    eigen_middelen_gebruikt: bool | None = None
    voorkomt_tlv_of_thuiszitten: bool | None = None
    geslacht: Literal["jongen", "meisje"] | None = None
    wijk: District | None = None
    ondersteuning: Support | None = None
    eerste_school: bool | None = None
    vermoeden_extra_ondersteuning: bool | None = None
    begeleidingsplan: bool | None = None
    diagnose: bool | None = None
    ggz_betrokken: bool | None = None
    wordt_15_dit_schooljaar: bool | None = None
    # Not in the contract's table, but asked by a source:
    compacten_verrijken_geprobeerd: bool | None = None
    voltijds_hb_nodig: bool | None = None
    reele_kans_regulier: bool | None = None
    indicatie_jeugdarts: bool | None = None
    vmbo_haalbaar: bool | None = None
    vergelijkbaar_met_ass: bool | None = None
    energieproblemen: bool | None = None
    kan_in_groep_van: int | None = None
    uit_oekraine: bool | None = None
    wil_naar_almeerkans: bool | None = None
    advies_leerkracht: bool | None = None
    voorkomt_tlv: bool | None = None
    voorkomt_thuiszitten: bool | None = None

    def answered(self, field: Field) -> bool:
        """Tell whether there is an answer to a question about `field`."""
        if field == "kenmerken":
            return bool(self.kenmerken or self.geen_kenmerken)
        return value_of(self, field) is not None


_RANGES: dict[str, tuple[float, float]] = {
    "leeftijd": (0, 120),
    "groep": (1, 8),
    "leerjaar": (1, 6),
    "weken_niet_naar_school": (0, 5200),
    "extra_ondersteuning_maanden": (0, 1200),
    "iq": (0, 250),
    "leerachterstand_jaren": (0, 20),
    "kan_in_groep_van": (0, 100),
}
"""What can be written at all. Whether it is likely is a question for the parent (consistency.yml)."""


_KINDS: dict[str, Any] = {field.name: field.type for field in msgspec.structs.fields(Profile)}


def parse_profile(data: dict[str, Any]) -> Profile:
    """Read a profile from plain data; `None` and an empty list count as unknown.

    Raises:
        ProfileError: a field is unknown or a value does not fit.
    """
    checked: dict[str, Any] = {}
    for name, value in data.items():
        if name not in _KINDS:
            raise ProfileError(str(name), "this field does not exist")
        if value is None:
            continue
        checked[name] = _convert(name, value, _KINDS[name])
    return Profile(**checked)


def _convert(name: str, value: Any, kind: Any) -> Any:
    try:
        converted = msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise ProfileError(name, str(error)) from None
    if name in _RANGES and not _RANGES[name][0] <= converted <= _RANGES[name][1]:
        low, high = _RANGES[name]
        raise ProfileError(name, f"expected {low:g} to {high:g}, got {converted:g}")
    return None if converted == () else converted


def value_of(profile: Profile, field: Field) -> Any:
    """Return the answer to `field`, or None when unknown (an empty list is unknown)."""
    name, _, part = field.partition(".")
    value = getattr(profile, name)
    if part:
        value = getattr(value, part) if value is not None else None
    return None if value == () else value


def with_answer(profile: Profile, field: Field, value: Any, *, rest_is_no: bool = True) -> Profile:
    """Return the profile with one answer set, or made unknown with None.

    `kenmerken` takes the list of what applies. With `rest_is_no` all other traits become known not to apply: right
    after the question that shows the whole list, wrong for a trait picked up from a story.

    Raises:
        ProfileError: the value does not fit.
    """
    name, _, part = field.partition(".")
    if field == "kenmerken":
        return _with_traits(profile, value, rest_is_no)
    if part:
        support = msgspec.structs.asdict(profile.ondersteuning or Support())
        value = {key: level for key, level in (support | {part: value}).items() if level is not None} or None
    changed = parse_profile({name: value})
    return msgspec.structs.replace(profile, **{name: getattr(changed, name)})


def _with_traits(profile: Profile, chosen: Any, rest_is_no: bool) -> Profile:
    traits = parse_profile({"kenmerken": chosen}).kenmerken or ()
    if chosen is None:
        return msgspec.structs.replace(profile, kenmerken=None, geen_kenmerken=None)
    if rest_is_no:
        others: tuple[Trait, ...] = tuple(trait for trait in TRAITS if trait not in traits)
        return msgspec.structs.replace(profile, kenmerken=traits, geen_kenmerken=others)
    told = tuple(dict.fromkeys((*(profile.kenmerken or ()), *traits)))
    denied = tuple(trait for trait in profile.geen_kenmerken or () if trait not in traits)
    return msgspec.structs.replace(profile, kenmerken=told, geen_kenmerken=denied)


TRAITS: tuple[Trait, ...] = Trait.__args__  # type: ignore[attr-defined]
