"""The application: registers the groups of commands, and turns errors into messages and exit codes.

Calls the command line cannot understand, in both languages: an option or a command that does not exist or lacks.

Exit codes: 0 ok, 1 findings to look at, 2 usage, 3 input, 4 environment, 5 internal.
"""

from __future__ import annotations

import errno
import gc
import os
import re
import sys
import traceback
from typing import Any, NoReturn, TypeAlias

import typer

from toolkit.cli import audit, baselines, closing, design, explain, lint, payout, pilot, schemes, workspace
from toolkit.cli.console import note
from toolkit.cli.options import language_of
from toolkit.core.errors import InputError, ToolkitError, UsageError
from toolkit.core.text import Lang, Text

# Public in typer is one kind of misuse only; what all kinds share stands right above it.
MISUSE: type[Exception] = typer.BadParameter.__mro__[1]
Misuse: TypeAlias = Any

_SAID = (
    (r"No such command (?P<name>'.*?')\.", "没有命令 {name}。"),
    (r"Did you mean (?P<name>.*)\?", "是不是 {name}？"),
    (r"Got unexpected extra argument\w*(?:\(s\))? \((?P<name>.*)\)", "多出了 {name}"),
    (r"Option (?P<name>'.*?') requires an argument\.", "选项 {name} 后面要有值。"),
    (r"Option (?P<name>'.*?') does not take a value\.", "选项 {name} 不带值。"),
    (r"No such option: (?P<name>[-\w]+)", "没有选项 {name}"),
    (r"\(Possible options: (?P<name>.*)\)", "（是不是 {name}？）"),
    (r"Missing option (?P<name>'.*?')\.", "缺少选项 {name}。"),
    (r"Missing argument (?P<name>'.*?')\.", "缺少 {name}。"),
    (r"Invalid value for (?P<name>'.*?'): (?:Value error, )?", "{name} 的值不能用："),
    (r"(?P<name>'.*?') is not one of (?P<known>.*)\.", "{name} 不在可用的值之内：{known}。"),
)


def explain_misuse(error: Misuse) -> Text:
    """Return what is wrong with a call, how the command is used, and where its help stands."""
    said = chinese = str(error.format_message())
    for pattern, words in _SAID:
        chinese = re.sub(pattern, lambda found, words=words: words.format(**found.groupdict()), chinese)  # type: ignore[misc]
    if error.ctx is None:
        return Text(said, chinese)
    usage = error.ctx.get_usage()
    ask = f"{error.ctx.command_path} --help"
    return Text(f"{usage}\n{said}\nmore: {ask}", f"{usage.replace('Usage: ', '用法：', 1)}\n{chinese}\n详见：{ask}")


PLACES: tuple[tuple[type[OSError], str], ...] = (
    (FileNotFoundError, "没有这个文件或文件夹"),
    (NotADirectoryError, "不是文件夹"),
    (IsADirectoryError, "是文件夹，不是文件"),
    (FileExistsError, "已有同名文件"),
    (PermissionError, "没有权限"),
)


def explain_place(error: OSError) -> Text:
    """Return which file or folder cannot be used, and why."""
    if error.errno in FULL:
        return Text(
            "the disk is full: nothing was changed; make room and run the command again",
            "磁盘已满：没有任何更改；请腾出空间后重新运行",
        )
    why = str(error.strerror or error)
    chinese = next((words for kind, words in PLACES if isinstance(error, kind)), why)
    return Text(f"{error.filename}: cannot be used: {why}", f"{error.filename}：无法使用：{chinese}")


FULL = (errno.ENOSPC, errno.EDQUOT)
INTERNAL = 5
# Objects made, and rounds, between two searches for cycles: at Python's pace these are a tenth of a short command.
SELDOM = (50_000, 20, 20)

app = typer.Typer(
    name="incentive",
    help="Design and audit incentive pay of customer-service and sales teams.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for group in (workspace, audit, closing, payout, baselines, design, pilot, schemes, lint, explain):
    group.register(app)


def main() -> None:
    """Run the command; errors made on purpose show their message, others where to look."""
    gc.set_threshold(*SELDOM)
    words = sys.argv[1:]
    lang = language_of(words)
    try:
        sys.exit(app(words or ["--help"], standalone_mode=False))
    except MISUSE as error:
        note(explain_misuse(error).of(lang))
        sys.exit(UsageError.exit_code)
    except ToolkitError as error:
        note(error.of(lang))
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(0)
    except OSError as error:
        if error.filename is None and error.errno not in FULL:
            _end_internally(error, lang)
        note(explain_place(error).of(lang))
        sys.exit(InputError.exit_code)
    except Exception as error:
        _end_internally(error, lang)


def _end_internally(error: Exception, lang: Lang) -> NoReturn:
    if os.environ.get("INCENTIVE_DEBUG"):
        traceback.print_exc()
    kind = type(error).__name__
    en = f"internal error: {kind}. Nothing was published. Set INCENTIVE_DEBUG=1 to see where."
    note(Text(en, f"内部错误：{kind}。没有发布任何内容。设置 INCENTIVE_DEBUG=1 可查看出错位置。").of(lang))
    sys.exit(INTERNAL)
