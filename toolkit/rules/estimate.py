"""What would a person have been paid with one more order, one more point of conversion, or at the next tier?

Every answer is the same `pay` on changed measures: nobody else's figures change, places and shares are worked out
again. Each comes with the sentence of what was assumed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Unpack

import pandas as pd

from toolkit.core.money import format_money
from toolkit.core.text import Text
from toolkit.rules.books import Tables
from toolkit.rules.ledger import LedgerRows
from toolkit.rules.levers import Lever, levers
from toolkit.rules.payroll import pay
from toolkit.rules.scheme import Scheme
from toolkit.rules.trace import AwardTrace

FARTHEST = 512
"""A next tier farther than so many orders (or so many of a count) is not looked for."""

State = dict[tuple[str, str], tuple[tuple[int, int], ...]]


@dataclass(frozen=True, slots=True)
class Estimate:
    """What one change of a person's month would pay.

    Parameters
    ----------
    kind : ``one-more``, ``point`` or ``next-tier``.
    component : of a next tier, else "".
    change : what there is more of.
    count : how many more.
    now, then : what the person is paid in all, minor units.
    assumption : what was taken to come with the change.
    """

    kind: str
    component: str
    change: Text
    count: int
    now: int
    then: int
    assumption: Text

    @property
    def gain(self) -> int:
        """Minor units more (or less)."""
        return self.then - self.now

    @property
    def text(self) -> Text:
        """The sentence, with its assumption."""
        by, then = format_money(abs(self.gain)), format_money(self.then)
        word = Text("more", "多发") if self.gain > 0 else Text("less", "少发")
        en, zh = f"would pay {by} {word.en}, {then} in all", f"{word.zh} {by}，合计 {then}"
        if not self.gain:
            en, zh = f"would change nothing, {then} in all", f"应发金额不变，合计 {then}"
        assumed = self.assumption
        return Text(f"{self.change.en} {en} ({assumed.en}).", f"{self.change.zh}：{zh}（{assumed.zh}）。")


@dataclass(slots=True, eq=False)
class _Month:
    """One person's month, paid again on changed measures; each change once."""

    schemes: Sequence[Scheme]
    measures: pd.DataFrame
    month: str
    agent: str
    tables: Tables
    _paid: dict[tuple[str, int], LedgerRows] = field(default_factory=dict)

    def rows(self, lever: Lever, count: int) -> LedgerRows:
        """Pay the month with `count` more."""
        key = (lever.column if count else "", count)
        if key not in self._paid:
            changed = lever.pulled(self.measures, count) if count else self.measures
            self._paid[key] = pay(self.schemes, changed, month=self.month, **self.tables)
        return self._paid[key]

    def total(self, lever: Lever, count: int) -> int:
        """Return what the person is paid in all, minor units."""
        return total_of(self.rows(lever, count), self.agent)

    def state(self, lever: Lever, count: int) -> State:
        """Return which condition is met and which tier reached, for each of the person's components."""
        found: State = {}
        for part in self.rows(lever, count).parts:
            for block in part.blocks:
                explain = block.explain
                if not isinstance(explain, AwardTrace) or explain.found.parts.standing is not None:
                    continue
                for row, person in enumerate(block.person):
                    if part.agent_of(int(person)) == self.agent:
                        found[part.scheme.id, block.component] = explain.reached(row)
        return found


def total_of(rows: LedgerRows, agent: str) -> int:
    """Return what an agent is paid in all, minor units."""
    table = rows.table
    return int(table.loc[table["agent"] == agent, "amount"].sum())


def estimate(
    schemes: Scheme | Sequence[Scheme], measures: pd.DataFrame, *, month: str, agent: str, **tables: Unpack[Tables]
) -> tuple[Estimate, ...]:
    """Estimate what more would pay a person.

    Parameters
    ----------
    schemes, measures, month, tables : as `pay` takes them.
    agent : the person; without a row in the month there is nothing to estimate.

    Returns
    -------
    tuple of Estimate
        For each lever one more; for conversion one point; for each component the fewest more that reach its next tier
        or meet its condition, if `FARTHEST` or fewer do. What also divides, as inquiries do, only where more pays more.
    """
    versions = [schemes] if isinstance(schemes, Scheme) else list(schemes)
    person = _Month(versions, measures.reset_index(drop=True), month, agent, tables)
    mine = person.measures[(person.measures["month"] == month) & (person.measures["agent"] == agent)]
    found: list[Estimate] = []
    for lever in levers(versions, mine) if len(mine) else []:
        if lever.most == 0 or not person.state(lever, 0):
            continue
        next_tiers = list(_next_tiers(person, lever))
        if lever.is_divisor:
            found += [one for one in next_tiers if one.gain > 0]
        else:
            found += [_of(person, lever, 1, "one-more"), *_one_point(person, lever, mine), *next_tiers]
    return tuple(found)


def _of(person: _Month, lever: Lever, count: int, kind: str, component: str = "") -> Estimate:
    change = lever.counted(count)
    if kind == "point":
        change = Text(f"One point more of conversion, {change.en},", f"转化率提高1个百分点（{change.zh}）")
    elif kind == "next-tier":
        name = _title(person, component)
        change = Text(f"The next tier of “{name.en}”, {change.en},", f"“{name.zh}”达到下一档（{change.zh}）")
    now, then = person.total(lever, 0), person.total(lever, count)
    return Estimate(kind, component, change, count, now, then, _assumption(person, lever))


def _one_point(person: _Month, lever: Lever, mine: pd.DataFrame) -> list[Estimate]:
    """Estimate one point of conversion: a hundredth of the inquiries, in whole buyers."""
    if lever.column != "buyers" or "inquiries" not in mine:
        return []
    hundredth = Fraction(int(mine["inquiries"].fillna(0).sum()), 100)
    count = -(-hundredth.numerator // hundredth.denominator)
    if count <= 1 or (lever.most is not None and count > lever.most):
        return []
    return [_of(person, lever, count, "point")]


def _next_tiers(person: _Month, lever: Lever) -> Iterator[Estimate]:
    """Estimate for each component the fewest more that change which tier or condition is reached."""
    now = person.state(lever, 0)
    farthest = FARTHEST if lever.most is None else min(lever.most, FARTHEST)
    for key, before in now.items():
        count = _fewest(person, lever, key, before, farthest)
        if count is not None:
            yield _of(person, lever, count, "next-tier", key[1])


def _fewest(
    person: _Month, lever: Lever, key: tuple[str, str], before: tuple[tuple[int, int], ...], farthest: int
) -> int | None:
    """Return the smallest count that changes a state, found by doubling and then halving; None for none."""
    low, high = 0, 1
    while person.state(lever, min(high, farthest)).get(key) == before:
        if high >= farthest:
            return None
        low, high = high, high * 2
    high = min(high, farthest)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if person.state(lever, middle).get(key) == before else (low, middle)
    return high


def _title(person: _Month, component_id: str) -> Text:
    scheme = next(s for s in person.schemes if any(c.id == component_id for c in s.components))
    return scheme.component(component_id).title or Text(component_id, component_id)


def _assumption(person: _Month, lever: Lever) -> Text:
    """Say what comes with a lever, and that others stay where they are."""
    if not any(c.rank is not None or c.division is not None for s in person.schemes for c in s.components):
        return lever.assumption
    return Text(
        f"{lever.assumption.en}; nobody else's figures change, places and shares are worked out again",
        f"{lever.assumption.zh}；他人数据不变，名次和份额重新计算",
    )
