"""One scheme with other numbers, tried on months drawn once: what a slider asks, answered within a second.

The months are drawn when the first question comes, on the same seed for every one, so that an answer differs from the
last by the numbers alone. What was tried is kept as an overlay, never as a copy of the scheme.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from toolkit.core.errors import UsageError
from toolkit.core.text import Text
from toolkit.core.yaml import Items, Node, Scalar, read_yaml, read_yaml_file
from toolkit.core.yaml import Mapping as YamlMapping
from toolkit.rules.lint.gaps import judgeable
from toolkit.rules.scheme.loading import parse_scheme
from toolkit.rules.scheme.scheme import Scheme
from toolkit.rules.settle.replicates import reads_ledger
from toolkit.studies.consequences.case import as_if_in_force
from toolkit.studies.design.bench import Bench, Trial
from toolkit.studies.design.coming import Luck, pay_world
from toolkit.studies.design.overlays import Spot, find_spots, overlay_text, put, values_of
from toolkit.studies.design.past import PastPay
from toolkit.studies.design.study import DesignStudy
from toolkit.studies.design.world import Key, World

MONTHS = 500
STEPS = 10
"""Values on each side of a number's own that it can be turned to."""
POINTS = 400
"""Most points of the payout curve, one a buyer where there are as few."""
_TURNED = ("from", "rate", "amount", "cap")
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)(%?)")


@dataclass(frozen=True, slots=True)
class Knob:
    """A number of a scheme that can be turned: its place, what it is called, what it is, and its other values."""

    at: str
    label: Text
    value: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What a scheme with other numbers comes to in the coming month, beside the scheme in force on the same draws.

    Parameters
    ----------
    turned : the numbers that are not the scheme's own.
    trial, base : cost of both, minor units.
    luck : share of pay that is luck; None where it is not known.
    people : agent, current, candidate, difference (means), minor units, and p_loses, p_gains.
    curve : conversion, current, candidate: a month of the middle person, minor units.
    """

    turned: Mapping[str, str]
    trial: Trial
    base: Trial
    luck: Luck
    people: pd.DataFrame
    curve: pd.DataFrame

    @property
    def change(self) -> tuple[float, float]:
        """Mean difference of cost to the scheme in force, and its simulation error, minor units."""
        apart = self.trial.each - self.base.each
        return float(apart.mean()), float(apart.std(ddof=1) / np.sqrt(len(apart)))


@dataclass(frozen=True, eq=False)
class Tryout:
    """A scheme whose numbers are turned.

    Parameters
    ----------
    study : the design study it is part of.
    paid : the scheme as it stands there.
    most : drawn months at most; the study's own where it has fewer.
    """

    study: DesignStudy
    paid: PastPay
    most: int

    @classmethod
    def of(cls, study: DesignStudy, at: int = 1, most: int = MONTHS) -> Tryout:
        """Return the tryout of a candidate, the first by default; of the scheme in force where there is none.

        Raises
        ------
        UsageError
            If the coming month cannot be foretold, or the scheme cannot be paid otherwise than it was.
        """
        paid = study.paid[min(at, len(study.paid) - 1)]
        if study.coming is None:
            raise UsageError(study.why)
        for one in (study.paid[0], paid):
            if reads_ledger(one.scheme) or not one.scheme.components:
                message = Text(
                    f"{one.name.en} depends on what earlier months paid; weigh it as a candidate instead",
                    f"{one.name.zh}取决于此前各月已发的金额；请作为候选方案比较",
                )
                raise UsageError(message)
        return cls(study, paid, most)

    @cached_property
    def bench(self) -> Bench:
        """The drawn months."""
        assert self.study.coming is not None
        key = Key(self.study.terms.seed, self.study.coming.month)
        return Bench(self.study.coming.model, self.study.past, key, min(self.most, self.study.terms.replicates))

    @cached_property
    def base(self) -> Trial:
        """The scheme in force on the drawn months."""
        return Trial(self.study.paid[0], self.bench)

    @cached_property
    def knobs(self) -> tuple[Knob, ...]:
        """The numbers that can be turned, in the order of the scheme."""
        tree = read_yaml(self.paid.candidate.text, self.paid.candidate.source)
        parts = tree.get("components") if isinstance(tree, YamlMapping) else None
        return tuple(
            knob
            for part in (parts.items if isinstance(parts, Items) else ())
            if isinstance(part, YamlMapping) and (name := part.get("id")) is not None and isinstance(name, Scalar)
            for knob in _knobs(part, f"components.{name.text}", self._title(name.text))
        )

    def _title(self, component: str) -> Text:
        found = next((c.title for c in self.paid.candidate.scheme.components if c.id == component), None)
        return found or Text(component, component)

    @cached_property
    def _spots(self) -> dict[str, Spot]:
        return self._found_in(self.paid.candidate.text)

    def _found_in(self, text: str) -> dict[str, Spot]:
        """Return where each number stands in a text of the scheme."""
        source = self.paid.candidate.scheme.source
        node = read_yaml(text, source)
        found = find_spots(text, Path(source), [(knob.at, "", node) for knob in self.knobs], source)
        return {knob.at: spot for knob, spot in zip(self.knobs, found, strict=True)}

    def text(self, turned: Mapping[str, str]) -> str:
        """Return the scheme with some numbers turned."""
        return put(self.paid.candidate.text, [self._spots[at] for at in turned], list(turned.values()))

    def answer(self, turned: Mapping[str, str] | None = None) -> Answer:
        """Return what the scheme comes to with some numbers turned.

        Parameters
        ----------
        turned : new values by place, as they are written in a scheme, e.g. ``{"components.c.rate.tiers[1].from":
            "31%"}``.

        Raises
        ------
        InputError
            If it is no scheme any more: a lower tier above a higher one.
        """
        kept = {at: to for at, to in (turned or {}).items() if to != self._spots[at].now}
        text = self.text(kept)
        candidate = self.paid.candidate
        scheme = judgeable(as_if_in_force(parse_scheme(text, candidate.scheme.source)), self.paid.gaps)
        trial = Trial(replace(self.paid, candidate=replace(candidate, text=text), scheme=scheme), self.bench)
        return Answer(kept, trial, self.base, trial.luck, self._people(trial), self._curve(trial.scheme))

    def _people(self, trial: Trial) -> pd.DataFrame:
        now, then = (one.totals[:, self.bench.served].astype(np.float64) for one in (self.base, trial))
        table = pd.DataFrame(
            {
                "agent": list(self.bench.model.agents),
                "current": now.mean(axis=0),
                "candidate": then.mean(axis=0),
                "difference": (then - now).mean(axis=0),
                "p_loses": (then < now).mean(axis=0),
                "p_gains": (then > now).mean(axis=0),
            }
        )
        return table.sort_values(["difference", "agent"], kind="stable", ignore_index=True)

    @cached_property
    def _middle(self) -> tuple[World, int, np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
        """A month of everybody's mean figures in which the person of middle volume converts less or more."""
        first, volumes = self.bench.drawn[0], self.bench.volumes
        agent = self.bench.model.agents[int(np.argsort(volumes)[len(volumes) // 2])]
        row = int(np.flatnonzero((first.rows["agent"] == agent).to_numpy())[0])
        means = {name: np.rint(values.mean(axis=0)).astype(np.int64) for name, values in first.columns.items()}
        asked = max(int(means["inquiries"][row]), 1)
        rate = means["buyers"][: self.bench.model.served].sum() / max(means["inquiries"].sum(), 1)
        most = max(min(round(2.2 * rate * asked), asked), 1)
        buyers = np.unique(np.rint(np.linspace(0, most, min(most + 1, POINTS))).astype(np.int64))
        each = means["sales"][row] / max(int(means["buyers"][row]), 1)
        columns = {name: np.tile(values, (len(buyers), 1)) for name, values in means.items()}
        for name, values in (
            ("buyers", buyers),
            ("orders", buyers),
            ("sales", np.rint(buyers * each).astype(np.int64)),
        ):
            if name in columns:
                columns[name][:, row] = values
        if "gross_sales" in columns:
            columns["gross_sales"][:, row] = columns["sales"][:, row] + columns["refunds"][:, row]
        return replace(first, columns=columns), first.agents.index(agent), buyers / asked

    def _curve(self, scheme: Scheme) -> pd.DataFrame:
        world, agent, rates = self._middle
        paid = [pay_world(s, world, self.bench.past).totals[:, agent] for s in (self.base.scheme, scheme)]
        return pd.DataFrame({"conversion": rates, "current": paid[0], "candidate": paid[1]})

    def overlay(self, turned: Mapping[str, str], folder: Path) -> str:
        """Return the numbers that are turned as the text of an overlay that stands in `folder`."""
        title = Text(f"Tried: {', '.join(turned.values())}", f"试算：{'、'.join(turned.values())}")
        return overlay_text(Path(self.paid.candidate.scheme.source), title, self.edits(turned), folder)

    def edits(self, turned: Mapping[str, str]) -> dict[str, str]:
        """Return every value in which the tried scheme differs from its file: those of the candidate's overlay too."""
        source = self.paid.candidate.scheme.source
        before = values_of(read_yaml_file(Path(source)))
        now = values_of(read_yaml(self.text(turned), source))
        return {at: to for at, to in now.items() if before.get(at) != to}


def _knobs(node: Node, path: str, title: Text, tier: int = -1) -> Iterator[Knob]:
    if not isinstance(node, YamlMapping):
        return
    for key, value in node.entries:
        here = f"{path}.{key.text}"
        if isinstance(value, Scalar):
            found = _NUMBER.fullmatch(value.text) if key.text in _TURNED else None
            if found is not None and Decimal(found[1]) > 0:
                yield Knob(
                    here, _label(title, key.text, tier), value.text, _values(value.text, Decimal(found[1]), found[2])
                )
        elif isinstance(value, Items) and key.text == "tiers":
            for n, item in enumerate(value.items):
                yield from _knobs(item, f"{here}[{n}]", title, n)
        else:
            yield from _knobs(value, here, title, tier)


_SAID = {
    "from": Text("from", "起点"),
    "rate": Text("rate", "比例"),
    "amount": Text("amount", "金额"),
    "cap": Text("cap", "封顶"),
}


def _label(title: Text, key: str, tier: int) -> Text:
    said = _SAID[key]
    if tier < 0:
        return Text(f"{title.en}: {said.en}", f"{title.zh}：{said.zh}")
    return Text(f"{title.en}, tier {tier + 1}: {said.en}", f"{title.zh}第 {tier + 1} 档：{said.zh}")


def _values(written: str, own: Decimal, sign: str) -> tuple[str, ...]:
    """Return the values about a number's own: steps of half a point from 10 % on, of a tenth below; else of a tenth."""
    share = Decimal("0.5") if own >= 10 else Decimal("0.1")
    step = share if sign else Decimal(10) ** (own.adjusted() - 1)
    found = [own + step * k for k in range(-STEPS, STEPS + 1)]
    return tuple(written if value == own else f"{value.normalize():f}{sign}" for value in found if value > 0)
