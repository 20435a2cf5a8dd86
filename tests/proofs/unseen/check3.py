"""Writes all of the third author's material, reopens it by other means and confirms the truths: ``check3.py [n]``."""

from __future__ import annotations

import csv
import html
import io
import re
import sys
import tempfile
import unicodedata
from collections import Counter
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

import exports3
import openpyxl
import pay_sheets3
import random_sheets3
from openpyxl.utils import coordinate_to_tuple, get_column_letter

ENCODINGS = ("utf-8-sig", "gb18030", "utf-16")
Grid = dict[str, dict[tuple[int, int], object]]


def read_text(path: Path, encoding: str | None = None, sep: str | None = None) -> Grid:
    """Read a text file; the cells of its only grid stand under no name."""
    raw = path.read_bytes()
    if encoding is None:
        encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            text = raw.decode("gb18030")
    else:
        text = raw.decode(encoding)
    text = text.removeprefix("\ufeff")
    sep = sep or max("\t;,", key=lambda mark: sum(mark in line for line in text.splitlines()) * 100 + text.count(mark))
    cells = {}
    for row, record in enumerate(csv.reader(io.StringIO(text), delimiter=sep), 1):
        for column, value in enumerate(record, 1):
            if value != "":
                cells[row, column] = value
    return {"": cells}


def read_book(path: Path, formulas: bool = False) -> Grid:
    """Read a workbook by openpyxl."""
    book = openpyxl.load_workbook(path, data_only=not formulas)
    found = {}
    for sheet in book.worksheets:
        found[sheet.title] = {
            (c.row, c.column): c.value for row in sheet.iter_rows() for c in row if c.value is not None
        }
    return found


def number(value: object) -> Decimal | None:
    """Read what a careful human reads in a cell, None where it is no figure."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return Decimal(repr(value))
    text = unicodedata.normalize("NFKC", str(value)).strip()
    text = re.sub(r"^(-?)(?:CN)?[¥$]|元$", r"\1", text).replace(",", "")
    if text.startswith("(") and text.endswith(")"):
        text = "-" + text[1:-1]
    try:
        return Decimal(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else None
    except InvalidOperation:
        return None


def split(cell: str) -> tuple[str, tuple[int, int]]:
    """Split a cell's name."""
    sheet, _, place = cell.rpartition("!")
    return sheet, coordinate_to_tuple(place)


def formula_value(text: str, cells: dict) -> Decimal | None:
    """Work out a formula of additions, subtractions and SUM over a range."""
    text = text.lstrip("=")
    found = re.fullmatch(r"SUM\(([A-Z]+\d+):([A-Z]+\d+)\)", text)
    if found:
        (top, left), (bottom, right) = coordinate_to_tuple(found[1]), coordinate_to_tuple(found[2])
        values = [number(cells.get((r, c))) for r in range(top, bottom + 1) for c in range(left, right + 1)]
        return sum((v for v in values if v is not None), Decimal(0))
    if not re.fullmatch(r"[-+A-Z0-9]+", text):
        return None
    whole = Decimal(0)
    for sign, name in re.findall(r"([-+]?)([A-Z]+\d+)", text):
        value = number(cells.get(coordinate_to_tuple(name))) or Decimal(0)
        whole += -value if sign == "-" else value
    return whole


DIGITS = "〇一二三四五六七八九"
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def mentions(texts: list[str]) -> set[str]:
    """Find the months with a year that texts mention."""
    found = set()
    for text in texts:
        text = unicodedata.normalize("NFKC", text)
        for year, month in re.findall(r"(202\d)\s*[-./年]?\s*(1[0-2]|0?[1-9])(?!\d)", text):
            found.add(f"{year}-{int(month):02d}")
        for year, month in re.findall(r"([〇一二三四五六七八九]{4})年(十[一二]?|[一二三四五六七八九])月", text):
            count = 10 + DIGITS.index(month[1]) if month[:1] == "十" and len(month) == 2 else 10
            if not month.startswith("十"):
                count = DIGITS.index(month)
            found.add("".join(str(DIGITS.index(x)) for x in year) + f"-{count:02d}")
        for month, year in re.findall(r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* (202\d)", text):
            found.add(f"{year}-{MONTHS.index(month) + 1:02d}")
        for month, year in re.findall(r"(\d\d)/\d\d/(202\d)", text):
            found.add(f"{year}-{month}")
    return found


def squeeze(text: object) -> str:
    """Take white space out."""
    return re.sub(r"\s", "", str(text))


def check_pay(folder: Path, truth: dict) -> list[str]:
    """Confirm the truth of one pay sheet; return what is wrong with it."""
    path, bad = folder / truth["file"], []
    textual = path.suffix != ".xlsx"
    grids = read_text(path) if textual else read_book(path)
    sums = {}
    if len(truth["lines"]) != len({line[4] for line in truth["lines"]}):
        bad.append("a cell gives two lines")
    months = truth["line_months"]
    if months is not None and len(months) != len(truth["lines"]):
        bad.append("months and lines differ in number")
    for who, name, item, value, cell in truth["lines"]:
        sheet, (row, column) = split(cell)
        cells = grids[sheet]
        if number(cells.get((row, column))) != value:
            bad.append(f"{cell} states {cells.get((row, column))!r}, not {value}")
        sums[cell] = value
        beside = {squeeze(v) for (r, c), v in cells.items() if r == row or c == column or r < row}
        beside |= {re.sub(r"\((天|元|CNY)\)$", "", text) for text in beside}
        for part in (who, name, item.rpartition("/")[2]):
            if part is not None and squeeze(part) not in beside:
                bad.append(f"{cell}: {part!r} does not stand near")
        if who is None and name is None:
            bad.append(f"{cell}: nobody")
    wrong = []
    for cell, (stated, added, taken) in truth["totals"].items():
        sheet, place = split(cell)
        if number(grids[sheet].get(place)) != stated:
            bad.append(f"total {cell} states {grids[sheet].get(place)!r}, not {stated}")

        def worth(name: str) -> Decimal:
            where, at_cell = split(name)
            return number(grids[where].get(at_cell)) or Decimal(0)

        if sum(map(worth, added), Decimal(0)) - sum(map(worth, taken), Decimal(0)) != stated:
            wrong.append(cell)
    if not truth["must_ask"] and sorted(wrong) != sorted(truth["wrong_totals"]):
        bad.append(f"wrong totals are {wrong}, not {truth['wrong_totals']}")
    if not truth["must_ask"]:
        known = set(sums) | set(truth["totals"])
        columns = {(split(c)[0], split(c)[1][1]) for c in sums}
        first = {}
        for cell in sums:
            sheet, (row, column) = split(cell)
            first[sheet, column] = min(row, first.get((sheet, column), row))
        for sheet, cells in grids.items():
            for (row, column), value in cells.items():
                name = f"{get_column_letter(column)}{row}" if textual else f"{sheet}!{get_column_letter(column)}{row}"
                if (sheet, column) not in columns or row < first[sheet, column] or name in known or not number(value):
                    continue
                label = [str(v) for (r, c), v in cells.items() if r == row and c < column]
                if (
                    not any(x in ("平均", "人均", "均值", "Average", "工号", "Employee ID") for x in label)
                    and sheet != "提成明细"
                ):
                    bad.append(f"{name}: {value!r} is neither a line nor a total")
    if not textual:
        for sheet, cells in read_book(path, formulas=True).items():
            for place, value in cells.items():
                if isinstance(value, str) and value.startswith("="):
                    result = formula_value(value, grids[sheet])
                    if result != number(grids[sheet].get(place)):
                        bad.append(f"{sheet} {place}: {value} is {result}, stored {grids[sheet].get(place)}")
    texts = [str(v) for cells in grids.values() for v in cells.values() if isinstance(v, str)] + list(grids)
    said = mentions([t for t in texts if "打印日期" not in t])
    wanted = {truth["month"]} - {None} if months is None else set(months)
    if not wanted <= said:
        bad.append(f"months {sorted(wanted - said)} stand nowhere; there are {sorted(said)}")
    if not wanted and not truth["must_ask"] and said:
        bad.append(f"no month in the truth, the file says {sorted(said)}")
    if truth["must_ask"] != bool(truth["ask_why"]):
        bad.append("must_ask and its reason do not go together")
    return bad


def clock(value: object) -> object:
    """Read 1:02:03 as seconds."""
    found = re.fullmatch(r"(\d+):(\d\d):(\d\d)", str(value))
    return int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3]) if found else value


def check_export(folder: Path, truth: dict) -> list[str]:
    """Confirm the truth of one export; return what is wrong with it."""
    path, bad = folder / truth["file"], []
    grids = read_text(path, truth["encoding"], truth["sep"]) if truth["encoding"] else read_book(path)
    totals, count = Counter(), 0
    for where in truth["where"]:
        cells = grids[where["sheet"] or ""]
        heads, upper = {}, ""
        width = max(c for _, c in cells)
        for column in range(1, width + 1):
            levels = [cells.get((row, column)) for row in where["head"]]
            if len(levels) == 2:
                upper = levels[0] or upper
                name = f"{upper}/{levels[1]}" if levels[1] else str(upper)
            else:
                name = levels[0]
            if name is not None:
                if str(name) in heads:
                    bad.append(f"two heads {name!r}")
                heads[str(name).strip()] = column
        used = list(truth["columns"].values()) + list(truth["also"].values()) + truth["decoys"]
        used += [head for several in truth["either"].values() for head in several]
        bad += [f"no head {head!r}" for head in used if head not in heads]
        count += len(where["data"])
        for row in where["data"]:
            if not any(r == row for r, _ in cells):
                bad.append(f"row {row} is empty")
        after = [r for r, _ in cells if r > where["data"][-1]]
        stated = {x["row"] for x in truth["set_aside"] if x.get("sheet", where["sheet"]) == where["sheet"]}
        later = {r for w in truth["where"] if w["sheet"] == where["sheet"] for r in (*w["head"], *w["data"])}
        full = [r for r in set(after) - stated - later if sum(1 for x in cells if x[0] == r) > 2]
        if full:
            bad.append(f"rows {full} are neither data nor set aside")
        for canonical in truth["totals"]:
            column = heads[(truth["columns"] | truth["also"])[canonical]]
            for row in where["data"]:
                totals[canonical] += number(clock(cells.get((row, column)))) or Decimal(0)
    if count != truth["rows"]:
        bad.append(f"{count} rows, not {truth['rows']}")
    for canonical, value in truth["totals"].items():
        if totals[canonical] != value:
            bad.append(f"{canonical} adds up to {totals[canonical]}, not {value}")
    names = set(truth["columns"].values())
    if len(names) != len(truth["columns"]) or names & set(truth["decoys"]):
        bad.append("a head is named twice or is a decoy too")
    return bad


def main() -> int:
    """Check everything; return the number of files with something wrong."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    wrong = 0
    began = datetime.now()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for kind, module, check in (("exports", exports3, check_export), ("pay", pay_sheets3, check_pay)):
            truths = module.write(folder / kind)
            again = [t["file"] for t in module.write(folder / (kind + "2"))]
            if len(truths) != 30 or len({t["file"] for t in truths}) != 30 or again != [t["file"] for t in truths]:
                print(kind, "not thirty files of different names")
                wrong += 1
            for truth in truths:
                one, two = (folder / k / truth["file"] for k in (kind, kind + "2"))
                bad = check(folder / kind, truth) + (
                    [] if one.read_bytes() == two.read_bytes() else ["not the same twice"]
                )
                wrong += bool(bad)
                for line in bad:
                    print(truth["file"], html.unescape(line))
        (folder / "random").mkdir()
        kinds: Counter = Counter()
        for seed in range(count):
            truth = random_sheets3.make(seed, folder / "random" / f"s{seed}")
            bad = check_pay(folder / "random", truth)
            wrong += bool(bad)
            for line in bad[:3]:
                print(seed, truth["layout"], truth["file"], line)
            kinds["must ask" if truth["must_ask"] else "wrong total" if truth["wrong_totals"] else "plain"] += 1
            kinds[truth["layout"]] += 1
            (folder / "random" / truth["file"]).unlink()
    print(f"{count} random sheets in {(datetime.now() - began).total_seconds():.0f} s:", dict(kinds.most_common()))
    print("wrong:", wrong)
    return wrong


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
