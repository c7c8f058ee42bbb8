"""Hides small counts in a table, also from someone who subtracts.

What is shown never lets a reader work out a count from 1 to 4. Small rows are put together, without their names, in one
row 'overig'; where that row would still be small, or would hold one row alone (then the total minus the others gives it
away), the smallest row that is shown goes in too. Rows of zero are not listed, so that nobody can tell which rows
'overig' holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LEAST = 5


@dataclass(frozen=True)
class Table:
    """What may be shown. `rest`: the rows put together (0: none). `total`: None where even that is small."""

    rows: dict[str, int]
    rest: int
    total: int | None

    @property
    def empty(self) -> bool:
        """Tell whether there is nothing to show."""
        return not self.rows and not self.rest

    def get(self, name: str) -> int | None:
        """Return the count of a row, or None where it is hidden or zero."""
        return self.rows.get(name)


def suppress(counts: Mapping[str, int], least: int = LEAST) -> Table:
    """Return the part of a table that may be shown, the largest rows first. The counts must add up to the total.

    Raises:
        ValueError: a count is below zero.

    """
    if any(count < 0 for count in counts.values()):
        raise ValueError("a count cannot be below zero")
    ordered = sorted(((name, n) for name, n in counts.items() if n), key=lambda row: (-row[1], row[0]))
    total = sum(n for _, n in ordered)
    if not total:
        return Table({}, 0, 0)
    if total < least:
        return Table({}, 0, None)
    shown = [row for row in ordered if row[1] >= least]
    hidden = ordered[len(shown) :]
    while hidden and shown and (len(hidden) < 2 or sum(n for _, n in hidden) < least):
        hidden.insert(0, shown.pop())
    return Table(dict(shown), sum(n for _, n in hidden), total)

