"""What a parent writes never gets into the logs, whatever the level."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from rasa.core.agent import Agent

from bot.engine.quiet import SETTINGS
from bot.knowledge.files import root

WORDS = "zebrapadje paarsgestreept"
TEXT = f"mijn {WORDS} kind zit thuis, wat nu?"
SCRIPT = """
import asyncio, sys
from bot.engine.quiet import quiet
quiet()
from bot.engine.agents import load, run
from bot.engine.parse import parse
from bot.engine.turn import run_turn
agent = load()
text = sys.stdin.read()
run(parse(agent, text))
turn = run(run_turn(agent, "gesprek-1", text=text))
run(run_turn(agent, "gesprek-1", text="kun je dat herhalen " + text))
run(run_turn(agent, "gesprek-1", payload="topic:tlv_wat"))
print("answered", len(turn.messages) > 0)
"""


def test_words_of_the_parent_are_not_logged(agent: Agent) -> None:
    environment = {**os.environ, "LOG_LEVEL": "DEBUG", "LOG_LEVEL_LIBRARIES": "DEBUG"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], input=TEXT, capture_output=True, text=True, cwd=root(), env=environment, timeout=120
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.splitlines()[-1] == "answered True"
    for word in WORDS.split():
        assert word not in done.stdout + done.stderr


def test_an_error_in_a_component_does_not_quote_the_parent(agent: Agent, tmp_path: Path) -> None:
    script = SCRIPT.replace(
        "agent = load()",
        "agent = load()\nfrom actions.gesprek import ActionHerhalen\n"
        "def broken(self, dispatcher, tracker, domain): raise ValueError(tracker.latest_message['text'])\n"
        "ActionHerhalen.run = broken",
    ).replace("import asyncio, sys", "import asyncio, sys, logging")
    environment = {**os.environ, "LOG_LEVEL": "DEBUG"}
    done = subprocess.run(
        [sys.executable, "-c", script], input="kun je dat nog een keer zeggen " + WORDS, capture_output=True, text=True,
        cwd=root(), env=environment, timeout=120,
    )  # fmt: skip
    logged = done.stderr.split("Traceback (most recent call last)")[0] if done.returncode else done.stderr
    for word in WORDS.split():
        assert word not in logged


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({}, "WARNING 2"),
        ({"LOG_LEVEL": "ERROR", "OMP_NUM_THREADS": "7"}, "ERROR 7"),
        ({"LOG_LEVEL": "debug"}, "INFO 2"),  # at debug, Rasa prints every message
    ],
)
def test_quiet_keeps_what_an_operator_set(given: dict[str, str], shown: str) -> None:
    script = (
        "from bot.engine.quiet import quiet; quiet(); import os; "
        "print(os.environ['LOG_LEVEL'], os.environ['OMP_NUM_THREADS'])"
    )
    clean = {k: v for k, v in os.environ.items() if k not in SETTINGS}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=root(), env={**clean, **given}, check=True
    )
    assert done.stdout.strip() == shown


def test_telemetry_is_off() -> None:
    script = (
        "from bot.engine.quiet import quiet; quiet()\nfrom rasa import telemetry\nprint(telemetry.is_telemetry_enabled())"
    )
    clean = {k: v for k, v in os.environ.items() if k not in SETTINGS}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=root(), env=clean, check=True)
    assert done.stdout.strip() == "False"
