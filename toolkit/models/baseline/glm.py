"""Generalised linear models of cells with nested agent and agent-month effects.

statsmodels fits the marginal model on the case-mix margin; from there working response and nested empirical Bayes
alternate until both stand still, which is the joint (penalised quasi-likelihood, Henderson) solution. The marginal
fit alone attenuates the intercept and knows no agents.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from toolkit.models.baseline.counts import CaseCounts, Floats
from toolkit.models.baseline.design import Design, margin
from toolkit.models.baseline.empirical_bayes import (
    MIN_DF,
    Collapsed,
    Solution,
    Variances,
    collapse,
    effects,
    solve,
    step_variances,
)

_MAX_STEPS = 100
_TOLERANCE = 1e-5
_MAX_ETA = 15.0

Working = Callable[[Floats, Floats, Floats], tuple[Floats, Floats]]


@dataclass(frozen=True, slots=True)
class Family:
    """How a link turns counts into a working response.

    Parameters
    ----------
    name : ``binomial`` (logit) or ``gamma`` (log).
    working : (linear predictor, size, total) to (working response, sampling variance at dispersion 1).
    dispersion : known dispersion, or None to estimate it from the innermost stratum with several rows a group.
    cell_term : whether cells of one agent-month vary beyond sampling; without it errors come out too small.
    """

    name: str
    working: Working
    dispersion: float | None = 1.0
    cell_term: bool = True


def _binomial(eta: Floats, n: Floats, y: Floats) -> tuple[Floats, Floats]:
    mu = 1 / (1 + np.exp(-eta))
    slope = mu * (1 - mu)
    return eta + (y / n - mu) / slope, 1 / (n * slope)


def _gamma(eta: Floats, n: Floats, y: Floats) -> tuple[Floats, Floats]:
    return eta + y / n * np.exp(-eta) - 1, 1 / n


BINOMIAL = Family("binomial", _binomial)


def gamma_family(dispersion: float | None) -> Family:
    """Return the Gamma family with log link and the squared coefficient of variation of one order, if known."""
    return Family("gamma", _gamma, dispersion)


@dataclass(frozen=True, slots=True)
class NestedFit:
    """A converged nested fit.

    Parameters
    ----------
    design, variances, collapsed, solution : see their modules.
    u, v : joint agent and agent-month effects.
    dispersion : of the sampling variance, 1 for binomial.
    steps, converged : of the iteration.
    """

    design: Design
    variances: Variances
    collapsed: Collapsed
    solution: Solution
    u: Floats
    v: Floats
    dispersion: float
    steps: int
    converged: bool


def fit_nested(cells: CaseCounts, design: Design, family: Family) -> NestedFit:
    """Fit fixed effects, agent and agent-month effects and their variances to cells.

    Parameters
    ----------
    cells, design : with the same rows.

    Notes
    -----
    Each step solves the mixed-model equations of the working response and moves each variance by one Newton step.
    `converged` is False when after 100 steps something still moves.

    References
    ----------
    Schall (1991), Biometrika 78, 719; Breslow & Clayton (1993), JASA 88, 9.
    """
    n, y, starts = cells.n, cells.y, (cells.month_start, cells.agent_start)
    eta = np.clip(design.rows.dot(_marginal(cells, design, family)), -8.0, 30.0)
    now, scale, converged, steps = Variances(0.05, 0.02, 0.02), family.dispersion or 1.0, False, 0
    if family.dispersion is None or not family.cell_term:
        now = replace(now, cell=0.0)
    for steps in range(1, _MAX_STEPS + 1):  # noqa: B007 - the count is reported
        z, d = family.working(eta, n, y)
        c = collapse(design.rows, z, scale * d, starts, now, design.prior)
        s = solve(c, now.agent)
        u, v = effects(c, s, now)
        eta_next = np.clip(
            design.rows.dot(s.beta) + v[c.strata[0].group] + u[c.strata[1].group][c.strata[0].group], -_MAX_ETA, 30.0
        )
        following, before = _next(s, now, scale, family), (now, scale)
        eta, moved = eta_next, float(np.max(np.abs(eta_next - eta)))
        now, scale = following
        moved = max(moved, float(np.max(np.abs(now.as_array() - before[0].as_array()))), abs(scale / before[1] - 1))
        if moved < _TOLERANCE:
            converged = True
            break
    return NestedFit(design, now, c, s, u, v, scale, steps, converged)


def _next(s: Solution, now: Variances, scale: float, family: Family) -> tuple[Variances, float]:
    """Move the variances, and an unknown dispersion, which then takes the place of the innermost variance there is."""
    stepped = step_variances(s, now)
    if not family.cell_term:
        stepped = replace(stepped, cell=0.0, estimable=(*stepped.estimable[:2], False))
    if family.dispersion is not None:
        return stepped, scale
    inner = 0 if s.df[0] >= MIN_DF else 1
    ratio = float(s.q[inner] / s.df[inner]) if s.df[inner] >= MIN_DF else 1.0
    known = stepped.estimable
    if inner == 0:
        return replace(stepped, cell=0.0, estimable=(known[0], known[1], False)), scale * ratio
    return replace(stepped, cell=0.0, month=0.0, estimable=(known[0], False, False)), scale * ratio


def _marginal(cells: CaseCounts, design: Design, family: Family) -> Floats:
    """Fit the model without agents by statsmodels on the case-mix margin (the same coefficients as on events)."""
    from statsmodels.genmod.families import Binomial, Gamma
    from statsmodels.genmod.families.links import Log
    from statsmodels.genmod.generalized_linear_model import GLM  # statsmodels.api takes as long again to import

    x, n, y = margin(cells, design)
    keywords: dict[str, Any]
    if family.name == "binomial":
        endog, keywords = np.column_stack([y, n - y]), {"family": Binomial()}
    else:
        endog, keywords = y / n, {"family": Gamma(Log()), "var_weights": n}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # separation is met by the prior of the joint fit and reported there
        # the coefficients do not depend on the scale, which is 0 / 0 where every cell has a level of its own
        beta: Floats = np.asarray(GLM(endog, x, **keywords).fit(scale=1.0).params, np.float64)
    return np.nan_to_num(beta, nan=0.0, posinf=0.0, neginf=0.0)


def agent_scores(fit: NestedFit) -> Floats:
    """Return each agent's score X' V^-1 r, (agents, columns): the clusters of the sandwich variance.

    Notes
    -----
    V^-1 r without forming V: the residual means of agents, agent-months and cells are corrected level by level.
    """
    c, beta = fit.collapsed, fit.solution.beta
    cells, months = c.strata
    t: Floats = fit.solution.residual / (c.d + fit.variances.agent)
    means = (months.z - months.x.dot(beta), fit.solution.residual)
    for stratum, mean, outer in ((months, means[1], c.d), (cells, means[0], 1 / np.bincount(cells.group, cells.w))):
        deviation = stratum.z - stratum.x.dot(beta) - mean[stratum.group]
        t = stratum.w * (deviation + (outer * t)[stratum.group])
    agent = months.group[cells.group]
    start = np.searchsorted(agent, np.arange(len(c.z)))
    dense: Floats = cells.x.combine(t, start).matrix.toarray()
    return dense


def clustered_se(fit: NestedFit, few: int = 40) -> Floats:
    """Return standard errors of the fixed effects clustered by agent, not below the model's when there are few agents.

    Notes
    -----
    cov (sum_a s_a s_a') cov x G / (G - 1), with s_a the agent's score; with fewer than `few` clusters the sandwich is
    known to be too small, so that the larger of both stands.

    References
    ----------
    Liang & Zeger (1986), Biometrika 73, 13; Cameron & Miller (2015), J. Human Resources 50, 317.
    """
    cov, n_agents = fit.solution.cov, len(fit.collapsed.z)
    model: Floats = np.sqrt(np.diag(cov))
    if n_agents < 2:
        return model
    scores = agent_scores(fit)
    robust = np.sqrt(np.maximum(np.diag(cov @ (scores.T @ scores) @ cov), 0) * n_agents / (n_agents - 1))
    return np.maximum(robust, model) if n_agents < few else robust
