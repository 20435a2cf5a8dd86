"""Steps 3 to 7 for one component: who is eligible, what it is worth, its history, floor, cap and rounding.

Records, bests and streaks: what a payee or its group did in this period and earlier ones.

Steps 3 to 5 for one component: who is eligible, what each part is worth, capacity and proration.

Steps 6 and 7 for one component: the parts of a payee added up, then floor, cap and rounding once.
A row is marked ``no_value`` if a part of it has none, ``not_met`` if no part met its condition.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from toolkit.core.errors import InputError, Problem
from toolkit.core.money import round_to_step
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.rules.formula.evaluate import number, truth
from toolkit.rules.formula.exact import LIMIT, Exact, Truth, as_integers, largest
from toolkit.rules.formula.expressions import Call, Expression, Name, Number, TextLiteral
from toolkit.rules.formula.groups import Index, Mask, Members, distinct, is_counting, positions, sort_keys
from toolkit.rules.pay.division import share_out_groups, spare_cent_ranks
from toolkit.rules.pay.ledger import NO_VALUE, NOT_MET, PAID, Facts
from toolkit.rules.pay.payees import Payees
from toolkit.rules.pay.rollup import GroupMeasures
from toolkit.rules.pay.run import Run, Span, earlier, span_around
from toolkit.rules.pay.worth import Payment, Placing, by_payee, compete, payment
from toolkit.rules.scheme.document import Capacity, Component, InForce
from toolkit.rules.scheme.scalars import Formula


@dataclass(frozen=True, slots=True, eq=False)
class _Season:
    """What each group has made of a period: codes of those that have a value, ascending, and their figures."""

    codes: Index
    figure: Exact

    def of(self, codes: Index) -> Exact:
        """Return the figure of each code, no value where there is none."""
        if not len(self.codes):
            return Exact.constant(None).spread(len(codes))
        at = positions(self.codes, codes)
        return self.figure.take(np.maximum(at, 0)).only(at >= 0)


@dataclass(frozen=True, slots=True, eq=False)
class EarlierPeriods:
    """Evaluates the history calls of one component in one span, for its units."""

    run: Run
    component: Component
    span: Span
    units: Payees

    def __call__(self, call: Call) -> Exact:
        """Return the value of a call for each unit."""
        if call.function == "streak":
            text = call.parts[0]
            return self._streak(text.value if isinstance(text, TextLiteral) else "")
        if call.function == "to_date":
            return self._to_date(call)
        codes = _codes(self.units, call.word("within"))
        return self._record(call, codes) if call.function == "record" else self._season(self.span, call).of(codes)

    def lacking(self, call: Call, unit: int) -> list[tuple[Month, Month]]:
        """Return the first and last month of each required period in which a unit's record has no value."""
        code, (spans, _) = _codes(self.units, call.word("within"))[[unit]], self._spans(call.option("over"))
        return [(s.first, s.last) for s in spans if not self._season(s, call).of(code).valid.all()]

    def _record(self, call: Call, codes: Index) -> Exact:
        """Return the best of the required earlier periods; one that is missing makes it no value."""
        spans, need_all = self._spans(call.option("over"))
        result = Exact.constant(None).spread(len(codes))
        complete = np.ones(len(codes), bool)
        for span in spans:
            figure = self._season(span, call).of(codes)
            complete &= figure.valid
            better = figure.compare("<" if call.word("order") == "lowest" else ">", result).yes
            result = figure.otherwise(better | (figure.valid & ~result.valid), result)
        return result.only(complete) if need_all else result

    def _season(self, span: Span, call: Call) -> _Season:
        """Return the best, mean or sum of a period by group, of those who pass ``for`` and are let in."""
        within = call.word("within")
        units = self._others(span, within)
        rolled, among = replace(units.rolled, past=None, target_share=None, _cache={}), call.option("among")
        values = number(call.parts[0], rolled).spread(units.n)
        codes = _codes(units, within)
        counts = values.valid & (codes >= 0)
        counts = counts if among is None else counts & truth(among, rolled).yes
        use = np.flatnonzero(counts)
        use = use[np.argsort(codes[use], kind="stable")]
        found, group = np.unique(codes[use], return_inverse=True)
        member = Members.of(len(found), group.reshape(-1), np.arange(len(use)))
        if call.function in ("mean", "sum"):
            total = member.sum(values.take(use))
            return _Season(found, total / Exact.of_ints(member.counts) if call.function == "mean" else total)
        best = np.lexsort((sort_keys(values.take(use), call.word("order") != "lowest"), member.group))
        first = np.searchsorted(member.group, np.arange(len(found)))
        return _Season(found, values.take(use[best[first]]))

    def _others(self, span: Span, within: str) -> Payees:
        """Return each payee of a period as one unit, not in the parts of ``each``; in two groups with the rows of each.

        A pool is compared with itself alone.
        """
        if self.units.is_pool:
            return self.run.units(self.component, span)
        whole = self.component.model_copy(update={"each": None, "lines": None})
        return self.run.units(whole, span, within if whole.level == "self" else "", alike=False)

    def _to_date(self, call: Call) -> Exact:
        """Return the figure of the payee's rows from the first month of the calendar year or quarter to the last day.

        Role, base pay or the version may have changed on the way; what comes after the span's last day is not yet.
        """
        last, length = self.span.last, 12 if call.word("over") == "year" else 3
        first = last.shift(-((last.number - 1) % length))
        end = None if self.span.days is None else self.span.days.to
        days = None if end is None else InForce.model_construct(from_=first.start, to=end)
        units = self._others(Span(first, last, self.span.day, days), "")
        values = number(call.parts[0], replace(units.rolled, past=None, target_share=None, _cache={})).spread(units.n)
        codes = _codes(units, "")
        order = np.argsort(codes, kind="stable")
        return _Season(codes[order], values.take(order)).of(_codes(self.units, ""))

    def _spans(self, over: Expression | None) -> tuple[list[Span], bool]:
        """Return the earlier periods asked for, and whether each of them is required."""
        if isinstance(over, Name) and over.name == "all":
            first = int(self.run.cells.month.min())
            back, spans = 1, []
            while (span := self._earlier(back)) is not None and _months(span.last) >= first:
                spans.append(span)
                back += 1
            return spans, False
        count = 1
        if isinstance(over, Call) and isinstance(over.parts[0], Number):
            count = int(over.parts[0].value)
        found = [self._earlier(back) for back in range(1, count + 1)]
        return [span for span in found if span is not None], True

    def _earlier(self, back: int) -> Span | None:
        return earlier(self.run.scheme, self.component, self.span, back)

    def _streak(self, component_id: str) -> Exact:
        """Return the number of consecutive periods, this one included, that paid a component above 0."""
        now = self.run.amounts.get(component_id, {})
        person = self.units.holder
        if self.run.first is not None:
            by_payee = self.run.first.get(component_id, {})
            now = {int(p): by_payee.get(self.run.cells.payee_of(int(p)), Fraction(0)) for p in person}
        paying = {int(p) for p in person if now.get(int(p), Fraction(0)) > 0}
        lengths = dict.fromkeys(paying, 1)
        back, other = 1, self.run.scheme.component(component_id)
        while paying:
            months = self._months_back(other, back)
            paid = self.run.past.sums(months, ["component"], component_id)
            paying = {p for p in paying if paid.get(self.run.cells.payee_of(p), Fraction(0)) > 0}
            for p in paying:
                lengths[p] += 1
            back += 1
        return Exact.of_values([lengths.get(int(p), 0) for p in person])

    def _months_back(self, other: Component, back: int) -> list[str]:
        around = span_around(self.run.scheme, other, self.run.month)
        span = None if around is None else earlier(self.run.scheme, other, around, back)
        return [] if span is None else [str(m) for m in span.first.through(span.last)]


def _codes(units: Payees, within: str) -> Index:
    """Return what each unit's history is kept under: the payee, or the group; -1 where that is blank."""
    if not within and not units.is_pool:
        return units.holder
    labels = units.rolled.attribute(within) if within else units.part
    text = np.broadcast_to(labels.codes, units.n)
    return np.where(text < 0, -1, units.run * max(len(labels.names), 1) + text).astype(np.int64)


def _months(month: Month) -> int:
    return month.year * 12 + month.number - 1


ZERO, ONE = Exact.constant(0), Exact.constant(1)


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """What a component evaluates to, unit by unit.

    Parameters
    ----------
    component, span, units : what was evaluated.
    payment : what each unit is worth by itself.
    standing : of the competition, None when there is none.
    status : of each unit: paid, not_met or no_value.
    capacity, proration : factors of each unit; None where there is none.
    worth : of each unit after its factors, 0 where it does not pay.
    """

    component: Component
    span: Span
    units: Payees
    payment: Payment
    standing: Placing | None
    status: NDArray[np.int8]
    capacity: Exact | None
    proration: Exact | None
    worth: Exact


def evaluate_parts(run: Run, component: Component, span: Span) -> Parts:
    """Evaluate one component for everyone it is for."""
    units = run.units(component, span)
    proration = _proration(run, component, units)
    units = _informed(run, component, span, units, proration)
    rolled, target_share = units.rolled, units.rolled.target_share
    standing = _standing(run, component, span, units)
    paid = payment(component, rolled, units.run) if standing is None else _won(standing, units)
    everyone = Truth(np.ones(units.n, bool), np.zeros(units.n, bool))
    met = everyone if component.when is None else _spread(truth(component.when.node, paid.scored or rolled), units.n)
    if standing is not None:
        met = _among(met, standing.competed)
    capacity = _capacity(run, component, units)
    value = paid.value if target_share is None else paid.value.only(target_share.valid)
    proration = None if target_share is not None else proration
    for factor in (capacity, proration):
        value = value if factor is None else value * factor
    value = value.spread(units.n)
    paying = met.yes if value.ok is None else met.yes & value.ok
    status = np.full(units.n, PAID, np.int8)
    if not paying.all():
        status = np.where(paying, status, np.where(met.no, np.int8(NOT_MET), np.int8(NO_VALUE)))
        value = value.otherwise(paying, ZERO)
    return Parts(component, span, units, paid, standing, status, capacity, proration, value)


def _informed(run: Run, component: Component, span: Span, units: Payees, proration: Exact | None) -> Payees:
    """Return units that know their history, and the share of their targets where it is these that are prorated."""
    target_share = proration if component.proration and component.proration.of == "target" else None
    memory = EarlierPeriods(run, component, span, units)
    return replace(units, rolled=units.rolled.remembering(memory, target_share))


def _standing(run: Run, component: Component, span: Span, units: Payees) -> Placing | None:
    """Hold the competition of a component that is one; each of a payee's groups has the payee's share of targets."""
    if component.rank is None:
        return None
    rivals, share = run.units(component, span, component.rank.within), units.rolled.target_share
    share = None if share is None else share.take(np.searchsorted(units.person, rivals.holder))
    rivals = _informed(run, component, span, rivals, share)
    rivals = replace(rivals, rolled=replace(rivals.rolled, is_contest=True))
    return by_payee(compete(run, component, rivals), units)


def _won(standing: Placing, units: Payees) -> Payment:
    contest = standing.contest
    return Payment(standing.prize, by=contest.by if contest.units.n == units.n else None)


def _among(met: Truth, competed: Truth) -> Truth:
    """Who did not compete is judged by that, whatever ``when`` says; who did keeps the place and is judged by it."""
    return Truth(met.yes & competed.yes, np.where(competed.yes, met.no, competed.no))


def _spread(answer: Truth, n: int) -> Truth:
    return Truth(np.broadcast_to(answer.yes, n), np.broadcast_to(answer.no, n))


def _capacity(run: Run, component: Component, units: Payees) -> Exact | None:
    """Return min(1, per_day x days / of), 1 where `of` is 0; only a finding unless it is to be paid."""
    rule = component.capacity
    if rule is None:
        return None
    own = units.rolled.own_rows()
    served, room = number(rule.of.node, own), number(rule.per_day.node, own) * number(rule.days.node, own)
    none_served = (served.compare("==", ZERO)).yes
    factor = (room / served).smaller(ONE).otherwise(~none_served, ONE.only(room.valid))
    factor = factor.spread(units.n)
    for i in _noted(run, factor.compare("<", ONE).yes):
        _note_overload(run, rule, component, units.name(int(i)), factor.value(int(i)))
    return factor if rule.pay else None


def _noted(run: Run, mask: Mask) -> Index:
    return np.zeros(0, np.int64) if run.silent else np.flatnonzero(mask)


def _note_overload(run: Run, rule: Capacity, component: Component, who: str, factor: object) -> None:
    share = f"{float(factor):.1%}"  # type: ignore[arg-type]
    en = f"{who} had more than {rule.per_day.text} {rule.of.text} a day in {component.id}: capacity covers {share}"
    zh = f"{who} 在 {component.id} 中的 {rule.of.text} 超过每天 {rule.per_day.text}：能力覆盖 {share}"
    run.note("over-capacity", who, Text(en, zh))


def _proration(run: Run, component: Component, units: Payees) -> Exact | None:
    """Return the share of the amount or of targets."""
    rule = component.proration
    return None if rule is None else clipped_share(run, rule.by, units, component.id)


def clipped_share(run: Run, formula: Formula, units: Payees, what: str) -> Exact:
    """Return a share of each unit, from the payee's own rows, clipped to [0, 1] with a finding."""
    share = number(formula.node, units.rolled.own_rows()).spread(units.n)
    outside = (share.compare("<", ZERO) | share.compare(">", ONE)).yes
    for i in _noted(run, outside):
        who, value = units.name(int(i)), float(share.value(int(i)) or 0)
        taken = int(value > 1)
        en = f"the share {formula.text} of {who} is {value:.4g} in {what}; it was taken as {taken}"
        zh = f"{who} 在 {what} 中的比例 {formula.text} 为 {value:.4g}，按 {taken} 计算"
        run.note("share-clipped", who, Text(en, zh))
    return share.greater(ZERO).smaller(ONE) if outside.any() else share


WITHOUT_VALUE = Text("has no value", "没有值")
_OFF_STEP = Text("is no multiple of the rounding step", "不是取整单位的整数倍")


@dataclass(frozen=True, slots=True, eq=False)
class Budget:
    """What a budget that did not suffice made of each row.

    Parameters
    ----------
    before : each row as it was.
    together : what all rows above 0 came to; no value where a row was not scaled.
    holds : the budget, in major units.
    amount : each row now.
    """

    before: Exact
    together: Exact
    holds: Fraction
    amount: Exact


@dataclass(frozen=True, slots=True, eq=False)
class Award:
    """What one component gives in one period, before division of a pool and what was paid before.

    Parameters
    ----------
    parts : what it evaluates to, unit by unit.
    member : the units of each row; a row is a payee, or a pool.
    before : each row's sum before floor and cap, in major units.
    amount : after floor, cap and (unless only totals are rounded) rounding.
    status : of each row.
    floor, cap : of each row; None without one.
    budget : None where there is none, or it sufficed.
    """

    parts: Parts
    member: Members
    before: Exact
    amount: Exact
    status: NDArray[np.int8]
    floor: Exact | None
    cap: Exact | None
    budget: Budget | None = None

    @property
    def component(self) -> Component:
        """The component that gives it."""
        return self.parts.component

    @property
    def span(self) -> Span:
        """The period it is for."""
        return self.parts.span

    @property
    def units(self) -> Payees:
        """The payees and parts."""
        return self.parts.units

    @property
    def n(self) -> int:
        """Number of rows."""
        return self.member.n


@dataclass(frozen=True, slots=True, eq=False)
class AwardFacts(Facts):
    """What the rows of a component that is not shared were made of.

    Parameters
    ----------
    earlier : what each row was paid before in the period, None where pay is not to date.
    """

    run: Run
    found: Award
    earlier: Exact | None = None

    def reached(self, row: int) -> tuple[tuple[int, int], ...]:
        """Return the status and the tier reached of each part of a row; -1 for none, or without a table."""
        parts = self.found.parts
        reading = parts.payment.reading
        units = self.found.member.row[self.found.member.group == row]
        return tuple((int(parts.status[u]), -1 if reading is None else int(reading.tier[u])) for u in units)


def award(run: Run, component: Component, span: Span) -> Award:
    """Evaluate one component for everyone it is for."""
    parts = evaluate_parts(run, component, span)
    units = parts.units
    n = units.n if units.is_pool else len(units.person)
    unit = units.payee if is_counting(units.payee) else np.arange(units.n)
    member = Members.of(n, unit if units.is_pool else units.payee, unit)
    total = parts.worth if member.is_single else member.sum(parts.worth).otherwise(member.counts > 0, ZERO)
    pays = _any(member, parts.status == PAID)
    limited, floor, cap = _limited(run, parts, member, total, pays)
    if not run.scheme.rounds_total:
        limited = Exact.of_ints(limited.rounded(run.scheme.step, run.scheme.mode), 100)
    budget = None if component.budget is None else _budget(run, component, units, limited.spread(n))
    limited = limited if budget is None else budget.amount
    status = _row_status(member, parts.status)
    if parts.standing is not None:
        status = np.where(parts.standing.valueless & (status == PAID), NO_VALUE, status).astype(np.int8)
    return Award(parts, member, total, limited, status, floor, cap, budget)


def _budget(run: Run, component: Component, units: Payees, amount: Exact) -> Budget | None:
    """Scale what is above 0 down to the component's budget, in each replicate; None where it suffices everywhere."""
    if component.budget is None or not units.n:
        return None
    holds = number(component.budget.node, units.rolled).value(0)
    if holds is None:
        raise limit_error("budget", component.id, WITHOUT_VALUE, units.name(0))
    holds = max(Fraction(round_to_step(holds * 100, 1, "down"), 100), Fraction(0))
    counted = np.flatnonzero(amount.num > 0)
    runs, group = np.unique(run.cells.run_of(units.person)[counted], return_inverse=True)
    together = Members.of(len(runs), group.reshape(-1), counted).sum(amount)
    over = together.compare(">", Exact.constant(holds)).yes
    at = counted[over[group.reshape(-1)]]
    if not len(at):
        return None
    of, scaled = group.reshape(-1)[over[group.reshape(-1)]], amount.take(at)
    if run.scheme.rounds_total:
        parts = scaled * Exact.constant(holds) / together.take(of)
    else:
        _, place = distinct(of)
        member = Members.of(int(over.sum()), place, np.arange(len(at)))
        keys = spare_cent_ranks(run, component.id, units.person[at])
        parts = Exact.of_ints(share_out_groups(as_integers([int(holds * 100)] * member.n), scaled, member, keys), 100)
    place = positions(at, np.arange(amount.size))
    is_scaled, row = place >= 0, np.maximum(place, 0)
    total = together.take(of).take(row).only(is_scaled)
    return Budget(amount, total, holds, parts.take(row).otherwise(is_scaled, amount))


def _any(member: Members, mask: Mask) -> Mask:
    if member.is_single:
        return mask
    hit = np.zeros(member.n, bool)
    hit[member.group[mask[member.row]]] = True
    return hit


def _row_status(member: Members, status: NDArray[np.int8]) -> NDArray[np.int8]:
    if member.is_single:
        return status
    result = np.full(member.n, NOT_MET, np.int8)
    result[_any(member, status == PAID)] = PAID
    result[_any(member, status == NO_VALUE) | (member.counts == 0)] = NO_VALUE
    return result


def _limited(
    run: Run, parts: Parts, member: Members, total: Exact, pays: Mask
) -> tuple[Exact, Exact | None, Exact | None]:
    """Apply floor, then cap, to the rows that pay; return them too."""
    component = parts.component
    floor: Exact | None = ZERO
    if component.floor is None:
        result = total.greater(ZERO)
    elif component.floor_formula is None:
        floor, result = None, total
    else:
        floor = _limit(run, parts, component.floor_formula, "floor", member, pays)
        result = total.greater(floor).otherwise(pays, ZERO)
    if component.cap is None:
        return result, floor, None
    cap = _limit(run, parts, component.cap, "cap", member, pays)
    return result.smaller(cap).otherwise(pays, ZERO), floor, cap


def _limit(run: Run, parts: Parts, formula: Formula, word: str, member: Members, pays: Mask) -> Exact:
    """Return a floor or cap of each row; it must have a value and keep the rounding step."""
    if formula.literal is not None:
        return Exact.constant(formula.literal.value)
    value = number(formula.node, row_measures(run, parts, member)).spread(member.n)
    wrong = np.flatnonzero(pays & ~value.valid)
    if len(wrong):
        raise limit_error(word, parts.component.id, WITHOUT_VALUE, _row_name(run, parts, int(wrong[0])))
    used = value.otherwise(pays, ZERO)
    check_step(run, used, word, parts.component.id, lambda i: _row_name(run, parts, i))
    return used


def row_measures(run: Run, parts: Parts, member: Members) -> GroupMeasures:
    """Return the names on each row: the payee's, all parts together."""
    if member.is_single:
        return parts.units.rolled
    component, span = parts.component.model_copy(update={"each": None, "lines": None}), parts.span
    whole = run.units(component, span, alike=False)
    whole = whole.take(np.searchsorted(whole.person, parts.units.person))
    proration = _proration(replace(run, silent=True), component, whole)
    return _informed(run, component, span, whole, proration).rolled


def _row_name(run: Run, parts: Parts, row: int) -> str:
    units = parts.units
    return units.name(row) if units.is_pool else run.cells.agent_of(int(units.person[row]))


def check_step(run: Run, value: Exact, word: str, what: str, who: Callable[[int], str]) -> None:
    """Raise if a computed cap or floor is no multiple of the rounding step."""
    step = run.scheme.step
    full = value if isinstance(value.den, int) and largest(value.num) <= LIMIT // 100 else None
    if full is not None and (full.num * 100 % (full.den * step) == 0).all():
        return
    for i, one in enumerate(value.values()):
        if one is not None and one * 100 % step:
            raise limit_error(word, what, _OFF_STEP, who(i))


def limit_error(word: str, what: str, wrong: Text, who: str, fix: Text | str = "") -> InputError:
    """Return the error for a limit that cannot be applied."""
    named = {"cap": "封顶", "floor": "保底"}.get(word, "数额")
    message = Text(f"the {word} of {what!r} {wrong} for {who!r}", f"{what!r} 的{named}对 {who!r} {wrong.zh}")
    return InputError([Problem("measures", message, fix=fix, code="limit-value")])
