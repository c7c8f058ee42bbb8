"""Train the Rasa model from config.yml, domain.yml and data/; nothing happens when nothing changed."""

from __future__ import annotations

import argparse
import logging
import sys
import time
from pathlib import Path

from bot.engine.quiet import quiet

quiet()

from bot.engine.models import fingerprint, is_current, set_current  # noqa: E402
from bot.knowledge.files import KnowledgeError, root  # noqa: E402
from bot.paths import models_dir  # noqa: E402

KEPT = 3  # older models, to go back to


def train(force: bool = False) -> Path:
    """Train and let the new model serve.

    Raises:
        RuntimeError: Rasa made no model; its own messages say why.
    """
    # Here, so that to see that nothing changed takes a second: these two bring TensorFlow.
    from rasa.model_training import train as rasa_train
    from rasa.shared.exceptions import RasaException

    models_dir().mkdir(parents=True, exist_ok=True)
    trained_from = fingerprint()
    training_files = [str(root() / "data" / name) for name in ("nlu", "stories", "answers")]
    try:
        result = rasa_train(
            domain=str(root() / "domain.yml"), config=str(root() / "config.yml"), training_files=training_files,
            output=str(models_dir()), fixed_model_name=time.strftime("model-%Y%m%d-%H%M%S"), force_training=force,
        )
    except RasaException as error:
        raise RuntimeError(str(error)) from error
    if result.model is None:
        raise RuntimeError(f"training made no model (Rasa's code {result.code})")
    model = Path(result.model)
    set_current(model, trained_from)
    for old in sorted(models_dir().glob("model-*.tar.gz"))[:-KEPT]:
        if old != model:
            old.unlink()
    return model


def main() -> int:
    """Run `python -m bot.engine.train`; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--force", action="store_true", help="train even when nothing changed")
    force = parser.parse_args().force
    logging.getLogger("bot").setLevel(logging.INFO)
    try:
        if is_current() and not force:
            print("model is up to date")
            return 0
        started = time.monotonic()
        print("training (a few minutes the first time) ...", flush=True)
        model = train(force)
    except (KnowledgeError, RuntimeError, OSError) as error:
        print(f"training failed: {error}", file=sys.stderr)
        return 1
    print(f"trained {model.name} in {time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
