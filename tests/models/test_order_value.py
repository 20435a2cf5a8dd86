from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from toolkit.core.errors import InputError, UsageError
from toolkit.models.baseline.conversion import fit_conversion
from toolkit.models.baseline.order_value import fit_order_value, order_cells
from toolkit.models.comparison.factors import split_change
from toolkit.models.outlook.forecast import default_plan, forecast_month, forecast_sales


def orders(seed=0, agents=30, months=6, sd=0.15, cv=0.8, per_month=40):
    """Single orders: log-normal amounts about 100.00, two shops, agents of known value."""
    r = np.random.default_rng(seed)
    effect = r.normal(0, sd, agents)
    a = np.repeat(np.arange(agents), months * per_month)
    t = np.tile(np.repeat(np.arange(months), per_month), agents)
    shop = r.integers(0, 2, len(a))
    sigma = np.sqrt(np.log1p(cv**2))
    month = r.normal(0, 0.05, (agents, months))
    amount = 10_000 * np.exp(effect[a] + 0.3 * shop + month[a, t] + sigma * r.standard_normal(len(a)) - sigma**2 / 2)
    frame = pd.DataFrame(
        {
            "month": [f"2024-{m + 1:02d}" for m in t],
            "agent": [f"a{i:02d}" for i in a],
            "shop": [f"s{i}" for i in shop],
            "amount": np.maximum(np.rint(amount), 1).astype(int),
        }
    )
    return frame, effect


def test_agents_values_are_recovered_and_covered():
    frame, effect = orders()
    baseline = fit_order_value(order_cells(frame))
    table = baseline.agents
    assert np.corrcoef(table["effect"], effect)[0, 1] > 0.9
    assert ((table["lower"] <= effect) & (effect <= table["upper"])).mean() >= 0.87
    low, high = baseline.summary["sd_agent_interval"]
    assert low < effect.std() < high
    shop = baseline.coefficients.query("term.str.startswith('shop=') and status == 'estimated'").iloc[0]
    assert abs(shop["estimate"]) == pytest.approx(0.3, abs=4 * shop["se"])


def test_dispersion_is_that_of_one_order():
    frame, _ = orders(cv=0.5)
    known = fit_order_value(order_cells(frame, quantile=1.0))
    assert known.fit.dispersion == pytest.approx(0.25, rel=0.1)
    totals = order_cells(frame)[["month", "agent", "shop", "orders", "sales"]]
    assert fit_order_value(totals).fit.dispersion == pytest.approx(0.25, rel=0.3)


def test_one_huge_order_is_shown_and_does_not_move_the_agent():
    frame, _ = orders(sd=0.0)
    huge = pd.concat([frame, frame.head(1).assign(agent="a05", amount=50_000_00)], ignore_index=True)
    plain, moved = (fit_order_value(order_cells(f)) for f in (frame, huge))
    finding = next(f for f in moved.findings if f.code == "one-order-dominates")
    assert finding.subject == "sales"
    assert finding.evidence["months"][0]["agent"] == "a05"
    assert finding.evidence["months"][0]["largest"] == 50_000_00
    tail = moved.tails.query("agent == 'a05' and month == '2024-01'").iloc[0]
    assert tail["sales"] - tail["sales_winsorised"] > 45_000_00
    assert moved.tail > plain.tail
    effect = moved.agents.set_index("agent")["effect"]
    assert effect["a05"] - plain.agents.set_index("agent")["effect"]["a05"] < 0.1


def test_totals_alone_say_that_the_tail_is_unseen():
    frame, _ = orders(agents=8, months=3)
    baseline = fit_order_value(order_cells(frame)[["month", "agent", "shop", "orders", "sales"]])
    assert "tail-unseen" in {f.code for f in baseline.findings}
    assert baseline.tail == 1.0
    assert baseline.tails.empty


def test_cells_without_positive_sales_are_counted_out():
    frame, _ = orders(agents=8, months=3)
    cells = order_cells(frame)[["month", "agent", "shop", "orders", "sales"]]
    cells.loc[:1, "sales"] = [0, -500]
    finding = next(f for f in fit_order_value(cells).findings if f.code == "no-positive-sales")
    assert finding.evidence == {"n": 2}


def test_wrong_values_are_refused():
    frame, _ = orders(agents=2, months=2)
    with pytest.raises(InputError, match="row 0: an order's amount is above 0"):
        order_cells(frame.assign(amount=0))
    with pytest.raises(UsageError, match="per orders or buyers"):
        fit_order_value(order_cells(frame), size="visitors")
    with pytest.raises(InputError, match="no cell has positive sales"):
        fit_order_value(order_cells(frame).assign(sales_winsorised=0))


def both_baselines(agents=25, months=8):
    r = np.random.default_rng(4)
    skill, value = r.normal(0, 0.3, agents), r.normal(0, 0.2, agents)
    rows = []
    for t in range(months):
        for a in range(agents):
            n = r.poisson(400)
            k = r.binomial(n, 1 / (1 + np.exp(1.1 - skill[a])))
            sales = round(10_000 * np.exp(value[a]) * r.gamma(k / 0.6) * 0.6)
            rows.append((f"2024-{t + 1:02d}", f"a{a:02d}", n, k, sales))
    cells = pd.DataFrame(rows, columns=["month", "agent", "inquiries", "buyers", "sales"])
    return cells, skill, value


def test_sales_are_inquiries_times_conversion_times_value():
    cells, skill, value = both_baselines()
    conversion, worth = fit_conversion(cells, case_mix=()), fit_order_value(cells, case_mix=(), size="buyers")
    plan = default_plan(conversion, "2024-09")
    rng = np.random.default_rng(1)
    found = forecast_sales(forecast_month(conversion, plan, rng, 2000), worth, plan, rng)
    n = found.table["inquiries"].to_numpy()
    truth = n / (1 + np.exp(1.1 - skill)) * 10_000 * np.exp(value)
    inside = (found.table["lower"] <= truth) & (truth <= found.table["upper"])
    assert inside.mean() >= 0.9
    assert found.total[1] < truth.sum() < found.total[2]
    np.testing.assert_allclose(
        found.table["sales"], found.table["buyers"] * found.table["revenue_per_buyer"], rtol=0.03
    )


def test_value_counts_where_the_buyers_are():
    # Shop x: 20 % buy for 100.00; shop y: 60 % for 300.00. Of 1,000 inquiries in each come 200 x 100 + 600 x 300.
    shops = {"x": (0.2, 100_00), "y": (0.6, 300_00)}
    cells = pd.DataFrame(
        [
            (f"2024-{t:02d}", f"a{a}", shop, 1000, round(1000 * rate) + (a + t) % 3 - 1, value)
            for t in range(1, 7)
            for a in range(6)
            for shop, (rate, value) in shops.items()
        ],
        columns=["month", "agent", "shop", "inquiries", "buyers", "value"],
    )
    cells["sales"] = cells["buyers"] * (cells["value"] + 1_00 * (cells["buyers"] % 3 - 1))
    conversion, worth = fit_conversion(cells), fit_order_value(cells, size="buyers")
    plan = default_plan(conversion, "2024-07")
    rng = np.random.default_rng(1)
    found = forecast_sales(forecast_month(conversion, plan, rng, 1000), worth, plan, rng)
    np.testing.assert_allclose(found.table["sales"], 200 * 100_00 + 600 * 300_00, rtol=0.02)
    np.testing.assert_allclose(found.table["revenue_per_buyer"], (200 * 100_00 + 600 * 300_00) / 800, rtol=0.02)


def test_value_per_order_is_not_revenue_per_buyer():
    cells, _, _ = both_baselines(agents=6, months=3)
    conversion = fit_conversion(cells, case_mix=())
    plan = default_plan(conversion, "2024-04")
    rng = np.random.default_rng(1)
    per_order = fit_order_value(cells.rename(columns={"buyers": "orders"}), case_mix=())
    with pytest.raises(UsageError, match="size='buyers'"):
        forecast_sales(forecast_month(conversion, plan, rng, 50), per_order, plan, rng)
    per_buyer = fit_order_value(cells, case_mix=(), size="buyers")
    with pytest.raises(UsageError, match="not the one"):
        forecast_sales(forecast_month(conversion, plan, rng, 50), per_buyer, plan.iloc[1:], rng)


def test_the_factor_split_takes_the_cells_sums():
    cells, _, _ = both_baselines(agents=6, months=2)
    sums = cells.groupby("month")[["inquiries", "buyers", "sales"]].sum()
    periods = [
        {
            "inquiries": int(r.inquiries),
            "conversion": Fraction(int(r.buyers), int(r.inquiries)),
            "revenue_per_buyer": Fraction(int(r.sales), int(r.buyers)),
        }
        for r in sums.itertuples()
    ]
    split = split_change(*periods)
    assert sum(split.parts.values()) == sums["sales"].iloc[1] - sums["sales"].iloc[0]
