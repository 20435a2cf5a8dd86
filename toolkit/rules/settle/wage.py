"""What the law leaves to be taken from a person's wage in a month, across all schemes that pay together.

The wage is base pay and rows 4 to 12. Steps 13 to 15 together take at most ``legal_share`` of it by kind, and never
leave less than ``minimum_wage``; both are parameters the user owns. Where base pay or one of them is absent nothing is
taken but what rows 4 to 12 pay, and a finding says that the law cannot be checked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

import numpy as np

from toolkit.core.figures import money
from toolkit.core.text import Text
from toolkit.rules.pay.measures import month_number
from toolkit.rules.pay.run import Run
from toolkit.rules.scheme.parameters import KIND, LEGAL_SHARE, MINIMUM_WAGE, Parameter
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
    base_pay : the lowest of the person's rows; None where it is not known.
    every_base_pay : whether every row gives one.
    wanted, taken, by_kind : what steps 13 to 15 were to take, and took so far.
    absent : what of base pay and legal parameters was asked for and is not known.
    """

    variable: Fraction
    base_pay: Fraction | None
    every_base_pay: bool = True
    wanted: Fraction = ZERO
    taken: Fraction = ZERO
    by_kind: dict[str, Fraction] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)

    def room(self, minimum: Fraction | None, share: Fraction | None, kind: str, *, checked: bool) -> WageBound:
        """Return the tightest bound of what may still be taken for a kind of deduction.

        Where not every bound is known (`checked`), no more than what the month pays may be taken.
        """
        bounds = []
        if self.base_pay is not None:
            wage = self.base_pay + self.variable
            if minimum is not None:
                bounds.append(WageBound(wage - minimum - self.taken, "minimum_wage", wage, minimum, self.taken))
            if share is not None:
                before = self.by_kind.get(kind, ZERO)
                bounds.append(WageBound(share * wage - before, "legal_share", wage, share, before))
        if not (checked and self.every_base_pay):
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
    _rows: dict[Run, dict[str, list[int]]] = field(default_factory=dict)
    _sums: dict[str, Fraction] = field(default_factory=dict)

    def of(self, agent: str, run: Run) -> Wage:
        """Return an agent's purse."""
        if not self._sums:
            self._add_up()
        if agent not in self.found:
            self.found[agent] = Wage(self._sums.get(agent, ZERO), *self._base_pay(run, agent))
        return self.found[agent]

    def rows(self, run: Run, agent: str) -> list[int]:
        """Return the agent's rows of the payment month; each scheme counts the rows of its own measures."""
        if run not in self._rows:
            found = self._rows[run] = {}
            for row in np.flatnonzero(run.cells.month == month_number(str(run.month))).tolist():
                found.setdefault(run.cells.payee_of(int(run.cells.person[row])), []).append(row)
        return self._rows[run].get(agent, [])

    def note(self, run: Run) -> None:
        """Leave a finding for everybody of whom not all could be taken, or nothing could be checked."""
        if run.silent:
            return
        for agent, purse in self.found.items():
            if purse.absent:
                run.note("legal-unchecked", agent, _unchecked(agent, purse))
            if purse.taken < purse.wanted:
                wanted, taken = money(purse.wanted), money(purse.taken)
                en = f"{wanted} was to be taken from {agent}, {taken} of it could be this month"
                run.note("legal-limit", agent, Text(en, f"应从 {agent} 扣除 {wanted}，本月可扣 {taken}"))

    def _base_pay(self, run: Run, agent: str) -> tuple[Fraction | None, bool]:
        """Return the lowest base pay of the agent's rows, and whether every row gives one."""
        column = run.cells.numbers.get("base_pay")
        return _most_protecting(min, [column.value(row) for row in self.rows(run, agent)] if column is not None else [])

    def _add_up(self) -> None:
        for one in self.paid:
            names = one.run.cells
            for block in one.blocks:
                for person, amount in zip(block.person.tolist(), block.amount.spread(block.n).values(), strict=True):
                    if amount and person >= 0:
                        agent = names.payee_of(person)
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
        minimum, every_minimum = _most_protecting(max, self._parameter(MINIMUM_WAGE, agent, kind))
        share, every_share = _most_protecting(min, self._parameter(LEGAL_SHARE, agent, kind))
        if not purse.every_base_pay:
            purse.absent["base pay"] = "底薪"
        if not every_minimum:
            purse.absent["minimum wage"] = "最低工资"
        if not every_share:
            purse.absent[f"legal share of {kind}"] = f"{kind} 的法定扣款比例"
        bound = purse.room(minimum, share, kind, checked=every_minimum and every_share)
        taken = min(wanted, bound.amount)
        purse.take(wanted, taken, kind)
        return Taken(taken, bound if taken < wanted else None)

    def _parameter(self, name: str, agent: str, kind: str) -> list[Fraction | None]:
        """Return a legal parameter for each of the agent's rows; None where it is absent, or not yet in force."""
        parameter = self.run.scheme.vocabulary.parameters.get(name)
        if parameter is None:
            return []
        columns = [self.run.cells.texts.get(column) for column in parameter.key]
        keys = {
            tuple(
                kind if name == KIND else (column.value(row) or "") if column is not None else ""
                for name, column in zip(parameter.key, columns, strict=True)
            )
            for row in self.purses.rows(self.run, agent)
        }
        keys = keys or {tuple(kind if name == KIND else "" for name in parameter.key)}
        return [_in_force(parameter, self.run, key) for key in sorted(keys)]


def _in_force(parameter: Parameter, run: Run, key: tuple[str, ...]) -> Fraction | None:
    try:
        return parameter.on(run.month.last_day, key)
    except LookupError:
        return None


def _most_protecting(
    best: Callable[[list[Fraction]], Fraction], found: list[Fraction | None]
) -> tuple[Fraction | None, bool]:
    """Return what protects most of what an agent's rows give, and whether every row gives one."""
    known = [one for one in found if one is not None]
    return best(known) if known else None, bool(known) and len(known) == len(found)


def _unchecked(agent: str, purse: Wage) -> Text:
    absent, most = ", ".join(purse.absent), money(purse.variable)
    en = f"what is taken from {agent} cannot be checked against the law: not known is the {absent}; "
    en += f"no more was taken than the {most} this month pays"
    zh = f"从 {agent} 扣除的金额无法核对法定限额：缺少{'、'.join(purse.absent.values())}；"
    return Text(en, zh + f"扣款不超过本月应发的 {most}")
