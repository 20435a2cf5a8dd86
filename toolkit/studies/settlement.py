"""The month paid by the rules: from a workspace to what is due to whom, and why.

Every scheme file of the workspace that is in force in the month is paid; several schemes add up. Amounts are integer
minor units.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.core.errors import UsageError
from toolkit.core.period import Month
from toolkit.data.measures import Measures, measure_months
from toolkit.rules import pay, read_scheme

if TYPE_CHECKING:
    from toolkit.core.text import Lang
    from toolkit.data.workspace import Workspace
    from toolkit.rules import LedgerRows, Scheme


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
    rows : ledger rows, one `LedgerRows` a scheme in the same order.
    """

    month: Month
    measures: Measures
    schemes: tuple[Scheme, ...]
    rows: tuple[LedgerRows, ...]

    @property
    def ledger(self) -> pd.DataFrame:
        """All ledger rows, with the column `scheme`."""
        return pd.concat([r.table for r in self.rows], ignore_index=True)

    @property
    def due(self) -> pd.Series:
        """Minor units due to each agent, all rows added; index agent."""
        paid = self.ledger.dropna(subset=["agent"])
        return paid.groupby("agent", sort=True)["amount"].sum()

    def explained(self, lang: Lang) -> pd.DataFrame:
        """Return the ledger with the sentence of each row in `lang`."""
        sentences = [sentence for r in self.rows for sentence in r.sentences(lang)]
        return self.ledger.assign(sentence=sentences)

    def of_people(self, people: frozenset[str]) -> Settlement:
        """Return the settlement with the ledger rows of `people` only; measures stay whole."""
        return replace(self, rows=tuple(r.of_agents(people) for r in self.rows))

    @property
    def cells(self) -> pd.DataFrame:
        """Measures of the month itself."""
        return self.measures.table.loc[self.measures.table["month"] == str(self.month)]


def schemes_in_force(workspace: Workspace, month: Month) -> tuple[Scheme, ...]:
    """Read the workspace's schemes and keep those in force in `month`.

    Raises
    ------
    UsageError
        If no scheme of the workspace is in force in `month`.
    """
    schemes = tuple(s for s in map(read_scheme, workspace.schemes) if s.in_force.touches(month.start, month.last_day))
    if not schemes:
        raise UsageError(
            f"no scheme in {workspace.root / 'schemes'} is in force in {month}; add one or choose another month"
        )
    return schemes


def settle(workspace: Workspace, month: Month, *, measures: Measures | None = None) -> Settlement:
    """Pay `month` of a workspace by its schemes.

    Parameters
    ----------
    measures : measures to pay on, when they are at hand or are to be others than the workspace's own.
    """
    cells = measures or measure_months(workspace, month.shift(-HISTORY), month.shift(1))
    schemes = schemes_in_force(workspace, month)
    rows = tuple(pay(scheme, cells.table, month=str(month)) for scheme in schemes)
    return Settlement(month, cells, schemes, rows)
