"""A message of the pre-check, and the buttons that all its messages share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

TOPIC = "voorcheck_starten"
PERSON = "mens_spreken"

Choice = tuple[str, str]
"""Title and payload of a button."""


@dataclass(frozen=True)
class Message:
    """A response of data/answers with its values, buttons, sources, topics behind buttons, and card."""

    response: str
    values: dict[str, str] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    sources: tuple[str, ...] = ()
    followups: tuple[str, ...] = ()
    card: dict[str, Any] | None = None
    topic: str = TOPIC


def payload(act: str, value: str = "") -> str:
    """Return the payload of a button for an act: `voorcheck:stop`, `voorcheck:wijzig.leeftijd`."""
    return f"voorcheck:{act}.{value}" if value else f"voorcheck:{act}"


def answer_payload(field_name: str, value: object) -> str:
    """Return the payload of an answer, in small letters: `antwoord:groep.6`, `antwoord:school_positief.ja`."""
    written = {True: "ja", False: "nee"}[value] if isinstance(value, bool) else str(value).lower()
    return f"antwoord:{field_name}.{written}"
