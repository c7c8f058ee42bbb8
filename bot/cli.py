"""The command `bot`. What needs Rasa runs in .venv-engine; the rest runs here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime
from typing import TextIO

import click

from bot.clear_errors import clear_errors as _clear_errors
from bot.cli_console import demo_data, learn
from bot.knowledge.files import root


def _engine(module: str, *arguments: str) -> None:
    """Run a module in the engine environment and leave with its exit code."""
    from bot.secrets import for_engine

    python = root() / ".venv-engine" / "bin" / "python"
    if not python.exists():
        raise click.ClickException("the engine environment is missing: run 'make setup'")
    # Rasa's frozen libraries warn at every start about what newer versions will drop
    environment = {"PYTHONWARNINGS": "ignore", **for_engine(os.environ)}
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
@click.argument("file", type=click.File(encoding="utf-8"))
@_clear_errors
def redact(file: TextIO) -> None:
    """Show what is taken out of the messages in FILE (a line each, or - for standard input), as JSON lines."""
    from bot.privacy.redaction.lines import messages, report

    for text in messages(file):
        click.echo(json.dumps(report(text), ensure_ascii=False))


@main.command()
@click.argument("text")
@click.option("--level", type=click.Choice(["b1", "a2"]), default="b1", help="Language level of the answer.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def ask(text: str, level: str, as_json: bool) -> None:
    """Ask TEXT, one turn through the real dialogue engine, without servers."""
    _engine("ask", "--level", level, *(["--json"] if as_json else []), "--", text)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.option("--markdown", is_flag=True, help="Print the page for proofreading (docs/antwoorden.md).")
@_clear_errors
def answers(as_json: bool, markdown: bool) -> None:
    """Print every answer with its sources and next step."""
    from bot.knowledge.listing import every_answer
    from bot.knowledge.proofread import proofreading_page

    if markdown:
        click.echo(proofreading_page(), nl=False)
        return
    for entry in every_answer():
        if as_json:
            click.echo(json.dumps(entry, ensure_ascii=False))
        else:
            click.echo(f"== {entry['topic']} ({entry['level']})\n{entry['text']}\n")


@main.command()
@click.option("--profile", required=True, type=click.File(encoding="utf-8"), help="JSON file, or - for standard input.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@_clear_errors
def precheck(profile: TextIO, as_json: bool) -> None:
    """Show for every arrangement whether it could fit the child of a profile, and what to ask next."""
    from bot.precheck import evaluate, load_precheck, next_question, parse_profile, rank, to_contract

    data = load_precheck()
    given = json.load(profile)
    if not isinstance(given, dict):
        raise click.ClickException("a profile is a JSON object: fields with their values")
    child = parse_profile(given)
    results = evaluate(child, data)
    question = next_question(child, results, set(), data, enough=None)
    contract = to_contract(results, question)
    if as_json:
        click.echo(json.dumps(contract, ensure_ascii=False, indent=2))
        return
    for result in rank(results, data):
        click.echo(f"{result.outcome:10} {result.arrangement}")
        for reason in result.reasons:
            mark = {True: "+", False: "-", None: "?"}[reason.value]
            click.echo(f"           {mark} {reason.text} ({reason.source})")
    if contract["next_question"]:
        click.echo(f"\nnext question ({contract['next_question']['field']}): {contract['next_question']['text']}")


@main.command()
@click.argument("rule")
@click.argument("date", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--extended", is_flag=True, help="The other side announced that it needs more time.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@_clear_errors
def deadline(rule: str, date: datetime, extended: bool, as_json: bool) -> None:
    """Work out the deadline of RULE from DATE (2026-11-12)."""
    from bot.clock import today
    from bot.deadlines.rules import compute, to_contract

    contract = to_contract(compute(rule, date.date(), extended, today()))
    click.echo(json.dumps(contract, ensure_ascii=False, indent=2) if as_json else contract["text"])


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@_clear_errors
def readability(as_json: bool) -> None:
    """Measure how hard every answer is (LiNT-II), in an environment of its own."""
    from bot.readability.gate import run

    sys.exit(run(as_json))


@main.command()
@click.option("--dry-run", is_flag=True, help="Only show what would go.")
@_clear_errors
def purge(dry_run: bool) -> None:
    """Remove what has been kept for its full time; web does this every day by itself."""
    from bot.privacy.purge_command import run

    run(dry_run)


@main.group(invoke_without_command=True)
@click.pass_context
@_clear_errors
def keys(context: click.Context) -> None:
    """Show how many stored values each key that encrypts personal data is needed for, or change the keys."""
    from bot.privacy.key_commands import show

    if context.invoked_subcommand is None:
        show()


@keys.command("rotate")
@_clear_errors
def rotate_keys() -> None:
    """Make a new key and encrypt everything with it; web goes on working."""
    from bot.privacy.key_commands import rotate

    rotate()


@keys.command("renew")
@_clear_errors
def renew_keys() -> None:
    """Encrypt everything with the newest key, also after a rotation that was interrupted."""
    from bot.privacy.key_commands import renew

    renew()


@keys.command("drop-old")
@_clear_errors
def drop_old_keys() -> None:
    """Remove all keys but the newest; refuses while a stored value needs one of them."""
    from bot.privacy.key_commands import drop_old

    drop_old()


@main.group()
def staff() -> None:
    """Accounts of the staff console."""


@staff.command("add")
@click.argument("email")
@click.option("--name", required=True, help="Name that colleagues and parents see.")
@click.option("--role", required=True, type=click.Choice(["consulent", "reviewer", "beheerder"]))
@click.option("--password-stdin", is_flag=True, help="Read a lasting password from standard input.")
@_clear_errors
def staff_add(email: str, name: str, role: str, password_stdin: bool) -> None:
    """Make an account for EMAIL; prints a password that works once, unless one is read."""
    from bot.staff.commands import add

    add(email, name, role, sys.stdin.readline().rstrip("\r\n") if password_stdin else None)


@staff.command("list")
@_clear_errors
def staff_list() -> None:
    """Show all accounts."""
    from bot.staff.commands import show

    show()


@staff.command("disable")
@click.argument("email")
@_clear_errors
def staff_disable(email: str) -> None:
    """Close the account of EMAIL and end its sessions."""
    from bot.staff.commands import disable

    disable(email)


@staff.command("enable")
@click.argument("email")
@_clear_errors
def staff_enable(email: str) -> None:
    """Open the account of EMAIL again."""
    from bot.staff.commands import enable

    enable(email)


@staff.command("reset")
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read a lasting password from standard input.")
@_clear_errors
def staff_reset(email: str, password_stdin: bool) -> None:
    """Take password and second factor of EMAIL away; prints a password that works once, unless one is read."""
    from bot.staff.commands import reset

    reset(email, sys.stdin.readline().rstrip("\r\n") if password_stdin else None)


main.add_command(learn)
main.add_command(demo_data)


if __name__ == "__main__":
    main()
