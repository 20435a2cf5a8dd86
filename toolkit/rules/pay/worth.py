"""Step 4 for one component: what each unit is worth before any limit, and places in a competition.

Step 4 for one component: base times rate, amount, or scorecard; what each unit is worth before any limit.

Competitions: places among payees, prizes by place, and what ties do with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from toolkit.core.money import share_out
from toolkit.rules.formula.evaluate import number, truth
from toolkit.rules.formula.exact import Exact, Truth
from toolkit.rules.formula.expressions import Name
from toolkit.rules.formula.groups import Index, Mask, Members, distinct, places, positions, sort_keys
from toolkit.rules.formula.labels import Labels
from toolkit.rules.pay.division import share_out_groups, spare_cent_ranks
from toolkit.rules.pay.payees import Payees
from toolkit.rules.pay.rollup import GroupMeasures
from toolkit.rules.pay.run import Run
from toolkit.rules.pay.tiers import TierLookup, TierTable, above_edges, look_up, pick
from toolkit.rules.scheme.document import Component, ForcedGrade, Grade, Rank, Score, Table
from toolkit.rules.scheme.scalars import Formula


@dataclass(frozen=True, slots=True, eq=False)
class Multiplier:
    """What each unit's value is multiplied by, and where a table gave it what decided the tier.

    Parameters
    ----------
    of : the value before it.
    """

    value: Exact
    of: Exact
    by: Exact | None = None
    reading: TierLookup | None = None


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
    times : what the value was multiplied by; None without ``times``.
    """

    value: Exact
    base: Exact | None = None
    formula: Exact | None = None
    by: Exact | None = None
    reading: TierLookup | None = None
    scored: GroupMeasures | None = None
    times: Multiplier | None = None

    @property
    def rate(self) -> Exact | None:
        """What the base is paid at; None for an amount."""
        return self.formula if self.base is None or self.reading is None else self.reading.rate


def payment(component: Component, rolled: GroupMeasures, run: Index) -> Payment:
    """Evaluate pay and rate, or the amount; `run` is each unit's replicate, within which grades are given."""
    if component.score is not None:
        rolled = _scored(component.score, rolled, run)
    found = _rated(component, rolled)
    if component.score is not None:  # no score, no pay, whatever else reads it
        value = found.value.spread(rolled.n).only(number(Name("score", ""), rolled).valid)
        found = replace(found, scored=rolled, value=value)
    if component.times is None:
        return found
    if isinstance(component.times, Table):
        by, reading = read_table(component.times, "factor", rolled)
        factor = Multiplier(reading.value, found.value, by, reading)
    else:
        factor = Multiplier(number(component.times.node, rolled), found.value)
    return replace(found, value=found.value * factor.value, times=factor)


def _rated(component: Component, rolled: GroupMeasures) -> Payment:
    if component.pay is not None and component.rate is not None:
        base = number(component.pay.node, rolled)
        if isinstance(component.rate, Formula):
            rate = number(component.rate.node, rolled)
            return Payment(base * rate, base, rate)
        by, reading = read_table(component.rate, "rate", rolled, base, component.by(component.rate))
        paid = reading.value if reading.ladder.mode == "marginal" else base * reading.value
        return Payment(paid, base, by=by, reading=reading)
    if isinstance(component.amount, Table):
        by, reading = read_table(component.amount, "amount", rolled)
        return Payment(reading.value, by=by, reading=reading)
    if not isinstance(component.amount, Formula):
        raise TypeError("amounts by place are paid by a competition")
    return Payment(number(component.amount.node, rolled))


def read_table(
    table: Table, key: str, rolled: GroupMeasures, base: Exact | None = None, decides: Formula | None = None
) -> tuple[Exact, TierLookup]:
    """Return what decided the tier of each unit, and what the table gave.

    Parameters
    ----------
    base : what a rate is of.
    decides : what decides the tier; by default what stands in the table's ``by``.
    """
    decides = decides or table.by
    if decides is None:
        raise TypeError("a table without 'by' needs 'pay'; the checks of the scheme let it pass")
    by = _mean(decides, rolled) if table.aggregate == "mean" else number(decides.node, rolled)
    if table.relative_to is None:
        return by, look_up(_ladder(table, key, rolled, None), by, base)
    if not isinstance(decides.node, Name):
        raise TypeError("a share of a target needs a plain name; the checks of the scheme let it pass")
    target = number(Name(f"target_{decides.node.name}", ""), rolled)
    positive = target.compare(">", Exact.constant(0)).yes
    return by, look_up(_ladder(table, key, rolled, target), by.spread(rolled.n).only(positive), base)


def _ladder(table: Table, key: str, rolled: GroupMeasures, target: Exact | None) -> TierTable:
    """Return a table with its numbers; `target` multiplies its edges."""
    edges = [None if tier.from_ is None else number(tier.from_.node, rolled) for tier in table.tiers]
    if target is not None:
        edges = [None if edge is None else edge * target for edge in edges]
    inner = tuple(None if tier.inner is None else read_table(tier.inner, key, rolled) for tier in table.tiers)
    values = tuple(
        _value(getattr(tier, key), rolled) if found is None else found[1].value
        for tier, found in zip(table.tiers, inner, strict=True)
    )
    below = None if table.below is None else number(table.below.node, rolled)
    retroactive = tuple(tier.retroactive for tier in table.tiers)
    return TierTable(
        table.mode, tuple(edges), above_edges(table), values, below, table.unit is not None, retroactive, inner
    )


def _value(value: object, rolled: GroupMeasures) -> Exact:
    return number(value.node, rolled) if isinstance(value, Formula) else Exact.constant(value)  # type: ignore[arg-type]


def _mean(by: Formula, rolled: GroupMeasures) -> Exact:
    """Return the plain mean over the members that have a value."""
    cases, unit_of_case = rolled.by_agent()
    values = number(by.node, replace(rolled, level=cases, own=cases, _cache={})).spread(cases.n)
    known = np.flatnonzero(values.valid)
    members = Members.of(rolled.n, unit_of_case[known], known)
    return members.sum(values) / Exact.of_ints(members.counts)


def _scored(score: Score, rolled: GroupMeasures, run: Index) -> GroupMeasures:
    """Return the units with the columns score, grade and coefficient."""
    total = Exact.constant(0)
    for item in score.items:
        _, reading = read_table(item, "points", rolled)
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
    tier = look_up(TierTable("slab", edges, (False,) * len(edges), values, None), score).tier
    return np.where(score.valid, tier, -1).astype(np.int64)


def _forced(score: Score, total: Exact, run: Index) -> Index:
    """Give grades to shares of the payees; the tied take the better grade together."""
    codes = [next(i for i, g in enumerate(score.grades) if g.grade == f.grade) for f in score.forced]
    result = np.full(len(run), -1, np.int64)
    known: Mask = total.valid
    place = places(sort_keys(total, highest=True), np.where(known, run, -1))
    many = np.bincount(run[known], minlength=int(run.max(initial=0)) + 1)[run]
    for n in np.unique(many[known]).tolist():
        here = known & (many == n)
        ends = np.cumsum(_grade_counts(score.forced, n))
        result[here] = np.array(codes)[np.searchsorted(ends, place[here], "left")]
    return result


def _grade_counts(forced: Sequence[ForcedGrade], n: int) -> list[int]:
    """Return how many get each grade; spare ones go to the better."""
    keys = [f"{index:04d}" for index in range(len(forced))]
    return share_out(n, [f.share for f in forced], keys)


@dataclass(frozen=True, slots=True, eq=False)
class Contest:
    """The outcome of a competition, one entry a competitor (a payee in a group).

    Parameters
    ----------
    units : the competitors, with the measures of their group's rows.
    by : what is compared.
    among : who competes, as the scheme says; unknown where that has no value.
    place : 1-2-2-4 in the group, 0 for who does not compete.
    prize : what the place is worth.
    """

    units: Payees
    by: Exact
    among: Truth
    place: Index
    prize: Exact


@dataclass(frozen=True, slots=True, eq=False)
class Placing:
    """What a competition means for each payee.

    Parameters
    ----------
    contest : the competition.
    prize : the prizes of all groups together.
    competed : whether anywhere; unknown where only a missing value kept the payee out.
    valueless : whether some group had no value, which marks the row.
    """

    contest: Contest
    prize: Exact
    competed: Truth
    valueless: Mask


def compete(run: Run, component: Component, units: Payees) -> Contest:
    """Return places and prizes of competitors; they pass ``for`` and ``among``, and have a value and a group."""
    rank, prizes = component.rank, component.amount
    if rank is None or not isinstance(prizes, tuple):
        raise TypeError("a competition needs a rank and a list of amounts")
    by = number(rank.by.node, units.rolled).spread(units.n)
    everyone = Truth(np.ones(units.n, bool), np.zeros(units.n, bool))
    among = everyone if rank.among is None else truth(rank.among.node, units.rolled)
    group = units.run * (len(units.part.names) + 1) + units.part.codes + 1
    grouped = np.full(units.n, not rank.within) | (units.part.codes >= 0)
    group = np.where(among.yes & by.valid & grouped, group, -1)
    place = places(sort_keys(by, rank.order == "highest"), group)
    stock = [number(prize.node, units.rolled).spread(units.n) for prize in prizes]
    chosen = np.where((place > 0) & (place <= len(stock)), place - 1, -1).astype(np.int16)
    prize = pick(chosen, stock, Exact.constant(0)).spread(units.n)
    if rank.ties != "all":
        prize = _divided(run, component.id, rank, units, group, place, prize, stock)
    return Contest(units, by, among, place, prize)


def by_payee(contest: Contest, payees: Payees) -> Placing:
    """Add up each payee's prizes over its groups."""
    payee = np.searchsorted(payees.person, contest.units.holder)
    competed = contest.place > 0
    members = Members.of(payees.n, payee[competed], np.flatnonzero(competed))
    prize = members.sum(contest.prize).otherwise(members.counts > 0, Exact.constant(0))
    anywhere, refused = np.zeros(payees.n, bool), np.ones(payees.n, bool)
    anywhere[payee[competed]] = True
    refused[payee[~contest.among.no]] = False
    valueless = np.zeros(payees.n, bool)
    valueless[payee[~competed & ~contest.among.no]] = True
    return Placing(contest, prize, Truth(anywhere, refused & ~anywhere), valueless)


def _divided(
    run: Run, component: str, rank: Rank, units: Payees, group: Index, place: Index, prize: Exact, stock: list[Exact]
) -> Exact:
    """Return the prizes with those of tied places divided, or paid to nobody; what the tied share is the first's."""
    winners = np.flatnonzero((place > 0) & (place <= len(stock)))
    order = winners[np.lexsort((place[winners], group[winners]))]
    is_first = np.r_[True, (np.diff(group[order]) != 0) | (np.diff(place[order]) != 0)][: len(order)]
    tie = np.cumsum(is_first) - 1
    many = np.bincount(tie, minlength=1)
    tied = many[tie] > 1
    if not tied.any():
        return prize
    order, (_, tie) = order[tied], distinct(tie[tied])
    member = Members.of(int(tie[-1]) + 1, tie, order)
    lead = order[np.searchsorted(tie, np.arange(member.n))]
    places_, sizes = place[lead], member.counts
    total = Exact.constant(0).spread(member.n)
    for position, worth in enumerate(stock, 1):
        shared = (places_ <= position) & (position < places_ + sizes)
        total = total + worth.take(lead).otherwise(shared, Exact.constant(0))
    if rank.ties == "none":
        total = Exact.constant(0).spread(member.n)
    keys = spare_cent_ranks(run, component, units.holder[order])
    ones = Exact.constant(1).spread(len(order))
    cents = share_out_groups(total.rounded(1, run.scheme.mode), ones, member, keys)
    at = positions(np.sort(order), np.arange(units.n))
    parts = Exact.of_ints(cents, 100).only(total.valid[tie]).take(np.argsort(order))
    return parts.take(np.maximum(at, 0)).otherwise(at >= 0, prize)
