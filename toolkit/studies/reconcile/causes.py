"""What could explain a payroll amount: the same rules, paid on other measures, in another form or month.

Ratios as exports show them: rounded, and read as if they were exact (29.96 % shown as 30.0 %).

What could explain a payroll amount: the same rules, paid on other measures, in another form, for another month.
Nothing of the rules is written a second time: a hypothesis changes what `pay` is given, and `pay` gives the amounts of
everybody. Which hypotheses there are follows from the scheme and from the columns of the measures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import Any

import pandas as pd

from toolkit.core.money import format_money, round_to_step
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.rules.formula.dictionary import SPELL_COLUMNS, label
from toolkit.rules.formula.expressions import Expression, Name, Operation, names
from toolkit.rules.scheme.document import Component, Table
from toolkit.rules.scheme.interpretations import (
    SchemeRewrite,
    divided,
    may_be_divided,
    one_spell,
    pooled,
    with_components,
)
from toolkit.rules.scheme.scalars import Formula
from toolkit.rules.scheme.scheme import Scheme
from toolkit.studies.reconcile.due import AmountsDue, PaymentCase

STEPS = (Fraction(1, 1000), Fraction(1, 100))  # to 0.1 and to 1 percentage point


@dataclass(frozen=True, slots=True)
class DisplayedRatio:
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


def displayed_ratios(measures: pd.DataFrame, schemes: Sequence[Scheme]) -> Iterator[DisplayedRatio]:
    """Yield the ratios of counts that the schemes define, rounded to each of `STEPS`, in the parts they pay by."""
    spell = tuple(c for c in SPELL_COLUMNS if c in measures)
    parts = {None: (), "spell": spell, "shop": ("shop",)}
    groups = dict.fromkeys(parts[c.each] for s in schemes for c in s.components if c.each in parts)
    defined = ((name, _columns(d.formula.node)) for s in schemes for name, d in s.vocabulary.defines.items())
    for name, pair in dict(defined).items():
        if pair is not None and set(pair) <= set(measures.columns):
            for step, group in product(STEPS, groups):
                yield DisplayedRatio(name, *pair, step, ("month", "agent", *group))


def _columns(node: Expression) -> tuple[str, str] | None:
    """Return the columns of a plain ratio, None for anything else."""
    if isinstance(node, Operation) and node.sign == "/":
        above, below = node.parts
        if isinstance(above, Name) and isinstance(below, Name):
            return above.name, below.name
    return None


def _percent(ratio: Fraction) -> str:
    return f"{format_money(round_to_step(ratio * 10_000))}%"


# Classes in the order of decision: the first that explains an amount is its class, the others are listed.
CLASSES: Mapping[str, Text] = {
    "NOT_ON_ROSTER": Text("Payee not on the roster", "领薪人不在花名册"),
    "BEFORE_JOINING": Text("Before joining", "入职前发放"),
    "AFTER_LEAVING": Text("After leaving", "离职后发放"),
    "OTHER_MONTH": Text("Paid for another month", "发放其他月份"),
    "SWAPPED": Text("Two people swapped", "两人金额对调"),
    "DUPLICATE": Text("Paid twice", "重复发放"),
    "DUE_NOT_PAID": Text("Due, not paid", "应发未发"),
    "PAID_NOT_DUE": Text("Paid, not due", "不应发而发"),
    "CORRECTION": Text("Earlier month's correction not paid", "以前月份的更正未发"),
    "TIMING": Text("Another month's amount", "其他月份的金额"),
    "SCALED": Text("One factor for several people", "多人按同一比例"),
    "ROUNDING_SKIM": Text("The same cents off for several people", "多人同向尾差"),
    "CREDIT": Text("Another person's order", "业绩归属不同"),
    "BASE": Text("Another base", "计提基数不同"),
    "RATE": Text("Another rate", "提成比例不同"),
    "BASE_AND_RATE": Text("Another base and another rate", "计提基数和提成比例都不同"),
    "ROUNDING": Text("Rounding", "尾差"),
    "SPLIT": Text("One amount in several lines", "一项拆成多行"),
    "UNEXPLAINED": Text("Unexplained", "原因不明"),
    "MATCH": Text("As due", "一致"),
}
CAUSES = tuple(CLASSES)
JOINED = ("reminder_sales", "offline_sales")


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One way a payroll amount may have come about.

    Parameters
    ----------
    cause : its class, one of `CAUSES`.
    label : what was done, as the middle of a sentence.
    schemes, measures, month : what `pay` is given.
    may_be_nothing : whether a missing line is explained by it when it gives 0; another month or column is no reason.
    labels : what was done to single agents, by agent; where there are any, measures hold made-up counts.
    """

    cause: str
    label: Text
    schemes: tuple[Scheme, ...]
    measures: pd.DataFrame
    month: Month
    may_be_nothing: bool = True
    labels: Mapping[str, Text] = field(default_factory=dict)

    def label_of(self, agent: str) -> Text:
        """Return what was done, in the figures of `agent` where there are any."""
        return self.labels.get(agent, self.label)


@dataclass(frozen=True, slots=True)
class Fit:
    """One cause that explains an amount: its class, what was done, and the dues whose traces show the sum."""

    cause: str
    label: Text
    dues: AmountsDue | None = None


def hypotheses(case: PaymentCase) -> Iterator[Hypothesis]:
    """Yield the hypotheses that concern everybody, in the order of `CAUSES`."""
    schemes, month = case.in_force(case.month), case.month
    yield from _other_months(case)
    for name, table in case.alternatives:
        yield Hypothesis("CREDIT", name, schemes, _in_place_of_month(case, table), month)
    for name, table in _other_bases(case):
        yield Hypothesis("BASE", name, schemes, table, month, False)
    for name, changed, table in _other_parts(case, schemes):
        yield Hypothesis("BASE", name, changed, table, month)
    for name, changed in _other_rates(schemes):
        yield Hypothesis("RATE", name, changed, case.measures, month)
    for ratio in displayed_ratios(case.measures, schemes):
        labels = ratio.read_as(case.measures[case.measures["month"] == str(month)])
        yield Hypothesis("RATE", ratio.label, schemes, ratio.rounded(case.measures), month, labels=labels)


def hypotheses_of_two(case: PaymentCase) -> Iterator[Hypothesis]:
    """Yield two causes at once, another base at another rate; asked only of amounts that no single cause gives."""
    schemes = case.in_force(case.month)
    for (base, table), (rate, changed) in product(_other_bases(case), list(_other_rates(schemes))):
        name = Text(f"{base.en}, and {rate.en}", f"{base.zh}，并按{rate.zh}")
        yield Hypothesis("BASE_AND_RATE", name, changed, table, case.month, False)


def _other_months(case: PaymentCase) -> Iterator[Hypothesis]:
    known = set(case.measures["month"])
    for month in (case.month.shift(-1), case.month.shift(1)):
        schemes = case.in_force(month)
        if str(month) in known and schemes:
            name = Text(f"the amount due for {month}", f"{month} 的应发金额")
            yield Hypothesis("TIMING", name, schemes, case.measures, month, False)


def _in_place_of_month(case: PaymentCase, table: pd.DataFrame) -> pd.DataFrame:
    month = str(case.month)
    others = case.measures[case.measures["month"] != month]
    return pd.concat([others, table[table["month"] == month]], ignore_index=True)


# Other bases


def money_columns(case: PaymentCase, scheme: Scheme) -> list[str]:
    """Return the measures of money the table has, in its order."""
    kinds = scheme.vocabulary.measures
    return [str(c) for c in case.measures.columns if c in kinds and kinds[c].kind == "money"]


def base_columns(scheme: Scheme, component: Component) -> list[str]:
    """Return the measures a component's base is made of, through its defines."""
    return _measures_in(scheme, component.pay.node) if component.pay is not None else []


def _measures_in(scheme: Scheme, node: Expression) -> list[str]:
    found: list[str] = []
    for name in names(node):
        define = scheme.vocabulary.defines.get(name)
        found += [name] if define is None else _measures_in(scheme, define.formula.node)
    return list(dict.fromkeys(found))


def _other_bases(case: PaymentCase) -> Iterator[tuple[Text, pd.DataFrame]]:
    """Yield measures in which a column of money that is paid on holds another one, or another one as well."""
    schemes = case.in_force(case.month)
    money = list(dict.fromkeys(c for s in schemes for c in money_columns(case, s)))
    paid_on = dict.fromkeys(b for s in schemes for c in s.components for b in base_columns(s, c) if b in money)
    for base in paid_on:
        others = [c for c in money if c != base]
        joined = [*([c] for c in others), [c for c in JOINED if c in others and base not in JOINED]]
        values = [(_instead(other, base), case.measures[other]) for other in others]
        values += [(_together([base, *c]), _sum(case.measures, base, c)) for c in joined if c]
        tried = [case.measures[base]]
        for name, column in values:
            if not any(column.equals(other) for other in tried):
                tried.append(column)
                yield name, case.measures.assign(**{base: column})


def _sum(measures: pd.DataFrame, base: str, columns: list[str]) -> pd.Series[Any]:
    added = measures[columns].fillna(0).sum(axis=1)
    return measures[base] + added.astype(measures[base].dtype)


def _instead(column: str, base: str) -> Text:
    return Text(
        f"{label(column, 'en')} in place of {label(base, 'en')}", f"以{label(column, 'zh')}代替{label(base, 'zh')}"
    )


def _together(columns: list[str]) -> Text:
    return Text(
        " and ".join(label(c, "en") for c in columns) + " together", "与".join(label(c, "zh") for c in columns) + "合计"
    )


def _other_parts(
    case: PaymentCase, schemes: tuple[Scheme, ...]
) -> Iterator[tuple[Text, tuple[Scheme, ...], pd.DataFrame]]:
    """Yield the schemes with spells or shops pooled where they are paid apart, and the reverse."""
    if any(c.each in ("spell", "shop") for s in schemes for c in s.components):
        name = Text("the whole month pooled", "整月合并计算")
        yield name, _with(schemes, pooled), one_spell(case.measures)
    if any(may_be_divided(c) for s in schemes for c in s.components):
        name = Text("each spell by itself", "各段任职分别计算")
        yield name, _with(schemes, divided), case.measures


# Other rates


def _with(schemes: tuple[Scheme, ...], change: SchemeRewrite) -> tuple[Scheme, ...]:
    return tuple(with_components(s, change) for s in schemes)


def _other_rates(schemes: tuple[Scheme, ...]) -> Iterator[tuple[Text, tuple[Scheme, ...]]]:
    """Yield the schemes with one table paying everybody at one tier; where parts are paid apart, also one tier off."""
    for scheme in schemes:
        for component in scheme.components:
            for key, table in component.tables:
                for tier in table.tiers:
                    value = tier.rate or tier.amount
                    if value is not None:
                        yield _tier_label(key, value), _changed(schemes, scheme, component, {key: value})
                if component.each is not None:
                    for name, moved in _one_tier_off(key, table):
                        yield name, _changed(schemes, scheme, component, {key: moved})


def _changed(
    schemes: tuple[Scheme, ...], scheme: Scheme, component: Component, update: dict[str, object]
) -> tuple[Scheme, ...]:
    changed = _with((scheme,), lambda c: c.model_copy(update=update) if c is component else c)
    return tuple(changed[0] if s is scheme else s for s in schemes)


def _tier_label(key: str, value: Formula | Table) -> Text:
    what = Text("rate", "提成比例") if key == "rate" else Text("amount", "金额")
    if isinstance(value, Table):
        return Text(f"the {what.en}s of another tier", f"另一档的{what.zh}")
    return Text(f"the {what.en} {value.text} of another tier", f"另一档的{what.zh} {value.text}")


def _one_tier_off(key: str, table: Table) -> Iterator[tuple[Text, Table]]:
    """Yield the table with one tier paying what the tier next to it pays."""
    for i, tier in enumerate(table.tiers):
        for j in (i - 1, i + 1):
            if 0 <= j < len(table.tiers):
                other = table.tiers[j]
                moved = tier.model_copy(update={"rate": other.rate, "amount": other.amount})
                tiers = (*table.tiers[:i], moved, *table.tiers[i + 1 :])
                value = other.rate or other.amount
                if value is not None:
                    yield _tier_label(key, value), table.model_copy(update={"tiers": tiers})
