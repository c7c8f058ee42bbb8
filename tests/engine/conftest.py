"""What the tests of the engine share. Skipped as a whole where Rasa is not installed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("rasa", reason="runs in the engine environment (.venv-engine)")

from bot.engine.quiet import quiet

quiet()

from rasa.core.agent import Agent
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage

from bot.engine import models
from bot.engine.agents import load, run
from bot.engine.turn import Turn, run_turn

TODAY = "2026-11-23T10:00:00"  # a Monday with no holiday near


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make it a fixed day."""
    monkeypatch.setenv("BOT_NOW", TODAY)


@pytest.fixture
def storage(tmp_path: Path) -> ModelStorage:
    """Give Rasa's real model storage, in a folder of this test."""
    folder = tmp_path / "storage"
    folder.mkdir()
    return LocalModelStorage.create(folder)


@pytest.fixture
def resource() -> Resource:
    """Give the name under which a component keeps its files."""
    return Resource("component")


@pytest.fixture
def context() -> ExecutionContext:
    """Give the context in which Rasa makes a component."""
    return ExecutionContext(GraphSchema({}), node_name="component")


@pytest.fixture(scope="session")
def agent() -> Agent:
    """Give the real assistant: the trained model, trained first when it is out of date."""
    if not models.is_current():
        from bot.engine.train import train

        train()
    return load()


class Talk:
    """A conversation with the real assistant."""

    def __init__(self, agent: Agent, name: str) -> None:
        """Start a conversation of this name."""
        self._agent = agent
        self.name = name

    def say(self, text: str) -> Turn:
        """Say something."""
        turn: Turn = run(run_turn(self._agent, self.name, text=text))
        return turn

    def press(self, payload: str) -> Turn:
        """Press a button."""
        turn: Turn = run(run_turn(self._agent, self.name, payload=payload))
        return turn

    def tracker(self) -> Any:
        """Return Rasa's memory of the conversation."""
        return run(self._agent.tracker_store.retrieve(self.name))


@pytest.fixture
def talk(agent: Agent, request: pytest.FixtureRequest) -> Callable[[], Talk]:
    """Give a function that starts a conversation; each has a memory of its own."""
    count = 0

    def start() -> Talk:
        nonlocal count
        count += 1
        return Talk(agent, f"{request.node.nodeid}-{count}")

    return start
