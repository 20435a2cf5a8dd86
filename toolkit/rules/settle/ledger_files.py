"""Files a month is settled with: the ledger so far, refunds, adjustments and the roster, read into memory form.

Money stands in files in major units, in memory in minor units; the index of a table numbers the rows of its file.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from toolkit.core.errors import InputError, Problem, repeated_column
from toolkit.core.text import Text
from toolkit.rules.formula.dictionary import NUMBER_ATTRIBUTES, canonical
from toolkit.rules.formula.kinds import AnyKind
from toolkit.rules.pay.blocks import number_kinds
from toolkit.rules.pay.ledger import NUMBERS
from toolkit.rules.scheme.reading import nearest
from toolkit.rules.scheme.scheme import Scheme
from toolkit.rules.scheme.sheets import read_sheet
from toolkit.rules.settle.measure_files import typed_frame

_NO_MEASURE = Text("no such measure is known", "没有这个指标")
# What people call the columns of these files beside the names measures have.
_NAMES = {
    **dict.fromkeys(("原销售月份", "原月份", "归属月份"), "origin_month"),
    **dict.fromkeys(("金额", "调整金额", "refunds"), "amount"),
    **dict.fromkeys(("订单号", "订单编号"), "order_id"),
    **dict.fromkeys(("项目", "薪酬项目"), "component"),
    "指标": "measure",
    "系数": "factor",
    **dict.fromkeys(("数值", "调整后数值"), "value"),
    "原因": "reason",
    "录入人": "author",
    "审批人": "approved_by",
    "入职日期": "joined_on",
    "离职日期": "left_on",
}


def read_ledger(path: str | Path, schemes: Scheme | Sequence[Scheme]) -> pd.DataFrame:
    """Read a ledger file, the concatenation of earlier outputs; the schemes tell which of its numbers are money.

    Raises
    ------
    InputError
        If the file cannot be read, or a cell is not what its column holds.
    """
    frame, source = read_sheet(Path(path)), str(path)
    numbers = [name for name in (*NUMBERS, "amount", "owed") if name in frame.columns]
    kinds: dict[str, AnyKind | None] = {str(name): "plain" if name in numbers else None for name in frame.columns}
    table = typed_frame(frame, kinds, source)
    is_money = _money(table, [schemes] if isinstance(schemes, Scheme) else list(schemes))
    for name in numbers:
        scales = is_money.get(name, [True] * len(table))
        values = [v if v is None or not money else v * 100 for v, money in zip(table[name], scales, strict=True)]
        table[name] = pd.Series(values, dtype="object")
    return table


def _money(table: pd.DataFrame, schemes: Sequence[Scheme]) -> dict[str, list[bool]]:
    """Tell for each row and number whether it is money: what a component goes by may be a count or a ratio."""
    if not {"step", "component"} <= set(table.columns):
        return {}
    kinds = {(s.id, c.id): number_kinds(s, c) for s in schemes for c in s.components}
    schemes_of = table["scheme"] if "scheme" in table.columns else [schemes[0].id] * len(table)
    later: dict[str, AnyKind] = {name: "ratio" if name == "rate" else "money" for name in NUMBERS}
    rows = [
        kinds.get((scheme, component), later) if step == "component" else later
        for scheme, component, step in zip(schemes_of, table["component"], table["step"], strict=True)
    ]
    return {name: [row[name] == "money" for row in rows] for name in NUMBERS}


def read_refunds(path: str | Path) -> pd.DataFrame:
    """Read a refunds file: month, agent, origin_month, amount, and perhaps order_id and component.

    Raises
    ------
    InputError
        If the file cannot be read, lacks a column, or a cell is not what its column holds.
    """
    return _named(_sheet(path), {"amount": "money"}, str(path))


def read_roster(path: str | Path) -> pd.DataFrame:
    """Read a roster: one row an agent with joined_on, left_on and any attribute.

    Raises
    ------
    InputError
        If the file cannot be read, or a cell is not what its column holds.
    """
    frame = _sheet(path)
    return _named(frame, {str(name): NUMBER_ATTRIBUTES.get(str(name)) for name in frame.columns}, str(path))


def read_adjustments(path: str | Path, schemes: Scheme | Sequence[Scheme]) -> pd.DataFrame:
    """Read an adjustments file: what is changed by hand, why, by whom, and who approved it.

    Columns: month (of entry), agent, reason, author, approved_by; component and amount, or measure and factor or
    value; perhaps origin_month, shop, team, channel.

    Raises
    ------
    InputError
        If the file cannot be read, a cell is not what its column holds, or a measure is not known.
    """
    frame, source = _sheet(path), str(path)
    versions = [schemes] if isinstance(schemes, Scheme) else list(schemes)
    table = _named(frame, {"amount": "money", "factor": "plain", "value": "plain"}, source)
    if "measure" not in frame.columns:
        return table
    table["measure"] = table["measure"].map(canonical, na_action="ignore")
    kinds = {name: _measure_kind(name, versions) for name in table["measure"].dropna().unique()}
    known = [name for version in versions for name in version.vocabulary.measures]
    problems = [
        Problem(source, _NO_MEASURE, int(str(line)), 0, repr(name), nearest(name, known), "unknown-name")
        for line, name in table["measure"].dropna().items()
        if kinds[name] is None
    ]
    if problems:
        raise InputError(problems)
    if "value" in table.columns:
        money = [kinds.get(name) == "money" for name in table["measure"]]
        values = [v * 100 if v is not None and scales else v for v, scales in zip(table["value"], money, strict=True)]
        table["value"] = pd.Series(values, index=table.index, dtype="object")
    return table


def _measure_kind(name: str, versions: Sequence[Scheme]) -> AnyKind | None:
    kinds = (version.vocabulary.measures.get(name) for version in versions)
    return next((measure.kind for measure in kinds if measure is not None), None)


def _sheet(path: str | Path) -> pd.DataFrame:
    """Read a table, its headers in the names of these files."""
    frame = read_sheet(Path(path)).rename(columns=_NAMES)
    repeated = frame.columns[frame.columns.duplicated()].unique()
    if len(repeated):
        raise InputError(repeated_column(str(path), str(name)) for name in repeated)
    return frame


def _named(frame: pd.DataFrame, kinds: dict[str, AnyKind | None], source: str) -> pd.DataFrame:
    """Return a table with the numbers of its file's rows, and the file's name for messages."""
    table = typed_frame(frame, {str(name): kinds.get(str(name)) for name in frame.columns}, source)
    table.index = frame.index
    table.attrs["source"] = source
    return table
