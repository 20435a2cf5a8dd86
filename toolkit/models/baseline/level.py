"""Each agent's level now: what a converged fit says of the coming month, with levels that move and newcomers who learn.

`walk` estimates how levels move; a tenure curve is fitted beside it where newcomers are seen to learn. The mean effect
over all months stays in the agents' table; forecasts and targets use the level of the coming month.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from toolkit.core.findings import Finding
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.models.baseline.counts import CaseCounts, Floats, Ints
from toolkit.models.baseline.design import PRIOR_SD
from toolkit.models.baseline.effects import matrix_root, variance_grid, variances_spread
from toolkit.models.baseline.glm import NestedFit
from toolkit.models.baseline.walk import AgentMonths, Filtered, Moves, filter_months, fit_moves, some_agents

MOVES_LR = 3.84
"""Twice the log-likelihood from which levels are said to move (5 %); what is shown does not depend on it."""
BINS = (0, 1, 2, 3, 5, 8)
"""Months since first seen at which each bin of the tenure curve begins: 0, 1, 2, 3-4, 5-7, 8 and more."""
_JOINERS, _SURE = 5, 0.01
_FIRST_WALK, _LEAST, _LEAST_DRAWN = 0.002, 0.005, 1e-10
_MANY = 1000


@dataclass(frozen=True, slots=True)
class Tenure:
    """Newcomers against those there in the first month, on the link scale.

    Parameters
    ----------
    bins : first month of each bin that was seen, rising.
    effect, se : of each bin, (bins,).
    p_value : joint Wald test.
    """

    bins: tuple[int, ...]
    effect: Floats
    se: Floats
    p_value: float


@dataclass(frozen=True, slots=True)
class Level:
    """Levels of the coming month.

    Parameters
    ----------
    rows, moves, filtered : second stage, its variances, and the pass at them.
    base : the fit it rests on.
    ratio : twice the log-likelihood gained by letting levels move.
    tenure : the curve, None where none is shown.
    coming_bin : column of the coming month's tenure bin of each agent, -1 for none, (agents,).
    effect, se : current level against the population mean and its error, (agents,).
    kept : share of the difference the data support, 1 - variance left / variance before, (agents,).
    """

    rows: AgentMonths
    moves: Moves
    filtered: Filtered
    base: NestedFit
    ratio: float
    tenure: Tenure | None
    coming_bin: Ints
    effect: Floats
    se: Floats
    kept: Floats

    @property
    def n_columns(self) -> int:
        """Number of the design's columns; those of tenure stand behind them."""
        return len(self.base.design.terms)

    @property
    def beta(self) -> Floats:
        """Fixed effects of the design's columns."""
        return self.filtered.beta[: self.n_columns]

    @property
    def cov(self) -> Floats:
        """Their covariance."""
        return self.filtered.cov[: self.n_columns, : self.n_columns]

    @property
    def moved(self) -> bool:
        """Whether the data show that levels move."""
        return self.ratio > MOVES_LR


def current_level(cells: CaseCounts, fit: NestedFit) -> Level | None:
    """Return the levels of the month after the last; None where agents or months are too few to tell levels from luck.

    Notes
    -----
    Always on: with no variance of moves it is the nested model, mean and width. se^2 is the filter's variance, the
    error of the fixed effects it is read against, and what the estimated variances add (as for the mean effect).

    References
    ----------
    Robinson (1991), Statistical Science 6, 15 (prediction of random effects); Self & Liang (1987), JASA 82, 605 (why
    3.84 is strict for a variance at its bound).
    """
    if not all(fit.variances.estimable[:2]):
        return None
    plain = _agent_months(cells, fit)
    moves, ratio = _moves(plain, fit)
    rows, bins, tenure = _with_tenure(plain, moves, fit)
    filtered, coming = filter_months(rows, moves), np.full(rows.n_agents, -1)
    if tenure is not None:
        moves, ratio = _moves(rows, fit)
        filtered, coming = filter_months(rows, moves), _coming_bins(plain, bins)
        tenure = _curve(filtered, bins, len(fit.design.terms))
    effect, load = _read(filtered, coming)
    fixed = np.einsum("ij,jk,ik->i", load, filtered.cov, load)
    prior = moves.start + moves.walk * rows.span
    se = np.sqrt(filtered.variance + fixed + variances_spread(fit))
    kept = 1 - filtered.variance / prior if prior > 0 else np.zeros(rows.n_agents)
    return Level(rows, moves, filtered, fit, ratio, tenure, coming, effect, se, kept)


def _agent_months(cells: CaseCounts, fit: NestedFit) -> AgentMonths:
    c, numbers = fit.collapsed, {m: _number(m) for m in cells.months}
    inner, months = c.strata
    seen = cells.frame["month"].cat.codes.to_numpy()[cells.month_start]
    number = np.array([numbers[m] for m in cells.months], np.int64)[seen]
    order = np.argsort(number, kind="stable")
    return AgentMonths(
        np.column_stack([months.x.matrix.toarray(), months.z])[order],
        np.maximum(1 / months.w - fit.variances.month, 1e-12)[order],
        months.group[order],
        number[order],
        len(c.z),
        max(numbers.values()) + 1,
        inner.xx + np.diag(c.prior),
        inner.xz,
    )


def _number(month: str) -> int:
    parsed = Month.parse(month)
    return parsed.year * 12 + parsed.number


def _moves(rows: AgentMonths, fit: NestedFit) -> tuple[Moves, float]:
    """Return the better of the two fits, with levels that stand and that may move, and the ratio of both."""
    v, some = fit.variances, some_agents(rows)
    still, without = fit_moves(some, Moves(max(v.agent, _LEAST), 0.0, max(v.month, _LEAST)))
    moving, with_walk = fit_moves(some, Moves(max(still.start, _LEAST), _FIRST_WALK, max(still.month, _LEAST)))
    return (moving, 2 * (with_walk - without)) if with_walk > without else (still, 0.0)


def _first_seen(rows: AgentMonths) -> Ints:
    first = np.full(rows.n_agents, np.iinfo(np.int64).max)
    np.minimum.at(first, rows.agent, rows.month)
    return first


def _bin(since: Ints, joined: Ints) -> Ints:
    """Return the bin of so many months since first seen, -1 for those there in the first month."""
    found: Ints = np.where(joined > 0, np.searchsorted(BINS, since, side="right") - 1, -1)
    return found


def _with_tenure(rows: AgentMonths, moves: Moves, fit: NestedFit) -> tuple[AgentMonths, tuple[int, ...], Tenure | None]:
    """Add the tenure bins that were seen as columns where at least five joined and they matter (p < .01)."""
    first = _first_seen(rows)
    joined = first - rows.month[0]
    if np.sum(joined > 0) < _JOINERS:
        return rows, (), None
    at = _bin(rows.month - first[rows.agent], joined[rows.agent])
    seen = np.unique(at[at >= 0])
    wide = _wider(rows, np.asarray(at[:, None] == seen, np.float64))
    bins = tuple(BINS[int(i)] for i in seen)
    tenure = _curve(filter_months(wide, moves), bins, len(fit.design.terms))
    return (wide, bins, tenure) if tenure.p_value < _SURE else (rows, (), None)


def _wider(rows: AgentMonths, columns: Floats) -> AgentMonths:
    """Add columns that do not vary inside an agent-month, with the weak prior of a contrast."""
    p, k = len(rows.xz), columns.shape[1]
    xx = np.zeros((p + k, p + k))
    xx[:p, :p] = rows.xx
    xx[range(p, p + k), range(p, p + k)] = 1 / PRIOR_SD**2
    y = np.column_stack([rows.y[:, :p], columns, rows.y[:, p]])
    return replace(rows, y=y, xx=xx, xz=np.r_[rows.xz, np.zeros(k)])


def _curve(filtered: Filtered, bins: tuple[int, ...], n_columns: int) -> Tenure:
    from scipy.stats import chi2

    effect, cov = filtered.beta[n_columns:], filtered.cov[n_columns:, n_columns:]
    wald = float(effect @ np.linalg.solve(cov, effect))
    return Tenure(bins, effect, np.sqrt(np.diag(cov)), float(chi2.sf(wald, len(bins))))


def _coming_bins(rows: AgentMonths, bins: tuple[int, ...]) -> Ints:
    """Return the column of each agent's bin in the coming month; the last bin seen where its own was not."""
    first = _first_seen(rows)
    wanted = _bin(rows.coming - first, first - rows.month[0])
    place = np.searchsorted([BINS.index(b) for b in bins], wanted, side="right") - 1
    found: Ints = np.where(wanted >= 0, len(rows.xz) + np.maximum(place, 0), -1)
    return found


def _read(filtered: Filtered, coming: Ints) -> tuple[Floats, Floats]:
    """Return the level of each agent with its tenure, and what it loads on the fixed effects."""
    load = -filtered.state[:, :-1]
    has = np.flatnonzero(coming >= 0)
    load[has, coming[has]] += 1.0
    return filtered.state[:, -1] + load @ filtered.beta, load


def sample_levels(
    level: Level, rng: np.random.Generator, n_replicates: int, own: Floats | None = None
) -> tuple[Floats, Floats, Floats, Floats]:
    """Draw fixed effects, (replicates, columns), levels, (replicates, agents), and mean and variance of newcomers.

    Parameters
    ----------
    own : standard normals of each agent's own deviation, (replicates, agents), where they are drawn elsewhere.

    Notes
    -----
    Each replicate takes one value of the starting variance, as far from the estimate as `variance_grid` is from that
    of the nested model (with more than a thousand agents the estimate itself), then fixed effects, then levels given
    both. A newcomer is at the first tenure bin.
    """
    p, grid = level.n_columns, np.array([level.moves.start])
    if level.rows.n_agents <= _MANY:
        grid = np.maximum(variance_grid(level.base) - level.base.variances.agent + level.moves.start, _LEAST_DRAWN)
    pick = rng.integers(len(grid), size=n_replicates)
    beta, u = np.empty((n_replicates, p)), np.empty((n_replicates, level.rows.n_agents))
    mean, variance = np.zeros(n_replicates), np.empty(n_replicates)
    for i, start in enumerate(grid):
        at = np.flatnonzero(pick == i)
        found = level.filtered if len(grid) == 1 else _at(level, float(start))
        drawn = found.beta + rng.standard_normal((len(at), len(found.beta))) @ matrix_root(found.cov).T
        _, load = _read(found, level.coming_bin)
        normal = rng.standard_normal((len(at), len(load))) if own is None else own[at]
        noise = normal * np.sqrt(found.variance)
        beta[at], u[at] = drawn[:, :p], found.state[:, -1] + drawn @ load.T + noise
        variance[at] = start + level.moves.walk * level.rows.span
        if level.tenure is not None:
            mean[at] = drawn[:, p]
    return beta, u, mean, variance


def _at(level: Level, start: float) -> Filtered:
    return filter_months(level.rows, replace(level.moves, start=start))


def level_findings(level: Level | None, coming: str, rate: float) -> tuple[Finding, ...]:
    """Say that levels moved, and that newcomers learn, where the data show it."""
    if level is None:
        return ()
    found = []
    if level.moved:
        step = float(np.sqrt(level.moves.walk))
        points = 100 * step * rate * (1 - rate)
        message = Text(
            f"Agents' levels moved by about {points:.1f} points of conversion a month; shown is the level expected in "
            f"{coming}, beside it the mean of all months.",
            f"客服的水平每月变动约 {points:.1f} 个百分点；所示为预计的 {coming} 水平，旁边是全部月份的平均水平。",
        )
        evidence = {"sd_a_month": step, "likelihood_ratio": level.ratio}
        found.append(Finding("level-moves", "info", "agents", message, evidence=evidence))
    if level.tenure is not None:
        found.append(_learning(level.tenure, rate))
    return tuple(found)


def _learning(tenure: Tenure, rate: float) -> Finding:
    first, last = (_moved(rate, tenure.effect[i]) for i in (0, -1))
    names = (bin_name(tenure.bins[0]), bin_name(tenure.bins[-1]))
    message = Text(
        f"Newcomers learn: where an agent longer here converts {rate:.1%}, a newcomer converts {first:.1%} in "
        f"{names[0].en} and {last:.1%} in {names[1].en}. The curve is of those who stayed.",
        f"新人有成长过程：老客服转化 {rate:.1%} 的询单，新人{names[0].zh}为 {first:.1%}，{names[1].zh}为 {last:.1%}。"
        "该曲线只反映留下来的人。",
    )
    evidence = {"bins": list(tenure.bins), "effect": tenure.effect.tolist(), "se": tenure.se.tolist()}
    return Finding("newcomers-learn", "info", "tenure", message, evidence=evidence)


def bin_name(first: int) -> Text:
    """Return the name of the tenure bin that begins so many months after the first."""
    last = next((b for b in BINS if b > first), None)
    if last is None:
        return Text(f"month {first + 1} and later", f"第 {first + 1} 个月及以后")
    if last == first + 1:
        return Text(f"month {last}", f"第 {last} 个月")
    return Text(f"months {first + 1} to {last}", f"第 {first + 1} 至 {last} 个月")


def tenure_table(level: Level | None, rate: float) -> pd.DataFrame:
    """Return the tenure curve at the team's rate: since (months), rate, lower, upper; empty where none is shown."""
    if level is None or level.tenure is None:
        return pd.DataFrame(columns=["since", "rate", "lower", "upper"])
    t = level.tenure
    ends = {"rate": 0.0, "lower": -1.96, "upper": 1.96}
    return pd.DataFrame({"since": t.bins, **{name: _moved(rate, t.effect + z * t.se) for name, z in ends.items()}})


def _moved(rate: float, logit: Floats) -> Floats:
    moved: Floats = 1 / (1 + (1 - rate) / rate * np.exp(-logit))
    return moved
