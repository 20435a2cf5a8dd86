"""The sentences of the reconciliation, each in both languages: what was paid, what is due, and what explains it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.core.money import format_money
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.studies.reconcile.causes import CLASSES, Fit

if TYPE_CHECKING:
    from toolkit.studies.reconcile.due import AmountsDue, Key
    from toolkit.studies.reconcile.payroll_lines import PayrollAmount

STRANGERS = ("NOT_ON_ROSTER", "BEFORE_JOINING", "AFTER_LEAVING")
MOST = 5  # further causes told in a sentence


@dataclass(frozen=True, slots=True)
class ItemDifference:
    """One agent and item: what payroll paid, what the rules give, and the class of the difference."""

    key: Key
    month: Month
    paid: PayrollAmount
    owed: int
    due: AmountsDue
    cause: str


def sentence(account: ItemDifference, why: Fit | None, also: Sequence[Fit], left: Sequence[Fit]) -> Text:
    """Return the sentence of one row.

    Parameters
    ----------
    why : what explains the difference; None where the class says it by itself.
    also : what explains it too.
    left : what explains the amount without the line that stands twice.
    """
    if account.cause == "MATCH":
        total, source = format_money(account.paid.total), account.paid.source
        return Text(f"Payroll pays {total} ({source.en}), as due.", f"工资表发放 {total}（{source.zh}），与应发一致。")
    parts = [_paid(account), _due(account), _reason(account, why, left)]
    others = dict.fromkeys((f.cause, f.label) for f in also if why is None or f.label != why.label)
    parts += [_also(list(others))] if others else []
    return Text(" ".join(p.en for p in parts), "".join(p.zh for p in parts))


def _paid(account: ItemDifference) -> Text:
    if not account.paid.n_lines:
        return Text("Payroll has no line.", "工资表中没有这一项。")
    total, source = format_money(account.paid.total), account.paid.source
    return Text(f"Payroll pays {total} ({source.en}).", f"工资表发放 {total}（{source.zh}）。")


def _due(account: ItemDifference) -> Text:
    owed, why = format_money(account.owed), _traces(account.due, account.key)
    if not why.en:
        agent, month = account.key[0], account.month
        nobody = Text(f"{agent} is no payee of it in {month}", f"{agent} 在 {month} 不属于该项的发放对象")
        return Text(f"The rules give {owed}: {nobody.en}.", f"按规则应发 {owed}：{nobody.zh}。")
    return Text(f"The rules give {owed}: {why.en}", f"按规则应发 {owed}：{why.zh}")


def _traces(dues: AmountsDue | None, key: Key) -> Text:
    """Return the sums behind an amount, "" for a person without any."""
    if dues is None:
        return Text("", "")
    return Text(" ".join(dues.sentences(key, "en")), "".join(dues.sentences(key, "zh")))


def _difference(minor: int) -> Text:
    amount = format_money(abs(minor))
    return Text(f"{amount} more", f"多 {amount}") if minor > 0 else Text(f"{amount} less", f"少 {amount}")


def _reason(account: ItemDifference, why: Fit | None, left: Sequence[Fit]) -> Text:
    gap = _difference(account.paid.total - account.owed)
    say: dict[str, Callable[[], Text]] = {
        "DUPLICATE": lambda: _twice(account, left),
        "ROUNDING": lambda: Text(f"{gap.en} than due, within rounding.", f"比应发{gap.zh}，属舍入差。"),
        "SPLIT": lambda: Text(
            f"As due in all, in {account.paid.n_lines} lines of which none is an amount of the rules.",
            f"合计与应发一致，但拆成 {account.paid.n_lines} 行，各行都不是规则给出的金额。",
        ),
        "UNEXPLAINED": lambda: Text(
            f"{gap.en} than due; no cause that was tried gives this amount.",
            f"比应发{gap.zh}；已尝试的原因均得不出这一金额。",
        ),
    }
    if account.cause in say:
        return say[account.cause]()
    if why is not None and account.cause in STRANGERS:
        return why.label
    if why is None:
        return Text(f"{gap.en} than due.", f"比应发{gap.zh}。")
    told = _told(account, why)
    return Text(f"{gap.en} than due. This fits {told.en}", f"比应发{gap.zh}。这一金额符合：{told.zh}")


def _told(account: ItemDifference, fit: Fit) -> Text:
    trace = _traces(fit.dues, account.key)
    if not trace.en:
        return Text(f"{fit.label.en}.", f"{fit.label.zh}。")
    return Text(f"{fit.label.en}: {trace.en}", f"{fit.label.zh}：{trace.zh}")


def _twice(account: ItemDifference, left: Sequence[Fit]) -> Text:
    again = [format_money(a) for a in account.paid.repeated]
    rest = account.paid.total - account.paid.copies
    en = f"The line of {' and of '.join(again)} stands twice; once is {format_money(rest)}"
    zh = f"金额 {'、'.join(again)} 的行重复；只计一次为 {format_money(rest)}"
    if rest == account.owed:
        return Text(f"{en}, as due.", f"{zh}，与应发一致。")
    gap = _difference(rest - account.owed)
    told = _told(account, left[0]) if left else None
    en += f", still {gap.en} than due" + (f". This fits {told.en}" if told else ".")
    return Text(en, f"{zh}，仍比应发{gap.zh}" + (f"。这一金额符合：{told.zh}" if told else "。"))


def without_correction(minor: int) -> Text:
    """Say what was left out: the correction of earlier months."""
    amount = format_money(minor)
    return Text(
        f"this month without the correction of earlier months ({amount})", f"本月金额，未含以前月份的更正（{amount}）"
    )


def with_correction(label: Text, minor: int) -> Text:
    """Say a cause of an amount that holds a correction of earlier months, too."""
    amount = format_money(minor)
    return Text(
        f"{label.en}, with the correction of earlier months ({amount})", f"{label.zh}，另加以前月份的更正（{amount}）"
    )


def _also(others: Sequence[tuple[str, Text]]) -> Text:
    """Name what else gives the amount."""
    shown = [(label, CLASSES[cause]) for cause, label in others[:MOST]]
    n_more = len(others) - MOST
    en = "; ".join(f"{label.en} ({cause.en})" for label, cause in shown) + f"; {n_more} more" * (n_more > 0)
    zh = "；".join(f"{label.zh}（{cause.zh}）" for label, cause in shown) + f"；另有 {n_more} 种" * (n_more > 0)
    return Text(f"It fits as well: {en}.", f"也符合：{zh}。")


def verdict(table: pd.DataFrame) -> Text:
    """Return the one sentence above everything: whether payroll is what the rules give."""
    people, wrong = table["agent"].nunique(), table[table["difference"] != 0]
    net, off = int(wrong["difference"].sum()), wrong["agent"].nunique()
    if not off:
        return Text(
            f"Payroll is what the rules give for all {people} people.", f"{people} 人的工资与规则计算的结果全部一致。"
        )
    amount = format_money(abs(net))
    en = f"net {amount} too {'much' if net > 0 else 'little'}" if net else "differences cancel out"
    zh = f"合计{'多' if net > 0 else '少'}发 {amount}" if net else "差额相互抵消"
    return Text(
        f"Payroll differs from the rules for {off} of {people} people; {en}.",
        f"{people} 人中有 {off} 人的工资与规则计算的结果不一致，{zh}。",
    )


def class_text(cause: str, people: int, difference: int) -> Text:
    """Return the sentence of one class of differences."""
    name, gap = CLASSES[cause], _difference(difference)
    net = Text(f"net {gap.en} than due", f"合计比应发{gap.zh}") if difference else Text("net 0.00", "合计 0.00")
    one = "person" if people == 1 else "people"
    return Text(f"{name.en}: {people} {one}, {net.en}.", f"{name.zh}：{people} 人，{net.zh}。")


def to_stranger(paid: PayrollAmount, why: Text) -> Text:
    """Say what somebody who cannot be paid is paid."""
    total, source = format_money(paid.total), paid.source
    return Text(f"Payroll pays {total} ({source.en}). {why.en}", f"工资表发放 {total}（{source.zh}）。{why.zh}")


def for_another_month(paid: PayrollAmount, month: Month, owed: int | None, before: int) -> Text:
    """Say what is paid for another month than that of the pay run, and what is still due for it.

    Parameters
    ----------
    owed : minor units due for that month as of now; None where it cannot be told.
    before : minor units paid for it in other pay runs.
    """
    total, source = format_money(paid.total), paid.source
    en, zh = f"Payroll pays {total} for {month} ({source.en}).", f"工资表为 {month} 发放 {total}（{source.zh}）。"
    if owed is None:
        return Text(
            f"{en} What was due and paid for {month} is not known here: import its data and its payroll.",
            f"{zh}这里没有 {month} 的应发与已发数据：请导入该月的数据和工资表。",
        )
    due, done, left = format_money(owed), format_money(before), format_money(owed - before)
    return Text(
        f"{en} Due for {month} as of now {due}, paid before {done}: still due {left}.",
        f"{zh}{month} 目前应发 {due}，此前已发 {done}：尚应发 {left}。",
    )


def without_item(name: str, people: int, total: int, item: str = "", named: bool = False) -> Text:
    """Say that what a component gives was not compared, and which item it may be; `named`: other items are named."""
    one = "person" if people == 1 else "people"
    entry = f"{json.dumps(item, ensure_ascii=False)}: [{name}]"
    line = entry if named else f"payroll_items: {{{entry}}}"
    return Text(
        f"{name} gives {format_money(total)} to {people} {one}; no payroll item stands for it, not compared."
        + (
            f" If the item {item!r} is it, write in workspace.yaml{' under payroll_items' * named}: {line}"
            if item
            else ""
        ),
        f"{name} 应发 {people} 人共 {format_money(total)}；没有对应的工资项目，未核对。"
        + (f"如果就是工资项目“{item}”，请在 workspace.yaml {'的 payroll_items 下' * named}写：{line}" if item else ""),
    )


def not_tried(label: Text) -> Text:
    """Say that a cause could not be tried on these data."""
    return Text(f"Not tried, the data do not allow it: {label.en}.", f"数据不允许，未尝试：{label.zh}。")
