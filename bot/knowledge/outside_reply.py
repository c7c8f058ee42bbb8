"""Answer what this service does not cover: a real question of parents without a source, or another subject."""

from __future__ import annotations

from collections.abc import Sequence

from bot.knowledge.info import Mention, Reply
from bot.knowledge.no_source import load_no_source

TOPIC = "buiten_bereik"


def outside_reply(mentions: Sequence[Mention]) -> Reply:
    """Return the answer to a question without a source (entity `zonder_bron`), else that this is out of scope."""
    questions = load_no_source().questions
    asked = next((m.value for m in mentions if m.type == "zonder_bron" and m.value in questions), None)
    return Reply(TOPIC, questions[asked].response if asked else "utter_buiten_bereik")
