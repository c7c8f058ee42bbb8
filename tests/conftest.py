"""What tests of several folders use. Only the standard library at the top: the engine environment loads this too."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

_INSTALL = "no PostgreSQL server found: install Debian's package `postgresql` (or put `initdb` on PATH)"
_INSTALL_REDIS = "no Redis server found: install Debian's package `redis-server`"


def free_port() -> int:
    """Return a port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def postgres_programs() -> Path | None:
    """Return the folder with the programs of a PostgreSQL server, the newest where there are several."""
    found = [*Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    on_path = shutil.which("initdb")
    if on_path:
        found.append(Path(on_path).resolve())
    return max(found, key=lambda path: path.parts, default=Path()).parent if found else None


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Start a private PostgreSQL server on a free port; give the start of its URL."""
    programs = postgres_programs()
    if programs is None:
        if os.environ.get("CI") == "true":
            pytest.fail(_INSTALL)
        pytest.skip(_INSTALL)
    # PostgreSQL refuses to run as root; then it runs as its own user, or as nobody.
    as_user: dict[str, Any] = {}
    folder = Path(tempfile.mkdtemp(prefix="pg-test-"))
    if os.geteuid() == 0:
        import pwd

        known = {entry.pw_name for entry in pwd.getpwall()}
        as_user = {"user": "postgres" if "postgres" in known else "nobody", "extra_groups": []}
        shutil.chown(folder, as_user["user"])
    data, port = folder / "data", free_port()
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "test", "--auth=trust", "--encoding=UTF8", "--no-sync"],
        check=True, capture_output=True, cwd=folder, env=environment, **as_user,
    )  # fmt: skip
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} -c fsync=off"
    server = subprocess.Popen(
        [programs / "postgres", "-D", data, *options.split()],
        cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **as_user,
    )  # fmt: skip
    try:
        _wait_for_port(port, server)
        yield f"postgresql://test@127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """Give the URL of an empty PostgreSQL database of this test alone."""
    import psycopg

    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(f"{postgres_server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield f"{postgres_server}/{name}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


class RedisServer:
    """A private Redis server on a port of its own, that can be stopped and started again (then it is empty)."""

    def __init__(self, program: str) -> None:
        """Choose a port; `start` starts it."""
        self.port = free_port()
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return its address."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Listen, on the same port each time."""
        if self._process is None:
            options = ("--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
            self._process = subprocess.Popen(
                [self._program, *options], cwd=tempfile.gettempdir(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            _wait_for_port(self.port, self._process)

    def stop(self) -> None:
        """End; nothing listens any more."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=20)
            self._process = None

    def freeze(self, frozen: bool) -> None:
        """Let it hang: connections stay, nothing is answered; or go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP if frozen else signal.SIGCONT)


@pytest.fixture(scope="session")
def _redis_server() -> Iterator[RedisServer]:
    """Run one Redis server."""
    program = shutil.which("redis-server")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail(_INSTALL_REDIS)
        pytest.skip(_INSTALL_REDIS)
    server = RedisServer(program)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def redis_server(_redis_server: RedisServer) -> RedisServer:
    """Give a Redis server that runs."""
    _redis_server.start()
    return _redis_server


def _wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until a process answers on a port."""
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError(f"the server on port {port} stopped while it started")
        with socket.socket() as probe:
            probe.settimeout(0.2)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"the server does not answer on port {port}")
