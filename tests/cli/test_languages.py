"""Which language the commands speak, and that whoever calls them wrongly is told so in it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from toolkit.cli import app as application
from toolkit.cli.options import environment_language, language_of, months_of
from toolkit.core.bundled import bundled

TIERS = str(bundled("data_samples/shelf/D02-conversion-tiers.yaml"))
LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")


@pytest.fixture
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")


def call(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """Call the command as a shell does; return its exit code."""
    monkeypatch.setattr(sys, "argv", ["incentive", *words])
    with pytest.raises(SystemExit) as left:
        application.main()
    return int(left.value.code or 0)


@pytest.mark.parametrize(
    ("around", "lang"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_TW.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "en_GB", "LC_MESSAGES": "zh_CN", "LC_ALL": ""}, "zh"),
        ({}, "en"),
    ],
)
def test_the_environment_says_which_language(
    around: dict[str, str], lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in LOCALES:
        monkeypatch.delenv(name, raising=False)
    for name, value in around.items():
        monkeypatch.setenv(name, value)
    assert environment_language() == lang


@pytest.mark.parametrize(
    ("words", "lang"),
    [
        ("lint x", "zh"),
        ("lint x --lang en", "en"),
        ("lint --lang=en x", "en"),
        ("lint x --lang fr", "zh"),
        ("lint --lang", "zh"),
    ],
)
@pytest.mark.usefixtures("chinese")
def test_what_is_asked_for_goes_before_the_environment(words: str, lang: str) -> None:
    assert language_of(words.split()) == lang


@pytest.mark.usefixtures("chinese")
def test_sentences_and_counts_are_in_the_language_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "lint", TIERS) == 1
    out, err = capsys.readouterr()
    assert "! 需查看 cliff：提成：多成交一单" in out
    assert err == "须先处理 0 条，需查看 2 条，供参考 8 条\n"
    assert call(monkeypatch, "lint", TIERS, "--lang", "en") == 1
    assert "! review cliff: Commission: one more order" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "en", "zh"),
    [
        ("expla", "No such command 'expla'. Did you mean 'explain'?", "没有命令 'expla'。 是不是 'explain'？"),
        ("lint x --langs en", "No such option: --langs", "没有选项 --langs （是不是 --lang？）"),
        ("pay x --measures m", "Missing option '--month'.", "缺少选项 '--month'。"),
        ("lint", "Missing argument 'scheme'.", "缺少 'scheme'。"),
        ("schema x y", "Got unexpected extra argument(s) (x y)", "多出了 x y"),
        ("lint x --measures", "Option '--measures' requires an argument.", "选项 '--measures' 后面要有值。"),
        ("fmt x --check=1", "Option '--check' does not take a value.", "选项 '--check' 不带值。"),
        (
            "read x --lang fr",
            "'fr' is not one of 'en', 'zh'.",
            "'--lang' 的值不能用：'fr' 不在可用的值之内：'en', 'zh'。",
        ),
        ("lint x --month 13", "not a month: '13'; write it as YYYY-MM", "'13' 不是月份；请写成 YYYY-MM"),
        ("lint x --month 2024年12月", "--month needs --measures", "--month 要与 --measures 一起用"),
    ],
)
def test_a_call_that_cannot_be_understood_is_explained(
    words: str, en: str, zh: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [TIERS if word == "x" and words.startswith("lint") else word for word in words.split()]
    assert call(monkeypatch, *given) == 2
    assert en in capsys.readouterr().err
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert call(monkeypatch, *given) == 2
    assert zh in capsys.readouterr().err


@pytest.mark.usefixtures("chinese")
def test_a_scheme_file_with_mistakes_is_explained_in_chinese(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "s.yaml"
    text = Path(TIERS).read_text("utf-8").replace("pay: sales", "pay: salse").replace("mode: slab", "mode: slap")
    path.write_text(text, "utf-8")
    assert call(monkeypatch, "read", str(path)) == 3
    assert "这里不能用这个词；这里是 'slap'；是不是 'slab'？" in capsys.readouterr().err
    path.write_text(text.replace("mode: slap", "mode: slab"), "utf-8")
    assert call(monkeypatch, "read", str(path)) == 3
    assert "'salse' 不是指标、define 或参数；这里是 'salse'；是不是 'sales'？" in capsys.readouterr().err


def test_lists_of_months_are_read_as_people_write_them() -> None:
    assert months_of("2024年6月，2024/11, 202412") == "2024-06,2024-11,2024-12"
    assert months_of("") == ""


def test_what_is_imported_and_where_is_explained_in_chinese(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "甲.csv").write_text("甲,乙\n1,2\n", "utf-8")
    words = ("import", str(tmp_path / "甲.csv"), "--lang", "zh", "--into")
    assert call(monkeypatch, *words, str(tmp_path / "w")) == 2
    assert "不是工作区：里面没有 workspace.yaml；可用 incentive init" in capsys.readouterr().err
    assert call(monkeypatch, "init", str(tmp_path / "w")) == 0
    assert call(monkeypatch, *words, str(tmp_path / "w")) == 3
    assert "没有映射认得这个文件，它的列是 甲, 乙；可用 incentive import 文件 --suggest" in capsys.readouterr().err


def test_help_shows_every_command_s_line_whole_at_80_columns(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert call(monkeypatch) == 0
    lines = capsys.readouterr().out.splitlines()
    commands = lines[lines.index("Commands:") + 1 :]
    assert len(commands) == len(application.app.registered_commands) + len(application.app.registered_groups)
    assert [line for line in commands if "..." in line or len(line) > 80 or not line.startswith("  ")] == []
