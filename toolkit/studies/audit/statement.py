"""What one person is told of a month: what is due and why, the own measures, and what was within reach.

Everything of others stays out: `StatementMonth.others` names what must not stand in a person's statement.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from toolkit.core.errors import UsageError
from toolkit.core.money import rounded_parts
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.data.crediting.evidence import orders_with_sources
from toolkit.data.crediting.measures import open_months
from toolkit.data.crediting.rule_text import say_rules
from toolkit.data.tables.workspace import Workspace, last_day_with_data, require_data
from toolkit.rules.explain.ledger_text import LedgerStep
from toolkit.rules.explain.own_month import OwnMeasure, own_measures, winning_values
from toolkit.rules.explain.person import Explanation, explain_rows
from toolkit.rules.explain.what_if import Estimate
from toolkit.studies.audit.acknowledged import Acknowledged, day_of, read_acknowledged
from toolkit.studies.audit.person import person_of
from toolkit.studies.audit.settlement import Settlement, require_as_closed, settle

SHOWN = 3


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One ledger row, and its amount in whole minor units: where a scheme rounds totals only, lines still add up."""

    step: LedgerStep
    amount: int


@dataclass(frozen=True, slots=True)
class Statement:
    """One person's month.

    Parameters
    ----------
    places : shops and teams worked in.
    earned, taken, held : the ledger rows by what they do; their amounts add up to what is due.
    more : what more within reach would have paid.
    """

    agent: str
    name: str
    places: tuple[str, ...]
    pay: Explanation
    earned: tuple[StatementLine, ...]
    taken: tuple[StatementLine, ...]
    held: tuple[StatementLine, ...]
    measures: tuple[OwnMeasure, ...]
    winners: tuple[Text, ...]
    more: tuple[Estimate, ...]


@dataclass(frozen=True, slots=True)
class StatementMonth:
    """A month of a workspace, to be told to each of its people.

    Parameters
    ----------
    names : agent id to name, where one is known.
    accounts : the table of accounts.
    orders : the month's credited orders with the place each was read at; None where they were not asked for.
    known : which schemes people acknowledged; None where the workspace does not keep it.
    """

    workspace: Workspace
    settlement: Settlement
    names: dict[str, str]
    accounts: pd.DataFrame
    orders: pd.DataFrame | None
    data_until: date | None
    known: Acknowledged | None = None

    @property
    def people(self) -> list[str]:
        """Everybody with a row in the month's ledger."""
        return [str(agent) for agent in self.settlement.due.index]

    def find(self, asked: str) -> str:
        """Return the one person of an id or name.

        Raises
        ------
        UsageError
            If nobody or several have that name, or the month pays the person nothing.
        """
        agent = person_of(asked, self.settlement.measures.table, self.workspace.table("assignments"))
        if agent not in self.people:
            month = self.settlement.month
            raise UsageError(Text(f"no scheme pays {asked} in {month}", f"{month} 没有方案发放给 {asked}"))
        return agent

    def of(self, agent: str) -> Statement:
        """Return the statement of one person."""
        own, table = self.settlement, self.settlement.measures.table
        pay = explain_rows(own.rows, own.schemes, table, agent=agent, **own.tables)
        steps = [step for step in pay.steps if step.status != "not_for"]
        amounts = rounded_parts([step.amount for step in steps])
        lines = [StatementLine(step, amount) for step, amount in zip(steps, amounts, strict=True)]
        held = [line for line in lines if line.step.step == "defer"]
        taken = [line for line in lines if line not in held and _takes(line.step)]
        earned = [line for line in lines if line not in held and line not in taken]
        return Statement(
            agent,
            self.names.get(agent, agent),
            self._places(agent),
            pay,
            tuple(earned),
            tuple(taken),
            tuple(held),
            tuple(own_measures(own.schemes, table, own.month, agent)),
            tuple(winning_values(own.rows, agent)),
            tuple(sorted(pay.estimates, key=lambda e: e.count)[:SHOWN]),
        )

    def others(self, agent: str) -> frozenset[str]:
        """Return ids, names and accounts of everybody else, and who entered or approved what by hand."""
        rows = self.accounts.loc[self.accounts["agent"] != agent, "account"].dropna()
        mine = {agent, self.names.get(agent, agent), *self.accounts_of(agent)}
        ids = {*self.settlement.measures.table["agent"].dropna(), *self.names, *self.accounts["agent"].dropna()}
        by_hand = self.settlement.tables.get("adjustments")
        hands = () if by_hand is None else {*by_hand["author"].dropna(), *by_hand["approved_by"].dropna()}
        return frozenset(map(str, {*ids, *self.names.values(), *rows, *hands} - mine))

    def accounts_of(self, agent: str) -> frozenset[str]:
        """Return the accounts a person ever held."""
        return frozenset(self.accounts.loc[self.accounts["agent"] == agent, "account"].dropna())

    def orders_of(self, agent: str) -> pd.DataFrame | None:
        """Return the orders credited to a person."""
        return None if self.orders is None else self.orders.loc[self.orders["agent"] == agent]

    def acknowledged(self, agent: str) -> list[tuple[Text, date | None]]:
        """Return the schemes that pay a person, and when each was acknowledged; none where it is not kept."""
        rows = self.settlement.rows.table
        own = set(rows.loc[rows["agent"] == agent, "scheme"])
        schemes = [] if self.known is None else [s for s in self.settlement.schemes if s.id in own]
        return [(scheme.title, day_of(self.known or {}, agent, scheme)) for scheme in schemes]

    @property
    def crediting_rules(self) -> list[Text]:
        """The rules by which orders were credited, in words."""
        return say_rules(self.workspace.settings)

    def _places(self, agent: str) -> tuple[str, ...]:
        cells = self.settlement.cells
        mine = cells.loc[cells["agent"] == agent]
        told = [mine[c].dropna() for c in ("shop", "team") if c in mine]
        return tuple(dict.fromkeys(str(text) for column in told for text in column))


def _takes(step: LedgerStep) -> bool:
    return step.step != "rounding" and (step.amount < 0 or step.status == "receivable")


def statement_month(workspace: Workspace, month: str, *, with_orders: bool = False) -> StatementMonth:
    """Settle a month to tell its people of it.

    Parameters
    ----------
    with_orders : read the orders behind it, too.

    Raises
    ------
    UsageError
        If the data do not reach that month, or no scheme is in force.
    InputError
        If a scheme or an adjustment cannot be used.
    """
    asked = Month.parse(month)
    require_data(workspace, asked)
    settlement, orders = settle(workspace, asked), None
    require_as_closed(settlement)
    if with_orders:
        with open_months(workspace, asked, asked) as opened:
            orders = orders_with_sources(opened, asked)
    known = read_acknowledged(workspace, asked)
    until, accounts = last_day_with_data(workspace), workspace.table("accounts")
    return StatementMonth(workspace, settlement, roster_names(workspace), accounts, orders, until, known)


def roster_names(workspace: Workspace) -> dict[str, str]:
    """Return the name of each agent the roster names."""
    roster = workspace.table("assignments").dropna(subset=["name"])
    return dict(zip(roster["agent"], roster["name"], strict=True))
