"""What the models say of one odd team, held against what is known of it."""

import numpy as np

from tests.models.odd_worlds import Odd, OddWorld, make_odd
from toolkit.core.errors import UsageError
from toolkit.models.baseline.conversion import ConversionBaseline, fit_conversion
from toolkit.models.baseline.order_value import fit_order_value
from toolkit.models.outlook.backtest import forecastable
from toolkit.models.outlook.forecast import default_plan, forecast_month, forecast_sales
from toolkit.models.outlook.season import outlook_findings
from toolkit.models.outlook.volume import fit_volume, forecast_volume, sales_at_drawn_volume, volume_findings
from toolkit.models.standing.funnel import LEVELS, funnel_of_month
from toolkit.models.standing.ranks import judge_ranking
from toolkit.models.standing.sorting import check_sorting, shop_skill, tipping, widened
from toolkit.models.targets.targets import TargetTerms, propose_targets

CODES = (
    "level-moves",
    "newcomers-learn",
    "season-unknown",
    "trend-or-season",
    "agents-sorted",
    "few-people-behind-shop",
    "shops-not-connected",
    "few-rotate-shop",
    "agent-shop",
    "month-with-holes",
    "not-converged",
)
COMPARISON = ("agents-sorted", "few-people-behind-shop", "shops-not-connected", "few-rotate-shop", "agent-shop")
"""Findings that warn of comparing agents."""
WORSE = 0.02


def figures(seed: int, spec: Odd) -> dict[str, float]:
    """Return every figure of one team; not a number where the toolkit says nothing."""
    world = make_odd(seed, spec)
    baseline = fit_conversion(world.cells)
    skill = shop_skill(baseline)
    if skill.found:
        baseline = widened(baseline, skill)
    sorting = check_sorting(baseline)
    plan = default_plan(baseline, world.month)
    forecast = forecast_month(baseline, plan, np.random.default_rng(seed), 1000)
    volume = fit_volume(baseline.cells, world.month)
    found = (*baseline.findings, *sorting.findings, *outlook_findings(forecast.outlook), *volume_findings(volume))
    said = {f.code for f in found}
    table, truth = baseline.agents, world.skill[list(baseline.agents["agent"])].to_numpy()
    mended = sorting.table if len(sorting.table) else table
    low, high = baseline.summary["sd_agent_interval"] or (np.nan, np.nan)
    funnel = funnel_of_month(baseline, baseline.cells.months[-1]).table
    drawn = forecast_volume(volume, forecast.agents, np.random.default_rng(seed), 1000)
    value = fit_order_value(world.cells, ("shop",), "buyers")
    sales = forecast_sales(forecast, value, plan, np.random.default_rng(seed))
    total = sales_at_drawn_volume(sales, forecast, drawn).total
    inquiries = np.quantile(drawn.total, (0.025, 0.975))
    return {
        "covers": _inside(table, truth),
        "covers_mended": _inside(mended, truth),
        **_correlations(baseline, truth, bool(said.intersection(COMPARISON))),
        **_ranks(baseline, world, sorted(set(plan["agent"])), seed),
        **_attainment(baseline, world, seed),
        "unknown": forecast.outlook.source == "unknown",
        "inner": np.mean(funnel["outside"] > 0),
        "outer": np.mean(funnel["outside"] == LEVELS[1]),
        "sd": low <= spec.sd <= high if low == low else np.nan,
        "volume": inquiries[0] <= world.coming["inquiries"].sum() <= inquiries[1],
        "sales": total[1] <= world.coming["sales"].sum() <= total[2],
        "tipping": bool(np.isfinite(tipping(baseline)).any()),
        **{code: code in said for code in CODES},
    }


def _inside(table, truth):
    return np.mean((table["lower"] <= truth) & (truth <= table["upper"]))


def _correlations(baseline: ConversionBaseline, truth, warned: bool) -> dict[str, float]:
    if np.ptp(truth) == 0:
        return {"adjusted": np.nan, "raw": np.nan, "worse": np.nan}
    adjusted, raw = (np.corrcoef(baseline.agents[c], truth)[0, 1] for c in ("effect", "raw"))
    return {"adjusted": adjusted, "raw": raw, "worse": adjusted < raw - WORSE and not warned}


def _ranks(baseline: ConversionBaseline, world: OddWorld, planned: list[str], seed: int) -> dict[str, float]:
    """Who is named, and whether true places lie inside; of people equally good any of their places is right."""
    try:
        judged = judge_ranking(baseline, np.random.default_rng(seed), planned)
    except UsageError:  # nobody to compare with
        return {"ranks": np.nan, "withheld": 1, "named": 0, "named_falsely": 0}
    inside = []
    for _, rows in judged.table.groupby("group"):
        truth = world.skill[list(rows["agent"])].to_numpy()
        first = 1 + (truth[None, :] > truth[:, None]).sum(axis=1)
        last = (truth[None, :] >= truth[:, None]).sum(axis=1)
        inside += list((rows["rank_lower"] <= last) & (first <= rows["rank_upper"]))
    named = {group: name for group, name in judged.named.items() if name}
    groups = judged.table.groupby("group")["agent"].apply(list)
    falsely = sum(
        world.skill[name] < world.skill[groups[g]].max() or world.skill.std() == 0 for g, name in named.items()
    )
    ranks = np.mean(inside) if inside else np.nan
    return {"ranks": ranks, "withheld": not inside, "named": len(named) > 0, "named_falsely": falsely > 0}


def _attainment(baseline: ConversionBaseline, world: OddWorld, seed: int) -> dict[str, float]:
    """Targets at the volumes that came, for those there before, held against who reached them."""
    rng, coming = np.random.default_rng(seed), forecastable(baseline, world.coming)
    coming = coming[coming["agent"].isin(baseline.cells.agents)]
    forecast = forecast_month(baseline, coming[["month", "agent", "shop", "inquiries"]], rng, 1000)
    try:
        proposal = propose_targets(forecast, TargetTerms(), rng)
    except UsageError:  # no three different lines
        return dict.fromkeys(("stated", "usual", "realised", "band"), np.nan)
    came = coming.groupby("agent")["buyers"].sum()[list(forecast.agents)].to_numpy()
    realised, row = np.mean(came >= proposal.agents["need_target"]), proposal.table.iloc[1]
    return {
        "stated": row["mean_attainment"],
        "usual": row["usual_attainment"],
        "realised": realised,
        "band": row["lower"] <= realised <= row["upper"],
    }
