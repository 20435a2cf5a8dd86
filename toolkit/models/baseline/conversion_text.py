"""Sentences and findings of a conversion baseline, computed from its tables."""

from __future__ import annotations

from typing import Any

import numpy as np

from toolkit.core.findings import Finding
from toolkit.core.text import Text
from toolkit.models.baseline.counts import Cells, Floats
from toolkit.models.baseline.glm import NestedFit


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
    band_en = f"sd {sd:.2f} on the logit scale, 95 % interval {interval[0]:.2f} to {interval[1]:.2f}"
    band_zh = f"logit 标准差 {sd:.2f}，95% 区间 {interval[0]:.2f} 至 {interval[1]:.2f}"
    if interval[0] == 0:
        return Text(
            f"The data do not show that the {n} agents differ at all ({band_en}); no best agent is named.",
            f"数据不能证明这 {n} 名客服之间有差异（{band_zh}）；不指认最佳客服。",
        )
    return Text(
        f"On the team's mix, where {rate:.1%} buy, about two agents in three convert between {low:.1%} and "
        f"{high:.1%} ({band_en}).",
        f"按团队的构成（转化率 {rate:.1%}），约三分之二的客服转化率在 {low:.1%} 与 {high:.1%} 之间（{band_zh}）。",
    )


def explanation(row: dict[str, Any], connected: bool) -> Text:
    """Say in words how one agent's raw rate became the estimate.

    Parameters
    ----------
    row : of the agents' table.
    connected : whether all agents can be compared with each other.
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
    side_en, side_zh = ("above", "高于") if row["effect"] >= 0 else ("below", "低于")
    if row["lower"] <= 0 <= row["upper"]:
        side_en, side_zh = "not distinguishable from", "无法区别于"
    whom_en, whom_zh = ("", "") if connected else (" among those it can be compared with", "可比客服的")
    return Text(
        f"{en} Of this difference {row['shrinkage']:.0%} is kept, the rest is what chance does at this volume: "
        f"{row['rate']:.1%} on the team's mix (95 % interval {row['rate_lower']:.1%} to {row['rate_upper']:.1%}), "
        f"{side_en} the average agent{whom_en}.",
        f"{zh}这一差异保留 {row['shrinkage']:.0%}，其余属于这一询单量下的偶然波动：按团队构成为 {row['rate']:.1%}（95% "
        f"区间 {row['rate_lower']:.1%} 至 {row['rate_upper']:.1%}），{side_zh}{whom_zh}平均水平。",
    )


def scope_findings(cells: Cells, fit: NestedFit) -> list[Finding]:
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


def _left_out(cells: Cells) -> list[Finding]:
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
