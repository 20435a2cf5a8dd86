"""Adjustments entered by hand: who may make them, and what they change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pandas as pd

from toolkit.core.errors import InputError, Problem, nearest
from toolkit.core.findings import Finding
from toolkit.core.text import Text
from toolkit.rules.pay.ledger import Entry, Facts
from toolkit.rules.scheme.document import Component
from toolkit.rules.scheme.scheme import Scheme, component_of
from toolkit.rules.settle.inputs import Adjustment

SOURCE, UNKNOWN = "adjustments", "unknown-name"


@dataclass(frozen=True, slots=True)
class AdjustmentFacts(Facts):
    """An amount entered by hand; `component` is None where no version has it."""

    component: Component | None
    adjustment: Adjustment


def in_effect(adjustments: Iterable[Adjustment], month: str) -> list[Adjustment]:
    """Return the approved adjustments a payment month reads: amounts of that month, measures entered by then."""
    return [a for a in adjustments if a.is_approved and _is_due(a, month)]


def unapproved(adjustments: Iterable[Adjustment], month: str) -> list[Finding]:
    """Return a finding for each adjustment that has no effect, because nobody else approved it."""
    return [_unapproved(a, month) for a in adjustments if not a.is_approved and _is_due(a, month)]


def _is_due(adjustment: Adjustment, month: str) -> bool:
    return adjustment.month == month if adjustment.amount is not None else adjustment.month <= month


def _unapproved(adjustment: Adjustment, month: str) -> Finding:
    what = adjustment.component or adjustment.measure
    en = (
        f"the adjustment of {what} of {adjustment.agent} in {adjustment.origin} was entered by {adjustment.author} and "
    )
    en += f"approved by {adjustment.approved_by or 'nobody'}: it has no effect until somebody else approves it"
    zh = f"{adjustment.agent} {adjustment.origin} 的 {what} 调整由 {adjustment.author} 录入，"
    zh += (
        f"{'由 ' + adjustment.approved_by + ' 审批' if adjustment.approved_by else '尚未审批'}：须由其他人审批后才生效"
    )
    return Finding("unapproved-adjustment", "stop", adjustment.agent, Text(en, zh), month)


def money_entries(
    adjustments: Iterable[Adjustment], versions: Sequence[Scheme], every: Sequence[Scheme]
) -> list[Entry]:
    """Return the rows of the amounts entered by hand for components of one scheme.

    Parameters
    ----------
    versions, every : the versions of the scheme, and of all schemes paid.

    Raises
    ------
    InputError
        If no scheme has the component.
    """
    own = {component.id for scheme in versions for component in scheme.components}
    known = {component.id for scheme in every for component in scheme.components}
    found = [a for a in adjustments if a.amount is not None]
    problems = [
        Problem(SOURCE, _no_component(a), fix=nearest(a.component, sorted(known)), code=UNKNOWN)
        for a in found
        if a.component not in known
    ]
    if problems:
        raise InputError(problems)
    return [
        Entry(
            "adjustment",
            a.component,
            a.agent,
            a.amount or Fraction(0),
            AdjustmentFacts(component_of(versions, a.component, a.origin), a),
            a.origin,
        )
        for a in found
        if a.component in own
    ]


def _no_component(adjustment: Adjustment) -> Text:
    return Text(f"there is no component {adjustment.component!r}", f"没有项目 {adjustment.component!r}")


def adjusted(measures: pd.DataFrame, adjustments: Iterable[Adjustment]) -> pd.DataFrame:
    """Return the measures as adjusted by hand: a factor changes all rows of an agent and month, a value the one row.

    Raises
    ------
    InputError
        If there is no such column, or a value meets several rows.
    """
    changes = [a for a in adjustments if a.measure]
    if not changes:
        return measures
    table = measures.copy()
    problems = []
    for change in changes:
        if change.measure not in table.columns:
            fix = nearest(change.measure, [str(name) for name in table.columns])
            message = Text(f"the measures have no column {change.measure!r}", f"指标表没有列 {change.measure!r}")
            problems.append(Problem(SOURCE, message, fix=fix, code=UNKNOWN))
            continue
        at = rows_of(table, change)
        if at.sum() > 1 and change.value is not None:
            message = Text(
                f"the {change.measure} of {change.agent!r} in {change.origin} stands in {at.sum()} rows",
                f"{change.agent!r} {change.origin} 的 {change.measure} 有 {at.sum()} 行",
            )
            fix = Text(
                "narrow it by shop, team or channel, or write a factor", "用店铺、团队或渠道缩小范围，或改写 factor"
            )
            problems.append(Problem(SOURCE, message, fix=fix, code="several-rows"))
            continue
        cells = table[change.measure].astype("object")
        cells[at] = cells[at].map(_changed(change))
        table[change.measure] = cells
    if problems:
        raise InputError(problems)
    return table


def rows_of(table: pd.DataFrame, change: Adjustment) -> pd.Series[bool]:
    """Return which rows of the measures an adjustment is about."""
    at = (table["month"] == change.origin) & (table["agent"] == change.agent)
    for name, value in change.where:
        at &= (table[name] == value) if name in table.columns else False
    return at


def without_rows(table: pd.DataFrame, adjustments: Iterable[Adjustment], month: str) -> list[Finding]:
    """Return a finding for each adjustment of a measured month that meets no row, perhaps for a name misspelt."""
    changes = [a for a in adjustments if a.measure]
    measured = set(table["month"].dropna().unique()) if changes else set()
    idle = [a for a in changes if a.origin in measured and not rows_of(table, a).any()]
    found = []
    for a in idle:
        en = f"the adjustment of {a.measure} of {a.agent} in {a.origin} has no effect: there is no such row"
        message = Text(en, f"{a.agent} {a.origin} 的 {a.measure} 调整无效：没有对应的数据行")
        found.append(Finding("adjustment-no-row", "stop", a.agent, message, month))
    return found


def _changed(change: Adjustment) -> Callable[[Any], Any]:
    if change.factor is None:
        return lambda cell: change.value
    factor = change.factor
    return lambda cell: cell if cell is None or cell is pd.NA or cell != cell else Fraction(cell) * factor
