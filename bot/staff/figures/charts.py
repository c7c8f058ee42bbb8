"""Charts as SVG, made on the server: no script in them, and colours that follow light and dark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

import pygal
from pygal.style import Style

WIDTH, HEIGHT = 720, 300
# Told apart by people who see no red or green too, and at least 3:1 on white and on the dark ground.
COLOURS = ("#2f7dc4", "#c46a12", "#7a5bb5", "#2a8f6d")
_DARK = """inline:
@media (prefers-color-scheme: dark) {
  text { fill: #e6e9ee !important; }
  .axis .line, .axis .guides .line, .line { stroke-opacity: .5; }
}
"""
HEADERS = {
    # The styles stand inside the picture; nothing else may be loaded or run.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'",
    "Cache-Control": "no-store",
}


def bars(labels: Sequence[str], series: Mapping[str, Sequence[float | None]], unit: str = "", percent: bool = False) -> bytes:
    """Return bars beside each other: one group a label, one colour a series. `percent`: the axis runs from 0 to 100."""
    chart = pygal.Bar(_config(percent), show_legend=len(series) > 1, y_title=unit or None)
    chart.x_labels = list(labels)
    if len(labels) > 16:
        chart.x_labels_major_every, chart.show_minor_x_labels = len(labels) // 12 + 1, False
    for name, values in series.items():
        chart.add(name, [None if value is None else round(value, 1) for value in values])
    return _svg(chart)


def rows(values: Mapping[str, float]) -> bytes:
    """Return bars below each other, the first on top."""
    chart = pygal.HorizontalBar(_config(False), show_legend=False, height=max(160, 60 + 34 * len(values)))
    ordered = list(values.items())[::-1]
    chart.x_labels = [name for name, _ in ordered]
    chart.add("", [value for _, value in ordered])
    return _svg(chart)


def _svg(chart: Any) -> bytes:
    """Return a chart as a file, without the script that the library puts in for tooltips."""
    tree = chart.render_tree()
    for parent in list(tree.iter()):
        for child in list(parent):
            if str(child.tag).endswith("script"):
                parent.remove(child)
    return bytes(ElementTree.tostring(tree, encoding="utf-8"))


def _config(percent: bool) -> pygal.Config:
    """Return what all charts share."""
    style = Style(
        background="transparent", plot_background="transparent", foreground="#3a4250", foreground_strong="#232a35",
        foreground_subtle="#8a93a1", opacity="1", opacity_hover="1", colors=COLOURS, font_family="sans-serif",
        label_font_size=13, major_label_font_size=13, legend_font_size=14, title_font_size=14, no_data_font_size=16,
    )  # fmt: skip
    config = pygal.Config(
        width=WIDTH, height=HEIGHT, style=style, js=[], css=["file://style.css", "file://graph.css", _DARK],
        disable_xml_declaration=True, no_data_text="Nog geen gegevens", legend_at_bottom=True, legend_at_bottom_columns=2,
        min_scale=3, max_scale=6, margin=12, explicit_size=False, include_x_axis=True, truncate_legend=-1, truncate_label=-1,
    )  # fmt: skip
    if percent:
        config.range = (0, 100)
    return config
