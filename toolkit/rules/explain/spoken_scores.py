"""Says how a score came about: the points of every part, their weights, the grade and its coefficient."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from toolkit.rules.explain.spoken import Speaker
from toolkit.rules.explain.spoken_tables import TableSpeaker
from toolkit.rules.explain.table_words import range_words
from toolkit.rules.explain.wording import Voice, decimals, equals, percent
from toolkit.rules.formula.exact import Exact
from toolkit.rules.formula.labels import Labels
from toolkit.rules.formula.ordering import places, sort_keys
from toolkit.rules.pay.awards import Award
from toolkit.rules.pay.payment import read_table
from toolkit.rules.pay.rollup import Rolled
from toolkit.rules.pay.tiers import Reading
from toolkit.rules.scheme.pieces import Score, ScoreItem

POINTS = 8
"""Decimals of points that do not end: enough for the cents of what they are multiplied by."""


@dataclass(frozen=True, slots=True, eq=False)
class Scorecard:
    """The scorecards of all units of a component, read once.

    Parameters
    ----------
    rolled : the units with their score, grade and coefficient.
    items : each part with what decided it and the points it gave.
    place, ranked : of each unit by score, and among how many, where grades are forced.
    """

    voice: Voice
    score: Score
    rolled: Rolled
    items: tuple[tuple[ScoreItem, Exact, Reading], ...]
    place: np.ndarray[tuple[int], np.dtype[np.int64]]
    ranked: np.ndarray[tuple[int], np.dtype[np.int64]]

    @classmethod
    def of(cls, voice: Voice, found: Award) -> Scorecard:
        """Read every part of a component's scorecard."""
        score, rolled = found.component.score, found.parts.payment.scored
        if score is None or rolled is None:
            raise TypeError("a component without a scorecard")
        items = tuple((item, *read_table(item, "points", rolled, None)) for item in score.items)
        total, run = rolled.column("score"), found.units.run
        known = np.where(total.valid, run, -1) if isinstance(total, Exact) else run
        place = places(sort_keys(total, highest=True), known) if isinstance(total, Exact) else run
        ranked = np.array([int((known == one).sum()) for one in known], np.int64)
        return cls(voice, score, rolled, items, np.asarray(place, np.int64), ranked)

    def said(self, unit: int) -> str:
        """Say the score of one unit."""
        voice, speaker = self.voice, Speaker(self.voice, self.rolled, unit)
        parts, points = [], []
        for item, by, reading in self.items:
            if item.by is None:
                continue
            table = TableSpeaker(speaker, item, reading, by, item.by.node)
            got, weight = decimals(speaker.of(reading.value) or Fraction(0), POINTS), percent(item.weight / 100)
            decided, told = table.decided(), table.points()
            parts.append(voice.say(f"{decided}: {told} points", f"{decided}：{told}分"))
            points.append(f"{got} × {weight}")
        total = speaker.of(self._number("score")) or Fraction(0)
        made = f"{' + '.join(points)} {equals(decimals(total, POINTS))}"
        score = voice.say(f"score {made}", f"得分 {made}")
        return voice.joined([*parts, score + self._grade(unit, total)])

    def _number(self, name: str) -> Exact:
        column = self.rolled.column(name)
        if not isinstance(column, Exact):
            raise TypeError(f"{name!r} is no number")
        return column

    def _grade(self, unit: int, total: Fraction) -> str:
        grades, voice = self.score.grades, self.voice
        if not grades:
            return ""
        column, factor = self.rolled.column("grade"), decimals(self._number("coefficient").value(unit) or Fraction(0))
        grade = column.value(unit) if isinstance(column, Labels) else ""
        if self.score.forced:
            place, of = int(self.place[unit]), int(self.ranked[unit])
            return voice.say(
                f", place {place} of {of}: grade {grade}, coefficient {factor}",
                f"，第{place}名（共{of}人）：{grade}级，系数 {factor}",
            )
        at = next(i for i, g in enumerate(grades) if g.grade == grade)
        edges = [None if g.from_ is None else decimals(g.from_) for g in [*grades[at : at + 2]]]
        high = edges[1] if len(edges) > 1 else None
        span = range_words((edges[0], False), (high, False), voice)
        return voice.say(f" ({span}): grade {grade}, coefficient {factor}", f"（{span}）：{grade}级，系数 {factor}")
