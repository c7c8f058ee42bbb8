"""`bot parse` and `bot ask`: what they read, what they print, what they refuse."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys

import pytest
from rasa.core.agent import Agent

from bot.engine import ask
from bot.engine.parse import messages
from bot.knowledge.files import root
from bot.knowledge.topics import load_topics


def command(module: str, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    environment = {"PYTHONWARNINGS": "ignore", **os.environ}
    return subprocess.run(
        [sys.executable, "-m", f"bot.engine.{module}", *arguments], input=given, capture_output=True, text=True,
        cwd=root(), env=environment, timeout=120,
    )  # fmt: skip


def test_lines_are_plain_text_or_json() -> None:
    lines = 'wat is een tlv?\n\n{"text": "regel één\\nregel twee", "id": 3}\n  met spaties  \n'
    assert list(messages(io.StringIO(lines))) == ["wat is een tlv?", "regel één\nregel twee", "met spaties"]


@pytest.mark.parametrize("line", ["{geen json", '{"tekst": "x"}', "{}", '{"text": "x"'])
def test_a_bad_line_is_named(line: str) -> None:
    with pytest.raises(ValueError, match="line 3"):
        list(messages(io.StringIO(f"goed\n\n{line}\n")))


def test_bot_parse_prints_the_contract(agent: Agent) -> None:
    done = command("parse", "-", given='wat is een tlv?\n{"text": "mijn zoon van 9 zit 6 weken thuis"}\n/hallo\n')
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [entry["text"] for entry in found] == ["wat is een tlv?", "mijn zoon van 9 zit 6 weken thuis", "/hallo"]
    for entry in found:
        assert {"text", "topic", "confidence", "ranking", "entities", "language", "ms", "accepted"} <= set(entry)
        assert len(entry["ranking"]) == 5
        assert [entry["topic"], entry["confidence"]] == entry["ranking"][0]
        assert all(topic in load_topics().topics for topic, _ in entry["ranking"])
        assert 0 <= entry["confidence"] <= 1
        assert entry["ms"] > 0
    assert found[0]["topic"] == "tlv_wat"
    assert {(e["type"], e["value"]) for e in found[1]["entities"]} >= {("leeftijd", 9), ("duur", 6.0)}
    assert found[2]["topic"] == "begroeten"


def test_bot_parse_stops_at_a_bad_line_with_its_number(agent: Agent) -> None:
    done = command("parse", "-", given="goed\n{kapot\n")
    assert done.returncode == 1
    assert done.stderr.strip() == "bot parse: line 2: not JSON with a field 'text'"
    assert done.stdout == ""


def test_bot_parse_without_a_file() -> None:
    done = command("parse", "/bestaat/niet.txt")
    assert done.returncode == 1
    assert "/bestaat/niet.txt" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_model_the_commands_say_what_to_do(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_VAR", str(tmp_path))
    for done in (command("parse", "-", given="hoi"), command("ask", "hoi")):
        assert done.returncode == 1
        assert "make train" in done.stderr
        assert "Traceback" not in done.stderr


def test_bot_ask_answers_in_json(agent: Agent) -> None:
    done = command("ask", "--json", "--level", "a2", "--", "wat is een tlv?")
    assert done.returncode == 0, done.stderr
    (message,) = json.loads(done.stdout)["messages"]
    assert set(message) == {"text", "buttons", "topic", "sources"}
    assert message["topic"] == "tlv_wat"
    assert message["sources"]


def test_bot_ask_prints_answer_source_and_buttons(agent: Agent) -> None:
    done = command("ask", "--", "wat is een tlv?")
    assert done.returncode == 0, done.stderr
    assert "  Bron: " in done.stdout
    assert "  [" in done.stdout


@pytest.mark.parametrize("text", ["", "   ", "/", " // "])
def test_bot_ask_needs_a_question(text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["ask", "--", text])
    assert ask.main() == 2
    assert capsys.readouterr().err.strip() == "bot ask: the question is empty"
