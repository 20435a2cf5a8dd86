"""Are better agents in better shops: on how many people a shop's contrast rests, and whether agents are sorted.

The adjustment takes a shop's difference from people who worked in several shops. Where they are few, or where agents
of good shops are better than their own rotation tells, agents' effects are too close together or in a wrong order.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from toolkit.core.figures import counted
from toolkit.core.findings import Finding
from toolkit.core.text import Text
from toolkit.models.baseline.conversion import ConversionBaseline, moved_rate
from toolkit.models.baseline.counts import Floats, Ints
from toolkit.models.baseline.empirical_bayes import Collapsed

FEW_PEOPLE, TOO_FEW = 5.0, 3.0
"""A contrast that rests on fewer people is told with their names; below the second, ranks across shops are withheld."""
SORTED_P = 0.05
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Sorting:
    """Whether agents are sorted into shops.

    Parameters
    ----------
    people : see `people_behind`.
    p : of the test that shares of shops say nothing of agents, None where it cannot be made.
    table : agent, effect, lower, upper (logit) and rate, rate_lower, rate_upper with sorting allowed for; empty unless
        `p` is below .05, and where levels are found to move.
    findings : ``few-people-behind-shop``, ``agents-sorted``.
    """

    people: pd.DataFrame
    p: float | None
    table: pd.DataFrame
    findings: tuple[Finding, ...]


def people_behind(baseline: ConversionBaseline) -> pd.DataFrame:
    """Return how many people each shop's contrast rests on, inside each group that can be compared.

    Returns
    -------
    DataFrame
        group, shop, reference (the group's largest shop, or where nobody worked in both the shop with most people in
        common), people, names (those who worked in both, most telling first); empty without shops.

    Notes
    -----
    With h = n_s n_r / (n_s + n_r) of each agent's inquiries in both shops, people = (sum h)^2 / sum h^2: five who
    weigh alike count as five, one beside four with a few inquiries as hardly more than one.

    References
    ----------
    Kish (1965), Survey Sampling, section 11.7 (effective number of unequal weights).
    """
    columns = ["group", "shop", "reference", "people", "names"]
    if "shop" not in baseline.cells.case_mix:
        return pd.DataFrame(columns=columns)
    served = _served(baseline)
    rows = []
    for group in range(int(baseline.identification.group.max()) + 1):
        mine = served[baseline.identification.group == group]
        mine = mine.loc[:, mine.sum() > 0]
        largest = str(mine.sum().idxmax())
        for shop in mine.columns.drop(largest):
            links = {other: _link(mine, shop, other) for other in mine.columns.drop(shop)}
            reference = largest if links[largest].any() else max(links, key=lambda other: _effective(links[other]))
            h = links[reference].sort_values(ascending=False, kind="stable")
            rows.append((group, str(shop), str(reference), _effective(h), tuple(h.index[h > 0])))
    return pd.DataFrame(rows, columns=columns)


def _served(baseline: ConversionBaseline) -> pd.DataFrame:
    """Return the inquiries of each agent (rows, in the baseline's order) in each shop (columns)."""
    cells = baseline.cells
    sums = cells.frame.groupby(["agent", "shop"], observed=True)["inquiries"].sum().unstack(fill_value=0)
    return pd.DataFrame(sums.to_numpy(np.float64), index=list(cells.agents), columns=list(map(str, sums.columns)))


def _link(served: pd.DataFrame, one: str, other: str) -> pd.Series[float]:
    both = served[one] + served[other]
    return (served[one] * served[other] / both.where(both > 0, 1.0)).astype("float64")


def _effective(h: pd.Series[float]) -> float:
    squares = float((h**2).sum())
    return float(h.sum()) ** 2 / squares if squares else 0.0


def check_sorting(baseline: ConversionBaseline) -> Sorting:
    """Say on whom shop contrasts rest, and test whether agents' shares of shops tell how good they are.

    Notes
    -----
    Agents' mean shares of the shops become columns at the level of agents (Mundlak); their F test has (S - 1, A - S)
    degrees of freedom with the agent variance estimated anew. Where they tell, an agent's effect is u + w'gamma.

    References
    ----------
    Mundlak (1978), Econometrica 46, 69; Hausman & Taylor (1981), Econometrica 49, 1377.
    """
    people = people_behind(baseline)
    findings = [_few_people(row) for row in people.to_dict("records") if row["people"] < FEW_PEOPLE]
    within = _mundlak(baseline) if len(people) and baseline.identification.connected else None
    if within is None:
        return Sorting(people, None, pd.DataFrame(), tuple(findings))
    p, table = within
    if p >= SORTED_P:
        return Sorting(people, p, pd.DataFrame(), tuple(findings))
    moves = any(f.code in _MOVING for f in baseline.findings)
    findings.append(_sorted(p, float(people["people"].min()), moves=moves))
    return Sorting(people, p, pd.DataFrame() if moves else table, tuple(findings))


_MOVING = ("level-moves", "newcomers-learn")
"""Findings beside which effects with sorting allowed for are not shown: those are of the mean level."""


def _mundlak(baseline: ConversionBaseline) -> tuple[float, pd.DataFrame] | None:
    """Return p of the agents' shares of shops and the effects with them; None with too few agents."""
    from scipy.stats import f

    served = _served(baseline)
    shares = served.div(served.sum(axis=1), axis=0).drop(columns=str(served.sum().idxmax())).to_numpy(np.float64)
    n_agents, k = shares.shape
    df = n_agents - k - 1
    if df < 2 or not baseline.fit.variances.estimable[0]:
        return None
    w = shares - shares.mean(axis=0)
    c = baseline.fit.collapsed
    variance = _agent_variance(c, w)
    beta, cov = _joint(c, w, variance)
    gamma, at = beta[-k:], slice(len(beta) - k, None)
    value = float(gamma @ np.linalg.solve(cov[at, at], gamma)) / k
    kept = variance / (variance + c.d)
    effect = w @ gamma + kept * (c.z - np.hstack([c.x, w]) @ beta)
    g = np.hstack([-kept[:, None] * c.x, (1 - kept)[:, None] * w])
    se = np.sqrt(c.d * kept + np.einsum("ij,jk,ik->i", g, cov, g))
    table = pd.DataFrame(
        {
            "agent": list(baseline.cells.agents),
            "effect": effect,
            "lower": effect - 1.96 * se,
            "upper": effect + 1.96 * se,
        }
    )
    for name, column in (("rate", "effect"), ("rate_lower", "lower"), ("rate_upper", "upper")):
        table[name] = moved_rate(baseline.summary["rate"], table[column].to_numpy())
    return float(f.sf(value, k, df)), table


def _joint(c: Collapsed, w: Floats, variance: float) -> tuple[Floats, Floats]:
    """Return fixed effects and their covariance with the columns `w` at the level of agents (nothing inside them)."""
    x, precision, k = np.hstack([c.x, w]), 1 / (c.d + variance), w.shape[1]
    inside = np.pad(c.strata[0].xx + c.strata[1].xx + np.diag(c.prior), (0, k))
    moments = np.pad(c.strata[0].xz + c.strata[1].xz, (0, k)) + x.T @ (precision * c.z)
    information = inside + (x * precision[:, None]).T @ x + np.diag(np.r_[np.zeros(len(c.prior)), np.full(k, 1e-6)])
    cov: Floats = np.linalg.inv(information).astype(np.float64)
    return cov @ moments, cov


def _agent_variance(c: Collapsed, w: Floats) -> float:
    """Return the agent variance beside the columns `w` (Paule-Mandel: weighted squares equal their degrees)."""
    from scipy.optimize import brentq

    x = np.hstack([c.x, w])

    def gap(variance: float) -> float:
        beta, cov = _joint(c, w, variance)
        precision = 1 / (c.d + variance)
        used = float(np.sum(cov * ((x * precision[:, None]).T @ x)))
        return float(precision @ (c.z - x @ beta) ** 2) - (len(c.z) - used)

    if gap(0.0) <= 0:
        return 0.0
    high = float(np.median(c.d))
    while gap(high) > 0:
        high *= 4
    return float(brentq(gap, 0.0, high, xtol=1e-10, rtol=1e-6))


def _few_people(row: dict[Hashable, Any]) -> Finding:
    names, people, shop, reference = (row[c] for c in ("names", "people", "shop", "reference"))
    shown_en, shown_zh = ", ".join(names[:_SHOWN]), "、".join(names[:_SHOWN])
    so_en, so_zh = ("", "")
    if people < TOO_FEW:
        so_en, so_zh = "; places across these shops are withheld", "；不给出跨店铺的名次"
    message = Text(
        f"What {shop} and {reference} are held to differ by rests on {counted(len(names), 'person', 'people')}, by "
        f"weight {people:.1f}: {shown_en}{so_en}. If they are unlike the others, everybody's comparison is off.",
        f"{shop} 与 {reference} 的差异只靠 {len(names)} 人估计（按权重相当于 {people:.1f} 人）：{shown_zh}{so_zh}。"
        "如果他们与众不同，所有人的比较都会有偏差。",
    )
    evidence = {"people": people, "names": list(names), "reference": reference}
    return Finding("few-people-behind-shop", "review", shop, message, evidence=evidence)


def _sorted(p: float, people: float, *, moves: bool) -> Finding:
    shown = Text("both are shown", "两种结果都列出")
    if moves:
        shown = Text("the other comparison is not shown, because levels move", "因水平在变化，另一种结果不列出")
    trust = Text("", "")
    if people < TOO_FEW:
        trust = Text(
            f" As the shops' difference rests on {people:.1f} people, neither can be trusted.",
            f"由于店铺差异只靠相当于 {people:.1f} 人估计，两种结果都不可信。",
        )
    message = Text(
        "Agents are not spread over shops by chance: who works where tells how well they convert. A comparison that "
        f"allows for shops takes part of that for the shop's; {shown.en}.{trust.en}",
        f"客服在店铺之间的分布并非随机：在哪个店铺工作与转化水平有关。按店铺调整会把其中一部分算到店铺头上；{shown.zh}。"
        f"{trust.zh}",
    )
    return Finding("agents-sorted", "review", "shop", message, evidence={"p": p})


@dataclass(frozen=True, slots=True)
class ShopSkill:
    """Whether agents are good in some shops and not in others.

    Parameters
    ----------
    variance : of an agent's own deviation in one shop (logit), not below 0.
    z : of the test that it is 0, clustered by agent.
    """

    variance: float
    z: float

    @property
    def found(self) -> bool:
        """Whether it is shown (one in a hundred teams without it would)."""
        return self.z > _ONE_IN_HUNDRED


_ONE_IN_HUNDRED = 2.33
FEW_TO_TELL = 12
"""Below so many people who serve several shops nothing is said of agents and shops but that it cannot be told."""
_MOST_SHOPS = 20


def shop_skill(baseline: ConversionBaseline) -> ShopSkill:
    """Tell whether agents deviate in the same shop in the same direction month after month.

    Notes
    -----
    A cell's deviation from its agent-month, times that of the same agent and shop in another month, is on average
    g^2 x sum_j c_j c'_j with c_j = [own shop is j] - share of j in the month; luck of months and cells has mean 0.
    With more than twenty shops nothing is tested.

    References
    ----------
    Rao (1970), JASA 65, 161 (variance components from products, without a distribution); Cameron & Miller (2015), J.
    Human Resources 50, 317 (clusters).
    """
    if "shop" not in baseline.cells.case_mix or baseline.cells.frame["shop"].nunique() > _MOST_SHOPS:
        return ShopSkill(0.0, 0.0)
    w, deviation = _deviations(baseline)
    agent = baseline.fit.collapsed.strata[1].group
    share = w / w.sum(axis=1, keepdims=True)
    products, expected = np.zeros(agent.max() + 1), 0.0
    for s in range(w.shape[1]):
        products += _pairs(w[:, s] * deviation[:, s], agent)
        for j in range(w.shape[1]):
            expected += float(_pairs(w[:, s] * ((s == j) - share[:, j]), agent).sum())
    squares = float(np.sum(products**2))
    total = float(products.sum())
    if expected <= 0 or squares == 0:
        return ShopSkill(0.0, 0.0)
    return ShopSkill(max(total / expected, 0.0), total / squares**0.5)


def untold_shop_skill(baseline: ConversionBaseline, skill: ShopSkill) -> tuple[Finding, ...]:
    """Say that it cannot be told whether agents are equally good in all their shops, where too few serve several.

    Notes
    -----
    The test's z cannot exceed the square root of the number of people it rests on.
    """
    if "shop" not in baseline.cells.case_mix or skill.found:
        return ()
    several = int(((_served(baseline) > 0).sum(axis=1) > 1).sum())
    if not 0 < several < FEW_TO_TELL:
        return ()
    people = counted(several, "person serves", "people serve")
    message = Text(
        f"Only {people} several shops: whether somebody is good in one shop and not in another cannot be told. Effects "
        "and ranges take everybody to be equally good in all their shops; if that is wrong they are too sure.",
        f"只有 {several} 人服务多个店铺，无法判断是否有人在某店铺好、在另一店铺不好。结果和范围都假定每人在各店铺"
        "同样好，若不成立则过于肯定。",
    )
    return (Finding("agent-shop-untold", "info", "shop", message, evidence={"people": several}),)


def _deviations(baseline: ConversionBaseline) -> tuple[Floats, Floats]:
    """Return weights and deviations from the agent-month, (agent-months, shops) each."""
    cells, beta = baseline.fit.collapsed.strata[0], baseline.fit.solution.beta
    shop = baseline.cells.frame["shop"].cat.codes.to_numpy()
    shape = (len(baseline.fit.collapsed.strata[1].w), int(shop.max()) + 1)
    w, sums = np.zeros(shape), np.zeros(shape)
    np.add.at(w, (cells.group, shop), cells.w)
    np.add.at(sums, (cells.group, shop), cells.w * (cells.z - cells.x.dot(beta)))
    mean = sums.sum(axis=1, keepdims=True) / w.sum(axis=1, keepdims=True)
    return w, np.where(w > 0, sums / np.where(w > 0, w, 1.0) - mean, 0.0)


def _pairs(values: Floats, agent: Ints) -> Floats:
    """Return the sum of products of each agent's values over pairs of different months."""
    pairs: Floats = (np.bincount(agent, values) ** 2 - np.bincount(agent, values**2)).astype(np.float64)
    return pairs


def widened(baseline: ConversionBaseline, skill: ShopSkill) -> ConversionBaseline:
    """Return the baseline with ranges of skill in shops in general: the shops served tell only part of it.

    Notes
    -----
    se^2 grows by g^2 x sum of squared shares of the shops; the added part is the column `se_shops`.
    """
    served = _served(baseline)
    shares = served.div(served.sum(axis=1), axis=0).to_numpy(np.float64)
    more = np.sqrt(skill.variance * (shares**2).sum(axis=1))
    old = baseline.agents
    se = np.sqrt(old["se"] ** 2 + more**2)
    table = old.assign(se=se, se_shops=more, lower=old["effect"] - 1.96 * se, upper=old["effect"] + 1.96 * se)
    for name, column in (("rate_lower", "lower"), ("rate_upper", "upper")):
        table[name] = moved_rate(baseline.summary["rate"], table[column].to_numpy())
    message = Text(
        "How well an agent converts depends on the shop: good in one, an agent is not as good in others. Ranges and "
        "places are of shops in general, of which the shops served tell only part, and are wider for it.",
        "客服的转化水平因店铺而异：在一个店铺好，在别的店铺未必同样好。范围和名次针对一般的店铺，所服务的店铺只能说明一部分，"
        "因此范围更宽。",
    )
    finding = Finding("agent-shop", "review", "shop", message, evidence={"z": skill.z, "sd": skill.variance**0.5})
    return replace(baseline, agents=table, findings=(*baseline.findings, finding))


def tipping(baseline: ConversionBaseline) -> Floats:
    """Return the hidden odds ratio between customers that would explain each agent told apart, (agents,).

    Notes
    -----
    exp of the interval's end nearest 0; not a number for whoever is not told apart.

    References
    ----------
    VanderWeele & Ding (2017), Annals of Internal Medicine 167, 268 (how much confounding would explain an effect).
    """
    near = np.minimum(np.abs(baseline.agents["lower"]), np.abs(baseline.agents["upper"])).to_numpy(np.float64)
    ratio: Floats = np.where(baseline.side != 0, np.exp(near), np.nan)
    return ratio


def largest_shop_ratio(baseline: ConversionBaseline) -> float | None:
    """Return the largest odds ratio between two shops that was allowed for, None without two."""
    rows = baseline.coefficients
    mine = rows[rows["term"].str.startswith("shop=") & rows["status"].isin(["estimated", "reference"])]
    estimates = mine["estimate"].to_numpy(np.float64)
    return float(np.exp(estimates.max() - estimates.min())) if len(mine) > 1 else None
