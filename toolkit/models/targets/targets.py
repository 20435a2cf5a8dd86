"""Threshold, target and stretch that can be defended in front of both sides.

Sentences and findings of a target proposal, computed from its tables.

A proposal is read off the attainment curve: for each edge on a lattice of whole steps, the share of agents expected to
reach it in whole buyers at their planned volumes after the planned uplift. Targets come from the pooled baseline, not
from an agent's own last month, so that a good month does not raise next month's target.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from toolkit.core.errors import UsageError
from toolkit.core.findings import Finding
from toolkit.core.money import format_money
from toolkit.core.text import Text
from toolkit.models.baseline.counts import Floats, Ints
from toolkit.models.outlook.forecast import Forecast
from toolkit.models.outlook.season import Outlook
from toolkit.models.targets.awards import chance_to_reach, need_count

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


def both_sides(table: pd.DataFrame, agents: pd.DataFrame, outlook: Outlook, money: Money) -> Text:
    """State what the edges mean for the agents and for the shop (a fair target is neither a trick nor a gift)."""
    unknown = outlook.source == "unknown"
    edges = list(zip(table["name"], table["threshold"], table[_stated(outlook)], strict=True))
    en = ", ".join(f"{name} {edge:.1%} reached by {share:.0%}" for name, edge, share in edges)
    zh = "，".join(f"{_ZH[name]} {edge:.1%}（{share:.0%} 的人达到）" for name, edge, share in edges)
    chance = agents["usual_target" if unknown else "chance_target"]
    low, high = chance.min(), chance.max()
    when = Text(" in such a month", "（在这样的月份）")
    when = when if unknown else Text("", "")
    en = f"For the agents{when.en}: {en}; one agent's chance to reach the target runs from {low:.0%} to {high:.0%}."
    zh = f"对客服{when.zh}：{zh}；个人达到目标的机会从 {low:.0%} 到 {high:.0%}。"
    cost = table["expected_cost"].round().sum() if table["expected_cost"].notna().all() else None
    gain = money.gain_in_all
    if cost is None and gain is None:
        return Text(
            f"{en} For the shop: cost and gain need a budget or a bonus, revenue per buyer and a margin.",
            f"{zh}对店铺：要算成本和收益，需给出预算或奖金、客单价和毛利率。",
        )
    parts_en, parts_zh = [], []
    if unknown:
        parts_en, parts_zh = [f"over all that {outlook.month} may be"], [f"按 {outlook.month} 可能的各种情况"]
    if cost is not None:
        said = _most(money)
        parts_en.append(f"expected cost {format_money(round(cost))}{said.en}")
        parts_zh.append(f"预计成本 {format_money(round(cost))}{said.zh}")
    if gain is not None:
        parts_en.append(f"profit of the planned uplift {format_money(round(gain))}")
        parts_zh.append(f"计划提升带来的利润 {format_money(round(gain))}")
    if cost is not None and gain is not None:
        parts_en.append(f"net {format_money(round(gain - cost))}")
        parts_zh.append(f"净得 {format_money(round(gain - cost))}")
    return Text(f"{en} For the shop: {', '.join(parts_en)}.", f"{zh}对店铺：{'，'.join(parts_zh)}。")


def _most(money: Money) -> Text:
    """Say what the bonuses come to once as many whole people reach them as may, and how often that is too much."""
    if money.most is None:
        return Text("", "")
    en = f"at most {format_money(round(money.most))} in 19 months of 20"
    zh = f"20 个月中有 19 个月不超过 {format_money(round(money.most))}"
    if money.over_budget is not None:
        en += f", more than the budget in {money.over_budget:.0%} of months"
        zh += f"，有 {money.over_budget:.0%} 的月份超出预算"
    return Text(f" ({en})", f"（{zh}）")


def _stated(outlook: Outlook) -> str:
    """Return the column of the share that may be said: of a usual month where the month's season is not known."""
    return "usual_attainment" if outlook.source == "unknown" else "mean_attainment"


def month_sentence(table: pd.DataFrame, outlook: Outlook, uplift: Fraction) -> Text:
    """Say how many reach the target after the planned rise and without it, and what the month itself may do to that."""
    row, month, k = table.loc[table["name"] == "target"], outlook.month, outlook.n_usual
    columns = ["mean_attainment", "lower", "upper", "usual_attainment", "without_uplift", "usual_without_uplift"]
    mean, low, high, usual, plain, usual_plain = row[columns].to_numpy(np.float64)[0].tolist()
    if outlook.source == "unknown":
        rise = _without(uplift, usual_plain)
        return Text(
            f"If {month} is a month like the last {k}, {usual:.0%} reach the target{rise.en}. What {month} itself adds "
            f"is not known: between {low:.0%} and {high:.0%} of agents may reach it.",
            f"若 {month} 与最近 {k} 个月相似，{usual:.0%} 的人达到目标{rise.zh}。{month} 本身的影响未知：达到者可能在 "
            f"{low:.0%} 至 {high:.0%} 之间。",
        )
    rise = _without(uplift, plain)
    return Text(
        f"{mean:.0%} of the agents are expected to reach the target{rise.en}, between {low:.0%} and "
        f"{high:.0%} as {month} turns out; if the month is like the last {k} on average, {usual:.0%}.",
        f"预计 {mean:.0%} 的人达到目标{rise.zh}，视 {month} 的情况在 {low:.0%} 至 {high:.0%} "
        f"之间；若该月与最近 {k} 个月的平均相同，则为 {usual:.0%}。",
    )


def _without(uplift: Fraction, share: float) -> Text:
    if not uplift:
        return Text("", "")
    return Text(
        f" if every rate rises by {float(uplift):.1%} of itself as planned ({share:.0%} if none does)",
        f"（前提是每人的转化率按计划提升 {float(uplift):.1%}；若没有提升则为 {share:.0%}）",
    )


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
    found += [f for f in (_no_incentive(agents), _without_gain(table)) if f is not None]
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


def _no_incentive(agents: pd.DataFrame) -> Finding | None:
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
    frame = agents.assign(volume=volume_thirds(agents["inquiries"].to_numpy()))
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


def volume_thirds(volume: np.ndarray[tuple[int], np.dtype[np.int64]]) -> list[str]:
    """Return low, middle or high for each volume."""
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


LEVELS = ("threshold", "target", "stretch")
_WHOLE = 100


@dataclass(frozen=True, slots=True)
class TargetTerms:
    """What the two sides agreed before any number was looked at.

    Parameters
    ----------
    shares : share of agents meant to reach threshold, target and stretch, falling.
    uplift : planned relative rise of every agent's rate, e.g. 1/20.
    step : edges are multiples of it, e.g. 1/200.
    revenue_per_buyer : minor units, None when unknown.
    incremental_margin : profit of one more unit of sales, as a share; None when unknown. Not the average margin.
    budget : most to be spent in expectation a month, minor units.
    gain_share : most of the uplift's profit that goes back to the agents.
    bonus : paid for the highest level reached, minor units; scaled down to what budget and gain allow. Without it the
        amounts are in the ratio 1 : 2 : 3 of what they allow.
    max_gap : bound of the difference in mean chance between shops, volumes or tenures.
    """

    shares: tuple[Fraction, Fraction, Fraction] = (Fraction(4, 5), Fraction(1, 2), Fraction(1, 5))
    uplift: Fraction = Fraction(0)
    step: Fraction = Fraction(1, 200)
    revenue_per_buyer: Fraction | None = None
    incremental_margin: Fraction | None = None
    budget: int | None = None
    gain_share: Fraction = Fraction(1)
    bonus: tuple[int, int, int] | None = None
    max_gap: Fraction = Fraction(1, 4)

    def __post_init__(self) -> None:
        if not 1 > self.shares[0] > self.shares[1] > self.shares[2] > 0:
            got = ", ".join(map(str, self.shares))
            en = f"shares fall from threshold to stretch and lie between 0 and 1; got {got}"
            raise UsageError(Text(en, f"比例应从起付线到挑战线递减，且在 0 与 1 之间；这里是 {got}"))
        if not 0 < self.step < 1 or self.uplift <= -1:
            raise UsageError(
                Text(
                    f"the step lies between 0 and 1 and the uplift above -1; got {self.step} and {self.uplift}",
                    f"步长应在 0 与 1 之间，提升应大于 -1；这里是 {self.step} 和 {self.uplift}",
                )
            )


class Money(NamedTuple):
    """Amounts of a month in minor units; None where terms do not allow them.

    `cost` and `gain` are expected; `most` is what 19 months of 20 stay within, `over_budget` the share that does not
    stay within the budget.
    """

    bonus: tuple[int, int, int] | None
    cost: tuple[float, float, float] | None
    gain: tuple[float, float, float] | None
    gain_in_all: float | None
    most: float | None
    over_budget: float | None


@dataclass(frozen=True, slots=True)
class TargetProposal:
    """A proposed set of edges with what it means for each agent and for the shop.

    Parameters
    ----------
    forecast : replicates after the uplift.
    terms : what was asked for.
    edges : threshold, target, stretch, exact.
    table : name, threshold, mean_attainment, lower, upper (95 %, of the share that reaches it in the month),
        usual_attainment (if the month is like the last twelve on average), without_uplift, usual_without_uplift (the
        same two if no rate rises), people, people_lower, people_upper (95 %, whole people), expected_cost,
        expected_gain, bonus (minor units); people and money of those for whom it is the highest level reached.
    agents : agent, inquiries, rate, and for each level need_, chance_, usual_, lower_, upper_.
    curve : threshold, mean_attainment, lower, upper, expected_awards, and cost of an award of the target bonus, net
        gain.
    balance_point : highest edge that more than half of the agents are more likely than not to reach.
    findings : what must be looked at before agreeing.
    text : both sides' statement.
    month : what the month itself may do to the share that reaches the target.
    """

    forecast: Forecast
    terms: TargetTerms
    edges: tuple[Fraction, Fraction, Fraction]
    table: pd.DataFrame
    agents: pd.DataFrame
    curve: pd.DataFrame
    balance_point: Fraction
    findings: tuple[Finding, ...]
    text: Text
    month: Text


def lift(forecast: Forecast, uplift: Fraction, rng: np.random.Generator) -> Forecast:
    """Return the forecast with every agent's rate raised by the share `uplift`, e.g. 1/20, buyers drawn anew."""
    skill, usual = (np.minimum(rate * float(1 + uplift), 1 - 1e-9) for rate in (forecast.skill, forecast.usual))
    luck = rng.standard_normal(skill.shape) * forecast.month_sd
    buyers = rng.binomial(forecast.n, expit(logit(np.maximum(skill, 1e-12)) + luck)).astype(np.int64)
    return replace(forecast, skill=skill, usual=usual, buyers=buyers, expected=forecast.expected * float(1 + uplift))


def propose_targets(
    forecast: Forecast, terms: TargetTerms, rng: np.random.Generator, groups: pd.DataFrame | None = None
) -> TargetProposal:
    """Propose threshold, target and stretch for one month.

    Parameters
    ----------
    forecast : of the month to be paid, without the uplift.
    groups : agent and columns (shop, tenure, ...) between which chances are compared; volumes always are.

    Raises
    ------
    UsageError
        If the step is too coarse for three different edges.

    Notes
    -----
    Each edge is the multiple of the step whose expected share of agents reaching it in whole buyers is nearest to the
    share asked for. Bonuses are scaled down, in whole major units, until their expected cost is within the budget and
    within `gain_share` of the uplift's profit at the incremental margin.
    """
    lifted = lift(forecast, terms.uplift, rng)
    steps = reached_steps(lifted.buyers, lifted.n, terms.step)
    share = share_reaching(steps)
    at = nearest_edges(share.mean(axis=0), terms)
    edges = (at[0] * terms.step, at[1] * terms.step, at[2] * terms.step)
    highest = np.digitize(steps, at)
    money = _money(lifted, highest, terms)
    agents = _agents_table(lifted, edges)
    table = _levels_table(edges, share[:, list(at)], agents, money)
    table = _with_people(table.assign(**_without_uplift(forecast, edges)), highest)
    findings = proposal_findings(table, agents, terms.shares, float(terms.max_gap), groups)
    curve = _curve(share, terms, money, len(lifted.agents))
    return TargetProposal(
        lifted,
        terms,
        edges,
        table,
        agents,
        curve,
        _balance(steps) * terms.step,
        findings,
        both_sides(table, agents, lifted.outlook, money),
        month_sentence(table, lifted.outlook, terms.uplift),
    )


def reached_steps(buyers: Ints, n: Ints, step: Fraction) -> Ints:
    """Return the highest j with buyers / n >= j x step, in whole numbers."""
    found: Ints = buyers * step.denominator // (n * step.numerator)
    return found


def share_reaching(steps: Ints) -> Floats:
    """Return the share of agents that reach each multiple of the step, (replicates, multiples)."""
    n_replicates, width = len(steps), int(steps.max()) + 2
    counts = np.bincount((np.arange(n_replicates)[:, None] * width + steps).ravel(), minlength=n_replicates * width)
    reached: Floats = counts.reshape(n_replicates, width)[:, ::-1].cumsum(axis=1)[:, ::-1] / steps.shape[1]
    return reached


def nearest_edges(attainment: Floats, terms: TargetTerms) -> tuple[int, int, int]:
    """Return the multiples whose attainment is nearest to the shares, each above the one before."""
    found: list[int] = []
    for share in terms.shares:
        first = found[-1] + 1 if found else 1
        if first >= len(attainment):
            raise UsageError(
                Text(
                    f"a step of {float(terms.step):.2%} is too coarse for three different edges; take a smaller one",
                    f"步长 {float(terms.step):.2%} 太粗，定不出三条不同的线；请取更小的步长",
                )
            )
        found.append(first + int(np.argmin(np.abs(attainment[first:] - float(share)))))
    return found[0], found[1], found[2]


def _balance(steps: Ints) -> int:
    middle = np.sort(steps, axis=0)[(len(steps) - 1) // 2]
    return int(np.sort(middle)[(len(middle) - 1) // 2])


def _money(lifted: Forecast, highest: Ints, terms: TargetTerms) -> Money:
    """Return what the awards at each highest level may cost, and the uplift's profit by the level of who brings it."""
    people = np.stack([(highest == k).sum(axis=1) for k in (1, 2, 3)])
    awards = people.mean(axis=1)
    gain = total = None
    if terms.revenue_per_buyer is not None and terms.incremental_margin is not None:
        worth = float(terms.uplift / (1 + terms.uplift) * terms.revenue_per_buyer * terms.incremental_margin)
        more = lifted.n * lifted.skill * worth
        gain = tuple(float(np.mean(np.where(highest == k, more, 0).sum(axis=1))) for k in (1, 2, 3))
        total = float(np.mean(more.sum(axis=1)))
    bonus = _affordable(awards, total, terms)
    cost = (
        None
        if bonus is None
        else (float(bonus[0] * awards[0]), float(bonus[1] * awards[1]), float(bonus[2] * awards[2]))
    )
    spent = None if bonus is None else np.array(bonus) @ people
    return Money(
        bonus,
        cost,
        None if gain is None else (gain[0], gain[1], gain[2]),
        total,
        None if spent is None else float(np.quantile(spent, 0.95, method="inverted_cdf")),
        None if spent is None or terms.budget is None else float((spent > terms.budget).mean()),
    )


def _without_uplift(forecast: Forecast, edges: tuple[Fraction, Fraction, Fraction]) -> dict[str, list[float]]:
    """Return the share that reaches each edge if no rate rises: in the month, and in a usual one."""
    came, usual = list[float](), list[float]()
    for edge in edges:
        need = np.array([need_count(edge, int(n)) for n in forecast.n], np.int64)
        came.append(float((forecast.buyers >= need).mean()))
        usual.append(float(chance_to_reach(forecast.usual, forecast.n, need, forecast.month_sd).mean()))
    return {"without_uplift": came, "usual_without_uplift": usual}


def _with_people(table: pd.DataFrame, highest: Ints) -> pd.DataFrame:
    people = np.stack([(highest == k).sum(axis=1) for k in (1, 2, 3)])
    low, high = np.quantile(people, (0.025, 0.975), axis=1, method="inverted_cdf").astype(np.int64)
    return table.assign(people=people.mean(axis=1), people_lower=low, people_upper=high)


def _affordable(awards: Floats, gain: float | None, terms: TargetTerms) -> tuple[int, int, int] | None:
    """Scale the bonuses, in whole major units, so that their expected cost is within budget and within the gain."""
    limits = [float(x) for x in (terms.budget, None if gain is None else gain * terms.gain_share) if x is not None]
    if terms.bonus is None and terms.budget is None:
        return None
    wanted = np.array(terms.bonus or (1.0, 2.0, 3.0))
    cost = float(wanted @ awards)
    factor = min(limits) / cost if limits and cost > 0 else 1.0
    if terms.bonus is not None and factor >= 1:
        return terms.bonus
    scaled = [int(b * factor // _WHOLE) * _WHOLE for b in wanted]
    return scaled[0], scaled[1], scaled[2]


def _levels_table(
    edges: tuple[Fraction, Fraction, Fraction], share: Floats, agents: pd.DataFrame, money: Money
) -> pd.DataFrame:
    low, high = np.quantile(share, (0.025, 0.975), axis=0)
    nothing = (np.nan,) * 3
    return pd.DataFrame(
        {
            "name": LEVELS,
            "threshold": [float(e) for e in edges],
            "mean_attainment": share.mean(axis=0),
            "lower": low,
            "upper": high,
            "usual_attainment": [float(agents[f"usual_{name}"].mean()) for name in LEVELS],
            "expected_cost": money.cost or nothing,
            "expected_gain": money.gain or nothing,
            "bonus": money.bonus or nothing,
        }
    )


def _agents_table(
    lifted: Forecast, edges: tuple[Fraction, Fraction, Fraction], max_replicates: int = 400
) -> pd.DataFrame:
    table = pd.DataFrame({"agent": list(lifted.agents), "inquiries": lifted.n, "rate": lifted.skill.mean(axis=0)})
    for name, edge in zip(LEVELS, edges, strict=True):
        need = np.array([need_count(edge, int(n)) for n in lifted.n], np.int64)
        chance = chance_to_reach(lifted.skill[:max_replicates], lifted.n, need, lifted.month_sd)
        usual = chance_to_reach(lifted.usual, lifted.n, need, lifted.month_sd).mean(axis=0)
        low, high = np.quantile(chance, (0.025, 0.975), axis=0)
        mean = (lifted.buyers >= need).mean(axis=0)
        columns = {"need": need, "chance": mean, "usual": usual, "lower": low, "upper": high}
        table = table.assign(**{f"{key}_{name}": value for key, value in columns.items()})
    return table


def _curve(share: Floats, terms: TargetTerms, money: Money, n_agents: int) -> pd.DataFrame:
    """What-if along the edge: one award of the target bonus to everyone who reaches it."""
    mean = share.mean(axis=0)
    low, high = np.quantile(share, (0.025, 0.975), axis=0)
    curve = pd.DataFrame(
        {
            "threshold": [float(j * terms.step) for j in range(len(mean))],
            "mean_attainment": mean,
            "lower": low,
            "upper": high,
            "expected_awards": mean * n_agents,
        }
    )
    cost = curve["expected_awards"] * (money.bonus[1] if money.bonus else np.nan)
    gain = np.nan if money.gain_in_all is None else money.gain_in_all
    return curve.assign(expected_cost=cost, expected_gain=gain, net=gain - cost)
