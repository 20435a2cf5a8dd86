"""Records, bests and streaks: what a payee or its group did in this period and earlier ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from toolkit.core.period import Month
from toolkit.rules.formula.evaluate import number
from toolkit.rules.formula.exact import Exact
from toolkit.rules.formula.expressions import Call, Expression, Name, Number, TextLiteral
from toolkit.rules.pay.periods import Span, earlier, span_around
from toolkit.rules.pay.run import Run
from toolkit.rules.pay.units import Units
from toolkit.rules.scheme.document import Component

Key = tuple[int, str]  # replicate and group, or person and part


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """Evaluates the history calls of one component in one span, for its units."""

    run: Run
    component: Component
    span: Span
    units: Units

    def __call__(self, call: Call) -> Exact:
        """Return the value of a call for each unit."""
        if call.function == "streak":
            text = call.parts[0]
            return self._streak(text.value if isinstance(text, TextLiteral) else "")
        within, lowest = _word(call.option("within")), _word(call.option("order")) == "lowest"
        pick = min if lowest else max
        keys = self._keys(self.units, within)
        if call.function == "best":
            found = self._best(self.units, call.parts[0], within, pick)
            return Exact.of_values([found.get(key) for key in keys])
        return self._record(call, within, pick, keys)

    def lacking(self, call: Call, unit: int) -> list[tuple[Month, Month]]:
        """Return the first and last month of each required period in which a unit's record has no value."""
        within, lowest = _word(call.option("within")), _word(call.option("order")) == "lowest"
        key, (spans, _) = self._keys(self.units, within)[unit], self._spans(call.option("over"))
        pick = min if lowest else max
        return [(s.first, s.last) for s in spans if key not in self._season(s, call.parts[0], within, pick)]

    def _record(self, call: Call, within: str, pick: Callable[..., Fraction], keys: list[Key]) -> Exact:
        """Return the best of the required earlier periods; one that is missing makes it no value."""
        spans, need_all = self._spans(call.option("over"))
        seasons = [self._season(span, call.parts[0], within, pick) for span in spans]
        results: list[Fraction | None] = []
        for key in keys:
            values = [season[key] for season in seasons if key in season]
            complete = len(values) == len(seasons) if need_all else bool(values)
            results.append(pick(values) if complete and values else None)
        return Exact.of_values(results)

    def _season(self, span: Span, node: Expression, within: str, pick: Callable[..., Fraction]) -> dict[Key, Fraction]:
        units = self.run.units(self.component, span)
        return self._best(units, node, within, pick)

    def _spans(self, over: Expression | None) -> tuple[list[Span], bool]:
        """Return the earlier periods asked for, and whether each of them is required."""
        if isinstance(over, Name) and over.name == "all":
            first = int(self.run.cells.month.min())
            back, spans = 1, []
            while (span := self._earlier(back)) is not None and _months(span.last) >= first:
                spans.append(span)
                back += 1
            return spans, False
        count = 1
        if isinstance(over, Call) and isinstance(over.parts[0], Number):
            count = int(over.parts[0].value)
        found = [self._earlier(back) for back in range(1, count + 1)]
        return [span for span in found if span is not None], True

    def _earlier(self, back: int) -> Span | None:
        return earlier(self.run.scheme, self.component, self.span, back)

    def _best(self, units: Units, node: Expression, within: str, pick: Callable[..., Fraction]) -> dict[Key, Fraction]:
        values = number(node, replace(units.rolled, past=None, target_share=None, _cache={})).spread(units.n)
        best: dict[Key, Fraction] = {}
        for key, value in zip(self._keys(units, within), values.values(), strict=True):
            if value is not None:
                best[key] = pick(best[key], value) if key in best else value
        return best

    def _keys(self, units: Units, within: str) -> list[Key]:
        """Return what each unit's history is kept under."""
        if not within:
            owner = np.where(units.holder < 0, -1 - units.run, units.holder)
            return [(int(p), units.part.value(i) or "") for i, p in enumerate(owner)]
        labels = units.rolled.attribute(within)
        return [(int(run), labels.value(i) or "") for i, run in enumerate(units.run)]

    def _streak(self, component_id: str) -> Exact:
        """Return the number of consecutive periods, this one included, that paid a component above 0."""
        now = self.run.amounts.get(component_id, {})
        person = self.units.holder
        if self.run.first is not None:
            by_agent = self.run.first.get(component_id, {})
            now = {int(p): by_agent.get(self.run.cells.agent_of(int(p)), Fraction(0)) for p in person}
        paying = {int(p) for p in person if now.get(int(p), Fraction(0)) > 0}
        lengths = dict.fromkeys(paying, 1)
        back, other = 1, self.run.scheme.component(component_id)
        while paying:
            months = self._months_back(other, back)
            paid = self.run.past.sums(months, ["component"], component_id)
            paying = {p for p in paying if paid.get(self.run.cells.agent_of(p), Fraction(0)) > 0}
            for p in paying:
                lengths[p] += 1
            back += 1
        return Exact.of_values([lengths.get(int(p), 0) for p in person])

    def _months_back(self, other: Component, back: int) -> list[str]:
        around = span_around(self.run.scheme, other, self.run.month)
        span = None if around is None else earlier(self.run.scheme, other, around, back)
        return [] if span is None else [str(m) for m in span.first.through(span.last)]


def _word(node: Expression | None) -> str:
    return node.name if isinstance(node, Name) else ""


def _months(month: Month) -> int:
    return month.year * 12 + month.number - 1
