"""Writes everything, reopens it with pandas/openpyxl and confirms the truths. `check.py [number of random sheets]`."""
from __future__ import annotations

import csv
import io
import re
import sys
import tempfile
import time
from decimal import Decimal, InvalidOperation
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import openpyxl  # noqa: E402
import pandas as pd  # noqa: E402

import exports  # noqa: E402
import pay_sheets  # noqa: E402
import random_sheets  # noqa: E402

BAD: list[str] = []
NOTHING = {"", "-", "--", "—", "/", "暂无数据", "None", "nan"}


def bad(*words):
    BAD.append(" ".join(map(str, words)))


def number(v):
    """The figure a person reads in a cell; None where it is none."""
    if v is None or isinstance(v, bool):
        return None
    if isinstance(v, (int, float)):
        return Decimal(repr(v))
    s = str(v).strip()
    s = s.translate(str.maketrans("０１２３４５６７８９．，－−（）￥", "0123456789.,--()¥")).replace(" EUR", "")
    m = re.fullmatch(r"\(?([-]?)[¥$]?([-]?)(.*?)(元|秒)?\)?", s)
    neg = s.startswith("(") or "-" in (m[1], m[2])
    body = m[3].strip("¥$")
    if re.fullmatch(r"\d{1,3}(\.\d{3})*,\d\d", body):
        body = body.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", body):
        body = body.replace(",", "")
    try:
        d = Decimal(body)
    except InvalidOperation:
        return None
    return -d if neg else d


class Opened:
    """Cells of a file by sheet name (None in a text file), row and column from 1."""

    def __init__(self, path, truth):
        self.cells, self.formulas, self.anchor, self.formats = {}, {}, {}, {}
        if truth.get("encoding"):
            text = Path(path).read_bytes().decode(truth["encoding"])
            for r, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=truth["sep"]), 1):
                for c, v in enumerate(row, 1):
                    v = re.sub(r'^="(.*)"$', r"\1", v)
                    if v != "":
                        self.cells[None, r, c] = v
            return
        book = openpyxl.load_workbook(path, data_only=True)
        raw = openpyxl.load_workbook(path)
        for ws in book:
            for row in ws.iter_rows():
                for cell in row:
                    if cell.value is not None:
                        self.cells[ws.title, cell.row, cell.column] = cell.value
                        self.formats[ws.title, cell.row, cell.column] = cell.number_format
            for m in ws.merged_cells.ranges:
                for r in range(m.min_row, m.max_row + 1):
                    for c in range(m.min_col, m.max_col + 1):
                        self.anchor[ws.title, r, c] = (ws.title, m.min_row, m.min_col)
            for row in raw[ws.title].iter_rows():
                for cell in row:
                    if isinstance(cell.value, str) and cell.value.startswith("=") and cell.data_type == "f":
                        self.formulas[ws.title, cell.row, cell.column] = cell.value

    def at(self, key):
        return self.cells.get(self.anchor.get(key, key))

    def shown(self, key):
        key = self.anchor.get(key, key)
        v, f = self.cells.get(key), self.formats.get(key, "")
        if v is None:
            return ""
        if isinstance(v, (int, float)) and float(v).is_integer():
            return str(int(v)).zfill(len(f)) if f and set(f) == {"0"} else str(int(v))
        return str(v).strip()


def key_of(address):
    sheet, _, a = address.rpartition("!")
    m = re.fullmatch(r"([A-Z]+)(\d+)", a)
    c = 0
    for ch in m[1]:
        c = 26 * c + ord(ch) - 64
    return (sheet or None, int(m[2]), c)


def pay(path, t, label):
    o = Opened(path, t)
    lines = {}
    for num, name, title, amount, address in t["lines"]:
        k = key_of(address)
        lines[address] = Decimal(amount)
        got = number(o.at(k))
        if got is None and k in o.formulas and (t["must_ask"]):
            continue
        if got is None or abs(got - Decimal(amount)) > Decimal("0.0000001"):
            bad(label, address, "says", repr(o.at(k)), "not", amount)
        around = {o.shown((k[0], k[1], c)) for c in range(1, k[2] + 12)} | {o.shown((k[0], r, k[2])) for r in range(1, k[1] + 1)}
        if num and num not in around:
            bad(label, address, "number", num, "not in its row or column")
        if name and name not in around:
            bad(label, address, "name", name, "not in its row or column")
        heads = around | {a.replace(" ", "") for a in around}
        heads |= {o.shown((k[0], r, k[2])) for r in range(1, k[1])}
        for part in title.split("/") if title else []:
            up = {o.shown((k[0], r, c)) for r in range(1, k[1] + 1) for c in range(1, k[2] + 12)}
            if part.strip() not in {u.strip() for u in up}:
                bad(label, address, "head", repr(part), "not above or beside it")
    if len(lines) != len(t["lines"]):
        bad(label, "two lines at one cell")
    if len(t["line_months"]) != len(t["lines"]):
        bad(label, "months and lines differ in number")
    for address, (stated, adds, takes) in t.get("totals", {}).items():
        k = key_of(address)
        got = number(o.at(k))
        if got is None and k not in o.formulas:
            bad(label, "total", address, "is empty")
        elif got is not None and got != Decimal(stated):
            bad(label, "total", address, "says", got, "not", stated)

        def value(a):
            v = number(o.at(key_of(a)))
            return lines[a] if a in lines else (v or Decimal(0) if key_of(a) not in o.formulas or v is not None
                                                else Decimal(t["totals"][a][0]))
        true = sum(map(value, adds), Decimal(0)) - sum(map(value, takes), Decimal(0))
        if (abs(true - Decimal(stated)) > Decimal("0.0001")) != (address in t["wrong_totals"]):
            bad(label, "total", address, "stated", stated, "adds to", true, "listed wrong:", address in t["wrong_totals"])
    for a in t["wrong_totals"]:
        if o.at(key_of(a)) is None and key_of(a) not in o.formulas:
            bad(label, "wrong total at an empty cell", a)


def export(path, t):
    o = Opened(path, t)
    got: dict[str, Decimal] = {}
    rows = 0
    for w in t["where"]:
        width = max(c for (s, _, c) in o.cells if s == w["sheet"])
        heads = {}
        for c in range(1, width + 1):
            words = []
            for r in w["head"]:
                k = (w["sheet"], r, c)
                v = o.at(k) if r == w["head"][0] or k in o.cells else None
                if v is not None and str(v) not in words:
                    words.append(str(v) if not isinstance(v, float) else f"{v:g}")
            if words:
                heads.setdefault("/".join(words), c)
        for what in ("columns", "also"):
            for canon, title in t[what].items():
                if title not in heads:
                    bad(t["file"], what, canon, repr(title), "not among", list(heads))
        for title in t["decoys"]:
            if title not in heads:
                bad(t["file"], "decoy", repr(title), "not among", list(heads))
        rows += len(w["rows"])
        for canon in t["totals"]:
            title = t["columns"].get(canon) or {"amount": "已付"}.get(canon) or {}.get(canon)
            for r in w["rows"]:
                v = o.at((w["sheet"], r, heads[title]))
                if str(v).strip() in NOTHING:
                    continue
                d = number(v)
                if d is None:
                    bad(t["file"], canon, "row", r, "no figure:", repr(v))
                else:
                    got[canon] = got.get(canon, Decimal(0)) + d
    if rows != t["rows"]:
        bad(t["file"], "rows", rows, t["rows"])
    for canon, v in t["totals"].items():
        if abs(got.get(canon, Decimal(0)) - Decimal(v)) > Decimal("0.00001"):
            bad(t["file"], canon, "adds to", got.get(canon), "not", v)
    over = set(t["columns"].values()) & set(t["decoys"])
    if over:
        bad(t["file"], "both column and decoy", over)
    if t["encoding"]:
        pd.read_csv(path, encoding=t["encoding"], sep=t["sep"], header=None, dtype=str, skiprows=t["where"][0]["head"][0] - 1,
                    nrows=len(t["where"][0]["rows"]) + 1, skip_blank_lines=False)
    else:
        pd.read_excel(path, sheet_name=None, header=None, dtype=str, engine="openpyxl")


def main(n):
    with tempfile.TemporaryDirectory() as d:
        d = Path(d)
        ex = exports.write(d / "exports")
        for t in ex:
            export(d / "exports" / t["file"], t)
        ps = pay_sheets.write(d / "pay")
        for t in ps:
            pay(d / "pay" / t["file"], t, t["file"])
        if len({t["file"] for t in ex}) != 30 or len({t["file"] for t in ps}) != 30:
            bad("not thirty files")
        t0 = time.perf_counter()
        made = [random_sheets.make(k, d / f"r{k}") for k in range(n)]
        each = 1000 * (time.perf_counter() - t0) / n
        for t in made:
            pay(t["file"], t, f"seed {t['seed']}")
        for k in range(0, min(n, 60), 3):
            again = random_sheets.make(k, d / f"again{k}")
            a, b = dict(made[k], file=""), dict(again, file="")
            if a != b:
                bad("seed", k, "gives two truths")
    ask = sum(t["must_ask"] for t in made)
    print(f"exports {len(ex)}, pay sheets {len(ps)}, random sheets {n} ({each:.1f} ms each to make): {sum(len(t['lines']) for t in made)} lines, "
          f"must ask {ask}, with wrong totals {sum(bool(t['wrong_totals']) for t in made)}, no month {sum(t['month'] is None for t in made)}")
    for b in BAD[:40]:
        print("BAD", b)
    print("ok" if not BAD else f"{len(BAD)} things are not as the truth says")
    return bool(BAD)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 300))
