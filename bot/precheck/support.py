"""What sbo, sbo+ and (v)so turn on: how intensive the help is, per area (Ondersteuningsplan, annex XII)."""

from __future__ import annotations

from bot.knowledge.arrangements import Value
from bot.precheck.finding import EDGE, Finding, agree, ask, no, yes
from bot.precheck.profile import Profile, Support

SCALE = ("op_afroep", "incidenteel", "regelmatig", "voortdurend", "intensief", "zeer_intensief")
OCCASIONAL, REGULAR, CONSTANT, INTENSIVE = (
    SCALE.index(name) for name in ("incidenteel", "regelmatig", "voortdurend", "intensief")
)
SBO_AREAS = ("leren", "sociaal_emotioneel_gedrag")
SO_AREAS = ("leren", "sociaal_emotioneel_gedrag", "zelfredzaamheid", "gezondheid")
EMB_IQ = 35
"""Below this IQ the national criterion for the highest so category is met."""


def _levels(profile: Profile, areas: tuple[str, ...]) -> dict[str, int | None]:
    support = profile.ondersteuning or Support()
    told = {area: getattr(support, area) for area in areas}
    return {area: None if level is None else SCALE.index(level) for area, level in told.items()}


def _unknown(levels: dict[str, int | None]) -> tuple[str, ...]:
    return tuple(f"ondersteuning.{area}" for area, level in levels.items() if level is None)


def needs_sbo(profile: Profile, value: Value = None) -> Finding:
    """Check for sbo (and pro): occasional or regular help with learning or behaviour.

    Constant help in one of the two is an edge: that child may get sbo+, which is a TLV sbo too.
    """
    levels = _levels(profile, SBO_AREAS)
    known = [level for level in levels.values() if level is not None]
    if any(level >= INTENSIVE for level in known) or known == [CONSTANT, CONSTANT]:
        return no()
    if CONSTANT in known:
        return EDGE
    if OCCASIONAL in known or REGULAR in known:
        return yes()
    return no() if len(known) == len(levels) else ask(*_unknown(levels))


def needs_sbo_plus(profile: Profile, value: Value = None) -> Finding:
    """Check for sbo+: regular or constant help in one of the two areas; constant in both is for the experts."""
    levels = _levels(profile, SBO_AREAS)
    known = [level for level in levels.values() if level is not None]
    if any(level >= INTENSIVE for level in known):
        return no()
    if known == [CONSTANT, CONSTANT]:
        return EDGE
    if REGULAR in known or CONSTANT in known:
        return yes()
    return no() if len(known) == len(levels) else ask(*_unknown(levels))


def needs_so(profile: Profile, value: Value = None) -> Finding:
    """Check for so and vso: constant help or more in one of four areas, or the national EMB criterion on IQ."""
    levels = _levels(profile, SO_AREAS)
    known = [level for level in levels.values() if level is not None]
    heavy = any(level >= CONSTANT for level in known) or (profile.iq is not None and profile.iq < EMB_IQ)
    light = len(known) == len(levels) and all(level < CONSTANT for level in known)
    return agree(heavy, light, *_unknown(levels))
