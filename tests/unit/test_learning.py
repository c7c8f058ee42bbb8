"""Learning from corrections: what becomes training data, the gate, and nothing half done when something fails."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from sqlalchemy import select

from bot.cli import main
from bot.clock import ZONE
from bot.knowledge.files import root
from bot.staff.review import learn as learning
from bot.staff.review.gate import Expected, compare, score
from bot.staff.review.learn import LearnError, expected_messages, learn
from bot.staff.review.training import (
    Correction,
    choose,
    example,
    known_texts,
    merged,
    normal,
    read_examples,
    texts_of_test_set,
    to_file,
    to_files,
)
from bot.storage.database import Database
from bot.storage.migrate import upgrade
from bot.storage.models import CorrectionRow, StaffRow

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=ZONE)
NEW = "kan een kind met zo'n verklaring overal terecht, vraagt mijn buurvrouw"


def correction(number: int, text: str, topic: str = "tlv_geldigheid") -> Correction:
    return Correction(number, text, topic, NOW, False)


def test_what_is_known_tested_twice_or_gone_is_left_out() -> None:
    known, tested = known_texts(without_learned=True), set(texts_of_test_set())
    tested_text = yaml.safe_load((root() / "tests/data/nlu_test.yml").read_text(encoding="utf-8"))["messages"][0]["text"]
    chosen = choose([
        correction(1, NEW), correction(2, "  TLV?! "), correction(3, tested_text.upper()),
        correction(4, NEW.upper(), "tlv_verhuizen"), correction(5, "iets", "bestaat_niet"), correction(6, "?!"),
    ], known, tested)  # fmt: skip
    assert chosen.examples == {"tlv_verhuizen": [NEW.upper()]} and chosen.taken == (4,)
    assert chosen.left_out == {
        1: "zelfde tekst als een latere verbetering", 2: "is al een voorbeeld", 3: "staat in de testset",
        5: "onderwerp bestaat niet meer", 6: "geen woorden",
    }  # fmt: skip


def test_an_example_holds_no_mark_of_rasa_and_no_new_line() -> None:
    assert example("- [zoon](kind) zit\n  {thuis} /x") == "(zoon)(kind) zit (thuis) /x"
    assert example("/restart nu") == "restart nu" and normal("Één, TWEE!") == "één twee"


def test_files_are_grouped_as_those_of_the_project_and_read_back(tmp_path: Path) -> None:
    examples = {"tlv_wat": ["a: b # c", "'d'"], "crisis": ["| e"], "opp_wat": ["f"]}
    for name, content in to_files(examples).items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["gesprek.yml", "ondersteuning.yml", "tlv.yml"]
    assert read_examples(tmp_path) == examples
    (tmp_path / "alles.txt").write_text(to_file({}), encoding="utf-8")
    assert yaml.safe_load(to_file({}))["nlu"] == [] and len(yaml.safe_load(to_file(examples))["nlu"]) == 3


def test_what_was_learned_before_stays_unless_the_reviewer_says_otherwise() -> None:
    chosen = choose([correction(1, "Nieuw!", "opp_wat")], set(), set())
    assert merged({"tlv_wat": ["nieuw", "oud"], "weg_is_weg": ["x"]}, chosen) == {"tlv_wat": ["oud"], "opp_wat": ["Nieuw!"]}


# --- the gate

SET = [Expected("a", "tlv_wat"), Expected("b", "tlv_wat"), Expected("c", "crisis"), Expected("d", "opp_wat", "tr")]


def parsed(*topics: str) -> list[dict[str, Any]]:
    return [{"text": message.text, "topic": topic} for message, topic in zip(SET, topics, strict=True)]


def test_scores_count_all_dutch_crisis_and_each_topic() -> None:
    found = score(SET, parsed("tlv_wat", "opp_wat", "crisis", "opp_wat"))
    assert (found.right, found.messages, found.dutch_right, found.dutch, found.crisis_right, found.crisis) == (3, 4, 2, 3, 1, 1)
    assert found.topics == {"tlv_wat": (1, 2), "crisis": (1, 1), "opp_wat": (1, 1)} and found.top1 == 0.75
    with pytest.raises(ValueError, match="do not belong"):
        score(SET, parsed("a", "a", "a", "a")[:3])
    with pytest.raises(ValueError, match="empty"):
        score([], [])


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        ("tlv_wat opp_wat crisis opp_wat", "tlv_wat tlv_wat crisis opp_wat", True),
        ("tlv_wat opp_wat crisis opp_wat", "tlv_wat opp_wat crisis opp_wat", True),  # as good is good enough
        ("tlv_wat tlv_wat crisis opp_wat", "tlv_wat opp_wat crisis opp_wat", False),  # one message worse
        ("opp_wat opp_wat crisis opp_wat", "tlv_wat tlv_wat opp_wat opp_wat", False),  # better, but not in a crisis
    ],
)
def test_a_model_may_not_be_worse_by_one_message_nor_in_a_crisis(before: str, after: str, kept: bool) -> None:
    found = compare(score(SET, parsed(*before.split())), score(SET, parsed(*after.split())))
    assert found.kept is kept and found.plain()["kept"] is kept


# --- the whole run, with an engine that can be told what to do


class Engine:
    """Knows every message, or makes mistakes, or stops."""

    def __init__(self, mistakes: int = 0, stops_in: str = "") -> None:
        self.mistakes, self.stops_in, self.adopted = mistakes, stops_in, ""
        self.trained: dict[str, list[str]] = {}

    def _at(self, step: str) -> None:
        if step == self.stops_in:
            raise LearnError(f"the engine stopped in '{step}'")

    def fingerprint(self) -> str:
        return "nu"

    def train(self, learned: Path, output: Path) -> Path:
        self._at("train")
        self.trained = read_examples(learned)
        (output / "model-x.tar.gz").write_text("model")
        return output / "model-x.tar.gz"

    def parse(self, texts: Sequence[str], model: Path | None = None) -> list[dict[str, Any]]:
        self._at("parse")
        assert model is None or model.exists()
        wrong = self.mistakes if model else 1
        return [{"text": m.text, "topic": m.topic if n >= wrong else "x"} for n, m in enumerate(expected_messages())]

    def adopt(self, model: Path, learned: Path, trained_from: str) -> Path:
        self._at("adopt")
        self.adopted = trained_from
        return model


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setenv("BOT_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("BOT_NOW", NOW.isoformat())
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'leren.db'}")
    upgrade(f"sqlite:///{tmp_path / 'leren.db'}")
    opened = Database(f"sqlite:///{tmp_path / 'leren.db'}")
    with opened.write() as session:
        session.add(row := StaffRow(name="R", email="r@test.nl", role="reviewer", failed_logins=0, created_at=NOW))
        session.flush()
        for text, topic, new in ((NEW, "tlv_geldigheid", None), ("tlv??", "tlv_wat", None), ("een tolk", None, "Tolk")):
            session.add(CorrectionRow(text=text, topic=topic, new_topic=new, staff_id=row.id, created_at=NOW))
    yield opened
    opened.close()


def learned_at(database: Database) -> dict[str, bool]:
    with database.read() as session:
        return {row.text: row.learned_at is not None for row in session.scalars(select(CorrectionRow))}


def left_behind(tmp_path: Path) -> set[str]:
    return {p.name for p in (tmp_path / "var").iterdir()} if (tmp_path / "var").exists() else set()


def test_a_model_that_is_not_worse_is_kept_with_a_report_without_texts(database: Database, tmp_path: Path) -> None:
    engine = Engine(mistakes=1)
    outcome = learn(database, engine, say=lambda _: None)
    assert outcome.model is not None and engine.adopted == "nu" and engine.trained == {"tlv_geldigheid": [NEW]}
    assert learned_at(database) == {NEW: True, "tlv??": False, "een tolk": False}
    assert left_behind(tmp_path) == {"reports", "leren.lock"}
    plain = json.loads(outcome.reports[1].read_text(encoding="utf-8"))
    assert plain["comparison"]["kept"] and plain["left_out"] == {"2": "is al een voorbeeld"}
    assert NEW not in outcome.reports[0].read_text(encoding="utf-8") + outcome.reports[1].read_text(encoding="utf-8")
    assert "herstart" in outcome.text()
    again = learn(database, Engine(), say=lambda _: None)
    assert again.comparison is None and "niets nieuws" in again.text()


def test_a_worse_model_or_a_dry_run_changes_nothing(database: Database) -> None:
    worse = learn(database, engine := Engine(mistakes=2), say=lambda _: None)
    assert worse.model is None and not engine.adopted and "top-1 daalt" in worse.text()
    dry = learn(database, engine := Engine(mistakes=0), dry_run=True, say=lambda _: None)
    assert dry.model is None and not engine.adopted and "Proef" in dry.text()
    assert not any(learned_at(database).values())


@pytest.mark.parametrize("step", ["train", "parse", "adopt"])
def test_when_a_step_fails_nothing_is_left_behind(database: Database, tmp_path: Path, step: str) -> None:
    with pytest.raises(LearnError):
        learn(database, Engine(stops_in=step), say=lambda _: None)
    assert left_behind(tmp_path) == {"leren.lock"} and not any(learned_at(database).values())


def test_two_runs_at_once_are_refused(database: Database) -> None:
    with learning._alone(), pytest.raises(LearnError, match="another"):
        learn(database, Engine(), say=lambda _: None)


def test_the_command_writes_a_whole_file_and_explains_itself(database: Database, tmp_path: Path) -> None:
    run = CliRunner()
    done = run.invoke(main, ["learn", "--export", str(tmp_path / "uit.yml")])
    assert done.exit_code == 0 and "1 examples" in done.output, done.output
    assert yaml.safe_load((tmp_path / "uit.yml").read_text(encoding="utf-8"))["nlu"][0]["intent"] == "tlv/tlv_geldigheid"
    assert run.invoke(main, ["learn"]).exit_code == 2 and run.invoke(main, ["learn", "--dry-run"]).exit_code == 2
    assert run.invoke(main, ["learn", "--export", str(tmp_path / "geen" / "map.yml")]).exit_code == 1
