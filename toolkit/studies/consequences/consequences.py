"""What a scheme does to the people it pays, on their own months: every check, in one list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from toolkit.core.errors import UsageError
from toolkit.core.findings import Finding
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.rules.scheme.scheme import Scheme
from toolkit.rules.settle.measure_files import read_measures
from toolkit.studies.consequences import consequences_edges as edges
from toolkit.studies.consequences import consequences_missing as gaps
from toolkit.studies.consequences import consequences_names as names
from toolkit.studies.consequences import consequences_people as people
from toolkit.studies.consequences import load, luck
from toolkit.studies.consequences.case import Case, open_case

SEED = 20260101
BEFORE = 17
"""Months before the one looked at that a workspace is measured for: season, and episodes of load."""
CHECKS: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    gaps.find_not_judged,
    names.find_unknown_names,
    edges.find_people_near,
    luck.find_luck,
    edges.find_torn_months,
    edges.find_empty_parts,
    edges.find_unvalued,
    edges.find_readings,
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
    from toolkit.data.crediting.measures import last_complete_month, measure_months
    from toolkit.data.crediting.single_days import read_days
    from toolkit.data.tables.workspace import Workspace

    workspace = Workspace.open(folder)
    last = last_complete_month(workspace) if month is None else Month.parse(month)
    if last is None:
        raise UsageError(Text(f"{folder} has no whole month of data", f"{folder} 没有完整的月份数据"))
    first = last.shift(-BEFORE)
    table = measure_months(workspace, first, last).table
    return consequences(scheme, table, month=str(last), days=read_days(workspace, first, last))
