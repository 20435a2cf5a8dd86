"""What a scheme does to the people it pays, on their own months: every check, in one list.

The finding on what could not be judged: which columns the measures lack, for what, and which questions stay open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.core.errors import UsageError
from toolkit.core.findings import Finding
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.rules.formula.expressions import calls
from toolkit.rules.lint.gaps import MissingColumns
from toolkit.rules.lint.reading import Place
from toolkit.rules.scheme.document import Component
from toolkit.rules.scheme.scheme import Scheme, formulas
from toolkit.rules.settle.files import read_measures
from toolkit.studies.consequences import load, luck, people
from toolkit.studies.consequences import people as names
from toolkit.studies.consequences import thresholds as edges
from toolkit.studies.consequences.case import SchemeCase, open_case

if TYPE_CHECKING:
    from toolkit.data.tables.workspace import Workspace

NEAR = Text("who stands near a line", "谁接近门槛")
LUCK = Text("what luck does there", "门槛处的运气成分")
BEST = Text("whether the best is truly the best", "第一名是否真正最佳")
READINGS = Text("what other readings would pay", "其他理解下的应发")
COVERED = Text("whether limits and fund bind", "限额与基金是否起作用")


def find_not_judged(case: SchemeCase) -> Iterator[Finding]:
    """Say once what of the scheme the measures do not allow to judge: columns they lack, or another reason."""
    if not case.gaps:
        return
    lacking = [gap for gap in case.gaps if gap.columns]
    others = [gap for gap in case.gaps if not gap.columns]
    columns = sorted({name for gap in lacking for name in gap.columns})
    said = [_columns(case.scheme, columns, lacking)] if lacking else []
    said += [
        Text(f"{gap.title.en} cannot be worked out: {gap.why.en}", f"无法计算{gap.title.zh}：{gap.why.zh}")
        for gap in others
    ]
    open_ = list(dict.fromkeys(q for gap in case.gaps for q in _questions(gap.place.component)))
    message = Text(
        f"{'; '.join(s.en for s in said)}. Not judged there: {', '.join(q.en for q in open_)}.",
        f"{'；'.join(s.zh for s in said)}。因此未评估：{'、'.join(q.zh for q in open_)}。",
    )
    place = case.gaps[0].place
    whole = Place(place.scheme, None, place.path)
    yield whole.finding("not-judged", "review", message, columns=columns,
                        components=[gap.title.en for gap in case.gaps])  # fmt: skip


def _columns(scheme: Scheme, columns: Sequence[str], gaps: Sequence[MissingColumns]) -> Text:
    names = {lang: [_named(scheme, name, lang) for name in columns] for lang in ("en", "zh")}
    is_one = len(columns) == 1
    return Text(
        f"the measures have no column{'' if is_one else 's'} {', '.join(names['en'])}, which "
        f"{', '.join(gap.title.en for gap in gaps)} need{'s' if len(gaps) == 1 else ''}",
        f"数据中没有{'、'.join(names['zh'])}列，而{'、'.join(gap.title.zh for gap in gaps)}需要",
    )


def _named(scheme: Scheme, name: str, lang: str) -> str:
    label = scheme.vocabulary.label(name, "zh" if lang == "zh" else "en")
    if name in label.replace(" ", "_"):
        return name
    return f"{name} ({label})" if lang == "en" else f"{name}（{label}）"


def _questions(component: Component | None) -> list[Text]:
    """Return what is not known of a component that cannot be paid."""
    if component is None:
        return [COVERED]
    turns = bool(component.tables) or component.when is not None
    found = [NEAR, LUCK] if turns else []
    best = component.rank is not None or any(calls(f.node, "record", "best") for f in formulas(component))
    return [*found, *([BEST] if best else []), *([READINGS] if component.tables or not turns else [])]


SEED = 20260101
BEFORE = 17
"""Months before the one looked at that a workspace is measured for: season, and episodes of load."""
CHECKS: tuple[Callable[[SchemeCase], Iterator[Finding]], ...] = (
    find_not_judged,
    names.find_unknown_names,
    edges.find_people_near,
    luck.find_luck,
    edges.find_torn_months,
    edges.find_empty_parts,
    edges.find_unvalued,
    edges.find_interpretations,
    edges.find_scaled_awards,
    people.find_prizes_by_chance,
    people.find_below_the_line,
    people.find_untraceable,
    load.find_overload,
)


def consequences(
    scheme: Scheme,
    measures: pd.DataFrame,
    *,
    month: str,
    days: pd.DataFrame | None = None,
    rng: np.random.Generator | None = None,
) -> tuple[Finding, ...]:
    """Return what a scheme did or would do in a month, judged on it and the months before it.

    What the measures lack the columns for is not judged, and one finding says so.

    Parameters
    ----------
    measures : rows by month and agent in memory form; the scheme is held against all of them, whatever its days.
    month : the month looked at, ``YYYY-MM``.
    days : single days as `single_days.read_days` has them, where they are known.
    rng : of the replicates that judge luck; fixed by default, so that the same question has the same answer.

    Raises
    ------
    UsageError
        If the measures have no row of `month`.
    InputError
        If the measures are no measures.
    """
    if month not in set(measures["month"]):
        raise UsageError(Text(f"the measures have no row of {month}", f"数据中没有 {month} 的记录"))
    case = open_case(scheme, measures, Month.parse(month), rng or np.random.default_rng(SEED), days)
    return tuple(finding for check in CHECKS for finding in check(case))


def lint_file(scheme: Scheme, measures: Path, *, month: str | None = None) -> tuple[Finding, ...]:
    """Return the consequences of a scheme for a measures file or a workspace; of its last whole month by default.

    Raises
    ------
    UsageError
        If there is no row, or none of `month`.
    InputError
        If the file cannot be read, or is no measures file.
    """
    if measures.is_dir():
        return _of_workspace(scheme, measures, month)
    table = read_measures(measures, scheme)
    if table.empty:
        raise UsageError(Text(f"{measures} has no row", f"{measures} 没有记录"))
    return consequences(scheme, table, month=month or str(table["month"].max()))


def _of_workspace(scheme: Scheme, folder: Path, month: str | None) -> tuple[Finding, ...]:
    """Judge a scheme on the measures and the single days of a workspace: a month and `BEFORE` before it."""
    from toolkit.data.crediting.measures import measure_months, read_days
    from toolkit.data.tables.workspace import Workspace

    workspace = Workspace.open(folder)
    last = _last_month(workspace) if month is None else Month.parse(month)
    if last is None:
        raise UsageError(Text(f"{folder} has no data yet", f"{folder} 还没有数据"))
    first = last.shift(-BEFORE)
    table = measure_months(workspace, first, last).table
    return consequences(scheme, table, month=str(last), days=read_days(workspace, first, last))


def _last_month(workspace: Workspace) -> Month | None:
    """Return the last whole month, or the only one there is, begun or dated by its first day."""
    from toolkit.data.tables.workspace import first_month_with_data, last_complete_month

    whole, first = last_complete_month(workspace), first_month_with_data(workspace)
    return whole if whole is None or first is None else max(whole, first)
