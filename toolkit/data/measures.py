"""The measures table: who earned what in a month, from a workspace.

`measure_months` gives the cells on which schemes are paid; `credited_orders` the orders behind them. All sums are
exact: counts, minor units, averages as fractions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, get_args

import pandas as pd

from toolkit.core.findings import Finding, by_gravity
from toolkit.core.period import Month
from toolkit.data.crediting import CREDITS, NOBODY, Pick, credit_orders
from toolkit.data.doubts import Leftovers, check_assignments, check_measures
from toolkit.data.engine import Engine, Relation, connect, literal
from toolkit.data.facts import (
    agent_day_facts,
    events_of,
    inquiry_facts,
    open_deposits,
    order_days,
    orders_of,
    sale_facts,
    undated_refunds,
    unit_facts,
    unmapped_events,
    unnamed_events,
)
from toolkit.data.holders import Holders, check_shares, read_holders
from toolkit.data.settings import JudgedBy
from toolkit.data.spells import targets_of
from toolkit.data.tally import Facts, Source, sources_of, tally

if TYPE_CHECKING:
    from toolkit.data.settings import Clocks, Settings
    from toolkit.data.workspace import Workspace

JUDGING_RULES: tuple[JudgedBy, ...] = get_args(JudgedBy)


@dataclass(frozen=True, slots=True)
class Measures:
    """Measures of a range of months.

    Parameters
    ----------
    table : one row a cell (see `toolkit.data.tally`), columns `tally.COLUMNS`, then ``target_<measure>``.
    sources : where each month and shop's measures come from.
    findings : what the data leave open, gravest first.
    """

    table: pd.DataFrame
    sources: tuple[Source, ...]
    findings: tuple[Finding, ...]


def open_engine(workspace: Workspace) -> Engine:
    """Connect to the tables of a workspace."""
    tables = workspace.settings.tables
    return connect(tables if "://" in tables else workspace.data_dir)


def measure_months(
    workspace: Workspace,
    first: Month,
    last: Month,
    *,
    judged_by: JudgedBy | None = None,
    clocks: Clocks | None = None,
    pick: Pick = "last",
) -> Measures:
    """Return the measures of the months from `first` to `last` that have data.

    Parameters
    ----------
    judged_by, clocks : used in place of the workspace's own.
    pick : which inquiry of the window has the order.
    """
    settings = _settings(workspace, judged_by, clocks)
    with open_engine(workspace) as engine:
        facts, left, shares = _gather(engine, settings, (first, last), pick)
        targets = engine.read(engine.table("targets"))
    months = list(first.through(last))
    sources = sources_of(facts)
    cells = tally(facts, sources, months)
    goals, unreadable = targets_of(targets, facts.assignments, months)
    found = check_measures(facts, sources, left, settings.crediting.count_unit)
    findings = by_gravity([*shares, *unreadable, *found, *check_assignments(cells)])
    return Measures(cells.merge(goals, on=["month", "agent"], how="left"), sources, tuple(findings))


def measure_otherwise(workspace: Workspace, month: Month, ways: Sequence[tuple[JudgedBy, Pick]]) -> list[pd.DataFrame]:
    """Return the cells of a month under other ways of crediting, one table a way.

    Parameters
    ----------
    ways : judging rule, and which inquiry of the window has the order.
    """
    own = workspace.settings
    with open_engine(workspace) as engine:
        holders = read_holders(engine)
        orders, events = orders_of(engine, own.clocks, month, month), events_of(engine, holders, month, month)
        plain, tables = _uncredited(engine, holders, events, (month, month)), []
        for rule, pick in ways:
            settings = _settings(workspace, rule, None)
            credited = engine.keep(credit_orders(engine, settings, orders=orders, holders=holders, pick=pick))
            units = engine.read(unit_facts(events, credited, own.crediting.count_unit, own.clocks))
            sales = engine.read(sale_facts(engine, credited, month, month))
            facts = Facts(units=units, sales=sales, **plain)
            tables.append(tally(facts, sources_of(facts), [month]))
        goals, _ = targets_of(engine.read(engine.table("targets")), plain["assignments"], [month])
    return [cells.merge(goals, on=["month", "agent"], how="left") for cells in tables]


def _settings(workspace: Workspace, judged_by: JudgedBy | None, clocks: Clocks | None) -> Settings:
    own = workspace.settings
    rule = replace(own.crediting, judged_by=judged_by or own.crediting.judged_by)
    return replace(own, crediting=rule, clocks=clocks or own.clocks)


def _gather(
    engine: Engine, settings: Settings, months: tuple[Month, Month], pick: Pick
) -> tuple[Facts, Leftovers, list[Finding]]:
    (first, last), holders = months, read_holders(engine)
    orders = orders_of(engine, settings.clocks, first, last)
    credited = engine.keep(credit_orders(engine, settings, orders=orders, holders=holders, pick=pick))
    events = events_of(engine, holders, first, last)
    lost = _earned_in(credited.filter(credited.credit == "unmapped"), first, last)
    facts = Facts(
        units=engine.read(unit_facts(events, credited, settings.crediting.count_unit, settings.clocks)),
        sales=engine.read(sale_facts(engine, credited, first, last)),
        **_uncredited(engine, holders, events, months),
    )
    left = Leftovers(
        inquiries=engine.read(unmapped_events(events)),
        orders=engine.read(lost.select("shop", "account", "amount", day="earned_on")),
        unnamed=engine.read(unnamed_events(events)),
        undated=engine.read(undated_refunds(engine, _earned_in(credited, first, last))),
        deposits=engine.read(open_deposits(engine, first, last)),
    )
    return facts, left, check_shares(holders.holdings, first.through(last))


def _uncredited(
    engine: Engine, holders: Holders, events: Relation, months: tuple[Month, Month]
) -> dict[str, pd.DataFrame]:
    """Return the facts that do not depend on whose an order is."""
    return {
        "inquiries": engine.read(inquiry_facts(events)),
        "agent_days": engine.read(agent_day_facts(engine, holders, *months)),
        "order_days": engine.read(order_days(engine, *months)),
        "assignments": engine.read(engine.table("assignments")),
        "attendance": _daily(engine, "attendance", *months),
        "quality": _daily(engine, "quality", *months),
    }


def _daily(engine: Engine, name: str, first: Month, last: Month) -> pd.DataFrame:
    days = engine.table(name)
    return engine.read(days.filter(days.date >= literal(first.start, "date"), days.date < literal(last.end, "date")))


def _earned_in(credited: Relation, first: Month, last: Month) -> Relation:
    return credited.filter(
        credited.earned_on >= literal(first.start, "date"), credited.earned_on < literal(last.end, "date")
    )


def credited_orders(
    workspace: Workspace,
    month: Month,
    *,
    last: Month | None = None,
    judged_by: JudgedBy | None = None,
    pick: Pick = "last",
) -> pd.DataFrame:
    """Return the orders earned in `month`, one row an order and holder: columns `crediting.COLUMNS`.

    Parameters
    ----------
    last : where given, the orders of all months from `month` to this one.
    judged_by : used in place of the workspace's own rule.
    pick : which inquiry of the window has the order.
    """
    settings = _settings(workspace, judged_by, None)
    with open_engine(workspace) as engine:
        return engine.read(_credited_in(engine, settings, (month, last or month), pick=pick))


def _credited_in(
    engine: Engine,
    settings: Settings,
    months: tuple[Month, Month],
    *,
    holders: Holders | None = None,
    pick: Pick = "last",
) -> Relation:
    orders = orders_of(engine, settings.clocks, *months)
    return _earned_in(credit_orders(engine, settings, orders=orders, holders=holders, pick=pick), *months)


def judging_rules_side_by_side(workspace: Workspace, month: Month) -> pd.DataFrame:
    """Return each agent's sales of a month under each judging rule (A5).

    Returns
    -------
    DataFrame
        shop, agent (blank: nobody), credit, and one column of net sales in minor units a rule, 0 where there are none.
    """
    with open_engine(workspace) as engine:
        holders = read_holders(engine)
        rules = {rule: _settings(workspace, rule, None) for rule in JUDGING_RULES}
        orders = {
            rule: engine.read(_credited_in(engine, s, (month, month), holders=holders)) for rule, s in rules.items()
        }
    table = pd.DataFrame({rule: _sums(frame, "agent") for rule, frame in orders.items()}).fillna(0).astype("Int64")
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


def last_day_with_data(workspace: Workspace) -> date | None:
    """Return the last day any export reaches: an inquiry, an order made or paid, a refund, a vendor's day."""
    return max(_ends(workspace, (*_STARTS, ("orders", "paid_at"), ("refunds", "refunded_at")), "max"), default=None)


def last_complete_month(workspace: Workspace) -> Month | None:
    """Return the last month whose last day, or a later day, has an inquiry, an order made or a vendor's day."""
    day = max(_ends(workspace, _STARTS, "max"), default=None)
    if day is None:
        return None
    month = Month.of(day)
    return month if day == month.last_day else month.shift(-1)


def first_month_with_data(workspace: Workspace) -> Month | None:
    """Return the month of the first inquiry, order made or vendor's day."""
    day = min(_ends(workspace, _STARTS, "min"), default=None)
    return None if day is None else Month.of(day)


_STARTS = (("inquiries", "asked_at"), ("orders", "created_at"), ("agent_days", "date"))


def _ends(workspace: Workspace, columns: Iterable[tuple[str, str]], end: Literal["min", "max"]) -> list[date]:
    """Return the first or last day of each column that has any."""
    with open_engine(workspace) as engine:
        tables = [(engine.table(name), column) for name, column in columns]
        ends = [engine.read(t.agg(end=getattr(t[column], end)()))["end"].max() for t, column in tables]
    return [found.date() for found in ends if not pd.isna(found)]


__all__ = [
    "CREDITS",
    "JUDGING_RULES",
    "NOBODY",
    "Measures",
    "Source",
    "credit_summary",
    "credited_orders",
    "first_month_with_data",
    "judging_rules_side_by_side",
    "last_complete_month",
    "last_day_with_data",
    "measure_months",
    "measure_otherwise",
    "open_engine",
]
