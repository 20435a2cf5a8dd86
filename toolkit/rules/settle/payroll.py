"""``pay``: the one function that turns measures into ledger rows, of all schemes of a month together.

Steps 13 to 15 for all schemes of a month together, step by step: a person has one wage, whoever pays it.

``pay``: the one function that turns measures into ledger rows.
For each scheme: step 1, version; 12, corrections of closed months, because what is paid to date reads them; 2 to 11,
the month; then 13 to 15, what is taken, for all schemes together, because the law looks at a person's whole wage.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Unpack

import pandas as pd

from toolkit.core.errors import InputError, Problem, UsageError
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.rules.pay.earlier_ledger import EarlierLedger
from toolkit.rules.pay.ledger import Entry, LedgerRows, Part
from toolkit.rules.pay.run import Run
from toolkit.rules.scheme.scheme import Scheme
from toolkit.rules.settle.adjustments import in_effect, money_entries, unapproved, without_rows
from toolkit.rules.settle.clawback import Payouts, clawbacks
from toolkit.rules.settle.corrections import Corrected, adjust, correct
from toolkit.rules.settle.deductions import deductions, recoveries
from toolkit.rules.settle.inputs import SettlementInputs, SettlementTables
from toolkit.rules.settle.month_inputs import MonthInputs, VersionPaid, completed
from toolkit.rules.settle.releases import releases
from toolkit.rules.settle.wage import Deductor, Wages


@dataclass(slots=True, eq=False)
class SchemeMonth:
    """One scheme's month.

    Parameters
    ----------
    versions : all versions given.
    past : the ledger of earlier months.
    paid : the versions that pay in the month; the last one looks after what is past.
    final : the same on the measures as adjusted by hand, which deductions read.
    corrected : the closed months.
    entries : this month's rows of steps 12 and 13.
    """

    versions: Sequence[Scheme]
    past: EarlierLedger
    paid: list[VersionPaid]
    final: list[VersionPaid]
    corrected: Corrected
    entries: list[Entry]


def _settle_schemes(accounts: Sequence[SchemeMonth], books: SettlementInputs) -> None:
    """Append what is taken: first clawbacks, then recoveries, then deductions, of all schemes."""
    purses = Wages([one for account in accounts for one in account.paid])
    takers = [Deductor(account.paid[-1].run, purses) for account in accounts]
    taken: list[list[Entry]] = []
    for account, taker in zip(accounts, takers, strict=True):
        entries: list[Entry] = []
        if books.refunds:
            agents = {refund.agent for refund in books.refunds}
            payouts = Payouts(account.past, account.corrected.months, agents)
            entries = clawbacks(taker, account.versions, account.past, books.refunds, payouts)
        taken.append(entries)
    for account, taker, entries in zip(accounts, takers, taken, strict=True):
        earlier = [*account.entries, *entries]
        entries += recoveries(taker, account.versions, account.past, earlier, account.paid)
    for account, entries in zip(accounts, taken, strict=True):
        for one in account.final:
            entries += deductions(Deductor(one.run, purses))
        account.paid[-1].add(entries)
    purses.note(takers[0].run)


def pay(
    schemes: Scheme | Sequence[Scheme], measures: pd.DataFrame, *, month: str, **tables: Unpack[SettlementTables]
) -> LedgerRows:
    """Pay one month.

    Parameters
    ----------
    schemes : one scheme, or all schemes and versions of the workspace; those not in force in the month do not pay,
        but what they held back earlier is released.
    measures : rows by month and agent in memory form (see `read_measures`); earlier months serve history, quarters,
        accumulation and corrections. A column ``replicate`` keeps simulated months apart; beside the tables of one
        month, `pay_replicates` pays them.
    month : payment month, ``YYYY-MM``.
    tables : in memory form, each may be left out. ``ledger``: the rows of earlier months, as earlier runs gave them.
        ``lines``: order lines by month and agent. ``refunds``: all refunds to date. ``adjustments``: all changes
        entered by hand to date. ``roster``: one row an agent with what the measures do not tell, ``left_on`` among it.

    Raises
    ------
    InputError
        If no scheme is in force, versions overlap, or a table cannot be paid on as it is.
    UsageError
        If several replicates stand beside a ledger, refunds, lines or adjustments, which are of one month.
    """
    versions = [schemes] if isinstance(schemes, Scheme) else list(schemes)
    _check_alone(measures, tables)
    when = Month.parse(month)
    _check_versions(versions)
    books, ledger = SettlementInputs.of(tables), tables.get("ledger")
    names = _names(books, ledger)
    plain = MonthInputs(when, completed(measures, books.roster), books, tables.get("lines"), names)
    changes = in_effect(books.adjustments, month)
    desk = plain.adjusted([a for a in changes if a.measure and a.origin < month])
    adjusted = desk.adjusted([a for a in changes if a.amount is not None or a.origin == month])
    accounts = settled(desk, adjusted, versions, {v.id: EarlierLedger.of(ledger, v.id, month) for v in versions})
    paid = [one for account in accounts for one in account.paid]
    parts = [Part(p.run.scheme, p.run.cells.agents, p.run.cells.runs, tuple(p.blocks)) for p in paid]
    doubts = [*unapproved(books.adjustments, month), *without_rows(plain.measures, changes, month)]
    findings = [*doubts, *(finding for p in paid for finding in p.run.findings)]
    return LedgerRows(month, tuple(parts), tuple(findings))


def settled(
    desk: MonthInputs, adjusted: MonthInputs, versions: list[Scheme], pasts: Mapping[str, EarlierLedger]
) -> list[SchemeMonth]:
    """Return each scheme's month, all steps done.

    Parameters
    ----------
    adjusted : the material with the month's own measures adjusted.
    pasts : the ledger of earlier months, by scheme id.

    Raises
    ------
    InputError
        If no scheme is in force, or has anything left to pay.
    """
    ids = dict.fromkeys(scheme.id for scheme in versions)
    found = [_account(desk, adjusted, [v for v in versions if v.id == name], versions, pasts[name]) for name in ids]
    accounts = [account for account in found if account.paid]
    if not accounts:
        raise InputError([_not_in_force(scheme, str(desk.month)) for scheme in versions])
    _settle_schemes(accounts, desk.books)
    return accounts


def _account(
    desk: MonthInputs, adjusted: MonthInputs, versions: list[Scheme], every: list[Scheme], past: EarlierLedger
) -> SchemeMonth:
    """Return what a scheme pays in the month, up to step 12; `adjusted` has the month's own measures adjusted."""
    corrected = correct(desk, versions, past)
    paid = desk.paid(versions, corrected.past, desk.month)
    entries = [*corrected.entries, *money_entries(adjusted.changes, versions, every)]
    final = paid
    if paid and any(change.measure and change.origin == str(desk.month) for change in adjusted.changes):
        changed, final = adjust(adjusted, versions, corrected.past, paid)
        entries += changed
    begun = [scheme for scheme in versions if scheme.in_force.from_ <= desk.month.last_day]
    if not paid and begun and (past.groups or entries):
        paid = [_ended(desk, versions, begun[-1], corrected.past)]
    if paid:
        paid[-1].add(entries)
        _note_unknown(paid[-1].run, corrected.unknown)
    return SchemeMonth(versions, past, paid, final, corrected, entries)


def _ended(desk: MonthInputs, versions: list[Scheme], scheme: Scheme, past: EarlierLedger) -> VersionPaid:
    """Return what a scheme that is no longer in force still owes."""
    cells, lines = desk.cells(scheme)
    paid = VersionPaid(Run(scheme, cells, past, desk.month, lines, silent=desk.silent), [])
    paid.add(releases(past, versions, desk.books.roster, desk.month))
    return paid


def _note_unknown(run: Run, months: Sequence[str]) -> None:
    for month in months:
        en = f"{month} was paid by a version of {run.scheme.id} that is not given, and was not paid again"
        run.note("correction-no-version", month, Text(en, f"{month} 按未提供的方案版本发放，未重新计算"))


def _names(books: SettlementInputs, ledger: pd.DataFrame | None) -> tuple[str, ...]:
    """Return the people the tables beside the measures name."""
    named: Iterable[object] = [] if ledger is None or "agent" not in ledger.columns else ledger["agent"].unique()
    texts = [name for name in named if isinstance(name, str) and name]
    return tuple(dict.fromkeys([*texts, *books.agents]))


_OF_ONE_MONTH = {
    "ledger": Text("a ledger", "台账"),
    "refunds": Text("refunds", "退款"),
    "lines": Text("order lines", "订单明细"),
    "adjustments": Text("adjustments", "调整"),
}


def _check_alone(measures: pd.DataFrame, tables: SettlementTables) -> None:
    """Refuse replicates beside tables that are of one month: each replicate would need its own."""
    if "replicate" not in measures.columns or measures["replicate"].nunique() < 2:
        return
    for name, called in _OF_ONE_MONTH.items():
        if tables.get(name) is not None:
            en = f"replicates cannot be paid beside {called.en} of one month: each would need its own"
            raise UsageError(Text(en, f"多个模拟月份（replicate）不能共用一份{called.zh}"))


def _check_versions(versions: list[Scheme]) -> None:
    if not versions:
        raise UsageError(Text("no scheme to pay by", "没有可用来计发的方案"))
    if len({scheme.currency for scheme in versions}) > 1:
        raise UsageError(Text("schemes of several currencies cannot be paid together", "不同币种的方案不能一起计发"))
    problems = [
        Problem(b.source, _overlap(a), code="versions-overlap")
        for a, b in combinations(versions, 2)
        if a.id == b.id and b.in_force.touches(a.in_force.from_, a.in_force.to or b.in_force.from_)
    ]
    if problems:
        raise InputError(problems)


def _overlap(other: Scheme) -> Text:
    where = other.source
    return Text(
        f"two versions of {other.id!r} hold on the same day: see {where}",
        f"{other.id!r} 有两个版本在同一天生效：见 {where}",
    )


def _not_in_force(scheme: Scheme, month: str) -> Problem:
    days = scheme.in_force
    place = scheme.node.at(("in_force",))
    en = f"the scheme is not in force in {month}, but from {days.from_} " + (f"to {days.to}" if days.to else "on")
    zh = f"方案在 {month} 没有生效，生效期是 {days.from_} " + (f"至 {days.to}" if days.to else "起")
    return Problem(scheme.source, Text(en, zh), place.line, place.column, code="not-in-force")
