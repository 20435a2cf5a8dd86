"""One person's pay of one month in sentences: every step in the order of evaluation, and what more would pay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Unpack

import pandas as pd

from toolkit.core.errors import UsageError
from toolkit.core.money import format_money, round_to_step
from toolkit.core.period import Month
from toolkit.core.text import Lang, Text
from toolkit.rules.books import Tables
from toolkit.rules.estimate import Estimate, estimate
from toolkit.rules.ledger import LedgerRows, decimal_text
from toolkit.rules.payroll import pay
from toolkit.rules.periods import span_paid
from toolkit.rules.phrases import who
from toolkit.rules.reading import nearest
from toolkit.rules.scheme import Scheme
from toolkit.rules.wording import Voice, money

STATUS = {
    "paid": Text("paid", "发放"),
    "not_met": Text("condition not met", "未满足条件"),
    "no_value": Text("no value", "缺少数据"),
    "withheld": Text("withheld", "扣留"),
    "receivable": Text("owed later", "待扣回"),
    "informative": Text("for information", "仅供参考"),
    "not_for": Text("not for this person", "不适用"),
    "not_due": Text("not due this month", "本月不发"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One ledger row of a person, or why there is none.

    Parameters
    ----------
    scheme, component, step : as in the ledger.
    origin_month : the month it goes back to.
    status : a ledger status, ``not_for`` or ``not_due``.
    amount : minor units; a fraction of one where the scheme rounds totals only.
    text : the sentence from which the amount can be redone.
    """

    scheme: str
    component: str
    step: str
    origin_month: str
    status: str
    amount: Fraction
    text: Text


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything a person was paid in a month, and why.

    Parameters
    ----------
    steps : in the order of evaluation; their amounts add up to `total`.
    total : minor units.
    estimates : what more would pay.
    """

    agent: str
    month: str
    currency: str
    steps: tuple[Step, ...]
    total: int
    estimates: tuple[Estimate, ...]

    def lines(self, lang: Lang) -> list[str]:
        """Return the explanation line by line."""
        total = f"{format_money(self.total)} {self.currency}"
        head = Text(f"{self.agent}, {self.month}: {total}.", f"{self.agent}，{self.month}：{total}。")
        summed = [_in_a_sum(step.amount) for step in self.steps if step.amount]
        said = [head.of(lang)]
        for number, step in enumerate(self.steps, 1):
            amount = money(step.amount / 100)
            said.append(f"{number}. [{amount}, {STATUS[step.status].of(lang)}] {step.text.of(lang)}")
        made = f"{' + '.join(summed)} = {total}" if len(summed) > 1 else total
        said.append(Text(f"Total: {made}.", f"合计：{made}。").of(lang))
        if self.estimates:
            said.append(Text("What more would have paid this month:", "如果本月多做一些，应发金额如何变化：").of(lang))
            said += [f"- {one.text.of(lang)}" for one in self.estimates]
        return said

    def to_json(self, lang: Lang) -> dict[str, Any]:
        """Return the explanation for machines; money in major units as text."""
        return {
            "agent": self.agent,
            "month": self.month,
            "currency": self.currency,
            "total": format_money(self.total, thousands=False),
            "steps": [
                {
                    "scheme": s.scheme,
                    "component": s.component,
                    "step": s.step,
                    "origin_month": s.origin_month,
                    "status": s.status,
                    "amount": _plain(s.amount),
                    "sentence": s.text.of(lang),
                }
                for s in self.steps
            ],
            "estimates": [
                {
                    "kind": e.kind,
                    "component": e.component,
                    "count": e.count,
                    "change": e.change.of(lang),
                    "gain": format_money(e.gain, thousands=False),
                    "total": format_money(e.then, thousands=False),
                    "assumption": e.assumption.of(lang),
                    "sentence": e.text.of(lang),
                }
                for e in self.estimates
            ],
        }


def explain_pay(
    schemes: Scheme | Sequence[Scheme], measures: pd.DataFrame, *, month: str, agent: str, **tables: Unpack[Tables]
) -> Explanation:
    """Explain one person's pay of one month.

    Parameters
    ----------
    schemes, measures, month, tables : as `pay` takes them.
    agent : whose pay.

    Raises
    ------
    UsageError
        If nobody of that name is paid or measured in the month.
    InputError
        As `pay` does.
    """
    versions = [schemes] if isinstance(schemes, Scheme) else list(schemes)
    rows = pay(versions, measures, month=month, **tables)
    known = _known(rows, measures, month)
    if agent not in known:
        hint = nearest(agent, known)
        raise UsageError(f"{agent!r} has no row in {month}" + (f"; {hint}" if hint else ""))
    steps = [*_steps(rows, agent), *_absent(versions, rows, agent)]
    total = round_to_step(sum((step.amount for step in steps), Fraction(0)))
    more = estimate(versions, measures, month=month, agent=agent, **tables)
    return Explanation(agent, month, versions[0].currency, tuple(steps), total, more)


def _known(rows: LedgerRows, measures: pd.DataFrame, month: str) -> list[str]:
    measured = measures.loc[measures["month"] == month, "agent"].dropna()
    return sorted({name for name in [*measured, *rows.table["agent"]] if name})


def _steps(rows: LedgerRows, agent: str) -> Iterator[Step]:
    """Yield the person's ledger rows with their sentences; sentences of others are never made."""
    table = rows.table
    at = 0
    for part in rows.parts:
        for block in part.blocks:
            for row, person in enumerate(block.person):
                if part.agent_of(int(person)) == agent:
                    line = table.iloc[at + row]
                    text = Text(block.explain(row, "en"), block.explain(row, "zh"))
                    where = (part.scheme.id, block.component, block.step, str(line["origin_month"]))
                    yield Step(*where, str(line["status"]), Fraction(str(line["amount"])), text)
            at += block.n


def _absent(schemes: Sequence[Scheme], rows: LedgerRows, agent: str) -> Iterator[Step]:
    """Yield why the person has no row of some components."""
    table = rows.table
    mine = table[(table["agent"] == agent) & (table["step"] == "component")]
    has = set(zip(mine["scheme"], mine["component"], strict=True))
    when = Month.parse(rows.month)
    for scheme in schemes:
        if not scheme.in_force.touches(when.start, when.last_day):
            continue
        for component in scheme.components:
            if (scheme.id, component.id) in has or component.undivided:
                continue
            voices = [Voice(scheme, lang, component) for lang in ("en", "zh")]
            whom = [who(None if component.for_ is None else component.for_.node, voice) for voice in voices]
            titles = [voice.title(component.id) for voice in voices]
            due = span_paid(scheme, component, when) is not None
            text = Text(f"{titles[0]}: is for {whom[0]}.", f"{titles[1]}：适用于{whom[1]}。")
            if not due:
                text = Text(f"{titles[0]}: is not paid in this month.", f"{titles[1]}：本月不计发。")
            status = "not_for" if due else "not_due"
            yield Step(scheme.id, component.id, "component", rows.month, status, Fraction(0), text)


def _in_a_sum(amount: Fraction) -> str:
    return money(amount / 100) if amount >= 0 else f"({money(amount / 100)})"


def _plain(amount: Fraction) -> str:
    """Return minor units in major ones, with two decimals or all there are."""
    whole = amount.denominator == 1
    return format_money(int(amount), thousands=False) if whole else decimal_text(amount / 100)
