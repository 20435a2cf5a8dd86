"""The sentences behind limits, funds, guarantees and rounding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from toolkit.core.figures import decimals, equals, money, say
from toolkit.core.period import Month
from toolkit.core.text import Lang
from toolkit.rules.formula.exact import Exact
from toolkit.rules.formula.labels import Labels
from toolkit.rules.scheme.document import Cap, Fund, Guarantee

Said = Callable[[int, Lang], str]


def _of(column: Exact, row: int) -> Fraction:
    return column.value(row) or Fraction(0)


@dataclass(frozen=True, slots=True, eq=False)
class CapTrace:
    """Explains the rows of a person cap.

    Parameters
    ----------
    said : says the cap of a row and how it came about.
    total : what the rows before add up to.
    amount : of the row.
    before : what was paid earlier in the year.
    """

    limit: Cap
    said: Said
    total: Exact
    amount: Exact
    before: Exact

    def __call__(self, row: int, lang: Lang) -> str:
        """Return the sentence of one row."""
        total, amount = _of(self.total, row), _of(self.amount, row)
        cap = self.said(row, lang)
        year = self.limit.period == "year"
        before = money(_of(self.before, row))
        so_far = say(lang, f", after {before} earlier this year", f"，本年此前已发 {before}") if year else ""
        if amount < 0:
            left = money(total + amount)
            return say(
                lang,
                f"Cap: the amounts above add up to {money(total)}{so_far}, more than the cap of {cap}; "
                f"{money(-amount)} is withheld, {left} stays.",
                f"封顶：以上合计 {money(total)}{so_far}，超过上限 {cap}，扣留 {money(-amount)}，余 {left}。",
            )
        return say(
            lang,
            f"Cap: the amounts above add up to {money(total)}, below the cap of {cap}; "
            f"{money(amount)} withheld before is paid now.",
            f"封顶：以上合计 {money(total)}，低于上限 {cap}，补发此前扣留的 {money(amount)}。",
        )


@dataclass(frozen=True, slots=True, eq=False)
class GuaranteeTrace:
    """Explains the rows of a guarantee; the parameters are those of `CapTrace`."""

    said: Said
    total: Exact
    amount: Exact

    def __call__(self, row: int, lang: Lang) -> str:
        """Return the sentence of one row."""
        total, amount = (money(_of(column, row)) for column in (self.total, self.amount))
        least = self.said(row, lang)
        return say(
            lang,
            f"Guarantee: at least {least} before corrections and deductions; so far it is {total}, so "
            f"{amount} is added.",
            f"保底：更正和扣款前最低 {least}；此前各项合计 {total}，补足 {amount}。",
        )


@dataclass(frozen=True, slots=True, eq=False)
class ReceivableTrace:
    """Explains what a recoverable guarantee leaves owed in a month."""

    limit: Guarantee
    owed: Exact
    month: Month

    def __call__(self, row: int, lang: Lang) -> str:
        """Return the sentence of one row."""
        owed = money(_of(self.owed, row))
        since = max(str(self.month.shift(1)), self.limit.recover_from or "")
        en = f"Guarantee: the {owed} added is an advance, paid back from {since} on out of pay above the guarantee."
        return say(lang, en, f"保底：补足的 {owed} 为预支，自 {since} 起从高于保底的部分中扣回。")


@dataclass(frozen=True, slots=True, eq=False)
class FundSums:
    """The sums behind the rows of a fund, in major units.

    Parameters
    ----------
    claimed : what each payee is due before.
    due : what all payees of the fund are due together.
    fund : what there is.
    amount : of the row.
    """

    claimed: Exact
    due: Exact
    fund: Exact
    amount: Exact


@dataclass(frozen=True, slots=True, eq=False)
class FundTrace:
    """Explains what a fund took from a payee; `said` says how the fund of a row came about."""

    limit: Fund
    said: Said
    sums: FundSums
    scope: Labels

    def __call__(self, row: int, lang: Lang) -> str:
        """Return the sentence of one row."""
        claimed, change = _of(self.sums.claimed, row), _of(self.sums.amount, row)
        due, fund, group = money(_of(self.sums.due, row)), money(_of(self.sums.fund, row)), self.scope.value(row)
        made = self.said(row, lang)
        whole = made or fund
        of = say(lang, f" of {group}" if group else "", f"{group}" if group else "")
        sum_ = f"{money(claimed)} × {fund} ÷ {due} = {money(claimed + change)}"
        return say(
            lang,
            f"Fund{of}: {whole}, less than the {due} that all are due together; everyone is scaled down alike: "
            f"{sum_} (to the cent), {money(-change)} less.",
            f"{of}奖金总额控制：{whole}，低于全体应发合计 {due}；"
            f"各人按同一比例下调：{sum_}（精确到分），减少 {money(-change)}。",
        )


@dataclass(frozen=True, slots=True, eq=False)
class RoundingTrace:
    """Explains the row that rounds an agent's total."""

    total: Exact
    rounded: Exact

    def __call__(self, row: int, lang: Lang) -> str:
        """Return the sentence of one row."""
        total, rounded = _of(self.total, row), _of(self.rounded, row)
        exact, paid = decimals(total, 12), money(rounded)
        change = f"{paid} − {exact} {equals(money(rounded - total))}"
        en = f"Rounding: the total {exact} is rounded to {paid}; {change}."
        return say(lang, en, f"取整：合计 {exact} 舍入为 {paid}；{change}。")
