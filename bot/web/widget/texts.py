"""Load widget_texts.yml: what stands on the chat itself, with the numbers that hold today."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from pathlib import Path

import msgspec

from bot.clock import today
from bot.knowledge.answers import fill
from bot.knowledge.files import KnowledgeError, convert, knowledge_dir, read_yaml
from bot.knowledge.topics import contact_values

_TELEPHONE = re.compile(r"[0-9][0-9 -]{1,14}")
_LEAVE = re.compile(r"https://[a-z0-9.-]+/")


class WidgetTexts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file widget_texts.yml; the names within a part are those that the files of the widget use."""

    loader: dict[str, str]
    panel: dict[str, str]
    log: dict[str, str]
    problems: dict[str, str]
    cards: dict[str, str]
    handoff: dict[str, str]

    def of_button(self, on: date) -> dict[str, str]:
        """Return the texts of the button, before the chat opens."""
        return _filled(self.loader, on)

    def of_chat(self, on: date) -> dict[str, str]:
        """Return all texts of the chat by name."""
        return _filled({**self.loader, **self.panel, **self.log, **self.problems, **self.cards, **self.handoff}, on)


def telephones(on: date) -> list[str]:
    """Return the numbers that may become a link, the longest first."""
    found = {value for value in contact_values(on).values() if _TELEPHONE.fullmatch(value)}
    return sorted(found, key=len, reverse=True)


def _filled(texts: dict[str, str], on: date) -> dict[str, str]:
    """Return the texts with the contact values of a day."""
    values = contact_values(on)
    return {name: fill(text, values) for name, text in texts.items()}


@lru_cache
def load_widget_texts(path: Path | None = None) -> WidgetTexts:
    """Load the texts, and make sure that each can be said today.

    Raises:
        KnowledgeError: a text is missing, empty, stands twice, or names a value that does not exist.

    """
    path = path or knowledge_dir() / "widget_texts.yml"
    texts = convert(read_yaml(path), WidgetTexts, str(path))
    seen: set[str] = set()
    for part in texts.__struct_fields__:
        content: dict[str, str] = getattr(texts, part)
        for name, text in content.items():
            where = f"{path}: field '{part}': entry '{name}'"
            if name in seen:
                raise KnowledgeError(f"{where}: the name stands in another part too")
            if not text.strip():
                raise KnowledgeError(f"{where}: empty")
            seen.add(name)
    if missing := sorted(_used() - seen):
        raise KnowledgeError(f"{path}: no text for {', '.join(missing)}, which the chat shows")
    if unused := sorted(seen - _used()):
        raise KnowledgeError(f"{path}: nothing uses {', '.join(unused)}")
    if not _LEAVE.fullmatch(texts.panel["leave_url"]):
        raise KnowledgeError(f"{path}: field 'panel': entry 'leave_url': write the start page of a site, https://www.site.nl/")
    texts.of_chat(today())
    return texts


@lru_cache
def _used() -> frozenset[str]:
    """Return the names of the texts that the scripts use: `texts.name`, and those of the authors."""
    from bot.web.widget.files import SOURCES

    scripts = "".join((SOURCES / name).read_text(encoding="utf-8") for name in sorted(p.name for p in SOURCES.glob("*.js")))
    named = set(re.findall(r"\btexts\.([a-z][a-z_]*)\b", scripts)) - {"telephones", "json"}
    return frozenset(named | {f"author_{author}" for author in ("ouder", "bot", "consulent", "systeem")})
