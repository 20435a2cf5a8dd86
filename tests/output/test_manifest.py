"""Manifests: what decides a run's id, and what a verification notices."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.output.fixture import code, write_notebook
from tests.output.killed import publish
from toolkit.core.errors import InputError
from toolkit.output.publish import manifest
from toolkit.output.publish.manifest import describe_run, input_files, verify_report
from toolkit.output.publish.notebook import read_notebook
from toolkit.output.publish.shelf import latest_run


def codes(target: Path) -> list[str]:
    return [f.code for f in verify_report(target)]


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place with two reports, one after the other."""
    monkeypatch.setattr("toolkit.output.publish.report._render", None)
    for words in ("first", "second"):
        publish(tmp_path / "r", words)
    return tmp_path / "r"


def change(path: Path, text: str) -> None:
    path.chmod(0o600)
    path.write_text(text, "utf-8")


def test_what_was_published_verifies(target: Path) -> None:
    assert codes(target) == []


def test_each_run_names_the_one_before(target: Path) -> None:
    runs = {p.name: json.loads((p / "manifest.json").read_text()) for p in (target / "runs").glob("[!.]*")}
    shown = json.loads((target / "manifest.json").read_text())
    first = runs[shown["previous"]["run_id"]]
    assert first["previous"] is None
    assert shown["previous"]["sha256"] == manifest.file_digest(target / "runs" / first["run_id"] / "manifest.json")


def test_a_changed_file_is_noticed(target: Path) -> None:
    change(target / "report.html", "other")
    assert codes(target) == ["output-changed"]


def test_a_file_put_in_or_taken_away_is_noticed(target: Path) -> None:
    run = latest_run(target)
    assert run is not None
    (run / "more.csv").write_text("1")
    (run / "report.xlsx").unlink()
    assert codes(target) == ["output-changed", "output-changed"]


def test_a_changed_manifest_is_noticed_in_itself_and_by_its_successor(target: Path) -> None:
    run = latest_run(target)
    assert run is not None
    before = json.loads((run / "manifest.json").read_text())["previous"]["run_id"]
    path = target / "runs" / before / "manifest.json"
    record = json.loads(path.read_text())
    record["parameters"]["words"] = "another"
    change(path, json.dumps(record))
    assert sorted(codes(target)) == ["manifest-changed", "previous-changed"]


@pytest.mark.parametrize("text", ["", "[]", "{}"])
def test_a_manifest_that_is_none_is_noticed(target: Path, text: str) -> None:
    change(target / "manifest.json", text)
    assert "manifest-changed" in codes(target)


def test_an_empty_place_is_said_to_be_empty(tmp_path: Path) -> None:
    assert codes(tmp_path) == ["not-published"]


def test_everything_that_decides_the_report_decides_its_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "orders.csv").write_text("1")
    cells = [code('a: str = ""', "parameters")]

    def run_id(lang: str = "en", **values: str) -> str:
        book = read_notebook(write_notebook(tmp_path / "n.ipynb", cells))
        return str(describe_run(book, values, input_files([data]), lang)["run_id"])  # type: ignore[arg-type]

    plain = run_id(a="1")
    assert run_id(a="1", output_dir="/elsewhere") == plain
    others = [run_id(a="2"), run_id("zh", a="1")]
    (data / "orders.csv").write_text("2")
    others.append(run_id(a="1"))
    (data / "orders.csv").write_text("1")
    assert run_id(a="1") == plain
    (data / "more.csv").write_text("")
    others.append(run_id(a="1"))
    (data / "more.csv").unlink()
    cells.append(code("1"))
    others.append(run_id(a="1"))
    cells.pop()
    monkeypatch.setattr(manifest, "versions", lambda: {"pandas": "99"})
    others.append(run_id(a="1"))
    assert len({plain, *others}) == 7


def test_inputs_are_named_below_what_they_have_in_common(tmp_path: Path) -> None:
    for name in ("shop/data/2024-12.parquet", "shop/data/orders.parquet", "shop/workspace.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    found = input_files([tmp_path / "shop/workspace.yaml", tmp_path / "shop/data"])
    assert set(found) == {"workspace.yaml", "data/2024-12.parquet", "data/orders.parquet"}
    assert input_files([]) == {}
    with pytest.raises(InputError, match="absent: no such file or folder"):
        input_files([tmp_path / "absent"])


def test_an_input_that_is_not_the_one_recorded_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolkit.output.publish.report._render", None)
    publish(tmp_path / "r", "words")
    (tmp_path / "new.csv").write_text("1")
    assert [(f.code, f.subject) for f in verify_report(tmp_path / "r", [tmp_path / "new.csv"])] == [
        ("input-changed", "new.csv")
    ]
