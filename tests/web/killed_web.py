"""A web process that dies at one step of the approval of a handoff: KILL_AT names the step. Nothing of this is in the product."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from bot.handoff import approve as steps
from bot.handoff.store import HandoffStore
from bot.web import handoff_api
from bot.web.__main__ import main

# Each step with where it happens; the first ones come before the commit, the last two after it.
BEFORE_COMMIT = ("assemble", "check_contact", "_insert", "_book", "move_owner", "mail_staff", "append_as", "told", "commit")
AFTER_COMMIT = ("committed", "_ring")
_armed = False


def die(*_: Any) -> None:
    """Die as a process does that is killed."""
    os.kill(os.getpid(), signal.SIGKILL)


def dies_in(owner: Any, name: str, *, after: bool = False) -> None:
    """Let a function die instead of doing its work, or after it."""
    original: Callable[..., Any] = getattr(owner, name)

    def dying(*args: Any, **more: Any) -> Any:
        if after:
            original(*args, **more)
        die()

    setattr(owner, name, dying)


def arm(step: str) -> None:
    """Prepare to die at a step."""
    if step == "told":
        dies_in(steps, "append_as", after=True)
    elif step == "committed":
        dies_in(HandoffStore, "approve", after=True)
    elif step == "_ring":
        dies_in(handoff_api, "_ring")
    elif step == "commit":
        original = steps.append_as

        def then_commit(*args: Any, **more: Any) -> Any:
            global _armed
            _armed = True
            return original(*args, **more)

        steps.append_as = then_commit
        event.listen(Engine, "commit", lambda _: _armed and die())
    else:
        dies_in(steps, step)


if __name__ == "__main__":
    arm(os.environ["KILL_AT"])
    sys.exit(main())
