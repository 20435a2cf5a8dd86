"""What the law leaves to be taken from a person's wage in a month, across all schemes that pay together.

The wage is base pay and rows 4 to 12. Steps 13 to 15 together take at most ``legal_share`` of it by kind, and never
leave less than ``minimum_wage``; both are parameters the user owns. Where base pay or one of them is absent nothing is
taken but what rows 4 to 12 pay, and a finding says that the law cannot be checked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

import numpy as np

from toolkit.core.figures import money
from toolkit.core.text import Text
from toolkit.rules.pay.measures import month_number
from toolkit.rules.pay.run import Run
from toolkit.rules.scheme.parameters import KIND, LEGAL_SHARE, MINIMUM_WAGE
from toolkit.rules.settle.month_inputs import VersionPaid

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class WageBound:
    """What may still be taken, and by what rule no more.

    Parameters
    ----------
    left : what the rule leaves, in major units.
    rule : what bounds it: the minimum wage, the legal share of the wage, or what the month pays.
    of : the wage, or what the month pays.
    bound : the minimum wage or the legal share; None for what the month pays.
    taken : what was taken before.
    """

    left: Fraction
    rule: Literal["minimum_wage", "legal_share", "pay"]
    of: Fraction
    bound: Fraction | None
    taken: Fraction

    @property
    def amount(self) -> Fraction:
        """What may be taken, in whole cents."""
        return max(Fraction(int(self.left * 100), 100), ZERO)


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken of what was wanted; `bound` is what stood in the way of more, None if nothing did."""

    amount: Fraction
    bound: WageBound | None = None


@dataclass(slots=True)
class Wage:
    """One person's month.

    Parameters
    ----------
    variable : rows 4 to 12.
    base_pay : None where it is not known.
    wanted, taken, by_kind : what steps 13 to 15 were to take, and took so far.
    absent : what of base pay and legal parameters was asked for and is not known.
    """

    variable: Fraction
    base_pay: Fraction | None
    wanted: Fraction = ZERO
    taken: Fraction = ZERO
    by_kind: dict[str, Fraction] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)

    def room(self, minimum: Fraction | None, share: Fraction | None, kind: str) -> WageBound:
        """Return the tightest bound of what may still be taken for a kind of deduction."""
        bounds = []
        if self.base_pay is not None:
            wage = self.base_pay + self.variable
            if minimum is not None:
                bounds.append(WageBound(wage - minimum - self.taken, "minimum_wage", wage, minimum, self.taken))
            if share is not None:
                before = self.by_kind.get(kind, ZERO)
                bounds.append(WageBound(share * wage - before, "legal_share", wage, share, before))
        if self.base_pay is None or minimum is None or share is None:
            bounds.append(WageBound(self.variable - self.taken, "pay", self.variable, None, self.taken))
        return min(bounds, key=lambda bound: bound.left)

    def take(self, wanted: Fraction, amount: Fraction, kind: str) -> None:
        """Note what was to be taken, and what was."""
        self.wanted += wanted
        self.taken += amount
        self.by_kind[kind] = self.by_kind.get(kind, ZERO) + amount


@dataclass(slots=True, eq=False)
class Wages:
    """The purses of everybody something is taken from; opened when first asked for, after step 12."""

    paid: Sequence[VersionPaid]
    found: dict[str, Wage] = field(default_factory=dict)
    _rows: dict[str, list[int]] | None = None
    _sums: dict[str, Fraction] = field(default_factory=dict)

    def of(self, agent: str, run: Run) -> Wage:
        """Return an agent's purse."""
        if not self._sums:
            self._add_up()
        if agent not in self.found:
            self.found[agent] = Wage(self._sums.get(agent, ZERO), self._base_pay(run, agent))
        return self.found[agent]

    def rows(self, run: Run, agent: str) -> list[int]:
        """Return the agent's rows of the payment month."""
        if self._rows is None:
            self._rows = {}
            for row in np.flatnonzero(run.cells.month == month_number(str(run.month))).tolist():
                self._rows.setdefault(run.cells.agent_of(int(run.cells.person[row])), []).append(row)
        return self._rows.get(agent, [])

    def text(self, run: Run, agent: str, name: str) -> str:
        """Return the one text of the agent's rows, "" where they have none or several."""
        column = run.cells.texts.get(name)
        found = {column.value(row) for row in self.rows(run, agent)} if column is not None else set()
        return (found.pop() or "") if len(found) == 1 else ""

    def note(self, run: Run) -> None:
        """Leave a finding for everybody of whom not all could be taken, or nothing could be checked."""
        for agent, purse in self.found.items():
            if purse.absent:
                run.note("legal-unchecked", agent, _unchecked(agent, purse))
            if purse.taken < purse.wanted:
                wanted, taken = money(purse.wanted), money(purse.taken)
                en = f"{wanted} was to be taken from {agent}, {taken} of it could be this month"
                run.note("legal-limit", agent, Text(en, f"应从 {agent} 扣除 {wanted}，本月可扣 {taken}"))

    def _base_pay(self, run: Run, agent: str) -> Fraction | None:
        """Return the one base pay of the agent's rows, None where they have none or several."""
        column = run.cells.numbers.get("base_pay")
        found = {column.value(row) for row in self.rows(run, agent)} if column is not None else set()
        return found.pop() if len(found) == 1 else None

    def _add_up(self) -> None:
        for one in self.paid:
            names = one.run.cells
            for block in one.blocks:
                for person, amount in zip(block.person.tolist(), block.amount.spread(block.n).values(), strict=True):
                    if amount and person >= 0:
                        agent = names.agent_of(person)
                        self._sums[agent] = self._sums.get(agent, ZERO) + amount
        self._sums.setdefault("", ZERO)


@dataclass(slots=True, eq=False)
class Deductor:
    """Takes from purses by the law as one scheme's parameters give it."""

    run: Run
    purses: Wages

    def take(self, agent: str, wanted: Fraction, kind: str) -> Taken:
        """Take what the law leaves of what is wanted."""
        if wanted <= 0:
            return Taken(ZERO)
        purse = self.purses.of(agent, self.run)
        minimum, share = self._parameter(MINIMUM_WAGE, agent, kind), self._parameter(LEGAL_SHARE, agent, kind)
        if purse.base_pay is None:
            purse.absent["base pay"] = "底薪"
        if minimum is None:
            purse.absent["minimum wage"] = "最低工资"
        if share is None:
            purse.absent[f"legal share of {kind}"] = f"{kind} 的法定扣款比例"
        bound = purse.room(minimum, share, kind)
        taken = min(wanted, bound.amount)
        purse.take(wanted, taken, kind)
        return Taken(taken, bound if taken < wanted else None)

    def _parameter(self, name: str, agent: str, kind: str) -> Fraction | None:
        """Return a legal parameter for an agent; None where it is absent, or not yet in force."""
        parameter = self.run.scheme.vocabulary.parameters.get(name)
        if parameter is None:
            return None
        key = tuple(kind if column == KIND else self.purses.text(self.run, agent, column) for column in parameter.key)
        try:
            return parameter.on(self.run.month.last_day, key)
        except LookupError:
            return None


def _unchecked(agent: str, purse: Wage) -> Text:
    absent, most = ", ".join(purse.absent), money(purse.variable)
    en = f"what is taken from {agent} cannot be checked against the law: not known is the {absent}; "
    en += f"no more was taken than the {most} this month pays"
    zh = f"从 {agent} 扣除的金额无法核对法定限额：缺少{'、'.join(purse.absent.values())}；"
    return Text(en, zh + f"扣款不超过本月应发的 {most}")
