"""Candidates on the past: what each would have paid in every month there is, had it always held.

Each is paid month after month on its own ledger, as the audit pays: measures with own ones and opening figures, order
lines, refunds after settlement. Adjustments by hand are of the scheme that was in force and stand nowhere here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.core.errors import InputError, UsageError
from toolkit.core.findings import Finding
from toolkit.core.money import format_money, priced
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.data.crediting.credited_lines import credited_lines
from toolkit.data.crediting.late_refunds import late_refunds
from toolkit.data.crediting.measures import open_months
from toolkit.data.tables.workspace import first_month_with_data, require_data
from toolkit.rules.formula.dictionary import SPELL_COLUMNS
from toolkit.rules.lint.gaps import MissingColumns, blank_columns, gaps_of_pay, judgeable
from toolkit.rules.scheme.interpretations import one_spell
from toolkit.rules.scheme.loading import read_scheme
from toolkit.rules.settle.inputs import SettlementTables
from toolkit.rules.settle.replicates import reads_ledger
from toolkit.studies.audit.own_measures import measure_with_own
from toolkit.studies.consequences.case import as_if_in_force
from toolkit.studies.design.overlays import Candidate
from toolkit.studies.scheme_change.compare import SchemeDiff, diff_schemes, pay_months

if TYPE_CHECKING:
    from toolkit.data.tables.workspace import Workspace
    from toolkit.rules.scheme.scheme import Scheme


@dataclass(frozen=True, slots=True, eq=False)
class PastMonths:
    """What candidates are paid on.

    Parameters
    ----------
    first, last : months paid, YYYY-MM.
    measures : in memory form, of these months and those before them that are known.
    tables : order lines and refunds after settlement.
    roster : who people are, on which days: agent, name, from, to, joined_on, left_on and more.
    ledger : what a scheme that depends on it paid in these months, see `left_by`.
    """

    name: Text
    currency: str
    first: str
    last: str
    measures: pd.DataFrame
    tables: SettlementTables = field(default_factory=SettlementTables)
    roster: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["agent", "from", "to"]))
    ledger: pd.DataFrame | None = None

    @property
    def months(self) -> tuple[str, ...]:
        """The months paid, in order."""
        return tuple(sorted(m for m in set(self.measures["month"]) if self.first <= m <= self.last))

    @property
    def as_one_spell(self) -> PastMonths:
        """The same months where whoever changed place within one counts with the last place of the month."""
        table = self.measures.drop(columns="pooled_row", errors="ignore")
        return replace(self, measures=one_spell(table, SPELL_COLUMNS, ("month", "agent")))

    def left_by(self, one: PastPay) -> PastMonths:
        """Return what a coming month under one scheme goes on from: its measures, and its ledger where it reads any."""
        known = self.as_one_spell if one.pooled else self
        return replace(known, ledger=one.ledger if reads_ledger(one.scheme) else None)

    @property
    def names(self) -> dict[str, str]:
        """What people are called, by agent."""
        if "name" not in self.roster:
            return {}
        known = self.roster.dropna(subset=["name"])
        return {a: n if n == a else f"{n} ({a})" for a, n in zip(known["agent"], known["name"], strict=True)}


def open_past(workspace: Workspace, month: str, schemes: Sequence[Scheme]) -> PastMonths:
    """Measure a workspace up to `month` for some schemes.

    Raises
    ------
    UsageError
        If there are no data in the month.
    """
    last = Month.parse(month)
    require_data(workspace, last)
    begun = first_month_with_data(workspace) or last
    first = max(str(begun), workspace.settings.first_month)
    every = [*schemes, *map(read_scheme, workspace.schemes)]
    tables = SettlementTables()
    with open_months(workspace, begun, last) as opened:
        measures = measure_with_own(opened, every).table
        tables["refunds"] = late_refunds(opened)
        if any(c.lines is not None or c.each == "order" for scheme in schemes for c in scheme.components):
            tables["lines"] = credited_lines(opened)
    own = workspace.settings
    return PastMonths(own.name, own.currency, first, month, measures, tables, workspace.table("assignments"))


@dataclass(frozen=True, slots=True, eq=False)
class PastPay:
    """What one scheme would have paid.

    Parameters
    ----------
    candidate : as it was read.
    scheme : what of it can be paid on these months, as if always in force.
    gaps : what cannot, and why.
    ledger : its rows of all months, minor units.
    pooled : whether people who changed place within a month count with their last place, because the scheme does not
        say how parts of a month are paid.
    against : beside the scheme in force; None for that one itself, and where nothing of it can be paid.
    """

    candidate: Candidate
    scheme: Scheme
    gaps: tuple[MissingColumns, ...]
    ledger: pd.DataFrame
    pooled: bool = False
    against: SchemeDiff | None = None

    @property
    def name(self) -> Text:
        """What the scheme is called, with what of it cannot be paid on these months."""
        name = self.candidate.name
        if not self.gaps or not self.scheme.components:
            return name
        en, zh = ", ".join(g.title.en for g in self.gaps), "、".join(g.title.zh for g in self.gaps)
        return Text(f"{name.en} (without {en})", f"{name.zh}（不含{zh}）")

    @property
    def total(self) -> int:
        """What is paid in all months, minor units."""
        return int(self.ledger["amount"].sum()) if len(self.ledger) else 0

    def by(self, column: str) -> dict[str, int]:
        """Return sums by a column of the ledger: month, agent or component."""
        if self.ledger.empty:
            return {}
        return {str(key): int(value) for key, value in self.ledger.groupby(column)["amount"].sum().items()}


def payable(candidate: Candidate, past: PastMonths) -> PastPay:
    """Pay what of a candidate can be paid on the months.

    Raises
    ------
    UsageError
        If it pays in another currency.
    """
    always = as_if_in_force(candidate.scheme)
    if always.currency != past.currency:
        message = Text(
            f"{candidate.source} pays in {always.currency}, the workspace is in {past.currency}",
            f"{candidate.source} 的币种是 {always.currency}，工作区的币种是 {past.currency}",
        )
        raise UsageError(message)
    within = past.measures[past.measures["month"] >= past.first]
    gaps = tuple(blank_columns(always, within, past.tables.get("lines")))
    part = judgeable(always, gaps)
    try:
        return PastPay(candidate, part, gaps, _paid(part, past))
    except InputError as error:
        pooled = any(problem.code == "attribute-conflict" for problem in error.problems)
    known = past.as_one_spell if pooled else past
    try:
        return PastPay(candidate, part, gaps, _paid(part, known), pooled)
    except InputError:
        gaps = (*gaps, *gaps_of_pay(always, gaps, lambda scheme: _paid(scheme, known)))
    part = judgeable(always, gaps)
    return PastPay(candidate, part, gaps, _paid(part, known), pooled)


def _paid(scheme: Scheme, past: PastMonths) -> pd.DataFrame:
    if not scheme.components:
        return pd.DataFrame(columns=["month", "agent", "component", "amount", "status", "scope"])
    return pay_months(scheme, past.measures, past.first, past.last, past.tables)


def pay_past(past: PastMonths, current: Candidate, candidates: Sequence[Candidate]) -> tuple[PastPay, ...]:
    """Pay the scheme in force and each candidate on all months; the scheme in force first."""
    base = payable(current, past)
    return (base, *(_beside(base, payable(candidate, past), past) for candidate in candidates))


def _beside(base: PastPay, one: PastPay, past: PastMonths) -> PastPay:
    """Hold a candidate against the scheme in force, each on the measures it is paid on."""
    if not (one.scheme.components and base.scheme.components):
        return one
    before, after = (past.as_one_spell if x.pooled else past for x in (base, one))
    against = diff_schemes(
        base.scheme,
        one.scheme,
        before.measures,
        month=past.last,
        first=past.months[0],
        judged=None if before is after else after.measures,
        tables=past.tables,
        otherwise=_PLACES,
    )
    return replace(one, against=against)


_PLACES = Text("parts of a month in several places", "月内多个岗位的分段")


def past_findings(paid: Sequence[PastPay]) -> list[Finding]:
    """Say what of each scheme could not be paid, in all months or in some."""
    return [finding for one in paid for finding in (*_not_paid(one), *_pooled(one), *_without_value(one))]


def _not_paid(one: PastPay) -> list[Finding]:
    name = one.candidate.name
    found = []
    for gap in one.gaps:
        needs = ", ".join(gap.columns)
        why = Text(f"needs {needs}", f"需要 {needs}") if gap.columns else gap.why
        message = Text(
            f"{name.en}: {gap.title.en} cannot be paid on these months, because it {why.en}; every figure of the "
            "scheme is without it."
            if gap.columns
            else f"{name.en}: {gap.title.en} cannot be paid on these months: {why.en}; every figure of the scheme is "
            "without it.",
            f"{name.zh}：{gap.title.zh}在这些月份无法计发（{why.zh}）；该方案的所有数字均不含此项。",
        )
        found.append(Finding("not-payable", "review", one.scheme.id, message))
    return found


def _pooled(one: PastPay) -> list[Finding]:
    if not one.pooled:
        return []
    name = one.candidate.name
    message = Text(
        f"{name.en} does not say how the parts of a month of somebody in several places are paid (each: spell); such "
        "people count with their last place of the month.",
        f"{name.zh}未写明月内换岗者如何分段计发（each: spell），这些人按当月最后的岗位计。",
    )
    return [Finding("counted-in-last-place", "info", one.scheme.id, message)]


def _without_value(one: PastPay) -> list[Finding]:
    """Say in which months a component had no value for anybody."""
    found = []
    rows = one.ledger[one.ledger["component"].fillna("") != ""]
    for component, mine in rows.groupby("component"):
        told = mine.groupby("month")["status"].agg(lambda status: bool((status == "no_value").all()))
        months = sorted(told.index[told])
        if not months:
            continue
        title = next((c.title for c in one.scheme.components if c.id == component), None)
        title = title or Text(str(component), str(component))
        message = Text(
            f"{one.name.en}: {title.en} has no value for anybody in {len(months)} of {len(told)} months "
            f"({months[0]} to {months[-1]}) and counts 0 there.",
            f"{one.name.zh}：{title.zh}在 {len(told)} 个月中的 {len(months)} 个月（{months[0]} 至 "
            f"{months[-1]}）无人有值，按 0 计。",
        )
        found.append(Finding("no-value-in-months", "review", one.scheme.id, message))
    return found


def say_past(past: PastMonths, paid: Sequence[PastPay]) -> list[Text]:
    """Say what each candidate would have paid beside the scheme in force."""
    base = paid[0]
    first = _money(base.total, past.currency)
    when = Text(f"{past.months[0]} to {past.months[-1]}", f"{past.months[0]} 至 {past.months[-1]}")
    said = [
        Text(
            f"Over {when.en} {base.name.en} as it is now would have paid {first.en}, had it always held. Every ledger "
            "begins empty, refunds after settlement are taken back, adjustments by hand are left out.",
            f"{when.zh}，若现行的{base.name.zh}一直有效，应发 {first.zh}。各方案的台账从零开始，结算后的退款照扣，"
            "不含手工调整。",
        )
    ]
    for one in paid[1:]:
        total, change = (_money(x, past.currency) for x in (one.total, one.total - base.total))
        if one.against is None:
            message = Text(
                f"{one.name.en}: nothing of it can be paid on these months.",
                f"{one.name.zh}：在这些月份全部无法计发。",
            )
        else:
            c = one.against.counts
            message = Text(
                f"{one.name.en}: {total.en}, {change.en} in difference; {c['more']} people get more, "
                f"{c['less']} less, {c['same']} the same.",
                f"{one.name.zh}：{total.zh}，差额 {change.zh}；{c['more']} 人增加，{c['less']} 人减少，"
                f"{c['same']} 人不变。",
            )
        said.append(message)
    return said


def _money(minor: int, currency: str) -> Text:
    return priced(format_money(minor), currency)
