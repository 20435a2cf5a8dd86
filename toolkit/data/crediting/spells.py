"""Who somebody was on a day: the assignment in force, and the targets set for them.

On a day an agent has the attributes of the assignment of the shop in question; with none there, of the one begun last
(then by shop name). What counts for somebody after the last assignment has ended has the attributes of that one. A
spell is all that agrees in agent, shop and `ATTRIBUTES`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from fractions import Fraction
from typing import Any

import pandas as pd

from toolkit.core.findings import Finding
from toolkit.core.money import parse_money
from toolkit.core.period import Month
from toolkit.core.text import Text

ATTRIBUTES: tuple[str, ...] = ("role", "team", "supervisor", "inviter", "city", "base_pay")
MONEY_MEASURES: frozenset[str] = frozenset(
    (
        "gross_sales",
        "refunds",
        "sales",
        "reminder_sales",
        "offline_sales",
        "base_pay",
        "revenue_per_buyer",
        "gross_profit",
        "cost",
        "discount",
    )
)
SCOPES: tuple[str, ...] = ("agent", "team", "shop", "role")  # the first that has a target decides

ATTENDANCE: dict[str, str] = {
    "worked_days": "worked_hours",
    "scheduled_days": "scheduled_hours",
    "late_days": "late_minutes",
    "early_leave_days": "early_leave_minutes",
}
HOURS: tuple[str, ...] = ("worked_hours", "scheduled_hours")
QUALITY: tuple[str, ...] = ("checked", "answer_errors", "note_errors", "complaints", "complaints_upheld")

_FOREVER = pd.Timestamp("9999-12-31")


def with_spells(facts: pd.DataFrame, assignments: pd.DataFrame, *, afterwards: bool = False) -> pd.DataFrame:
    """Add to daily facts the attributes of the agent on the day, and `spell_from`, `spell_to` of the assignment.

    Parameters
    ----------
    facts : columns agent, day, shop; a blank shop takes that of the assignment.
    afterwards : whether a day on which no assignment is in force any more has the attributes of the last one, whose
        days then reach to it: an order may be paid for after who was asked has left.
    """
    keys = facts[["agent", "day", "shop"]].drop_duplicates().dropna(subset=["agent"])
    met = keys.merge(_spells(assignments), on="agent")
    met = met.loc[met["spell_from"] <= met["day"]]
    in_force = met["day"] <= met["spell_to"]
    if afterwards:
        by_key = [met["agent"], met["day"], met["shop"].fillna("")]
        ended = ~in_force.groupby(by_key).transform("any")
        last = met["spell_to"] == met["spell_to"].groupby(by_key).transform("max")
        met = met.assign(spell_to=met["spell_to"].where(~ended, met["day"]))
        in_force |= ended & last
    met = met.loc[in_force]
    met = met.assign(elsewhere=met["shop"] != met["assigned_shop"], age=met["day"] - met["spell_from"])
    met = met.sort_values(["elsewhere", "age", "assigned_shop"], kind="stable")
    met = met.drop_duplicates(["agent", "day", "shop"]).drop(columns=["elsewhere", "age"])
    out = facts.merge(met, on=["agent", "day", "shop"], how="left")
    return out.assign(shop=out["shop"].fillna(out["assigned_shop"])).drop(columns="assigned_shop")


def _spells(assignments: pd.DataFrame) -> pd.DataFrame:
    spells = assignments[["agent", "shop", *ATTRIBUTES, "from", "to"]]
    spells = spells.rename(columns={"shop": "assigned_shop", "from": "spell_from", "to": "spell_to"})
    return spells.assign(spell_to=spells["spell_to"].fillna(_FOREVER))


def roster(assignments: pd.DataFrame, months: Iterable[Month]) -> pd.DataFrame:
    """Return a row a month and assignment in it: agent, shop, attributes, spell, `month`, first `day`, last `until`."""
    spells = _spells(assignments).rename(columns={"assigned_shop": "shop"})
    ends = [(str(m), pd.Timestamp(m.start), pd.Timestamp(m.last_day)) for m in months]
    days = dict.fromkeys(("day", "until"), "datetime64[us]")
    rows = pd.DataFrame(ends, columns=["month", *days]).astype(days).merge(spells, how="cross")
    first, last = rows["spell_from"], rows["spell_to"]
    rows = rows.assign(
        day=first.where(first > rows["day"], rows["day"]), until=last.where(last < rows["until"], rows["until"])
    )
    return rows.loc[rows["day"] <= rows["until"]].reset_index(drop=True)


def attendance_facts(attendance: pd.DataFrame, spells: pd.DataFrame) -> pd.DataFrame:
    """Return 1 for each day of an agent on which the hours or minutes of `ATTENDANCE` are above 0, null unknown.

    Of agents and months of which no day is known, the days a month's row states; they stand on the last day of the
    agent's `spells` in it (`last_spells`). `HOURS` are in hundredths.
    """
    by_day = attendance[attendance[[*ATTENDANCE.values()]].notna().any(axis=1)]
    flags = {name: _flag(by_day[column]) for name, column in ATTENDANCE.items()}
    hours = {name: (by_day[name] * 100).round().astype("Int64") for name in HOURS}
    days = pd.DataFrame({"agent": by_day["agent"], "day": by_day["date"], **flags, **hours})
    told = attendance[attendance[[*ATTENDANCE]].notna().any(axis=1)][["agent", "date", *ATTENDANCE]]
    told = told.assign(month=told["date"].dt.strftime("%Y-%m"))
    known = set(zip(by_day["agent"], by_day["date"].dt.strftime("%Y-%m"), strict=True))
    alone = [key not in known for key in zip(told["agent"], told["month"], strict=True)]
    told = told[pd.Series(alone, index=told.index, dtype=bool)]
    months = told.merge(spells[["month", "agent", "until"]], on=["month", "agent"])
    months = months.rename(columns={"until": "day"}).reindex(columns=days.columns)
    return pd.concat([days, months.astype(dict.fromkeys(HOURS, "Int64"))], ignore_index=True)


def _flag(values: pd.Series) -> pd.Series:
    return (values > 0).astype("Int64").mask(values.isna())


def quality_facts(quality: pd.DataFrame) -> pd.DataFrame:
    """Return what was checked and found, by agent and day."""
    return quality.rename(columns={"date": "day"})[["agent", "day", *QUALITY]]


def last_spells(assignments: pd.DataFrame, months: Iterable[Month]) -> pd.DataFrame:
    """Return each agent's last assignment of a month (then by shop name), with the day it ends inside the month."""
    rows = roster(assignments, months)
    order = ["month", "agent", "until", "spell_from", "shop"]
    rows = rows.sort_values(order, ascending=[True, True, False, False, True])
    return rows.drop_duplicates(["month", "agent"])


def targets_of(
    targets: pd.DataFrame, assignments: pd.DataFrame, months: Iterable[Month]
) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the targets of each agent and month, one column `target_<measure>` a measure, and what cannot be read.

    An agent's target is the one in force on the last day of the agent's last spell of the month; the agent's own comes
    before the team's, the shop's and the role's. Money is in minor units, all else exact.
    """
    set_for, findings = _parsed(targets)
    measures = sorted({measure for _, _, measure in set_for})
    rows = [
        {
            "month": person["month"],
            "agent": person["agent"],
            **{f"target_{name}": _target(set_for, person, name) for name in measures},
        }
        for person in last_spells(assignments, months).to_dict("records")
    ]
    frame = pd.DataFrame(rows, columns=["month", "agent", *(f"target_{name}" for name in measures)], dtype="object")
    kinds = {f"target_{name}": "Int64" for name in measures if name in MONEY_MEASURES}
    return frame.astype({"month": "str", "agent": "str", **kinds}), findings


_Targets = dict[tuple[str, str, str], list[tuple[pd.Timestamp, pd.Timestamp, Any]]]


def _parsed(targets: pd.DataFrame) -> tuple[_Targets, list[Finding]]:
    out: _Targets = {}
    findings = []
    for row in targets.to_dict("records"):
        try:
            value = parse_target(row["measure"], row["value"])
        except ValueError as wrong:
            findings.append(_unreadable(row, str(wrong)))
            continue
        until = _FOREVER if pd.isna(row["to"]) else row["to"]
        out.setdefault((row["scope"], row["subject"], row["measure"]), []).append((row["from"], until, value))
    return out, findings


def _target(set_for: _Targets, person: Mapping[Hashable, Any], measure: str) -> Any:
    day = person["until"]
    for scope in SCOPES:
        in_force = [t for t in set_for.get((scope, person[scope], measure), []) if t[0] <= day <= t[1]]
        if in_force:
            return max(in_force, key=lambda t: t[0])[2]
    return None


def parse_target(measure: str, text: str) -> int | Fraction:
    """Read the value of a target: an amount of money, ``48%``, or a number.

    Raises
    ------
    ValueError
        If it is none of these.
    """
    bare = text.strip().replace(",", "")
    if measure in MONEY_MEASURES:
        return parse_money(bare)
    value = Fraction(bare.removesuffix("%")) / (100 if bare.endswith("%") else 1)
    return int(value) if value.denominator == 1 else value


def _unreadable(row: Mapping[Hashable, Any], why: str) -> Finding:
    subject, measure, value = row["subject"], row["measure"], row["value"]
    return Finding(
        code="target-unreadable",
        severity="stop",
        subject=str(subject),
        message=Text(
            f"The target of {subject} for {measure}, {value!r}, is not a number; nobody is measured by it.",
            f"{subject} 的 {measure} 目标值 {value!r} 不是数字，未予采用。",
        ),
        evidence={"scope": row["scope"], "reason": why},
    )
