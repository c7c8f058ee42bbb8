"""What the console says about forms and accounts (data/knowledge/staff_texts.yml)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from bot.knowledge.files import KnowledgeError, convert, knowledge_dir, read_yaml


def say(name: str, **values: object) -> str:
    """Return a text with its values filled in.

    Raises:
        KnowledgeError: there is no such text, or a value is missing.

    """
    try:
        return load_staff_texts()[name].format(**values)
    except (KeyError, IndexError) as error:
        raise KnowledgeError(f"staff_texts.yml: no text or value {error}, asked for by '{name}'") from None


@lru_cache
def load_staff_texts(path: Path | None = None) -> dict[str, str]:
    """Load the texts.

    Raises:
        KnowledgeError: the file is no mapping of names to texts.

    """
    path = path or knowledge_dir() / "staff_texts.yml"
    texts = convert(read_yaml(path), dict[str, str], str(path))
    if empty := [name for name, text in texts.items() if not text.strip()]:
        raise KnowledgeError(f"{path}: entry '{empty[0]}': the text is empty")
    return texts
