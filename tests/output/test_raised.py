"""An error made on purpose inside a notebook reaches whoever asked in its own words; nothing of the run stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.output.fixture import code, write_notebook
from toolkit.core.errors import InputError, MissingToolError, Problem, RenderError, ToolkitError, UsageError
from toolkit.core.text import LANGUAGES, Text
from toolkit.output.publish import runner
from toolkit.output.publish.raised import read_error, write_error
from toolkit.output.publish.report import publish_report
from toolkit.output.publish.shelf import open_shelf

PARAMETERS = code('which: str = ""\nlang: str = "en"\noutput_dir: str = ""', "parameters")
IMPORT = code("from toolkit.output.render import blocks as page\nfrom tests.output.test_raised import fail_as")
END = code("page.provenance(lang, output_dir)")
PROBLEMS = (
    Problem(
        "s.yaml", Text("no such word", "没有这个词"), 3, 7, got="slap", fix=Text("did you mean 'slab'?", "是不是？")
    ),
    Problem("t.csv", "plain words", code="bad-cell"),
)
ERRORS: dict[str, ToolkitError] = {
    "usage": UsageError(Text("no data of shop 'x'", "店铺 'x' 没有数据")),
    "words": UsageError("one language"),
    "input": InputError(PROBLEMS),
    "tool": MissingToolError(Text("a font is missing", "缺少字体")),
}


class OwnError(UsageError):
    """A kind the other side does not know by name."""


def fail_as(which: str) -> None:
    """Raise one of the errors; called by the notebook."""
    if which:
        raise ERRORS[which]


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_is_the_same_after_it_was_written_and_read(name: str, tmp_path: Path) -> None:
    write_error(ERRORS[name], tmp_path)
    read = read_error(tmp_path)
    assert read is not None
    assert type(read) is type(ERRORS[name])
    assert [read.of(lang) for lang in LANGUAGES] == [ERRORS[name].of(lang) for lang in LANGUAGES]
    assert getattr(read, "problems", ()) == getattr(ERRORS[name], "problems", ())
    assert read.exit_code == ERRORS[name].exit_code
    assert (tmp_path / "raised.json").stat().st_mode & 0o777 == 0o600


def test_an_unknown_kind_is_the_known_one_it_derives_from(tmp_path: Path) -> None:
    assert read_error(tmp_path) is None
    write_error(OwnError("x"), tmp_path)
    assert type(read_error(tmp_path)) is UsageError
    (tmp_path / "raised.json").write_text('{"kind": "Usa')
    assert read_error(tmp_path) is None, "cut off"


@pytest.fixture
def notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(runner, "NEEDED", ())
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[2]))
    return write_notebook(tmp_path / "n.ipynb", [PARAMETERS, IMPORT, code("fail_as(which)"), END])


@pytest.mark.parametrize("name", ["usage", "input"])
def test_it_reaches_whoever_asked_and_nothing_stays(name: str, notebook: Path, tmp_path: Path) -> None:
    target = tmp_path / "reports" / "2024-12" / "all"
    with pytest.raises(type(ERRORS[name])) as caught:
        publish_report(notebook, {"which": name}, target)
    assert [caught.value.of(lang) for lang in LANGUAGES] == [ERRORS[name].of(lang) for lang in LANGUAGES]
    assert caught.value.__cause__ is None
    assert [p.name for p in tmp_path.iterdir()] == ["n.ipynb"]


def test_the_report_that_was_there_stays_as_it_was(notebook: Path, tmp_path: Path) -> None:
    made = publish_report(notebook, {"which": ""}, tmp_path / "r")
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "r").rglob("*")}
    with pytest.raises(UsageError, match="no data of shop 'x'"):
        publish_report(notebook, {"which": "usage"}, tmp_path / "r")
    after = {p: p.stat().st_mtime_ns for p in (tmp_path / "r").rglob("*")}
    assert after.keys() == before.keys()
    assert made.html.is_file()


def test_a_folder_that_was_there_stays_and_a_new_lock_is_taken_where_the_old_one_went(tmp_path: Path) -> None:
    (tmp_path / "r").mkdir()
    for _ in range(2):
        with open_shelf(tmp_path / "r"):
            assert (tmp_path / "r/runs/.lock").is_file()
        assert list((tmp_path / "r").iterdir()) == []


def test_what_a_failed_run_says_is_said_in_both_languages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cell is named only to those who look for a fault of the toolkit."""
    monkeypatch.setattr(runner, "NEEDED", ())
    stored = write_notebook(tmp_path / "m.ipynb", [code('lang: str = "en"', "parameters"), code("1 / 0"), END])
    with pytest.raises(RenderError) as caught:
        publish_report(stored, {}, tmp_path / "r")
    kept = tmp_path / "r/runs/.failed"
    assert caught.value.of("en") == f"internal error: ZeroDivisionError; nothing was published, see {kept}"
    assert caught.value.of("zh") == f"内部错误：ZeroDivisionError；没有发布任何内容，详见 {kept}"
    monkeypatch.setenv("INCENTIVE_DEBUG", "1")
    with pytest.raises(RenderError, match=r"internal error: ZeroDivisionError in cell 2 of m\.ipynb"):
        publish_report(stored, {}, tmp_path / "r")
