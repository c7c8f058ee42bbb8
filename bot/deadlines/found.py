"""What the grammar finds in a text: each with its place, its value and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Certainty = Literal["exact", "needs_year", "future", "vague", "impossible", "unknown"]
Expect = Literal["past", "future"]


@dataclass(frozen=True)
class FoundDate:
    """A date in a text.

    `certainty`: `exact` (use `value`), `future` (`value` lies ahead where a past date was expected: ask), `needs_year`
    (no year, and this year's date lies on the other side of today: ask; `candidates` holds what it may be), `vague`
    ('begin november': ask; `period` or `candidates` where they are known), `impossible` ('31 februari'), `unknown` (a
    school holiday outside the data). `value` is None except for `exact` and `future`.
    """

    start: int
    end: int
    value: date | None
    text: str
    certainty: Certainty
    candidates: tuple[date, ...] = ()
    period: tuple[date, date] | None = None


@dataclass(frozen=True)
class FoundDuration:
    """A length of time in a text.

    `value_weeks` is the best estimate (for a range the shortest; for 'sinds september' from its first day), None when
    the words name no number ('een paar weken'). `min_weeks` and `max_weeks` bound it where they are known. `months` is
    the same length in months. `certainty`: `exact`, `about` ('ruim', 'bijna', a range) or `vague`.
    """

    start: int
    end: int
    value_weeks: float | None
    months: float | None
    text: str
    certainty: Literal["exact", "about", "vague"] = "exact"
    min_weeks: float | None = None
    max_weeks: float | None = None


@dataclass(frozen=True)
class FoundAge:
    """The age of a child in whole years: 'bijna 12' is 11."""

    start: int
    end: int
    value: int
    text: str


@dataclass(frozen=True)
class FoundSchoolYear:
    """Where a child is in school.

    `groep` (1-8) or `leerjaar` (1-6) is None when the text names none or more than one ('groep 7/8': see `options`).
    `niveau` uses the values of the profile: pro, bbl, kbl, gtl, mavo, havo, vwo.
    """

    start: int
    end: int
    text: str
    groep: int | None = None
    leerjaar: int | None = None
    niveau: tuple[str, ...] = ()
    options: tuple[int, ...] = ()
