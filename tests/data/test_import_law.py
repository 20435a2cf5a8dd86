"""The law of imports: the tables are a function of the set of files; no figure lost, none doubled."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.data.reports import Orders, Report, batches, expected_days, expected_orders, expected_pending
from toolkit.data.importing.imports import import_files
from toolkit.data.importing.store import disagreements
from toolkit.data.tables import storage
from toolkit.data.tables.schema import TABLE_NAMES
from toolkit.data.tables.workspace import Workspace, create_workspace

Files = list[Report | Orders]
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)  # to shrink takes minutes and seldom helps to understand


def told(work: Workspace, paths: Sequence[Path] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """Return what all tables say, provenance apart, and where the files differ.

    Of files with the same bytes the first to be imported is named; here all have the name of the first of `paths`.
    """
    first_of = {path.read_bytes(): path.name for path in reversed(paths)}
    copies = {path.name: first_of[path.read_bytes()] for path in paths}
    tables = {name: work.table(name) for name in TABLE_NAMES if work.table_files(name)}
    rows = {
        name: [
            tuple(None if pd.isna(v) else v for v in row)
            for row in t[[c for c in t if not c.startswith("_")]].astype("object").itertuples(index=False)
        ]
        for name, t in tables.items()
    }
    found = []
    for f in disagreements(work.data_dir):
        message = f.message.en
        for name, first in copies.items():
            message = message.replace(name, first)
        found += [(f.code, f.period, message)] if f.code != "waiting-rows" else []
    return {**rows, "findings": sorted(found)}


def check_figures(work: Workspace, files: Files) -> None:
    """Hold the tables against what a reader of the files expects."""
    found = {(f.code, f.subject.split(" ")[0]) for f in disagreements(work.data_dir)}
    days = work.table("agent_days").astype("object")
    expected = expected_days(files)
    keys = {(r["shop"], f"{r['date']:%Y-%m-%d}", r["account"]): r for r in days.to_dict("records")}
    assert len(keys) == len(days)
    assert set(keys) == {key for key, _ in expected}
    equal, other = False, False
    for (key, column), may in expected.items():
        value, values = keys[key][column], {v * (100 if column == "sales" else 1) for _, v in may}
        assert (value in values) if values else pd.isna(value), (key, column)
        by_kind = [kind for kind, _ in may]
        equal |= len(by_kind) > len(set(by_kind))
        other |= len(values) > 1 and len(by_kind) == len(set(by_kind))
    assert (("undated-files-differ", "agent_days") in found) == equal
    assert (("exports-disagree", "agent_days") in found) == other
    assert {k for k, r in keys.items() if r["pending"] is True} == expected_pending(files)
    amounts, refunds = expected_orders(files)
    orders, back = work.table("orders"), work.table("refunds")
    assert sorted(orders["order_id"]) == sorted(amounts)
    assert all(a in {100 * v for v in amounts[o]} for o, a in zip(orders["order_id"], orders["amount"], strict=True))
    assert sorted(back["order_id"]) == sorted(refunds)
    assert all(a in {100 * v for v in refunds[o]} for o, a in zip(back["order_id"], back["amount"], strict=True))
    differ = any(len(v) > 1 for v in amounts.values())
    assert (("undated-files-differ", "orders") in found) == differ


def check_any_order(files: Files, shuffled: list[int], cuts: set[int], at_once: bool) -> None:
    """Import the files in their order at once, and shuffled, cut into commands, in one thread or two."""
    with TemporaryDirectory() as place:
        folder = Path(place)
        paths = [file.write(folder) for file in files]
        first, second = create_workspace(folder / "1"), create_workspace(folder / "2")
        import_files(first, paths)
        commands: list[list[Path]] = [[]]
        for n in shuffled:
            commands[-1].append(paths[n])
            if n in cuts:
                commands.append([])
        with ThreadPoolExecutor(2 if at_once else 1) as pool:
            list(pool.map(lambda some: import_files(second, some), filter(None, commands)))
        assert told(first, paths) == told(second, paths)
        check_figures(second, files)
        import_files(second, paths[:1])
        assert told(first, paths) == told(second, paths)


def law(most: int) -> Any:
    """Return the strategy of an example: files, their other order, where it is cut, whether at once."""

    def example(files: Files) -> st.SearchStrategy[tuple[Files, list[int], set[int], bool]]:
        places = list(range(len(files)))
        return st.tuples(st.just(files), st.permutations(places), st.sets(st.sampled_from(places)), st.booleans())

    return batches(most).flatmap(example)


@pytest.fixture
def no_fsync(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage.os, "fsync", lambda _: None)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
@given(law(4))
def test_any_order_of_files_and_commands_gives_the_same_tables(no_fsync: None, example: Any) -> None:
    check_any_order(*example)
