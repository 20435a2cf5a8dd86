"""Tables people keep, with the names of their columns: one way for measures, ledgers, lines and parameters."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from toolkit.core.errors import InputError, repeated_column
from toolkit.core.files import read_table
from toolkit.rules.formula.dictionary import canonical


def read_sheet(path: Path, names: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Read a table as `read_table` does, its headers in canonical names.

    Parameters
    ----------
    names : what people call further columns of this table.

    Raises
    ------
    InputError
        If the file cannot be read as a table, or two headers mean the same column.
    """
    frame, known = read_table(path), names or {}
    found = [canonical(header.lstrip("\ufeff")) for header in frame.columns]
    frame.columns = pd.Index([known.get(name, name) for name in found])
    repeated = frame.columns[frame.columns.duplicated()].unique()
    if len(repeated):
        raise InputError(repeated_column(str(path), str(name)) for name in repeated)
    return frame
