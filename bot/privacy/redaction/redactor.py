"""Take personal data out of a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.clock import today
from bot.privacy.redaction.addresses import AddressFinder
from bot.privacy.redaction.births import BirthFinder
from bot.privacy.redaction.keep import Keep
from bot.privacy.redaction.lexicon import Lexicon, load_lexicon
from bot.privacy.redaction.mails import MailFinder
from bot.privacy.redaction.names import NameFinder
from bot.privacy.redaction.numbers import NumberFinder
from bot.privacy.redaction.rules import Rules, load_rules
from bot.privacy.redaction.spans import Kind, Span, covered, without_overlap

# What is taken out changes what stands around the rest; nearly always the second round finds nothing.
_MOST_ROUNDS = 8


@dataclass(frozen=True)
class Redacted:
    """A text with placeholders in the place of personal data. `spans` count in the original text."""

    text: str
    spans: tuple[Span, ...]

    def has(self, *kinds: Kind) -> bool:
        """Tell whether data of one of these kinds was taken out."""
        return any(span.kind in kinds for span in self.spans)


class Redactor:
    """Takes personal data out of texts. It holds no state of a text."""

    def __init__(self, rules: Rules, lexicon: Lexicon) -> None:
        """Prepare every finder."""
        self._placeholders = rules.placeholders
        self._placeholder = re.compile("|".join(map(re.escape, rules.placeholders.values())))
        self._keep = Keep(rules)
        self._numbers = NumberFinder(rules, self._keep.numbers)
        self._mails = MailFinder(self._keep.mails)
        self._births = BirthFinder(rules)
        self._addresses = AddressFinder(rules, lexicon)
        self._names = NameFinder(rules, lexicon)

    def redact(self, text: str) -> Redacted:
        """Return the text without personal data. Doing it again changes nothing more."""
        spans: list[Span] = []
        redacted = text
        for _ in range(_MOST_ROUNDS):
            found = self._find(redacted)
            if not found:
                break
            spans = merged(text, spans, found, self._placeholders)
            redacted = self._render(text, spans)
        return Redacted(redacted, tuple(spans))

    def _find(self, text: str) -> list[Span]:
        """Return what must still be taken out; nothing inside a placeholder."""
        done = covered((m.start(), m.end()) for m in self._placeholder.finditer(text))
        spans = without_overlap(self._candidates(text))
        return [s for s in spans if done.isdisjoint(range(s.start, s.end))]

    def _candidates(self, text: str) -> Iterator[Span]:
        """Yield everything found, the surest kinds first."""
        addresses = self._keep.addresses(text)
        yield from self._mails.find(text)
        yield from self._numbers.accounts(text)
        yield from self._births.find(text, today().year)
        yield from self._numbers.citizens(text)
        yield from self._numbers.phones(text)
        names = self._keep.names(text)
        yield from self._addresses.streets(text, addresses | names)
        yield from self._addresses.postcodes(text, addresses)
        yield from self._names.find(text, addresses | names)

    def _render(self, text: str, spans: list[Span]) -> str:
        """Put placeholders in the place of the spans."""
        parts: list[str] = []
        end = 0
        for span in spans:
            parts += [text[end : span.start], self._placeholders[span.kind]]
            end = span.end
        return "".join((*parts, text[end:]))


def merged(text: str, spans: list[Span], found: list[Span], placeholders: dict[Kind, str]) -> list[Span]:
    """Return `spans` of the original text together with those `found` in the text with placeholders."""
    starts: list[tuple[int, int]] = [(0, 0)]  # place with placeholders, place in the original
    position = 0
    end = 0
    for span in spans:
        position += span.start - end + len(placeholders[span.kind])
        end = span.end
        starts.append((position, end))

    def original(place: int) -> int:
        shown, real = max(item for item in starts if item[0] <= place)
        return real + place - shown

    return sorted([*spans, *(Span(original(s.start), original(s.end), s.kind) for s in found)])


@lru_cache
def load_redactor() -> Redactor:
    """Load the rules and lists, once.

    Raises:
        KnowledgeError: a file does not hold what it should.

    """
    return Redactor(load_rules(), load_lexicon())


def redact(text: str) -> Redacted:
    """Take names, numbers, addresses and dates of birth out of a text."""
    return load_redactor().redact(text)
