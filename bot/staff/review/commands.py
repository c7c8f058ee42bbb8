"""What `bot learn` does, apart from the command line."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from bot.settings import load_settings
from bot.staff.review.learn import EngineProcess, Outcome, learn
from bot.staff.review.training import Chosen, choose, corrections, known_texts, texts_of_test_set, to_file
from bot.storage.database import Database
from bot.storage.migrate import upgrade


def export(database: Database) -> tuple[str, Chosen]:
    """Return every correction as Rasa training data (also what was learned before), and what was left out.

    Raises:
        KnowledgeError: a training file or the test set cannot be read.

    """
    with database.read() as session:
        chosen = choose(corrections(session), known_texts(without_learned=True), set(texts_of_test_set()))
    return to_file(chosen.examples), chosen


def export_to(path: Path) -> Chosen:
    """Write the corrections to a file, whole or not at all.

    Raises:
        OSError: the file cannot be written.
        SettingsError, KnowledgeError: see their messages.

    """
    database = _database()
    try:
        content, chosen = export(database)
    finally:
        database.close()
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(content)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return chosen


def learn_from_review(dry_run: bool) -> Outcome:
    """Run the whole of learning with the database of the settings and the real engine.

    Raises:
        LearnError, SettingsError, KnowledgeError: see their messages.

    """
    database = _database()
    try:
        return learn(database, EngineProcess(), dry_run)
    finally:
        database.close()


def _database() -> Database:
    """Open the database of the settings, with its tables."""
    url = load_settings().database_url
    upgrade(url)
    return Database(url)
