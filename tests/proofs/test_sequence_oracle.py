"""The oracle of steps 10 and 12 to 15 itself, held by sums worked by hand; fast, so it runs with every test run."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.proofs.oracle.corrections import adjusted
from tests.proofs.oracle.rule import Rule
from tests.proofs.oracle.sequence import Sequence, pay_together
from tests.proofs.oracle.views import Book
from tests.proofs.test_oracle import COLUMNS, F, table

SALES = {"pay": ("name", "sales"), "rate": F(3, 100)}
SIGNED = {"reason": "checked", "author": "Li", "approved_by": "Wang"}


def paid(parts: Any, months: list[Any], **more: Any) -> dict[tuple[int, str], F]:
    """What each month's steps pay; a month is its sales (None: no row), or the sales known so far of all months."""
    rule = {"id": "s", "in_force": (date(2024, 1, 1), None), "columns": COLUMNS}
    parts = parts if isinstance(parts, list) else [parts]
    rule["components"] = [{"id": f"p{i}", **part} for i, part in enumerate(parts)]
    words = {word: more.pop(word, empty) for word, empty in (("refunds", []), ("adjustments", []), ("left", {}))}
    person = {word: more.pop(word, None) for word in ("base_pay", "city")}
    sequence = Sequence([("2024-01", Rule(rule | more))], *words.values())
    found: dict[tuple[int, str], F] = {}
    for number in range(1, len(months) + 1):
        known = months[number - 1] if isinstance(months[number - 1], list) else months[:number]
        for row in sequence.pay(f"2024-{number:02d}", _book(known, person)):
            for step, amount in ((row.step, row.amount), ("owed", row.owed)):
                found[number, step] = found.get((number, step), F(0)) + amount
    return {key: amount for key, amount in found.items() if amount}


def _book(known: list[Any], person: dict[str, Any]) -> Book:
    base = person["base_pay"]
    return Book(
        {"month": f"2024-{i:02d}", "agent": "a", "role": "agent", "shop": "A", "sales": int(F(str(sales)) * 100)}
        | {"city": person["city"], "base_pay": None if base is None else base * 100}
        for i, sales in enumerate(known, start=1)
        if sales is not None
    )


def refund(month: int, amount: Any, origin: int = 1) -> dict[str, Any]:
    return {"month": f"2024-{month:02d}", "agent": "a", "origin_month": f"2024-{origin:02d}", "amount": F(str(amount))}


def test_factor_on_sales_d26() -> None:
    change = {"month": "2024-01", "agent": "a", "origin_month": "2024-01", "measure": "sales", "factor": F(95, 100)}
    at_once = {(1, "component"): 1500, (1, "adjustment"): -75}
    assert paid(SALES, [50_000, 0], adjustments=[change | SIGNED]) == at_once
    assert paid(SALES, [50_000], adjustments=[change | SIGNED | {"approved_by": "Li"}]) == {(1, "component"): 1500}
    later = paid(SALES, [50_000, 0, 0], adjustments=[change | SIGNED | {"month": "2024-02"}])
    assert later == {(1, "component"): 1500, (2, "adjustment"): -75}


def test_refund_after_leaving_d28() -> None:
    left, back = {"a": date(2024, 1, 31)}, [refund(2, 10_000)]
    held = SALES | {"defer": [(1, F(1))]}
    assert paid(held, [10_000, None], refunds=back, left=left) == {
        (1, "component"): 300, (1, "defer"): -300, (2, "release"): 300, (2, "clawback"): -300,
    }  # fmt: skip
    assert paid(SALES, [10_000, None], refunds=back, left=left) == {(1, "component"): 300, (2, "owed"): 300}


def test_deferral_loses_no_cent_d21() -> None:
    part = SALES | {"defer": [(1, F(1, 3)), (3, F(1, 3))]}
    # 100.00: three equal parts, the spare cent is paid at once; 0.02: one now, one first
    assert paid(part, ["3333.33", 0, 0, 0]) == {
        (1, "component"): 100, (1, "defer"): F("-66.66"), (2, "release"): F("33.33"), (4, "release"): F("33.33"),
    }  # fmt: skip
    for leaver, released in (("release", {(2, "release"): F("0.01")}), ("hold", {}), ("forfeit", {})):
        got = paid(part | {"leaver": leaver}, ["0.66", 0, 0], left={"a": date(2024, 2, 10)})
        assert got == {(1, "component"): F("0.02"), (1, "defer"): F("-0.01")} | released


def test_a_correction_twice_is_a_correction_once() -> None:
    assert paid(SALES, [1000, 1000, [1000, 2000, 0], [1000, 2000, 0, 0]]) == {
        (1, "component"): 30, (2, "component"): 30, (3, "adjustment"): 30,
    }  # fmt: skip
    assert paid(SALES, [1000, [3000, 0], [1000, 0, 0]])[3, "adjustment"] == -60


def test_money_by_hand_is_not_corrected_away() -> None:
    money = {"month": "2024-02", "agent": "a", "origin_month": "2024-01", "component": "p0", "amount": F(7)} | SIGNED
    assert paid(SALES, [1000, 0, [2000, 0, 0]], adjustments=[money]) == {
        (1, "component"): 30, (2, "adjustment"): 7, (3, "adjustment"): 30,
    }  # fmt: skip


def test_accumulated_pay_is_corrected_once() -> None:
    tiers = table("slab", "rate", [(None, F(1, 100)), (3000, F(2, 100))], by=("name", "sales"))
    part = {"pay": ("name", "sales"), "rate": tiers, "period": "quarter", "accumulate": True}
    # 10, 20, then 2 % of 3000; with 2000 for January: 20, 60 and 20 more by February, 80 by March
    got = paid(part, [1000, 1000, 1000, [2000, 1000, 1000, 0]])
    assert got == {(1, "component"): 10, (2, "component"): 10, (3, "component"): 40, (4, "adjustment"): 20}


def test_a_hundred_partial_refunds_take_the_whole() -> None:
    got = paid(SALES, ["111.11", *[10_000] * 11], refunds=[refund(2 + i % 11, "1.11") for i in range(100)])
    assert sum(amount for (_, step), amount in got.items() if step == "clawback") == -F("3.33")


def test_clawback_by_age_and_its_cancellation() -> None:
    part = SALES | {"clawback": [(0, F(7, 10)), (3, F(4, 10))]}
    got = paid(part, [10_000, *[10_000] * 5], refunds=[refund(2, 5000), refund(5, 5000), refund(6, -5000)])
    assert {key: v for key, v in got.items() if key[1] == "clawback"} == {
        (2, "clawback"): -105, (5, "clawback"): -60, (6, "clawback"): 60,
    }  # fmt: skip


def test_refund_on_a_corrected_month_takes_the_corrected_rate() -> None:
    tiers = table("slab", "rate", [(None, F(1, 100)), (2000, F(2, 100))], by=("name", "sales"))
    part = {"pay": ("name", "sales"), "rate": tiers}
    got = paid(part, [1000, [2000, 0], [2000, 0, 100_000]], refunds=[refund(3, 1000)])
    assert got[3, "clawback"] == -20


def test_takings_leave_the_minimum_wage_and_the_legal_share() -> None:
    legal = {"minimum_wage": 2500, "legal_share": {"discipline": F(1, 5), "loss_recovery": F(1)}}
    fine = {"deduct": 1500, "kind": "discipline", "carry": True}
    rate = SALES | {"rate": 1}
    got = paid([rate, fine], [2000, 2000], base_pay=3000, parameters=legal)
    # 20 % of 5000; in the next month what was carried comes first
    assert {k: v for k, v in got.items() if k[1] != "component"} == {
        (1, "deduct"): -1000, (1, "owed"): 500, (2, "recovery"): -500, (2, "deduct"): -500, (2, "owed"): 500,
    }  # fmt: skip
    loss = {"deduct": 9000, "kind": "loss_recovery"}
    assert paid([rate, loss], [2000], base_pay=3000, parameters=legal)[1, "deduct"] == -2500
    assert paid([rate, loss], [2000], base_pay=3000)[1, "deduct"] == -2000


def test_a_draw_is_recovered_above_the_guarantee_only() -> None:
    limits = [{"guarantee": 2000, "recoverable": True}]
    got = paid(SALES | {"rate": 1}, [500, 2600, 5000], limits=limits)
    assert {k: v for k, v in got.items() if k[1] != "component"} == {
        (1, "guarantee"): 1500, (1, "owed"): 1500, (2, "recovery"): -600, (2, "owed"): -600,
        (3, "recovery"): -900, (3, "owed"): -900,
    }  # fmt: skip


@pytest.mark.parametrize("months", [[1000, 0, 0, 0], [1000, [2000, 0], [1500, 0, 0], [1500, 0, 0, 0]]])
@pytest.mark.parametrize("left", [{}, {"a": date(2024, 1, 5)}])
def test_what_was_all_returned_is_owed_or_taken(months: list[Any], left: dict[str, date]) -> None:
    sold = 1000 if months[-1] == 0 else 1500
    part = SALES | {"defer": [(1, F(1, 2))], "leaver": "release"}
    got = paid(part, months, refunds=[refund(2, 100), refund(4, sold - 100)], left=left)
    assert sum(-amount if step == "owed" else amount for (_, step), amount in got.items()) == 0


def test_a_cap_pays_later_what_it_withheld() -> None:
    limits = [{"cap": 1000, "carry": True}]
    assert paid(SALES | {"rate": 1}, [1400, 700, 900, 900], limits=limits) == {
        (1, "component"): 1400, (1, "limit"): -400, (2, "component"): 700, (2, "limit"): 300,
        (3, "component"): 900, (3, "limit"): 100, (4, "component"): 900,
    }  # fmt: skip
    # January turns out to be 1,200: 200 less is paid and 200 less withheld; only 200 are carried over
    assert paid(SALES | {"rate": 1}, [1400, [1200, 700], [1200, 700, 900]], limits=limits) == {
        (1, "component"): 1400, (1, "limit"): -400, (2, "component"): 700, (2, "limit"): 200, (3, "component"): 900,
    }  # fmt: skip


def test_a_refund_of_a_quarter_is_charged_once_the_quarter_is_paid() -> None:
    part = SALES | {"period": "quarter"}
    refunds = [refund(2, 500), refund(5, 1000, origin=2)]
    assert paid(part, [1000, 2000, 3000, 0, 0], refunds=refunds) == {
        (3, "component"): 180, (4, "owed"): 15, (5, "owed"): 30,
    }  # fmt: skip
    to_date = {(1, "component"): 30, (2, "component"): 60, (3, "component"): 90}
    assert paid(part | {"accumulate": True}, [1000, 2000, 3000, 0, 0], refunds=refunds) == to_date | {
        (2, "clawback"): -15, (5, "owed"): 30,
    }  # fmt: skip


def test_two_schemes_take_from_one_wage_in_turn() -> None:
    legal = {"minimum_wage": {"key": ("city",), "table": {("X",): [(date(2024, 1, 1), 2500)]}}}
    legal["legal_share"] = {"discipline": [(date(2024, 1, 1), F(1)), (date(2024, 2, 1), F(1, 100))]}
    parts = [{"id": "pay", **SALES, "rate": F(1, 2)}, {"id": "fine", "deduct": 200, "kind": "discipline"}]
    whole = {"in_force": (date(2024, 1, 1), None), "columns": COLUMNS, "parameters": legal, "components": parts}
    for city, month, taken in (("X", "2024-01", [200, 100]), ("X", "2024-02", [28, 0]), ("Y", "2024-01", [200, 200])):
        sequences = [Sequence([("2024-01", Rule(whole | {"id": name}))], [], [], {}) for name in "AB"]
        row = {"month": month, "agent": "a", "shop": "A", "sales": 80_000, "city": city, "base_pay": 200_000}
        got = pay_together(sequences, month, Book([row]))
        # 2,000 and twice 400: 300 above the minimum wage of X; in February 28 of 2,800 may be taken as a fine
        assert [-sum(row.amount for row in rows if row.step == "deduct") for rows in got] == taken


def test_a_value_by_hand_is_of_one_channel() -> None:
    rows = [{"month": "2024-01", "agent": "a", "channel": channel, "sales": 100} for channel in ("web", "app")]
    change = {"agent": "a", "origin_month": "2024-01", "measure": "sales", "value": F(70), "channel": "app"} | SIGNED
    assert [row["sales"] for row in adjusted(Book(rows), [change]).months["2024-01"]] == [100, 70]
