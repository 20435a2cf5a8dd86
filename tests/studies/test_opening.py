"""A company that starts in July: what January to June left is brought as a table, and later pay is as it would be.

One scheme a kind of balance, two people, all in yuan. Sales by month, January to June, then July to September:

======  =====================================================  =======================
person  January to June                                        July, August, September
======  =====================================================  =======================
Li      10,000  12,000  15,000  20,000  25,000  30,000         24,000  31,000  22,000
Wang    20,000  20,000   8,000   9,000  21,000  22,000         10,000  20,000  25,000
======  =====================================================  =======================

Sums of January to June: Li 112,000, Wang 100,000.

``tiers``: 1 % of the year's sales, 2 % once they reach 120,000, paid monthly to date. By June Li has 1,120, Wang 1,000.
July: Li 136,000 x 2 % = 2,720, less 1,120: 1,600; Wang 110,000 x 1 % = 1,100: 100. August: Li 31,000 x 2 % = 620; Wang
130,000 x 2 % = 2,600, less 1,100: 1,500. September: 440 and 500.

``capped``: 5 % of sales, at most 6,000 in a year. By June Li has 5,600 and Wang 5,000. July: Li 1,200, 400 left, 800
withheld; Wang 500. August: Li 1,550, nothing left; Wang 1,000, 500 left. September: nothing for both.

``later``: 10 % of sales, of which 40 % three months later. July releases April's: Li 800, Wang 360; August May's: Li
1,000, Wang 840; September June's: Li 1,200, Wang 880. Kept of July: Li 960, Wang 400; of August 1,240 and 800; of
September 880 and 1,000.

``draw``: 3 % of sales, at least 500, recovered from what is above it. Wang, March: 240, topped up by 260; April: 270,
by 230; May: 630, 130 recovered; June: 660, 160 recovered: all 260 of March, 30 of April; 200 of April are owed. Li,
January to March: 300, 360, 450, topped up by 200, 140, 50; April 600, May 750, June 900: 100, 250, 40 recovered, all of
it. July: Wang 300, topped up by 200. August: 600, 100 recovered, April's. September: 750, the other 100 of April and 150
of July's 200.

``run``: 100 for a month of at least 20,000, and 10 for each such month in a row. Li has had April, May, June: July is
the 4th: 40, then 50, 60. Wang had May and June; July breaks it: 0, then 10, 20.

``best``: 300 for a month above all before, and 30 where the year to date is from 130,000 on. Li's best is 30,000: only
August beats it. Wang's is 22,000: only September does. Year to date: Li from July on (136,000), Wang from August on.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from tests.data.worlds import Row, World, workspace_of
from tests.studies.closing_world import close, order
from toolkit.data.importing.imports import import_files
from toolkit.data.tables.settings import Clocks, Settings
from toolkit.data.tables.workspace import Workspace
from toolkit.studies.audit.settlement import Settlement

SALES = {
    "Li": (10_000, 12_000, 15_000, 20_000, 25_000, 30_000, 24_000, 31_000, 22_000),
    "Wang": (20_000, 20_000, 8_000, 9_000, 21_000, 22_000, 10_000, 20_000, 25_000),
}
HEADING = "language: 1\nscheme: {0}\ntitle: {0}\ncurrency: CNY\nin_force: {{from: 2024-01-01}}\ncomponents:\n"
SCHEMES = {
    "tiers": """\
  - id: ytd
    title: {en: Year to date, zh: 年度阶梯}
    period: year
    accumulate: true
    pay: sales
    rate: {by: sales, mode: slab, tiers: [{rate: 1%}, {from: 120000, rate: 2%}]}
""",
    "capped": "  - {id: five, pay: sales, rate: 5%}\nlimits:\n  - {cap: 6000, period: year}\n",
    "later": "  - {id: ten, pay: sales, rate: 10%, defer: [{after_months: 3, share: 40%}]}\n",
    "draw": "  - {id: three, pay: sales, rate: 3%}\nlimits:\n  - {guarantee: 500, recoverable: true}\n",
    "run": "  - {id: goal, when: sales >= 20000, amount: 100}\n  - {id: row, amount: '10 * streak(\"goal\")'}\n",
    "best": "  - {id: record, when: 'sales > record(sales, over: all)', amount: 300}\n"
    "  - {id: year, when: 'to_date(sales, over: year) >= 130000', amount: 30}\n",
}
BY_HAND = {
    "2024-07": {
        "Li": {"ytd": 1600, "five": 1200, "limit": -800, "ten": 2400, "defer": -960, "release": 800, "three": 720,
               "goal": 100, "row": 40, "year": 30},
        "Wang": {"ytd": 100, "five": 500, "ten": 1000, "defer": -400, "release": 360, "three": 300, "guarantee": 200},
    },
    "2024-08": {
        "Li": {"ytd": 620, "five": 1550, "limit": -1550, "ten": 3100, "defer": -1240, "release": 1000, "three": 930,
               "goal": 100, "row": 50, "record": 300, "year": 30},
        "Wang": {"ytd": 1500, "five": 1000, "limit": -500, "ten": 2000, "defer": -800, "release": 840, "three": 600,
                 "recovery": -100, "goal": 100, "row": 10, "year": 30},
    },
    "2024-09": {
        "Li": {"ytd": 440, "five": 1100, "limit": -1100, "ten": 2200, "defer": -880, "release": 1200, "three": 660,
               "goal": 100, "row": 60, "year": 30},
        "Wang": {"ytd": 500, "five": 1250, "limit": -1250, "ten": 2500, "defer": -1000, "release": 880, "three": 750,
                 "recovery": -250, "goal": 100, "row": 20, "record": 300, "year": 30},
    },
}  # fmt: skip
# What HR fills in, of January to June; a sum of several months may stand in the last of them where only the sum counts.
FILLED = [
    ("Li", "已计", "年度阶梯", "2024-06", "", "1,120", ""),
    ("Wang", "已计", "年度阶梯", "2024-06", "", "1,000", ""),
    ("Li", "已计", "five", "2024-06", "", "5600", ""),
    ("Wang", "已计", "capped.five", "2024-06", "", "5000", ""),
    *(("Li", "递延", "ten", m, due, v, "") for m, due, v in (
        ("2024-04", "2024-07", "800"), ("2024-05", "2024-08", "1000"), ("2024-06", "2024-09", "1200"))),
    *(("Wang", "递延", "ten", m, due, v, "") for m, due, v in (
        ("2024-04", "2024-07", "360"), ("2024-05", "2024-08", "840"), ("2024-06", "2024-09", "880"))),
    ("Wang", "待扣回", "draw", "2024-04", "", "200", "500"),
    *(("Li", "已计", "goal", m, "", "100", "") for m in ("2024-04", "2024-05", "2024-06")),
    *(("Wang", "已计", "goal", m, "", "100", "") for m in ("2024-05", "2024-06")),
    *((who, "指标", "sales", f"2024-{n:02d}", "", str(sold), "")
      for who, all_ in SALES.items() for n, sold in enumerate(all_[:6], 1)),
]  # fmt: skip
HEADERS = ("工号", "类别", "项目", "月份", "到期月份", "数值", "保底额")


def company(folder: Path, first: int = 1, *, first_month: str = "") -> Workspace:
    """Return the company with its data from a month on."""
    orders = [
        order(f"{who}{n}", who, f"{n:02d}-10", str(sold))
        for who, all_ in SALES.items()
        for n, sold in enumerate(all_, 1)
        if n >= first
    ]
    people = [{"agent": a, "name": a, "shop": "S", "role": "agent", "from": date(2023, 1, 1)} for a in SALES]
    tables: World = {
        "orders": orders,
        "inquiries": [asked(one) for one in orders],
        "accounts": [{"account": a.lower(), "agent": a, "from": datetime(2023, 1, 1)} for a in SALES],
        "assignments": people,
    }
    settings = Settings(clocks=Clocks(settlement_day=8), first_month=first_month, tables="data")
    work = workspace_of(folder, tables, settings)
    for name, body in SCHEMES.items():
        (work.root / "schemes" / f"{name}.yaml").write_text(HEADING.format(name) + body, "utf-8")
    return Workspace.open(work.root)


def asked(one: Row) -> Row:
    number, at = str(one["order_id"]), one["paid_at"]
    row = {"inquiry_id": number, "asked_at": at.replace(hour=9), "shop": "S", "customer": f"c{number}"}
    return row | {"account": one["account"]}


def filled(folder: Path, rows: list[tuple[str, ...]]) -> Path:
    """Write the table as HR does."""
    path = folder / "期初余额.csv"
    path.write_text("\n".join(",".join(f'"{c}"' for c in row) for row in (HEADERS, *rows)), "utf-8")
    return path


def amounts(done: Settlement) -> dict[str, dict[str, float]]:
    """Return what each person is paid, by component or step."""
    found: dict[str, dict[str, float]] = {}
    for row in done.ledger[done.ledger["amount"] != 0].to_dict("records"):
        what = row["component"] if row["step"] == "component" else row["step"]
        mine = found.setdefault(row["agent"], {})
        mine[what] = mine.get(what, 0) + int(row["amount"]) / 100
    return found


def rows_of(done: Settlement) -> set[tuple[object, ...]]:
    """Return the rows that pay or owe something."""
    rows = done.ledger[(done.ledger["amount"] != 0) | (done.ledger["owed"] != 0)]
    keys = ["scheme", "component", "step", "agent", "origin_month", "scope", "amount", "owed", "status"]
    return set(rows[keys].itertuples(index=False, name=None))


def test_what_was_brought_pays_later_months_as_if_the_toolkit_had_run_since_january(tmp_path: Path) -> None:
    """Worked by hand above; and the same to the row in a company whose nine months were all closed here."""
    whole, split = company(tmp_path / "whole"), company(tmp_path / "split", 7, first_month="2024-07")
    result = import_files(split, [filled(tmp_path, FILLED)])
    assert int(result.table["accepted"].sum()) == len(FILLED)
    for n in range(1, 7):
        close(whole, f"2024-{n:02d}")
    for month, wanted in BY_HAND.items():
        once, again = close(whole, month), close(split, month)
        assert amounts(again) == wanted, month
        assert rows_of(again) == rows_of(once), month
