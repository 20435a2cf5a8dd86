"""One person's pay of one month in sentences: every step in the order of evaluation, and what more would pay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Any, Unpack

import pandas as pd

from toolkit.core.errors import UsageError, nearest
from toolkit.core.figures import money
from toolkit.core.money import format_money, priced, round_to_step
from toolkit.core.period import Month
from toolkit.core.text import LANGUAGES, Lang, Text, Words, wording
from toolkit.rules.explain.ledger_text import LedgerStep, steps_of
from toolkit.rules.explain.what_if import Estimate, estimate, signed
from toolkit.rules.explain.wording import Voice, who
from toolkit.rules.formula.dictionary import ROLE_WORDS, role_word
from toolkit.rules.formula.expressions import TextLiteral, names, nodes
from toolkit.rules.pay.ledger import LedgerRows, decimal_text
from toolkit.rules.pay.run import span_paid
from toolkit.rules.scheme.document import Component
from toolkit.rules.scheme.scheme import Scheme
from toolkit.rules.settle.inputs import SettlementTables
from toolkit.rules.settle.payroll import pay

STATUS = {
    "paid": Text("paid", "发放"),
    "not_met": Text("condition not met", "未满足条件"),
    "no_value": Text("no value", "缺少数据"),
    "withheld": Text("withheld", "扣留"),
    "receivable": Text("to be paid back", "待扣回"),
    "informative": Text("for information", "仅供参考"),
    "not_for": Text("not for this person", "不适用"),
    "not_due": Text("not due this month", "本月不发"),
}
_IN_PART = Text("a part has no value", "部分缺少数据")
_TAKEN = {
    "defer": Text("held back", "暂缓"),
    "adjustment": Text("corrected", "更正"),
    "clawback": Text("taken back", "扣回"),
    "recovery": Text("taken back", "扣回"),
    "deduct": Text("deducted", "扣款"),
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything a person was paid in a month, and why.

    Parameters
    ----------
    steps : in the order of evaluation; their amounts add up to `total`.
    total : minor units.
    estimates : what more would pay.
    name : of the person, "" where no roster tells it.
    """

    agent: str
    month: str
    currency: str
    steps: tuple[LedgerStep, ...]
    total: int
    estimates: tuple[Estimate, ...]
    name: str = ""

    def lines(self, lang: Lang) -> list[str]:
        """Return the explanation line by line."""
        total = priced(format_money(self.total), self.currency)
        who = Text(self.agent, self.agent)
        if self.name:
            who = Text(f"{self.name} ({self.agent})", f"{self.name}（{self.agent}）")
        head = Text(f"{who.en}, {self.month}: {total.en}.", f"{who.zh}，{self.month}：{total.zh}。")
        summed = [_in_a_sum(step.amount) for step in self.steps if step.amount]
        said = [head.of(lang)]
        for number, step in enumerate(self.steps, 1):
            amount = priced(money(step.amount / 100), self.currency)
            mark = Text(f"[{amount.en}, {status_of(step).en}]", f"[{amount.zh}，{status_of(step).zh}]")
            said.append(f"{number}. {mark.of(lang)} {step.text.of(lang)}")
        made = f"{' + '.join(summed)} = " if len(summed) > 1 else ""
        said.append(Text(f"Total: {made}{total.en}.", f"合计：{made}{total.zh}。").of(lang))
        if self.estimates:
            said += self._what_if(lang)
        return said

    def _what_if(self, lang: Lang) -> Iterator[str]:
        """Yield what would have raised the pay, each assumption once above what rests on it."""
        yield Text(
            "What would have raised this month's pay (each line by itself, not added up):",
            "假如本月略有不同，应发金额会增加多少（各条单独计算，不可相加）：",
        ).of(lang)
        for assumption, found in groupby(self.estimates, key=lambda one: one.assumption):
            yield Text(f"Assumed: {assumption.en}.", f"假设：{assumption.zh}。").of(lang)
            for one in found:
                yield f"- {one.text.of(lang)}"
                for text, by in one.moves:
                    change = signed(by).replace(" ", "")
                    yield f"  {text.of(lang)}" + Text(f" ({change})", f"（{change}）").of(lang)

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
                    "count": e.count,  # of money in minor units; `change` says it
                    "change": e.change.of(lang),
                    "gain": format_money(e.gain, thousands=False),
                    "total": format_money(e.then, thousands=False),
                    "assumption": e.assumption.of(lang),
                    "moves": [{"sentence": text.of(lang), "change": _plain(by)} for text, by in e.moves],
                    "sentence": e.text.of(lang),
                }
                for e in self.estimates
            ],
        }


def explain_pay(
    schemes: Scheme | Sequence[Scheme],
    measures: pd.DataFrame,
    *,
    month: str,
    agent: str,
    **tables: Unpack[SettlementTables],
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
    return explain_rows(pay(versions, measures, month=month, **tables), versions, measures, agent=agent, **tables)


def explain_rows(
    rows: LedgerRows,
    versions: Sequence[Scheme],
    measures: pd.DataFrame,
    *,
    agent: str,
    **tables: Unpack[SettlementTables],
) -> Explanation:
    """Explain one person's part of a month that is paid.

    Parameters
    ----------
    rows : what `pay` gave for the schemes, measures and tables.

    Raises
    ------
    UsageError
        If nobody of that name is paid or measured in the month.
    """
    month, known = rows.month, _known(rows, measures, rows.month)
    if agent not in known:
        raise UsageError(_nobody(agent, month, nearest(agent, known)))
    mine = measures[(measures["month"] == month) & (measures["agent"] == agent)]
    steps = [*steps_of(rows, agent), *_absent(versions, rows, agent, mine)]
    total = round_to_step(sum((step.amount for step in steps), Fraction(0)))
    more = estimate(versions, measures, month=month, agent=agent, **tables)
    return Explanation(agent, month, versions[0].currency, tuple(steps), total, more)


def _nobody(agent: str, month: str, hint: Words) -> Text:
    en, zh = f"{agent!r} has no row in {month}", f"{month} 没有 {agent!r} 的数据"
    return Text(f"{en}; {wording(hint, 'en')}", f"{zh}；{wording(hint, 'zh')}") if hint else Text(en, zh)


def _known(rows: LedgerRows, measures: pd.DataFrame, month: str) -> list[str]:
    measured = measures.loc[measures["month"] == month, "agent"].dropna()
    return sorted({name for name in [*measured, *rows.table["agent"]] if name})


def _absent(schemes: Sequence[Scheme], rows: LedgerRows, agent: str, mine: pd.DataFrame) -> Iterator[LedgerStep]:
    """Yield why the person has no row of some components."""
    table = rows.table
    own = table[(table["agent"] == agent) & table["step"].isin(["component", "deduct"])]
    has = set(zip(own["scheme"], own["component"], strict=True))
    when = Month.parse(rows.month)
    for scheme in schemes:
        if not scheme.in_force.touches(when.start, when.last_day):
            continue
        for component in scheme.components:
            if (scheme.id, component.id) in has or component.undivided:
                continue
            voices = [Voice(scheme, lang, component) for lang in LANGUAGES]
            titles = [voice.title(component.id) for voice in voices]
            due = span_paid(scheme, component, when) is not None
            text = _not_for(component, mine, voices)
            if not due:
                text = Text(f"{titles[0]}: is not paid in this month.", f"{titles[1]}：本月不计发。")
            status = "not_for" if due else "not_due"
            yield LedgerStep(scheme.id, component.id, "component", rows.month, status, Fraction(0), text)


def _not_for(component: Component, mine: pd.DataFrame, voices: Sequence[Voice]) -> Text:
    """Say whom a component is for, and what this person is instead."""
    rule, said = component.for_, []
    asked = {node.value for node in nodes(rule.node) if isinstance(node, TextLiteral)} if rule is not None else set()
    own_words = bool(asked & {*ROLE_WORDS.values()})  # a scheme that names roles in English is read as it is written
    for voice in voices:
        own = []
        for name in dict.fromkeys(() if rule is None else names(rule.node)):
            values = mine[name].dropna().unique() if name in mine else [0]
            if all(isinstance(value, str) for value in values):
                translated = name == "role" and not own_words
                called = [role_word(str(v), voice.lang) if translated else str(v) for v in values]
                is_ = voice.listed(f"“{value}”" for value in called) if called else voice.say("blank", "空")
                own.append(voice.say(f"{voice.name(name)} is {is_}", f"{voice.name(name)}为{is_}"))
        whom = who(None if rule is None else rule.node, voice)
        head = f"{voice.title(component.id)}{voice.say(': ', '：')}"
        self_ = voice.joined(own, ", ", "，")
        said.append(
            head
            + voice.say(
                f"this person's {self_}; only for {whom}." if own else f"only for {whom}.",
                f"本人{self_}，本项只适用于{whom}。" if own else f"本项只适用于{whom}。",
            )
        )
    return Text(*said)


def status_of(step: LedgerStep) -> Text:
    """Say what became of a row."""
    if step.status == "no_value" and step.amount:
        return _IN_PART
    return _TAKEN.get(step.step, STATUS["paid"]) if step.status == "paid" and step.amount < 0 else STATUS[step.status]


def _in_a_sum(amount: Fraction) -> str:
    return money(amount / 100) if amount >= 0 else f"({money(amount / 100)})"


def _plain(amount: Fraction) -> str:
    """Return minor units in major ones, with two decimals or all there are."""
    whole = amount.denominator == 1
    return format_money(int(amount), thousands=False) if whole else decimal_text(amount / 100)
