"""Would the baseline have forecast the user's own months better than simpler numbers?

For every month t the baseline is fitted to the months up to t and forecasts t + 1 at the volumes that came. It is
held against each agent's raw rate so far, last month's rate, and the team's mean. Differences are judged by their
months, because agents share a month's luck; of fewer than six months they are shown, not judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.core.errors import InputError, Problem
from toolkit.core.figures import counted
from toolkit.core.text import Text
from toolkit.models.baseline.conversion import ConversionBaseline, fit_conversion
from toolkit.models.baseline.counts import Floats, prepare_counts
from toolkit.models.outlook.forecast import forecast_month

METHODS: tuple[str, ...] = ("baseline", "raw", "last_month", "team")
_OWN = Text("this baseline", "本基线")
JUDGED = 6
"""Held-back months from which the baseline is judged: with fewer, a month's own luck makes false verdicts."""
_NAMES: tuple[tuple[str, Text], ...] = (
    ("raw", Text("the agent's raw rate", "客服历史原始转化率")),
    ("last_month", Text("last month's rate", "上月转化率")),
    ("team", Text("the team's mean", "团队均值")),
)


@dataclass(frozen=True, slots=True)
class Backtest:
    """Forecasts against what came.

    Parameters
    ----------
    forecasts : month, agent, inquiries, buyers, and the forecast rate of each method, and lower, upper (95 %
        predictive, buyers) and inside, whether buyers lie between.
    scores : method, brier, log_score (both per inquiry, lower is better), bias.
    differences : method, score, difference (method less baseline, mean of the months' differences an inquiry), lower,
        upper (95 %, blank for one month); above 0 the baseline was better.
    calibration : bin, n_inquiries, forecast, observed: tenths of the baseline's forecasts.
    coverage : share of agent-months inside the 95 % interval, with its 95 % interval.
    text : the sentence for a report.
    """

    forecasts: pd.DataFrame
    scores: pd.DataFrame
    differences: pd.DataFrame
    calibration: pd.DataFrame
    coverage: tuple[float, float, float]
    text: Text


def backtest_conversion(
    cells: pd.DataFrame,
    rng: np.random.Generator,
    case_mix: Sequence[str] = ("shop",),
    first: int = 3,
    n_replicates: int = 500,
) -> Backtest:
    """Fit up to each month and forecast the next.

    Parameters
    ----------
    first : months in the first fit, at least 2.

    Raises
    ------
    InputError
        If there are not more than `first` months, or none of the later ones can be forecast.

    Notes
    -----
    Left out of a month are cells of levels without buyers and non-buyers before, and newcomers among fewer than four
    agents: nobody could have forecast them.
    """
    ready = prepare_counts(cells, case_mix, "inquiries", "buyers")
    months, frame = list(ready.months), ready.frame.astype(dict.fromkeys(("month", "agent", *ready.case_mix), "str"))
    if len(months) <= max(first, 2):
        raise InputError(
            [
                Problem(
                    "cells",
                    f"{len(months)} months; a backtest needs more than {max(first, 2)}",
                    fix="add history",
                    code="too-few-months",
                )
            ]
        )
    parts = []
    for t in range(max(first, 2), len(months)):
        past, coming = frame[frame["month"] < months[t]], frame[frame["month"] == months[t]]
        baseline = fit_conversion(past, ready.case_mix)
        if len(coming := forecastable(baseline, coming)):
            parts.append(_one_month(baseline, past, coming, (rng, n_replicates)))
    if not parts:
        raise InputError([Problem("cells", "no month has a level known from the months before", code="too-few-months")])
    forecasts = pd.concat(parts, ignore_index=True)
    scores, differences = _scores(forecasts)
    inside = _clustered(forecasts["inside"].to_numpy(np.float64), np.ones(len(forecasts)), forecasts)
    return Backtest(
        forecasts,
        scores,
        differences,
        _calibration(forecasts),
        inside,
        _sentence(scores, differences, inside, len(parts)),
    )


def forecastable(baseline: ConversionBaseline, coming: pd.DataFrame) -> pd.DataFrame:
    """Return the cells of a coming month that somebody could have forecast."""
    for column in baseline.cells.case_mix:
        coming = coming[coming[column].isin(baseline.fit.design.factor(column).levels)]
    return coming if baseline.fit.variances.estimable[0] else coming[coming["agent"].isin(baseline.cells.agents)]


def _one_month(
    baseline: ConversionBaseline, past: pd.DataFrame, coming: pd.DataFrame, draw: tuple[np.random.Generator, int]
) -> pd.DataFrame:
    forecast = forecast_month(baseline, coming.drop(columns="buyers"), *draw)
    table = forecast.table[["month", "agent", "inquiries", "buyers_lower", "buyers_upper"]].rename(
        columns={"buyers_lower": "lower", "buyers_upper": "upper"}
    )
    came = coming.groupby("agent")["buyers"].sum()
    drawn = (forecast.buyers.sum(axis=0) + 0.5) / (len(forecast.buyers) * forecast.n + 1)  # a log score is finite
    table = table.assign(buyers=table["agent"].map(came).astype("int64"), baseline=drawn)
    team = past["buyers"].sum() / past["inquiries"].sum()
    for name, part in (("raw", past), ("last_month", past[past["month"] == past["month"].max()])):
        sums = part.groupby("agent")[["inquiries", "buyers"]].sum()
        own = (sums["buyers"] + 0.5) / (sums["inquiries"] + 1)
        table[name] = table["agent"].map(own).fillna(team).astype("float64")
    inside = (table["lower"] <= table["buyers"]) & (table["buyers"] <= table["upper"])
    return table.assign(team=float(team), inside=inside)


def _losses(forecasts: pd.DataFrame, method: str) -> dict[str, Floats]:
    n, y, p = (forecasts[c].to_numpy(np.float64) for c in ("inquiries", "buyers", method))
    return {"brier": y * (1 - p) ** 2 + (n - y) * p**2, "log_score": -(y * np.log(p) + (n - y) * np.log1p(-p))}


def _scores(forecasts: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    n = forecasts["inquiries"].to_numpy(np.float64)
    losses = {method: _losses(forecasts, method) for method in METHODS}
    scores = pd.DataFrame(
        [
            {
                "method": method,
                **{score: float(loss.sum() / n.sum()) for score, loss in losses[method].items()},
                "bias": float(((forecasts[method] * n) - forecasts["buyers"]).sum() / n.sum()),
            }
            for method in METHODS
        ]
    )
    rows = []
    for method in METHODS[1:]:
        for score in ("brier", "log_score"):
            mean, low, high = by_months(losses[method][score] - losses["baseline"][score], n, forecasts["month"])
            rows.append({"method": method, "score": score, "difference": mean, "lower": low, "upper": high})
    return scores, pd.DataFrame(rows)


def by_months(values: Floats, weights: Floats, months: pd.Series[str] | Sequence[str]) -> tuple[float, float, float]:
    """Return the mean of the months' values a weight with its 95 % interval by Student's t on the months.

    Parameters
    ----------
    values, weights, months : of each agent-month, e.g. differences of losses and inquiries; a month's own is
        sum(values) / sum(weights).

    Returns
    -------
    mean, lower, upper
        The ends are not a number for one month.

    Notes
    -----
    All agents of a month share its luck, so that months, not agents, are the independent observations.

    References
    ----------
    Ibragimov & Mueller (2010), J. Business & Economic Statistics 28, 453 (t on the means of few clusters).
    """
    from scipy.stats import t

    sums = pd.DataFrame({"values": values, "weights": weights}).groupby(np.asarray(months, dtype=object)).sum()
    means = (sums["values"] / sums["weights"]).to_numpy(np.float64)
    g, mean = len(means), float(means.mean())
    half = float(t.ppf(0.975, g - 1) * means.std(ddof=1) / np.sqrt(g)) if g > 1 else float("nan")
    return mean, mean - half, mean + half


def _clustered(values: Floats, weights: Floats, forecasts: pd.DataFrame) -> tuple[float, float, float]:
    """Return sum(values) / sum(weights) with a 95 % interval clustered by agent and by month (linearised ratio).

    Notes
    -----
    A month's own level moves all its agents at once, so that agents alone are not independent. The variance is the sum
    of both clusterings less the overlap, and never below the agents'; Student's t with one less than the fewer
    clusters.

    References
    ----------
    Cameron, Gelbach & Miller (2011), J. Business & Economic Statistics 29, 238; Cameron & Miller (2015), J. Human
    Resources 50, 317, section VI.
    """
    from scipy.stats import t

    ratio = float(values.sum() / weights.sum())
    residual = pd.Series(values - ratio * weights, index=forecasts.index)
    both = [residual.groupby(forecasts[by]).sum().to_numpy() for by in ("agent", "month")]
    agent, month = (float(np.sum(r**2)) * len(r) / max(len(r) - 1, 1) for r in both)
    variance = max(agent + month - float(np.sum(residual.to_numpy() ** 2)), agent)
    clusters = [len(r) for r in both if len(r) > 1]
    half = float(t.ppf(0.975, min(clusters) - 1) * np.sqrt(variance) / weights.sum()) if clusters else float("nan")
    return ratio, ratio - half, ratio + half


def _calibration(forecasts: pd.DataFrame, n_bins: int = 10) -> pd.DataFrame:
    ordered = forecasts.sort_values("baseline", kind="stable")
    share = ordered["inquiries"].cumsum() / ordered["inquiries"].sum()
    bins = np.minimum((share.to_numpy() * n_bins).astype(int), n_bins - 1)
    weighted = ordered.assign(bin=bins, expected=ordered["baseline"] * ordered["inquiries"])
    sums = weighted.groupby("bin")[["inquiries", "expected", "buyers"]].sum().reset_index()
    return pd.DataFrame(
        {
            "bin": sums["bin"] + 1,
            "n_inquiries": sums["inquiries"],
            "forecast": sums["expected"] / sums["inquiries"],
            "observed": sums["buyers"] / sums["inquiries"],
        }
    )


def _sentence(
    scores: pd.DataFrame, differences: pd.DataFrame, inside: tuple[float, float, float], n_months: int
) -> Text:
    share = Text(
        f"{inside[0]:.0%} of agent-months lay inside their 95 % range.", f"{inside[0]:.0%} 的客服月落在 95% 范围内。"
    )
    if n_months < JUDGED:
        return _numbers(1e4 * scores.set_index("method")["brier"], n_months, share)
    squared = differences[differences["score"] == "brier"].set_index("method")
    words_en, words_zh = [], []
    for method, name in _NAMES:
        row = squared.loc[method]
        state = 1 if row["lower"] > 0 else -1 if row["upper"] < 0 else 0
        verdict = {1: "better than", 0: "not distinguishable from", -1: "worse than"}[state]
        words_en.append(f"{verdict} {name.en}")
        words_zh.append({1: f"优于{name.zh}", 0: f"与{name.zh}无法区分", -1: f"不如{name.zh}"}[state])
    return Text(
        f"Over {n_months} held-back months the baseline's forecasts were {'; '.join(words_en)}. {share.en}",
        f"在 {n_months} 个留出月份中，基线预测{'；'.join(words_zh)}。{share.zh}",
    )


def _numbers(errors: pd.Series[float], n_months: int, share: Text) -> Text:
    """Say the errors of too few months, without a word on which is better."""
    told = [(name, f"{errors[method]:,.1f}") for method, name in (("baseline", _OWN), *_NAMES)]
    en, zh = ", ".join(f"{n.en} {x}" for n, x in told), "，".join(f"{n.zh} {x}" for n, x in told)
    return Text(
        f"In {counted(n_months, 'held-back month')}, too few to judge by (it takes {JUDGED}), the errors in "
        f"ten-thousandths were: {en}. {share.en}",
        f"留出月份只有 {n_months} 个，不足以下结论（至少需要 {JUDGED} 个）；误差（万分之一）：{zh}。{share.zh}",
    )
