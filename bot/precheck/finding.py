"""The result of one condition: three values, with what is missing."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """True, False or None (unknown).

    `missing` names the fields that could still decide an unknown. An unknown with nothing missing is an edge: sources
    differ or answers clash, so a person decides. `seen` is the answer looked at, for the edge values of a criterion.
    """

    value: bool | None
    missing: tuple[str, ...] = ()
    seen: object = None


EDGE = Finding(None)


def yes(seen: object = None) -> Finding:
    """Return a met condition."""
    return Finding(True, (), seen)


def no(seen: object = None) -> Finding:
    """Return a condition that is known and not met."""
    return Finding(False, (), seen)


def ask(*fields: str) -> Finding:
    """Return an unknown that one of the fields may decide."""
    return Finding(None, fields)


def agree(evidence_for: bool, evidence_against: bool, *fields: str, seen: object = None) -> Finding:
    """Weigh evidence: one-sided evidence decides, none leaves it unknown, both make an edge.

    So more answers never turn a 'no' into a 'yes'.
    """
    if evidence_for and evidence_against:
        return EDGE
    if evidence_for:
        return yes(seen)
    return no(seen) if evidence_against else ask(*fields)
