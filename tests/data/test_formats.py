"""Built-in formats: files in the headers vendors write, and the rows expected of them; no file has two maps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.data.sheets import write_csv, write_xlsx
from tests.data.test_exports import reports
from toolkit.core.yaml import read_yaml_file
from toolkit.data.importing.imports import import_files
from toolkit.data.reading.maps import ExportMap, bundled_maps, plain_header
from toolkit.data.tables.schema import TABLE_NAMES
from toolkit.data.tables.workspace import Workspace, create_workspace

FORMATS: list[dict[str, Any]] = read_yaml_file(Path(__file__).with_name("formats.yaml")).plain()
WRITTEN: dict[str, list[str]] = {f"{f['map']}: {f['what']}": f["headers"].split(",") for f in FORMATS} | reports()


def write(folder: Path, form: dict[str, Any]) -> Path:
    headers = form["headers"].split(",")
    assert all(set(row) <= set(headers) for row in form["rows"])
    rows = [headers, *([row.get(h, "") for h in headers] for row in form["rows"])]
    path = folder / form["file"]
    if path.suffix == ".xlsx":
        return write_xlsx(path, rows)
    return write_csv(path, rows, "utf-8-sig", form.get("separator", ","))


def told(value: Any) -> str:
    return "" if pd.isna(value) else str(value).lower() if isinstance(value, bool) else str(value)


def claim(headers: frozenset[str]) -> list[ExportMap]:
    """Return the maps that know most of a file's headers: one, unless two claim it."""
    most = max(m.fits(headers) for m in bundled_maps())
    return [m for m in bundled_maps() if m.fits(headers) == most > 0]


def rows_of(work: Workspace, name: str, columns: list[str]) -> list[list[str]]:
    frame = work.table(name)
    blank = pd.Series(pd.NA, index=frame.index, dtype="object")
    return [[told(v) for v in row] for row in zip(*(frame.get(c, blank).tolist() for c in columns), strict=True)]


@pytest.mark.parametrize("form", FORMATS, ids=lambda f: f["what"])
def test_a_file_in_the_vendors_headers_becomes_the_rows_expected(tmp_path: Path, form: dict[str, Any]) -> None:
    settings = {k: form[k] for k in ("currency", "timezone") if k in form}
    work = create_workspace(tmp_path / "w", **settings)
    result = import_files(work, [write(tmp_path, form)], shop=form.get("shop"))
    (file,) = result.files
    rejected = {" ".join(key): str(n) for key, n in file.rejected.items()}
    assert (file.maps, rejected) == ((form["map"],), form.get("rejected", {}))
    assert {name: str(n) for name, n in file.set_aside.items()} == form.get("set_aside", {})
    assert sorted(f.code for f in result.findings) == form.get("findings", [])
    expected = form["tables"]
    assert {n: rows_of(work, n, t["of"]) for n, t in expected.items()} == {n: t["rows"] for n, t in expected.items()}
    assert [n for n in TABLE_NAMES if not work.table(n).empty and n not in expected] == []


@pytest.mark.parametrize(("name", "headers"), WRITTEN.items(), ids=lambda x: x if isinstance(x, str) else "")
def test_one_map_and_no_other_claims_a_file_and_knows_each_of_its_headers(name: str, headers: list[str]) -> None:
    written = frozenset(map(plain_header, headers))
    (claiming,) = claim(written)
    assert written - claiming.known == set()


@pytest.mark.parametrize("one", bundled_maps(), ids=lambda m: m.id)
def test_the_least_and_the_most_a_map_reads_is_claimed_by_no_other(one: ExportMap) -> None:
    """The headers by which a map recognises a file, alone and with all it reads, each in its first wording."""
    first = {f.column: f.groups[0][0] for t in reversed(one.tables) for f in t.feeds if f.groups}
    for wanted in one.recognise:
        least = frozenset(first.get(word, word) for word in wanted)
        for headers in (least, least | {*first.values()}):
            assert [m.id for m in claim(headers)] == [one.id]


def test_totals_repeated_on_rows_that_are_added_up_are_asked_about(tmp_path: Path) -> None:
    """Three orders of two rows, the same amount on both: three prices by chance, or three totals counted twice."""
    form = next(f for f in FORMATS if f["map"] == "douyin-orders")
    rows = [
        form["rows"][0] | {"主订单编号": order, "子订单编号": f"{order}{n}", "订单应付金额": amount}
        for order, amount in (("1", "10"), ("2", "20"), ("3", "30"))
        for n in "ab"
    ]
    result = import_files(create_workspace(tmp_path / "w"), [write(tmp_path, form | {"rows": rows})])
    (finding,) = result.findings
    assert (finding.code, finding.severity) == ("amounts-repeated", "review")
    assert finding.evidence == {"n_same": 3, "n_orders": 3}
