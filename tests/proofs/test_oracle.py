"""The oracle itself, held by the managers' own worked numbers; fast, so it runs with every test run."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from tests.proofs.generator.world import DEFINES, DICTIONARY
from tests.proofs.oracle.arith import digest, divided, rounded
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


# The words of 'times', groups, sums to date, powers, tables in tiers, retroactive tiers and budgets.
CARD = {
    "items": [(100, table("interpolated", "points", [(0, 0), (100, 100)], by=CALLS, below=0))],
    "grades": [(None, "C", F(8, 10)), (70, "B", F(1)), (90, "A", F(12, 10))],
}
ABSENT = ("-", ("name", "scheduled_days"), ("name", "worked_days"))
MADE = {"sales": 100_000, "inquiries": 1000, "buyers": 300}


def group(word: str, x: Any = SALES, **words: Any) -> Any:
    return (word, x, {"within": "shop"} | words)


def test_tiers_times_a_coefficient_d30() -> None:
    rated = {"pay": SALES, "rate": table("slab", "rate", D2, by=CONVERSION)}
    assert one(rated | {"times": F(12, 10)}, MADE) == 3600
    factors = table("slab", "factor", [(None, F(8, 10)), (10, F(12, 10))], by=CALLS)
    # 100,000 at 3 % is 3,000; fewer than 10 calls: 80 %, from 10 on: 120 %
    assert [one(rated | {"times": factors}, MADE | {"calls": n}) for n in (9, 10)] == [2400, 3600]
    line = table("interpolated", "factor", [(0, F(1, 2)), (10, F(3, 2))], by=CALLS, below=0)
    assert [one(rated | {"times": line}, MADE | {"calls": n}) for n in (0, 3, 99)] == [1500, 2400, 4500]
    assert one(rated | {"times": CONVERSION, "amount": None}, MADE | {"inquiries": 0, "buyers": 0}) == 0
    # a cap acts on what is multiplied, a share of the month too: 1,000 x 1.2 x 11 / 22
    half = {"prorate": ("/", ("name", "worked_days"), ("name", "scheduled_days"))}
    row = {"worked_days": 11, "scheduled_days": 22, "calls": 10}
    assert one({"amount": 1000, "times": F(12, 10), "cap": 1100}, row) == 1100
    assert one({"amount": 1000, "times": factors} | half, row) == 600


def test_times_is_read_for_each_part_and_once_for_a_pool() -> None:
    rows = [{"shop": "A", "calls": 10, "sales": 1000}, {"shop": "B", "calls": 9, "sales": 2000}]
    factors = table("slab", "factor", [(None, F(1, 2)), (10, 2)], by=CALLS)
    part = {"pay": SALES, "rate": F(1, 10), "times": factors}
    assert paid(part | {"each": "shop"}, rows) == {"a": 200 + 100}
    assert paid(part, rows) == {"a": 600}
    people = [row | {"agent": agent, "shop": "A"} for row, agent in zip(rows, "ab", strict=True)]
    # 3,000 x 10 % x 2, for 19 calls
    assert paid(part | {"level": "shop", "share": {"by": "equal"}}, people) == {"a": 300, "b": 300}


@pytest.mark.parametrize(
    ("worked", "worth"), [(22, 1000), (21, 500), (20, 250), (19, 125), (23, 0)]
)  # fmt: skip
def test_each_absence_halves_d31(worked: int, worth: int) -> None:
    part = {"amount": ("*", 1000, ("power", F(1, 2), ABSENT))}
    assert one(part, {"worked_days": worked, "scheduled_days": 22}) == worth


def test_power_of_nothing_and_of_too_much() -> None:
    for n, worth in ((0, 1), (100, 1), (101, 0), (F(1, 2), 0)):
        assert one({"amount": ("power", F(1), n)}, {"calls": 1}) == worth
    assert one({"amount": ("power", CALLS, 0)}, {"calls": 0}) == 1
    assert one({"amount": ("power", CALLS, 0)}, {"calls": None}) == 0
    assert one({"amount": ("power", F(1, 2), CALLS)}, {"calls": None}) == 0


@pytest.mark.parametrize(
    ("sales", "buyers", "percent"), [(100_000, 300, 3), (100_000, 299, 2), (99_999, 300, 2), (99_999, 299, "1.5")]
)
def test_a_rate_of_two_measures_d32(sales: int, buyers: int, percent: Any) -> None:
    def inner(low: F, high: F) -> dict[str, Any]:
        return table("slab", "rate", [(None, low), (F(3, 10), high)], by=CONVERSION)

    rows = [(None, inner(F(3, 200), F(2, 100))), (100_000, inner(F(2, 100), F(3, 100)))]
    part = {"pay": SALES, "rate": table("slab", "rate", rows, by=SALES), "mode": "half_up"}
    got = one(part, {"sales": sales, "inquiries": 1000, "buyers": buyers})
    assert got == rounded(sales * F(percent) / 100, F(1, 100), "half_up")


def test_a_table_in_a_tier_is_read_only_where_its_tier_is_reached() -> None:
    inner = table("interpolated", "amount", [(F(0), 100), (F(1), 300)], by=CONVERSION, below=0)
    part = {"amount": table("slab", "amount", [(None, 50), (10, inner), (20, 70)], by=CALLS)}
    row = {"inquiries": 4, "buyers": 1}
    assert [one(part, row | {"calls": n}) for n in (9, 10, 19, 20)] == [50, 150, 150, 70]
    assert [one(part, {"inquiries": 0, "buyers": 0, "calls": n}) for n in (9, 10, 20)] == [50, 0, 70]


def test_a_retroactive_tier_pays_what_is_below_and_what_is_above_slice_by_slice() -> None:
    tiers = table("marginal", "rate", [(None, F(1, 100)), (10_000, F(2, 100)), (20_000, F(5, 100))])
    part = {"pay": SALES, "rate": tiers}
    sold = ("9999.99", 10_000, 15_000, 25_000)
    assert [one(part, {"sales": s}) for s in sold] == [100, 100, 200, 550]
    tiers["tiers"][1]["retroactive"] = True
    # all of 10,000 at 2 %; of 25,000 the first 20,000 at 2 % and 5,000 at 5 %
    assert [one(part, {"sales": s}) for s in sold] == [100, 200, 300, 650]
    tiers["bound"] = "above"
    assert [one(part, {"sales": s}) for s in (10_000, "10000.50")] == [100, F("200.01")]
    tiers["tiers"][1]["bound"] = "at_or_above"
    assert one(part, {"sales": 10_000}) == 200
    tiers["tiers"][2]["retroactive"] = True
    assert [one(part, {"sales": s}) for s in (20_000, 25_000)] == [400, 1250]
    assert one(part, {"sales": -100}) == 0


def test_a_retroactive_tier_of_units() -> None:
    tiers = table("marginal", "rate", [(5, 1), (F(19, 2), 2), (20, 3)], each_unit=True)
    part = {"pay": CALLS, "rate": tiers}
    assert [one(part, {"calls": n}) for n in (4, 5, 9, 10, 21)] == [0, 1, 5, 7, 31]
    tiers["tiers"][1]["retroactive"] = True
    # the tenth call is the first whole one from 9.5 on: ten at 2; of 21 nineteen at 2 and two at 3
    assert [one(part, {"calls": n}) for n in (9, 10, 19, 21)] == [5, 20, 38, 44]
    tiers["tiers"][0]["retroactive"] = True
    assert [one(part, {"calls": n}) for n in (4, 5, 9, 10)] == [0, 5, 9, 20]


def test_a_share_of_the_target_without_by_is_of_what_is_paid_on() -> None:
    tiers = [(None, F(1, 100)), (F(3, 4), F(2, 100)), (F(29, 20), F(3, 100))]
    part = {"pay": SALES, "rate": table("slab", "rate", tiers, relative=True)}
    aim = {"target_sales": 100_000}  # 1,000.00
    assert [one(part, {"sales": s} | aim) for s in (500, 750, 1450)] == [5, 15, F("43.5")]
    part["rate"]["mode"] = "marginal"
    assert one(part, {"sales": 1000} | aim) == F("7.50") + 5
    assert [one(part, {"sales": 1000, "target_sales": none}) for none in (None, 0)] == [0, 0]


def test_means_and_sums_are_of_each_ones_own_in_the_group() -> None:
    rows = [
        {"agent": "a", "sales": 100}, {"agent": "a", "sales": 200}, {"agent": "b", "sales": 100},
        {"agent": "c", "sales": None}, {"agent": "d", "sales": 50, "shop": "B"},
        {"agent": "e", "sales": 1000, "role": "lead"},
    ]  # fmt: skip
    agent = {"for": ("==", ("name", "role"), ("text", "agent"))}
    # the mean of 300 and 100 is 200, not 400 / 3 nor with the lead's 1,000
    assert paid(agent | {"amount": group("mean")}, rows) == {"a": 200, "b": 200, "c": 200, "d": 50, "e": 0}
    assert paid(agent | {"amount": group("sum")}, rows) == {"a": 400, "b": 400, "c": 400, "d": 50, "e": 0}
    above = agent | {"when": (">", SALES, group("mean")), "amount": 7}
    assert paid(above, rows) == {"a": 7, "b": 0, "c": 0, "d": 0, "e": 0}
    assert paid(agent | {"pay": ("-", SALES, group("mean")), "rate": 1, "floor": "none"}, rows)["b"] == -100
    some = group("sum", among=(">", SALES, 100))
    assert paid(agent | {"amount": some}, rows) == {"a": 300, "b": 300, "c": 300, "d": 0, "e": 0}


def test_the_best_of_some_and_the_record_of_some() -> None:
    rows = [
        {"agent": "a", "sales": 300, "inquiries": 5}, {"agent": "b", "sales": 200, "inquiries": 9},
        {"agent": "c", "sales": 250, "inquiries": None},
    ]  # fmt: skip
    least = (">=", ("name", "inquiries"), 6)
    assert paid({"amount": group("best", among=least)}, rows) == dict.fromkeys("abc", 200)
    before = [row | {"month": "2024-05"} for row in rows]
    last = group("record", over="last_month", among=least)
    assert paid({"amount": last}, [*rows, *before]) == dict.fromkeys("abc", 200)
    own = group("record", over="last_month", among=least, within=None)
    assert paid({"amount": own}, [*rows, *before]) == {"a": 0, "b": 200, "c": 0}


def test_to_date_of_the_year_and_the_quarter() -> None:
    sold = {"2023-12": 5000, "2024-01": 1000, "2024-04": 200, "2024-06": 30, "2024-07": 9999}
    rows = [{"month": month, "sales": sales} for month, sales in sold.items()]
    for over, worth in (("year", 1230), ("quarter", 230)):
        assert paid({"amount": ("to_date", SALES, {"over": over})}, rows) == {"a": worth}
    # a ratio is that of the sums: 46 of 100
    shares = [("2024-04", 10, 1), ("2024-06", 90, 45)]
    rows = [{"month": month, "inquiries": n, "buyers": k} for month, n, k in shares]
    assert paid({"amount": ("*", 100, ("to_date", CONVERSION, {"over": "quarter"}))}, rows) == {"a": 46}
    # a leader's year is the team's, whoever was in it then
    rows = [
        {"month": "2024-01", "agent": "x", "supervisor": "a", "sales": 100},
        {"month": "2024-01", "agent": "y", "supervisor": "b", "sales": 10},
        {"month": "2024-06", "agent": "y", "supervisor": "a", "sales": 1},
        {"month": "2024-06", "agent": "a", "role": "lead", "supervisor": None, "sales": 7},
    ]
    part = {"level": "team", "for": ("==", ("name", "role"), ("text", "lead"))}
    assert paid(part | {"amount": ("to_date", SALES, {"over": "year"})}, rows)["a"] == 101


def test_no_floor() -> None:
    part = {"amount": ("*", 100, ("-", CALLS, 10))}
    assert [one(part | floor, {"calls": 8}) for floor in ({}, {"floor": -50}, {"floor": "none"})] == [0, -50, -200]
    assert one(part | {"floor": "none", "cap": 300}, {"calls": 99}) == 300


def test_a_budget_is_divided_as_a_fund_is() -> None:
    rows = [{"agent": agent, "sales": sales} for agent, sales in (("a", 300), ("b", 200), ("c", -50), ("d", 0))]
    part = {"pay": SALES, "rate": 1, "floor": "none"}
    whole = {"a": 300, "b": 200, "c": -50, "d": 0}
    assert paid(part | {"budget": 500}, rows) == whole
    assert paid(part | {"budget": 250}, rows) == whole | {"a": 150, "b": 100}
    assert paid(part | {"budget": -1}, rows) == whole | {"a": 0, "b": 0}
    # 0.01 less: 299.994 and 199.996, the cent to the larger remainder; 499.999 is rounded down first
    assert paid(part | {"budget": F("499.99")}, rows) == whole | {"a": F("299.99"), "b": 200}
    assert paid(part | {"budget": F("499.999")}, rows) == whole | {"a": F("299.99"), "b": 200}
    same = [{"agent": agent, "sales": 100} for agent in "abc"]
    got = paid({"pay": SALES, "rate": 1, "budget": F("100.01")}, same)
    first = min("abc", key=lambda agent: digest("2024-06", "p0", agent))
    second = sorted("abc", key=lambda agent: digest("2024-06", "p0", agent))[1]
    assert {agent for agent in "abc" if got[agent] == F("33.34")} == {first, second}
    assert sum(got.values()) == F("100.01")


def test_a_budget_with_rounding_at_total_is_scaled_exactly() -> None:
    rows = [{"agent": agent, "sales": sales} for agent, sales in (("a", 1), ("b", 2))]
    parts = [{"pay": SALES, "rate": 1, "budget": 1}, {"amount": F("0.005")}]
    # 1/3 + 0.005 and 2/3 + 0.005, rounded once
    assert paid(parts, rows, at="total") == {"a": F("0.34"), "b": F("0.67")}
    assert paid(parts, rows) == {"a": F("0.34"), "b": F("0.68")}


@pytest.mark.parametrize(("calls", "grade", "worth"), [(69, "C", 80), (70, "B", 100), (90, "A", 120)])
def test_a_scorecard_in_what_is_paid(calls: int, grade: str, worth: int) -> None:
    coefficient, row = ("name", "coefficient"), {"sales": 10_000, "calls": calls}
    rated = {"score": CARD, "pay": SALES}
    assert one(rated | {"rate": F(1, 100), "times": coefficient}, row) == worth
    assert one(rated | {"rate": ("*", F(1, 100), coefficient)}, row) == worth
    inner = table("slab", "rate", [(None, ("*", F(1, 100), coefficient))], by=SALES)
    assert one(rated | {"rate": inner}, row) == worth
    factors = table("slab", "factor", [(None, F(8, 10)), (70, 1), (90, F(12, 10))], by=("name", "score"))
    assert one(rated | {"rate": F(1, 100), "times": factors}, row) == worth
    assert one(rated | {"rate": F(1, 100), "when": ("==", ("name", "grade"), ("text", grade))}, row) == 100


def test_nobody_is_paid_without_a_score() -> None:
    part = {"score": CARD, "amount": 9, "when": ("or", (">=", ("name", "score"), 60), (">", SALES, 1))}
    assert one(part, {"sales": 2, "calls": 0}) == 9
    assert one(part, {"sales": 2, "calls": None}) == 0
