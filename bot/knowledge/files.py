"""Read a YAML file of data/ into typed structures; an error names the file, the entry and the field."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

T = TypeVar("T")


class KnowledgeError(ValueError):
    """A file of data/ does not hold what it should; the message names file, entry and field."""


def root() -> Path:
    """Return the project folder: BOT_ROOT, or the folder that holds this package."""
    configured = os.environ.get("BOT_ROOT")
    return Path(configured) if configured else Path(__file__).resolve().parents[2]


def knowledge_dir() -> Path:
    """Return the folder with the facts (data/knowledge)."""
    return root() / "data" / "knowledge"


# libyaml reads all of data/ in a tenth of the time; every wheel of PyYAML for our platforms has it.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _UniqueKeyLoader(_Loader):  # type: ignore[misc]
    """Safe YAML loader that refuses a key written twice (plain YAML keeps the last one silently)."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Build a mapping; raise on a repeated key."""
        seen: set[str] = set()
        for key_node, _ in node.value:
            key = str(key_node.value)
            if key in seen:
                raise KnowledgeError(f"line {key_node.start_mark.line + 1}: key '{key}' stands twice")
            seen.add(key)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping


def read_yaml(path: Path) -> Any:
    """Return the plain content of a YAML file.

    Raises:
        KnowledgeError: the file is missing, is no YAML, or repeats a key.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_UniqueKeyLoader)  # noqa: S506
    except FileNotFoundError:
        raise KnowledgeError(f"{path}: file is missing") from None
    except KnowledgeError as error:
        raise KnowledgeError(f"{path}: {error}") from None
    except yaml.YAMLError as error:
        raise KnowledgeError(f"{path}: not valid YAML: {error}") from None


def load_entries(path: Path, kind: type[T]) -> dict[str, T]:
    """Read a mapping of entry id to `kind` (a msgspec.Struct).

    Raises:
        KnowledgeError: an entry does not fit; names file, entry and field.
    """
    content = read_yaml(path)
    if not isinstance(content, dict):
        raise KnowledgeError(f"{path}: expected a mapping of entries")
    return {str(key): convert(value, kind, f"{path}: entry '{key}'") for key, value in content.items()}


def convert(value: Any, kind: type[T], where: str) -> T:
    """Convert plain data to `kind`; `where` stands in front of the error.

    Raises:
        KnowledgeError: the data does not fit; names the field as `$.field`.
    """
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise KnowledgeError(f"{where}: {error}") from None
