"""The measures table: who earned what in a month, from a workspace; and what is asked beside it.

The measures table: who earned what in a month, from a workspace.
`measure_months` gives the cells on which schemes are paid; `credited_orders` the orders behind them. All sums are
exact: counts, minor units, averages as fractions.

Some months of a workspace, opened once for all that is asked about them: what the answers share is computed once.

Single days of a workspace: what each person received and converted on each, from the vendor's daily reports.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, get_args

import pandas as pd

from toolkit.core.figures import counted
from toolkit.core.findings import Finding, by_gravity
from toolkit.core.period import Month
from toolkit.data.crediting.accounts import Accounts, check_shares, read_accounts
from toolkit.data.crediting.credit import CREDITS, Way, credit_each_way, credit_orders
from toolkit.data.crediting.facts import (
    agent_day_facts,
    closed_orders,
    events_of,
    inquiry_facts,
    large_orders,
    open_deposits,
    order_days,
    orders_of,
    sale_facts,
    undated_refunds,
    unit_facts,
    unmapped_events,
    unnamed_events,
    upsell_facts,
)
from toolkit.data.crediting.open_questions import OpenQuestions, check_assignments, check_measures
from toolkit.data.crediting.spells import targets_of
from toolkit.data.crediting.tally import DailyFacts, Source, sources_of, tally
from toolkit.data.tables.engine import Engine, Relation, connect, literal
from toolkit.data.tables.settings import JudgedBy, Pick

if TYPE_CHECKING:
    from datetime import date

    from toolkit.data.tables.settings import Clocks, Settings
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
    pick : which inquiry of the window has the order, in place of the workspace's own.
    """

    engine: Engine
    settings: Settings
    first: Month
    last: Month
    pick: Pick | None = None

    @cached_property
    def holders(self) -> Accounts:
        """Who holds which account."""
        return read_accounts(self.engine)

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
    def facts(self) -> DailyFacts:
        """What happened in the months, by day."""
        crediting, clocks = self.settings.crediting, self.settings.clocks
        read, months = self.engine.read, (self.first, self.last)
        return DailyFacts(
            inquiries=read(inquiry_facts(self.events)),
            units=read(unit_facts(self.events, self.credited, crediting.count_unit, clocks)),
            sales=read(sale_facts(self.engine, self.credited, *months)),
            upsold=self._upsold(self.credited, *months),
            agent_days=read(agent_day_facts(self.engine, self.holders, *months)),
            order_days=read(order_days(self.engine, *months)),
            assignments=read(self.engine.table("assignments")),
            attendance=self._daily("attendance"),
            quality=self._daily("quality"),
        )

    def facts_otherwise(self, month: Month, ways: Sequence[Way]) -> DailyFacts:
        """Return what happened in one of the months under other ways of crediting, told apart by `way`."""
        engine, crediting, clocks = self.engine, self.settings.crediting, self.settings.clocks
        orders, events = orders_of(engine, clocks, month, month), events_of(engine, self.holders, month, month)
        credited = engine.keep(credit_each_way(engine, self.settings, ways, orders=orders, holders=self.holders))
        units = unit_facts(events, credited, crediting.count_unit, clocks, n_ways=len(ways))
        return replace(
            self.facts,
            units=engine.read(units),
            sales=engine.read(sale_facts(engine, credited, month, month)),
            upsold=self._upsold(credited, month, month),
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

    def _upsold(self, credited: Relation, first: Month, last: Month) -> pd.DataFrame | None:
        hours = self.settings.crediting.upsell_hours
        return self.engine.read(upsell_facts(self.engine, credited, hours, first, last)) if hours else None

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
    pick: Pick | None = None,
) -> Iterator[Months]:
    """Open the months from `first` to `last` of a workspace.

    Parameters
    ----------
    judged_by, clocks : used in place of the workspace's own.
    pick : which inquiry of the window has the order, in place of the workspace's own.
    """
    own = workspace.settings
    rule = own.crediting.model_copy(update={"judged_by": judged_by or own.crediting.judged_by})
    settings = own.model_copy(update={"crediting": rule, "clocks": clocks or own.clocks})
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


JUDGING_RULES: tuple[JudgedBy, ...] = get_args(JudgedBy)


@dataclass(frozen=True, slots=True)
class Measures:
    """Measures of a range of months.

    Parameters
    ----------
    table : one row a cell (see `toolkit.data.crediting.tally`), columns `tally.COLUMNS`, then ``target_<measure>``.
    sources : where each month and shop's measures come from.
    findings : what the data leave open, gravest first.
    """

    table: pd.DataFrame
    sources: tuple[Source, ...]
    findings: tuple[Finding, ...]

    def __repr__(self) -> str:
        months, people = self.table["month"].dropna(), self.table["agent"].nunique()
        when = f"{months.min()} to {months.max()}" if len(months) else "of no month"
        rows, found = counted(len(self.table), "row"), counted(len(self.findings), "finding")
        return f"<Measures {when}: {rows}, {counted(people, 'person', 'people')}, {found}>"


def measure_months(
    workspace: Workspace,
    first: Month,
    last: Month,
    *,
    judged_by: JudgedBy | None = None,
    clocks: Clocks | None = None,
    pick: Pick | None = None,
) -> Measures:
    """Return the measures of the months from `first` to `last` that have data.

    Parameters
    ----------
    judged_by, clocks : used in place of the workspace's own.
    pick : which inquiry of the window has the order, in place of the workspace's own.
    """
    with open_months(workspace, first, last, judged_by=judged_by, clocks=clocks, pick=pick) as months:
        return measure(months)


def measure(opened: Months, cuts: Sequence[date] = ()) -> Measures:
    """Return the measures of months that are open.

    Parameters
    ----------
    cuts : days on which rows begin anew, see `tally`.
    """
    facts, months = opened.facts, list(opened.first.through(opened.last))
    sources = sources_of(facts)
    cells = tally(facts, sources, months, cuts).drop(columns="way")
    goals, unreadable = targets_of(opened.targets, facts.assignments, months)
    shares = check_shares(opened.holders.holdings, months)
    found = check_measures(facts, sources, _leftovers(opened), opened.settings.crediting.count_unit)
    findings = by_gravity([*shares, *unreadable, *found, *check_assignments(cells)])
    return Measures(cells.merge(goals, on=["month", "agent"], how="left"), sources, tuple(findings))


def measure_otherwise(
    opened: Months, month: Month, ways: Sequence[Way], cuts: Sequence[date] = ()
) -> list[pd.DataFrame]:
    """Return the cells of one of the open months under other ways of crediting, one table a way."""
    facts = opened.facts_otherwise(month, ways)
    cells = tally(facts, sources_of(facts), [month], cuts)
    goals, _ = targets_of(opened.targets, facts.assignments, [month])
    found = cells.merge(goals, on=["month", "agent"], how="left")
    return [found.loc[found["way"] == n].drop(columns="way").reset_index(drop=True) for n in range(len(ways))]


def _leftovers(opened: Months) -> OpenQuestions:
    engine, events, earned = opened.engine, opened.events, opened.earned()
    lost, limits = earned.filter(earned.credit == "unmapped"), opened.settings.crediting
    return OpenQuestions(
        inquiries=engine.read(unmapped_events(events)),
        orders=engine.read(lost.select("shop", "account", "amount", day="earned_on")),
        unnamed=engine.read(unnamed_events(events)),
        undated=engine.read(undated_refunds(engine, earned)),
        closed=engine.read(closed_orders(engine, earned)),
        large=engine.read(large_orders(engine, earned, 100 * limits.large_amount, limits.large_units)),
        deposits=engine.read(open_deposits(engine, opened.first, opened.last)),
    )


def credited_orders(
    workspace: Workspace,
    month: Month,
    *,
    last: Month | None = None,
    judged_by: JudgedBy | None = None,
    pick: Pick | None = None,
) -> pd.DataFrame:
    """Return the orders earned in `month`, one row an order and holder: columns `crediting.COLUMNS`.

    Parameters
    ----------
    last : where given, the orders of all months from `month` to this one.
    judged_by : used in place of the workspace's own rule.
    pick : which inquiry of the window has the order, in place of the workspace's own.
    """
    with open_months(workspace, month, last or month, judged_by=judged_by, pick=pick) as months:
        return orders_earned(months)


def orders_earned(opened: Months, first: Month | None = None) -> pd.DataFrame:
    """Return `credited_orders` of months that are open: of all of them, or of the month `first`."""
    return opened.engine.read(opened.earned(first))


def judging_rules_side_by_side(workspace: Workspace, month: Month) -> pd.DataFrame:
    """Return each agent's sales of a month under each judging rule (A5).

    Returns
    -------
    DataFrame
        shop, agent (blank: nobody), credit, and one column of net sales in minor units a rule, 0 where there are none.
    """
    ways: list[Way] = [(rule, workspace.settings.crediting.which) for rule in JUDGING_RULES]
    with open_months(workspace, month, month) as opened:
        engine, settings = opened.engine, opened.settings
        orders = orders_of(engine, settings.clocks, month, month)
        credited = credit_each_way(engine, settings, ways, orders=orders, holders=opened.holders)
        found = engine.read(earned_in(credited, month, month))
    sums = {rule: _sums(found.loc[found["way"] == n], "agent") for n, (rule, _) in enumerate(ways)}
    table = pd.DataFrame(sums).fillna(0).astype("Int64")
    return table.reset_index().sort_values(["shop", "agent", "credit"], na_position="last", ignore_index=True)


def _sums(credited: pd.DataFrame, *by: str) -> pd.Series:
    net = credited["amount"] - credited["refund_netted"]
    return net.groupby([credited[c] for c in ("shop", *by, "credit")], dropna=False).sum()


def credit_summary(workspace: Workspace, month: Month, *, orders: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return a month's net sales by credit status, a row a shop and a last one, with blank shop, for all.

    Parameters
    ----------
    orders : the month's `credited_orders`, when they are at hand.

    Returns
    -------
    DataFrame
        shop, a column of minor units each of `CREDITS`, `creditable` (all but silent) and `traced_share`, the exact
        share of these that is not untraceable (A7); None where nothing is creditable.
    """
    known = credited_orders(workspace, month) if orders is None else orders
    sums = _sums(known).unstack("credit").reindex(columns=list(CREDITS)).fillna(0)
    total = sums.sum().to_frame().T.set_axis(pd.Index([None], dtype="str", name="shop"))
    table = pd.concat([sums, total]).astype("Int64")
    table["creditable"] = table.drop(columns="silent").sum(axis=1).astype("Int64")
    parts = zip(table["creditable"], table["untraceable"], strict=True)
    shares = [Fraction(int(all_) - int(lost), int(all_)) if all_ else None for all_, lost in parts]
    return table.assign(traced_share=pd.Series(shares, index=table.index, dtype="object")).reset_index()


COUNTS = ["receptions", "inquiries", "buyers"]


def read_days(workspace: Workspace, first: Month, last: Month) -> pd.DataFrame:
    """Return month, agent, day, receptions, inquiries, buyers; days of which one of them is pending are left out."""
    with open_engine(workspace) as engine:
        facts = engine.read(agent_day_facts(engine, read_accounts(engine), first, last))
    known = facts[facts["agent"].notna() & facts[COUNTS].notna().all(axis=1)]
    sums = known.groupby(["agent", "day"], as_index=False)[COUNTS].sum().astype(dict.fromkeys(COUNTS, "int64"))
    return sums.assign(month=pd.to_datetime(sums["day"]).dt.strftime("%Y-%m"))
