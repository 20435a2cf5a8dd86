"""Order-value baseline: value per order (or per buyer) beyond case-mix and luck, with its heavy tail shown.

log mean = month + case-mix + agent + agent-month, Gamma, weighted by orders. Where single orders are known the model
sees amounts winsorised at a stated quantile, so that one order cannot move an agent unseen; totals are shown both
ways and the part cut off returns through `tail`, the ratio of untouched to winsorised sales.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.core.errors import InputError, Problem, UsageError
from toolkit.core.figures import counted
from toolkit.core.findings import Finding
from toolkit.core.money import format_money
from toolkit.core.text import Text
from toolkit.models.baseline.counts import CaseCounts, prepare_counts
from toolkit.models.baseline.design import VALUE_PRIOR_SD, build_design
from toolkit.models.baseline.effects import agent_effects, coefficient_table, sd_interval
from toolkit.models.baseline.glm import NestedFit, fit_nested, gamma_family
from toolkit.models.baseline.identification import Identification, check_identification

_LARGE_SHARE, _SHOWN = 0.25, 5


@dataclass(frozen=True, slots=True)
class OrderValueBaseline:
    """A fitted order-value baseline.

    Parameters
    ----------
    size : what a value is per: ``orders`` or ``buyers``.
    cells, fit, identification : what it was made of.
    agents : agent, n_<size>, sales, raw, expected (minor units per order), effect (log scale, against 0), se, lower,
        upper, shrinkage, index (exp of effect), group.
    tails : month, agent, <size>, sales, sales_winsorised, largest, largest_share; empty when only totals are known.
    tail : sales / winsorised sales over all cells, 1 when only totals are known.
    """

    size: str
    cells: CaseCounts
    fit: NestedFit
    identification: Identification
    agents: pd.DataFrame
    coefficients: pd.DataFrame
    tails: pd.DataFrame
    tail: float
    summary: dict[str, Any]
    findings: tuple[Finding, ...]

    @property
    def table(self) -> pd.DataFrame:
        """The agents' table."""
        return self.agents

    @property
    def text(self) -> Text:
        """How far agents differ in value, and what the tail does."""
        return _sentence(self.summary, self.tail)


def order_cells(orders: pd.DataFrame, case_mix: Sequence[str] = ("shop",), quantile: float = 0.99) -> pd.DataFrame:
    """Sum single orders into cells, with what is needed to see the tail.

    Parameters
    ----------
    orders : month, agent, the case-mix columns, amount (minor units, > 0); a row an order.
    quantile : amounts above this quantile of all orders are cut to it in `sales_winsorised`.

    Returns
    -------
    DataFrame
        month, agent, case-mix, orders, sales, sales_winsorised, squares (of winsorised amounts), largest.

    Raises
    ------
    InputError
        If an amount is not above 0.
    """
    amount = orders["amount"].astype("int64")
    wrong = orders.index[amount <= 0]
    if len(wrong):
        raise InputError(
            [
                Problem("orders", f"row {i}: an order's amount is above 0", got=str(amount[i]), code="bad-amount")
                for i in wrong[:50]
            ]
        )
    cut = np.minimum(amount, int(np.quantile(amount, quantile)))
    keys = ["month", "agent", *case_mix]
    frame = orders[keys].assign(
        orders=1, sales=amount, sales_winsorised=cut, squares=cut.astype("float64") ** 2, largest=amount
    )
    how = {"orders": "sum", "sales": "sum", "sales_winsorised": "sum", "squares": "sum", "largest": "max"}
    return frame.groupby(keys, dropna=False).agg(how).reset_index()


def fit_order_value(
    cells: pd.DataFrame, case_mix: Sequence[str] = ("shop",), size: str = "orders"
) -> OrderValueBaseline:
    """Fit the value baseline to a table of cells.

    Parameters
    ----------
    cells : month, agent, the case-mix columns, `size`, sales (minor units); from `order_cells` also sales_winsorised,
        squares and largest.
    size : ``orders`` for value per order, ``buyers`` for revenue per buyer.

    Raises
    ------
    InputError
        If nothing with positive sales is left.

    Notes
    -----
    The squared coefficient of variation of one order comes from `squares`; without them from the scatter of cells
    inside agent-months, and where there is one cell an agent-month, from the scatter of months, which then cannot tell
    luck from an agent's good month.

    References
    ----------
    McCullagh & Nelder (1989), ch. 8; Duan (1983), JASA 78, 605 (retransformation by the ratio of totals).
    """
    if size not in ("orders", "buyers"):
        raise UsageError(f"value is per orders or buyers; got {size!r}")
    seen = "sales_winsorised" if "sales_winsorised" in cells.columns else "sales"
    positive = cells[(cells[seen] > 0) & (cells[size] > 0)]
    if positive.empty:
        raise InputError(
            [Problem("cells", "no cell has positive sales", fix="check the month and the columns", code="no-cells")]
        )
    ready = prepare_counts(
        positive.rename(columns={seen: "sales", "sales": "untouched"} if seen != "sales" else {}),
        case_mix,
        size,
        "sales",
    )
    fit = fit_nested(ready, build_design(ready, VALUE_PRIOR_SD), gamma_family(_dispersion(positive, size)))
    identification = check_identification(ready)
    coefficients, withheld = coefficient_table(ready, fit)
    tails = _tails(positive, size)
    tail = float(positive["sales"].sum() / positive[seen].sum())
    findings = (
        *ready.findings,
        *_set_aside(len(cells) - len(positive)),
        *identification.findings,
        *withheld,
        *_tail_findings(tails, seen),
    )
    agents = _agents(ready, fit, identification, size)
    return OrderValueBaseline(
        size,
        ready,
        fit,
        identification,
        agents,
        coefficients,
        tails,
        tail,
        _summary(ready, fit, identification),
        findings,
    )


def _dispersion(cells: pd.DataFrame, size: str) -> float | None:
    """Return the pooled squared coefficient of variation of one order inside cells, None when squares are unknown."""
    if "squares" not in cells.columns or size != "orders":
        return None
    several = cells[cells["orders"] > 1].astype({"orders": "float64", "sales_winsorised": "float64"})
    if several.empty:
        return None
    mean = several["sales_winsorised"] / several["orders"]
    inside = several["squares"] / mean**2 - several["orders"]
    found = float(inside.sum() / (several["orders"] - 1).sum())
    return found if found > 0 else None


def _agents(cells: CaseCounts, fit: NestedFit, identification: Identification, size: str) -> pd.DataFrame:
    c = fit.collapsed
    agent = c.strata[1].group[c.strata[0].group]
    n, y, expected = (
        np.bincount(agent, w) for w in (cells.n, cells.y, cells.n * np.exp(fit.design.rows.dot(fit.solution.beta)))
    )
    effect, se, kept = agent_effects(fit, n_agents=len(n))
    return pd.DataFrame(
        {
            "agent": list(cells.agents),
            f"n_{size}": n.astype(np.int64),
            "sales": y.astype(np.int64),
            "raw": y / n,
            "expected": expected / n,
            "effect": effect,
            "se": se,
            "lower": effect - 1.96 * se,
            "upper": effect + 1.96 * se,
            "shrinkage": kept,
            "index": np.exp(effect),
            "group": identification.group,
        }
    )


def _tails(cells: pd.DataFrame, size: str) -> pd.DataFrame:
    if "largest" not in cells.columns:
        return pd.DataFrame(columns=["month", "agent", size, "sales", "sales_winsorised", "largest", "largest_share"])
    how = {size: "sum", "sales": "sum", "sales_winsorised": "sum", "largest": "max"}
    tails = cells.groupby(["month", "agent"]).agg(how).reset_index()
    return tails.assign(largest_share=tails["largest"] / tails["sales"])


def _summary(cells: CaseCounts, fit: NestedFit, identification: Identification) -> dict[str, Any]:
    known, v = fit.variances.estimable, fit.variances
    return {
        "sd_agent": float(np.sqrt(v.agent)) if known[0] else None,
        "sd_agent_interval": sd_interval(fit),
        "sd_agent_month": float(np.sqrt(v.month)) if known[1] else None,
        "dispersion": fit.dispersion,
        "connected": identification.connected,
        "n_cells": len(cells.frame),
        "n_agents": len(cells.agents),
        "n_months": len(cells.months),
        "mean": float(cells.y.sum() / cells.n.sum()),
        "steps": fit.steps,
        "converged": fit.converged,
    }


def _set_aside(n: int) -> tuple[Finding, ...]:
    if n == 0:
        return ()
    message = Text(
        f"{n:,} cells without positive sales are not in the value model.", f"{n:,} 个销售额不为正的单元未进入价值模型。"
    )
    return (Finding("no-positive-sales", "info", "sales", message, evidence={"n": n}),)


def _tail_findings(tails: pd.DataFrame, seen: str) -> tuple[Finding, ...]:
    if seen == "sales":
        message = Text(
            "Only totals are known, not single orders: how much of them is one large order cannot be seen.",
            "只有合计、没有单笔订单：看不出其中有多少来自一笔大单。",
        )
        return (Finding("tail-unseen", "info", "sales", message),)
    large = tails[tails["largest_share"] > _LARGE_SHARE].sort_values("largest", ascending=False, kind="stable")
    return (_one_order(large),) if len(large) else ()


def _one_order(large: pd.DataFrame) -> Finding:
    """Say once whose month is mostly one order, the largest amounts first."""
    rows, n = large.head(_SHOWN).to_dict("records"), len(large)
    en, zh = (
        mark.join(
            f"{r['agent']} {r['month']} {format_money(int(r['largest']))} ({r['largest_share']:.0%})" for r in rows
        )
        for mark in ("; ", "；")
    )
    more_en, more_zh = (f"; and {n - _SHOWN} more", f"；等共 {n} 个") if n > _SHOWN else ("", "")
    message = Text(
        f"One order is more than {_LARGE_SHARE:.0%} of the sales of {counted(n, 'month', 'months')} of an agent, the "
        f"largest first: {en}{more_en}.",
        f"有 {n} 个客服月的销售额超过 {_LARGE_SHARE:.0%} 来自一笔订单，按金额从大到小：{zh}{more_zh}。",
    )
    told = large[["agent", "month", "largest", "sales"]].astype({"largest": "int64", "sales": "int64"})
    evidence = {"months": told.astype("object").to_dict("records")}
    return Finding("one-order-dominates", "review", "sales", message, evidence=evidence)


def _sentence(summary: dict[str, Any], tail: float) -> Text:
    sd, interval = summary["sd_agent"], summary["sd_agent_interval"]
    cut_en = f" Large orders cut by the model are {1 - 1 / tail:.1%} of sales." if tail > 1 else ""
    cut_zh = f"模型截去的大单部分占销售额 {1 - 1 / tail:.1%}。" if tail > 1 else ""
    if sd is None:
        return Text(
            f"Too few agents to say how far they differ in value.{cut_en}",
            f"客服太少，无法说明客单价值的差异。{cut_zh}",
        )
    usual, least, most = (_around(x) for x in (sd, *interval))
    if interval[0] == 0:
        return Text(
            f"Not shown that agents differ in value; a difference by which two in three sell within {most.en} of the "
            f"average would still be compatible with the data.{cut_en}",
            f"未能证明客服之间在客单价值上有差异；但即使约三分之二的客服在平均水平的 {most.zh} 之间，也与数据相容。"
            f"{cut_zh}",
        )
    return Text(
        f"About two agents in three sell within {usual.en} of the average value; by the data at least within "
        f"{least.en}, at most within {most.en}.{cut_en}",
        f"约三分之二的客服价值在平均水平的 {usual.zh} 之间；按数据至少在 {least.zh} 之间，至多在 {most.zh} 之间。"
        f"{cut_zh}",
    )


def _around(sd: float) -> Text:
    low, high = f"{np.exp(-sd) - 1:+.0%}", f"{np.exp(sd) - 1:+.0%}"
    return Text(f"{low} and {high}", f"{low} 至 {high}")
