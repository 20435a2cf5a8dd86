"""Step 13: what was paid on sales that were refunded after payout is taken back at the rate that was paid.

First how much of a refund counts, by how long ago the sale was; then what a component paid an agent for a month, and on
what: its rows and its part of what caps and funds took, a month that was recomputed as recomputed, any other as the
ledger has it; then the charge.

Notes
-----
Charged to date = round(paid x sum(refund x share by age) / base), at most what was paid; taken now is that less what
was charged before. The formula is of all to date, so nothing is taken twice and cents do not add up to a drift.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

import numpy as np

from toolkit.core.errors import InputError, Problem
from toolkit.core.figures import money
from toolkit.core.money import round_to_step
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.rules.formula.evaluate import Column, number
from toolkit.rules.formula.exact import Exact
from toolkit.rules.formula.expressions import Call, Expression, Name, names
from toolkit.rules.pay.deferral import LIMITS, after_limits
from toolkit.rules.pay.earlier_ledger import EarlierLedger, EarlierRow
from toolkit.rules.pay.ledger import NO_VALUE, RECEIVABLE, Entry, Facts
from toolkit.rules.pay.measures import MeasureColumns, agent_of_payee
from toolkit.rules.pay.run import Run, span_around, span_paid
from toolkit.rules.pay.steps import number_kinds
from toolkit.rules.pay.tiers import TierTable, above_edges, look_up
from toolkit.rules.scheme.document import Component, Table
from toolkit.rules.scheme.scalars import Formula
from toolkit.rules.scheme.scheme import Scheme, version_of
from toolkit.rules.scheme.vocabulary import Vocabulary
from toolkit.rules.settle.inputs import Refund
from toolkit.rules.settle.month_inputs import VersionPaid
from toolkit.rules.settle.wage import Deductor, Taken

ZERO = Fraction(0)
STEP, KIND = "clawback", "overpayment"


@dataclass(frozen=True, slots=True, eq=False)
class _Ages:
    """The ages a schedule is read for, and parameters on a day."""

    words: Vocabulary
    day: date
    ages: Exact

    def column(self, name: str) -> Column:
        return self.words.parameters[name].column(self.day, []) if name in self.words.parameters else self.ages

    def history(self, call: Call) -> Exact:
        raise TypeError(f"{call.function} in a schedule by age; the checks of the scheme let it pass")

    def volume_share(self, name: str) -> None:
        return None


def age_of(refund: Refund) -> int:
    """Return the whole months from the month of the sale to that of the refund."""
    then, now = Month.parse(refund.origin), Month.parse(refund.month)
    return (now.year - then.year) * 12 + now.number - then.number


@dataclass(frozen=True, slots=True)
class RefundShare:
    """What is left of one refund, and the share of it that counts."""

    order: str
    amount: Fraction
    share: Fraction


def share_of_refund(refunds: Sequence[Refund], table: Table | None, words: Vocabulary, day: date) -> list[RefundShare]:
    """Return what is left of some refunds, each at the share of its age; what is cancelled goes at the share it had.

    Parameters
    ----------
    refunds : in the order they happened; a negative one cancels the latest of its order, without an order of all.
    table : the schedule; None counts everything.
    day : on which its parameters are read.
    """
    shares = _shares(table, [age_of(refund) for refund in refunds], words, day)
    found: list[RefundShare] = []
    for refund, share in zip(refunds, shares, strict=True):
        if refund.amount >= 0:
            found.append(RefundShare(refund.order, refund.amount, share))
        else:
            _cancel(found, refund)
    return [one for one in found if one.amount]


def _cancel(found: list[RefundShare], refund: Refund) -> None:
    """Take what a cancellation returns off the latest refunds."""
    left = -refund.amount
    for at in range(len(found) - 1, -1, -1):
        one = found[at]
        if refund.order and one.order != refund.order:
            continue
        gone = min(left, one.amount)
        found[at], left = replace(one, amount=one.amount - gone), left - gone


def _shares(table: Table | None, ages: list[int], words: Vocabulary, day: date) -> list[Fraction]:
    if table is None or not ages:
        return [Fraction(1)] * len(ages)
    env = _Ages(words, day, Exact.of_values(ages))
    edges = tuple(None if tier.from_ is None else number(tier.from_.node, env) for tier in table.tiers)
    values = tuple(number(tier.rate.node, env) for tier in table.tiers if isinstance(tier.rate, Formula))
    below = None if table.below is None else number(table.below.node, env)
    found = look_up(TierTable(table.mode, edges, above_edges(table), values, below), env.ages).value.spread(len(ages))
    return [min(max(share or Fraction(0), Fraction(0)), Fraction(1)) for share in found.values()]


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
        self._persons: dict[MeasureColumns, dict[str, int]] = {}
        for row in past.without(recomputed).records(("component", *LIMITS), wanted):
            has_value = row.status != "no_value" or bool(row.before_limits)
            self._add((row.agent, row.month), row.component, row.amount, row.base, has_value)
        for month, paid in recomputed.items():
            for one in paid:
                self._read(month, one, wanted)

    def _payees(self, cells: MeasureColumns) -> dict[str, int]:
        if cells not in self._persons:
            self._persons[cells] = cells.payees()
        return self._persons[cells]

    def of(self, scheme: Scheme, component: Component, agent: str, origin: str) -> PaidFor | None:
        """Return what a component paid for the period a month lies in; None where it paid nothing."""
        span = span_around(scheme, component, Month.parse(origin))
        if span is None:
            return None
        months = [str(m) for m in span.first.through(span.last)] if component.accumulate else [str(span.last)]
        found = [(m, one) for m in months if (one := self._months.get((agent, m))) and component.id in one.amounts]
        if not found:
            return None
        paid = sum(
            (after_limits(one.amounts, one.limits, m, agent_of_payee(agent))[component.id] for m, one in found), ZERO
        )
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
                person = self._payees(one.run.cells).get(agent)
                if component.id != component_id or span is None or person is None:
                    continue
                units = one.run.units(component, span)
                sales = number(Name(SALES, SALES), units.rolled).spread(units.n)
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
        codes = np.array([person for payee, person in self._payees(cells).items() if payee in agents], np.int64)
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
                agent = cells.payee_of(int(block.person[row]))
                has_value = block.status[row] != NO_VALUE or bool(worth is not None and _value(worth, block.n, row))
                self._add((agent, month), block.component, amount, None if value is None else value * scale, has_value)


def _value(column: Exact, n: int, row: int) -> Fraction | None:
    return column.spread(n).value(row)


def reads_sales(scheme: Scheme, node: Expression) -> bool:
    """Tell whether an expression is or derives from ``sales``."""
    defines = scheme.vocabulary.defines
    return any(n == SALES or (n in defines and reads_sales(scheme, defines[n].formula.node)) for n in names(node))


@dataclass(frozen=True, slots=True)
class Charge:
    """The sum behind a clawback.

    Parameters
    ----------
    paid, base : what the component paid, and on what (0: unknown).
    refunds : what stands of the refunds to date, each with the share of it that counts.
    total, before : to be charged to date, and charged before.
    """

    paid: Fraction
    base: Fraction
    refunds: tuple[RefundShare, ...]
    total: Fraction
    before: Fraction

    @property
    def refunded(self) -> Fraction:
        """What counts of the refunds."""
        return sum((one.amount * one.share for one in self.refunds), ZERO)

    @property
    def now(self) -> Fraction:
        """What is to be charged now; below 0 to be given back."""
        return self.total - self.before


@dataclass(frozen=True, slots=True)
class ClawbackFacts(Facts):
    """What is taken back, or given back (below 0), for refunds of what a component paid for a month."""

    component: Component
    month: str
    charge: Charge
    taken: Fraction


@dataclass(frozen=True, slots=True)
class StillOwedFacts(Facts):
    """What of a charge stays owed, or (below 0) is owed no more."""

    component: Component
    month: str
    charge: Charge
    owed: Fraction
    took: Taken


@dataclass(slots=True, eq=False)
class ComponentRefunds:
    """The refunds of what one component paid an agent for one period, in the order they happened."""

    scheme: Scheme
    component: Component
    agent: str
    found: PaidFor
    refunds: list[Refund]


def clawbacks(
    taker: Deductor, versions: Sequence[Scheme], past: EarlierLedger, refunds: Sequence[Refund], payouts: Payouts
) -> list[Entry]:
    """Return the rows of the clawbacks of one scheme: oldest month of origin first, then in file order.

    Raises
    ------
    InputError
        If refunds counted before are missing, or a refund leaves open which of several products it is of.
    """
    run = taker.run
    known = [refund for refund in refunds if refund.month <= str(run.month)]
    earlier, owing = (_by_case(past, known, steps) for steps in ((STEP,), (STEP, "recovery")))
    entries: list[Entry] = []
    for case in _cases(versions, known, payouts):
        key = (case.agent, case.component.id, case.found.month)
        rows = earlier.get(key, [])
        refunded = sum((refund.amount for refund in case.refunds), ZERO)
        new = refunded - sum((row.base or ZERO for row in rows), ZERO)
        _check_complete(run, case, rows)
        charge = _charge(case, sum((row.owed - row.amount for row in rows), ZERO))
        if charge.now or new:
            _note(run, case, charge)
            still = max(sum((row.owed for row in owing.get(key, [])), ZERO), ZERO)
            entries += _entries(taker, case, charge, new, still)
    return entries


def _cases(versions: Sequence[Scheme], refunds: Sequence[Refund], payouts: Payouts) -> list[ComponentRefunds]:
    """Return what each refund is of: the component it names, else each that is paid on the agent's own sales."""
    cases: dict[tuple[str, int, str], ComponentRefunds] = {}
    for refund in sorted(refunds, key=lambda refund: refund.month):
        scheme = version_of(versions, refund.origin)
        if scheme is None:
            continue
        for place, component in enumerate(scheme.components):
            if not _is_of(scheme, component, refund):
                continue
            found = payouts.of(scheme, component, refund.agent, refund.origin)
            if found is None:
                continue
            if component.lines is not None and not refund.component and found.paid:
                raise InputError([_unclear(component, refund)])
            key = (found.month, place, refund.agent)
            cases.setdefault(key, ComponentRefunds(scheme, component, refund.agent, found, [])).refunds.append(refund)
    return [case for _, case in sorted(cases.items(), key=lambda item: item[0])]


def _is_of(scheme: Scheme, component: Component, refund: Refund) -> bool:
    if component.pay is None or (refund.component and refund.component != component.id):
        return False
    if refund.component:
        return True
    is_own = component.level == "self" and component.share is None and not component.undivided
    return is_own and reads_sales(scheme, component.pay.node)


def _unclear(component: Component, refund: Refund) -> Problem:
    who = agent_of_payee(refund.agent)
    message = Text(
        f"a refund of {who!r} in {refund.origin} may be of {component.id!r} or of another product's pay",
        f"{who!r} {refund.origin} 的退款可能属于 {component.id!r}，也可能属于别的商品的提成",
    )
    return Problem("refunds", message, fix=Text("name the component", "写明项目（component）"), code="refund-component")


def _by_case(
    past: EarlierLedger, refunds: Iterable[Refund], steps: Sequence[str]
) -> dict[tuple[str, str, str], list[EarlierRow]]:
    """Return the earlier rows of some steps by agent, component and month of origin."""
    found: dict[tuple[str, str, str], list[EarlierRow]] = {}
    for row in past.records(steps, {refund.agent for refund in refunds}):
        found.setdefault((row.agent, row.component, row.origin), []).append(row)
    return found


def _check_complete(run: Run, case: ComponentRefunds, rows: list[EarlierRow]) -> None:
    """Raise if the refunds of earlier months are less than what was counted of them: some were left out."""
    before = sum((refund.amount for refund in case.refunds if refund.month < str(run.month)), ZERO)
    if before < sum((row.base or ZERO for row in rows), ZERO):
        who = agent_of_payee(case.agent)
        message = Text(
            f"refunds of {who!r} in {case.found.month} that were counted before are missing",
            f"{who!r} {case.found.month} 以前计入过的退款不见了",
        )
        fix = Text(
            "give all refunds to date; a cancelled one is a row with a negative amount",
            "请给出迄今全部退款；撤销的退款写成负数行",
        )
        raise InputError([Problem("refunds", message, fix=fix, code="refunds-missing")])


def _charge(case: ComponentRefunds, before: Fraction) -> Charge:
    """Return what is to be charged to date, and what was."""
    day = Month.parse(case.found.month).last_day
    left = tuple(share_of_refund(case.refunds, case.component.clawback, case.scheme.vocabulary, day))
    weighted = sum((one.amount * one.share for one in left), ZERO)
    paid, base = case.found.paid, case.found.base
    if paid <= 0 or (base is not None and base <= 0):
        return Charge(paid, ZERO, left, ZERO, before)
    if base is None:
        return Charge(paid, ZERO, left, before, before)
    exact = paid * max(min(weighted, base), ZERO) / base
    total = Fraction(round_to_step(exact * 100, case.scheme.step, case.scheme.mode), 100)
    most = Fraction(int(paid * 100), 100)
    return Charge(paid, base, left, min(total, most), before)


def _entries(taker: Deductor, case: ComponentRefunds, charge: Charge, new: Fraction, still: Fraction) -> list[Entry]:
    """Return the rows of a charge: what is taken now, and what is still owed; of a negative one what is given back."""
    if charge.now >= 0:
        took = taker.take(case.agent, charge.now, KIND)
        owed = charge.now - took.amount
    else:
        owed = -min(still, -charge.now)
        took = Taken(charge.now - owed)
    month, component, agent = case.found.month, case.component.id, case.agent
    rate = {} if not charge.base else {"rate": charge.paid / charge.base}
    numbers = {"base": new, "before_limits": charge.now, **rate}
    entries = []
    if took.amount or not owed:
        facts = ClawbackFacts(case.component, month, charge, took.amount)
        entries.append(Entry(STEP, component, agent, -took.amount, facts, month, numbers=numbers))
    if owed:
        rest = StillOwedFacts(case.component, month, charge, owed, took)
        behind = {} if entries else numbers
        entries.append(Entry(STEP, component, agent, ZERO, rest, month, RECEIVABLE, owed=owed, numbers=behind))
    return entries


def _note(run: Run, case: ComponentRefunds, charge: Charge) -> None:
    base = case.found.base
    if base is None or (base <= 0 and charge.paid > 0):
        run.note("clawback-no-base", case.agent, _no_base(case))
    elif charge.refunded > base > 0:
        run.note("refund-above-base", case.agent, _above(case, charge.refunded, base))


def _no_base(case: ComponentRefunds) -> Text:
    month, what = case.found.month, case.component.id
    en = (
        f"what {what} paid {case.agent} in {month} was paid on nothing that is known: nothing is taken back for refunds"
    )
    return Text(en, f"{case.agent} {month} 的 {what} 没有可依据的计算基数，退款未扣回")


def _above(case: ComponentRefunds, refunded: Fraction, base: Fraction) -> Text:
    month, what = case.found.month, case.component.id
    en = (
        f"{money(refunded)} of {case.agent}'s sales of {month} was refunded, more than the {money(base)} {what} paid on"
    )
    return Text(en, f"{case.agent} {month} 的退款 {money(refunded)} 超过 {what} 的计算基数 {money(base)}")
