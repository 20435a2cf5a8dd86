"""What a scheme does to the people it pays, on their own months: every check, in one list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from toolkit.core.errors import UsageError
from toolkit.core.findings import Finding
from toolkit.core.period import Month
from toolkit.rules import read_measures
from toolkit.rules.scheme import Scheme
from toolkit.studies import consequences_edges as edges
from toolkit.studies import consequences_load as load
from toolkit.studies import consequences_people as people
from toolkit.studies.consequences_case import Case, open_case

SEED = 20260101
CHECKS: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    edges.find_people_near,
    edges.find_luck,
    edges.find_torn_months,
    edges.find_empty_parts,
    edges.find_readings,
    edges.find_scaled_awards,
    people.find_prizes_by_chance,
    people.find_below_the_line,
    people.find_untraceable,
    load.find_overload,
)


def consequences(
    scheme: Scheme, measures: pd.DataFrame, *, month: str, rng: np.random.Generator | None = None
) -> tuple[Finding, ...]:
    """Return what a scheme did or would do in a month, judged on it and the months before it.

    Parameters
    ----------
    measures : rows by month and agent in memory form; the scheme is held against all of them, whatever its days.
    month : the month looked at, ``YYYY-MM``.
    rng : of the replicates that judge luck; fixed by default, so that the same question has the same answer.

    Raises
    ------
    UsageError
        If the measures have no row of `month`.
    InputError
        If the measures cannot be paid on as they are.
    """
    if month not in set(measures["month"]):
        raise UsageError(f"the measures have no row of {month}")
    case = open_case(scheme, measures, Month.parse(month), rng or np.random.default_rng(SEED))
    return tuple(finding for check in CHECKS for finding in check(case))


def lint_file(scheme: Scheme, measures: Path, *, month: str | None = None) -> tuple[Finding, ...]:
    """Return the consequences of a scheme for a measures file; of its last month by default.

    Raises
    ------
    UsageError
        If the file has no row, or none of `month`.
    InputError
        If the file cannot be read or paid on.
    """
    table = read_measures(measures, scheme)
    if table.empty:
        raise UsageError(f"{measures} has no row")
    return consequences(scheme, table, month=month or str(table["month"].max()))
