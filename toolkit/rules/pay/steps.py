"""Steps 2 to 11: what one scheme pays in one month, for everyone, as ledger rows.

From awards to ledger rows: what was paid before is taken off, pools are divided among their payees.

Steps 2 to 11: what one scheme pays in one month, for everyone.
Order: components in dependency order, person caps, funds, deferral, guarantees, then the ``rounding`` rows of schemes
that round totals. Each step appends rows; deductions wait for step 15.
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial

import numpy as np

from toolkit.core.text import Text
from toolkit.rules.formula.exact import Exact
from toolkit.rules.formula.groups import Index
from toolkit.rules.formula.kinds import AnyKind, kind_of
from toolkit.rules.formula.labels import Labels
from toolkit.rules.pay.components import Award, AwardFacts, award
from toolkit.rules.pay.deferral import deferrals
from toolkit.rules.pay.ledger import INFORMATIVE, PAID, Block, Numbers, as_written, entry_blocks
from toolkit.rules.pay.limits import RoundingFacts, cap_blocks, fund_blocks, guarantee_blocks, month_span, paid_people
from toolkit.rules.pay.pools import Division, ShareFacts, UnsharedFacts, divide
from toolkit.rules.pay.run import Run, Span, span_paid, totals
from toolkit.rules.scheme.document import Cap, Component, Fund, Guarantee, Share
from toolkit.rules.scheme.scheme import Scheme

OWN_STEPS = ("component", "adjustment")


def component_blocks(run: Run, found: Award) -> list[Block]:
    """Return the ledger rows of one component."""
    division = found.component.division
    if found.component.undivided:
        blocks = [_undivided(run, found)]
    elif division is not None:
        blocks = _shared(run, found, division)
    else:
        blocks = [_payees(run, found)]
    if found.component.id in run.scheme.streaked:
        _remember(run, found.component.id, blocks)
    return blocks


def _remember(run: Run, component_id: str, blocks: list[Block]) -> None:
    """Keep what each person got, for the ``streak`` of later components."""
    amounts = run.amounts.setdefault(component_id, {})
    for block in blocks:
        for person, amount in zip(block.person, block.amount.spread(block.n).values(), strict=True):
            amounts[int(person)] = amounts.get(int(person), Fraction(0)) + (amount or Fraction(0))


def _payees(run: Run, found: Award) -> Block:
    person, single = found.units.person, found.member.is_single
    earlier = None
    if found.component.accumulate:
        paid = run.past.sums(_months_before(run, found), OWN_STEPS, found.component.id)
        earlier = run.so_far(person, paid)
    return Block(
        component=found.component.id,
        step="component",
        person=person,
        amount=found.amount if earlier is None else found.amount - earlier,
        status=found.status,
        facts=AwardFacts(run, found, earlier),
        scope=found.member.rows_of(found.units.part) if single else None,
        numbers=partial(_numbers, run, found),
    )


def _months_before(run: Run, found: Award) -> list[str]:
    return [str(month) for month in found.span.first.through(run.month) if month < run.month]


def _undivided(run: Run, found: Award) -> Block:
    """Pay each group's fund to nobody in particular."""
    n, nobody = found.units.n, -1 - found.units.run
    amount = Exact.of_ints(found.amount.spread(n).rounded(run.scheme.step, run.scheme.mode), 100)
    earlier = None
    if found.component.accumulate:
        earlier = _scoped_before(run, found, nobody, found.units.part)
        amount = amount - earlier
    return Block(
        component=found.component.id,
        step="component",
        person=nobody,
        amount=amount,
        status=found.status,
        facts=AwardFacts(run, found, earlier),
        scope=found.units.part,
        numbers=partial(_numbers, run, found),
    )


def _scoped_before(run: Run, found: Award, person: Index, part: Labels) -> Exact:
    """Return what the ledger paid each person for a group so far in the period."""
    paid = run.past.scoped(_months_before(run, found), OWN_STEPS, found.component.id)
    keys = [(run.cells.payee_of(who), part.value(i) or "") for i, who in enumerate(person.tolist())]
    return Exact.of_values([paid.get(key, Fraction(0)) for key in keys])


def _shared(run: Run, found: Award, rule: Share) -> list[Block]:
    """Divide each pool; a pool nobody has a weight in is listed as unshared."""
    division = divide(run, found, rule)
    units, amount, earlier = division.units, division.part, None
    if found.component.accumulate:
        earlier = _scoped_before(run, found, units.holder, units.part)
        amount = amount - earlier
    block = Block(
        component=found.component.id,
        step="component",
        person=units.holder,
        amount=amount,
        status=found.status[division.pool],
        facts=ShareFacts(run, found, division, earlier),
        scope=units.part,
        numbers={
            "base": (found.amount.spread(found.units.n).take(division.pool), "money"),
            "by_value": (division.weight, _weight_kind(run.scheme, rule)),
            "before_limits": (division.first, "money"),
        },
    )
    return [block, *_unshared(run, found, division)]


def _weight_kind(scheme: Scheme, rule: Share) -> AnyKind:
    return "plain" if rule.by.text == "equal" else kind_of(rule.by.node, scheme.vocabulary.at("unit"), _ignore)


def _unshared(run: Run, found: Award, division: Division) -> list[Block]:
    at = division.unshared
    pool = found.amount.spread(found.units.n).take(at)
    at = at[[bool(value) for value in pool.values()]] if len(at) else at
    if not len(at):
        return []
    for i in at:
        group = found.units.name(int(i))
        en = f"the pool {found.component.id} of {group} was not shared: nobody has a weight"
        run.note("pool-unshared", group, Text(en, f"{group} 的 {found.component.id} 未分配：没有人有权重"))
    block = Block(
        component=found.component.id,
        step="component",
        person=-1 - found.units.run[at],
        amount=Exact.constant(0).spread(len(at)),
        status=np.full(len(at), INFORMATIVE, np.int8),
        facts=UnsharedFacts(run, found, at),
        scope=found.units.part.take(at),
        numbers={"before_limits": (found.amount.spread(found.units.n).take(at), "money")},
    )
    return [block]


def _numbers(run: Run, found: Award) -> Numbers:
    """Return base and before_limits, and where a row is one part its by_value, tier_from and rate."""
    kinds = number_kinds(run.scheme, found.component)
    paid, n, single = found.parts.payment, found.units.n, found.member.is_single
    numbers: Numbers = {"before_limits": (found.before, "money")}
    if paid.base is not None:
        base = paid.base.spread(n)
        numbers["base"] = (base if single else found.member.sum(base), kinds["base"])
    if single and paid.by is not None:
        numbers["by_value"] = (paid.by.spread(n), kinds["by_value"])
    if single and paid.reading is not None:
        numbers["tier_from"] = (paid.reading.edge.spread(n), kinds["tier_from"])
    if single and paid.rate is not None:
        numbers["rate"] = (paid.rate.spread(n), kinds["rate"])
    return numbers


def number_kinds(scheme: Scheme, component: Component) -> dict[str, AnyKind]:
    """Return the kind of each number behind the rows of a component."""
    words = scheme.vocabulary.at("scored")
    base: AnyKind = "plain" if component.pay is None else kind_of(component.pay.node, words, _ignore)
    by = component.rank.by if component.rank is not None else None
    for _, table in component.tables:
        by = table.by
    by_kind = base if by is None else kind_of(by.node, words, _ignore)
    rate: AnyKind = "ratio" if base == "money" else "money"
    if component.division is not None:
        base, by_kind = "money", _weight_kind(scheme, component.division)
    return {"base": base, "by_value": by_kind, "tier_from": by_kind, "rate": rate, "before_limits": "money"}


def _ignore(fault: object) -> None:
    """The scheme was checked when it was read."""


def pay_scheme(run: Run) -> list[Block]:
    """Return the rows of one scheme in one month, in file order of its components."""
    awards: dict[int, Award] = {}
    by_component: dict[int, list[Block]] = {}
    for index in run.scheme.order:
        component = run.scheme.components[index]
        span = span_paid(run.scheme, component, run.month)
        if component.deduct is not None or span is None or not is_payer(run, component, span):
            continue
        awards[index] = award(run, component, span)
        by_component[index] = component_blocks(run, awards[index])
    blocks = [block for index in sorted(by_component) for block in by_component[index]]
    return _limit(run, [awards[index] for index in sorted(awards)], blocks)


def is_payer(run: Run, component: Component, span: Span) -> bool:
    """Tell whether this version pays: what is longer than a month, by the version of the last day paid for."""
    if run.scheme.period(component) == "month":
        return True
    last = min(span.day, run.month.last_day)
    return run.scheme.in_force.covers(last, last)


def _limit(run: Run, awards: list[Award], blocks: list[Block]) -> list[Block]:
    """Append the rows of steps 8 to 11 and of rounding."""
    spans = [month_span(run), *sorted({a.span for a in awards}, key=lambda s: s.first)[:1]]
    limits = run.scheme.limits
    for place, limit in enumerate(limits):
        if isinstance(limit, Cap):
            blocks = [*blocks, *cap_blocks(run, limit, place, spans, blocks)]
    for limit in limits:
        if isinstance(limit, Fund):
            blocks = [*blocks, *fund_blocks(run, limit, awards, blocks)]
    if run.holds_back:
        blocks = [*blocks, *entry_blocks([*deferrals(run, blocks), *run.released], run.cells.payees)]
    for place, limit in enumerate(limits):
        if isinstance(limit, Guarantee):
            blocks = [*blocks, *guarantee_blocks(run, limit, place, blocks)]
    return [*blocks, *_rounding(run, blocks)] if run.scheme.rounds_total else blocks


def _rounding(run: Run, blocks: list[Block]) -> list[Block]:
    """Return the rows that make each agent's total a multiple of the step: it, less the amounts as written."""
    people = paid_people(blocks)
    total = totals(blocks, people)
    rounded = Exact.of_ints(total.rounded(run.scheme.step, run.scheme.mode), 100)
    shown = Exact.constant(0).spread(len(people))
    for block in blocks:
        shown = shown + totals([_shown(block)], people)
    change = rounded - shown
    at = np.flatnonzero(change.num != 0)
    if not len(at):
        return []
    status = np.full(len(at), PAID, np.int8)
    facts = RoundingFacts(total.take(at), rounded.take(at))
    return [Block("", "rounding", people[at], change.take(at), status, facts)]


def _shown(block: Block) -> Block:
    return Block(block.component, block.step, block.person, as_written(block.amount), block.status, block.facts)
