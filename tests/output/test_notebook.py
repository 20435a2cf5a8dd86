"""Notebooks as stored, and what a shipped one must keep to."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.output.fixture import ALL_BLOCKS, code, markdown, write_notebook
from toolkit.core.errors import InputError
from toolkit.output.publish.notebook import check_notebook, read_notebook

PARAMETERS = code("month: str = '2024-12'", "parameters")


def codes(path: Path, *cells: dict[str, object]) -> list[tuple[str, str]]:
    found = check_notebook(read_notebook(write_notebook(path / "n.ipynb", [PARAMETERS, *cells])))
    return [(f.code, f.severity) for f in found]


@pytest.mark.parametrize(
    "source", ["%matplotlib inline", "%%time\n1", "!ls", "x = !ls", "print?", "get_ipython().system('ls')"]
)
def test_magics_are_banned(tmp_path: Path, source: str) -> None:
    assert codes(tmp_path, code(source)) == [("magic", "stop")]


@pytest.mark.parametrize("source", ["x = 7 % 2", "assert 1 != 2", "# %magic\n'!ls'"])
def test_what_only_looks_like_a_magic_passes(tmp_path: Path, source: str) -> None:
    assert codes(tmp_path, code(source)) == []


def test_logic_long_cells_and_stored_outputs_are_looked_into(tmp_path: Path) -> None:
    stored = {**code("1"), "outputs": [{"output_type": "stream"}]}
    cells = [code("def f(): pass"), code("\n".join(["x = 1"] * 16)), stored, markdown("# Title")]
    assert [c for c, _ in codes(tmp_path, *cells)] == ["logic", "long-cell", "stored-outputs"]
    assert {s for _, s in codes(tmp_path, *cells)} == {"review"}


def test_exactly_one_parameters_cell_is_needed(tmp_path: Path) -> None:
    assert codes(tmp_path, PARAMETERS) == [("parameters-cell", "stop")]
    only = check_notebook(read_notebook(write_notebook(tmp_path / "n.ipynb", [code("1")])))
    assert [f.code for f in only] == ["parameters-cell"]


def test_the_digest_is_of_what_the_cells_say(tmp_path: Path) -> None:
    plain = read_notebook(write_notebook(tmp_path / "a.ipynb"))
    run = [{**cell, "id": "other", "execution_count": 7} for cell in ALL_BLOCKS]
    assert read_notebook(write_notebook(tmp_path / "b.ipynb", run)).digest == plain.digest
    changed = read_notebook(write_notebook(tmp_path / "c.ipynb", [*ALL_BLOCKS, code("1")]))
    assert changed.digest != plain.digest


def test_source_may_be_stored_in_lines(tmp_path: Path) -> None:
    lines = {**code(""), "source": ["a = 1\n", "b = 2"]}
    assert read_notebook(write_notebook(tmp_path / "n.ipynb", [lines])).cells[0].source == "a = 1\nb = 2"


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"nbformat": 3, "cells": []}', '{"nbformat": 4, "cells": 1}'])
def test_another_file_is_no_notebook(tmp_path: Path, text: str) -> None:
    (tmp_path / "n.ipynb").write_text(text)
    with pytest.raises(InputError, match="not a Jupyter notebook of format 4"):
        read_notebook(tmp_path / "n.ipynb")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"absent\.ipynb: No such file"):
        read_notebook(tmp_path / "absent.ipynb")
