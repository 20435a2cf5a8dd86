"""Write the fourth author's files, open them again and confirm their truths: python check4.py [n]."""

from __future__ import annotations

import collections
import csv
import re
import sys
import tempfile
from decimal import Decimal
from pathlib import Path

import exports4
import random_sheets4
from openpyxl import load_workbook
from openpyxl.utils import coordinate_to_tuple


def table(file: Path, sheet=None, encoding=None, sep=",") -> list[list]:
    """Rows of one sheet or text file."""
    if file.suffix == ".csv":
        with open(file, encoding=encoding, newline="") as lines:
            return list(csv.reader(lines, delimiter=sep))
    book = load_workbook(file)
    return [list(row) for row in book[sheet].iter_rows(values_only=True)]


def heads_of(rows: list[list], where: dict) -> list[str]:
    """Names of the columns as the truth writes them."""
    first = rows[where["head"][0] - 1]
    if len(where["head"]) == 1:
        return ["" if cell is None else str(cell) for cell in first]
    names, up = [], ""
    for top, low in zip(first, rows[where["head"][1] - 1], strict=True):
        up = top if top is not None else up
        names.append(f"{up}/{low}" if low else str(up))
    return names


def check_export(folder: Path, truth: dict) -> int:
    """Confirm one export; give the number of its deciding columns."""
    where, name = truth["where"], truth["file"]
    rows = table(folder / name, where["sheet"], truth.get("encoding"), truth.get("sep", ","))
    heads = heads_of(rows, where)
    said = [*truth["columns"].values(), *truth["also"].values(), *truth["decoys"]]
    said += [head for others in truth["either"].values() for head in others]
    for head in said:
        assert heads.count(head) == 1, (name, head, heads)
    taken = set(truth["columns"].values()) | set(truth["also"].values())
    assert not taken & set(truth["decoys"]), (name, taken & set(truth["decoys"]))
    assert len(taken) == len(truth["columns"]) + len(truth["also"]), name
    assert not {*truth["columns"], *truth["also"]} & set(truth["unsayable"]), name
    assert len(where["data"]) == truth["rows"], name
    assert where["data"][0] > where["head"][-1], name
    body = [rows[at - 1] for at in where["data"]]
    known = truth["also"] | truth["columns"]
    for column, total in truth["totals"].items():
        k = heads.index(known[column])
        found = [exports4.number(row[k], truth.get("decimal", ".")) for row in body]
        assert sum((one for one in found if one is not None), Decimal(0)) == Decimal(str(total)), (name, column, total)
    for column, others in truth["either"].items():
        k = heads.index(known[column])
        for head in others:
            other = heads.index(head)
            pairs = {(str(row[k]), str(row[other])) for row in body}
            assert len(pairs) == len({one for one, _ in pairs}) == len({two for _, two in pairs}), (name, column, head)
    for column, head in truth["columns"].items():
        k = heads.index(head)
        assert any(row[k] not in (None, "") for row in body), (name, column, "always empty")
    return len(truth["columns"])


def amount(cell) -> Decimal | None:
    """Read a cell of a pay sheet."""
    if isinstance(cell, int | float):
        return Decimal(str(cell))
    text = re.sub(r"[¥€,元\s]|EUR", "", str(cell or ""))
    text = text.translate({ord(a): ord(b) for a, b in zip("０１２３４５６７８９．－", "0123456789.-", strict=True)})
    if text.startswith("("):
        text = "-" + text.strip("()")
    return Decimal(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else None


def _squeeze(text) -> str:
    return re.sub(r"\s", "", str(text))


def check_sheet(folder: Path, truth: dict) -> None:
    """Confirm one pay sheet."""
    file = folder / truth["file"]
    if file.suffix == ".csv":
        how = next(one for one in truth["features"] if one.startswith(("utf", "gb")))
        encoding, sep = how.split(" ", 1)
        grid = {"": table(file, None, encoding, sep.strip("'").replace("\\t", "\t"))}
    else:
        grid = {page.title: [list(row) for row in page.iter_rows(values_only=True)] for page in load_workbook(file)}
    everything = _squeeze([[_squeeze(cell) for row in rows for cell in row if cell is not None] for rows
                           in grid.values()])

    def at(ref):
        sheet, _, spot = ref.rpartition("!")
        row, k = coordinate_to_tuple(spot)
        return grid[sheet][row - 1][k - 1]

    value_of, seed = {}, truth["file"]
    for number, name, title, value, ref in truth["lines"]:
        factor = truth["factor"].get(title, 1)
        assert amount(at(ref)) * factor == Decimal(str(value)), (seed, ref, at(ref), value)
        assert ref not in value_of, (seed, ref)
        value_of[ref] = Decimal(str(value))
        assert number or name, seed
        for one in (name, title.rpartition("/")[2]):
            assert one is None or _squeeze(repr(_squeeze(one)))[1:-1] in everything, (seed, one)
        assert number is None or number in everything or number.lstrip("0") in everything, (seed, number)
        assert title not in truth["not_items"], (seed, title)
    for ref, (stated, plus, minus) in truth["totals"].items():
        assert amount(at(ref)) == Decimal(str(stated)), (seed, ref)
        added = sum(value_of.get(one) if one in value_of else amount(at(one)) for one in plus)
        off = sum(value_of.get(one) if one in value_of else amount(at(one)) for one in minus)
        assert (added - off == Decimal(str(stated))) != (ref in truth["wrong_totals"]), (seed, ref, added - off, stated)
        assert ref not in value_of, (seed, ref)
    assert set(truth["wrong_totals"]) <= set(truth["totals"]), seed
    assert bool(truth["ask_why"]) == truth["must_ask"], seed
    if truth["line_months"] is not None:
        assert len(truth["line_months"]) == len(truth["lines"]), seed
        assert all(truth["line_months"]), seed
        assert truth["month"] is None, seed
        assert len(set(truth["line_months"])) == 2, seed
    elif not truth["must_ask"]:
        assert truth["month"], seed
    assert truth["lines"], seed


def main() -> None:
    """Write and confirm everything."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        truths = exports4.write(folder)
        columns = sum(check_export(folder, truth) for truth in truths)
        unsayable = sum(len(truth["unsayable"]) for truth in truths)
        print(f"{len(truths)} exports, {columns} deciding columns, {unsayable} unsayable")
        asked, traps = 0, collections.Counter()
        for seed in range(count):
            truth = random_sheets4.make(seed, folder / "any.xlsx")
            check_sheet(folder, truth)
            asked += truth["must_ask"]
            traps[truth["trap"] if truth["must_ask"] else "readable"] += 1
            (folder / truth["file"]).unlink()
        print(f"{count} sheets, {asked} to be asked", dict(traps))


if __name__ == "__main__":
    main()
