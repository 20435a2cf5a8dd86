from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.data.compare import cells_of
from tests.data.one_by_one import expected_cells, expected_from_days
from tests.data.worlds import DAY, MICRO, Row, World, instant, random_settings, random_world, vendor_world, workspace_of
from toolkit.core.period import Month
from toolkit.data.crediting.credit import Way
from toolkit.data.crediting.measures import (
    JUDGING_RULES,
    Measures,
    credit_summary,
    credited_orders,
    judging_rules_side_by_side,
    measure_months,
    measure_otherwise,
    open_months,
    orders_earned,
)
from toolkit.data.crediting.tally import COLUMNS, Source
from toolkit.data.tables.settings import Clocks, CountUnit, Crediting, Settings

JUNE = Month(2024, 6)
QUICK = (Phase.explicit, Phase.reuse, Phase.generate)  # a smaller seed is no smaller world
OPEN = {"from": date(2024, 1, 1)}
PARTS = ("gross_sales", "refunds", "sales")


def asked(inquiry: str, at: str, account: str = "a", **more: Any) -> Row:
    return {"inquiry_id": inquiry, "asked_at": instant(at), "shop": "S", "customer": "c", "account": account, **more}


def ordered(order: str, at: str, paid: str | None = None, **more: Any) -> Row:
    times = {"created_at": instant(at), "paid_at": instant(paid or at)}
    return {"order_id": order, "shop": "S", "customer": "c", "amount": 100_00, **times, **more}


def account(name: str, agent: str, **more: Any) -> Row:
    return {"account": name, "agent": agent, **OPEN, **more}


def hired(agent: str, shop: str = "S", **more: Any) -> Row:
    return {"agent": agent, "shop": shop, "role": "agent", **OPEN, **more}


def measured(folder: Path, world: World, month: Month = JUNE, given: Settings | None = None) -> Measures:
    return measure_months(workspace_of(folder / "w", world, given), month, month)


def row_of(measures: Measures, agent: str, **where: Any) -> Row:
    """Return the one row of an agent, and of what else is asked for."""
    table = measures.table.loc[measures.table["agent"] == agent]
    for column, value in where.items():
        table = table.loc[table[column] == value]
    assert len(table) == 1, table.T
    return table.astype("object").where(table.notna(), None).iloc[0].to_dict()


# A shop in June: Li moves from one shop to the other on the 15th, Wang takes over Li's account, a supervisor leads.
TWO_SHOPS: World = {
    "accounts": [
        {"account": "a", "agent": "Li", "from": date(2024, 6, 1), "to": date(2024, 6, 14)},
        {"account": "a", "agent": "Wang", "from": date(2024, 6, 15), "to": date(2024, 6, 30)},
        account("b", "Li", **{"from": date(2024, 6, 15)}),
    ],
    "assignments": [
        hired("Li", "S", team="T1", supervisor="boss", base_pay=4000_00, to=date(2024, 6, 14)),
        hired("Li", "U", team="T1", supervisor="boss", base_pay=4000_00, **{"from": date(2024, 6, 15)}),
        hired("Wang", team="T1", supervisor="boss"),
        hired("boss", role="supervisor", to=date(2024, 6, 20)),
    ],
    "inquiries": [
        asked("q1", "2024-06-03 10:00", channel="web", avg_reply_s=12.345, satisfied=True),
        asked("q2", "2024-06-03 11:00", channel="app", avg_reply_s=0.5, satisfied=False),
        asked("q3", "2024-06-03 12:00", customer="d", channel="app", served_by="robot", avg_reply_s=1.0),
        asked("q4", "2024-06-14 23:00", customer="d", channel="web"),
        asked("q5", "2024-06-20 10:00", customer="e"),
        asked("q6", "2024-06-20 10:00", "b", customer="e", shop="U"),
    ],
    "orders": [
        ordered("o1", "2024-06-03 11:30", amount=25_000_00, channel="app"),
        ordered("o2", "2024-06-15 10:00", customer="d", amount=1_00, channel="web"),
        ordered("o3", "2024-06-20 10:30", customer="e", amount=35_000_00),
        ordered("o4", "2024-06-20 10:30", customer="e", amount=7_00, shop="U"),
    ],
    "order_lines": [{"order_id": "o1", "line": "1", "units": 3}, {"order_id": "o1", "line": "2", "units": 2}],
    "refunds": [{"order_id": "o3", "refunded_at": instant("2024-07-07 10:00"), "amount": 100_00}],
    "attendance": [
        {"agent": "Li", "date": date(2024, 6, 3), "scheduled_hours": 8.0, "worked_hours": 8.0, "late_minutes": 5},
        {"agent": "Li", "date": date(2024, 6, 4), "scheduled_hours": 8.0, "worked_hours": 0.0, "late_minutes": 0},
        {"agent": "Li", "date": date(2024, 6, 20), "scheduled_hours": 8.0, "worked_hours": 7.5, "late_minutes": None},
    ],
    "quality": [{"agent": "Wang", "date": date(2024, 6, 20), "checked": 20, "answer_errors": 2}],
    "targets": [
        {"scope": "role", "subject": "agent", "measure": "conversion", "value": "40%", **OPEN},
        {"scope": "team", "subject": "T1", "measure": "conversion", "value": "0.45", **OPEN},
        {"scope": "agent", "subject": "Wang", "measure": "conversion", "value": "48%", **OPEN, "to": date(2024, 6, 29)},
        {"scope": "shop", "subject": "U", "measure": "sales", "value": "1,000.50", **OPEN},
        {"scope": "shop", "subject": "S", "measure": "inquiries", "value": "many", **OPEN},
    ],
}


@pytest.fixture(scope="module")
def june(tmp_path_factory: pytest.TempPathFactory) -> Measures:
    return measured(tmp_path_factory.mktemp("june"), TWO_SHOPS)


def test_the_table_has_the_agreed_columns_and_types(june: Measures) -> None:
    assert tuple(june.table.columns) == (*COLUMNS, "target_conversion", "target_sales")
    kinds = june.table.dtypes.astype("str").to_dict()
    assert {kinds[c] for c in ("month", "agent", "role", "shop", "channel", "credit")} == {"str"}
    assert {kinds[c] for c in ("inquiries", "buyers", "orders", "sales", "base_pay", "rated", "target_sales")} == {
        "Int64"
    }
    assert {kinds[c] for c in ("reply_seconds", "worked_days", "target_conversion")} == {"object"}
    assert {kinds[c] for c in ("from", "to")} == {"datetime64[us]"}


def test_a_unit_stands_in_the_channel_of_its_first_inquiry(june: Measures) -> None:
    web, app = row_of(june, "Li", shop="S", channel="web"), row_of(june, "Li", shop="S", channel="app")
    assert (web["inquiries"], web["buyers"], web["receptions"], web["consultations"]) == (2, 2, 2, 2)
    assert (app["inquiries"], app["buyers"], app["receptions"], app["consultations"]) == (0, 0, 1, 2)
    assert (app["orders"], app["units"], app["sales"]) == (1, 5, 25_000_00)
    assert (web["orders"], web["units"], web["sales"]) == (1, 0, 1_00)


def test_averages_are_exact_and_blank_where_nobody_replied(june: Measures) -> None:
    web = row_of(june, "Li", shop="S", channel="web")
    assert web["reply_seconds"] == Fraction(12_345, 1000)
    assert (web["rated"], web["satisfied"]) == (1, 1)
    app = row_of(june, "Li", shop="S", channel="app")
    assert (app["reply_seconds"], app["rated"], app["satisfied"]) == (Fraction(1, 2), 1, 0)
    assert row_of(june, "Wang")["reply_seconds"] is None


def test_a10_one_account_two_holders(tmp_path: Path) -> None:
    """60,000 on one account: Li 1-14 June 25,000, Wang 15-30 June 35,000."""
    world = {
        "accounts": TWO_SHOPS["accounts"][:2],
        "assignments": [hired("Li"), hired("Wang")],
        "inquiries": [asked("q1", "2024-06-10 10:00"), asked("q2", "2024-06-20 10:00", customer="d")],
        "orders": [
            ordered("o1", "2024-06-10 11:00", amount=25_000_00),
            ordered("o2", "2024-06-20 11:00", customer="d", amount=35_000_00),
        ],
    }
    june = measured(tmp_path, world)
    assert {r["agent"]: r["sales"] for r in june.table.to_dict("records")} == {"Li": 25_000_00, "Wang": 35_000_00}
    assert june.findings == ()


def test_spells_carry_their_days_and_the_rows_shop_is_that_of_the_order(june: Measures) -> None:
    days = june.table[["agent", "shop", "from", "to"]].drop_duplicates().astype("str").to_numpy().tolist()
    assert days == [
        ["Li", "S", "2024-06-01", "2024-06-30"],  # an order of S earned on the 15th has the attributes of that day
        ["Li", "U", "2024-06-15", "2024-06-30"],
        ["Wang", "S", "2024-06-01", "2024-06-30"],
        ["boss", "S", "2024-06-01", "2024-06-20"],
    ]


def test_a_refund_before_settlement_nets(june: Measures) -> None:
    wang = row_of(june, "Wang")
    assert [wang[c] for c in PARTS] == [35_000_00, 100_00, 34_900_00]


def test_days_worked_stand_on_one_row_of_the_spell(june: Measures) -> None:
    li = june.table.loc[june.table["agent"] == "Li"].set_index(["shop", "channel"])
    columns = ["scheduled_days", "worked_days", "late_days"]
    assert li.loc[("S", "app"), columns].tolist() == [2, 1, 1]
    assert li.loc[("S", "web"), columns].tolist() == [0, 0, 0]
    assert li.loc["U", columns].to_numpy().tolist() == [[1, 1, 0]]
    assert row_of(june, "Wang")["worked_days"] is None
    assert (row_of(june, "Wang")["checked"], row_of(june, "Wang")["answer_errors"]) == (20, 2)
    assert row_of(june, "Wang")["note_errors"] is None


def test_cost_and_gross_profit_are_those_of_the_orders_that_stand(tmp_path: Path) -> None:
    """Own cost before that of the lines; an order refunded in whole costs nothing; an unknown cost makes it blank."""
    orders = [
        ordered("own", "2024-06-10 11:00", cost=30_00),
        ordered("lined", "2024-06-10 12:00", amount=50_00),
        ordered("back", "2024-06-10 13:00", cost=60_00),
        ordered("later", "2024-06-11 11:00", customer="d", amount=80_00),
    ]
    lines = [
        {"order_id": "own", "line": "1", "units": 1, "cost": 99_00, "discount": 3_00},
        {"order_id": "lined", "line": "1", "units": 2, "cost": 10_00},
        {"order_id": "lined", "line": "2", "units": 1, "cost": 4_50},
        {"order_id": "later", "line": "1", "units": 1, "cost": 1_00},
        {"order_id": "later", "line": "2", "units": 1},
    ]
    world: World = {
        "accounts": [account("a", "Li"), account("b", "Wang")],
        "assignments": [hired("Li"), hired("Wang"), hired("boss")],
        "inquiries": [asked("q1", "2024-06-10 10:00"), asked("q2", "2024-06-11 10:00", "b", customer="d")],
        "orders": orders,
        "order_lines": lines,
        "refunds": [{"order_id": "back", "refunded_at": instant("2024-06-12 10:00"), "amount": 100_00}],
    }
    june = measured(tmp_path, world)
    li = row_of(june, "Li")
    assert (li["sales"], li["cost"], li["gross_profit"]) == (150_00, 44_50, 105_50)  # 30.00 + 14.50
    assert li["discount"] == 3_00
    wang = row_of(june, "Wang")
    assert (wang["sales"], wang["cost"], wang["gross_profit"]) == (80_00, None, None)  # one line without a cost
    assert (row_of(june, "boss")["cost"], row_of(june, "boss")["gross_profit"]) == (0, 0)


def test_the_cost_of_an_order_that_several_share_is_not_divided(tmp_path: Path) -> None:
    world: World = {
        "accounts": [account("a", "Li", share=0.5), account("a", "Wang", share=0.5)],
        "assignments": [hired("Li"), hired("Wang")],
        "inquiries": [asked("q1", "2024-06-10 10:00")],
        "orders": [ordered("o", "2024-06-10 11:00", cost=30_00)],
    }
    june = measured(tmp_path, world)
    assert [(row_of(june, who)["sales"], row_of(june, who)["cost"]) for who in ("Li", "Wang")] == [(50_00, None)] * 2


def test_hours_and_the_other_reply_times_are_exact(tmp_path: Path) -> None:
    world: World = {
        "accounts": [account("a", "Li"), {**account("v", "Wang"), "shop": "U"}],
        "assignments": [hired("Li"), hired("Wang", "U")],
        "inquiries": [
            asked("q1", "2024-06-10 10:00", first_reply_s=3.0),
            asked("q2", "2024-06-11 10:00", customer="d", first_reply_s=4.5),
        ],
        "agent_days": [
            {"date": date(2024, 6, day), "account": "v", "shop": "U", "receptions": n, "handling_seconds": seconds}
            for day, n, seconds in ((3, 10, 60.0), (4, 30, 100.5))
        ],
        "attendance": [
            {"agent": "Li", "date": date(2024, 6, day), "scheduled_hours": 8.0, "worked_hours": worked}
            for day, worked in ((10, 7.62), (11, 0.0), (12, 8.0))
        ],
        "quality": [{"agent": "Li", "date": date(2024, 6, 20), "checked": 20, "complaints": 2}],
    }
    june = measured(tmp_path, world)
    li, wang = row_of(june, "Li"), row_of(june, "Wang")
    assert (li["worked_hours"], li["scheduled_hours"], li["complaints"]) == (Fraction(1562, 100), 24, 2)
    assert (li["first_reply_seconds"], li["handling_seconds"]) == (Fraction(15, 4), None)
    assert wang["handling_seconds"] == Fraction(3615, 40)  # (10 x 60 + 30 x 100.5) / 40
    assert wang["worked_hours"] is None


def test_who_has_no_event_has_a_row_of_zeros(june: Measures) -> None:
    boss = row_of(june, "boss")
    assert (boss["role"], boss["inquiries"], boss["buyers"], boss["sales"]) == ("supervisor", 0, 0, 0)
    assert boss["reply_seconds"] is None


SHOPLESS = {"shop": None, "team": "T9"}
ROSTERS: dict[str, list[Row]] = {
    "of no shop alone": [hired("Li", **SHOPLESS), hired("office", **SHOPLESS)],
    "beside the list of accounts": [
        hired("Li"),
        hired("Li", "U"),
        hired("Li", **SHOPLESS),
        hired("office", **SHOPLESS),
    ],
}


@pytest.mark.parametrize("case", ROSTERS)
def test_a_roster_without_shops_leaves_no_figure_of_a_person_unknown(case: str, tmp_path: Path) -> None:
    """A sum over the rows of a person is null where one row is: a row of no shop must not take the pay away."""
    told = {"accounts": [account("a", "Li")], "assignments": ROSTERS[case]}
    figures = {"inquiries": 9, "buyers": 3, "sales": 500_00, "refunds": 0}
    days = [vendor_day(3, "a", **figures), vendor_day(3, "a", **figures | {"shop": "U"})]
    june = measured(tmp_path, told | {"agent_days": days})
    mine = june.table[june.table["agent"] == "Li"]
    assert mine[["sales", "inquiries"]].notna().all(axis=None)
    assert (mine["sales"].sum(), set(mine["shop"])) == (1000_00, {"S", "U"})
    assert row_of(june, "office")["sales"] is None  # of somebody without any account nobody knows


def test_the_most_personal_target_in_force_at_the_end_counts(june: Measures) -> None:
    assert set(june.table.loc[june.table["agent"] == "Li", "target_conversion"]) == {Fraction(9, 20)}
    assert row_of(june, "Wang")["target_conversion"] == Fraction(9, 20)  # the agent's own ended on the 29th
    assert row_of(june, "boss")["target_conversion"] is None
    assert set(june.table.loc[june.table["agent"] == "Li", "target_sales"]) == {1000_50}
    (unreadable,) = [f for f in june.findings if f.code == "target-unreadable"]
    assert (unreadable.severity, unreadable.subject) == ("stop", "S")


def test_sources_are_stated_for_each_shop(june: Measures) -> None:
    assert june.sources == (Source("2024-06", "S", "events"), Source("2024-06", "U", "events"))


def test_a5_the_same_month_gives_three_sales_figures(tmp_path: Path) -> None:
    """Made after asking Li and paid after asking Wang; made before asking; paid in time of Wang only."""
    world = {
        "accounts": [account("a", "Li"), account("b", "Wang")],
        "inquiries": [asked("q1", "2024-06-01 10:00", "a"), asked("q2", "2024-06-05 10:00", "b")],
        "orders": [
            ordered("o1", "2024-06-02 10:00", "2024-06-05 12:00", amount=100_00),
            ordered("o2", "2024-06-04 12:00", "2024-06-05 12:00", amount=20_00),
            ordered("o3", "2024-06-05 11:00", amount=3_00),
        ],
    }
    table = judging_rules_side_by_side(workspace_of(tmp_path / "w", world), JUNE)
    rows = table.astype("object").where(table.notna(), None).to_numpy().tolist()
    assert list(table.columns) == ["shop", "agent", "credit", "order_time", "payment_time", "order_first"]
    assert rows == [
        ["S", "Li", "inquiry", 100_00, 0, 100_00],
        ["S", "Wang", "inquiry", 3_00, 123_00, 3_00],
        ["S", "Wang", "reminder", 0, 0, 20_00],
        ["S", None, "silent", 20_00, 0, 0],
    ]


def test_a6_conversion_closes_after_seven_times_24_hours(tmp_path: Path) -> None:
    limit = instant("2024-06-29 10:00") + 7 * DAY
    late = {"before": -MICRO, "at": 0 * MICRO, "after": MICRO}
    world = {
        "accounts": [account("a", "Li")],
        "inquiries": [asked(who, "2024-06-29 10:00", customer=who, channel=who) for who in late],
        "orders": [ordered(who, "2024-06-29 11:00", str(limit + by), customer=who) for who, by in late.items()],
    }
    june = measured(tmp_path, world)
    rows = {who: row_of(june, "Li", channel=who) for who in late}
    assert {who: (r["inquiries"], r["buyers"]) for who, r in rows.items()} == {
        "before": (1, 1),
        "at": (1, 1),
        "after": (1, 0),
    }
    assert {r["sales"] for r in rows.values()} == {0}  # asked in June, earned in July


def test_a7_silent_sales_are_nobodys_and_not_untraced(tmp_path: Path) -> None:
    """300,000 = 100,000 inquiry + 200,000 silent: traced 100 %; with 8,000 more untraceable 100/108."""

    def orders(shop: str) -> list[Row]:
        return [
            ordered(f"{shop}1", "2024-06-10 11:00", shop=shop, amount=100_000_00),
            ordered(f"{shop}2", "2024-06-10 11:00", shop=shop, amount=200_000_00, customer="silent"),
        ]

    world = {
        "accounts": [account("a", "Li")],
        "inquiries": [asked(f"q{shop}", "2024-06-10 10:00", shop=shop) for shop in ("S", "U")],
        "orders": [
            *orders("S"),
            *orders("U"),
            ordered("x", "2024-06-10 11:00", shop="U", amount=8_000_00, customer=None),
        ],
    }
    workspace = workspace_of(tmp_path / "w", world)
    summary = credit_summary(workspace, JUNE).set_index("shop")
    columns = ["inquiry", "silent", "untraceable", "creditable", "traced_share"]
    assert summary.loc["S", columns].tolist() == [100_000_00, 200_000_00, 0, 100_000_00, 1]
    assert summary.loc["U", columns].tolist() == [100_000_00, 200_000_00, 8_000_00, 108_000_00, Fraction(100, 108)]
    assert summary.iloc[2][columns].tolist() == [200_000_00, 400_000_00, 8_000_00, 208_000_00, Fraction(200, 208)]
    nobody = measure_months(workspace, JUNE, JUNE).table
    nobody = nobody.loc[nobody["agent"].isna()].set_index(["shop", "credit"])
    assert nobody["sales"].to_dict() == {
        ("S", "silent"): 200_000_00,
        ("U", "silent"): 200_000_00,
        ("U", "untraceable"): 8_000_00,
    }
    assert nobody[["inquiries", "buyers", "worked_days"]].isna().all(axis=None)


def test_a_month_in_which_nothing_is_creditable_has_no_traced_share(tmp_path: Path) -> None:
    workspace = workspace_of(tmp_path / "w", {"orders": [ordered("o1", "2024-06-10 11:00")]})
    assert credit_summary(workspace, JUNE)["traced_share"].tolist() == [None, None]


def test_a8_a_reminder_has_its_own_column_and_is_no_conversion(tmp_path: Path) -> None:
    world = {
        "accounts": [account("a", "Li")],
        "inquiries": [asked("q1", "2024-06-10 12:00")],
        "orders": [ordered("o1", "2024-06-10 11:00", "2024-06-10 13:00", amount=200_00)],
    }
    li = row_of(measured(tmp_path, world), "Li")
    assert (li["reminder_sales"], li["sales"], li["orders"]) == (200_00, 0, 0)
    assert (li["inquiries"], li["buyers"]) == (1, 0)


def test_a9_a_pre_sale_pays_nothing_in_the_month_of_the_deposit(tmp_path: Path) -> None:
    world = {
        "accounts": [account("a", "A"), account("b", "B")],
        "inquiries": [asked("q1", "2024-10-20 20:00", "a"), asked("q2", "2024-11-11 00:30", "b")],
        "orders": [ordered("p", "2024-10-20 20:30", "2024-11-11 01:00", stage="final", amount=500_00)],
    }
    workspace = workspace_of(tmp_path / "w", world)
    table = measure_months(workspace, Month(2024, 10), Month(2024, 11)).table
    assert table.groupby(["month", "agent"])["sales"].sum().to_dict() == {
        ("2024-10", "A"): 0,
        ("2024-11", "A"): 500_00,
        ("2024-11", "B"): 0,
    }


@pytest.mark.parametrize(
    ("unit", "inquiries", "buyers"), [("people_by_day", 4, 2), ("people_by_month", 3, 2), ("conversations", 6, 3)]
)
def test_what_one_inquiry_is(tmp_path: Path, unit: CountUnit, inquiries: int, buyers: int) -> None:
    world = {
        "accounts": [account("a", "Li")],
        "inquiries": [
            asked("q1", "2024-06-01 10:00"),
            asked("q2", "2024-06-01 12:00"),
            asked("q3", "2024-06-02 10:00"),
            asked("q4", "2024-06-02 10:00", customer="d"),
            asked("q5", "2024-06-02 10:00", customer=None),
            asked("q6", "2024-06-02 11:00", customer="d"),
        ],
        "orders": [
            ordered("o1", "2024-06-01 11:00"),
            ordered("o2", "2024-06-01 13:00"),
            ordered("o3", "2024-06-02 10:30", customer="d"),
            ordered("o4", "2024-06-02 10:40", customer="d"),
        ],
    }
    measures = measured(tmp_path, world, given=Settings(crediting=Crediting(count_unit=unit)))
    li = row_of(measures, "Li")
    assert (li["inquiries"], li["buyers"], li["orders"]) == (inquiries, buyers, 4)
    assert [f.code for f in measures.findings if "customer" in f.code] == ["inquiries-without-customer"]


def vendor_day(day: int, name: str, **more: Any) -> Row:
    return {"date": date(2024, 6, day), "account": name, "shop": "S", **more}


VENDOR: World = {
    "accounts": [account("a", "A"), account("b", "B", share=0.5), account("b", "C", share=0.5)],
    "assignments": [hired("A"), hired("B"), hired("C"), hired("D")],
    "agent_days": [
        vendor_day(3, "a", inquiries=700, buyers=202, sales=30_000_00, refunds=0, receptions=3, reply_seconds=10.001),
        vendor_day(4, "a", inquiries=300, buyers=100, sales=10_000_01, refunds=1, receptions=1, reply_seconds=20.0),
        vendor_day(4, "b", inquiries=1000, buyers=298, sales=60_000_01, refunds=None, receptions=0),
        vendor_day(4, "gone", inquiries=5, buyers=1, sales=1_00, refunds=0),
    ],
    "orders": [
        ordered("o1", "2024-06-05 10:00", account="a", amount=9_00),
        ordered("o2", "2024-06-05 10:00", account="a", amount=50_00, offline=True),
        ordered("o3", "2024-06-05 10:00", amount=4_00),
        ordered("o4", "2024-06-05 10:00", account="gone", amount=6_00),
    ],
}


@pytest.fixture(scope="module")
def vendor(tmp_path_factory: pytest.TempPathFactory) -> Measures:
    return measured(tmp_path_factory.mktemp("vendor"), VENDOR)


def test_without_inquiries_the_vendors_days_count(vendor: Measures) -> None:
    assert vendor.sources == (Source("2024-06", "S", "agent_days"),)
    a = row_of(vendor, "A")
    assert [a[c] for c in ("inquiries", "buyers", *PARTS)] == [1000, 302, 40_000_01, 1, 40_000_00]
    assert (a["offline_sales"], a["offline_orders"], a["reminder_sales"]) == (50_00, 1, 0)
    assert a["reply_seconds"] == Fraction(3 * 10_001 + 20_000, 4_000)
    assert (a["orders"], a["units"]) == (None, None)  # the report does not tell them


def test_an_account_held_by_two_divides_money_and_counts_for_one(vendor: Measures) -> None:
    b, c = row_of(vendor, "B"), row_of(vendor, "C")
    assert (b["inquiries"], b["gross_sales"]) == (1000, 30_000_01)
    assert (c["inquiries"], c["gross_sales"]) == (0, 30_000_00)


def test_a_blank_day_makes_the_sum_blank_not_smaller(vendor: Measures) -> None:
    b = row_of(vendor, "B")
    assert (b["refunds"], b["sales"]) == (None, None)
    assert (row_of(vendor, "C")["refunds"], row_of(vendor, "C")["sales"]) == (None, None)
    (finding,) = [f for f in vendor.findings if f.code == "blank-days"]
    assert finding.evidence == {"refunds": 1}
    assert row_of(vendor, "D")["sales"] == 0


def test_what_the_vendor_has_on_unmapped_accounts_is_the_shops(vendor: Measures) -> None:
    nobody = vendor.table.loc[vendor.table["agent"].isna()].set_index("credit")
    assert nobody["gross_sales"].to_dict() == {"silent": 4_00, "unmapped": 1_00}
    (finding,) = [f for f in vendor.findings if f.code == "unmapped-account"]
    assert (finding.severity, finding.subject, finding.period) == ("stop", "gone", "2024-06")
    assert finding.evidence == {"shops": ["S"], "inquiries": 5, "orders": 1, "amount": 7_00}


def test_the_vendors_days_and_listed_orders_that_disagree_are_found(vendor: Measures) -> None:
    (finding,) = [f for f in vendor.findings if f.code == "sources-disagree"]
    assert finding.evidence["gross_sales"] == {"A": 40_000_01 - 9_00, "B": 30_000_01, "C": 30_000_00}


def test_inquiries_come_before_the_vendors_days_and_disagreement_is_found(tmp_path: Path) -> None:
    world = {
        "accounts": [account("a", "Li")],
        "assignments": [hired("Li")],
        "inquiries": [asked("q1", "2024-06-03 10:00"), asked("q2", "2024-06-03 10:00", customer="d")],
        "orders": [ordered("o1", "2024-06-03 11:00", amount=500_00)],
        "agent_days": [vendor_day(3, "a", inquiries=3, buyers=1, orders=1, sales=500_00, refunds=0)],
    }
    june = measured(tmp_path, world)
    assert june.sources == (Source("2024-06", "S", "events"),)
    assert (row_of(june, "Li")["inquiries"], row_of(june, "Li")["buyers"]) == (2, 1)
    (finding,) = june.findings
    assert (finding.code, finding.severity, finding.evidence) == (
        "sources-disagree",
        "review",
        {"inquiries": {"Li": 1}},
    )


def test_ratings_are_the_reports_where_inquiries_carry_none_and_the_inquiries_own_where_they_do(tmp_path: Path) -> None:
    day = vendor_day(3, "a", rated=7, satisfied=6)
    world = {"accounts": [account("a", "Li")], "assignments": [hired("Li")], "agent_days": [day]}
    silent, rating = asked("q1", "2024-06-03 10:00"), asked("q1", "2024-06-03 10:00", satisfied=True)
    theirs = measured(tmp_path / "theirs", world | {"inquiries": [silent]})
    assert theirs.sources == (Source("2024-06", "S", "events"),)
    assert [row_of(theirs, "Li")[c] for c in ("inquiries", "rated", "satisfied")] == [1, 7, 6]
    assert [(f.code, f.severity, f.subject) for f in theirs.findings] == [("ratings-from-days", "info", "S")]
    own = measured(tmp_path / "own", world | {"inquiries": [rating]})
    assert [row_of(own, "Li")[c] for c in ("inquiries", "rated", "satisfied")] == [1, 1, 1]
    assert own.findings == ()


def test_a_report_without_refunds_says_so_and_mixed_count_units_too(tmp_path: Path) -> None:
    days = [vendor_day(3, "a", sales=5_00, count_unit="conversations"), vendor_day(4, "a", sales=5_00)]
    june = measured(tmp_path, {"accounts": [account("a", "Li")], "assignments": [hired("Li")], "agent_days": days})
    assert {f.code for f in june.findings} == {"refunds-not-reported", "mixed-count-units"}
    assert [row_of(june, "Li")[c] for c in PARTS] == [10_00, None, 10_00]


def test_orders_alone_are_sales_without_inquiries(tmp_path: Path) -> None:
    world = {"accounts": [account("a", "Li")], "orders": [ordered("o1", "2024-06-03 11:00", account="a", amount=5_00)]}
    june = measured(tmp_path, world)
    assert june.sources == (Source("2024-06", "S", "orders"),)
    li = row_of(june, "Li")
    assert (li["sales"], li["orders"], li["inquiries"], li["buyers"], li["units"]) == (5_00, 1, None, None, None)
    assert [(f.code, f.subject) for f in june.findings] == [("no-assignment", "Li")]


def test_what_cannot_be_put_to_anybody_is_found(tmp_path: Path) -> None:
    world = {
        "accounts": [account("a", "Li", to=date(2024, 6, 2))],
        "assignments": [hired("Li")],
        "inquiries": [
            asked("q1", "2024-06-03 10:00"),
            asked("q2", "2024-06-03 10:00", None),  # type: ignore[arg-type]
            asked("q3", "2024-06-03 10:00", served_by="robot"),
        ],
        "orders": [
            ordered("o1", "2024-06-03 09:00", customer="e", stage="deposit", amount=50_00),
            ordered("o2", "2024-06-03 09:00", customer="e", amount=70_00),
        ],
        "refunds": [{"order_id": "o2", "amount": 7_00}],
    }
    found = {f.code: f for f in measured(tmp_path, world).findings}
    assert set(found) == {"unmapped-account", "inquiries-without-account", "undated-refunds", "open-deposits"}
    assert found["unmapped-account"].evidence == {"shops": ["S"], "inquiries": 1, "orders": 0, "amount": 0}
    assert "50.00" in found["open-deposits"].message.zh
    assert found["undated-refunds"].evidence == {"n": 1, "amount": 7_00}


def test_orders_closed_without_a_refund_stop_the_month_where_somebody_is_paid_for_them(tmp_path: Path) -> None:
    """Of three closed orders one was refunded, one is Li's, one is silent."""
    world = {
        "accounts": [account("a", "Li")],
        "assignments": [hired("Li")],
        "inquiries": [asked("q1", "2024-06-03 08:00", customer="e")],
        "orders": [
            ordered("o1", "2024-06-03 09:00", customer="e", amount=70_00, status="closed"),
            ordered("o2", "2024-06-03 09:00", customer="e", amount=60_00, status="交易关闭"),
            ordered("o3", "2024-06-03 09:00", customer="f", amount=50_00, status="Cancelled"),
            ordered("o4", "2024-06-03 09:00", customer="e", amount=40_00, status="finished"),
        ],
        "refunds": [{"order_id": "o2", "amount": 60_00, "refunded_at": instant("2024-06-05 10:00")}],
    }
    found = [f for f in measured(tmp_path, world).findings if f.code == "closed-without-refund"]
    assert [(f.severity, f.evidence["orders"], f.evidence["amount"], f.evidence["agents"]) for f in found] == [
        ("stop", ["o1"], 70_00, ["Li"]),
        ("review", ["o3"], 50_00, []),
    ]
    assert "70.00" in found[0].message.zh


def test_months_without_data_have_no_rows(tmp_path: Path) -> None:
    world = {
        "accounts": [account("a", "Li")],
        "assignments": [hired("Li")],
        "inquiries": [asked("q1", "2024-06-03 10:00")],
    }
    workspace = workspace_of(tmp_path / "w", world)
    assert set(measure_months(workspace, Month(2024, 5), Month(2024, 7)).table["month"]) == {"2024-06"}
    nothing = measure_months(workspace, Month(2025, 1), Month(2025, 2))
    assert nothing.table.empty
    assert tuple(nothing.table.columns) == COLUMNS


def test_credited_orders_are_those_earned_in_the_month(tmp_path: Path) -> None:
    orders = [
        ordered("may", "2024-05-31 23:59"),
        ordered("june", "2024-06-01 00:00"),
        ordered("july", "2024-07-01 00:00"),
    ]
    workspace = workspace_of(tmp_path / "w", {"orders": orders})
    assert credited_orders(workspace, JUNE)["order_id"].tolist() == ["june"]


def test_an_empty_workspace_has_no_measures(tmp_path: Path) -> None:
    workspace = workspace_of(tmp_path / "w", {})
    assert measure_months(workspace, JUNE, JUNE).table.empty
    assert credit_summary(workspace, JUNE)["creditable"].tolist() == [0]


def test_other_clocks_and_another_rule_can_be_tried(tmp_path: Path) -> None:
    world = {
        "accounts": [account("a", "Li")],
        "inquiries": [asked("q1", "2024-06-10 12:00")],
        "orders": [ordered("o1", "2024-06-10 11:00", "2024-06-10 13:00", shipped_at=instant("2024-07-01 00:00"))],
    }
    workspace = workspace_of(tmp_path / "w", world)
    by_payment = measure_months(workspace, JUNE, JUNE, judged_by="payment_time").table
    assert by_payment["sales"].tolist() == [100_00]
    shipped = measure_months(workspace, JUNE, JUNE, clocks=Clocks(earned_on="shipped")).table
    assert shipped["reminder_sales"].tolist() == [0]


@settings(max_examples=2, deadline=None, phases=QUICK)
@given(seed=st.integers(0, 2**32))
def test_measures_equal_the_plain_account_of_them(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    draw = Random(seed)
    world, given_settings = random_world(draw, n=25), random_settings(draw)
    measures = measured(tmp_path_factory.mktemp("world"), world, Month(2024, 2), given_settings)
    expected = expected_cells(world, given_settings, date(2024, 2, 1), date(2024, 2, 29))
    assert cells_of(measures.table) == expected


@settings(max_examples=2, deadline=None, phases=QUICK)
@given(seed=st.integers(0, 2**32))
def test_vendor_days_equal_the_plain_account_of_them(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    draw = Random(seed)
    world, given_settings = vendor_world(draw), random_settings(draw)
    measures = measured(tmp_path_factory.mktemp("world"), world, Month(2024, 2), given_settings)
    expected = expected_from_days(world, given_settings, date(2024, 2, 1), date(2024, 2, 29))
    assert cells_of(measures.table) == expected


def test_the_same_data_give_the_same_table(tmp_path: Path) -> None:
    draw = Random(7)
    world = random_world(draw, n=25)
    once = measured(tmp_path / "1", world, Month(2024, 2))
    turned = {name: rows[::-1] for name, rows in world.items()}
    again = measured(tmp_path / "2", turned, Month(2024, 2))
    pd.testing.assert_frame_equal(once.table, again.table)
    assert once.findings == again.findings
    assert isinstance(once.table["from"].iloc[0], datetime)


@pytest.mark.prove  # half a minute a seed
@pytest.mark.parametrize("seed", range(4))
def test_several_ways_of_crediting_at_once_give_what_each_gives_alone(tmp_path: Path, seed: int) -> None:
    draw, february = Random(seed), Month(2024, 2)
    workspace = workspace_of(tmp_path / "w", random_world(draw, n=60), random_settings(draw))
    ways: list[Way] = [(rule, pick) for rule in JUDGING_RULES for pick in ("last", "first")]
    with open_months(workspace, february.shift(-1), february.shift(1)) as opened:
        together = measure_otherwise(opened, february, ways)
        orders = orders_earned(opened, february)
    for (rule, pick), table in zip(ways, together, strict=True):
        alone = measure_months(workspace, february, february, judged_by=rule, pick=pick).table
        pd.testing.assert_frame_equal(table, alone)
    pd.testing.assert_frame_equal(orders, credited_orders(workspace, february))
    assert len({tuple(map(str, table["gross_sales"])) for table in together}) > 1, "no two ways differ in this world"


def month_row(name: str, **more: Any) -> Row:
    """A figure of the whole of June, as a monthly report has it."""
    told = {"inquiries": 400, "buyers": 100, "sales": 9_000_01, "refunds": 0}
    return vendor_day(1, name, count_unit="people_by_month", **told, **more)


MONTH_ROWS: dict[str, tuple[World, list[tuple[str, str | None, int]]]] = {
    "joined and got the account on the 12th": (
        {"accounts": [account("a", "Li", **{"from": date(2024, 6, 12)})],
         "assignments": [hired("Li", **{"from": date(2024, 6, 12)})]},
        [("Li", "agent", 9_000_01)],
    ),
    "joined on the 12th, the account is older": (
        {"accounts": [account("a", "Li")], "assignments": [hired("Li", **{"from": date(2024, 6, 12)})]},
        [("Li", "agent", 9_000_01)],
    ),
    "got the account of nobody in an afternoon": (
        {"accounts": [account("a", "Li", **{"from": instant("2024-06-30 14:00")})], "assignments": [hired("Li")]},
        [("Li", "agent", 9_000_01)],
    ),
    "left on the 5th, and nobody took over": (
        {"accounts": [account("a", "Li", to=date(2024, 6, 5))], "assignments": [hired("Li", to=date(2024, 6, 5))]},
        [("Li", "agent", 9_000_01)],
    ),
    "came to the shop of the account on the 12th": (
        {"accounts": [account("a", "Li")],
         "assignments": [hired("Li", "T", role="trainee", to=date(2024, 6, 11)),
                         hired("Li", **{"from": date(2024, 6, 12)})]},
        [("Li", "agent", 9_000_01)],
    ),
    "shared for the whole month": (
        {"accounts": [account("a", "Li", share=0.5), account("a", "Wang", share=0.5)],
         "assignments": [hired("Li"), hired("Wang")]},
        [("Li", "agent", 4_500_01), ("Wang", "agent", 4_500_00)],
    ),
    "handed over on the 15th": (
        {"accounts": TWO_SHOPS["accounts"][:2], "assignments": [hired("Li"), hired("Wang")]},
        [],
    ),
    "the next holder begins in the next month": (
        {"accounts": [account("a", "Li", to=date(2024, 6, 30)), account("a", "Wang", **{"from": date(2024, 7, 1)})],
         "assignments": [hired("Li"), hired("Wang")]},
        [("Li", "agent", 9_000_01)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", MONTH_ROWS)
def test_a_figure_of_a_whole_month_is_its_only_holders(case: str, tmp_path: Path) -> None:
    world, expected = MONTH_ROWS[case]
    june = measured(tmp_path, world | {"agent_days": [month_row("a")]})
    earned = june.table[june.table["agent"].notna() & (june.table["gross_sales"] > 0)]
    assert list(zip(earned["agent"], earned["role"], earned["gross_sales"], strict=True)) == expected
    assert not {f.code for f in june.findings} & {"unmapped-account", "no-assignment"}
    assert june.table["gross_sales"].sum() == 9_000_01  # what changed hands is nobody's, and not lost


def test_a_whole_month_of_nobodys_account_is_unmapped_as_ever(tmp_path: Path) -> None:
    june = measured(tmp_path, {"accounts": [account("b", "Li")], "agent_days": [month_row("a", orders=120)]})
    (lost,) = [f for f in june.findings if f.severity == "stop"]
    assert lost.code == "unmapped-account"
    assert (lost.evidence["inquiries"], lost.evidence["orders"], lost.evidence["amount"]) == (400, 120, 9_000_01)


UNITS: dict[str, tuple[World, str, set[str]]] = {
    "one unit, nothing counted here": ({"agent_days": [month_row("a")]}, "people_by_day", set()),
    "the unit of the setting": (
        {"agent_days": [month_row("a")], "inquiries": [asked("q", "2024-06-03 10:00", "b", shop="T")]},
        "people_by_month",
        set(),
    ),
    "another shop is counted here by another unit": (
        {"agent_days": [month_row("a")], "inquiries": [asked("q", "2024-06-03 10:00", "b", shop="T")]},
        "people_by_day",
        {"S"},
    ),
    "two shops report in two units": (
        {"agent_days": [month_row("a"), vendor_day(3, "b", inquiries=3, count_unit="people_by_day") | {"shop": "T"}]},
        "people_by_day",
        {"S"},
    ),
    "one shop in two units": (
        {"agent_days": [month_row("a"), vendor_day(3, "b", inquiries=3, count_unit="people_by_day")]},
        "people_by_day",
        {"S"},
    ),
}


@pytest.mark.parametrize("case", UNITS)
def test_units_are_compared_with_what_else_there_is(case: str, tmp_path: Path) -> None:
    world, unit, shops = UNITS[case]
    given = Settings(crediting=Crediting(count_unit=unit))  # type: ignore[arg-type]
    june = measured(tmp_path, world, given=given)
    mixed = [f for f in june.findings if f.code == "mixed-count-units"]
    assert {f.subject for f in mixed} == shops
    assert all("--instead-of" in f.message.en and "--instead-of" in f.message.zh for f in mixed)
    assert [("count_unit: people_by_month" in f.message.zh) for f in mixed] == [case.startswith("another")] * len(mixed)
