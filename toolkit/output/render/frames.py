"""Plain files of the commands: a table of texts written as csv, xlsx or parquet under the names the design gives.

In csv a text that a spreadsheet would take for a formula begins with ``'``, a number never does; xlsx and parquet hold
every text as it is.
"""

from __future__ import annotations

import io
import re
from pathlib import Path

import pandas as pd

from toolkit.core.errors import UsageError
from toolkit.core.text import Text
from toolkit.data.tables.storage import publish_bytes
from toolkit.output.render.tables import Column
from toolkit.output.render.workbook import Sheet, neutral, write_workbook

_NUMBER = re.compile(r"[+-]?\d[\d,]*(\.\d+)?%?")


def write_frame(frame: pd.DataFrame, path: Path) -> Path:
    """Write a table of texts; the ending of `path` says how.

    Raises
    ------
    UsageError
        If the ending is none of .csv, .xlsx, .parquet.
    """
    ending = path.suffix.lower()
    if ending == ".csv":
        safe = frame.map(lambda cell: cell if _NUMBER.fullmatch(str(cell)) else neutral(str(cell)))
        publish_bytes(path, safe.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig"))
    elif ending == ".parquet":
        sink = io.BytesIO()
        frame.to_parquet(sink, index=False)
        publish_bytes(path, sink.getvalue())
    elif ending == ".xlsx":
        columns = [Column(str(name), Text(str(name), str(name))) for name in frame.columns]
        write_workbook(path, [Sheet(Text("rows", "rows"), frame, columns)], "en")
    else:
        message = Text(
            f"cannot write {path}: name a file that ends in .csv, .xlsx or .parquet",
            f"无法写入 {path}：文件名要以 .csv、.xlsx 或 .parquet 结尾",
        )
        raise UsageError(message)
    return path
