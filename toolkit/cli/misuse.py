"""Calls the command line cannot understand, in both languages: an option or a command that does not exist or lacks."""

from __future__ import annotations

import re
from typing import Any, TypeAlias

import typer

from toolkit.core.text import Text

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
