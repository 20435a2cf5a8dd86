"""Step 9: a fund bounds what everyone, or everyone of a shop or team, is paid together.

Positive sums above the fund are scaled down by largest remainder; negative sums stay and do not count. A payee in two
groups draws on each group's fund with what was paid for that group's rows, which the parts of ``each`` tell apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from toolkit.core.errors import InputError, Problem
from toolkit.core.money import round_to_step, share_out, spare_cent_key
from toolkit.core.text import Lang, Text
from toolkit.rules.explain.limits import FundSums, FundTrace
from toolkit.rules.explain.spoken import Speaker
from toolkit.rules.explain.wording import Voice, equals, money
from toolkit.rules.formula.evaluate import number, truth
from toolkit.rules.formula.exact import Exact
from toolkit.rules.formula.expressions import names
from toolkit.rules.formula.labels import Labels
from toolkit.rules.formula.members import Index, Members, pairs_of
from toolkit.rules.pay.awards import Award
from toolkit.rules.pay.ledger import WITHHELD, Block
from toolkit.rules.pay.limits import month_span, paid_people
from toolkit.rules.pay.periods import Span, span_paid
from toolkit.rules.pay.rollup import Rolled, missing_column
from toolkit.rules.pay.run import Run, totals
from toolkit.rules.scheme.document import Component, Fund
from toolkit.rules.scheme.scalars import Formula

Group = tuple[int, int]  # replicate, code of the text
Row = tuple[int, Group, Fraction, Fraction, Fraction]  # person, group, what changes, what was claimed, by all together


@dataclass(frozen=True, slots=True, eq=False)
class Funds:
    """What each group's fund holds.

    Parameters
    ----------
    holds : by group, in major units.
    texts : the groups' names by code.
    rolled, units : the rows each fund is of, and which of them is a group's.
    """

    holds: dict[Group, Fraction]
    texts: Sequence[str]
    rolled: Rolled
    units: dict[Group, int]


@dataclass(frozen=True, slots=True, eq=False)
class Claims:
    """What each payee's rows claim from each group's fund: (person, group) pairs with their sums."""

    person: list[int]
    group: list[Group]
    amount: list[Fraction]


def fund_blocks(run: Run, limit: Fund, awards: list[Award], blocks: list[Block]) -> list[Block]:
    """Return the rows of one fund, given the rows so far."""
    span = _span(run)
    funds = _funds(run, limit, span)
    homes = _homes(run, limit, [span, *sorted({award.span for award in awards}, key=lambda paid: paid.first)])
    claims = _claims(run, limit, homes, awards, blocks)
    rows: list[Row] = []
    for group in sorted(set(claims.group)):
        fund = funds.holds.get(group, Fraction(0))
        mine = [i for i, g in enumerate(claims.group) if g == group and claims.amount[i] > 0]
        claimed = sum((claims.amount[i] for i in mine), Fraction(0))
        if claimed <= fund:
            continue
        agents = [run.cells.agent_of(claims.person[i]) for i in mine]
        keys = [spare_cent_key(str(run.month), "fund", agent) for agent in agents]
        parts = share_out(int(fund * 100), [claims.amount[i] for i in mine], keys)
        rows += [
            (claims.person[i], group, Fraction(part, 100) - claims.amount[i], claims.amount[i], claimed)
            for i, part in zip(mine, parts, strict=True)
        ]
    return [_block(run, limit, funds, rows)] if rows else []


def _block(run: Run, limit: Fund, funds: Funds, rows: list[Row]) -> Block:
    person, group, change, claimed, due = zip(*rows, strict=True)
    holds = Exact.of_values([funds.holds.get(g, Fraction(0)) for g in group])
    amount, sums, dues = (Exact.of_values(values) for values in (change, claimed, due))
    scope = Labels(np.array([code for _, code in group], np.int64), funds.texts)

    def said(row: int, lang: Lang) -> str:
        unit, value = funds.units.get(group[row]), holds.value(row) or Fraction(0)
        return "" if unit is None else _made(Speaker(Voice(run.scheme, lang), funds.rolled, unit), limit.fund, value)

    return Block(
        component="",
        step="fund",
        person=np.array(person, np.int64),
        amount=amount,
        status=np.full(len(rows), WITHHELD, np.int8),
        explain=FundTrace(limit, said, FundSums(sums, dues, holds, amount), scope),
        scope=scope,
        numbers={"base": (holds, "money"), "before_limits": (sums, "money")},
    )


def _made(speaker: Speaker, formula: Formula, holds: Fraction) -> str:
    """Say how a fund came about, "" for a plain number; one below 0 holds nothing, and only whole cents count."""
    value = speaker.value(formula.node)
    if formula.literal is not None or value is None:
        return ""
    made, fund, say = speaker.filled(formula.node), money(holds), speaker.voice.say
    if value < 0:
        return say(f"{made} is below 0, so the fund is {fund}", f"{made}低于0，按 {fund} 计")
    if value != holds:
        rounded = f"{made} {equals(money(value))}"
        return say(f"{rounded}, rounded down to {fund}", f"{rounded}，向下舍入为 {fund}")
    return f"{made} = {fund}" if speaker.is_made(formula.node) else made


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
    rolled = Rolled(rows, level, level)
    value = number(limit.fund.node, rolled).spread(len(groups))
    found, units = dict[Group, Fraction](), dict[Group, int]()
    for i, code in enumerate(groups):
        replicate, text = divmod(int(code), max(len(texts), 1))
        one = value.value(i)
        if one is None:
            where = texts[text] if texts[text] else str(run.month)
            run.note(
                "fund-no-value",
                where,
                Text(f"the fund of {where} has no value and pays 0", f"{where} 的奖金池没有数值，按 0 计算"),
            )
        cents = round_to_step((one or Fraction(0)) * 100, 1, "down")
        found[replicate, text], units[replicate, text] = max(Fraction(cents, 100), Fraction(0)), i
    return Funds(found, texts, rolled, units)


def _codes(run: Run, limit: Fund, span: Span) -> tuple[Index, Sequence[str]]:
    cells = run.rows(span).cells
    if limit.level is None:
        return cells.run, ("",)
    if limit.level not in cells.texts:
        raise missing_column(limit.level, cells)
    return cells.group(limit.level)


def _homes(run: Run, limit: Fund, spans: list[Span]) -> dict[int, set[int]]:
    """Return the groups of each person's rows, in the first of `spans` that has any."""
    homes: dict[int, set[int]] = {}
    for span in spans:
        codes, texts = _codes(run, limit, span)
        found: dict[int, set[int]] = {}
        for person, code in set(zip(run.rows(span).cells.person.tolist(), codes.tolist(), strict=True)):
            found.setdefault(person, set()).update([code % max(len(texts), 1)] if code >= 0 else ())
        homes = found | homes
    return homes


def _claims(run: Run, limit: Fund, homes: dict[int, set[int]], awards: list[Award], blocks: list[Block]) -> Claims:
    people = paid_people(blocks)
    sums = totals(blocks, people).values()
    claims = Claims([], [], [])
    for person, total in zip(people, sums, strict=True):
        groups = [0] if limit.level is None else sorted(homes.get(int(person), ()))
        amounts = [total or Fraction(0)]
        if len(groups) > 1:
            shares = _by_part(run, limit, int(person), awards)
            weights = [max(shares.get(code, Fraction(0)), Fraction(0)) for code in groups]
            amounts = _portions(run, amounts[0], weights, int(person))
        for code, amount in zip(groups, amounts, strict=False):  # without a group no fund bounds the payee
            claims.person.append(int(person))
            claims.group.append((int(person) // run.width, code))
            claims.amount.append(amount)
    return claims


def _portions(run: Run, total: Fraction, weights: list[Fraction], person: int) -> list[Fraction]:
    """Divide what a person is paid by what each group's rows earned."""
    if not any(weights):
        return [total, *[Fraction(0)] * (len(weights) - 1)]
    whole = sum(weights, Fraction(0))
    if run.scheme.rounds_total:
        return [total * weight / whole for weight in weights]
    keys = [f"{i:04d}" for i in range(len(weights))]
    return [Fraction(part, 100) for part in share_out(int(total * 100), weights, keys)]


def _by_part(run: Run, limit: Fund, person: int, awards: list[Award]) -> dict[int, Fraction]:
    """Return what a person earned for each group, before limits, from the parts it is paid in."""
    earned: dict[int, Fraction] = {}
    texts = run.cells.group(limit.level or "shop")[1]
    for award in awards:
        units = award.units
        mine = np.flatnonzero(units.holder == person)
        if not len(mine) or not any(award.before.values()):
            continue
        labels, differs = units.rolled.own.uniform(units.rolled.rows.cells.texts[limit.level or "shop"])
        if differs[mine].any():
            raise InputError([_split(run, limit, run.cells.agent_of(person), award.component.id)])
        for unit in mine:
            worth = award.parts.worth.value(int(unit)) or Fraction(0)
            name = labels.value(int(unit)) or ""
            code = texts.index(name) if name in texts else 0
            earned[code] = earned.get(code, Fraction(0)) + worth
    return earned


def _split(run: Run, limit: Fund, who: str, component: str) -> Problem:
    en = f"{who!r} has rows in several groups of a fund by {limit.level}"
    message = Text(en, f"{who!r} 在按 {limit.level} 的奖金池里分属多个组")
    fix = Text(f"pay {component!r} each: shop or each: spell", f"{component!r} 改为 each: shop 或 each: spell")
    return Problem(run.scheme.source, message, run.scheme.line(component), fix=fix, code="fund-split")
