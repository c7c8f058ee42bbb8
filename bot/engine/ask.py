"""`bot ask`: one turn through the real dialogue engine, without servers."""

from __future__ import annotations

import argparse
import json
import sys

from bot.engine.quiet import quiet

quiet()

from rasa.core.agent import Agent  # noqa: E402
from rasa.shared.core.events import SlotSet  # noqa: E402

from bot.engine.agents import load, run  # noqa: E402
from bot.engine.models import NoModel  # noqa: E402
from bot.engine.turn import EngineError, Turn, run_turn  # noqa: E402

CONVERSATION = "bot-ask"


async def ask(agent: Agent, text: str, level: str = "b1", conversation: str = CONVERSATION) -> Turn:
    """Return the answer to a text at a language level."""
    if level == "a2":
        tracker = await agent.tracker_store.get_or_create_tracker(conversation)
        tracker.update(SlotSet("taalniveau", "a2"))
        await agent.tracker_store.save(tracker)
    return await run_turn(agent, conversation, text)


def main() -> int:
    """Run `python -m bot.engine.ask`; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("text", help="what the parent asks")
    parser.add_argument("--level", choices=["b1", "a2"], default="b1", help="language level of the answer")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    if not arguments.text.strip(" /"):
        print("bot ask: the question is empty", file=sys.stderr)
        return 2
    try:
        turn = run(ask(load(), arguments.text, arguments.level))
    except (NoModel, EngineError) as error:
        print(f"bot ask: {error}", file=sys.stderr)
        return 1
    if arguments.json:
        shown = [{k: m[k] for k in ("text", "buttons", "topic", "sources")} for m in turn.messages]
        print(json.dumps({"messages": shown}, ensure_ascii=False, indent=2))
        return 0
    for message in turn.messages:
        print(message["text"])
        for source in message["sources"]:
            print(f"  Bron: {source['title']}, {source['part']} ({source['date']})")
        for button in message["buttons"]:
            print(f"  [{button['title']}]")
    return 0


if __name__ == "__main__":
    sys.exit(main())
