"""Steps 8, 9 and 11: what a person or everyone together may be paid at most, and a person at least.

Each limit appends rows and rewrites none. A limit's ``for`` reads the payee's rows of the payment month, else those
of the longest period paid. A later cap acts on what the earlier ones left; likewise a later fund or guarantee.

Step 9: a fund bounds what everyone, or everyone of a shop or team, is paid together.
Positive sums above the fund are scaled down by largest remainder; negative sums stay and do not count. A payee in two
groups draws on each group's fund with what was paid for that group's rows, which the parts of ``each`` tell apart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from toolkit.core.errors import InputError, Problem
from toolkit.core.money import share_out
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.rules.formula.evaluate import number, truth
from toolkit.rules.formula.exact import Exact, Ints
from toolkit.rules.formula.expressions import names
from toolkit.rules.formula.groups import Index, Members, distinct, distinct_pairs, pairs_of, positions
from toolkit.rules.formula.labels import Labels
from toolkit.rules.pay.components import WITHOUT_VALUE, ZERO, Award, check_step, clipped_share, limit_error
from toolkit.rules.pay.division import share_out_groups, spare_cent_ranks
from toolkit.rules.pay.ledger import PAID, RECEIVABLE, WITHHELD, Block, Facts
from toolkit.rules.pay.payees import Payees
from toolkit.rules.pay.rollup import GroupMeasures, missing_column
from toolkit.rules.pay.run import Run, Span, span_paid, totals
from toolkit.rules.scheme.document import Cap, Component, Fund, Guarantee
from toolkit.rules.scheme.scalars import Formula
from toolkit.rules.scheme.scheme import Scheme

STEPS_4_TO_9 = ("component", "limit", "fund")


@dataclass(frozen=True, slots=True, eq=False)
class Limited:
    """The people one limit is about, and its value for each.

    Parameters
    ----------
    person : ascending (m,).
    value : in major units.
    units : where each person's names are read.
    """

    person: Index
    value: Exact
    units: tuple[Payees, ...]

    def took(self, scheme: Scheme, at: Index) -> LimitOf:
        """Return the limit of the people at `at`, row by row."""
        return LimitOf(scheme, self, at)

    def unit_of(self, person: int) -> tuple[Payees, int]:
        """Return where a person's names are read."""
        return next((u, int(i[0])) for u in self.units if len(i := np.flatnonzero(u.person == person)))


@dataclass(frozen=True, slots=True, eq=False)
class LimitOf:
    """Whose limit each row of a block is, a position in `found`."""

    scheme: Scheme
    found: Limited
    at: Index

    def value(self, row: int) -> Fraction:
        """Return the limit of a row, in major units."""
        return self.found.value.value(int(self.at[row])) or Fraction(0)

    def unit_of(self, row: int) -> tuple[Payees, int]:
        """Return where the names of a row are read."""
        return self.found.unit_of(int(self.found.person[self.at[row]]))


@dataclass(frozen=True, slots=True, eq=False)
class CapFacts(Facts):
    """What a person cap did.

    Parameters
    ----------
    cap : of each row.
    total : what the rows before add up to.
    amount : of the row.
    before : what was paid earlier in the year.
    """

    cap: LimitOf
    limit: Cap
    total: Exact
    amount: Exact
    before: Exact


@dataclass(frozen=True, slots=True, eq=False)
class GuaranteeFacts(Facts):
    """What a guarantee added; the parameters are those of `CapFacts`."""

    least: LimitOf
    limit: Guarantee
    total: Exact
    amount: Exact


@dataclass(frozen=True, slots=True, eq=False)
class ReceivableFacts(Facts):
    """What a recoverable guarantee leaves owed in a month."""

    limit: Guarantee
    owed: Exact
    month: Month


@dataclass(frozen=True, slots=True, eq=False)
class FundSums:
    """The sums behind the rows of a fund, in major units.

    Parameters
    ----------
    claimed : what each payee is due before.
    due : what all payees of the fund are due together.
    fund : what there is.
    amount : of the row.
    """

    claimed: Exact
    due: Exact
    fund: Exact
    amount: Exact


@dataclass(frozen=True, slots=True, eq=False)
class RoundingFacts(Facts):
    """The row that rounds an agent's total."""

    total: Exact
    rounded: Exact


def cap_blocks(run: Run, limit: Cap, place: int, spans: list[Span], blocks: list[Block]) -> list[Block]:
    """Return the rows of one person cap, given the rows so far."""
    people = paid_people(blocks)
    found = _values(run, limit.for_, spans, people, lambda units: number(limit.cap.node, units.rolled), limit.cap)
    check_step(run, found.value, "cap", "limits", lambda i: run.cells.agent_of(int(found.person[i])))
    total = totals(blocks, found.person)
    before = _paid_this_year(run, found.person) if limit.period == "year" else ZERO.spread(len(found.person))
    room = found.value - before - total
    taken = (-room).greater(ZERO).smaller(total.greater(ZERO))
    change = -taken
    if limit.carry:
        withheld = _withheld_before(run, cap_scope(limit, place), found.person)
        change = change + withheld.greater(ZERO).smaller(room.greater(ZERO))
    at = np.flatnonzero(change.num != 0)
    if not len(at):
        return []
    cap, amount = found.value.take(at), change.take(at)
    return [
        Block(
            component="",
            step="limit",
            person=found.person[at],
            amount=amount,
            status=np.where(amount.num < 0, WITHHELD, PAID).astype(np.int8),
            facts=CapFacts(found.took(run.scheme, at), limit, total.take(at), amount, before.take(at)),
            scope=_scopes(cap_scope(limit, place), len(at)),
            numbers={key: (value, "money") for key, value in _numbers(total.take(at), cap).items()},
        )
    ]


def _numbers(total: Exact, limit: Exact) -> dict[str, Exact]:
    return {"base": total, "by_value": limit, "before_limits": total}


def guarantee_blocks(run: Run, limit: Guarantee, place: int, blocks: list[Block]) -> list[Block]:
    """Return the rows that top people up, and the receivables of what is recoverable."""
    spans = [month_span(run)]
    found = _values(run, limit.for_, spans, None, lambda units: _guaranteed(run, limit, units), limit.guarantee)
    total = totals(blocks, found.person)
    short = (found.value - total).greater(ZERO)
    at = np.flatnonzero(short.num > 0)
    if not len(at):
        return []
    amount, sums, value = short.take(at), total.take(at), found.value.take(at)
    top_up = Block(
        component="",
        step="guarantee",
        person=found.person[at],
        amount=amount,
        status=np.full(len(at), PAID, np.int8),
        facts=GuaranteeFacts(found.took(run.scheme, at), limit, sums, amount),
        scope=_scopes(f"limit {place + 1}", len(at)),
        numbers={"base": (sums, "money"), "by_value": (value, "money")},
    )
    if not limit.recoverable:
        return [top_up]
    receivable = replace(
        top_up,
        amount=ZERO.spread(len(at)),
        status=np.full(len(at), RECEIVABLE, np.int8),
        facts=ReceivableFacts(limit, amount, run.month),
        owed=amount,
    )
    return [top_up, receivable]


def _guaranteed(run: Run, limit: Guarantee, units: Payees) -> Exact:
    """Return what each person is guaranteed, rounded unless only totals are."""
    value = number(limit.guarantee.node, units.rolled)
    if limit.prorate is not None:
        value = value * clipped_share(run, limit.prorate, units, "guarantee")
    value = value.spread(units.n)
    if run.scheme.rounds_total:
        return value
    return Exact.of_ints(value.rounded(run.scheme.step, run.scheme.mode), 100, value.ok)


def month_span(run: Run) -> Span:
    """Return the payment month as a span of the scheme."""
    return Span(run.month, run.month, run.month.last_day, run.scheme.in_force)


def paid_people(blocks: list[Block]) -> Index:
    """Return the persons the rows so far are about."""
    width = max((int(block.person.max(initial=-1)) for block in blocks), default=-1) + 1
    present = np.zeros(width, bool)
    for block in blocks:
        present[block.person[block.person >= 0]] = True
    return np.flatnonzero(present)


def _values(
    run: Run,
    for_: Formula | None,
    spans: list[Span],
    people: Index | None,
    value: Callable[[Payees], Exact],
    told: Formula,
) -> Limited:
    """Evaluate a limit on the first of `spans` in which each person has rows; `people` None is everyone with a row.

    Parameters
    ----------
    told : the expression to name where somebody has no value.
    """
    wanted = np.full(len(run.cells.agents) * run.cells.runs, people is None)
    if people is not None:
        wanted[people] = True
    persons, exact, read = list[Index](), list[Exact](), list[Payees]()
    for span in spans:
        span = replace(span, day=spans[0].day)  # a limit is of the payment month, whatever period it pays
        base = run.base(Component.model_construct(id="limit", for_=for_), span)
        units = run.people(for_, span)
        units = units.take(np.flatnonzero(wanted[units.person]))
        found = value(units).spread(units.n)
        for i in np.flatnonzero(~found.valid):
            raise limit_error(
                "value", "limits", WITHOUT_VALUE, units.name(int(i)), _without_row(run, told, units, int(i))
            )
        persons.append(units.person)
        exact.append(found)
        read.append(units)
        wanted[base.cells.person[base.cells.person >= 0]] = False
    return _merged(persons, exact, tuple(read))


def _without_row(run: Run, told: Formula, units: Payees, i: int) -> Text | str:
    """Say which row the table of a parameter lacks for somebody, if it is that."""
    for name in names(told.node):
        parameter = run.scheme.vocabulary.parameters.get(name)
        if parameter is None or not parameter.key:
            continue
        key = [units.rolled.attribute(column) for column in parameter.key]
        cells = [text.value(i) or "" if text.codes.ndim else text.value(0) or "" for text in key]
        if tuple(cells) not in parameter.values:
            row = ", ".join(f"{c} {v}" for c, v in zip(parameter.key, cells, strict=True))
            return Text(
                f"the table of {name!r} has no row for {row}: add it, or say with 'for' whom the limit is for",
                f"{name!r} 的表格没有 {row} 这一行：请补上，或用 for 写明该限额适用于谁",
            )
    return ""


def _merged(persons: list[Index], values: list[Exact], units: tuple[Payees, ...]) -> Limited:
    """Put the people of several spans in order."""
    if not any(len(person) for person in persons[1:]):
        return Limited(persons[0], values[0], units)
    person = np.concatenate(persons)
    order = np.argsort(person)
    return Limited(person[order], Exact.of_values(v for value in values for v in value.values()).take(order), units)


def _paid_this_year(run: Run, person: Index) -> Exact:
    """Return rows 4-9 of earlier payment months of the calendar year."""
    months = [str(Month(run.month.year, m)) for m in range(1, run.month.number)]
    return run.so_far(person, run.past.sums(months, STEPS_4_TO_9))


def _withheld_before(run: Run, scope: str, person: Index) -> Exact:
    """Return what this cap withheld in earlier months and has not given back."""
    rows = run.past.scoped(run.past.months, ("limit", "adjustment"), "")
    return -run.so_far(person, {agent: amount for (agent, where), amount in rows.items() if where == scope})


def cap_scope(limit: Cap, place: int) -> str:
    """Return what the rows of a cap stand under: only what a cap withheld that carries it over is paid later."""
    return f"limit {place + 1}{', carried over' if limit.carry else ''}"


def _scopes(name: str, n: int) -> Labels:
    return Labels(np.zeros(n, np.int64), (name,))


@dataclass(frozen=True, slots=True, eq=False)
class Funds:
    """What each group's fund holds.

    Parameters
    ----------
    codes : the groups, ascending (m,): ``replicate * len(texts) + text``.
    holds : in minor units (m,).
    texts : the groups' names by code.
    rolled : the rows each fund is of, in the order of `codes`.
    """

    codes: Index
    holds: Ints
    texts: Sequence[str]
    rolled: GroupMeasures


@dataclass(frozen=True, slots=True, eq=False)
class FundFacts(Facts):
    """What a fund took from each payee; `unit` is the row of `funds` each row is of, -1 for a group without any."""

    scheme: Scheme
    limit: Fund
    funds: Funds
    unit: Index
    sums: FundSums
    scope: Labels


@dataclass(frozen=True, slots=True, eq=False)
class Claims:
    """What each payee's rows claim from each group's fund: persons, codes of groups and sums (k,)."""

    person: Index
    group: Index
    amount: Exact

    def take(self, index: Index) -> Claims:
        """Return the claims at `index`."""
        return Claims(self.person[index], self.group[index], self.amount.take(index))


def fund_blocks(run: Run, limit: Fund, awards: list[Award], blocks: list[Block]) -> list[Block]:
    """Return the rows of one fund, given the rows so far."""
    span = _span(run)
    funds = _funds(run, limit, span)
    spans = [span, *sorted({award.span for award in awards}, key=lambda paid: paid.first)]
    claims = _claims(run, limit, spans, awards, blocks)
    claims = claims.take(np.flatnonzero(claims.amount.num > 0))  # negative sums stay and do not count
    claims = claims.take(np.argsort(claims.group, kind="stable"))
    codes, group = np.unique(claims.group, return_inverse=True)
    member = Members.of(len(codes), group.reshape(-1), np.arange(len(group)))
    unit = positions(funds.codes, codes)
    holds = np.append(funds.holds, 0)[unit]
    due = member.sum(claims.amount)
    scaled = due.compare(">", Exact.of_ints(holds, 100)).yes
    at = np.flatnonzero(scaled[member.group])
    if not len(at):
        return []
    claims, of = claims.take(at), member.group[at]
    kept, place = distinct(of)
    keys = spare_cent_ranks(run, "fund", claims.person)
    parts = share_out_groups(holds[kept], claims.amount, Members.of(len(kept), place, np.arange(len(at))), keys)
    amount = Exact.of_ints(parts, 100) - claims.amount
    sums = FundSums(claims.amount, due.take(of), Exact.of_ints(holds[of], 100), amount)
    scope = Labels(claims.group % max(len(funds.texts), 1), funds.texts)
    return [
        Block(
            component="",
            step="fund",
            person=claims.person,
            amount=amount,
            status=np.full(len(at), WITHHELD, np.int8),
            facts=FundFacts(run.scheme, limit, funds, unit[of], sums, scope),
            scope=scope,
            numbers={"base": (sums.fund, "money"), "before_limits": (sums.claimed, "money")},
        )
    ]


def _span(run: Run) -> Span:
    """Return the period the scheme pays this month, else the payment month."""
    whole = span_paid(run.scheme, Component.model_construct(id="fund"), run.month)
    return whole or month_span(run)


def _funds(run: Run, limit: Fund, span: Span) -> Funds:
    """Return what each group's fund holds: rounded down, at least 0; no value is 0 with a finding."""
    rows = run.rows(span)
    cells = rows.cells
    codes, texts = _codes(run, limit, span)
    counted = np.ones(cells.n, bool) if limit.of is None else np.broadcast_to(truth(limit.of.node, rows).yes, cells.n)
    named = limit.of is not None and "credit" in names(limit.of.node)
    use = np.flatnonzero(counted & (codes >= 0) & ((cells.person >= 0) | named))
    groups = np.unique(codes[codes >= 0])
    at, row = pairs_of(groups, codes[use])
    level = Members.of(len(groups), at, use[row])
    rolled = GroupMeasures(rows, level, level)
    value = number(limit.fund.node, rolled).spread(len(groups))
    for i in () if run.silent else np.flatnonzero(~value.valid):
        where = texts[int(groups[i]) % max(len(texts), 1)] or str(run.month)
        message = Text(f"the fund of {where} has no value and pays 0", f"{where} 的奖金池没有数值，按 0 计算")
        run.note("fund-no-value", where, message)
    return Funds(groups, np.maximum(value.rounded(1, "down"), 0), texts, rolled)


def _codes(run: Run, limit: Fund, span: Span) -> tuple[Index, Sequence[str]]:
    cells = run.rows(span).cells
    if limit.level is None:
        return cells.run, ("",)
    if limit.level not in cells.texts:
        raise missing_column(limit.level, cells)
    return cells.group(limit.level)


def _homes(run: Run, limit: Fund, spans: list[Span]) -> tuple[Index, Index]:
    """Return the persons and the groups of their rows, in the first of `spans` that has any, persons ascending."""
    seen = np.zeros(run.width * run.cells.runs, bool)
    person, group = list[Index](), list[Index]()
    for span in spans:
        cells, (codes, _) = run.rows(span).cells, _codes(run, limit, span)
        new = np.flatnonzero(cells.person >= 0)
        new = new[~seen[cells.person[new]]]
        seen[cells.person[new]] = True
        (found, code), _ = distinct_pairs(cells.person[new], codes[new])
        person.append(found[code >= 0])
        group.append(code[code >= 0])
    order = np.argsort(np.concatenate(person), kind="stable")
    return np.concatenate(person)[order], np.concatenate(group)[order]


def _claims(run: Run, limit: Fund, spans: list[Span], awards: list[Award], blocks: list[Block]) -> Claims:
    people = paid_people(blocks)
    sums = totals(blocks, people)
    if limit.level is None:
        return Claims(people, run.cells.run_of(people), sums)
    person, group = _homes(run, limit, spans)
    at, home = pairs_of(people, person)  # without a group no fund bounds the payee
    claims = Claims(people[at], group[home], sums.take(at))
    several = np.flatnonzero(np.bincount(at, minlength=len(people)) > 1)
    if not len(several):
        return claims
    shares = _by_part(run, limit, people[several], awards)
    amounts = claims.amount.spread(len(at)).values()
    for one in several.tolist():
        mine = np.flatnonzero(at == one)
        keys = zip(claims.person[mine].tolist(), claims.group[mine].tolist(), strict=True)
        weights = [max(shares.get(key, Fraction(0)), Fraction(0)) for key in keys]
        for i, amount in zip(mine, _portions(run, amounts[mine[0]] or Fraction(0), weights), strict=True):
            amounts[i] = amount
    return replace(claims, amount=Exact.of_values(amounts))


def _portions(run: Run, total: Fraction, weights: list[Fraction]) -> list[Fraction]:
    """Divide what a person is paid by what each group's rows earned."""
    if not any(weights):
        return [total, *[Fraction(0)] * (len(weights) - 1)]
    whole = sum(weights, Fraction(0))
    if run.scheme.rounds_total:
        return [total * weight / whole for weight in weights]
    keys = [f"{i:04d}" for i in range(len(weights))]
    return [Fraction(part, 100) for part in share_out(int(total * 100), weights, keys)]


def _by_part(run: Run, limit: Fund, people: Index, awards: list[Award]) -> dict[tuple[int, int], Fraction]:
    """Return what some persons earned for each group, before limits, from the parts they are paid in."""
    earned: dict[tuple[int, int], Fraction] = {}
    level = limit.level or "shop"
    texts = run.cells.group(level)[1]
    for award in awards:
        units = award.units
        mine = np.flatnonzero(np.isin(units.holder, people))
        if not len(mine) or not any(award.before.values()):
            continue
        labels, differs = units.rolled.own.uniform(units.rolled.rows.cells.texts[level])
        if differs[mine].any():
            who = run.cells.agent_of(int(units.holder[mine[np.argmax(differs[mine])]]))
            raise InputError([_split(run, limit, who, award.component.id)])
        for unit in mine.tolist():
            worth = award.parts.worth.value(unit) or Fraction(0)
            name = labels.value(unit) or ""
            text = texts.index(name) if name in texts else 0
            key = (int(units.holder[unit]), int(units.run[unit]) * len(texts) + text)
            earned[key] = earned.get(key, Fraction(0)) + worth
    return earned


def _split(run: Run, limit: Fund, who: str, component: str) -> Problem:
    en = f"{who!r} has rows in several groups of a fund by {limit.level}"
    message = Text(en, f"{who!r} 在按 {limit.level} 的奖金池里分属多个组")
    fix = Text(f"pay {component!r} each: shop or each: spell", f"{component!r} 改为 each: shop 或 each: spell")
    return Problem(run.scheme.source, message, run.scheme.line(component), fix=fix, code="fund-split")
