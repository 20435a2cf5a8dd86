"""Inquiries, buyers and sales from the raw exports, by nothing but the sentences the audit prints on crediting."""

from __future__ import annotations

import csv
import io
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.sample import copy_sample
from toolkit.core.period import Month
from toolkit.data.crediting.measures import measure_months
from toolkit.data.tables.workspace import Workspace

SAMPLE = Path(__file__).parents[2] / "data_samples"
Row = dict[str, str]


def rows_of(*patterns: str) -> Iterator[Row]:
    for path in sorted(p for pattern in patterns for p in SAMPLE.glob(pattern)):
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig" if raw.startswith(b"\xef\xbb\xbf") else "gb18030")
        for row in csv.DictReader(io.StringIO(text)):
            yield {k.strip(): v.strip().removeprefix('="').removesuffix('"') for k, v in row.items()}


def instant(text: str) -> datetime | None:
    """Read a moment; rows with a day that is none are rejected by the import."""
    with suppress(ValueError):
        return datetime.fromisoformat(text)
    return None


class Books:
    """The files as a stranger reads them."""

    def __init__(self) -> None:
        self.held = [
            (r["account"], r["shop"], r["agent"], r["from"], r["to"] or "9999") for r in rows_of("hr/acc*.csv")
        ]
        self.asked: dict[tuple[str, str], list[tuple[datetime, str, str]]] = defaultdict(list)
        self.rows: list[tuple[datetime, str, str, str, str]] = []
        for r in rows_of("exports/询单明细_*.csv"):
            at = instant(r["询单时间"])
            assert at
            if r["接待方"] == "机器人":
                continue
            self.rows.append((at, r["询单编号"], r["店铺"], r["旺旺"], r["买家会员名"].lower().replace(" ", "")))
        for at, number, shop, account, customer in self.rows:
            if customer:
                self.asked[shop, customer].append((at, number, account))
        for line in self.asked.values():
            line.sort(key=lambda q: q[0])  # stable: at the same second the order of the file
        self.back: dict[str, list[tuple[datetime, Decimal]]] = defaultdict(list)
        for r in rows_of("exports/退款明细.csv"):
            when = instant(r["退款时间"])
            assert when
            self.back[r["订单编号"]].append((when, Decimal(r["退款金额"])))
        sheet = openpyxl.load_workbook(SAMPLE / "exports/订单归属.xlsx").active
        assert sheet
        self.listed = {str(a): (str(b), str(c)) for a, b, c, *_ in sheet.iter_rows(min_row=2, values_only=True)}

    def orders(self) -> Iterator[tuple[str, str, str, datetime, datetime, Decimal, str, bool, bool]]:
        once = {r["订单编号"]: r for r in rows_of("exports/ExportOrderList_*.csv")}  # some rows stand there twice
        for r in once.values():
            made, paid = instant(r["订单创建时间"]), instant(r["订单付款时间"])
            if made and paid and r["买家实际支付金额"].replace(".", "").isdigit():  # the others are rejected rows
                account, reminder = self.listed.get(r["订单编号"], ("", ""))
                customer, amount = r["买家会员名"].lower().replace(" ", ""), Decimal(r["买家实际支付金额"])
                yield r["订单编号"], r["店铺名称"], customer, made, paid, amount, account, reminder == "是", False
        for r in rows_of("exports/线下订单.csv"):
            made, paid = instant(r["下单时间"]), instant(r["付款时间"])
            if made and paid:
                customer, offline = r["客户"].lower().replace(" ", ""), r["线下"] == "是"
                yield r["订单号"], r["店铺"], customer, made, paid, Decimal(r["金额"]), r["账号"], False, offline

    def holder(self, account: str, shop: str, at: datetime) -> str:
        day = f"{at:%Y-%m-%d}"
        return next((who for a, s, who, first, last in self.held
                     if a == account and s in ("", shop) and first <= day <= last), "")  # fmt: skip


def recomputed(month: str) -> dict[str, dict[str, Decimal]]:
    """Return inquiries, buyers, sales, reminder_sales and offline_sales of each person."""
    books, out = Books(), defaultdict(lambda: defaultdict(Decimal))  # type: ignore[var-annotated]
    units: dict[tuple[str, str, str, str], bool] = {}
    unit_of: dict[str, tuple[str, str, str, str]] = {}
    for at, number, shop, account, customer in books.rows:
        who = books.holder(account, shop, at)
        if who:
            unit_of[number] = (who, shop, customer or number, f"{at:%Y-%m-%d}")
            units.setdefault(unit_of[number], False)
    year, number_of_month = int(month[:4]), int(month[5:])
    settled = datetime(year + number_of_month // 12, number_of_month % 12 + 1, 8)
    for order, shop, customer, made, paid, amount, named, reminder, offline in books.orders():
        line = books.asked.get((shop, customer), []) if customer else []
        at = bisect_right([q[0] for q in line], made) - 1
        found = line[at] if at >= 0 and line[at][0] >= made - timedelta(days=3) else None
        late = False
        if found is None:
            at = bisect_right([q[0] for q in line], paid) - 1
            late = at >= 0 and line[at][0] > made
            found = line[at] if late else None
        if named:
            who, kind = books.holder(named, shop, made), "offline" if offline else "reminder" if reminder else "sales"
        elif found is None or not found[2]:
            continue
        else:
            who, kind = (
                books.holder(found[2], shop, found[0]),
                "offline" if offline else "reminder" if late else "sales",
            )
            if kind == "sales" and who and found[0] <= paid <= found[0] + timedelta(days=7):
                units[unit_of[found[1]]] = True
        if who and f"{paid:%Y-%m}" == month:
            back = sum((money for when, money in books.back.get(order, []) if when < settled), Decimal(0))
            out[who][kind if kind == "sales" else f"{kind}_sales"] += amount - min(back, amount)
    for (who, _, _, day), bought in units.items():
        if day[:7] == month:
            out[who]["inquiries"] += 1
            out[who]["buyers"] += bought
    return {who: dict(values) for who, values in out.items()}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("demo") / "w"
    copy_sample(folder)
    return Workspace.open(folder)


@pytest.mark.parametrize("month", [pytest.param("2024-10", marks=pytest.mark.prove), "2024-12"])
def test_the_sentences_on_crediting_are_enough_to_redo_every_persons_figures(demo: Workspace, month: str) -> None:
    asked = Month.parse(month)
    table = measure_months(demo, asked, asked).table
    mine = table[table["agent"].notna()].groupby("agent")
    scale = {"inquiries": 1, "buyers": 1, "sales": 100, "reminder_sales": 100, "offline_sales": 100}
    ours = {str(agent): {c: Decimal(int(rows[c].sum())) / n for c, n in scale.items()} for agent, rows in mine}
    theirs = {who: {c: values.get(c, Decimal(0)) for c in scale} for who, values in recomputed(month).items()}
    busy = {agent: values for agent, values in ours.items() if any(values.values())}
    assert len(busy) >= 20
    assert theirs == busy
