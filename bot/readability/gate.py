"""The readability gate: measure every answer, compare with the limits of its level (`bot readability`)."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import mean
from typing import Any

import msgspec

from bot.environments import make
from bot.knowledge.answers import Level
from bot.knowledge.files import root
from bot.readability.texts import ANSWER, Text, measured_texts

NOTE = (
    "LiNT-II's coefficients belong to the spaCy model nl_core_news_lg 3.7.0. These scores are measured with "
    "the project's own nl_core_news_sm, so they are an indication, good for comparing our texts with each other. "
    "Lower is easier."
)


class Limit(msgspec.Struct, frozen=True):
    """The highest LiNT score that a level may have: on average, and of one text."""

    mean: float
    most: float


LIMITS: dict[Level, Limit] = {"b1": Limit(34, 46), "a2": Limit(26, 34)}

LISTED = {ANSWER, "arrangement_info", "school_zoeken"}
"""The kinds of text that the table lists one by one."""


class Score(msgspec.Struct, frozen=True):
    """A measured text; `lint` is None where LiNT-II finds too little to score (a greeting)."""

    response: str
    level: Level
    lint: float | None
    words: int
    mean_sentence: float
    longest_sentence: int
    kind: str = ANSWER


class Summary(msgspec.Struct, frozen=True):
    """The scores of one kind of text at one level together."""

    kind: str
    level: Level
    texts: int
    mean: float
    most: float
    limit: Limit


class Report(msgspec.Struct, frozen=True):
    """All scores, their summary per kind and level, and a line for every limit that is broken."""

    scores: list[Score]
    levels: list[Summary]
    broken: list[str]
    note: str = NOTE


class ReadabilityError(RuntimeError):
    """LiNT-II could not measure; the message holds its last words."""


def measure(texts: Sequence[Text], folder: Path | None = None) -> list[Score]:
    """Return the score of each text; `folder` is the environment with LiNT-II (made when missing).

    Raises:
        SetupError: the environment cannot be made.
        ReadabilityError: LiNT-II failed.
    """
    if folder is None:
        with contextlib.redirect_stdout(sys.stderr):
            folder = make("readability")
    lines = "".join(json.dumps({"sentences": text.sentences}) + "\n" for text in texts)
    done = subprocess.run(
        [str(folder / "bin" / "python"), "-m", "bot.readability.lint_worker"],
        input=lines, capture_output=True, text=True, encoding="utf-8", cwd=root(),
    )  # fmt: skip
    found = [json.loads(line)["score"] for line in done.stdout.splitlines()]
    if done.returncode or len(found) != len(texts):
        tail = "\n".join(done.stderr.strip().splitlines()[-5:])
        raise ReadabilityError(f"LiNT-II measured {len(found)} of {len(texts)} texts.\n{tail}")
    return [
        Score(text.response, text.level, score, sum(lengths), round(mean(lengths), 1), max(lengths), text.kind)
        for text, score in zip(texts, found, strict=True)
        for lengths in [text.lengths]
    ]


def judge(scores: Iterable[Score]) -> Report:
    """Compare scores with the limits of their levels; the mean is that of each kind of text."""
    scores = list(scores)
    levels, broken = [], []
    for kind, level in dict.fromkeys((score.kind, score.level) for score in scores):
        limit = LIMITS[level]
        of_both = [score for score in scores if (score.kind, score.level) == (kind, level)]
        found = [(score.lint, score.response) for score in of_both if score.lint is not None]
        if not found:
            continue
        summary = Summary(kind, level, len(found), round(mean(lint for lint, _ in found), 1), max(found)[0], limit)
        levels.append(summary)
        if summary.mean > limit.mean:
            broken.append(f"{level}: mean {summary.mean} of {kind} is above {limit.mean:g}")
        broken += [f"{level}: {name}: {lint:.1f} is above {limit.most:g}" for lint, name in found if lint > limit.most]
    return Report(scores, levels, broken)


def table(report: Report) -> str:
    """Return the report as a table for a terminal: every answer, and of composed texts the summary."""
    shown = [score for score in report.scores if score.kind in LISTED]
    width = max((len(score.response) for score in shown), default=8)
    lines = [f"{'response':{width}}  level   LiNT  words  mean  longest"]
    for score in shown:
        lint = "-" if score.lint is None else f"{score.lint:.1f}"
        lines.append(
            f"{score.response:{width}}  {score.level:5} {lint:>6} {score.words:6} {score.mean_sentence:5}"
            f" {score.longest_sentence:8}"
        )
    lines.append("")
    for level in report.levels:
        lines.append(
            f"{level.kind:18} {level.level}: {level.texts:3} texts, LiNT mean {level.mean:.1f} (at most {level.limit.mean:g}),"
            f" highest {level.most:.1f} (at most {level.limit.most:g})"
        )
    lines += [report.note, *(f"BROKEN {line}" for line in report.broken)]
    return "\n".join(lines)


def run(as_json: bool) -> int:
    """Measure every answer, print the report and keep the scores (data/readability.json); return 1 when a limit is broken."""
    # For the figures of the console: this environment is not there when they are shown.
    from bot.staff.figures.readability import FILE, scores_file

    report = judge(measure(list(measured_texts())))
    path = root() / FILE
    part = path.with_suffix(".part")
    part.write_text(scores_file(report.scores), encoding="utf-8")
    os.replace(part, path)
    if as_json:
        content: dict[str, Any] = msgspec.to_builtins(report)
        print(json.dumps(content, ensure_ascii=False, indent=1))
    else:
        print(table(report))
    return 1 if report.broken else 0
