"""The stable JSON of `bot precheck --json`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.precheck.evaluate import Result
from bot.precheck.questions import Question


def to_contract(results: Iterable[Result], question: Question | None) -> dict[str, Any]:
    """Return plain data: results with the reasons that decide, and the next question or None.

    `missing` and `field` hold fields of the profile: an area of `ondersteuning` counts as `ondersteuning`.
    """
    return {
        "results": [
            {
                "arrangement": result.arrangement,
                "outcome": result.outcome,
                "reasons": [
                    {"criterion": reason.criterion, "value": reason.value, "text": reason.text, "source": reason.source}
                    for reason in result.reasons
                ],
                "missing": list(dict.fromkeys(_base(field) for field in result.missing)),
            }
            for result in results
        ],
        "next_question": None if question is None else {"field": _base(question.field), "text": question.text},
    }


def _base(field: str) -> str:
    return field.partition(".")[0]
