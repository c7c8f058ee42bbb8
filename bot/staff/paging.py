"""Long lists in pages."""

from __future__ import annotations

from dataclasses import dataclass

PER_PAGE = 50


@dataclass(frozen=True)
class Pager:
    """Which page of a list is shown; a number that does not exist becomes the nearest that does."""

    asked: int
    total: int
    per_page: int = PER_PAGE

    @property
    def pages(self) -> int:
        """Return how many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.per_page))

    @property
    def number(self) -> int:
        """Return the number of the page, from 1."""
        return min(max(1, self.asked), self.pages)

    @property
    def offset(self) -> int:
        """Return how many entries come before this page."""
        return (self.number - 1) * self.per_page


def page_number(text: str | None) -> int:
    """Return the number in an address; anything else is the first page."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 7 else 1
