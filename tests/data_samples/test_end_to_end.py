"""The toolkit's figures against the sample's own: from the files, through import, measures and schemes, to the cent.

The sample credits, counts and pays by itself (`data_samples/generator`), sharing no code with the toolkit.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import pytest

from data_samples.generate import Size, generate
from data_samples.generator.truths import Truths
from tests.evidence import record
from toolkit.core.period import Month
from toolkit.data.crediting.measures import Measures, measure_months
from toolkit.data.importing.imports import ImportResult, import_files
from toolkit.data.tables.workspace import Workspace
from toolkit.studies.audit.settlement import settle

COUNTED = ("inquiries", "buyers", "orders", "gross_sales", "refunds", "sales", "reminder_sales", "offline_sales")
SMALL = Size(months=2, event_months=1, volume=0.15)


@dataclass(frozen=True, slots=True)
class World:
    """One sample, imported and measured."""

    truths: Truths
    imported: ImportResult
    workspace: Workspace
    measures: Measures


def build(seed: int, folder: Path, size: Size, errors: dict[str, int] | None = None) -> World:
    truths = generate(seed, folder, errors or {}, size)
    files = sorted(f for name in ("exports", "hr", "payroll") for f in (folder / name).iterdir())
    workspace = Workspace.open(folder)
    imported = import_files(workspace, files)
    months = sorted({r["month"] for r in truths.reports})
    measures = measure_months(workspace, Month.parse(months[0]), Month.parse(months[-1]))
    return World(truths, imported, workspace, measures)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return build(5, tmp_path_factory.mktemp("sample"), SMALL)


def test_every_row_is_accepted_but_the_broken_ones(world: World) -> None:
    assert int(world.imported.table["rejected"].sum()) == len(world.truths.defects["rejected"]) > 0


def test_measures_of_the_order_level_months(world: World) -> None:
    assert measured(world) == told(world.truths)


def measured(world: World) -> dict[tuple, tuple[int, ...]]:
    """Return the measures by month, agent, shop and supervisor; for nobody's orders by month, shop and credit."""
    table = world.measures.table
    table = table[table["month"].isin({m["month"] for m in world.truths.measures})]
    own, shops = table[table["agent"].notna()], table[table["agent"].isna()]
    sums = own.fillna({"supervisor": ""}).groupby(["month", "agent", "shop", "supervisor"])[list(COUNTED)].sum()
    rest = shops.groupby(["month", "shop", "credit"])[["orders", "gross_sales", "refunds"]].sum()
    rows = [*sums.itertuples(), *rest.itertuples()]
    return {row[0]: tuple(map(int, row[1:])) for row in rows if any(row[1:])}


def told(truths: Truths) -> dict[tuple, tuple[int, ...]]:
    own = {
        (m["month"], m["agent"], m["shop"], m["supervisor"]): tuple(m[c] for c in COUNTED)
        for m in truths.measures
        if m["agent"]
    }
    rest = {
        (m["month"], m["shop"], m["credit"]): (m["orders"], m["gross_sales"], m["refunds"])
        for m in truths.measures
        if not m["agent"]
    }
    return {key: values for key, values in (own | rest).items() if any(values)}


def test_measures_of_the_months_that_have_only_reports(world: World) -> None:
    month = min(r["month"] for r in world.truths.reports)
    table = world.measures.table
    cells = table[(table["month"] == month) & table["agent"].notna()]
    columns = {"inquiries": "inquiries", "buyers": "buyers", "orders": "orders", "units": "units"}
    columns |= {"consultations": "consultations", "receptions": "receptions", "rated": "rated"}
    columns |= {"satisfied": "satisfied", "gross_sales": "sales", "refunds": "refunds"}
    sums = cells.groupby("agent")[list(columns)].sum(min_count=1)
    expected = {r["agent"]: tuple(r[c] for c in columns.values()) for r in world.truths.reports if r["month"] == month}
    assert {row[0]: tuple(map(int, row[1:])) for row in sums.itertuples() if any(row[1:])} == expected
    replies = {
        agent: sum(cell.reply_seconds * cell.receptions for cell in rows.itertuples() if cell.receptions)
        for agent, rows in cells.groupby("agent")
        if agent in expected
    }
    assert replies == {r["agent"]: r["reply_total"] for r in world.truths.reports if r["month"] == month}


def test_days_of_attendance(world: World) -> None:
    columns = ["scheduled_days", "worked_days", "late_days"]
    sums = world.measures.table.groupby(["month", "agent"])[columns].sum()
    expected = {(a["month"], a["agent"]): tuple(a[c] for c in columns) for a in world.truths.attendance}
    assert {row[0]: tuple(map(int, row[1:])) for row in sums.itertuples() if any(row[1:])} == expected


def paid_by_rules(world: World, month: str) -> dict[tuple[str, str], int]:
    items = {name: item for item, names in world.workspace.settings.payroll_items.items() for name in names}
    ledger = settle(world.workspace, Month.parse(month), measures=world.measures).ledger
    amounts: dict[tuple[str, str], int] = defaultdict(int)
    for row in ledger.dropna(subset=["agent"]).itertuples():
        amounts[row.agent, items[f"{row.scheme}.{row.component}"]] += int(row.amount)
    return {key: amount for key, amount in amounts.items() if amount}


def due(truths: Truths, month: str) -> dict[tuple[str, str], int]:
    return {(p["agent"], p["item"]): p["amount"] for p in truths.pay if p["month"] == month and p["amount"]}


@pytest.mark.parametrize("month", ["2024-12", "2025-01"])
def test_pay_to_the_cent(world: World, month: str) -> None:
    assert paid_by_rules(world, month) == due(world.truths, month)
    assert len(due(world.truths, month)) > 20


def test_pay_sheets_without_errors_are_what_the_rules_give(world: World) -> None:
    payroll = world.workspace.table("payroll")
    lines = payroll[payroll["item"] != "底薪"].groupby(["earned_month", "agent", "item"])["amount"].sum()
    expected = {("2024-12", *key): amount for key, amount in paid_by_rules(world, "2024-12").items()}
    assert {key: int(amount) for key, amount in lines.items()} == expected


@pytest.mark.prove
def test_many_samples_to_the_cent(tmp_path: Path) -> None:
    """Fresh companies at full volume: every measure and amount of all agents."""
    seeds, rows, amounts = range(1, 11), 0, 0
    for seed in seeds:
        world = build(seed, tmp_path / str(seed), Size(months=4))
        assert measured(world) == told(world.truths)
        rows += len(told(world.truths))
        for month in ("2024-10", "2024-11", "2024-12"):
            assert paid_by_rules(world, month) == due(world.truths, month)
            amounts += len(due(world.truths, month))
    lines = [
        f"{len(seeds)} fresh samples: {rows:,} rows of measures and {amounts:,} amounts of pay computed from the files "
        "by the toolkit equal those of the sample's own implementation (plain Python, fractions): 0 differences."
    ]
    record("Sample end to end", "pytest -m prove tests/data_samples/test_end_to_end.py", lines)
