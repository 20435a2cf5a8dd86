"""The same rules on thousands of simulated months: replicates stand side by side as people of their own.

No tier, place, share or limit is written twice: what settles a month of payroll settles a chunk of replicates. Of
months in sequence each replicate reads its own ledger. What is no part of a simulated month is refused by name, and so
is a scheme that reads earlier months where nothing was said of them: a word that does not stand among those paid by
the measures alone is one that reads them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.core.documents import Model
from toolkit.core.errors import UsageError
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.rules.formula.exact import LIMIT, Exact, largest
from toolkit.rules.pay.earlier_ledger import EarlierLedger
from toolkit.rules.pay.ledger import Block
from toolkit.rules.pay.measures import MeasureColumns, check_negative, kind_of_column, payee_in, read_columns
from toolkit.rules.pay.run import spread_to, totals
from toolkit.rules.scheme.document import Cap, Component, Fund, Guarantee
from toolkit.rules.scheme.scheme import Scheme
from toolkit.rules.scheme.vocabulary import Vocabulary
from toolkit.rules.settle.inputs import Refund, SettlementInputs
from toolkit.rules.settle.month_inputs import MonthInputs, completed, with_agents
from toolkit.rules.settle.payroll import settled

CHUNK_ROWS = 65_536
LARGEST = LIMIT // 8
BY_MEASURES: Mapping[type[Model], str] = {
    Component: "id title for_ level include_self of each period when score rank pay rate amount times deduct kind "
    "capacity prorate floor cap budget share undivided clawback",
    Cap: "for_ cap",
    Fund: "fund level of",
    Guarantee: "guarantee for_ prorate",
}
"""The words of components and limits that pay by the measures alone."""


@dataclass(frozen=True, slots=True, eq=False)
class ReplicateLedger:
    """What earlier simulated months paid, each replicate by itself; empty before the first of them.

    Parameters
    ----------
    chunks : the ledger of each chunk of replicates.
    sizes : number of replicates of each chunk.
    agents : everybody in it.
    """

    chunks: tuple[EarlierLedger, ...] = ()
    sizes: tuple[int, ...] = ()
    agents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class ReplicatePay:
    """What a scheme pays in each of r simulated months.

    Parameters
    ----------
    agents : names (a,).
    components : ids (c,).
    amounts : int64 (r, a, c), minor units by component: its rows, before limits, funds and guarantees; what is held
        back, released or taken of it included. What earlier versions alone paid is in `totals`.
    totals : int64 (r, a), minor units of all rows.
    undivided : int64 (r, c), minor units paid to nobody in particular.
    ledger : what the next month reads; None where months stand alone.
    """

    agents: tuple[str, ...]
    components: tuple[str, ...]
    amounts: NDArray[np.int64]
    totals: NDArray[np.int64]
    undivided: NDArray[np.int64]
    ledger: ReplicateLedger | None = None


def pay_replicates(
    scheme: Scheme,
    measures: pd.DataFrame,
    simulated: Mapping[str, NDArray[np.int64]],
    *,
    month: str,
    ledger: ReplicateLedger | pd.DataFrame | None = None,
    roster: pd.DataFrame | None = None,
    refunds: pd.DataFrame | None = None,
) -> ReplicatePay:
    """Pay simulated months, each as `pay` does; parts of a cent, where only totals are rounded, are rounded to it.

    Parameters
    ----------
    measures : the rows of one month in memory form, with those of earlier months that the scheme reads; what is not
        simulated stays as it is there. An earlier month with rows is paid again (step 12): give the values it had.
    simulated : for some count, money or duration columns (money in minor units) of `measures`, int64 (r, rows).
    month : payment month.
    ledger : what earlier months paid: that of the month simulated before, or the rows of the payrolls before the first;
        ``ReplicateLedger()`` where nothing was paid before. None where months stand alone.
    roster : as `pay` takes it.
    refunds : all refunds to date, as `pay` takes them; a column ``replicate`` (0 to r - 1) says of which simulated
        month each is, without it every one has them all.

    Raises
    ------
    UsageError
        If the scheme pays by order lines, or reads earlier months and `ledger` is None, naming component and word; if a
        simulated column is not in the measures or holds no whole numbers, or shapes differ; if refunds come without the
        rows of every month of the ledger, or of replicates there are not; if an amount is beyond 64 bits.
    InputError
        As `pay` does.

    Notes
    -----
    Changes by hand and order lines are no part of a simulated month.
    """
    _check_scheme(scheme, ledger is not None)
    books = SettlementInputs.of({"roster": roster, "refunds": refunds})
    known = completed(measures, books.roster)
    base = read_columns(known, scheme.vocabulary)
    _check_simulated(base, simulated)
    base = with_agents(base, dict.fromkeys([*_named(ledger), *books.agents]))
    past, n_runs = _past(ledger, scheme, month, base, simulated)
    ids = tuple(component.id for component in scheme.components)
    amounts = np.zeros((n_runs, len(base.agents), len(ids)), np.int64)
    paid_out, undivided = np.zeros(amounts.shape[:2], np.int64), np.zeros((n_runs, len(ids)), np.int64)
    returned = _by_replicate(books.refunds, refunds, n_runs)
    _check_past(past, known, has_refunds=bool(books.refunds))
    kept = list[EarlierLedger]()
    start = 0
    for before, size in zip(past.chunks, past.sizes, strict=True):
        here = slice(start, start := start + size)
        cells = _tiled(base, {name: values[here] for name, values in simulated.items()}, size, scheme.vocabulary)
        back = [_of_payee(refund, run, size) for run, mine in enumerate(returned[here]) for refund in mine]
        own = replace(books, refunds=tuple(back))
        desk = MonthInputs(Month.parse(month), known, own, None, (), silent=True, _cells={id(scheme): (cells, None)})
        accounts = settled(desk, desk, [scheme], {scheme.id: before})
        blocks = [block for account in accounts for one in account.paid for block in one.blocks]
        people = np.arange(size * len(base.agents))
        for block in blocks:
            if block.component in ids:
                paid = _minor(spread_to(people, block.person, block.amount), block.component)
                amounts[here, :, ids.index(block.component)] += paid.reshape(size, -1)
                undivided[here, ids.index(block.component)] += _of_nobody(block, size)
        paid_out[here] = _minor(totals(blocks, people)).reshape(size, -1)
        kept += [] if ledger is None else [before.with_blocks(blocks, cells, month)]
    left = None if ledger is None else ReplicateLedger(tuple(kept), past.sizes, tuple(base.agents))
    return ReplicatePay(tuple(base.agents), ids, amounts, paid_out, undivided, left)


def _minor(amount: Exact, what: str = "total") -> NDArray[np.int64]:
    """Return amounts in minor units; a component's rows of several steps must add up within 64 bits."""
    cents = amount.rounded()
    if largest(cents) > LARGEST:
        raise UsageError(Text(f"amounts beyond 64 bits are not simulated: {what}", f"金额超出 64 位，无法模拟：{what}"))
    return np.asarray(cents, np.int64)


def _of_nobody(block: Block, runs: int) -> NDArray[np.int64]:
    """Return what the rows of nobody in particular add up to, by replicate."""
    nobody = np.arange(-runs, 0)
    return _minor(spread_to(nobody, block.person, block.amount), block.component)[::-1]


def _by_replicate(found: Sequence[Refund], table: pd.DataFrame | None, runs: int) -> list[list[Refund]]:
    """Return the refunds of each replicate."""
    if table is None or "replicate" not in table.columns:
        return [list(found)] * runs
    mine: list[list[Refund]] = [[] for _ in range(runs)]
    for refund, run in zip(found, table["replicate"].tolist(), strict=True):
        if pd.isna(run) or run not in range(runs):
            en = f"a refund is of replicate {run!r}; there are 0 to {runs - 1}"
            raise UsageError(Text(en, f"有一条退款属于模拟 {run!r}；模拟编号应为 0 至 {runs - 1}"))
        mine[int(run)].append(refund)
    return mine


def _of_payee(refund: Refund, run: int, runs: int) -> Refund:
    return replace(refund, agent=payee_in(refund.agent, run, runs))


def _check_past(past: ReplicateLedger, measures: pd.DataFrame, *, has_refunds: bool) -> None:
    """Refuse refunds of months whose figures are not known: what they were paid on stands in the measures alone."""
    absent = sorted({month for chunk in past.chunks for month in chunk.months} - set(measures["month"]))
    if has_refunds and absent:
        en = f"refunds are charged on the figures of the months they are of: the measures have no rows of {absent[0]}"
        raise UsageError(Text(en, f"退款要按原月份的指标扣回：指标表没有 {absent[0]} 的行"))


def _named(ledger: ReplicateLedger | pd.DataFrame | None) -> list[str]:
    """Return the people a ledger names, who may have no row in the measures."""
    if isinstance(ledger, pd.DataFrame):
        agents = ledger["agent"].dropna().unique() if "agent" in ledger.columns else ()
        return [str(name) for name in agents if name]
    return [] if ledger is None else list(ledger.agents)


def _past(
    ledger: ReplicateLedger | pd.DataFrame | None,
    scheme: Scheme,
    month: str,
    base: MeasureColumns,
    simulated: Mapping[str, NDArray[np.int64]],
) -> tuple[ReplicateLedger, int]:
    """Return the ledger of each chunk of replicates, and how many replicates there are."""
    if isinstance(ledger, pd.DataFrame) and "replicate" in ledger.columns and ledger["replicate"].nunique() > 1:
        en = "the ledger holds the rows of several replicates: give what the month simulated before left"
        raise UsageError(Text(en, "台账含多个模拟（replicate）的行：请给出上一个模拟月份留下的 ledger"))
    drawn = next((values.shape[0] for values in simulated.values()), None)
    if isinstance(ledger, ReplicateLedger) and ledger.chunks:
        n_runs = sum(ledger.sizes)
        if drawn not in (None, n_runs):
            en = f"the ledger is of {n_runs} replicates, the simulated columns of {drawn}"
            raise UsageError(Text(en, f"台账有 {n_runs} 个模拟，模拟列有 {drawn} 个"))
        last = max((chunk.months[-1] for chunk in ledger.chunks if chunk.groups), default="")
        if last >= month:
            en = f"the simulated months go on after {last}, which the ledger already pays, not with {month}"
            raise UsageError(Text(en, f"台账已发到 {last}，模拟须从之后的月份继续，不能是 {month}"))
        return ledger, n_runs
    n_runs = 1 if drawn is None else drawn
    most = max(CHUNK_ROWS // max(base.n, 1), 1)
    sizes = tuple(min(most, n_runs - start) for start in range(0, n_runs, most))
    rows = EarlierLedger.of(ledger if isinstance(ledger, pd.DataFrame) else None, scheme.id, month)
    return ReplicateLedger(tuple(rows.of_each(size) for size in sizes), sizes), n_runs


def _check_scheme(scheme: Scheme, has_past: bool) -> None:
    """Refuse a scheme for what is not paid here, naming each component or limit and its words."""
    by_order = [(c.id, "lines" if c.lines is not None else "each: order") for c in scheme.components if _by_order(c)]
    if by_order:
        said = _said(by_order)
        en = f"simulated months of {scheme.id!r} are not paid, for their order lines are not simulated: {said.en}"
        raise UsageError(Text(en, f"无法按模拟月份计发 {scheme.id!r}，订单明细不在模拟之内：{said.zh}"))
    found = reads_ledger(scheme)
    if found and not has_past:
        said = _said(found)
        en = f"simulated months of {scheme.id!r} are not paid without their past: {said.en}; give what earlier months "
        zh = f"缺少此前月份，无法按模拟月份计发 {scheme.id!r}：{said.zh}；请用 ledger 给出此前月份的发放，"
        raise UsageError(
            Text(f"{en}paid as 'ledger', ReplicateLedger() where nothing was", f"{zh}从未发放则给 ReplicateLedger()")
        )


def reads_ledger(scheme: Scheme) -> list[tuple[str, str]]:
    """Name each component or limit of a scheme that depends on what earlier months paid, and the word that says so."""
    parts: list[tuple[str, Model]] = [(component.id, component) for component in scheme.components]
    parts += [(f"limit {place}", limit) for place, limit in enumerate(scheme.limits, 1)]
    found = [(name, word) for name, part in parts for word in _words_of_the_past(part)]
    return found + [(name, "streak") for name in sorted(scheme.streaked)]


def _said(found: Sequence[tuple[str, str]]) -> Text:
    said = [f"{name} ({word})" for name, word in found]
    return Text(", ".join(said), "、".join(said))


def _by_order(component: Component) -> bool:
    return component.lines is not None or component.each == "order"


def _words_of_the_past(part: Model) -> list[str]:
    fields, by_measures = type(part).model_fields, BY_MEASURES[type(part)].split()
    return [
        field.alias or name
        for name, field in fields.items()
        if name not in by_measures and getattr(part, name) != field.get_default()
    ]


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
