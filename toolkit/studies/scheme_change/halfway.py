"""From an old scheme to a new one in steps, each a scheme that `pay` can pay: one thing read the new way at a time.

The differences of successive steps add up to the whole difference exactly, so each change has its part of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from toolkit.core.text import Text
from toolkit.rules.scheme.document import Component, InForce, Table, Tier
from toolkit.rules.scheme.loading import component_order, streaks_read
from toolkit.rules.scheme.parameters import ALWAYS, Parameter
from toolkit.rules.scheme.scheme import Scheme
from toolkit.rules.scheme.vocabulary import Vocabulary

FOREVER = InForce.model_construct(from_=date(1970, 1, 1), to=None)
NO_LONGER = Text("no longer paid", "取消该项")
_MODES = {
    "slab": Text("one rate or amount for the whole", "全额按一档"),
    "marginal": Text("each slice at its own rate", "分段计算"),
    "cumulative": Text("amounts of all tiers added", "各档累加"),
    "interpolated": Text("a straight line between points", "直线插值"),
}
_PARTS = {
    None: Text("the whole month together", "整月合并"),
    "spell": Text("each spell by itself", "各任职区间分别"),
    "shop": Text("each shop by itself", "各店铺分别"),
    "order": Text("each order by itself", "各订单分别"),
}
_BOUNDS = {
    None: Text("the edge itself counts", "含边界值"),
    "at_or_above": Text("the edge itself counts", "含边界值"),
    "above": Text("only above the edge", "不含边界值"),
}
# Fields of a component that change together, and what such a change is called.
_FACETS: tuple[tuple[tuple[str, ...], Text], ...] = (
    (("for_",), Text("who is paid", "适用人员")),
    (("level", "include_self", "of", "lines"), Text("whose figures count", "计入哪些数据")),
    (("period", "accumulate"), Text("the period", "计发周期")),
    (("each",), Text("parts of the month", "分段还是合并")),
    (("when",), Text("the condition", "发放条件")),
    (("capacity", "prorate"), Text("factors", "折算系数")),
    (("floor", "cap"), Text("least and most", "最低与最高")),
    (("share", "undivided"), Text("the division of the pool", "奖金池分配")),
    (("defer", "leaver", "clawback"), Text("what is held back or taken back", "缓发与扣回")),
)
_RULE = {
    "pay": Text("what is paid on", "计提基数"),
    "rate": Text("the rate", "提成比例"),
    "amount": Text("the amount", "金额"),
    "score": Text("the scorecard", "评分卡"),
    "rank": Text("the competition", "排名规则"),
    "deduct": Text("the deduction", "扣款"),
    "kind": Text("the kind of deduction", "扣款类别"),
    "carry": Text("what is carried over", "结转规则"),
}
_TIERS = (
    (("from_", "to"), Text("edges of the tiers", "档位边界")),
    (("rate", "amount"), Text("rates and amounts of the tiers", "各档标准")),
)


@dataclass(frozen=True, slots=True)
class SchemeStep:
    """One thing read the new way.

    Parameters
    ----------
    component : its id, "" for names, limits and rounding.
    label : what changes.
    scheme : everything up to here read the new way.
    """

    component: str
    label: Text
    scheme: Scheme


def steps_between(old: Scheme, new: Scheme) -> Iterator[SchemeStep]:
    """Yield the steps from `old` to `new`; both are taken to be in force always, parameters from their first value."""
    now, goal = _ready(old), _ready(new)
    yield SchemeStep("", Text("the old scheme", "原方案"), now)
    if _names(now) != _names(goal):
        now = replace(now, vocabulary=_merged(now.vocabulary, goal.vocabulary))
        yield SchemeStep("", Text("definitions and parameters", "指标定义和参数"), now)
    now = replace(now, vocabulary=_merged(now.vocabulary, goal.vocabulary))
    ids = [component.id for component in goal.components]
    while gone := _no_longer_read(now, ids):
        now = _with(now, [c for c in now.components if c is not gone])
        yield SchemeStep(gone.id, NO_LONGER, now)
    for component in (goal.components[at] for at in goal.order):  # each after those whose streak it reads
        before = next((c for c in now.components if c.id == component.id), None)
        if before is None:
            now = _with(now, [*now.components, component])
            yield SchemeStep(component.id, Text("newly paid", "新增该项"), now)
            continue
        for label, between in _between(before, component):
            now = _with(now, [between if c.id == component.id else c for c in now.components])
            yield SchemeStep(component.id, label, now)
    while gone := _no_longer_read(now, ids):
        now = _with(now, [c for c in now.components if c is not gone])
        yield SchemeStep(gone.id, NO_LONGER, now)
    yield from _rest(now, goal)


def _no_longer_read(now: Scheme, ids: Sequence[str]) -> Component | None:
    """Return a component the new scheme does not have, and whose streak no other component reads."""
    for component in now.components:
        others = [c for c in now.components if c is not component]
        if component.id not in ids and component.id not in streaks_read(others):
            return component
    return None


def _rest(now: Scheme, goal: Scheme) -> Iterator[SchemeStep]:
    """Yield limits and rounding, and last the new scheme itself."""
    if now.limits != goal.limits:
        now = replace(now, document=now.document.model_copy(update={"limits": goal.limits}))
        yield SchemeStep("", Text("limits, fund and guarantees", "上限、总额控制与保底"), now)
    if now.document.rounding != goal.document.rounding:
        yield SchemeStep("", Text("rounding", "取整"), goal)
    elif [c.id for c in now.components] != [c.id for c in goal.components]:
        yield SchemeStep("", Text("the order of components", "项目顺序"), goal)


def _ready(scheme: Scheme) -> Scheme:
    """Return a scheme in force always, each component with its own period, parameters from their first value on."""
    document = scheme.document
    components = tuple(
        c if c.period is not None else c.model_copy(update={"period": document.period}) for c in scheme.components
    )
    words = scheme.vocabulary
    always = replace(words, parameters={name: _from_first(p) for name, p in words.parameters.items()})
    update = {"components": components, "in_force": FOREVER}
    return replace(scheme, document=document.model_copy(update=update), vocabulary=always)


def _from_first(parameter: Parameter) -> Parameter:
    values = {key: ((ALWAYS, dated[0][1]), *dated[1:]) for key, dated in parameter.values.items() if dated}
    return replace(parameter, values=values)


def _names(scheme: Scheme) -> object:
    words = scheme.vocabulary
    defines = {name: (d.formula.text, d.per_row) for name, d in words.defines.items()}
    return dict(words.measures), defines, {n: dict(p.values) for n, p in words.parameters.items()}


def _merged(old: Vocabulary, new: Vocabulary) -> Vocabulary:
    """Return the new names, with the old ones the new scheme no longer has."""
    return replace(
        new,
        measures={**old.measures, **new.measures},
        defines={**{n: d for n, d in old.defines.items() if n not in new.measures}, **new.defines},
        parameters={**old.parameters, **new.parameters},
        components=tuple(dict.fromkeys([*old.components, *new.components])),
        titles={**old.titles, **new.titles},
    )


def _with(scheme: Scheme, components: Sequence[Component]) -> Scheme:
    kept = tuple(components)
    document = scheme.document.model_copy(update={"components": kept})
    return replace(scheme, document=document, order=component_order(kept), streaked=streaks_read(kept))


def _between(old: Component, new: Component) -> Iterator[tuple[Text, Component]]:
    """Yield a component with one more of its readings new each time."""
    now = old
    for fields, name in _FACETS[:5]:
        now, changed = _taken(now, new, fields)
        if changed:
            yield (_from_to(_PARTS, old.each, new.each, name) if fields == ("each",) else name), now
    for label, between in _rule(now, new):
        now = between
        yield label, now
    for fields, name in _FACETS[5:]:
        now, changed = _taken(now, new, fields)
        if changed:
            yield name, now


def _taken(now: Component, new: Component, fields: tuple[str, ...]) -> tuple[Component, bool]:
    """Return the component with some fields of the new one, and whether they differ."""
    update = {field: getattr(new, field) for field in fields}
    changed = any(getattr(now, field) != value for field, value in update.items())
    return (now.model_copy(update=update) if changed else now), changed


def _from_to(names: Mapping[Any, Text], old: str | None, new: str | None, name: Text) -> Text:
    was, now = names[old], names[new]
    return Text(f"{name.en}: {was.en} → {now.en}", f"{name.zh}：{was.zh} → {now.zh}")


def _rule(now: Component, new: Component) -> Iterator[tuple[Text, Component]]:
    """Yield what pays, read the new way: a table part by part where both have one, anything else as a whole."""
    key = next((k for k in ("rate", "amount") if isinstance(getattr(new, k), Table)), "")
    table, goal = (getattr(c, key) if key else None for c in (now, new))
    if isinstance(table, Table) and isinstance(goal, Table) and (now.score, now.rank) == (new.score, new.rank):
        now, changed = _taken(now, new, ("pay",))
        if changed:
            yield Text("what is paid on", "计提基数"), now
        for label, between in _tables(table, goal):
            now = now.model_copy(update={key: between})
            yield label, now
    differing = [field for field in _RULE if getattr(now, field) != getattr(new, field)]
    if differing:
        label = Text(", ".join(_RULE[f].en for f in differing), "、".join(_RULE[f].zh for f in differing))
        yield label, now.model_copy(update={field: getattr(new, field) for field in differing})


def _tables(old: Table, new: Table) -> Iterator[tuple[Text, Table]]:
    """Yield a table with one more of its readings new each time."""
    now = old
    by = {"by": new.by, "aggregate": new.aggregate, "as_reported": new.as_reported, "relative_to": new.relative_to}
    if any(getattr(now, name) != value for name, value in by.items()):
        now = now.model_copy(update=by)
        yield Text("what the tiers go by", "定档依据"), now
    same = len(now.tiers) == len(new.tiers)
    for fields, label in _TIERS if same else ():
        tiers = _tiers(now, new, fields)
        if tiers != now.tiers:
            now = now.model_copy(update={"tiers": tiers})
            yield label, now
    if same and _bounds(now) != _bounds(new):
        now = now.model_copy(update={"tiers": _tiers(now, new, ("bound",)), "bound": new.bound})
        yield _from_to(_BOUNDS, old.bound, new.bound, Text("edges", "边界")), now
    if (now.tiers, now.below) != (new.tiers, new.below):
        now = now.model_copy(update={"tiers": new.tiers, "below": new.below})
        yield Text("the tiers", "档位"), now
    if now != new:
        yield _from_to(_MODES, old.mode, new.mode, Text("how tiers count", "档位用法")), new


def _tiers(old: Table, new: Table, fields: Sequence[str]) -> tuple[Tier, ...]:
    """Return the old tiers with some fields of the new ones."""
    pairs = zip(old.tiers, new.tiers, strict=True)
    return tuple(tier.model_copy(update={f: getattr(goal, f) for f in fields}) for tier, goal in pairs)


def _bounds(table: Table) -> list[str]:
    return [tier.bound or table.bound or "at_or_above" for tier in table.tiers]
