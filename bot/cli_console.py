"""The commands around the console: `bot learn` and `bot demo-data`."""

from __future__ import annotations

import sys

import click

from bot.clear_errors import clear_errors


@click.command()
@click.option("--from-review", is_flag=True, help="Train with the corrections; the new model serves only where it is not worse.")
@click.option("--dry-run", is_flag=True, help="Train and compare, but change nothing.")
@click.option("--export", type=click.Path(dir_okay=False), help="Write the corrections to a file, as Rasa training data.")
@clear_errors
def learn(from_review: bool, dry_run: bool, export: str | None) -> None:
    """Learn from what reviewers corrected."""
    from pathlib import Path

    from bot.staff.review.commands import export_to, learn_from_review

    if bool(export) == from_review or (dry_run and not from_review):
        raise click.UsageError("choose --export FILE, or --from-review (with or without --dry-run)")
    if export:
        chosen = export_to(Path(export).absolute())
        click.echo(f"{chosen.count} examples written to {export}, {len(chosen.left_out)} corrections left out")
        return
    outcome = learn_from_review(dry_run)
    click.echo(outcome.text())
    for path in outcome.reports:
        click.echo(f"report: {path}")
    refused = outcome.comparison is not None and not outcome.comparison.kept
    sys.exit(3 if refused else 0)


@click.command("demo-data")
@click.option("--months", type=click.IntRange(1, 12), default=1, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed gives other conversations.")
@click.option("--force", is_flag=True, help="Also beside real conversations.")
@click.option("--remove", is_flag=True, help="Take the demo data out again.")
@clear_errors
def demo_data(months: int, seed: int, force: bool, remove: bool) -> None:
    """Fill the database with an invented period, to try the console."""
    from bot.demo.commands import fill_here, remove_here

    click.echo(remove_here() if remove else fill_here(months, seed, force))
