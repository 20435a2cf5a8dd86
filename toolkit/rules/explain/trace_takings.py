"""The sentences behind what is taken: clawbacks, recoveries, deductions, and what stays owed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from toolkit.core.figures import equals, money, percent, say
from toolkit.core.text import Lang
from toolkit.rules.explain.trace_later import head
from toolkit.rules.scheme.document import Component
from toolkit.rules.settle.ages import RefundShare
from toolkit.rules.settle.wage import Taken

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Charge:
    """The sum behind a clawback.

    Parameters
    ----------
    paid, base : what the component paid, and on what (0: unknown).
    refunds : what stands of the refunds to date, each with the share of it that counts.
    total, before : to be charged to date, and charged before.
    """

    paid: Fraction
    base: Fraction
    refunds: tuple[RefundShare, ...]
    total: Fraction
    before: Fraction

    @property
    def refunded(self) -> Fraction:
        """What counts of the refunds."""
        return sum((one.amount * one.share for one in self.refunds), ZERO)

    @property
    def now(self) -> Fraction:
        """What is to be charged now; below 0 to be given back."""
        return self.total - self.before

    def words(self, month: str, lang: Lang) -> str:
        """Return the sum."""
        if not self.base:
            text = say(lang, f"{money(self.refunded)} of {month} refunded", f"{month} 退款 {money(self.refunded)}")
            return text + say(lang, ", but nothing was paid on sales", "，但该月没有按销售额发放")
        counts, above = min(self.refunded, self.base), ""
        if counts < self.refunded:
            above = say(lang, f", counted up to the {money(counts)} paid on", f"，以计发的 {money(counts)} 为限")
        exact = self.paid * counts / self.base
        sum_ = f"{money(self.paid)} × {money(counts)} ÷ {money(self.base)} {equals(money(exact))}"
        if exact != self.total:
            sum_ += say(lang, f", rounded to {money(self.total)}", f"，舍入为 {money(self.total)}")
        text = say(
            lang,
            f"{money(self.paid)} was paid on {money(self.base)} in {month}; to date {self._refunds(lang)} of it was "
            f"refunded{above}; {sum_}",
            f"{month} 按 {money(self.base)} 发放 {money(self.paid)}；至今退款{self._refunds(lang)}{above}；{sum_}",
        )
        if self.before:
            less, now = f"{money(self.total)} − {money(self.before)}", money(self.now)
            text += say(lang, f"; {less} charged before = {now}", f"；{less}（此前已计） = {now}")
        return text

    def _refunds(self, lang: Lang) -> str:
        """Say what was refunded, and how much of it counts."""
        total = money(self.refunded)
        if all(one.share == 1 for one in self.refunds):
            return say(lang, total, f" {total}")
        parts = " + ".join(f"{money(one.amount)} × {percent(one.share)}" for one in self.refunds)
        return say(lang, f"(shares by age) {parts} = {total}", f"按距销售月的月数折算 {parts} = {total}")


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
    took: Taken

    def __call__(self, lang: Lang) -> str:
        """Return the sentence."""
        text = self.charge.words(self.month, lang)
        if self.owed >= 0:
            en = f"; {money(self.owed)} cannot be taken this month and stays owed."
            text += _why(self.took, lang) + say(lang, en, f"；本月无法扣回的 {money(self.owed)} 转为待扣回。")
        else:
            text += say(lang, f"; {money(-self.owed)} is owed no more.", f"；待扣回减少 {money(-self.owed)}。")
        return head(self.component, self.component.id, lang) + text


@dataclass(frozen=True, slots=True)
class RecoveryTrace:
    """Explains what is recovered of a receivable.

    Parameters
    ----------
    component : None for a guarantee.
    origin : month the receivable goes back to.
    owed : before this row.
    took : what is taken now; below 0 what is given back.
    earned, guaranteed : a guarantee's is recovered from what the first is above the second; None for any other.
    """

    component: Component | None
    origin: str
    owed: Fraction
    took: Taken
    earned: Fraction | None = None
    guaranteed: Fraction = ZERO

    def __call__(self, lang: Lang) -> str:
        """Return the sentence."""
        first = head(self.component, "", lang) or say(lang, "Guarantee: ", "保底：")
        taken = self.took.amount
        if taken < 0:
            en = f"{money(-taken)} was recovered for {self.origin} beyond what was owed, and is given back."
            return first + say(lang, en, f"{self.origin} 的待扣回多扣了 {money(-taken)}，现予退还。")
        left = money(self.owed - taken)
        en = f"{money(self.owed)} of what was to be taken for {self.origin} is still owed"
        zh = f"{self.origin} 应扣未扣的余额 {money(self.owed)}"
        if self.earned is not None:
            en = f"{money(self.owed)} of what was advanced in {self.origin} is still owed; this month's pay before "
            en += f"corrections, {self._above()} above the guarantee"
            zh = f"{self.origin} 预支的余额 {money(self.owed)}；本月更正前的应发高于保底 {self._above()}"
        last = say(
            lang, f"; {money(taken)} is taken now, {left} stays owed.", f"；本月扣回 {money(taken)}，尚余 {left}。"
        )
        return first + say(lang, en, zh) + _why(self.took, lang) + last

    def _above(self) -> str:
        """Return what is earned above the guarantee, as a sum."""
        earned, guaranteed = self.earned or ZERO, self.guaranteed
        if earned <= guaranteed:
            return f"{money(earned)} ≤ {money(guaranteed)}: 0.00"
        return f"{money(earned)} − {money(guaranteed)} = {money(earned - guaranteed)}"


@dataclass(frozen=True, slots=True, eq=False)
class DeductTrace:
    """Explains a deduction: how it came about, and what of it is taken.

    Parameters
    ----------
    how : the sentence of the amount.
    asked : in major units.
    took : what is taken of it.
    carried : whether the rest stays owed rather than being dropped.
    """

    how: Callable[[Lang], str]
    asked: Fraction
    took: Taken
    carried: bool

    def __call__(self, lang: Lang) -> str:
        """Return the sentence."""
        text = self.how(lang)
        if not self.asked:
            return text
        taken = money(self.took.amount)
        text += say(lang, f" {taken} is deducted", f"扣除 {taken}")
        rest = self.asked - self.took.amount
        if rest:
            text += _why(self.took, lang)
            en = f"; {money(rest)} does not fit and {'stays owed' if self.carried else 'is dropped'}"
            text += say(lang, en, f"；超出限额的 {money(rest)} {'转为待扣回' if self.carried else '不再扣除'}")
        return text + say(lang, ".", "。")


def _why(took: Taken, lang: Lang) -> str:
    """Say what stood in the way of taking more."""
    return say(lang, "; ", "；") + took.why(lang) if took.why is not None else ""
