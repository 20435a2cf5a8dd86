"""Parameters: only declared names and plain values ever reach a kernel."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.output.fixture import code, write_notebook
from toolkit.core.errors import InputError, UsageError
from toolkit.output.publish.notebook import Notebook, read_notebook
from toolkit.output.publish.notebook_parameters import NotebookParameter, bind_parameters, portable, read_parameters

CELL = '''month: str = "2024-12"  # the month audited
band = 0.01  # what counts as equal
limit: int = 20
final: bool = False
lang: str = "en"
output_dir: str = ""'''
GIVEN = {"month": "2025-01", "band": 1, "limit": 3, "final": True}
FILLED = {"lang": "zh", "output_dir": "/run"}


def notebook(path: Path, source: str = CELL) -> Notebook:
    return read_notebook(write_notebook(path / "n.ipynb", [code(source, "parameters")]))


def test_declared_names_defaults_and_help_are_read(tmp_path: Path) -> None:
    declared = read_parameters(notebook(tmp_path))
    assert declared[0] == NotebookParameter("month", "2024-12", "the month audited")
    assert declared[1] == NotebookParameter("band", 0.01, "what counts as equal")
    assert [p.name for p in declared] == ["month", "band", "limit", "final", "lang", "output_dir"]


def test_values_are_bound_in_the_order_declared(tmp_path: Path) -> None:
    values = bind_parameters(notebook(tmp_path), GIVEN, FILLED)
    assert list(values.items()) == [
        ("month", "2025-01"), ("band", 1), ("limit", 3), ("final", True), ("lang", "zh"), ("output_dir", "/run"),
    ]  # fmt: skip


def test_an_unknown_name_is_an_error_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="has no parameter 'mnoth'; did you mean 'month'"):
        bind_parameters(notebook(tmp_path), {**GIVEN, "mnoth": "x"}, FILLED)
    with pytest.raises(UsageError, match="no parameter 'x; import os'; it has month, band, limit, final"):
        bind_parameters(notebook(tmp_path), {**GIVEN, "x; import os": "x"}, FILLED)


def test_what_the_run_fills_cannot_be_given(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no parameter 'output_dir'"):
        bind_parameters(notebook(tmp_path), {**GIVEN, "output_dir": "/etc"}, FILLED)


def test_a_missing_value_is_an_error_not_the_default(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"needs a value for month \(the month audited\); limit$"):
        bind_parameters(notebook(tmp_path), {"band": 0.5, "final": False}, FILLED)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("month", 202412),
        ("month", None),
        ("month", ["2024-12"]),
        ("limit", True),
        ("limit", 2.0),
        ("limit", "20"),
        ("band", float("nan")),
        ("band", float("inf")),
        ("final", 1),
    ],
)
def test_a_value_of_another_type_is_refused_without_being_shown(tmp_path: Path, name: str, value: object) -> None:
    with pytest.raises(UsageError, match=f"parameter '{name}' is a "):
        bind_parameters(notebook(tmp_path), {**GIVEN, name: value}, FILLED)


def test_secrets_do_not_travel_as_parameters(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="would carry a secret") as caught:
        bind_parameters(notebook(tmp_path), {**GIVEN, "month": "postgresql://hr:hunter2@db/pay"}, FILLED)
    assert "hunter2" not in str(caught.value)
    other = notebook(tmp_path, 'db_password: str = ""')
    with pytest.raises(UsageError, match="would carry a secret"):
        bind_parameters(other, {"db_password": "x"}, {})


@pytest.mark.parametrize(
    "source", ["import os", "a = os.environ", "a = b = 1", "a: int", "a = [1]", "print(1)", "a = None"]
)
def test_the_parameters_cell_holds_literals_only(tmp_path: Path, source: str) -> None:
    with pytest.raises(InputError, match="a parameter is `name: type = literal"):
        read_parameters(notebook(tmp_path, source))


def test_the_place_of_the_work_is_no_part_of_a_runs_identity() -> None:
    values = {"workspace": "/somewhere/shops", "month": "2024-12", "ratio": 0.5, "output_dir": "/elsewhere"}
    assert portable(values) == {"workspace": "shops", "month": "2024-12", "ratio": 0.5}
