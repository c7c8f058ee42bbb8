"""Tables as CSV that is safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from starlette.responses import Response

from bot.clock import ZONE

# A spreadsheet takes a cell that starts so for a formula, and a formula may send the rest of the sheet away.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
Cell = str | int | float | date | datetime | None


def csv_response(filename: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """Return a table as a file to keep; `filename` is plain letters, digits, dots and dashes."""
    disposition = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return Response(to_csv(columns, rows), media_type="text/csv; charset=utf-8", headers=disposition)


def to_csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a table in the form that a Dutch spreadsheet opens at once: semicolons, decimal commas, UTF-8 with its mark."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([cell(column) for column in columns])
    writer.writerows([cell(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def cell(value: Cell) -> str:
    """Return a value as text that no spreadsheet calculates with, except numbers."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(value).replace(".", ",")
    if isinstance(value, datetime):
        return value.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    plain = value.replace("\x00", "")
    return f"'{plain}" if plain.lstrip(" ").startswith(_FORMULA_STARTS) else plain
