"""What happened to a measure after an award began: changed, and caused only against a comparison group that earns it.

A fall of the average reply from 60 to 10 seconds after an award is a change; the same months may have brought fewer
inquiries or new people. Only the difference from people of the same shops without the award, over the same months,
speaks of an effect, and only if the months before show that both would otherwise have moved alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from toolkit.core.errors import InputError, Problem, UsageError
from toolkit.core.money import rough_money
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.models.baseline.counts import Floats, Ints
from toolkit.models.comparison.redrawn import ERROR, RedrawnGaps, redraw_gaps

MIN_AGENTS, MIN_MONTHS, POWER = 3, 4, 0.80
MIN_USUAL = 3
"""Months that tell what months are usually like."""
GROUPS, SUMS = ("award", "comparison"), ("total", "weight")
PERIODS = ("before", "after")
_SWEEPS = 50
Interval = tuple[float, float, float]
"""An estimate and the two ends of its 95 % interval."""


@dataclass(frozen=True, slots=True)
class MeasureWords:
    """What a measure is called and how its figures are written: a share, money (minor units) or a plain number."""

    name: Text
    kind: Literal["share", "money", "number"]
    lower_is_better: bool = False

    def level(self, value: float) -> str:
        """Return a figure."""
        if self.kind == "money":
            return rough_money(value)
        return f"{value:.1%}" if self.kind == "share" else f"{value:,.1f}"

    def size(self, value: float) -> Text:
        """Return how large a difference is; of shares in points."""
        if self.kind != "share":
            return Text(self.level(abs(value)), self.level(abs(value)))
        return Text(f"{abs(value):.1%} points".replace("%", ""), f"{abs(value):.1%}".replace("%", " 个百分点"))

    def step(self, found: Interval) -> Text:
        """Return a difference with its interval; of shares in points."""
        size = {"share": 100.0, "money": 0.01, "number": 1.0}[self.kind]
        digits = 0 if self.kind == "money" else 1
        x, low, high = (f"{round(part * size, digits) + 0.0:+,.{digits}f}" for part in found)
        if self.kind != "share":
            return Text(f"{x} [{low}, {high}]", f"{x} [{low}, {high}]")
        return Text(f"{x} points [{low}, {high}]", f"{x} 个百分点 [{low}, {high}]")


@dataclass(frozen=True, slots=True)
class Change:
    """A measure of some people before and since.

    Parameters
    ----------
    n : people seen before and since.
    before, after : sum over sum, e.g. buyers over inquiries; of additive measures the mean month of a person.
    points : after less before, with 95 % interval over people.
    ratio : after over before, likewise; not a number where one of them is not above 0.
    usual : lowest and highest month before.
    n_usual : months before.
    best : the best single person's figure since.
    """

    n: int
    before: float
    after: float
    points: Interval
    ratio: Interval
    usual: tuple[float, float]
    n_usual: int
    best: float

    @property
    def shown(self) -> bool:
        """Whether the interval leaves out 0, and the mean since lies outside all of at least three months before."""
        beyond = self.n_usual >= MIN_USUAL and not self.usual[0] <= self.after <= self.usual[1]
        return beyond and not self.points[1] <= 0 <= self.points[2]


@dataclass(frozen=True, slots=True)
class AwardEffect:
    """What happened since an award began.

    Parameters
    ----------
    table : agent, group (``award`` or ``comparison``), shop (blank: not compared), before, after, change.
    award, others : the change of those with the award, and of those without it; None without any, or with fewer than
        three.
    effect : how much more those with the award changed than others of their shops, with 95 % interval; None where no
        shop has three of both.
    smallest : the difference that would be told from none with probability 0.8; 0 without an effect.
    alike : p-value that both moved alike before, and the probability that a drift that makes the whole difference would
        have been seen (not a number without a difference); None where the months before are too few.
    why_not : why no effect is stated, each a sentence; empty where the comparison earns one.
    text : the sentence for a report.
    """

    table: pd.DataFrame
    award: Change
    others: Change | None
    effect: Interval | None
    smallest: float
    alike: tuple[float, float] | None
    why_not: tuple[Text, ...]
    text: Text

    @property
    def shown(self) -> bool:
        """Whether the difference from others of the same shops leaves out 0."""
        return self.effect is not None and not self.effect[1] <= 0 <= self.effect[2]

    @property
    def caused(self) -> bool:
        """Whether the difference may be called the award's effect."""
        return self.shown and not self.why_not


def judge_award_effect(values: pd.DataFrame, start: str, words: MeasureWords, rng: np.random.Generator) -> AwardEffect:
    """Compare each person's months before and from the month an award began, with and without the award.

    Parameters
    ----------
    values : month (YYYY-MM), agent, shop (may be blank), total and weight (the measure is the one over the other, e.g.
        buyers over inquiries), group: ``award`` or ``comparison``.
    start : first month of the award.

    Raises
    ------
    UsageError
        If `group` holds another word, or there is no month before or from `start`.
    InputError
        If fewer than three people of the award are seen in both periods.

    Notes
    -----
    The change: the ratio of sums, linearised over people, Student's t. The effect: differences in differences at the
    shop where a person works before and since, less person and shop-month means; randomisation inference within shops
    (`redraw_gaps`), since whole shops have months of their own. It is stated only if placebo starts in at least four
    months before show nothing, though a steady drift that makes the whole difference would have shown there with
    probability 0.8, and if the groups did not stand apart before, as people chosen for their figures fall back by luck
    alone (regression to the mean).

    References
    ----------
    Woodruff, R. S. (1971), JASA 66, 411. Roth, J. (2022), AER: Insights 4, 305 (power of tests of months before).
    Daw, J. R. & Hatfield, L. A. (2018), Health Services Research 53, 4138 (regression to the mean).
    """
    if strange := set(values["group"]) - set(GROUPS):
        raise UsageError(f"a group is 'award' or 'comparison'; got {', '.join(sorted(map(repr, strange)))}")
    seen = values[values["weight"] > 0]
    months = sorted(seen["month"].unique())
    if not months or not months[0] < start <= months[-1]:
        there = Text(f"{months[0]} to {months[-1]}", f"{months[0]} 到 {months[-1]}") if months else Text("none", "无")
        en = f"a change since {start} needs months before and from it; there are {there.en}"
        raise UsageError(Text(en, f"要比较 {start} 前后的变化，之前和之后都要有月份；现有：{there.zh}"))
    award = _change(values[values["group"] == "award"], start, words)
    others = _change(values[values["group"] == "comparison"], start, words)
    if award is None:
        raise InputError([_too_few(values, start, words)])
    compared, why_not = _compared(seen, start)
    shop = compared.groupby("agent")["shop"].first()
    table = _by_agent(values, start).assign(shop=lambda t: t["agent"].map(shop))
    found = AwardEffect(table, award, others, None, 0.0, None, tuple(why_not), Text("", ""))
    if not why_not:
        found = _with_effect(found, compared, start, words, rng)
    return replace(found, text=_sentence(found, seen, start, words))


def _too_few(values: pd.DataFrame, start: str, words: MeasureWords) -> Problem:
    there = _by_agent(values[values["group"] == "award"], start)["agent"].nunique()
    message = Text(
        f"a change takes {MIN_AGENTS} people with the award, seen before and since {start}",
        f"要说明变化，{start} 前后都有数据的受奖者至少要有 {MIN_AGENTS} 人",
    )
    fix = Text("name more people, or another month", "请指定更多的人，或换一个月份")
    return Problem(words.name.en, message, got=Text(f"{there}", f"{there} 人"), fix=fix, code="few-agents")


def _with_effect(
    found: AwardEffect, rows: pd.DataFrame, start: str, words: MeasureWords, rng: np.random.Generator
) -> AwardEffect:
    """Return what was found with the difference within shops, and what keeps it from being called an effect."""
    gaps = _redrawn(*_changes(rows, [start]), rng)
    low, high = gaps.interval
    if not np.isfinite(low):
        return replace(found, why_not=(FEW_LOTS,))
    found = replace(found, effect=(float(gaps.observed[0]), low, high), smallest=gaps.smallest_seen)
    alike, unlike = _moved_alike(rows, start, found.effect if found.shown else None, rng)
    return replace(found, alike=alike, why_not=(*unlike, *_chosen(rows, start, words, rng)))


def _by_agent(values: pd.DataFrame, start: str) -> pd.DataFrame:
    """Return agent, group, the sums before and since, and the measure of both, of those seen in both periods."""
    period = np.where(values["month"] < start, "before", "after")
    sums = values.assign(period=period).groupby(["agent", "group", "period"])[list(SUMS)].sum()
    flat = pd.concat([sums[what].astype("float64").unstack("period") for what in SUMS], axis=1, keys=SUMS)
    flat = flat.reindex(columns=pd.MultiIndex.from_product([SUMS, PERIODS])).dropna()
    flat = flat.set_axis([f"{what}_{when}" for what in SUMS for when in PERIODS], axis=1).reset_index()
    flat = flat[(flat["weight_before"] > 0) & (flat["weight_after"] > 0)].reset_index(drop=True)
    before, after = (flat[f"total_{p}"] / flat[f"weight_{p}"] for p in PERIODS)
    return flat.assign(before=before, after=after, change=after - before)


def _change(values: pd.DataFrame, start: str, words: MeasureWords) -> Change | None:
    """Return the change of those seen in both periods; None of fewer than three."""
    from scipy.special import stdtrit

    table = _by_agent(values, start)
    k = len(table)
    if k < MIN_AGENTS:
        return None
    levels, parts = [], []
    for period in PERIODS:
        total, weight = (table[f"{what}_{period}"].to_numpy() for what in ("total", "weight"))
        level = total.sum() / weight.sum()
        levels.append(float(level))
        parts.append((total - level * weight) / weight.mean())  # what each person adds to the level, linearised
    (before, after), t = levels, float(stdtrit(k - 1, 0.975))

    def error(one: Floats) -> float:
        return float(t * one.std(ddof=1) / k**0.5)

    half, ratio = error(parts[1] - parts[0]), (np.nan, np.nan, np.nan)
    if before > 0 and after > 0:
        wide = np.exp(error(parts[1] / after - parts[0] / before))
        ratio = (after / before, after / before / wide, after / before * wide)
    own = values[(values["month"] < start) & values["agent"].isin(table["agent"])].groupby("month")
    months = own["total"].sum().astype("float64") / own["weight"].sum().astype("float64")
    best = float(table["after"].min() if words.lower_is_better else table["after"].max())
    points = (after - before, after - before - half, after - before + half)
    usual = (float(months.min()), float(months.max()))
    return Change(k, before, after, points, ratio, usual, len(months), best)


def _compared(values: pd.DataFrame, start: str) -> tuple[pd.DataFrame, list[Text]]:
    """Return the rows that can be compared within shops, none where they cannot, and why."""
    none = values.iloc[:0]
    if not (values["group"] == "comparison").any():
        return none, [EVERYBODY]
    if values["shop"].isna().all():
        return none, [NO_SHOP]
    home = _at_home(values, start)
    people = home.groupby(["shop", "agent"])["group"].first().groupby("shop")
    mixed = people.nunique()
    kept = home[home["shop"].isin(mixed.index[mixed == len(GROUPS)])]
    if kept.empty:
        return none, [WHOLE_SHOPS]
    sizes = kept.groupby("group")["agent"].nunique()
    if sizes.min() < MIN_AGENTS:
        with_award, without = (int(sizes.get(g, 0)) for g in GROUPS)
        return none, [
            Text(
                f"in the shops that have both there are {with_award} people with and {without} without the award, seen "
                f"before and since; {MIN_AGENTS} of each are needed",
                f"两种人都有的店铺中，前后都有数据的有奖励者 {with_award} 人、无奖励者 {without} 人，"
                f"各需至少 {MIN_AGENTS} 人",
            )
        ]
    return kept.reset_index(drop=True), []


EVERYBODY = Text("there is nobody without the award to compare with", "没有未受奖的人可以比较")
NO_SHOP = Text(
    "the data do not say who works in which shop, and a shop's own months would be taken for an effect; add a column "
    "shop",
    "数据没有写明谁在哪家店铺，店铺自身的月份波动会被当成效果；请加上“店铺”列",
)
WHOLE_SHOPS = Text(
    "no shop has people with and without the award, seen before and since; of a whole shop no effect is stated, as the "
    "shop's own months cannot be told from it",
    "没有一家店铺同时有前后都有数据的受奖者和未受奖者；整店实行的不说效果，因为店铺自身的月份波动与效果无法区分",
)
FEW_LOTS = Text(
    "so few people can be compared that no difference between them could be told from luck",
    "可比的人太少，任何差异都无法与运气区分",
)


def _at_home(values: pd.DataFrame, start: str) -> pd.DataFrame:
    """Return the rows at the shop where a person works most, of those for whom it is the same before and since."""
    known = values[values["shop"].notna()].assign(since=values["month"] >= start)
    sums = known.groupby(["agent", "since", "shop"])["weight"].sum().reset_index()
    most = sums.sort_values(["weight", "shop"], ascending=[False, True], kind="stable").drop_duplicates(
        ["agent", "since"]
    )
    both = most.pivot_table(index="agent", columns="since", values="shop", aggfunc="first").reindex(
        columns=[False, True]
    )
    home = both.loc[both[False] == both[True], True].rename("home")
    rows = known.merge(home, left_on="agent", right_index=True)
    return rows.loc[rows["shop"] == rows["home"], ["month", "agent", "shop", "group", "total", "weight"]]


def _coded(rows: pd.DataFrame) -> tuple[Ints, pd.DataFrame]:
    """Return each row's person, 0-based in order, and of each person the shop's code and if they have the award."""
    people = rows.groupby("agent").agg(shop=("shop", "first"), group=("group", "first"))
    of_shop = people["shop"].astype("category").cat.codes.astype("int64")
    person = people.index.get_indexer(pd.Index(rows["agent"])).astype(np.int64)
    return person, people.assign(shop=of_shop, award=people["group"] == "award")


def _less_shop_months(rows: pd.DataFrame, person: Ints) -> tuple[Floats, Floats]:
    """Return the measure less person and shop-month means, by weighted least squares, and its weight."""
    weight = rows["weight"].to_numpy(np.float64)
    cell = rows.groupby(["shop", "month"]).ngroup().to_numpy().astype(np.int64)
    rest: Floats = rows["total"].to_numpy(np.float64) / weight
    for _ in range(_SWEEPS):
        before = rest
        for code in (person, cell):
            rest = rest - (np.bincount(code, weight * rest) / np.bincount(code, weight))[code]
        if np.allclose(rest, before, rtol=0, atol=1e-9 * np.abs(rest).max(initial=0)):
            break
    return rest, weight


def _changes(rows: pd.DataFrame, starts: list[str]) -> tuple[Floats, Floats, pd.DataFrame]:
    """Return each person's change at each of some starts, its weight (0: not seen on both sides), and the people."""
    person, people = _coded(rows)
    rest, weight = _less_shop_months(rows, person)
    month, n = rows["month"].to_numpy(), len(people)
    values, weights = np.zeros((n, len(starts))), np.zeros((n, len(starts)))
    for k, start in enumerate(starts):
        since = np.asarray(month >= start)
        volume = [np.bincount(person[side], weight[side], n) for side in (~since, since)]
        sums = [np.bincount(person[side], (weight * rest)[side], n) for side in (~since, since)]
        both = (volume[0] > 0) & (volume[1] > 0)
        old, new = (np.where(both, v, 1.0) for v in volume)
        values[:, k] = np.where(both, sums[1] / new - sums[0] / old, 0.0)
        weights[:, k] = np.where(both, old * new / (old + new), 0.0)
    return values, weights, people


def _redrawn(values: Floats, weights: Floats, people: pd.DataFrame, rng: np.random.Generator) -> RedrawnGaps:
    return redraw_gaps(values, weights, people["award"].to_numpy(bool), people["shop"].to_numpy(np.int64), rng)


def _moved_alike(
    rows: pd.DataFrame, start: str, effect: Interval | None, rng: np.random.Generator
) -> tuple[tuple[float, float] | None, list[Text]]:
    """Try every start that leaves two months on both sides within the months before; say what keeps an effect back.

    Parameters
    ----------
    effect : what a steady drift would have to make; None where no difference is shown.
    """
    before = rows[rows["month"] < start]
    months = sorted(before["month"].unique())
    if len(months) < MIN_MONTHS:
        return None, [
            Text(
                f"whether both groups moved alike before cannot be known from {len(months)} months; {MIN_MONTHS} are "
                "needed at least",
                f"之前只有 {len(months)} 个月，无法知道两组此前是否同步变化；至少需要 {MIN_MONTHS} 个月",
            )
        ]
    starts = months[2:-1]
    placebo = _redrawn(*_changes(before, starts), rng)
    after = sorted(rows.loc[rows["month"] >= start, "month"].unique())
    step = 0.0 if effect is None else effect[0] / (_middle(after) - _middle(months))
    drift = np.array([_middle([m for m in months if m >= s]) - _middle([m for m in months if m < s]) for s in starts])
    power = placebo.power(step * drift) if effect is not None else float("nan")
    if placebo.p <= ERROR:
        worst = starts[int(np.abs(placebo.scaled).argmax())]
        return (placebo.p, power), [
            Text(
                f"both groups had not moved alike before: a start put at {worst}, when there was no award, shows a "
                f"difference too (p = {placebo.p:.3f})",
                f"两组此前并未同步变化：把开始月份假设为没有奖励的 {worst}，也会显示差异（p = {placebo.p:.3f}）",
            )
        ]
    if effect is not None and power < POWER:
        return (placebo.p, power), [
            Text(
                f"that both groups moved alike before is not known well enough: a steady drift that makes the whole "
                f"difference would have been seen in the {len(months)} months before with probability {power:.0%} only "
                f"({POWER:.0%} is asked for)",
                f"两组此前是否同步变化了解得不够：如果全部差异来自持续漂移，之前 {len(months)} 个月能看出来的概率只有 "
                f"{power:.0%}（要求 {POWER:.0%}）",
            )
        ]
    return (placebo.p, power), []


def _middle(months: list[str]) -> float:
    return float(np.mean([12 * Month.parse(m).year + Month.parse(m).number for m in months]))


def _chosen(rows: pd.DataFrame, start: str, words: MeasureWords, rng: np.random.Generator) -> Iterator[Text]:
    """Tell if those with the award stood apart before, in the last month, the last three or all."""
    before = rows[rows["month"] < start]
    person, people = _coded(rows)
    months = sorted(before["month"].unique())
    values, weights = np.zeros((len(people), 3)), np.zeros((len(people), 3))
    for k, n in enumerate((1, 3, len(months))):
        part = before["month"].isin(months[-n:]).to_numpy()
        own = person[rows["month"].to_numpy() < start][part]
        volume = np.bincount(own, before["weight"].to_numpy(np.float64)[part], len(people))
        total = np.bincount(own, before["total"].to_numpy(np.float64)[part], len(people))
        weights[:, k] = volume
        values[:, k] = np.where(volume > 0, total / np.where(volume > 0, volume, 1.0), 0.0)
    gaps = _redrawn(values, weights, people, rng)
    if gaps.p > ERROR:
        return
    k = int(np.abs(gaps.scaled).argmax())
    worse = (gaps.observed[k] > 0) == words.lower_is_better
    when = (
        Text(f"in {months[-1]}", f"{months[-1]} "),
        Text("in the three months before", "之前三个月"),
        Text("in the months before", "之前各月"),
    )[k]
    size = words.size(float(gaps.observed[k]))
    yield Text(
        f"those with the award stood {'worse' if worse else 'better'} than others of their shops {when.en}, by "
        f"{size.en} (by lot: p = {gaps.p:.3f}); people chosen for their figures come back towards the others by luck "
        "alone, award or not",
        f"受奖的人{when.zh}就比同店其他人{'差' if worse else '好'} {size.zh}（随机分组时 p = {gaps.p:.3f}）；"
        "按数字挑出来的人，即使没有奖励也会因运气回落到平均附近",
    )


def _sentence(found: AwardEffect, seen: pd.DataFrame, start: str, words: MeasureWords) -> Text:
    said = [say_change(found.award, seen[seen["group"] == "award"], start, words)]
    if found.others is not None:
        o, step = found.others, words.step(found.others.points)
        said.append(
            Text(
                f"The {o.n} people without it: {words.level(o.before)} to {words.level(o.after)} ({step.en}).",
                f"没有奖励的 {o.n} 人：由 {words.level(o.before)} 变为 {words.level(o.after)}（{step.zh}）。",
            )
        )
    if found.effect is not None:
        step = words.step(found.effect)
        a, c = (int(found.table.loc[found.table["group"] == g, "shop"].notna().sum()) for g in GROUPS)
        said.append(
            Text(
                f"Within the same shops and months {a} people with the award changed by {step.en} more than {c} "
                "without.",
                f"在相同店铺和月份内，{a} 名受奖者比 {c} 名未受奖者多变化 {step.zh}。",
            )
        )
    if found.caused and found.alike is not None:
        said.append(
            Text(
                "This counts as the award's effect: both groups moved alike in the months before, where a steady drift "
                f"that makes the whole difference would have been seen with probability {found.alike[1]:.0%}. It holds "
                f"if nothing else came to these people alone from {start}, and the award did not change what the "
                "others did.",
                "可以视为奖励的效果：两组此前同步变化，而若全部差异来自持续漂移，之前各月能看出来的概率为 "
                f"{found.alike[1]:.0%}。前提是从 {start} 起没有其他只影响这些人的事情，奖励也没有改变其他人的做法。",
            )
        )
    elif found.why_not:
        why = Text("; ".join(w.en for w in found.why_not), "；".join(w.zh for w in found.why_not))
        kept = Text("This is a change, not an effect of the award", "这只是变化，不能说是奖励的效果")
        if not found.award.shown:
            kept = Text("No effect of the award can be stated", "不能说明奖励有没有效果")
        said.append(Text(f"{kept.en}: {why.en}.", f"{kept.zh}：{why.zh}。"))
    else:
        least = words.size(found.smallest)
        said.append(
            Text(
                f"No effect of the award is shown; one smaller than {least.en} would often have been missed.",
                f"看不出奖励的效果；如果效果小于 {least.zh}，往往看不出来。",
            )
        )
    return Text(" ".join(t.en for t in said), "".join(t.zh for t in said))


def say_change(change: Change, seen: pd.DataFrame, start: str, words: MeasureWords) -> Text:
    """Say what changed, in points and as a multiple, and whether it is more than people and months differ anyway."""
    months = sorted(seen["month"].unique())
    old, new = [m for m in months if m < start], [m for m in months if m >= start]
    before, after, best = (words.level(x) for x in (change.before, change.after, change.best))
    step, low, high = words.step(change.points), *(words.level(x) for x in change.usual)
    times = [f"{x:.2f}" for x in change.ratio]
    known, name = np.isfinite(change.ratio[0]), words.name.en[:1].upper() + words.name.en[1:]
    en = (
        f"{name} of the {change.n} people with the award went from {before} ({_span(old).en}) to {after} "
        f"({_span(new).en}): {step.en}{f', x {times[0]} [{times[1]}, {times[2]}]' if known else ''}; best {best}. "
    )
    zh = (
        f"受奖的 {change.n} 人，{words.name.zh}由 {before}（{_span(old).zh}）变为 {after}（{_span(new).zh}）：{step.zh}"
        f"{f'，为原来的 {times[0]} 倍 [{times[1]}, {times[2]}]' if known else ''}；最好 {best}。"
    )
    if change.shown:
        return Text(
            f"{en}It changed: no month before was like it ({low} to {high}).",
            f"{zh}确有变化：此前没有一个月是这样（{low} 至 {high}）。",
        )
    if change.n_usual < MIN_USUAL:
        return Text(
            f"{en}Whether months differ as much anyway cannot be known from fewer than {MIN_USUAL} months before.",
            f"{zh}之前不足 {MIN_USUAL} 个月，无法知道各月之间本来是否就有这样的差异。",
        )
    return Text(
        f"{en}It is not shown to have changed beyond what people and months differ anyway (months before: {low} to "
        f"{high}).",
        f"{zh}未能证明变化超出人与月份之间本来的差异（此前各月：{low} 至 {high}）。",
    )


def _span(months: list[str]) -> Text:
    if len(months) == 1:
        return Text(months[0], months[0])
    return Text(f"{months[0]} to {months[-1]}", f"{months[0]} 至 {months[-1]}")
