"""Step 4 for one component: base times rate, amount, or scorecard; what each unit is worth before any limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from toolkit.core.money import share_out
from toolkit.rules.formula.evaluate import number
from toolkit.rules.formula.exact import Exact
from toolkit.rules.formula.expressions import Name
from toolkit.rules.formula.labels import Labels
from toolkit.rules.formula.members import Index, Mask, Members
from toolkit.rules.formula.ordering import places, sort_keys
from toolkit.rules.pay.rollup import Rolled
from toolkit.rules.pay.tiers import Ladder, Reading, above_edges, read
from toolkit.rules.scheme.document import Component
from toolkit.rules.scheme.pieces import ForcedGrade, Grade, Score, Table
from toolkit.rules.scheme.scalars import Formula


@dataclass(frozen=True, slots=True, eq=False)
class Payment:
    """What each unit is worth, and how it came about.

    Parameters
    ----------
    value : before capacity, proration and limits.
    base : what the rate is of; None for an amount.
    formula : the rate, where no table gives it.
    by, reading : what decided the tier, and what the table gave; None without a table.
    scored : the units with their score, grade and coefficient; None without a scorecard.
    """

    value: Exact
    base: Exact | None = None
    formula: Exact | None = None
    by: Exact | None = None
    reading: Reading | None = None
    scored: Rolled | None = None

    @property
    def rate(self) -> Exact | None:
        """What the base is paid at; None for an amount."""
        return self.formula if self.base is None or self.reading is None else self.reading.rate


def payment(component: Component, rolled: Rolled, run: Index) -> Payment:
    """Evaluate pay and rate, or the amount; `run` is each unit's replicate, within which grades are given."""
    if component.pay is not None and component.rate is not None:
        base = number(component.pay.node, rolled)
        if isinstance(component.rate, Formula):
            rate = number(component.rate.node, rolled)
            return Payment(base * rate, base, rate)
        by, reading = read_table(component.rate, "rate", rolled, base)
        paid = reading.value if reading.ladder.mode == "marginal" else base * reading.value
        return Payment(paid, base, by=by, reading=reading)
    scored = rolled if component.score is None else _scored(component.score, rolled, run)
    seen = None if component.score is None else scored
    if isinstance(component.amount, Table):
        by, reading = read_table(component.amount, "amount", scored, None)
        return Payment(reading.value, by=by, reading=reading, scored=seen)
    if not isinstance(component.amount, Formula):
        raise TypeError("amounts by place are paid by a competition")
    return Payment(number(component.amount.node, scored), scored=seen)


def read_table(table: Table, key: str, rolled: Rolled, base: Exact | None) -> tuple[Exact, Reading]:
    """Return what decided the tier of each unit, and what the table gave."""
    by = base
    if table.by is not None:
        by = _mean(table.by, rolled) if table.aggregate == "mean" else number(table.by.node, rolled)
    if by is None:
        raise TypeError("a table without 'by' needs 'pay'; the checks of the scheme let it pass")
    if table.relative_to is None or table.by is None or not isinstance(table.by.node, Name):
        return by, read(_ladder(table, key, rolled, None), by, base)
    target = number(Name(f"target_{table.by.node.name}", ""), rolled)
    positive = target.compare(">", Exact.constant(0)).yes
    return by, read(_ladder(table, key, rolled, target), by.spread(rolled.n).only(positive), base)


def _ladder(table: Table, key: str, rolled: Rolled, target: Exact | None) -> Ladder:
    """Return a table with its numbers; `target` multiplies its edges."""
    edges = [None if tier.from_ is None else number(tier.from_.node, rolled) for tier in table.tiers]
    if target is not None:
        edges = [None if edge is None else edge * target for edge in edges]
    values = tuple(_value(getattr(tier, key), rolled) for tier in table.tiers)
    below = None if table.below is None else number(table.below.node, rolled)
    return Ladder(table.mode, tuple(edges), above_edges(table), values, below, table.unit is not None)


def _value(value: object, rolled: Rolled) -> Exact:
    return number(value.node, rolled) if isinstance(value, Formula) else Exact.constant(value)  # type: ignore[arg-type]


def _mean(by: Formula, rolled: Rolled) -> Exact:
    """Return the plain mean over the members that have a value."""
    cases, unit_of_case = rolled.by_agent()
    values = number(by.node, replace(rolled, level=cases, own=cases, _cache={})).spread(cases.n)
    known = np.flatnonzero(values.valid)
    members = Members.of(rolled.n, unit_of_case[known], known)
    return members.sum(values) / Exact.of_ints(members.counts)


def _scored(score: Score, rolled: Rolled, run: Index) -> Rolled:
    """Return the units with the columns score, grade and coefficient."""
    total = Exact.constant(0)
    for item in score.items:
        _, reading = read_table(item, "points", rolled, None)
        total = total + reading.value * Exact.constant(item.weight / 100)
    total = total.spread(rolled.n)
    extra: dict[str, Exact | Labels] = {"score": total}
    if score.grades:
        code = _forced(score, total, run) if score.forced else _by_band(score.grades, total)
        known = Exact.of_values([grade.coefficient for grade in score.grades])
        extra["grade"] = Labels(code, tuple(grade.grade for grade in score.grades))
        extra["coefficient"] = known.take(np.maximum(code, 0)).only(code >= 0)
    return replace(rolled, extra={**rolled.extra, **extra}, _cache={})


def _by_band(grades: Sequence[Grade], score: Exact) -> Index:
    edges = tuple(None if grade.from_ is None else Exact.constant(grade.from_) for grade in grades)
    values = tuple(Exact.constant(grade.coefficient) for grade in grades)
    tier = read(Ladder("slab", edges, (False,) * len(edges), values, None), score).tier
    return np.where(score.valid, tier, -1).astype(np.int64)


def _forced(score: Score, total: Exact, run: Index) -> Index:
    """Give grades to shares of the payees; the tied take the better grade together."""
    codes = [next(i for i, g in enumerate(score.grades) if g.grade == f.grade) for f in score.forced]
    result = np.full(len(run), -1, np.int64)
    known: Mask = total.valid
    place = places(sort_keys(total, highest=True), np.where(known, run, -1))
    for one in np.unique(run[known]):
        here = known & (run == one)
        ends = np.cumsum(_grade_counts(score.forced, int(here.sum())))
        result[here] = np.array(codes)[np.searchsorted(ends, place[here], "left")]
    return result


def _grade_counts(forced: Sequence[ForcedGrade], n: int) -> list[int]:
    """Return how many get each grade; spare ones go to the better."""
    keys = [f"{index:04d}" for index in range(len(forced))]
    return share_out(n, [f.share for f in forced], keys)
