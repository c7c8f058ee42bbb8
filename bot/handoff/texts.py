"""The texts around a handoff (intake.yml and handoff_texts.yml), checked when they are loaded."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

import msgspec

from bot.clock import today
from bot.handoff.intake import Urgency
from bot.handoff.states import Reach, State
from bot.knowledge.answers import fill
from bot.knowledge.files import KnowledgeError, convert, knowledge_dir, read_yaml
from bot.knowledge.topics import contact_values, load_topics
from bot.precheck import load_precheck

Said = Literal[
    "aangevraagd_chat", "aangevraagd_terugbellen", "aangevraagd_email", "spoed", "geclaimd_chat", "geclaimd_anders",
    "collega", "terug_in_wachtrij", "terug_naar_bot", "belafspraak", "afgehandeld", "niet_bereikt", "heropend",
    "ingetrokken", "niemand_vrij", "spreekuur_voorbij", "consulent_stil", "consulent_weg",
]  # fmt: skip
FieldCode = Literal[
    "vraag_leeg", "onbekend_veld", "verouderd", "toestemming", "chat_dicht", "telefoon_leeg", "telefoon_fout", "email_leeg",
    "email_fout", "moment_leeg", "moment_fout", "moment_bezet", "moment_hoort_niet", "naam_fout",
]  # fmt: skip
_CARD_LABELS = frozenset(
    {"title", "intro", "vraag", "kind", "situatie", "geprobeerd", "voorcheck", "termijnen", "onderwerpen", "urgentie",
     "contact", "name", "phone", "email", "slot", "send", "skip", "withdraw"}
)  # fmt: skip
_READABLE = frozenset({"level", "fits", "maybe", "fits_not", "checked", "extended", "nothing"})
# What a text may name besides the values of contact.yml.
_NAMED = {"naam": "Fatima", "moment": "morgen", "wanneer": "morgen", "tot": "12.00"}


class Missing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the intake that is asked when it is missing."""

    field: str
    question: str = ""
    help: str | None = None
    options: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


class UrgencyRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The limits of the rules, and their reasons in words."""

    weeks_at_home: float
    days_to_deadline: int
    reasons: dict[Literal["crisis", "at_home", "deadline"], str]
    levels: dict[Urgency, str]


class WayToReach(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A way of contact on the card."""

    title: str
    help: str


class Consent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the parent agrees to."""

    version: str
    text: str


class IntakeFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file intake.yml."""

    child: tuple[str, ...]
    situation: tuple[str, ...]
    most_questions: int
    missing: tuple[Missing, ...]
    no_question: tuple[str, ...]
    no_subject_groups: tuple[str, ...]
    long_from_words: int
    urgency: UrgencyRules
    labels: dict[str, str]
    reach: dict[Reach, WayToReach]
    consent: Consent
    readable: dict[str, str]

    def question(self, field: str) -> str | None:
        """Return the question about a field (`kind.leeftijd`), or None where there is no such field."""
        asked = next((m for m in self.missing if m.field == field), None)
        if asked is not None and asked.question:
            return asked.question
        part, _, name = field.partition(".")
        if name in {"kind": self.child, "situatie": self.situation}.get(part, ()):
            return load_precheck().fields[name].question
        return None


class HandoffFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file handoff_texts.yml."""

    said: dict[Said, str]
    a_consultant: str
    open_now: str
    closed_now: str
    no_hours: str
    states: dict[State, str]
    second: str
    fields: dict[FieldCode, str]
    invalid: dict[Literal["leeg", "te_lang", "anders"], str]
    mail: dict[Literal["subject", "new", "again", "since", "link"], str]

    def say(self, name: Said, **values: str | None) -> str:
        """Return what a parent hears."""
        return self.filled(self.said[name], **values)

    def filled(self, text: str, **values: str | None) -> str:
        """Put today's contact values and the given ones in a text; an unknown name is 'een consulent'."""
        given = {name: value or (self.a_consultant if name == "naam" else "") for name, value in values.items()}
        said = fill(text, {**contact_values(today()), **given})
        return said[:1].upper() + said[1:]


@lru_cache
def load_intake_texts(folder: Path | None = None) -> IntakeFile:
    """Load intake.yml.

    Raises:
        KnowledgeError: the file does not fit, misses a text, or names a field, topic or group that does not exist.

    """
    path = (folder or knowledge_dir()) / "intake.yml"
    content: IntakeFile = convert(read_yaml(path), IntakeFile, str(path))
    known = load_precheck().fields
    for name in (*content.child, *content.situation):
        if name not in known:
            raise KnowledgeError(f"{path}: '{name}' is no field of profile_fields.yml")
    for entry in content.missing:
        if entry.field not in ("vraag", "geprobeerd") and content.question(entry.field) is None:
            raise KnowledgeError(f"{path}: field 'missing': unknown field '{entry.field}'")
        if entry.field in ("vraag", "geprobeerd") and not entry.question:
            raise KnowledgeError(f"{path}: field 'missing': '{entry.field}' has no question")
    topics = load_topics()
    unknown = set(content.no_question) - set(topics.topics) | set(content.no_subject_groups) - set(topics.groups)
    if unknown:
        raise KnowledgeError(f"{path}: unknown topics or groups {sorted(unknown)}")
    _all_there(path, "labels", _CARD_LABELS, content.labels)
    _all_there(path, "readable", _READABLE, content.readable)
    _all_there(path, "reach", frozenset(get_args(Reach)), content.reach)
    _all_there(path, "urgency.levels", frozenset(get_args(Urgency)), content.urgency.levels)
    _all_there(path, "urgency.reasons", frozenset({"crisis", "at_home", "deadline"}), content.urgency.reasons)
    return content


@lru_cache
def load_handoff_texts(folder: Path | None = None) -> HandoffFile:
    """Load handoff_texts.yml, and make sure that each text can be said today.

    Raises:
        KnowledgeError: a text is missing, or names a value that does not exist.

    """
    path = (folder or knowledge_dir()) / "handoff_texts.yml"
    content: HandoffFile = convert(read_yaml(path), HandoffFile, str(path))
    _all_there(path, "said", frozenset(get_args(Said)), content.said)
    _all_there(path, "states", frozenset(get_args(State)), content.states)
    _all_there(path, "fields", frozenset(get_args(FieldCode)), content.fields)
    _all_there(path, "invalid", frozenset({"leeg", "te_lang", "anders"}), content.invalid)
    _all_there(path, "mail", frozenset({"subject", "new", "again", "since", "link"}), content.mail)
    whole = (*content.said.values(), *content.states.values(), content.open_now, content.closed_now, content.no_hours)
    for text in whole:
        content.filled(text, **_NAMED)
    return content


def _all_there(path: Path, field: str, wanted: frozenset[str], found: object) -> None:
    """Refuse a mapping that misses a text, or has one that nothing uses."""
    given = set(found) if isinstance(found, dict) else set()
    if missing := sorted(wanted - given):
        raise KnowledgeError(f"{path}: field '{field}': no text for {', '.join(missing)}")
    if unused := sorted(given - wanted):
        raise KnowledgeError(f"{path}: field '{field}': nothing uses {', '.join(unused)}")
