"""Data that does not fit is refused, with an error that names the file, the entry and the field."""

from __future__ import annotations

import importlib
import pkgutil
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

import bot.knowledge
from bot.knowledge.answers import fill, load_answers
from bot.knowledge.arrangements import load_arrangements
from bot.knowledge.files import KnowledgeError, root
from bot.knowledge.glossary import load_glossary
from bot.knowledge.schools import load_schools
from bot.knowledge.sources import load_sources
from bot.knowledge.topics import contact_values, load_contact, load_facts, load_topics

Edit = Callable[[Any], None]


def forget() -> None:
    """Empty the caches of all loaders."""
    for found in pkgutil.iter_modules(bot.knowledge.__path__):
        for member in vars(importlib.import_module(f"bot.knowledge.{found.name}")).values():
            if hasattr(member, "cache_clear"):
                member.cache_clear()


class Data:
    """A copy of data/ that a test may break."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def edit(self, file: str, change: Edit) -> None:
        """Change the content of a YAML file."""
        path = self.folder / file
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        change(content)
        path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")

    def write(self, file: str, text: str) -> None:
        """Put a text in the place of a file."""
        (self.folder / file).write_text(text, encoding="utf-8")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Data]:
    """Give a copy of data/, with the project folder set to where it stands."""
    shutil.copytree(root() / "data", tmp_path / "data", ignore=shutil.ignore_patterns("nlu", "stories"))
    monkeypatch.setenv("BOT_ROOT", str(tmp_path))
    forget()
    yield Data(tmp_path / "data")
    forget()


TLV = "utter_tlv/tlv_wat"
TLV_FILE = "answers/tlv.yml"
FACT_FILE = "knowledge/facts/tlv.yml"
TOPIC_FILE = "knowledge/topics.yml"
CONTACT_FILE = "knowledge/contact.yml"


def of_tlv(change: Callable[[list[Any]], Any]) -> Edit:
    """Change the variations of the answer `tlv_wat`: B1 first, then A2."""

    def edit(content: Any) -> None:
        change(content["responses"][TLV])

    return edit


def entry(name: str, **values: Any) -> Edit:
    """Set fields of an entry; `None` takes a field away."""

    def edit(content: Any) -> None:
        for field, value in values.items():
            if value is None:
                del content[name][field]
            else:
                content[name][field] = value

    return edit


def metadata(**values: Any) -> Edit:
    """Set metadata of the B1 answer of `tlv_wat`."""
    return of_tlv(lambda variations: variations[0]["metadata"].update(values))


def wrong(file: str, change: Edit, load: Callable[[], Any], *named: str, name: str) -> Any:
    """Make one case: after the change, loading fails and the error holds the file name and all of `named`."""
    return pytest.param(file, change, load, named, id=name)


CASES = [
    wrong(TLV_FILE, metadata(facts=["tlv_wat.onzin"]), load_answers, TLV, "facts", "onzin", name="unknown fact"),
    wrong(TLV_FILE, metadata(followups=["onzin"]), load_answers, TLV, "followups", "onzin", name="unknown follow-up"),
    wrong(TLV_FILE, metadata(onzin=1), load_answers, TLV, "metadata", "onzin", name="unknown metadata"),
    wrong(TLV_FILE, metadata(facts="tlv_wat.naam"), load_answers, TLV, "facts", name="facts are no list"),
    wrong(TLV_FILE, metadata(next_step=3), load_answers, TLV, "next_step", name="next step is no text"),
    wrong(TLV_FILE, of_tlv(lambda v: v[0].pop("text")), load_answers, TLV, "text", name="answer without text"),
    wrong(TLV_FILE, of_tlv(lambda v: v[0].update(buttons=[])), load_answers, TLV, "buttons", name="unknown field"),
    wrong(TLV_FILE, of_tlv(lambda v: v.pop(0)), load_answers, TLV, "A2", name="A2 without B1"),
    wrong(TLV_FILE, of_tlv(lambda v: v.append(v[1])), load_answers, TLV, "a2", name="A2 twice"),
    wrong(TLV_FILE, of_tlv(lambda v: v[1]["condition"][0].update(value="c2")), load_answers, TLV, "condition", "value",
          name="unknown level"),
    wrong(TLV_FILE, of_tlv(lambda v: v[1]["condition"][0].update(name="kleur")), load_answers, TLV, "condition", "name",
          name="condition on another slot"),
    wrong(TLV_FILE, lambda content: content.pop("responses"), load_answers, "responses", name="file without responses"),
    wrong(FACT_FILE, entry("tlv_wat.naam", source="onzin/xii"), load_facts, "tlv_wat.naam", "source",
          "onzin/xii", name="unknown document"),
    wrong(FACT_FILE, entry("tlv_wat.naam", source="ondersteuningsplan/onzin"), load_facts, "tlv_wat.naam",
          "source", name="unknown part"),
    wrong(FACT_FILE, entry("tlv_wat.naam", text=None), load_facts, "tlv_wat.naam", "text",
          name="fact without text"),
    wrong(FACT_FILE, entry("tlv_wat.naam", valid_until="ooit"), load_facts, "tlv_wat.naam", "valid_until",
          name="no date"),
    wrong(FACT_FILE, lambda content: content.update({"kosten.gratis": content["tlv_wat.naam"]}), load_facts,
          "kosten.gratis", name="fact in two files"),
    wrong(TOPIC_FILE, entry("tlv_wat", title="x" * 41), load_topics, "tlv_wat", "title", "40",
          name="title too long"),
    wrong(TOPIC_FILE, entry("tlv_wat", group="onzin"), load_topics, "tlv_wat", "group", "onzin",
          name="unknown group"),
    wrong(TOPIC_FILE, entry("tlv_wat", question=None), load_topics, "tlv_wat", "question",
          name="topic without question"),
    wrong("knowledge/groups.yml", entry("tlv", a2="soms"), load_topics, "tlv", "a2", name="no yes or no"),
    wrong("knowledge/sources.yml", entry("ons", kind="gerucht"), load_sources, "ons", "kind", name="unknown kind"),
    wrong("knowledge/sources.yml", entry("ons", parts=None), load_sources, "ons", "parts", name="source without parts"),
    wrong(CONTACT_FILE, entry("spreekuur", source="onzin"), load_contact, "spreekuur", "source",
          name="contact value of an unknown source"),
    wrong(CONTACT_FILE, entry("spreekuur", valid_from=None), load_contact, "spreekuur", "valid_from",
          name="contact value without a start"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "change", "load", "named"), CASES)
def test_error_names_file_entry_and_field(
    data: Data, file: str, change: Edit, load: Callable[[], Any], named: tuple[str, ...]
) -> None:
    data.edit(file, change)
    with pytest.raises(KnowledgeError) as error:
        load()
    assert [part for part in (Path(file).name, *named) if part not in str(error.value)] == []


LOADERS: dict[str, Callable[[], Any]] = {
    "sources.yml": load_sources, "topics.yml": load_topics, "groups.yml": load_topics, "contact.yml": load_contact,
    "facts/tlv.yml": load_facts, "schools.yml": load_schools, "glossary.yml": load_glossary,
    "arrangements.yml": load_arrangements, "routes.yml": load_arrangements, "conditions.yml": load_arrangements,
}  # fmt: skip


@pytest.mark.parametrize("file", LOADERS)
def test_unknown_field_is_refused_in_every_file(data: Data, file: str) -> None:
    names: list[str] = []

    def add_field(content: Any) -> None:
        names.append(next(iter(content)))
        content[names[0]]["onzin"] = 1

    data.edit(f"knowledge/{file}", add_field)
    with pytest.raises(KnowledgeError, match=rf"{re.escape(file)}.*'{re.escape(names[0])}'.*onzin"):
        LOADERS[file]()


@pytest.mark.parametrize("file", LOADERS)
def test_missing_file_is_named(data: Data, file: str) -> None:
    if file.startswith("facts/"):
        pytest.skip("the facts are every file of a folder")
    (data.folder / "knowledge" / file).unlink()
    with pytest.raises(KnowledgeError, match=rf"{re.escape(file)}: file is missing"):
        LOADERS[file]()


@pytest.mark.parametrize("file", LOADERS)
@pytest.mark.parametrize(("text", "message"), [("a: [", "not valid YAML"), ("- a\n", "expected a mapping")])
def test_file_that_is_no_mapping_is_named(data: Data, file: str, text: str, message: str) -> None:
    data.write(f"knowledge/{file}", text)
    with pytest.raises(KnowledgeError, match=rf"{re.escape(file)}: {message}"):
        LOADERS[file]()


@pytest.mark.parametrize("file", LOADERS)
def test_repeated_key_is_refused(data: Data, file: str) -> None:
    path = data.folder / "knowledge" / file
    text = path.read_text(encoding="utf-8")
    name = next(iter(yaml.safe_load(text)))
    data.write(f"knowledge/{file}", f"{text}\n{name}: {{}}\n")
    with pytest.raises(KnowledgeError, match=rf"{re.escape(file)}: line \d+: key '{re.escape(name)}' stands twice"):
        LOADERS[file]()


def test_response_in_two_files_is_refused(data: Data) -> None:
    shutil.copy(data.folder / TLV_FILE, data.folder / "answers" / "tlv_kopie.yml")
    with pytest.raises(KnowledgeError, match=rf"tlv_kopie\.yml: entry '{TLV}': level b1 stands twice"):
        load_answers()


@pytest.mark.parametrize(
    ("dates", "on"),
    [
        ({"valid_until": date(2026, 6, 30)}, date(2026, 7, 1)),
        ({"valid_from": date(2026, 8, 1)}, date(2026, 7, 31)),
    ],
)
def test_contact_value_outside_its_period_is_refused(data: Data, dates: dict[str, date], on: date) -> None:
    data.edit(CONTACT_FILE, entry("steunpunt_telefoon", **dates))
    with pytest.raises(KnowledgeError, match=rf"contact\.yml: entry 'steunpunt_telefoon': no value for {on}"):
        contact_values(on)


@pytest.mark.parametrize("on", [date(2026, 6, 30), date(2026, 8, 1)])
def test_first_and_last_day_of_a_contact_value_count(data: Data, on: date) -> None:
    data.edit(CONTACT_FILE, entry("spreekuur", valid_from=on, valid_until=on))
    assert contact_values(on)["spreekuur"]


def test_unknown_placeholder_is_refused() -> None:
    with pytest.raises(KnowledgeError, match=r"no value for '\{onzin\}' in: Bel"):
        fill("Bel {onzin}.", {"steunpunt_telefoon": "036"})


def test_the_data_itself_loads(data: Data) -> None:
    assert load_answers().all()
    for load in LOADERS.values():
        load()
