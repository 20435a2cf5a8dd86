"""Step 13: what was paid on sales that were refunded after payout is taken back at the rate that was paid.

Notes
-----
Charged to date = round(paid x sum(refund x share by age) / base), at most what was paid; taken now is that less what
was charged before. The formula is of all to date, so nothing is taken twice and cents do not add up to a drift.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from toolkit.core.errors import InputError, Problem
from toolkit.core.figures import money
from toolkit.core.money import round_to_step
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.rules.explain.trace_takings import Charge, ChargeTrace, OwedAfterTrace
from toolkit.rules.pay.earlier_ledger import EarlierLedger, EarlierRow
from toolkit.rules.pay.ledger import RECEIVABLE, Entry
from toolkit.rules.pay.run import Run
from toolkit.rules.scheme.document import Component
from toolkit.rules.scheme.scheme import Scheme
from toolkit.rules.settle.ages import share_of_refund
from toolkit.rules.settle.effective import PaidFor, Payouts, reads_sales
from toolkit.rules.settle.inputs import Refund
from toolkit.rules.settle.releases import version_of
from toolkit.rules.settle.wage import Deductor, Taken

ZERO = Fraction(0)
STEP, KIND = "clawback", "overpayment"


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
    for case in _cases(run, versions, known, payouts):
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


def _cases(run: Run, versions: Sequence[Scheme], refunds: Sequence[Refund], payouts: Payouts) -> list[ComponentRefunds]:
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
                raise InputError([_unclear(run, component, refund)])
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


def _unclear(run: Run, component: Component, refund: Refund) -> Problem:
    message = Text(
        f"a refund of {refund.agent!r} in {refund.origin} may be of {component.id!r} or of another product's pay",
        f"{refund.agent!r} {refund.origin} 的退款可能属于 {component.id!r}，也可能属于别的商品的提成",
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
        message = Text(
            f"refunds of {case.agent!r} in {case.found.month} that were counted before are missing",
            f"{case.agent!r} {case.found.month} 以前计入过的退款不见了",
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
        trace = ChargeTrace(case.component, month, charge, took.amount)
        entries.append(Entry(STEP, component, agent, -took.amount, trace, month, numbers=numbers))
    if owed:
        rest = OwedAfterTrace(case.component, month, charge, owed, took)
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
