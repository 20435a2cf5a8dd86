"""Where the notebooks and the sample stand: beside the package in a clone, inside it in an installed wheel."""

from __future__ import annotations

from pathlib import Path

from toolkit.core.errors import MissingToolError
from toolkit.core.text import Text

PACKAGE = Path(__file__).resolve().parents[1]


def bundled(name: str) -> Path:
    """Return the path of a bundled file or folder, e.g. ``notebooks/05-monthly-audit.ipynb``.

    Raises
    ------
    MissingToolError
        If this installation lacks it.
    """
    for root in (PACKAGE / "_bundled", PACKAGE.parent):
        if (root / name).exists():
            return root / name
    raise MissingToolError(
        Text(
            f"{name} is not part of this installation; install the toolkit from a clone or its wheel",
            f"安装中没有 {name}；请从克隆的仓库或 wheel 安装",
        )
    )
