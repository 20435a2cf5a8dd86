"""Levels that move: a random walk an agent with agent-month luck on top, by Kalman filter and REML.

The second stage on a converged fit. Agent-month means y = X b + level + luck + error of known variance d; the level
begins with variance `start` and moves by variance `walk` each calendar month, luck has variance `month`. With
`walk` = 0 this is the nested model of `empirical_bayes` exactly. The filter runs over months for all agents at once, on
the columns of X and on y together, so that one pass gives likelihood, fixed effects and the level of a coming month.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.models.baseline.counts import Floats, Ints

_SCALE = 0.01
"""Variances are searched in units of a tenth squared on the link scale."""
_MOST = 1000


@dataclass(frozen=True, slots=True)
class AgentMonths:
    """What the second stage sees, a row an agent-month, sorted by month and agent.

    Parameters
    ----------
    y, d : columns of [X y] (rows, columns + 1), and the known part of the variance (rows,).
    agent, month : position of the agent and number of the calendar month of each row, (rows,).
    n_agents, coming : number of agents, and of the month whose level is wanted.
    xx, xz : information inside agent-months, and the prior's, (columns, columns) and (columns,).
    """

    y: Floats
    d: Floats
    agent: Ints
    month: Ints
    n_agents: int
    coming: int
    xx: Floats
    xz: Floats

    @property
    def span(self) -> int:
        """Months from the first to the coming one."""
        return self.coming - int(self.month[0])


@dataclass(frozen=True, slots=True)
class Moves:
    """Variances on the link scale: of the level at the start, of its move a month, of an agent-month's luck."""

    start: float
    walk: float
    month: float


@dataclass(frozen=True, slots=True)
class Filtered:
    """One pass.

    Parameters
    ----------
    beta, cov : fixed effects and their covariance.
    state : filtered columns of [X y] of each agent, (agents, columns + 1); the level is y less X beta.
    variance : of the level in the coming month given beta, (agents,).
    log_likelihood : restricted, up to a constant.
    """

    beta: Floats
    cov: Floats
    state: Floats
    variance: Floats
    log_likelihood: float

    @property
    def level(self) -> Floats:
        """Expected level of each agent in the coming month, (agents,)."""
        found: Floats = self.state[:, -1] - self.state[:, :-1] @ self.beta
        return found


def filter_months(rows: AgentMonths, moves: Moves) -> Filtered:
    """Run the filter over the calendar months; a month without a row moves the level and tells nothing.

    References
    ----------
    Harvey (1989), Forecasting, Structural Time Series Models and the Kalman Filter, ch. 3; de Jong (1991), Annals of
    Statistics 19, 1073 (fixed effects as further columns).
    """
    months, starts = np.unique(rows.month, return_index=True)
    columns = rows.y.shape[1]
    state, variance = np.zeros((rows.n_agents, columns)), np.full(rows.n_agents, moves.start)
    gram, log_det, last = np.zeros((columns, columns)), 0.0, int(months[0])
    for month, start, end in zip(months.tolist(), starts, [*starts[1:], len(rows.d)], strict=True):
        variance += moves.walk * (month - last)
        here: Ints | slice = slice(None) if end - start == rows.n_agents else rows.agent[start:end]
        error, last = rows.y[start:end] - state[here], month
        total = variance[here] + moves.month + rows.d[start:end]
        gain = variance[here] / total
        variance[here] = variance[here] * (1 - gain)
        state[here] += gain[:, None] * error
        error *= (1 / np.sqrt(total))[:, None]
        gram += error.T @ error
        log_det += float(np.sum(np.log(total)))
    variance += moves.walk * (rows.coming - last)
    information = gram[:-1, :-1] + rows.xx
    right = gram[:-1, -1] + rows.xz
    cov: Floats = np.linalg.inv(information).astype(np.float64)
    beta: Floats = cov @ right
    square = float(gram[-1, -1] - right @ beta)
    likelihood = -0.5 * (log_det + float(np.linalg.slogdet(information)[1]) + square)
    return Filtered(beta, cov, state, variance, likelihood)


def some_agents(rows: AgentMonths, most: int = _MOST) -> AgentMonths:
    """Return the rows of at most so many agents, drawn alike each time: enough to estimate three variances."""
    if rows.n_agents <= most:
        return rows
    chosen = np.sort(np.random.default_rng(rows.n_agents).permutation(rows.n_agents)[:most])
    place = np.full(rows.n_agents, -1)
    place[chosen] = np.arange(most)
    mine, share = np.flatnonzero(place[rows.agent] >= 0), most / rows.n_agents
    return AgentMonths(
        rows.y[mine],
        rows.d[mine],
        place[rows.agent[mine]],
        rows.month[mine],
        most,
        rows.coming,
        rows.xx * share,
        rows.xz * share,
    )


def fit_moves(rows: AgentMonths, start: Moves) -> tuple[Moves, float]:
    """Estimate the variances by REML.

    Parameters
    ----------
    start : where the search begins; a `walk` of 0 stays 0, and so does a `month` of 0.

    Returns
    -------
    Moves and float
        The estimate and its restricted log-likelihood.

    References
    ----------
    Patterson & Thompson (1971), Biometrika 58, 545 (REML); Byrd et al. (1995), SIAM J. Sci. Comput. 16, 1190 (bounds).
    """
    from scipy.optimize import minimize

    first = np.array([start.start, start.walk, start.month])
    free = np.array([True, start.walk > 0, start.month > 0])

    def moves(values: Floats) -> Moves:
        full = np.zeros(3)
        full[free] = np.maximum(values, 0.0) * _SCALE
        return Moves(*full.tolist())

    def loss(values: Floats) -> float:
        return -filter_months(rows, moves(values)).log_likelihood

    found = minimize(
        loss,
        first[free] / _SCALE,
        method="L-BFGS-B",
        bounds=[(0.0, None)] * int(free.sum()),
        options={"ftol": 1e-8, "gtol": 1e-2, "maxiter": 60},
    )
    return moves(found.x), -float(found.fun)
