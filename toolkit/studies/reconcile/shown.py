"""Ratios as exports show them: rounded, and read as if they were exact (29.96 % shown as 30.0 %)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import pandas as pd

from toolkit.core.money import format_money, round_to_step
from toolkit.core.text import Text
from toolkit.rules.formula.dictionary import SPELL_COLUMNS, label
from toolkit.rules.formula.expressions import Expression, Name, Operation
from toolkit.rules.scheme.scheme import Scheme

STEPS = (Fraction(1, 1000), Fraction(1, 100))  # to 0.1 and to 1 percentage point


@dataclass(frozen=True, slots=True)
class ShownRatio:
    """A ratio of two columns that somebody reads rounded.

    Parameters
    ----------
    name : what the scheme calls it.
    above, below : the columns it is made of.
    step : to which it is rounded, half up.
    group : columns whose rows make one ratio together.
    """

    name: str
    above: str
    below: str
    step: Fraction
    group: tuple[str, ...]

    @property
    def label(self) -> Text:
        """What was done."""
        points = f"{float(self.step * 100):g}"
        return Text(
            f"{label(self.name, 'en')} rounded to {points} percentage point{'s' * (points != '1')}",
            f"{label(self.name, 'zh')}四舍五入到 {points} 个百分点",
        )

    def rounded(self, measures: pd.DataFrame) -> pd.DataFrame:
        """Return measures in which the upper column is the rounded ratio of its group times the lower one."""
        values = [
            old if ratio is None or pd.isna(n) else self._shown(ratio) * int(n)
            for old, ratio, n in zip(measures[self.above], self._exact(measures), measures[self.below], strict=True)
        ]
        return measures.assign(**{self.above: pd.Series(values, index=measures.index, dtype="object")})

    def read_as(self, measures: pd.DataFrame) -> dict[str, Text]:
        """Say by agent which ratios were read as which."""
        said: dict[str, dict[str, None]] = {}
        for agent, ratio in zip(measures["agent"], self._exact(measures), strict=True):
            if ratio is not None and not pd.isna(agent):
                said.setdefault(agent, {})[f"{_percent(ratio)} → {_percent(self._shown(ratio))}"] = None
        texts = {agent: ", ".join(ratios) for agent, ratios in said.items()}
        return {a: Text(f"{self.label.en}, {text}", f"{self.label.zh}，{text}") for a, text in texts.items()}

    def _exact(self, measures: pd.DataFrame) -> list[Fraction | None]:
        """Return each row's exact ratio of its group, None where there is none."""
        groups = measures.groupby(list(self.group), dropna=False, sort=False)
        above, below = (groups[c].transform("sum") for c in (self.above, self.below))
        return [Fraction(int(a), int(b)) if b else None for a, b in zip(above, below, strict=True)]

    def _shown(self, ratio: Fraction) -> Fraction:
        return round_to_step(ratio / self.step) * self.step


def shown_ratios(measures: pd.DataFrame, schemes: Sequence[Scheme]) -> Iterator[ShownRatio]:
    """Yield the ratios of counts that the schemes define, rounded to each of `STEPS`, in the parts they pay by."""
    spell = tuple(c for c in SPELL_COLUMNS if c in measures)
    parts = {None: (), "spell": spell, "shop": ("shop",)}
    groups = dict.fromkeys(parts[c.each] for s in schemes for c in s.components if c.each in parts)
    defined = ((name, _columns(d.formula.node)) for s in schemes for name, d in s.vocabulary.defines.items())
    for name, pair in dict(defined).items():
        if pair is not None and set(pair) <= set(measures.columns):
            for step, group in product(STEPS, groups):
                yield ShownRatio(name, *pair, step, ("month", "agent", *group))


def _columns(node: Expression) -> tuple[str, str] | None:
    """Return the columns of a plain ratio, None for anything else."""
    if isinstance(node, Operation) and node.sign == "/":
        above, below = node.parts
        if isinstance(above, Name) and isinstance(below, Name):
            return above.name, below.name
    return None


def _percent(ratio: Fraction) -> str:
    return f"{format_money(round_to_step(ratio * 10_000))}%"
