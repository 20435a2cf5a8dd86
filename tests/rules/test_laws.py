"""Laws that hold for any measures, searched for counterexamples by hypothesis."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolkit.core.errors import InputError
from toolkit.rules.explain.ledger_text import ledger_frame
from toolkit.rules.pay.ledger import LedgerRows
from toolkit.rules.scheme.loading import parse_scheme
from toolkit.rules.settle.payroll import pay

HEADING = "language: 1\nscheme: laws\ntitle: Laws\ncurrency: CNY\nin_force: {from: 2024-01-01}\n"
NAMES = ("NA", "null", "007", "=cmd|'/c calc'!A1", "<img src=x onerror=alert(1)>", "李", "a b", "-1")
MONTH = "2024-06"

modest = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
cents = st.integers(-(10**7), 10**9)
people = st.lists(
    st.tuples(cents, st.integers(0, 5), st.integers(0, 5), st.sampled_from("AB")), min_size=1, max_size=len(NAMES)
)


def frame(rows: list[tuple[int, int, int, str]], names: tuple[str, ...] = NAMES) -> pd.DataFrame:
    """Measures in memory form: sales in cents, buyers, inquiries beyond the buyers, shop."""
    sales, buyers, more, shops = zip(*rows, strict=True)
    return pd.DataFrame(
        {
            "month": pd.Series([MONTH] * len(rows), dtype="str"),
            "agent": pd.Series(names[: len(rows)], dtype="str"),
            "shop": pd.Series(shops, dtype="str"),
            "sales": pd.array(sales, dtype="Int64"),
            "buyers": pd.array(buyers, dtype="Int64"),
            "inquiries": pd.array([b + m for b, m in zip(buyers, more, strict=True)], dtype="Int64"),
        }
    )


def paid(text: str, measures: pd.DataFrame) -> LedgerRows:
    return pay(parse_scheme(HEADING + text), measures, month=MONTH)


def by_agent(rows: LedgerRows) -> dict[str, Fraction]:
    table = rows.table
    return {agent: Fraction(int(amount)) for agent, amount in table.groupby("agent")["amount"].sum().items()}


POOL = "components: [{{id: pool, level: shop, pay: sales, rate: 7.3%, share: {}}}]\n"


@modest
@given(people, st.sampled_from(["equal", "sales", "{by: inquiries, cap: 9999.99, excess: redistribute}"]))
def test_the_parts_of_a_pool_sum_to_the_pool(rows: list, share: str) -> None:
    measures = frame(rows)
    whole = paid("components: [{id: pool, level: shop, pay: sales, rate: 7.3%, undivided: true}]\n", measures).table
    parts = paid(POOL.format(share), measures).table
    for group, pool in zip(whole["scope"], whole["amount"], strict=True):
        mine = parts[parts["scope"] == group]
        unshared = (mine["status"] == "informative").any()
        all_capped = "cap" in share and ((mine["amount"] == 999_999) | (mine["by_value"] == 0)).all()
        assert mine["amount"].sum() == pool or unshared or all_capped
        assert not unshared or not mine["amount"].any()


@modest
@given(people, st.integers(0, 10**8))
def test_fund_bound_rows_never_exceed_the_fund(rows: list, fund: int) -> None:
    text = "components: [{id: commission, pay: sales, rate: 7%}, {id: fixed, amount: 100.01}]\n"
    text += f"limits: [{{fund: {fund / 100:.2f}}}]\n"
    amounts = by_agent(paid(text, frame(rows)))
    positive = sum(amount for amount in amounts.values() if amount > 0)
    before = sum(a for a in by_agent(paid(text.split("limits")[0], frame(rows))).values() if a > 0)
    assert positive == min(before, fund)


@modest
@given(people, st.integers(0, 10**6))
def test_a_cap_holds_to_the_cent_with_what_was_withheld(rows: list, cap: int) -> None:
    text = "components: [{id: commission, pay: sales, rate: 3%}]\n"
    earned = by_agent(paid(text, frame(rows)))
    table = paid(text + f"limits: [{{cap: {cap / 100:.2f}}}]\n", frame(rows)).table
    for agent, mine in table.groupby("agent"):
        withheld = -mine.loc[mine["step"] == "limit", "amount"].sum()
        assert mine["amount"].sum() == min(earned[agent], cap)
        assert mine["amount"].sum() + withheld == earned[agent]


@modest
@given(st.lists(st.integers(0, 10**9), min_size=2, max_size=4, unique=True), cents)
def test_a_marginal_table_is_continuous(edges: list[int], sales: int) -> None:
    edges = sorted(edges)
    tiers = ", ".join(f"{{from: {e / 100:.2f}, rate: {3 + 2 * i}%}}" for i, e in enumerate(edges))
    scheme = parse_scheme(
        HEADING + f"components: [{{id: m, pay: sales, rate: {{mode: marginal, tiers: [{tiers}]}}}}]\n"
    )
    amounts = [
        int(pay(scheme, frame([(value, 1, 1, "A")]), month=MONTH).table["amount"].iloc[0])
        for value in (sales, sales + 1, *edges, *(e - 1 for e in edges))
    ]
    assert 0 <= amounts[1] - amounts[0] <= 1
    assert all(
        0 <= at - under <= 1 for at, under in zip(amounts[2 : 2 + len(edges)], amounts[2 + len(edges) :], strict=True)
    )


EVERYTHING = """\
define: {conversion: buyers / inquiries}
components:
  - id: commission
    pay: sales
    rate: {by: conversion, mode: slab, tiers: [{from: 0%, rate: 1.5%}, {from: 30%, rate: 3%}, {from: 50%, rate: 6%}]}
  - {id: places, rank: {by: buyers, order: highest, within: shop, ties: split}, amount: [100, 50.01]}
  - {id: pool, level: shop, pay: sales, rate: 1%, share: inquiries}
  - {id: best, when: "conversion >= best(conversion, within: shop)", amount: 33.33}
limits: [{cap: 4000}, {fund: 1% * sales, level: shop}, {guarantee: 20}]
"""


@modest
@given(people, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(rows: list, random: object) -> None:
    measures = frame(rows)
    order = list(range(len(rows)))
    random.shuffle(order)  # type: ignore[attr-defined]
    pd.testing.assert_frame_equal(
        ledger_frame(paid(EVERYTHING, measures)),
        ledger_frame(paid(EVERYTHING, measures.iloc[order].reset_index(drop=True))),
    )


@modest
@given(people)
def test_replaying_a_month_gives_the_same_rows(rows: list) -> None:
    measures = frame(rows)
    before = measures.copy(deep=True)
    pd.testing.assert_frame_equal(
        ledger_frame(paid(EVERYTHING, measures), "zh"), ledger_frame(paid(EVERYTHING, measures), "zh")
    )
    pd.testing.assert_frame_equal(measures, before)


@modest
@given(people, st.permutations(NAMES))
def test_other_names_move_only_the_spare_cents_of_ties(rows: list, names: list[str]) -> None:
    text = EVERYTHING.split("limits")[0]
    ours, theirs = by_agent(paid(text, frame(rows))), by_agent(paid(text, frame(rows, tuple(names))))
    pairs = [(ours[a], theirs[b]) for a, b in zip(NAMES, names, strict=False) if a in ours and b in theirs]
    assert all(abs(a - b) <= 2 for a, b in pairs)
    assert sum(ours.values()) == sum(theirs.values())


@modest
@given(st.integers(10**15, 10**17), st.integers(1, 10**12), st.integers(1, 10**12))
def test_amounts_beyond_64_bits_are_right(sales: int, buyers: int, more: int) -> None:
    text = (
        "define: {conversion: buyers / inquiries}\ncomponents: [{id: c, pay: sales, rate: conversion * 99.999999%}]\n"
    )
    row = paid(text, frame([(sales, buyers, more, "A")])).table
    exact = Fraction(sales) * Fraction(buyers, buyers + more) * Fraction(99999999, 10**8)
    assert int(row["amount"].iloc[0]) == int(exact + Fraction(1, 2))


def test_a_literal_of_more_digits_than_money_has_is_refused_when_read() -> None:
    with pytest.raises(InputError, match="more than 30 digits"):
        parse_scheme(HEADING + f"components: [{{id: c, amount: {'9' * 31}}}]\n")
