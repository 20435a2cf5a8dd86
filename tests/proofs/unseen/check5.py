# -*- coding: utf-8 -*-
"""python check5.py [n]: writes the exports and n sheets, reopens them with openpyxl/csv and confirms the truths."""
import csv, os, re, sys, tempfile
from collections import Counter
from decimal import Decimal
from html.parser import HTMLParser
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import exports5, random_sheets5
from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string, get_column_letter

bad = []


def need(ok, *what):
    if not ok: bad.append(what); print("WRONG", *what)


def num(v):
    if v is None: return None
    s = str(v).replace(",", "").strip()
    if s in ("", "-"): return None
    try: return Decimal(s)
    except Exception: return None


class Table(HTMLParser):
    def __init__(self): super().__init__(); self.rows = []; self.cell = None
    def handle_starttag(self, t, a):
        if t == "tr": self.rows.append([])
        if t in ("td", "th"): self.cell = ""
    def handle_data(self, d):
        if self.cell is not None: self.cell += d
    def handle_endtag(self, t):
        if t in ("td", "th"): self.rows[-1].append(self.cell); self.cell = None


def read(path, where):
    if path.endswith(".xlsx"):
        wb = load_workbook(path); ws = wb[where["sheet"]]
        g = [list(x) for x in ws.iter_rows(values_only=True)]
        merged = [(m.min_row, m.max_row, m.min_col, m.max_col) for m in ws.merged_cells.ranges]
        return g, merged
    if path.endswith((".csv", ".txt")):
        return [x for x in csv.reader(open(path, encoding=where["encoding"], newline=""), delimiter=where.get("sep") or ",")], []
    t = Table(); t.feed(open(path, encoding="utf-8").read()); return t.rows, []


def heads(g, merged, h):
    top = list(g[h[0] - 1])
    if len(h) == 1: return [x or "" for x in top]
    low = g[h[1] - 1]; out = []
    for a, b, c, d in merged:
        if a == h[0] and b == h[0]:
            for c_ in range(c, d + 1): top[c_ - 1] = top[c - 1]
    if not merged:                       # text files: a group reaches to the next upper head
        for i in range(1, len(top)):
            if not top[i] and low[i]: top[i] = top[i - 1]
    return [(t + "/" + l) if l else (t or "") for t, l in zip(top, low)]


def exports(folder):
    T = exports5.write(folder); again = tempfile.mkdtemp(); T2 = exports5.write(again)
    need(str(T) == str(T2), "not the same twice"); need(len({t["file"] for t in T}) == 30, "names")
    for t in T:
        g, merged = read(os.path.join(folder, t["file"]), t["where"]); hs = heads(g, merged, t["where"]["head"]); f = t["file"]
        named = list(t["columns"].values()) + list(t["also"].values()) + t["decoys"] + [x for v in t["either"].values() for x in v] + [s["head"] for s in t["set_aside"]]
        for x in named: need(hs.count(x) == 1, f, "head", x, hs)
        need(len(set(hs)) == len(hs), f, "heads twice")
        need(set(t["either"]) <= set(t["columns"]), f, "either")
        need(not set(t["columns"].values()) & set(t["decoys"]), f, "a deciding column among decoys", set(t["columns"].values()) & set(t["decoys"]))
        D = t["where"]["data"]; need(len(D) == t["rows"] and 5 <= len(D) <= 40, f, "rows")
        for c, s in t["totals"].items():
            i = hs.index(t["columns"].get(c) or t["also"][c]); s2 = sum((num(g[y - 1][i]) or 0 for y in D), Decimal(0)); need(s == s2, f, c, s, s2)
        first = t["columns"].get("order_id") or list(t["columns"].values())[0]
        for y in D: need(g[y - 1][hs.index(first)] not in (None, ""), f, "data row", y, "empty")
        for y in range(max(t["where"]["head"]) + 1, len(g) + 1):          # every other line is a sum, a blank or a note
            if y not in D:
                r = [x for x in g[y - 1] if x not in (None, "")]
                need(not r or any(k in str(r[0]) for k in ("计", "注", "编制", "制表", "共", "说明", "Total")), f, "line", y, r)
                if r and any(k in str(r[0]) for k in ("合计", "总计", "Total")):
                    for i, x in enumerate(g[y - 1]):
                        if num(x) is not None and "单价" not in hs[i] and hs[i] != "客单价":
                            s2 = sum((num(g[k - 1][i]) or 0 for k in D), Decimal(0)); need(num(x) == s2, f, "sum row", hs[i], x, s2)
        for s in t["set_aside"]:
            i = hs.index(s["head"]); k = sum(1 for y in D if g[y - 1][i] in s["is"]); need(k == s["rows"], f, "set aside", k, s["rows"])
        for c, es in t["either"].items():                                 # the same distinctions
            if c == "agent_id":
                pairs = {(g[y - 1][hs.index(t["columns"][c])], g[y - 1][hs.index(es[0])]) for y in D}
                need(len({a for a, _ in pairs}) == len(pairs) == len({b for _, b in pairs}), f, "either", pairs)
        if f == "子订单明细.csv":
            per = {g[y - 1][0]: num(g[y - 1][8]) for y in D}; need(sum(per.values()) == t["totals"]["amount"], f, "once an order")
    return T


def sheets(folder, n):
    C = Counter()
    for seed in range(n):
        p = os.path.join(folder, "s%04d.xlsx" % seed); t = random_sheets5.make(seed, p); t1 = random_sheets5.make(seed, p); need(t == t1, seed, "not the same twice")
        g, merged = read(os.path.join(folder, t["file"]), t["where"]); hs = heads(g, merged, t["where"]["head"]); w = t["where"]
        def at(c):
            m = re.match(r"(?:(.*)!)?([A-Z]+)(\d+)$", c); need(m.group(1) == w["sheet"], seed, "sheet", c)
            row = g[int(m.group(3)) - 1]; i = column_index_from_string(m.group(2)) - 1
            return row[i], hs[i], row
        seen = set()
        for no, name, item, amt, c in t["lines"]:
            v, h, row = at(c); need(num(v) == Decimal(amt), seed, c, v, amt); need(h == item, seed, c, h, item)
            need(name in row, seed, "name", name); need(no is None or no in row or int(no) in row, seed, "number", no); need(c not in seen, seed, "twice", c); seen.add(c)
        for x in t["deductions"] + t["not_items"]: need(hs.count(x) == 1, seed, "head", x, hs)
        need(not set(t["not_items"]) & {x[2] for x in t["lines"]}, seed, "not items")
        off = []
        for c, (s, a, m) in t["totals"].items():
            need(num(at(c)[0]) in (Decimal(s), None if Decimal(s) == 0 else Decimal(s)), seed, "stated", c, at(c)[0], s)
            if sum((num(at(x)[0]) for x in a), Decimal(0)) - sum((num(at(x)[0]) for x in m), Decimal(0)) != Decimal(s): off.append(c)
        need(sorted(off) == sorted(t["wrong_totals"]), seed, "wrong totals", off, t["wrong_totals"])
        # nothing forgotten: every figure under a pay head is a line, a total, or left out for the question
        if not t["must_ask"]:
            for y in range(max(w["head"]) + 1, len(g) + 1):
                for i, v in enumerate(g[y - 1]):
                    if i < len(hs) and hs[i] and hs[i] not in t["not_items"] and num(v):
                        c = (w["sheet"] + "!" if w["sheet"] else "") + get_column_letter(i + 1) + str(y); need(c in seen or c in t["totals"], seed, "forgotten", c, v)
            # wages taken together give the stated net pay where there is one
            need("" not in hs, seed, "nameless")
        else: need(t["ask_why"], seed, "why")
        text = " ".join(str(x) for row in g[:max(w["head"])] for x in row if x) + " " + str(w["sheet"])
        if t["month"]:
            y, m = t["month"].split("-"); ok = t["month"] in text or "%s年%d月" % (y, int(m)) in text or "%s年%s月" % (y, m) in text or random_sheets5.MONTHS[int(m) - 1] + " " + y in text
            need(ok, seed, "month", t["month"], text)
        C["asked" if t["must_ask"] else "read"] += 1; C["trap " + str(t["trap"])] += 1; C["month " + ("known" if t["month"] else "none")] += 1; C[t["layout"]] += 1
        C["wrong totals"] += bool(t["wrong_totals"]); C["lines"] += len(t["lines"])
        for f in t["features"]: C["feature: " + f] += 1
    return C


if __name__ == "__main__":
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    folder = sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp()
    T = exports(os.path.join(folder, "exports")); print(Counter(t["table"] for t in T), "unsayable:", sum(len(t["unsayable"]) for t in T), "in", sum(1 for t in T if t["unsayable"]), "files")
    C = sheets(os.path.join(folder, "sheets"), n)
    for k in sorted(C): print("  ", k, C[k])
    print("CLEAN" if not bad else "%d WRONG" % len(bad)); sys.exit(bool(bad))
