"""The same rules on thousands of simulated months: replicates stand side by side as people of their own.

No tier, place, share or limit is written twice: `pay_scheme`, which pays a month, pays a chunk of replicates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.core.errors import UsageError
from toolkit.core.period import Month
from toolkit.rules.formula.exact import Exact
from toolkit.rules.pay.earlier_ledger import EarlierLedger
from toolkit.rules.pay.ledger import Block
from toolkit.rules.pay.measures import MeasureColumns, read_columns
from toolkit.rules.pay.run import Run, spread_to
from toolkit.rules.pay.steps import pay_scheme
from toolkit.rules.scheme.scheme import Scheme

CHUNK_ROWS = 65_536


@dataclass(frozen=True, slots=True, eq=False)
class ReplicatePay:
    """What a scheme pays in each of r simulated months.

    Parameters
    ----------
    agents : names (a,).
    components : ids (c,).
    amounts : int64 (r, a, c), minor units by component, before limits, funds and guarantees.
    totals : int64 (r, a), minor units after them.
    """

    agents: tuple[str, ...]
    components: tuple[str, ...]
    amounts: NDArray[np.int64]
    totals: NDArray[np.int64]


def pay_replicates(
    scheme: Scheme, measures: pd.DataFrame, simulated: Mapping[str, NDArray[np.int64]], *, month: str
) -> ReplicatePay:
    """Pay simulated months.

    Parameters
    ----------
    measures : the rows of one month in memory form; what is not simulated stays as it is there.
    simulated : for some count or money columns (minor units) of `measures`, int64 (r, rows).
    month : payment month.

    Raises
    ------
    UsageError
        If a simulated column is not in the measures, or the shapes differ.
    InputError
        As `pay` does.
    """
    base = read_columns(measures, scheme.vocabulary)
    _check(base, simulated)
    n_runs = next(iter(simulated.values())).shape[0] if simulated else 1
    ids = tuple(component.id for component in scheme.components)
    amounts = np.zeros((n_runs, len(base.agents), len(ids)), np.int64)
    totals = np.zeros((n_runs, len(base.agents)), np.int64)
    step = max(CHUNK_ROWS // max(base.n, 1), 1)
    for start in range(0, n_runs, step):
        here = slice(start, min(start + step, n_runs))
        cells = _tiled(base, {name: values[here] for name, values in simulated.items()}, here.stop - start)
        blocks = pay_scheme(
            Run(scheme, cells, EarlierLedger.of(None, scheme.id, month), Month.parse(month), silent=True)
        )
        people = np.arange(cells.runs * len(base.agents))
        for block in blocks:
            paid = _minor(block, people).reshape(cells.runs, -1)
            totals[here] += paid
            if block.component:
                amounts[here, :, ids.index(block.component)] += paid
    return ReplicatePay(tuple(base.agents), ids, amounts, totals)


def _minor(block: Block, people: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.asarray(spread_to(people, block.person, block.amount).rounded(), np.int64)


def _check(base: MeasureColumns, simulated: Mapping[str, NDArray[np.int64]]) -> None:
    for name, values in simulated.items():
        if name not in base.numbers:
            raise UsageError(f"the measures have no column {name!r} to simulate")
        if values.ndim != 2 or values.shape[1] != base.n:
            raise UsageError(f"the simulated {name!r} must have one column a row of the measures, {base.n} in all")
    if len({values.shape for values in simulated.values()}) > 1:
        raise UsageError("the simulated columns differ in shape")


def _tiled(base: MeasureColumns, simulated: Mapping[str, NDArray[np.int64]], runs: int) -> MeasureColumns:
    """Return the rows once for each replicate, simulated columns in their places."""
    at = np.tile(np.arange(base.n), runs)
    run = np.repeat(np.arange(runs), base.n)
    cells = base.take(at)
    numbers = dict(cells.numbers)
    for name, values in simulated.items():
        den = base.numbers[name].den
        numbers[name] = Exact.of_ints(values.reshape(-1), den if isinstance(den, int) else 1)
    person = np.where(cells.person < 0, -1, cells.person + run * len(base.agents))
    return replace(cells, run=run, runs=runs, person=person, numbers=numbers)
