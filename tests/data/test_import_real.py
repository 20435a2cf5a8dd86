"""Real exports: their known figures and defects, found through the import and the checks."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from tests.data.shared import MAPS, MAVEN, SMALL, TAOBAO, TMALL, DataSet, table_bytes
from toolkit.data.checks.registry import check_tables
from toolkit.data.importing.accounting import ImportResult
from toolkit.data.tables.workspace import Workspace

REFERENCE_ONLY = {"accounts.csv", "data_dictionary.csv"}  # about customers' companies and about the other files


@pytest.mark.parametrize("data", SMALL, ids=lambda d: d.name)
def test_rows_are_accounted_for_and_the_same_import_changes_no_byte(tmp_path: Path, data: DataSet) -> None:
    work, result = data.fill(tmp_path / "w")
    rows = result.table
    assert (rows["read"] == rows["accepted"] + rows["rejected"] + rows["set_aside"]).all()
    assert rows["rejected"].sum() == 0
    assert all(f.accepted >= 0.99 * (f.read - f.n_set_aside) for f in result.files)
    before = dict(table_bytes(work))
    assert data.again(work).changed_files == ()
    assert dict(table_bytes(work)) == before


def test_tmall_orders_are_net_of_refunds_already(tmp_path: Path) -> None:
    work, result = TMALL.fill(tmp_path / "w")
    (finding,) = [f for f in result.findings if f.code == "already-net"]
    assert finding.evidence == {"n_refunded": 5646, "n_net": 5646, "n_gross": 0}
    orders, refunds = work.table("orders").set_index("order_id"), work.table("refunds").set_index("order_id")
    assert (len(orders), len(refunds)) == (28_010, 5_646)
    with TMALL.files[0].open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    left, back = (sum(round(Decimal(r[c]) * 100) for r in rows) for c in ("买家实际支付金额", "退款金额"))
    assert (orders["amount"].sum(), refunds["amount"].sum()) == (left + back, back)
    assert orders.loc[orders["paid_at"].notna(), "amount"].gt(0).all()


@pytest.fixture(scope="module")
def maven(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, ImportResult]:
    return MAVEN.fill(tmp_path_factory.mktemp("maven") / "w")


def test_maven_deals_by_month_closed(maven: tuple[Workspace, ImportResult]) -> None:
    work, result = maven
    deals, won, roster = (work.table(n) for n in ("inquiries", "orders", "assignments"))
    june = deals["asked_at"].dt.strftime("%Y-%m") == "2017-06"
    sold = won["paid_at"].dt.strftime("%Y-%m") == "2017-06"
    assert (june.sum(), sold.sum(), len(deals), len(won)) == (641, 531, 6_711, 4_238)
    assert (roster["agent"].nunique(), deals["account"].nunique()) == (35, 30)
    aside = {f.file: dict(f.set_aside) for f in result.files}
    assert aside["sales_pipeline.csv"] == {"open-deal": 2_089}
    assert {name for name, rules in aside.items() if "reference-list" in rules} == REFERENCE_ONLY
    (spelling,) = [f for f in result.findings if f.code == "spelling-mapped"]
    assert "GTXPro → GTX Pro" in spelling.message.en


def test_maven_idle_agents_are_named(maven: tuple[Workspace, ImportResult]) -> None:
    (finding,) = check_tables(maven[0])
    assert finding.evidence["agents"] == [
        "Carl Lin", "Carol Thompson", "Elizabeth Anderson", "Mei-Mei Johns", "Natalya Ivanova",
    ]  # fmt: skip


def test_maven_without_the_spelling_in_the_map_is_asked_about(tmp_path: Path) -> None:
    plain = tmp_path / "plain.yaml"
    text = (MAPS / MAVEN.map).read_text("utf-8")
    plain.write_text(text.replace("{headers: product, values: {GTXPro: GTX Pro}}", "product"), "utf-8")
    work, _ = MAVEN.fill(tmp_path / "w", map_path=plain)
    told = {f.code: f.message.en for f in check_tables(work)}
    assert "GTXPro / GTX Pro" in told["similar-names"]


def test_taobao_copies_without_ids_say_so_and_two_formats_agree(tmp_path: Path) -> None:
    tables = []
    for k, data in enumerate(TAOBAO):
        work, result = data.fill(tmp_path / str(k))
        assert "surrogate-keys" in {f.code for f in result.findings}
        tables.append(work.table("orders")[["order_id", "customer", "created_at", "paid_at", "amount"]])
    assert [len(t) for t in tables] == [1_783, 1_783, 704, 198]
    assert tables[0].equals(tables[1])
