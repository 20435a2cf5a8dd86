"""Points for counsel of a month: pay and what is taken from it, held against the limits a workspace states, by kind.

The limits are the user's, dated, each with its source (table ``legal_limits``). What stands below or above them is
flagged; nothing is judged, and nothing is declared safe. Schemes by themselves are read by `rules.lint.legal`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pandas as pd

from toolkit.core.figures import counted, decimals, money, percent
from toolkit.core.findings import Finding, listed
from toolkit.core.money import priced
from toolkit.core.text import Text
from toolkit.rules.explain.clauses import DEDUCTION_KINDS
from toolkit.rules.lint.legal import ASK
from toolkit.rules.settle.clawback import KIND as OVERPAYMENT
from toolkit.rules.settle.clawback import STEP as CLAWBACK
from toolkit.rules.settle.deductions import DEDUCTION, RECOVERY
from toolkit.rules.settle.files import exact_number
from toolkit.studies.reconcile.pay_run import pay_run

if TYPE_CHECKING:
    from toolkit.core.period import Month
    from toolkit.data.tables.workspace import Workspace
    from toolkit.studies.audit.settlement import Settlement

TABLE = "legal_limits"
KINDS: Mapping[str, Text] = {
    "minimum_wage": Text("minimum wage of a month", "月最低工资"),
    "normal_hours": Text("normal hours of a month", "月标准工时"),
    "overtime_premium": Text("pay of an hour above these, times", "加班倍数"),
    "deduction_share": Text("share of the wage that deductions may take", "扣款占工资的比例"),
}
POINTS: Mapping[str, Text] = {
    "legal-minimum-wage": Text("pay below the minimum stated", "低于所填最低工资"),
    "legal-deduction-share": Text("deductions above the share stated", "扣款超过所填比例"),
    "legal-discipline": Text("deductions as a punishment", "以扣薪作为处罚"),
}
TAKING = (CLAWBACK, RECOVERY, DEDUCTION)
NO_TABLE = Text(
    "Minimum wage and legal limits on deductions: no table stated. Import one with 类别, 城市, 数值, 开始日期, "
    "依据 (kind, place, value, from, source).",
    "最低工资与扣款的法定上限：未提供标准表。可导入含“类别、城市、数值、开始日期、依据”的表格。",
)
_NOT_OURS = re.compile(r"税|社保|社会保险|公积金|养老|医疗|失业|保险|\b(tax|insurance|pension|social)", re.IGNORECASE)
"""Items of payroll that the law itself takes: no deduction of the employer's."""
_DISCIPLINE = re.compile(r"罚|迟到|早退|旷工|违纪|\b(fine|penalt|late)", re.IGNORECASE)
"""Items of payroll whose name says that they punish."""


@dataclass(frozen=True, slots=True)
class LegalLimit:
    """What a workspace states, in force on the last day of a month.

    Parameters
    ----------
    kind : one of `KINDS`.
    place : the city of the roster it is for; "" for all that have none of their own.
    value : money in major units, hours, times, or a share.
    since, source : as stated.
    """

    kind: str
    place: str
    value: Fraction
    since: date
    source: str

    def text(self, currency: str) -> Text:
        """Say the limit as stated, with its place, day and source."""
        plain = percent(self.value) if self.kind == "deduction_share" else decimals(self.value)
        value = priced(money(self.value), currency) if self.kind == "minimum_wage" else Text(plain, plain)
        name, at = KINDS[self.kind], f"{self.since}"
        return Text(
            f"{name.en} {value.en} ({', '.join(filter(None, (self.place, f'from {at}', self.source)))})",
            f"{name.zh} {value.zh}（{'，'.join(filter(None, (self.place, f'{at} 起', self.source)))}）",
        )


@dataclass(frozen=True, slots=True)
class PersonPay:
    """What a person has of a month by the rules, in major units.

    Parameters
    ----------
    base_pay : of the roster; None where not known, or not the same all month.
    hours : worked, None where not known.
    earned : due before anything is taken.
    taken : by kind or payroll item what is taken from it: take-backs, recoveries, deductions; of payroll what neither
        is tax or insurance by its name nor stands for a component.
    discipline : what of it punishes, by the scheme's kind or the item's name.
    """

    agent: str
    place: str
    base_pay: Fraction | None
    hours: Fraction | None
    earned: Fraction
    taken: Mapping[str, Fraction]
    discipline: Fraction

    @property
    def wage(self) -> Fraction | None:
        """Base pay and what is due before anything is taken; None without a base pay."""
        return None if self.base_pay is None else self.base_pay + self.earned

    @property
    def all_taken(self) -> Fraction:
        """What is taken of all kinds."""
        return sum(self.taken.values(), Fraction(0))


@dataclass(frozen=True, slots=True)
class LegalCheck:
    """A month held against the limits stated.

    Parameters
    ----------
    limits : in force on the last day of the month.
    people : who was there all month, in the order of their names.
    n_part : who was paid and there for a part of it only, and is held against nothing.
    unreadable : rows of the table that cannot be read.
    """

    month: Month
    currency: str
    limits: tuple[LegalLimit, ...]
    people: tuple[PersonPay, ...]
    n_part: int
    unreadable: tuple[Finding, ...]

    def limit(self, kind: str, place: str) -> LegalLimit | None:
        """Return the limit of a place, else the one of all places, else None."""
        found = {limit.place: limit for limit in self.limits if limit.kind == kind}
        return found.get(place) or found.get("")

    def minimum(self, person: PersonPay) -> Fraction | None:
        """Return the least pay for the hours worked; None where no minimum is stated, or no hours are known.

        Of normal hours a month the minimum is of an hour: hours up to these once, hours above times the premium
        stated (once without any). Where no normal hours are stated it is of the whole month.
        """
        least, normal = (self.limit(kind, person.place) for kind in ("minimum_wage", "normal_hours"))
        if least is None or normal is None or not normal.value:
            return None if least is None else least.value
        if person.hours is None:
            return None
        premium = self.limit("overtime_premium", person.place)
        above = max(person.hours - normal.value, Fraction(0))
        return least.value / normal.value * (person.hours - above + above * (1 if premium is None else premium.value))


def hold_against_limits(workspace: Workspace, settlement: Settlement) -> LegalCheck:
    """Hold a month's pay by the rules, and what payroll takes beside it, against the limits stated."""
    month = settlement.month
    limits, unreadable = _read_limits(workspace, month)
    spells, here = _spells(workspace, month), settlement.people
    spells = {agent: own for agent, own in spells.items() if here is None or agent in here}
    taken = _taken(workspace, settlement)
    rows = settlement.ledger
    earned = rows.loc[~rows["step"].isin(TAKING)].groupby("agent")["amount"].sum()
    hours = settlement.cells.dropna(subset=["worked_hours"]).groupby("agent")["worked_hours"].sum()
    paid, whole = set(settlement.due.index), sorted(str(a) for a, own in spells.items() if own["whole"])
    people = tuple(
        PersonPay(
            agent=agent,
            place=spells[agent]["place"],
            base_pay=spells[agent]["base_pay"],
            hours=Fraction(hours[agent]) if agent in hours.index else None,
            earned=_major(earned.get(agent, 0)),
            taken={name: n for name, (n, _) in taken.get(agent, {}).items()},
            discipline=sum((n for n, punishes in taken.get(agent, {}).values() if punishes), Fraction(0)),
        )
        for agent in whole
    )
    return LegalCheck(month, workspace.settings.currency, limits, people, len(paid - set(whole)), unreadable)


def _major(minor: Any) -> Fraction:
    return Fraction(str(minor)) / 100


def _read_limits(workspace: Workspace, month: Month) -> tuple[tuple[LegalLimit, ...], tuple[Finding, ...]]:
    found: dict[tuple[str, str], LegalLimit] = {}
    unreadable = []
    table = workspace.table(TABLE).sort_values("from", kind="stable")
    for row in table.to_dict("records"):
        try:
            value = exact_number(str(row["value"]))
        except ValueError:
            value = None
        if row["kind"] not in KINDS or value is None:
            unreadable.append(_unreadable({str(k): v for k, v in row.items()}))
        elif row["from"].date() <= month.last_day and (pd.isna(row["to"]) or row["to"].date() >= month.last_day):
            place = "" if pd.isna(row["place"]) else str(row["place"])
            limit = LegalLimit(str(row["kind"]), place, value, row["from"].date(), str(row["source"]))
            found[limit.kind, limit.place] = limit
    return tuple(found.values()), tuple(unreadable)


def _unreadable(row: Mapping[str, Any]) -> Finding:
    where = " ".join(str(row[c]) for c in ("_file", "_row") if c in row and pd.notna(row[c])) or TABLE
    got, known, known_zh = f"{row['kind']} {row['value']}", ", ".join(KINDS), "、".join(t.zh for t in KINDS.values())
    text = Text(
        f"{where}: {got!r} is no legal limit; write one of {known} as kind and a number as value.",
        f"{where}：“{got}”不是法定标准；类别应为最低工资、标准工时、加班倍数、扣款比例之一（{known_zh}），数值应为数字。",
    )
    return Finding("legal-limit-unreadable", "review", TABLE, text)


def _spells(workspace: Workspace, month: Month) -> dict[str, dict[str, Any]]:
    """Return by agent of the roster: the place, the base pay, whether there from the first to the last day."""
    roster = workspace.table("assignments")
    first, last = pd.Timestamp(month.start), pd.Timestamp(month.last_day)
    ends = roster[["to", "left_on"]].min(axis=1).fillna(last)
    here = roster.assign(end=ends).loc[(roster["from"] <= last) & (ends >= first)].sort_values("from", kind="stable")
    found = {}
    for agent, own in here.groupby("agent"):
        pays, city = set(own["base_pay"].dropna()), own["city"].dropna()
        one = pays.pop() if len(pays) == 1 and own["base_pay"].notna().all() else None
        found[str(agent)] = {
            "place": str(city.iloc[-1]) if len(city) else "",
            "base_pay": None if one is None else _major(one),
            "whole": bool(own["from"].min() <= first and own["end"].max() >= last),
        }
    return found


_Taken = dict[str, dict[str, tuple[Fraction, bool]]]


def _taken(workspace: Workspace, settlement: Settlement) -> _Taken:
    """Return by agent and what it is called what is taken, and whether it punishes."""
    kinds = {(s.id, c.id): c.kind for s in settlement.schemes for c in s.components if c.deduct is not None}
    rows = settlement.ledger
    found: _Taken = {}
    for row in rows.loc[rows["step"].isin(TAKING) & (rows["amount"] < 0)].to_dict("records"):
        kind = kinds.get((str(row["scheme"]), str(row["component"]))) or OVERPAYMENT
        _add(found, str(row["agent"]), kind, -_major(row["amount"]), kind == "discipline")
    run = pay_run(workspace.table("payroll"), str(settlement.month), workspace.settings.payroll_items)
    for line in run.lines.dropna(subset=["taken"]).to_dict("records"):
        item = str(line["item"])
        if not _NOT_OURS.search(item):
            _add(found, str(line["agent"]), item, _major(line["taken"]), bool(_DISCIPLINE.search(item)))
    return found


def _add(found: _Taken, agent: str, name: str, amount: Fraction, punishes: bool) -> None:
    own = found.setdefault(agent, {})
    own[name] = own.get(name, (Fraction(0), punishes))[0] + amount, punishes


def legal_points(workspace: Workspace, settlement: Settlement) -> Iterator[Finding]:
    """Yield a point for counsel a kind, with whom it touches: pay below the minimum, deductions above the share or for
    discipline; and rows of the table that cannot be read.
    """
    check = hold_against_limits(workspace, settlement)
    yield from check.unreadable
    yield from _below_minimum(check)
    yield from _above_share(check)
    punished = [(p, p.discipline) for p in check.people if p.discipline]
    if punished:
        total = priced(money(sum((n for _, n in punished), Fraction(0))), check.currency)
        who = listed([f"{p.agent} {money(n)}" for p, n in punished])
        en = f"Taken as a punishment: {total.en} from {counted(len(punished), 'person', 'people')} ({who})."
        yield _point(check, "discipline", Text(en, f"作为处罚扣款：{len(punished)} 人共 {total.zh}（{who}）。"))


def _below_minimum(check: LegalCheck) -> Iterator[Finding]:
    below: dict[LegalLimit, list[str]] = {}
    for p in check.people:
        least, limit = check.minimum(p), check.limit("minimum_wage", p.place)
        if least is not None and limit is not None and p.wage is not None and p.wage - p.all_taken < least:
            below.setdefault(limit, []).append(f"{p.agent} {money(p.wage - p.all_taken)} < {_rounded(least)}")
    for limit, who in below.items():
        stated, n = limit.text(check.currency), len(who)
        text = Text(
            f"Base pay and variable pay, less what is taken, are below the minimum stated for the hours worked for "
            f"{counted(n, 'person', 'people')}: {listed(who)}; {stated.en}.",
            f"{n} 人的底薪加浮动薪酬扣款后低于所填标准（按实际工时）：{listed(who)}；{stated.zh}。",
        )
        yield _point(check, "minimum-wage", text)


def _rounded(value: Fraction) -> str:
    return money(Fraction(-(-value * 100 // 1), 100))


def _above_share(check: LegalCheck) -> Iterator[Finding]:
    above: dict[LegalLimit, list[PersonPay]] = {}
    for p in check.people:
        limit = check.limit("deduction_share", p.place)
        if limit is not None and p.wage is not None and p.all_taken > limit.value * p.wage:
            above.setdefault(limit, []).append(p)
    for limit, who in above.items():
        stated, n, shown = limit.text(check.currency), len(who), [_say_taken(p) for p in who]
        text = Text(
            f"More is taken than the share stated of the wage for {counted(n, 'person', 'people')}: "
            f"{listed([t.en for t in shown])}; {stated.en}.",
            f"{n} 人的扣款超过所填的工资比例：{listed([t.zh for t in shown])}；{stated.zh}。",
        )
        yield _point(check, "deduction-share", text)


def _say_taken(person: PersonPay) -> Text:
    """Say what is taken of a person's wage, by kind of the scheme or item of payroll."""
    kinds = [(DEDUCTION_KINDS.get(name, (name, name)), money(n)) for name, n in person.taken.items()]
    en, zh = (" + ".join(f"{name[lang]} {n}" for name, n in kinds) for lang in (0, 1))
    wage = money(person.wage or Fraction(0))
    return Text(f"{person.agent} ({en} of {wage})", f"{person.agent}（工资 {wage}：{zh}）")


def _point(check: LegalCheck, code: str, text: Text) -> Finding:
    said = Text(f"{text.en} {ASK.en}", f"{text.zh}{ASK.zh}")
    return replace(Finding(f"legal-{code}", "review", str(check.month), said), period=str(check.month))


def say_limits(check: LegalCheck) -> list[Text]:
    """Say which limits the month was held against, and of whom it could not be told."""
    if not check.limits:
        return [NO_TABLE]
    stated = [limit.text(check.currency) for limit in check.limits]
    unknown = sum(p.wage is None or (bool(check.limit("minimum_wage", p.place)) and check.minimum(p) is None)
                  for p in check.people)  # fmt: skip
    none = sum(check.limit("minimum_wage", p.place) is None for p in check.people)
    lacking = [f"{n} {why}" for n, why in ((unknown, "without base pay or worked hours"), (none, "without a minimum "
               "stated for their city"), (check.n_part, "not there all month")) if n]  # fmt: skip
    lacking_zh = [f"{why} {n} 人" for n, why in ((unknown, "底薪或实际工时未知"), (none, "所在城市未填最低工资"),
                  (check.n_part, "非整月在职")) if n]  # fmt: skip
    return [
        Text(
            "Legal limits beyond those stated. Held against, as stated and no more: "
            + "; ".join(t.en for t in stated)
            + (f". Not compared: {', '.join(lacking)}" if lacking else "")
            + ". That nothing is flagged declares nothing safe.",
            "所填标准之外的法定要求。仅按所填标准比较：" + "；".join(t.zh for t in stated)
            + (f"。未比较：{'、'.join(lacking_zh)}" if lacking_zh else "") + "。未提示不等于合规。",
        )
    ]  # fmt: skip
