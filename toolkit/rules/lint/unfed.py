"""What of a scheme pays nobody because what it reads has no value in the month: said, never a silent 0."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

import pandas as pd

from toolkit.core.errors import InputError, Problem
from toolkit.core.figures import counted
from toolkit.core.findings import Finding, Severity, listed
from toolkit.core.period import Month
from toolkit.core.text import LANGUAGES, Text
from toolkit.rules.formula.dictionary import LINE_MEASURES, TEXT_ATTRIBUTES
from toolkit.rules.formula.expressions import calls, names
from toolkit.rules.lint.gaps import MissingColumns, blank_columns, columns_of
from toolkit.rules.lint.reading import Place
from toolkit.rules.pay.run import span_paid
from toolkit.rules.scheme.document import Component
from toolkit.rules.scheme.scheme import Scheme, formulas

CODE = "measure-without-value"
Brings = Callable[[str], Text]
"""Says of a column what would bring it."""


def unfed(
    scheme: Scheme,
    measures: pd.DataFrame,
    month: Month,
    brings: Brings,
    *,
    lines: pd.DataFrame | None = None,
    ledger: pd.DataFrame | None = None,
) -> Iterator[Finding]:
    """Yield the components and limits that read columns without a value in the month, and what has none all the same.

    Parameters
    ----------
    measures, lines : of any months, in memory form.
    brings : what would bring a column.
    ledger : rows of the month, where it is paid: what then pays nobody for want of a measure is a ``stop``.
    """
    rows = measures.loc[measures["month"] == str(month)]
    of_month = None if lines is None else lines.loc[lines["month"] == str(month)]
    gaps = list(blank_columns(scheme, rows, of_month))
    for gap in gaps:
        wanting = ledger is not None and _pays_nobody(gap.place, month, ledger)
        counts = set(gap.columns) - set(TEXT_ATTRIBUTES)
        yield _finding(gap, month, brings, "stop" if wanting and counts else "review", wanting)
    said = {gap.place.path for gap in gaps}
    for index, component in enumerate(scheme.components):
        place = Place(scheme, component, ("components", index))
        if ledger is None or place.path in said:
            continue
        some = list(_blank_for_some(place, component, rows, of_month, brings, ledger))
        none = list(_valueless(place, component, month, ledger, lines)) if _pays_nobody(place, month, ledger) else []
        found = some or none
        yield from found
        if not found and _pays_nobody(place, month, ledger):
            yield _reached_by_nobody(place, month, ledger)


def refuse_unfed(
    schemes: Sequence[Scheme], measures: pd.DataFrame, month: Month, brings: Brings, ledger: pd.DataFrame
) -> None:
    """Refuse what would pay nobody without a word.

    Raises
    ------
    InputError
        With every component and limit that pays nobody because a column it reads has no value.
    """
    stops = [
        Problem(scheme.source, finding.message, finding.evidence["line"], code=CODE)
        for scheme in schemes
        for finding in unfed(scheme, measures, month, brings, ledger=ledger)
        if finding.severity == "stop"
    ]
    if stops:
        raise InputError(stops)


def _pays_nobody(place: Place, month: Month, ledger: pd.DataFrame) -> bool:
    """Tell whether something is due in the month and comes to 0 for everybody; of a limit that does so no row tells."""
    if place.component is None:
        return True
    rows = _rows(place, ledger)
    return span_paid(place.scheme, place.component, month) is not None and not (rows["amount"] != 0).any()


def _rows(place: Place, ledger: pd.DataFrame) -> pd.DataFrame:
    about = "" if place.component is None else place.component.id
    return ledger.loc[(ledger["scheme"] == place.scheme.id) & (ledger["component"] == about)]


def _finding(gap: MissingColumns, month: Month, brings: Brings, severity: Severity, wanting: bool) -> Finding:
    words, ways = gap.place.scheme.vocabulary, dict[Text, list[str]]()
    for name in gap.columns:
        ways.setdefault(brings(name), []).append(name)
    named = {lang: [words.label(name, lang) for name in gap.columns] for lang in LANGUAGES}
    fix = Text("; ".join(way.en for way in ways), "；".join(way.zh for way in ways))
    outcome = Text("; it pays nobody", "，未计发任何人") if wanting and gap.place.component else Text("", "")
    about = Text("", "") if gap.place.component else Text(f"{gap.title.en}: ", f"{gap.title.zh}：")
    message = Text(
        f"{about.en}it needs {', '.join(named['en'])}, without a value in {month}{outcome.en}. To bring it: {fix.en}.",
        f"{about.zh}需要{'、'.join(named['zh'])}，{month} 没有任何数值{outcome.zh}。补充方式：{fix.zh}。",
    )
    found = gap.place.finding(CODE, severity, message, columns=list(gap.columns))
    return Finding(found.code, found.severity, found.subject, found.message, str(month), found.evidence)


def _valueless(
    place: Place, component: Component, month: Month, ledger: pd.DataFrame, lines: pd.DataFrame | None
) -> Iterator[Finding]:
    """Yield a component that has a value for nobody although every column it reads holds some."""
    rows = _rows(place, ledger)
    lost = rows.loc[rows["status"] == "no_value", "agent"].nunique()
    if not lost:
        return
    words, read = place.scheme.vocabulary, list(formulas(component))
    tables = sorted({name for f in read for name in names(f.node) if name in words.parameters})
    strange = _strange(component, lines)
    why = Text("a figure it needs has no value", "所需数据无数值")
    if strange:
        why = Text(f"no order line is of {', '.join(strange)}", f"没有{'、'.join(strange)}的订单明细")
    elif tables:
        named = {lang: [words.label(name, lang) for name in tables] for lang in LANGUAGES}
        why = Text(
            f"the parameter {', '.join(named['en'])} has no row for their shop, role or other key",
            f"参数{'、'.join(named['zh'])}没有其店铺、岗位等对应的行",
        )
    elif any(calls(f.node, "record", "best", "streak") for f in read):
        why = Text("there are no earlier figures to compare with", "没有可比较的以往数据")
    people = counted(lost, "person", "people")
    message = Text(f"it pays nobody in {month}: for {people} {why.en}.", f"{month} 未计发任何人：{lost} 人，{why.zh}。")
    found = place.finding("component-without-value", "stop" if tables or strange else "review", message)
    yield Finding(found.code, found.severity, found.subject, found.message, str(month), found.evidence)


def _blank_for_some(
    place: Place,
    component: Component,
    rows: pd.DataFrame,
    lines: pd.DataFrame | None,
    brings: Brings,
    ledger: pd.DataFrame,
) -> Iterator[Finding]:
    """Yield a component that has no value for some people whose rows, or those of the people they lead, have blanks."""
    paid = _rows(place, ledger)
    lost = paid.loc[(paid["status"] == "no_value") & (paid["agent"] != "")]
    blank: dict[str, list[str]] = {}
    by_lines = component.lines is not None or component.each == "order"
    read = columns_of(place.scheme, component, rows.columns) - set(TEXT_ATTRIBUTES)
    of_lines = read & set(LINE_MEASURES) if by_lines else set()
    for agent in sorted(set(lost["agent"])):
        own = _counted(component, rows, agent)
        for name in _blank_cells(place.scheme, own, (read - of_lines) & set(rows.columns)):
            blank.setdefault(name, []).append(agent)
        for name in of_lines & _blank_in_lines(lines, agent):
            blank.setdefault(name, []).append(agent)
    words = place.scheme.vocabulary
    month = str(rows["month"].iloc[0]) if len(rows) else ""
    for name, agents in sorted(blank.items()):
        fix, who, people = brings(name), listed(agents), counted(len(agents), "person", "people")
        message = Text(
            f"it cannot be worked out for {people} in {month} and pays nothing where {words.label(name, 'en')} has no "
            f"value: {who}. To bring it: {fix.en}.",
            f"{month} 有 {len(agents)} 人因{words.label(name, 'zh')}没有数值而无法计算，相应部分未计发：{who}。"
            f"补充方式：{fix.zh}。",
        )
        found = place.finding("component-without-value", "review", message, agents=agents, columns=[name])
        yield Finding(found.code, found.severity, found.subject, found.message, month, found.evidence)


def _counted(component: Component, rows: pd.DataFrame, agent: str) -> pd.DataFrame:
    """Return the rows that count for somebody, by the component's level."""
    own = rows.loc[rows["agent"] == agent]
    if component.level == "self":
        return own
    if component.level == "shop":
        return rows.loc[rows["shop"].isin(own["shop"].dropna()) & rows["agent"].notna()]
    if component.level == "invitees":
        return rows.loc[rows["inviter"] == agent]
    by_team = component.share is not None or component.undivided or "supervisor" not in rows.columns
    if by_team and "team" in rows.columns:
        return rows.loc[rows["team"].isin(own["team"].dropna())]
    return rows.loc[rows["supervisor"] == agent]


def _blank_cells(scheme: Scheme, rows: pd.DataFrame, read: Collection[str]) -> Iterator[str]:
    """Yield the columns that are blank in some of the rows; an average of nothing is not blank."""
    for name in read:
        lost = rows[name].isna()
        measure = scheme.vocabulary.measures.get(name)
        if measure is not None and measure.average_by in rows.columns:
            lost &= rows[measure.average_by].fillna(1) != 0
        if lost.any():
            yield name


def _blank_in_lines(lines: pd.DataFrame | None, agent: str) -> set[str]:
    """Return the measures that some order line of somebody lacks."""
    if lines is None:
        return set()
    mine = lines.loc[lines["agent"] == agent].rename(columns={"amount": "sales"})
    return {name for name in LINE_MEASURES if name in mine.columns and mine[name].isna().any()}


def _reached_by_nobody(place: Place, month: Month, ledger: pd.DataFrame) -> Finding:
    """Return why a component that has all it needs pays nobody."""
    n = _rows(place, ledger)["status"].value_counts()
    why = Text("nothing counts for it", "没有计入的记录")
    if n.get("not_met"):
        people = counted(int(n["not_met"]), "person", "people")
        why = Text(f"its condition is met by none of {people}", f"{int(n['not_met'])} 人均未达到条件")
    elif n.get("paid"):
        why = Text("by its rule everybody's part of it is 0", "按规则算得均为 0")
    message = Text(f"it pays nobody in {month}: {why.en}.", f"{month} 未计发任何人：{why.zh}。")
    found = place.finding("component-pays-nobody", "info", message)
    return Finding(found.code, found.severity, found.subject, found.message, str(month), found.evidence)


def _strange(component: Component, lines: pd.DataFrame | None) -> list[str]:
    """Return the products or categories a component asks for of which there is no order line in any month."""
    asked = component.lines
    if asked is None or lines is None:
        return []
    pairs = (("product", asked.product), ("category", asked.category))
    for key, texts in pairs:
        if texts is not None and not set(texts) & set(lines[key].dropna()):
            return list(texts)
    return []
