"""Which model serves, and whether it still fits what it was trained from."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.engine import models
from bot.engine.models import NoModel
from bot.knowledge import answers
from bot.knowledge.files import root


@pytest.fixture(autouse=True)
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BOT_VAR", str(tmp_path / "var"))
    folder = tmp_path / "var" / "models"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a copy of what a model is trained from; the answers stay those of the project."""
    answers.load_answers()
    folder = tmp_path / "project"
    for name in models.TRAINED_FROM:
        source, target = root() / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    monkeypatch.setenv("BOT_ROOT", str(folder))
    return folder


def made(folder: Path, name: str = "model-1.tar.gz") -> Path:
    path = folder / name
    path.write_bytes(b"model")
    return path


def test_no_model_says_how_to_make_one() -> None:
    with pytest.raises(NoModel, match="make train"):
        models.current_model()
    assert models.is_current() is False


def test_the_model_that_serves(var: Path) -> None:
    model = made(var)
    models.set_current(model, models.fingerprint())
    assert models.current_model() == model
    assert models.is_current() is True
    assert [p.name for p in var.iterdir() if p.suffix == ".part"] == []


def test_a_model_that_is_gone(var: Path) -> None:
    model = made(var)
    models.set_current(model, models.fingerprint())
    model.unlink()
    with pytest.raises(NoModel, match=r"model-1\.tar\.gz is gone"):
        models.current_model()
    assert models.is_current() is False


@pytest.mark.parametrize("content", ["", "geen json", "{}", '{"model": "weg.tar.gz"}', "[]", "null"])
def test_a_damaged_note_counts_as_no_model(var: Path, content: str) -> None:
    models.current_file().write_text(content, encoding="utf-8")
    with pytest.raises(NoModel):
        models.current_model()
    assert models.is_current() is False


def test_the_note_is_replaced_at_once(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    models.set_current(made(var), "afdruk")

    def broken(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", broken)
    with pytest.raises(OSError, match="disk full"):
        models.set_current(made(var, "model-2.tar.gz"), "afdruk")
    assert models.current_model().name == "model-1.tar.gz"
    assert json.loads(models.current_file().read_text(encoding="utf-8"))["fingerprint"] == "afdruk"


@pytest.mark.parametrize(
    "name",
    ["config.yml", "domain.yml", "data/nlu/tlv.yml", "data/stories/faq.yml", "bot/engine/nlu/topic_model.py",
     "bot/engine/train.py", "requirements/engine.lock"],
)  # fmt: skip
def test_a_change_of_what_it_was_trained_from_is_seen(project: Path, var: Path, name: str) -> None:
    models.set_current(made(var), models.fingerprint())
    assert models.is_current() is True
    with (project / name).open("a", encoding="utf-8") as file:
        file.write("\n# anders\n")
    assert models.is_current() is False


def test_a_new_file_of_examples_is_seen_and_another_file_is_not(project: Path) -> None:
    before = models.fingerprint()
    (project / "data" / "nlu" / "notities.txt").write_text("van de redactie", encoding="utf-8")
    assert models.fingerprint() == before
    (project / "data" / "nlu" / "nieuw.yml").write_text("nlu: []", encoding="utf-8")
    assert models.fingerprint() != before


def test_of_the_answers_only_the_names_count(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [SimpleNamespace(response="utter_a", text="een"), SimpleNamespace(response="utter_b", text="twee")]
    monkeypatch.setattr(answers, "load_answers", lambda: SimpleNamespace(all=lambda: entries))
    before = models.fingerprint()
    entries[0].text = "een andere tekst"
    entries.append(SimpleNamespace(response="utter_b", text="het A2-antwoord"))
    assert models.fingerprint() == before
    entries.append(SimpleNamespace(response="utter_c", text="drie"))
    assert models.fingerprint() != before


def test_another_version_of_a_package_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    before = models.fingerprint()
    monkeypatch.setattr(models, "version", lambda package: "0.0.1")
    assert models.fingerprint() != before
