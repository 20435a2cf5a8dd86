"""What ``workspace.yaml`` says: the settings, their defaults, and the file in which each is explained."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, get_args
from zoneinfo import available_timezones

from toolkit.core.errors import InputError, Problem
from toolkit.core.text import Text, Words, wording
from toolkit.core.yaml import Mapping as Entries
from toolkit.core.yaml import Node, Scalar, read_yaml

JudgedBy = Literal["order_time", "payment_time", "order_first"]
CountUnit = Literal["people_by_day", "people_by_month", "conversations"]
EarnedOn = Literal["paid", "shipped", "confirmed"]


@dataclass(frozen=True, slots=True)
class Crediting:
    """Whose order is it: the judging rule, how old an inquiry may be (days), and what one inquiry is."""

    judged_by: JudgedBy = "order_first"
    window_days: int = 3
    count_unit: CountUnit = "people_by_day"


@dataclass(frozen=True, slots=True)
class Clocks:
    """The three clocks: conversion window (days), what earns and how many days later, day refunds settle."""

    conversion_days: int = 7
    earned_on: EarnedOn = "paid"
    earned_after_days: int = 0
    settlement_day: int = 8


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of a workspace.

    Parameters
    ----------
    name : title of the reports.
    currency : three capital letters; one currency a workspace.
    timezone : IANA name of the place whose clock the data show.
    tables : folder of the tables below the workspace, or the URL of another engine.
    small_cell : groups of fewer people are not shown in shareable reports.
    groups : roster columns whose groups the audit compares, e.g. shift.
    payroll_items : payroll item to the ``scheme.component`` names it pays.
    """

    name: Text = field(default_factory=lambda: Text("", ""))
    currency: str = "CNY"
    timezone: str = "Asia/Shanghai"
    tables: str = "data"
    crediting: Crediting = field(default_factory=Crediting)
    clocks: Clocks = field(default_factory=Clocks)
    small_cell: int = 5
    groups: tuple[str, ...] = ()
    payroll_items: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))


def parse_settings(text: str, source: str) -> Settings:
    """Read the text of a ``workspace.yaml``; what it leaves out has its default.

    Raises
    ------
    InputError
        If a key is unknown or a value is not one of those allowed; all problems at once.
    """
    root = read_yaml(text, source)
    reader = _Reader(source)
    found = reader.section(root, _SETTINGS)
    for name, kind in (("crediting", Crediting), ("clocks", Clocks)):
        if name in found:
            found[name] = kind(**reader.section(found[name], _SECTIONS[name]))
    if reader.problems:
        raise InputError(reader.problems)
    return Settings(**found)


class _Reader:
    """Reads one mapping after another, collecting what is wrong with its place."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.problems: list[Problem] = []

    def section(self, node: Node, fields: Mapping[str, Callable[[Node], object]]) -> dict[str, Any]:
        if not isinstance(node, Entries):
            message = Text("must hold settings, one a line", "这里应是设置，每行一个")
            self._refuse(node, message, "", Text("write  name: value", "写成  名称: 值"))
            return {}
        found = {}
        for key, value in node.entries:
            if key.text not in fields:
                message = Text("there is no such setting", "没有这个设置")
                fix = Text(f"there are {', '.join(fields)}", f"可用的有 {'、'.join(fields)}")
                self._refuse(key, message, repr(key.text), fix)
                continue
            try:
                found[key.text] = fields[key.text](value)
            except ValueError as error:
                message = Text(f"{key.text} {error}", f"{key.text} {wording(error.args[0], 'zh')}")
                self._refuse(value, message, repr(value.plain()), "")
        return found

    def _refuse(self, node: Node, message: Text, got: str, fix: Words) -> None:
        self.problems.append(Problem(self.source, message, node.line, node.column, got, fix, "bad-setting"))


def _text(node: Node) -> str:
    if not isinstance(node, Scalar):
        raise ValueError(Text("must be one value", "应是一个值"))
    return node.text


def _one_of(choices: tuple[str, ...]) -> Callable[[Node], str]:
    def read(node: Node) -> str:
        if _text(node) not in choices:
            message = Text(
                f"must be {', '.join(choices[:-1])} or {choices[-1]}",
                f"应是 {'、'.join(choices[:-1])} 或 {choices[-1]}",
            )
            raise ValueError(message)
        return _text(node)

    return read


def _whole(low: int, high: int) -> Callable[[Node], int]:
    def read(node: Node) -> int:
        if not re.fullmatch(r"\d{1,4}", _text(node)) or not low <= int(_text(node)) <= high:
            raise ValueError(Text(f"must be a whole number from {low} to {high}", f"应是 {low} 到 {high} 的整数"))
        return int(_text(node))

    return read


def _currency(node: Node) -> str:
    if not re.fullmatch("[A-Z]{3}", _text(node)):
        raise ValueError(Text("must be three capital letters, like CNY", "应是三个大写字母，例如 CNY"))
    return _text(node)


def _timezone(node: Node) -> str:
    if _text(node) not in available_timezones():
        message = Text("must be a place of the IANA list, like Asia/Shanghai", "应是 IANA 时区名，例如 Asia/Shanghai")
        raise ValueError(message)
    return _text(node)


def _name(node: Node) -> Text:
    if isinstance(node, Scalar):
        return Text(node.text, node.text)
    plain = node.plain()
    if not isinstance(plain, dict) or set(plain) != {"en", "zh"} or not all(isinstance(v, str) for v in plain.values()):
        raise ValueError(Text("must be one name, or {en: ..., zh: ...}", "应是一个名称，或 {en: ..., zh: ...}"))
    return Text(**plain)


def _names(node: Node) -> tuple[str, ...]:
    names = node.plain()
    if not isinstance(names, list) or not all(isinstance(n, str) for n in names):
        raise ValueError(Text("must be a list of names, like [shift]", "应是名称列表，例如 [shift]"))
    return tuple(names)


def _items(node: Node) -> Mapping[str, tuple[str, ...]]:
    if not isinstance(node, Entries):
        raise ValueError(Text("must be  item: [scheme.component, ...]", "应写成  项目: [方案.组成部分, ...]"))
    read = {}
    for key, value in node.entries:
        names = value.plain()
        if not isinstance(names, list) or not all(isinstance(n, str) and "." in n for n in names):
            message = Text(f"must list scheme.component names for {key.text!r}", f"{key.text!r} 应列出 方案.组成部分")
            raise ValueError(message)
        read[key.text] = tuple(names)
    return MappingProxyType(read)


_SETTINGS: dict[str, Callable[[Node], object]] = {
    "name": _name,
    "currency": _currency,
    "timezone": _timezone,
    "tables": _text,
    "crediting": lambda node: node,
    "clocks": lambda node: node,
    "small_cell": _whole(1, 1000),
    "groups": _names,
    "payroll_items": _items,
}
_SECTIONS: dict[str, dict[str, Callable[[Node], object]]] = {
    "crediting": {
        "judged_by": _one_of(get_args(JudgedBy)),
        "window_days": _whole(0, 366),
        "count_unit": _one_of(get_args(CountUnit)),
    },
    "clocks": {
        "conversion_days": _whole(0, 366),
        "earned_on": _one_of(get_args(EarnedOn)),
        "earned_after_days": _whole(0, 366),
        "settlement_day": _whole(1, 28),
    },
}


def render_settings(settings: Settings) -> str:
    """Return the text of a ``workspace.yaml`` that says `settings`, every setting explained."""
    items = "".join(
        f"  {json.dumps(i, ensure_ascii=False)}: [{', '.join(n)}]\n" for i, n in settings.payroll_items.items()
    )
    s, c, k = settings, settings.crediting, settings.clocks
    return f"""\
# Settings of this workspace. Change a value, save, and run the command again.
name: {{en: {json.dumps(s.name.en, ensure_ascii=False)}, zh: {json.dumps(s.name.zh, ensure_ascii=False)}}}
currency: {s.currency}            # one currency a workspace
timezone: {s.timezone}  # whose clock the data show
tables: {s.tables}             # a folder, or the URL of another engine
crediting:
  judged_by: {c.judged_by}    # order_time | payment_time | order_first
  window_days: {c.window_days}            # an order follows the customer's last inquiry at most so many days before it
  count_unit: {c.count_unit} # people_by_day | people_by_month | conversations
clocks:                     # three clocks, kept apart
  conversion_days: {k.conversion_days}        # an inquiry converts when its order is paid within so many days
  earned_on: {k.earned_on}           # paid | shipped | confirmed
  earned_after_days: {k.earned_after_days}      # so many days after that
  settlement_day: {k.settlement_day}         # refunds before this day of the next month net in the measure
small_cell: {s.small_cell}               # groups of fewer people are not shown in shareable reports
groups: [{", ".join(s.groups)}]                  # columns of the roster whose groups the audit compares, e.g. [shift]
payroll_items:{" {}" if not items else ""}              # what each payroll item pays, e.g.  提成: [presales.commission]
{items}"""
