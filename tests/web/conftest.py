"""Runs the web process for real: its own process, a real SQLite file, a fake engine over HTTP."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.storage.migrate import upgrade
from tests.conftest import free_port
from tests.web.fake_engine import KEY, FakeEngine
from tests.web.forked import WebProcess

ROOT = Path(__file__).resolve().parents[2]
PLENTY = "100000"


@dataclass
class Web:
    """A running web process."""

    http: httpx.Client
    database_url: str
    log: Path
    process: WebProcess | subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """Return its address."""
        return str(self.http.base_url)

    def start(self) -> Chat:
        """Start a conversation."""
        response = self.http.post("/api/conversations")
        assert response.status_code == 201, response.text
        body = response.json()
        return Chat(self.http, body["id"], body["token"], body["messages"])


@dataclass
class Chat:
    """A conversation of a test."""

    http: httpx.Client
    id: str
    token: str
    greeting: list[dict[str, Any]]

    @property
    def headers(self) -> dict[str, str]:
        """Return the header with the token."""
        return {"Authorization": f"Bearer {self.token}"}

    def post(self, **body: Any) -> httpx.Response:
        """Send a body to the conversation."""
        return self.http.post(f"/api/conversations/{self.id}/messages", json=body, headers=self.headers)

    def say(self, text: str) -> list[dict[str, Any]]:
        """Say something; return the new messages."""
        response = self.post(text=text)
        assert response.status_code == 200, response.text
        messages: list[dict[str, Any]] = response.json()["messages"]
        return messages

    def get(self, part: str = "messages", **params: str) -> httpx.Response:
        """Read a part of the conversation."""
        return self.http.get(f"/api/conversations/{self.id}/{part}", params=params, headers=self.headers)

    def all(self) -> list[dict[str, Any]]:
        """Return all messages."""
        messages: list[dict[str, Any]] = self.get().json()["messages"]
        return messages

    def erase(self) -> httpx.Response:
        """Erase the conversation."""
        return self.http.delete(f"/api/conversations/{self.id}", headers=self.headers)


@contextmanager
def running(folder: Path, engine_url: str, module: str = "bot.web", **environment: str) -> Iterator[Web]:
    """Run a web process with its files in a folder; variables of the test go over those here."""
    port = free_port()
    database_url = environment.get("DATABASE_URL", f"sqlite:///{folder / 'web.db'}")
    variables = {
        "PORT": str(port), "DATABASE_URL": database_url, "BOT_VAR": str(folder), "ENGINE_URL": engine_url,
        "ENGINE_KEY": KEY,
        "ENGINE_TIMEOUT_SECONDS": "1", "RATE_CONVERSATION_PER_MINUTE": PLENTY, "RATE_ADDRESS_PER_MINUTE": PLENTY,
        "RATE_NEW_PER_MINUTE": PLENTY, "EVENTS_POLL_SECONDS": "0.3", "EVENTS_HEARTBEAT_SECONDS": "1",
        "FORGET_RETRY_SECONDS": "0.5",
        "ALLOWED_ORIGINS": "https://www.school.nl",
    }  # fmt: skip
    upgrade(database_url)
    log = folder / f"web-{port}.log"
    log.touch()
    process = WebProcess(module, {**os.environ, **variables, **environment}, log)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False) as http:
            _wait(http, process, log)
            yield Web(http, database_url, log, process)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(http: httpx.Client, process: WebProcess, log: Path) -> None:
    """Wait until the process answers."""
    for _ in range(1500):
        assert process.poll() is None, log.read_text(encoding="utf-8")
        try:
            if http.get("/healthz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.02)
    raise AssertionError(log.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def _engine() -> Iterator[FakeEngine]:
    """Run one fake engine."""
    engine = FakeEngine()
    yield engine
    engine.stop()


@pytest.fixture
def engine(_engine: FakeEngine) -> FakeEngine:
    """Give a fake engine that is well."""
    _engine.reset()
    return _engine


@pytest.fixture(scope="session")
def _web(_engine: FakeEngine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """Run one web process for most tests."""
    with running(tmp_path_factory.mktemp("web"), _engine.url) as web:
        yield web


@pytest.fixture
def web(_web: Web, engine: FakeEngine) -> Web:
    """Give the shared web process, with a well engine."""
    return _web


@pytest.fixture
def run_web(engine: FakeEngine, tmp_path: Path) -> Iterator[Callable[..., Web]]:
    """Give a function that runs a web process of this test alone; the files are shared between its calls."""
    with ExitStack() as stack:
        yield lambda **environment: stack.enter_context(running(tmp_path, engine.url, **environment))
