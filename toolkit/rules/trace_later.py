"""The sentences behind the rows of the later steps: each holds the sum that makes its amount."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from toolkit.core.text import Lang
from toolkit.rules.document import Component
from toolkit.rules.wording import money, percent, say, title_of


def _head(component: Component | None, component_id: str, lang: Lang) -> str:
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
        sum_ = f"{money(self.paid)} × {percent(self.share)}"
        text = say(
            lang,
            f"of {sum_}, {money(self.held)} is held back and released in {self.due}.",
            f"{sum_}，暂缓发放 {money(self.held)}，于 {self.due} 发放。",
        )
        return _head(self.component, self.component.id, lang) + text


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
        return _head(self.component, self.component_id, lang) + say(lang, en, zh)
