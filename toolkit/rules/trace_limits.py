"""The sentences behind shared pools, limits, funds, guarantees and rounding."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from toolkit.core.text import Lang
from toolkit.rules.awards import Award
from toolkit.rules.document import Cap, Fund, Guarantee
from toolkit.rules.exact import Exact
from toolkit.rules.ledger import PAID
from toolkit.rules.members import Index
from toolkit.rules.pooling import Division
from toolkit.rules.run import Run
from toolkit.rules.spoken import Speaker
from toolkit.rules.trace import AwardTrace, title_of
from toolkit.rules.wording import decimals, money, read_aloud, say


def _of(column: Exact, row: int) -> Fraction:
    return column.value(row) or Fraction(0)


@dataclass(frozen=True, slots=True, eq=False)
class ShareTrace:
    """Explains each payee's part of a pool."""

    run: Run
    found: Award
    division: Division
    earlier: Exact | None

    def __call__(self, row: int, lang: Lang) -> str:
        """Return the sentence of one row."""
        at, component = int(self.division.pool[row]), self.found.component
        pool = AwardTrace(self.run, self.found, None)(at, lang)
        if self.found.status[at] != PAID or component.division is None:
            return pool
        first, part = _of(self.division.first, row), _of(self.division.part, row)
        weight, whole = self.division.weight.value(row), _of(self.division.whole, row)
        if component.division.by.text == "equal":
            share = say(lang, f"divided equally among {decimals(whole)}", f"由 {decimals(whole)} 人平分")
        else:
            node = component.division.by.node
            own = Speaker(self.run.scheme, self.division.units.rolled, row, lang).spelled(node, self.division.weight)
            total = money(whole) if self._is_money() else decimals(whole)
            share = say(lang, f"shared by {read_aloud(node, lang)}: {own} of {total}", f"按{own}占 {total} 分配")
        text = say(lang, f" {share} gives {money(first)}", f"{share}，得 {money(first)}")
        if weight is None or weight <= 0:
            text += say(lang, " (no weight)", "（无权重）")
        if part < first:
            text += say(lang, f"; capped at {money(part)}", f"；封顶 {money(part)}")
        elif part > first:
            text += say(
                lang, f"; with what others' caps left over {money(part)}", f"；加上他人封顶后的余额，共 {money(part)}"
            )
        if self.earlier is not None:
            text += say(
                lang,
                f"; less {money(_of(self.earlier, row))} paid before",
                f"；减去此前已发 {money(_of(self.earlier, row))}",
            )
        return f"{pool}{text}{say(lang, '.', '。')}"

    def _is_money(self) -> bool:
        rule = self.found.component.division
        return (
            rule is not None
            and Speaker(self.run.scheme, self.division.units.rolled, 0, "en").kind(rule.by.node) == "money"
        )


@dataclass(frozen=True, slots=True, eq=False)
class UnsharedTrace:
    """Explains a pool nobody had a weight in."""

    run: Run
    found: Award
    pools: Index

    def __call__(self, row: int, lang: Lang) -> str:
        """Return the sentence of one row."""
        at = int(self.pools[row])
        pool, group = money(_of(self.found.amount, at)), self.found.units.name(at)
        title = title_of(self.found.component, lang)
        en = f"{title}: the pool of {group}, {pool}, is not shared, because nobody has a weight."
        return say(lang, en, f"{title}：{group} 的奖金池 {pool} 未分配，因为没有人有权重。")


@dataclass(frozen=True, slots=True, eq=False)
class LimitTrace:
    """Explains the rows of a person cap or a guarantee.

    Parameters
    ----------
    total : what the rows before add up to.
    value : the cap or guarantee.
    amount : of the row.
    before : what was paid earlier in the year; None for a guarantee.
    """

    limit: Cap | Guarantee
    total: Exact
    value: Exact
    amount: Exact
    before: Exact | None

    def __call__(self, row: int, lang: Lang) -> str:
        """Return the sentence of one row."""
        total, value = money(_of(self.total, row)), money(_of(self.value, row))
        amount = _of(self.amount, row)
        if isinstance(self.limit, Guarantee):
            en = f"Guarantee: {value} less the {total} earned tops up {money(amount)}."
            return say(lang, en, f"保底：保底 {value}，已得 {total}，补足 {money(amount)}。")
        before = Fraction(0) if self.before is None else _of(self.before, row)
        year = self.limit.period == "year"
        so_far = say(lang, f" after {money(before)} earlier this year", f"，本年此前 {money(before)}") if year else ""
        if amount < 0:
            en = f"Cap: {total}{so_far} is above the cap of {value}; {money(-amount)} is withheld."
            return say(lang, en, f"封顶：{total}{so_far}，超过上限 {value}，扣留 {money(-amount)}。")
        en = f"Cap: {total} is below the cap of {value}; {money(amount)} withheld before is paid now."
        return say(lang, en, f"封顶：{total} 低于上限 {value}，补发此前扣留的 {money(amount)}。")


@dataclass(frozen=True, slots=True, eq=False)
class ReceivableTrace:
    """Explains what a recoverable guarantee leaves owed."""

    limit: Guarantee
    owed: Exact

    def __call__(self, row: int, lang: Lang) -> str:
        """Return the sentence of one row."""
        owed, month = money(_of(self.owed, row)), self.limit.recover_from
        since = say(lang, f" from {month} on", f"自 {month} 起") if month else ""
        en = f"Guarantee: {owed} is owed and recovered{since} from pay above the guarantee."
        return say(lang, en, f"保底：补足的 {owed} 为预支，{since}从高于保底的部分中扣回。")


@dataclass(frozen=True, slots=True, eq=False)
class FundTrace:
    """Explains what a fund took from a payee."""

    limit: Fund
    claimed: Exact
    fund: Exact
    amount: Exact

    def __call__(self, row: int, lang: Lang) -> str:
        """Return the sentence of one row."""
        claimed, change = _of(self.claimed, row), _of(self.amount, row)
        what, fund = read_aloud(self.limit.fund.node, lang), money(_of(self.fund, row))
        en = f"Fund: {what} = {fund} is less than all are due; {money(claimed)} becomes {money(claimed + change)}."
        return say(
            lang,
            en,
            f"奖金池：{what} = {fund}，少于应发总额；{money(claimed)} 按比例调整为 {money(claimed + change)}。",
        )


@dataclass(frozen=True, slots=True, eq=False)
class RoundingTrace:
    """Explains the row that rounds an agent's total."""

    total: Exact
    rounded: Exact

    def __call__(self, row: int, lang: Lang) -> str:
        """Return the sentence of one row."""
        total, rounded = decimals(_of(self.total, row), 12), money(_of(self.rounded, row))
        return say(lang, f"Rounding: {total} becomes {rounded}.", f"取整：{total} 取整为 {rounded}。")
