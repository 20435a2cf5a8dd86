"""Proofs of the import: real files accounted for, kills at any moment, imports in any order."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from itertools import permutations
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from tests.data.killed_import import Killing
from tests.data.shared import CALLS, MAVEN, PEOPLE, ROOT, TAOBAO, TMALL, UCI, DataSet, table_bytes
from tests.data.test_import_law import PHASES, Files, check_any_order, law
from tests.data.test_import_law import told as tables_of
from tests.data.test_states import check_killed, kills, prepare
from tests.evidence import record
from toolkit.data.checks.registry import check_tables
from toolkit.data.importing.accounting import RULES, ImportResult
from toolkit.data.importing.imports import import_files
from toolkit.data.reading.cells import REASONS
from toolkit.data.tables import storage
from toolkit.data.tables.schema import TABLE_NAMES
from toolkit.data.tables.workspace import Workspace, create_workspace

pytestmark = pytest.mark.prove
COMMAND = "make prove (tests/proofs/test_import_proof.py)"
SETS = (TMALL, *TAOBAO, MAVEN, CALLS, PEOPLE, UCI)
EXPORTS = ROOT / "data_samples/exports"


def classes(result: ImportResult) -> str:
    """Return every rejection class and every rule with its count, in words."""
    told: dict[str, int] = {}
    for f in result.files:
        for (column, code), n in f.rejected.items():
            told[f"rejected: {column} {REASONS[code].en}"] = told.get(f"rejected: {column} {REASONS[code].en}", 0) + n
        for rule, n in f.set_aside.items():
            name = f"set aside: {RULES[rule].en if rule in RULES else rule}"
            told[name] = told.get(name, 0) + n
    return "; ".join(f"{name} {n:,}" for name, n in told.items()) or "-"


def test_every_real_export_is_accounted_for(tmp_path: Path) -> None:
    lines = [
        "| data set | rows read | accepted | rejected | set aside | classes | again: bytes changed | seconds |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for k, data in enumerate(SETS):
        started = time.perf_counter()
        work, result = data.fill(tmp_path / str(k))
        seconds = time.perf_counter() - started
        sums = result.table[["read", "accepted", "rejected", "set_aside"]].sum()
        assert sums["read"] == sums["accepted"] + sums["rejected"] + sums["set_aside"]
        assert sums["rejected"] <= 0.01 * sums["read"]
        before = dict(table_bytes(work))
        assert data.again(work).changed_files == ()
        assert dict(table_bytes(work)) == before
        figures = " | ".join(f"{int(n):,}" for n in sums)
        lines.append(f"| {data.name} | {figures} | {classes(result)} | 0 | {seconds:.1f} |")
    record("Import: real exports accounted for", COMMAND, lines)


def test_the_large_reversal_and_the_cut_month_are_named(tmp_path: Path) -> None:
    work, _ = UCI.fill(tmp_path / "w")
    findings = check_tables(work)
    (december,) = [f for f in findings if f.code == "reversed-at-once" and f.period == "2011-12"]
    assert "581483 of 168,469.60, after 12 minutes" in december.message.en
    assert [f.evidence["days"] for f in findings if f.code == "partial-month"] == [{"orders": "2011-12-09"}]


def told(work: Workspace) -> dict[str, pd.DataFrame]:
    """Return all tables without their provenance."""
    tables = {name: work.table(name) for name in TABLE_NAMES}
    return {name: t[[c for c in t if not c.startswith("_")]] for name, t in tables.items()}


def same(one: dict[str, pd.DataFrame], other: dict[str, pd.DataFrame]) -> bool:
    return all(frame.equals(other[name]) for name, frame in one.items())


def a_month() -> list[Path]:
    """Return the sample's files of November: orders, details, credit, refunds, reports, inquiries."""
    if not EXPORTS.exists():
        pytest.skip("the sample is not generated")
    names = (
        "ExportOrderList_*2024-11-01*",
        "ExportOrderDetailList_*2024-11-01*",
        "*_2024-11-01至*.xlsx",
        "订单归属*",
        "退款*",
    )
    return sorted({p for name in names for p in EXPORTS.glob(name)})


def test_any_order_of_imports_gives_the_same_tables(tmp_path: Path) -> None:
    groups = [[p for p in a_month() if key in p.name] for key in ("OrderList", "DetailList", "自定义", "归属", "退款")]
    assert all(groups)
    tables: dict[str, pd.DataFrame] | None = None
    orders = list(permutations(groups))
    random.Random(7).shuffle(orders)
    for k, order in enumerate(orders[:24]):
        work = create_workspace(tmp_path / str(k))
        for group in order:
            import_files(work, group)
        tables = tables or told(work)
        assert same(tables, told(work))
        shutil.rmtree(work.root)
    n = len(a_month())
    told_ = f"- {n} files of one sample month in five groups, imported in 24 random orders of 120: the same tables."
    record("Import: any order", COMMAND, [told_])


def test_any_order_of_made_up_files_gives_what_a_reader_expects(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage.os, "fsync", lambda _: None)
    seen = {"sets": 0, "files": 0, "at once": 0}

    @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES, database=None)
    @given(law(6))
    def run(example: tuple[Files, list[int], set[int], bool]) -> None:
        seen["sets"] += 1
        seen["files"] += len(example[0])
        seen["at once"] += example[3]
        check_any_order(*example)

    run()
    record("Import: the law", COMMAND, [
        f"- {seen['sets']} sets of {seen['files']} made-up files that overlap in columns, days, accounts",
        "  and shops (pending, final, blank, undated, by period, by time of export; two titles and none; order lists",
        "  exported again), each imported at once and, shuffled, cut into commands: the same tables and findings,",
        "  every figure one that a reader of the files expects, differences told where, and only where, there are.",
        f"- Of the second imports {seen['at once']} ran two at once.",
    ])  # fmt: skip


def test_killed_at_any_step_the_old_tables_stand_or_the_new(tmp_path: Path) -> None:
    work, files, old = prepare(tmp_path)
    done = {False: 0, True: 0}
    fresh = create_workspace(tmp_path / "fresh")
    with Killing(files) as killing:
        for start, before in ((work, old), (fresh, tables_of(fresh))):
            clean = shutil.copytree(start.root, tmp_path / f"clean-{start.root.name}", symlinks=True)
            status, steps = killing.run(clean)
            assert status == 0
            new = tables_of(Workspace.open(clean))
            for number, when in kills(len(steps), 2):
                here = shutil.copytree(start.root, tmp_path / "here", symlinks=True)
                done[check_killed(Workspace.open(here), killing, number, when, before, new)] += 1
                shutil.rmtree(here)
    assert sum(done.values()) >= 200
    record("Import: kill tests", COMMAND, [
        f"- {sum(done.values())} SIGKILLs, before and after syncs, links, renames and removals of an import",
        "  into a new workspace and into one with data. Every time the same import, run again, gave the tables of an",
        "  undisturbed one and left nothing behind.",
        f"- The old tables stood {done[False]} times, and the next command knew of it; the new {done[True]} times.",
    ])  # fmt: skip


SCRIPT = """
import sys
from toolkit.data.importing.imports import import_files
from toolkit.data.tables.workspace import Workspace
import_files(Workspace.open(sys.argv[1]), sys.argv[2:])
"""


def test_a_sample_month_imported_by_two_processes_at_once_and_killed(tmp_path: Path) -> None:
    files = a_month()
    clean = create_workspace(tmp_path / "clean")
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", SCRIPT, str(clean.root), *map(str, files)], check=True, cwd=ROOT)
    whole = time.perf_counter() - started
    wanted, killed = told(clean), 0
    for k in range(8):
        work = create_workspace(tmp_path / f"k{k}")
        halves = (files[::2], files[1::2])
        both = [
            subprocess.Popen([sys.executable, "-c", SCRIPT, str(work.root), *map(str, half)], cwd=ROOT)
            for half in halves
        ]
        if k:
            time.sleep(whole * (0.3 + 0.1 * k))
            both[k % 2].kill()
        killed += sum(process.wait() != 0 for process in both)
        if k:
            for half in halves:
                import_files(work, half)
        assert same(wanted, told(work))
        assert {p.name for p in (work.root / ".states").iterdir() if not p.name.isdigit()} == {"current", "lock"}
    record("Import: two processes", COMMAND, [
        f"- {len(files)} files of one sample month, imported by two processes at once 8 times, {killed} of them killed",
        "  and run again: the tables of one import.",
    ])  # fmt: skip


def test_a_data_set_is_named_once() -> None:
    assert len({d.name for d in SETS}) == len(SETS)
    assert all(isinstance(d, DataSet) for d in SETS)
