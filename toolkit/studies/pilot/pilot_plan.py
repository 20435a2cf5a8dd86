"""A pilot planned on a workspace's own months: who gets the new scheme when, by lot, and which effect could be seen."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import cast, get_args
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from toolkit.core.errors import UsageError
from toolkit.core.figures import counted
from toolkit.core.files import file_digest
from toolkit.core.findings import Finding, listed
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.data.tables.workspace import Workspace, last_day_with_data, month_to_close
from toolkit.models.baseline.counts import Ints
from toolkit.models.comparison.randomised import MIN_LOTS, Panel, PilotDesign, PilotKind, simulate_power
from toolkit.models.comparison.redrawn import Bools
from toolkit.rules.scheme.loading import read_scheme
from toolkit.studies.pilot.filing import PilotPerson, PilotPlan, file_plan
from toolkit.studies.planning.effect import values_of, words_of
from toolkit.studies.planning.history import History, load_history

OUTCOMES = ("conversion", "revenue_per_buyer")
ROLLOUT = "rollout"
MIN_PAST, MOST_BEFORE = 4, 12
"""Complete months a plan takes; months before the start that the estimate uses at most."""
_LATELY = 3
"""Months that tell in which shop somebody works."""
SPILLOVER = Text(
    "People of one shop see each other's work. If those without the new scheme answer to it too (customers passed on, "
    "rivalry, copied ways), the difference is not the whole effect; where that is likely, switch whole shops month by "
    "month: --design switchback.",
    "同店的人相互看得到对方的工作。如果未用新方案的人也受到影响（转走顾客、相互较劲、照着做），差异就不是全部效果；"
    "若很可能如此，请整店按月轮换：--design switchback。",
)
NO_EFFECT_OF_A_ROLLOUT = Text(
    "of a new scheme that whole shops get at once it can only be said what changed, never what it did: a shop's own "
    "months look like an effect. To learn the effect, some people of each shop must not have it yet: --design within "
    "(a share of each shop), or staggered (everybody, one after the other); or whole shops have it in some months, "
    "drawn by lot: --design switchback. After a rollout, incentive effect says what changed",
    "新方案若整店同时实行，只能说“有变化”，不能说效果：店铺自身的月份波动看起来就像效果。要知道效果，每家店须有人暂不实行："
    "--design within（每店一部分人）或 staggered（所有人先后开始）；或整店只在抽签决定的月份实行：--design switchback。"
    "整店实行之后，incentive effect 会说明变化了多少",
)


@dataclass(frozen=True, slots=True)
class PilotRequest:
    """What is asked of a pilot, as it is typed.

    Parameters
    ----------
    scheme : file of the new scheme.
    months, share, design, outcome : see `PilotDesign`; `share` like 1/2 or 50%.
    start : first month; empty: the next one.
    seed : of the lots; None: from the scheme, the start and who takes part, so that nobody chose it.
    shops : with commas; empty: all.
    """

    scheme: Path
    months: int = 6
    share: str = "1/2"
    design: str = "within"
    start: str = ""
    seed: int | None = None
    outcome: str = "conversion"
    shops: str = ""


@dataclass(frozen=True, slots=True)
class PlannedPilot:
    """A plan as filed.

    Parameters
    ----------
    names : agent to the name people know.
    texts : the sentences for people.
    """

    plan: PilotPlan
    path: Path
    names: dict[str, str]
    texts: tuple[Text, ...]
    findings: tuple[Finding, ...]


def plan_pilot(folder: Path | str, request: PilotRequest, who: str = "", now: datetime | None = None) -> PlannedPilot:
    """Draw who gets a new scheme when, say which effect could be seen, and file the plan.

    Parameters
    ----------
    who : who files it.
    now : by whose clock; default: this machine's.

    Raises
    ------
    UsageError
        If whole shops are to get it at once, the start is not to come, or so few take part that nothing could be told
        from luck.
    InputError
        If the scheme cannot be read.
    """
    workspace, new = Workspace.open(folder), read_scheme(request.scheme)
    design, start = _design(request), _start(workspace, request.start, now := now or datetime.now(UTC))
    history = load_history(workspace, month_to_close(workspace))
    history = history.only([s.strip() for s in request.shops.replace("，", ",").split(",") if s.strip()])
    outcome = next((o for o in OUTCOMES if request.outcome in (o, words_of(o).name.zh)), None)
    if outcome is None:
        en = f"a pilot is judged by {' or '.join(OUTCOMES)}; got {request.outcome!r}"
        raise UsageError(Text(en, f"试点的结果指标是 {'、'.join(OUTCOMES)} 之一；这里是 {request.outcome!r}"))
    values, past = values_of(history, outcome), history.months[-24:]
    if len(past) < MIN_PAST:
        en = f"a plan takes {MIN_PAST} complete months of data; there are {len(past)}"
        raise UsageError(Text(en, f"试点计划至少要有 {MIN_PAST} 个完整月份的数据；现有 {len(past)} 个"))
    homes, alone = _homes(values, past, design)
    people = list(homes.items())
    shop = _codes([s for _, s in people])
    _enough(design, shop)
    seed = request.seed if request.seed is not None else _seed(request.scheme, start, people)
    months = [str(m) for m in start.through(start.shift(design.months - 1))]
    before = [str(start.shift(-k)) for k in range(min(MOST_BEFORE, len(past)), 0, -1)]
    given = draw_given(design, [s for _, s in people], seed)
    panel = panel_of(values, people, past, outcome)
    power = simulate_power(panel, design, len(before), np.random.default_rng([seed, 1]))
    usual, until = _usual(values, people, past), last_day_with_data(workspace)
    plan = PilotPlan(
        id=f"{start}-{new.id}-{design.kind}",
        filed=now.astimezone(UTC).isoformat(timespec="seconds"),
        scheme=new.id,
        scheme_sha256=file_digest(request.scheme),
        outcome=outcome,
        estimator=ESTIMATOR[design.kind == "switchback"],
        design=design,
        months=tuple(months),
        before=tuple(before),
        placebo=tuple(before[-min(design.months, len(before) // 2) :]),
        people=tuple(
            PilotPerson(agent, home, tuple(m for m, on in zip(months, row, strict=True) if on))
            for (agent, home), row in zip(people, given.tolist(), strict=True)
        ),
        seed=seed,
        data_until=str(until),
        planned_on=past,
        usual=usual,
        smallest=None if np.isnan(power.smallest) else power.smallest,
        power=tuple(
            (round(points(outcome, usual, e), 6), round(float(f), 4))
            for e, f in zip(power.effects[::4].tolist(), power.found[::4].tolist(), strict=True)
        ),
    )
    path = file_plan(workspace, plan, who)
    return PlannedPilot(
        plan, path, dict(history.names), tuple(_say(plan, new.title)), tuple(_findings(plan, alone, history))
    )


ESTIMATOR = (
    "weighted least squares, effects of person and shop-month, randomisation inference by the design's own lots",
    "weighted least squares, effects of person and month, randomisation inference by the design's own lots",
)


def _design(request: PilotRequest) -> PilotDesign:
    kinds = get_args(PilotKind)
    if request.design == ROLLOUT:
        raise UsageError(NO_EFFECT_OF_A_ROLLOUT)
    if request.design not in kinds:
        en = f"no design {request.design!r}; known: {', '.join(kinds)}"
        raise UsageError(Text(en, f"没有设计 {request.design!r}；可用：{'、'.join(kinds)}"))
    word = request.share.strip().replace("％", "%")
    try:
        share = Fraction(word[:-1]) / 100 if word.endswith("%") else Fraction(word)
    except (ValueError, ZeroDivisionError):
        share = Fraction(0)
    if not 0 < share < 1:
        en = f"a share lies between 0 and 1, like 1/2 or 40%; got {request.share!r}"
        raise UsageError(Text(en, f"比例在 0 与 1 之间，如 1/2 或 40%；这里是 {request.share!r}"))
    if not 2 <= request.months <= 24:
        en = f"a pilot lasts 2 to 24 months; got {request.months}"
        raise UsageError(Text(en, f"试点为期 2 到 24 个月；这里是 {request.months}"))
    return PilotDesign(cast("PilotKind", request.design), request.months, float(share))


def _start(workspace: Workspace, asked: str, now: datetime) -> Month:
    today = now.astimezone(ZoneInfo(workspace.settings.timezone)).date()
    start = Month.parse(asked) if asked else Month.of(today).shift(1)
    until = last_day_with_data(workspace)
    if start.start <= today or (until is not None and until >= start.start):
        reached = max(d for d in (today, until) if d is not None)
        en = f"a pilot is planned before it begins: {start} has begun ({reached}); at the earliest: "
        en += str(Month.of(reached).shift(1))
        zh = f"试点要在开始之前计划：{start} 已经开始（{reached}）；最早为 {Month.of(reached).shift(1)}"
        raise UsageError(Text(en, zh))
    return start


def _homes(values: pd.DataFrame, past: tuple[str, ...], design: PilotDesign) -> tuple[dict[str, str], list[str]]:
    """Return the shop where each who takes part works, by agent in order, and who is alone in a shop and does not."""
    known = values[values["shop"].notna() & (values["weight"] > 0) & values["month"].isin(past[-_LATELY:])]
    if known.empty:
        raise UsageError(
            Text(
                "the data do not say who works in which shop; a pilot is drawn within shops",
                "数据没有写明谁在哪家店铺；试点须在店铺内抽签",
            )
        )
    sums = known.groupby(["agent", "shop"])["weight"].sum().reset_index()
    most = sums.sort_values(["weight", "shop"], ascending=[False, True], kind="stable").drop_duplicates("agent")
    home = dict(zip(most["agent"], most["shop"], strict=True))
    last = known[known["month"] == past[-1]]
    here = {a for a, s in zip(last["agent"], last["shop"], strict=True) if home[a] == s}
    sizes = pd.Series([home[a] for a in here]).value_counts()
    single = {a for a in here if sizes[home[a]] < 2 and design.kind != "switchback"}
    return {a: str(home[a]) for a in sorted(here - single)}, sorted(single)


def _enough(design: PilotDesign, shop: Ints) -> None:
    if not len(shop):
        raise UsageError(NO_EFFECT_OF_A_ROLLOUT)
    if (lots := design.lots(shop)) < MIN_LOTS:
        n, shops = len(shop), int(shop.max()) + 1
        en = (
            f"{counted(n, 'person', 'people')} of {counted(shops, 'shop')} over {design.months} months can be drawn in "
            f"{lots} ways only: whatever came out could be luck; {MIN_LOTS} ways are needed. Take more people or shops"
        )
        zh = (
            f"{shops} 家店 {n} 人、{design.months} 个月只有 {lots} 种抽法：无论结果如何都无法与运气区分；"
            f"至少要 {MIN_LOTS} 种。请增加人员或店铺"
        )
        more = design.kind == "switchback"
        raise UsageError(Text(f"{en}{', or months' if more else ''}", f"{zh}{'，或增加月份' if more else ''}"))


def _seed(scheme: Path, start: Month, people: list[tuple[str, str]]) -> int:
    told = f"{file_digest(scheme)} {start} {people}"
    return int(hashlib.sha256(told.encode()).hexdigest()[:8], 16)


def _codes(shops: list[str]) -> Ints:
    codes: Ints = pd.Series(shops, dtype="str").astype("category").cat.codes.to_numpy().astype(np.int64)
    return codes


def draw_given(design: PilotDesign, shops: list[str], seed: int) -> Bools:
    """Draw who gets the new scheme in which month of a pilot: (people, months)."""
    given: Bools = design.draw(_codes(shops), np.random.default_rng([seed, 0]), 1)[0]
    return given


def panel_of(values: pd.DataFrame, people: list[tuple[str, str]], months: tuple[str, ...], outcome: str) -> Panel:
    """Return the outcome of people at their shops: the logit of a share (half a buyer added), the log of a value."""
    index = pd.MultiIndex.from_tuples(people, names=["agent", "shop"])
    total, weight = (
        values.pivot_table(index=["agent", "shop"], columns="month", values=what, aggfunc="sum")
        .reindex(index=index, columns=list(months))
        .fillna(0.0)
        .to_numpy("float64")
        for what in ("total", "weight")
    )
    if outcome == "conversion":
        logit = np.log((total + 0.5) / np.maximum(weight - total + 0.5, 0.5))
        return Panel(logit, weight, _codes([s for _, s in people]))
    known = (total > 0) & (weight > 0)
    log = np.log(np.where(known, total, 1) / np.where(known, weight, 1))
    return Panel(log, np.where(known, weight, 0.0), _codes([s for _, s in people]))


def _usual(values: pd.DataFrame, people: list[tuple[str, str]], past: tuple[str, ...]) -> float:
    mine = values[values["agent"].isin([a for a, _ in people]) & values["month"].isin(past)]
    return float(mine["total"].sum() / mine["weight"].sum())


def points(outcome: str, level: float, effect: float) -> float:
    """Return an effect on the scale of the estimate as a difference of shares at a level, or a share of a value."""
    if outcome != "conversion":
        return float(np.expm1(effect))
    return float(1 / (1 + np.exp(-(np.log(level / (1 - level)) + effect))) - level)


def say_points(outcome: str, size: float) -> Text:
    """Return a difference as it is said: points of conversion, or per cent of a value."""
    if outcome == "conversion":
        return Text(f"{100 * size:.1f} points", f"{100 * size:.1f} 个百分点")
    return Text(f"{100 * size:.1f} %", f"{100 * size:.1f}%")


def _say(plan: PilotPlan, title: Text) -> list[Text]:
    first, last, n = plan.months[0], plan.months[-1], len(plan.people)
    shops = len({p.shop for p in plan.people})
    given = sum(bool(p.months) for p in plan.people)
    how = {
        "within": Text(
            f"{given} of {n} people of {counted(shops, 'shop')} get it in all months, drawn by lot in each shop; the "
            "others stay as they are.",
            f"{shops} 家店 {n} 人中 {given} 人全程实行，由各店抽签决定；其他人照旧。",
        ),
        "staggered": Text(
            f"all {n} people of {counted(shops, 'shop')} get it, one after the other, in an order drawn by lot in each "
            "shop.",
            f"{shops} 家店 {n} 人先后开始实行，次序由各店抽签决定。",
        ),
        "switchback": Text(
            f"each of {counted(shops, 'shop')} has it as a whole in some months, drawn by lot; {n} people work there.",
            f"{shops} 家店各在抽签决定的月份整店实行，共 {n} 人。",
        ),
    }[plan.design.kind]
    return [
        Text(
            f"Pilot of {title.en}, {first} to {last}: {how.en} Seed {plan.seed}.",
            f"《{title.zh}》试点，{first} 至 {last}：{how.zh}随机种子 {plan.seed}。",
        ),
        say_power(plan),
        SPILLOVER,
    ]


def say_power(plan: PilotPlan) -> Text:
    """Return which effect the plan can see."""
    name, since = words_of(plan.outcome), f"{plan.planned_on[0]} to {plan.planned_on[-1]}"
    zh_since = f"{plan.planned_on[0]} 至 {plan.planned_on[-1]}"
    if plan.smallest is None:
        return Text(
            f"Simulated on the months {since}: no effect that was tried would be found in 8 of 10 such pilots. Take "
            "more people or months.",
            f"用 {zh_since} 各月模拟：试过的效果中，没有一个能在十次试点中有八次被发现。请增加人员或月份。",
        )
    size = say_points(plan.outcome, points(plan.outcome, plan.usual, plan.smallest))
    level = name.level(plan.usual)
    return Text(
        f"Simulated on the months {since}: an effect of {size.en} on {name.name.en} (usually {level}) would be found "
        "in 8 of 10 such pilots; a smaller one less often.",
        f"用 {zh_since} 各月模拟：对{name.name.zh}（平时 {level}）{size.zh}的效果，"
        "十次这样的试点中有八次会被发现；更小的更难发现。",
    )


def _findings(plan: PilotPlan, alone: list[str], history: History) -> list[Finding]:
    found = list(history.findings)
    if alone:
        names = listed([history.names.get(a, a) for a in alone])
        text = Text(
            f"Alone in their shop, so without anybody to compare with, and not in the pilot: {names}.",
            f"所在店铺只有一人，无人可比，不参加试点：{names}。",
        )
        found.append(Finding("alone-in-shop", "info", "people", text, plan.months[0]))
    return found
