"""Other languages than Dutch: the fixed line above an answer, the crisis text and the words of the widget."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from bot.knowledge.answers import PLACEHOLDER
from bot.knowledge.files import KnowledgeError, knowledge_dir, load_entries
from bot.knowledge.topics import load_contact

IN_LINE = {"steunpunt_telefoon"}
IN_CRISIS = {
    "alarmnummer", "zelfmoordpreventie_kort", "zelfmoordpreventie_gratis", "veilig_thuis", "kindertelefoon",
    "steunpunt_telefoon",
}  # fmt: skip

LEAST_WORDS = 2
_WORD = re.compile(r"[^\W\d_]+")


class WidgetWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words of the widget: the button that sends, the empty field, and the button for a person."""

    send: str
    placeholder: str
    human: str


class Language(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A language by its ISO 639-1 code. `name` is Dutch, `native` its own; `line` and `crisis` hold placeholders.

    `words` are small words that Dutch does not have.
    """

    name: str
    native: str
    line: str
    crisis: str
    ui: WidgetWords
    direction: Literal["ltr", "rtl"] = "ltr"
    words: tuple[str, ...] = ()


@lru_cache
def load_languages(path: Path | None = None) -> dict[str, Language]:
    """Load the languages. In a text from right to left, every placeholder keeps its own order from left to right.

    Raises:
        KnowledgeError: a text lacks a number that it must give, or names a value that does not exist.
    """
    path = path or knowledge_dir() / "languages.yml"
    languages = {}
    for code, language in load_entries(path, Language).items():
        where = f"{path}: entry '{code}'"
        _check(language.line, IN_LINE, f"{where}: field 'line'")
        _check(language.crisis, IN_CRISIS, f"{where}: field 'crisis'")
        if language.direction == "rtl":
            language = msgspec.structs.replace(
                language, line=_isolate(language.line), crisis=_isolate(language.crisis)
            )
        languages[code] = language
    return languages


def language_by_words(text: str) -> str | None:
    """Return the language of which a text holds the most small words: two at least, and more than of any other."""
    said = set(_WORD.findall(text.lower()))
    counts = sorted(((len(said & set(known.words)), code) for code, known in load_languages().items()), reverse=True)
    (most, code), (second, _) = counts[:2]
    return code if most >= LEAST_WORDS and most > second else None


def _check(text: str, needed: set[str], where: str) -> None:
    """Refuse a text without the numbers it must give, or with a value that there is not."""
    named = set(PLACEHOLDER.findall(text))
    for name in sorted(needed - named):
        raise KnowledgeError(f"{where}: lacks '{{{name}}}'")
    for name in sorted(named - set(load_contact())):
        raise KnowledgeError(f"{where}: '{{{name}}}' does not exist in contact.yml")


def _isolate(text: str) -> str:
    """Put Unicode isolates around placeholders: after Arabic letters, the groups of 036 76 70 200 would be reversed."""
    return PLACEHOLDER.sub("\u2066\\g<0>\u2069", text)
