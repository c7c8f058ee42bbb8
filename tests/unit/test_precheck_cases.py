"""The table that consultants can read: tests/data/precheck_cases.yml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.knowledge.arrangements import ARRANGEMENT_IDS
from bot.knowledge.files import read_yaml
from bot.knowledge.sources import load_sources
from bot.precheck import evaluate, load_precheck, parse_profile

TABLE: dict[str, Any] = read_yaml(Path(__file__).parents[1] / "data" / "precheck_cases.yml")
ROWS = [(name, row) for name, rows in TABLE["arrangementen"].items() for row in rows]


@pytest.mark.parametrize(("name", "row"), ROWS, ids=[f"{name}: {row['omdat']}" for name, row in ROWS])
def test_situation_gives_the_outcome(name: str, row: dict[str, Any]) -> None:
    ready = TABLE["samen"][row["met"]] if "met" in row else {}
    profile = parse_profile(ready | row["situatie"])
    (result,) = evaluate(profile, load_precheck(), only=[name])
    told = {reason.criterion: (reason.value, reason.text) for reason in result.reasons}
    assert result.outcome == row["uitkomst"], told
    load_sources().get(row["bron"], name)


def test_every_arrangement_has_each_outcome_in_the_table() -> None:
    assert TABLE["arrangementen"].keys() == ARRANGEMENT_IDS
    for name, rows in TABLE["arrangementen"].items():
        assert {row["uitkomst"] for row in rows} == {"past", "past_niet", "misschien"}, name
