"""Would the stated chances have come true in the user's own past months?

For each of the last months the baseline is fitted to the months before it, targets are proposed at the volumes that
came, and those who reached them are counted: the share stated against the share that came.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.core.errors import InputError, Problem, UsageError
from toolkit.core.figures import counted
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.models.baseline.conversion import fit_conversion
from toolkit.models.baseline.counts import prepare_counts
from toolkit.models.outlook.backtest import forecastable
from toolkit.models.outlook.forecast import forecast_month
from toolkit.models.outlook.season import Season
from toolkit.models.targets.awards import at_least
from toolkit.models.targets.targets import TargetTerms, propose_targets, volume_thirds

MOST, LEAST = 8, 6
_FIRST, _NEW = 3, 6
_POINTS, _SIDE = 0.05, 0.75
_REPLICATES = 500
_KEPT: dict[bytes, AttainmentTest] = {}


@dataclass(frozen=True, slots=True)
class AttainmentTest:
    """Stated against realised attainment of the target.

    Parameters
    ----------
    agents : month, agent, inquiries, target, chance (stated), own (chance by the agent's rate so far), reached, new,
        volume.
    months : month, n_agents, target, stated, realised, gap (realised less stated).
    groups : column, value, n, stated, realised, gap: by volume third, and of those less than six months in.
    gap : mean over months, with its 95 % interval.
    error, own_error : mean squared distance between chance and what came, stated and by the agent's rate so far.
    flagged : whether the gap is more than these months' luck.
    text : the sentence for a report.
    """

    agents: pd.DataFrame
    months: pd.DataFrame
    groups: pd.DataFrame
    gap: tuple[float, float, float]
    error: float
    own_error: float
    flagged: bool
    text: Text


def try_attainment(
    cells: pd.DataFrame,
    case_mix: Sequence[str],
    terms: TargetTerms,
    seed: int,
    campaigns: Sequence[str] = (),
    season: Season | None = None,
) -> AttainmentTest:
    """Propose targets for each of the last months from those before it, and count who reached them.

    Parameters
    ----------
    cells : month, agent, the case-mix columns, inquiries, buyers.
    terms : shares and step of the proposal; its uplift and money are left out, for nothing was changed then.
    seed : the same for each month.
    campaigns : months neither learnt from nor tried.

    Raises
    ------
    InputError
        If fewer than six months can be tried.

    Notes
    -----
    The gap's interval is Student's t over months, which all agents share. It is flagged if the interval leaves 0 out,
    or if it is more than 5 points and three months in four lie on its side.
    """
    ready = prepare_counts(cells, case_mix, "inquiries", "buyers")
    frame = ready.frame.astype(dict.fromkeys(("month", "agent", *ready.case_mix), "str"))
    key = _key(frame, (ready.case_mix, terms.shares, terms.step, seed, tuple(campaigns), str(season)))
    if key not in _KEPT:
        plain = TargetTerms(shares=terms.shares, step=terms.step)
        asked, tried = (
            (plain, seed, campaigns, season),
            [m for m in ready.months[_FIRST:] if m not in campaigns][-MOST:],
        )
        _raise_if_few(len(tried))
        parts = [part for month in tried if len(part := _one_month(frame, ready.case_mix, month, asked))]
        _raise_if_few(len(parts))
        _KEPT.clear()  # the last one only: a report and its editions
        _KEPT[key] = _result(pd.concat(parts, ignore_index=True))
    return _KEPT[key]


def _raise_if_few(n_months: int) -> None:
    if n_months < LEAST:
        message = f"{counted(n_months, 'month')} can be tried; a verdict takes {LEAST}"
        raise InputError([Problem("cells", message, fix="add history", code="too-few-months")])


def _key(frame: pd.DataFrame, asked: tuple[object, ...]) -> bytes:
    digest = hashlib.sha256(repr(asked).encode())
    digest.update(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
    return digest.digest()


def _one_month(
    frame: pd.DataFrame,
    case_mix: tuple[str, ...],
    month: str,
    asked: tuple[TargetTerms, int, Sequence[str], Season | None],
) -> pd.DataFrame:
    """Return a row an agent of `month`; none where nothing of it could have been proposed."""
    (terms, seed, campaigns, season), past = asked, frame[frame["month"] < month]
    rng = np.random.default_rng(seed)
    try:
        baseline = fit_conversion(past, case_mix)
        coming = forecastable(baseline, frame[frame["month"] == month])
        forecast = forecast_month(baseline, coming.drop(columns="buyers"), rng, _REPLICATES, campaigns, season)
        proposal = propose_targets(forecast, terms, rng)
    except (InputError, UsageError):
        return pd.DataFrame()
    agents, first = proposal.agents, past.groupby("agent")["month"].min()
    came = agents["agent"].map(coming.groupby("agent")["buyers"].sum())
    sums = past.groupby("agent")[["inquiries", "buyers"]].sum()
    own = agents["agent"].map((sums["buyers"] + 0.5) / (sums["inquiries"] + 1))
    own = own.fillna(past["buyers"].sum() / past["inquiries"].sum())
    since = str(Month.parse(month).shift(1 - _NEW))
    return pd.DataFrame(
        {
            "month": month,
            "agent": agents["agent"],
            "inquiries": agents["inquiries"],
            "target": float(proposal.edges[1]),
            "chance": agents["chance_target"],
            "own": at_least(own.to_numpy(np.float64), agents["inquiries"], agents["need_target"]),
            "reached": (came >= agents["need_target"]).astype("float64"),
            "new": (agents["agent"].map(first).fillna(month) >= since) & (since > frame["month"].min()),
            "volume": volume_thirds(agents["inquiries"].to_numpy()),
        }
    )


def _result(agents: pd.DataFrame) -> AttainmentTest:
    from scipy.stats import t

    sums = agents.groupby("month")
    months = sums.agg(n_agents=("agent", "size"), target=("target", "first"), **_SHARES).reset_index()
    months["gap"] = gaps = months["realised"] - months["stated"]
    mean, n = float(gaps.mean()), len(gaps)
    half = float(t.ppf(0.975, n - 1) * gaps.std(ddof=1) / np.sqrt(n))
    one_side = max(float((gaps > 0).mean()), float((gaps < 0).mean())) >= _SIDE
    flagged = abs(mean) > half or (abs(mean) > _POINTS and one_side)
    new = agents[agents["new"]].assign(column="tenure", value="new")
    parts = pd.concat([agents.assign(column="volume", value=agents["volume"]), new])
    groups = parts.groupby(["column", "value"]).agg(n=("agent", "size"), **_SHARES).reset_index()
    groups["gap"] = groups["realised"] - groups["stated"]
    error, own_error = (float(((agents[c] - agents["reached"]) ** 2).mean()) for c in ("chance", "own"))
    gap = (mean, mean - half, mean + half)
    said = _sentence(months, gap, flagged)
    return AttainmentTest(agents, months, groups, gap, error, own_error, flagged, said)


_SHARES = {"stated": ("chance", "mean"), "realised": ("reached", "mean")}


def _sentence(months: pd.DataFrame, gap: tuple[float, float, float], flagged: bool) -> Text:
    n, stated, realised = len(months), float(months["stated"].mean()), float(months["realised"].mean())
    mean, low, high = (100 * x for x in gap)
    en = (
        f"Tried on the last {n} months: {stated:.0%} were said to reach the target, {realised:.0%} did: {mean:+.0f} "
        f"points, 95 % range {low:+.0f} to {high:+.0f}."
    )
    zh = (
        f"用最近 {n} 个月检验：预计 {stated:.0%} 的人达到目标，实际 {realised:.0%}，相差 {mean:+.0f} 个百分点（95% "
        f"范围 {low:+.0f} 至 {high:+.0f}）。"
    )
    if flagged:
        return Text(
            f"{en} That is more than chance: do not trust the stated shares.", f"{zh}这超出偶然：达成率不可全信。"
        )
    blind = (high - low) / 2
    return Text(
        f"{en} A gap of less than {blind:.0f} points cannot be seen in so few months.",
        f"{zh}月份太少，小于 {blind:.0f} 个百分点的偏差看不出来。",
    )
