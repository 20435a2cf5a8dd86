"""How much of an award is luck: for each bonus that stands on an edge of conversion, awards expected to miss the skill.

The skill of each person is estimated from the months before the one paid, so this month's luck is not taken for skill.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.core.errors import ToolkitError
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.models.baseline.conversion import fit_conversion
from toolkit.models.baseline.forecast import forecast_month
from toolkit.models.targets.awards import judge_award
from toolkit.rules.formula.expressions import Expression, Name, Number, Operation, parts

if TYPE_CHECKING:
    from toolkit.rules.scheme.document import Component
    from toolkit.rules.scheme.scheme import Scheme

SEED, FEWEST_MONTHS = 20260101, 6
CONVERSION = ("buyers", "inquiries")


def conversion_edges(scheme: Scheme) -> Iterator[tuple[str, Fraction]]:
    """Yield each fixed amount that is paid from an edge of buyers / inquiries on: component id and edge."""
    for component in scheme.components:
        if component.amount is not None and component.when is not None:
            for node in _below(component.when.node):
                edge = _edge(node, scheme)
                if edge is not None:
                    yield component.id, edge


def _below(node: Expression) -> Iterator[Expression]:
    yield node
    for part in parts(node):
        yield from _below(part)


def _edge(node: Expression, scheme: Scheme) -> Fraction | None:
    if not (isinstance(node, Operation) and node.sign in (">=", ">")):
        return None
    left, right = node.parts
    return right.value if isinstance(right, Number) and _is_conversion(left, scheme) else None


def _is_conversion(node: Expression, scheme: Scheme) -> bool:
    if isinstance(node, Name):
        define = scheme.document.define.get(node.name)
        node = getattr(define, "node", node)
    if not (isinstance(node, Operation) and node.sign == "/"):
        return False
    return tuple(p.name for p in node.parts if isinstance(p, Name)) == CONVERSION


def judge_luck(cells: pd.DataFrame, month: Month, schemes: tuple[Scheme, ...]) -> tuple[Text, ...]:
    """Say for each award at an edge of conversion how many awards of this month are expected to be luck.

    Parameters
    ----------
    cells : measures of the months before `month` and of `month` itself.
    """
    edges = [(scheme.component(c), edge) for scheme in schemes for c, edge in conversion_edges(scheme)]
    if not edges:
        return (Text("No award stands on an edge of conversion.", "没有以转化率为门槛的奖金。"),)
    served = cells.loc[cells["agent"].notna() & (cells["inquiries"].fillna(0) > 0) & (cells["role"] == "agent")]
    known = served[["month", "agent", "shop", "inquiries", "buyers"]].dropna()
    past, now = known.loc[known["month"] < str(month)], known.loc[known["month"] == str(month)]
    if past["month"].nunique() < FEWEST_MONTHS:
        few = past["month"].nunique()
        return (Text(f"Luck is not judged: {few} months before this one, {FEWEST_MONTHS} are needed.",
                     f"未评估运气成分：此前仅有 {few} 个月的数据，需要 {FEWEST_MONTHS} 个月。"),)  # fmt: skip
    try:
        forecast = forecast_month(fit_conversion(past), now.drop(columns="buyers"), np.random.default_rng(SEED))
    except ToolkitError as error:
        why = str(error).splitlines()[0]
        return (Text(f"Luck could not be judged: {why}", f"无法评估运气成分：{why}"),)
    return tuple(_said(component, judge_award(forecast, edge).text) for component, edge in edges)


def _said(component: Component, text: Text) -> Text:
    title = component.title or Text(component.id, component.id)
    return Text(f"{title.en}: {text.en}", f"{title.zh}：{text.zh}")
