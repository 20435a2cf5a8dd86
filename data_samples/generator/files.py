"""Writing files whose bytes depend on the content only."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import xlsxwriter

Row = Sequence[object]
WRITTEN = datetime(2025, 1, 12)  # the date that stands in the workbooks


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Row], encoding: str = "utf-8-sig") -> None:
    """Write a csv with Windows line ends, as vendors do."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(buffer.getvalue().encode(encoding))


def write_xlsx(path: Path, sheets: dict[str, tuple[Sequence[str], Iterable[Row]]]) -> None:
    """Write a workbook with a header row on each sheet; numbers stay numbers, text stays text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_numbers": False})
    book.set_properties({"created": WRITTEN})
    for name, (header, rows) in sheets.items():
        sheet = book.add_worksheet(name)
        for k, row in enumerate([header, *rows]):
            sheet.write_row(k, 0, row)
    book.close()


def columns(text: str) -> list[str]:
    """Return the names that stand between bars; spaces belong to them."""
    return text.split("|")


def yuan(fen: int) -> str:
    """Write fen as yuan with two decimals."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def yuan_number(fen: int) -> float:
    """Return fen as the number a spreadsheet cell holds."""
    return fen / 100
