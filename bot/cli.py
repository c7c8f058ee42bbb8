"""The command `bot`. What needs Rasa runs in .venv-engine; the rest runs here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from bot.environments import SetupError
from bot.knowledge.files import KnowledgeError, root


def _clear_errors(function: Callable[..., Any]) -> Callable[..., Any]:
    """Turn the errors that an operator can solve into one clear line."""

    @wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except (KnowledgeError, SetupError, ValueError, RuntimeError, OSError) as error:
            raise click.ClickException(str(error)) from None

    return wrapped


def _engine(module: str, *arguments: str) -> None:
    """Run a module in the engine environment and leave with its exit code."""
    python = root() / ".venv-engine" / "bin" / "python"
    if not python.exists():
        raise click.ClickException("the engine environment is missing: run 'make setup'")
    # Rasa's frozen libraries warn at every start about what newer versions will drop
    environment = {"PYTHONWARNINGS": "ignore", **os.environ}
    command = [str(python), "-m", f"bot.engine.{module}", *arguments]
    sys.exit(subprocess.run(command, cwd=root(), env=environment).returncode)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Ouder-informatiepunt of Almere."""


@main.command()
@_clear_errors
def serve() -> None:
    """Prepare what is missing and run web, engine and actions."""
    from bot.serve import serve as run

    sys.exit(run())


@main.command()
@click.option("--force", is_flag=True, help="Train even when nothing changed.")
def train(force: bool) -> None:
    """Train the model when something changed."""
    _engine("train", *(["--force"] if force else []))


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, resolve_path=True))
def parse(file: str) -> None:
    """Show how the messages in FILE (a line each, or - for standard input) are understood, as JSON lines."""
    _engine("parse", file)


@main.command()
@click.argument("text")
@click.option("--level", type=click.Choice(["b1", "a2"]), default="b1", help="Language level of the answer.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def ask(text: str, level: str, as_json: bool) -> None:
    """Ask TEXT, one turn through the real dialogue engine, without servers."""
    _engine("ask", "--level", level, *(["--json"] if as_json else []), "--", text)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@_clear_errors
def answers(as_json: bool) -> None:
    """Print every answer with its sources and next step."""
    from bot.knowledge.listing import every_answer

    for entry in every_answer():
        if as_json:
            click.echo(json.dumps(entry, ensure_ascii=False))
        else:
            click.echo(f"== {entry['topic']} ({entry['level']})\n{entry['text']}\n")


if __name__ == "__main__":
    main()
