"""The same rules on thousands of simulated months: replicates stand side by side as people of their own.

No tier, place, share or limit is written twice: `pay_scheme`, which pays a month, pays a chunk of replicates. What a
scheme says beyond that is refused by name: a word that does not stand among those paid is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.core.documents import Model
from toolkit.core.errors import UsageError
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.rules.formula.exact import Exact
from toolkit.rules.pay.earlier_ledger import EarlierLedger
from toolkit.rules.pay.measures import MeasureColumns, check_negative, kind_of_column, read_columns
from toolkit.rules.pay.run import Run, spread_to, totals
from toolkit.rules.pay.steps import pay_scheme
from toolkit.rules.scheme.document import Cap, Component, Fund, Guarantee
from toolkit.rules.scheme.scheme import Scheme
from toolkit.rules.scheme.vocabulary import Vocabulary

CHUNK_ROWS = 65_536
PAID: Mapping[type[Model], str] = {
    Component: "id title for_ level include_self of each period when score rank pay rate amount times capacity prorate "
    "floor cap budget share",
    Cap: "for_ cap",
    Fund: "fund level of",
    Guarantee: "guarantee for_ prorate",
}
"""The words of components and limits that pay by the measures alone."""


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
        If the scheme says what is not paid here, which is named; if a simulated column is not in the measures or holds
        no whole numbers, or the shapes differ.
    InputError
        As `pay` does.
    """
    _check_scheme(scheme)
    base = read_columns(measures, scheme.vocabulary)
    _check_simulated(base, simulated)
    n_runs = next(iter(simulated.values())).shape[0] if simulated else 1
    ids = tuple(component.id for component in scheme.components)
    amounts = np.zeros((n_runs, len(base.agents), len(ids)), np.int64)
    paid_out = np.zeros((n_runs, len(base.agents)), np.int64)
    step = max(CHUNK_ROWS // max(base.n, 1), 1)
    for start in range(0, n_runs, step):
        here = slice(start, min(start + step, n_runs))
        chosen = {name: values[here] for name, values in simulated.items()}
        cells = _tiled(base, chosen, here.stop - start, scheme.vocabulary)
        blocks = pay_scheme(
            Run(scheme, cells, EarlierLedger.of(None, scheme.id, month), Month.parse(month), silent=True)
        )
        people = np.arange(cells.runs * len(base.agents))
        for block in blocks:
            if block.component:
                paid = _minor(spread_to(people, block.person, block.amount))
                amounts[here, :, ids.index(block.component)] += paid.reshape(cells.runs, -1)
        paid_out[here] = _minor(totals(blocks, people)).reshape(cells.runs, -1)
    return ReplicatePay(tuple(base.agents), ids, amounts, paid_out)


def _minor(amount: Exact) -> NDArray[np.int64]:
    return np.asarray(amount.rounded(), np.int64)


def _check_scheme(scheme: Scheme) -> None:
    """Refuse a scheme that says what is not paid here, naming each component or limit and its words."""
    parts: list[tuple[str, Model]] = [(component.id, component) for component in scheme.components]
    parts += [(f"limit {place}", limit) for place, limit in enumerate(scheme.limits, 1)]
    found = [(name, word) for name, part in parts for word in _unpaid(part)]
    found += [(name, "streak") for name in sorted(scheme.streaked)]
    if found:
        said = [f"{name} ({word})" for name, word in found]
        en = f"simulated months of {scheme.id!r} are not paid, for what looks beyond its measures: {', '.join(said)}"
        zh = f"无法按模拟月份计发 {scheme.id!r}，以下内容不只取决于指标：{'、'.join(said)}"
        raise UsageError(Text(en, zh))


def _unpaid(part: Model) -> list[str]:
    fields, paid = type(part).model_fields, PAID[type(part)].split()
    words = [name for name, field in fields.items() if getattr(part, name) != field.get_default() and name not in paid]
    return [*words, "each: order"] if isinstance(part, Component) and part.each == "order" else words


def _check_simulated(base: MeasureColumns, simulated: Mapping[str, NDArray[np.int64]]) -> None:
    if base.runs > 1:
        raise UsageError(Text("the measures hold replicates already", "指标表已含模拟月份（replicate 列）"))
    for name, values in simulated.items():
        if name not in base.numbers:
            raise UsageError(
                Text(f"the measures have no column {name!r} to simulate", f"指标表没有可模拟的列 {name!r}")
            )
        if values.ndim != 2 or values.shape[1] != base.n:
            en = f"the simulated {name!r} must have one column a row of the measures, {base.n} in all"
            raise UsageError(Text(en, f"模拟的 {name!r} 须与指标表的行一一对应，共 {base.n} 列"))
        if not np.issubdtype(values.dtype, np.integer):
            en = f"the simulated {name!r} must be whole numbers (money in minor units), but are {values.dtype}"
            raise UsageError(Text(en, f"模拟的 {name!r} 须为整数（金额以分为单位），现为 {values.dtype}"))
    if len({values.shape for values in simulated.values()}) > 1:
        raise UsageError(Text("the simulated columns differ in shape", "各模拟列的形状不一致"))


def _tiled(
    base: MeasureColumns, simulated: Mapping[str, NDArray[np.int64]], runs: int, words: Vocabulary
) -> MeasureColumns:
    """Return the rows once for each replicate, simulated columns in their places."""
    at = np.tile(np.arange(base.n), runs)
    run = np.repeat(np.arange(runs), base.n)
    cells = base.take(at)
    numbers = dict(cells.numbers)
    for name, values in simulated.items():
        numbers[name] = Exact.of_ints(
            values.reshape(-1).astype(np.int64), 100 if kind_of_column(name, words) == "money" else 1
        )
    person = np.where(cells.person < 0, -1, cells.person + run * len(base.agents))
    tiled = replace(cells, run=run, runs=runs, person=person, numbers=numbers)
    check_negative(tiled, words)
    return tiled
