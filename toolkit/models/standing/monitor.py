"""Whose months fell: each agent's months against the agent's own level before, by a one-sided cumulative sum.

x_t = (month's working response - case-mix - level before) / sqrt(d + v), with d the variance of one month (sampling,
cells, agent-month) and v that of the level; C_t = max(0, C_{t-1} - x_t - k), and a fall is told where C_t > h. All
agents' months are brought to the team's month, so that a bad month of everybody is nobody's fall.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from toolkit.core.errors import InputError, Problem
from toolkit.core.figures import counted
from toolkit.core.text import Text
from toolkit.models.baseline.conversion import ConversionBaseline, moved_rate
from toolkit.models.baseline.counts import Floats, Ints

SLACK, LIMIT = 0.5, 5.1
"""The sum's k and h: a fall of one sd of a month is found soonest, and at most about 2 of 100 steady agents are told
in a year."""
MOST_WATCHED, LEAST_BEFORE = 12, 6
FEW_INQUIRIES = 100
"""Below so many inquiries a month only large falls are seen."""
FALSE_SHARE = 0.02
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Watch:
    """Each agent's last months against its own level before.

    Parameters
    ----------
    table : agent, months (watched), inquiries (a month, of those watched), before (rate of the level before), height
        (greatest sum), fell (whether it passed the limit), since (first month of that fall, "" without one), after
        (rate since then, blank without one); rates are on the team's mix.
    text : the sentence for a report.
    """

    table: pd.DataFrame
    text: Text

    @property
    def fallen(self) -> pd.DataFrame:
        """The rows of those whose months fell, gravest first."""
        return self.table[self.table["fell"]].sort_values("height", ascending=False, kind="stable")


def watch_months(baseline: ConversionBaseline) -> Watch:
    """Hold each agent's last months against its own level before them.

    Watched are the last twelve, at most half of an agent's months; of fewer than twelve months nothing is said.

    Raises
    ------
    InputError
        If no agent has twelve months.

    References
    ----------
    Page (1954), Biometrika 41, 100; Montgomery (2013), Introduction to Statistical Quality Control, section 9.1 (the
    tabular sum); Hawkins & Olwell (1998), Cumulative Sum Charts, ch. 7 (a level that is itself estimated).
    """
    months = baseline.fit.collapsed.strata[1]
    count = np.bincount(months.group)
    last = np.minimum(MOST_WATCHED, count // 2)
    who = np.flatnonzero(count >= 2 * LEAST_BEFORE)
    if not len(who):
        raise InputError([Problem("cells", f"no agent has {2 * LEAST_BEFORE} months", code="too-few-months")])
    back = (np.cumsum(count) - 1)[months.group] - np.arange(len(months.group))
    watched = back < last[months.group]
    response = months.z - months.x.dot(baseline.fit.solution.beta)
    level, error = _level_before(baseline, response, np.where(watched, 0.0, months.w))
    score = (response - level[months.group]) / np.sqrt(1 / months.w + error[months.group])
    height, start = _falls(score[watched], (months.group[watched], MOST_WATCHED - 1 - back[watched]), len(count))
    first = np.where(height > LIMIT, start, MOST_WATCHED)
    since = MOST_WATCHED - 1 - back >= first[months.group]
    table = _table(baseline, who, level, response, (watched, watched & since), height)
    return Watch(table, _sentence(table))


def _level_before(baseline: ConversionBaseline, response: Floats, w: Floats) -> tuple[Floats, Floats]:
    """Return each agent's level from the months with weight, pulled to 0, and its variance, (agents,) each."""
    group, spread = baseline.fit.collapsed.strata[1].group, baseline.fit.variances.agent
    known = np.bincount(group, w)
    kept = spread * known / (1 + spread * known)
    mean = np.divide(np.bincount(group, w * response), known, out=np.zeros_like(known), where=known > 0)
    variance = np.divide(kept, known, out=np.full_like(known, spread), where=known > 0)
    return kept * mean, variance


def _falls(score: Floats, place: tuple[Ints, Ints], n_agents: int) -> tuple[Floats, Ints]:
    """Return the greatest sum of each agent and the column its run began in, of scores placed by agent and column."""
    x = np.full((n_agents, MOST_WATCHED), np.nan)
    x[place] = score
    height, total = np.zeros(n_agents), np.zeros(n_agents)
    began, start = np.zeros(n_agents, np.int64), np.zeros(n_agents, np.int64)
    for t in range(MOST_WATCHED):
        began = np.where(total == 0, t, began)
        total = np.nan_to_num(np.maximum(total - x[:, t] - SLACK, 0.0))
        start, height = np.where(total > height, began, start), np.maximum(height, total)
    return height, start


def _table(
    baseline: ConversionBaseline, who: Ints, level: Floats, response: Floats, marks: tuple[Flags, Flags], height: Floats
) -> pd.DataFrame:
    (watched, since), cells = marks, baseline.cells
    months, size = baseline.fit.collapsed.strata[1], np.add.reduceat(cells.n, cells.month_start)
    names = cells.frame["month"].astype("str").to_numpy()[cells.month_start]
    n_agents, rate = len(level), baseline.summary["rate"]
    n_watched, n_since = (np.bincount(months.group, flag, n_agents) for flag in (watched, since))
    weight = np.where(since, months.w, 0.0)
    known = np.bincount(months.group, weight, n_agents)
    after = np.divide(
        np.bincount(months.group, weight * response, n_agents), known, out=np.full(n_agents, np.nan), where=known > 0
    )
    first = np.full(n_agents, "", dtype=object)
    rows = np.flatnonzero(since)[::-1]
    first[months.group[rows]] = names[rows]  # the earliest is written last
    table = pd.DataFrame(
        {
            "agent": list(cells.agents),
            "months": n_watched.astype(np.int64),
            "inquiries": np.bincount(months.group, size * watched, n_agents) / np.maximum(n_watched, 1),
            "before": moved_rate(rate, level),
            "height": height,
            "fell": n_since > 0,
            "since": first,
            "after": moved_rate(rate, after),
        }
    )
    return table.iloc[who].reset_index(drop=True)


def _sentence(table: pd.DataFrame) -> Text:
    n, fell, few = len(table), int(table["fell"].sum()), int((table["inquiries"] < FEW_INQUIRIES).sum())
    alarms = f"{FALSE_SHARE * n:.1f}"
    en = (
        f"The last months of {counted(n, 'agent')}, up to {MOST_WATCHED}, against the agent's own level before and "
        f"the team's months: {fell or 'nobody'} fell beyond what luck explains; luck alone would show at most "
        f"about {alarms} a year."
    )
    zh = (
        f"{n} 名客服最近的月份（至多 {MOST_WATCHED} 个月）与本人此前水平及全队各月相比：{fell} 人的下降超出运气可以解释"
        f"的范围；仅凭运气每年至多约出现 {alarms} 人。"
    )
    if few:
        verb = "serves" if few == 1 else "serve"
        en += f" Of them {few} {verb} fewer than {FEW_INQUIRIES} inquiries a month, where only large falls are seen."
        zh += f"其中 {few} 人每月询单不足 {FEW_INQUIRIES} 个，只能看出大幅下降。"
    return Text(en, zh)
