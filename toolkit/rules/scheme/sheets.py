"""Tables people keep as csv, xlsx or parquet, read as text: one way for measures, ledgers, lines and parameters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.core.errors import NO_FILE, InputError, Problem, repeated_column
from toolkit.core.text import Text
from toolkit.rules.formula.dictionary import canonical

_GUARD = r"^'(?=[=+\-@\t\r\n＝＋－＠])"


def read_sheet(path: Path) -> pd.DataFrame:
    """Read a table with its headers in canonical names and every cell as text; a blank is the empty text.

    Returns
    -------
    DataFrame
        Index: the row's number in the file, the header being row 1.

    Raises
    ------
    InputError
        If the file is missing or cannot be read as a table, or two headers mean the same column.
    """
    source = str(path)
    if not path.is_file():
        raise InputError([Problem(source, NO_FILE, code="missing-file")])
    try:
        frame = _read(path)
    except (ValueError, OSError, UnicodeError, ImportError, LookupError) as error:
        what = str(error).splitlines()[0] if str(error) else type(error).__name__
        message = Text(f"cannot be read as a table: {what}", f"无法作为表格读取：{what}")
        raise InputError([Problem(source, message, code="unreadable-file")]) from error
    frame.columns = pd.Index([canonical(str(c).lstrip("\ufeff")) for c in frame.columns])
    repeated = frame.columns[frame.columns.duplicated()].unique()
    if len(repeated):
        raise InputError(repeated_column(source, str(name)) for name in repeated)
    frame.index = pd.RangeIndex(2, 2 + len(frame))
    return frame.loc[(frame != "").any(axis=1)]


def _read(path: Path) -> pd.DataFrame:
    kind = path.suffix.lower()
    if kind in (".parquet", ".pq"):
        return _texts(pd.read_parquet(path))
    if kind in (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"):
        return _headed(_texts(pd.read_excel(path, engine="calamine", dtype=object, keep_default_na=False, header=None)))
    separator = "\t" if kind == ".tsv" else ","
    options: Any = {
        "sep": separator,
        "dtype": str,
        "header": None,
        "keep_default_na": False,
        "skip_blank_lines": False,
    }
    try:
        frame = pd.read_csv(path, encoding="utf-8-sig", **options)
    except UnicodeDecodeError:
        frame = pd.read_csv(path, encoding="gb18030", **options)
    return _headed(frame.apply(_unguarded))


def _unguarded(column: pd.Series[str]) -> pd.Series[str]:
    """Return texts as they were before our own csv files guarded them from being taken for formulas."""
    return column.str.replace(_GUARD, "", regex=True) if column.str.startswith("'").any() else column


def _headed(frame: pd.DataFrame) -> pd.DataFrame:
    """Take the first row as headers, as they are: two that are equal stay equal."""
    body = frame.iloc[1:]
    body.columns = pd.Index([str(v) for v in frame.iloc[0]])
    return body


def _texts(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({column: [_written(v) for v in frame[column]] for column in frame}, dtype="str")


def _written(value: Any) -> str:
    """Return a cell as a person would have written it; whole floats of spreadsheets lose their ``.0``."""
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value).strip()
