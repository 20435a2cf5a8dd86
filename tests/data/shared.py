"""The real exports beside the project, and with which map each is imported; tests skip where they are absent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from toolkit.data.importing.accounting import ImportResult
from toolkit.data.importing.imports import import_files
from toolkit.data.tables.workspace import Workspace, create_workspace

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "../shared/data"
MAPS = ROOT / "data_samples/maps"


@dataclass(frozen=True, slots=True)
class DataSet:
    """Files of one set, and how they are imported."""

    name: str
    pattern: str
    map: str = ""
    shop: str = ""
    currency: str = "CNY"

    @property
    def files(self) -> list[Path]:
        """The files, by name."""
        return sorted(DATA.glob(self.pattern))

    def fill(self, folder: Path, **options: Any) -> tuple[Workspace, ImportResult]:
        """Import the set into a fresh workspace."""
        if not self.files:
            pytest.skip(f"{self.pattern} is not here")
        work = create_workspace(folder, currency=self.currency)
        return work, self.again(work, **options)

    def again(self, work: Workspace, **options: Any) -> ImportResult:
        """Import the set into a workspace."""
        mine = {"map_path": MAPS / self.map} if self.map else {}
        return import_files(work, self.files, **(mine | ({"shop": self.shop} if self.shop else {}) | options))


TMALL = DataSet("tmall_orders", "tmall_orders/*.csv", shop="tmall")
MAVEN = DataSet("maven_crm", "maven_crm/*.csv", map="crm_deals.yaml", currency="USD")
CALLS = DataSet("callcentre_pwc", "callcentre_pwc/*.xlsx", map="call_centre.yaml", currency="USD")
PEOPLE = DataSet("glassdoor_paygap", "glassdoor_paygap/*.csv", map="people.yaml", currency="USD")
UCI = DataSet("uci_online_retail", "uci_online_retail/*.parquet", map="invoice_lines.yaml", currency="GBP")
TAOBAO = tuple(
    DataSet(f"taobao {n}", f"taobao_export_samples/{n}*", shop="books")
    for n in ("TB2018_1783x8.xlsx", "TB2018_1783x8_gbk", "mingribooks", "mrbooks")
)
SMALL = (TMALL, MAVEN, CALLS, PEOPLE, *TAOBAO)


def table_bytes(work: Workspace) -> Iterator[tuple[Path, bytes]]:
    """Yield path and content of everything below the workspace's tables."""
    for path in sorted((work.root / "data").rglob("*")):
        if path.is_file():
            yield path, path.read_bytes()
