"""Nested random effects (cell in agent-month in agent) of a linear working response, agents eliminated block by block.

The model of one step is z = X b + u[agent] + v[agent-month] + e[cell] + sampling error with known variance d.
Collapsing level by level (cells to agent-months to agents) splits X' V^-1 X and z' V^-1 z into three *strata*;
each stratum's weighted sum of squares identifies one variance, and the strata together give b by generalised
least squares, which with the back-substituted effects is Henderson's joint solution.  All sums are linear in the
number of cells; nothing larger than (agents x columns) or (columns x columns) is dense.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.models.baseline.counts import Floats, Ints
from toolkit.models.baseline.design import DesignRows

MIN_DF = 3.0
"""A variance is estimated only from at least this many degrees of freedom; otherwise it is 0 and said so."""


@dataclass(frozen=True, slots=True)
class Variances:
    """Variances of agents, agent-months and cells on the link scale, and which of them the data can tell."""

    agent: float = 0.0
    month: float = 0.0
    cell: float = 0.0
    estimable: tuple[bool, bool, bool] = (True, True, True)

    def as_array(self) -> Floats:
        """Return (agent, month, cell)."""
        return np.array([self.agent, self.month, self.cell])


@dataclass(frozen=True, slots=True)
class Stratum:
    """One level collapsed into the next: precisions `w` of its rows, their group, cross-products inside groups."""

    w: Floats
    group: Ints
    x: DesignRows
    z: Floats
    xx: Floats
    xz: Floats


@dataclass(frozen=True, slots=True)
class Collapsed:
    """Sufficient statistics of one working step.

    Parameters
    ----------
    strata : cells inside agent-months, agent-months inside agents.
    x, z, d : agent means of the design, (agents, columns) dense, of the response, and their sampling variance.
    prior : precision of the columns' prior.
    """

    strata: tuple[Stratum, Stratum]
    x: Floats
    z: Floats
    d: Floats
    prior: Floats


@dataclass(frozen=True, slots=True)
class Solution:
    """Generalised least squares and the joint effects for one value of the agent variance.

    Parameters
    ----------
    beta, cov : fixed effects and their model covariance (inverse information).
    q, df, slope : by stratum (cell, month, agent): weighted sum of squares, its expectation, its derivative.
    residual : agent means less fixed effects, (agents,).
    """

    beta: Floats
    cov: Floats
    q: Floats
    df: Floats
    slope: Floats
    residual: Floats


def collapse(
    x: DesignRows, z: Floats, d: Floats, starts: tuple[Ints, Ints], variances: Variances, prior: Floats
) -> Collapsed:
    """Collapse cells to agent-months and these to agents.

    Parameters
    ----------
    x, z, d : design, working response and its sampling variance, a row a cell.
    starts : first cell of each agent-month and first agent-month of each agent.
    """
    cells, x1, z1, d1 = _fold(x, z, d + variances.cell, starts[0])
    months, x2, z2, d2 = _fold(x1, z1, d1 + variances.month, starts[1])
    return Collapsed((cells, months), x2.matrix.toarray(), z2, d2, prior)


def _fold(x: DesignRows, z: Floats, d: Floats, start: Ints) -> tuple[Stratum, DesignRows, Floats, Floats]:
    """Replace each run of rows by its precision-weighted mean, whose variance is 1 / sum of precisions."""
    w = 1 / d
    total = np.add.reduceat(w, start)
    group = np.repeat(np.arange(len(start)), np.diff(np.r_[start, len(w)]))
    x_mean, z_mean = x.combine(w / total[group], start), np.add.reduceat(w * z, start) / total
    inside = x.gram(w) - x_mean.gram(total)
    xz = x.cross(w * z) - x_mean.cross(total * z_mean)
    return Stratum(w, group, x, z, inside, xz), x_mean, z_mean, 1 / total


def solve(c: Collapsed, agent_variance: float) -> Solution:
    """Solve for the fixed effects with the agent variance given, and account for the degrees of freedom they use.

    Notes
    -----
    E q_j = (rows_j - groups_j) - tr(cov B_j), with B_j the stratum's share of the information: the REML-like count.
    """
    w, b_agent, information, moments = _between(c, agent_variance)
    cov = np.linalg.inv(information).astype(np.float64)
    beta = cov @ moments
    rows = np.array([len(s.w) for s in c.strata] + [len(c.z)], np.float64)
    b_cell, b_month = (s.xx for s in c.strata)
    residual = c.z - c.x @ beta
    inner = [
        _inside(s, beta, means)
        for s, means in zip(c.strata, (c.strata[1].z - c.strata[1].x.dot(beta), residual), strict=True)
    ]
    q = np.array([*(i[0] for i in inner), float(w @ residual**2)])
    slope = np.array([*(i[1] for i in inner), -float(w**2 @ residual**2)])
    used = np.array([np.sum(cov * b) for b in (b_cell, b_month, b_agent)])
    df = rows - np.r_[rows[1:], 0.0] - used
    return Solution(beta, cov, q, df, slope, residual)


def _inside(s: Stratum, beta: Floats, mean: Floats) -> tuple[float, float]:
    deviation = s.z - s.x.dot(beta) - mean[s.group]
    weighted = s.w * deviation
    return float(weighted @ deviation), -float(weighted @ weighted)


def effects(c: Collapsed, s: Solution, variances: Variances) -> tuple[Floats, Floats]:
    """Return the predicted agent effects and agent-month effects, by back-substitution."""
    u = variances.agent / (variances.agent + c.d) * s.residual
    months = c.strata[1]
    v = variances.month * months.w * (months.z - months.x.dot(s.beta) - u[months.group])
    return u, v


def step_variances(s: Solution, now: Variances) -> Variances:
    """Take one Newton step of each Paule-Mandel equation q(variance) = df, from which it is 0 when q stays below.

    Notes
    -----
    q is convex and falling in the variance, so the step never overshoots from below.

    References
    ----------
    Paule & Mandel (1982), J. Res. NBS 87, 377; DerSimonian & Kacker (2007), Contemp. Clin. Trials 28, 105.
    """
    old = now.as_array()[::-1]
    estimable = s.df >= MIN_DF
    move = np.divide(s.q - s.df, -s.slope, out=np.zeros(3), where=s.slope < 0)
    cell, month, agent = np.where(estimable, np.maximum(old + move, 0.0), 0.0)
    flags = (bool(estimable[2]), bool(estimable[1]), bool(estimable[0]))
    return Variances(float(agent), float(month), float(cell), flags)


def profile_agent_variance(c: Collapsed, q_values: Floats) -> Floats:
    """Return the agent variance at which the between-agent q equals each value of the pivot, 0 if q(0) is less.

    Notes
    -----
    q at the true variance is about chi-square with `df` degrees of freedom, so chi-square quantiles map to a
    confidence distribution of the variance, honest at 0 where a Wald interval is not.

    References
    ----------
    Viechtbauer (2007), Statistics in Medicine 26, 37 (Q-profile).
    """
    from scipy.optimize import brentq

    def gap(variance: float, q: float) -> float:
        w, _, information, moments = _between(c, variance)
        return float(w @ (c.z - c.x @ np.linalg.solve(information, moments)) ** 2) - q

    found = []
    for q in q_values:
        high = max(float(np.median(c.d)), 1e-6)
        while gap(high, q) > 0:
            high *= 4
        found.append(0.0 if gap(0.0, q) <= 0 else float(brentq(gap, 0.0, high, args=(q,), xtol=1e-10, rtol=1e-6)))
    return np.array(found)


def restricted_likelihood(c: Collapsed, agent_variance: float) -> float:
    """Return the log restricted likelihood of the agent variance, the other variances given, up to a constant.

    Notes
    -----
    -2 l = sum log(d + s^2) + log |X'V^-1 X + prior| + z'V^-1 z - b'X'V^-1 z; what lies inside agents is constant.

    References
    ----------
    Harville (1977), JASA 72, 320.
    """
    w, _, information, moments = _between(c, agent_variance)
    rest = float(w @ c.z**2) - float(moments @ np.linalg.solve(information, moments))
    return -0.5 * (rest - float(np.log(w).sum()) + float(np.linalg.slogdet(information)[1]))


def _between(c: Collapsed, agent_variance: float) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the precision of each agent's mean, the agents' information, X'V^-1 X and X'V^-1 z; no cell is read."""
    w = 1 / (c.d + agent_variance)
    weighted = c.x * w[:, None]
    b_agent = weighted.T @ c.x
    information = c.strata[0].xx + c.strata[1].xx + b_agent + np.diag(c.prior)
    return w, b_agent, information, c.strata[0].xz + c.strata[1].xz + weighted.T @ c.z
