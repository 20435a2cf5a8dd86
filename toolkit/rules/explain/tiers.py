"""Says what a tier table or a scorecard made of the numbers of one unit.

Says what a tier table made of the numbers of one unit.

Says how a score came about: the points of every part, their weights, the grade and its coefficient.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np

from toolkit.core.figures import decimals, equals, money, percent
from toolkit.rules.explain.clauses import range_words, starts_at_nothing
from toolkit.rules.explain.speaker import Speaker
from toolkit.rules.explain.wording import Voice
from toolkit.rules.formula.exact import Exact
from toolkit.rules.formula.expressions import Expression, Name
from toolkit.rules.formula.groups import places, sort_keys
from toolkit.rules.formula.labels import Labels
from toolkit.rules.pay.components import Award
from toolkit.rules.pay.rollup import GroupMeasures
from toolkit.rules.pay.tiers import TierLookup
from toolkit.rules.pay.worth import read_table
from toolkit.rules.scheme.document import Score, ScoreItem, Table


@dataclass(frozen=True, slots=True, eq=False)
class TableSpeaker:
    """One unit's reading of one table.

    Parameters
    ----------
    by : what decided the tier.
    node : the expression that is.
    pay : what a rate is of; None for amounts and points.
    """

    speaker: Speaker
    table: Table
    reading: TierLookup
    by: Exact
    node: Expression
    pay: Expression | None = None

    @property
    def _voice(self) -> Voice:
        return self.speaker.voice

    def decided(self) -> str:
        """Say what decided, and the range it lies in."""
        if self.table.aggregate == "mean":
            mean = self._edge_text(self.speaker.of(self.by))
            value = self._voice.say(
                f"the plain mean of the members' {self._voice.name(_name(self.node))} {mean}",
                f"各成员{self._voice.name(_name(self.node))}的简单平均 {mean}",
            )
        else:
            value = self.speaker.spelled(self.node)
        rough = self._voice.say(" as reported, inexact", "（按导出的比率，不精确）") if self.table.as_reported else ""
        if self.table.relative_to is not None:
            value += self._voice.say(" against ", "，") + self.speaker.named(f"target_{_name(self.node)}", False)
        return self._voice.say(f"{value}{rough}, that is {self._range()}", f"{value}{rough}，属于“{self._range()}”一档")

    def points(self) -> str:
        """Say the points a table of a scorecard gave, with the line they lie on."""
        got = decimals(self.speaker.of(self.reading.value) or Fraction(0))
        line = self._line(decimals)
        return f"{line} {equals(got)}" if line else got

    def worth(self, value: Fraction) -> str:
        """Say what is paid: slices, a rate, or an amount."""
        colon = self._voice.say(": ", "：")
        if self.reading.ladder.mode == "marginal":
            return self._slices(value)
        if self._inner is not None:
            return f"{self.decided()}{self._voice.say('; ', '；')}{self._inner.worth(value)}"
        head = f"{self.decided()}{colon}"
        if self.pay is None:
            return f"{head}{self._amount(value)}"
        rate, kind = self.speaker.of(self.reading.value) or Fraction(0), self._voice.kind(self.pay)

        def write(value: Fraction) -> str:
            return self.speaker.rate(kind, value)

        said, line = write(rate), self._line(write)
        if line:
            head += self._voice.say(f"the rate is {line} {equals(said)}; ", f"提成比例 {line} {equals(said)}；")
        if said.startswith("≈"):
            said = self._voice.say("this rate, unrounded,", "该提成比例（不取整）")
        if self.pay == self.node and self.speaker.is_made(self.pay):  # said already
            return f"{head}{self.speaker.exactly(self.pay)} × {said} {equals(money(value))}"
        return head + self.speaker.product(self.pay, said, value)

    @property
    def _inner(self) -> TableSpeaker | None:
        """The table that stands in the tier reached; None where its value is one expression."""
        tier = int(self.reading.tier[self.speaker.unit])
        table = self.table.tiers[tier].inner if tier >= 0 else None
        found = self.reading.ladder.inner[tier] if table is not None else None
        if table is None or found is None or table.by is None:
            return None
        by, reading = found
        return TableSpeaker(self.speaker, table, reading, by, table.by.node, self.pay)

    def factor(self) -> str:
        """Say the factor a table gave, with the line it lies on."""
        got = decimals(self.speaker.of(self.reading.value) or Fraction(0))
        line = self._line(decimals)
        made = f"{line} {equals(got)}" if line else got
        return self._voice.say(f"{self.decided()}: factor {made}", f"{self.decided()}：系数 {made}")

    def _amount(self, value: Fraction) -> str:
        tier, ladder = int(self.reading.tier[self.speaker.unit]), self.reading.ladder
        if ladder.mode == "cumulative" and tier > 0:
            reached = [money(self.speaker.of(v) or Fraction(0)) for v in ladder.values[: tier + 1]]
            return f"{' + '.join(reached)} {equals(money(value))}"
        line = self._line(money)
        return f"{line} {equals(money(value))}" if line else money(value)

    def _line(self, write: Callable[[Fraction], str]) -> str:
        """Say the point on the line between two knots, "" where there is no line."""
        tier, ladder = int(self.reading.tier[self.speaker.unit]), self.reading.ladder
        value = self.speaker.of(self.by) or Fraction(0)
        if ladder.mode != "interpolated" or not 0 <= tier < len(ladder.values) - 1:
            return ""
        (low, high), (start, end) = (
            self._pair(ladder.edges[tier : tier + 2]),
            self._pair(ladder.values[tier : tier + 2]),
        )
        if value == low:
            return ""
        lower, upper = (self._edge_text(x) for x in (low, high))
        at = self._edge_text(value) if self.table.aggregate == "mean" else self.speaker.exactly(self.node)
        return f"{write(start)} + ({write(end)} − {write(start)}) × ({at} − {lower}) ÷ ({upper} − {lower})"

    def _pair(self, columns: Sequence[Exact | None]) -> tuple[Fraction, Fraction]:
        first, second = (Fraction(0) if c is None else self.speaker.of(c) or Fraction(0) for c in columns)
        return first, second

    def _edge_text(self, value: Fraction | None) -> str:
        return self.speaker.quantity(self.node, value)

    def _edges(self) -> list[str | None]:
        """Say each edge; one relative to the target with its share of it."""
        said: list[str | None] = []
        for tier, edge in zip(self.table.tiers, self.reading.ladder.edges, strict=True):
            text = None if edge is None else self._edge_text(self.speaker.of(edge))
            if text is not None and self.table.relative_to is not None and tier.from_ is not None:
                share = percent(self.speaker.value(tier.from_.node) or Fraction(0))
                text = self._voice.say(f"{text} ({share})", f"{text}（目标的{share}）")
            said.append(text)
        if starts_at_nothing(self.table, self._voice):
            said[0] = None
        return said

    def _range(self) -> str:
        """Say the range of the tier reached, and whether each edge belongs to it."""
        edges, above = self._edges(), self.reading.ladder.above
        tier = int(self.reading.tier[self.speaker.unit])
        if tier < 0:
            return range_words((None, False), (edges[0], above[0]), self._voice)
        nothing = tier + 1 == len(edges)
        upper = (None, False) if nothing else (edges[tier + 1], above[tier + 1])
        return range_words((edges[tier], above[tier]), upper, self._voice)

    def _slices(self, value: Fraction) -> str:
        """Say the slices of a marginal table."""
        by, ladder = self.speaker.of(self.by) or Fraction(0), self.reading.ladder
        lows = [
            max(self.speaker.of(e) or Fraction(0), Fraction(0)) if e is not None else Fraction(0) for e in ladder.edges
        ]
        if ladder.whole_units:
            lows = [max(Fraction(-(-low.numerator // low.denominator)) - 1, Fraction(0)) for low in lows]
            by = Fraction(by.numerator // by.denominator)
        values, back = ladder.values, self._retroactive
        if back:
            lows, values = [Fraction(0), *lows[back + 1 :]], values[back:]
        tops: list[Fraction | None] = [b for _, b in pairwise(lows)]
        kind = self._voice.kind(self.pay) if self.pay is not None else "money"
        write = money if kind == "money" else decimals
        said = list[str]()
        for low, top, rate in zip(lows, [*tops, None], values, strict=True):
            slice_ = (by if top is None else min(by, top)) - low
            if slice_ > 0:
                first = self._voice.say("the next " if said else "the first ", "其后 " if said else "前 ")
                said.append(f"{first}{write(slice_)} × {self.speaker.rate(kind, self.speaker.of(rate) or Fraction(0))}")
        head = self.speaker.spelled(self.node)
        if back:
            edge = self._edges()[back]
            head += self._voice.say(
                f", so that the rate from {edge} on holds below it too", f"，{edge} 档的标准也适用于以下部分"
            )
        if not said:
            return self._voice.say(f"{head}: nothing to pay a share of, 0.00", f"{head}：无可计发的部分，0.00")
        colon = self._voice.say(": ", "：")
        return f"{head}{colon}{self._voice.say(' + ', ' + ').join(said)} {equals(money(value))}"

    @property
    def _retroactive(self) -> int:
        """The highest tier reached that is retroactive, 0 for none."""
        reached = int(self.reading.tier[self.speaker.unit]) + 1
        return max((i for i, tier in enumerate(self.table.tiers[:reached]) if tier.retroactive), default=0)


def _name(node: Expression) -> str:
    return node.name if isinstance(node, Name) else ""


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
    rolled: GroupMeasures
    items: tuple[tuple[ScoreItem, Exact, TierLookup], ...]
    place: np.ndarray[tuple[int], np.dtype[np.int64]]
    ranked: np.ndarray[tuple[int], np.dtype[np.int64]]

    @classmethod
    def of(cls, voice: Voice, found: Award) -> Scorecard:
        """Read every part of a component's scorecard."""
        score, rolled = found.component.score, found.parts.payment.scored
        if score is None or rolled is None:
            raise TypeError("a component without a scorecard")
        items = tuple((item, *read_table(item, "points", rolled)) for item in score.items)
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
        return voice.joined([*parts, score + self._grade(unit)])

    def _number(self, name: str) -> Exact:
        column = self.rolled.column(name)
        if not isinstance(column, Exact):
            raise TypeError(f"{name!r} is no number")
        return column

    def _grade(self, unit: int) -> str:
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
