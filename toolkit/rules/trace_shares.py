"""The sentences behind shared pools: the pool, each member's part of it, and what caps moved."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from toolkit.core.text import Lang
from toolkit.rules.awards import Award
from toolkit.rules.exact import Exact
from toolkit.rules.ledger import PAID
from toolkit.rules.members import Index
from toolkit.rules.phrases import read_aloud
from toolkit.rules.pieces import Share
from toolkit.rules.pooling import Division
from toolkit.rules.run import Run
from toolkit.rules.spoken import Speaker
from toolkit.rules.trace import AwardTrace
from toolkit.rules.wording import Voice, decimals, money


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
                f"divided equally among {decimals(whole)}: {pool} ÷ {decimals(whole)} = {money(first)}",
                f"由{decimals(whole)}人平分：{pool} ÷ {decimals(whole)} = {money(first)}",
            )
        elif weight is None or weight <= 0:
            named = read_aloud(rule.by.node, voice)
            return voice.say(f"divided by {named}, of which there is none here: 0.00", f"按{named}分配，本人没有：0.00")
        else:
            text = self._by_weight(row, rule, (pool, first), voice)
        text += self._capped(row, rule, voice) if part != first else ""
        if self.earlier is not None:
            before = _of(self.earlier, row)
            text += voice.say(
                f"; less {money(before)} paid before = {money(part - before)}",
                f"；减去此前已发 {money(before)} = {money(part - before)}",
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
        mates = [int(i) for i in np.flatnonzero(self.division.pool == self.division.pool[row])]
        open_ = [i for i in mates if _of(self.division.part, i) > _of(self.division.first, i)]
        left = sum(
            (_of(self.division.first, i) - _of(self.division.part, i) for i in mates if i not in open_), Fraction(0)
        )
        more, equal = money(part - first), rule.by.text == "equal"
        weights = sum((_of(self.division.weight, i) for i in open_), Fraction(0))
        own, whole = (self._weight(rule, w, voice) for w in (self.division.weight.value(row), weights))
        sum_ = f"{money(left)} ÷ {len(open_)}" if equal else f"{money(left)} × {own} ÷ {whole}"
        return voice.say(
            f"; {money(left)} that the caps of others leave over is divided again the same way "
            f"among those below theirs: {sum_}, {more} more, together {money(part)}",
            f"；他人封顶后的余额 {money(left)} 在未封顶者中按同样方式再分：{sum_}，加 {more}，共 {money(part)}",
        )


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
