"""What is taken out of messages, measured on our own messages, and what holds for every text."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge.arrangements import load_arrangements
from bot.knowledge.files import KnowledgeError, knowledge_dir, root
from bot.knowledge.places import load_places
from bot.knowledge.schools import load_schools
from bot.privacy.redaction import redact
from bot.privacy.redaction.lexicon import load_lexicon, own_list
from bot.privacy.redaction.rules import load_rules
from tests.unit.test_cli import bot

_MARK = re.compile(r"<(naam|telefoon|e-mail|adres|postcode|bsn|geboortedatum|iban):([^>]*)>")
PARTS = ("develop", "held_out", "fresh", "parents")
NAMES_FOUND, MOST_FALSE = 0.95, 0.02


class Example(NamedTuple):
    """A message of the test set with what must be taken out."""

    text: str
    marks: list[tuple[int, int, str]]


@cache
def examples(part: str) -> list[Example]:
    """Return the messages of a part of the test set."""
    content = yaml.safe_load((root() / "tests" / "data" / "redaction.yml").read_text(encoding="utf-8"))
    found = []
    for marked in content[part]:
        text, end, marks = "", 0, []
        for match in _MARK.finditer(marked):
            text += marked[end : match.start()]
            marks.append((len(text), len(text) + len(match[2]), match[1]))
            text += match[2]
            end = match.end()
        found.append(Example(text + marked[end:], marks))
    return found


def test_the_test_set_is_large_enough() -> None:
    everything = [example for part in PARTS for example in examples(part)]
    assert sum(bool(example.marks) for example in everything) >= 200
    assert sum(not example.marks for example in everything) >= 100


@pytest.mark.parametrize("part", PARTS)
def test_personal_data_is_found(part: str) -> None:
    wanted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    missed = []
    for text, marks in examples(part):
        gone = {place for span in redact(text).spans for place in range(span.start, span.end)}
        for start, end, kind in marks:
            wanted[kind] += 1
            if all(place in gone for place in range(start, end) if text[place].isalnum()):
                found[kind] += 1
            else:
                missed.append((kind, text[start:end], text))
    print(part, {kind: f"{found[kind]}/{number}" for kind, number in wanted.items()})
    assert found["naam"] >= NAMES_FOUND * wanted["naam"], missed
    assert [item for item in missed if item[0] != "naam"] == []


@pytest.mark.parametrize("part", PARTS)
def test_nearly_nothing_else_is_taken_out(part: str) -> None:
    wrong = []
    for text, marks in examples(part):
        marked = {place for start, end, _ in marks for place in range(start, end)}
        wrong += [text for span in redact(text).spans if marked.isdisjoint(range(span.start, span.end))]
    assert len(wrong) <= MOST_FALSE * len(examples(part)), wrong


def test_the_messages_for_the_nlu_stay_as_they_are() -> None:
    content = yaml.safe_load((root() / "tests" / "data" / "nlu_test.yml").read_text(encoding="utf-8"))
    dutch = [message["text"] for message in content["messages"] if message["language"] == "nl"]
    changed = [text for text in dutch if redact(text).spans]
    assert len(changed) <= 0.005 * len(dutch), changed


@pytest.mark.parametrize("sentence", ["mijn zoon gaat naar {}", "is {} iets voor haar", "wat is {}", "Vertel iets over {}."])
def test_names_of_schools_arrangements_and_districts_stay(sentence: str) -> None:
    names = {school.name for school in load_schools().all()}
    names |= {alias for school in load_schools().all() for alias in school.aliases}
    names |= {name for item in load_arrangements().arrangements.values() for name in (item.name, *item.aliases)}
    names |= {name for district in load_places().districts.values() for name in district.names}
    gone = [text for name in sorted(names) if redact(text := sentence.format(name)).spans]
    assert gone == []


@pytest.mark.parametrize(
    "text",
    [
        "bel 036 76 70 200",
        "bel 0367670200 of +31 36 76 70 200",
        "mail info@passendonderwijs-almere.nl",
        "Grote Markt 2-1, 1315 JG Almere",
        "0800-0113 of 0800-2000 of 0800-0432",
        "brief van 3 november 2026",
        "het besluit is van 12-10-2026",
        "sinds 1 februari 2022 thuis",
        "de Bombardon, Simon van Collemstraat 7, 1325 NA",
        "nummer 123456789 op de brief",
        "het is van 11 november '26",
        "aangekomen op 3-11-26",
        "kan ik die brief nog aanvechten, hij is van 9 jan",
        "ik kreeg bericht over de tlv van mijn zoon. hij is van 9 januari 2026, ben ik te laat",
        "ze telt een twee drie vier vijf zes zeven acht negen en stopt",
        "groep 5, 9 jaar, 12 weken",
    ],
)
def test_what_answers_need_stays(text: str) -> None:
    assert redact(text).text == text


def test_dates_that_deadlines_count_from_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_NOW", "2026-11-28T10:00:00")
    content = yaml.safe_load((root() / "tests" / "data" / "dutch_dates.yml").read_text(encoding="utf-8"))
    written = [str(text) for group in content.values() if isinstance(group, dict) for text in group]
    assert len(written) > 50
    gone = [text for text in written if redact(f"hij is van {text}").has("geboortedatum", "telefoon", "postcode")]
    assert gone == []


@pytest.mark.parametrize("date", ["17/04/20", "3 november '16", "11-02-2015", "5-6-85", "1 mei 2023"])
def test_an_old_date_is_one_of_birth_without_a_word_that_says_so(monkeypatch: pytest.MonkeyPatch, date: str) -> None:
    monkeypatch.setenv("BOT_NOW", "2026-11-28T10:00:00")
    assert redact(f"hij is van {date}").text == "hij is van [geboortedatum]"


def test_a_parent_who_lives_in_the_street_of_a_school_is_not_named() -> None:
    assert redact("ik woon op de Marathonlaan 7").text == "ik woon op [adres]"


PIECES = re.findall(
    r"[^ ]+",
    "mijn zoon dochter heet Sem sem Van der Berg juf , . \n 06 12345678 06-12345678 jan @ at gmail punt com nl 1315 jg "
    "Kerkstraat 12b bsn 111222333 NL91ABNA0417164300 geboren 3 mei 2017 [naam] [ ] groetjes ik ben Ayşe اسمي Олена "
    "( ) ' - é İ ǰ ß 🙂 Bombardon",
)
texts = st.one_of(st.text(max_size=120), st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join))


@settings(max_examples=400, deadline=None)
@given(texts)
def test_what_holds_for_every_text(text: str) -> None:
    once = redact(text)
    end = 0
    for span in once.spans:
        assert end <= span.start < span.end <= len(text)
        end = span.end
    again = redact(once.text)
    assert again.text == once.text
    assert again.spans == ()
    placeholders = load_rules().placeholders
    rest, shown = 0, ""
    for span in once.spans:
        shown += text[rest : span.start] + placeholders[span.kind]
        rest = span.end
    assert shown + text[rest:] == once.text


@settings(max_examples=100, deadline=None)
@given(st.from_regex(r"06[ .\-]?([1-9][0-9]){4}", fullmatch=True), st.sampled_from(["", "bel ", "mijn nummer: ", "ok. "]))
def test_no_mobile_number_gets_through(number: str, before: str) -> None:
    assert number not in redact(f"{before}{number} graag").text


def test_a_long_message_is_no_way_to_keep_the_server_busy() -> None:
    redact("warm")
    units = [
        "1",
        "a ",
        "a.",
        "A. ",
        "van der ",
        "wxqzj ",
        "1 ",
        "a@",
        "a-",
        "straat ",
        "[",
        "a at ",
        "Jan ",
        "ik woon ",
        "NL91ABNA",
        "3 mei ",
    ]
    for text in [unit * (2000 // len(unit)) for unit in units]:
        started = time.process_time()
        redact(text)
        assert time.process_time() - started < 1.0, text[:20]


def test_a_message_takes_less_than_five_milliseconds() -> None:
    sample = [example.text for example in examples("develop")]
    redact("warm")
    started = time.process_time()
    for text in sample:
        redact(text)
    assert (time.process_time() - started) / len(sample) < 0.005


def test_the_command_prints_the_contract() -> None:
    done = bot("redact", "-", given='mijn zoon Sem\n\n{"text": "bel 0612345678"}\n')
    assert done.returncode == 0, done.stderr
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"text": "mijn zoon Sem", "redacted": "mijn zoon [naam]", "spans": [[10, 13, "naam"]]},
        {"text": "bel 0612345678", "redacted": "bel [telefoonnummer]", "spans": [[4, 14, "telefoon"]]},
    ]


@pytest.mark.parametrize("line", ['{"text": 3}', '{"tekst": "x"}', "{kapot", '{"text": "x"'])
def test_the_command_names_a_line_that_is_no_message(line: str) -> None:
    done = bot("redact", "-", given=f"goed\n{line}\n")
    assert done.returncode == 1
    assert "line 2: not JSON with a field 'text'" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("line", ["v Jan", "f", "Jan Piet"])
def test_a_line_of_our_own_list_that_does_not_fit_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "own.txt"
    path.write_text(f"# names\nf Anna Zoë-Lynn\n{line}\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"own\.txt: line 3: not 'f', 'l' or 'x' and words"):
        own_list(path, ())


def test_our_own_list_marks_names_that_are_words_and_keeps_words_of_other_languages_apart(tmp_path: Path) -> None:
    path = tmp_path / "own.txt"
    path.write_text("f Anna Zoë-Lynn Roos\nl Roos\nx wallah roos\n", encoding="utf-8")
    names, foreign = own_list(path, {"roos"})
    assert {name: set(marks) for name, marks in names.items()} == {
        "anna": set("fn"), "zoe": set("fn"), "lynn": set("fn"), "roos": set("fnlw"),
    }  # fmt: skip
    assert foreign == {"wallah"}


@pytest.mark.parametrize(("name", "word"), [("djaylano", "arangement"), ("chayra", "gescorst"), ("temesgen", "asistent")])
def test_unknown_names_look_more_like_names_than_misspelt_words(name: str, word: str) -> None:
    lexicon = load_lexicon()
    assert lexicon.looks_like_name(name) > 0 > lexicon.looks_like_name(word)


def test_rules_that_do_not_fit_are_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    good = (knowledge_dir() / "redaction.yml").read_text(encoding="utf-8")
    path = tmp_path_factory.mktemp("rules") / "redaction.yml"
    for before, after, message in (
        ('  bsn: "[bsn]"\n', "", "field 'placeholders': nothing for bsn"),
        ('"[naam]"', '"naam"', "placeholders.naam"),
        ("before_unknown: [", "before_unknown: [3, ", "before_unknown"),
        ("  never: [", "  never: [abdi, ", "both certain and never: abdi"),
        ("  bare: [", "  bare: [hoop, ", "both with_cue and bare: hoop"),
    ):
        path.write_text(good.replace(before, after, 1), encoding="utf-8")
        load_rules.cache_clear()
        with pytest.raises(KnowledgeError, match=re.escape(message)):
            load_rules(path)
    load_rules.cache_clear()
