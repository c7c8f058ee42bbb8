"""Load gesprekskaart.yml: the words of the page, and the questions to ask at school."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec

from bot.knowledge.files import KnowledgeError, convert, knowledge_dir, read_yaml
from bot.precheck import load_precheck


class _Struct(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of the entries below."""


class Headings(_Struct, frozen=True):
    """What stands above each part."""

    situation: str
    fits: str
    maybe: str
    unknown: str
    questions: str
    deadlines: str
    sources: str


class Empty(_Struct, frozen=True):
    """What stands in a part that has nothing."""

    situation: str
    fits: str


class Lines(_Struct, frozen=True):
    """Short patterns around a value."""

    applicant: str
    this_week: str
    to_find_out: str
    coordinator: str
    deadline: str


class TalkQuestion(_Struct, frozen=True):
    """A question to ask at school; shown when one of its conditions holds, or when it has none."""

    text: str
    missing: tuple[str, ...] = ()
    arrangements: tuple[str, ...] = ()


class Notice(_Struct, frozen=True):
    """A page in the place of the gesprekskaart."""

    title: str
    text: str


class SheetTexts(_Struct, frozen=True):
    """The file gesprekskaart.yml."""

    title: str
    lead: str
    made_on: str
    no_decision: str
    contact: str
    print_hint: str
    pdf_link: str
    headings: Headings
    empty: Empty
    lines: Lines
    questions: tuple[TalkQuestion, ...]
    gone: Notice
    missing: Notice


@lru_cache
def load_sheet_texts(path: Path | None = None) -> SheetTexts:
    """Load the texts and check them against the pre-check.

    Raises:
        KnowledgeError: an entry does not fit, or names a field or arrangement that does not exist.
    """
    path = path or knowledge_dir() / "gesprekskaart.yml"
    texts, data = convert(read_yaml(path), SheetTexts, str(path)), load_precheck()
    fields = {name.partition(".")[0] for name in data.fields}
    for question in texts.questions:
        unknown = [*(set(question.missing) - fields), *(set(question.arrangements) - set(data.arrangements))]
        if unknown:
            raise KnowledgeError(f"{path}: question '{question.text}': unknown {', '.join(sorted(unknown))}")
    return texts
