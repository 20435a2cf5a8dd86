"""Writes all of the second set, opens the files again by other means and confirms every truth: `python check2.py [n]`.

Nothing of the writers is used for reading: workbooks are opened with openpyxl, text files with the csv module. Formulas are
worked out and compared with the values kept beside them. Exit code 1 and a list where something does not hold.
"""

from __future__ import annotations

import csv
import io
import re
import sys
import tempfile
import time
import unicodedata
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path

import openpyxl
from openpyxl.utils import coordinate_to_tuple, get_column_letter, range_boundaries

import exports2
import pay_sheets2
import random_sheets2

ZERO = Decimal(0)
MONTH_NAMES = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
TRUTH_KEYS = {
    "file",
    "month",
    "lines",
    "deductions",
    "not_items",
    "must_ask",
    "ask_why",
    "wrong_totals",
    "trap",
    "layout",
}
EXPORT_KEYS = {
    "file",
    "table",
    "columns",
    "also",
    "decoys",
    "unsayable",
    "shop",
    "period",
    "rows",
    "totals",
    "units",
    "set_aside",
    "where",
}
MORE_KEYS = {"totals", "line_months", "pay_month", "features"}
MEANS = {"人均", "平均值", "均值", "Average", "Mean"}


class Grid:
    """A file as cells: values, merged rectangles, formulas."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.values: dict[str, dict[tuple[int, int], object]] = {}
        self.formulas: dict[str, dict[tuple[int, int], str]] = {}
        self.owner: dict[str, dict[tuple[int, int], tuple[int, int]]] = {}
        self.hidden: set[tuple[str, int]] = set()
        self.formats: dict[str, dict[tuple[int, int], str]] = {}
        if path.suffix == ".xlsx":
            kept = openpyxl.load_workbook(path, data_only=True)
            asked = openpyxl.load_workbook(path)
            for sheet in kept:
                cells = {(c.row, c.column): c.value for row in sheet.iter_rows() for c in row if c.value is not None}
                self.values[sheet.title] = cells
                self.formats[sheet.title] = {
                    (c.row, c.column): c.number_format for row in sheet.iter_rows() for c in row if c.value is not None
                }
                self.owner[sheet.title] = {}
                for area in sheet.merged_cells.ranges:
                    left, top, right, bottom = range_boundaries(str(area))
                    for r in range(top, bottom + 1):
                        for c in range(left, right + 1):
                            self.owner[sheet.title][r, c] = (top, left)
                            assert (r, c) == (top, left) or (r, c) not in cells, (
                                path.name,
                                sheet.title,
                                r,
                                c,
                                "covered value",
                            )
                self.formulas[sheet.title] = {
                    (c.row, c.column): c.value
                    for row in asked[sheet.title].iter_rows()
                    for c in row
                    if isinstance(c.value, str) and c.value.startswith("=") and c.data_type == "f"
                }
                self.hidden |= {(sheet.title, r) for r, d in sheet.row_dimensions.items() if d.hidden}
        else:
            raw = path.read_bytes()
            for code in ["utf-16"] if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} else ["utf-8-sig", "gb18030"]:
                try:
                    text = raw.decode(code)
                    break
                except UnicodeDecodeError:
                    continue
            sep = max(",;\t", key=lambda mark: text.count(mark))
            cells = {}
            records = list(csv.reader(io.StringIO(text), delimiter=sep))
            assert len({len(r) for r in records}) == 1, (path.name, "records of different length")
            for r, record in enumerate(records, 1):
                for c, value in enumerate(record, 1):
                    if value != "":
                        cells[r, c] = value
            self.values[""] = cells
            self.owner[""] = {}
            self.formulas[""] = {}
            self.formats[""] = {}

    def at(self, cell: str) -> tuple[str, int, int]:
        """Sheet, row and column of a cell's name."""
        sheet, _, place = cell.rpartition("!")
        row, col = coordinate_to_tuple(place)
        return sheet, row, col

    def value(self, sheet: str, row: int, col: int) -> object:
        """A cell's value; that of the rectangle for merged cells."""
        return self.values[sheet].get(self.owner[sheet].get((row, col), (row, col)))


def squeeze(value: object) -> str:
    """A text without any white space."""
    return re.sub(r"\s", "", str(value)) if value is not None else ""


@lru_cache(maxsize=100_000)
def amount_text(text: str, comma: bool) -> Decimal | None:
    """An amount of a text, None where it is none."""
    text = unicodedata.normalize("NFKC", text).strip()
    if text in {"", "-", "--"}:
        return ZERO
    minus = text.startswith("(") and text.endswith(")")
    text = text.strip("()").removesuffix("元").replace(" ", "")
    text = re.sub(r"^(-?)[¥$￥]", r"\1", text)
    text = text.replace(".", "").replace(",", ".") if comma else text.replace(",", "")
    percent = text.endswith("%")
    try:
        value = Decimal(text.removesuffix("%"))
    except InvalidOperation:
        return None
    return (-value if minus else value) / (100 if percent else 1)


def amount(value: object, comma: bool = False) -> Decimal | None:
    """The amount of a cell, None where it is none."""
    if value is None:
        return ZERO
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return Decimal(repr(value))
    return amount_text(value, comma) if isinstance(value, str) else None


def formula_value(text: str, look: object) -> Decimal:
    """The value of a formula made of SUM over one range, + and - of cells."""
    total = ZERO
    for sign, area, cell in re.findall(r"([+-]?)(?:SUM\(([A-Z]+\d+:[A-Z]+\d+)\)|([A-Z]+\d+))", text.lstrip("=")):
        if area:
            left, top, right, bottom = range_boundaries(area)
            part = sum((look(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)), ZERO)
        else:
            part = look(*coordinate_to_tuple(cell))
        total += -part if sign == "-" else part
    return total


# --- pay sheets ------------------------------------------------------------------------------------------------------------


def months_of(text: str) -> set[str]:
    """Months that a text names with their year."""
    text = unicodedata.normalize("NFKC", text)
    found = {(int(y), int(m)) for y, m in re.findall(r"(20\d\d)\s*[年.\-]\s*(\d{1,2})(?!\d)", text)}
    found |= {(int(y), int(m)) for y, m in re.findall(r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])(?!\d)", text)}
    for k, name in enumerate(MONTH_NAMES, 1):
        found |= {(int(y), k) for y in re.findall(rf"(?:{name}|{name[:3]})\s+(20\d\d)", text)}
    return {f"{y}-{m:02d}" for y, m in found if 1 <= m <= 12 and 2020 <= y <= 2030}


def check_pay(truth: dict, path: Path, complaints: list[str], random_one: bool) -> None:
    """Confirm one pay sheet's truth."""

    def say(*what: object) -> None:
        complaints.append(f"{truth['file']}: " + " ".join(map(str, what)))

    keys = set(truth)
    if not keys >= TRUTH_KEYS or keys - TRUTH_KEYS - MORE_KEYS:
        say("keys", TRUTH_KEYS - keys, keys - TRUTH_KEYS - MORE_KEYS)
    grid = Grid(path)
    if truth["must_ask"] != bool(truth["ask_why"]):
        say("must_ask and ask_why differ")
    cells = [line[4] for line in truth["lines"]]
    if len(set(cells)) != len(cells):
        say("a cell is in two lines")
    if not truth["lines"] and not truth["must_ask"]:
        say("no lines")
    for number, name, title, value, cell in truth["lines"]:
        sheet, row, col = grid.at(cell)
        if amount(grid.value(sheet, row, col)) != Decimal(repr(value)) or value == 0:
            say(cell, "is", grid.value(sheet, row, col), "not", value)
        check_place(truth, grid, (number, name, title), (sheet, row, col), say)
    looked: dict[str, Decimal] = {}

    def count(cell: str) -> Decimal:
        if cell not in looked:
            sheet, row, col = grid.at(cell)
            looked[cell] = amount(grid.value(sheet, row, col)) or ZERO
        return looked[cell]

    wrong = []
    for cell, (stated, added, off) in truth["totals"].items():
        if count(cell) != Decimal(repr(stated)):
            say("total", cell, "is", count(cell), "not", stated)
        if count(cell) != sum(map(count, added), ZERO) - sum(map(count, off), ZERO):
            wrong.append(cell)
        if not added or cell in added + off or len(set(added + off)) != len(added + off):
            say("total", cell, "adds nothing, itself or a cell twice")
    if not truth["must_ask"] and wrong != truth["wrong_totals"]:
        say("wrong totals", wrong, truth["wrong_totals"])
    for sheet, formulas in grid.formulas.items():
        for (row, col), text in formulas.items():
            value = formula_value(text, lambda r, c, s=sheet: amount(grid.value(s, r, c)) or ZERO)
            if value != amount(grid.value(sheet, row, col)):
                say(sheet, row, col, text, "comes to", value, "kept is", grid.value(sheet, row, col))
    texts = {squeeze(v) for cells in grid.values.values() for v in cells.values()}
    for title in truth["not_items"] + truth["deductions"]:
        for part in title.split("/") if title not in texts else [title]:
            if squeeze(part) not in texts:
                say("title", title, "is nowhere")
    lines = {line[2] for line in truth["lines"]}
    if lines & set(truth["not_items"]) or set(truth["deductions"]) & set(truth["not_items"]):
        say("an item is no item")
    if set(truth["deductions"]) - lines and not random_one:
        print("  note:", truth["file"], "deductions never taken:", set(truth["deductions"]) - lines)
    check_months(truth, grid, say)
    check_rest(truth, grid, say)


def check_place(truth: dict, grid: Grid, what: tuple, place: tuple[str, int, int], say: object) -> None:
    """The name, number and title stand where they should."""
    number, name, title = what
    sheet, row, col = place
    width = max(c for _, c in grid.values[sheet])
    line = [grid.value(sheet, row, c) for c in range(1, width + 1)]
    above = [grid.value(sheet, r, col) for r in range(1, row)]
    far = (
        [grid.value(sheet, r, c) for r in range(max(1, row - 8), row + 1) for c in range(1, 5)]
        if "payslips, e" in truth["layout"]
        else []
    )
    seen = {squeeze(v) for v in line + above + far}
    if name is not None and squeeze(name) not in seen:
        say(sheet, row, col, "name", name, "is not there")
    if number is not None and number not in seen and number.lstrip("0") not in seen:
        say(sheet, row, col, "number", number, "is not there")
    lower = title.rpartition("/")[2] if title not in seen else title
    if squeeze(lower) not in {squeeze(v) for v in above + line + far}:
        say(sheet, row, col, "title", title, "is not there")
    if "/" in title and squeeze(title) not in seen:
        top = squeeze(title.partition("/")[0])
        tops = {squeeze(grid.value(sheet, r, c)) for r in range(1, row) for c in range(1, col + 1)}
        if top not in tops:
            say(sheet, row, col, "upper title", top, "is not there")


def check_months(truth: dict, grid: Grid, say: object) -> None:
    """The month is said somewhere and no other is, but for days of making, of payment and remarks."""
    said = months_of(truth["file"].rpartition(".")[0])
    by_sheet: dict[str, set[str]] = {}
    skip = re.compile(r"制表|打印|发放日期|Printed|Prepared|Pay date|\d{4}-\d\d-\d\d \d\d:\d\d")
    for sheet, cells in grid.values.items():
        mine = months_of(sheet)
        for place, value in cells.items():
            if hasattr(value, "year"):
                if re.search(r"d", grid.formats[sheet].get(place, "")) is None:
                    mine.add(f"{value.year}-{value.month:02d}")
            elif (
                isinstance(value, str)
                and not skip.search(value)
                and len(value) < 60
                and not re.fullmatch(r"\d{15,}|\(?-?[¥￥$]?[\d,]+\.\d+\)?元?", unicodedata.normalize("NFKC", value))
            ):
                mine |= months_of(value)
            elif isinstance(value, int) and 202001 <= value <= 203012:
                mine |= months_of(str(value))
        by_sheet[sheet] = mine
    everything = said.union(*by_sheet.values())
    if truth["month"] is not None and truth["month"] not in everything:
        say("month", truth["month"], "is nowhere", everything)
    others = everything - {truth["month"], truth.get("pay_month")}
    if truth["month"] is not None and others and truth["file"] not in {"薪酬明细导出_20241205.csv"}:
        say("other months", others)
    if truth["month"] is None and not truth["must_ask"]:
        if truth.get("line_months"):
            if len(truth["line_months"]) != len(truth["lines"]) or not set(truth["line_months"]) <= everything:
                say("months of lines", set(truth["line_months"]), everything)
        elif everything:
            say("a month is said after all", everything)


def check_rest(truth: dict, grid: Grid, say: object) -> None:
    """Every cell that looks like an amount is a line, a total, a mean, or under a title that is no item."""
    if truth["must_ask"]:
        return
    known = {line[4] for line in truth["lines"]} | set(truth["totals"])
    not_items = {squeeze(t.rpartition("/")[2]) for t in truth["not_items"]} | {squeeze(t) for t in truth["not_items"]}
    not_items -= {"金额", "金额(元)", "Amount"}  # heads of the amounts themselves where the items stand in rows
    for sheet, cells in grid.values.items():
        if not cells:
            continue
        for (row, col), value in cells.items():
            name = f"{sheet}!{get_column_letter(col)}{row}" if sheet else f"{get_column_letter(col)}{row}"
            figure = amount(value) if not hasattr(value, "year") else None
            if name in known or figure is None or figure == ZERO:
                continue
            above = {squeeze(grid.value(sheet, r, col)) for r in range(1, row)}
            left = {squeeze(grid.value(sheet, row, c)) for c in range(1, col)}
            if (above | left) & not_items or left & MEANS:
                continue
            if months_of(str(value)) or (re.fullmatch(r"[\d]+", str(value)) and "工号" in above):
                continue
            say(name, "holds", value, "and nothing says what it is")


# --- exports ------------------------------------------------------------------------------------------------------------------


def check_export(truth: dict, path: Path, complaints: list[str]) -> None:
    """Confirm one export's truth."""

    def say(*what: object) -> None:
        complaints.append(f"{truth['file']}: " + " ".join(map(str, what)))

    if not set(truth) >= EXPORT_KEYS:
        say("keys", EXPORT_KEYS - set(truth))
    grid = Grid(path)
    where = truth["where"]
    parts = where.get("parts") or [where]
    comma = where.get("decimal") == ","
    rows = 0
    data_rows: set[tuple[str, int]] = set()
    sums: dict[str, Decimal] = {}
    wanted = {**truth["columns"], **truth["also"]}
    for part in parts:
        sheet = part["sheet"] or ""
        heads = heads_of(grid, sheet, part["head"])
        for title in [*wanted.values(), *truth["decoys"]]:
            if list(heads.values()).count(title) != 1:
                say("head", repr(title), "stands", list(heads.values()).count(title), "times in", part)
        first, last = part["data"]
        rows += last - first + 1
        for row in range(first, last + 1):
            data_rows.add((sheet, row))
            filled = [c for (r, c) in grid.values[sheet] if r == row]
            if len(filled) < 3:
                say("row", row, "is nearly empty")
            key = (
                truth["columns"].get("order_id")
                or truth["columns"].get("inquiry_id")
                or truth["columns"].get("account")
                or truth["columns"]["agent"]
            )
            if grid.value(sheet, row, next(c for c, t in heads.items() if t == key)) is None and key not in {
                "跟单客服",
                "Assigned teammate",
            }:
                say("row", row, "has no", key)
        for name in truth["totals"]:
            col = next(c for c, t in heads.items() if t == wanted[name])
            for row in range(first, last + 1):
                value = grid.value(sheet, row, col)
                figure = ZERO if isinstance(value, str) and value in truth["pending"] else amount(value, comma)
                if figure is None:
                    say("row", row, wanted[name], "is", value)
                sums[name] = sums.get(name, ZERO) + (figure or ZERO)
    if rows != truth["rows"]:
        say("rows", rows, truth["rows"])
    for name, stated in truth["totals"].items():
        if sums[name] != Decimal(repr(stated)):
            say("total of", name, sums[name], stated)
    aside = {cell for rule in truth["set_aside"] for cell in rule["at"]}
    if any(len(rule["at"]) != rule["rows"] for rule in truth["set_aside"]):
        say("set aside: rows and places differ")
    head_rows = {(p["sheet"] or "", r) for p in parts for r in p["head"]}
    for sheet, cells in grid.values.items():
        for row in sorted({r for r, _ in cells}):
            name = f"{sheet}!{row}" if sheet else str(row)
            if (sheet, row) in data_rows or (sheet, row) in head_rows or name in aside:
                continue
            line = [v for (r, _), v in cells.items() if r == row]
            if len(line) > 2 or any(isinstance(v, int | float) for v in line):
                say(name, "is neither head, data nor set aside:", line)
    texts = [squeeze(v) for cells in grid.values.values() for v in cells.values()]
    if truth["shop"]:
        shops = truth["shop"]["value"] if isinstance(truth["shop"]["value"], list) else [truth["shop"]["value"]]
        pool = {"sheet": list(grid.values), "file name": [truth["file"]]}.get(truth["shop"]["where"], texts)
        for shop in shops:
            if not any(squeeze(shop) in text for text in pool):
                say("shop", shop, "is nowhere")
        if truth["shop"]["where"] == "column" and "shop" in truth["columns"]:
            found = set()
            for part in parts:
                heads = heads_of(grid, part["sheet"] or "", part["head"])
                col = next(c for c, t in heads.items() if t == truth["columns"]["shop"])
                found |= {grid.value(part["sheet"] or "", r, col) for r in range(part["data"][0], part["data"][1] + 1)}
            if found != set(shops):
                say("shops", found, shops)
    if set(truth["decoys"]) & {t for n, t in truth["columns"].items()}:
        say("a decoy is a column")
    if set(truth["unsayable"]) & set(truth["also"]):
        say("unsayable and also")


def heads_of(grid: Grid, sheet: str, rows: list[int]) -> dict[int, str]:
    """Column -> head, the upper one before the lower where there are two rows."""
    width = max(c for _, c in grid.values[sheet])
    out = {}
    for col in range(1, width + 1):
        texts = [grid.value(sheet, row, col) for row in rows]
        texts = [str(t) for t in dict.fromkeys(texts) if t is not None]
        if texts:
            out[col] = "/".join(texts)
    return out


def main(count: int) -> int:
    """Write and check everything; the number of complaints."""
    complaints: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        truths = exports2.write(root / "a")
        assert len(truths) == 30 == len({t["file"] for t in truths})
        for truth in truths:
            check_export(truth, root / "a" / truth["file"], complaints)
        zh = sum(bool(re.search(r"[\u4e00-\u9fff]", "".join(t["columns"].values()))) for t in truths)
        print(f"exports: 30, Chinese {zh}, with something unsayable {sum(bool(t['unsayable']) for t in truths)}")
        sheets = pay_sheets2.write(root / "b")
        assert len(sheets) == 30 == len({t["file"] for t in sheets})
        for truth in sheets:
            check_pay(truth, root / "b" / truth["file"], complaints, random_one=False)
        print(
            f"pay sheets: 30, to be read {sum(not t['must_ask'] for t in sheets)}, month said "
            f"{sum(bool(t['month'] or t.get('line_months')) for t in sheets)}, with wrong totals {sum(bool(t['wrong_totals']) for t in sheets)}"
        )
        (root / "c").mkdir()
        begun = time.perf_counter()
        drawn = [random_sheets2.make(seed, root / "c" / f"r{seed:05d}.xlsx") for seed in range(count)]
        spent = (time.perf_counter() - begun) / max(count, 1) * 1000
        for seed, truth in enumerate(drawn):
            check_pay(truth, root / "c" / truth["file"], complaints, random_one=True)
            if seed % 25 == 0:
                before = (root / "c" / truth["file"]).read_bytes()
                again = random_sheets2.make(seed, root / "c" / f"r{seed:05d}.xlsx")
                if again != truth or (root / "c" / truth["file"]).read_bytes() != before:
                    complaints.append(f"seed {seed} is drawn in two ways")
        clear = [t for t in drawn if not t["must_ask"] and (t["month"] or t.get("line_months"))]
        if count:
            print(
                f"random sheets: {count}, {spent:.1f} ms each, to be read without asking {len(clear) / count:.0%}, to be asked "
                f"{sum(t['must_ask'] for t in drawn) / count:.0%}, no month {sum(not t['month'] and not t.get('line_months') and not t['must_ask'] for t in drawn) / count:.0%}, "
                f"with wrong totals {sum(bool(t['wrong_totals']) for t in drawn) / count:.0%}"
            )
    for text in complaints[:60]:
        print("WRONG", text)
    print(f"{len(complaints)} complaints")
    return len(complaints)


if __name__ == "__main__":
    sys.exit(1 if main(int(sys.argv[1]) if len(sys.argv) > 1 else 500) else 0)
