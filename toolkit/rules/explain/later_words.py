"""What comes after a component paid: parts held back, what leaving does, refunds taken back; and deductions."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.rules.explain.phrases import read_aloud
from toolkit.rules.explain.table_words import tier_words
from toolkit.rules.explain.wording import Voice, decimals, percent
from toolkit.rules.scheme.document import Component
from toolkit.rules.scheme.pieces import Table
from toolkit.rules.scheme.scalars import Formula

_KINDS = {
    "award_not_earned": ("an award not earned", "未达成的奖励"),
    "discipline": ("discipline", "违纪"),
    "loss_recovery": ("recovery of a loss", "赔偿损失"),
    "overpayment": ("an overpayment", "多发"),
}
_LEAVERS = {
    "release": ("who leaves is still paid it when due", "离职者到期仍予发放"),
    "hold": ("for who leaves it stays held", "离职者继续保留"),
    "forfeit": ("who leaves loses it", "离职者不再发放"),
}


def kind_words(kind: str, voice: Voice) -> str:
    """Say a kind of deduction."""
    return voice.say(*_KINDS.get(kind, (kind, kind)))


def later_words(component: Component, voice: Voice) -> Iterator[str]:
    """Say what later months do with what a component paid."""
    if component.defer:
        parts = [
            voice.say(
                f"{percent(part.share)} is paid {decimals(part.after_months)} months later",
                f"{percent(part.share)}于{decimals(part.after_months)}个月后发放",
            )
            for part in component.defer
        ]
        text = voice.say("Of what it pays, ", "其中") + voice.listed(parts)
        leaver = "" if component.leaver is None else voice.say("; ", "；") + voice.say(*_LEAVERS[component.leaver])
        yield text + leaver
    if component.clawback is not None:
        by = "" if component.clawback.by is None else read_aloud(component.clawback.by.node, voice)
        shares = voice.joined(tier_words(component.clawback, "rate", voice))
        yield voice.say(
            f"A refund after payout is charged with this share of what was paid on it, by {by}: {shares}",
            f"发放后发生的退款，按{by}扣回所发部分的以下比例：{shares}",
        )


def deduction_words(component: Component, voice: Voice) -> str:
    """Say what a deduction takes away."""
    rule = component.deduct
    kind = kind_words(component.kind or "award_not_earned", voice)
    if isinstance(rule, Formula):
        amount = read_aloud(rule.node, voice)
    elif isinstance(rule, Table):
        by = "" if rule.by is None else read_aloud(rule.by.node, voice)
        tiers = voice.joined(tier_words(rule, "amount", voice))
        amount = voice.say(f"an amount set by {by}: {tiers}", f"按{by}确定：{tiers}")
    else:
        return ""
    rest = voice.say("; what does not fit is carried over", "；不足扣除的部分结转") if component.carry else ""
    return voice.say(f"Takes away {amount} ({kind}){rest}", f"扣除 {amount}（{kind}）{rest}")
