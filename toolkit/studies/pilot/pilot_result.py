"""A pilot evaluated as it was drawn and planned, by the lots it could have had; what was not kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from toolkit.core.errors import InputError, Problem, UsageError
from toolkit.core.files import file_digest
from toolkit.core.findings import Finding, listed
from toolkit.core.period import Month
from toolkit.core.text import Text, ToolkitError
from toolkit.data.tables.books import read_books
from toolkit.data.tables.workspace import Workspace, last_complete_month
from toolkit.models.comparison.award_effect import Interval
from toolkit.models.comparison.randomised import Panel, compare_randomised, padded
from toolkit.models.comparison.redrawn import DRAWS, ERROR, Bools, RedrawnGaps
from toolkit.rules.scheme.loading import read_scheme
from toolkit.studies.pilot.filing import FiledPlan, PilotPlan, read_filed
from toolkit.studies.pilot.pilot_plan import SPILLOVER, draw_given, panel_of, points, say_points
from toolkit.studies.planning.effect import values_of, words_of
from toolkit.studies.planning.history import History, load_history


@dataclass(frozen=True, slots=True)
class PilotResult:
    """What a pilot showed.

    Parameters
    ----------
    effect : as the estimate has it (difference of logits or logs), with 95 % interval; ends may be infinite.
    shown : in points of a share at what those without it had, or as a share of a value.
    p : how often lots alone show as much.
    placebo : what a pilot in the months before would have shown, and p; None if they are too few.
    level : outcome of those without the new scheme in the pilot's months.
    months : month, period (before or pilot), given (as drawn), people, weight, value.
    """

    filed: FiledPlan
    effect: Interval
    shown: Interval
    p: float
    placebo: tuple[Interval, float] | None
    level: float
    months: pd.DataFrame
    texts: tuple[Text, ...]
    findings: tuple[Finding, ...]

    @property
    def found(self) -> bool:
        """Whether lots alone would rarely show as much."""
        return self.p <= ERROR

    def __repr__(self) -> str:
        return f"<Pilot {self.filed.plan.id}: {'an effect' if self.found else 'no effect shown'}, p {self.p:.3f}>"


def evaluate_pilot(folder: Path | str, path: Path) -> PilotResult:
    """Evaluate a pilot by the plan filed before it began.

    Raises
    ------
    InputError
        If the plan cannot be read, was changed, not filed or back-dated; its lots are not those of its seed; or nobody
        is left to compare with.
    UsageError
        If it was filed after the pilot began, or the pilot is not over.

    Notes
    -----
    By intention to treat: everybody counts as drawn, whatever scheme they were paid by, at the shop of the plan.
    """
    workspace = Workspace.open(folder)
    filed = read_filed(workspace, path)
    plan, last = filed.plan, Month.parse(filed.plan.months[-1])
    if (there := last_complete_month(workspace)) is None or there < last:
        en = (
            f"{plan.id}: the pilot ends with {last}, and the data are complete until {there}: an early look would find "
        )
        en += "an effect by luck more often than it says; evaluate it when it is over"
        zh = f"{plan.id}：试点到 {last} 结束，数据完整到 {there}：提前查看会更容易把运气当成效果；请在结束后评估"
        raise UsageError(Text(en, zh))
    people = [(p.agent, p.shop) for p in plan.people]
    given = np.array([[m in p.months for m in plan.months] for p in plan.people])
    if not np.array_equal(given, draw_given(plan.design, [s for _, s in people], plan.seed)):
        raise InputError([Problem(str(path), NOT_BY_LOT, code="not-by-lot")])
    history = load_history(workspace, str(last))
    values = values_of(history, plan.outcome)
    panel = panel_of(values, people, (*plan.before, *plan.months), plan.outcome)
    lots = plan.design.draw(panel.shop, np.random.default_rng([plan.seed, 2]), DRAWS)
    before = len(plan.before)
    gaps = compare_randomised(panel, plan.design.kind, padded(given, before), padded(lots, before))
    if gaps is None:
        raise InputError([Problem(str(path), NOBODY_LEFT, code="no-comparison")])
    effect = (float(gaps.observed[0]), *gaps.interval)
    months = _by_month(panel, plan, given)
    without = months[(months["period"] == "pilot") & ~months["given"]]
    level = float(without["total"].sum() / without["weight"].sum())
    shown = _points(plan.outcome, level, effect)
    placebo = _placebo(panel, plan, given, lots)
    found = [
        *history.findings,
        *_unwitnessed(filed),
        *_others(filed),
        *_changed(workspace, plan),
        *_not_kept(workspace, plan, history),
        *_elsewhere(values, plan, history),
        *_moved_apart(plan, placebo, level),
    ]
    result = (filed, effect, shown, gaps.p, placebo, level, months.drop(columns="total"))
    return PilotResult(*result, tuple(_say(plan, shown, gaps, level, placebo)), tuple(found))


NOT_BY_LOT = Text(
    "who gets what is not what its seed draws: it was not drawn by lot, and no effect is stated",
    "名单与随机种子抽出的不一致：不是抽签决定的，不说效果",
)
NOBODY_LEFT = Text(
    "of those drawn, no shop has people with and without the new scheme who had customers: nobody is left "
    "to compare with",
    "抽中的人员中，没有一家店同时有实行与未实行新方案且有询单的人：无人可比",
)


def _by_month(panel: Panel, plan: PilotPlan, given: Bools) -> pd.DataFrame:
    """Return what those with and without the new scheme had in each month, as drawn."""
    rows, all_given = [], padded(given, len(plan.before))
    share = plan.outcome == "conversion"
    for k, month in enumerate((*plan.before, *plan.months)):
        for on in (False, True):
            mine = (all_given[:, k] == on) & (panel.weights[:, k] > 0)
            w, x = panel.weights[mine, k], panel.values[mine, k]
            # the logit has half a buyer added: buyers are taken back from it
            total = float((1 / (1 + np.exp(-x)) * (w + 1) - 0.5).sum() if share else (np.exp(x) * w).sum())
            if mine.any():
                period = "before" if k < len(plan.before) else "pilot"
                rows.append((month, period, on, int(mine.sum()), float(w.sum()), total / w.sum(), total))
    return pd.DataFrame(rows, columns=["month", "period", "given", "people", "weight", "value", "total"])


def _placebo(panel: Panel, plan: PilotPlan, given: Bools, lots: Bools) -> tuple[Interval, float] | None:
    """Return what a pilot would have shown whose last months had been those before the start."""
    n, k = len(plan.before), len(plan.placebo)
    past = Panel(panel.values[:, :n], panel.weights[:, :n], panel.shop)
    mine, others = (padded(part[..., -k:], n - k) for part in (given, lots))
    gaps = compare_randomised(past, plan.design.kind, mine, others) if k else None
    return None if gaps is None else ((float(gaps.observed[0]), *gaps.interval), gaps.p)


def _say(
    plan: PilotPlan, shown: Interval, gaps: RedrawnGaps, level: float, placebo: tuple[Interval, float] | None
) -> Iterator[Text]:
    name, span = words_of(plan.outcome).name, (plan.months[0], plan.months[-1])
    size, than = _interval(plan.outcome, shown), words_of(plan.outcome).level(level)
    against = {
        "within": Text("others of the same shops in the same months", "同店同月未实行的人"),
        "staggered": Text(
            "others of the same shops in the same months who did not have it yet", "同店同月尚未实行的人"
        ),
        "switchback": Text("the same people in months without it", "同样的人在未实行的月份"),
    }[plan.design.kind]
    chance = f"{gaps.p:.3f}"
    if gaps.p <= ERROR:
        yield Text(
            f"{span[0]} to {span[1]}: with {plan.scheme}, {name.en} differed by {size.en} from {against.en} ({than}). "
            f"Lots alone show as much with probability {chance}: this counts as the effect of the new scheme.",
            f"{span[0]} 至 {span[1]}：实行 {plan.scheme} 者的{name.zh}与{against.zh}（{than}）相差 {size.zh}。"
            f"仅凭抽签出现这样的差异的概率为 {chance}：可以视为新方案的效果。",
        )
    else:
        yield Text(
            f"{span[0]} to {span[1]}: no effect of {plan.scheme} is shown: {name.en} differed by {size.en} from "
            f"{against.en} ({than}), and lots alone show as much with probability {chance}.",
            f"{span[0]} 至 {span[1]}：未显示 {plan.scheme} 有效果：{name.zh}与{against.zh}（{than}）相差 {size.zh}，"
            f"仅凭抽签出现这样差异的概率为 {chance}。",
        )
    if plan.smallest is not None:
        could = say_points(plan.outcome, points(plan.outcome, plan.usual, plan.smallest))
        yield Text(
            f"Said before the start: an effect of {could.en} would be found in 8 of 10.",
            f"开始前已说明：{could.zh}的效果，十次中有八次会被发现。",
        )
    if placebo is not None:
        before = _interval(plan.outcome, _points(plan.outcome, level, placebo[0]))
        first, last = plan.placebo[0], plan.placebo[-1]
        yield Text(
            f"The months before, {first} to {last}, as if the pilot had been then: {before.en}, probability "
            f"{placebo[1]:.3f} by lots alone; 0 is expected.",
            f"把之前的 {first} 至 {last} 当作试点月份：{before.zh}，仅凭抽签的概率 {placebo[1]:.3f}；应接近 0。",
        )
    yield SPILLOVER


def _points(outcome: str, level: float, effect: Interval) -> Interval:
    found, low, high = (points(outcome, level, e) for e in effect)
    return found, low, high


def _interval(outcome: str, shown: Interval) -> Text:
    digits = [f"{100 * x:+.1f}" if np.isfinite(x) else "-" for x in shown]
    told = f"{digits[0]} [{digits[1]}, {digits[2]}]"
    if outcome == "conversion":
        return Text(f"{told} points", f"{told} 个百分点")
    return Text(f"{told} %", f"{told}%")


def _unwitnessed(filed: FiledPlan) -> Iterator[Finding]:
    if filed.witness is None:
        plan = filed.plan
        text = Text(
            f"That the plan was filed on {plan.filed[:10]} is said by pilots/filed.jsonl alone: no month was closed "
            f"between then and {plan.months[0]}.",
            f"计划于 {plan.filed[:10]} 备案，只有 pilots/filed.jsonl 为证：从那时到 {plan.months[0]} 没有月份关账。",
        )
        yield Finding("filing-not-witnessed", "info", plan.id, text, plan.months[0])


def _others(filed: FiledPlan) -> Iterator[Finding]:
    if filed.others:
        text = Text(
            f"Other pilots of the same scheme are filed: {listed(filed.others)}. Of several looks one finds an effect "
            "by luck more easily; tell them all.",
            f"同一方案还备案了其他试点：{listed(filed.others)}。多看几次更容易凭运气看到效果；请一并说明。",
        )
        yield Finding("other-pilots", "review", filed.plan.id, text, filed.plan.months[0])


def _changed(workspace: Workspace, plan: PilotPlan) -> Iterator[Finding]:
    """Yield that the scheme is no longer as it was planned."""
    for path in workspace.schemes:
        try:
            same = read_scheme(path).id == plan.scheme
        except ToolkitError:
            continue
        if same and file_digest(path) != plan.scheme_sha256:
            text = Text(
                f"schemes/{path.name} is not as it was when the pilot was planned: the effect is of what was paid.",
                f"schemes/{path.name} 与计划试点时不同：效果是实际发放的方案的效果。",
            )
            yield Finding("pilot-scheme-changed", "review", plan.scheme, text, plan.months[0])


def _not_kept(workspace: Workspace, plan: PilotPlan, history: History) -> Iterator[Finding]:
    """Yield whom closed months paid otherwise than drawn, and the months that are not closed."""
    books = read_books(workspace).rows
    unknown = [m for m in plan.months if Month.parse(m) not in books]
    wrong: dict[str, list[str]] = {}
    for month in (m for m in plan.months if m not in unknown):
        rows = books[Month.parse(month)]
        rows = rows[rows["origin_month"].fillna(rows["month"]) == month]
        by = rows.groupby("agent")["scheme"].agg(set)
        for person in plan.people:
            if person.agent in by.index and (plan.scheme in by[person.agent]) != (month in person.months):
                wrong.setdefault(person.agent, []).append(month)
    if wrong:
        n = sum(map(len, wrong.values()))
        names = listed([f"{history.names.get(a, a)} ({', '.join(months)})" for a, months in sorted(wrong.items())])
        text = Text(
            f"The lots were not kept in {n} months of {len(wrong)} people: {names}. They count as drawn, so the "
            "effect is that of offering the new scheme (intention to treat), smaller than that of being paid by it.",
            f"有 {len(wrong)} 人共 {n} 个月未按抽签实行：{names}。仍按抽签计入，"
            "因此效果是“安排实行”的效果（意向性分析），小于实际实行的效果。",
        )
        yield Finding("pilot-not-kept", "review", plan.id, text, plan.months[0], {"people": sorted(wrong), "months": n})
    if unknown:
        text = Text(
            f"Whether people were paid as drawn is not known of months that are not closed: {listed(unknown)}.",
            f"尚未关账的月份，不知道是否按抽签发放：{listed(unknown)}。",
        )
        yield Finding("pilot-pay-unknown", "review", plan.id, text, plan.months[0], {"months": unknown})


def _elsewhere(values: pd.DataFrame, plan: PilotPlan, history: History) -> Iterator[Finding]:
    """Yield who served mostly in another shop than drawn, and who had no customers, in which months."""
    served = values[(values["weight"] > 0) & values["month"].isin(plan.months)].dropna(subset=["shop"])
    most = served.sort_values(["weight", "shop"], ascending=[False, True], kind="stable")
    shop = most.drop_duplicates(["agent", "month"]).set_index(["agent", "month"])["shop"].to_dict()
    moved: dict[str, list[str]] = {}
    absent: dict[str, list[str]] = {}
    for person in plan.people:
        for month in plan.months:
            where = shop.get((person.agent, month))
            if where is None:
                absent.setdefault(person.agent, []).append(month)
            elif where != person.shop:
                moved.setdefault(person.agent, []).append(month)

    def told(found: dict[str, list[str]]) -> str:
        return listed([f"{history.names.get(a, a)} ({listed(months)})" for a, months in found.items()])

    if moved:
        text = Text(
            f"The roster differs from the plan: {told(moved)} served mostly in another shop. Only what they did in "
            "the shop of the plan counts.",
            f"人员与计划不同：{told(moved)} 主要在其他店铺接待。只计入其在计划店铺的数据。",
        )
        yield Finding("pilot-moved", "review", plan.id, text, plan.months[0], {"people": sorted(moved)})
    if absent:
        text = Text(
            f"Without customers in months of the pilot, which count for nothing: {told(absent)}. If the new scheme "
            "made people leave or stay, the rest are no longer alike.",
            f"试点中有月份没有询单，不计入：{told(absent)}。若新方案使人离开或留下，其余的人就不再可比。",
        )
        yield Finding("pilot-absent", "review", plan.id, text, plan.months[0], {"people": sorted(absent)})


def _moved_apart(plan: PilotPlan, placebo: tuple[Interval, float] | None, level: float) -> Iterator[Finding]:
    if placebo is not None and placebo[1] <= ERROR:
        size = _interval(plan.outcome, _points(plan.outcome, level, placebo[0]))
        text = Text(
            f"Those drawn stood apart in the months before already ({size.en}), as one in twenty draws does by luck: "
            "read the effect with care.",
            f"抽中的人在之前的月份已经不同（{size.zh}），二十次抽签中约有一次如此：请谨慎看待效果。",
        )
        yield Finding("pilot-moved-apart", "review", plan.id, text, plan.placebo[0])


def pilot_summary(result: PilotResult) -> dict[str, Any]:
    """Return the figures of a pilot for machines: points as shares of 1, money in major units."""
    plan, size = result.filed.plan, 100 if result.filed.plan.outcome != "conversion" else 1
    names = ("estimate", "lower", "upper")

    def ends(interval: Interval) -> dict[str, float | None]:
        return {n: x if np.isfinite(x) else None for n, x in zip(names, interval, strict=True)}

    return {
        "plan": plan.id,
        "filed": plan.filed,
        "witness": None if result.filed.witness is None else str(result.filed.witness),
        "scheme": plan.scheme,
        "design": plan.design.kind,
        "outcome": plan.outcome,
        "estimator": plan.estimator,
        "months": list(plan.months),
        "without": result.level / size,
        "effect": ends(result.shown),
        "effect_on_scale": ends(result.effect),
        "p": result.p,
        "shown": result.found,
        "smallest": None if plan.smallest is None else points(plan.outcome, plan.usual, plan.smallest),
        "placebo": None if result.placebo is None else {**ends(result.placebo[0]), "p": result.placebo[1]},
        "findings": [f.code for f in result.findings],
    }


def pilot_months(result: PilotResult) -> pd.DataFrame:
    """Return the months as a file holds them, money in major units."""
    size = 100 if result.filed.plan.outcome != "conversion" else 1
    return result.months.assign(value=result.months["value"] / size)
