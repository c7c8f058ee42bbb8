"""Find e-mail addresses, also written as words: 'jan at gmail punt com'."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.privacy.redaction.spans import Span

_PLAIN = re.compile(r"[^\W_][\w.+\-]{0,63}(?<![.])\s?@\s?[^\W_](?:[\w\-]{0,62})(?:\s?\.\s?[^\W_][\w\-]{0,62}){0,4}", re.UNICODE)
_AT = r"(?:\s*[(\[{]\s*(?:at|ape(?:n)?staart(?:je)?|@)\s*[)\]}]\s*|\s+(?:at|ape(?:n)?staart(?:je)?|et)\s+)"
_DOT = r"(?:\s*[(\[{]\s*(?:dot|punt|\.)\s*[)\]}]\s*|\s+(?:dot|punt|point|kropka|nokta)\s+|\.)"
_SPOKEN = re.compile(
    rf"[^\W_][\w.+\-]{{0,63}}(?:{_DOT}[\w+\-]{{1,40}}){{0,3}}(?:{_AT}|\s?@\s?)[^\W_][\w\-]{{0,62}}(?:{_DOT}[\w\-]{{2,24}}){{1,3}}",
    re.IGNORECASE,
)
_ENDINGS = re.compile(r"(?i)\.\s?(?:nl|com|be|net|org|eu|de|pl|uk|fr|es|tr|ua|info|me|io)\b")


class MailFinder:
    """Finds e-mail addresses."""

    def __init__(self, own: Iterable[str]) -> None:
        """Know the addresses that stay."""
        self._own = frozenset(address.lower() for address in own)

    def find(self, text: str) -> Iterator[Span]:
        """Yield the addresses."""
        for pattern in (_SPOKEN, _PLAIN):
            for match in pattern.finditer(text):
                found = match[0]
                if "@" in found and (ending := list(_ENDINGS.finditer(found))):
                    # A sentence may go on right after the address.
                    found = found[: ending[-1].end()] if re.search(r"\.\s", found) else found
                if "@" in found and "." not in found[found.index("@") :] and pattern is _PLAIN and re.search(r"\s@|@\s", found):
                    continue
                if re.sub(r"\s", "", found).lower() not in self._own:
                    yield Span(match.start(), match.start() + len(found), "e-mail")
