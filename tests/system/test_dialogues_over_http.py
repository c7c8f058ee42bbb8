"""The conversations of tests/dialogue over the public API of the whole service: web, engine and actions as they run.

The engine's own tests see how a message was understood; here only what a parent gets counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.knowledge.files import root
from tests.dialogue.turns import DIALOGUES, NOW, body_of, check, turns_of
from tests.system.service import Chat, Service, serving

# The card to a person is of the web part; the dialogues are about the cards of the engine.
OF_WEB = "overdracht"

pytestmark = [
    pytest.mark.skipif(not (root() / ".venv-engine" / "bin" / "python").exists(), reason="no engine environment"),
    pytest.mark.timeout(900),
]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    limits = dict.fromkeys(("RATE_CONVERSATION_PER_MINUTE", "RATE_ADDRESS_PER_MINUTE", "RATE_NEW_PER_MINUTE"), "100000")
    with serving(tmp_path_factory.mktemp("var"), BOT_NOW=NOW, **limits) as running:
        yield running


@pytest.mark.parametrize("path", DIALOGUES, ids=[path.stem for path in DIALOGUES])
def test_dialogue(path: Path, service: Service) -> None:
    chat = Chat(service)
    for number, turn in enumerate(turns_of(path), start=1):
        messages = chat.send(**body_of(turn))
        for message in messages:
            if (message["card"] or {}).get("type") == OF_WEB:
                message["card"] = None
        check(turn, messages, f"turn {number} ({body_of(turn)}): {messages}")
