"""From a nested fit to what is shown: agent effects with errors, coefficients, the interval of a standard deviation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from toolkit.core.findings import Finding
from toolkit.core.text import Text
from toolkit.models.baseline.counts import CaseCounts, Floats
from toolkit.models.baseline.design import PRIOR_SD, Factor
from toolkit.models.baseline.empirical_bayes import Collapsed, profile_agent_variance, restricted_likelihood, solve
from toolkit.models.baseline.glm import NestedFit, clustered_se

_TIES = 1e-10
"""Least agent variance in replicates: without it equal agents would tie and the first name would always be the best."""
_WEAK = PRIOR_SD / 2
_FAR, _DECAY, _POINTS = 1e-4, 1e3, 40
"""How far the density of the standard deviation is followed: tail of the Q-profile, its own decay, points."""
_NONE, _ALL = "no buyer", "only buyers"


def morris_shrinkage(d: Floats, variance: float, df: float) -> Floats:
    """Return the share by which each mean is pulled in, corrected for the estimated variance.

    Parameters
    ----------
    d : sampling variances of the means.
    variance : estimated variance between means.
    df : degrees of freedom it was estimated from; with 2 or fewer nothing is pulled in.

    Notes
    -----
    The share is (df - 2) / df x d / (d + variance). With equal `d` this is James and Stein's (k - 3) d / sum of
    squares.

    References
    ----------
    Morris (1983), JASA 78, 47, section 5; Efron & Morris (1975), JASA 70, 311.
    """
    pulled: Floats = max(1 - 2 / df, 0.0) * d / (d + variance) if df > 0 else np.zeros_like(d)
    return pulled


def agent_effects(fit: NestedFit, n_agents: int) -> tuple[Floats, Floats, Floats]:
    """Return effects, their standard errors and the share of the observed difference kept, each (agents,).

    Notes
    -----
    se^2 = prediction-error variance of the joint equations, d g + g^2 x' cov x with g the share kept, plus Morris's
    term for the estimated agent variance and a delta term for the estimated agent-month variance.

    References
    ----------
    Henderson (1975), Biometrics 31, 423 (prediction errors); Morris (1983), JASA 78, 47, section 5; Kackar & Harville
    (1984), JASA 79, 853 (variances that are estimated).
    """
    c, s, variance = fit.collapsed, fit.solution, fit.variances.agent
    if n_agents < 2:
        nothing = np.full(n_agents, np.nan)
        return nothing, nothing.copy(), nothing.copy()
    df = float(s.df[2]) if fit.variances.estimable[0] else 0.0
    pulled = morris_shrinkage(c.d, variance, df)
    kept = 1 - pulled
    fixed = np.einsum("ij,jk,ik->i", c.x, s.cov, c.x)
    return kept * s.residual, np.sqrt(c.d * kept + kept**2 * fixed + variances_spread(fit)), kept


def variances_spread(fit: NestedFit) -> Floats:
    """Return what the estimated variances of agents and agent-months add to each effect's squared error, (agents,)."""
    c, s, variance = fit.collapsed, fit.solution, fit.variances.agent
    df = float(s.df[2]) if fit.variances.estimable[0] else 0.0
    pulled, total = morris_shrinkage(c.d, variance, df), variance + c.d
    spread = np.zeros_like(total)
    if df > 2:
        spread = 2 / (df - 2) * pulled**2 * np.mean(total) / total * s.residual**2
    months = c.strata[1]
    month_variance = 2 * len(months.w) / float(np.sum(months.w)) ** 2 if fit.variances.estimable[1] else 0.0
    sensitivity = np.bincount(months.group, months.w**2) * c.d**2
    added: Floats = spread + ((1 - pulled) / total * s.residual * sensitivity) ** 2 * month_variance
    return added


def sd_interval(fit: NestedFit, level: float = 0.95) -> tuple[float, float] | None:
    """Return the interval of the between-agent standard deviation, None when it cannot be estimated.

    Notes
    -----
    The lower end is that of the Q-profile: 0 when the data do not show that agents differ. The upper end is the larger
    of the Q-profile's and that of the highest-density set of the restricted likelihood under a flat prior on sd >= 0,
    because the Q-profile alone is empty, [0, 0], in one of forty teams without differences.

    References
    ----------
    Viechtbauer (2007), Statistics in Medicine 26, 37 (Q-profile); Gelman (2006), Bayesian Analysis 1, 515 (flat prior
    on the standard deviation of groups).
    """
    from scipy.stats import chi2

    if not fit.variances.estimable[0]:
        return None
    tails = np.array([(1 + level) / 2, (1 - level) / 2, _FAR, 1 - _FAR])
    low, high, far, near = np.sqrt(profile_agent_variance(fit.collapsed, chi2.ppf(tails, fit.solution.df[2])))
    noise, df = float(np.mean(fit.collapsed.d)), float(fit.solution.df[2])
    reach = max(float(far), float(np.sqrt(noise * (_DECAY ** (2 / (df - 1)) - 1))))
    return float(low), max(float(high), _density_end(fit.collapsed, (float(near), reach), level))


def _density_end(c: Collapsed, within: tuple[float, float], level: float) -> float:
    """Return the upper end of the highest-density set of the standard deviation, its density known `within`."""
    from scipy.interpolate import CubicSpline

    start, stop = within
    coarse = start + (stop - start) * np.linspace(0, 1, _POINTS) ** 2
    logs = np.array([restricted_likelihood(c, sd**2) for sd in coarse])
    fine = np.linspace(start, stop, 8 * _POINTS**2 // 10)
    density = np.exp(CubicSpline(coarse, logs - logs.max())(fine))
    order = np.argsort(-density)
    held = np.cumsum(density[order]) <= level * density.sum()
    return float(fine[order[held]].max(initial=start))


def variance_grid(fit: NestedFit, size: int = 16) -> Floats:
    """Return `size` equally likely values of the agent variance (the Q-profile confidence distribution)."""
    from scipy.stats import chi2

    if not fit.variances.estimable[0]:
        return np.array([1e4 * float(np.max(fit.collapsed.d))])
    quantiles = (np.arange(size) + 0.5) / size
    found = profile_agent_variance(fit.collapsed, chi2.ppf(quantiles, fit.solution.df[2]))
    return np.maximum(found, _TIES)


def sample_effects(
    fit: NestedFit, rng: np.random.Generator, n_replicates: int, own: Floats | None = None
) -> tuple[Floats, Floats, Floats]:
    """Return replicates of fixed effects (replicates, columns), agent effects (replicates, agents), agent variances.

    Parameters
    ----------
    own : standard normals of each agent's own deviation, (replicates, agents), where they are drawn elsewhere.

    Notes
    -----
    Each replicate takes one value of the agent variance from `variance_grid`, then fixed effects, then agent effects
    given both.
    """
    grid = variance_grid(fit)
    pick = rng.integers(len(grid), size=n_replicates)
    c = fit.collapsed
    beta, u = np.empty((n_replicates, c.x.shape[1])), np.empty((n_replicates, len(c.z)))
    for i, variance in enumerate(grid):
        rows = np.flatnonzero(pick == i)
        s = solve(c, float(variance))
        root = matrix_root(s.cov)
        beta[rows] = s.beta + rng.standard_normal((len(rows), len(root))) @ root.T
        kept = variance / (variance + c.d)
        normal = rng.standard_normal((len(rows), len(c.z))) if own is None else own[rows]
        noise = normal * np.sqrt(c.d * kept)
        u[rows] = kept * (c.z - beta[rows] @ c.x.T) + noise
    return beta, u, grid[pick]


def coefficient_table(
    cells: CaseCounts, fit: NestedFit, constant: Sequence[tuple[str, int, int]] = ()
) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the fixed effects with errors clustered by agent; a level that cannot be estimated is withheld.

    Parameters
    ----------
    constant : term, size and total of levels set aside before the fit, in which nobody or everybody bought.
    """
    se, model, beta = clustered_se(fit), np.sqrt(np.diag(fit.solution.cov)), fit.solution.beta
    rows = [("intercept", beta[0], se[0], model[0], int(cells.n.sum()), int(cells.y.sum()), "estimated")]
    for factor in fit.design.factors:
        sums = cells.frame.groupby(factor.name, observed=True)[[cells.size, cells.total]].sum()
        for level, column in zip(factor.levels, factor.columns, strict=True):
            n, y = int(sums[cells.size][level]), int(sums[cells.total][level])
            status = _status(factor, level)
            if status == "estimated" and model[column] > _WEAK:
                status = "weak"
            known = {"estimated": (beta[column], se[column], model[column]), "reference": (0.0, 0.0, 0.0)}
            rows.append((f"{factor.name}={level}", *known.get(status, (np.nan,) * 3), n, y, status))
    rows += [(term, np.nan, np.nan, np.nan, n, y, _NONE if y == 0 else _ALL) for term, n, y in constant]
    names = ["term", "estimate", "se", "se_model", f"n_{cells.size}", cells.total, "status"]
    findings = [_withheld(row[0], row[6], row[4]) for row in rows if row[6] not in ("estimated", "reference")]
    return pd.DataFrame(rows, columns=names), findings


def _status(factor: Factor, level: str) -> str:
    if level == factor.reference:
        return "reference"
    return "aliased" if level in factor.aliased else "estimated"


def _withheld(term: str, status: str, n: int) -> Finding:
    bound = 1 - 0.05 ** (1 / n)
    en = {
        "no buyer": f"{term}: no buyer in {n:,} inquiries (with 95 % confidence its rate is below {bound:.2%}); "
        "its coefficient is withheld and its cells are set aside.",
        "only buyers": f"{term}: every one of {n:,} inquiries converted (with 95 % confidence above {1 - bound:.2%}); "
        "its coefficient is withheld and its cells are set aside.",
        "weak": f"{term}: {n:,} observations hardly tell its level; its coefficient is withheld.",
        "aliased": f"{term} cannot be told apart from other case-mix columns and has no coefficient of its own.",
    }
    zh = {
        "no buyer": f"{term}：{n:,} 个询单无人购买（95% 把握转化率低于 {bound:.2%}）；不给出系数，其单元已剔除。",
        "only buyers": f"{term}：{n:,} 个询单全部转化（95% 把握转化率高于 {1 - bound:.2%}）；不给系数，其单元已剔除。",
        "weak": f"{term}：{n:,} 个观测几乎不能说明其水平；不给出系数。",
        "aliased": f"{term} 与其他构成列无法区分，没有单独的系数。",
    }
    return Finding(f"level-{status.replace(' ', '-')}", "review", term, Text(en[status], zh[status]), evidence={"n": n})


def matrix_root(cov: Floats) -> Floats:
    """Return R with R R' = `cov`: Cholesky's, or that of the eigenvectors where rounding leaves `cov` just singular.

    It is where what is fitted hardly varies, as when every buyer spends the same; which side of singular the last bit
    falls on differs between processors.
    """
    try:
        root: Floats = np.linalg.cholesky(cov).astype(np.float64)
    except np.linalg.LinAlgError:
        values, vectors = np.linalg.eigh(cov)
        root = (vectors * np.sqrt(np.maximum(values, 0))).astype(np.float64)
    return root
