"""The sentences behind shared pools: the pool, each member's part of it, and what caps moved."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from toolkit.core.text import Lang
from toolkit.rules.explain.phrases import read_aloud
from toolkit.rules.explain.spoken import Speaker
from toolkit.rules.explain.trace import AwardTrace
from toolkit.rules.explain.wording import Voice, decimals, money
from toolkit.rules.formula.exact import Exact
from toolkit.rules.formula.members import Index
from toolkit.rules.pay.awards import Award
from toolkit.rules.pay.ledger import PAID
from toolkit.rules.pay.pooling import Division
from toolkit.rules.pay.run import Run
from toolkit.rules.scheme.pieces import Share

SPARE = Fraction(5, 100)
"""Cents by which the parts of two members may stray from their proportion, over all rounds of a division."""


def _of(column: Exact, row: int) -> Fraction:
    return column.value(row) or Fraction(0)


@dataclass(frozen=True, slots=True, eq=False)
class ShareTrace:
    """Explains each payee's part of a pool."""

    run: Run
    found: Award
    division: Division
    earlier: Exact | None
    _pool: list[AwardTrace] = field(default_factory=list)

    def __call__(self, row: int, lang: Lang) -> str:
        """Return the sentence of one row."""
        found, at = self.found, int(self.division.pool[row])
        voice, rule = Voice(self.run.scheme, lang, found.component), found.component.division
        if not self._pool:
            self._pool.append(AwardTrace(self.run, found, None))
        group, colon = found.units.name(at), voice.say(": ", "：")
        pool = self._pool[0].said(at, voice)
        text = (
            f"{voice.title(found.component.id)}{colon}{voice.say(f'pool of {group}', f'{group}的奖金池')}{colon}{pool}"
        )
        if found.status[at] == PAID and rule is not None:
            text += voice.say("; ", "；") + self._part(row, rule, voice)
        return text + voice.say(".", "。")

    def _part(self, row: int, rule: Share, voice: Voice) -> str:
        first, part = _of(self.division.first, row), _of(self.division.part, row)
        pool = money(_of(self.found.amount.spread(self.found.n), int(self.division.pool[row])))
        weight, whole = self.division.weight.value(row), _of(self.division.whole, row)
        if rule.by.text == "equal":
            text = voice.say(
                f"divided equally among {decimals(whole)}: {pool} ÷ {decimals(whole)} = {money(first)} (to the cent)",
                f"由{decimals(whole)}人平分：{pool} ÷ {decimals(whole)} = {money(first)}（精确到分）",
            )
        elif weight is None or weight <= 0:
            named = read_aloud(rule.by.node, voice)
            return voice.say(f"divided by {named}, of which there is none here: 0.00", f"按{named}分配，本人没有：0.00")
        else:
            text = self._by_weight(row, rule, (pool, first), voice)
        text += self._capped(row, rule, voice) if part != first else ""
        if self.earlier is not None:
            before = _of(self.earlier, row)
            sum_ = f"{money(part)} − {money(before)}"
            text += voice.say(
                f"; {sum_} paid before = {money(part - before)}", f"；{sum_}（此前已发） = {money(part - before)}"
            )
        return text

    def _by_weight(self, row: int, rule: Share, pool: tuple[str, Fraction], voice: Voice) -> str:
        speaker = Speaker(voice, self.division.units.rolled, row)
        own, whole = (
            self._weight(rule, self.division.weight.value(row), voice),
            self._weight(rule, _of(self.division.whole, row), voice),
        )
        made = f"{speaker.spelled(rule.by.node)}{voice.say('; ', '；')}" if speaker.is_made(rule.by.node) else ""
        named, sum_ = read_aloud(rule.by.node, voice), f"{pool[0]} × {own} ÷ {whole} = {money(pool[1])}"
        return voice.say(
            f"{made}divided by {named}, {own} of {whole} in all: {sum_} (to the cent)",
            f"{made}按{named}分配，本人 {own}，合计 {whole}：{sum_}（精确到分）",
        )

    def _weight(self, rule: Share, value: Fraction | None, voice: Voice) -> str:
        is_money = voice.kind(rule.by.node) == "money"
        return money(value or Fraction(0)) if is_money else decimals(value or Fraction(0))

    def _capped(self, row: int, rule: Share, voice: Voice) -> str:
        """Say what the caps of a pool did to one member."""
        first, part = _of(self.division.first, row), _of(self.division.part, row)
        if part < first:
            rest = voice.say("; the rest is not paid", "；余额不发") if rule.excess == "withhold" else ""
            return voice.say(f"; capped at {money(part)}{rest}", f"；封顶 {money(part)}{rest}")
        open_, left = self._below_caps(row)
        weights = sum((_of(self.division.weight, i) for i in open_), Fraction(0))
        if row not in open_ or abs(left * _of(self.division.weight, row) / weights - part) > SPARE:
            return voice.say(
                f"; with what the caps of others leave over it reaches the own cap, {money(part)}",
                f"；加上他人封顶后的余额达到本人上限 {money(part)}",
            )
        own, whole = (self._weight(rule, w, voice) for w in (self.division.weight.value(row), weights))
        share = f"{money(left)} ÷ {len(open_)}" if rule.by.text == "equal" else f"{money(left)} × {own} ÷ {whole}"
        pool = _of(self.found.amount.spread(self.found.n), int(self.division.pool[row]))
        capped = f"{money(pool)} − {money(pool - left)} = {money(left)}"
        return voice.say(
            f"; others are capped, which leaves {capped} for those below their caps: "
            f"{share} = {money(part)} (to the cent)",
            f"；扣除他人封顶所得后，其余成员可分 {capped}：{share} = {money(part)}（精确到分）",
        )

    def _below_caps(self, row: int) -> tuple[list[int], Fraction]:
        """Return the members of a row's pool whom no cap stops, and what is left for them.

        Theirs is the largest part for their weight, within the cents that cannot be divided.
        """
        mates = [int(i) for i in np.flatnonzero(self.division.pool == self.division.pool[row])]
        weighted = [(i, weight) for i in mates if (weight := _of(self.division.weight, i)) > 0]
        most = max(_of(self.division.part, i) / weight for i, weight in weighted)
        open_ = [i for i, weight in weighted if most * weight - _of(self.division.part, i) <= SPARE]
        pool = _of(self.found.amount.spread(self.found.n), int(self.division.pool[row]))
        return open_, pool - sum((_of(self.division.part, i) for i in mates if i not in open_), Fraction(0))


@dataclass(frozen=True, slots=True, eq=False)
class UnsharedTrace:
    """Explains a pool nobody had a weight in."""

    run: Run
    found: Award
    pools: Index

    def __call__(self, row: int, lang: Lang) -> str:
        """Return the sentence of one row."""
        at, voice = int(self.pools[row]), Voice(self.run.scheme, lang, self.found.component)
        pool, group = money(_of(self.found.amount, at)), self.found.units.name(at)
        title = voice.title(self.found.component.id)
        en = f"{title}: the pool of {group}, {pool}, is not shared, because nobody has a weight."
        return voice.say(en, f"{title}：{group}的奖金池 {pool} 未分配，因为没有人有权重。")
