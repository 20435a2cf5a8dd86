"""Ranks of agents with the case-mix held equal: who is best, and between which places each agent lies.

Ranked are draws of the joint adjusted effects inside a group that can be compared, never rates at an agent's own mix:
those rank the shops an agent happened to serve.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from toolkit.core.errors import UsageError
from toolkit.core.text import Text
from toolkit.models.baseline.conversion import ConversionBaseline
from toolkit.models.baseline.counts import Floats, Ints
from toolkit.models.baseline.effects import sample_effects
from toolkit.models.baseline.level import sample_levels
from toolkit.models.standing.sorting import TOO_FEW, people_behind

SURE = 0.95
"""A best agent is named only with at least this probability; intervals of places hold at least as much."""
_DRAWN, _LEAST, _SHOWN = 1_000_000, 400, 5
_NOBODY = pd.DataFrame(columns=["agent", "group", "inquiries", "best", "rank", "rank_lower", "rank_upper"])


@dataclass(frozen=True, slots=True)
class RankJudgement:
    """A ranking of agents with the case-mix held equal.

    Parameters
    ----------
    table : agent, group, inquiries (a month, on average), best (P truly best of its group), rank (median), rank_lower,
        rank_upper (shortest run of places that holds 95 %), by group, best first.
    named : comparable group to the agent named best, "" when nobody is; groups whose places are withheld are not there.
    best_is_best : comparable group to the probability that the best observed of one month is truly its best.
    naming, month : the sentences on who is best, and on what one month's best is worth.
    """

    table: pd.DataFrame
    named: dict[int, str]
    best_is_best: dict[int, float]
    naming: Text
    month: Text

    @property
    def text(self) -> Text:
        """Both sentences."""
        return _join([self.naming, self.month])


def judge_ranking(
    baseline: ConversionBaseline, rng: np.random.Generator, agents: Sequence[str] = (), n_replicates: int = 2000
) -> RankJudgement:
    """Rank agents inside each group that can be compared.

    Parameters
    ----------
    agents : who takes part; without any, all of the baseline.
    n_replicates : draws of the effects; fewer, but not below 400, for thousands of agents.

    Raises
    ------
    UsageError
        If no two of them can be compared.

    Notes
    -----
    A best agent is named when the data show that agents differ and it is the best in at least 95 % of the draws. Places
    of a group are withheld where what its shops differ by rests on fewer than three people.

    References
    ----------
    Goldstein & Spiegelhalter (1996), J. Royal Statistical Society A 159, 385 (intervals of ranks); Laird & Louis
    (1989), J. Educational Statistics 14, 29 (ranks of the joint posterior).
    """
    table = baseline.agents
    part = table["agent"].isin(agents).to_numpy() if len(agents) else np.ones(len(table), np.bool_)
    group = baseline.identification.group
    sizes = np.bincount(group[part]) if part.any() else np.zeros(1, np.int64)
    if sizes.max() < 2:
        raise UsageError("a ranking needs two agents who can be compared")
    drawn = max(min(n_replicates, _DRAWN // len(table)), min(n_replicates, _LEAST))
    if baseline.level is None:
        u = sample_effects(baseline.fit, rng, drawn)[1]
    else:
        u = sample_levels(baseline.level, rng, drawn)[1]
    if "se_shops" in table:
        u = u + table["se_shops"].to_numpy(np.float64) * rng.standard_normal(u.shape)
    tables, best_is_best, named = [_NOBODY], {}, {}
    people = people_behind(baseline)
    withheld = people[people["people"] < TOO_FEW].drop_duplicates("group")
    for k in np.setdiff1d(np.flatnonzero(sizes >= 2), withheld["group"].to_numpy(np.int64)).tolist():
        who = np.flatnonzero(part & (group == k))
        ranked = _ranked(baseline, who, u[:, who])
        first = ranked.iloc[0]
        named[k] = str(first["agent"]) if baseline.differ and first["best"] >= SURE else ""
        best_is_best[k] = _best_of_month(baseline, who, u[:, who], rng)
        tables.append(ranked)
    ranks = pd.concat(tables[1:] or tables, ignore_index=True)
    naming = _join([_naming(ranks, named, baseline), _withheld(withheld)])
    return RankJudgement(
        ranks, named, best_is_best, naming, _month(best_is_best, one=baseline.identification.connected)
    )


def shortest_run(ranks: Ints, mass: float = SURE) -> tuple[Ints, Ints]:
    """Return the ends of the shortest run of places that holds at least `mass` of the draws.

    Parameters
    ----------
    ranks : places, (draws, agents).

    Returns
    -------
    lower, upper : (agents,); of several shortest runs the one most draws begin in.
    """
    ordered = np.sort(ranks, axis=0)
    held = int(np.ceil(mass * len(ordered) - 1e-9))
    low, high = ordered[: len(ordered) - held + 1], ordered[held - 1 :]
    shortest = high - low == (high - low).min(axis=0)
    seen = shortest.cumsum(axis=0)
    middle = (2 * seen >= seen[-1]).argmax(axis=0)[None]
    return np.take_along_axis(low, middle, 0)[0], np.take_along_axis(high, middle, 0)[0]


def _ranked(baseline: ConversionBaseline, who: Ints, u: Floats) -> pd.DataFrame:
    """Return the places of one group, best first."""
    rank = ((-u).argsort(axis=1).argsort(axis=1) + 1).astype(np.int64)
    low, high = shortest_run(rank)
    rows = baseline.agents.iloc[who]
    table = pd.DataFrame(
        {
            "agent": rows["agent"].to_numpy(),
            "group": rows["group"].to_numpy(),
            "inquiries": _a_month(rows),
            "best": (rank == 1).mean(axis=0),
            "rank": np.median(rank, axis=0),
            "rank_lower": low,
            "rank_upper": high,
        }
    )
    return table.sort_values(["best", "rank", "agent"], ascending=[False, True, True], kind="stable")


def _a_month(rows: pd.DataFrame) -> Ints:
    """Return the mean inquiries of a month, at least one."""
    mean = np.rint(rows["n_inquiries"].to_numpy(np.float64) / rows["n_months"].to_numpy(np.float64))
    whole: Ints = np.maximum(mean, 1).astype(np.int64)
    return whole


def _best_of_month(baseline: ConversionBaseline, who: Ints, u: Floats, rng: np.random.Generator) -> float:
    """Return how often the best of a month drawn at the agents' usual volumes, all on the team's mix, is the best."""
    v = baseline.fit.variances
    luck = np.sqrt(v.month + v.cell) * rng.standard_normal(u.shape)
    n = _a_month(baseline.agents.iloc[who])
    rate = rng.binomial(n, expit(logit(baseline.summary["rate"]) + u + luck)) / n
    return float(np.mean(rate.argmax(axis=1) == u.argmax(axis=1)))


def _naming(table: pd.DataFrame, named: dict[int, str], baseline: ConversionBaseline) -> Text:
    """Say who is best, or that nobody is named and why."""
    if baseline.summary["sd_agent"] is None:
        return Text(
            "No best agent is named: too few agents to say how far agents differ.",
            "不指认最佳客服：人数太少，无法说明客服之间差异有多大。",
        )
    if not baseline.differ:
        return Text(
            "No best agent is named: it is not shown that agents differ.",
            "不指认最佳客服：数据未能证明客服之间有差异。",
        )
    en, zh = [], []
    for group, best in named.items():
        rows = table[table["group"] == group]
        chance, n = _chance(float(rows["best"].iloc[0])), len(rows)
        if best:
            en.append(f"With this case-mix held equal, {best} is best of {n} with probability {chance.en}.")
            zh.append(f"在相同的构成下，{best} 是 {n} 人中最佳，概率 {chance.zh}。")
        else:
            en.append(
                f"No best agent is named: with this case-mix held equal, the likeliest of {n} is best with probability "
                f"{chance.en} only."
            )
            zh.append(f"不指认最佳客服：在相同的构成下，{n} 人中最有可能的一位是最佳的概率也只有 {chance.zh}。")
    if not baseline.identification.connected:
        en = [f"Group {group + 1}: {words}" for group, words in zip(named, en, strict=True)]
        zh = [f"第 {group + 1} 组：{words}" for group, words in zip(named, zh, strict=True)]
    return Text(" ".join(en), "".join(zh))


def _withheld(rows: pd.DataFrame) -> Text:
    """Say which places are withheld, and because of whom."""
    en, zh = [], []
    for row in rows.to_dict("records"):
        names_en, names_zh = (", ".join(row["names"][:_SHOWN]), "、".join(row["names"][:_SHOWN]))
        en.append(
            f"Places across {row['shop']} and {row['reference']} are withheld: what these shops differ by rests on too "
            f"few people{f' ({names_en})' if names_en else ''}."
        )
        zh.append(
            f"不给出 {row['shop']} 与 {row['reference']} 之间的名次：两店的差异只靠极少数人估计"
            f"{f'（{names_zh}）' if names_zh else ''}。"
        )
    return Text(" ".join(en), "".join(zh))


def _join(parts: list[Text]) -> Text:
    """Return the sentences there are, one after another."""
    return Text(" ".join(p.en for p in parts if p.en), "".join(p.zh for p in parts))


def _month(best_is_best: dict[int, float], *, one: bool) -> Text:
    """Say what the first place of one month is worth."""
    if not best_is_best:
        return Text("", "")
    en = ", ".join(f"{p:.0%}" + ("" if one else f" (group {group + 1})") for group, p in best_is_best.items())
    zh = "、".join(f"{p:.0%}" + ("" if one else f"（第 {group + 1} 组）") for group, p in best_is_best.items())
    return Text(
        f"Whoever comes first in one month is truly the best with probability {en}.",
        f"单月第一名真正最佳的概率为 {zh}。",
    )


def _chance(p: float) -> Text:
    """Write a probability without claiming certainty."""
    return Text("over 99%", "99% 以上") if p > 0.99 else Text(f"{p:.0%}", f"{p:.0%}")
