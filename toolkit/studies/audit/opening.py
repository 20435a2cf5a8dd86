"""Opening balances of a workspace that began in mid-year: read with its schemes, pinned by the months closed on them.

The table `opening` is of months before `first_month` (workspace.yaml). Its figures come in place of whatever exports
tell of these months, its other rows before the books (`rules.settle.opening`). A month closed on them keeps them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from toolkit.core.errors import InputError, Problem, UsageError
from toolkit.core.figures import counted
from toolkit.core.findings import Finding
from toolkit.core.money import format_money
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.data.crediting.spells import last_spells, targets_of
from toolkit.data.tables.chain import closed_months
from toolkit.data.tables.workspace import SETTINGS_FILE, first_month_with_data
from toolkit.rules.lint.look_back import LookBack, half_brought, look_back, unbrought
from toolkit.rules.pay.earlier_ledger import DEFERRED, EARNED, KINDS, MEASURE, OWED, WITHHELD
from toolkit.rules.settle.files import kind_of_measure
from toolkit.rules.settle.opening import COLUMNS, OpeningBalances, People, read_opening

if TYPE_CHECKING:
    from toolkit.data.crediting.measures import Months
    from toolkit.data.tables.settings import Settings
    from toolkit.data.tables.workspace import Workspace
    from toolkit.rules.scheme.scheme import Scheme

TABLE = "opening"
_STEPS = {
    EARNED: ("component",),
    WITHHELD: ("limit",),
    DEFERRED: ("defer",),
    OWED: ("guarantee", "clawback", "deduct"),
}


def opening_balances(workspace: Workspace, versions: Sequence[Scheme]) -> OpeningBalances | None:
    """Return the opening balances of a workspace, None where there are none.

    Parameters
    ----------
    versions : all schemes of the workspace.

    Raises
    ------
    InputError
        If a row cannot be used, `first_month` is not said or lies after a closed month, or the balances are no longer
        those that a month was closed on.
    """
    _require_as_closed(workspace)
    if (rows := workspace.table(TABLE)).empty:
        return None
    first, closed = workspace.settings.first_month, min(closed_months(workspace), default=None)
    if closed is not None and str(closed) < first:
        en, zh = (
            f"first_month is {first}, and {closed} is closed: its book tells",
            f"first_month 为 {first}，而 {closed} 已关账",
        )
        fix = Text(f"write first_month: {closed}", f"请写 first_month: {closed}")
        raise InputError(
            [Problem(SETTINGS_FILE, Text(f"{en} what it paid", f"{zh}，以账册为准"), fix=fix, code="opening-closed")]
        )
    return _read(rows, workspace.settings, workspace.table("assignments"), versions)


def require_not_before(workspace: Workspace, month: Month) -> None:
    """Refuse to pay a month before the first one paid here: it was paid elsewhere, and would be paid twice.

    Raises
    ------
    UsageError
        Naming the first month that is paid.
    """
    first = workspace.settings.first_month
    if str(month) < first:
        en = f"{month} lies before {first}, the first month paid here (first_month in {SETTINGS_FILE})"
        raise UsageError(Text(en, f"{month} 在启用月份 {first} 之前（{SETTINGS_FILE} 的 first_month），不由本工具计发"))


def still_open(workspace: Workspace, month: Month) -> Iterator[Finding]:
    """Yield the months from the first one paid here that are not closed: what they paid is in no book a month reads."""
    if not (first := workspace.settings.first_month):
        return
    closed = closed_months(workspace)
    for between in Month.parse(first).through(month.shift(-1)):
        if between not in closed:
            en = f"{between} is not closed: what it paid, held back and took is not known to {month}. Close it first."
            text = Text(en, f"{between} 尚未关账，{month} 读不到该月已发、递延和扣回的金额：请先对它关账。")
            yield Finding("earlier-month-open", "stop", str(between), text, str(month))


def brought(opening: OpeningBalances, month: Month) -> Finding:
    """Tell what a month rests on that nobody calculated here: by kind of balance people and money."""
    rows, en, zh = opening.ledger, list[str](), list[str]()
    for kind, steps in _STEPS.items():
        own = rows[rows["step"].isin(steps)]
        if len(own):
            n = own["agent"].nunique()
            money = format_money(round(abs(own["owed" if kind == OWED else "amount"].sum())))
            en.append(f"{kind} {money} of {counted(n, 'person', 'people')}")
            zh.append(f"{KINDS[kind]} {money}（{n} 人）")
    if n := len(opening.measures):
        en.append(counted(n, "figure"))
        zh.append(f"{KINDS[MEASURE]} {n} 项")
    text = Text(
        f"This month rests on opening balances, brought and not calculated here: {'; '.join(en)}.",
        f"本月以导入的期初余额为依据，并非由本工具计算：{'；'.join(zh)}。",
    )
    return Finding("opening-balances", "info", TABLE, text, str(month))


def opening_digest(workspace: Workspace) -> str:
    """Return the SHA-256 of what the opening balances say, whatever file or order they came in; "" for none."""
    rows = workspace.table(TABLE)[list(COLUMNS)].fillna("")
    told = sorted(rows.itertuples(index=False, name=None))
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest() if told else ""


def _require_as_closed(workspace: Workspace) -> None:
    now = opening_digest(workspace)
    other = next((month for month, line in closed_months(workspace).items() if line.opening != now), None)
    if other is None:
        return
    message = Text(f"the opening balances are not those {other} was closed on", f"期初余额与 {other} 关账时不一致")
    fix = Text(
        "import the file as it was (or incentive undo); what was wrong in it is an adjustment of the open month",
        "请重新导入当时的文件（或 incentive undo 撤销）；余额有误的，请在未关账月份录入手工调整",
    )
    raise InputError([Problem(TABLE, message, fix=fix, code="opening-changed")])


def _read(rows: pd.DataFrame, settings: Settings, roster: pd.DataFrame, versions: Sequence[Scheme]) -> OpeningBalances:
    if not settings.first_month:
        message = Text("first_month is not said: which month is the first paid here?", "未写明启用月份 first_month")
        fix = Text("write it, e.g. first_month: 2024-07", "请填写，例如 first_month: 2024-07")
        raise InputError([Problem(SETTINGS_FILE, message, fix=fix, code="no-first-month")])
    return read_opening(rows, versions, first=Month.parse(settings.first_month), people=_people(roster))


def _people(roster: pd.DataFrame) -> People:
    found: dict[str, list[tuple[date, date | None]]] = {}
    for agent, first, last in roster[["agent", "from", "to"]].itertuples(index=False):
        found.setdefault(agent, []).append((first.date(), None if pd.isna(last) else last.date()))
    return found


def with_opening(
    table: pd.DataFrame, opened: Months, schemes: Sequence[Scheme]
) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """Return measures with the figures that were brought, a row a person and month, and what they came in place of.

    Who somebody was in such a month is what the roster says of the last assignment in it.

    Raises
    ------
    InputError
        If an opening balance cannot be used.
    """
    rows, roster = opened.engine.read(opened.engine.table(TABLE, "_file", "_row")), opened.facts.assignments
    if rows.empty:
        return table, ()
    brought = _read(rows, opened.settings, roster, schemes)
    figures = brought.measures
    if figures.empty:
        return table, ()
    wide = figures.pivot(index=["month", "agent"], columns="measure", values="value").reset_index()
    months = [Month.parse(m) for m in sorted(set(wide["month"]))]
    people = last_spells(roster, months).drop(columns=["spell_from", "spell_to"])
    cells = people.rename(columns={"day": "from", "until": "to"}).merge(wide, on=["month", "agent"])
    goals, _ = targets_of(opened.targets, roster, months)
    cells = cells.merge(goals, on=["month", "agent"], how="left")
    kinds = {c: _dtype(c, schemes) for c in figures["measure"].unique() if c not in table}
    table = table.assign(**{c: _as(None, table.index, kind) for c, kind in kinds.items()})
    made = pd.DataFrame({c: _as(cells.get(c), cells.index, table[c].dtype) for c in table})
    there = table["month"].isin({str(m) for m in months})
    whole = pd.concat([made, table[~there]], ignore_index=True)
    return whole, tuple(_in_place(table[there], brought.first))


def _dtype(measure: str, schemes: Iterable[Scheme]) -> str:
    return "Int64" if kind_of_measure(measure, list(schemes)) in ("money", "count") else "object"


def _as(values: pd.Series | None, index: pd.Index, kind: Any) -> pd.Series:
    """Return a column as the measures have it; blanks None where it holds exact numbers."""
    cells = [None] * len(index) if values is None else [None if pd.isna(v) else v for v in values]
    return pd.Series(cells, index=index, dtype="object").astype(kind)


def _in_place(rows: pd.DataFrame, first: Month) -> Iterator[Finding]:
    """Yield for which months exports tell figures, too."""
    for month, part in rows.groupby("month"):
        n = part["agent"].nunique()
        text = Text(
            f"The figures of {month} are those of the opening balances; those of exports ({n} people) are not used.",
            f"{month} 的数据以期初余额为准，导入的报表中该月的数据（{n} 人）未采用。",
        )
        yield Finding("opening-in-place", "info", str(month), text, str(first))


def not_brought(
    workspace: Workspace, schemes: Iterable[Scheme], month: Month, opening: OpeningBalances | None
) -> Iterator[Finding]:
    """Yield what schemes that pay a month read of the time before the first month paid here, and nobody brought.

    Of pay to date also whose: somebody with figures of that time and no pay would be paid it once more.

    Parameters
    ----------
    opening : what was brought.
    """
    data = first_month_with_data(workspace)
    said = workspace.settings.first_month
    first = Month.parse(said) if said else data
    if first is None or month < first:
        return
    closed, known = closed_months(workspace), frozenset[tuple[str, str]]() if opening is None else opening.known
    for found in (one for scheme in schemes for one in look_back(scheme, first, month if closed else first)):
        if found.since is None and closed:
            continue
        items = [item for kind, item in known if kind == found.kind]
        there = any(found.item in ("", item, item.partition(".")[0]) for item in items)
        exported = found.kind == MEASURE and found.since is not None and data is not None and data <= found.since
        if not there and not exported:
            yield unbrought(found, first)
        elif found.kind == EARNED and (people := _without_pay(opening, found)):
            yield half_brought(found, first, people)


def _without_pay(opening: OpeningBalances | None, found: LookBack) -> list[str]:
    """Return who has figures of the months whose pay is read to date, and no pay."""
    if opening is None or found.since is None:
        return []
    since, figures, rows = str(found.since), opening.measures, opening.ledger
    names = rows["scheme"] + ("." + rows["component"] if "." in found.item else "")
    paid = rows.loc[(rows["step"] == "component") & (names == found.item) & (rows["month"] >= since), "agent"]
    return sorted(set(figures.loc[figures["month"] >= since, "agent"]) - set(paid))
