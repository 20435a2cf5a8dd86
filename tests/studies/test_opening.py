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
January to March: 300, 360, 450, topped up by 200, 140, 50; April 600, May 750, June 900: 100, 250, 40 recovered, that
is all. July: Wang 300, topped up by 200. August: 600, 100 recovered, April's. September: 750, the other 100 of April
and 150 of July's 200.

``run``: 100 for a month of at least 20,000, and 10 for each such month in a row. Li has had April, May, June: July is
the 4th: 40, then 50, 60. Wang had May and June; July breaks it: 0, then 10, 20.

``best``: 300 for a month above all before, and 30 where the year to date is from 130,000 on. Li's best is 30,000: only
August beats it. Wang's is 22,000: only September does. Year to date: Li from July on (136,000), Wang from August on.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from tests.data.worlds import Row, World, workspace_of
from tests.studies.closing_world import close, late, order, refund
from toolkit.core.errors import InputError, UsageError
from toolkit.core.period import Month
from toolkit.data.checks.registry import check_workspace
from toolkit.data.importing.imports import import_files
from toolkit.data.tables.settings import Clocks, Settings
from toolkit.data.tables.workspace import Workspace
from toolkit.studies.audit.month import audit_month
from toolkit.studies.audit.settlement import Settlement, needs, settle
from toolkit.studies.closing.verify import verify_months

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


def company(
    folder: Path, first: int = 1, *, first_month: str = "", items: dict[str, tuple[str, ...]] | None = None
) -> Workspace:
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
    settings = Settings(
        clocks=Clocks(settlement_day=8), first_month=first_month, tables="data", payroll_items=items or {}
    )
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


@pytest.mark.prove
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


ITEMS = {
    "年度": ("tiers.ytd",), "提成": ("capped.five",), "封顶": ("capped.limit",), "十": ("later.ten",),
    "三": ("draw.three",), "保底": ("draw.guarantee",),
    "扣回": ("draw.recovery",), "达标": ("run.goal",), "连续": ("run.row",), "纪录": ("best.record",),
    "累计": ("best.year",),
}  # fmt: skip


def test_three_past_months_stand_beside_the_companys_own_sheet(tmp_path: Path) -> None:
    """Each month is audited against what was paid; September's sheet takes 50 too little back from Wang."""
    work = company(tmp_path / "w", 7, first_month="2024-07", items=ITEMS)
    import_files(work, [filled(tmp_path, FILLED)])
    lines = [line for month in BY_HAND for line in sheet(month)]
    lines = [line | {"amount": -200_00} if line["line_id"] == "2024-09Wangrecovery" else line for line in lines]
    late(work, "payroll", lines)
    early = {f.code: f.severity for f in audit_month(work, "2024-08").findings}
    assert early["earlier-month-open"] == "stop", "August reads what July paid from its book"
    assert amounts(close(work, "2024-07")) == BY_HAND["2024-07"]
    audit = audit_month(work, "2024-08")
    assert amounts(audit.settlement) == BY_HAND["2024-08"]
    assert audit.compared
    assert audit.differences.empty
    (named,) = (f for f in audit.findings if f.code.startswith("opening") or f.code == "earlier-month-open")
    assert (named.code, named.severity) == ("opening-balances", "info")
    assert named.message.en.endswith(  # 1,120 + 1,000 + 5,600 + 5,000 + 500; 3,000 + 2,080
        ": earned 13,220.00 of 2 people; deferred 5,080.00 of 2 people; owed 200.00 of 1 person; 12 figures."
    )
    close(work, "2024-08", audit.settlement)
    audit = audit_month(work, "2024-09")
    assert amounts(audit.settlement) == BY_HAND["2024-09"]
    (row,) = audit.differences.to_dict("records")
    assert (row["agent"], row["item"], row["difference"]) == ("Wang", "扣回", 50_00)


def sheet(month: str) -> list[Row]:
    """Return the company's pay sheet; what is held back and what is released of `later` are one item with it."""
    items = {name.partition(".")[2]: item for item, (name,) in ITEMS.items()} | {"defer": "十", "release": "十"}
    return [
        {"line_id": f"{month}{agent}{what}", "agent": agent, "item": items[what], "earned_month": month}
        | {"amount": round(amount * 100)}
        for agent, pays in BY_HAND[month].items()
        for what, amount in pays.items()
    ]


BAD = {
    "nobody": (("Lii", "已计", "ytd", "2024-06", "", "1", ""), "agent", "did you mean 'Li'?"),
    "kind": (("Li", "余额", "ytd", "2024-06", "", "1", ""), "kind", "known: measure, earned, withheld"),
    "component": (("Li", "已计", "ytdd", "2024-06", "", "1", ""), "item", "no scheme has such a component"),
    "measure": (("Li", "指标", "conversion", "2024-06", "", "1", ""), "item", "no such measure is counted"),
    "month paid here": (("Li", "已计", "ytd", "2024-08", "", "1", ""), "month", "2024-08 is paid here by its own data"),
    "no version": (("Li", "已计", "ytd", "2023-12", "", "1", ""), "month", "the earliest begins on 2024-01-01"),
    "text": (("Li", "已计", "ytd", "2024-06", "", "一千", ""), "value", "not a number"),
    "cents": (("Li", "已计", "ytd", "2024-06", "", "1.005", ""), "value", "at most two decimals"),
    "owed below 0": (("Li", "待扣回", "draw", "2024-06", "", "-200", "500"), "value", "it is above 0"),
    "deferred 0": (("Li", "递延", "ten", "2024-06", "2024-09", "0", ""), "value", "it is above 0"),
    "earned below 0": (("Li", "已计", "five", "2024-06", "", "-5", ""), "value", "never below 0"),
    "figure below 0": (("Li", "指标", "buyers", "2024-06", "", "-5", ""), "value", "never below 0"),
    "due in the past": (("Li", "递延", "ten", "2024-03", "2024-06", "5", ""), "due", "it was due before 2024-07"),
    "no due": (("Li", "递延", "ten", "2024-03", "", "5", ""), "due", "not a month"),
    "defers nothing": (("Li", "递延", "five", "2024-03", "2024-08", "5", ""), "item", "defers nothing"),
    "due of another": (("Li", "已计", "five", "2024-03", "2024-08", "5", ""), "due", "stands beside deferred only"),
    "no cap": (("Li", "限额未发", "tiers", "2024-03", "", "5", ""), "item", "known: capped"),
    "no draw": (("Li", "待扣回", "tiers", "2024-03", "", "5", "9"), "item", "known: draw"),
    "no guarantee": (("Li", "待扣回", "draw", "2024-03", "", "5", ""), "guaranteed", "not a number"),
    "before joining": (("Li", "指标", "sales", "2022-12", "", "5", ""), "month", "not on the roster in 2022-12"),
}  # fmt: skip


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return company(tmp_path_factory.mktemp("opening") / "w", 7, first_month="2024-07")


@pytest.mark.parametrize("which", BAD)
def test_a_row_that_cannot_be_used_is_refused_with_its_place(work: Workspace, tmp_path: Path, which: str) -> None:
    row, column, said = BAD[which]
    import_files(work, [filled(tmp_path, [("Li", "已计", "capped.five", "2024-06", "", "5600", ""), row])])
    with pytest.raises(InputError) as caught:
        settle(work, Month(2024, 7))
    (problem,) = caught.value.problems
    assert (problem.source, problem.line) == ("期初余额.csv", 3)
    assert problem.of("en").startswith(f"期初余额.csv:3: {column}: ")
    assert said in problem.of("en")
    assert problem.fix
    assert problem.of("zh") != problem.of("en")
    (found,) = needs(work)
    assert (found.severity, found.message.en) == ("stop", problem.of("en"))


def test_the_same_balance_twice_counts_once_or_is_refused(work: Workspace, tmp_path: Path) -> None:
    """The same row again is set aside by the import; the same balance under another name is refused."""
    row = ("Li", "已计", "five", "2024-06", "", "5600", "")
    result = import_files(work, [filled(tmp_path, [row, row])])
    assert int(result.table["accepted"].sum()) == 1
    settle(work, Month(2024, 7))
    import_files(work, [filled(tmp_path, [row, ("Li", "已计", "capped.five", "2024-06", "", "400", "")])])
    with pytest.raises(InputError, match=r"期初余额.csv:\d: item: row \d brings the same balance"):
        settle(work, Month(2024, 7))


SHUT_OUT = {
    "no month": [("Li", "已计", "ytd", "半年", "", "1", "")],
    "no value": [("Li", "已计", "ytd", "2024-06", "", "", "")],
    "one balance with two values": [("Li", "已计", "five", "2024-06", "", value, "") for value in ("5600", "5700")],
}


@pytest.mark.parametrize("which", SHUT_OUT)
def test_what_the_import_rejects_stops_the_month(work: Workspace, tmp_path: Path, which: str) -> None:
    result = import_files(work, [filled(tmp_path, SHUT_OUT[which])])
    assert int(result.table["rejected"].sum()) > 0
    assert [f.severity for f in check_workspace(work) if f.code == "rows-rejected"] == ["stop"]


def test_the_first_month_is_said_and_what_lies_before_is_not_paid(tmp_path: Path) -> None:
    work = company(tmp_path / "w", 6)
    import_files(work, [filled(tmp_path, FILLED)])
    with pytest.raises(InputError, match=r"workspace\.yaml: first_month is not said"):
        settle(work, Month(2024, 7))
    work = company(tmp_path / "v", 6, first_month="2024-07")
    import_files(work, [filled(tmp_path, FILLED)])
    with pytest.raises(UsageError, match="2024-06 lies before 2024-07"):
        settle(work, Month(2024, 6))
    july = settle(work, Month(2024, 7))
    assert amounts(july) == BY_HAND["2024-07"], "June's figures are those of the table, not those of the exports, too"
    assert "opening-in-place" in {f.code for f in july.measures.findings}


def test_a_refund_of_what_was_paid_before_the_first_month_is_told_and_not_taken(tmp_path: Path) -> None:
    work = company(tmp_path / "w", 6, first_month="2024-07")
    import_files(work, [filled(tmp_path, FILLED)])
    late(work, "refunds", [refund("Li6", "07-20", "100")])
    audit = audit_month(work, "2024-07")
    assert amounts(audit.settlement) == BY_HAND["2024-07"]
    (told,) = [f for f in audit.findings if f.code == "refund-of-lines"]
    assert told.severity == "review"
    assert told.message.en.startswith("100.00 of orders of 2024-06 was refunded after payout and is not taken back")


def test_balances_a_month_was_closed_on_stay_and_closed_months_have_none(tmp_path: Path) -> None:
    work = company(tmp_path / "w", 7, first_month="2024-07")
    import_files(work, [filled(tmp_path, FILLED)])
    close(work, "2024-07")
    assert not verify_months(work.root, replay=True).findings
    moved = [tuple("2024-09" if c == "2024-07" else c for c in row) for row in FILLED]
    for rows in (moved, FILLED[1:]):
        import_files(work, [filled(tmp_path, rows)])
        with pytest.raises(InputError, match="not those 2024-07 was closed on"):
            settle(work, Month(2024, 8))
    import_files(work, [filled(tmp_path, FILLED[::-1])])
    assert amounts(settle(work, Month(2024, 8))) == BY_HAND["2024-08"], "the same rows in another order are the same"
    file = work.root / "workspace.yaml"
    file.write_text(file.read_text("utf-8").replace("2024-07", "2024-08"), "utf-8")
    with pytest.raises(InputError, match="2024-07 is closed: its book tells"):
        settle(Workspace.open(work.root), Month(2024, 8))


def test_check_says_what_a_scheme_reads_of_months_nobody_brought(tmp_path: Path) -> None:
    work = company(tmp_path / "w", 7, first_month="2024-07")

    def said() -> set[tuple[str, str, str]]:
        return {(f.subject, f.evidence["kind"], f.severity) for f in needs(work) if f.code == "opening-missing"}

    late(work, "orders", [order(f"{a}7", a, "07-10", "100") for a in SALES])
    loose = {("ten", "deferred", "info"), ("draw", "owed", "info"), ("row", "earned", "info")}
    figures = {(c, "measure", "review") for c in ("ytd", "record", "year")}
    assert said() == loose | figures | {("ytd", "earned", "review"), ("capped", "earned", "review")}
    import_files(work, [filled(tmp_path, FILLED)])
    assert said() == set()
    import_files(work, [filled(tmp_path, [row for row in FILLED if row[:3] != ("Li", "已计", "年度阶梯")])])
    (found,) = [f for f in audit_month(work, "2024-07").findings if f.code == "opening-missing"]
    assert (found.subject, found.evidence["agents"]) == ("ytd", ["Li"])
