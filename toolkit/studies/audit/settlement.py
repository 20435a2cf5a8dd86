"""The month paid by the rules: from a workspace to what is due to whom, and why.

Every scheme file of the workspace that is in force in the month is paid; several schemes add up. Amounts are integer
minor units. What closed months paid is read from their books: corrections of them, refunds of what they paid, and what
they held back or left owed stand in the first month after them. A closed month itself is shown as its book has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.core.errors import InputError, Problem, UsageError
from toolkit.core.figures import counted
from toolkit.core.findings import Finding, listed
from toolkit.core.money import format_money
from toolkit.core.period import Month
from toolkit.core.text import LANGUAGES, Text
from toolkit.data.crediting.credited_lines import credited_lines
from toolkit.data.crediting.feeds import file_for
from toolkit.data.crediting.late_refunds import late_refunds, refunds_to_date
from toolkit.data.crediting.measures import Measures, open_months
from toolkit.data.tables.books import read_books
from toolkit.data.tables.chain import closed_months
from toolkit.data.tables.workspace import last_day_with_data
from toolkit.rules.explain.ledger_text import sentences
from toolkit.rules.formula.dictionary import canonical
from toolkit.rules.lint.unfed import unfed
from toolkit.rules.pay.run import span_paid
from toolkit.rules.scheme.loading import read_scheme
from toolkit.rules.settle.clawback import reads_sales
from toolkit.rules.settle.files import exact_number, typed_cells
from toolkit.rules.settle.inputs import SettlementTables
from toolkit.rules.settle.payroll import pay
from toolkit.studies.audit.objections import by_hand
from toolkit.studies.audit.opening import not_brought, opening_balances, require_not_before
from toolkit.studies.audit.own_measures import measure_with_own

if TYPE_CHECKING:
    from toolkit.core.text import Lang
    from toolkit.data.crediting.measures import Months
    from toolkit.data.tables.books import Books
    from toolkit.data.tables.workspace import Workspace
    from toolkit.rules.pay.ledger import LedgerRows
    from toolkit.rules.scheme.scheme import Scheme

HISTORY = 13
"""Months before the one paid that are measured with it: a year of season, and last month's records."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """What the rules give for one month.

    Parameters
    ----------
    month : the month paid.
    measures : cells of the month and of the months around it that have data.
    schemes : schemes in force in the month.
    rows : ledger rows of everybody.
    people : those whose rows are shown; None shows everybody.
    tables : what was paid from beside the measures: order lines, adjustments; ledger and refunds of closed months.
    versions : the schemes that were given to `pay`: with closed months all there are, because they are paid again.
    book : of a closed month, its rows as they were closed; `rows` is what the data give now.
    unclear : minor units refunded since the last closed month, by month of the order, that are not taken back: pay by
        order lines leaves open which pay they were of, or the order was paid before the first month paid here.
    """

    month: Month
    measures: Measures
    schemes: tuple[Scheme, ...]
    rows: LedgerRows
    people: frozenset[str] | None = None
    tables: SettlementTables = field(default_factory=SettlementTables)
    versions: tuple[Scheme, ...] = ()
    book: pd.DataFrame | None = None
    unclear: pd.Series = field(default_factory=lambda: pd.Series(dtype="Int64"))

    def __repr__(self) -> str:
        people, rows = counted(len(self.due), "person", "people"), counted(len(self.ledger), "row")
        return f"<Settlement {self.month}: {people}, {counted(len(self.schemes), 'scheme')}, {rows}>"

    @property
    def ledger(self) -> pd.DataFrame:
        """The ledger rows shown, and with everybody those of nobody (undivided funds)."""
        return self._of_people(self.rows.table if self.book is None else self.book)

    def _of_people(self, table: pd.DataFrame) -> pd.DataFrame:
        return table if self.people is None else table.loc[table["agent"].isin(self.people)]

    @property
    def due(self) -> pd.Series:
        """Minor units due to each agent, all rows added; index agent."""
        return _sums(self.ledger)

    @property
    def changed(self) -> pd.Series:
        """Minor units by which data imported since a month was closed change it, by agent; paid in the open month."""
        if self.book is None:
            return pd.Series(dtype="Int64")
        gap = _sums(self._of_people(self.rows.table)).sub(self.due, fill_value=0)
        return gap[gap != 0]

    @property
    def cells(self) -> pd.DataFrame:
        """Measures of the month itself."""
        table = self.measures.table.loc[self.measures.table["month"] == str(self.month)]
        return table if self.people is None else table.loc[table["agent"].isin(self.people)]

    @property
    def as_book(self) -> pd.DataFrame:
        """The rows of everybody with their sentences in both languages, as a closed month keeps them."""
        return self.rows.table.assign(**{f"sentence_{lang}": sentences(self.rows, lang) for lang in LANGUAGES})

    def explained(self, lang: Lang) -> pd.DataFrame:
        """Return the ledger rows shown with the sentence of each in `lang`."""
        if self.book is not None:
            return self.ledger.rename(columns={f"sentence_{lang}": "sentence"})
        whole = self.rows.table.assign(sentence=sentences(self.rows, lang))
        return whole.loc[self.ledger.index]


def require_as_closed(settlement: Settlement) -> None:
    """Refuse to write a closed month anew where what was imported since would make it another one.

    Raises
    ------
    UsageError
        With who it changes and by how much.
    """
    if len(changed := settlement.changed):
        month = settlement.month
        gaps = listed([f"{who} {format_money(int(cents))}" for who, cents in changed.items()], 3)
        message = Text(
            f"{month} is closed, and what was imported since changes it ({gaps}); the change is paid in the open "
            f"month, and what was written of {month} before stands",
            f"{month} 已关账，此后导入的数据使其变化（{gaps}）；差额在未关账的月份补发或扣回，{month} 已出的文件不变",
        )
        raise UsageError(message)


def _sums(rows: pd.DataFrame) -> pd.Series:
    paid = rows.loc[rows["agent"].fillna("") != ""]
    return paid.groupby("agent", sort=True)["amount"].sum()


def schemes_in_force(workspace: Workspace, month: Month) -> tuple[Scheme, ...]:
    """Read the workspace's schemes and keep those in force in `month`.

    Raises
    ------
    UsageError
        If no scheme of the workspace is in force in `month`.
    """
    read = map(read_scheme, workspace.schemes)
    schemes = tuple(s for s in read if s.in_force.touches(month.start, month.last_day))
    if not schemes:
        folder = workspace.root / "schemes"
        message = Text(
            f"no scheme in {folder} is in force in {month}; add one or choose another month",
            f"{folder} 里没有在 {month} 生效的方案；请加一个，或换个月份",
        )
        raise UsageError(message)
    return schemes


def span(workspace: Workspace, month: Month) -> tuple[Month, Month]:
    """Return the first and last month that are measured to pay a month.

    With closed months it begins where it began for the first of them, so that each is paid again on what it was.
    """
    return min([*closed_months(workspace), month]).shift(-HISTORY), month.shift(1)


def settle(
    workspace: Workspace, month: Month, *, measures: Measures | None = None, tables: SettlementTables | None = None
) -> Settlement:
    """Pay `month` of a workspace by its schemes.

    Parameters
    ----------
    measures, tables : what to pay on, when it is at hand or is to be other than the workspace's own.

    Raises
    ------
    UsageError
        If no scheme of the workspace is in force in `month`, or `month` lies before the first one paid here.
    InputError
        If an adjustment cannot be understood, or is of a component or measure nobody has, or an opening balance cannot
        be used.
    """
    require_not_before(workspace, month)
    versions = schemes = schemes_in_force(workspace, month)
    opening = opening_balances(workspace, every := tuple(map(read_scheme, workspace.schemes)))
    if measures is None or tables is None:
        with open_months(workspace, *span(workspace, month)) as opened:
            measures = measures or measure_with_own(opened, map(read_scheme, workspace.schemes))
            tables = tables_beside(workspace, opened) if tables is None else tables
    tables, books, unclear = tables.copy(), read_books(workspace), _before_first(workspace, tables, month)
    if opening is not None:
        versions, tables["ledger"], tables["roster"] = every, opening.ledger, _leavers(workspace)
    if (earlier := books.before(month)).rows:
        versions = every
        sold = _paid_on(versions, earlier, workspace.settings.first_month)
        known = _refunds(tables, earlier, month, sold, set(measures.table["month"]))
        by_lines = known["origin_month"].isin(_paid_by_lines(versions, sold))
        new = known["month"] > str(max(earlier.rows))
        unclear = pd.concat([unclear, known[by_lines & new].groupby("origin_month")["amount"].sum()])
        brought = [] if opening is None else [opening.ledger]
        tables["ledger"] = pd.concat([*brought, earlier.ledger], ignore_index=True)
        tables["refunds"] = known[~by_lines]
        tables["roster"] = _leavers(workspace)
    else:
        tables.pop("refunds", None)
    try:
        rows = pay(versions, measures.table, month=str(month), **tables)
    except InputError as error:
        raise _with_files(error, schemes, measures.table, month) from error
    book = books.rows.get(month)
    return Settlement(month, measures, schemes, rows, tables=tables, versions=versions, book=book, unclear=unclear)


def _with_files(error: InputError, schemes: tuple[Scheme, ...], table: pd.DataFrame, month: Month) -> InputError:
    """Return an error of a missing column with every column that is missing, and the file that would bring each."""
    if not any(problem.code == "missing-column" for problem in error.problems):
        return error
    lacking = [
        finding
        for scheme in schemes
        for finding in unfed(scheme, table, month, brings)
        if set(finding.evidence["columns"]) - set(table.columns)
    ]
    sources = {scheme.id: scheme.source for scheme in schemes}
    told = [
        Problem(sources[f.evidence["scheme"]], f.message, f.evidence["line"], code="missing-column") for f in lacking
    ]
    return InputError(told or error.problems)


def brings(name: str) -> Text:
    """Say what to import so that the measures have a column."""
    file = file_for(name)
    return Text(f"import {file.en}", f"导入{file.zh}")


def needs(workspace: Workspace) -> list[Finding]:
    """Return what the readable schemes in force in the last month with data need, of it or of before, and it lacks.

    Opening balances that cannot be used are told, a finding a row, before anything else.
    """
    last = last_day_with_data(workspace)
    month = None if last is None else Month.of(last)
    read = list(_readable(workspace))
    schemes = [s for s in read if month is not None and s.in_force.touches(month.start, month.last_day)]
    try:
        opening = opening_balances(workspace, read)
    except InputError as error:
        return [
            Finding(problem.code, "stop", problem.source, Text(problem.of("en"), problem.of("zh")))
            for problem in error.problems
        ]
    if month is None or not schemes:
        return []
    with open_months(workspace, month, month) as opened:
        table = measure_with_own(opened, read).table
        lines = credited_lines(opened) if _read_lines(schemes) else None
    lacking = [finding for scheme in schemes for finding in unfed(scheme, table, month, brings, lines=lines)]
    return [*lacking, *not_brought(workspace, schemes, month, opening)]


def _readable(workspace: Workspace) -> Iterator[Scheme]:
    for path in workspace.schemes:
        with suppress(InputError):  # `names_the_roster_lacks` says it
            yield read_scheme(path)


def _read_lines(schemes: Iterable[Scheme]) -> bool:
    return any(c.lines is not None or c.each == "order" for s in schemes for c in s.components)


def _paid_on(versions: Iterable[Scheme], books: Books, first: str) -> set[Month]:
    """Return the months whose sales closed months paid: their own, and the earlier ones of a quarter, year or campaign.

    Nothing before the `first` month paid here, where there is one.
    """
    spans = (
        span_paid(scheme, component, month)
        for month in books.rows
        for scheme in versions
        if scheme.in_force.touches(month.start, month.last_day)
        for component in scheme.components
    )
    found = {month for span in spans if span is not None for month in span.first.through(span.last)}
    return {month for month in found.union(books.rows) if str(month) >= first}


def _refunds(
    tables: SettlementTables, books: Books, month: Month, sold: set[Month], measured: set[str]
) -> pd.DataFrame:
    """Return the refunds to date of what closed months paid."""
    known = tables.get("refunds")
    if known is None:
        return books.counted
    return refunds_to_date(books.counted, known[known["origin_month"].isin(map(str, sold))], month, measured)


def _before_first(workspace: Workspace, tables: SettlementTables, month: Month) -> pd.Series:
    """Return minor units refunded in a month of orders paid before the first month paid here, by month of the order."""
    late = tables.get("refunds")
    if late is None:
        return pd.Series(dtype="Int64")
    old = late[(late["origin_month"] < workspace.settings.first_month) & (late["month"] == str(month))]
    return old.groupby("origin_month")["amount"].sum()


def _leavers(workspace: Workspace) -> pd.DataFrame:
    left = workspace.table("assignments").dropna(subset=["left_on"])
    return left.groupby("agent")[["left_on"]].max().reset_index()


def _paid_by_lines(versions: tuple[Scheme, ...], months: Iterable[Month]) -> list[str]:
    """Return the months in which a component pays on the sales of some order lines only."""
    return [
        str(month)
        for month in months
        for scheme in versions
        if scheme.in_force.touches(month.start, month.last_day)
        and any(c.lines is not None and c.pay and reads_sales(scheme, c.pay.node) for c in scheme.components)
    ]


def tables_beside(workspace: Workspace, opened: Months) -> SettlementTables:
    """Return what a workspace is paid from beside its measures: order lines where a scheme reads them, adjustments.

    With closed months, or months paid before the first one here, also the late refunds of any month the data know of.
    """
    tables = SettlementTables()
    if closed_months(workspace) or workspace.settings.first_month:
        tables["refunds"] = late_refunds(opened)
    if _read_lines(map(read_scheme, workspace.schemes)):
        tables["lines"] = credited_lines(opened)
    adjustments = by_hand(workspace)
    if len(adjustments):
        tables["adjustments"] = _adjustments(adjustments)
    return tables


def _adjustments(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the table of adjustments as `pay` takes it; a row is known by where it was read.

    Raises
    ------
    InputError
        If a factor is no number.
    """
    table = rows.rename(columns={"requested_by": "author"})
    source = "adjustments"
    if "_row" in table:
        table.index = pd.Index(table["_row"].fillna(0).astype("int64"))
        source = ", ".join(sorted(set(table["_file"].dropna()))) or source
    factors, problems = typed_cells(table["factor"].fillna(""), exact_number, "factor", source)
    if problems:
        raise InputError(problems)
    table["factor"] = pd.Series(factors, index=table.index, dtype="object")
    table["measure"] = table["measure"].map(canonical, na_action="ignore")
    table.attrs["source"] = source
    return table
