"""A workspace: the folder that holds one team's settings, tables, schemes, payroll and reports.

``workspace.yaml`` (settings), ``data/`` (canonical tables, import logs), ``schemes/``, ``payroll/``, ``reports/``.

From which day to which the data of a workspace reach, told by the footers of its files and not by their rows; only what
the newest file of the vendor's days says of a whole month is read.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from toolkit.core.errors import InputError, UsageError
from toolkit.core.period import Month
from toolkit.core.text import Lang, Text
from toolkit.core.yaml import text_of
from toolkit.data.tables.schema import WHOLE_MONTH, table
from toolkit.data.tables.settings import Settings, parse_settings, render_settings
from toolkit.data.tables.storage import column_ends, publish_bytes, read_parquet_table, table_files, write_table_files

SETTINGS_FILE = "workspace.yaml"
REPORTS: Mapping[str, str] = {"confidential": "reports", "internal": "internal"}
"""Folder of the reports of each edition; neither names the other."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """One opened workspace folder.

    Parameters
    ----------
    root : its folder.
    settings : what ``workspace.yaml`` says.
    """

    root: Path
    settings: Settings

    def __repr__(self) -> str:
        return f"<Workspace {self.root.name}, {self.settings.currency}>"

    @classmethod
    def open(cls, path: Path | str) -> Workspace:
        """Open the workspace in folder `path`.

        Raises
        ------
        UsageError
            If the folder holds no ``workspace.yaml``.
        InputError
            If that file cannot be read; all its problems at once.
        """
        file = Path(path) / SETTINGS_FILE
        if not file.is_file():
            message = Text(
                f"{path} is no workspace: it holds no {SETTINGS_FILE}; make one with: incentive init {path}",
                f"{path} 不是工作区：里面没有 {SETTINGS_FILE}；可用 incentive init {path} 新建",
            )
            raise UsageError(message)
        return cls(Path(path), parse_settings(text_of(file), str(file)))

    @classmethod
    def create(cls, path: Path | str, settings: Settings, lang: Lang = "en") -> Workspace:
        """Make the folders and ``workspace.yaml``.

        Raises
        ------
        UsageError
            If the folder holds a workspace already.
        """
        root = Path(path)
        if (root / SETTINGS_FILE).exists():
            message = Text(
                f"{path} holds a workspace already; open it, or choose another folder",
                f"{path} 已经是工作区；请直接使用，或换一个文件夹",
            )
            raise UsageError(message)
        for folder in ("", "data", "schemes", "payroll", "reports"):
            (root / folder).mkdir(0o700, parents=True, exist_ok=True)
        publish_bytes(root / SETTINGS_FILE, render_settings(settings, lang).encode())
        return cls(root, settings)

    @property
    def data_dir(self) -> Path:
        """Folder of the tables.

        Raises
        ------
        UsageError
            If the tables live in another engine, or outside the workspace.
        """
        if "://" in self.settings.tables:
            message = Text(
                f"the tables of this workspace live in {self.settings.tables.partition('://')[0]}, not in files",
                f"这个工作区的表格在 {self.settings.tables.partition('://')[0]} 里，不是文件",
            )
            raise UsageError(message)
        folder = self.root / self.settings.tables
        if not Path(os.path.normpath(folder)).is_relative_to(os.path.normpath(self.root)):
            message = Text(
                f"tables: {self.settings.tables!r} lies outside the workspace {self.root}; name a folder inside it",
                f"tables: {self.settings.tables!r} 在工作区 {self.root} 之外；请写工作区内的文件夹",
            )
            raise UsageError(message)
        return folder

    @property
    def schemes(self) -> tuple[Path, ...]:
        """Scheme files, by name."""
        return tuple(sorted((self.root / "schemes").glob("*.yaml")))

    @property
    def report_folders(self) -> tuple[Path, ...]:
        """Folders of the published reports, one an edition."""
        return tuple(self.root / name for name in REPORTS.values())

    def table_files(self, name: str) -> list[Path]:
        """Return the Parquet files of a table, by name; none when it is empty."""
        return table_files(self.data_dir, table(name))

    def table(self, name: str) -> pd.DataFrame:
        """Return a whole canonical table, sorted by its key, with its further and provenance columns."""
        return read_parquet_table(table(name), self.table_files(name))

    def write_table(self, name: str, frame: pd.DataFrame) -> list[Path]:
        """Replace a whole table, each of its files atomically; return the files that changed."""
        return write_table_files(self.data_dir, table(name), frame)


def create_workspace(
    path: Path | str, *, currency: str = "CNY", timezone: str = "Asia/Shanghai", lang: Lang = "en"
) -> Workspace:
    """Make an empty workspace with the usual settings and every setting explained in its file, in a language.

    Raises
    ------
    UsageError
        If the folder holds a workspace already, or a workspace could not be opened with these settings.
    """
    asked = json.dumps({"currency": currency, "timezone": timezone}, ensure_ascii=False)
    try:
        settings = parse_settings(asked, str(path))
    except InputError as error:  # of no file: nothing is written yet
        raise UsageError(InputError(replace(p, line=0, column=0) for p in error.problems).message) from None
    return Workspace.create(path, settings, lang)


_STARTS = (("inquiries", "asked_at"), ("orders", "created_at"), ("agent_days", "date"))


def last_day_with_data(workspace: Workspace) -> date | None:
    """Return the last day any export reaches: an inquiry, an order made or paid, a refund, a vendor's day or month."""
    days = _days(workspace, (*_STARTS, ("orders", "paid_at"), ("refunds", "refunded_at")))
    return max([*days, *_month_ends(workspace)], default=None)


def last_complete_month(workspace: Workspace) -> Month | None:
    """Return the last month whose last day, or a later one, has an inquiry, an order made, a vendor's day or month."""
    day = max([*_days(workspace, _STARTS), *_month_ends(workspace)], default=None)
    if day is None:
        return None
    month = Month.of(day)
    return month if day == month.last_day else month.shift(-1)


def first_month_with_data(workspace: Workspace) -> Month | None:
    """Return the month of the first inquiry, order made or vendor's day."""
    day = min(_days(workspace, _STARTS), default=None)
    return None if day is None else Month.of(day)


def month_to_close(workspace: Workspace) -> str:
    """Return the last complete month.

    Raises
    ------
    UsageError
        If there is none.
    """
    month = last_complete_month(workspace)
    if month is None:
        raise UsageError(
            Text(
                f"{workspace.root} holds no complete month of data; import exports first, or name one with --month",
                f"{workspace.root} 中没有完整月份的数据；请先导入，或用 --month 指定月份",
            )
        )
    return str(month)


def require_data(workspace: Workspace, month: Month) -> None:
    """Refuse a month outside those the data reach.

    Raises
    ------
    UsageError
        If there is no data at all, or the month lies before the first or after the last day with data.
    """
    first, until, root = first_month_with_data(workspace), last_day_with_data(workspace), workspace.root
    if first is None or until is None:
        how = f"incentive import FILE... --into {root}"
        raise UsageError(Text(f"{root} holds no data yet; first: {how}", f"{root} 中还没有数据；请先导入：{how}"))
    last = Month.of(until)
    if not first <= month <= last:
        en = f"no data of {month} in {root}; there are {first} to {last}"
        raise UsageError(Text(en, f"{root} 中没有 {month} 的数据；现有 {first} 至 {last}"))


def shops_with_data(workspace: Workspace, month: Month) -> list[str]:
    """Return the shops of which an inquiry, an order made or a vendor's day stands in a month, by name."""
    paths = [p for name, _ in _STARTS for p in workspace.table_files(name) if p.stem == str(month)]
    columns = [pq.read_table(path, columns=["shop"])["shop"].unique().to_pylist() for path in paths]
    return sorted({shop for shops in columns for shop in shops if shop})


def _days(workspace: Workspace, columns: Iterable[tuple[str, str]]) -> list[date]:
    """Return the first and last day of each column and file that has any."""
    ends = chain.from_iterable(column_ends(workspace.table_files(name), column) for name, column in columns)
    return [end.date() for end in ends]


def _month_ends(workspace: Workspace) -> list[date]:
    """Return the last days of the months of which the vendor's report has a figure of the whole month."""
    rows = read_parquet_table(table("agent_days"), workspace.table_files("agent_days")[-1:])
    months = rows.loc[rows["count_unit"] == WHOLE_MONTH, "date"].dropna().unique()
    return [Month.of(day.date()).last_day for day in months]
