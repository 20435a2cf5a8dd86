"""Conversion baseline: what each agent converts beyond case-mix and luck, with its uncertainty.

Sentences and findings of a conversion baseline, computed from its tables.

logit p = month + case-mix + agent + agent-month + cell, the agent's level free to move.  An agent's `effect` is the
logit difference of its level in the coming month from the population mean, 0, `mean_effect` that over all months;
`shrinkage` is the share of the observed difference that is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.core.errors import InputError, Problem, UsageError
from toolkit.core.findings import Finding
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.models.baseline.counts import CaseCounts, Floats, Ints, prepare_counts, without_counts
from toolkit.models.baseline.design import build_design
from toolkit.models.baseline.effects import agent_effects, coefficient_table, sd_interval
from toolkit.models.baseline.glm import BINOMIAL, NestedFit, fit_nested
from toolkit.models.baseline.identification import Identification, check_identification
from toolkit.models.baseline.level import Level, current_level, level_findings

_APART = 0.005
"""Difference of an agent's rate now from that over all months, from which an explanation tells both."""


def moved_rate(rate: float, logit: Floats) -> Floats:
    """Return `rate` moved by so much on the logit scale."""
    moved: Floats = 1 / (1 + (1 - rate) / rate * np.exp(-np.clip(logit, -30, 30)))
    return moved


def spread_sentence(summary: dict[str, Any]) -> Text:
    """Say how far agents differ, as rates around the team's rate, and whether that is more than chance."""
    rate, sd, interval = summary["rate"], summary["sd_agent"], summary["sd_agent_interval"]
    n = summary["n_agents"]
    if sd is None:
        return Text(
            f"Agents: {n}, too few to say how far they differ; the team's rate is {rate:.1%}.",
            f"只有 {n} 名客服，无法说明客服之间差异有多大；团队转化率为 {rate:.1%}。",
        )
    low, high = (float(x) for x in moved_rate(rate, np.array([-sd, sd])))
    ends = [moved_rate(rate, np.array([-sd, sd])) for sd in interval]
    least, most = (tuple(float(x) for x in end) for end in ends)
    if interval[0] == 0:
        return Text(
            f"Not shown that the {n} agents differ; no best agent is named. A difference by which two in three convert "
            f"between {most[0]:.1%} and {most[1]:.1%} would still be compatible with the data.",
            f"未能证明这 {n} 名客服之间有差异；不指认最佳客服。但即使约三分之二的客服转化率在 {most[0]:.1%} 与 "
            f"{most[1]:.1%} 之间，也与数据相容。",
        )
    return Text(
        f"On the team's mix, where {rate:.1%} buy, about two agents in three convert between {low:.1%} and "
        f"{high:.1%}; by the data at least between {least[0]:.1%} and {least[1]:.1%}, at most between {most[0]:.1%} "
        f"and {most[1]:.1%}.",
        f"按团队的构成（转化率 {rate:.1%}），约三分之二的客服转化率在 {low:.1%} 与 {high:.1%} 之间；按数据至少在 "
        f"{least[0]:.1%} 与 {least[1]:.1%} 之间，至多在 {most[0]:.1%} 与 {most[1]:.1%} 之间。",
    )


def explanation(row: dict[str, Any], connected: bool, side: int) -> Text:
    """Say in words how one agent's raw rate became the estimate.

    Parameters
    ----------
    row : of the agents' table.
    connected : whether all agents can be compared with each other.
    side : 1 above the average agent beyond luck, -1 below, 0 not to be told apart.
    """
    en = (
        f"{row['agent']} converted {row['raw']:.1%} of {row['n_inquiries']:,} inquiries (months: "
        f"{row['n_months']}); an average agent "
        f"would have converted {row['expected']:.1%} of the same inquiries."
    )
    zh = (
        f"{row['agent']} 在 {row['n_months']} 个月接待询单 {row['n_inquiries']:,} 个，转化 {row['raw']:.1%}；"
        "平均水平的客服接待同样的询单会转化 "
        f"{row['expected']:.1%}。"
    )
    if not np.isfinite(row["effect"]):
        return Text(en + " There is nobody to compare with.", zh + "没有可比的人。")
    side_en, side_zh = {
        1: ("above", "高于"),
        0: ("not distinguishable from", "无法区别于"),
        -1: ("below", "低于"),
    }[side]
    whom_en, whom_zh = ("", "") if connected else (" among those it can be compared with", "可比客服的")
    now_en, now_zh = ("", "")
    if abs(row["mean_rate"] - row["rate"]) >= _APART:
        now_en = f", and recent months count for more (over all months {row['mean_rate']:.1%})"
        now_zh = f"；近期月份权重更大（全部月份平均为 {row['mean_rate']:.1%}）"
    return Text(
        f"{en} Of this difference {row['shrinkage']:.0%} is kept, the rest is what chance does at this volume{now_en}: "
        f"{row['rate']:.1%} on the team's mix (95 % interval {row['rate_lower']:.1%} to {row['rate_upper']:.1%}), "
        f"{side_en} the average agent{whom_en}.",
        f"{zh}这一差异保留 {row['shrinkage']:.0%}，其余属于这一询单量下的偶然波动{now_zh}：按团队构成为 "
        f"{row['rate']:.1%}（95% 区间 {row['rate_lower']:.1%} 至 {row['rate_upper']:.1%}），"
        f"{side_zh}{whom_zh}平均水平。",
    )


def scope_findings(cells: CaseCounts, fit: NestedFit) -> list[Finding]:
    """Say what the fit could not tell: agents without a cell left, spread of agents or of months, convergence."""
    found, (agent, month, _) = _left_out(cells), fit.variances.estimable
    if not agent:
        message = Text(
            f"Agents: {len(cells.agents)}, too few to estimate how far they differ; differences are shown "
            "unshrunk, with their own error.",
            f"只有 {len(cells.agents)} 名客服，无法估计客服差异的大小：差异未做收缩，只附自身误差。",
        )
        found.append(Finding("few-agents", "review", "agents", message, evidence={"n_agents": len(cells.agents)}))
    if not month:
        message = Text(
            f"Months: {len(cells.months)}; too few agent-months to tell an agent's skill from an agent's good "
            "or bad month.",
            f"共 {len(cells.months)} 个月：客服月太少，无法区分客服的水平和某月的好坏运气。",
        )
        found.append(Finding("few-months", "review", "months", message, evidence={"n_months": len(cells.months)}))
    if not fit.converged:
        message = Text(
            f"The fit did not settle in {fit.steps} steps; do not use its numbers. Leave out a case-mix column "
            "or merge small levels.",
            f"拟合在 {fit.steps} 步内未收敛，结果不可使用；请去掉一个构成列或合并小类。",
        )
        found.append(Finding("not-converged", "stop", "fit", message, evidence={"steps": fit.steps}))
    return found


def _left_out(cells: CaseCounts) -> list[Finding]:
    """Name the agents all of whose cells were set aside."""
    dropped = cells.dropped[cells.dropped["reason"] != "no agent"]
    names = sorted(set(dropped["agent"].astype("str")) - set(cells.agents))
    if not names:
        return []
    message = Text(
        f"Nothing is said of {', '.join(names)}: no inquiries, or only where nobody or everybody bought.",
        f"对 {'、'.join(names)} 不作判断：没有询单，或只在无人购买或人人购买的范围内接待。",
    )
    return [Finding("agents-set-aside", "review", "agents", message, evidence={"agents": names})]


@dataclass(frozen=True, slots=True)
class ConversionBaseline:
    """A fitted conversion baseline.

    Parameters
    ----------
    cells, fit, identification : what it was made of.
    level : levels of the coming month, None where agents or months are too few to tell levels from luck.
    agents : agent, n_months, n_inquiries, buyers, raw, expected, effect, se, lower, upper, shrinkage, rate, rate_lower,
        rate_upper, mean_effect, mean_rate, group. `expected` is the rate of an average agent on the same cells; `rate`
        is the team's rate moved by the effect; `group` numbers the agents that may be compared with each other.
    coefficients : term, estimate, se (clustered by agent), se_model, n_inquiries, buyers, status.
    summary : sd_agent, sd_agent_interval, sd_agent_month, sd_move (of a level in a month), sd_cell,
        dispersion, connected, counts.
    findings : what a reader must know before using the numbers.
    """

    cells: CaseCounts
    fit: NestedFit
    level: Level | None
    identification: Identification
    agents: pd.DataFrame
    coefficients: pd.DataFrame
    summary: dict[str, Any]
    findings: tuple[Finding, ...]

    @property
    def table(self) -> pd.DataFrame:
        """The agents' table."""
        return self.agents

    @property
    def differ(self) -> bool:
        """Whether the data show that agents differ: the interval of their standard deviation begins above 0."""
        interval = self.summary["sd_agent_interval"]
        return interval is not None and interval[0] > 0

    @property
    def side(self) -> Ints:
        """Which agents are told apart from the average: 1 above, -1 below, 0 not, (agents,).

        Nobody is where several agents are not shown to differ; of two or three each stands by its own interval.
        """
        above, below = (self.agents["lower"] > 0).to_numpy(), (self.agents["upper"] < 0).to_numpy()
        told = self.differ or self.summary["sd_agent"] is None
        return (above.astype(np.int64) - below.astype(np.int64)) * int(told)

    @property
    def text(self) -> Text:
        """How far agents differ, as rates."""
        return spread_sentence(self.summary)

    def explain(self, agent: str) -> Text:
        """Say in words how one agent's raw rate became the estimate.

        Raises
        ------
        UsageError
            If the agent has no cell.
        """
        rows = self.agents[self.agents["agent"] == agent]
        if rows.empty:
            raise UsageError(f"no agent {agent!r} in the baseline")
        row, side = {str(k): v for k, v in rows.iloc[0].items()}, int(self.side[rows.index[0]])
        return explanation(row, self.identification.connected, side)


def fit_conversion(cells: pd.DataFrame, case_mix: Sequence[str] = ("shop",)) -> ConversionBaseline:
    """Fit the conversion baseline to a table of cells.

    Parameters
    ----------
    cells : month, agent, the case-mix columns, inquiries, buyers; a row a cell.
    case_mix : columns whose difference is not the agent's; the month always is one.

    Raises
    ------
    InputError
        If counts are wrong, nothing is left, or nobody (or everybody) bought.

    References
    ----------
    Breslow & Clayton (1993), JASA 88, 9 (joint solution); Morris (1983), JASA 78, 47 (estimated variances);
    Williams (1982), Appl. Statist. 31, 144 (variation between cells).
    """
    ready = prepare_counts(cells, case_mix, "inquiries", "buyers")
    _raise_if_constant(ready)
    ready, constant = _telling(ready)
    fit = fit_nested(ready, build_design(ready), BINOMIAL)
    identification = check_identification(ready)
    coefficients, bounded = coefficient_table(ready, fit, constant)
    level, summary = current_level(ready, fit), _summary(ready, fit, identification)
    agents, coming = _agents(ready, fit, level, identification), str(Month.parse(ready.months[-1]).shift(1))
    moving = level_findings(level, coming, summary["rate"])
    findings = (*ready.findings, *identification.findings, *bounded, *scope_findings(ready, fit), *moving)
    summary["sd_move"] = None if level is None else float(np.sqrt(level.moves.walk))
    return ConversionBaseline(ready, fit, level, identification, agents, coefficients, summary, findings)


def _raise_if_constant(cells: CaseCounts) -> None:
    n, y = int(cells.n.sum()), int(cells.y.sum())
    if y in (0, n):
        bound = 1 - 0.05 ** (1 / n)
        what = (
            f"no buyer; with 95 % confidence the rate is below {bound:.2%}"
            if y == 0
            else f"only buyers; with 95 % confidence the rate is above {1 - bound:.2%}"
        )
        raise InputError(
            [Problem("cells", f"{n:,} inquiries have {what}: there is nothing to compare", code="no-variation")]
        )


def _telling(cells: CaseCounts) -> tuple[CaseCounts, list[tuple[str, int, int]]]:
    """Set aside months and case-mix levels in which nobody or everybody bought: their cells tell nothing about agents.

    Returns
    -------
    Cells and list
        The cells left, and (term, inquiries, buyers) of each level set aside.

    Raises
    ------
    InputError
        If no level of a column, or no agent, has both buyers and non-buyers.
    """
    levels: list[tuple[str, int, int]] = []
    columns = ("month", *cells.case_mix)
    while found := [(c, constant) for c in columns if len(constant := _constant(cells, c))]:
        column, constant = found[0]  # one column at a time: what it sets aside can empty a level of another
        levels += [(f"{column}={k}", int(r["inquiries"]), int(r["buyers"])) for k, r in constant.iterrows()]
        unused = cells.frame[column].isin(constant.index).to_numpy()
        cells = without_counts(cells, unused, f"{column} without contrast")
    _constant(cells, "agent")
    return cells, levels


def _constant(cells: CaseCounts, column: str) -> pd.DataFrame:
    """Return inquiries and buyers of the levels in which nobody or everybody bought, raising if that is all of them."""
    sums = cells.frame.groupby(column, observed=True)[["inquiries", "buyers"]].sum()
    constant = sums[(sums["buyers"] == 0) | (sums["buyers"] == sums["inquiries"])]
    if len(constant) == len(sums):
        fix = "check the counts of buyers" if column in ("agent", "month") else "leave out this column or merge levels"
        message = f"no {column} has both buyers and non-buyers: there is nothing to compare"
        raise InputError([Problem("cells", message, fix=fix, code="separated")])
    return constant


def _agents(cells: CaseCounts, fit: NestedFit, level: Level | None, identification: Identification) -> pd.DataFrame:
    c = fit.collapsed
    agent = c.strata[1].group[c.strata[0].group]
    mean = 1 / (1 + np.exp(-(fit.design.rows.dot(fit.solution.beta))))
    n, y, expected = (np.bincount(agent, w) for w in (cells.n, cells.y, cells.n * mean))
    mean_effect, se, kept = agent_effects(fit, n_agents=len(n))
    effect = mean_effect
    if level is not None:
        effect, se, kept = level.effect, level.se, level.kept
    team = float(cells.y.sum() / cells.n.sum())
    table = pd.DataFrame(
        {
            "agent": list(cells.agents),
            "n_months": np.bincount(c.strata[1].group),
            "n_inquiries": n.astype(np.int64),
            "buyers": y.astype(np.int64),
            "raw": y / n,
            "expected": expected / n,
            "effect": effect,
            "se": se,
            "lower": effect - 1.96 * se,
            "upper": effect + 1.96 * se,
            "shrinkage": kept,
            "mean_effect": mean_effect,
        }
    )
    shown = {"rate": "effect", "rate_lower": "lower", "rate_upper": "upper", "mean_rate": "mean_effect"}
    for name, column in shown.items():
        table[name] = moved_rate(team, table[column].to_numpy())
    return table.assign(group=identification.group)


def _summary(cells: CaseCounts, fit: NestedFit, identification: Identification) -> dict[str, Any]:
    v = fit.variances
    known = v.estimable
    s, c = fit.solution, fit.collapsed
    sampling = np.maximum(1 / c.strata[0].w - v.cell, 1e-300)
    eta = fit.design.rows.dot(s.beta) + (fit.v + fit.u[c.strata[1].group])[c.strata[0].group]
    chi2 = float(np.sum((c.strata[0].z - eta) ** 2 / sampling))
    effective = (
        len(cells.frame) - len(fit.solution.beta) - float(np.sum(fit.variances.agent / (fit.variances.agent + c.d)))
    )
    return {
        "sd_agent": float(np.sqrt(v.agent)) if known[0] else None,
        "sd_agent_interval": sd_interval(fit),
        "sd_agent_month": float(np.sqrt(v.month)) if known[1] else None,
        "sd_cell": float(np.sqrt(v.cell)) if known[2] else None,
        "dispersion": chi2 / effective if effective > 1 else None,
        "connected": identification.connected,
        "rotating_share": identification.rotating,
        "n_cells": len(cells.frame),
        "n_agents": len(cells.agents),
        "n_months": len(cells.months),
        "n_inquiries": int(cells.n.sum()),
        "rate": float(cells.y.sum() / cells.n.sum()),
        "steps": fit.steps,
        "converged": fit.converged,
    }
