"""What the rules pay out, one row a person: by payroll item for payroll, by component for the people themselves.

In each row whole minor units add up to what the person is due, also where a scheme rounds totals only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from toolkit.core.errors import UsageError
from toolkit.core.money import format_money, rounded_parts
from toolkit.core.text import Text
from toolkit.rules.pay.ledger import LedgerRows
from toolkit.rules.scheme.scheme import Scheme
from toolkit.studies.reconcile.due import AmountsDue, check_items
from toolkit.studies.reconcile.pay_run import is_variable


@dataclass(frozen=True, slots=True)
class PayOut:
    """What everybody is paid.

    Parameters
    ----------
    table : a row an agent (the index), a column a payroll item or component, minor units.
    left_out : payroll items that no scheme pays, which are not in it.
    """

    table: pd.DataFrame
    left_out: tuple[str, ...] = ()

    @property
    def total(self) -> pd.Series:
        """Minor units of each agent."""
        return self.table.sum(axis=1)


def pay_by_item(rows: LedgerRows, schemes: Sequence[Scheme], items: Mapping[str, tuple[str, ...]]) -> PayOut:
    """Return what is paid by payroll item; what several components pay of one item is added up.

    Parameters
    ----------
    schemes : all schemes there are.
    items : payroll item to the ``scheme.component`` names it pays.

    Raises
    ------
    UsageError
        If something is paid that no item stands for, or an item stands for what does not exist.
    """
    check_items(schemes, items)
    variable = [item for item, names in items.items() if is_variable(names)]
    due = AmountsDue(rows, {name: item for item in variable for name in items[item]})
    if lost := due.without_item():
        raise UsageError(_without_item({name: amount for name, (_, amount) in lost.items()}))
    return PayOut(_whole(due, variable), tuple(item for item in items if item not in variable))


def pay_by_component(rows: LedgerRows) -> PayOut:
    """Return what is paid by component (``scheme.component``, a limit or guarantee ``scheme.step``), as evaluated."""
    names = list(dict.fromkeys(name for _, name, amount, _ in AmountsDue(rows, {}).rows if amount))
    return PayOut(_whole(AmountsDue(rows, {name: name for name in names}), names))


def _whole(due: AmountsDue, columns: Sequence[str]) -> pd.DataFrame:
    """Return everybody's amounts in whole minor units."""
    exact: dict[str, dict[str, Fraction]] = {agent: {} for agent in sorted({agent for agent, *_ in due.rows})}
    for agent, name, amount, _ in due.rows:
        if name in due.items:
            column = due.items[name]
            exact[agent][column] = exact[agent].get(column, Fraction(0)) + 100 * amount
    found = {}
    for agent, amounts in exact.items():
        parts = dict(zip(amounts, rounded_parts(list(amounts.values())), strict=True))
        found[agent] = [parts.get(column, 0) for column in columns]
    table = pd.DataFrame.from_dict(found, orient="index", columns=list(columns))
    return table.astype("int64").rename_axis("agent")


def _without_item(lost: Mapping[str, int]) -> Text:
    en = ", ".join(f"{name} ({format_money(amount)})" for name, amount in lost.items())
    zh = "、".join(f"{name}（{format_money(amount)}）" for name, amount in lost.items())
    return Text(
        f"no payroll item pays {en}; name the item of each under payroll_items of workspace.yaml",
        f"没有工资项目发放 {zh}；请在 workspace.yaml 的 payroll_items 下写明各自的工资项目",
    )
