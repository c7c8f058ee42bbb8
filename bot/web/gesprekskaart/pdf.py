"""The gesprekskaart as a PDF of one A4 page."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from bot.web.gesprekskaart.sheet import Help, Sheet

FONT = "Roboto"
MARGIN = 17.0
INDENT = 5.0
BETWEEN = " • "
"""Short answers stand after one another: below one another they would take half of the page."""
ACCENT, INK, SOFT = (31, 94, 99), (29, 38, 41), (75, 88, 92)
# Points, tried from large to small until all stands on one page.
SIZES = (11.0, 10.5, 10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0)


def to_pdf(sheet: Sheet) -> bytes:
    """Return the page; its letters are as large as fit."""
    for size in SIZES:
        page = _Page(sheet, size)
        if page.page_no() == 1:
            break
    return bytes(page.output())


@lru_cache
def _font_file(style: str) -> str:
    """Return the path of a font file; the font is embedded, so that every printer has its letters."""
    return str(files("font_roboto").joinpath("files", f"Roboto-{style}.ttf"))


class _Page(FPDF):
    """The page with letters of one size."""

    def __init__(self, sheet: Sheet, size: float) -> None:
        """Draw the sheet."""
        super().__init__(format="A4")
        self._size = size
        self.add_font(FONT, "", _font_file("Regular"))
        self.add_font(FONT, "B", _font_file("Bold"))
        self.set_lang("nl")
        self.set_title(sheet.texts.title)
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(True, MARGIN)
        self.add_page()
        self._draw(sheet)

    def _draw(self, sheet: Sheet) -> None:
        texts, heading = sheet.texts, sheet.texts.headings
        self._write(texts.title, 1.9, bold=True, colour=ACCENT)
        self._write(texts.lead)
        self._write(sheet.made_on, 0.9, colour=SOFT)
        self._gap(0.4)
        self._write(texts.no_decision, bold=True)
        self._heading(heading.situation)
        self._write(BETWEEN.join(sheet.situation) or texts.empty.situation)
        self._heading(heading.fits)
        self._help(sheet.fits)
        if not sheet.fits:
            self._write(texts.empty.fits)
        for title, entries in ((heading.maybe, sheet.maybe), (heading.deadlines, sheet.deadlines)):
            if entries:
                self._heading(title)
                self._help(entries)
        if sheet.unknown:
            self._heading(heading.unknown)
            self._write(BETWEEN.join(sheet.unknown))
        self._heading(heading.questions)
        self._list(sheet.questions)
        if sheet.sources:
            self._heading(heading.sources)
            self._list(sheet.sources, 0.85)
        self._gap(0.6)
        self._write(sheet.contact, bold=True)

    def _heading(self, text: str) -> None:
        self._gap(0.7)
        self._write(text, 1.2, bold=True, colour=ACCENT)

    def _help(self, entries: Iterable[Help]) -> None:
        for entry in entries:
            self._write(entry.name, bold=True)
            self._list(entry.lines)

    def _list(self, lines: Iterable[str], scale: float = 1.0) -> None:
        for line in lines:
            left = self.l_margin
            self.set_x(left + 1)
            self._put("•", scale, width=INDENT - 1)
            self.set_left_margin(left + INDENT)
            self._write(line, scale)
            self.set_left_margin(left)
            self.set_x(left)

    def _gap(self, lines: float) -> None:
        self.ln(self._height() * lines)

    def _height(self, scale: float = 1.0) -> float:
        """Return the height of a line in millimetres."""
        return self._size * scale * 0.3528 * 1.3

    def _put(self, text: str, scale: float, width: float) -> None:
        """Put a sign at the start of a line, and stay on that line."""
        self.set_font(FONT, "", self._size * scale)
        self.set_text_color(*INK)
        self.cell(width, self._height(scale), text, new_x=XPos.RIGHT, new_y=YPos.TOP)

    def _write(
        self, text: str, scale: float = 1.0, *, bold: bool = False, colour: tuple[int, int, int] = INK
    ) -> None:
        """Write a paragraph over the width that is left."""
        self.set_font(FONT, "B" if bold else "", self._size * scale)
        self.set_text_color(*colour)
        self.multi_cell(0, self._height(scale), text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
