"""Checks: each finds the defect it is for, names it, and is silent on two clean months."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from toolkit.core.findings import Finding
from toolkit.data.checks import orders as check_orders
from toolkit.data.checks.registry import CHECKS, SETUP, check_tables, check_workspace
from toolkit.data.tables.schema import table
from toolkit.data.tables.workspace import Workspace, create_workspace

Row = dict[str, Any]
FIRST, DAYS, AGENTS = date(2024, 10, 1), 61, 6
ACCOUNTS = [f"S:客服{k}" for k in range(AGENTS)]


def clean_days() -> list[Row]:
    """Two whole months of six accounts, each about forty inquiries a day, with a peak on 11 November."""
    rows = []
    for d in range(DAYS):
        for k, account in enumerate(ACCOUNTS):
            n = (36 + (d * 7 + k * 5) % 11) * (3 if d == 41 else 1)
            buyers = n * 2 // 5
            rows.append(
                {"date": FIRST + timedelta(d), "account": account, "shop": "S", "receptions": n + 5, "inquiries": n,
                 "buyers": buyers, "orders": buyers, "units": buyers, "sales": buyers * (10_000 + 13 * d + 7 * k),
                 "reply_seconds": 30.0 + (d + k) % 9, "pending": False, "count_unit": "people_by_day",
                 "conversion_shown": f"{100 * buyers / n:.2f}%"}
            )  # fmt: skip
    return rows


def clean_world() -> dict[str, list[Row]]:
    day = {"from": FIRST, "shop": "S"}
    return {
        "agent_days": clean_days(),
        "accounts": [{"account": a, "agent": f"a{k}", **day} for k, a in enumerate(ACCOUNTS)],
        "assignments": [{"agent": f"a{k}", "role": "agent", **day} for k in range(AGENTS)],
        "products": [{"product": "GTX Pro", "price": 1}, {"product": "GTX Basic", "price": 1}],
        "orders": [
            {"order_id": f"o{k}", "shop": "S", "customer": f"c{k}", "amount": 10_000,
             "created_at": f"2024-11-{k + 1:02d} 10:00", "paid_at": f"2024-11-{k + 1:02d} 10:05"}
            for k in range(30)
        ],
    }  # fmt: skip


def found(tmp_path: Path, world: dict[str, list[Row]]) -> list[Finding]:
    return check_tables(filled(tmp_path, world))


def filled(tmp_path: Path, world: dict[str, list[Row]]) -> Workspace:
    work = create_workspace(tmp_path / "w")
    for name, rows in world.items():
        frame, spec = pd.DataFrame(rows), table(name)
        for column in spec.columns:
            if column.kind in ("day", "instant") and column.name in frame:
                frame[column.name] = pd.to_datetime(frame[column.name])
        work.write_table(name, frame)
    return work


def only(tmp_path: Path, world: dict[str, list[Row]], code: str) -> Finding:
    findings = found(tmp_path, world)
    assert [f.code for f in findings] == [code], [f.message.en for f in findings]
    assert findings[0].message.en != findings[0].message.zh
    return findings[0]


def test_two_clean_months_with_a_peak_are_silent(tmp_path: Path) -> None:
    assert found(tmp_path, clean_world()) == []


def test_the_tables_of_an_empty_workspace_are_silent(tmp_path: Path) -> None:
    assert check_tables(create_workspace(tmp_path / "w")) == []


def test_each_check_says_what_it_looks_for() -> None:
    every = (*CHECKS, *SETUP)
    assert all(check.__doc__ for check in every)
    assert len({check.__name__ for check in every}) == len(every)


def change(rows: list[Row], where: Callable[[Row], bool], **values: Any) -> None:
    """Change the rows for which `where` holds; a value may be a function of the row."""
    hit = [row for row in rows if where(row)]
    assert hit
    for row in hit:
        row.update({k: v(row) if callable(v) else v for k, v in values.items()})


def test_more_buyers_than_inquiries_over_a_month(tmp_path: Path) -> None:
    world = clean_world()
    month = lambda r: r["account"] == ACCOUNTS[2] and r["date"].month == 11  # noqa: E731
    change(world["agent_days"], month, buyers=lambda r: r["inquiries"] + 1, conversion_shown=None)
    finding = only(tmp_path, world, "buyers-exceed-inquiries")
    assert (finding.subject, finding.period, finding.severity) == (ACCOUNTS[2], "2024-11", "stop")
    assert finding.evidence["amount"] == sum(r["sales"] for r in world["agent_days"] if month(r))


NOBODY_PAID: dict[str, Callable[[dict[str, list[Row]]], Any]] = {
    "the account is nobody's": lambda w: w.update(accounts=[a for a in w["accounts"] if a["account"] != ACCOUNTS[2]]),
    "who paid may have asked in the month before": lambda w: change(w["agent_days"], bool, cohort="paid"),
    "the list of inquiries decides": lambda w: w.update(
        inquiries=[{"inquiry_id": "1", "shop": "S", "account": ACCOUNTS[2], "asked_at": "2024-11-05 10:00"}]
    ),
}


@pytest.mark.parametrize("why", NOBODY_PAID)
def test_more_buyers_than_inquiries_stop_nothing_where_nobody_is_paid_by_them(tmp_path: Path, why: str) -> None:
    world = clean_world()
    month = lambda r: r["account"] == ACCOUNTS[2] and r["date"].month == 11  # noqa: E731
    change(world["agent_days"], month, buyers=lambda r: r["inquiries"] + 1, conversion_shown=None)
    NOBODY_PAID[why](world)
    over = [f for f in found(tmp_path, world) if f.code == "buyers-exceed-inquiries"]
    assert [f.severity for f in over] == ["review"]


def test_more_buyers_than_inquiries_on_a_day_may_be(tmp_path: Path) -> None:
    world = clean_world()
    one = lambda r: r["account"] == ACCOUNTS[2] and r["date"] == date(2024, 11, 5)  # noqa: E731
    change(world["agent_days"], one, buyers=lambda r: r["inquiries"] + 1, conversion_shown=None)
    assert found(tmp_path, world) == []


def test_an_amount_in_the_column_of_a_count(tmp_path: Path) -> None:
    world = clean_world()
    one = lambda r: r["account"] == ACCOUNTS[0] and r["date"] == date(2024, 10, 9)  # noqa: E731
    change(world["agent_days"], one, units=1680, sales=168000)
    finding = only(tmp_path, world, "cell-far-from-neighbours")
    assert "1,680 units on 2024-10-09" in finding.message.en
    assert "equals the sales" in finding.message.en


def test_sales_in_fen_among_sales_in_yuan(tmp_path: Path) -> None:
    world = clean_world()
    one = lambda r: r["account"] == ACCOUNTS[0] and r["date"] == date(2024, 10, 9)  # noqa: E731
    change(world["agent_days"], one, sales=lambda r: r["sales"] * 100)
    assert only(tmp_path, world, "cell-far-from-neighbours").evidence["column"] == "sales"


@pytest.mark.parametrize("cell", ["28.66", "6,25%", "286.6%"])
def test_a_ratio_written_unlike_the_others(tmp_path: Path, cell: str) -> None:
    world = clean_world()
    one = lambda r: r["account"] == ACCOUNTS[0] and r["date"] == date(2024, 10, 9)  # noqa: E731
    change(world["agent_days"], one, conversion_shown=cell)
    findings = found(tmp_path, world)
    assert findings[0].code == "odd-ratio"
    assert cell in findings[0].message.en
    assert {f.code for f in findings} <= {"odd-ratio", "ratio-differs-from-parts"}


def test_a_ratio_that_is_not_its_parts(tmp_path: Path) -> None:
    world = clean_world()
    change(world["agent_days"], lambda r: r["account"] == ACCOUNTS[0] and r["date"].day == 9, conversion_shown="41.99%")
    assert only(tmp_path, world, "ratio-differs-from-parts").evidence["n_rows"] == 2


def test_a_ratio_rounded_to_fewer_digits_is_its_parts(tmp_path: Path) -> None:
    world = clean_world()
    rounded = lambda r: f"{100 * r['buyers'] / r['inquiries']:.1f}%"  # noqa: E731
    change(world["agent_days"], lambda r: True, conversion_shown=rounded)
    assert found(tmp_path, world) == []


def test_sales_without_anybody_received(tmp_path: Path) -> None:
    world = clean_world()
    ten = lambda r: r["account"] == ACCOUNTS[1] and date(2024, 11, 10) <= r["date"] <= date(2024, 11, 19)  # noqa: E731
    none = dict.fromkeys(("receptions", "inquiries", "buyers", "orders", "units", "sales"), 0)
    change(world["agent_days"], ten, conversion_shown=None, **none)
    day_after = lambda r: r["account"] == ACCOUNTS[1] and r["date"] in (date(2024, 11, 12), date(2024, 11, 18))  # noqa: E731
    change(world["agent_days"], day_after, sales=5_000, orders=1)
    finding = only(tmp_path, world, "sales-without-receptions")  # the 12th may follow an inquiry of the 9th
    assert finding.evidence["dates"] == ["2024-11-18"]


def test_a_copied_day(tmp_path: Path) -> None:
    world = clean_world()
    days = [r for r in world["agent_days"] if r["account"] == ACCOUNTS[3]]
    change(world["agent_days"], lambda r: r is days[20], **{k: v for k, v in days[19].items() if k != "date"})
    assert only(tmp_path, world, "repeated-day").evidence["dates"] == ["2024-10-20", "2024-10-21"]


def test_adjustments_inside_a_report(tmp_path: Path) -> None:
    world = clean_world()
    change(world["agent_days"], lambda r: True, manual_factor_shown="1")
    change(
        world["agent_days"], lambda r: r["account"] == ACCOUNTS[0] and r["date"].day == 9, manual_factor_shown="0.95"
    )
    assert {f.code for f in found(tmp_path, world)} == {"manual-figure-shown"}


def test_an_order_reversed_within_minutes(tmp_path: Path) -> None:
    world = clean_world()
    change(world["orders"], lambda r: r["order_id"] == "o7", amount=16_846_960)
    world["refunds"] = [
        {"order_id": "o7", "refunded_at": "2024-11-08 10:17", "kind": "return", "amount": 16_846_960},
        {"order_id": "o8", "refunded_at": "2024-11-12 10:17", "kind": "return", "amount": 10_000},
    ]
    finding = only(tmp_path, world, "reversed-at-once")
    assert finding.severity == "review"
    assert "o7 of 168,469.60, after 12 minutes" in finding.message.en


def test_a_reversal_under_another_number_is_matched_by_customer_and_amount(tmp_path: Path) -> None:
    world = clean_world()
    world["refunds"] = [
        {"order_id": "C1", "refunded_at": "2024-11-08 10:15", "kind": "return", "amount": 10_000, "customer": "c7"}
    ]
    assert {f.code: f.evidence["orders"] for f in found(tmp_path, world)} == {
        "reversed-at-once": ["o7"], "refund-without-order": ["C1"],
    }  # fmt: skip


def test_more_refunded_than_paid(tmp_path: Path) -> None:
    world = clean_world()
    world["refunds"] = [
        {"order_id": "o1", "refunded_at": "2024-11-20", "kind": k, "amount": 6_000} for k in ("return", "compensation")
    ]
    finding = only(tmp_path, world, "refund-exceeds-order")
    assert (finding.period, finding.evidence["orders"], finding.evidence["amount"]) == ("2024-11", ["o1"], 2_000)
    world["refunds"][1]["refunded_at"] = "2024-12-03"
    assert only(tmp_path / "later", world, "refund-exceeds-order").period == "2024-12"


def test_a_refund_of_a_deposit_names_its_order(tmp_path: Path) -> None:
    world = clean_world()
    change(world["orders"], lambda r: r["order_id"] == "o1", order_id="o1#deposit", stage="deposit")
    world["refunds"] = [{"order_id": "o1", "refunded_at": "2024-11-20", "kind": "return", "amount": 6_000}]
    assert found(tmp_path, world) == []


def test_customers_written_in_several_ways(tmp_path: Path) -> None:
    world = clean_world()
    change(world["orders"], lambda r: r["order_id"] == "o3", customer="C 4")
    finding = only(tmp_path, world, "customers-written-apart")
    assert (finding.severity, finding.evidence) == ("info", {"n": 1, "customers": ["C 4 / c4"]})


@pytest.mark.parametrize(("ahead", "codes"), [(0, []), (1, ["date-after-today"])])
def test_days_that_have_not_come_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ahead: int, codes: list[str]
) -> None:
    world = clean_world()
    monkeypatch.setattr(check_orders, "today", lambda _: date(2024, 12, 1))
    change(world["orders"], lambda r: r["order_id"] == "o3", paid_at=f"2024-12-{1 + ahead:02d} 09:00")
    findings = found(tmp_path, world)
    assert [f.code for f in findings] == codes
    assert [(f.severity, f.evidence["amount"], f.period) for f in findings] == [("stop", 10_000, "")] * ahead


def test_days_before_anybody_worked_there(tmp_path: Path) -> None:
    world = clean_world()
    change(world["assignments"], bool, **{"from": date(2024, 11, 3)})
    world["agent_days"] = []
    finding = only(tmp_path, world, "date-before-shop")
    assert (finding.severity, finding.evidence) == ("review", {"n": 2, "amount": 20_000})


def test_refunds_of_unknown_amount(tmp_path: Path) -> None:
    world = clean_world()
    change(world["orders"], lambda r: r["order_id"] == "o3", after_sales="退款成功")
    change(world["orders"], lambda r: r["order_id"] == "o4", after_sales="无售后")
    assert only(tmp_path, world, "refund-amount-unknown").evidence["orders"] == ["o3"]


def test_paid_before_made(tmp_path: Path) -> None:
    world = clean_world()
    change(world["orders"], lambda r: r["order_id"] == "o3", paid_at="2024-11-01 00:00")
    assert only(tmp_path, world, "times-in-wrong-order").evidence["orders"] == ["o3"]


def test_agents_together_above_the_shop(tmp_path: Path) -> None:
    world = clean_world()
    world["shop_days"] = [
        {"date": FIRST + timedelta(d), "shop": "S", "sales": 100 if d < 31 else 1_000_000_000} for d in range(DAYS)
    ]
    assert only(tmp_path, world, "agents-exceed-shop").period == "2024-10"


@pytest.mark.parametrize("other", ["GTXPro", "gtx pro", "ＧＴＸ Pro"])
def test_names_that_differ_by_spelling(tmp_path: Path, other: str) -> None:
    world = clean_world()
    world["order_lines"] = [
        {"order_id": f"o{k}", "line": "1", "product": p, "units": 1}
        for k, p in enumerate([other, "GTX Basic", "GTX Pro"])
    ]
    finding = only(tmp_path, world, "similar-names")
    assert f"GTX Pro / {other}" in finding.message.en


def test_a_slip_of_one_letter_in_a_rare_name(tmp_path: Path) -> None:
    world = clean_world()
    products = ["MINIATURE ROSE"] * 100 + [
        "MINITURE ROSE",
        "C++ 入门",
        "C# 入门",
        "LETTER A",
        "LETTER U",
        "SIZE 12",
        "SIZE 13",
    ]
    world["order_lines"] = [
        {"order_id": f"x{k}", "line": "1", "product": p, "units": 1} for k, p in enumerate(products)
    ]
    finding = only(tmp_path, world, "similar-names")
    assert finding.evidence["pairs"] == [{"MINIATURE ROSE": 100, "MINITURE ROSE": 1}]


def test_idle_people_and_accounts(tmp_path: Path) -> None:
    world = clean_world()
    world["assignments"] += [{"agent": n, "role": "agent", "shop": "S", "from": FIRST} for n in ("NA", "null")]
    world["assignments"] += [{"agent": "boss", "role": "supervisor", "shop": "S", "from": FIRST}]
    world["accounts"] += [{"account": "S:备用", "agent": "a1", "shop": "S", "from": FIRST}]
    findings = found(tmp_path, world)
    assert {f.code: (f.evidence.get("agents"), f.evidence.get("accounts")) for f in findings} == {
        "idle-agents": (["NA", "null"], None),
        "idle-accounts": (None, ["S:备用"]),
    }


def test_a_monthly_row_of_an_account_that_changed_hands(tmp_path: Path) -> None:
    world = clean_world()
    row = {"date": date(2024, 11, 1), "shop": "S", "inquiries": 900, "buyers": 300, "count_unit": "people_by_month"}
    world["agent_days"] = [row | {"account": "S:轮班"}, row | {"account": ACCOUNTS[0]}]
    world["accounts"] += [
        {"account": "S:轮班", "agent": "a1", "shop": "S", "from": FIRST, "to": date(2024, 11, 14)},
        {"account": "S:轮班", "agent": "a2", "shop": "S", "from": date(2024, 11, 15)},
    ]
    world["assignments"] = []
    stops = [f for f in found(tmp_path, world) if f.severity == "stop"]
    assert [(f.code, f.subject, f.evidence["agents"]) for f in stops] == [
        ("range-over-hand-over", "S:轮班", ["a1", "a2"])
    ]
    assert "a1, a2" in stops[0].message.zh
    assert "请导入该月的日报" in stops[0].message.zh


def test_pending_days_stop_a_complete_month_only(tmp_path: Path) -> None:
    world = clean_world()
    for day in (date(2024, 10, 30), date(2024, 11, 29)):
        change(
            world["agent_days"], lambda r, day=day: r["date"] == day, pending=True, buyers=None, conversion_shown=None
        )
    world["agent_days"] = [r for r in world["agent_days"] if r["date"] < date(2024, 11, 30)]
    findings = [f for f in found(tmp_path, world) if f.code == "pending-days"]
    assert [(f.period, f.severity) for f in findings] == [("2024-10", "stop"), ("2024-11", "info")]


def test_a_gap_and_a_closed_weekday(tmp_path: Path) -> None:
    world = clean_world()
    sundays = {FIRST + timedelta(d) for d in range(DAYS) if (FIRST + timedelta(d)).weekday() == 6}
    gap = {date(2024, 10, 16), date(2024, 10, 17)}
    world["agent_days"] = [r for r in world["agent_days"] if r["date"] not in sundays | gap]
    assert only(tmp_path, world, "missing-days").evidence["days"] == ["2024-10-16", "2024-10-17"]


def test_first_and_last_month_cut_short(tmp_path: Path) -> None:
    world = clean_world()
    world["agent_days"] = [r for r in world["agent_days"] if date(2024, 10, 5) <= r["date"] <= date(2024, 11, 28)]
    findings = found(tmp_path, world)
    assert [(f.code, f.period, f.evidence["days"]) for f in findings] == [
        ("partial-month", "2024-10", {"agent_days": "2024-10-05"}),
        ("partial-month", "2024-11", {"agent_days": "2024-11-28"}),
    ]


def test_a_day_unlike_its_neighbours(tmp_path: Path) -> None:
    world = clean_world()
    low = {"inquiries": 4, "buyers": 1, "conversion_shown": "25.00%", "orders": 1, "units": 1, "sales": 10_100}
    change(world["agent_days"], lambda r: r["date"] == date(2024, 10, 17), **low)
    assert only(tmp_path, world, "outlier-days").evidence["days"] == ["2024-10-17"]


def test_all_findings_of_a_workspace_include_those_of_measuring(tmp_path: Path) -> None:
    world = clean_world()
    world["accounts"] = world["accounts"][1:]
    findings = check_workspace(filled(tmp_path, world))
    assert {f.subject for f in findings if f.code == "unmapped-account"} == {ACCOUNTS[0]}
