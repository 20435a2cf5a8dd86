"""What happened to a measure since an award, a scheme or a rule began, and whether a claim about it holds."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from toolkit.core.errors import InputError, Problem, UsageError, missing_column, nearest
from toolkit.core.figures import counted
from toolkit.core.findings import Finding, listed
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.models.comparison.award_effect import AwardEffect, Change, Interval, MeasureWords, judge_award_effect
from toolkit.models.comparison.claim import Claim, check_claim
from toolkit.rules.formula.dictionary import MEASURES, canonical, label
from toolkit.rules.lint.reading import LOWER_IS_BETTER
from toolkit.rules.scheme.sheets import read_sheet
from toolkit.studies.planning.history import History
from toolkit.studies.planning.outlook import SEED

RATIOS = {
    "conversion": ("buyers", "inquiries"),
    "satisfaction": ("satisfied", "rated"),
    "gross_profit_share": ("gross_profit", "sales"),
    "revenue_per_buyer": ("sales", "buyers"),
    "average_order_value": ("sales", "orders"),
}
"""Measures that are one column over another."""
_MONEY = ("revenue_per_buyer", "average_order_value")


@dataclass(frozen=True, slots=True)
class EffectStudy:
    """What happened to a measure since a month.

    Parameters
    ----------
    effect : the change, and the effect where a comparison group earns one.
    months : month, group, people, value: sum over sum of a month.
    claim : None where none was made.
    findings : what must be known before the numbers are used.
    """

    history: History
    measure: str
    start: str
    effect: AwardEffect
    months: pd.DataFrame
    claim: Claim | None
    findings: tuple[Finding, ...]

    @property
    def money(self) -> bool:
        """Whether the measure is money: in minor units here, in major units in files."""
        return words_of(self.measure).kind == "money"

    def __repr__(self) -> str:
        return f"<Effect on {self.measure} since {self.start}: {'caused' if self.effect.caused else 'changed at most'}>"


def study_effect(history: History, measure: str, start: str, claim: str = "") -> EffectStudy:
    """Study what happened to a measure since the month in which something began.

    Parameters
    ----------
    history : with `award`, who has the award (`award_given`); everybody where nobody is named.
    measure : a column of the measures, or conversion, satisfaction, gross_profit_share, revenue_per_buyer,
        average_order_value; either language.
    start : first month of the award, YYYY-MM.
    claim : 3, x3, 3倍 (three times what it was) or +30%.

    Raises
    ------
    UsageError
        If the history has no such measure, no month on both sides of `start`, or the claim cannot be read.
    InputError
        If fewer than three people with the award are seen on both sides.
    """
    times = _times(claim) if claim.strip() else None
    first = str(Month.parse(start))
    name = next((r for r in RATIOS if measure.strip() == label(r, "zh")), canonical(measure))
    values = values_of(history, name)
    award = history.award or frozenset(history.agents)
    values = values.assign(group=np.where(values["agent"].isin(award), "award", "comparison"))
    words = words_of(name)
    effect = judge_award_effect(values, first, words, np.random.default_rng(SEED))
    held = None if times is None else check_claim(effect.award, times, words)
    findings = [*history.findings, *_not_counted(effect, award & frozenset(values["agent"]), first)]
    if held is not None and held.verdict != "borne out":
        findings.append(Finding("claim-not-shown", "review", name, held.text, first))
    sums = values[values["weight"] > 0].groupby(["month", "group"])
    months = sums.agg(people=("agent", "nunique"), total=("total", "sum"), weight=("weight", "sum")).reset_index()
    months = months.assign(value=months["total"] / months["weight"]).drop(columns=["total", "weight"])
    return EffectStudy(history, name, first, effect, months, held, tuple(findings))


def _not_counted(effect: AwardEffect, given: frozenset[str], start: str) -> list[Finding]:
    """Say how many of those with the award are not seen both before and since."""
    missing = len(given) - effect.award.n
    if not missing:
        return []
    message = Text(
        f"{missing} of {counted(len(given), 'person', 'people')} with the award are not seen both before and since "
        f"{start}: they are in no figure of a change.",
        f"{len(given)} 名受奖者中有 {missing} 人不是 {start} 前后都有数据：不计入任何变化。",
    )
    return [Finding("not-seen-on-both-sides", "info", "agents", message, start, evidence={"people": missing})]


def award_given(history: History, who: str, start: str) -> History:
    """Return the history with who has the award; to be called before names are put in (`History.shown_as`).

    Parameters
    ----------
    who : ``column=value`` (shop=A, team=B: who mostly has it from `start` on), or a file with a column agent (ids or
        names); empty for everybody.

    Raises
    ------
    UsageError
        If there is no such column or value.
    InputError
        If the file cannot be read, or names somebody the history does not know.
    """
    if not who.strip():
        return history
    column, equals, value = who.replace("＝", "=").partition("=")
    given = _of_value(history, canonical(column), value.strip(), start) if equals else _of_file(history, Path(who))
    return replace(history, award=given)


def _of_value(history: History, column: str, value: str, start: str) -> frozenset[str]:
    cells = history.cells
    known = [str(c) for c in cells if isinstance(cells[c].dtype, pd.StringDtype) and c not in ("month", "agent")]
    if column not in known:
        en, zh = f"no column {column!r} to name people by; there are", f"没有可以用来指定人员的列 {column!r}；现有"
        raise UsageError(Text(f"{en} {', '.join(known)}", f"{zh} {'、'.join(known)}"))
    since = cells[(cells["month"] >= start) & (cells["inquiries"].fillna(0) > 0)].dropna(subset=[column])
    there = sorted(since[column].unique())
    if value not in there:
        message = Text(
            f"nobody has {column} = {value!r} since {start}; there are {listed(there)}",
            f"{start} 起没有人的{label(column, 'zh')}是 {value!r}；现有 {listed(there)}",
        )
        raise UsageError(message)
    sums = since.groupby(["agent", column])["inquiries"].sum().reset_index()
    most = sums.sort_values(["inquiries", column], ascending=[False, True], kind="stable").drop_duplicates("agent")
    return frozenset(most.loc[most[column] == value, "agent"])


def _of_file(history: History, path: Path) -> frozenset[str]:
    frame = read_sheet(path)
    if "agent" not in frame:
        fix = Text("call the column of ids or names 'agent'", "请把工号或姓名一列命名为“客服”")
        raise InputError([replace(missing_column(str(path), "agent"), line=1, fix=fix)])
    words = {f"{shown}".removesuffix(f" ({agent})"): agent for agent, shown in history.names.items()}
    known = {**words, **{shown: agent for agent, shown in history.names.items()}, **{a: a for a in history.agents}}
    named = frame["agent"].fillna("").astype("str").str.strip()
    place = list(frame.columns).index("agent") + 1
    message = Text("nobody of this name has a row in the measures", "指标里没有这个人")
    rows = zip(frame.index.to_numpy(np.int64).tolist(), named, strict=True)
    problems = [
        Problem(str(path), message, row, place, repr(word), nearest(word, sorted(known)), "unknown-agent")
        for row, word in rows
        if word and known.get(word) not in history.agents
    ]
    if problems:
        raise InputError(problems)
    if not named.any():
        raise InputError([Problem(str(path), Text("it names nobody", "没有写任何人"), code="no-agents")])
    return frozenset(known[word] for word in named if word)


def words_of(name: str) -> MeasureWords:
    """Return what a measure is called, how its figures are written and which way is better."""
    kind = next((m.kind for m in MEASURES if m.name == name), "ratio")
    written = "money" if kind == "money" or name in _MONEY else "share" if name in RATIOS else "number"
    return MeasureWords(Text(label(name, "en"), label(name, "zh")), written, name in LOWER_IS_BETTER)  # type: ignore[arg-type]


def values_of(history: History, name: str) -> pd.DataFrame:
    """Return month, agent, shop, total and weight of the measure, a row a month, agent and shop.

    An additive measure weighs by the share of the month's inquiries at the shop, so that a person's month weighs 1.

    Raises
    ------
    UsageError
        If the history has no such measure.
    """
    cells = history.cells.assign(shop=history.cells.get("shop"))
    by = next((m.average_by for m in MEASURES if m.name == name), None)
    needed = RATIOS.get(name, (name, by or "inquiries"))
    if (by is None and name not in RATIOS) or not history.has(*needed):
        there = [m.name for m in MEASURES if history.has(m.name, m.average_by or "inquiries")]
        there += [r for r, columns in RATIOS.items() if history.has(*columns)]
        en = f"the measures have no {name!r}{'' if name not in RATIOS else f' ({needed[0]} / {needed[1]})'}"
        zh = f"指标里没有 {name!r}；现有 {'、'.join(there)}"
        raise UsageError(Text(f"{en}; there are {', '.join(there)}", zh))
    total, weight = (cells[c].astype("float64") for c in needed)
    additive = name not in RATIOS and not by
    rows = cells[["month", "agent", "shop"]].assign(total=total * weight if by else total, weight=weight)
    if additive:  # a month of which a part is not known is not known
        unknown = rows["total"].isna().groupby([rows["month"], rows["agent"]]).transform("any")
        rows = rows[~unknown].fillna({"weight": 0.0})
    rows = rows.dropna(subset=["total", "weight"])
    values = rows.groupby(["month", "agent", "shop"], dropna=False)[["total", "weight"]].sum().reset_index()
    if not additive:
        return values
    month = values.groupby(["month", "agent"])["weight"].transform("sum")
    return values[month > 0].assign(weight=values["weight"] / month.where(month > 0)).reset_index(drop=True)


_TIMES = re.compile(r"[x×*]?\s*(\d+(?:\.\d+)?)\s*倍?", re.IGNORECASE)
_PER_CENT = re.compile(r"([+-]\d+(?:\.\d+)?)\s*[%％]")


def _times(claim: str) -> float:
    """Read a claim as how many times as much as before."""
    word = claim.strip().replace("＋", "+").replace("－", "-")
    if found := _TIMES.fullmatch(word):
        return float(found[1])
    if (found := _PER_CENT.fullmatch(word)) and float(found[1]) > -100:
        return 1 + float(found[1]) / 100
    en = f"a claim is a multiple (3: three times what it was) or a change with its sign (+30%, -50%); got {claim!r}"
    zh = f"说法写成倍数（3：是原来的 3 倍）或带正负号的变化（+30%、-50%）；这里是 {claim!r}"
    raise UsageError(Text(en, zh))


def effect_summary(study: EffectStudy) -> dict[str, Any]:
    """Return the figures of an effect for machines; money in major units."""
    found, size = study.effect, 100 if study.money else 1

    def ends(interval: Interval | None, size: int = size) -> dict[str, float] | None:
        names = ("estimate", "lower", "upper")
        return None if interval is None else {n: part / size for n, part in zip(names, interval, strict=True)}

    def change(one: Change | None) -> dict[str, Any] | None:
        if one is None:
            return None
        levels = {"before": one.before / size, "after": one.after / size, "best": one.best / size}
        usual = {"lowest_month_before": one.usual[0] / size, "highest_month_before": one.usual[1] / size}
        return {"people": one.n, **levels, **usual, "change": ends(one.points), "ratio": ends(one.ratio, 1)}

    return {
        "measure": study.measure,
        "start": study.start,
        "award": change(found.award),
        "others": change(found.others),
        "effect": ends(found.effect),
        "smallest_seen": found.smallest / size,
        "moved_alike": None if found.alike is None else {"p": found.alike[0], "power": found.alike[1]},
        "changed": found.award.shown,
        "caused": found.caused,
        "why_not": [text.en for text in found.why_not],
        "claim": None if study.claim is None else {"times": study.claim.times, "verdict": study.claim.verdict},
    }
