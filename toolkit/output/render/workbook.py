"""Workbooks and plain files for Excel: words stay words, figures are figures, same tables give same bytes.

Workbooks and CSV files for Excel: words stay words, figures are figures, and the same tables give the same bytes.
Nothing a file holds is ever read as a formula, a link or a number it was not: an agent may be called ``=1+1``. Money
is written in major units.

Plain files of the commands: a table of texts written as csv, xlsx or parquet under the names the design gives.
In csv a text that a spreadsheet would take for a formula begins with ``'``, a number never does; xlsx and parquet hold
every text as it is.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.core.errors import UsageError
from toolkit.core.text import Lang, Text, visible
from toolkit.data.tables.storage import publish_bytes
from toolkit.output.render.html import text_width
from toolkit.output.render.tables import FIGURES, Kind, TableColumn, format_value

CREATED = datetime(2000, 1, 1)  # any fixed day: the bytes must not depend on when they were written
LONGEST_TEXT, WIDEST, NARROWEST, A4 = 32_767, 60, 8, 9
FORMATS: Mapping[Kind, str] = {
    "text": "@",
    "sentence": "@",
    "date": "yyyy-mm-dd",
    "count": "#,##0",
    "number": "#,##0.0##",
    "money": "#,##0.00",
    "change": "+#,##0.00;-#,##0.00;0.00",
    "share": "0.0%",
    "points": "+0.0;-0.0;0.0",
}
_NOT_IN_A_TITLE = re.compile(r"[\[\]:*?/\\']")
# The full-width signs too: Excel in Chinese takes them for the others.
_TAKEN_FOR_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class WorkbookSheet:
    """One sheet: its title, its rows in the order given, and how its columns are called and written.

    Parameters
    ----------
    flag : name of a boolean column; its true rows are tinted.
    """

    title: Text
    frame: pd.DataFrame
    columns: Sequence[TableColumn]
    flag: str = ""


def write_workbook(path: Path, sheets: Sequence[WorkbookSheet], lang: Lang) -> Path:
    """Write `sheets` as an xlsx file: heads frozen and filtered, columns as wide as they need.

    Returns
    -------
    Path
        `path`, written whole or not at all.
    """
    import xlsxwriter

    target = io.BytesIO()
    settings = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(target, settings)
    book.set_properties({"created": CREATED})
    titles: list[str] = []
    for sheet in sheets:
        titles.append(_title(sheet.title.of(lang), titles))
        _write_sheet(book, book.add_worksheet(titles[-1]), sheet, lang)
    book.close()
    publish_bytes(path, target.getvalue())
    return path


def neutral(text: str) -> str:
    """Return `text` so that a spreadsheet takes it for text: one that could begin a formula begins with ``'``."""
    return f"'{text}" if text.startswith(_TAKEN_FOR_A_FORMULA) else text


def _write_sheet(book: Any, page: Any, sheet: WorkbookSheet, lang: Lang) -> None:
    for place, column in enumerate(sheet.columns):
        look = {"num_format": FORMATS[column.kind], "valign": "top", "text_wrap": column.kind in {"text", "sentence"}}
        plain, tinted = book.add_format(look), book.add_format({**look, "bg_color": "#E3EDF5"})
        side = "right" if column.kind in FIGURES else "left"
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "align": side})
        page.write_string(0, place, column.label.of(lang), head)
        flags = sheet.frame[sheet.flag].fillna(False).astype(bool) if sheet.flag else [False] * len(sheet.frame)
        for row, (value, flagged) in enumerate(zip(sheet.frame[column.name], flags, strict=True), start=1):
            _write_cell(page, (row, place), value, column.kind, tinted if flagged else plain)
        page.set_column(place, place, _width(sheet.frame[column.name], column, lang))
    page.freeze_panes(1, 1)
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.autofilter(0, 0, max(len(sheet.frame), 1), max(len(sheet.columns) - 1, 0))


def _write_cell(page: Any, at: tuple[int, int], value: Any, kind: Kind, look: Any) -> None:
    if pd.isna(value):
        page.write_blank(*at, None, look)
    elif kind in FIGURES:
        page.write_number(*at, _number(value, kind), look)
    elif isinstance(value, (date, datetime)):
        page.write_datetime(*at, value, look)
    else:
        page.write_string(*at, visible(format_value(value, kind))[:LONGEST_TEXT], look)


def _number(value: Any, kind: Kind) -> float:
    if kind in {"money", "change"}:
        return int(value) / 100
    return 100 * float(value) if kind == "points" else float(value)


def _width(values: pd.Series[Any], column: TableColumn, lang: Lang) -> float:
    words = [format_value(v, column.kind, column.decimals) for v in values.head(200)]
    needed = max(map(text_width, [column.label.of(lang), *words])) * 1.8 + 2
    return float(min(max(needed, NARROWEST), WIDEST))


def _title(wanted: str, taken: Sequence[str]) -> str:
    """Return a sheet's title as Excel allows it: 31 characters, none of ``[]:*?/\\'``, each one once."""
    title = _NOT_IN_A_TITLE.sub("-", visible(wanted)).strip()[:31] or "-"
    lower = {t.lower() for t in taken}
    numbered = (f"{title[:27]} {n}" for n in range(2, 100))
    return title if title.lower() not in lower else next(t for t in numbered if t.lower() not in lower)


_NUMBER = re.compile(r"[+-]?\d[\d,]*(\.\d+)?%?")


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """Return a table of texts as a csv file that a spreadsheet opens without taking a text for a formula."""
    safe = frame.map(lambda cell: cell if _NUMBER.fullmatch(str(cell)) else neutral(str(cell)))
    return bytes(safe.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig"))


def write_frame(frame: pd.DataFrame, path: Path) -> Path:
    """Write a table of texts; the ending of `path` says how.

    Raises
    ------
    UsageError
        If the ending is none of .csv, .xlsx, .parquet.
    """
    ending = path.suffix.lower()
    if ending == ".csv":
        publish_bytes(path, csv_bytes(frame))
    elif ending == ".parquet":
        sink = io.BytesIO()
        frame.to_parquet(sink, index=False)
        publish_bytes(path, sink.getvalue())
    elif ending == ".xlsx":
        columns = [TableColumn(str(name), Text(str(name), str(name))) for name in frame.columns]
        write_workbook(path, [WorkbookSheet(Text("rows", "rows"), frame, columns)], "en")
    else:
        message = Text(
            f"cannot write {path}: name a file that ends in .csv, .xlsx or .parquet",
            f"无法写入 {path}：文件名要以 .csv、.xlsx 或 .parquet 结尾",
        )
        raise UsageError(message)
    return path
