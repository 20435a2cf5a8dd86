from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.data.test_measures import JUNE, asked
from tests.data.worlds import instant, workspace_of
from toolkit.core.errors import UsageError
from toolkit.core.period import Month
from toolkit.data.tables.storage import column_ends
from toolkit.data.tables.workspace import first_month_with_data, last_complete_month, last_day_with_data, month_to_close


@pytest.mark.parametrize(
    ("last", "month"),
    [("2024-06-30 08:00", JUNE), ("2024-06-29 23:59", Month(2024, 5)), ("2024-07-03 00:00", JUNE)],
)
def test_a_month_is_complete_when_its_last_day_has_data(tmp_path: Path, last: str, month: Month) -> None:
    world = {
        "inquiries": [asked("q1", last)],
        "refunds": [{"order_id": "o", "amount": 1, "refunded_at": instant("2024-08-01")}],
    }
    workspace = workspace_of(tmp_path / "w", world)
    assert last_complete_month(workspace) == month
    assert last_day_with_data(workspace) == date(2024, 8, 1)
    assert first_month_with_data(workspace) == Month.of(instant(last).date())


def test_an_empty_workspace_has_no_month(tmp_path: Path) -> None:
    workspace = workspace_of(tmp_path / "w", {})
    assert last_complete_month(workspace) is first_month_with_data(workspace) is None
    assert last_day_with_data(workspace) is None
    with pytest.raises(UsageError, match="holds no complete month"):
        month_to_close(workspace)


def test_a_figure_of_a_whole_month_reaches_to_its_end(tmp_path: Path) -> None:
    row = {"date": date(2024, 6, 1), "account": "a", "shop": "S", "inquiries": 9, "count_unit": "people_by_month"}
    before = row | {"date": date(2024, 5, 1)}
    workspace = workspace_of(tmp_path / "w", {"agent_days": [before, row]})
    assert (last_day_with_data(workspace), last_complete_month(workspace)) == (date(2024, 6, 30), JUNE)
    daily = row | {"count_unit": "people_by_day"}
    workspace = workspace_of(tmp_path / "d", {"agent_days": [before, daily]})
    assert (last_day_with_data(workspace), last_complete_month(workspace)) == (date(2024, 6, 1), Month(2024, 5))


def test_days_in_several_files_and_rows_without_a_day(tmp_path: Path) -> None:
    times = [instant("2024-05-30 23:00"), instant("2024-06-02 10:00"), None]
    refunds = [{"order_id": f"o{n}", "amount": 1, "refunded_at": at} for n, at in enumerate(times)]
    workspace = workspace_of(tmp_path / "w", {"refunds": refunds})
    assert len(workspace.table_files("refunds")) == 3
    assert last_day_with_data(workspace) == date(2024, 6, 2)


@pytest.mark.parametrize("statistics", [True, False])
def test_ends_do_not_depend_on_what_the_footer_tells(tmp_path: Path, statistics: bool) -> None:
    days = [pd.Timestamp("2024-06-03 01:02:03.000004"), None, pd.Timestamp("2024-06-01"), pd.Timestamp("2024-06-02")]
    table = pa.table({"at": pa.array(days, pa.timestamp("us")), "blank": pa.array([None] * 4, pa.date32())})
    path = tmp_path / "f.parquet"
    pq.write_table(table, path, write_statistics=statistics, row_group_size=2)
    assert {min(column_ends([path], "at")), max(column_ends([path], "at"))} == {days[2], days[0]}
    assert list(column_ends([path], "blank")) == []
