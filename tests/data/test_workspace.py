"""A workspace: settings with places in their problems, tables that come back as they went in, files that repeat."""

from __future__ import annotations

import errno
import stat
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.data.declared import pandera_schema
from toolkit.core.errors import InputError, UsageError
from toolkit.core.text import Text
from toolkit.data.tables import storage
from toolkit.data.tables.schema import DTYPES, TABLES, table
from toolkit.data.tables.settings import Clocks, Crediting, Settings, parse_settings, render_settings
from toolkit.data.tables.workspace import Workspace, create_workspace

HOSTILE = ["NA", "null", "007", "=cmd|'/c calc'!A1<img src=x onerror=alert(1)>", "客服:小鹿"]


def orders(*ids: str, month: str = "2024-11") -> pd.DataFrame:
    return pd.DataFrame(
        {"order_id": ids, "shop": "s", "created_at": pd.Timestamp(f"{month}-05 10:00"), "amount": range(len(ids))}
    )


def test_what_is_left_out_has_its_default() -> None:
    assert parse_settings("currency: USD\nclocks: {settlement_day: 10}\n", "w") == Settings(
        currency="USD", clocks=Clocks(settlement_day=10)
    )


def test_all_problems_are_told_at_once_with_their_places() -> None:
    text = "currency: yuan\nfoo: 1\ncrediting:\n  judged_by: luck\n  window_days: -1\n"
    with pytest.raises(InputError) as error:
        parse_settings(text, "workspace.yaml")
    assert [(p.line, p.column) for p in error.value.problems] == [(1, 11), (2, 1), (4, 14), (5, 16)]


def test_an_unknown_setting_is_told_with_its_place_and_the_nearest_word() -> None:
    with pytest.raises(InputError) as error:
        parse_settings("currency: CNY\nclocks:\n  setlement_day: 8\n  earned_on: payed\n", "workspace.yaml")
    assert error.value.of("en").splitlines() == [
        "workspace.yaml:3:3: this key is not known here; got 'setlement_day'; did you mean 'settlement_day'?",
        "workspace.yaml:4:14: this word is not known here; got 'payed'; did you mean 'paid'?",
    ]
    assert "3:3: 这里没有这个键；这里是 'setlement_day'；是不是 'settlement_day'？" in error.value.of("zh")


@pytest.mark.parametrize(
    ("text", "en", "zh"),
    [
        ('currency: ""', "w:1:11: currency must be three capital letters", "w:1:11: currency 应是三个大写字母"),
        ("tables: [x]", "w:1:9: one value is expected here; got a list", "w:1:9: 这里应是一个值"),
        ("payroll_items: x", "w:1:16: payroll_items must be  item: [scheme.component, ...]", "项目: [方案.组成部分"),
        (
            "payroll_items: {提成: [a.b], 奖金: x, 餐补: [y]}",
            "w:1:32: must list scheme.component names for '奖金', '餐补'; got 'x'",
            "w:1:32: '奖金', '餐补' 应列出 方案.组成部分；这里是 'x'",
        ),
    ],
)
def test_a_setting_is_told_with_the_form_it_has(text: str, en: str, zh: str) -> None:
    with pytest.raises(InputError) as error:
        parse_settings(text, "w")
    assert en in error.value.of("en")
    assert zh in error.value.of("zh")


@given(
    st.builds(
        Settings,
        name=st.builds(
            Text, st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"])), st.just('演示 "店"')
        ),
        currency=st.sampled_from(["CNY", "USD"]),
        crediting=st.builds(
            Crediting, judged_by=st.sampled_from(["order_time", "payment_time"]), window_days=st.integers(0, 30)
        ),
        small_cell=st.integers(1, 20),
        payroll_items=st.sampled_from([{}, {"提成": ("presales.commission", "x.y")}]),
    )
)
def test_settings_written_are_read_again(settings: Settings) -> None:
    assert parse_settings(render_settings(settings), "w") == settings


def test_a_folder_without_settings_is_no_workspace(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="incentive init"):
        Workspace.open(tmp_path)


def test_a_workspace_is_not_made_twice(tmp_path: Path) -> None:
    made = create_workspace(tmp_path / "w", currency="GBP")
    assert Workspace.open(tmp_path / "w") == made
    with pytest.raises(UsageError, match="already"):
        create_workspace(tmp_path / "w")


def test_tables_of_another_engine_have_no_files(tmp_path: Path) -> None:
    here = Workspace.create(tmp_path, Settings(tables="postgres://u:secret@host/db"))
    with pytest.raises(UsageError, match="live in postgres, not in files"):
        here.table("orders")


@pytest.mark.parametrize("spec", TABLES, ids=lambda t: t.name)
def test_an_empty_table_has_its_columns_and_dtypes(tmp_path: Path, spec: storage.CanonicalTable) -> None:
    frame = create_workspace(tmp_path).table(spec.name)
    assert {n: str(frame[n].dtype) for n in frame} == {c.name: DTYPES[c.kind] for c in spec.columns}


def test_a_table_comes_back_as_it_went_in(tmp_path: Path) -> None:
    here = create_workspace(tmp_path)
    frame = orders(*HOSTILE).assign(offline=pd.array([True, None, False, None, True], "boolean"), group="g")
    here.write_table("orders", frame)
    back = here.table("orders")
    assert sorted(back["order_id"]) == sorted(HOSTILE)
    assert back.set_index("order_id")["offline"].astype("object").where(lambda s: s.notna(), None).to_dict() == {
        "NA": True, "null": None, "007": False, HOSTILE[3]: None, "客服:小鹿": True,
    }  # fmt: skip
    assert back["group"].eq("g").all()
    pandera_schema(table("orders")).validate(back)


def test_the_same_rows_in_another_order_give_the_same_bytes(tmp_path: Path) -> None:
    here = create_workspace(tmp_path)
    frame = pd.concat([orders("a", "b", "c"), orders("d", month="2024-12")], ignore_index=True)
    written = here.write_table("orders", frame)
    before = {p: p.read_bytes() for p in written}
    assert [p.name for p in written] == ["2024-11.parquet", "2024-12.parquet"]
    assert here.write_table("orders", frame[::-1]) == []
    assert {p: p.read_bytes() for p in here.table_files("orders")} == before


def test_only_the_changed_month_is_written_and_an_empty_one_goes(tmp_path: Path) -> None:
    here = create_workspace(tmp_path)
    both = pd.concat([orders("a"), orders("d", month="2024-12")], ignore_index=True)
    here.write_table("orders", both)
    assert [p.name for p in here.write_table("orders", both.assign(note=["x", None]))] == ["2024-11.parquet"]
    assert [p.name for p in here.write_table("orders", both[:1].assign(note="x"))] == ["2024-12.parquet"]
    assert here.table("orders")["order_id"].tolist() == ["a"]


def test_rows_without_a_date_are_kept_apart(tmp_path: Path) -> None:
    here = create_workspace(tmp_path)
    here.write_table("refunds", pd.DataFrame({"order_id": ["a"], "amount": [5]}))
    assert [p.name for p in here.table_files("refunds")] == ["undated.parquet"]
    assert here.table("refunds")["amount"].tolist() == [5]


def test_a_write_cut_short_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = create_workspace(tmp_path)
    here.write_table("orders", orders("a"))

    def crash(_: int) -> None:
        raise OSError("power cut")

    monkeypatch.setattr(storage.os, "fsync", crash)
    with pytest.raises(OSError, match="power cut"):
        here.write_table("orders", orders("b"))
    monkeypatch.undo()
    assert here.table("orders")["order_id"].tolist() == ["a"]
    here.write_table("orders", orders("b"))
    assert [p.name for p in (tmp_path / "data" / "orders").iterdir()] == ["2024-11.parquet"]


def full_disk(_: int) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "scheme.yaml"
    file.write_text("old")
    monkeypatch.setattr(storage.os, "fsync", full_disk)
    for path in (file, tmp_path / "new.csv"):
        with pytest.raises(OSError, match="No space"):
            storage.publish_bytes(path, b"new")
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"scheme.yaml": "old"}


def test_a_new_file_is_its_owners_alone_and_one_that_is_replaced_keeps_its_mode(tmp_path: Path) -> None:
    shared, new = tmp_path / "scheme.yaml", tmp_path / "ledger.csv"
    shared.write_text("old")
    shared.chmod(0o664)
    (tmp_path / ".ledger.csv.part").write_text("of a process that was killed")
    for path in (shared, new):
        assert storage.publish_bytes(path, b"new")
    assert {p.name: stat.S_IMODE(p.stat().st_mode) for p in tmp_path.iterdir()} == {
        "scheme.yaml": 0o664,
        "ledger.csv": 0o600,
    }
