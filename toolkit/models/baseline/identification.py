"""Can agents of different shops be compared at all: the agent-shop graph.

Two agents are comparable when a chain of shared levels (shop, month, channel, product) connects them. When every agent
serves one shop, the adjustment charges the skill of its agents to the shop; comparison across shops is then withheld.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from toolkit.core.findings import Finding
from toolkit.core.text import Text
from toolkit.models.baseline.counts import CaseCounts, Ints

_SHOWN = 5
_FEW_ROTATING = 0.05


@dataclass(frozen=True, slots=True)
class Identification:
    """What the agents have in common.

    Parameters
    ----------
    table : one row a case-mix column and part: column, part, levels, agents (both as tuples).
    rotating : column to the share of agents seen at two or more of its levels.
    group : comparable group of each agent, (agents,), 0-based; one group when everything is connected.
    findings : ``shops-not-connected`` and the like, empty when all agents can be compared.
    """

    table: pd.DataFrame
    rotating: dict[str, float]
    group: Ints
    findings: tuple[Finding, ...]

    @property
    def connected(self) -> bool:
        """Whether all agents can be compared with each other."""
        return int(self.group.max()) == 0


def check_identification(cells: CaseCounts) -> Identification:
    """Find the parts of the agent-level graph of each case-mix column and of the months.

    Notes
    -----
    Agents are comparable when they are in one part for every column.

    References
    ----------
    Abowd, Creecy & Kramarz (2002), Census LEHD technical paper 2002-06 (connected groups of workers and firms).
    """
    agent = cells.frame["agent"].cat.codes.to_numpy().astype(np.int64)
    rows, groups, rotating, findings = [], [], {}, []
    for column in (*cells.case_mix, "month"):
        codes = cells.frame[column].cat.codes.to_numpy().astype(np.int64)
        levels = list(map(str, cells.frame[column].cat.categories))
        n_agents = len(cells.agents)
        links = sp.coo_array((np.ones(len(agent)), (agent, codes + n_agents)), shape=(n_agents + len(levels),) * 2)
        n_parts, label = connected_components(links, directed=False)
        part = label.astype(np.int64)
        seen = sp.coo_array((np.ones(len(agent)), (agent, codes)), shape=(n_agents, len(levels))).tocsr()
        rotating[column] = float(np.mean(np.diff(seen.indptr) >= 2)) if len(levels) > 1 else 1.0
        parts = [_part(cells, levels, part, k) for k in range(n_parts)]
        rows += [{"column": column, "part": k, "levels": lv, "agents": ag} for k, (lv, ag) in enumerate(parts)]
        groups.append(part[:n_agents])
        if n_parts > 1:
            findings.append(_not_connected(column, parts, rotating[column]))
        elif rotating[column] < _FEW_ROTATING and len(levels) > 1:
            findings.append(_few_rotate(column, rotating[column], n_agents))
    _, group = np.unique(np.column_stack(groups), axis=0, return_inverse=True)
    return Identification(pd.DataFrame(rows), rotating, group.reshape(-1).astype(np.int64), tuple(findings))


def _part(cells: CaseCounts, levels: list[str], part: Ints, k: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    n_agents = len(cells.agents)
    agents = tuple(a for a, p in zip(cells.agents, part[:n_agents], strict=True) if p == k)
    return tuple(lv for lv, p in zip(levels, part[n_agents:], strict=True) if p == k), agents


def _some(names: tuple[str, ...], lang: str) -> str:
    more = len(names) - _SHOWN
    shown = (", " if lang == "en" else "、").join(names[:_SHOWN])
    tail = f" and {more} more" if lang == "en" else f"等 {len(names)} 个"
    return shown + tail if more > 0 else shown


_ZH = {"shop": "店铺", "channel": "渠道", "product": "商品", "month": "月份"}


def _not_connected(column: str, parts: list[tuple[tuple[str, ...], tuple[str, ...]]], rotating: float) -> Finding:
    en = "; ".join(f"{_some(lv, 'en')}: {_some(ag, 'en')}" for lv, ag in parts[:_SHOWN])
    zh = "；".join(f"{_some(lv, 'zh')}：{_some(ag, 'zh')}" for lv, ag in parts[:_SHOWN])
    name = _ZH.get(column, column)
    message = Text(
        f"No chain of agents connects all levels of {column} ({len(parts)} separate parts; {rotating:.0%} of "
        "agents were at two or "
        f"more). A difference between parts may be the agents' or the {column}'s, so agents are compared within "
        f"their part only: {en}.",
        f"没有客服把所有{name}联系起来（共 {len(parts)} 个互不相连的部分；{rotating:.0%} 的客服去过两个或以上）。"
        f"部分之间的差异无法区分是客服还是{name}造成，因此只在同一部分内比较：{zh}。",
    )
    evidence = {"parts": [{"levels": list(lv), "agents": list(ag)} for lv, ag in parts], "rotating_share": rotating}
    return Finding(f"{column}s-not-connected", "review", column, message, evidence=evidence)


def _few_rotate(column: str, rotating: float, n_agents: int) -> Finding:
    name = _ZH.get(column, column)
    message = Text(
        f"Only {rotating:.1%} of {n_agents} agents were at two or more levels of {column}: comparison across "
        f"{column}s rests on them.",
        f"{n_agents} 名客服中只有 {rotating:.1%} 去过两个或以上{name}：跨{name}的比较全靠这几个人。",
    )
    return Finding(f"few-rotate-{column}", "review", column, message, evidence={"rotating_share": rotating})
