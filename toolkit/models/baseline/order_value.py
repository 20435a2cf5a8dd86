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
from toolkit.core.findings import Finding
from toolkit.core.text import Text
from toolkit.models.baseline.counts import CaseCounts, prepare_counts
from toolkit.models.baseline.design import build_design
from toolkit.models.baseline.effects import agent_effects, coefficient_table, sd_interval
from toolkit.models.baseline.glm import NestedFit, fit_nested, gamma_family
from toolkit.models.baseline.identification import Identification, check_identification

_LARGE_SHARE = 0.25


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
    fit = fit_nested(ready, build_design(ready), gamma_family(_dispersion(positive, size)))
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
    large = tails[tails["largest_share"] > _LARGE_SHARE].sort_values("largest_share", ascending=False)
    found = []
    for row in large.to_dict("records"):
        message = Text(
            f"{row['agent']}: one order is {row['largest_share']:.0%} of the month's sales.",
            f"{row['agent']}：一笔订单占当月销售额的 {row['largest_share']:.0%}。",
        )
        evidence = {"largest": int(row["largest"]), "sales": int(row["sales"])}
        found.append(Finding("one-order-dominates", "review", str(row["agent"]), message, str(row["month"]), evidence))
    return tuple(found)


def _sentence(summary: dict[str, Any], tail: float) -> Text:
    sd, interval = summary["sd_agent"], summary["sd_agent_interval"]
    cut_en = f" Large orders cut by the model are {1 - 1 / tail:.1%} of sales." if tail > 1 else ""
    cut_zh = f"模型截去的大单部分占销售额 {1 - 1 / tail:.1%}。" if tail > 1 else ""
    if sd is None or interval[0] == 0:
        return Text(
            f"The data do not show that agents differ in value.{cut_en}",
            f"数据不能证明客服之间在客单价值上有差异。{cut_zh}",
        )
    return Text(
        f"About two agents in three sell within {np.exp(-sd) - 1:+.0%} and {np.exp(sd) - 1:+.0%} of the average "
        f"value (sd {sd:.2f}, 95 % interval {interval[0]:.2f} to {interval[1]:.2f}).{cut_en}",
        f"约三分之二的客服价值在平均水平的 {np.exp(-sd) - 1:+.0%} 至 {np.exp(sd) - 1:+.0%} 之间（标准差 "
        f"{sd:.2f}，95% 区间 {interval[0]:.2f} 至 {interval[1]:.2f}）。{cut_zh}",
    )
