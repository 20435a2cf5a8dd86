"""Measures a workspace keeps by hand (`own_measures`), put beside those that are counted.

A value is of a person and a month. What adds up stands on the person's first row of the month, 0 on the others; an
average or an attribute stands on each. What is counted for somebody is not replaced.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.core.errors import ToolkitError
from toolkit.core.findings import Finding, by_gravity, listed
from toolkit.core.period import Month
from toolkit.core.text import LANGUAGES, Text
from toolkit.data.crediting.feeds import OWN
from toolkit.data.crediting.measures import measure
from toolkit.rules.formula.dictionary import canonical
from toolkit.rules.lint.gaps import columns_of
from toolkit.rules.settle.files import kind_of_measure, typed_frame
from toolkit.studies.audit.opening import with_opening

if TYPE_CHECKING:
    from toolkit.data.crediting.measures import Measures, Months
    from toolkit.rules.scheme.scheme import Scheme

_BY = ["month", "agent"]
TENURE = "tenure_months"


def measure_with_own(opened: Months, schemes: Iterable[Scheme]) -> Measures:
    """Return the measures of months that are open, with those kept by hand and those of opening balances.

    Raises
    ------
    InputError
        If a value is not what its measure holds, or an opening balance cannot be used.
    """
    read = list(schemes)
    counted = measure(opened, cuts_of(read))
    table, replaced = with_opening(counted.table, opened, read)
    unused = _unused(table, opened, read)
    return replace(
        counted,
        table=with_own(table, opened, read),
        findings=tuple(by_gravity([*counted.findings, *replaced, *unused])),
    )


def cuts_of(schemes: Iterable[Scheme]) -> list[date]:
    """Return the days on which measures begin anew because a campaign begins or has ended."""
    periods = [scheme.period(component) for scheme in schemes for component in scheme.components]
    days = [p for p in periods if not isinstance(p, str)]
    ends = [d.to + timedelta(days=1) for d in days if d.to is not None]
    return sorted({*(d.from_ for d in days), *ends})


def with_own(table: pd.DataFrame, opened: Months, schemes: Sequence[Scheme]) -> pd.DataFrame:
    """Return a table of measures with what the roster tells of service, and with the columns kept by hand."""
    table = _with_tenure(table, opened, schemes)
    first, columns = ~table.duplicated(_BY), dict[str, pd.Series]()
    for name, values in _kept(opened, schemes):
        given = table[_BY].merge(values, on=_BY, how="left").set_index(table.index)[name]
        if any(scheme.vocabulary.adds(name) for scheme in schemes):
            given = given.mask(given.notna() & ~first, 0)
        columns[name] = given if name not in table else table[name].where(_counted(table, name), given)
    return table.assign(**columns)


def _with_tenure(table: pd.DataFrame, opened: Months, schemes: Sequence[Scheme]) -> pd.DataFrame:
    """Add the months of service, where a scheme reads them: months since the one of joining, which itself is 0."""
    parts = [(scheme, part) for scheme in schemes for part in (*scheme.components, *scheme.limits)]
    if not any(TENURE in columns_of(scheme, part) for scheme, part in parts):
        return table
    joined = opened.facts.assignments.assign(since=lambda a: a["joined_on"].fillna(a["from"]))
    since = table["agent"].map(joined.groupby("agent")["since"].min())
    now = pd.to_datetime(table["month"].fillna("1970-01") + "-01")
    months = (now.dt.year - since.dt.year) * 12 + now.dt.month - since.dt.month
    exact = [None if pd.isna(n) or n < 0 else Fraction(int(n)) for n in months]
    return table.assign(**{TENURE: pd.Series(exact, index=table.index, dtype="object")})


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
