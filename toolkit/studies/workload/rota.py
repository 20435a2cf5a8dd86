"""What the rota does to people's chances to earn: customers an hour by shift, and pay at an equal rota.

It is arithmetic on what came: it says nothing of how well anybody works, and decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.models.comparison.hourly import compare_hourly
from toolkit.studies.workload.work import pay_scaled, whole_month

if TYPE_CHECKING:
    from toolkit.studies.audit.month import MonthAudit
    from toolkit.studies.audit.settlement import Settlement

_GROUP = ["shop", "role"]
SHIFT_COLUMNS = (
    *("shop", "role", "shift", "n_people", "hours", "hourly", "gap", "lower", "upper", "chance_gap"),
    *("change", "least", "most"),
)


@dataclass(frozen=True, slots=True)
class Rota:
    """People's hours, what came in them, and what they would be due had all the same customers an hour.

    Parameters
    ----------
    people : agent, shop, role, shift (on which most of their hours were worked), hours, inquiries, hourly (inquiries an
        hour), conversion (of the shop in the hours of the day at which they were asked), chance (buyers an hour at
        that), due, equal (due at an equal rota), change (equal - due; minor units); conversion and chance are null
        where no inquiry is known by its hour.
    shifts : shop, role, shift, n_people, hours, hourly, gap, lower, upper (of inquiries an hour to those of the other
        shifts, less 1; interval null on few days), chance_gap (of chance, likewise), change, least, most (sum, smallest
        and largest change); of shops with more than one shift.
    n_unknown : people who were there all month and whose hours are not known.
    """

    people: pd.DataFrame
    shifts: pd.DataFrame
    n_unknown: int


def compare_rota(audit: MonthAudit, days: pd.DataFrame, attendance: pd.DataFrame, asked: pd.DataFrame) -> Rota:
    """Return what the rota of a month did; nobody is compared in it where no hours are known.

    Parameters
    ----------
    days : of `served_days`.
    attendance : agent, date, shift, worked_hours.
    asked : agent, shop, asked_at, bought; a row an inquiry that counts.

    Notes
    -----
    At an equal rota everybody has the inquiries an hour of the whole shop and role in their own worked hours, at their
    own conversion and value: counts and money of their month are multiplied by one exact factor, and paid by `pay`.
    Pay by single orders or lines, and measures of the workspace's own, are left as they are.
    """
    settlement, month = audit.settlement, str(audit.month)
    served = days.loc[days["day"].dt.strftime("%Y-%m") == month]
    worked = attendance.loc[(attendance["date"].dt.strftime("%Y-%m") == month) & (attendance["worked_hours"] > 0)]
    present = whole_month(settlement).intersection(served["agent"].unique())
    people = _people(settlement, present, served, worked, _roster_shifts(audit))
    people = people.assign(conversion=people["agent"].map(_conversion(asked)).astype("float64"))
    people = people.assign(chance=people["hourly"] * people["conversion"])
    paid = _equal(settlement, people)
    people = people.assign(due=paid["due"].to_numpy(), equal=paid["equal"].to_numpy())
    people = people.assign(change=people["equal"] - people["due"])
    return Rota(people, _shifts(people, served, worked), len(present) - len(people))


def _roster_shifts(audit: MonthAudit) -> pd.Series:
    """Return the shift of the roster by agent, where the roster has such a column."""
    roster = audit.workspace.table("assignments")
    begun = roster.loc[roster["from"] <= pd.Timestamp(audit.month.last_day)].sort_values("from", kind="stable")
    return begun.reindex(columns=["agent", "shift"]).dropna().groupby("agent")["shift"].last()


def _people(
    settlement: Settlement, present: pd.Index, served: pd.DataFrame, worked: pd.DataFrame, roster: pd.Series
) -> pd.DataFrame:
    hours = worked.groupby("agent")["worked_hours"].sum()
    by_shift = worked.groupby(["agent", "shift"])["worked_hours"].sum().sort_values(kind="stable").reset_index()
    shift = by_shift.groupby("agent")["shift"].last()
    who = settlement.cells.groupby("agent")[_GROUP].first()
    inquiries = served.groupby("agent")["inquiries"].sum()
    known = present[present.isin(hours.index) & present.isin(inquiries.index[inquiries > 0])]
    people = who.reindex(known).assign(
        shift=shift.combine_first(roster).reindex(known).astype("str"),
        hours=hours.reindex(known),
        inquiries=inquiries.reindex(known),
    )
    people = people.assign(hourly=people["inquiries"] / people["hours"])
    alone = people.groupby(_GROUP)["hours"].transform("size") < 2
    return people.loc[~alone].rename_axis("agent").reset_index()


def _conversion(asked: pd.DataFrame) -> pd.Series:
    """Return by agent the shop's conversion in the hours of the day at which their inquiries came."""
    hour = asked["asked_at"].dt.hour
    of_hour = asked.groupby(["shop", hour])["bought"].transform("mean")
    return of_hour.groupby(asked["agent"]).mean()


def _equal(settlement: Settlement, people: pd.DataFrame) -> pd.DataFrame:
    """Return what is due to each, and at an equal rota; in the order of `people`."""
    sums = people.groupby(_GROUP)[["inquiries", "hours"]].transform("sum")
    parts = zip(people["agent"], sums["inquiries"], sums["hours"], people["inquiries"], people["hours"], strict=True)
    factors = {str(a): _exact(whole) / _exact(of) * _exact(hours) / _exact(own) for a, whole, of, own, hours in parts}
    then = pay_scaled(settlement, factors) if factors else settlement.rows.table
    due, equal = (t.groupby("agent")["amount"].sum() for t in (settlement.rows.table, then))
    return pd.DataFrame({"due": due, "equal": equal}).reindex(people["agent"]).fillna(0).astype("int64")


def _exact(value: float) -> Fraction:
    """Return a count, or hours of at most two decimals, as it was written."""
    return Fraction(round(100 * value), 100)


def _shifts(people: pd.DataFrame, served: pd.DataFrame, worked: pd.DataFrame) -> pd.DataFrame:
    found = []
    for (shop, role), group in people.groupby(_GROUP):
        days = _by_day(group["agent"], served, worked)
        for shift, own in group.groupby("shift"):
            gap = compare_hourly(days.assign(some=days["agent"].isin(own["agent"])))
            if gap is not None:  # None for the only shift of a shop and role
                sums, changes = own[["hours", "inquiries"]].sum(), own["change"].agg(["sum", "min", "max"])
                rate = (len(own), sums["hours"], sums["inquiries"] / sums["hours"], gap.gap, gap.lower, gap.upper)
                found.append((shop, role, shift, *rate, _chance_gap(own, group.drop(own.index)), *changes))
    return pd.DataFrame(found, columns=list(SHIFT_COLUMNS))


def _chance_gap(own: pd.DataFrame, others: pd.DataFrame) -> float | None:
    """Return by what share buyers to expect in an hour are more than the others'; None where they are not told."""
    of = [(rows["chance"] * rows["hours"]).sum(skipna=False) / rows["hours"].sum() for rows in (own, others)]
    return float(of[0] / of[1] - 1) if of[1] > 0 and pd.notna(of[0]) else None


def _by_day(agents: pd.Series, served: pd.DataFrame, worked: pd.DataFrame) -> pd.DataFrame:
    """Return agent, day, customers, hours of these people; customers after midnight stand on their own day."""
    asked = served.loc[served["agent"].isin(agents), ["agent", "day", "inquiries"]]
    hours = worked.loc[worked["agent"].isin(agents), ["agent", "date", "worked_hours"]]
    both = [asked.rename(columns={"inquiries": "customers"}),
            hours.rename(columns={"date": "day", "worked_hours": "hours"})]  # fmt: skip
    return pd.concat(both, ignore_index=True).fillna({"customers": 0, "hours": 0})
