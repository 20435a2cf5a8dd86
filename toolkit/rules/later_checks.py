"""Checks of what a component does over time: deferral, clawback and deductions."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from toolkit.rules.book import Book, Path
from toolkit.rules.document import Component
from toolkit.rules.expressions import Name
from toolkit.rules.table_checks import check_rate, check_table

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
            book.add((*path, "leaver"), "leaver-here", "'leaver' says what happens to what is deferred", "add 'defer'")
        return
    if component.undivided:
        book.add((*path, "defer"), "defer-here", "a fund of nobody in particular is not deferred")
    for index, part in enumerate(parts):
        at: Path = (*path, "defer", index)
        if part.after_months.denominator != 1 or not 1 <= part.after_months <= MAX_MONTHS:
            message = f"a whole number of months, 1 to {MAX_MONTHS}, is expected here"
            book.add((*at, "after_months"), "bad-number", message)
        if part.share <= 0:
            book.add((*at, "share"), "defer-share", "a deferred share is above 0%")
    if sum((part.share for part in parts), Fraction(0)) > 1:
        book.add((*path, "defer"), "defer-share", "the deferred shares sum to more than 100%")
    for index, (first, second) in enumerate(pairwise(parts)):
        if first.after_months >= second.after_months:
            at = (*path, "defer", index + 1, "after_months")
            book.add(at, "not-ascending", "each part must come later than the one before")


def check_deduction(book: Book, path: Path, component: Component) -> None:
    """Report a deduction without its kind, and words that belong to pay or to deductions only."""
    if component.deduct is None:
        for word in ("kind", "carry"):
            if getattr(component, word):
                book.add((*path, word), "deduct-missing", f"{word!r} is for what is deducted", "write deduct: ...")
        return
    if component.kind is None:
        fix = "kind: award_not_earned, discipline, loss_recovery or overpayment"
        book.add((*path, "deduct"), "kind-missing", "a deduction needs its kind: the law treats them apart", fix)
    for word in _NOT_DEDUCTED:
        if getattr(component, word):
            book.add((*path, word), "deduct-here", f"{word!r} does not go together with 'deduct'")


def check_clawback(book: Book, path: Path, component: Component) -> None:
    """Report a schedule that is not a share by age of what was paid on sales."""
    table = component.clawback
    if table is None:
        return
    under: Path = (*path, "clawback")
    if component.pay is None:
        book.add(under, "clawback-here", "what is paid on nothing cannot be taken back in proportion", "write pay: ...")
        return
    if table.by is None or not isinstance(table.by.node, Name) or table.by.node.name != "age_months":
        book.add((*under, "by") if table.by is not None else under, "clawback-by", "a clawback goes by age_months")
        return
    if table.mode not in ("slab", "interpolated"):
        book.add((*under, "mode"), "mode", "a clawback is slab or interpolated")
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
        book.add(path, "clawback-share", "at most what was paid is taken back: 0% to 100%")
