"""Makes the draft of an intake from what a conversation holds: messages, how they were understood, and cards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversations.messages import Level
from bot.handoff.intake import LONGEST_QUESTION, Answered, Intake, Precheck, Subject, Term
from bot.handoff.texts import IntakeFile, Missing, load_intake_texts
from bot.handoff.urgency import urgency_of
from bot.knowledge.topics import load_topics
from bot.precheck import PrecheckData, Profile, ProfileError, load_precheck
from bot.precheck.profile import value_of
from bot.precheck_dialogue.buttons import answer_of_button
from bot.precheck_dialogue.options import load_options
from bot.precheck_dialogue.reading import read_answer, read_story
from bot.precheck_dialogue.saying import in_words
from bot.precheck_dialogue.told import Told, apply, clean
from bot.storage.models import MessageRow, ParseRow

CRISIS = "crisis"
QUESTION_CARD, OUTCOME_CARD, TERM_CARD = "voorcheck_vraag", "voorcheck_uitslag", "termijn"


@dataclass(frozen=True)
class Said:
    """A message as the assembly needs it; `topic` and `accepted` are of its parse, where it has one."""

    author: str
    text: str
    payload: str | None
    level: str | None
    card: dict[str, Any] | None
    shown_topic: str | None
    topic: str | None
    accepted: bool
    language: str | None


@dataclass(frozen=True)
class Draft:
    """A draft for the parent to correct; `questions` are the parts that are missing."""

    intake: Intake
    questions: tuple[Missing, ...]
    crisis: bool
    prechecks: tuple[Precheck, ...]
    terms: tuple[Term, ...]


def read_said(session: Session, conversation_id: str) -> list[Said]:
    """Return what a conversation holds, in order."""
    rows = session.execute(
        select(MessageRow, ParseRow)
        .outerjoin(ParseRow, ParseRow.message_id == MessageRow.id)
        .where(MessageRow.conversation_id == conversation_id)
        .order_by(MessageRow.position)
    )
    return [
        Said(
            m.author, m.text, m.payload, m.level, m.card, m.topic,
            p.topic if p else None, bool(p and p.accepted), p.language if p else None,
        )
        for m, p in rows
    ]  # fmt: skip


def assemble(said: Sequence[Said], today: date) -> Draft:
    """Return the draft of an intake on a day."""
    texts, data = load_intake_texts(), load_precheck()
    profile = _profile(said, today, data)
    crisis = any(CRISIS in (m.topic if m.accepted else None, m.shown_topic) for m in said)
    outcomes = tuple(found for m in said if (found := _precheck(m.card)) is not None)
    terms = _terms(said, today)
    situation = _answers(profile, texts.situation, data)
    languages = [m.language for m in said if m.author == "ouder" and m.language]
    intake = Intake(
        vraag=_question(said, texts)[:LONGEST_QUESTION],
        kind=_answers(profile, texts.child, data),
        situatie=situation,
        voorcheck=outcomes[-1] if outcomes else None,
        termijnen=list(terms),
        onderwerpen=_subjects(said, texts),
        urgentie=urgency_of(crisis, situation, terms, today),
        taalniveau=_level(said),
        # What the parent mostly writes: one foreign word is no other language.
        taal=max(dict.fromkeys(reversed(languages)), key=languages.count, default="nl"),
    )
    return Draft(intake, _missing(intake, texts), crisis, outcomes, terms)


def _question(said: Sequence[Said], texts: IntakeFile) -> str:
    """Return the question in the parent's own words: the first that she typed, and the last.

    Answers to questions of the pre-check, buttons and small talk are no question. Where she typed none, the title of the
    last button about a subject stands in.
    """
    typed = [m for m, card in _with_card_before(said) if m.author == "ouder" and not m.payload and not _asks(card)]
    asked = [m.text.strip() for m in typed if _is_question(m, texts)]
    pressed = [m.text.strip() for m in said if m.author == "ouder" and (m.payload or "").startswith("topic:")]
    pressed = [text for text in pressed if text not in _no_question_titles(texts)]
    return "\n".join(dict.fromkeys(asked[:1] + asked[-1:] if asked else pressed[-1:]))


def _is_question(message: Said, texts: IntakeFile) -> bool:
    """Tell whether a typed message may be the question; what was not understood may well be it."""
    is_long = len(message.text.split()) >= texts.long_from_words
    return bool(message.text.strip()) and (is_long or message.topic not in texts.no_question)


def _no_question_titles(texts: IntakeFile) -> frozenset[str]:
    """Return the titles of topics that are no question."""
    return frozenset(load_topics().topics[topic].title for topic in texts.no_question)


def _subjects(said: Sequence[Said], texts: IntakeFile) -> list[Subject]:
    """Return the topics that were talked about, the latest last."""
    topics = load_topics().topics
    shown = [m.shown_topic for m in said if m.author == "bot" and m.shown_topic in topics]
    subjects = [t for t in shown if t is not None and topics[t].group not in texts.no_subject_groups]
    latest = list(dict.fromkeys(reversed(subjects)))[:20]
    return [Subject(topic=topic, title=topics[topic].title) for topic in reversed(latest)]


def _level(said: Sequence[Said]) -> Level:
    """Return the language level of the last answer."""
    last = next((m.level for m in reversed(said) if m.author == "bot" and m.level), None)
    return "a2" if last == "a2" else "b1"


def _profile(said: Sequence[Said], today: date, data: PrecheckData) -> Profile:
    """Return what the parent told about the child; what was told later counts."""
    options, profile = load_options(), Profile()
    for message, card in _with_card_before(said):
        if message.card is not None and message.card.get("type") == OUTCOME_CARD:
            # The pre-check has read the answers with all it knows; what follows may change them again.
            profile = _of_outcome(message.card, data) or profile
        if message.author != "ouder":
            continue
        try:
            profile = apply(profile, _told(message, card, today, data), options)
        except ProfileError:
            continue
    return profile


def _told(message: Said, card: dict[str, Any] | None, today: date, data: PrecheckData) -> Sequence[Told]:
    """Return the answers in a message of the parent: by a button, to the open question, and in passing."""
    if message.payload:
        kind, _, value = message.payload.partition(":")
        try:
            return answer_of_button(value)[0].told if kind == "antwoord" else ()
        except ValueError:
            return ()
    options = load_options()
    story = read_story(message.text, today, data, options)
    field = str(card.get("field")) if card is not None and _asks(card) else None
    if field not in data.fields or field is None:
        return story
    direct = read_answer(field, message.text, today, data, options)
    return [*(told for told in story if not direct or told.field != field), *direct]


def _with_card_before(said: Sequence[Said]) -> list[tuple[Said, dict[str, Any] | None]]:
    """Return each message with the card of the last message of the bot before it."""
    found: list[tuple[Said, dict[str, Any] | None]] = []
    card: dict[str, Any] | None = None
    for message in said:
        found.append((message, card))
        card = message.card if message.author == "bot" else card
    return found


def _asks(card: dict[str, Any] | None) -> bool:
    """Tell whether a card asks a question of the pre-check."""
    return card is not None and card.get("type") == QUESTION_CARD


def _of_outcome(card: dict[str, Any], data: PrecheckData) -> Profile | None:
    """Return the profile on a card with a result."""
    profile = card.get("profile")
    try:
        return clean(profile, data) if isinstance(profile, dict) else None
    except ProfileError:
        return None


def _answers(profile: Profile, fields: Sequence[str], data: PrecheckData) -> list[Answered]:
    """Return what is known of some fields, in words, with the question of each."""
    options = load_options()
    known = [(field, value_of(profile, field)) for field in fields]
    return [
        Answered(field=field, question=data.fields[field].question, answer=in_words(field, value, data, options))
        for field, value in known
        if value is not None
    ]


def _precheck(card: dict[str, Any] | None) -> Precheck | None:
    """Return the result of a pre-check on a card."""
    if card is None or card.get("type") != OUTCOME_CARD:
        return None
    try:
        return Precheck.model_validate(
            {
                "date": card["date"],
                **{
                    part: [{"arrangement": entry["arrangement"], "name": entry["name"]} for entry in card[part]]
                    for part in ("fits", "maybe", "no")
                },
            }
        )
    except (KeyError, TypeError, ValidationError):
        return None  # a card of a version that no longer fits


def _terms(said: Sequence[Said], today: date) -> tuple[Term, ...]:
    """Return the deadlines that were worked out and have not passed; of one rule the last."""
    found: dict[str, Term] = {}
    for message in said:
        term = _term(message.card)
        if term is not None:
            found.pop(term.rule, None)
            found[term.rule] = term
    return tuple(term for term in found.values() if term.until >= today)


def _term(card: dict[str, Any] | None) -> Term | None:
    """Return the deadline on a card."""
    if card is None or card.get("type") != TERM_CARD:
        return None
    try:
        extended = card.get("extended") is True and bool(card.get("extended_until"))
        until = card["extended_until"] if extended else card["until"]
        return Term.model_validate(
            {"rule": card["rule"], "title": card["title"], "from": card["from"], "until": until, "extended": extended}
        )
    except (KeyError, ValidationError):
        return None


def _missing(intake: Intake, texts: IntakeFile) -> tuple[Missing, ...]:
    """Return the few questions that are still open."""
    told = {"vraag"} if intake.vraag else set()
    told |= {"geprobeerd"} if intake.geprobeerd else set()
    known = {entry.field for entry in (*intake.kind, *intake.situatie)}
    told |= {f"kind.{entry.field}" for entry in intake.kind} | {f"situatie.{entry.field}" for entry in intake.situatie}
    asked = [m for m in texts.missing if m.field not in told and not known & set(m.unless)]
    return tuple(asked[: texts.most_questions])
