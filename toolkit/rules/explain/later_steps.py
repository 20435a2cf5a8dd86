"""The sentences behind the rows of the later steps: each holds the sum that makes its amount.

What is held back and released, entered by hand, corrected, taken back for refunds, recovered, deducted, and what of it
stays owed.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from toolkit.core.figures import decimals, equals, money, percent, say
from toolkit.core.money import round_to_step
from toolkit.core.text import Lang
from toolkit.rules.explain.wording import title_of
from toolkit.rules.formula.dictionary import label
from toolkit.rules.pay.deferral import DeferralFacts
from toolkit.rules.scheme.document import Component
from toolkit.rules.settle.adjustments import AdjustmentFacts
from toolkit.rules.settle.clawback import Charge, ClawbackFacts, StillOwedFacts
from toolkit.rules.settle.corrections import CorrectionFacts, OwedFacts
from toolkit.rules.settle.deductions import DeductionFacts, RecoveryFacts
from toolkit.rules.settle.inputs import Adjustment
from toolkit.rules.settle.releases import ReleaseFacts
from toolkit.rules.settle.wage import Taken, WageBound

ZERO = Fraction(0)


def _head(component: Component | None, component_id: str, lang: Lang) -> str:
    """Return how a sentence begins: what the component is called, nothing for a row of no one component."""
    title = component_id if component is None else title_of(component, lang)
    return f"{title}{say(lang, ': ', '：')}" if title else ""


def deferral_sentence(facts: DeferralFacts, lang: Lang) -> str:
    """Say what is held back."""
    exact, held = facts.paid * facts.share, money(facts.held)
    sum_ = f"{money(facts.paid)} × {percent(facts.share)} {equals(decimals(exact, 6))}"
    if exact != facts.held:
        sum_ += say(lang, f", rounded to {held}", f"，舍入为 {held}")
    if round_to_step(exact * 100) != facts.held * 100:
        sum_ += say(lang, " so that the parts add up to the whole", "，使各部分合计不变")
    text = say(
        lang,
        f"{sum_}; {held} is held back and released in {facts.due}.",
        f"{sum_}；暂缓发放 {held}，于 {facts.due} 发放。",
    )
    return _head(facts.component, facts.component.id, lang) + text


def release_sentence(facts: ReleaseFacts, lang: Lang) -> str:
    """Say what is released, or why it is not."""
    amount, origin = money(facts.amount), facts.origin
    en, zh = {
        "": (f"{amount} held back in {origin} is released.", f"{origin} 暂缓发放的 {amount} 现予发放。"),
        "hold": (
            f"{amount} held back in {origin} is due, but the agent has left: it stays held, pays 0.00.",
            f"{origin} 暂缓发放的 {amount} 已到期，但本人已离职：继续保留，本月发放 0.00。",
        ),
        "forfeit": (
            f"{amount} held back in {origin} is lost, because the agent has left: pays 0.00.",
            f"{origin} 暂缓发放的 {amount} 因本人已离职不再发放，发放 0.00。",
        ),
    }[facts.leaver]
    return _head(facts.component, facts.component_id, lang) + say(lang, en, zh)


def _what_changed(adjustment: Adjustment, lang: Lang) -> str:
    """Say what an adjustment of a measure does."""
    name = label(adjustment.measure, lang)
    if adjustment.factor is not None:
        return f"{name} × {decimals(adjustment.factor, 6)}"
    return say(lang, f"{name} entered by hand", f"手工录入{name}")


def _by_whom(adjustment: Adjustment, lang: Lang) -> str:
    """Say why something was adjusted, who entered it and who approved it."""
    return say(
        lang,
        f"{adjustment.reason}; entered by {adjustment.author}, approved by {adjustment.approved_by}",
        f"{adjustment.reason}；{adjustment.author} 录入，{adjustment.approved_by} 审批",
    )


def adjustment_sentence(facts: AdjustmentFacts, lang: Lang) -> str:
    """Say what was entered by hand."""
    a = facts.adjustment
    amount = money(a.amount or ZERO)
    text = say(
        lang,
        f"{amount} for {a.origin} was entered by hand ({_by_whom(a, lang)}).",
        f"手工录入 {a.origin} 的 {amount}（{_by_whom(a, lang)}）。",
    )
    return _head(facts.component, a.component, lang) + text


def correction_sentence(facts: CorrectionFacts, again: Sequence[str], lang: Lang) -> str:
    """Say how a month differs from what it paid; `again` are the sentences of its rows as they are now."""
    first = _head(facts.component, facts.key[0], lang) or say(lang, "Limits and guarantees: ", "限额和保底：")
    because = "".join(
        say(
            lang,
            f"{_what_changed(a, lang)} ({_by_whom(a, lang)}); ",
            f"{_what_changed(a, lang)}（{_by_whom(a, lang)}）；",
        )
        for a in facts.why
    )
    rows = " ".join(again) or say(lang, "Nothing is due.", "无应发项目。")
    now, before, change = money(facts.now), money(facts.before), money(facts.now - facts.before)
    text = say(
        lang,
        f"{facts.month} paid again: [{rows}] That is {now}; {before} was paid; the difference is {change}.",
        f"重新计算 {facts.month}：〔{rows}〕应为 {now}，原计 {before}，差额 {change}。",
    )
    return first + because + text


def owed_sentence(facts: OwedFacts, lang: Lang) -> str:
    """Say how a correction changes what a recoverable guarantee left owed."""
    now, before, change = money(facts.now), money(facts.before), money(abs(facts.now - facts.before))
    more = say(lang, "more", "增加") if facts.now > facts.before else say(lang, "less", "减少")
    en = f"Guarantee: {facts.month} paid again; {now} is owed for it instead of {before}, {change} {more}."
    zh = f"保底：重新计算 {facts.month} 后，预支应为 {now}，原为 {before}，{more} {change}。"
    return say(lang, en, zh)


def _charge(charge: Charge, month: str, lang: Lang) -> str:
    """Say the sum behind a clawback."""
    if not charge.base:
        text = say(lang, f"{money(charge.refunded)} of {month} refunded", f"{month} 退款 {money(charge.refunded)}")
        return text + say(lang, ", but nothing was paid on sales", "，但该月没有按销售额发放")
    counts, above = min(charge.refunded, charge.base), ""
    if counts < charge.refunded:
        above = say(lang, f", counted up to the {money(counts)} paid on", f"，以计发的 {money(counts)} 为限")
    exact = charge.paid * counts / charge.base
    sum_ = f"{money(charge.paid)} × {money(counts)} ÷ {money(charge.base)} {equals(money(exact))}"
    if exact != charge.total:
        sum_ += say(lang, f", rounded to {money(charge.total)}", f"，舍入为 {money(charge.total)}")
    text = say(
        lang,
        f"{money(charge.paid)} was paid on {money(charge.base)} in {month}; to date {_refunds(charge, lang)} of it was "
        f"refunded{above}; {sum_}",
        f"{month} 按 {money(charge.base)} 发放 {money(charge.paid)}；至今退款{_refunds(charge, lang)}{above}；{sum_}",
    )
    if charge.before:
        less, now = f"{money(charge.total)} − {money(charge.before)}", money(charge.now)
        text += say(lang, f"; {less} charged before = {now}", f"；{less}（此前已计） = {now}")
    return text


def _refunds(charge: Charge, lang: Lang) -> str:
    """Say what was refunded, and how much of it counts."""
    total = money(charge.refunded)
    if all(one.share == 1 for one in charge.refunds):
        return say(lang, total, f" {total}")
    parts = " + ".join(f"{money(one.amount)} × {percent(one.share)}" for one in charge.refunds)
    return say(lang, f"(shares by age) {parts} = {total}", f"按距销售月的月数折算 {parts} = {total}")


def clawback_sentence(facts: ClawbackFacts, lang: Lang) -> str:
    """Say what is taken back, or given back, for refunds."""
    text = _charge(facts.charge, facts.month, lang)
    if facts.taken >= 0:
        text += say(lang, f"; {money(facts.taken)} is taken now.", f"；本月扣回 {money(facts.taken)}。")
    else:
        text += say(lang, f"; {money(-facts.taken)} is given back.", f"；本月退还 {money(-facts.taken)}。")
    return _head(facts.component, facts.component.id, lang) + text


def still_owed_sentence(facts: StillOwedFacts, lang: Lang) -> str:
    """Say what of a charge stays owed, or is owed no more."""
    text = _charge(facts.charge, facts.month, lang)
    if facts.owed >= 0:
        en = f"; {money(facts.owed)} cannot be taken this month and stays owed."
        text += _why(facts.took, lang) + say(lang, en, f"；本月无法扣回的 {money(facts.owed)} 转为待扣回。")
    else:
        text += say(lang, f"; {money(-facts.owed)} is owed no more.", f"；待扣回减少 {money(-facts.owed)}。")
    return _head(facts.component, facts.component.id, lang) + text


def recovery_sentence(facts: RecoveryFacts, lang: Lang) -> str:
    """Say what is recovered of a receivable."""
    first = _head(facts.component, "", lang) or say(lang, "Guarantee: ", "保底：")
    taken, owed = facts.took.amount, money(facts.owed)
    if taken < 0:
        en = f"{money(-taken)} was recovered for {facts.origin} beyond what was owed, and is given back."
        return first + say(lang, en, f"{facts.origin} 的待扣回多扣了 {money(-taken)}，现予退还。")
    left = money(facts.owed - taken)
    en = f"{owed} of what was to be taken for {facts.origin} is still owed"
    zh = f"{facts.origin} 应扣未扣的余额 {owed}"
    if facts.earned is not None:
        above = _above(facts.earned, facts.guaranteed)
        en = f"{owed} of what was advanced in {facts.origin} is still owed; this month's pay before "
        en += f"corrections, {above} above the guarantee"
        zh = f"{facts.origin} 预支的余额 {owed}；本月更正前的应发高于保底 {above}"
    last = say(lang, f"; {money(taken)} is taken now, {left} stays owed.", f"；本月扣回 {money(taken)}，尚余 {left}。")
    return first + say(lang, en, zh) + _why(facts.took, lang) + last


def _above(earned: Fraction, guaranteed: Fraction) -> str:
    """Return what is earned above the guarantee, as a sum."""
    if earned <= guaranteed:
        return f"{money(earned)} ≤ {money(guaranteed)}: 0.00"
    return f"{money(earned)} − {money(guaranteed)} = {money(earned - guaranteed)}"


def deduction_sentence(facts: DeductionFacts, how: str, lang: Lang) -> str:
    """Say what of a deduction is taken; `how` is the sentence of its amount."""
    if not facts.asked:
        return how
    taken = money(facts.took.amount)
    text = how + say(lang, f" {taken} is deducted", f"扣除 {taken}")
    rest = facts.asked - facts.took.amount
    if rest:
        text += _why(facts.took, lang)
        en = f"; {money(rest)} does not fit and {'stays owed' if facts.carried else 'is dropped'}"
        text += say(lang, en, f"；超出限额的 {money(rest)} {'转为待扣回' if facts.carried else '不再扣除'}")
    return text + say(lang, ".", "。")


def _why(took: Taken, lang: Lang) -> str:
    """Say what stood in the way of taking more."""
    return "" if took.bound is None else say(lang, "; ", "；") + _bound(took.bound, lang)


def _bound(bound: WageBound, lang: Lang) -> str:
    """Say what the law leaves of a wage, or what a month pays."""
    wage = money(bound.of)
    if bound.rule == "minimum_wage":
        least = money(bound.bound or ZERO)
        text = say(lang, f"of the wage of {wage} the minimum wage of {least} must stay",
                   f"应发工资 {wage} 中须保留最低工资 {least}")  # fmt: skip
    elif bound.rule == "legal_share":
        share = percent(bound.bound or ZERO)
        en = f"at most {share} of the wage of {wage} may be taken"
        text = say(lang, en, f"最多可扣应发工资 {wage} 的 {share}")
    else:
        pays = money(max(bound.of, ZERO))
        text = say(lang, f"no more than the {pays} this month pays may be taken", f"扣款不超过本月应发的 {pays}")
    before = money(bound.taken)
    return text + (say(lang, f", {before} was taken before", f"，此前已扣 {before}") if bound.taken else "")
