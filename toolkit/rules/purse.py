"""What the law leaves to be taken from a person's wage in a month, across all schemes that pay together.

The wage is base pay and rows 4 to 12. Steps 13 to 15 together take at most ``legal_share`` of it by kind, and never
leave less than ``minimum_wage``; both are parameters the user owns. Where base pay or one of them is absent nothing is
taken but what rows 4 to 12 pay, and a finding says that the law cannot be checked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from toolkit.core.text import Text
from toolkit.rules.cells import month_number
from toolkit.rules.desk import Paid
from toolkit.rules.parameters import KIND, LEGAL_SHARE, MINIMUM_WAGE
from toolkit.rules.run import Run
from toolkit.rules.wording import money

ZERO = Fraction(0)


@dataclass(slots=True)
class Purse:
    """One person's month.

    Parameters
    ----------
    variable : rows 4 to 12.
    base_pay : None where it is not known.
    taken, by_kind : what steps 13 to 15 took so far.
    noted : whether it was said that something cannot be checked.
    """

    variable: Fraction
    base_pay: Fraction | None
    taken: Fraction = ZERO
    by_kind: dict[str, Fraction] = field(default_factory=dict)
    noted: bool = False

    def room(self, minimum: Fraction | None, share: Fraction | None, kind: str) -> Fraction:
        """Return what may still be taken for a kind of deduction, in whole cents."""
        bounds = []
        if self.base_pay is not None:
            wage = self.base_pay + self.variable
            if minimum is not None:
                bounds.append(wage - minimum - self.taken)
            if share is not None:
                bounds.append(share * wage - self.by_kind.get(kind, ZERO))
        if self.base_pay is None or minimum is None or share is None:
            bounds.append(self.variable - self.taken)
        return max(Fraction(int(min(bounds) * 100), 100), ZERO)

    def take(self, amount: Fraction, kind: str) -> None:
        """Note what was taken."""
        self.taken += amount
        self.by_kind[kind] = self.by_kind.get(kind, ZERO) + amount


@dataclass(slots=True, eq=False)
class Purses:
    """The purses of everybody something is taken from; opened when first asked for, after step 12."""

    paid: Sequence[Paid]
    found: dict[str, Purse] = field(default_factory=dict)
    _rows: dict[str, list[int]] | None = None
    _sums: dict[str, Fraction] = field(default_factory=dict)

    def of(self, agent: str, run: Run) -> Purse:
        """Return an agent's purse."""
        if not self._sums:
            self._add_up()
        if agent not in self.found:
            self.found[agent] = Purse(self._sums.get(agent, ZERO), self._base_pay(run, agent))
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
class Taker:
    """Takes from purses by the law as one scheme's parameters give it."""

    run: Run
    purses: Purses

    def take(self, agent: str, wanted: Fraction, kind: str) -> Fraction:
        """Take what the law leaves of what is wanted, and return it."""
        if wanted <= 0:
            return ZERO
        purse = self.purses.of(agent, self.run)
        minimum, share = self._parameter(MINIMUM_WAGE, agent, kind), self._parameter(LEGAL_SHARE, agent, kind)
        absent = {"base pay": purse.base_pay, "minimum wage": minimum, f"legal share of {kind}": share}
        if not purse.noted and None in absent.values():
            purse.noted = True
            self._cannot_check(agent, [name for name, value in absent.items() if value is None])
        taken = min(wanted, purse.room(minimum, share, kind))
        purse.take(taken, kind)
        if taken < wanted:
            self._not_all(agent, wanted, taken)
        return taken

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

    def _cannot_check(self, agent: str, absent: list[str]) -> None:
        names = {"base pay": "底薪", "minimum wage": "最低工资"}
        zh = "、".join(names.get(name, f"扣款比例上限（{name.rpartition(' ')[2]}）") for name in absent)
        en = f"what is taken from {agent} cannot be checked against the law: {', '.join(absent)} is not given; "
        en += "no more than this month's variable pay is taken"
        self.run.note(
            "legal-unchecked", agent, Text(en, f"从 {agent} 扣除的金额无法核对法定限额：缺少{zh}；最多只扣本月浮动薪酬")
        )

    def _not_all(self, agent: str, wanted: Fraction, taken: Fraction) -> None:
        en = f"{money(wanted)} is to be taken from {agent}, {money(taken)} of it can be this month"
        self.run.note("legal-limit", agent, Text(en, f"应从 {agent} 扣除 {money(wanted)}，本月可扣 {money(taken)}"))
