"""`bot learn --from-review`: train with the corrections, compare on the test set, keep the new model where not worse."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import update

from bot.clock import now
from bot.knowledge.files import KnowledgeError, read_yaml, root
from bot.paths import var_dir
from bot.secrets import for_engine
from bot.staff.review.gate import RULE, Comparison, Expected, compare, score
from bot.staff.review.training import (
    LEARNED,
    TEST_SET,
    Chosen,
    choose,
    corrections,
    known_texts,
    merged,
    read_examples,
    texts_of_test_set,
    to_files,
)
from bot.storage.database import Database
from bot.storage.models import CorrectionRow


class LearnError(RuntimeError):
    """Learning stopped; nothing was changed. The message says why and what to do."""


class Engine(Protocol):
    """The engine environment, as far as learning needs it."""

    def fingerprint(self) -> str:
        """Return what tells one state of data and configuration from another."""

    def train(self, learned: Path, output: Path) -> Path:
        """Train a candidate with a folder of learned examples; return its file."""

    def parse(self, texts: Sequence[str], model: Path | None = None) -> list[dict[str, Any]]:
        """Return how a model (default: the one that serves) understands texts."""

    def adopt(self, model: Path, learned: Path, trained_from: str) -> Path:
        """Put a candidate and its examples in place."""


class EngineProcess:
    """The real engine environment, in a process of its own."""

    def fingerprint(self) -> str:
        """Return the fingerprint of data and configuration."""
        return str(self._answer("candidate", "fingerprint"))

    def train(self, learned: Path, output: Path) -> Path:
        """Train a candidate; takes minutes."""
        return Path(str(self._answer("candidate", "train", str(learned), str(output))))

    def parse(self, texts: Sequence[str], model: Path | None = None) -> list[dict[str, Any]]:
        """Parse with a model."""
        lines = "".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts)
        options = ["--model", str(model)] if model else []
        output = self._run("parse", *options, "-", input=lines)
        return [json.loads(line) for line in output.splitlines() if line.startswith("{")]

    def adopt(self, model: Path, learned: Path, trained_from: str) -> Path:
        """Put a candidate in place."""
        return Path(str(self._answer("candidate", "adopt", str(model), str(learned), trained_from)))

    def _answer(self, module: str, *arguments: str) -> Any:
        """Return what a module answers on its last line."""
        lines = self._run(module, *arguments).strip().splitlines()
        try:
            return json.loads(lines[-1])
        except (IndexError, ValueError):
            raise LearnError(f"the engine gave no answer to '{module} {arguments[0]}'") from None

    def _run(self, module: str, *arguments: str, input: str | None = None) -> str:
        """Run a module in the engine environment."""
        python = root() / ".venv-engine" / "bin" / "python"
        if not python.exists():
            raise LearnError("the engine environment is missing: run 'make setup'")
        done = subprocess.run(
            [str(python), "-m", f"bot.engine.{module}", *arguments], cwd=root(), input=input, text=True, encoding="utf-8",
            capture_output=True, env={**for_engine(os.environ), "PYTHONWARNINGS": "ignore"},
        )  # fmt: skip
        if done.returncode:
            tail = "\n".join(done.stderr.strip().splitlines()[-5:])
            raise LearnError(f"the engine stopped in '{module} {arguments[0]}':\n{tail}")
        return done.stdout


@dataclass
class Outcome:
    """What a run of learning did. `model`: the new model where it serves now."""

    chosen: Chosen
    comparison: Comparison | None = None
    model: Path | None = None
    dry_run: bool = False
    reports: list[Path] = field(default_factory=list)

    def text(self) -> str:
        """Return the report for people."""
        reasons = Counter(self.chosen.left_out.values())
        lines = [f"Verbeteringen die meetellen: {self.chosen.count}"]
        lines += [f"  weggelaten, {reason}: {count}" for reason, count in reasons.most_common()]
        comparison = self.comparison
        if comparison is None:
            return "\n".join([*lines, "Er is niets nieuws om van te leren."])
        old, new = comparison.current, comparison.candidate
        lines += [
            f"Regel: {RULE}.",
            f"Alle berichten:  {old.right} -> {new.right} van {new.messages} goed ({old.top1:.3f} -> {new.top1:.3f})",
            f"Nederlands:      {old.dutch_right} -> {new.dutch_right} van {new.dutch} goed",
            f"Crisis:          {old.crisis_right} -> {new.crisis_right} van {new.crisis} herkend",
        ]
        lines += [
            f"  {topic}: {before} -> {after} van {count}"
            for topic, (before, after, count) in sorted(comparison.changed_topics.items())
        ]
        lines += [f"Geweigerd: {reason}." for reason in comparison.refused]
        if self.model is not None:
            lines.append(f"Het nieuwe model {self.model.name} is in dienst na een herstart van de engine.")
        elif self.dry_run and comparison.kept:
            lines.append("Proef: het nieuwe model is niet slechter, maar er is niets veranderd.")
        else:
            lines.append("Het oude model blijft; er is niets veranderd.")
        return "\n".join(lines)

    def plain(self) -> dict[str, Any]:
        """Return the report for programs; it names corrections by number and holds no texts."""
        return {
            "at": now().isoformat(timespec="seconds"), "dry_run": self.dry_run, "taken": list(self.chosen.taken),
            "left_out": self.chosen.left_out, "model": self.model and self.model.name,
            "comparison": self.comparison and self.comparison.plain(),
        }  # fmt: skip


def learn(database: Database, engine: Engine, dry_run: bool = False, say: Callable[[str], None] = print) -> Outcome:
    """Learn from the corrections that were not learned yet.

    Raises:
        LearnError: another run is busy, or the engine stopped; nothing was changed.
        KnowledgeError: a training file or the test set cannot be read; nothing was changed.

    """
    with _alone():
        with database.read() as session:
            found = [c for c in corrections(session) if not c.learned]
        chosen = choose(found, known_texts(without_learned=False), set(texts_of_test_set()))
        outcome = Outcome(chosen, dry_run=dry_run)
        if chosen.count:
            _train_and_compare(engine, outcome, say)
            if outcome.model is not None:
                with database.write() as session:
                    session.execute(
                        update(CorrectionRow).where(CorrectionRow.id.in_(chosen.taken)).values(learned_at=now())
                    )
        outcome.reports = write_report(outcome)
        return outcome


def _train_and_compare(engine: Engine, outcome: Outcome, say: Callable[[str], None]) -> None:
    """Train a candidate in a folder of its own, compare, and put it in place where it may serve."""
    expected = expected_messages()
    texts = [message.text for message in expected]
    var_dir().mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="leren-", dir=var_dir()))
    try:
        learned = folder / "geleerd"
        learned.mkdir()
        place = root() / LEARNED
        kept = read_examples(place) if place.exists() else {}
        for name, content in to_files(merged(kept, outcome.chosen)).items():
            (learned / name).write_text(content, encoding="utf-8")
        trained_from = engine.fingerprint()
        say(f"{outcome.chosen.count} verbeteringen; een proefmodel trainen duurt enkele minuten ...")
        candidate = engine.train(learned, folder)
        say("beide modellen beantwoorden de testset ...")
        try:
            scores = score(expected, engine.parse(texts)), score(expected, engine.parse(texts, candidate))
        except ValueError as error:
            raise LearnError(str(error)) from None
        outcome.comparison = compare(*scores)
        if outcome.comparison.kept and not outcome.dry_run:
            outcome.model = engine.adopt(candidate, learned, trained_from)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def expected_messages(path: Path | None = None) -> list[Expected]:
    """Return the test set.

    Raises:
        KnowledgeError: the file is missing or is no test set.

    """
    path = path or root() / TEST_SET
    content = read_yaml(path)
    try:
        return [Expected(str(m["text"]), str(m["topic"]), str(m.get("language", "nl"))) for m in content["messages"]]
    except (KeyError, TypeError):
        raise KnowledgeError(f"{path}: expected 'messages', each with 'text' and 'topic'") from None


def write_report(outcome: Outcome) -> list[Path]:
    """Write the report as text and JSON below var/reports; each whole or not at all."""
    folder = var_dir() / "reports"
    folder.mkdir(parents=True, exist_ok=True)
    name = f"leren-{now():%Y%m%d-%H%M%S}"
    contents = {".txt": outcome.text() + "\n", ".json": json.dumps(outcome.plain(), ensure_ascii=False, indent=1) + "\n"}
    paths = []
    for suffix, content in contents.items():
        part = folder / f".{name}{suffix}.part"
        part.write_text(content, encoding="utf-8")
        paths.append(folder / f"{name}{suffix}")
        os.replace(part, paths[-1])
    return paths


@contextmanager
def _alone() -> Iterator[None]:
    """Refuse a second run beside this one; the lock ends with the process, whatever happens."""
    var_dir().mkdir(parents=True, exist_ok=True)
    with (var_dir() / "leren.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise LearnError("another 'bot learn' is running; wait until it is done") from None
        yield
