"""The design study: candidates on the past, on drawn months, and if people answer, against truth known by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from tests.studies.design_world import COMING, D02, Spec, Team, flat, past_of, scheme_text
from toolkit.core.errors import InputError, UsageError
from toolkit.core.text import Text
from toolkit.models.comparison.factors import split_change
from toolkit.rules.scheme.loading import parse_scheme
from toolkit.rules.settle.inputs import SettlementTables
from toolkit.rules.settle.payroll import pay
from toolkit.studies.design.coming import Coming, ComingPay, luck_share, not_simulated, pay_coming, pay_world, winners
from toolkit.studies.design.health import edges_reached, health, inversions, near_edges
from toolkit.studies.design.overlays import Candidate
from toolkit.studies.design.past import PastMonths, PastPay, past_findings, pay_past, payable
from toolkit.studies.design.response import (
    Margins,
    Rise,
    break_even,
    one_more_buyer,
    risen,
    sales_of,
    say_even,
    scenario,
)
from toolkit.studies.design.study import DesignRequest, say_change, weigh
from toolkit.studies.design.world import Key, MonthModel, World, coming_rows, draw_month, read_month
from toolkit.studies.scheme_change.compare import pay_months

KEY = Key(7, COMING)


def candidate(name: str, body: str) -> Candidate:
    text = scheme_text(name, body)
    return Candidate(Text(name, name), parse_scheme(text), f"{name}.yaml", text)


def world_of(people: dict[str, tuple[int, int, int]], n: int = 1, **attributes: object) -> World:
    """A month in which everybody has the same in every replicate: inquiries, buyers, sales in minor units."""
    names, figures = list(people), np.array(list(people.values()), np.int64).T
    rows = pd.DataFrame({"month": COMING, "agent": names, "role": "agent", "shop": "s"}).astype("str")
    measures = ("inquiries", "buyers", "sales")
    columns = {m: np.repeat(v[None], n, axis=0) for m, v in zip(measures, figures, strict=True)}
    numbers = {m: pd.array(v, dtype="Int64") for m, v in zip(measures, figures, strict=True)}
    return World(COMING, rows.assign(**numbers, **attributes), columns, np.zeros((n, 0)))


@pytest.fixture(scope="module")
def past() -> PastMonths:
    return Team(1).past(2)


@pytest.fixture(scope="module")
def model(past: PastMonths) -> MonthModel:
    return read_month(past)


# On the past


def measures(rows: list[tuple[str, str, int, int, int]], **more: object) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["month", "agent", "inquiries", "buyers", "sales"])
    numbers = dict.fromkeys(("inquiries", "buyers", "sales"), "Int64")
    return frame.astype({"month": "str", "agent": "str", **numbers}).assign(role="agent", shop="s", **more)


TWO = measures(
    [
        ("2024-01", "a", 100, 20, 1_000_000), ("2024-01", "b", 100, 40, 2_000_000),
        ("2024-02", "a", 100, 35, 1_500_000), ("2024-02", "b", 100, 40, 1_000_000),
    ]
)  # fmt: skip


def test_every_month_is_paid_and_the_causes_add_up() -> None:
    # 3 % of sales: a 300 + 450, b 600 + 300. D02: a 1.5 % of 10,000 and 4 % of 15,000; b 6 % of 20,000 and of 10,000
    paid = pay_past(past_of(TWO), candidate("now", flat("3%")), [candidate("tiers", D02)])
    assert paid[0].by("month") == {"2024-01": 90_000, "2024-02": 75_000}
    assert paid[1].by("agent") == {"a": 15_000 + 60_000, "b": 120_000 + 60_000}
    assert paid[1].by("component") == {"commission": 255_000}
    against = paid[1].against
    assert against is not None
    assert dict(zip(against.people["agent"], against.people["difference"], strict=True)) == {"a": 0, "b": 90_000}
    assert sum(cause.effect for cause in against.causes) == paid[1].total - paid[0].total == 90_000


def test_a_refund_after_settlement_is_taken_back_at_the_rate_that_was_paid() -> None:
    refunds = pd.DataFrame(
        {"month": ["2024-02"], "agent": ["b"], "origin_month": ["2024-01"], "amount": [500_000], "order_id": ["1"]}
    )
    late = replace(past_of(TWO), tables=SettlementTables(refunds=refunds))
    paid = pay_past(late, candidate("now", flat("3%")), [candidate("tiers", D02)])
    assert paid[0].total == 165_000 - 15_000
    assert paid[1].total == 255_000 - 30_000
    against = paid[1].against
    assert against is not None
    assert sum(cause.effect for cause in against.causes) == paid[1].total - paid[0].total


def test_each_candidate_has_a_ledger_of_its_own() -> None:
    body = (
        "  - {id: q, period: quarter, accumulate: true, pay: sales, rate: {by: sales, mode: slab, "
        "tiers: [{rate: 1%}, {from: 20000, rate: 2%}]}}\n"
    )
    found = payable(candidate("quarter", body), past_of(TWO))
    # a: 10,000 at 1 % = 100; to date 25,000 at 2 % = 500, so 400 more. b: 20,000 at 2 % = 400; 30,000 at 2 % = 600, 200
    assert found.by("month") == {"2024-01": 10_000 + 40_000, "2024-02": 40_000 + 20_000}


def test_what_cannot_be_paid_is_said_by_name_and_the_rest_is_paid() -> None:
    body = flat("3%") + "  - {id: upsell, title: Upsell, pay: upsells, rate: 5}\n"
    paid = pay_past(past_of(TWO), candidate("now", flat("3%")), [candidate("more", body)])
    assert paid[1].total == paid[0].total
    (finding,) = [f for f in past_findings(paid) if f.code == "not-payable"]
    assert "Upsell cannot be paid on these months, because it needs upsells" in finding.message.en
    assert paid[1].name == Text("more (without Upsell)", "more（不含Upsell）")
    assert finding.severity == "review"


def test_months_without_a_value_are_told() -> None:
    some = TWO.assign(orders=pd.array([None, None, 3, 4], dtype="Int64"))
    paid = pay_past(
        past_of(some), candidate("now", flat("3%")), [candidate("o", "  - {id: o, pay: orders, rate: 1}\n")]
    )
    (finding,) = [f for f in past_findings(paid) if f.code == "no-value-in-months"]
    assert "in 1 of 2 months (2024-01 to 2024-01)" in finding.message.en


def test_somebody_in_two_places_is_paid_and_it_is_said() -> None:
    moved = measures([("2024-01", "a", 50, 10, 100), ("2024-01", "a", 50, 10, 100)], supervisor=["x", "y"])
    found = payable(candidate("now", flat("10%")), past_of(moved))
    assert found.total == 20
    assert found.pooled
    assert "last place of the month" in past_findings([found])[0].message.en


def test_another_currency_is_refused() -> None:
    with pytest.raises(UsageError, match="pays in CNY, the workspace is in USD"):
        payable(candidate("now", flat("3%")), replace(past_of(TWO), currency="USD"))


# Draws


def test_another_person_moves_nobody_elses_draws(model: MonthModel) -> None:
    first, new = model.rows.iloc[[0]].assign(agent="zz"), model.rows.iloc[[0]].assign(agent="0new")
    wide = replace(
        model,
        rows=pd.concat([new, model.rows, first], ignore_index=True),
        served=model.served + 2,
        share=np.r_[1.0, model.share, 1.0],
    )
    few, more = draw_month(model, KEY, 50), draw_month(wide, KEY, 50)
    assert more.agents == ("0new", *few.agents, "zz")
    for name, values in few.columns.items():
        assert (values == more.columns[name][:, 1:-1]).all(), name
    assert len(np.unique(more.columns["sales"][:, -1])) > 40
    again, other = draw_month(model, KEY, 50), draw_month(model, KEY._replace(seed=8), 50)
    assert all((values == again.columns[name]).all() for name, values in few.columns.items())
    assert (few.columns["sales"] != other.columns["sales"]).mean() > 0.99


def test_another_person_in_the_history_leaves_the_others_random_numbers(past: PastMonths, model: MonthModel) -> None:
    more = past.measures[past.measures["agent"] == "a00"].assign(agent="zz")
    wide = read_month(replace(past, measures=pd.concat([past.measures, more], ignore_index=True)))
    few, many = draw_month(model, KEY, 400), draw_month(wide, KEY, 400)
    for i in (3, 17):  # the fit moves a little, the draws do not: they go up and down together
        both = np.corrcoef(few.columns["inquiries"][:, i], many.columns["inquiries"][:, i])[0, 1]
        assert both > 0.9


def test_whoever_has_left_is_not_drawn(past: PastMonths) -> None:
    roster = pd.DataFrame({"agent": ["a03", "a04"], "left_on": pd.to_datetime(["2024-12-31", None])})
    found = read_month(replace(past, roster=roster))
    assert "a03" not in found.agents
    assert "a04" in found.agents
    nobody = pd.DataFrame({"agent": sorted(set(past.measures["agent"])), "left_on": pd.Timestamp("2024-12-31")})
    with pytest.raises(InputError, match="nobody who served in 2024-12 is there in 2025-01"):
        read_month(replace(past, roster=nobody))


def test_draws_hold_together_and_are_whole(model: MonthModel) -> None:
    c = draw_month(model, KEY, 200).columns
    assert (c["buyers"] <= c["inquiries"]).all()
    assert (c["sales"] == c["gross_sales"] - c["refunds"]).all()
    assert (c["sales"] >= 0).all()
    assert all(values.dtype == np.int64 for values in c.values())


def test_a_drawn_month_is_paid_as_pay_pays_it(past: PastMonths, model: MonthModel) -> None:
    world = draw_month(model, KEY, 3)
    body = D02 + "  - {id: best, when: 'sales >= record(sales, over: last_month)', amount: 100}\n"
    scheme = parse_scheme(scheme_text("s", body))
    cost = pay_world(scheme, world, past)
    for run in range(3):
        rows = world.rows.assign(**{name: pd.array(v[run], dtype="Int64") for name, v in world.columns.items()})
        every = pd.concat([past.measures, rows], ignore_index=True)
        due = pay(scheme, every, month=COMING).table.groupby("agent")["amount"].sum()
        assert cost.totals[run].tolist() == [int(due[a]) for a in cost.agents]


@pytest.mark.parametrize(
    ("body", "limits"),
    [
        ("  - {id: x, pay: sales, rate: 1%, period: quarter, accumulate: true}\n", ""),
        ("  - {id: x, pay: sales, rate: 1%, defer: [{after_months: 1, share: 20%}], leaver: release}\n", ""),
        (flat("1%") + "  - {id: x, when: buyers > 100, deduct: 10, kind: award_not_earned}\n", ""),
        (flat("1%") + "  - {id: x, when: streak('commission') >= 5, amount: 100}\n", ""),
        (flat("2%"), "limits: [{cap: 2000, period: year}]\n"),
        (flat("2%"), "limits: [{guarantee: 900, recoverable: true}]\n"),
        ("  - {id: x, level: shop, pay: sales, rate: 1%, undivided: true}\n", ""),
        ("  - {id: x, when: 'sales >= record(sales, over: all)', amount: 100}\n", ""),
        ("  - {id: x, when: 'sales >= record(sales, over: last(5))', amount: 100}\n", ""),
        ("  - {id: x, when: 'to_date(sales, over: year) > 60000', amount: 100}\n", ""),
    ],
)
def test_a_month_that_depends_on_earlier_ones_is_paid_as_pay_pays_it_on_its_ledger(
    past: PastMonths, model: MonthModel, body: str, limits: str
) -> None:
    """Each drawn month, appended to the real ones and paid by `pay`, costs the same: people, and funds of nobody."""
    text = scheme_text("s", body) + limits
    scheme = parse_scheme(text)
    (one,) = pay_past(past, Candidate(Text("s", "s"), scheme, "s.yaml", text), [])
    world = draw_month(model, KEY, 3)
    (paid,) = pay_coming(past, model, [one], (KEY.seed, 3)).pay
    assert paid.cost is not None, paid.refused
    cost = pay_world(scheme, world, past.left_by(one))
    for run in range(3):
        rows = world.rows.assign(**{name: pd.array(v[run], dtype="Int64") for name, v in world.columns.items()})
        every = pd.concat([past.measures, rows], ignore_index=True)
        ledger = pay_months(one.scheme, past.measures, past.first, past.last)
        due = pay(one.scheme, every, month=COMING, ledger=ledger).table
        due = due[due["month"] == COMING]
        mine = due.groupby("agent")["amount"].sum()
        assert cost.totals[run].tolist() == [int(mine.get(a, 0)) for a in cost.agents]
        assert int(cost.each[run]) == int(due["amount"].sum())


def test_only_order_lines_are_refused_by_name() -> None:
    (told,) = not_simulated(parse_scheme(scheme_text("s", "  - {id: x, pay: sales, rate: 1%, each: order}\n")))
    assert told.en.startswith("x: ")
    assert told.zh != told.en


def test_service_is_a_month_longer(past: PastMonths) -> None:
    served = past.measures.assign(tenure_months=pd.Series([Fraction(5)] * len(past.measures), dtype="object"))
    assert set(read_month(replace(past, measures=served)).rows["tenure_months"]) == {6}


def test_gains_and_losses_are_of_the_same_draws(past: PastMonths, model: MonthModel) -> None:
    world = draw_month(model, KEY, 200)
    base, less = (pay_world(parse_scheme(scheme_text("s", flat(rate))), world, past) for rate in ("3%", "2.9%"))
    table = winners(less, base)
    assert (table["p_loses"] == 1).all()
    assert (table["p_gains"] == 0).all()
    assert (less.each - base.each).std() / base.each.std() < 0.05


def test_a_scheme_that_takes_a_little_from_everybody_is_not_called_one_by_which_people_keep(past: PastMonths) -> None:
    now = candidate("now", D02)
    worse = candidate("worse", D02.replace("30.5%, rate", "31%, rate"))
    request = DesignRequest(replicates="200", seed="7")
    study = weigh(past, now, [worse], request, request.terms())
    said = say_change(1, study)
    assert said is not None
    table = study.winners_of(1)
    assert table is not None
    assert (table["difference"] <= 0).all()
    lose = int((table["difference"] < -0.5).sum())
    assert f"On average 0 of {len(table)} people gain, {lose} lose" in said.en
    assert lose > 5


# Luck


def test_luck_in_both_senses_against_months_of_known_people(past: PastMonths, model: MonthModel) -> None:
    team, scheme = Team(1), parse_scheme(scheme_text("flat", flat("3%")))
    own = team.volume
    luck = luck_share(scheme, model, past, (KEY, 600, own))
    r = np.random.default_rng(5)
    truth = []
    for volumes in (own, np.full(len(own), own.mean())):
        sales = team.months(r, 400, volumes)["sales"].astype(float)
        truth.append(sales.var(axis=0).mean() / sales.var())
    assert luck.own_volume == pytest.approx(truth[0], abs=0.08)
    assert luck.equal_volume == pytest.approx(truth[1], abs=0.12)
    assert luck.own_volume < luck.equal_volume


def test_pay_that_does_not_differ_has_no_share_of_luck(past: PastMonths, model: MonthModel) -> None:
    scheme = parse_scheme(scheme_text("fixed", "  - {id: x, amount: 100}\n"))
    assert luck_share(scheme, model, past, (KEY, 20, np.full(25, 300.0))).own_volume is None


# If people answer


@pytest.mark.parametrize(
    ("now", "then", "margin"), [("3%", "3.5%", "40%"), ("1.5%", "6%", "25%"), ("2%", "2.01%", "1/3")]
)
def test_break_even_of_a_linear_scheme_is_the_closed_form(now: str, then: str, margin: str) -> None:
    world = world_of({"a": (1000, 300, 10**8), "b": (800, 200, 7 * 10**7)}, n=3)
    rates = [Fraction(x.rstrip("%")) / 100 for x in (now, then)]
    m = Fraction(margin) if "/" in margin else Fraction(margin.rstrip("%")) / 100
    before = rates[0] * sales_of(world)
    found = break_even(parse_scheme(scheme_text("s", flat(then))), (world, past_of(TWO), KEY), before, m)
    assert found.rise == pytest.approx(float((rates[1] - rates[0]) / (m - rates[1])), abs=1e-9)


def test_break_even_when_nothing_is_to_be_earned_back_and_when_it_never_is() -> None:
    world, on = world_of({"a": (1000, 300, 10**8)}), parse_scheme(scheme_text("s", flat("3%")))
    assert break_even(on, (world, past_of(TWO), KEY), Fraction(3 * 10**6), Fraction(2, 5)).rise == 0
    dear = parse_scheme(scheme_text("s", flat("30%")))
    assert break_even(dear, (world, past_of(TWO), KEY), Fraction(0), Fraction(1, 5)).rise is None


def test_a_rise_that_costs_the_shop_is_not_hidden_behind_a_cheaper_start() -> None:
    # 30 % of sales at 9,000 of pay in force for 100,000 of sales; profit is 20 % of one more sale: every rise loses
    world = world_of({"a": (1000, 300, 10_000_000)})
    dear = parse_scheme(scheme_text("s", flat("30%")))
    found = break_even(dear, (world, past_of(TWO), KEY), Fraction(3_000_000), Fraction(1, 5))
    assert (found.rise, found.lost) == (0, 0.025)
    assert "At a rise of 2.5% the extra profit is less than the extra pay" in say_even(found, Text("s", "s")).en


def test_a_jump_beyond_the_break_even_is_told() -> None:
    # 30 % converted, 3 % paid; at 40 % (a rise of a third) the rate is 60 % of all sales, far above a margin of 40 %
    body = D02.replace("rate: 6%", "rate: 60%").replace("from: 30%, rate: 3%", "from: 30%, rate: 3.1%")
    world = world_of({"a": (1000, 300, 10_000_000)})
    on = (world, past_of(TWO), KEY)
    found = break_even(parse_scheme(scheme_text("s", body)), on, Fraction(300_000), Fraction(2, 5))
    assert found.rise is not None
    assert 0 < found.rise < 0.1
    assert found.lost == 0.4


def test_one_more_buyer_of_a_linear_scheme_pays_rate_times_value() -> None:
    world = world_of({"a": (1000, 400, 4_000_000), "b": (500, 100, 3_000_000), "c": (9, 9, 900)}, n=2)
    scheme = parse_scheme(scheme_text("s", flat("3%")))
    table = one_more_buyer(scheme, world, past_of(TWO), pay_world(scheme, world, past_of(TWO)))
    assert table["value"].tolist() == [10_000, 30_000, 100]
    assert table["reward"].tolist() == [300, 900, 3]
    assert table["dead"].tolist() == [False, False, True]


def test_one_more_buyer_where_people_compete_moves_nobody_else() -> None:
    world = world_of({"a": (100, 40, 4_000_00), "b": (100, 40, 4_000_00 - 1)})
    body = "  - {id: first, rank: {by: sales, order: highest, within: shop, ties: split}, amount: [500]}\n"
    scheme = parse_scheme(scheme_text("s", body))
    table = one_more_buyer(scheme, world, past_of(TWO), pay_world(scheme, world, past_of(TWO)))
    assert table["reward"].tolist() == [0, 50_000]


def test_a_larger_rise_never_means_fewer_buyers_nor_more_than_inquiries(model: MonthModel) -> None:
    world = draw_month(model, KEY, 30)
    steps = [risen(world, Rise(Fraction(k, 100)), KEY).columns["buyers"] for k in (0, 1, 2, 5, 10, 400)]
    assert (steps[0] == world.columns["buyers"]).all()
    assert all((b >= a).all() for a, b in pairwise(steps))
    assert (steps[-1] <= world.columns["inquiries"]).all()
    mean = steps[4].sum() / steps[0].sum()
    assert mean == pytest.approx(1.10, abs=0.002)


def test_b1_to_the_cent() -> None:
    """10 agents x 3,000 inquiries x 40 % x 100: conversion to 48 % and value to 120 make 1.2 m 1.728 m."""
    world = world_of({f"a{i}": (3000, 1200, 12_000_000) for i in range(10)})
    after = risen(world, Rise(Fraction(1, 5), Fraction(1, 5)), KEY)
    assert after.columns["buyers"].tolist() == [[1440] * 10]
    assert (sales_of(world), sales_of(after)) == (120_000_000, 172_800_000)
    before, then = (
        {"inquiries": 30_000, "conversion": c, "value": v}
        for c, v in ((Fraction(2, 5), 10_000), (Fraction(12, 25), 12_000))
    )
    split = split_change(before, then)
    assert split.after - split.before == sales_of(after) - sales_of(world) == 52_800_000


def test_b3_to_the_cent_and_average_and_incremental_margin_apart() -> None:
    """100,000 of inquiry sales at 30 %, profit 40 %: at 40 % +13,333.33; under D2's own tiers pay rises by 5,000."""
    world = world_of({"a": (1000, 300, 10_000_000)})
    scheme, margins = parse_scheme(scheme_text("d2", D02)), Margins(Fraction(2, 5), Fraction(2, 5))
    now = Fraction(int(pay_world(scheme, world, past_of(TWO)).totals.sum()))
    assert now == 300_000
    found = scenario(scheme, (world, past_of(TWO), KEY), Rise(Fraction(1, 3)), now, margins)
    assert found.gain is not None
    assert [round(x) for x in (found.sales[1], found.pay[1], found.gain.profit_gain, found.gain.net)] == [
        13_333_333, 800_000, 1_333_333, 833_333
    ]  # fmt: skip
    assert found.profit_average is not None
    assert round(found.profit_average) == 5_333_333
    flat_reward = replace(found.gain, reward=Fraction(300_000))
    assert round(flat_reward.profit_gain - flat_reward.reward) == 1_033_333
    dearer = scenario(
        scheme, (world, past_of(TWO), KEY), Rise(Fraction(1, 3)), now, Margins(Fraction(2, 5), Fraction(3, 5))
    )
    assert dearer.gain is not None
    assert round(dearer.gain.profit_gain) == 2_000_000
    assert round(dearer.gain.profit_before) == 4_000_000


def test_b4_both_sides_gain() -> None:
    """+528,000 of sales bring 200,000 after cost; a tenth of it goes back to the agents."""
    world = world_of({f"a{i}": (3000, 1200, 12_000_000) for i in range(10)})
    scheme = parse_scheme(scheme_text("share", "  - {id: share, pay: sales, rate: 10% * 200 / 528}\n"))
    now = Fraction(int(pay_world(scheme, world, past_of(TWO)).totals.sum()))
    margins = Margins(None, Fraction(200, 528))
    found = scenario(scheme, (world, past_of(TWO), KEY), Rise(Fraction(1, 5), Fraction(1, 5)), now, margins)
    assert found.gain is not None
    assert (found.gain.profit_gain, found.gain.reward, found.gain.net) == (20_000_000, 2_000_000, 18_000_000)


# Health


def paid_as(body: str, world: World) -> tuple[ComingPay, World]:
    scheme = parse_scheme(scheme_text("s", body))
    ledger = pd.DataFrame({"component": "commission", "agent": list(world.agents), "amount": 0})
    one = PastPay(candidate("s", body), scheme, (), ledger)
    return ComingPay(one, pay_world(scheme, world, past_of(TWO)), None), world


def test_health_worked_by_hand() -> None:
    people = {"a": (100, 45, 450_000), "b": (100, 33, 330_000), "c": (100, 20, 2_000_000), "d": (100, 30, 300_000)}
    base = pd.array([100_000] * 4, dtype="Int64")
    one, world = paid_as(D02, world_of(people, n=2, base_pay=base))
    points = {p.code: p for p in health(one, world)}
    # paid: a 270, b 115.50, c 300, d 90
    assert one.cost is not None
    assert one.cost.totals[0].tolist() == [27_000, 11_550, 30_000, 9_000]
    told = {c: points[c].value for c in ("at_threshold", "at_target", "at_stretch", "cost_of_sales", "pay_mix")}
    assert told == pytest.approx(
        {"at_threshold": 0.75, "at_target": 0.25, "at_stretch": 0.25, "cost_of_sales": 77_550 / 3_080_000,
         "pay_mix": 19_387.5 / 119_387.5}
    )  # fmt: skip
    assert points["at_target"].outside
    assert points["inversions"].value == 0
    assert points["sentences"].value == 4
    assert points["measures"].value == 3
    assert all(p.definition.zh and p.source.zh and p.customary.zh for p in points.values())


def test_the_edges_of_one_figure_are_not_mixed_with_those_of_another() -> None:
    inner = "{by: sales, mode: slab, tiers: [{rate: 1%}, {from: 100, rate: 2%}]}"
    body = (
        "  - {id: commission, when: inquiries >= 50, pay: sales, rate: {by: conversion, mode: slab, tiers: "
        f"[{{from: 0%, rate: {inner}}}, {{from: 30%, rate: {inner}}}]}}}}\n"
    )
    one, world = paid_as(body, world_of({"a": (100, 50, 500_000), "b": (40, 10, 5_000)}))
    levels = {p.code: p for p in health(one, world) if p.code.startswith("at_")}
    assert set(levels) == {"at_target"}  # sales 100, which stands in both tiers, is one edge
    assert levels["at_target"].value == 0.5


def test_an_inversion_is_found_and_named() -> None:
    body = "  - {id: x, when: inquiries < 50, amount: 100}\n" + flat("1%")
    one, world = paid_as(body, world_of({"a": (100, 50, 500_000), "b": (40, 10, 100_000)}))
    assert one.cost is not None
    table = inversions(one.cost, world)
    assert table[["agent", "other", "pay", "other_pay"]].to_numpy().tolist() == [["a", "b", 5_000, 11_000]]


def test_who_stands_near_an_edge(model: MonthModel) -> None:
    world = world_of({"a": (100, 30, 100), "b": (100, 10, 100)}, n=4)
    world.columns["buyers"][:, 0] = [29, 30, 28, 36]
    one, _ = paid_as(D02, world)
    found = near_edges(one, world)
    near = set(zip(found["agent"], found["edge_en"], found["chance"], strict=True))
    assert ("a", "conversion 30%", 0.5) in near
    assert "b" not in set(found["agent"])


def test_edges_of_a_team_are_not_judged_by_a_persons_figures() -> None:
    body = D02.replace("id: commission,", "id: commission, level: team,")
    scheme = parse_scheme(scheme_text("s", body))
    world = world_of({"a": (100, 30, 100)})
    ledger = pd.DataFrame({"component": ["commission"], "agent": ["a"], "amount": [0]})
    one = ComingPay(PastPay(candidate("s", body), scheme, (), ledger), None, None)
    assert list(edges_reached(one, world)) == []


# What is asked


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (DesignRequest(replicates="50"), "replicates are 100 to 10,000"),
        (DesignRequest(replicates="many"), "replicates is a whole number"),
        (DesignRequest(margin="much"), "margin is a share"),
        (DesignRequest(budget="x"), "budget is"),
        (DesignRequest(uplift="-5%"), "uplift is from 0 to 200 %"),
    ],
)
def test_a_word_that_cannot_be_read_is_told(request_: DesignRequest, said: str) -> None:
    with pytest.raises(UsageError) as error:
        request_.terms()
    assert said in error.value.of("en")


def test_the_users_own_rise_stands_among_the_usual_ones() -> None:
    assert [float(r.buyers) for r in DesignRequest(uplift="8%").terms().rises] == [0, 0.05, 0.08, 0.1]
    assert len(DesignRequest(uplift="5%").terms().rises) == 3


def test_cost_is_about_what_true_months_cost() -> None:
    team = Team(4, Spec(agents=12))
    past, scheme = team.past(5), parse_scheme(scheme_text("s", D02))
    paid = pay_past(past, candidate("now", D02), [])
    coming: Coming = pay_coming(past, read_month(past), paid, (3, 400))
    true = team.months(np.random.default_rng(6), 300)
    rows = team.rows(COMING, {n: v[0] for n, v in true.items()})
    known = pay_world(scheme, World(COMING, rows, true, np.zeros((300, 0))), past).each
    assert coming.base is not None
    assert coming.base.quantile(0.05) < known.mean() < coming.base.quantile(0.95)
    assert 0.6 < coming.base.each.std() / known.std() < 2.5


def test_the_rows_of_the_coming_month_worked_by_hand() -> None:
    """a: two channels of one place; b moved on the 16th, c is a supervisor, and some orders are nobody's."""
    day, end, whole = (pd.Timestamp(d) for d in ("2024-12-15", "2024-12-31", "2024-12-01"))
    rows = [
        ("a", "agent", "s", "x", None, whole, end, 100, 30, 100, Fraction(10), Fraction(20), 900),
        ("a", "agent", "s", "y", None, whole, end, 300, 60, 300, Fraction(20), None, 100),
        ("b", "agent", "s", "x", None, whole, day, 50, 10, 50, Fraction(9), Fraction(10), 10),
        ("b", "agent", "t", "x", None, pd.Timestamp("2024-12-16"), end, 70, 20, 70, Fraction(8), Fraction(11), 20),
        ("b", "agent", "s", None, None, whole, end, 0, 0, 0, None, None, 5),
        ("c", "supervisor", "s", None, None, whole, end, 0, 0, 0, None, None, 0),
        (None, None, "s", None, "silent", whole, end, None, None, None, None, None, 77),
    ]
    names = ["agent", "role", "shop", "channel", "credit", "from", "to", "inquiries", "buyers", "receptions"]
    table = pd.DataFrame(rows, columns=[*names, "reply_seconds", "worked_days", "sales"]).assign(month="2024-12")
    texts = dict.fromkeys(("agent", "role", "shop", "channel", "credit", "month"), "str")
    numbers = dict.fromkeys(("inquiries", "buyers", "receptions", "sales"), "Int64")
    found, served = coming_rows(past_of(table.astype(texts | numbers)), COMING)
    assert served == 2
    assert found["agent"].iloc[:3].tolist() == ["a", "b", "c"]
    a, b = found.iloc[0], found.iloc[1]
    assert (a["inquiries"], a["sales"], a["reply_seconds"], a["worked_days"]) == (400, 1000, Fraction(35, 2), 20)
    assert (b["shop"], b["inquiries"], b["worked_days"]) == ("t", 70, 11)
    assert len(found) == 4  # what b left behind in the old place is in no row
    assert found["sales"].iloc[3] == 77
    assert set(found["month"]) == {COMING}
    assert set(found["from"]) == {pd.Timestamp("2025-01-01")}
