"""Pay beside the work it is for: unequal work, months below a line, busy days, and how many people are needed.

Nothing here decides about anybody. What cannot be told from the data is None, and the report says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.data.crediting.tally import (
    ASKED,
    LINED,
    OTHER_SALES,
    PROFIT,
    RATED,
    SOLD,
    exact_objects,
    sources_of,
)
from toolkit.data.tables.schema import RANGES
from toolkit.models.comparison.below_line import BelowLine, watch_line
from toolkit.models.comparison.day_load import LoadEffect, fit_load
from toolkit.models.comparison.equal_work import PayAndWork, compare_pay_and_work, expected_buyers
from toolkit.models.comparison.erlang import servers_needed
from toolkit.rules.settle.payroll import pay

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.core.period import Month
    from toolkit.data.crediting.tally import DailyFacts
    from toolkit.data.tables.settings import Service
    from toolkit.studies.audit.month import MonthAudit
    from toolkit.studies.audit.settlement import Settlement

MIX = ("shop", "role", "channel")
"""People are compared with those of their role in their shop, on customers of the same channel."""
SEED = 20260103
LOAD_MONTHS = 3
"""The month and those before it whose days tell of load."""
PEAK = 0.9
"""A peak day has as many arrivals in the hour as nine days of ten do not exceed."""
AMOUNTS = (*ASKED, *SOLD, "sales", *LINED, PROFIT, *OTHER_SALES, *RATED)
"""What grows with the customers somebody has."""
_DAY = ["agent", "shop", "day"]
LOADS: Mapping[str, tuple[str, str]] = {
    "conversion": ("buyers", "inquiries"),
    "first_reply": ("first_seconds", "first_replies"),
    "reply": ("reply_seconds", "replies"),
}
"""What busy days may change: what is added up over a day, and over how many it is the mean."""
_REPLIES = {"first_ms": "first_seconds", "first_n": "first_replies", "reply_ms": "reply_seconds", "reply_n": "replies"}


@dataclass(frozen=True, slots=True)
class WorkGroup:
    """People of one role in one shop for the whole month.

    Parameters
    ----------
    n_people : of whom pay and conversion of the month are known.
    compared : None where they are too few to say anything.
    """

    shop: str
    role: str
    n_people: int
    compared: PayAndWork | None


@dataclass(frozen=True, slots=True)
class Overload:
    """What lies above the stated capacity.

    Parameters
    ----------
    capacity : customers a day and person.
    n_days, n_above : person-days of the month, and those above.
    customers, above : of the month, and those above the capacity.
    pay : minor units of the month's pay that would not be due without them, at the same conversion and value.
    """

    capacity: int
    n_days: int
    n_above: int
    customers: int
    above: int
    pay: int


@dataclass(frozen=True, slots=True)
class Staffing:
    """People needed by hour.

    Parameters
    ----------
    hours : shop, hour, arrivals (a day, mean), needed, seen (people who received a customer in that hour, mean); peak,
        needed_peak, seen_peak: the same of the busiest tenth of days; shops whose handling time is known.
    handling : seconds a customer by shop.
    unknown : shops with arrivals and no handling time.
    """

    hours: pd.DataFrame
    handling: dict[str, float]
    unknown: tuple[str, ...]


def compare_work(audit: MonthAudit) -> tuple[WorkGroup, ...]:
    """Set pay beside conversion in each group of one shop and role.

    People paid in the month who were there all of it count; who was in two shops or roles, or part of it, does not.
    """
    settlement = audit.settlement
    counted = _known(settlement.measures.table, settlement.month)
    counted = counted.assign(expected=expected_buyers(counted, MIX))
    people = counted.groupby("agent").agg(
        shop=("shop", "first"), role=("role", "first"), inquiries=("inquiries", "sum"), buyers=("buyers", "sum"),
        expected=("expected", "sum"),
    )  # fmt: skip
    own = people.loc[people.index.intersection(whole_month(settlement))]
    own = own.assign(pay=settlement.due.reindex(own.index)).astype({"pay": "float64"}).rename_axis("agent")
    return tuple(
        WorkGroup(str(shop), str(role), len(rows), compare_pay_and_work(rows.reset_index()))
        for (shop, role), rows in own.groupby(["shop", "role"])
    )


def _known(measures: pd.DataFrame, *months: Month) -> pd.DataFrame:
    """Return the cells with inquiries of agent-months of which no count is pending, or more buyers than inquiries."""
    cells = measures.loc[measures["month"].isin([str(m) for m in months]) & measures["agent"].notna()]
    wrong = cells[["inquiries", "buyers"]].isna().any(axis=1) | (cells["buyers"] > cells["inquiries"]).fillna(False)
    unknown = wrong.groupby([cells["month"], cells["agent"]]).transform("any")
    return cells.loc[~unknown & (cells["inquiries"] > 0)]


def whole_month(settlement: Settlement) -> pd.Index:
    """Return those paid who were in one shop and role from the first to the last day."""
    cells, month = settlement.cells.dropna(subset=["agent"]), settlement.month
    spans = cells.groupby("agent").agg(
        shops=("shop", "nunique"), roles=("role", "nunique"), begun=("from", "min"), ended=("to", "max")
    )
    whole = (spans["begun"] <= pd.Timestamp(month.start)) & (spans["ended"] >= pd.Timestamp(month.last_day))
    one = (spans["shops"] == 1) & (spans["roles"] == 1)
    return spans.index[whole & one].intersection(settlement.due.index)


def watch_performance(audit: MonthAudit) -> BelowLine | None:
    """Hold those paid against the line of the settings in the months up to this one; None where no line is stated.

    The peers are the others of the same role who were asked in the same shop, channel and month.
    """
    line = audit.workspace.settings.under_performance
    if not line.line_percent:
        return None
    months = [audit.month.shift(-n) for n in range(line.in_a_row)]
    cells = _known(audit.settlement.measures.table, *months)
    rng, paid = np.random.default_rng(SEED), audit.settlement.due.index
    return watch_line(cells, MIX, Fraction(line.line_percent, 100), line.in_a_row, rng, people=paid)


def served_days(facts: DailyFacts) -> pd.DataFrame:
    """Return the days of the months by agent and shop, each from its shop's source, but for days with a pending count.

    Returns
    -------
    DataFrame
        agent, shop, day, load (customers received by the agent that day, in all shops), inquiries, buyers;
        first_seconds, first_replies, reply_seconds, replies: seconds waited in all, and over how many replies; blank
        where not told.
    """
    asked = facts.units.groupby(_DAY)[["inquiries", "buyers"]].sum()
    events = asked.join(facts.inquiries.groupby(_DAY)[["receptions", *_REPLIES]].sum(), how="inner").reset_index()
    days = facts.agent_days
    days = days.loc[days["counted"] & ~days["count_unit"].isin(RANGES) & days["agent"].notna()]
    counts = days[["receptions", "inquiries", "buyers"]]
    pending = counts.isna().any(axis=1).groupby([days["agent"], days["day"]]).transform("any")
    vendor = days.loc[~pending].groupby(_DAY)[[*counts, *_REPLIES]].sum(min_count=1).reset_index()
    kinds = {(s.month, s.shop): s.kind for s in sources_of(facts)}
    found = pd.concat([events.assign(kind="events"), vendor.assign(kind="agent_days")], ignore_index=True)
    found = found.dropna(subset=[*_DAY, *counts]).assign(day=pd.to_datetime(found["day"]))
    at = zip(found["day"].dt.strftime("%Y-%m"), found["shop"], strict=True)
    used = found.loc[[kinds.get(place) == kind for place, kind in zip(at, found["kind"], strict=True)]]
    load = used.groupby(["agent", "day"])["receptions"].transform("sum")
    whole = dict.fromkeys(("load", "inquiries", "buyers"), "int64")
    waited = {new: used[old].astype("float64") / (1000 if old.endswith("ms") else 1) for old, new in _REPLIES.items()}
    told = used.assign(load=load, **waited)
    return told[[*_DAY, *whole, *_REPLIES.values()]].astype(whole).reset_index(drop=True)


def load_effects(days: pd.DataFrame, shop: str) -> dict[str, LoadEffect]:
    """Return what busy days do to each of `LOADS` that is known, of one shop or of all; `days` of `served_days`."""
    own = days.loc[days["shop"] == shop] if shop else days
    own = own.assign(buyers=own["buyers"].where(own["buyers"] <= own["inquiries"]))
    found = {name: fit_load(own, *columns) for name, columns in LOADS.items()}
    return {name: effect for name, effect in found.items() if effect.n_days}


def find_overload(audit: MonthAudit, days: pd.DataFrame) -> Overload | None:
    """Return what those paid served above the stated capacity, and what it paid; None where none is stated.

    Each person's counts and money of the month are cut in proportion, so conversion stays; pay by single orders or
    lines, and measures of the workspace's own, are left as they are.
    """
    capacity = audit.workspace.settings.service.capacity_per_day
    settlement = audit.settlement
    served = days.loc[(days["day"].dt.strftime("%Y-%m") == str(audit.month)) & days["agent"].isin(settlement.due.index)]
    loads = served.groupby(["agent", "day"])["load"].first()
    if not capacity or not len(loads):
        return None
    above = (loads - capacity).clip(lower=0)
    customers, over = loads.groupby("agent").sum(), above.groupby("agent").sum()
    brought = _brought(settlement, customers, over[over > 0]) if above.any() else 0
    return Overload(capacity, len(loads), int((above > 0).sum()), int(customers.sum()), int(over.sum()), brought)


def _brought(settlement: Settlement, customers: pd.Series, over: pd.Series) -> int:
    """Return what is due less what would be due without the customers `over`, to those who served them."""
    left = {str(agent): 1 - Fraction(int(n), int(customers[str(agent)])) for agent, n in over.items()}
    then = pay_scaled(settlement, left)
    now = settlement.rows.table
    return sum(sign * int(t.loc[t["agent"].isin(over.index), "amount"].sum()) for sign, t in ((1, now), (-1, then)))


def pay_scaled(settlement: Settlement, factors: Mapping[str, Fraction]) -> pd.DataFrame:
    """Return the ledger of the month had each agent of `factors` so many times the customers.

    All counts and money of the agent's month are multiplied exactly, so that conversion and value stay what they are.
    """
    cells, month = settlement.measures.table, str(settlement.month)
    times = cells["agent"].map(factors).where(cells["month"] == month)
    names = [name for name in AMOUNTS if name in cells]
    exact = {
        name: pd.Series(
            [
                n if n is None or pd.isna(by) else n * by
                for n, by in zip(exact_objects(cells[name]), times, strict=True)
            ],
            cells.index,
            dtype="object",
        )
        for name in names
    }
    return pay(settlement.versions, cells.assign(**exact), month=month, **settlement.tables).table


def handling_seconds(facts: DailyFacts, month: Month) -> dict[str, float]:
    """Return the seconds a customer takes by shop, of the vendor's days of a month that tell it."""
    days = facts.agent_days
    of_month = days.loc[pd.to_datetime(days["day"]).dt.strftime("%Y-%m") == str(month)].dropna(subset=["handling_ms"])
    sums = of_month.groupby("shop")[["handling_ms", "handling_n"]].sum().astype("float64")
    sums = sums.loc[sums["handling_n"] > 0]
    return {str(shop): float(row["handling_ms"] / row["handling_n"] / 1000) for shop, row in sums.iterrows()}


def plan_staffing(rows: pd.DataFrame, handling: dict[str, float], goals: Service) -> Staffing:
    """Return how many people each hour needs so that the stated share is answered within the stated seconds.

    Parameters
    ----------
    rows : shop, asked_at, who (received it); a row a customer who came to a person.
    handling : seconds a customer by shop.

    Notes
    -----
    Erlang C by shop and hour of the day, arrivals averaged over the days on which the shop was asked anything; people =
    servers / parallel chats, rounded up: somebody who serves several at once serves each as fast as one alone.
    """
    hours = rows["asked_at"].dt.hour.rename("hour")
    days = rows["asked_at"].dt.normalize().rename("day")
    share, seconds = goals.first_reply_percent / 100, goals.first_reply_s
    told = []
    for shop, own in rows.groupby("shop"):
        if str(shop) not in handling:
            continue
        each = own["who"].groupby([days[own.index], hours[own.index]])
        arrivals, seen = (table.unstack("hour", fill_value=0) for table in (each.size(), each.nunique()))
        for hour in arrivals.columns:
            usual, peak = float(arrivals[hour].mean()), float(arrivals[hour].quantile(PEAK))
            needed, needed_peak = (
                ceil(servers_needed(n * time / 3600, share, seconds, time) / goals.parallel_chats)
                for n, time in ((usual, handling[str(shop)]), (peak, handling[str(shop)]))
            )
            on_peak = seen.loc[arrivals[hour] >= peak, hour]
            told.append((str(shop), hour, usual, needed, seen[hour].mean(), peak, needed_peak, on_peak.mean()))
    columns = ["shop", "hour", "arrivals", "needed", "seen", "peak", "needed_peak", "seen_peak"]
    unknown = sorted({str(shop) for shop in rows["shop"].unique()} - handling.keys())
    return Staffing(pd.DataFrame(told, columns=columns), handling, tuple(unknown))
