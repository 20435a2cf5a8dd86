"""Checks of what a component does over time: deferral, clawback and deductions."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from toolkit.core.text import Text
from toolkit.rules.formula.expressions import Name
from toolkit.rules.scheme.document import Component
from toolkit.rules.scheme.problems import Book, Path
from toolkit.rules.scheme.tier_checks import check_rate, check_table

MAX_MONTHS = 120
# Words that say how pay is found or shared; a deduction is an amount of its own.
_NOT_DEDUCTED = (
    *("lines", "score", "rank", "floor", "share", "undivided", "accumulate", "defer", "leaver", "clawback", "capacity"),
)


def check_deferral(book: Book, path: Path, component: Component) -> None:
    """Report deferred parts that are not later shares of a whole."""
    parts = component.defer
    if parts is None:
        if component.leaver is not None:
            message = Text("'leaver' says what happens to what is deferred", "leaver 说的是离职时延期部分怎么办")
            fix = Text("add 'defer'", "补上 defer")
            book.add((*path, "leaver"), "leaver-here", message, fix)
        return
    if component.undivided:
        message = Text("a fund of nobody in particular is not deferred", "不分到个人的奖金池不能延期")
        book.add((*path, "defer"), "defer-here", message)
    for index, part in enumerate(parts):
        at: Path = (*path, "defer", index)
        if part.after_months.denominator != 1 or not 1 <= part.after_months <= MAX_MONTHS:
            message = Text(
                f"a whole number of months, 1 to {MAX_MONTHS}, is expected here", f"这里应是整数个月，1 到 {MAX_MONTHS}"
            )
            book.add((*at, "after_months"), "bad-number", message)
        if part.share <= 0:
            book.add((*at, "share"), "defer-share", Text("a deferred share is above 0%", "延期的比例必须大于 0%"))
    if sum((part.share for part in parts), Fraction(0)) > 1:
        message = Text("the deferred shares sum to more than 100%", "延期比例之和超过 100%")
        book.add((*path, "defer"), "defer-share", message)
    for index, (first, second) in enumerate(pairwise(parts)):
        if first.after_months >= second.after_months:
            at = (*path, "defer", index + 1, "after_months")
            message = Text("each part must come later than the one before", "每一部分必须晚于上一部分")
            book.add(at, "not-ascending", message)


def check_deduction(book: Book, path: Path, component: Component) -> None:
    """Report a deduction without its kind, and words that belong to pay or to deductions only."""
    if component.deduct is None:
        for word in ("kind", "carry"):
            if getattr(component, word):
                message = Text(f"{word!r} is for what is deducted", f"{word!r} 只用于扣款")
                fix = Text("write deduct: ...", "写 deduct: ...")
                book.add((*path, word), "deduct-missing", message, fix)
        return
    if component.kind is None:
        fix = Text(
            "kind: award_not_earned, discipline, loss_recovery or overpayment",
            "kind 写 award_not_earned、discipline、loss_recovery 或 overpayment",
        )
        message = Text("a deduction needs its kind: the law treats them apart", "扣款要写明种类：法律上分别对待")
        book.add((*path, "deduct"), "kind-missing", message, fix)
    for word in _NOT_DEDUCTED:
        if getattr(component, word):
            message = Text(f"{word!r} does not go together with 'deduct'", f"{word!r} 不能与 deduct 同时使用")
            book.add((*path, word), "deduct-here", message)


def check_clawback(book: Book, path: Path, component: Component) -> None:
    """Report a schedule that is not a share by age of what was paid on sales."""
    table = component.clawback
    if table is None:
        return
    under: Path = (*path, "clawback")
    if component.pay is None:
        message = Text("what is paid on nothing cannot be taken back in proportion", "没有基数的项目不能按比例追回")
        fix = Text("write pay: ...", "写 pay: ...")
        book.add(under, "clawback-here", message, fix)
        return
    if table.by is None or not isinstance(table.by.node, Name) or table.by.node.name != "age_months":
        message = Text("a clawback goes by age_months", "追回按 age_months（隔了几个月）分档")
        book.add((*under, "by") if table.by is not None else under, "clawback-by", message)
        return
    if table.mode not in ("slab", "interpolated"):
        message = Text("a clawback is slab or interpolated", "追回的 mode 只能是 slab 或 interpolated")
        book.add((*under, "mode"), "mode", message)
        return
    check_table(book, under, "rate", table, component)
    for index, tier in enumerate(table.tiers):
        if tier.rate is not None:
            _share_of_pay(book, (*under, "tiers", index, "rate"), component, index)


def _share_of_pay(book: Book, path: Path, component: Component, index: int) -> None:
    """A rate of a clawback is a literal share of what was paid."""
    rate = component.clawback.tiers[index].rate if component.clawback is not None else None
    if rate is None:
        return
    check_rate(book, path, rate, "money")
    if rate.literal is not None and not 0 <= rate.literal.value <= 1:
        message = Text("at most what was paid is taken back: 0% to 100%", "最多追回已发的部分：0% 到 100%")
        book.add(path, "clawback-share", message)
