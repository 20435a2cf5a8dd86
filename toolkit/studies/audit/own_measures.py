"""Measures a workspace keeps by hand (`own_measures`), put beside those that are counted.

A value is of a person and a month. What adds up stands on the person's first row of the month, 0 on the others; an
average or an attribute stands on each. What is counted for somebody is not replaced.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.core.errors import ToolkitError
from toolkit.core.findings import Finding, by_gravity, listed
from toolkit.core.period import Month
from toolkit.core.text import LANGUAGES, Text
from toolkit.data.crediting.feeds import OWN
from toolkit.data.crediting.measures import measure
from toolkit.rules.formula.dictionary import canonical
from toolkit.rules.settle.files import kind_of_measure, typed_frame

if TYPE_CHECKING:
    from toolkit.data.crediting.measures import Measures, Months
    from toolkit.rules.scheme.scheme import Scheme

_BY = ["month", "agent"]


def measure_with_own(opened: Months, schemes: Iterable[Scheme]) -> Measures:
    """Return the measures of months that are open, those kept by hand among them.

    Raises
    ------
    InputError
        If a value is not what its measure holds.
    """
    counted, read = measure(opened), list(schemes)
    unused = _unused(counted.table, opened, read)
    return replace(
        counted,
        table=with_own(counted.table, opened, read),
        findings=tuple(by_gravity([*counted.findings, *unused])),
    )


def with_own(table: pd.DataFrame, opened: Months, schemes: Sequence[Scheme]) -> pd.DataFrame:
    """Return a table of measures with the columns kept by hand."""
    first, columns = ~table.duplicated(_BY), dict[str, pd.Series]()
    for name, values in _kept(opened, schemes):
        given = table[_BY].merge(values, on=_BY, how="left").set_index(table.index)[name]
        if any(scheme.vocabulary.adds(name) for scheme in schemes):
            given = given.mask(given.notna() & ~first, 0)
        columns[name] = given if name not in table else table[name].where(_counted(table, name), given)
    return table.assign(**columns)


def _kept(opened: Months, schemes: Sequence[Scheme]) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield each measure kept by hand: its name, and its values by month and agent in memory form."""
    rows = opened.engine.read(opened.engine.table(OWN))
    titles = {t.of(lang): name for s in schemes for name, t in s.vocabulary.titles.items() for lang in LANGUAGES}
    names = rows["measure"].map(lambda text: titles.get(text, canonical(text)))
    rows = rows.assign(month=rows["month"].map(_month))
    for name, part in rows.groupby(names, sort=True):
        mine = part.drop_duplicates(_BY, keep="last").reset_index(drop=True)
        column = mine[["value"]].set_axis([str(name)], axis=1)
        typed = typed_frame(column, {str(name): kind_of_measure(str(name), schemes)}, f"{OWN} {name}")
        yield str(name), pd.concat([mine[_BY], typed], axis=1)


def _month(text: str) -> str:
    try:
        return str(Month.read(text))
    except ToolkitError:
        return text


def _counted(table: pd.DataFrame, name: str) -> pd.Series:
    """Tell of each row whether its person's month has a value of a measure."""
    if name not in table:
        return pd.Series(False, index=table.index)
    return table[name].notna().groupby([table[c] for c in _BY], dropna=False).transform("any")


def _unused(table: pd.DataFrame, opened: Months, schemes: Sequence[Scheme]) -> Iterator[Finding]:
    """Yield the values kept by hand that are of nobody, or of what is counted already."""
    people = pd.MultiIndex.from_frame(table[_BY])
    for name, values in _kept(opened, schemes):
        here = values.loc[values["month"].isin(set(table["month"]))]
        at = pd.MultiIndex.from_frame(here[_BY])
        known = at.isin(pd.MultiIndex.from_frame(table.loc[_counted(table, name), _BY]))
        for month, rows in here.assign(lost=~at.isin(people), known=known).groupby("month"):
            if len(lost := listed(sorted(rows.loc[rows["lost"], "agent"]))):
                text = Text(
                    f"Own measure {name} of {lost}: nobody of the month has this number; the value is not used.",
                    f"自有指标 {name}：当月没有工号 {lost}，该值未采用。",
                )
                yield Finding("own-measure-of-nobody", "review", name, text, str(month))
            if len(twice := listed(sorted(rows.loc[rows["known"], "agent"]))):
                text = Text(
                    f"Own measure {name} of {twice}: the imported files tell it already; the own value is not used.",
                    f"自有指标 {name}（{twice}）：导入的文件中已有该指标，自有的值未采用。",
                )
                yield Finding("own-measure-counted", "review", name, text, str(month))
