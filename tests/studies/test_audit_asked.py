"""A month or a shop without data: said in both languages, with the months and shops there are."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.output.study_world import make_workspace
from toolkit.core.bundled import bundled
from toolkit.core.errors import UsageError
from toolkit.data.tables.workspace import Workspace, create_workspace
from toolkit.studies.audit.month import audit_month
from toolkit.studies.audit.person import explain_person
from toolkit.studies.planning.history import load_history


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = make_workspace(tmp_path_factory.mktemp("asked") / "w")
    (made.root / "schemes").mkdir(exist_ok=True)
    shutil.copy(bundled("data_samples/shelf/D02-conversion-tiers.yaml"), made.root / "schemes" / "s.yaml")
    return made


def test_a_month_without_data_is_told_with_the_months_that_have_some(workspace: Workspace) -> None:
    for month in ("2019-01", "2030-01"):
        with pytest.raises(UsageError) as caught:
            audit_month(workspace, month)
        assert caught.value.of("en") == f"no data of {month} in {workspace.root}; there are 2024-01 to 2024-08"
        assert caught.value.of("zh") == f"{workspace.root} 中没有 {month} 的数据；现有 2024-01 至 2024-08"


def test_a_shop_without_data_is_told_with_the_shops_that_have_some(workspace: Workspace) -> None:
    with pytest.raises(UsageError) as caught:
        audit_month(workspace, "2024-08", shop="s3")
    assert caught.value.of("en") == "no data of shop 's3' in 2024-08; shops with data: s1, s2"
    assert caught.value.of("zh") == "店铺 's3' 在 2024-08 没有数据；有数据的店铺：s1、s2"


def test_a_workspace_without_data_is_told_how_to_import(tmp_path: Path) -> None:
    made = create_workspace(tmp_path / "w")
    for ask in (audit_month, load_history):
        with pytest.raises(UsageError, match="holds no data yet; first: incentive import"):
            ask(made, "2024-08")


def test_one_person_s_month_without_data_is_told_as_such(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match=r"no data of 2030-01 in .*; there are 2024-01 to 2024-08"):
        explain_person(workspace, "2030-01", "e")


def test_baselines_of_a_month_without_data_name_the_months(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match=r"no data of 2019-01 in .*; there are 2024-01 to 2024-08"):
        load_history(workspace, "2019-01")
