"""Checks the intake that a parent approved: hers are the answers, everything else comes from the server's own data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.handoff.assemble import Draft
from bot.handoff.intake import Answered, Intake
from bot.handoff.texts import FieldCode, load_intake_texts
from bot.handoff.urgency import urgency_of


def check_intake(given: Intake, draft: Draft, today: date) -> tuple[Intake, dict[str, FieldCode]]:
    """Return the intake that is stored, and why parts are refused.

    She may change answers, add those that were asked, and leave parts out. Question texts, topics, language and urgency
    are ours; a result or deadline that this conversation did not give is refused: she would approve what nobody said.
    """
    errors: dict[str, FieldCode] = {}
    if not given.vraag:
        errors["intake.vraag"] = "vraag_leeg"
    child = _own_questions("kind", given.kind, draft.intake.kind, errors)
    situation = _own_questions("situatie", given.situatie, draft.intake.situatie, errors)
    if given.voorcheck is not None and given.voorcheck not in draft.prechecks:
        errors["intake.voorcheck"] = "verouderd"
    if any(term not in draft.terms for term in given.termijnen):
        errors["intake.termijnen"] = "verouderd"
    kept = {subject.topic for subject in given.onderwerpen}
    intake = given.model_copy(
        update={
            "kind": child,
            "situatie": situation,
            "geprobeerd": given.geprobeerd or None,
            "onderwerpen": [subject for subject in draft.intake.onderwerpen if subject.topic in kept],
            "urgentie": urgency_of(draft.crisis, situation, given.termijnen, today),
            "taalniveau": draft.intake.taalniveau,
            "taal": draft.intake.taal,
        }
    )
    return intake, errors


def _own_questions(
    part: str, given: Sequence[Answered], drafted: Sequence[Answered], errors: dict[str, FieldCode]
) -> list[Answered]:
    """Return the answers with our question texts; a field that we do not ask is refused."""
    known = {entry.field: entry.question for entry in drafted}
    found: dict[str, Answered] = {}
    for entry in given:
        question = known.get(entry.field) or load_intake_texts().question(f"{part}.{entry.field}")
        if question is None:
            errors[f"intake.{part}.{entry.field}"] = "onbekend_veld"
        else:
            found[entry.field] = entry.model_copy(update={"question": question})
    return list(found.values())
