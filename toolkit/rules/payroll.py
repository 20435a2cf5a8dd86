"""``pay``: the one function that turns measures into ledger rows, step by step.

Order of steps: 1 version, 2-7 components in dependency order, 8 person caps, 9 funds, 11 guarantees, then the
``rounding`` rows of schemes that round totals. Steps 10 and 12-15 append their rows between and after these.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from toolkit.core.errors import InputError, Problem, UsageError
from toolkit.core.findings import Finding
from toolkit.core.period import Month
from toolkit.rules.awards import Award, award
from toolkit.rules.blocks import component_blocks
from toolkit.rules.cells import read_cells
from toolkit.rules.document import Cap, Component, Fund, Guarantee
from toolkit.rules.exact import Exact
from toolkit.rules.funds import fund_blocks
from toolkit.rules.ledger import PAID, Block, LedgerRows, Part, as_written
from toolkit.rules.limits import cap_blocks, guarantee_blocks, month_span, paid_people
from toolkit.rules.lines import read_lines
from toolkit.rules.past import Past
from toolkit.rules.periods import Span, span_paid
from toolkit.rules.run import Run, totals
from toolkit.rules.scheme import Scheme
from toolkit.rules.trace_limits import RoundingTrace


def pay(
    schemes: Scheme | Sequence[Scheme],
    measures: pd.DataFrame,
    *,
    month: str,
    ledger: pd.DataFrame | None = None,
    lines: pd.DataFrame | None = None,
) -> LedgerRows:
    """Pay one month.

    Parameters
    ----------
    schemes : one scheme, or all schemes and versions of the workspace; those not in force in the month do not pay.
    measures : rows by month and agent in memory form (see `read_measures`); earlier months serve history, quarters
        and accumulation. A column ``replicate`` keeps simulated months apart.
    month : payment month, ``YYYY-MM``.
    ledger : the rows of earlier months.
    lines : order lines by month and agent, in memory form.

    Raises
    ------
    InputError
        If no scheme is in force, versions overlap, or the measures cannot be paid on as they are.
    """
    versions = [schemes] if isinstance(schemes, Scheme) else list(schemes)
    when = Month.parse(month)
    _check_versions(versions)
    paying = [scheme for scheme in versions if scheme.in_force.touches(when.start, when.last_day)]
    if not paying:
        raise InputError([_not_in_force(scheme, month) for scheme in versions])
    parts, findings = [], list[Finding]()
    for scheme in paying:
        cells = read_cells(measures, scheme.vocabulary)
        run = Run(
            scheme, cells, Past.of(ledger, scheme, month), when, None if lines is None else read_lines(lines, cells)
        )
        parts.append(Part(scheme, cells.agents, cells.runs, tuple(pay_scheme(run))))
        findings += run.findings
    return LedgerRows(month, tuple(parts), tuple(findings))


def pay_scheme(run: Run) -> list[Block]:
    """Return the rows of one scheme in one month, in file order of its components."""
    awards: dict[int, Award] = {}
    by_component: dict[int, list[Block]] = {}
    for index in run.scheme.order:
        component = run.scheme.components[index]
        span = span_paid(run.scheme, component, run.month)
        if span is None or not _is_payer(run, component, span):
            continue
        awards[index] = award(run, component, span)
        by_component[index] = component_blocks(run, awards[index])
    blocks = [block for index in sorted(by_component) for block in by_component[index]]
    return _limit(run, [awards[index] for index in sorted(awards)], blocks)


def _is_payer(run: Run, component: Component, span: Span) -> bool:
    """Tell whether this version pays: what is longer than a month, by the version of the last day paid for."""
    if run.scheme.period(component) == "month":
        return True
    last = min(span.day, run.month.last_day)
    return run.scheme.in_force.covers(last, last)


def _limit(run: Run, awards: list[Award], blocks: list[Block]) -> list[Block]:
    """Append the rows of steps 8, 9 and 11 and of rounding."""
    spans = [month_span(run), *sorted({a.span for a in awards}, key=lambda s: s.first)[:1]]
    limits = run.scheme.limits
    for place, limit in enumerate(limits):
        if isinstance(limit, Cap):
            blocks = [*blocks, *cap_blocks(run, limit, place, spans, blocks)]
    for limit in limits:
        if isinstance(limit, Fund):
            blocks = [*blocks, *fund_blocks(run, limit, awards, blocks)]
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


def _check_versions(versions: list[Scheme]) -> None:
    if not versions:
        raise UsageError("no scheme to pay by")
    if len({scheme.currency for scheme in versions}) > 1:
        raise UsageError("schemes of several currencies cannot be paid together")
    problems = [
        Problem(b.source, f"two versions of {a.id!r} hold on the same day: see {a.source}", code="versions-overlap")
        for a, b in combinations(versions, 2)
        if a.id == b.id and b.in_force.touches(a.in_force.from_, a.in_force.to or b.in_force.from_)
    ]
    if problems:
        raise InputError(problems)


def _not_in_force(scheme: Scheme, month: str) -> Problem:
    days = scheme.in_force
    until = f" to {days.to}" if days.to else " on"
    place = scheme.node.at(("in_force",))
    message = f"the scheme is not in force in {month}, but from {days.from_}{until}"
    return Problem(scheme.source, message, place.line, place.column, code="not-in-force")
