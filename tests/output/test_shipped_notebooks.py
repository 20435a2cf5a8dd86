"""The notebooks that are shipped: what they must look like, and that a manager's words are all in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from toolkit.output.publish.notebook import Notebook, check_notebook, read_notebook
from toolkit.output.publish.notebook_parameters import read_parameters

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request: pytest.FixtureRequest) -> Notebook:
    return read_notebook(request.param)


def test_all_of_them_are_here() -> None:
    assert {"02-baselines", "03-targets", "05-monthly-audit"} <= {path.stem for path in NOTEBOOKS}
    assert all(re.fullmatch(r"\d\d-[a-z]+(-[a-z]+)*", path.stem) for path in NOTEBOOKS)


def test_nothing_in_it_is_found_fault_with(notebook: Notebook) -> None:
    assert check_notebook(notebook) == []


def test_it_opens_with_the_question_who_reads_it_and_what_goes_in_and_out(notebook: Notebook) -> None:
    first = notebook.cells[0]
    assert first.kind == "markdown"
    assert re.match(r"# [^#\n]+\?\n", first.source)
    assert all(word in first.source for word in ("For ", "**In:**", "**Out:**", "`incentive "))
    assert sum(cell.source.startswith("# ") for cell in notebook.cells if cell.kind == "markdown") == 1


def test_every_parameter_says_what_it_is(notebook: Notebook) -> None:
    parameters = read_parameters(notebook)
    assert {"workspace", "month", "edition", "lang", "output_dir"} <= {p.name for p in parameters}
    assert [p.name for p in parameters if not p.help] == []


def test_no_number_is_typed_into_prose(notebook: Notebook) -> None:
    prose = [cell.source for cell in notebook.cells if cell.kind == "markdown"]
    assert [text for text in prose if re.search(r"\d", text)] == []


def test_cells_call_and_compute_nothing_themselves(notebook: Notebook) -> None:
    body = [
        c.source for c in notebook.code if not c.source.startswith(("from ", "import ")) and "parameters" not in c.tags
    ]
    assert body[-1] == "page.provenance(lang, output_dir)"
    assert [
        source for source in body if re.search(r"[+*/]|\bfor\b|\bif\b|f\"", re.sub(r"\"[^\"]*\"", "", source))
    ] == []


def test_section_titles_stand_in_both_languages(notebook: Notebook) -> None:
    sections = re.findall(
        r"page\.section\(Text\(\"([^\"]+)\", \"([^\"]+)\"\), lang\)", "\n".join(c.source for c in notebook.code)
    )
    assert len(sections) >= 8
    assert all(re.search(r"[\u4e00-\u9fff]", zh) and not re.search(r"[\u4e00-\u9fff]", en) for en, zh in sections)
