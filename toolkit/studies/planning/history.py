"""What happened before, as the baselines take it: cells of inquiries and buyers of past months, from anywhere.

A history comes from a workspace or from one plain measures file. Names are put in at the door (`History.shown_as`), so
that no sentence computed later can carry another one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from toolkit.core.errors import InputError, Problem, UsageError, missing_column
from toolkit.core.figures import counted
from toolkit.core.findings import Finding
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.data.crediting.measures import credited_orders, measure_months
from toolkit.data.tables.workspace import Workspace, first_month_with_data, require_data
from toolkit.rules.settle.files import read_counts

NEEDED = ("month", "agent", "inquiries", "buyers")
_ZH = {"shop": "店铺", "role": "岗位"}
PEOPLE = ("agent", "left", "pay")
ORDER_COLUMNS = ("month", "agent", "shop", "amount")


@dataclass(frozen=True, slots=True)
class History:
    """Cells of past months.

    Parameters
    ----------
    name : of the team, for titles.
    cells : month, agent, text columns (shop, channel, ...), inquiries, buyers, and orders, sales (minor units),
        target_conversion where they are known; a row a cell, rows of nobody left out.
    orders : month, agent, shop, amount (net, minor units), an order a row; empty where only totals are known.
    names : agent to the name people know.
    small_cell, internal : groups of fewer people are not shown to readers who see pseudonyms.
    benchmarks : category, month, conversion: what the user knows of other shops.
    people : agent, left (day, blank while there), pay (minor units of a mean month, gross, blank where unknown): what
        the roster and the payroll say; empty without a workspace.
    award : agents with the award whose effect is studied; empty means everybody.
    findings : what was left out and why.
    """

    name: Text
    cells: pd.DataFrame
    currency: str = ""
    orders: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(ORDER_COLUMNS)))
    names: Mapping[str, str] = field(default_factory=dict)
    benchmarks: pd.DataFrame = field(default_factory=pd.DataFrame)
    people: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(PEOPLE)))
    award: frozenset[str] = frozenset()
    small_cell: int = 5
    internal: bool = False
    findings: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        months, people = self.months, counted(len(self.agents), "person", "people")
        when = f"{months[0]} to {months[-1]}" if months else "of no month"
        return f"<History {when}: {people}, {counted(len(months), 'month')}>"

    @property
    def months(self) -> tuple[str, ...]:
        """Months with inquiries, in order."""
        return tuple(sorted(self.cells.loc[self.cells["inquiries"].fillna(0) > 0, "month"].unique()))

    @property
    def agents(self) -> tuple[str, ...]:
        """Everybody with a row, in order."""
        return tuple(sorted(self.cells["agent"].unique()))

    def has(self, *columns: str) -> bool:
        """Tell whether all of these columns are there and not blank throughout."""
        return all(c in self.cells and self.cells[c].notna().any() for c in columns)

    def until(self, month: str | None) -> History:
        """Return the history up to and including `month`; all of it without one.

        Raises
        ------
        UsageError
            If the month has no inquiry.
        """
        if month is None:
            return self
        last = str(Month.parse(month))
        if last not in self.months:
            first, latest = self.months[0], self.months[-1]
            en = f"{last} has no inquiry of any agent; there are {first} to {latest}"
            raise UsageError(Text(en, f"{last} 没有任何客服的询单；现有 {first} 到 {latest}"))
        cells, orders = (f.loc[f["month"] <= last].reset_index(drop=True) for f in (self.cells, self.orders))
        return replace(self, cells=cells, orders=orders)

    def only(self, shops: Sequence[str] = (), roles: Sequence[str] = ()) -> History:
        """Return what was done in some shops, and by people of some roles; all of it where none are named.

        Raises
        ------
        UsageError
            If the history does not tell shops or roles, or knows none of that name.
        """
        cells, orders = self.cells, self.orders
        for column, wanted in (("shop", shops), ("role", roles)):
            if not wanted:
                continue
            known = sorted(cells[column].dropna().unique()) if column in cells else []
            if strange := sorted(set(wanted) - set(known)):
                en = f"no {column} {', '.join(map(repr, strange))} in these months; known: {', '.join(known) or 'none'}"
                zh = f"这些月份没有{_ZH[column]} {'、'.join(strange)}；现有：{'、'.join(known) or '无'}"
                raise UsageError(Text(en, zh))
            cells = cells.loc[cells[column].isin(wanted)]
        if shops:
            orders = orders.loc[orders["shop"].isin(shops)]
        orders = orders.loc[orders["agent"].isin(set(cells["agent"]))]
        return replace(self, cells=cells.reset_index(drop=True), orders=orders.reset_index(drop=True))

    def beside(self, benchmarks: pd.DataFrame) -> History:
        """Return the history with a table of benchmarks."""
        return replace(self, benchmarks=benchmarks)

    def shown_as(self, labels: Mapping[str, str], *, internal: bool = False) -> History:
        """Return the history with what one reader sees of each agent in place of the agent's id."""
        cells, orders = (
            frame.assign(agent=[labels[a] for a in frame["agent"]]).sort_values(["month", "agent"], kind="stable")
            for frame in (self.cells, self.orders)
        )
        return replace(
            self,
            cells=cells.reset_index(drop=True),
            orders=orders.reset_index(drop=True),
            people=self.people.assign(agent=[labels[a] for a in self.people["agent"]]).sort_values("agent"),
            award=frozenset(labels[a] for a in self.award),
            names={},
            internal=internal,
        )


def load_history(workspace: Workspace | Path | str, month: str) -> History:
    """Return the history of a workspace up to and including `month`.

    Raises
    ------
    UsageError
        If there is no such workspace, or no month has an inquiry.
    """
    opened = workspace if isinstance(workspace, Workspace) else Workspace.open(workspace)
    last = Month.parse(month)
    require_data(opened, last)
    first = min(first_month_with_data(opened) or last, last)
    measures = measure_months(opened, first, last)
    cells, findings = _usable(measures.table)
    if str(last) not in set(cells.loc[cells["inquiries"].fillna(0) > 0, "month"]):
        served = sorted(set(cells.loc[cells["inquiries"].fillna(0) > 0, "month"]))
        en = f"{last} has no inquiry of any agent; months with inquiries: {', '.join(served) or 'none'}"
        raise UsageError(Text(en, f"{last} 没有任何客服的询单；有询单的月份：{'、'.join(served) or '无'}"))
    orders = _orders(opened, first, last)
    roster = opened.table("assignments").dropna(subset=["name"])
    names = {a: n if n == a else f"{n} ({a})" for a, n in zip(roster["agent"], roster["name"], strict=True)}
    own = opened.settings
    return History(
        own.name,
        cells,
        own.currency,
        orders,
        names,
        opened.table("benchmarks"),
        small_cell=own.small_cell,
        people=_people(opened, list(cells["agent"].unique())),
        findings=tuple(findings),
    )


def _people(workspace: Workspace, agents: Sequence[str]) -> pd.DataFrame:
    """Return when each agent left by the roster's latest spell, and the mean of the months of payroll.

    Of two spells from one day that without a leaving day counts.
    """
    roster = workspace.table("assignments")
    latest = (
        roster[roster["agent"].isin(agents)].sort_values(["from", "left_on"], kind="stable").groupby("agent").tail(1)
    )
    lines = workspace.table("payroll")
    gross = lines[lines["gross"].fillna(value=True).astype("bool")]
    months = gross.groupby(["agent", "earned_month"])["amount"].sum().astype("float64")
    pay = latest["agent"].map(months.groupby("agent").mean())
    return pd.DataFrame({"agent": latest["agent"], "left": latest["left_on"], "pay": pay}).reset_index(drop=True)


def _orders(workspace: Workspace, first: Month, last: Month) -> pd.DataFrame:
    """Return the orders after an inquiry, net of refunds; those wholly refunded are none."""
    credited = credited_orders(workspace, first, last=last)
    mine = credited.loc[(credited["credit"] == "inquiry") & credited["agent"].notna()]
    table = pd.DataFrame(
        {
            "month": mine["earned_on"].dt.strftime("%Y-%m"),
            "agent": mine["agent"],
            "shop": mine["shop"],
            "amount": mine["amount"] - mine["refund_netted"],
        }
    )
    return table.loc[table["amount"] > 0].reset_index(drop=True)


def read_history(path: Path) -> History:
    """Read a measures file (csv, xlsx or parquet) as a history.

    Raises
    ------
    InputError
        If a column is missing, or a month or a count is wrong; file, row and column are named.
    """
    table = read_counts(path)
    missing = [c for c in NEEDED if c not in table]
    if missing:
        has = ", ".join(map(str, table.columns))
        fix = Text(f"it has {has}", f"现有的列：{has}")
        raise InputError(replace(missing_column(str(path), name), line=1, fix=fix) for name in missing)
    problems = [
        Problem(str(path), message, int(row), got=str(table.loc[row, column]), code="bad-cell")
        for column, message, wrong in _wrong(table)
        for row in table.index[wrong.fillna(False)]
    ]
    if problems:
        raise InputError(problems)
    cells, findings = _usable(table)
    if not (cells["inquiries"].fillna(0) > 0).any():
        message = Text(
            "no row has an agent, inquiries above 0 and buyers", "没有一行同时有客服、大于 0 的询单人数和付款人数"
        )
        raise InputError([Problem(str(path), message, code="no-cells")])
    return History(Text(path.name, path.name), cells, findings=tuple(findings))


def read_benchmarks(path: Path) -> pd.DataFrame:
    """Read a table of category, month and conversion.

    Raises
    ------
    InputError
        If a column is missing or a cell is not what its column holds.
    """
    table = read_counts(path)
    missing = [c for c in ("category", "month", "conversion") if c not in table]
    if missing:
        raise InputError(missing_column(str(path), name) for name in missing)
    return table


def _wrong(table: pd.DataFrame) -> Sequence[tuple[str, Text, pd.Series[bool]]]:
    inquiries, buyers = table["inquiries"], table["buyers"]
    return (
        ("month", Text("the month is missing", "缺少月份"), table["month"].isna()),
        ("inquiries", Text("inquiries are below 0", "询单人数小于 0"), inquiries < 0),
        ("buyers", Text("buyers are below 0", "付款人数小于 0"), buyers < 0),
        ("buyers", Text("there are more buyers than inquiries", "付款人数多于询单人数"), buyers > inquiries),
    )


def _usable(table: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    """Leave out rows of nobody, of others than agents who serve nobody, and rows whose buyers are not known."""
    mine = table.loc[table["agent"].notna() & ~_others(table)]
    unknown = (mine["inquiries"].fillna(0) > 0) & mine["buyers"].isna()
    kept = mine.loc[~unknown].reset_index(drop=True)
    if not unknown.any():
        return kept, []
    months, n = ", ".join(sorted(mine.loc[unknown, "month"].unique())), int(unknown.sum())
    message = Text(
        f"{n} rows with inquiries do not say how many bought ({months}); they are left out.",
        f"有 {n} 行有询单但没有付款人数（{months}），未计入。",
    )
    return kept, [Finding("buyers-unknown", "info", "buyers", message, evidence={"rows": n})]


def _others(table: pd.DataFrame) -> pd.Series[bool]:
    """Tell the rows of supervisors and managers who never had an inquiry."""
    if "role" not in table:
        return pd.Series(False, index=table.index)
    served = table.loc[table["inquiries"].fillna(0) > 0, "agent"]
    return table["role"].notna() & (table["role"] != "agent") & ~table["agent"].isin(served)
