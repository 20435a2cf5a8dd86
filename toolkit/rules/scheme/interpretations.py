"""Other readings of a scheme: what else its words could mean, each as a scheme (and measures) that `pay` can pay.

The commonest disputes are two: whether a tier's rate counts for the whole or for its slice, and whether the parts of
somebody's month (shops, spells) are paid apart or together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from toolkit.core.text import Text
from toolkit.rules.formula.dictionary import FIXED_COLUMNS
from toolkit.rules.scheme.document import Component, Table
from toolkit.rules.scheme.scheme import Scheme

SchemeRewrite = Callable[[Component], Component]


@dataclass(frozen=True, slots=True)
class Interpretation:
    """Another reading of one component, or of all.

    Parameters
    ----------
    component : id; "" when all of them are read otherwise.
    label : how it is read, as the middle of a sentence.
    scheme : the scheme so read.
    of_parts : whether only months that have several parts (spells) can differ.
    pooled : whether the parts of a person's month are to be made one, see `one_spell`.
    """

    component: str
    label: Text
    scheme: Scheme
    of_parts: bool = False
    pooled: bool = False

    def measures(self, measures: pd.DataFrame) -> pd.DataFrame:
        """Return the measures the reading is paid on."""
        return one_spell(measures) if self.pooled else measures


def other_interpretations(scheme: Scheme) -> Iterator[Interpretation]:
    """Yield the other readings of a scheme's tables and parts."""
    for component in scheme.components:
        for key, table in component.tables:
            for label, other in _other_modes(key, table, component):
                changed = with_components(scheme, _replacing(component, key, other))
                yield Interpretation(component.id, label, changed)
        if component.each in ("spell", "shop"):
            changed = with_components(scheme, _replacing(component, "each", None))
            yield Interpretation(
                component.id, Text("the whole month together", "整月合并计算"), changed, of_parts=True, pooled=True
            )
        elif may_be_divided(component) and component.tables:
            changed = with_components(scheme, _replacing(component, "each", "spell"))
            yield Interpretation(component.id, Text("each spell by itself", "各段任职分别计算"), changed, of_parts=True)


def _replacing(component: Component, key: str, value: object) -> SchemeRewrite:
    return lambda c: c.model_copy(update={key: value}) if c is component else c


def _other_modes(key: str, table: Table, component: Component) -> Iterator[tuple[Text, Table]]:
    """Yield a table as it may be mistaken for another, where that other can be paid."""
    on_base = table.by is None or (component.pay is not None and table.by.text == component.pay.text)
    if key == "amount" and table.mode == "slab":
        yield (
            Text("all amounts reached added up", "达到的各档金额累加"),
            table.model_copy(update={"mode": "cumulative"}),
        )
    if key == "amount" and table.mode == "cumulative":
        yield Text("the highest amount only", "只发最高一档"), table.model_copy(update={"mode": "slab"})
    if key == "rate" and on_base and table.mode == "marginal":
        whole = {"mode": "slab", "unit": None, "below": table.below or table.tiers[0].rate}
        yield Text("the last rate on the whole amount", "全额按最后一档"), table.model_copy(update=whole)
    if key == "rate" and on_base and table.mode == "slab":
        sliced = {"mode": "marginal", "below": None, "bound": None}
        yield Text("each slice at its own rate", "分段计算，各段按各自比率"), table.model_copy(update=sliced)
    if table.mode in ("slab", "cumulative"):
        turned = {"bound": "at_or_above" if table.bound == "above" else "above"}
        yield Text("an edge counted to the other tier", "分界点归另一档"), table.model_copy(update=turned)
    if component.level in ("team", "shop") and table.by is not None:
        together = table.aggregate == "mean"
        label = (
            Text("all members pooled", "成员合并计算")
            if together
            else Text("the plain mean of the members", "成员简单平均")
        )
        yield label, table.model_copy(update={"aggregate": "pooled" if together else "mean"})


def with_components(scheme: Scheme, change: SchemeRewrite) -> Scheme:
    """Return a scheme with each component changed."""
    components = tuple(map(change, scheme.components))
    return replace(scheme, document=scheme.document.model_copy(update={"components": components}))


def may_be_divided(component: Component) -> bool:
    """Tell whether a component that pools a person's month could pay each spell instead."""
    return component.each is None and component.level == "self" and not (component.rank or component.share)


def divided(component: Component) -> Component:
    """Return a component that pays each spell, where that can be."""
    return component.model_copy(update={"each": "spell"}) if may_be_divided(component) else component


def pooled(component: Component) -> Component:
    """Return a component that pools a person's month."""
    return component.model_copy(update={"each": None}) if component.each in ("spell", "shop") else component


def one_spell(
    measures: pd.DataFrame, columns: Sequence[str] = FIXED_COLUMNS, by: Sequence[str] = ("month", "agent")
) -> pd.DataFrame:
    """Return the measures with what must not differ within a pooled month as each agent's last row (of `by`) says it.

    A further column keeps rows apart that now agree in everything.
    """
    fixed = [c for c in columns if c in measures]
    last = measures.groupby(list(by))[fixed].transform("last") if fixed else measures[fixed]
    same = {c: last[c].where(measures["agent"].notna(), measures[c]) for c in fixed}
    return measures.assign(**same, pooled_row=pd.Series(range(len(measures)), measures.index).astype("str"))
