"""A scheme ready to be paid: its document, its names, its parameters, and the order its components run in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from toolkit.core.documents import Model
from toolkit.core.figures import counted
from toolkit.core.money import Rounding
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.core.yaml import Node
from toolkit.rules.scheme.document import Campaign, Component, Document, InForce, LimitRule
from toolkit.rules.scheme.scalars import Formula
from toolkit.rules.scheme.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Scheme:
    """One version of a scheme.

    Parameters
    ----------
    document : the file as written.
    vocabulary : what its names stand for.
    order : positions of the components, each after those whose ``streak`` it reads.
    streaked : the components whose ``streak`` is read.
    source : the file's name, for messages.
    node : the file's YAML, for places.
    """

    document: Document
    vocabulary: Vocabulary
    order: tuple[int, ...]
    streaked: frozenset[str]
    source: str
    node: Node

    def __repr__(self) -> str:
        parts = f"{counted(len(self.components), 'component')}, {counted(len(self.limits), 'limit')}"
        return f"<Scheme {self.id} from {self.in_force.from_}: {parts}>"

    @property
    def id(self) -> str:
        """The scheme's identifier; versions share it."""
        return self.document.scheme

    @property
    def title(self) -> Text:
        """The scheme's name for people."""
        return self.document.title

    @property
    def currency(self) -> str:
        """ISO code of the one currency."""
        return self.document.currency

    @property
    def in_force(self) -> InForce:
        """The days on which this version holds."""
        return self.document.in_force

    @property
    def components(self) -> tuple[Component, ...]:
        """What it pays, in file order."""
        return self.document.components

    @property
    def limits(self) -> tuple[LimitRule, ...]:
        """Person caps, funds and guarantees, in file order."""
        return self.document.limits

    @property
    def step(self) -> int:
        """Rounding step in minor units."""
        return int(self.document.rounding.step * 100)

    @property
    def mode(self) -> Rounding:
        """Rounding mode."""
        return self.document.rounding.mode

    @property
    def rounds_total(self) -> bool:
        """Whether only an agent's total is rounded."""
        return self.document.rounding.at == "total"

    def component(self, component_id: str) -> Component:
        """Return the component called `component_id`."""
        return next(c for c in self.components if c.id == component_id)

    def period(self, component: Component) -> str | InForce:
        """Return ``month``, ``quarter``, ``year``, or the days of a campaign."""
        rule = self.document.period if component.period is None else component.period
        return rule.campaign if isinstance(rule, Campaign) else rule

    def line(self, component_id: str) -> int:
        """Return the line of the file on which a component begins."""
        index = next(i for i, c in enumerate(self.components) if c.id == component_id)
        return self.node.at(("components", index)).line

    def days_in_force(self, first: date, last: date) -> tuple[date, date]:
        """Return the part of a span of days on which this version holds."""
        end = self.in_force.to
        return max(first, self.in_force.from_), last if end is None else min(last, end)


def formulas(value: object) -> Iterator[Formula]:
    """Yield every expression of a component, or of any part of a document."""
    if isinstance(value, Formula):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from formulas(item)
    elif isinstance(value, Model):
        for name in type(value).model_fields:
            yield from formulas(getattr(value, name))


def version_of(versions: Sequence[Scheme], month: str) -> Scheme | None:
    """Return the version in force on the last of a month's days that any is, None if none is."""
    when = Month.parse(month)
    touching = [scheme for scheme in versions if scheme.in_force.touches(when.start, when.last_day)]
    return max(touching, key=lambda scheme: scheme.in_force.from_, default=None)


def component_of(versions: Sequence[Scheme], component_id: str, month: str) -> Component | None:
    """Return a component as the version of a month has it, else as any given version has it."""
    own = version_of(versions, month)
    for scheme in (*([own] if own is not None else []), *reversed(versions)):
        for component in scheme.components:
            if component.id == component_id:
                return component
    return None
