"""One person's pay explained from a workspace or from files: by id, or by the name shown where only one has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Unpack

import pandas as pd

from toolkit.core.errors import UsageError, nearest
from toolkit.core.period import Month
from toolkit.core.text import Text, wording
from toolkit.data.tables.workspace import require_data
from toolkit.rules.explain.person import Explanation, explain_pay
from toolkit.studies.audit.settlement import settle

if TYPE_CHECKING:
    from toolkit.data.tables.workspace import Workspace
    from toolkit.rules.scheme.scheme import Scheme
    from toolkit.rules.settle.inputs import SettlementTables


def explain_person(workspace: Workspace, month: str, agent: str) -> Explanation:
    """Explain a person's pay of one month by the workspace's schemes and measures.

    Raises
    ------
    UsageError
        If the data do not reach that month, no scheme is in force, or nobody or several have that name.
    """
    asked = Month.parse(month)
    require_data(workspace, asked)
    settlement = settle(workspace, asked)
    measures = settlement.measures.table
    roster = workspace.table("assignments")
    who = person_of(agent, measures, roster)
    found = explain_pay(settlement.versions, measures, month=month, agent=who, **settlement.tables)
    return replace(found, name=name_of(who, roster))


def explain_row(
    schemes: Sequence[Scheme], measures: pd.DataFrame, month: str, agent: str, **tables: Unpack[SettlementTables]
) -> Explanation:
    """Explain a person's pay of one month by schemes and tables read from files.

    Raises
    ------
    UsageError
        If nobody or several have that name.
    """
    who = person_of(agent, measures, tables.get("roster"))
    return explain_pay(schemes, measures, month=month, agent=who, **tables)


def person_of(asked: str, *tables: pd.DataFrame | None) -> str:
    """Return the id of a person asked for by id, by name, or as reports show both: ``name (id)``.

    Parameters
    ----------
    tables : with a column agent, and perhaps name and shop.

    Raises
    ------
    UsageError
        If nobody is called so, naming the nearest; or several are, naming each with the shop.
    """
    known = [table for table in tables if table is not None and "agent" in table.columns]
    ids = {str(agent) for table in known for agent in table["agent"].dropna()}
    if asked in ids:
        return asked
    named = [table[["agent", "name"]].dropna() for table in known if "name" in table.columns]
    names = {(str(name), str(agent)) for table in named for agent, name in table.itertuples(index=False)}
    found = sorted({agent for name, agent in names if asked in (name, f"{name} ({agent})")})
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(_several(asked, [f"{agent}{_shop(agent, known)}" for agent in found]))
    raise UsageError(_nobody(asked, sorted({*ids, *(name for name, _ in names)})))


def name_of(agent: str, roster: pd.DataFrame) -> str:
    """Return the last name a roster gives a person, "" where it gives none but the id."""
    if "name" not in roster:
        return ""
    named = roster.loc[roster["agent"] == agent, "name"].dropna()
    return str(named.iloc[-1]) if len(named) and named.iloc[-1] != agent else ""


def _shop(agent: str, tables: Sequence[pd.DataFrame]) -> str:
    """Return where somebody works, last known, in brackets."""
    shops = [table.loc[table["agent"] == agent, "shop"].dropna() for table in tables if "shop" in table.columns]
    return next((f" ({found.iloc[-1]})" for found in reversed(shops) if len(found)), "")


def _several(asked: str, found: Sequence[str]) -> Text:
    en, zh = f"{len(found)} people are called {asked!r}: {', '.join(found)}", f"有 {len(found)} 人叫 {asked!r}："
    return Text(f"{en}; give the id", f"{zh}{'、'.join(found)}；请写工号")


def _nobody(asked: str, known: Sequence[str]) -> Text:
    hint = nearest(asked, known)
    en, zh = f"nobody has the id or the name {asked!r}", f"没有工号或姓名为 {asked!r} 的人"
    return Text(f"{en}; {wording(hint, 'en')}", f"{zh}；{wording(hint, 'zh')}") if hint else Text(en, zh)
