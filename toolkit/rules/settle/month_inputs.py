"""What a payment month is worked out from: versions, measures, the tables beside them; one reading of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from toolkit.core.period import Month
from toolkit.rules.formula.dictionary import FLAG_ATTRIBUTES, NUMBER_ATTRIBUTES
from toolkit.rules.pay.earlier_ledger import EarlierLedger
from toolkit.rules.pay.ledger import Block, Entry, entry_blocks
from toolkit.rules.pay.measures import MeasureColumns, read_columns
from toolkit.rules.pay.order_lines import LineCells, read_lines
from toolkit.rules.pay.run import FirstPaid, Run
from toolkit.rules.pay.steps import pay_scheme
from toolkit.rules.scheme.scheme import Scheme
from toolkit.rules.settle.adjustments import adjusted
from toolkit.rules.settle.inputs import Adjustment, Roster, SettlementInputs
from toolkit.rules.settle.releases import releases


@dataclass(slots=True, eq=False)
class MonthInputs:
    """The material of one payment month.

    Parameters
    ----------
    measures : with what the roster adds, and approved adjustments of earlier months.
    names : people the other tables name, who may have no row in the measures.
    changes : adjustments in effect, those of the payment month's own measures included only where they stand in them.
    silent : leave no findings, as in a simulation.
    """

    month: Month
    measures: pd.DataFrame
    books: SettlementInputs
    lines: pd.DataFrame | None
    names: tuple[str, ...]
    changes: tuple[Adjustment, ...] = ()
    silent: bool = False
    _cells: dict[int, tuple[MeasureColumns, LineCells | None]] = field(default_factory=dict)

    def cells(self, scheme: Scheme) -> tuple[MeasureColumns, LineCells | None]:
        """Return measures and order lines as one version reads them."""
        key = id(scheme)
        if key not in self._cells:
            cells = with_agents(read_columns(self.measures, scheme.vocabulary), self.names)
            self._cells[key] = (cells, None if self.lines is None else read_lines(self.lines, cells))
        return self._cells[key]

    def adjusted(self, changes: Sequence[Adjustment]) -> MonthInputs:
        """Return the desk with measures adjusted by hand."""
        together = (*self.changes, *changes)
        return replace(self, measures=adjusted(self.measures, changes), changes=together, _cells={})

    def paid(
        self, versions: Sequence[Scheme], past: EarlierLedger, month: Month, first: FirstPaid | None = None
    ) -> list[VersionPaid]:
        """Return the rows of steps 2 to 11 of a month, by version; the last version releases what is due.

        Parameters
        ----------
        first : for a month that is paid again, what its components paid first; such a run leaves no findings.
        """
        paid = []
        for scheme in in_force(versions, month):
            cells, lines = self.cells(scheme)
            paid.append(Run(scheme, cells, past, month, lines, silent=self.silent or first is not None, first=first))
        if paid and paid[-1].holds_back:
            paid[-1].released = tuple(releases(past, versions, self.books.roster, month))
        return [VersionPaid(run, pay_scheme(run)) for run in paid]


@dataclass(slots=True, eq=False)
class VersionPaid:
    """What one version pays: its run, and the rows so far."""

    run: Run
    blocks: list[Block]

    def add(self, entries: Iterable[Entry]) -> None:
        """Append rows."""
        self.blocks += entry_blocks(entries, self.run.cells.payees)


def in_force(versions: Iterable[Scheme], month: Month) -> list[Scheme]:
    """Return the versions in force on some day of a month, the earliest first."""
    touching = [scheme for scheme in versions if scheme.in_force.touches(month.start, month.last_day)]
    return sorted(touching, key=lambda scheme: scheme.in_force.from_)


def completed(measures: pd.DataFrame, roster: Roster) -> pd.DataFrame:
    """Return the measures with the attributes only the roster has."""
    names = dict.fromkeys(name for person in roster.people.values() for name in person)
    added = [name for name in names if name not in measures.columns and name not in ("joined_on", "left_on")]
    if not added or "agent" not in measures.columns:
        return measures
    columns = {}
    for name in added:
        kind = NUMBER_ATTRIBUTES.get(name)
        known = {agent: person.get(name) for agent, person in roster.people.items()}
        if kind == "money":
            known = {agent: None if value is None else value * 100 for agent, value in known.items()}
        values = [known.get(agent) if isinstance(agent, str) else None for agent in measures["agent"]]
        is_text = kind is None and name not in FLAG_ATTRIBUTES
        columns[name] = pd.Series(values, index=measures.index, dtype="str" if is_text else "object")
    return measures.assign(**columns)


def with_agents(cells: MeasureColumns, names: Iterable[str]) -> MeasureColumns:
    """Return the cells of one month with people who have no row; they come last, so that no code changes."""
    known = set(cells.agents) if names else set()
    more = [name for name in names if name not in known]
    return replace(cells, agents=(*cells.agents, *more)) if more else cells
