"""Takes personal data out of what a parent writes: `redact(text)` gives the text with placeholders, and where they stand."""

from bot.privacy.redaction.redactor import Redacted, load_redactor, redact
from bot.privacy.redaction.spans import Kind, Span

__all__ = ["Kind", "Redacted", "Span", "load_redactor", "redact"]
