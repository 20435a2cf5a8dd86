"""The oracle itself, held by the managers' own worked numbers; fast, so it runs with every test run."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from tests.proofs.generator.world import DEFINES, DICTIONARY
from tests.proofs.oracle.arith import divided, rounded
from tests.proofs.oracle.awards import forced_grades, prizes, shared
from tests.proofs.oracle.pay import pay
from tests.proofs.oracle.rule import Rule
from tests.proofs.oracle.views import Book, OracleError

F = Fraction
SALES, CONVERSION, CALLS = ("name", "sales"), ("name", "conversion"), ("name", "calls")
COLUMNS = DICTIONARY | {"calls": {"kind": "count"}, "profit_made": {"kind": "money"}}
D2 = [(None, F(3, 200)), (F(3, 10), F(3, 100)), (F(61, 200), F(7, 200)), (F(7, 20), F(4, 100)), (F(2, 5), F(6, 100))]


def table(mode: str, holds: str, tiers: list[Any], **more: Any) -> dict[str, Any]:
    entries = [({} if start is None else {"from": start}) | {"value": value} for start, value in tiers]
    return {"mode": mode, "holds": holds, "tiers": entries, **more}


def paid(parts: Any, rows: list[dict[str, Any]], **more: Any) -> dict[str, F]:
    """The month's pay of each agent; `rows` need only what the rule reads, money in yuan."""
    parts = [{"id": f"p{i}", **part} for i, part in enumerate(parts if isinstance(parts, list) else [parts])]
    rule = {"id": "s", "in_force": (date(2024, 1, 1), None), "columns": COLUMNS, "define": DEFINES, "components": parts}
    full = [{"month": "2024-06", "agent": "a", "role": "agent", "shop": "A", "base_pay": None} | row for row in rows]
    names = {name for row in full for name in row}
    money = {name for name, spec in COLUMNS.items() if spec["kind"] == "money"} | {"base_pay"}
    book = Book(
        {n: int(F(str(row[n])) * 100) if n in money and row.get(n) is not None else row.get(n) for n in names}
        for row in full
    )
    sums: dict[str, F] = {}
    for row in pay(Rule(rule | more), book, "2024-06"):
        sums[row.agent] = sums.get(row.agent, F(0)) + row.amount
    return sums


def one(parts: Any, row: dict[str, Any], **more: Any) -> F:
    return paid(parts, [row], **more)["a"]


@pytest.mark.parametrize(
    ("buyers", "worth"), [(2999, 1500), (3000, 3000), (3050, 3500), (3500, 4000), (4000, 6000), (2996, 1500)]
)
def test_conversion_tiers_d2_a11(buyers: int, worth: int) -> None:
    part = {"pay": SALES, "rate": table("slab", "rate", D2, by=CONVERSION)}
    assert one(part, {"sales": 100_000, "inquiries": 10_000, "buyers": buyers}) == worth


@pytest.mark.parametrize(("units", "worth"), [(9, "4.5"), (10, 10), (50, 100), (100, 300)])
def test_upsell_on_all_units_d7(units: int, worth: Any) -> None:
    tiers = [(None, F(1, 2)), (10, 1), (50, 2), (100, 3)]
    assert one({"pay": CALLS, "rate": table("slab", "rate", tiers)}, {"calls": units}) == F(worth)
    each = one({"pay": CALLS, "rate": table("marginal", "rate", tiers, each_unit=True)}, {"calls": 12})
    assert each == 9 * F(1, 2) + 3


@pytest.mark.parametrize(("sales", "worth"), [("10000", 0), ("10000.02", "0.01"), ("20000", 5000)])
def test_excess_d9(sales: str, worth: Any) -> None:
    assert one({"pay": ("-", SALES, 10_000), "rate": F(1, 2)}, {"sales": sales}) == F(worth)


def test_floating_base_d10() -> None:
    row = {"calls": 6, "orders": 1, "units": 22}
    terms = [(100, "calls", 5), (300, "orders", 2), (20, "units", 20)]
    parts = [{"amount": ("*", by, ("-", ("name", name), line)), "floor": -4000} for by, name, line in terms]
    assert 4000 + one(parts, row) == 3840


@pytest.mark.parametrize(
    ("mode", "bound", "made", "worth"),
    [
        ("slab", "above", "10000", 3000), ("slab", "above", "20000", 7000), ("slab", "above", "30000", 12_000),
        ("slab", "above", "30001", "13500.45"), ("slab", "at_or_above", "20000", 8000),
        ("marginal", "above", "30000", 10_500), ("marginal", "at_or_above", "40000", 15_000),
    ],
)  # fmt: skip
def test_progressive_profit_d11(mode: str, bound: str, made: str, worth: Any) -> None:
    tiers = [(None, F(3, 10)), (10_000, F(7, 20)), (20_000, F(2, 5)), (30_000, F(9, 20))]
    part = {"pay": ("name", "profit_made"), "rate": table(mode, "rate", tiers, bound=bound)}
    assert one(part, {"profit_made": made}) == F(worth)


@pytest.mark.parametrize(
    ("share", "worth"),
    [
        ({"by": "sales"}, (5000, 3000, 2000)),
        ({"by": "sales", "cap": 4000}, (4000, 3000, 2000)),
        ({"by": "sales", "cap": 4000, "excess": "redistribute"}, (4000, 3600, 2400)),
    ],
)
def test_pool_under_caps_d11(share: dict[str, Any], worth: tuple[int, ...]) -> None:
    rows = [{"agent": a, "sales": s} for a, s in zip("abc", (50, 30, 20), strict=True)]
    got = paid({"level": "shop", "amount": 10_000, "share": share}, rows)
    assert tuple(got[a] for a in "abc") == worth


@pytest.mark.parametrize(("sales", "step", "total"), [("1999.99", 0, 0), ("2000", 100, 100), ("10000", 1500, 2100)])
def test_volume_reward_d15(sales: str, step: int, total: int) -> None:
    tiers = [(2000, 100), (5000, 500), (10_000, 1500)]
    for mode, worth in (("slab", step), ("cumulative", total)):
        assert one({"amount": table(mode, "amount", tiers, by=SALES, below=0)}, {"sales": sales}) == worth


def test_proration_d22() -> None:
    share = {"prorate": ("/", ("name", "worked_days"), ("name", "scheduled_days"))}
    row = {"worked_days": 11, "scheduled_days": 22, "inquiries": 330}
    assert one({"amount": 1000} | share, row) == 500
    assert one({"amount": 1000, "when": (">=", ("name", "worked_days"), 15)} | share, row) == 0
    volume = {"amount": 1000, "when": (">=", ("name", "inquiries"), 660), "prorate_of": "target"} | share
    assert one(volume, row) == 1000
    assert one(volume, row | {"inquiries": 329}) == 0


def test_two_shops_d23() -> None:
    rows = [
        {"shop": "A", "inquiries": 1000, "buyers": 302, "sales": 40_000},
        {"shop": "B", "inquiries": 1000, "buyers": 298, "sales": 60_000},
    ]
    part = {"pay": SALES, "rate": table("slab", "rate", D2, by=CONVERSION)}
    assert paid(part | {"each": "spell"}, rows) == {"a": 2100}
    assert paid(part, rows) == {"a": 3000}
    with pytest.raises(OracleError):
        paid(part, [rows[0], rows[1] | {"role": "lead"}])


def test_limits_d12_d13_d24_d25() -> None:
    row = {"calls": 1, "sales": 720}
    assert one({"amount": 10_000}, row, limits=[{"cap": 8000}]) == 8000
    assert one({"pay": SALES, "rate": 1}, row, limits=[{"guarantee": 1000}]) == 1000
    rows = [{"agent": a, "sales": 1} for a in "abc"]
    assert sum(paid({"amount": 100}, rows, limits=[{"fund": 100}]).values()) == 100


def test_blank_and_zero_denominators_pay_nothing() -> None:
    part = {"pay": SALES, "rate": table("slab", "rate", D2, by=CONVERSION), "floor": 50}
    for row in ({"inquiries": 0}, {"inquiries": None}):
        assert one(part, {"sales": 100, "buyers": 0} | row) == 0


def test_ties_and_places() -> None:
    values = {"a": 1, "b": 2, "c": 2, "d": 3}
    amounts = [F(800), F(400), F(1, 100)]
    split = prizes(values, "lowest", "split", amounts, ("2024-06", "p"))
    assert (split["a"], split["b"] + split["c"], split["d"]) == (800, F(40001, 100), 0)
    assert prizes(values, "lowest", "all", amounts, ("", ""))["c"] == 400
    assert prizes(values, "highest", "none", amounts, ("", "")) == {"d": 800, "b": 0, "c": 0, "a": 0}


def test_forced_grades_keep_ties_together() -> None:
    shares = [("A", F(1, 4)), ("B", F(1, 2)), ("C", F(1, 4))]
    assert forced_grades(dict(zip("abcd", (9, 9, 5, 1), strict=True)), shares) == {
        **dict.fromkeys("ab", "A"),
        "c": "B",
        "d": "C",
    }


def test_rounding_modes() -> None:
    cent = F(1, 100)
    halves = {"half_up": (3, -3), "half_even": (2, -2), "up": (3, -3), "down": (2, -2)}
    for mode, (above, below) in halves.items():
        assert rounded(F(5, 200), cent, mode) == above * cent
        assert rounded(F(-5, 200), cent, mode) == below * cent
    assert divided(F(1), [F(1)] * 3, ["b", "a", "c"]) == [F(33, 100), F(34, 100), F(33, 100)]
    assert shared(F(10), {"a": F(-1), "b": None}, {"by": "x"}, ("", "")) == {"a": 0, "b": 0}
