"""`bot redact`: what is taken out of messages, one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from bot.privacy.redaction.redactor import redact


def messages(lines: Iterable[str]) -> Iterator[str]:
    """Yield the message of each line: plain text, or JSON with `text`; empty lines are left out.

    Raises:
        ValueError: a line of JSON without a text in `text`; names the line.

    """
    for number, written in enumerate(lines, start=1):
        line = written.strip()
        if line.startswith("{"):
            try:
                text = json.loads(line)["text"]
            except (ValueError, KeyError, TypeError):
                text = None
            if not isinstance(text, str):
                raise ValueError(f"line {number}: not JSON with a field 'text'")
            yield text
        elif line:
            yield line


def report(text: str) -> dict[str, Any]:
    """Return what `bot redact` prints of a message; the spans count in the original text."""
    found = redact(text)
    return {"text": text, "redacted": found.text, "spans": [list(span) for span in found.spans]}
