"""What a component paid an agent for a month, and on what: the rate that was paid in effect.

What was paid is the component's rows and its part of what caps and funds took. A month that was recomputed counts as
recomputed, any other as the ledger has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from toolkit.core.period import Month
from toolkit.rules.formula.evaluate import number
from toolkit.rules.formula.exact import Exact
from toolkit.rules.formula.expressions import Expression, Name, names
from toolkit.rules.pay.earlier_ledger import EarlierLedger
from toolkit.rules.pay.ledger import NO_VALUE
from toolkit.rules.pay.run import span_around, span_paid
from toolkit.rules.pay.steps import number_kinds
from toolkit.rules.scheme.document import Component
from toolkit.rules.scheme.scheme import Scheme
from toolkit.rules.settle.month import VersionPaid
from toolkit.rules.settle.releases import LIMITS, after_limits

ZERO = Fraction(0)
SALES = "sales"


@dataclass(frozen=True, slots=True)
class PaidFor:
    """What a component paid for a period.

    Parameters
    ----------
    month : stands for the period in the ledger: its payment month, its first month where it is paid to date.
    paid, base : what in all, and on what; None where that is not known.
    """

    month: str
    paid: Fraction
    base: Fraction | None


@dataclass(slots=True)
class _Month:
    """What one agent was paid in one month: by component, what limits added, and the base by component.

    Parameters
    ----------
    valueless : components that had no value at all, so that nothing was paid on whatever they look at.
    """

    amounts: dict[str, Fraction] = field(default_factory=dict)
    limits: Fraction = ZERO
    bases: dict[str, Fraction] = field(default_factory=dict)
    valueless: set[str] = field(default_factory=set)

    def add(self, component: str, amount: Fraction, base: Fraction | None, has_value: bool) -> None:
        self.amounts[component] = self.amounts.get(component, ZERO) + amount
        if base is not None:
            self.bases[component] = self.bases.get(component, ZERO) + base
        if not has_value:
            self.valueless.add(component)


class Payouts:
    """What some agents were paid in earlier months."""

    def __init__(self, past: EarlierLedger, recomputed: Mapping[str, list[VersionPaid]], agents: Iterable[str]) -> None:
        """Read the ledger, and over it the months that were recomputed."""
        wanted = set(agents)
        self._recomputed = recomputed
        self._months: dict[tuple[str, str], _Month] = {}
        for row in past.without(recomputed).records(("component", *LIMITS), wanted):
            has_value = row.status != "no_value" or bool(row.before_limits)
            self._add((row.agent, row.month), row.component, row.amount, row.base, has_value)
        for month, paid in recomputed.items():
            for one in paid:
                self._read(month, one, wanted)

    def of(self, scheme: Scheme, component: Component, agent: str, origin: str) -> PaidFor | None:
        """Return what a component paid for the period a month lies in; None where it paid nothing."""
        span = span_around(scheme, component, Month.parse(origin))
        if span is None:
            return None
        months = [str(m) for m in span.first.through(span.last)] if component.accumulate else [str(span.last)]
        found = [(m, one) for m in months if (one := self._months.get((agent, m))) and component.id in one.amounts]
        if not found:
            return None
        paid = sum((after_limits(one.amounts, one.limits, m, agent)[component.id] for m, one in found), ZERO)
        month, last = found[-1]
        stands = str(span.first) if component.accumulate else month
        return PaidFor(stands, paid, self._base(scheme, component, agent, month, last))

    def _base(self, scheme: Scheme, component: Component, agent: str, month: str, paid: _Month) -> Fraction | None:
        """Return the sales a component paid on; of one that does not read sales, what it paid on."""
        if component.pay is None:
            return None
        if component.id in paid.valueless:
            return ZERO
        node = component.pay.node
        is_plain = isinstance(node, Name) and node.name == SALES
        if not is_plain and reads_sales(scheme, node):
            return self._sales(component.id, agent, month)
        base = paid.bases.get(component.id)
        return base if base is None or number_kinds(scheme, component)["base"] == "money" else base * 100

    def _sales(self, component_id: str, agent: str, month: str) -> Fraction | None:
        total = None
        for one in self._recomputed.get(month, []):
            for component in one.run.scheme.components:
                span = span_paid(one.run.scheme, component, one.run.month)
                if component.id != component_id or span is None or agent not in one.run.cells.agents:
                    continue
                units = one.run.units(component, span)
                sales = number(Name(SALES, SALES), units.rolled).spread(units.n)
                person = list(one.run.cells.agents).index(agent)
                for at in np.flatnonzero(units.holder == person):
                    total = (total or ZERO) + (sales.value(int(at)) or ZERO)
        return total

    def _add(
        self, key: tuple[str, str], component: str, amount: Fraction, base: Fraction | None, has_value: bool
    ) -> None:
        found = self._months.setdefault(key, _Month())
        if component:
            found.add(component, amount, base, has_value)
        else:
            found.limits += amount

    def _read(self, month: str, paid: VersionPaid, agents: set[str]) -> None:
        cells = paid.run.cells
        codes = np.array([i for i, name in enumerate(cells.agents) if name in agents], np.int64)
        for block in paid.blocks:
            if block.step not in ("component", *LIMITS):
                continue
            rows = np.flatnonzero(np.isin(block.person, codes))
            base, kind = block.behind.get("base", (None, "plain"))
            scale = 1 if kind == "money" else Fraction(1, 100)  # as ledger rows are read
            worth, _ = block.behind.get("before_limits", (None, "money"))
            for row in rows.tolist():
                value = None if base is None else _value(base, block.n, row)
                amount = _value(block.amount, block.n, row) or ZERO
                agent = cells.agent_of(int(block.person[row]))
                has_value = block.status[row] != NO_VALUE or bool(worth is not None and _value(worth, block.n, row))
                self._add((agent, month), block.component, amount, None if value is None else value * scale, has_value)


def _value(column: Exact, n: int, row: int) -> Fraction | None:
    return column.spread(n).value(row)


def reads_sales(scheme: Scheme, node: Expression) -> bool:
    """Tell whether an expression is or derives from ``sales``."""
    defines = scheme.vocabulary.defines
    return any(n == SALES or (n in defines and reads_sales(scheme, defines[n].formula.node)) for n in names(node))
