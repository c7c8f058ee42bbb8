"""Texts that a parent reads and that no file holds as a whole: put together from data/knowledge at a level.

Arrangements, terms and lists of schools; questions and reasons of the pre-check; deadlines by where today stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from bot.clock import today
from bot.deadlines.rules import compute
from bot.knowledge.answers import collapse, fill, load_answers
from bot.knowledge.arrangements import Arrangement, Criterion
from bot.knowledge.deadlines import deadline_rules
from bot.knowledge.levels import Level
from bot.knowledge.listing import knowledge_answers
from bot.knowledge.topics import contact_values
from bot.precheck import PrecheckData, load_precheck, question_for
from bot.precheck.finding import EDGE, Finding, ask, no, yes
from bot.precheck.wording import say
from bot.precheck_dialogue.options import load_options

Composed = tuple[str, str, str]
"""Kind (of which texts the mean is taken together), name, text."""

FINDINGS: dict[str, Finding] = {"met": yes(), "not_met": no(), "unknown": ask(""), "edge": EDGE}
RESPONSES = {
    "met": "utter_voorcheck_uitslag", "not_met": "utter_voorcheck_niet", "unknown": "utter_voorcheck_misschien",
    "edge": "utter_voorcheck_misschien",
}  # fmt: skip
MOST_REASONS = 3
"""Reasons that stand together in one message."""


def composed_texts(level: Level) -> Iterator[Composed]:
    """Yield every text that is put together at a level."""
    for answer in knowledge_answers(level):
        yield str(answer["topic"]), f"{answer['topic']}:{answer['about']}", str(answer["text"])
    data = load_precheck(level=level)
    yield from _questions(level, data)
    yield from _reasons(level, data)
    yield from _deadlines(level, today())


def _said(response: str, level: Level, **values: str) -> str:
    """Return a response as it is said; a value that is not given is empty."""
    text = load_answers().get(response, level).text
    empty = dict.fromkeys(("noot", "stand", "niet", "lijst", "daarna", "aanvraag", "deze_week"), "")
    return collapse(fill(text, {**empty, **contact_values(today()), **values}))


def _questions(level: Level, data: PrecheckData) -> Iterator[Composed]:
    """Yield every question of the pre-check, why it is asked, and the question about answers that clash."""
    options = load_options()
    for field, info in data.fields.items():
        if not info.asked:
            continue
        question = question_for(field, data)
        help_text = options.help.get(field.partition(".")[0]) or options.help_kinds[info.kind]
        values = {"vraag": question.text, "waarom": question.why, "hulp": help_text, "aantal": "8"}
        values["stand"] = options.lines["progress"].format(number=2, of=8)
        for response in ("vraag", "anders", "waarom"):
            yield "voorcheck_vraag", f"{field}:{response}", _said(f"utter_voorcheck_{response}", level, **values)
    for name, clash in data.clashes.items():
        yield "voorcheck_vraag", name, _said("utter_voorcheck_twijfel", level, vraag=clash.text)


def _reasons(level: Level, data: PrecheckData) -> Iterator[Composed]:
    """Yield the messages of the outcome with every reason of every arrangement, a few at a time, and what to do."""
    for key, arrangement in data.arrangements.items():
        for value in FINDINGS:
            said = _reason_texts(arrangement, value, data)
            for start in range(0, len(said), MOST_REASONS):
                reasons = "\n".join(f"- {text}" for text in said[start : start + MOST_REASONS])
                text = _said(RESPONSES[value], level, lijst=f"{arrangement.name}\n{reasons}")
                yield "voorcheck_uitslag", f"{key}:{value}:{start // MOST_REASONS + 1}", text
        lines = load_options().lines
        values = {
            "deze_week": lines["this_week"].format(text=arrangement.this_week),
            "aanvraag": lines["applicant"].format(text=arrangement.applicant),
        }
        text = _said("utter_voorcheck_nu", level, **{k: fill(v, contact_values(today())) for k, v in values.items()})
        yield "voorcheck_uitslag", f"{key}:nu", text


def _reason_texts(arrangement: Arrangement, value: str, data: PrecheckData) -> list[str]:
    """Return the reasons of an arrangement for a value of its criteria, each once."""
    texts = [
        say(criterion, FINDINGS[value], _example(criterion), data.fields)
        for criterion in arrangement.criteria
        if value != "edge" or criterion.texts.edge is not None
    ]
    return list(dict.fromkeys(texts))


def _example(criterion: Criterion) -> Any:
    """Return an answer as a parent could have given it."""
    value = criterion.value
    if isinstance(value, list):
        return value[:1] if criterion.operator in ("contains_any", "contains_all") else value[0]
    return value


def _deadlines(level: Level, now: date) -> Iterator[Composed]:
    """Yield each deadline before, on and after its days, and the question for the date."""
    for name, rule in deadline_rules(level).items():
        asked = "utter_termijn_datum_straks" if rule.direction == "before" else "utter_termijn_datum"
        yield "termijn", f"{name}:datum", _said(asked, level, wat=rule.from_event)
        plain = compute(name, now)
        days = {plain.until - timedelta(days=1), plain.until, plain.until + timedelta(days=1)}
        if plain.extended_until is not None:
            days.add(plain.extended_until + timedelta(days=1))
        for extended in {False, rule.extension is not None}:
            for day in sorted(days):
                found = compute(name, now, extended, day, level)
                response = "utter_termijn_voorbij" if found.what_after else "utter_termijn_antwoord"
                text = _said(response, level, tekst=found.text, daarna=found.what_after)
                yield "termijn", f"{name}:{found.phase}{':verlengd' if extended else ''}", text
