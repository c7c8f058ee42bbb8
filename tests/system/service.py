"""Runs `bot serve` for real: its three processes on free ports, its files in a folder of the test."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bot.knowledge.files import root
from bot.paths import cache_dir, models_dir
from tests.conftest import free_port

# Seconds. When nobody trained before these tests, the service does so itself.
READY_WITHIN = 600
STOPPED_WITHIN = 40


@dataclass
class Service:
    """A running service."""

    process: subprocess.Popen[bytes]
    folder: Path
    log: Path
    ports: dict[str, int]
    environment: dict[str, str]

    @property
    def url(self) -> str:
        """Return the address for parents."""
        return f"http://127.0.0.1:{self.ports['web']}"

    def logged(self) -> str:
        """Return everything that was printed so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def get(self, path: str) -> httpx.Response:
        """Fetch a page."""
        return httpx.get(self.url + path, timeout=30, trust_env=False)

    def wait(self, state: int = 200, seconds: float = READY_WITHIN) -> float:
        """Wait until /readyz gives a status; return how long that took."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            assert self.process.poll() is None, self.logged()
            try:
                if self.get("/readyz").status_code == state:
                    return time.monotonic() - began
            except httpx.TransportError:
                pass
            time.sleep(0.2)
        raise AssertionError(f"no {state} from /readyz in {seconds} s\n{self.logged()}")

    def pids(self, named: str = "") -> list[int]:
        """Return the ids of the processes below this one, those with a word in their command."""
        found, waiting = [], [self.process.pid]
        children: dict[int, list[int]] = {}
        for pid, parent in _parents():
            children.setdefault(parent, []).append(pid)
        while waiting:
            below = children.get(waiting.pop(), [])
            found += below
            waiting += below
        return [pid for pid in found if named in command_line(pid)]

    def program(self, module: str) -> int:
        """Return the id of the Python process that runs a module (not of what keeps it running)."""
        (pid,) = [p for p in self.pids(f"-m {module}") if "scripts/keep" not in command_line(p)]
        return pid


def command_line(pid: int) -> str:
    """Return the command of a process, or nothing when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def _parents() -> Iterator[tuple[int, int]]:
    """Yield every process with its parent."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            yield int(entry.name), int(stat.rpartition(")")[2].split()[1])


def environment_for(folder: Path, ports: dict[str, int], **more: str) -> dict[str, str]:
    """Return the environment of a service with its own files and ports."""
    ours = {"DATABASE_URL", "REDIS_URL", "ENGINE_KEY", "TOKEN_KEY", "BOT_NOW"}
    return {
        **{name: value for name, value in os.environ.items() if name not in ours},
        "BOT_VAR": str(folder), "PORT": str(ports["web"]), "ENGINE_URL": f"http://127.0.0.1:{ports['engine']}",
        "ACTIONS_PORT": str(ports["actions"]), "PYTHONUNBUFFERED": "1", **more,
    }  # fmt: skip


@contextmanager
def serving(folder: Path, **more: str) -> Iterator[Service]:
    """Run the service until the end of the block; the model and the cache are copies of those that are here."""
    for source in (models_dir(), cache_dir()):
        if source.exists():
            shutil.copytree(source, folder / source.name)
    ports = {"web": free_port(), "engine": free_port(), "actions": free_port()}
    environment = environment_for(folder, ports, **more)
    log = folder / "serve.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(Path(sys.executable).with_name("bot")), "serve"], cwd=root(), env=environment, stdout=output,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
    service = Service(process, folder, log, ports, environment)
    try:
        service.wait()
        yield service
    finally:
        below = service.pids()
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOPPED_WITHIN)
            except subprocess.TimeoutExpired:
                process.kill()
        for pid in below:
            if command_line(pid):
                os.kill(pid, signal.SIGKILL)


class Chat:
    """A conversation over the public API."""

    def __init__(self, service: Service) -> None:
        """Start it."""
        self._http = httpx.Client(base_url=service.url, timeout=60, trust_env=False)
        started = self._http.post("/api/conversations")
        assert started.status_code == 201, started.text
        body = started.json()
        self.id, self.greeting = body["id"], body["messages"]
        self._http.headers["Authorization"] = f"Bearer {body['token']}"

    def send(self, **body: str) -> list[dict[str, Any]]:
        """Say something or press a button; return the new messages."""
        response = self._http.post(f"/api/conversations/{self.id}/messages", json=body)
        assert response.status_code == 200, response.text
        messages: list[dict[str, Any]] = response.json()["messages"]
        return messages

    def erase(self) -> int:
        """Erase it; return the status."""
        return self._http.delete(f"/api/conversations/{self.id}").status_code
