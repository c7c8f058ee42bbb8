"""`bot parse`: how the assistant understands messages, one JSON object a line."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from bot.engine.quiet import quiet

quiet()

from rasa.core.agent import Agent  # noqa: E402
from rasa.core.channels.channel import UserMessage  # noqa: E402

from bot.engine.agents import load, run  # noqa: E402
from bot.engine.models import NoModel  # noqa: E402
from bot.engine.report import report  # noqa: E402
from bot.engine.second_look import second_look  # noqa: E402


def messages(stream: TextIO) -> Iterator[str]:
    """Yield the message of each line: plain text, or JSON with `text`; empty lines are left out.

    Raises:
        ValueError: a line of JSON without `text`; names the line.
    """
    for number, line in enumerate(stream, start=1):
        line = line.strip()
        if line.startswith("{"):
            try:
                yield str(json.loads(line)["text"])
            except (ValueError, KeyError, TypeError):
                raise ValueError(f"line {number}: not JSON with a field 'text'") from None
        elif line:
            yield line


async def parse(agent: Agent, text: str) -> dict[str, object]:
    """Return the report of one message, with the milliseconds it took."""
    started = time.perf_counter()
    parsed = await agent.processor.parse_message(UserMessage(text.lstrip("/ ")))  # type: ignore[union-attr]
    elapsed = (time.perf_counter() - started) * 1000
    return {"text": text, **report(second_look(parsed)), "ms": round(elapsed, 1)}


def main() -> int:
    """Run `python -m bot.engine.parse`; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", help="file with a message a line, or - for standard input")
    parser.add_argument("--model", type=Path, help="another model than the one that serves")
    given = parser.parse_args()
    path = given.file
    try:
        stream = sys.stdin if path == "-" else open(path, encoding="utf-8")  # noqa: SIM115
        with stream:
            texts = list(messages(stream))
        agent = load(given.model)
    except (OSError, ValueError, NoModel) as error:
        print(f"bot parse: {error}", file=sys.stderr)
        return 1
    for text in texts:
        print(json.dumps(run(parse(agent, text)), ensure_ascii=False), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
