"""Load precheck_options.yml: how answers are understood, and the short words of the pre-check."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Optional

import msgspec

from bot.knowledge.files import KnowledgeError, convert, knowledge_dir, read_yaml
from bot.precheck import ProfileError, load_precheck, parse_profile

Scalar = bool | int | float | str


class Cue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words that mean a value of a field.

    `said` counts in any message, `asked` only as an answer to its question, `alone` only when that is all there is.
    """

    field: str
    value: Scalar
    said: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()


class DoubtAnswers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What 'ja' and 'nee' change; None: such a bare word says nothing here, the parent must name the answer."""

    if_yes: Optional[dict[str, Any]] = None  # noqa: UP045  (msgspec on Python 3.10 resolves these at run time)
    if_no: Optional[dict[str, Any]] = None  # noqa: UP045


class PrecheckOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file precheck_options.yml."""

    cues: tuple[Cue, ...]
    support_words: dict[str, tuple[str, ...]]
    home_words: tuple[str, ...]
    help_words: tuple[str, ...]
    filler: tuple[str, ...]
    confused: tuple[str, ...]
    none_words: tuple[str, ...]
    said_yes: tuple[str, ...]
    said_no: tuple[str, ...]
    dont_know: tuple[str, ...]
    acts: dict[str, tuple[str, ...]]
    question_starts: tuple[str, ...]
    implied: dict[str, dict[str, Any]]
    excluded: dict[str, tuple[str, ...]]
    told_default: str
    told: dict[str, str]
    told_one: dict[str, str]
    told_none: dict[str, str]
    lines: dict[str, str]
    buttons: dict[str, str]
    help: dict[str, str]
    help_kinds: dict[str, str]
    doubts: dict[str, DoubtAnswers]


@lru_cache
def load_options(folder: Path | None = None) -> PrecheckOptions:
    """Load the options and check them against the profile and the consistency rules.

    Raises:
        KnowledgeError: an entry does not fit, or names a field, value or rule that does not exist.
    """
    folder = folder or knowledge_dir()
    path = folder / "precheck_options.yml"
    options = convert(read_yaml(path), PrecheckOptions, str(path))
    data = load_precheck(folder)
    fields = {name.partition(".")[0] for name in data.fields} | {"geen_kenmerken"}
    for cue in options.cues:
        _check_value(cue.field, cue.value, data.fields, f"{path}: cues")
    used = {*options.told, *options.told_one, *options.told_none, *options.implied, *options.excluded, *options.help}
    if unknown := sorted(used - fields):
        raise KnowledgeError(f"{path}: fields {unknown} are no fields of the profile")
    if different := sorted(options.doubts.keys() ^ data.clashes.keys()):
        raise KnowledgeError(f"{path}: 'doubts' differs from consistency.yml: {different}")
    return options


def _check_value(field: str, value: Scalar, fields: Any, where: str) -> None:
    if field not in fields:
        raise KnowledgeError(f"{where}: field '{field}' is no field of the profile")
    try:
        parse_profile({field: [value] if fields[field].kind == "multi" else value})
    except ProfileError as error:
        raise KnowledgeError(f"{where}: {error}") from None
