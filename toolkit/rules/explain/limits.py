"""The sentences behind limits, funds, guarantees and rounding."""

from __future__ import annotations

from fractions import Fraction

from toolkit.core.figures import decimals, equals, money, say
from toolkit.core.text import Lang
from toolkit.rules.explain.speaker import Speaker
from toolkit.rules.explain.wording import Voice
from toolkit.rules.formula.exact import Exact
from toolkit.rules.pay.limits import CapFacts, FundFacts, GuaranteeFacts, LimitOf, ReceivableFacts, RoundingFacts
from toolkit.rules.scheme.scalars import Formula


def _of(column: Exact, row: int) -> Fraction:
    return column.value(row) or Fraction(0)


def _made(limit: LimitOf, formulas: list[Formula], row: int, lang: Lang) -> str:
    """Say a limit with the numbers it is made of: an amount, and the share of it, if any.

    A share counts from 0 to 1, and a guarantee is rounded.
    """
    value = limit.value(row)
    if len(formulas) == 1 and formulas[0].literal is not None:
        return money(value)
    units, unit = limit.unit_of(row)
    speaker = Speaker(Voice(limit.scheme, lang), units.rolled, unit)
    amount, *shares = (speaker.value(formula.node) or Fraction(0) for formula in formulas)
    made, notes = [speaker.filled(formula.node, len(formulas) > 1) for formula in formulas], ""
    for at, share in enumerate(shares, 1):
        counted = min(max(share, Fraction(0)), Fraction(1))
        if share != counted:
            notes += speaker.voice.say(f", as {made[at]} counts as {counted}", f"，{made[at]}按 {counted} 计")
            made[at] = str(counted)
        amount *= counted
    text = f"{' × '.join(made)} {equals(money(amount))}{notes}"
    if amount == value:
        return text
    return text + speaker.voice.say(f", rounded to {money(value)}", f"，舍入为 {money(value)}")


def cap_sentence(facts: CapFacts, row: int, lang: Lang) -> str:
    """Say what a person cap withheld, or paid of what it withheld before."""
    total, amount = _of(facts.total, row), _of(facts.amount, row)
    cap = _made(facts.cap, [facts.limit.cap], row, lang)
    year = facts.limit.period == "year"
    before = money(_of(facts.before, row))
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


def guarantee_sentence(facts: GuaranteeFacts, row: int, lang: Lang) -> str:
    """Say what a guarantee added."""
    limit = facts.limit
    total, amount = (money(_of(column, row)) for column in (facts.total, facts.amount))
    least = _made(facts.least, [limit.guarantee, *([] if limit.prorate is None else [limit.prorate])], row, lang)
    return say(
        lang,
        f"Guarantee: at least {least} before corrections and deductions; so far it is {total}, so {amount} is added.",
        f"保底：更正和扣款前最低 {least}；此前各项合计 {total}，补足 {amount}。",
    )


def receivable_sentence(facts: ReceivableFacts, row: int, lang: Lang) -> str:
    """Say what a recoverable guarantee leaves owed."""
    owed = money(_of(facts.owed, row))
    since = max(str(facts.month.shift(1)), facts.limit.recover_from or "")
    en = f"Guarantee: the {owed} added is an advance, paid back from {since} on out of pay above the guarantee."
    return say(lang, en, f"保底：补足的 {owed} 为预支，自 {since} 起从高于保底的部分中扣回。")


def fund_sentence(facts: FundFacts, row: int, lang: Lang) -> str:
    """Say what a fund took from a payee."""
    claimed, change = _of(facts.sums.claimed, row), _of(facts.sums.amount, row)
    due, fund, group = money(_of(facts.sums.due, row)), money(_of(facts.sums.fund, row)), facts.scope.value(row)
    whole = _fund_made(facts, row, lang) or fund
    of = say(lang, f" of {group}" if group else "", f"{group}" if group else "")
    sum_ = f"{money(claimed)} × {fund} ÷ {due} = {money(claimed + change)}"
    return say(
        lang,
        f"Fund{of}: {whole}, less than the {due} that all are due together; everyone is scaled down alike: "
        f"{sum_} (to the cent), {money(-change)} less.",
        f"{of}奖金总额控制：{whole}，低于全体应发合计 {due}；"
        f"各人按同一比例下调：{sum_}（精确到分），减少 {money(-change)}。",
    )


def _fund_made(facts: FundFacts, row: int, lang: Lang) -> str:
    """Say how a fund came about, "" for a plain number; one below 0 holds nothing, and only whole cents count."""
    unit, formula, holds = int(facts.unit[row]), facts.limit.fund, _of(facts.sums.fund, row)
    if unit < 0:
        return ""
    speaker = Speaker(Voice(facts.scheme, lang), facts.funds.rolled, unit)
    value = speaker.value(formula.node)
    if formula.literal is not None or value is None:
        return ""
    made, fund = speaker.filled(formula.node), money(holds)
    if value < 0:
        return say(lang, f"{made} is below 0, so the fund is {fund}", f"{made}低于0，按 {fund} 计")
    if value != holds:
        rounded = f"{made} {equals(money(value))}"
        return say(lang, f"{rounded}, rounded down to {fund}", f"{rounded}，向下舍入为 {fund}")
    return f"{made} = {fund}" if speaker.is_made(formula.node) else made


def rounding_sentence(facts: RoundingFacts, row: int, lang: Lang) -> str:
    """Say how an agent's total was rounded."""
    total, rounded = _of(facts.total, row), _of(facts.rounded, row)
    exact, paid = decimals(total, 12), money(rounded)
    change = f"{paid} − {exact} {equals(money(rounded - total))}"
    en = f"Rounding: the total {exact} is rounded to {paid}; {change}."
    return say(lang, en, f"取整：合计 {exact} 舍入为 {paid}；{change}。")
