from __future__ import annotations

import warnings
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.data.worlds import instant, workspace_of
from toolkit.core.errors import UsageError
from toolkit.data.tables.engine import (
    OPENERS,
    cases,
    connect,
    days_later,
    literal,
    place_in,
    quotient,
    stack,
    thousandths,
)
from toolkit.data.tables.schema import DTYPES, TABLES, table


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory):
    with connect(tmp_path_factory.mktemp("nothing")) as opened:
        yield opened


def numbers(engine, **columns: list):
    kinds = {
        name: "float64" if any(isinstance(v, float) for v in values) else "int64" for name, values in columns.items()
    }
    return engine.rows(pd.DataFrame(columns), kinds)


@pytest.mark.parametrize("spec", TABLES, ids=lambda t: t.name)
def test_an_absent_table_has_no_rows_and_all_its_columns(engine, spec) -> None:
    frame = engine.read(engine.table(spec.name))
    assert frame.empty
    assert {c: str(t) for c, t in frame.dtypes.items()} == {c.name: DTYPES[c.kind] for c in spec.columns}


def test_ids_stay_text_and_blanks_stay_blank(tmp_path: Path) -> None:
    rows = [
        {"inquiry_id": "007", "shop": "NA", "account": "null", "asked_at": instant("2024-02-01 10:00:00.000001")},
        {"inquiry_id": "=cmd|'/c calc'!A1", "shop": "NULL", "customer": "NA", "asked_at": instant("2024-03-01 00:00")},
    ]
    workspace = workspace_of(tmp_path / "w", {"inquiries": rows})
    with connect(workspace.data_dir) as opened:
        frame = opened.read(opened.table("inquiries"))
    pd.testing.assert_frame_equal(frame, workspace.table("inquiries"))
    assert list(frame["inquiry_id"]) == ["007", "=cmd|'/c calc'!A1"]
    assert frame["account"].isna().tolist() == [False, True]


def test_files_of_a_table_may_lack_columns_or_have_more(tmp_path: Path) -> None:
    pd.DataFrame({"account": ["a"], "agent": ["007"], "from": [date(2024, 1, 1)], "城市": ["x"]}).to_parquet(
        tmp_path / "accounts.parquet"
    )
    with connect(tmp_path) as opened:
        frame = opened.read(opened.table("accounts"))
    assert list(frame.columns) == list(table("accounts").names)
    assert frame["from"].tolist() == [pd.Timestamp("2024-01-01")]
    assert frame[["platform", "shop", "to", "share"]].isna().all(axis=None)


def test_half_written_files_are_not_read(tmp_path: Path) -> None:
    folder = tmp_path / "inquiries"
    folder.mkdir()
    (folder / ".2024-01.parquet.part").write_bytes(b"PAR1")
    (folder / ".2024-02.parquet").write_bytes(b"PAR1")
    with connect(tmp_path) as opened:
        assert opened.read(opened.table("inquiries")).empty


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(UsageError, match="no engine for spark://"):
        connect("spark://somewhere")
    assert [scheme for scheme, _ in OPENERS] == [""]


def test_sums_are_exact_beyond_what_floats_hold(engine) -> None:
    rows = numbers(engine, n=[9_007_199_254_740_993, 1, 9_007_199_254_740_993])
    assert engine.read(rows.agg(total=rows.n.sum()))["total"].tolist() == [18_014_398_509_481_987]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2**51 - 1), st.integers(1, 2**12 - 1), st.integers(0, 2**12)), min_size=1))
def test_quotient_is_whole_division(engine, draws: list[tuple[int, int, int]]) -> None:
    triples = [(q * d + r % d, d, q) for q, d, r in draws]
    rows = numbers(engine, n=[n for n, _, _ in triples], d=[d for _, d, _ in triples])
    frame = engine.read(rows.mutate(q=quotient(rows.n, rows.d)))
    assert list(frame["q"]) == [q for _, _, q in sorted(triples)]


def test_thousandths_are_whole_for_every_millisecond_of_an_hour(engine) -> None:
    seconds = [n / 1000 for n in range(0, 3_600_000, 7)]
    rows = numbers(engine, s=seconds)
    assert engine.read(rows.select(ms=thousandths(rows.s)))["ms"].tolist() == list(range(0, 3_600_000, 7))


def test_places_count_from_one_in_each_group(engine) -> None:
    rows = numbers(engine, g=[1, 1, 2, 1], v=[5, 3, 9, 4])
    frame = engine.read(rows.mutate(place=place_in(["g"], ["v"])))
    assert frame.to_numpy().tolist() == [[1, 3, 1], [1, 4, 2], [1, 5, 3], [2, 9, 1]]


def test_a_null_condition_is_not_true(engine) -> None:
    rows = engine.rows(pd.DataFrame({"x": pd.array([1, None], dtype="Int64")}), {"x": "int64"})
    frame = engine.read(rows.mutate(y=cases((rows.x > 0, "yes"), otherwise="no")))
    assert frame["y"].tolist() == ["yes", "no"]


def test_days_are_added_to_instants(engine) -> None:
    at = pd.DataFrame({"at": [instant("2024-02-28 23:59:59.999999")]})
    rows = engine.rows(at, {"at": "timestamp(6)"})
    frame = engine.read(rows.select(later=days_later(rows.at, 2), earlier=days_later(rows.at, -28)))
    assert frame.loc[0].tolist() == [instant("2024-03-01 23:59:59.999999"), instant("2024-01-31 23:59:59.999999")]


def test_rows_are_sorted_whatever_order_they_come_in(engine) -> None:
    a, b = numbers(engine, x=[3, 1], y=[0, 2]), numbers(engine, x=[1, 2], y=[1, 7])
    forth, back = engine.read(stack(a, b)), engine.read(stack(b, a))
    assert forth.to_numpy().tolist() == [[1, 1], [1, 2], [2, 7], [3, 0]]
    pd.testing.assert_frame_equal(forth, back)


def test_what_is_kept_is_computed_once_and_dropped_on_closing(tmp_path: Path) -> None:
    with warnings.catch_warnings(), connect(tmp_path) as opened:
        warnings.simplefilter("ignore", DeprecationWarning)  # Ibis 12 calls a DuckDB method that is to be renamed
        once = opened.keep(opened.table("orders").mutate(one=literal(1, "int64")))
        assert opened.read(once).empty
        assert len(opened.kept) == 1
        spill = Path(opened.spill.name)
        assert spill.stat().st_mode & 0o077 == 0
    assert not opened.kept
    assert not spill.exists()


@pytest.mark.parametrize(
    "setting", ["autoinstall_known_extensions", "autoload_known_extensions", "allow_community_extensions"]
)
def test_the_engine_fetches_nothing(engine, setting: str) -> None:
    assert engine.backend.con.execute(f"select current_setting('{setting}')").fetchone() == (False,)
