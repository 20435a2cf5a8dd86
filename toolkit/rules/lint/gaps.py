"""What of a scheme the measures at hand do not allow to judge, and why: said, never passed over."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from toolkit.core.errors import InputError
from toolkit.core.text import Text
from toolkit.core.yaml import Items, Mapping, Node
from toolkit.rules.formula.dictionary import LINE_MEASURES
from toolkit.rules.formula.expressions import Call, Expression, Name, TextLiteral, calls, names, nodes
from toolkit.rules.lint.reading import Place
from toolkit.rules.scheme.document import Component, Fund, LimitRule
from toolkit.rules.scheme.loading import component_order, streaks_read
from toolkit.rules.scheme.scheme import Scheme, formulas
from toolkit.rules.scheme.vocabulary import SCORE_NAMES, Vocabulary

Pay = Callable[[Scheme], object]
_LINES = {"amount": "sales"}
EQUALLY = "equal"  # of a pool's share: no column
LINES = Text("it counts order lines, which a measures file does not hold", "按订单明细计算，而数据文件没有订单明细")
READS = Text("it follows a component that cannot be paid", "它取决于另一个无法计发的项目")
OTHERWISE = Text("it has no value for some of these people", "对其中部分人员没有取值")
# Why something cannot be paid, by the code of the error: the error itself may name a person.
_REASONS = {
    "row-across-change": Text(
        "the rows do not say their days (columns from and to)", "记录没有起止日期（from、to 两列）"
    ),
    "attribute-conflict": Text("rows of one person differ in what must be one", "同一人的记录在应一致的栏目上不一致"),
    "target-combined": Text("targets of several people or months cannot be combined", "多人或多月的目标无法合并"),
}


@dataclass(frozen=True, slots=True)
class MissingColumns:
    """A component or a limit that cannot be paid on the measures.

    Parameters
    ----------
    place : where it stands.
    columns : what the measures lack; () where the reason is another.
    why : that other reason.
    """

    place: Place
    columns: tuple[str, ...] = ()
    why: Text = OTHERWISE

    @property
    def title(self) -> Text:
        """What it is called."""
        component = self.place.component
        if component is not None:
            return component.title or Text(component.id, component.id)
        n = int(self.place.path[1]) + 1
        return Text(f"limit {n}", f"第 {n} 条限额")


# Columns


def missing_columns(scheme: Scheme, measures: pd.DataFrame) -> tuple[str, ...]:
    """Return the columns a scheme reads and the measures lack, sorted."""
    there = set(map(str, measures.columns))
    lacking = (columns_of(scheme, part, there) for part in (*scheme.components, *scheme.limits))
    return tuple(sorted(set[str]().union(*lacking) - there))


def columns_of(scheme: Scheme, part: Component | LimitRule, there: Collection[str] = ()) -> set[str]:
    """Return the columns of a measures file that a component or a limit reads.

    Parameters
    ----------
    there : the columns there are: a team goes by the column supervisor or team, whichever is one of them.
    """
    found = set[str]()
    if isinstance(part, Component):
        part = part.model_copy(update={"clawback": None})  # what is refunded has its age, a row has none
    for formula in formulas(part):
        found |= _read(scheme.vocabulary, formula.node)
        for call in calls(formula.node, "streak"):
            ids = [p.value for p in call.parts if isinstance(p, TextLiteral)]
            found |= set[str]().union(*(columns_of(scheme, c, there) for c in scheme.components if c.id in ids))
    if isinstance(part, Component):
        found |= _of_component(part, there)
    elif isinstance(part, Fund) and part.level is not None:
        found.add(part.level)
    return found


def _of_component(component: Component, there: Collection[str]) -> set[str]:
    """Return the columns a component needs beside what its expressions read."""
    team = next((name for name in ("supervisor", "team") if name in there), "supervisor")
    levels = {"shop": "shop", "team": team, "invitees": "inviter"}
    found = {levels[component.level]} if component.level in levels else set()
    found |= {"shop"} if component.each == "shop" else set()
    found |= {component.rank.within} - {""} if component.rank is not None else set()
    for _, table in component.tables:
        by = component.by(table)
        if table.relative_to is not None and by is not None and isinstance(by.node, Name):
            found.add(f"target_{by.node.name}")
    return found


def _read(words: Vocabulary, node: Expression) -> set[str]:
    """Return the columns an expression reads, through defines, averages and tables of parameters."""
    options = [call.option("within") for call in nodes(node) if isinstance(call, Call)]
    found = set[str]()
    for name in (*names(node), *(option.name for option in options if isinstance(option, Name))):
        if name in words.defines:
            found |= _read(words, words.defines[name].formula.node)
        elif name in words.parameters:
            found |= set(words.parameters[name].key)
        elif name not in (*SCORE_NAMES, EQUALLY):
            weight = words.measures[name].average_by if name in words.measures else ""
            found |= {name, weight} - {""}
    return found


# What can be paid


def gaps_of_columns(scheme: Scheme, measures: pd.DataFrame) -> Iterator[MissingColumns]:
    """Yield what reads columns the measures lack, or order lines."""
    there = set(map(str, measures.columns))
    lost = {c.id for c in scheme.components if c.lines is not None or c.each == "order"}
    for index, component in enumerate(scheme.components):
        place = Place(scheme, component, ("components", index))
        lacking = columns_of(scheme, component, there) - there
        if lacking:
            lost.add(component.id)
            yield MissingColumns(place, tuple(sorted(lacking)))
        elif component.id in lost:
            yield MissingColumns(place, why=LINES)
        elif streaks_read([component]) & lost:
            yield MissingColumns(place, why=READS)
    for index, limit in enumerate(scheme.limits):
        lacking = columns_of(scheme, limit, there) - there
        if lacking:
            yield MissingColumns(Place(scheme, None, ("limits", index)), tuple(sorted(lacking)))


def blank_columns(
    scheme: Scheme, measures: pd.DataFrame, lines: pd.DataFrame | None = None
) -> Iterator[MissingColumns]:
    """Yield what reads columns that have no value in any of the rows, or are not there.

    Parameters
    ----------
    lines : order lines of these rows; what reads them is then judged by their columns.
    """
    there, filled = set(map(str, measures.columns)), _filled(measures)
    parts = [(Place(scheme, c, ("components", i)), c) for i, c in enumerate(scheme.components)]
    limits = [(Place(scheme, None, ("limits", i)), limit) for i, limit in enumerate(scheme.limits)]
    for place, part in (*parts, *limits):
        read = columns_of(scheme, part, there)
        known = filled
        if isinstance(part, Component) and (part.lines is not None or part.each == "order"):
            asked = part.lines
            read |= {key for key in ("product", "category") if asked is not None and getattr(asked, key) is not None}
            known = filled | (
                set(LINE_MEASURES) if lines is None else {"orders", *_filled(lines.rename(columns=_LINES))}
            )
            known |= {"product", "category"} if lines is None else set()
        if read - known:
            yield MissingColumns(place, tuple(sorted(read - known)))


def _filled(rows: pd.DataFrame) -> set[str]:
    return {str(name) for name in rows.columns if rows[name].notna().any()}


def gaps_of_pay(scheme: Scheme, gaps: Sequence[MissingColumns], pay: Pay) -> list[MissingColumns]:
    """Return the components that cannot be paid by themselves; where each can, the limits.

    Parameters
    ----------
    gaps : known before.
    pay : pays a scheme on the measures, or raises an InputError.
    """
    known, found = {gap.place.path for gap in gaps}, list[MissingColumns]()
    for index, component in enumerate(scheme.components):
        place = Place(scheme, component, ("components", index))
        with_it = {component.id, *streaks_read([component])}
        positions = [i for i, c in enumerate(scheme.components) if c.id in with_it]
        why = None if place.path in known else _why(pay, _part(scheme, positions, ()))
        if why is not None:
            found.append(MissingColumns(place, why=why))
    if not found:
        why = _why(pay, judgeable(scheme, gaps)) or OTHERWISE
        found = [MissingColumns(Place(scheme, None, ("limits", i)), why=why) for i in range(len(scheme.limits))]
    return found


def _why(pay: Pay, scheme: Scheme) -> Text | None:
    """Return why a scheme cannot be paid, None where it can."""
    try:
        pay(scheme)
    except InputError as error:
        return _REASONS.get(error.problems[0].code, OTHERWISE)
    return None


def judgeable(scheme: Scheme, gaps: Sequence[MissingColumns]) -> Scheme:
    """Return a scheme without what cannot be paid."""
    lost = {gap.place.path for gap in gaps}
    components = [i for i in range(len(scheme.components)) if ("components", i) not in lost]
    return _part(scheme, components, [i for i in range(len(scheme.limits)) if ("limits", i) not in lost])


def _part(scheme: Scheme, components: Sequence[int], limits: Sequence[int]) -> Scheme:
    """Return a scheme with some of its components and limits, each on the line it stands on."""
    kept = tuple(scheme.components[i] for i in components)
    update = {"components": kept, "limits": tuple(scheme.limits[i] for i in limits)}
    document, places = scheme.document.model_copy(update=update), {"components": components, "limits": limits}
    node = scheme.node
    if isinstance(node, Mapping):
        lists = [(key, _chosen(value, places.get(key.text))) for key, value in node.entries]
        node = replace(node, entries=tuple(lists))
    order, streaked = component_order(kept), streaks_read(kept)
    return replace(scheme, document=document, node=node, order=order, streaked=streaked)


def _chosen(node: Node, positions: Sequence[int] | None) -> Node:
    if positions is None or not isinstance(node, Items):
        return node
    return replace(node, items=tuple(node.items[i] for i in positions))
