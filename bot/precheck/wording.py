"""Choose and fill the words of a reason; the words themselves are data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.knowledge.arrangements import Criterion
from bot.knowledge.profile_fields import FieldInfo
from bot.precheck.finding import Finding


def say(criterion: Criterion, finding: Finding, answer: Any, fields: dict[str, FieldInfo]) -> str:
    """Return the reason text: {value} is what the criterion asks, {answer} what the parent told."""
    texts = criterion.texts
    if finding.value is None:
        text = texts.unknown if finding.missing or texts.edge is None else texts.edge
    else:
        text = texts.met if finding.value else texts.not_met
    if "{" not in text:
        return text
    field = fields.get(criterion.field or "")
    return text.replace("{value}", _wanted(criterion, field)).replace("{answer}", words(answer, field, "en"))


def words(value: Any, field: FieldInfo | None, conjunction: str) -> str:
    """Return a value in words: labels of its field, lists with commas and a last conjunction."""
    if isinstance(value, (list, tuple)):
        return join([words(item, field, conjunction) for item in value], conjunction)
    if field is not None and field.kind != "number":
        for option in field.options:
            if option.value == value and type(option.value) is type(value):
                return option.label
    return f"{value:g}".replace(".", ",") if isinstance(value, float) else str(value)


def join(parts: Sequence[str], conjunction: str) -> str:
    """Join words: 'a', 'a of b', 'a, b of c'."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {conjunction} {parts[-1]}"


def _wanted(criterion: Criterion, field: FieldInfo | None) -> str:
    value = criterion.value
    if criterion.operator == "between" and isinstance(value, list):
        low, high = (words(item, field, "of") for item in value)
        return low if low == high else f"{low} tot en met {high}"
    return words(value, field, "of")
