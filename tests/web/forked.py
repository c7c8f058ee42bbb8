"""Web processes of tests: real processes, forked from one that has imported everything already.

`python -m bot.web` needs three seconds of CPU to import what it uses, and these tests start it more than a hundred times. Here
`multiprocessing`'s fork server imports once; each process then runs the same module with its own environment, its own log and
its own signals. How the command itself starts is tested over the whole service (tests/system).
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import sys
from collections.abc import Mapping
from pathlib import Path
from subprocess import TimeoutExpired

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.web.warm"])


class WebProcess:
    """A process that runs a module, with the part of `subprocess.Popen` that tests use."""

    def __init__(self, module: str, environment: Mapping[str, str], log: Path) -> None:
        """Start it; what it prints goes to `log`."""
        self._process = _CONTEXT.Process(target=_run, args=(module, dict(environment), str(log)), daemon=True)
        self._process.start()

    @property
    def pid(self) -> int:
        """Return its id."""
        return int(self._process.pid or 0)

    def poll(self) -> int | None:
        """Return how it ended (minus the signal where one ended it), or None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it ended; return how.

        Raises:
            TimeoutExpired: it still runs.

        """
        self._process.join(timeout)
        code = self._process.exitcode
        if code is None:
            raise TimeoutExpired("web", timeout or 0)
        return code

    def terminate(self) -> None:
        """Ask it to stop."""
        self._process.terminate()

    def kill(self) -> None:
        """Kill it."""
        self._process.kill()

    def send_signal(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)


def _run(module: str, environment: dict[str, str], log: str) -> None:
    """Become `python -m module`."""
    os.environ.clear()
    os.environ.update(environment)
    target = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(target, 2)
    os.close(target)
    sys.argv = [module]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
