"""Settings that must be in place before rasa is imported: no telemetry, no chatter, no parents' words in logs."""

from __future__ import annotations

import logging
import os
import warnings

SETTINGS = {
    "RASA_TELEMETRY_ENABLED": "false",
    "LOG_LEVEL": "WARNING",  # at debug, Rasa's structlog prints every message
    "LOG_LEVEL_LIBRARIES": "ERROR",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "SQLALCHEMY_WARN_20": "0",
    "OMP_NUM_THREADS": "2",
    # threads that wait by spinning make a sentence vector ten times as slow once the cores have other work
    "OMP_WAIT_POLICY": "passive",
}


def _show(message: Warning | str, category: type[Warning], *_: object, **__: object) -> None:
    """Show a warning in one line, but none about what newer versions of frozen libraries will drop."""
    if not issubclass(category, (DeprecationWarning, FutureWarning, PendingDeprecationWarning)):
        logging.getLogger("warnings").warning("%s: %s", category.__name__, message)


def quiet() -> None:
    """Put the settings in the environment (what an operator set stays) and silence the warnings of old libraries."""
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    if os.environ["LOG_LEVEL"].upper() == "DEBUG":
        os.environ["LOG_LEVEL"] = "INFO"
    warnings.showwarning = _show  # the filters themselves are reset by some of the libraries
    import structlog

    level = logging.getLevelName(os.environ["LOG_LEVEL"].upper())
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(max(int(level), logging.INFO)))
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s")
