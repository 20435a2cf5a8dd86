"""Reports that overlap in columns, days, accounts and shops, and what a reader of them expects, worked out one by one.

The expectations are written from the words of the design and share nothing with the toolkit: a report owns only its
columns; of one kind the newer speaks, and newer is what the files say; pending and blank say nothing of a figure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tests.data.sheets import write_csv

PENDING, BLANK = "延迟统计", ""
FIGURES = {"接待人数": "receptions", "询单人数": "inquiries", "销售额": "sales"}
ORDER_HEAD = [
    "订单编号",
    "买家会员名",
    "总金额",
    "买家实际支付金额",
    "订单创建时间",
    "订单付款时间 ",
    "店铺名称",
    "退款金额",
]
ORDER_NAME = "ExportOrderList{}_{}.csv"

Day = tuple[str, str, str]
"""Shop, day, account."""


@dataclass(frozen=True)
class Report:
    """One made-up file: its title, what it says of its age (way, moment), and its cells."""

    number: int
    title: str
    way: str
    moment: str
    columns: tuple[str, ...]
    rows: dict[Day, dict[str, Any]] = field(hash=False)

    @property
    def kind(self) -> object:
        """With which reports its age can be compared."""
        return self.title or self.columns

    @property
    def name(self) -> str:
        """Its file name."""
        said = {"": f"2024x{self.number}", "export": f"2024-11-01至2024-11-05_{self.moment}"}
        told = said.get(self.way, f"2024-11-01至2024-11-{self.moment}")
        if not self.title:
            return f"{self.number} {told}.csv"
        return f"自定义报表_{self.title}_下单优先判定_全部店铺_{told} {self.number}.csv"

    def write(self, folder: Path) -> Path:
        """Write it."""
        told = [[*key[1:], key[0], *(cells[c] for c in self.columns)] for key, cells in self.rows.items()]
        return write_csv(folder / self.name, [["日期", "客服昵称", "店铺", *self.columns], *told])


@dataclass(frozen=True)
class Orders:
    """One made-up order list: when it was exported, amount and refund by order."""

    number: int
    moment: str
    rows: dict[str, tuple[int, int]] = field(hash=False)

    def write(self, folder: Path) -> Path:
        """Write it."""
        told = [
            [o, "tb", a, a, "2024-11-05 10:00:00", "2024-11-05 10:00:00", "S1", r or ""]
            for o, (a, r) in self.rows.items()
        ]
        return write_csv(folder / ORDER_NAME.format(self.moment, self.number), [ORDER_HEAD, *told])


def _report(number: int) -> st.SearchStrategy[Report]:
    ages = [("", ""), ("period", "03"), ("period", "05"), ("export", "202412010900"), ("export", "20241208")]
    keys = [*product(("S1", "S2"), ("2024-11-01", "2024-11-02"), ("a", "b"))]
    cell = st.sampled_from([PENDING, BLANK, 1, 2])

    def made(title: str, age: tuple[str, str], further: frozenset[str], days: list[Day], data: st.DataObject) -> Report:
        columns = ("接待人数", *sorted(further))
        known = st.sampled_from([PENDING, 1, 2])  # a row of blanks alone is padding
        rows = {d: {c: data.draw(known if c == columns[0] else cell) for c in columns} for d in days}
        return Report(number, title, *age, columns, rows)

    return st.builds(
        made,
        st.sampled_from(["", "", "甲", "乙"]),
        st.sampled_from(ages),
        st.frozensets(st.sampled_from(["询单人数", "销售额"])),
        st.lists(st.sampled_from(keys), min_size=1, max_size=4, unique=True),
        st.data(),
    )


def _orders(number: int) -> st.SearchStrategy[Orders]:
    row = st.tuples(st.integers(5, 7), st.sampled_from([0, 2, 3]))
    moments = st.sampled_from(["", "202412010900", "202412080900"])
    return st.builds(Orders, st.just(number), moments, st.dictionaries(st.sampled_from("123"), row, min_size=1))


def batches(most: int) -> st.SearchStrategy[list[Report | Orders]]:
    """Return lists of files that overlap."""
    lengths = st.integers(2, most)
    return lengths.flatmap(lambda n: st.tuples(*(st.one_of(_report(k), _report(k), _orders(k)) for k in range(n)))).map(
        list
    )


def _newest(told: Iterable[tuple[object, str, Any, Any]]) -> set[tuple[object, Any]]:
    """Return kind and value of what stands among (kind, way, age, value)."""
    told = list(told)
    return {
        (kind, value)
        for kind, way, age, value in told
        if not any(k == kind and w == way and other > age for k, w, other, _ in told)
    }


def expected_days(files: Iterable[Report | Orders]) -> dict[tuple[Day, str], set[tuple[object, int]]]:
    """Return, for each day's figure, by kind what may stand: nothing, one value, or values that differ."""
    reports = [f for f in files if isinstance(f, Report)]
    keys = {key for r in reports for key in r.rows}
    out = {}
    for key, (header, column) in product(keys, FIGURES.items()):
        said = [
            (r.kind, r.way, (r.moment, PENDING not in r.rows[key].values()), r.rows[key][header])
            for r in reports
            if key in r.rows and r.rows[key].get(header, BLANK) not in (PENDING, BLANK)
        ]
        out[key, column] = _newest(said)
    return out


def expected_pending(files: Iterable[Report | Orders]) -> set[Day]:
    """Return the days of which a figure is still awaited and nothing else tells it."""
    files = list(files)
    figures = expected_days(files)
    reports = [f for f in files if isinstance(f, Report)]
    return {
        key
        for r in reports
        for key, cells in r.rows.items()
        for header, value in cells.items()
        if value == PENDING and not figures[key, FIGURES[header]]
    }


def expected_orders(files: Iterable[Report | Orders]) -> tuple[dict[str, set[int]], dict[str, set[int]]]:
    """Return the amounts that may stand for each order, and the refunds for each order that has one."""
    lists = [f for f in files if isinstance(f, Orders)]
    amounts, refunds = {}, {}
    for order in {o for one in lists for o in one.rows}:
        told = [("", bool(one.moment), one.moment, one.rows[order]) for one in lists if order in one.rows]
        amounts[order] = {amount for _, (amount, _) in _newest(told)}
        back = _newest([(k, w, m, r) for k, w, m, (_, r) in told if r])
        if back:
            refunds[order] = {r for _, r in back}
    return amounts, refunds
