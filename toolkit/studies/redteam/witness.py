"""A witness: a plan carried out order by order and paid by `pay`, with ledger and refunds; it must pay what was said.

A plan is figures until its months are made anew from their orders and a payroll is run on them. Whatever differs by a
cent is refused: then neither the gain nor the plan is shown.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.rules.scheme.scheme import Scheme
from toolkit.rules.settle.inputs import SettlementTables
from toolkit.studies.consequences.case import as_if_in_force
from toolkit.studies.redteam.months import FIELDS, Position, columns
from toolkit.studies.redteam.plans import Plan, carried_out, given_plans
from toolkit.studies.redteam.play import Best
from toolkit.studies.redteam.repertoire import Repertoire
from toolkit.studies.scheme_change.compare import pay_months


@dataclass(frozen=True, slots=True, eq=False)
class Witness:
    """A plan as `pay` takes it.

    Parameters
    ----------
    measures, refunds : the tables, in memory form.
    paid, honest : what `pay` pays of both months to those whose pay counts, minor units.
    cost : of the acts.
    stated : the gain the plan was said to have.
    """

    measures: pd.DataFrame
    refunds: pd.DataFrame
    paid: int
    honest: int
    cost: int
    stated: int

    @property
    def gain(self) -> int:
        """The gain as paid, minor units."""
        return self.paid - self.honest - self.cost

    @property
    def difference(self) -> int:
        """What is paid beyond what was stated; 0 where the plan is proved."""
        return self.gain - self.stated


def witness(scheme: Scheme, position: Position, repertoire: Repertoire, best: Best) -> Witness:
    """Pay a plan, and honest work, month after month as a payroll is."""
    measures, refunds = tables_of(best.plan, position, repertoire)
    agents = [person.name for person in position.people[: 2 if best.together else 1]]
    honest, none = tables_of(Plan(), position, repertoire)
    before, after = (_paid(scheme, position, *each, agents) for each in ((honest, none), (measures, refunds)))
    return Witness(measures, refunds, after, before, best.cost, best.gain)


def tables_of(plan: Plan, position: Position, repertoire: Repertoire) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the measures and the late refunds of a plan, as `pay` takes them."""
    done = carried_out(plan, position, repertoire)
    figures, moved = done.figures(), given_plans(position, repertoire, [plan])
    n = min(len(position.people), 2)
    shift = moved.effects.reshape(2, 2, len(FIELDS))[:n]
    for name in ("receptions", "seconds"):  # no order tells them
        at = FIELDS.index(name)
        figures[..., at] = position.figures()[..., at]
        figures[:n, :, at] += shift[..., at]
    table = position.rows()
    flat = figures.transpose(1, 0, 2).reshape(1, -1, len(FIELDS))
    start = len(table) - flat.shape[1]
    for name, values in columns(flat, position.margin).items():
        own = table[name].to_numpy(object, copy=True)
        own[start:] = values[0].astype(object)
        table[name] = pd.array(list(own), dtype="Int64")
    first, second = position.months
    amount = int(moved.refunds[0])
    rows = [(second, position.people[0].name, first, amount)] if amount else []
    return table, pd.DataFrame(rows, columns=["month", "agent", "origin_month", "amount"])


def _paid(scheme: Scheme, position: Position, measures: pd.DataFrame, refunds: pd.DataFrame, agents: list[str]) -> int:
    tables = SettlementTables(refunds=refunds) if len(refunds) else SettlementTables()
    ledger = pay_months(as_if_in_force(scheme), measures, *position.months, tables)
    return int(ledger.loc[np.isin(ledger["agent"], agents), "amount"].sum())
