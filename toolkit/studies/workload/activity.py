"""What happened in a month: by day, week, channel and hour, by what customers asked for, and how they were served.

Nothing here decides pay. It stands beside the pay so that a change can be read: what moved for everybody (with product,
price, stock or delivery) is nobody's merit and nobody's fault.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.core.figures import counted
from toolkit.data.crediting.evidence import inquiries_with_sources
from toolkit.data.crediting.measures import open_months
from toolkit.data.crediting.named import plain_customer
from toolkit.studies.workload.channels import Channels, gather_channels
from toolkit.studies.workload.rota import Rota, compare_rota
from toolkit.studies.workload.work import (
    LOAD_MONTHS,
    Overload,
    Staffing,
    WorkGroup,
    compare_work,
    find_overload,
    handling_seconds,
    load_effects,
    plan_staffing,
    served_days,
    watch_performance,
)

if TYPE_CHECKING:
    from datetime import date

    from toolkit.core.period import Month
    from toolkit.data.crediting.measures import Months
    from toolkit.models.comparison.below_line import BelowLine
    from toolkit.models.comparison.day_load import LoadEffect
    from toolkit.studies.audit.month import MonthAudit

BAND = 3
"""Hours of the day that stand in one row."""


@dataclass(frozen=True, slots=True)
class Activity:
    """A month's activity; money in minor units, sales net of refunds, whoever they are credited to.

    Parameters
    ----------
    days : date, inquiries, buyers, orders, sales, new_customers (of whom no earlier order is known).
    weeks : week (its Monday), agent, inquiries, buyers, sales; of what is credited to somebody.
    channels, products : channel or product, inquiries, buyers, conversion; `then` and `then_conversion`: the month
        before.
    hours : from (hour), and how many inquiries came by each channel.
    levels : level, goal, n, share; then: the share of the month before.
    categories : category, sales, cost, gross_profit, unknown (sales of lines whose cost is not known).
    known_since : first day of which any order is known; before it nobody can be known to have bought.
    visitors : of shops that tell them: visitors, buyers, sales; and of the month before, each None where not told.
    reach : channels by hour of the day: conversion, cost per inquiry, calls answered and resolved.
    staffing : people needed by hour; None without the hour of any inquiry.
    load : what busy days do to each of `LOADS` that is known, over the months `LOAD_MONTHS`.
    overload : what lies above the stated capacity; None where none is stated, or no day is known.
    groups : pay beside performance, a group of one shop and role each.
    rota : people's hours and what came in them, and pay at an equal rota.
    below_line : people below the stated line for months in a row; None where no line is stated.
    """

    days: pd.DataFrame
    weeks: pd.DataFrame
    channels: pd.DataFrame
    products: pd.DataFrame
    hours: pd.DataFrame
    levels: pd.DataFrame
    categories: pd.DataFrame
    known_since: date | None
    visitors: tuple[dict[str, int] | None, dict[str, int] | None]
    reach: Channels | None = None
    staffing: Staffing | None = None
    load: Mapping[str, LoadEffect] = field(default_factory=dict)
    overload: Overload | None = None
    groups: tuple[WorkGroup, ...] = ()
    rota: Rota | None = None
    below_line: BelowLine | None = None

    def __repr__(self) -> str:
        inquiries, orders = (int(self.days[c].sum()) if self else 0 for c in ("inquiries", "orders"))
        what = counted(inquiries, "inquiry", "inquiries")
        return f"<Activity: {counted(len(self.days), 'day')}, {what}, {counted(orders, 'order')}>"

    def __bool__(self) -> bool:
        return len(self.days) > 0

    @property
    def moved(self) -> tuple[float, float, float] | None:
        """Conversion of the month before, of this one, and what this one would be with the products of the one before.

        None without products asked for in both months. The difference of the first and the last is what moved inside
        products, for whatever reason; the rest is that other products were asked for (a standardised rate: Kitagawa
        1955).
        """
        both = self.products[(self.products["inquiries"] > 0) & (self.products["then"] > 0)]
        if len(both) < 2:
            return None
        now, then = both["inquiries"].sum(), both["then"].sum()
        before = float((both["then"] * both["then_conversion"]).sum() / then)
        mixed = float((both["then"] * both["conversion"]).sum() / then)
        return before, float(both["buyers"].sum() / now), mixed


def gather_activity(audit: MonthAudit) -> Activity:
    """Read what happened in the month of an audit, in the shop it is about."""
    month = audit.month
    with open_months(audit.workspace, month.shift(1 - LOAD_MONTHS), month) as opened:
        rows = _rows(opened, month, audit.shop)
        asked, before = (_once(one) for one in (rows, _rows(opened, month.shift(-1), audit.shop)))
        served, handling = served_days(opened.facts), handling_seconds(opened.facts, month)
        first = _first_orders(opened)
        lines = opened.engine.read(opened.engine.table("order_lines").select("order_id", "category", "amount", "cost"))
    orders, since = audit.orders, first.min()
    sold = orders.assign(sales=orders["amount"] - orders["refund_netted"], day=orders["earned_on"])
    return Activity(
        days=_days(asked, sold, first),
        weeks=_weeks(asked, sold),
        channels=_compared(asked, before, "channel"),
        products=_compared(asked, before, "product"),
        hours=_hours(asked),
        levels=pd.DataFrame([*_levels(audit, asked, before)], columns=["level", "goal", "n", "share", "then"]),
        categories=_categories(lines.loc[lines["order_id"].isin(sold["order_id"])]),
        known_since=None if pd.isna(since) else since.date(),
        visitors=(_visitors(audit, month), _visitors(audit, month.shift(-1))),
        reach=gather_channels(audit.workspace, month, audit.shop, rows, asked),
        staffing=plan_staffing(_received(rows), handling, audit.workspace.settings.service) if len(rows) else None,
        load=load_effects(served, audit.shop),
        overload=find_overload(audit, served),
        groups=compare_work(audit),
        rota=compare_rota(audit, served, opened.facts.attendance, asked),
        below_line=watch_performance(audit),
    )


def _rows(opened: Months, month: Month, shop: str) -> pd.DataFrame:
    """Return every row of the list of inquiries, with what it was about and what became of it."""
    rows = inquiries_with_sources(opened, month)
    about = opened.engine.table("inquiries").select("inquiry_id", "product", "answered", "resolved")
    rows = rows.merge(opened.engine.read(about), on="inquiry_id", how="left")
    return rows.loc[rows["shop"] == shop] if shop else rows


def _received(rows: pd.DataFrame) -> pd.DataFrame:
    """Return every inquiry that came to a person, and who that was: the agent, else the account."""
    own = rows.loc[rows["by_person"]]
    return own.assign(who=own["agent"].fillna(own["account"]))


def _once(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the inquiries that count, each once, with whether it bought."""
    bought = set(rows.loc[rows["order_id"].notna(), "counted_as"])
    own = rows.loc[rows["counted_as"] == rows["inquiry_id"]]
    return own.assign(bought=own["inquiry_id"].isin(bought).astype("int64"))


def _first_orders(opened: Months) -> pd.Series:
    """Return when each customer first paid, of all orders known."""
    paid = opened.engine.read(opened.engine.table("orders").select("customer", "paid_at"))
    paid = paid.assign(customer=plain_customer(paid["customer"])).dropna()
    return paid.groupby("customer")["paid_at"].min()


def _days(asked: pd.DataFrame, sold: pd.DataFrame, first: pd.Series) -> pd.DataFrame:
    of_asked = _counts(asked, asked["asked_at"].dt.normalize())
    of_sold = sold.groupby("day").agg(orders=("counted", "sum"), sales=("sales", "sum"))
    once = sold.assign(customer=plain_customer(sold["customer"])).dropna(subset="customer")
    once = once.merge(first.rename("first"), left_on="customer", right_index=True)
    new = once.loc[once["first"].dt.normalize() == once["paid_at"].dt.normalize()]
    customers = new.groupby("day")["customer"].nunique().rename("new_customers")
    days = pd.concat([of_asked, of_sold, customers], axis=1).fillna(0).astype("int64")
    dated: pd.DataFrame = days.rename_axis("date").sort_index().reset_index()
    return dated


def _counts(asked: pd.DataFrame, by: pd.Series | list[pd.Series]) -> pd.DataFrame:
    bought = asked.groupby(by)["bought"]
    return pd.DataFrame({"inquiries": bought.size(), "buyers": bought.sum()})


def _weeks(asked: pd.DataFrame, sold: pd.DataFrame) -> pd.DataFrame:
    def by_week(rows: pd.DataFrame, day: str) -> list[pd.Series]:
        return [
            (rows[day] - pd.to_timedelta(rows[day].dt.day_of_week, "D")).dt.normalize().rename("week"),
            rows["agent"],
        ]

    own = sold.loc[sold["agent"].notna()]
    of_asked = _counts(asked, by_week(asked, "asked_at"))
    of_sold = own.groupby(by_week(own, "day"))["sales"].sum()
    return pd.concat([of_asked, of_sold], axis=1).fillna(0).astype("int64").sort_index().reset_index()


def _compared(asked: pd.DataFrame, before: pd.DataFrame, name: str) -> pd.DataFrame:
    now, then = (_counts(rows, rows[name].fillna("")) for rows in (asked, before))
    both = now.join(then.rename(columns={"inquiries": "then", "buyers": "then_buyers"}), how="outer").fillna(0)
    both = both.astype("int64").assign(
        conversion=both["buyers"] / both["inquiries"].where(both["inquiries"] > 0),
        then_conversion=both["then_buyers"] / both["then"].where(both["then"] > 0),
    )
    both = both.rename_axis(name).reset_index().drop(columns="then_buyers")
    return both.sort_values(["inquiries", name], ascending=[False, True], kind="stable", ignore_index=True)


def _hours(asked: pd.DataFrame) -> pd.DataFrame:
    band = (asked["asked_at"].dt.hour // BAND * BAND).rename("from")
    return pd.crosstab(band, asked["channel"].fillna("")).rename_axis(columns=None).reset_index()


def _levels(audit: MonthAudit, asked: pd.DataFrame, before: pd.DataFrame) -> Iterator[Sequence[object]]:
    """Yield each level of service of which any value is known."""
    goals = audit.workspace.settings.service
    for level, column, least, goal in (
        ("first_reply", "first_reply_s", goals.first_reply_s, goals.first_reply_percent),
        ("satisfied", "satisfied", 0, goals.satisfied_percent),
    ):
        now, then = (rows[column].dropna().astype("float64") for rows in (asked, before))
        met, was = ((told <= least if least else told > 0) for told in (now, then))
        if len(now):
            yield level, goal / 100, len(now), float(met.mean()), float(was.mean()) if len(was) else None


def _categories(lines: pd.DataFrame) -> pd.DataFrame:
    known = lines["cost"].notna() & lines["amount"].notna()
    parts = pd.DataFrame(
        {
            "category": lines["category"].fillna(""),
            "sales": lines["amount"].where(known, 0).fillna(0),
            "cost": lines["cost"].where(known, 0).fillna(0),
            "unknown": lines["amount"].where(~known, 0).fillna(0),
        }
    )
    sums = parts.groupby("category", as_index=False).sum() if known.any() else parts.iloc[:0]
    return sums.assign(gross_profit=sums["sales"] - sums["cost"]).astype(dict.fromkeys(sums.columns[1:], "int64"))


def _visitors(audit: MonthAudit, month: Month) -> dict[str, int] | None:
    days = audit.workspace.table("shop_days")
    days = days.loc[(days["date"].dt.strftime("%Y-%m") == str(month)) & days["visitors"].notna()]
    days = days.loc[days["shop"] == audit.shop] if audit.shop else days
    told = days[["visitors", "buyers", "sales"]].dropna()
    return {name: int(told[name].sum()) for name in told} if len(told) and told["visitors"].sum() else None
