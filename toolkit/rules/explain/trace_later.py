"""The sentences behind the rows of the later steps: each holds the sum that makes its amount."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from toolkit.core.figures import decimals, equals, money, percent, say
from toolkit.core.money import round_to_step
from toolkit.core.text import Lang
from toolkit.rules.explain.wording import title_of
from toolkit.rules.formula.dictionary import label
from toolkit.rules.scheme.document import Component
from toolkit.rules.settle.inputs import Adjustment


def head(component: Component | None, component_id: str, lang: Lang) -> str:
    """Return how a sentence begins: what the component is called, nothing for a row of no one component."""
    title = component_id if component is None else title_of(component, lang)
    return f"{title}{say(lang, ': ', '：')}" if title else ""


@dataclass(frozen=True, slots=True)
class DeferTrace:
    """Explains what is held back."""

    component: Component
    paid: Fraction
    share: Fraction
    held: Fraction
    due: str

    def __call__(self, lang: Lang) -> str:
        """Return the sentence."""
        exact, held = self.paid * self.share, money(self.held)
        sum_ = f"{money(self.paid)} × {percent(self.share)} {equals(decimals(exact, 6))}"
        if exact != self.held:
            sum_ += say(lang, f", rounded to {held}", f"，舍入为 {held}")
        if round_to_step(exact * 100) != self.held * 100:
            sum_ += say(lang, " so that the parts add up to the whole", "，使各部分合计不变")
        text = say(
            lang,
            f"{sum_}; {held} is held back and released in {self.due}.",
            f"{sum_}；暂缓发放 {held}，于 {self.due} 发放。",
        )
        return head(self.component, self.component.id, lang) + text


@dataclass(frozen=True, slots=True)
class ReleaseTrace:
    """Explains what is released, or why it is not; `leaver` is the rule that keeps it back, "" for none."""

    component: Component | None
    component_id: str
    amount: Fraction
    origin: str
    leaver: str

    def __call__(self, lang: Lang) -> str:
        """Return the sentence."""
        amount, origin = money(self.amount), self.origin
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
        }[self.leaver]
        return head(self.component, self.component_id, lang) + say(lang, en, zh)


def what_changed(adjustment: Adjustment, lang: Lang) -> str:
    """Say what an adjustment of a measure does."""
    name = label(adjustment.measure, lang)
    if adjustment.factor is not None:
        return f"{name} × {decimals(adjustment.factor, 6)}"
    return say(lang, f"{name} entered by hand", f"手工录入{name}")


def by_whom(adjustment: Adjustment, lang: Lang) -> str:
    """Say why something was adjusted, who entered it and who approved it."""
    return say(
        lang,
        f"{adjustment.reason}; entered by {adjustment.author}, approved by {adjustment.approved_by}",
        f"{adjustment.reason}；{adjustment.author} 录入，{adjustment.approved_by} 审批",
    )


@dataclass(frozen=True, slots=True)
class ManualTrace:
    """Explains an amount entered by hand."""

    component: Component | None
    adjustment: Adjustment

    def __call__(self, lang: Lang) -> str:
        """Return the sentence."""
        a = self.adjustment
        amount = money(a.amount or Fraction(0))
        text = say(
            lang,
            f"{amount} for {a.origin} was entered by hand ({by_whom(a, lang)}).",
            f"手工录入 {a.origin} 的 {amount}（{by_whom(a, lang)}）。",
        )
        return head(self.component, a.component, lang) + text


@dataclass(frozen=True, slots=True)
class OwedTrace:
    """Explains how a correction changes what a recoverable guarantee left owed."""

    month: str
    now: Fraction
    before: Fraction

    def __call__(self, lang: Lang) -> str:
        """Return the sentence."""
        now, before, change = money(self.now), money(self.before), money(abs(self.now - self.before))
        more = say(lang, "more", "增加") if self.now > self.before else say(lang, "less", "减少")
        en = f"Guarantee: {self.month} paid again; {now} is owed for it instead of {before}, {change} {more}."
        zh = f"保底：重新计算 {self.month} 后，预支应为 {now}，原为 {before}，{more} {change}。"
        return say(lang, en, zh)
