"""What the rule of crediting says in words is so: each claim as a case worked by hand."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.data.sheets import write_csv
from tests.data.worlds import Row, World, workspace_of
from toolkit.core.period import Month
from toolkit.data.crediting.measures import credited_orders, measure_months
from toolkit.data.importing.imports import import_files
from toolkit.data.tables.workspace import Workspace, create_workspace

JUNE = Month(2024, 6)
HEAD = ["order_id", "下单时间", "付款时间", "shop", "customer", "amount"]


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2024-{text}")


def asked(number: str, when: str, **more: Any) -> Row:
    return {"inquiry_id": number, "asked_at": at(when), "shop": "S", "customer": "c", "account": "li"} | more


def order(number: str, made: str, paid: str = "", **more: Any) -> Row:
    row = {"order_id": number, "created_at": at(made), "paid_at": at(paid or made), "shop": "S", "customer": "c"}
    return row | {"amount": 10_000} | more


def world(inquiries: list[Row], orders: list[Row], **more: list[Row]) -> World:
    held: World = {
        "accounts": [{"account": "li", "agent": "Li", "from": at("01-01"), "to": at("06-20")}],
        "assignments": [{"agent": "Li", "shop": "S", "role": "agent", "from": date(2024, 1, 1)}],
    }
    return held | {"inquiries": inquiries, "orders": orders} | more


def figures(folder: Path, made: World) -> dict[str, int]:
    """Return what June counts for Li."""
    table = measure_months(workspace_of(folder / "w", made), JUNE, JUNE).table
    names = ["inquiries", "buyers", "sales", "reminder_sales", "offline_sales"]
    return {n: int(v) for n, v in table.loc[table["agent"] == "Li", names].sum().items()}


def credit(folder: Path, made: World) -> dict[str, tuple[str, str, str | None]]:
    rows = credited_orders(workspace_of(folder / "w", made), JUNE).astype("object")
    told = rows[["credit", "source_rule", "agent"]].where(rows.notna(), None)
    return dict(zip(rows["order_id"], map(tuple, told.to_numpy().tolist()), strict=True))


def imported(folder: Path, *files: tuple[str, list[list[str]]]) -> Workspace:
    work = create_workspace(folder / "w")
    import_files(work, [write_csv(folder / name, rows) for name, rows in files], shop="S")
    return work


def amounts(work: Workspace) -> dict[str, int]:
    orders = work.table("orders")
    return dict(zip(orders["order_id"], map(int, orders["amount"]), strict=True))


def test_an_order_follows_a_row_and_not_the_first_of_its_day(tmp_path: Path) -> None:
    """Asked at 9:00 and 15:00, one inquiry; ordered three days after 12:00: inside the window of the second row only.

    Paid seven days after 12:00 of the day of asking: in time by the second row, from which the days are counted.
    """
    made = world([asked("1", "06-03 09:00"), asked("2", "06-03 15:00")], [order("1", "06-06 12:00", "06-10 12:00")])
    assert figures(tmp_path, made) == {
        "inquiries": 1, "buyers": 1, "sales": 10_000, "reminder_sales": 0, "offline_sales": 0,
    }  # fmt: skip


def test_the_days_of_a_buyer_end_to_the_second_after_the_row(tmp_path: Path) -> None:
    late = world([asked("1", "06-03 09:00"), asked("2", "06-03 15:00")], [order("1", "06-04", "06-10 15:00:01")])
    told = figures(tmp_path, late)
    assert (told["buyers"], told["sales"]) == (0, 10_000)


def test_reminder_and_offline_sales_are_less_their_refunds(tmp_path: Path) -> None:
    """A reminder of 100 refunded by 30, an offline order of 100 refunded by 40; a refund of 8 July at 00:00 is late."""
    made = world(
        [asked("1", "06-03 12:00"), asked("2", "06-05 12:00", customer="d")],
        [order("1", "06-03 11:00", "06-03 13:00"), order("2", "06-05 13:00", customer="d", offline=True)],
        refunds=[
            {"order_id": "1", "refunded_at": at("07-07 23:59:59"), "kind": "return", "amount": 3_000},
            {"order_id": "1", "refunded_at": at("07-08 00:00"), "kind": "return", "amount": 2_000},
            {"order_id": "2", "refunded_at": at("06-09 10:00"), "kind": "return", "amount": 4_000},
        ],
    )
    told = figures(tmp_path, made)
    assert (told["sales"], told["reminder_sales"], told["offline_sales"]) == (0, 7_000, 6_000)


def test_offline_orders_follow_inquiries_by_the_same_rule(tmp_path: Path) -> None:
    """Three days to the second are inside, a second more is not; one asked before it is paid stays an offline order."""
    inside, over = order("1", "06-06 09:00", offline=True), order("2", "06-06 09:00:01", offline=True, customer="d")
    later = order("3", "06-10 08:00", "06-10 10:00", offline=True, customer="e")
    asks = [asked("1", "06-03 09:00"), asked("2", "06-03 09:00", customer="d"), asked("3", "06-10 09:00", customer="e")]
    assert credit(tmp_path, world(asks, [inside, over, later])) == {
        "1": ("offline", "inquiry", "Li"),
        "2": ("untraceable", "no-inquiry", None),
        "3": ("offline", "inquiry", "Li"),
    }


def test_an_account_nobody_held_gives_an_order_to_nobody(tmp_path: Path) -> None:
    """Held to the end of 20 June. The orders name an account after that, and one that no table has; c asked Li."""
    asks = [asked("1", "06-20 23:59:59"), asked("2", "06-21 00:00", customer="d")]
    orders = [
        order("1", "06-21 09:00", account="li"),
        order("2", "06-21 09:00", account="who"),
        order("3", "06-21 09:00"),
        order("4", "06-21 09:00", customer="d"),
    ]
    assert credit(tmp_path / "a", world(asks, orders)) == {
        "1": ("unmapped", "explicit-account", None),
        "2": ("unmapped", "explicit-account", None),
        "3": ("inquiry", "inquiry", "Li"),
        "4": ("unmapped", "inquiry", None),
    }
    assert figures(tmp_path / "b", world(asks, orders))["inquiries"] == 1


def test_repeated_rows_of_a_file_are_one_and_the_first_counts(tmp_path: Path) -> None:
    row = ["1", "2024-06-03 10:00", "2024-06-03 10:00", "S", "c", "100"]
    other = ["2", "2024-06-03 11:00", "2024-06-03 11:00", "S", "c", "200"]
    work = imported(tmp_path, ("orders.csv", [HEAD, row, other, row]))
    assert amounts(work) == {"1": 10_000, "2": 20_000}
    assert work.table("orders").set_index("order_id")["_row"].to_dict() == {"1": 2, "2": 3}


def test_rows_of_one_number_that_contradict_each_other_are_all_rejected(tmp_path: Path) -> None:
    row = ["1", "2024-06-03 10:00", "2024-06-03 10:00", "S", "c", "100"]
    other = ["2", "2024-06-03 11:00", "2024-06-03 11:00", "S", "c", "200"]
    assert amounts(imported(tmp_path, ("orders.csv", [HEAD, row, [*row[:5], "150"], other]))) == {"2": 20_000}


@pytest.mark.parametrize(
    "names", [("a_20240701120000.csv", "b_20240702120000.csv"), ("z_20240701120000.csv", "a_20240702120000.csv")]
)
def test_of_two_files_the_newer_by_its_name_speaks(names: tuple[str, str], tmp_path: Path) -> None:
    rows = [["1", "2024-06-03 10:00", "2024-06-03 10:00", "S", "c", yuan] for yuan in ("100", "150")]
    assert amounts(imported(tmp_path, *((n, [HEAD, r]) for n, r in zip(names, rows, strict=True)))) == {"1": 15_000}


def test_files_of_which_neither_is_newer_and_that_differ_are_a_finding(tmp_path: Path) -> None:
    work = create_workspace(tmp_path / "w")
    rows = [["1", "2024-06-03 10:00", "2024-06-03 10:00", "S", "c", yuan] for yuan in ("100", "150")]
    paths = [write_csv(tmp_path / f"{n}.csv", [HEAD, row]) for n, row in enumerate(rows)]
    assert [f.severity for f in import_files(work, paths, shop="S").findings if "differ" in f.code] == ["stop"]


@pytest.mark.parametrize("listed", [True, False])
def test_the_refunds_of_an_order_list_count_where_no_list_of_refunds_names_the_order(
    listed: bool, tmp_path: Path
) -> None:
    """The order list says 40 were refunded of each of two orders; the list of refunds has 30 of the first, late."""
    head = ["订单编号", "买家会员名", "总金额", "买家实际支付金额", "订单创建时间", "订单付款时间", "退款金额"]
    rows = [[n, "c", "100", "100", "2024-06-03 10:00:00", "2024-06-03 10:01:00", "40"] for n in ("1", "2")]
    refunds = [["订单编号", "退款时间", "退款金额"], ["1", "2024-08-01 10:00:00", "30"]]
    files = [("ExportOrderList_S_2024-06-01至2024-06-30.csv", [head, *rows])]
    found = credited_orders(imported(tmp_path, *files, *([("退款明细.csv", refunds)] if listed else [])), JUNE)
    kept = {o: (int(n), int(a)) for o, n, a in found[["order_id", "refund_netted", "refund_after"]].to_numpy()}
    assert kept == {"1": (0, 3_000) if listed else (4_000, 0), "2": (4_000, 0)}


def test_capitals_and_blanks_make_no_other_customer(tmp_path: Path) -> None:
    made = world([asked("1", "06-03 09:00", customer="Tom Lee")], [order("1", "06-03 10:00", customer="tomlee")])
    assert figures(tmp_path, made)["sales"] == 10_000
    assert not pd.isna(credit(tmp_path / "again", made)["1"][2])
