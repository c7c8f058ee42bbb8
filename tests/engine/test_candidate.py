"""Learned examples in the engine environment: Rasa reads them, a small model trains, and adopting is all or nothing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader

from bot.engine import candidate, models

EXAMPLES = """version: "3.1"
nlu:
- intent: tlv/tlv_wat
  examples: |
    - a: b # c
    - 'd' | e "f"
    - (zoon)(kind) zit thuis
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a small copy of the project, with a model that serves."""
    for name in ("data/nlu", "data/knowledge", "data/answers", "data/stories"):
        shutil.copytree(Path(name), tmp_path / name, ignore=shutil.ignore_patterns("geleerd*"))
    for name in ("config.yml", "domain.yml"):
        shutil.copy(name, tmp_path / name)
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "engine.lock").write_text("")
    (tmp_path / "bot" / "engine").mkdir(parents=True)
    (tmp_path / "bot" / "engine" / "train.py").write_text("")
    monkeypatch.setenv("BOT_ROOT", str(tmp_path))
    monkeypatch.setenv("BOT_VAR", str(tmp_path / "var"))
    models.models_dir().mkdir(parents=True)
    (models.models_dir() / "model-1.tar.gz").write_text("oud")
    models.set_current(models.models_dir() / "model-1.tar.gz", models.fingerprint())
    return tmp_path


@pytest.fixture
def learned(tmp_path: Path) -> Path:
    folder = tmp_path / "kandidaat" / "geleerd"
    folder.mkdir(parents=True)
    (folder / "tlv.yml").write_text(EXAMPLES, encoding="utf-8")
    (folder.parent / "model-2.tar.gz").write_text("nieuw")
    return folder


def test_rasa_reads_the_examples_as_they_are_written(learned: Path) -> None:
    read = RasaYAMLReader().read(str(learned / "tlv.yml"))
    assert [m.get("text") for m in read.training_examples] == ["a: b # c", "'d' | e \"f\"", "(zoon)(kind) zit thuis"]
    assert {m.get("intent_response_key") for m in read.training_examples} == {"tlv/tlv_wat"}
    assert not read.entity_examples


def test_adopting_puts_examples_and_model_in_place_together(project: Path, learned: Path) -> None:
    target = candidate.adopt(learned.parent / "model-2.tar.gz", learned, models.fingerprint())
    assert models.current_model() == target and target.read_text() == "nieuw" and models.is_current()
    assert (project / candidate.LEARNED / "tlv.yml").read_text(encoding="utf-8") == EXAMPLES
    assert sorted(p.name for p in (project / "data" / "nlu").glob("geleerd*")) == ["geleerd"]


def test_what_changed_meanwhile_stops_it(project: Path, learned: Path) -> None:
    before = models.fingerprint()
    (project / "config.yml").write_text("language: nl\n")
    with pytest.raises(candidate.Stale):
        candidate.adopt(learned.parent / "model-2.tar.gz", learned, before)
    assert not (project / candidate.LEARNED).exists() and models.current_model().name == "model-1.tar.gz"


def test_a_failure_halfway_puts_everything_back(project: Path, learned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = project / candidate.LEARNED
    place.mkdir()
    (place / "tlv.yml").write_text("version: '3.1'\nnlu: []\n")
    before, serving = models.fingerprint(), models.current_file().read_text()

    def full_disk(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(candidate, "set_current", full_disk)
    with pytest.raises(OSError, match="no space"):
        candidate.adopt(learned.parent / "model-2.tar.gz", learned, before)
    assert models.fingerprint() == before and models.current_file().read_text() == serving
    assert [p.name for p in models.models_dir().glob("*.tar.gz")] == ["model-1.tar.gz"]
    assert sorted(p.name for p in (project / "data" / "nlu").glob("geleerd*")) == ["geleerd"]


def test_the_training_files_have_the_given_examples_in_place_of_those_learned_before(project: Path, learned: Path) -> None:
    old = project / candidate.LEARNED
    old.mkdir()
    (old / "tlv.yml").write_text(EXAMPLES)
    files = candidate.training_files(learned)
    assert str(learned / "tlv.yml") in files and not any(f.startswith(str(old)) for f in files)
    assert json.loads(json.dumps(files)) == files
