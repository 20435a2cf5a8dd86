"""The month as payroll takes it: one sheet, a row a person, a column an item; read back it is the same month."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from toolkit.core.errors import UsageError
from toolkit.core.period import Month
from toolkit.core.text import Lang, Text
from toolkit.data.tables.workspace import Workspace, require_data
from toolkit.output.render.tables import TableColumn
from toolkit.output.render.workbook import WorkbookSheet, write_workbook
from toolkit.rules.scheme.loading import read_scheme
from toolkit.studies.audit.settlement import require_as_closed, settle
from toolkit.studies.audit.statement import roster_names
from toolkit.studies.reconcile.pay_out import PayOut, pay_by_item

NUMBER, NAME, TOTAL = Text("Employee ID", "工号"), Text("Name", "姓名"), Text("Total", "合计")


def people_table(
    out: PayOut, names: Mapping[str, str], labels: Mapping[str, Text]
) -> tuple[pd.DataFrame, list[TableColumn]]:
    """Return a row a person with number, name, what each column pays and the total, and how these are called."""
    frame = out.table.set_axis([f"paid {n}" for n in range(out.table.shape[1])], axis=1)
    frame.insert(0, "number", frame.index)
    frame.insert(1, "name", [names.get(str(agent), str(agent)) for agent in frame.index])
    heads = zip(frame.columns[2:], out.table.columns, strict=True)
    money = [TableColumn(column, labels.get(name, Text(name, name)), "money") for column, name in heads]
    columns = [TableColumn("number", NUMBER), TableColumn("name", NAME), *money, TableColumn("total", TOTAL, "money")]
    return frame.assign(total=out.total), columns


def pay_month(workspace: Workspace, month: str) -> tuple[PayOut, dict[str, str]]:
    """Return what a month of a workspace pays by payroll item, and the people's names.

    Raises
    ------
    UsageError
        If the data do not reach the month, no scheme is in force, or something is paid that no item stands for.
    """
    asked = Month.parse(month)
    require_data(workspace, asked)
    schemes = [read_scheme(path) for path in workspace.schemes]
    settlement = settle(workspace, asked)
    require_as_closed(settlement)
    paid = pay_by_item(settlement.rows, schemes, workspace.settings.payroll_items)
    return paid, roster_names(workspace)


def write_payroll(out: PayOut, names: Mapping[str, str], month: str, path: Path, lang: Lang) -> Path:
    """Write the sheet as xlsx, its name the month earned, and return its path.

    Raises
    ------
    UsageError
        If `path` names no xlsx file.
    """
    if path.suffix.lower() != ".xlsx":
        raise UsageError(Text(f"--out names a file that ends in .xlsx; got {path}", f"--out 要以 .xlsx 结尾：{path}"))
    frame, columns = people_table(out, names, {})
    sums = {c.name: frame[c.name].sum() for c in columns if c.kind == "money"}
    last = pd.DataFrame([{"number": TOTAL.of(lang), "name": "", **sums}])
    whole = pd.concat([frame, last], ignore_index=True)
    return write_workbook(path, [WorkbookSheet(Text(month, month), whole, columns)], lang)
