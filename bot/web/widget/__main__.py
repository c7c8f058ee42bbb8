"""Print the sizes of the widget and the tag with its hash (`make widget`). ADDRESS is that of the service."""

from __future__ import annotations

import os

from bot.web.widget.files import LOADER, WidgetFile, WidgetFiles


def kilobytes(files: list[WidgetFile]) -> str:
    """Return how many bytes files have, plain and compressed."""
    return f"{sum(len(f.content) for f in files):>7} bytes, {sum(len(f.compressed) for f in files):>6} with gzip"


def main() -> None:
    """Print sizes and tag."""
    files = WidgetFiles()
    address = os.environ.get("ADDRESS", "http://127.0.0.1:8000")
    print(f"loader  {kilobytes([files.loader])}")
    print(f"panel   {kilobytes(files.panel)}, fetched when the chat opens\n")
    print(f'<script src="{address}/widget/{files.version}/{LOADER}" integrity="{files.loader.integrity}"')
    print('  crossorigin="anonymous" async></script>')


if __name__ == "__main__":
    main()
