"""What stays in a text: schools, arrangements, terms, districts, organisations, the Steunpunt and the help lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.clock import today
from bot.knowledge.names import load_names
from bot.knowledge.schools import load_schools
from bot.knowledge.spelling import WORD, fold
from bot.knowledge.topics import contact_values
from bot.privacy.redaction.addresses import address_pattern, known_places
from bot.privacy.redaction.rules import Rules

_ADDRESS = re.compile(r"(?P<street>.+?)\s+(?P<number>\d+(?:-\d+)?),\s*(?P<postcode>\d{4}\s?[A-Z]{2})")
Key = tuple[str, ...]


class Keep:
    """Knows the names and addresses that are nobody's."""

    def __init__(self, rules: Rules) -> None:
        """Collect them from data/knowledge."""
        keys = set(load_names().readings)
        keys |= {tuple(WORD.findall(fold(name))) for name in rules.keep}
        for school in load_schools().all():
            keys.add(tuple(WORD.findall(fold(school.name))))
        self._keys = frozenset(key for key in keys if key)
        self._starts = frozenset(key[0] for key in self._keys)
        self._longest = max(map(len, self._keys))
        values = contact_values(today())
        self.numbers = tuple(value for value in values.values() if re.fullmatch(r"[\d\s\-+()]+", value))
        self.mails = tuple(value for value in values.values() if "@" in value)
        self._addresses = tuple(self._patterns(values))

    @staticmethod
    def _patterns(values: dict[str, str]) -> Iterator[re.Pattern[str]]:
        """Yield a pattern for each address of the Steunpunt and the schools."""
        for value in values.values():
            if (match := _ADDRESS.match(value)) is not None:
                yield address_pattern(match["street"], match["number"], match["postcode"])
        for school in load_schools().all():
            if school.street and school.number:
                yield address_pattern(school.street, school.number, school.postcode)

    def addresses(self, text: str) -> frozenset[int]:
        """Return the places of the text that belong to an address that stays."""
        return known_places(text, self._addresses)

    def names(self, text: str) -> frozenset[int]:
        """Return the places of the text that belong to a name that stays."""
        found: set[int] = set()
        tokens = [(m.start(), m.end(), fold(m[0])) for m in WORD.finditer(text)]
        for first, (start, _, word) in enumerate(tokens):
            if word not in self._starts:
                continue
            for last in range(min(first + self._longest, len(tokens)), first, -1):
                if tuple(item[2] for item in tokens[first:last]) in self._keys:
                    found.update(range(start, tokens[last - 1][1]))
                    break
        return frozenset(found)
