"""The page for the privacy officer and the page for the operator name the days that hold."""

from __future__ import annotations

import re

import pytest

from bot.privacy.retention import KINDS
from bot.settings import Settings
from tests.web.conftest import ROOT

SETTINGS = {f"RETENTION_{kind.name.upper()}_DAYS": f"retention_{kind.name}_days" for kind in KINDS}


def rows(page: str) -> list[list[str]]:
    """Return the rows of the tables of a page in docs/."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]


@pytest.mark.parametrize(
    ("page", "name", "days"), [("privacy.md", 4, 1), ("operations.md", 0, 1)], ids=["privacy officer", "operator"]
)
def test_the_days_on_the_page_are_those_of_the_settings(page: str, name: int, days: int) -> None:
    told = {
        row[name].strip("`"): int(re.fullmatch(r"(\d+)(?: dagen)?", row[days]).group(1))  # type: ignore[union-attr]
        for row in rows(page)
        if len(row) > name and row[name].startswith("`RETENTION_")
    }
    assert told == {variable: Settings.model_fields[field].default for variable, field in SETTINGS.items()}


def test_the_page_names_how_long_a_parent_can_open_the_conversation() -> None:
    text = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
    assert f"({Settings.model_fields['token_days'].default} dagen lang)" in text
