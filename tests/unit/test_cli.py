"""The command `bot`: what it prints, and that what goes wrong is one clear line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.knowledge.files import root
from bot.knowledge.topics import load_topics


def bot(*arguments: str, given: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", *arguments], input=given, capture_output=True, text=True, cwd=root(),
        env={**os.environ, "BOT_NOW": "2026-11-23T10:00:00", **environment}, timeout=120,
    )  # fmt: skip


@pytest.fixture(scope="module")
def answers() -> list[dict[str, Any]]:
    done = bot("answers", "--json")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_answer_is_a_line_with_the_contract(answers: list[dict[str, Any]]) -> None:
    for entry in answers:
        assert {"topic", "level", "text", "sources", "next_step"} <= set(entry)
        assert entry["level"] in {"b1", "a2"}
        assert entry["text"].strip()
        assert "{" not in entry["text"] + entry["next_step"]
        assert entry["next_step"] in entry["text"]
        for source in entry["sources"]:
            assert source["title"] and source["part"] and source["date"]


def test_every_topic_is_answered_at_b1(answers: list[dict[str, Any]]) -> None:
    assert {entry["topic"] for entry in answers if entry["level"] == "b1"} >= set(load_topics().topics)


def test_topics_that_matter_are_answered_at_a2(answers: list[dict[str, Any]]) -> None:
    easier = {entry["topic"] for entry in answers if entry["level"] == "a2"}
    assert {t for t in load_topics().topics if load_topics().needs_a2(t)} <= easier


def test_answers_of_the_trade_have_a_source(answers: list[dict[str, Any]]) -> None:
    topics = load_topics()
    without = {e["topic"] for e in answers if not e["sources"] and topics.groups[topics.topics[e["topic"]].group].faq}
    assert without == set()


def test_no_answer_stands_twice(answers: list[dict[str, Any]]) -> None:
    keys = [(e["topic"], e["level"], e.get("about"), e["text"]) for e in answers]
    assert len(keys) == len(set(keys))


def test_answers_can_be_read_without_json() -> None:
    done = bot("answers")
    assert done.returncode == 0, done.stderr
    assert "== tlv_wat (b1)\n" in done.stdout
    assert "== tlv_wat (a2)\n" in done.stdout


@pytest.mark.parametrize("command", ["serve", "train", "parse", "ask", "answers", "precheck", "deadline"])
def test_the_help_names_every_command(command: str) -> None:
    assert f"\n  {command} " in bot("--help").stdout
    assert bot(command, "--help").returncode == 0


def test_a_broken_fact_is_one_clear_line(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    for name in ("data", "config.yml", "domain.yml"):
        (project / name).symlink_to(root() / name)
    broken = tmp_path / "broken"
    subprocess.run(["cp", "-r", str(root() / "data"), str(broken)], check=True)
    (project / "data").unlink()
    (project / "data").symlink_to(broken)
    facts = broken / "knowledge" / "facts" / "tlv.yml"
    facts.write_text(facts.read_text(encoding="utf-8") + "\nnieuw:\n  tekst: verkeerd veld\n", encoding="utf-8")
    done = bot("answers", "--json", BOT_ROOT=str(project))
    assert done.returncode == 1
    assert "tlv.yml: entry 'nieuw'" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_without_the_engine_environment_it_says_what_to_do(tmp_path: Path) -> None:
    done = bot("ask", "wat is een tlv?", BOT_ROOT=str(tmp_path))
    assert done.returncode == 1
    assert "make setup" in done.stderr
    assert "Traceback" not in done.stderr


def test_ask_needs_a_question() -> None:
    if not (root() / ".venv-engine" / "bin" / "python").exists():
        pytest.skip("no engine environment here")
    done = bot("ask", "  ")
    assert done.returncode == 2
    assert done.stderr.strip() == "bot ask: the question is empty"


def test_parse_of_a_file_that_is_not_there() -> None:
    done = bot("parse", "/bestaat/niet.txt")
    assert done.returncode == 2
    assert "/bestaat/niet.txt" in done.stderr


def test_ask_knows_two_levels() -> None:
    done = bot("ask", "--level", "c1", "hoi")
    assert done.returncode == 2
    assert "b1" in done.stderr


def test_a_wrong_setting_stops_serve_with_its_name() -> None:
    done = bot("serve", PORT="geen-poort")
    assert done.returncode == 1
    assert "PORT" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_deadline() -> None:
    done = bot("deadline", "bezwaar", "2026-11-12", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert {"rule", "from", "until", "extended_until", "text", "source"} <= set(found)
    assert (found["rule"], found["until"]) == ("bezwaar", "2026-12-24")


@pytest.mark.parametrize(
    ("arguments", "named"), [(["onzin", "2026-11-12"], "onzin"), (["bezwaar", "12 november"], "12 november")]
)
def test_a_wrong_deadline_is_a_clear_line(arguments: list[str], named: str) -> None:
    done = bot("deadline", *arguments)
    assert done.returncode in (1, 2)
    assert named in done.stderr
    assert "Traceback" not in done.stderr


def test_a_precheck() -> None:
    done = bot("precheck", "--profile", "-", "--json", given='{"leeftijd": 9, "onderwijs": "po"}')
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert {"arrangement", "outcome", "reasons", "missing"} <= set(found["results"][0])
    assert {r["outcome"] for r in found["results"]} <= {"past", "past_niet", "misschien"}
    assert set(found["next_question"]) >= {"field", "text"}


@pytest.mark.parametrize("profile", ["geen json", '{"leeftijd": "negen"}', '{"onbekend_veld": 1}', "[]"])
def test_a_wrong_profile_is_a_clear_line(profile: str) -> None:
    done = bot("precheck", "--profile", "-", "--json", given=profile)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: ")
    assert "Traceback" not in done.stderr
