"""Some months of a workspace, opened once for all that is asked about them: what the answers share is computed once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.core.period import Month
from toolkit.data.crediting.accounts import Holders, read_holders
from toolkit.data.crediting.credit import Pick, Way, credit_each_way, credit_orders
from toolkit.data.crediting.facts import (
    agent_day_facts,
    events_of,
    inquiry_facts,
    order_days,
    orders_of,
    sale_facts,
    unit_facts,
)
from toolkit.data.crediting.tally import Facts
from toolkit.data.tables.engine import Engine, Relation, connect, literal

if TYPE_CHECKING:
    from toolkit.data.tables.settings import Clocks, JudgedBy, Settings
    from toolkit.data.tables.workspace import Workspace


def open_engine(workspace: Workspace) -> Engine:
    """Connect to the tables of a workspace."""
    tables = workspace.settings.tables
    return connect(tables if "://" in tables else workspace.data_dir)


@dataclass(frozen=True)
class Months:
    """The months from `first` to `last` of a workspace, whose tables stay open.

    Parameters
    ----------
    settings : by which orders are credited.
    pick : which inquiry of the window has the order.
    """

    engine: Engine
    settings: Settings
    first: Month
    last: Month
    pick: Pick = "last"

    @cached_property
    def holders(self) -> Holders:
        """Who holds which account."""
        return read_holders(self.engine)

    @cached_property
    def events(self) -> Relation:
        """The inquiries of the months with the agents they count for."""
        return events_of(self.engine, self.holders, self.first, self.last)

    @cached_property
    def credited(self) -> Relation:
        """The orders that matter to the months, credited; see `credit_orders`."""
        orders = orders_of(self.engine, self.settings.clocks, self.first, self.last)
        return self.engine.keep(
            credit_orders(self.engine, self.settings, orders=orders, holders=self.holders, pick=self.pick)
        )

    @cached_property
    def targets(self) -> pd.DataFrame:
        """The targets table."""
        return self.engine.read(self.engine.table("targets"))

    @cached_property
    def facts(self) -> Facts:
        """What happened in the months, by day."""
        crediting, clocks = self.settings.crediting, self.settings.clocks
        read, months = self.engine.read, (self.first, self.last)
        return Facts(
            inquiries=read(inquiry_facts(self.events)),
            units=read(unit_facts(self.events, self.credited, crediting.count_unit, clocks)),
            sales=read(sale_facts(self.engine, self.credited, *months)),
            agent_days=read(agent_day_facts(self.engine, self.holders, *months)),
            order_days=read(order_days(self.engine, *months)),
            assignments=read(self.engine.table("assignments")),
            attendance=self._daily("attendance"),
            quality=self._daily("quality"),
        )

    def facts_otherwise(self, month: Month, ways: Sequence[Way]) -> Facts:
        """Return what happened in one of the months under other ways of crediting, told apart by `way`."""
        engine, crediting, clocks = self.engine, self.settings.crediting, self.settings.clocks
        orders, events = orders_of(engine, clocks, month, month), events_of(engine, self.holders, month, month)
        credited = engine.keep(credit_each_way(engine, self.settings, ways, orders=orders, holders=self.holders))
        units = unit_facts(events, credited, crediting.count_unit, clocks, n_ways=len(ways))
        return replace(
            self.facts,
            units=engine.read(units),
            sales=engine.read(sale_facts(engine, credited, month, month)),
            inquiries=_within(self.facts.inquiries, "day", month),
            agent_days=_within(self.facts.agent_days, "day", month),
            order_days=_within(self.facts.order_days, "day", month),
            attendance=_within(self.facts.attendance, "date", month),
            quality=_within(self.facts.quality, "date", month),
            n_ways=len(ways),
        )

    def earned(self, first: Month | None = None, last: Month | None = None) -> Relation:
        """Return the credited orders earned in all of the months, or in those from `first` to `last`."""
        return earned_in(self.credited, first or self.first, last or first or self.last)

    def _daily(self, name: str) -> pd.DataFrame:
        days = self.engine.table(name)
        start, end = literal(self.first.start, "date"), literal(self.last.end, "date")
        return self.engine.read(days.filter(days.date >= start, days.date < end))


@contextmanager
def open_months(
    workspace: Workspace,
    first: Month,
    last: Month,
    *,
    judged_by: JudgedBy | None = None,
    clocks: Clocks | None = None,
    pick: Pick = "last",
) -> Iterator[Months]:
    """Open the months from `first` to `last` of a workspace.

    Parameters
    ----------
    judged_by, clocks : used in place of the workspace's own.
    pick : which inquiry of the window has the order.
    """
    own = workspace.settings
    rule = replace(own.crediting, judged_by=judged_by or own.crediting.judged_by)
    settings = replace(own, crediting=rule, clocks=clocks or own.clocks)
    with open_engine(workspace) as engine:
        yield Months(engine, settings, first, last, pick)


def earned_in(credited: Relation, first: Month, last: Month) -> Relation:
    """Return the credited orders earned in the months from `first` to `last`."""
    return credited.filter(
        credited.earned_on >= literal(first.start, "date"), credited.earned_on < literal(last.end, "date")
    )


def _within(rows: pd.DataFrame, column: str, month: Month) -> pd.DataFrame:
    day = rows[column]
    return rows.loc[(day >= pd.Timestamp(month.start)) & (day < pd.Timestamp(month.end))].reset_index(drop=True)
