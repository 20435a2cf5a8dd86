from __future__ import annotations

from typing import Any

import pandas as pd

from tests.studies.reconcile_world import case, classes, payroll, scheme
from toolkit.studies.reconcile.reconcile import Reconciliation, reconcile

# Li is due 50,000.00 x 4 % = 2,000.00, Wang 40,000.00 x 3 % = 1,200.00; 300.00 more is 12.00 to Li, 9.00 to Wang.
ROWS = [
    {"agent": "Li", "shop": "A", "buyers": 350, "sales": 5_000_000},
    {"agent": "Wang", "shop": "A", "buyers": 300, "sales": 4_000_000},
]


def order(order_id: str, agent: str | None, amount: int, **more: Any) -> dict[str, Any]:
    usual = {"shop": "A", "credit": "inquiry" if agent else "silent", "others": ()}
    return {"order_id": order_id, "agent": agent, "amount": amount, **usual, **more}


def run(orders: list[dict[str, Any]], li: int, wang: int = 120_000) -> Reconciliation:
    table = pd.DataFrame(orders).astype({"amount": "Int64"})
    return reconcile(case(ROWS, orders=table), payroll(("Li", "提成", li), ("Wang", "提成", wang)))


def sentence(result: Reconciliation, agent: str = "Li") -> str:
    return str(result.table.set_index("agent").loc[agent, "sentence_en"])


def test_an_order_of_a_colleague_paid_to_both_explains_the_one_who_should_not_have_it() -> None:
    result = run([order("O1", "Wang", 30_000), order("O2", "Wang", 44_000)], 201_200)
    assert classes(result.table) == {"Li": ("CREDIT",)}
    assert "order O1 (300.00) of Wang counted for Li" in sentence(result)


def test_without_an_order_of_that_size_nothing_is_explained() -> None:
    assert classes(run([order("O2", "Wang", 44_000)], 201_200).table) == {"Li": ("UNEXPLAINED",)}


def test_an_order_explains_only_in_its_shop() -> None:
    assert classes(run([order("O1", "Wang", 30_000, shop="B")], 201_200).table) == {"Li": ("UNEXPLAINED",)}


def test_ones_own_order_explains_no_excess_but_what_is_missing() -> None:
    own = [order("O1", "Li", 30_000)]
    assert classes(run(own, 201_200).table) == {"Li": ("UNEXPLAINED",)}
    less = run(own, 198_800)
    assert classes(less.table) == {"Li": ("CREDIT",)}
    assert "order O1 (300.00) not counted for Li" in sentence(less)


def test_an_order_whose_customer_asked_the_agent_is_named_first() -> None:
    orders = [order("O1", "Wang", 30_000), order("O2", "Zhao", 30_000, others=("Li",))]
    said = sentence(run(orders, 201_200))
    assert "order O2 (300.00, or another about as large) of Zhao counted for Li, whose customer asked Li too" in said


def test_an_order_of_nobody_can_have_been_paid_to_somebody() -> None:
    assert "order O1 (300.00) of nobody counted for Li" in sentence(run([order("O1", None, 30_000)], 201_200))


def test_two_differences_that_one_order_explains_name_it_on_both_sides() -> None:
    result = run([order("O1", "Wang", 30_000), order("O2", "Wang", 44_000)], 201_200, 119_100)
    assert classes(result.table) == {"Li": ("CREDIT",), "Wang": ("CREDIT",)}
    for agent in ("Li", "Wang"):
        assert "order O1 (300.00) counted for Li and not for Wang" in sentence(result, agent)


def test_differences_of_different_sums_are_no_pair() -> None:
    assert set(classes(run([order("O2", "Zhao", 44_000)], 201_200, 119_000).table).values()) == {("UNEXPLAINED",)}


def test_how_likely_an_order_is_found_by_chance_is_said() -> None:
    """The sum is known to 51 cents (12.00 +- 0.01 at 4 %): one order is a rare chance, orders 0.51 apart a sure one."""
    assert "for 0 of 100 sums of this size" in sentence(run([order("O1", "Wang", 30_000)], 201_200))
    dense = [order(f"O{i}", "Wang", amount) for i, amount in enumerate(range(14_900, 60_200, 51))]
    assert "for 100 of 100 sums of this size" in sentence(run(dense, 201_200))


def test_an_order_moves_the_pay_of_the_spell_in_its_shop() -> None:
    """Shop A pays 60,000.00 x 1.5 %, shop B 40,000.00 x 3 %: 2,100.00; 300.00 more in B is 9.00."""
    rows = [
        {"agent": "Li", "shop": "A", "buyers": 298, "sales": 6_000_000},
        {"agent": "Li", "shop": "B", "buyers": 302, "sales": 4_000_000},
    ]
    found = {}
    for shop in "AB":
        orders = pd.DataFrame([order("O1", "Wang", 30_000, shop=shop)]).astype({"amount": "Int64"})
        it = case(rows, scheme(each="each: spell"), orders=orders)
        found[shop] = classes(reconcile(it, payroll(("Li", "提成", 210_900))).table)
    assert found == {"A": {"Li": ("UNEXPLAINED",)}, "B": {"Li": ("CREDIT",)}}


def test_among_many_who_differ_no_pairs_are_made() -> None:
    """25 are paid 300.00 more at 4 %, 25 as much less: any two would fit."""
    rows = [{"agent": f"a{i:02d}", "shop": "A", "buyers": 350, "sales": 5_000_000 + 100 * i} for i in range(50)]
    lines = [
        (row["agent"], "提成", round(row["sales"] * 0.04) + (1_200 if i % 2 else -1_200)) for i, row in enumerate(rows)
    ]
    assert set(classes(reconcile(case(rows), payroll(*lines)).table).values()) == {("UNEXPLAINED",)}
