"""The sentences behind corrections: the month as it is worked out now, and what it had paid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from toolkit.core.figures import money, say
from toolkit.core.text import Lang
from toolkit.rules.explain.trace_later import by_whom, head, what_changed
from toolkit.rules.scheme.document import Component
from toolkit.rules.settle.inputs import Adjustment
from toolkit.rules.settle.month import VersionPaid


@dataclass(frozen=True, slots=True, eq=False)
class CorrectionTrace:
    """Explains the difference between what a month gives now and what it paid.

    Parameters
    ----------
    component : None for limits, funds, guarantees and rounding together.
    month : the month recomputed.
    now, before : what it gives now, and what it had paid.
    paid : the recomputed month.
    key : component id, agent and scope of the rows.
    why : the adjustments by hand behind it.
    """

    component: Component | None
    month: str
    now: Fraction
    before: Fraction
    paid: Sequence[VersionPaid]
    key: tuple[str, str, str]
    why: tuple[Adjustment, ...]

    def __call__(self, lang: Lang) -> str:
        """Return the sentence."""
        first = head(self.component, self.key[0], lang) or say(lang, "Limits and guarantees: ", "限额和保底：")
        because = "".join(
            say(
                lang,
                f"{what_changed(a, lang)} ({by_whom(a, lang)}); ",
                f"{what_changed(a, lang)}（{by_whom(a, lang)}）；",
            )
            for a in self.why
        )
        again = " ".join(self._sentences(lang))
        again = again or say(lang, "Nothing is due.", "无应发项目。")
        change = money(self.now - self.before)
        text = say(
            lang,
            f"{self.month} paid again: [{again}] That is {money(self.now)}; {money(self.before)} was paid; "
            f"the difference is {change}.",
            f"重新计算 {self.month}：〔{again}〕应为 {money(self.now)}，原计 {money(self.before)}，差额 {change}。",
        )
        return first + because + text

    def _sentences(self, lang: Lang) -> Iterator[str]:
        component, agent, scope = self.key
        for one in self.paid:
            for block in one.blocks:
                if block.component != component or block.step in ("defer", "release") or block.owed is not None:
                    continue
                for row, person in enumerate(block.person):
                    here = "" if block.scope is None else block.scope.value(row) or ""
                    if one.run.cells.agent_of(int(person)) == agent and scope in ("", here):
                        yield block.explain(row, lang)
