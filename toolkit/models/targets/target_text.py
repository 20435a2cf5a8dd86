"""Sentences and findings of a target proposal, computed from its tables."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd

from toolkit.core.findings import Finding
from toolkit.core.money import format_money
from toolkit.core.text import Text

_NEAR = 0.05
_HOPELESS, _CERTAIN = 0.05, 0.95
_ZH = {"threshold": "起付线", "target": "目标", "stretch": "挑战线"}
GROUPS_ZH = {
    "volume": "询单量",
    "shop": "店铺",
    "tenure": "工龄",
    "team": "小组",
    "low": "低",
    "middle": "中",
    "high": "高",
    "new": "新人",
    "settled": "老员工",
}
"""What columns and values of groups are called in Chinese; names of shops stay as they are."""
_VOLUMES = ("low", "middle", "high")


def both_sides(table: pd.DataFrame, agents: pd.DataFrame, gain: float | None) -> Text:
    """State what the edges mean for the agents and for the shop (a fair target is neither a trick nor a gift)."""
    en = ", ".join(f"{r['name']} {r.threshold:.1%} reached by {r.mean_attainment:.0%}" for _, r in table.iterrows())
    zh = "，".join(
        f"{_ZH[r['name']]} {r.threshold:.1%}（预计 {r.mean_attainment:.0%} 的人达到）" for _, r in table.iterrows()
    )
    low, high = agents["chance_target"].min(), agents["chance_target"].max()
    en = f"For the agents: {en}; the chance of one agent to reach the target runs from {low:.0%} to {high:.0%}."
    zh = f"对客服：{zh}；个人达到目标的机会从 {low:.0%} 到 {high:.0%}。"
    cost = table["expected_cost"].round().sum() if table["expected_cost"].notna().all() else None
    if cost is None and gain is None:
        return Text(
            f"{en} For the shop: cost and gain need a budget or a bonus, revenue per buyer and a margin.",
            f"{zh}对店铺：要算成本和收益，需给出预算或奖金、客单价和毛利率。",
        )
    parts_en, parts_zh = [], []
    if cost is not None:
        parts_en.append(f"expected cost {format_money(round(cost))}")
        parts_zh.append(f"预计成本 {format_money(round(cost))}")
    if gain is not None:
        parts_en.append(f"profit of the planned uplift {format_money(round(gain))}")
        parts_zh.append(f"计划提升带来的利润 {format_money(round(gain))}")
    if cost is not None and gain is not None:
        parts_en.append(f"net {format_money(round(gain - cost))}")
        parts_zh.append(f"净得 {format_money(round(gain - cost))}")
    return Text(f"{en} For the shop: {', '.join(parts_en)}.", f"{zh}对店铺：{'，'.join(parts_zh)}。")


def proposal_findings(
    table: pd.DataFrame,
    agents: pd.DataFrame,
    shares: tuple[Fraction, Fraction, Fraction],
    max_gap: float,
    groups: pd.DataFrame | None,
) -> tuple[Finding, ...]:
    """Say where the shares were missed, for whom an edge is no incentive, and which groups have unequal chances."""
    attained = zip(table["name"], table["mean_attainment"], shares, strict=True)
    found = [f for name, got, share in attained if (f := _missed(str(name), float(got), float(share))) is not None]
    found += [f for f in (_no_incentive(agents, table), _without_gain(table)) if f is not None]
    return (*found, *_unequal(balance_table(agents, groups), max_gap))


def _missed(name: str, got: float, share: float) -> Finding | None:
    if abs(got - share) <= _NEAR:
        return None
    message = Text(
        f"No edge on the lattice gives {name} the share {share:.0%}; the nearest is reached by {got:.0%}. Take "
        "a smaller step or pool months.",
        f"没有哪条线能让{_ZH[name]}的达成率为 {share:.0%}，最接近的是 {got:.0%}；请缩小步长或合并月份。",
    )
    return Finding("share-not-reached", "review", name, message, evidence={"share": share, "attainment": got})


def _no_incentive(agents: pd.DataFrame, table: pd.DataFrame) -> Finding | None:
    out_of_reach = agents.loc[agents["chance_threshold"] < _HOPELESS, "agent"].tolist()
    certain = agents.loc[agents["chance_stretch"] > _CERTAIN, "agent"].tolist()
    if not out_of_reach and not certain:
        return None
    message = Text(
        f"For {len(out_of_reach)} agents even the threshold is out of reach (chance below {_HOPELESS:.0%}), for "
        f"{len(certain)} even the stretch is safe "
        f"(above {_CERTAIN:.0%}): these edges are no incentive for them.",
        f"有 {len(out_of_reach)} 人连起付线也够不着（机会低于 {_HOPELESS:.0%}），有 {len(certain)} "
        f"人连挑战线也稳拿（高于 {_CERTAIN:.0%}）：对他们没有激励作用。",
    )
    return Finding(
        "no-incentive", "info", "agents", message, evidence={"out_of_reach": out_of_reach, "certain": certain}
    )


def _without_gain(table: pd.DataFrame) -> Finding | None:
    if table["bonus"].isna().all() or (table["bonus"] > 0).any():
        return None
    message = Text(
        "Within budget and gain no bonus of a whole unit is left: the plan brings no profit to share.",
        "在预算和收益之内连一元奖金也付不出：该计划没有可分享的利润。",
    )
    return Finding("nothing-to-share", "review", "bonus", message)


def balance_table(agents: pd.DataFrame, groups: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return mean chances by volume third and group column: column, value, n_agents, threshold, target, stretch."""
    frame = agents.assign(volume=_thirds(agents["inquiries"].to_numpy()))
    columns = ["volume"]
    if groups is not None:
        frame = frame.merge(groups.drop_duplicates("agent"), on="agent", how="left")
        columns += [c for c in groups.columns if c != "agent"]
    rows = []
    for column in columns:
        for value, part in frame.groupby(column, sort=True, dropna=True):
            means = {name: float(part[f"chance_{name}"].mean()) for name in _ZH}
            rows.append({"column": column, "value": str(value), "n_agents": len(part), **means})
    return pd.DataFrame(rows)


def _thirds(volume: np.ndarray[tuple[int], np.dtype[np.int64]]) -> list[str]:
    edges = np.quantile(volume, (1 / 3, 2 / 3))
    return [_VOLUMES[int(i)] for i in np.searchsorted(edges, volume, side="left")]


def _unequal(balance: pd.DataFrame, max_gap: float) -> list[Finding]:
    found = []
    for column, part in balance.groupby("column", sort=False):
        ordered = part.sort_values("target", kind="stable")
        low, high = ordered.iloc[0], ordered.iloc[-1]
        gap = float(high["target"] - low["target"])
        if gap <= max_gap:
            continue
        top, bottom = (f"{GROUPS_ZH.get(r['value'], r['value'])} {r['target']:.0%}" for r in (high, low))
        message = Text(
            f"Mean chance to reach the target differs by {column}: {high['value']} {high['target']:.0%}, "
            f"{low['value']} {low['target']:.0%}, more than the {max_gap:.0%} agreed.",
            f"按{GROUPS_ZH.get(str(column), column)}分组，达到目标的平均机会相差过大：{top}，{bottom}，"
            f"超过约定的 {max_gap:.0%}。",
        )
        found.append(Finding("unequal-chances", "review", str(column), message, evidence={"gap": gap}))
    return found
