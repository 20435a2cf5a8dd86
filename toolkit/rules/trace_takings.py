"""The sentences behind what is taken: clawbacks, recoveries, deductions, and what stays owed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from toolkit.core.text import Lang
from toolkit.rules.document import Component
from toolkit.rules.trace_later import head
from toolkit.rules.wording import money, say

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Charge:
    """The sum behind a clawback.

    Parameters
    ----------
    paid, base : what the component paid, and on what (0: unknown).
    refunded : what counts of the refunds to date, by age.
    total, before : to be charged to date, and charged before.
    """

    paid: Fraction
    base: Fraction
    refunded: Fraction
    total: Fraction
    before: Fraction

    @property
    def now(self) -> Fraction:
        """What is to be charged now; below 0 to be given back."""
        return self.total - self.before

    def words(self, month: str, lang: Lang) -> str:
        """Return the sum."""
        if not self.base:
            text = say(lang, f"{money(self.refunded)} of {month} refunded", f"{month} 退款 {money(self.refunded)}")
            return text + say(lang, ", but nothing was paid on sales", "，但该月没有按销售额发放")
        text = say(
            lang,
            f"{money(self.paid)} was paid on {money(self.base)} in {month}, {money(self.refunded)} of it counts as "
            f"refunded to date: {money(self.paid)} × {money(self.refunded)} ÷ {money(self.base)} ≈ {money(self.total)}",
            f"{month} 按 {money(self.base)} 发放 {money(self.paid)}，至今计入退款 {money(self.refunded)}："
            f"{money(self.paid)} × {money(self.refunded)} ÷ {money(self.base)} ≈ {money(self.total)}",
        )
        if self.before:
            text += say(
                lang,
                f", less {money(self.before)} charged before = {money(self.now)}",
                f"，减去此前已计 {money(self.before)} = {money(self.now)}",
            )
        return text


@dataclass(frozen=True, slots=True)
class ChargeTrace:
    """Explains what is taken back, or given back, for refunds."""

    component: Component
    month: str
    charge: Charge
    taken: Fraction

    def __call__(self, lang: Lang) -> str:
        """Return the sentence."""
        text = self.charge.words(self.month, lang)
        if self.taken >= 0:
            text += say(lang, f"; {money(self.taken)} is taken now.", f"；本月扣回 {money(self.taken)}。")
        else:
            text += say(lang, f"; {money(-self.taken)} is given back.", f"；本月退还 {money(-self.taken)}。")
        return head(self.component, self.component.id, lang) + text


@dataclass(frozen=True, slots=True)
class OwedAfterTrace:
    """Explains what of a charge stays owed, or is owed no more."""

    component: Component
    month: str
    charge: Charge
    owed: Fraction

    def __call__(self, lang: Lang) -> str:
        """Return the sentence."""
        text = self.charge.words(self.month, lang)
        if self.owed >= 0:
            en = f"; {money(self.owed)} cannot be taken this month and stays owed."
            text += say(lang, en, f"；本月无法扣回的 {money(self.owed)} 转为应收。")
        else:
            text += say(lang, f"; {money(-self.owed)} is owed no more.", f"；应收减少 {money(-self.owed)}。")
        return head(self.component, self.component.id, lang) + text


@dataclass(frozen=True, slots=True)
class RecoveryTrace:
    """Explains what is recovered of a receivable.

    Parameters
    ----------
    component : None for a guarantee.
    origin : month the receivable goes back to.
    owed, taken : before this row, and now.
    above : what a guarantee's is recovered from: what the agent earns above it; None for any other.
    """

    component: Component | None
    origin: str
    owed: Fraction
    taken: Fraction
    above: Fraction | None

    def __call__(self, lang: Lang) -> str:
        """Return the sentence."""
        first = head(self.component, "", lang) or say(lang, "Guarantee: ", "保底：")
        left = self.owed - self.taken
        if self.taken < 0:
            en = f"{money(-self.taken)} was recovered for {self.origin} beyond what was owed, and is given back."
            return first + say(lang, en, f"{self.origin} 的应收多扣了 {money(-self.taken)}，现予退还。")
        en = f"{money(self.owed)} is owed since {self.origin}"
        zh = f"{self.origin} 起应收 {money(self.owed)}"
        if self.above is not None:
            en += f"; {money(self.above)} is earned above the guarantee"
            zh += f"；高于保底的部分为 {money(self.above)}"
        en += f"; {money(self.taken)} is taken now, {money(left)} stays owed."
        zh += f"；本月扣回 {money(self.taken)}，尚余 {money(left)}。"
        return first + say(lang, en, zh)


@dataclass(frozen=True, slots=True, eq=False)
class DeductTrace:
    """Explains a deduction: how it came about, and what of it is taken.

    Parameters
    ----------
    how : the sentence of the amount.
    asked, taken : in major units.
    carried : whether the rest stays owed rather than being dropped.
    """

    how: Callable[[Lang], str]
    asked: Fraction
    taken: Fraction
    carried: bool

    def __call__(self, lang: Lang) -> str:
        """Return the sentence."""
        text = self.how(lang)
        if not self.asked:
            return text
        text += say(lang, f" {money(self.taken)} is deducted", f"扣除 {money(self.taken)}")
        rest = self.asked - self.taken
        if rest:
            en = f"; {money(rest)} does not fit and {'stays owed' if self.carried else 'is dropped'}"
            text += say(lang, en, f"；超出限额的 {money(rest)} {'转为应收' if self.carried else '不再扣除'}")
        return text + say(lang, ".", "。")
