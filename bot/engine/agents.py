"""Load the trained agent inside a process, without servers: for `bot parse`, `bot ask` and tests."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor

from bot.engine.models import current_model

GENERATOR = "bot.engine.nlg.AnswerGenerator"


class InProcessActions(EndpointConfig):  # type: ignore[misc]
    """Runs the custom actions of actions/ in this process instead of over HTTP."""

    def __init__(self) -> None:
        """Register the actions."""
        super().__init__("in-process")
        self._executor = ActionExecutor()
        self._executor.register_package("actions")

    async def request(self, *_: Any, json: dict[str, Any] | None = None, **__: Any) -> Any:
        """Run the action that Rasa asks for."""
        return await self._executor.run(json)


def load(model: Path | None = None) -> Agent:
    """Return the agent with its trackers in memory.

    Raises:
        NoModel: there is no trained model.
    """
    return Agent.load(
        str(model or current_model()), generator=EndpointConfig(type=GENERATOR),
        tracker_store=InMemoryTrackerStore(None), action_endpoint=InProcessActions(),
    )


def run(coroutine: Any) -> Any:
    """Run a coroutine to its end, also where an event loop was left behind."""
    loop = asyncio.new_event_loop()
    try:
        asyncio.set_event_loop(loop)
        return loop.run_until_complete(coroutine)
    finally:
        loop.close()
