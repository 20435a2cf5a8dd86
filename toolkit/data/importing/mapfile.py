"""Map files: YAML → `ExportMap`, every problem with its place.

Form of a map::

    id: my-orders
    title: {en: My orders, zh: 我的订单}
    recognise: [[订单编号, 金额]]          # a header row that holds all of one list (any wording mapped below)
    file_names: ['订单_(?P<shop>.+?)_']    # groups shop and report; date ranges and judging rules are found anyway
    blanks: [NULL, -]                      # cells that mean nothing
    pending: [延迟统计]                    # cells that mean "not final yet"
    set_aside:
      total: {header: [客服], is: [汇总, 均值]}
    tables:
      orders:
        columns:
          order_id: [订单编号, 订单号]     # old and new wording, first present counts
          amount: {headers: 金额, unit: fen}
          shop: {headers: 店铺, from: shop}
        when: {header: 状态, is_not: [已取消]}
    ignored: [备注2]
    further: assignments                   # table that takes all other columns as text (group columns)

A column is a header, a list of headers that mean the same, or a mapping with one of ``headers``, ``sum``, ``times``,
``joined``, ``gross`` (paid, refund, total), ``value``, and beside it ``from``, ``unit``, ``values``; a ``value`` beside
``headers`` stands where the cell is blank. A condition has
``header`` (or ``all: counts``) and one of ``is``, ``is_not``, ``starts``, ``starts_not``, ``above``, ``below``,
``blank``, ``zero``; a rule that says ``all`` holds for every row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import get_args

from toolkit.core.errors import InputError, Problem
from toolkit.core.text import Text
from toolkit.core.yamltext import Items, Mapping, Node, Scalar, read_yaml, read_yaml_file
from toolkit.data.importing.exports import (
    Condition,
    ExportMap,
    Feed,
    How,
    Origin,
    Rule,
    TableFeed,
    Test,
    digest_of,
    plain_header,
)
from toolkit.data.tables.schema import TABLE_NAMES, Table, table

_MAP_KEYS = ("id", "title", "recognise", "file_names", "blanks", "pending", "set_aside", "tables", "ignored", "further")
_TABLE_KEYS = ("columns", "when", "adds_up", "summary", "completes")
_HOWS: tuple[How, ...] = ("sum", "times", "joined", "gross")
_FEED_KEYS = ("headers", *_HOWS, "value", "from", "unit", "values")
_UNITS = ("", "fen", "minutes", "negated", "mdy", "dmy", "month")
_FURTHER = re.compile(r"[a-z][a-z0-9_]*")


@cache
def bundled_maps() -> tuple[ExportMap, ...]:
    """Return the maps that come with the toolkit, by file name."""
    folder = files("toolkit.data") / "maps"
    sources = sorted((f for f in folder.iterdir() if f.name.endswith(".yaml")), key=lambda f: f.name)
    return tuple(m for f in sources for m in parse_maps(f.read_text("utf-8"), f.name))


def read_maps(path: Path) -> tuple[ExportMap, ...]:
    """Read the maps of a file.

    Raises
    ------
    InputError
        If it is no YAML or no map; all problems at once.
    """
    return _maps_of(read_yaml_file(path), str(path), digest_of(path.read_text("utf-8-sig")))


def parse_maps(text: str, source: str) -> tuple[ExportMap, ...]:
    """Parse a map, or a list of maps, from YAML text; raises as `read_maps`."""
    return _maps_of(read_yaml(text, source), source, digest_of(text))


def _maps_of(root: Node, source: str, digest: str) -> tuple[ExportMap, ...]:
    reader = _Reader(source)
    nodes = root.items if isinstance(root, Items) else (root,)
    maps = tuple(reader.map(node, digest) for node in nodes)
    if reader.problems:
        raise InputError(reader.problems)
    return maps


class _Reader:
    """Turns nodes into a map, collecting what is wrong; a part that is wrong is left out."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.problems: list[Problem] = []

    def map(self, node: Node, digest: str) -> ExportMap:
        entries = dict(self.entries(node, _MAP_KEYS))
        for name in ("id", "recognise", "tables"):
            if name not in entries:
                self.refuse(node, Text(f"a map needs {name!r}", f"映射要有 {name!r}"))
        return ExportMap(
            id=self.word(entries.get("id")),
            title=self.title(entries.get("title"), self.word(entries.get("id"))),
            recognise=tuple(self.headers(item) for item in self.items(entries.get("recognise"))),
            tables=tuple(self.table(name, value) for name, value in self.entries(entries.get("tables"), TABLE_NAMES)),
            file_names=tuple(self.pattern(item) for item in self.items(entries.get("file_names"))),
            blanks=frozenset(self.words(entries.get("blanks"))),
            pending=frozenset(self.words(entries.get("pending"))),
            set_aside=tuple(self.rule(k, v) for k, v in self.entries(entries.get("set_aside"), ())),
            ignored=frozenset(self.headers(entries.get("ignored"))),
            further=self.choice(entries.get("further"), ("", *TABLE_NAMES)),
            digest=digest,
        )

    def table(self, name: str, node: Node) -> TableFeed:
        entries = dict(self.entries(node, _TABLE_KEYS))
        columns = entries.get("columns", node)
        feeds = tuple(self.feed(table(name), key, value) for key, value in self.entries(columns, ()))
        summary, adds_up, completes = (self.flag(entries.get(k)) for k in ("summary", "adds_up", "completes"))
        required = {c.name for c in table(name).columns if c.required}
        needed = required & set(table(name).key) if completes else required
        missing = sorted(needed - {f.column for f in feeds})
        if missing:
            self.refuse(columns, Text(f"{name} needs {', '.join(missing)}", f"{name} 还要有 {'、'.join(missing)}"))
        when = self.conditions(entries["when"]) if "when" in entries else ()
        return TableFeed(name, feeds, when, adds_up, summary, completes)

    def feed(self, spec: Table, column: str, node: Node) -> Feed:
        if column not in spec.names and not _FURTHER.fullmatch(column):
            message = Text(
                f"{column!r} cannot name a column; use small letters, digits and _",
                f"{column!r} 不能作列名；请用小写字母、数字和 _",
            )
            self.refuse(node, message)
        if not isinstance(node, Mapping):
            return Feed(column, groups=(self.headers(node),))
        entries = dict(self.entries(node, _FEED_KEYS))
        how, groups = self.parts(node, entries)
        origin: Origin = self.choice(entries.get("from"), get_args(Origin))  # type: ignore[assignment]
        values = {k: self.word(v) for k, v in self.entries(entries.get("values"), ())}
        unit = self.choice(entries.get("unit"), _UNITS)
        return Feed(column, how, groups, origin, unit, values, self.word(entries.get("value")))

    def parts(self, node: Node, entries: dict[str, Node]) -> tuple[How, tuple[tuple[str, ...], ...]]:
        given = [k for k in ("headers", "value", *_HOWS) if k in entries]
        if (len(given) > 1 and given != ["headers", "value"]) or not (given or "from" in entries):
            message = Text(
                "a column has exactly one of headers, sum, times, joined, gross, value; or from",
                "一列只能有 headers、sum、times、joined、gross、value 之一，或 from",
            )
            self.refuse(node, message)
        if not given:
            return "none", ()
        name = given[0]
        if name in ("headers", "value"):
            return ("first", (self.headers(entries[name]),)) if name == "headers" else ("constant", ())
        if name == "gross":
            parts = dict(self.entries(entries[name], ("paid", "refund", "total")))
            return "gross", tuple(self.headers(parts.get(p)) for p in ("paid", "refund", "total"))
        how: How = next(h for h in _HOWS if h == name)
        return how, tuple(self.headers(item) for item in self.items(entries[name]))

    def rule(self, name: str, node: Node) -> Rule:
        every = isinstance(node, Scalar) and node.text == "all"
        return Rule(name, () if every else self.conditions(node))

    def conditions(self, node: Node) -> tuple[Condition, ...]:
        nodes = node.items if isinstance(node, Items) else (node,)
        return tuple(self.condition(item) for item in nodes)

    def condition(self, node: Node) -> Condition:
        entries = dict(self.entries(node, ("header", "all", *get_args(Test))))
        tests: list[Test] = [t for t in get_args(Test) if t in entries]
        if len(tests) != 1 or ("header" in entries) == ("all" in entries):
            message = Text(
                f"a condition has header (or all: counts) and one of {', '.join(get_args(Test))}",
                f"条件要有 header（或 all: counts），以及其中之一：{'、'.join(get_args(Test))}",
            )
            self.refuse(node, message)
            return Condition((), "is")
        return Condition(self.headers(entries.get("header")), tests[0], self.words(entries[tests[0]]))

    def entries(self, node: Node | None, allowed: tuple[str, ...]) -> Iterator[tuple[str, Node]]:
        if node is not None and not isinstance(node, Mapping):
            self.refuse(node, Text("must hold  name: value  lines", "这里应是“名称: 值”的各行"))
        for key, value in node.entries if isinstance(node, Mapping) else ():
            if allowed and key.text not in allowed:
                message = Text(
                    f"{key.text!r} is not known here; there are {', '.join(allowed)}",
                    f"这里没有 {key.text!r}；可用的有 {'、'.join(allowed)}",
                )
                self.refuse(key, message)
            else:
                yield key.text, value

    def items(self, node: Node | None) -> tuple[Node, ...]:
        if node is None:
            return ()
        return node.items if isinstance(node, Items) else (node,)

    def words(self, node: Node | None) -> tuple[str, ...]:
        return tuple(self.word(item) for item in self.items(node))

    def headers(self, node: Node | None) -> tuple[str, ...]:
        return tuple(plain_header(word) for word in self.words(node))

    def word(self, node: Node | None) -> str:
        if node is not None and not isinstance(node, Scalar):
            self.refuse(node, Text("must be one word or number", "这里应是一个词或数"))
        return node.text if isinstance(node, Scalar) else ""

    def flag(self, node: Node | None) -> bool:
        return self.choice(node, ("", "yes", "no")) == "yes"

    def choice(self, node: Node | None, choices: tuple[str, ...]) -> str:
        if self.word(node) not in choices and node is not None:
            message = Text(
                f"{self.word(node)!r} must be one of {', '.join(filter(None, choices))}",
                f"{self.word(node)!r} 应是其中之一：{'、'.join(filter(None, choices))}",
            )
            self.refuse(node, message)
        return self.word(node)

    def title(self, node: Node | None, default: str) -> Text:
        words = {k: self.word(v) for k, v in self.entries(node, ("en", "zh"))} if isinstance(node, Mapping) else {}
        plain = default if node is None or isinstance(node, Mapping) else self.word(node)
        return Text(words.get("en", plain), words.get("zh", plain))

    def pattern(self, node: Node) -> re.Pattern[str]:
        try:
            return re.compile(self.word(node))
        except re.error as error:
            self.refuse(node, Text(f"is no regular expression: {error}", f"不是正则表达式：{error}"))
            return re.compile("")

    def refuse(self, node: Node, message: Text) -> None:
        self.problems.append(Problem(self.source, message, node.line, node.column, code="bad-map"))
