"""Closes of June in processes that kill themselves at a step, as `tests.data.killed_import` does with imports.

``python -m tests.studies.killed_close BOOK``: the book holds the rows of the settlement, which is not computed again.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd

from tests.data.killed_import import serve
from tests.studies.closing_world import unasked
from toolkit.core.period import Month
from toolkit.data.tables.books import decode_book
from toolkit.data.tables.workspace import Workspace
from toolkit.studies.closing.close import close_month


def main(book: str) -> None:
    """Serve closes."""

    def close(workspace: str) -> None:
        measures = SimpleNamespace(table=pd.DataFrame({"month": ["2024-06"]}))
        done: Any = SimpleNamespace(month=Month(2024, 6), as_book=decode_book(Path(book)), tables={}, measures=measures)
        with unasked(Workspace.open(workspace), done):
            assert close_month(workspace, "2024-06", "Qian").line is not None

    serve(close)


if __name__ == "__main__":
    main(sys.argv[1])
