from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from tests.studies.reconcile_world import COMMISSION, case, payroll, scheme
from toolkit.core.errors import UsageError
from toolkit.studies.reconcile.due import check_items, due_for, narrow, pay_items, stands_alone
from toolkit.studies.reconcile.reconcile import reconcile

LI = {"agent": "Li", "buyers": 350, "sales": 5_000_000}
WANG = {"agent": "Wang", "buyers": 300, "sales": 4_000_000}
BONUS = "  - {id: bonus, when: conversion >= 35%, amount: 1000}\n"
FASTEST = "  - {id: best, rank: {by: conversion, order: highest, ties: split}, amount: [800]}\n"


def test_an_item_that_stands_for_nothing_known_is_refused_with_what_there_is() -> None:
    with pytest.raises(UsageError, match=r"'presales.comission'; there are presales.commission, presales.limit"):
        check_items([scheme()], {"提成": ("presales.comission",)})


def test_a_component_under_two_items_is_refused() -> None:
    with pytest.raises(UsageError, match="'提成' and '奖金'"):
        check_items([scheme()], COMMISSION | {"奖金": ("presales.commission",)})


def test_components_of_one_item_add_up() -> None:
    both = {"提成": ("presales.commission", "presales.bonus")}
    it = case([LI, WANG], scheme(extra=BONUS), items=both)
    assert pay_items(it, it.schemes, it.measures, it.month).amounts == {
        ("Li", "提成"): 300_000,
        ("Wang", "提成"): 120_000,
    }


def test_what_no_item_stands_for_is_counted() -> None:
    it = case([LI, WANG], scheme(extra=BONUS))
    assert pay_items(it, it.schemes, it.measures, it.month).without_item() == {"presales.bonus": (1, 100_000)}


def test_the_year_to_date_is_of_all_its_months() -> None:
    """3 % of what was sold since January: 40,000 in May and 50,000 in June."""
    it = case([LI | {"sales": 5_000_000}], scheme(extra='  - {id: ytd, pay: "to_date(sales, over: year)", rate: 3%}\n'))
    earlier = it.measures.assign(month=str(it.month.shift(-1)), sales=4_000_000).astype(it.measures.dtypes)
    both = replace(it, measures=pd.concat([earlier, it.measures]), items={"年": ("presales.ytd",)})
    assert due_for(both, it.month).amounts == {("Li", "年"): 270_000}


def test_a_limit_can_stand_under_an_item() -> None:
    capped = scheme(extra="limits: [{cap: 1500}]\n")
    together = case([LI], capped, items={"提成": ("presales.commission", "presales.limit")})
    assert set(reconcile(together, payroll(("Li", "提成", 150_000))).table["class"]) == {"MATCH"}
    apart = reconcile(case([LI], capped), payroll(("Li", "提成", 150_000)))
    assert apart.table["difference"].tolist() == [-50_000]
    lost = [f.message.en for f in apart.findings if f.code == "component-without-item"]
    assert lost == ["presales.limit gives -500.00 to 1 person; no payroll item stands for it, not compared."]


def test_amounts_that_only_a_total_makes_whole_are_whole_items() -> None:
    """100.33 x 1.5 % = 1.50495 twice: 3.0099, rounded once to 3.01."""
    halves = scheme(extra="  - {id: more, pay: sales, rate: 1.5%}\nrounding: {step: 0.01, mode: half_up, at: total}\n")
    items = {"提成": ("presales.commission", "presales.more", "presales.rounding")}
    it = case([{"agent": "Li", "buyers": 100, "sales": 10_033}], halves, items=items)
    assert pay_items(it, it.schemes, it.measures, it.month).amounts == {("Li", "提成"): 301}


def test_people_whose_pay_depends_on_others_are_paid_with_all() -> None:
    alone, together = scheme(extra=BONUS), scheme(extra=FASTEST)
    assert (stands_alone(alone), stands_alone(together)) == (True, False)
    assert set(narrow(case([LI, WANG], alone), {"Li"}).measures["agent"]) == {"Li"}
    assert set(narrow(case([LI, WANG], together), {"Li"}).measures["agent"]) == {"Li", "Wang"}


@pytest.mark.parametrize("function", ["mean", "sum", "best"])
def test_people_whose_pay_reads_others_are_paid_with_all(function: str) -> None:
    call = f"{function}(sales, within: shop{', order: highest' if function == 'best' else ''})"
    reads = scheme(extra=f'  - {{id: above, when: "sales >= 50% * {call}", amount: 100}}\n')
    assert set(narrow(case([LI, WANG], reads), {"Li"}).measures["agent"]) == {"Li", "Wang"}


def test_a_prize_that_went_to_another_is_judged_among_all() -> None:
    items = {"排名奖": ("presales.best",)}
    it = case([LI, WANG], scheme(extra=FASTEST), items=items)
    table = reconcile(it, payroll(("Wang", "排名奖", 80_000))).table
    assert dict(zip(table["agent"], table["class"], strict=True)) == {"Li": "DUE_NOT_PAID", "Wang": "PAID_NOT_DUE"}
