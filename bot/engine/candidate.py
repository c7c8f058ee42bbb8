"""A model that does not serve yet: trained with other learned examples than those in place, and taken into service or not.

`bot learn` runs this in the engine environment: `train LEARNED OUTPUT`, `fingerprint`, `adopt MODEL LEARNED FINGERPRINT`. The
last line on standard output is the answer, in JSON. LEARNED is a folder in the form of data/nlu/geleerd.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from pathlib import Path

from bot.engine.models import drop_old, fingerprint, set_current
from bot.knowledge.files import KnowledgeError, root
from bot.paths import models_dir

LEARNED = Path("data/nlu/geleerd")


class Stale(RuntimeError):
    """What a model is trained from changed while it was trained."""


def training_files(learned: Path) -> list[str]:
    """Return what a candidate is trained from: all as usual, with another folder of learned examples."""
    nlu = [str(path) for path in sorted((root() / "data" / "nlu").glob("*.yml"))]
    return [*nlu, *map(str, sorted(learned.glob("*.yml"))), str(root() / "data" / "stories"), str(root() / "data" / "answers")]


def train(files: list[str], output: Path, config: Path | None = None) -> Path:
    """Train a model into a folder; it does not serve yet. `config`: another configuration than the project's.

    Raises:
        RuntimeError: Rasa made no model; its own messages say why.
    """
    from bot.engine.quiet import quiet

    quiet()
    from rasa.model_training import train as rasa_train

    result = rasa_train(
        domain=str(root() / "domain.yml"), config=str(config or root() / "config.yml"), training_files=files,
        output=str(output), fixed_model_name=time.strftime("model-%Y%m%d-%H%M%S"),
    )
    if result.model is None:
        raise RuntimeError(f"training made no model (Rasa's code {result.code})")
    return Path(result.model)


def adopt(model: Path, learned: Path, trained_from: str) -> Path:
    """Put learned examples and the model trained with them in place; all of it, or nothing when something fails.

    Args:
        model: the file of the candidate; it moves to the models.
        learned: the folder of learned examples; it moves to data/nlu/geleerd.
        trained_from: the fingerprint from before the training, with the old examples in place.

    Raises:
        Stale: something else changed since.
    """
    if fingerprint() != trained_from:
        raise Stale("data or configuration changed during the training: run 'bot learn --from-review' again")
    place = root() / LEARNED
    before = place.with_name("geleerd.vorige")
    shutil.rmtree(before, ignore_errors=True)
    target = models_dir() / model.name
    new = place.with_name("geleerd.nieuw")
    shutil.rmtree(new, ignore_errors=True)
    shutil.copytree(learned, new)
    if place.exists():
        os.replace(place, before)
    try:
        os.replace(new, place)
        shutil.copyfile(model, target)
        set_current(target, fingerprint())
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        if before.exists():
            os.replace(before, place)
        target.unlink(missing_ok=True)
        raise
    finally:
        shutil.rmtree(new, ignore_errors=True)
    shutil.rmtree(before, ignore_errors=True)
    drop_old(target)
    return target


def main() -> int:
    """Run `python -m bot.engine.candidate`; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    acts = parser.add_subparsers(dest="act", required=True)
    acts.add_parser("fingerprint")
    train_act = acts.add_parser("train")
    train_act.add_argument("learned", type=Path)
    train_act.add_argument("output", type=Path)
    adopt_act = acts.add_parser("adopt")
    adopt_act.add_argument("model", type=Path)
    adopt_act.add_argument("learned", type=Path)
    adopt_act.add_argument("fingerprint")
    given = parser.parse_args()
    try:
        if given.act == "fingerprint":
            answer = fingerprint()
        elif given.act == "adopt":
            answer = str(adopt(given.model, given.learned, given.fingerprint))
        else:
            answer = str(train(training_files(given.learned), given.output))
    except (KnowledgeError, RuntimeError, OSError) as error:
        print(f"bot learn: {error}", file=sys.stderr)
        return 1
    print(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
