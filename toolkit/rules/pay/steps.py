"""Steps 2 to 11: what one scheme pays in one month, for everyone.

Order: components in dependency order, person caps, funds, deferral, guarantees, then the ``rounding`` rows of schemes
that round totals. Each step appends rows; deductions wait for step 15.
"""

from __future__ import annotations

import numpy as np

from toolkit.rules.explain.limits import RoundingTrace
from toolkit.rules.formula.exact import Exact
from toolkit.rules.pay.awards import Award, award
from toolkit.rules.pay.blocks import component_blocks
from toolkit.rules.pay.entries import entry_blocks
from toolkit.rules.pay.funds import fund_blocks
from toolkit.rules.pay.ledger import PAID, Block, as_written
from toolkit.rules.pay.limits import cap_blocks, guarantee_blocks, month_span, paid_people
from toolkit.rules.pay.periods import Span, span_paid
from toolkit.rules.pay.run import Run, totals
from toolkit.rules.scheme.document import Cap, Component, Fund, Guarantee
from toolkit.rules.settle.releases import deferrals


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
        blocks = [*blocks, *entry_blocks([*deferrals(run, blocks), *run.released], run.cells.agents)]
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
    trace = RoundingTrace(total.take(at), rounded.take(at))
    return [Block("", "rounding", people[at], change.take(at), status, trace)]


def _shown(block: Block) -> Block:
    return Block(block.component, block.step, block.person, as_written(block.amount), block.status, block.explain)
