"""`bot serve`: prepare what is missing, then run web, engine and actions together."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from urllib.parse import urlsplit

import httpx
from honcho.environ import parse_procfile
from honcho.manager import Manager

from bot import environments
from bot.knowledge.files import root
from bot.paths import var_dir
from bot.secrets import for_engine, load_secrets
from bot.settings import Settings, load_settings
from bot.storage.migrate import upgrade

READY_WITHIN = 180  # seconds; a cold start of Rasa on a slow machine takes about 30


class ServeError(RuntimeError):
    """The service cannot start; the message says what to do."""


def engine_python() -> str:
    """Return the Python of the engine environment."""
    return str(root() / ".venv-engine" / "bin" / "python")


def prepare(settings: Settings) -> None:
    """Make environments, database and model where they are missing or out of date.

    Raises:
        ServeError, environments.SetupError: something is missing that cannot be made here.
    """
    environments.make("web")
    environments.make("engine")
    var_dir().mkdir(parents=True, exist_ok=True)
    upgrade(settings.database_url)
    print("checking the model ...", flush=True)
    environment = {**for_engine(os.environ), "PYTHONWARNINGS": "ignore"}
    if subprocess.run([engine_python(), "-m", "bot.engine.train"], cwd=root(), env=environment).returncode:
        raise ServeError("the model could not be trained; the lines above say why")


def ports(settings: Settings) -> dict[str, int]:
    """Return the port of each process.

    Raises:
        ServeError: ENGINE_URL has no port.
    """
    engine = urlsplit(settings.engine_url).port
    if engine is None:
        raise ServeError(f"ENGINE_URL needs a port, such as http://127.0.0.1:5005 (it is {settings.engine_url})")
    return {"web": settings.port, "engine": engine, "actions": int(os.environ.get("ACTIONS_PORT", "5055"))}


def check_ports(settings: Settings) -> None:
    """Refuse to start where a port is taken.

    Raises:
        ServeError: names the port and the variable that changes it.
    """
    variables = {"web": "PORT", "engine": "ENGINE_URL", "actions": "ACTIONS_PORT"}
    for name, port in ports(settings).items():
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            host = settings.host if name == "web" else "127.0.0.1"
            try:
                probe.bind((host, port))
            except OSError as error:
                raise ServeError(
                    f"port {port} on {host} is not free for '{name}' ({error.strerror}). Stop what uses it, or set "
                    f"{variables[name]}."
                ) from None


def _announce(settings: Settings, stop: threading.Event) -> None:
    """Print the address once everything is ready."""
    address = f"http://{settings.host}:{settings.port}"
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and not stop.wait(0.5):
        try:
            if httpx.get(f"{address}/readyz", timeout=5, trust_env=False).status_code == 200:
                print(f"\nReady: open {address} in a browser. Ctrl-C stops everything.\n", flush=True)
                return
        except httpx.HTTPError:
            continue
    if not stop.is_set():
        print(f"not ready after {READY_WITHIN} s: see the lines above, and {address}/readyz", file=sys.stderr, flush=True)


def serve() -> int:
    """Prepare and run until stopped; returns the exit code.

    Raises:
        ServeError, environments.SetupError, SettingsError, SecretsError, KnowledgeError: the start failed.
    """
    os.umask(0o077)  # databases and keys are for this user only
    settings = load_settings()
    check_ports(settings)
    prepare(settings)
    keys = load_secrets()
    numbers = ports(settings)
    shared = {
        **os.environ, "ENGINE_KEY": keys.engine_key, "TOKEN_KEY": keys.token_key, "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore",
        "ENGINE_PORT": str(numbers["engine"]), "ACTIONS_PORT": str(numbers["actions"]), "PYTHONPATH": str(root()),
    }
    manager = Manager()
    procfile = parse_procfile((root() / "Procfile").read_text(encoding="utf-8"))
    for name, command in procfile.processes.items():
        # `exec` lets a stop signal reach the program itself, not a shell around it
        environment = shared if name == "web" else for_engine(shared)
        manager.add_process(name, f"exec {command}", env=environment, cwd=str(root()))
    stop = threading.Event()
    threading.Thread(target=_announce, args=(settings, stop), daemon=True).start()
    try:
        manager.loop()
    finally:
        stop.set()
    return int(manager.returncode or 0)
