"""Two schemes compared: what changed, whose pay by how much, and which change causes it.

What a scheme pays in a month that depends on what the months before paid: to date, in a row, held back, owed.
The months before are paid by the same scheme first, so that two schemes are compared as if each had always held.

Two schemes compared: what changed, whose pay by how much, which change causes it, and a letter to the people.
Every amount is what `pay` gives on the same measures, earlier months first where a scheme looks back at them; the
causes are differences of successive schemes between the old and the new one (`scheme_steps`), so they add up to the
whole difference. Funds of a group that are nobody's stand beside the people, so the table adds up to it too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import pandas as pd

from toolkit.core.errors import InputError, UsageError, check_language
from toolkit.core.money import format_money, priced
from toolkit.core.period import Month
from toolkit.core.text import Lang, Text
from toolkit.rules.lint.gaps import missing_columns
from toolkit.rules.pay.run import span_around
from toolkit.rules.scheme.document import Cap, Component, Guarantee
from toolkit.rules.scheme.scheme import Scheme
from toolkit.rules.settle.inputs import SettlementTables
from toolkit.rules.settle.payroll import pay
from toolkit.studies.scheme_change.changes import SchemeChange, scheme_changes
from toolkit.studies.scheme_change.halfway import SchemeStep, steps_between

LOOK_BACK = 12
"""Months before the one paid that streaks, what was held back and what is owed are followed from."""


JUDGING = Text("the judging rule (other measures)", "业绩判定规则（改用新的数据）")


def first_month(scheme: Scheme, measures: pd.DataFrame, month: str) -> str:
    """Return the first month of the measures whose pay the pay of `month` depends on; `month` where there is none."""
    starts = [start for component in scheme.components for start in _starts(scheme, component, Month.parse(month))]
    for limit in scheme.limits:
        if isinstance(limit, Cap) and limit.period == "year":
            starts.append(f"{month[:4]}-01")
        if (isinstance(limit, Cap) and limit.carry) or (isinstance(limit, Guarantee) and limit.recoverable):
            starts.append(_back(month))
    there = sorted(set(measures["month"]))
    return min((m for m in there if m >= min(starts, default=month)), default=month)


def _starts(scheme: Scheme, component: Component, month: Month) -> list[str]:
    """Return the months from which a component's own earlier rows count."""
    found = []
    span = span_around(scheme, component, month) if component.accumulate else None
    if span is not None:
        found.append(str(span.first))
    if component.id in scheme.streaked or component.defer or component.carry:
        found.append(_back(str(month)))
    return found


def _back(month: str) -> str:
    return str(Month.parse(month).shift(-LOOK_BACK))


def pay_months(
    scheme: Scheme, measures: pd.DataFrame, since: str, last: str, tables: SettlementTables | None = None
) -> pd.DataFrame:
    """Return the ledger rows of the months from `since` to `last`, each paid on those before it.

    Parameters
    ----------
    tables : ``lines`` of these months, ``refunds`` to date; of refunds those count whose sale is paid here.
    """
    beside = tables or SettlementTables()
    lines, known = beside.get("lines"), beside.get("refunds")
    ledger: pd.DataFrame | None = None
    for month in sorted({last, *(m for m in measures["month"] if since <= m <= last)}):
        now = SettlementTables() if ledger is None else SettlementTables(ledger=ledger)
        if lines is not None:
            now["lines"] = lines
        if known is not None:
            now["refunds"] = known[(known["month"] <= month) & (known["origin_month"] >= since)]
        rows = pay(scheme, measures[measures["month"] <= month], month=month, **now).table
        ledger = rows if ledger is None else pd.concat([ledger, rows], ignore_index=True)
    return ledger if ledger is not None else pd.DataFrame()


def paid_in(
    scheme: Scheme, measures: pd.DataFrame, months: tuple[str, str, str], tables: SettlementTables | None = None
) -> dict[tuple[str, str], int]:
    """Return what a scheme pays in some months, minor units by (agent, "") and, of nobody, by ("", group).

    Parameters
    ----------
    months : since when months are paid for what they leave behind, and the first and the last month that count.
    tables : beside the measures, see `pay_months`.
    """
    since, first, last = months
    ledger = pay_months(scheme, measures, since, last, tables)
    table = ledger[ledger["month"] >= first]
    groups = table["scope"].where(table["agent"] == "", "")
    paid: dict[tuple[str, str], int] = {}
    for agent, group, amount in zip(table["agent"], groups, table["amount"], strict=True):
        paid[agent, group] = paid.get((agent, group), 0) + amount
    return {payee: int(amount) for payee, amount in paid.items()}


Payee = tuple[str, str]
"""Agent, and "" of a person; or "" and the group of an undivided fund."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What one change did to pay, with everything before it read the new way already.

    Parameters
    ----------
    component : its id, "" for what is no single component's.
    label : what changed, in words.
    effect : of everybody together and of funds, minor units.
    by_payee : of each person and fund it touches, minor units.
    """

    component: str
    label: Text
    effect: int
    by_payee: dict[Payee, int]

    @property
    def by_agent(self) -> dict[str, int]:
        """The effect on each person it touches, minor units."""
        return {agent: effect for (agent, _), effect in self.by_payee.items() if agent}


@dataclass(frozen=True, slots=True, eq=False)
class SchemeDiff:
    """Two schemes compared.

    Parameters
    ----------
    changes : what they say differently.
    first, month : the first and the last of the months paid under both; "" without measures.
    since : first of the months before them that were paid too, as both schemes' pay depends on them; "" where it does
        not.
    people : one row an agent: agent, group, old, new, difference (minor units) and cause, of all months together;
        largest loss first, then one row a fund that is nobody's, its agent "" and its group named. The differences add
        up to the whole, and the causes of each row to its difference.
    causes : what did it, in the order the new scheme was read; their effects add up to the difference.
    missing : columns of the measures without which pay could not be compared; nothing is paid then.
    names : what people are called, by id, where a roster says it.
    """

    old: Scheme
    new: Scheme
    changes: tuple[SchemeChange, ...]
    first: str
    month: str
    since: str
    people: pd.DataFrame
    causes: tuple[Cause, ...]
    missing: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def months(self) -> Text:
        """The month paid under both, or the first and the last of several."""
        if self.first == self.month:
            return Text(self.month, self.month)
        return Text(f"{self.first} to {self.month}", f"{self.first} 至 {self.month}")

    @property
    def funds(self) -> pd.DataFrame:
        """The rows of `people` that are nobody's."""
        return self.people[self.people["agent"] == ""]

    @property
    def counts(self) -> dict[str, int]:
        """How many people are paid more, less and the same, and the totals in minor units, funds among them."""
        difference = self.people.loc[self.people["agent"] != "", "difference"]
        return {
            "more": int((difference > 0).sum()),
            "less": int((difference < 0).sum()),
            "same": int((difference == 0).sum()),
            "old": int(self.people["old"].sum()),
            "new": int(self.people["new"].sum()),
        }

    @property
    def text(self) -> Text:
        """The result in a sentence."""
        if not self.month:
            n = len(self.changes)
            lacking = Text("", "")
            if self.missing:
                lacking = Text(
                    f" Pay could not be compared: the measures have no column {', '.join(self.missing)}.",
                    f"未能比较应发金额：数据中没有{'、'.join(self.missing)}列。",
                )
            return Text(f"{n} difference{'s' if n != 1 else ''}.{lacking.en}", f"共 {n} 处不同。{lacking.zh}")
        c = self.counts
        old, new, change = (self._priced(v) for v in (c["old"], c["new"], c["new"] - c["old"]))
        more = [self._of_funds(), self._of_history()]
        return Text(
            f"Paid on {self.months.en}: {old.en} by the old scheme, {new.en} by the new one, {change.en} in "
            f"difference; {c['more']} people get more, {c['less']} less, {c['same']} the same."
            f"{''.join(m.en for m in more)}",
            f"按 {self.months.zh} 数据测算：原方案合计 {old.zh}，新方案合计 {new.zh}，差额 {change.zh}；"
            f"{c['more']} 人增加，{c['less']} 人减少，{c['same']} 人不变。{''.join(m.zh for m in more)}",
        )

    def _priced(self, minor: int) -> Text:
        return priced(format_money(minor), self.new.currency)

    def _of_funds(self) -> Text:
        funds = self.funds
        if funds.empty:
            return Text("", "")
        old, new = (self._priced(int(funds[name].sum())) for name in ("old", "new"))
        return Text(
            f" Of this {old.en} and {new.en} go to funds of groups, not to persons ({len(funds)}).",
            f"其中归团队或店铺基金、不归个人的分别为 {old.zh}和 {new.zh}（{len(funds)} 个）。",
        )

    def _of_history(self) -> Text:
        if not self.since:
            return Text("", "")
        return Text(
            f" What a scheme pays in {self.months.en} depends on earlier months, so both were paid from {self.since} "
            "on.",
            f"{self.months.zh} 的应发取决于此前各月，因此两个方案均自 {self.since} 起逐月计发。",
        )

    def people_table(self, lang: Lang) -> pd.DataFrame:
        """Return the people in file form: money in major units as text; the column of groups where there are funds."""
        check_language(lang)
        money = {name: self.people[name].map(format_money) for name in ("old", "new", "difference")}
        agents = self.people["agent"].map(lambda agent: self.names.get(agent, agent))
        table = self.people.assign(agent=agents, **money, cause=[cause.of(lang) for cause in self.people["cause"]])
        return table.drop(columns="group") if self.funds.empty else table

    def causes_table(self, lang: Lang) -> pd.DataFrame:
        """Return the causes: component, change, effect in major units as text, people touched."""
        check_language(lang)
        rows = [
            (self.title_of(c.component).of(lang), c.label.of(lang), format_money(c.effect), len(c.by_agent))
            for c in self.causes
        ]
        return pd.DataFrame(rows, columns=["component", "change", "effect", "people"])

    def title_of(self, component: str) -> Text:
        """Return what a component is called, in the new scheme where it is there."""
        for scheme in (self.new, self.old):
            for one in scheme.components:
                if one.id == component:
                    return one.title or Text(component, component)
        return Text("all", "全部")

    def to_json(self, lang: Lang) -> dict[str, Any]:
        """Return the comparison for machines; money in major units as text."""
        check_language(lang)
        shown: dict[str, Any] = {
            "changes": [
                {"kind": c.kind, "about": c.about, "key": c.key, "was": c.was.of(lang), "now": c.now.of(lang)}
                for c in self.changes
            ],
            "first": self.first,
            "month": self.month,
            "since": self.since,
            "missing_columns": list(self.missing),
        }
        if self.month:
            shown["counts"] = {k: v for k, v in self.counts.items() if k in ("more", "less", "same")}
            shown["totals"] = {k: format_money(self.counts[k], thousands=False) for k in ("old", "new")}
            shown["causes"] = self.causes_table(lang).to_dict("records")
            people = replace(self, names={}).people_table(lang)
            named = {"name": people["agent"].map(lambda agent: self.names.get(agent, ""))} if self.names else {}
            shown["people"] = people.assign(**named).to_dict("records")
        return shown


def diff_schemes(
    old: Scheme,
    new: Scheme,
    measures: pd.DataFrame | None = None,
    *,
    month: str = "",
    first: str = "",
    judged: pd.DataFrame | None = None,
    roster: pd.DataFrame | None = None,
    tables: SettlementTables | None = None,
    otherwise: Text = JUDGING,
) -> SchemeDiff:
    """Compare two schemes, and what both pay for the same months; where the measures lack columns, their words only.

    Parameters
    ----------
    measures : in memory form; None compares what the schemes say only. Earlier months count where a scheme pays to
        date or looks back.
    month : the month paid under both, whenever they are in force; default the last of the measures.
    first : the first of several months, up to `month`; default that one alone.
    judged : measures of the same months as the new scheme will have them, where the rule of crediting changes too.
    roster : who people are, by agent and name.
    tables : beside the measures, see `pay_months`.
    otherwise : what the change to `judged` is called.

    Raises
    ------
    UsageError
        If the measures have no rows in the month or the first one, or the first is later.
    InputError
        If the old or the new scheme cannot be paid on the measures.
    """
    changes = scheme_changes(old, new)
    if measures is None:
        nobody = pd.DataFrame({"agent": [], "group": [], "old": [], "new": [], "difference": [], "cause": []})
        return SchemeDiff(old, new, changes, "", "", "", nobody, ())
    if measures.empty:
        raise UsageError(Text("the measures have no row", "指标表里一行也没有"))
    chosen = month or str(measures["month"].max())
    first = first or chosen
    for wanted in (chosen, first):
        if not (measures["month"] == wanted).any():
            raise UsageError(Text(f"the measures have no rows in {wanted}", f"数据中没有 {wanted} 的记录"))
    if first > chosen:
        raise UsageError(Text(f"{first} is later than {chosen}", f"{first} 晚于 {chosen}"))
    missing = {name for scheme in (old, new) for name in missing_columns(scheme, measures)}
    if missing:
        return replace(diff_schemes(old, new), missing=tuple(sorted(missing)))
    steps = list(steps_between(old, new))
    since = min(first_month(scheme, measures, first) for scheme in (steps[0].scheme, steps[-1].scheme))
    totals = _totals(steps, measures, (since, first, chosen), (judged, tables), otherwise)
    causes = tuple(_causes(totals))
    before, people = since if since < first else "", _people(totals, causes)
    return SchemeDiff(old, new, changes, first, chosen, before, people, causes, names=_names(roster))


def _names(roster: pd.DataFrame | None) -> dict[str, str]:
    """Return what each agent is called; with the id where two have one name."""
    if roster is None or "name" not in roster:
        return {}
    known = roster[["agent", "name"]].dropna().drop_duplicates("agent", keep="last")
    shared = known["name"].duplicated(keep=False)
    said = known["name"].where(~shared, known["name"] + " (" + known["agent"] + ")")
    return dict(zip(known["agent"], said, strict=True))


Totals = list[tuple[str, Text, dict[Payee, int]]]


def _totals(
    steps: list[SchemeStep],
    measures: pd.DataFrame,
    months: tuple[str, str, str],
    beside: tuple[pd.DataFrame | None, SettlementTables | None],
    otherwise: Text,
) -> Totals:
    """Pay every step; one that cannot be paid by itself counts with the next."""
    judged, tables = beside
    found: Totals = [("", steps[0].label, paid_in(steps[0].scheme, measures, months, tables))]
    if judged is not None:
        found.append(("", otherwise, paid_in(steps[0].scheme, judged, months, tables)))
    used, waiting = measures if judged is None else judged, list[SchemeStep]()
    for step in steps[1:]:
        waiting.append(step)
        try:
            paid = paid_in(step.scheme, used, months, tables)
        except (InputError, TypeError):
            if step is steps[-1]:
                raise
            continue
        label = Text("; ".join(s.label.en for s in waiting), "；".join(s.label.zh for s in waiting))
        same = len({s.component for s in waiting}) == 1
        found.append((step.component if same else "", label, paid))
        waiting = []
    return found


def _causes(totals: Totals) -> list[Cause]:
    """Return what each step did; those that did nothing to anybody are left out."""
    found = []
    for (_, _, before), (component, label, after) in pairwise(totals):
        change = {payee: after.get(payee, 0) - before.get(payee, 0) for payee in {**before, **after}}
        touched = {payee: value for payee, value in change.items() if value}
        if touched:
            found.append(Cause(component, label, sum(touched.values()), touched))
    return found


def _people(totals: Totals, causes: tuple[Cause, ...]) -> pd.DataFrame:
    """Return a row each person, largest loss first, then each fund."""
    old, new = totals[0][2], totals[-1][2]
    rows = [(*payee, old.get(payee, 0), new.get(payee, 0)) for payee in {**old, **new}]
    rows.sort(key=lambda row: (row[0] == "", row[3] - row[2], row[0], row[1]))
    table = pd.DataFrame(rows, columns=["agent", "group", "old", "new"])
    table["difference"] = table["new"] - table["old"]
    table["cause"] = pd.Series([_moved_by(row[:2], causes) for row in rows], dtype=object)
    return table


def _moved_by(payee: Payee, causes: tuple[Cause, ...]) -> Text:
    """Say what moved a person's or a fund's pay; of several causes each with its part, which add up."""
    touching = [(cause.label, cause.by_payee[payee]) for cause in causes if payee in cause.by_payee]
    if len(touching) == 1:
        return touching[0][0]
    parts = [(label, f"{format_money(by)}" if by < 0 else f"+{format_money(by)}") for label, by in touching]
    return Text(
        "; ".join(f"{label.en} {by}" for label, by in parts), "；".join(f"{label.zh} {by}" for label, by in parts)
    )
