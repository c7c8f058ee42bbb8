"""What stands on a gesprekskaart: worked out from the cards of a conversation, without any look of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from bot.conversations.messages import Message
from bot.deadlines.calendar import in_words
from bot.deadlines.rules import Deadline
from bot.knowledge.answers import fill
from bot.knowledge.files import KnowledgeError
from bot.knowledge.sources import load_sources
from bot.knowledge.topics import contact_values
from bot.precheck import PrecheckData, load_precheck
from bot.precheck.wording import join
from bot.precheck_dialogue.options import load_options
from bot.precheck_dialogue.saying import in_words as answer_in_words
from bot.precheck_dialogue.saying import told_of
from bot.precheck_dialogue.told import clean
from bot.web.cards import OUTCOME, deadline_of
from bot.web.gesprekskaart.texts import SheetTexts, load_sheet_texts

# All parts together stay on one page.
MOST_QUESTIONS, MOST_DEADLINES, MOST_UNKNOWN, MOST_REASONS, MOST_LABELS = 7, 4, 8, 3, 4


@dataclass(frozen=True)
class Help:
    """A form of help: its name, and lines about it."""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """The parts of the page, as words."""

    texts: SheetTexts
    made_on: str
    contact: str
    situation: tuple[str, ...]
    fits: tuple[Help, ...]
    maybe: tuple[Help, ...]
    unknown: tuple[str, ...]
    questions: tuple[str, ...]
    deadlines: tuple[Help, ...]
    sources: tuple[str, ...]


class _Entry(msgspec.Struct, frozen=True):
    """A form of help on the card."""

    arrangement: str
    name: str
    reasons: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    applicant: str = ""
    this_week: str = ""


class _Card(msgspec.Struct, frozen=True):
    """The card with the result of the pre-check."""

    fits: tuple[_Entry, ...]
    maybe: tuple[_Entry, ...]
    profile: dict[str, Any]
    date: date
    sources: tuple[str, ...] = ()


def make_sheet(messages: Sequence[Message], today: date) -> Sheet | None:
    """Return the gesprekskaart of a conversation: its last result and the deadlines that run; None without a result."""
    cards = [message.card for message in messages if message.card is not None and message.card.get("type") == OUTCOME]
    if not cards:
        return None
    try:
        outcome = msgspec.convert(cards[-1], _Card)
        return _sheet(outcome, running_deadlines(messages, today), load_sheet_texts(), load_precheck(), today)
    except ValueError:  # a card of a version that no longer fits: msgspec.ValidationError, ProfileError
        return None


def running_deadlines(messages: Iterable[Message], today: date) -> list[Deadline]:
    """Return the deadlines whose end has not passed, the latest word on each, the first to end first."""
    latest: dict[str, Deadline] = {}
    for message in messages:
        deadline = deadline_of(message.card, today)
        if deadline is not None:
            latest[deadline.rule] = deadline
    running = [deadline for deadline in latest.values() if deadline.end >= today]
    return sorted(running, key=lambda deadline: deadline.end)[:MOST_DEADLINES]


def _sheet(card: _Card, deadlines: list[Deadline], texts: SheetTexts, data: PrecheckData, today: date) -> Sheet:
    """Put the parts together."""
    values = contact_values(today)
    shown = (*card.fits, *card.maybe)
    missing = list(dict.fromkeys(field for entry in shown for field in entry.missing))
    references = (*card.sources, *(deadline.source for deadline in deadlines))
    return Sheet(
        texts=texts,
        made_on=fill(texts.made_on, {**values, "datum": in_words(card.date)}),
        contact=fill(texts.contact, values),
        situation=_situation(card.profile, data),
        fits=tuple(Help(entry.name, _about(entry, texts)) for entry in card.fits),
        maybe=tuple(Help(entry.name, (_to_find_out(entry, texts, data),)) for entry in card.maybe),
        unknown=tuple(_capital(label) for label in _labels(missing, data)[:MOST_UNKNOWN]),
        questions=_questions(texts, set(missing), {entry.arrangement for entry in shown}),
        deadlines=tuple(_deadline(deadline, texts) for deadline in deadlines),
        sources=_sources(references),
    )


def _situation(profile: dict[str, Any], data: PrecheckData) -> tuple[str, ...]:
    told = [item for item in told_of(clean(profile, data)) if item.field in data.fields]
    return tuple(_capital(answer_in_words(item.field, item.value, data, load_options())) for item in told)


def _about(entry: _Entry, texts: SheetTexts) -> tuple[str, ...]:
    lines = list(entry.reasons[:MOST_REASONS])
    if entry.applicant:
        lines.append(fill(texts.lines.applicant, {"wat": entry.applicant}))
    if entry.this_week:
        lines.append(fill(texts.lines.this_week, {"wat": entry.this_week}))
    return tuple(lines)


def _to_find_out(entry: _Entry, texts: SheetTexts, data: PrecheckData) -> str:
    labels = _labels(entry.missing, data)[:MOST_LABELS]
    return fill(texts.lines.to_find_out, {"wat": join(labels, "en")}) if labels else texts.lines.coordinator


def _labels(fields: Iterable[str], data: PrecheckData) -> list[str]:
    return list(dict.fromkeys(data.fields[field].label for field in fields if field in data.fields))


def _questions(texts: SheetTexts, missing: set[str], arrangements: set[str]) -> tuple[str, ...]:
    asked = [
        question.text
        for question in texts.questions
        if not (question.missing or question.arrangements)
        or missing.intersection(question.missing)
        or arrangements.intersection(question.arrangements)
    ]
    return tuple(asked[:MOST_QUESTIONS])


def _deadline(deadline: Deadline, texts: SheetTexts) -> Help:
    line = fill(texts.lines.deadline, {"termijn": deadline.title, "datum": in_words(deadline.end)})
    return Help(line, (deadline.text,))


def _sources(references: Iterable[str]) -> tuple[str, ...]:
    """Return one line per document, with its date and parts."""
    parts: dict[str, list[str]] = {}
    for reference in dict.fromkeys(references):
        try:
            source = load_sources().get(reference)
        except KnowledgeError:
            continue  # the document was replaced after the conversation
        parts.setdefault(f"{source.title} ({source.date})", []).append(source.part)
    return tuple(f"{title}: {'; '.join(names)}" for title, names in parts.items())


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
