"""An intake as a text that staff can read and print."""

from __future__ import annotations

from collections.abc import Iterable

from bot.deadlines.calendar import in_words
from bot.handoff.intake import Answered, Arrangement, Intake, Precheck, Term
from bot.handoff.texts import IntakeFile, load_intake_texts
from bot.knowledge.languages import load_languages

_DUTCH = {"nl": "Nederlands"}


def readable(intake: Intake) -> str:
    """Return an intake in Dutch: every part that is filled in, with the questions that were answered."""
    texts = load_intake_texts()
    urgency = [texts.urgency.levels[intake.urgentie.level], *(f"- {reason}" for reason in intake.urgentie.reasons)]
    parts = {
        "vraag": [intake.vraag],
        "urgentie": urgency,
        "kind": _answers(intake.kind),
        "situatie": _answers(intake.situatie),
        "geprobeerd": [intake.geprobeerd] if intake.geprobeerd else [],
        "termijnen": [_term(term, texts) for term in intake.termijnen],
        "voorcheck": _precheck(intake.voorcheck, texts) if intake.voorcheck else [],
        "onderwerpen": [f"- {subject.title}" for subject in intake.onderwerpen],
    }
    blocks = ["\n".join([texts.labels[name], *lines]) for name, lines in parts.items() if any(lines)]
    level = texts.readable["level"].format(niveau=intake.taalniveau.upper(), taal=_language(intake.taal))
    return "\n\n".join([*blocks, level])


def _answers(answers: Iterable[Answered]) -> list[str]:
    """Return answers with their questions."""
    return [f"- {entry.question} {entry.answer}" for entry in answers]


def _term(term: Term, texts: IntakeFile) -> str:
    """Return a deadline."""
    extended = f" {texts.readable['extended']}" if term.extended else ""
    return f"- {in_words(term.until)}: {term.title}{extended}"


def _precheck(found: Precheck, texts: IntakeFile) -> list[str]:
    """Return what fits and what may fit; what does not fit is a long list that helps nobody to start."""
    named = (("fits", found.fits), ("maybe", found.maybe))
    lines = [f"- {texts.readable[name]}: {_names(arrangements)}" for name, arrangements in named if arrangements]
    return [*lines, texts.readable["checked"].format(datum=in_words(found.date))]


def _names(arrangements: Iterable[Arrangement]) -> str:
    """Return the names of arrangements."""
    return "; ".join(arrangement.name for arrangement in arrangements)


def _language(code: str) -> str:
    """Return the name of a language in Dutch, or its code."""
    language = load_languages().get(code)
    return _DUTCH.get(code) or str(getattr(language, "name", None) or code)
