"""Held-back months of real exports and of the bundled sample, and whether the intervals of differences cover."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.evidence import record
from tests.models.test_real_data import deals  # noqa: F401 - a fixture
from tests.models.worlds import Spec, make_world
from toolkit.core.period import Month
from toolkit.data.crediting.measures import measure_months
from toolkit.data.importing.demo import make_demo
from toolkit.data.tables.workspace import Workspace
from toolkit.models.outlook.backtest import METHODS, backtest_conversion

COMMAND = "nice -n 19 .venv/bin/pytest -m prove tests/proofs/test_backtest_proof.py"
SEEDS = 60
NAMES = {"baseline": "baseline", "raw": "raw rate so far", "last_month": "last month's rate", "team": "team's mean"}

pytestmark = pytest.mark.prove


@pytest.fixture(scope="module")
def sample_cells(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample")
    make_demo(folder)
    table = measure_months(Workspace.open(folder), Month.parse("2023-07"), Month.parse("2024-12")).table
    served = table[table["agent"].notna() & (table["inquiries"].fillna(0) > 0)]
    return served[["month", "agent", "shop", "inquiries", "buyers"]].dropna()


def lines_of(result):
    """Scores, differences and calibration as Markdown."""
    shown = result.differences.set_index(["method", "score"])
    lines = [
        f"{result.forecasts['month'].nunique()} held-back months, {len(result.forecasts):,} agent-months, "
        f"{result.forecasts['inquiries'].sum():,} inquiries. Differences are against the baseline, in ten-thousandths "
        "of a score an inquiry, above 0 when the baseline was better, with 95 % intervals.",
        "",
        "| forecast | Brier | difference | log score | difference | bias |",
        "|---|---|---|---|---|---|",
    ]
    for row in result.scores.to_dict("records"):
        apart = [""] * 2
        if row["method"] != "baseline":
            apart = [
                "{:+.2f} [{:+.2f}, {:+.2f}]".format(*(1e4 * shown.loc[(row["method"], score)]))
                for score in ("brier", "log_score")
            ]
        lines.append(
            f"| {NAMES[row['method']]} | {row['brier']:.5f} | {apart[0]} | {row['log_score']:.5f} | {apart[1]} | "
            f"{row['bias']:+.2%} |"
        )
    low, high = result.coverage[1:]
    months = result.forecasts.groupby("month")[["inquiries", "buyers"]].sum()
    rates = months["buyers"] / months["inquiries"]
    lines += [
        "",
        f"The team's rate ran from {rates.min():.1%} to {rates.max():.1%} in these months. What no month before tells "
        "of a month's level is in the intervals, not in the forecasts, and shows in the calibration.",
        "",
        f"Predictive 95 % intervals held {result.coverage[0]:.1%} of agent-months [{low:.1%}, {min(high, 1):.1%}].",
        "",
        "| tenth of the forecasts | inquiries | forecast | observed |",
        "|---|---|---|---|",
    ]
    rows = result.calibration.itertuples()
    return lines + [f"| {r.bin} | {r.n_inquiries:,} | {r.forecast:.1%} | {r.observed:.1%} |" for r in rows]


def not_worse(result, methods):
    """Whether no interval of a difference lies below 0."""
    chosen = result.differences[result.differences["method"].isin(methods)]
    return bool((chosen["upper"] >= 0).all())


def test_the_sample(sample_cells):
    result = backtest_conversion(sample_cells, np.random.default_rng(1), n_replicates=1000)
    record("Backtest: the bundled sample", COMMAND, lines_of(result))
    assert not_worse(result, METHODS[1:])
    assert 0.9 <= result.coverage[0] <= 0.99


@pytest.mark.xfail(
    strict=True,
    reason="deals are won at 80 % in the last month of a quarter, 50 to 57 % else: following the level is worse there "
    "than the team's mean, by .0031 of a Brier score",
)
def test_the_crm_export(deals):  # noqa: F811 - the fixture
    result = backtest_conversion(deals, np.random.default_rng(1), case_mix=("product",), n_replicates=1000)
    record("Backtest: maven_crm, closed deals by agent and product", COMMAND, lines_of(result))
    assert not_worse(result, METHODS[1:])
    assert result.coverage[0] >= 0.9


def spread(result, method):
    """The difference in Brier score, and its error clustered by agent alone."""
    part = result.forecasts
    n, y = part["inquiries"], part["buyers"]
    loss = {m: y * (1 - part[m]) ** 2 + (n - y) * part[m] ** 2 for m in ("baseline", method)}
    values = loss[method] - loss["baseline"]
    residual = values - values.sum() / n.sum() * n
    sums = residual.groupby(part["agent"]).sum()
    return stats.norm.ppf(0.975) * np.sqrt((sums**2).sum() * len(sums) / (len(sums) - 1)) / n.sum()


def test_intervals_of_differences_cover_when_clustered_by_agent_and_month():
    worlds = {
        "30 agents, 12 months": Spec(agents=30, months=12, shops=3, few=4),
        "the same, months differ by .3": Spec(agents=30, months=12, shops=3, few=4, season=0.42),
        "25 agents, 24 months": Spec(agents=25, months=24, shops=3, few=4),
    }
    rows = []
    for world, spec in worlds.items():
        for seed in range(SEEDS if spec.months == 12 else SEEDS // 3):
            result = backtest_conversion(make_world(seed, spec).cells, np.random.default_rng(seed), n_replicates=100)
            brier = result.differences[result.differences["score"] == "brier"].set_index("method")
            for method, row in brier.iterrows():
                half = (row["upper"] - row["lower"]) / 2
                rows.append((world, method, row["difference"], half, spread(result, method)))
    found = pd.DataFrame(rows, columns=["world", "method", "difference", "both", "agent"])
    away = (found["difference"] - found.groupby(["world", "method"])["difference"].transform("mean")).abs()
    covered = found.assign(both=away <= found["both"], agent=away <= found["agent"])
    means = covered.groupby(["world", "method"], sort=False)[["agent", "both"]].mean()
    lines = [
        f"Share of simulated teams whose 95 % interval of the difference in Brier score holds the mean difference of "
        f"all; {SEEDS} teams of 12 months, {SEEDS // 3} of 24.",
        "",
        "| team | against | clustered by agent | by agent and month, Student's t |",
        "|---|---|---|---|",
    ]
    lines += [f"| {w} | {NAMES[m]} | {r.agent:.0%} | {r.both:.0%} |" for (w, m), r in means.iterrows()]
    record("Backtest: coverage of the intervals", COMMAND, lines)
    assert (means["both"] >= means["agent"]).all()
    assert means["both"].mean() >= 0.92
