"""The set-up: what it makes, when it does nothing, and what it says when it cannot go on."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from bot import environments
from bot.environments import ENVIRONMENTS, STAMP, SetupError
from bot.knowledge.files import root

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a project with lock files and nothing made; uv is a program that notes how it was called."""
    (tmp_path / "requirements").mkdir()
    (tmp_path / "vendor").mkdir()
    for name in ("web", "dev", "engine", "readability", "tools"):
        (tmp_path / "requirements" / f"{name}.lock").write_text(f"# {name}\n", encoding="utf-8")
    (tmp_path / "vendor" / "model-1.whl").write_bytes(b"wheel")
    program = tmp_path / "uv"
    # like the real one, it makes the folder with a Python in it
    program.write_text(
        '#!/bin/sh\necho "$@" >> "$0.log"\n'
        'if [ "$1" = venv ]; then for last; do :; done; mkdir -p "$last/bin" && touch "$last/bin/python"; fi\n',
        encoding="utf-8",
    )
    program.chmod(0o755)
    monkeypatch.setattr(environments, "ROOT", tmp_path)
    monkeypatch.setattr(environments, "TOOLS", tmp_path / ".venv-tools")
    monkeypatch.setattr(environments, "uv", lambda: program)
    return tmp_path


def calls(project: Path) -> list[str]:
    """Return how uv was called."""
    log = project / "uv.log"
    return log.read_text(encoding="utf-8").splitlines() if log.exists() else []


def test_makes_an_environment_from_its_hashed_lock_file(project: Path) -> None:
    folder = environments.make("engine")
    assert folder == project / ".venv-engine"
    venv, sync, wheel = calls(project)
    assert venv.startswith("venv") and "--python 3.10" in venv
    assert "pip sync" in sync and "--require-hashes" in sync and sync.endswith("requirements/engine.lock")
    assert "pip install" in wheel and "--no-deps" in wheel and wheel.endswith("vendor/model-1.whl")
    assert (folder / STAMP).exists()


def test_the_project_itself_goes_into_web_only(project: Path) -> None:
    environments.make("web")
    assert calls(project)[-1].endswith(f"-e {project}")
    assert "model-1.whl" not in "\n".join(calls(project))


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_second_time_nothing_happens(project: Path, name: str) -> None:
    environments.make(name)
    before = calls(project)
    environments.make(name)
    assert calls(project) == before


def test_development_tools_stay_when_the_web_environment_is_asked_for(project: Path) -> None:
    environments.make("dev")
    before = calls(project)
    environments.make("web")
    assert calls(project) == before


@pytest.mark.parametrize("changed", ["requirements/engine.lock", "vendor/model-1.whl", "vendor/model-2.whl"])
def test_a_changed_lock_file_or_wheel_makes_it_again(project: Path, changed: str) -> None:
    environments.make("engine")
    before = len(calls(project))
    (project / changed).write_bytes(b"changed")
    environments.make("engine")
    again = calls(project)[before:]
    assert again
    assert not again[0].startswith("venv")  # its Python is there already


def test_a_half_made_environment_is_made_again(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environments.make("engine")
    (project / "requirements" / "engine.lock").write_text("# other\n", encoding="utf-8")
    real = environments._run

    def killed(command: list[str], advice: str) -> None:
        if "sync" in command:
            raise KeyboardInterrupt
        real(command, advice)

    with monkeypatch.context() as patch:
        patch.setattr(environments, "_run", killed)
        with pytest.raises(KeyboardInterrupt):
            environments.make("engine")
    assert not (project / ".venv-engine" / STAMP).exists()
    environments.make("engine")
    assert (project / ".venv-engine" / STAMP).exists()


def test_a_full_disk_stops_before_anything_is_made(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10e9, 9.5e9, 0.5e9))
    with pytest.raises(SetupError, match=r"Too little room .*0\.5 GB free, 4\.0 GB needed"):
        environments.make("engine")
    assert calls(project) == []
    assert not (project / ".venv-engine").exists()


def test_a_failing_command_shows_advice_and_the_end_of_its_output(project: Path) -> None:
    script = "import sys; print('\\n'.join(f'line {i}' for i in range(20))); sys.exit(3)"
    with pytest.raises(SetupError) as raised:
        environments._run([sys.executable, "-c", script], "Do this instead.")
    message = str(raised.value)
    assert "failed. Do this instead." in message
    assert "line 19" in message
    assert "line 12" in message
    assert "line 11" not in message


def test_no_fitting_python_says_which_and_what_to_do(project: Path) -> None:
    (project / "uv").write_text('#!/bin/sh\necho "error: No interpreter found for Python 3.10"\nexit 2\n', encoding="utf-8")
    with pytest.raises(SetupError, match=r"(?s)Python 3\.10 was not found.*Install it.*No interpreter found"):
        environments.make("engine")


def test_an_unreachable_registry_says_so(project: Path) -> None:
    (project / ".venv-engine" / "bin").mkdir(parents=True)
    (project / ".venv-engine" / "bin" / "python").touch()
    (project / "uv").write_text('#!/bin/sh\necho "error: dns error"\nexit 1\n', encoding="utf-8")
    with pytest.raises(SetupError, match=r"(?s)registry in reach.*dns error"):
        environments.make("engine")
    assert not (project / ".venv-engine" / STAMP).exists()


def test_commands_do_not_inherit_another_environment(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIRTUAL_ENV", "/elsewhere")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    script = "import os; assert not {'VIRTUAL_ENV', 'PYTHONPATH', 'PYTHONHOME'} & set(os.environ)"
    environments._run([sys.executable, "-c", script], "")  # raises when the assertion in it fails


def command(*names: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot.environments", *names], cwd=root(), capture_output=True, text=True, timeout=120
    )


def test_an_unknown_name_is_a_clear_message() -> None:
    done = command("enigne")
    assert done.returncode == 1
    assert done.stderr.strip() == f"set-up stopped: unknown environment 'enigne': choose from {', '.join(ENVIRONMENTS)}"


def test_main_turns_errors_of_the_disk_into_a_message(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(_: str) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(environments, "make", full)
    assert environments.main(["web"]) == 1
    assert "No space left on device" in capsys.readouterr().err


def test_the_set_up_runs_on_a_bare_python() -> None:
    done = subprocess.run(
        [sys.executable, "-S", "-I", "-c", f"import sys; sys.path.insert(0, {str(root())!r}); import bot.environments"],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


# --- ports


@pytest.fixture
def taken() -> socket.socket:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener


@pytest.mark.parametrize(("name", "variable"), [("web", "PORT"), ("engine", "ENGINE_URL"), ("actions", "ACTIONS_PORT")])
def test_a_taken_port_is_named_with_its_variable(
    taken: socket.socket, name: str, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.serve import ServeError, check_ports
    from bot.settings import load_settings
    from tests.conftest import free_port

    port = taken.getsockname()[1]
    monkeypatch.setenv("PORT", str(port if name == "web" else free_port()))
    monkeypatch.setenv("ENGINE_URL", f"http://127.0.0.1:{port if name == 'engine' else free_port()}")
    monkeypatch.setenv("ACTIONS_PORT", str(port if name == "actions" else free_port()))
    with pytest.raises(ServeError, match=rf"port {port} on 127\.0\.0\.1 .*'{name}'.*set {variable}\."):
        check_ports(load_settings())


def test_free_ports_are_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.serve import check_ports, ports
    from bot.settings import load_settings
    from tests.conftest import free_port

    numbers = {"web": free_port(), "engine": free_port(), "actions": free_port()}
    monkeypatch.setenv("PORT", str(numbers["web"]))
    monkeypatch.setenv("ENGINE_URL", f"http://127.0.0.1:{numbers['engine']}")
    monkeypatch.setenv("ACTIONS_PORT", str(numbers["actions"]))
    assert ports(load_settings()) == numbers
    check_ports(load_settings())


def test_an_engine_address_without_a_port_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.serve import ServeError, ports
    from bot.settings import load_settings

    monkeypatch.setenv("ENGINE_URL", "http://127.0.0.1")
    with pytest.raises(ServeError, match="ENGINE_URL"):
        ports(load_settings())


def test_a_failed_training_stops_the_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from bot import serve
    from bot.settings import load_settings

    monkeypatch.setenv("BOT_VAR", str(tmp_path))
    monkeypatch.setattr(environments, "make", lambda name: Path(name))
    monkeypatch.setattr(serve, "engine_python", lambda: "/bin/false")
    with pytest.raises(serve.ServeError, match="could not be trained"):
        serve.prepare(load_settings())
    assert os.listdir(tmp_path) != []  # the database was made all the same
