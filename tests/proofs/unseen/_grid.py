"""A small model of sheets, written as xlsx (with or without cached formula values) or as text files.

Rows and columns count from 0 here; addresses are spoken as people do (`Sheet1!C5`, in text files `C5`, where the row
is the record's number in the file, blank lines counted).
"""
from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal
from pathlib import Path

import xlsxwriter
from openpyxl import Workbook

_LETTERS: dict[int, str] = {}


def letter(c: int) -> str:
    if c not in _LETTERS:
        n, s = c + 1, ""
        while n:
            n, k = divmod(n - 1, 26)
            s = chr(65 + k) + s
        _LETTERS[c] = s
    return _LETTERS[c]


def a1(r: int, c: int) -> str:
    return f"{letter(c)}{r + 1}"


class F:
    """A formula and the value Excel would have stored (None: none stored)."""

    def __init__(self, text: str, value=None):
        self.text, self.value = text, value


class Err:
    def __init__(self, code: str):
        self.code = code


class Sheet:
    def __init__(self, name: str):
        self.name, self.cells, self.fmts = name, {}, {}
        self.merges, self.hidden_rows, self.hidden_cols, self.hidden = [], set(), set(), False
        self.text = False

    def put(self, r, c, v, fmt=None):
        if v is not None and v != "":
            self.cells[r, c] = v
        if fmt:
            self.fmts[r, c] = fmt

    def row(self, r, values, c=0, fmt=None):
        for k, v in enumerate(values):
            self.put(r, c + k, v, fmt if isinstance(v, (Decimal, float, F)) else None)

    def merge(self, r1, c1, r2, c2):
        if (r1, c1) != (r2, c2):
            self.merges.append((r1, c1, r2, c2))

    def at(self, r, c) -> str:
        return a1(r, c) if self.text else f"{self.name}!{a1(r, c)}"

    def size(self):
        return (max((r for r, _ in self.cells), default=-1) + 1, max((c for _, c in self.cells), default=-1) + 1)


def save(path: Path, sheets: list[Sheet], *, cached=True, encoding=None, sep=",", end="\r\n", quoting=csv.QUOTE_MINIMAL):
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    if encoding:
        s = sheets[0]
        rows, cols = s.size()
        out = io.StringIO(newline="")
        w = csv.writer(out, delimiter=sep, lineterminator=end, quoting=quoting)
        for r in range(rows):
            w.writerow([_text(s.cells.get((r, c)), s.fmts.get((r, c))) for c in range(cols)])
        path.write_bytes(out.getvalue().encode(encoding))
    elif cached:
        _xlsxwriter(path, sheets)
    else:
        _openpyxl(path, sheets)
    return path


def _text(v, fmt=None):
    if v is None:
        return ""
    if isinstance(v, F):
        v = v.value
    if isinstance(v, Err):
        return v.code
    if isinstance(v, dt.datetime):
        return v.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(v, dt.date):
        return v.isoformat()
    return "" if v is None else str(v)


def _xlsxwriter(path, sheets):
    book = xlsxwriter.Workbook(str(path), {"in_memory": True, "strings_to_numbers": False})
    book.set_properties({"author": "", "created": dt.datetime(2025, 1, 1)})
    made = {}

    def style(name):
        if name not in made:
            made[name] = book.add_format({"num_format": name})
        return made[name]

    for s in sheets:
        ws = book.add_worksheet(s.name)
        for (r, c), v in s.cells.items():
            f = s.fmts.get((r, c))
            f = style(f) if f else None
            if isinstance(v, F):
                val = v.value
                ws.write_formula(r, c, v.text, f, "" if val is None else (float(val) if isinstance(val, Decimal) else val))
            elif isinstance(v, Err):
                ws.write_formula(r, c, "=" + v.code, f, v.code)
            elif isinstance(v, str):
                ws.write_string(r, c, v, f)
            elif isinstance(v, bool):
                ws.write_boolean(r, c, v, f)
            elif isinstance(v, dt.datetime):
                ws.write_datetime(r, c, v, f or style("yyyy-mm-dd hh:mm:ss"))
            elif isinstance(v, dt.date):
                ws.write_datetime(r, c, v, f or style("yyyy-mm-dd"))
            else:
                ws.write_number(r, c, float(v), f)
        for r1, c1, r2, c2 in s.merges:
            v = s.cells.get((r1, c1))
            f = s.fmts.get((r1, c1))
            ws.merge_range(r1, c1, r2, c2, "", style(f) if f else None)
            f = style(f) if f else None
            if isinstance(v, str):
                ws.write_string(r1, c1, v, f)
            elif isinstance(v, dt.date):
                ws.write_datetime(r1, c1, v, f or style("yyyy-mm-dd"))
            elif v is not None:
                ws.write_number(r1, c1, float(v), f)
        for r in s.hidden_rows:
            ws.set_row(r, None, None, {"hidden": True})
        for c in s.hidden_cols:
            ws.set_column(c, c, None, None, {"hidden": True})
        if s.hidden:
            ws.hide()
    book.close()


def _openpyxl(path, sheets):
    book = Workbook()
    book.remove(book.active)
    for s in sheets:
        ws = book.create_sheet(s.name)
        for (r, c), v in s.cells.items():
            cell = ws.cell(r + 1, c + 1)
            if isinstance(v, F):
                cell.value = v.text
            elif isinstance(v, Err):
                cell.value = v.code
            elif isinstance(v, Decimal):
                cell.value = float(v)
            else:
                cell.value = v
                if isinstance(v, str) and v[:1] == "=":
                    cell.data_type = "s"
            if (r, c) in s.fmts:
                cell.number_format = s.fmts[r, c]
        for r1, c1, r2, c2 in s.merges:
            ws.merge_cells(start_row=r1 + 1, start_column=c1 + 1, end_row=r2 + 1, end_column=c2 + 1)
        for r in s.hidden_rows:
            ws.row_dimensions[r + 1].hidden = True
        for c in s.hidden_cols:
            ws.column_dimensions[letter(c)].hidden = True
        if s.hidden:
            ws.sheet_state = "hidden"
    book.save(path)


SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜"
GIVEN = ["伟", "芳", "娜", "静", "敏", "丽", "强", "磊", "洋", "艳", "杰", "娟", "涛", "明", "超", "秀兰", "小燕", "雨桐",
         "子涵", "梦琪", "佳怡", "志强", "建华", "晓东", "思远", "文博", "嘉欣", "一诺", "若曦", "欣妍", "浩然", "俊杰"]


def people_names(rng, n: int) -> list[str]:
    """n different invented names."""
    seen: dict[str, None] = {}
    while len(seen) < n:
        seen[rng.choice(SURNAMES) + rng.choice(GIVEN)] = None
    return list(seen)


def yuan(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)
