"""The actions process: rasa-sdk on loopback (its own command listens on every address)."""

from __future__ import annotations

import argparse
import os
import sys

from bot.engine.quiet import quiet

quiet()

from rasa_sdk.endpoint import create_app  # noqa: E402


def main() -> int:
    """Run `python -m bot.engine.actions_server`; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=int(os.environ.get("ACTIONS_PORT", "5055")))
    create_app("actions", cors_origins=[]).run("127.0.0.1", parser.parse_args().port, workers=1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
