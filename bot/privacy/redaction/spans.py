"""Parts of a text that are taken out, and how they are put together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

Kind = Literal["naam", "telefoon", "e-mail", "adres", "postcode", "bsn", "geboortedatum", "iban"]


class Span(NamedTuple):
    """A part of a text: `text[start:end]` is personal data of this kind."""

    start: int
    end: int
    kind: Kind


def covered(spans: Iterable[Span | tuple[int, int]]) -> frozenset[int]:
    """Return every place in the text that the spans cover."""
    return frozenset(place for span in spans for place in range(span[0], span[1]))


def without_overlap(spans: Iterable[Span]) -> list[Span]:
    """Return the spans in the order of the text; of two that overlap, the first given stays."""
    kept: list[Span] = []
    taken: set[int] = set()
    for span in spans:
        places = range(span.start, span.end)
        if span.end > span.start and taken.isdisjoint(places):
            taken.update(places)
            kept.append(span)
    return sorted(kept)
