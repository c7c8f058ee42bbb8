"""How sentences and words are counted, and when the readability gate refuses."""

from __future__ import annotations

from pathlib import Path
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.arrangements import ARRANGEMENT_IDS
from bot.precheck import load_precheck
from bot.readability.gate import LIMITS, ReadabilityError, Score, judge, measure, table
from bot.readability.sentences import blocks, sentences, words
from bot.readability.texts import ANSWER, Text, measured_texts
from tests.unit.test_answers import FORBIDDEN

COMPOSED = [text for text in measured_texts() if text.kind != ANSWER]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Praat met school. Bel ons.", ["Praat met school.", "Bel ons."]),
        ("Vraag de ib'er. Die regelt hulp.", ["Vraag de ib'er.", "Die regelt hulp."]),
        ("Bel 036 76 70 200. Dat kan om 9.30 uur.", ["Bel 036 76 70 200.", "Dat kan om 9.30 uur."]),
        ("Sinds 1 aug. 2018? Nee.", ["Sinds 1 aug. 2018?", "Nee."]),
        ("Je ziet bijv. De Klimop.", ["Je ziet bijv. De Klimop."]),
        ("Dat is d.w.z. Almere.", ["Dat is d.w.z. Almere."]),
        ("Is het klaar? 's Morgens wel.", ["Is het klaar?", "'s Morgens wel."]),
        ('Hij zei: "Ik kom." Zij ook.', ['Hij zei: "Ik kom."', "Zij ook."]),
        ("Nodig is dit:\n- een plan\n- jouw ja", ["Nodig is dit:", "een plan", "jouw ja"]),
        ("Een zin die\ndoorloopt.\n\nEen tweede", ["Een zin die doorloopt.", "Een tweede"]),
        ("- een plan. Vanaf 16 jaar ook dit.\n  en dit", ["een plan.", "Vanaf 16 jaar ook dit. en dit"]),
        ("", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Bel 036 76 70 200.", 2),
        ("Bel 0800-0113 of 112.", 4),
        ("Er zijn er 2: 1 voor de basisschool.", 8),
        ("Vraag de ib'er - of de mentor.", 6),
        ("...", 0),
    ],
)
def test_words(sentence: str, expected: int) -> None:
    assert len(words(sentence)) == expected


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_nothing_is_lost_or_made_up(text: str) -> None:
    split = " ".join(" ".join(sentences(text)).split())
    assert split == " ".join(" ".join(blocks(text)).split())


def test_every_answer_is_measured() -> None:
    texts = {(text.response, text.level): text for text in measured_texts()}
    assert ("utter_tlv/tlv_wat", "b1") in texts
    assert ("utter_tlv/tlv_wat", "a2") in texts
    assert all(text.sentences and "{" not in " ".join(text.sentences) for text in texts.values())


def test_what_is_put_together_from_knowledge_is_measured_at_both_levels() -> None:
    found = {(text.kind, text.level) for text in measured_texts()}
    assert found >= {(kind, level) for kind in ("arrangement_info", "voorcheck_vraag", "voorcheck_uitslag", "termijn")
                     for level in ("b1", "a2")}  # fmt: skip
    names = {text.response for text in measured_texts()}
    assert {f"arrangement_info:{key}" for key in ARRANGEMENT_IDS} <= names
    assert {f"{field}:vraag" for field, info in load_precheck().fields.items() if info.asked} <= names


@pytest.mark.parametrize("text", [pytest.param(t, id=f"{t.response}-{t.level}") for t in COMPOSED])
def test_composed_sentences_are_short(text: Text) -> None:
    assert max(text.lengths) <= 20
    assert mean(text.lengths) <= 12
    assert FORBIDDEN.findall(" ".join(text.sentences)) == []


def score(lint: float | None, level: str = "b1", response: str = "utter_x") -> Score:
    return Score(response, level, lint, 40, 8.0, 12)  # type: ignore[arg-type]


@pytest.mark.parametrize("level", ["b1", "a2"])
def test_gate_refuses_one_hard_text_and_a_hard_mean(level: str) -> None:
    limit = LIMITS[level]  # type: ignore[index]
    easy = [score(limit.mean, level), score(limit.mean, level), score(None, level)]
    assert judge(easy).broken == []
    assert judge([*easy, score(limit.most + 0.1, level, "utter_hard"), score(0, level)]).broken == [
        f"{level}: utter_hard: {limit.most + 0.1:.1f} is above {limit.most:g}"
    ]
    assert judge([*easy, score(limit.mean + 1, level)]).broken[0].startswith(f"{level}: mean ")


def test_table_names_each_text_the_limits_and_the_model() -> None:
    report = judge([score(50.0), score(None, response="utter_short"), score(10.0, "a2")])
    shown = table(report)
    assert "utter_short" in shown
    assert "BROKEN b1: utter_x: 50.0 is above 46" in shown
    assert "nl_core_news_lg" in shown


def fake_environment(folder: Path, script: str) -> Path:
    """Make a folder in which `bin/python` is a shell script."""
    python = folder / "bin" / "python"
    python.parent.mkdir()
    python.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    python.chmod(0o755)
    return folder


TEXTS = [Text("utter_a", "b1", ["Bel ons.", "Dat mag altijd."]), Text("utter_b", "a2", ["Hallo."])]


def test_scores_come_back_in_order(tmp_path: Path) -> None:
    folder = fake_environment(tmp_path, """while read -r line; do echo '{"score": 12.5}'; done""")
    assert measure(TEXTS, folder) == [
        Score("utter_a", "b1", 12.5, 5, 2.5, 3),
        Score("utter_b", "a2", 12.5, 1, 1, 1),
    ]


@pytest.mark.parametrize("script", ["""echo '{"score": 1}'""", "echo no model >&2; exit 1"])
def test_lint_that_stops_early_is_an_error(tmp_path: Path, script: str) -> None:
    with pytest.raises(ReadabilityError, match=r"measured \d of 2 texts"):
        measure(TEXTS, fake_environment(tmp_path, script))
