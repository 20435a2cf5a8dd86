"""Two schemes compared: what changed, whose pay by how much, which change causes it, and a letter to the people.

Every amount is what `pay` gives on the same measures; the causes are differences of successive schemes between the old
and the new one (`scheme_steps`), so they add up to the whole difference.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd

from toolkit.core.errors import InputError, UsageError
from toolkit.core.money import format_money
from toolkit.core.text import Lang, Text
from toolkit.rules import Scheme, pay
from toolkit.studies.scheme_changes import SchemeChange, scheme_changes
from toolkit.studies.scheme_steps import Step, steps_between


@dataclass(frozen=True, slots=True)
class Cause:
    """What one change did to pay, with everything before it read the new way already.

    Parameters
    ----------
    component : its id, "" for what is no single component's.
    label : what changed, in words.
    effect : of everybody together, minor units.
    by_agent : of each person it touches, minor units.
    """

    component: str
    label: Text
    effect: int
    by_agent: dict[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class SchemeDiff:
    """Two schemes compared.

    Parameters
    ----------
    changes : what they say differently.
    month : the month paid under both; "" without measures.
    people : one row an agent: agent, old, new, difference (minor units) and cause; largest loss first.
    causes : what did it, in the order the new scheme was read; their effects add up to the difference.
    """

    old: Scheme
    new: Scheme
    changes: tuple[SchemeChange, ...]
    month: str
    people: pd.DataFrame
    causes: tuple[Cause, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many are paid more, less and the same, and the totals in minor units."""
        difference = self.people["difference"]
        return {
            "more": int((difference > 0).sum()),
            "less": int((difference < 0).sum()),
            "same": int((difference == 0).sum()),
            "old": int(self.people["old"].sum()),
            "new": int(self.people["new"].sum()),
        }

    @property
    def text(self) -> Text:
        """The result in a sentence."""
        if not self.month:
            n = len(self.changes)
            return Text(f"{n} difference{'s' if n != 1 else ''}.", f"共 {n} 处不同。")
        c = self.counts
        old, new, change = (format_money(v) for v in (c["old"], c["new"], c["new"] - c["old"]))
        return Text(
            f"Paid on {self.month}: {old} by the old scheme, {new} by the new one, {change} in difference; "
            f"{c['more']} people get more, {c['less']} less, {c['same']} the same.",
            f"按 {self.month} 数据测算：原方案合计 {old}，新方案合计 {new}，差额 {change}；"
            f"{c['more']} 人增加，{c['less']} 人减少，{c['same']} 人不变。",
        )

    def people_table(self, lang: Lang) -> pd.DataFrame:
        """Return the people in file form: money in major units as text."""
        money = {name: self.people[name].map(format_money) for name in ("old", "new", "difference")}
        return self.people.assign(**money, cause=[cause.of(lang) for cause in self.people["cause"]])

    def causes_table(self, lang: Lang) -> pd.DataFrame:
        """Return the causes: component, change, effect in major units as text, people touched."""
        rows = [
            (self.title_of(c.component).of(lang), c.label.of(lang), format_money(c.effect), len(c.by_agent))
            for c in self.causes
        ]
        return pd.DataFrame(rows, columns=["component", "change", "effect", "people"])

    def title_of(self, component: str) -> Text:
        """Return what a component is called, in the new scheme where it is there."""
        for scheme in (self.new, self.old):
            for one in scheme.components:
                if one.id == component:
                    return one.title or Text(component, component)
        return Text("all", "全部")

    def to_json(self, lang: Lang) -> dict[str, Any]:
        """Return the comparison for machines; money in major units as text."""
        shown: dict[str, Any] = {
            "changes": [
                {"kind": c.kind, "about": c.about, "key": c.key, "was": c.was.of(lang), "now": c.now.of(lang)}
                for c in self.changes
            ],
            "month": self.month,
        }
        if self.month:
            shown["counts"] = {k: v for k, v in self.counts.items() if k in ("more", "less", "same")}
            shown["totals"] = {k: format_money(self.counts[k], thousands=False) for k in ("old", "new")}
            shown["causes"] = self.causes_table(lang).to_dict("records")
            shown["people"] = self.people_table(lang).to_dict("records")
        return shown


def diff_schemes(
    old: Scheme,
    new: Scheme,
    measures: pd.DataFrame | None = None,
    *,
    month: str = "",
    judged: pd.DataFrame | None = None,
) -> SchemeDiff:
    """Compare two schemes, and what both pay for the same month.

    Parameters
    ----------
    measures : in memory form; None compares what the schemes say only.
    month : the month paid under both, whenever they are in force; default the last of the measures.
    judged : measures of the same months as the new scheme will have them, where the rule of crediting changes too.

    Raises
    ------
    UsageError
        If the measures have no rows in the month.
    InputError
        If the old or the new scheme cannot be paid on the measures.
    """
    changes = scheme_changes(old, new)
    if measures is None:
        nobody = pd.DataFrame({"agent": [], "old": [], "new": [], "difference": [], "cause": []})
        return SchemeDiff(old, new, changes, "", nobody, ())
    chosen = month or str(measures["month"].max())
    if not (measures["month"] == chosen).any():
        raise UsageError(f"the measures have no rows in {chosen}")
    totals = _totals(old, new, measures, chosen, judged)
    causes = tuple(_causes(totals))
    return SchemeDiff(old, new, changes, chosen, _people(totals, causes), causes)


Totals = list[tuple[str, Text, "pd.Series[int]"]]


def _totals(old: Scheme, new: Scheme, measures: pd.DataFrame, month: str, judged: pd.DataFrame | None) -> Totals:
    """Pay every step; one that cannot be paid by itself counts with the next."""
    steps = list(steps_between(old, new))
    found: Totals = [("", steps[0].label, _paid(steps[0].scheme, measures, month))]
    if judged is not None:
        label = Text("the judging rule (other measures)", "业绩判定规则（改用新的数据）")
        found.append(("", label, _paid(steps[0].scheme, judged, month)))
    used, waiting = measures if judged is None else judged, list[Step]()
    for step in steps[1:]:
        waiting.append(step)
        try:
            paid = _paid(step.scheme, used, month)
        except (InputError, TypeError):
            if step is steps[-1]:
                raise
            continue
        label = Text("; ".join(s.label.en for s in waiting), "；".join(s.label.zh for s in waiting))
        same = len({s.component for s in waiting}) == 1
        found.append((step.component if same else "", label, paid))
        waiting = []
    return found


def _paid(scheme: Scheme, measures: pd.DataFrame, month: str) -> pd.Series[int]:
    rows = pay(scheme, measures, month=month).table
    return rows.loc[rows["agent"] != ""].groupby("agent")["amount"].sum().astype("int64")


def _causes(totals: Totals) -> list[Cause]:
    """Return what each step did; those that did nothing to anybody are left out."""
    found = []
    for (_, _, before), (component, label, after) in pairwise(totals):
        change = after.sub(before, fill_value=0).astype("int64")
        touched = {str(agent): int(value) for agent, value in change.items() if value}
        if touched:
            found.append(Cause(component, label, sum(touched.values()), touched))
    return found


def _people(totals: Totals, causes: tuple[Cause, ...]) -> pd.DataFrame:
    table = pd.DataFrame({"old": totals[0][2], "new": totals[-1][2]}).fillna(0).astype("int64")
    table["difference"] = table["new"] - table["old"]
    table = table.rename_axis("agent").reset_index().sort_values(["difference", "agent"], ignore_index=True)
    table["cause"] = pd.Series([_main(str(agent), causes) for agent in table["agent"]], dtype=object)
    return table


def _main(agent: str, causes: tuple[Cause, ...]) -> Text:
    """Return what moved a person's pay most."""
    touching = [cause for cause in causes if agent in cause.by_agent]
    if not touching:
        return Text("", "")
    return max(touching, key=lambda cause: abs(cause.by_agent[agent])).label
