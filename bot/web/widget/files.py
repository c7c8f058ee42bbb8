"""The files of the widget, each with the hash that browsers check, below a version that changes when one of them does."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

from bot.clock import today
from bot.paths import var_dir
from bot.web.widget.texts import load_widget_texts

SOURCES = Path(__file__).parents[1] / "static" / "widget"
LOADER, PANEL = "widget.js", "panel.js"
TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
_VERSION = re.compile(r"[0-9a-f]{16}")
_NAME = re.compile(r"[a-z_]+\.(js|css)")
_PLACEHOLDER = "/* build */"


@dataclass(frozen=True)
class WidgetFile:
    """A file as it is served."""

    name: str
    content: bytes

    @property
    def integrity(self) -> str:
        """Return its hash for the attribute `integrity`."""
        return "sha384-" + base64.b64encode(hashlib.sha384(self.content).digest()).decode()

    @property
    def compressed(self) -> bytes:
        """Return it compressed, as most browsers get it."""
        return gzip.compress(self.content, 9, mtime=0)

    @property
    def media_type(self) -> str:
        """Return its media type."""
        return TYPES[Path(self.name).suffix]


class WidgetFiles:
    """The files of this version, and those of older versions that pages out there still name.

    A page may keep an address with its hash for months, and a page that was opened before an update fetches the panel
    after it: so each version is kept in a folder when it is first served.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """Read the files; keep them in a folder (default: widget/ in the folder with the state of the service)."""
        panel = {path.name: WidgetFile(path.name, path.read_bytes()) for path in _panel_paths()}
        self.version, loader = _make_loader(panel)
        self._current = {**panel, LOADER: loader}
        self._folder = folder or var_dir() / "widget"
        self._keep()

    @property
    def loader(self) -> WidgetFile:
        """Return the loader."""
        return self._current[LOADER]

    @property
    def panel(self) -> list[WidgetFile]:
        """Return the files that are fetched when the chat opens for the first time."""
        return [file for name, file in self._current.items() if name != LOADER]

    def get(self, version: str, name: str) -> WidgetFile | None:
        """Return a file of a version, or None where there is none."""
        if version == self.version:
            return self._current.get(name)
        if not _VERSION.fullmatch(version) or not _NAME.fullmatch(name):
            return None
        path = self._folder / version / name
        return WidgetFile(name, path.read_bytes()) if path.is_file() else None

    def _keep(self) -> None:
        """Write the files of this version down, each whole or not at all."""
        place = self._folder / self.version
        place.mkdir(parents=True, exist_ok=True)
        for name, file in self._current.items():
            if not (place / name).exists():
                beside = place / f"{name}.new"
                beside.write_bytes(file.content)
                beside.replace(place / name)


def _panel_paths() -> list[Path]:
    """Return the sources of the panel, the first module first."""
    found = [p for p in sorted(SOURCES.iterdir()) if p.suffix in TYPES and not p.name.startswith("loader.")]
    return sorted(found, key=lambda path: path.name != PANEL)


def _make_loader(panel: dict[str, WidgetFile]) -> tuple[str, WidgetFile]:
    """Return the version and the loader, which knows version, files and their hashes, and the texts of the button."""
    source = (SOURCES / "loader.js").read_text(encoding="utf-8")
    build = {
        "files": [{"name": file.name, "integrity": file.integrity} for file in panel.values()],
        "css": (SOURCES / "loader.css").read_text(encoding="utf-8"),
        "texts": load_widget_texts().of_button(today()),
    }
    version = hashlib.sha256((source + json.dumps(build, sort_keys=True)).encode()).hexdigest()[:16]
    filled = source.replace(_PLACEHOLDER, json.dumps({"version": version, **build}, ensure_ascii=False), 1)
    if filled == source:
        raise ValueError(f"loader.js has no place for {_PLACEHOLDER}")
    return version, WidgetFile(LOADER, filled.encode())
