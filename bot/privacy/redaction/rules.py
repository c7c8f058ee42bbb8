"""The rules of the redaction: data/knowledge/redaction.yml."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import Literal, get_args

import msgspec

from bot.knowledge.files import KnowledgeError, convert, knowledge_dir, read_yaml
from bot.privacy.redaction.spans import Kind

Words = tuple[str, ...]
# A name is one of these: each says something else of the same word.
_ONE_OF = ("certain", "with_cue", "bare", "never")
CueKind = Literal["heet", "mens", "zelf", "andere"]


class Names(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Names and words that the lists of data/lexicon have wrong for this chat."""

    certain: Words
    with_cue: Words
    bare: Words
    titled: Words
    no_title: Words
    never: Words
    never_endings: Words
    prefixes: Words


class Streets(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the names of streets end, and the words around an address."""

    sure: Words
    unsure: Words
    never: Words
    living: Words
    no_part: Words
    towns: Words
    not_a_house: Words


class NumberCues(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words before a number or a date that say what it is."""

    bsn: Words
    telefoon: Words
    lokaal: Words
    nummer: Words
    geboren: Words
    document: Words


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file."""

    placeholders: dict[Kind, str]
    names: Names
    before: dict[CueKind, Words]
    before_andere_heet: Words
    before_unknown: Words
    before_place_or_name: Words
    before_bare: Words
    titles: Words
    between: Words
    after: Words
    after_child: Words
    keep: Words
    streets: Streets
    number_cues: NumberCues


@lru_cache
def load_rules(path: Path | None = None) -> Rules:
    """Load the rules.

    Raises:
        KnowledgeError: something is missing or does not fit; names file and field.

    """
    path = path or knowledge_dir() / "redaction.yml"
    rules = convert(read_yaml(path), Rules, str(path))
    for field, wanted, found in (
        ("placeholders", get_args(Kind), set(rules.placeholders)),
        ("before", get_args(CueKind), set(rules.before)),
    ):
        missing = [name for name in wanted if name not in found]
        if missing:
            raise KnowledgeError(f"{path}: field '{field}': nothing for {', '.join(missing)}")
    for kind, text in rules.placeholders.items():
        if not (text.startswith("[") and text.endswith("]")) or any(c in "[]0123456789" for c in text[1:-1]):
            raise KnowledgeError(f"{path}: field 'placeholders.{kind}': '{text}' is no word between [ and ]")
    unknown = sorted(set(rules.before_andere_heet) - set(rules.before["andere"]))
    if unknown:
        raise KnowledgeError(f"{path}: field 'before_andere_heet': not in 'before.andere': {', '.join(unknown)}")
    kinds = {kind: set(getattr(rules.names, kind)) for kind in _ONE_OF}
    for first, second in combinations(_ONE_OF, 2):
        if both := sorted(kinds[first] & kinds[second]):
            raise KnowledgeError(f"{path}: field 'names': both {first} and {second}: {', '.join(both)}")
    return rules
