"""Every answer keeps the rules for answers (README): length, words, terms, numbers, next step, buttons, sources."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from statistics import mean
from typing import Any

import pytest
import yaml

from bot.clock import today
from bot.knowledge.answers import PLACEHOLDER, Answer, fill, load_answers, sources_of
from bot.knowledge.files import root
from bot.knowledge.proofread import proofreading_page
from bot.knowledge.topics import TITLE_LENGTH, contact_values, load_contact, load_facts, load_topics
from bot.readability.sentences import blocks, sentences, words

MEAN_SENTENCE, LONGEST_SENTENCE = 12, 20
MOST_WORDS = {"b1": 95, "a2": 75}
FORBIDDEN = re.compile(
    r"\b(?:middels|indien|conform|betreffende|desbetreffende|dient|teneinde|alsmede|derhalve|omtrent|inzake|reeds|tevens"
    r"|u|uw)\b",
    re.IGNORECASE,
)
# Small talk, and remarks that are followed by buttons or by an answer: there is nothing to do yet.
NO_NEXT_STEP = {
    "utter_begroeten", "utter_afscheid", "utter_bedanken", "utter_bevestigen", "utter_ontkennen", "utter_weet_niet",
    "utter_compliment", "utter_bedoel_je", "utter_niet_begrepen", "utter_ook_gevraagd", "utter_niveau_a2",
    "utter_niveau_b1",
}  # fmt: skip

TERMS_FILE: dict[str, Any] = yaml.safe_load((root() / "tests" / "data" / "terms.yml").read_text(encoding="utf-8"))
TERMS: dict[str, dict[str, Any]] = TERMS_FILE["terms"]
PLAIN: set[str] = set(TERMS_FILE["plain"])
TOPICS = load_topics()
ANSWERS = load_answers().all()
VALUES = contact_values(today())
FAQ = {TOPICS.response(t) for t, topic in TOPICS.topics.items() if TOPICS.groups[topic.group].faq and not topic.action}


def of_each(
    answers: list[Answer] = ANSWERS,
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make one test of each answer and level."""
    return pytest.mark.parametrize("answer", [pytest.param(a, id=f"{a.response}-{a.level}") for a in answers])


def read(answer: Answer) -> str:
    """Return what the parent reads; what an action fills in counts as one word."""
    return PLACEHOLDER.sub("Woord", fill_contact(answer.text))


def fill_contact(text: str) -> str:
    """Fill in contact values only."""
    return fill(text, {**{name: f"{{{name}}}" for name in PLACEHOLDER.findall(text)}, **VALUES})


WHOLE = [answer for answer in ANSWERS if set(PLACEHOLDER.findall(answer.text)) <= set(VALUES)]
"""The answers that no action has to fill in."""


@of_each(WHOLE)
def test_sentences_are_short(answer: Answer) -> None:
    lengths = {sentence: len(words(sentence)) for sentence in sentences(read(answer))}
    assert {s: n for s, n in lengths.items() if n > LONGEST_SENTENCE} == {}
    assert mean(lengths.values()) <= MEAN_SENTENCE


@of_each(WHOLE)
def test_answer_is_short(answer: Answer) -> None:
    assert sum(len(words(sentence)) for sentence in sentences(read(answer))) <= MOST_WORDS[answer.level]


@of_each()
def test_no_forbidden_word(answer: Answer) -> None:
    assert FORBIDDEN.findall(answer.text) == []


@of_each()
def test_terms_are_explained_on_first_use(answer: Answer) -> None:
    found = sentences(read(answer))
    unexplained = []
    for term, entry in TERMS.items():
        written = entry.get("pattern", re.escape(term))
        pattern = re.compile(rf"(?<![\w-])(?:{written})(?![\w+-])", re.IGNORECASE if term.islower() else 0)
        first = next((i for i, sentence in enumerate(found) if pattern.search(sentence)), None)
        if first is None:
            continue
        around = " ".join(found[max(first - 1, 0) : first + 2]).lower()
        if not any(re.search(explanation, around) for explanation in entry["explained_by"]):
            unexplained.append(f"{term}: {around}")
    assert unexplained == []


@of_each()
def test_every_abbreviation_is_a_known_term(answer: Answer) -> None:
    known = PLAIN | {word for term in TERMS for word in term.split()}
    assert set(re.findall(r"\b[A-Z]{2,}\b", answer.text)) - known == set()


@of_each()
def test_next_step(answer: Answer) -> None:
    if answer.response not in NO_NEXT_STEP:
        assert answer.next_step


@of_each([a for a in ANSWERS if a.response in FAQ])
def test_source(answer: Answer) -> None:
    assert sources_of(answer) != []


@of_each()
def test_numbers_stand_in_the_facts(answer: Answer) -> None:
    facts = load_facts()
    known = {number for fact in answer.facts for number in re.findall(r"\d+", facts[fact].text)}
    assert set(re.findall(r"\d+", PLACEHOLDER.sub("", answer.text))) - known == set()


@of_each()
def test_contact_values_stand_in_placeholders(answer: Answer) -> None:
    written = [fact.value for fact in load_contact().values() if len(fact.value) > 4 and fact.value in answer.text]
    assert written == []
    assert re.findall(r"\b0\d[\d -]{6,}\d\b|\S+@\S+\.\w+|www\.\S+", answer.text) == []


@of_each(WHOLE)
def test_line_breaks_stand_between_paragraphs_and_list_items_only(answer: Answer) -> None:
    """The widget shows each line as a paragraph or list item."""
    lines = [line for line in answer.text.splitlines() if line.strip()]
    assert [re.sub(r"^- ", "", line) for line in lines] == blocks(answer.text)


@of_each([a for a in ANSWERS if a.response in FAQ])
def test_buttons(answer: Answer) -> None:
    own = next(t for t in TOPICS.topics if TOPICS.response(t) == answer.response)
    assert 2 <= len(answer.followups) <= 4
    assert len(set(answer.followups)) == len(answer.followups)
    assert own not in answer.followups


@pytest.mark.parametrize("topic_id", TOPICS.topics)
def test_topic_is_answered(topic_id: str) -> None:
    if TOPICS.topics[topic_id].action is None:
        levels = {answer.level for answer in ANSWERS if answer.response == TOPICS.response(topic_id)}
        assert levels >= ({"b1", "a2"} if TOPICS.needs_a2(topic_id) else {"b1"})


@pytest.mark.parametrize("topic_id", TOPICS.topics)
def test_title_fits_on_a_button(topic_id: str) -> None:
    assert 0 < len(TOPICS.topics[topic_id].title) <= TITLE_LENGTH


def test_every_response_is_said_somewhere() -> None:
    """A response belongs to a topic, or code, stories or the list of questions without a source names it."""
    places = [*root().glob("actions/**/*.py"), *root().glob("bot/**/*.py"), *root().glob("data/stories/*.yml")]
    places += [*root().glob("data/knowledge/*.yml"), root() / "domain.yml"]
    named = set(re.findall(r"utter_[a-z0-9_/]+", "\n".join(place.read_text(encoding="utf-8") for place in places)))
    # actions/niveau.py puts the level behind the name.
    named |= {f"utter_niveau_{level}" for level in ("b1", "a2")}
    of_topics = {TOPICS.response(topic_id) for topic_id in TOPICS.topics}
    assert sorted({answer.response for answer in ANSWERS} - of_topics - named) == []


def test_every_fact_is_used() -> None:
    used = {fact for answer in ANSWERS for fact in answer.facts}
    assert sorted(set(load_facts()) - used) == []


def test_no_staff_name_or_private_address_in_the_data() -> None:
    """Names are kept as hashes (lower case, SHA-256), so that the list itself names nobody."""
    hashes = set((root() / "tests" / "data" / "staff_names.sha256").read_text(encoding="ascii").split())
    allowed = {fact.value for fact in load_contact().values()} | {"naam@organisatie.nl"}  # an example in a form
    found = []
    for path in sorted((root() / "data").rglob("*.*")):
        if path.suffix == ".gz":
            continue
        text = path.read_text(encoding="utf-8")
        for word in set(re.findall(r"[^\W\d_]+", text)):
            if word[0].isupper() and hashlib.sha256(word.lower().encode()).hexdigest() in hashes:
                found.append(f"{path.name}: {word}")
        found += [f"{path.name}: {a}" for a in re.findall(r"[\w.+-]+@[\w-]+\.\w[\w.]*\w", text) if a not in allowed]
    assert found == []


def test_proofreading_page_is_current() -> None:
    """`make antwoorden` writes the page again."""
    assert (root() / "docs" / "antwoorden.md").read_text(encoding="utf-8") == proofreading_page()
