"""Order what fits: the best fits first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.precheck.data import PrecheckData
from bot.precheck.evaluate import Reason, Result

BEST_FITS = 3
COMMON = 5
"""A criterion that more arrangements ask than this says less about which one fits best."""
TRAITS, UNSPOKEN = "kenmerken", 2.0
"""How much a trait that was not spoken of counts against an arrangement that is for children with it."""


def rank(results: Sequence[Result], data: PrecheckData) -> list[Result]:
    """Return all results, best first: past, then misschien, then past_niet.

    Within an outcome `fit` decides, less what an arrangement is for ('hoogbegaafd') and the parent did not speak of; ties
    keep the order of arrangements.yml.
    """
    order = {"past": 0, "misschien": 1, "past_niet": 2}
    asked_by = criterion_use(data)
    return sorted(results, key=lambda result: (order[result.outcome], UNSPOKEN * _unspoken(result) - fit(result, asked_by)))


def best_fits(results: Sequence[Result], data: PrecheckData, limit: int = BEST_FITS) -> list[Result]:
    """Return up to `limit` arrangements that seem to fit, best first."""
    return [result for result in rank(results, data) if result.outcome == "past"][:limit]


def criterion_use(data: PrecheckData) -> Counter[str]:
    """Count how many arrangements ask each criterion."""
    return Counter(item.id for entry in data.arrangements.values() for item in entry.criteria)


def fit(result: Result, asked_by: Counter[str]) -> float:
    """Return how well an arrangement fits so far, from 0 up.

    The share of what it asks that is met, plus each met criterion: the fewer arrangements ask it, the more it says
    ('autisme' more than 'toestemming'), plus or minus its indications.
    """
    share = sum(reason.value is True for reason in result.reasons) / len(result.reasons)
    specific = sum(min(1.0, COMMON / asked_by[reason.criterion]) for reason in result.reasons if reason.value)
    return max(0.0, 4 * share + specific + sum(_lean(reason) for reason in result.indications))


def _lean(indication: Reason) -> float:
    if indication.value is None:
        return 0.0
    return 0.5 if indication.value else -1.0


def _unspoken(result: Result) -> int:
    return sum(reason.value is None and TRAITS in reason.missing for reason in result.reasons)
