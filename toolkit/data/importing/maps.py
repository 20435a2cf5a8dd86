"""Map files: YAML → `ExportMap`, every problem with its place.

Vendor maps: what an export's columns mean, as data; one form for the bundled maps and a user's own.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal, get_args

from toolkit.core.errors import InputError, Problem
from toolkit.core.text import Text
from toolkit.core.yaml import Items, Node, Scalar, read_yaml, read_yaml_file
from toolkit.core.yaml import Mapping as YamlMapping
from toolkit.data.tables.schema import TABLE_NAMES, CanonicalTable, table

How = Literal["first", "sum", "times", "joined", "gross", "constant", "none"]
Origin = Literal["", "shop", "day", "month", "position", "content", "sheet", "row"]
Test = Literal["is", "is_not", "starts", "starts_not", "above", "below", "blank", "zero"]

_ARROWS = re.compile(r"[-—–=]+>|→|➔|＞")


def plain_header(header: str) -> str:
    """Return a header as it is compared: ``询单→付款（s） `` is ``询单->付款(s)``."""
    text = unicodedata.normalize("NFKC", header)
    return re.sub(r"[\s\ufeff]+", "", _ARROWS.sub("->", text)).strip("'\"").casefold()


@dataclass(frozen=True, slots=True)
class Condition:
    """A test on one cell of a row; on all columns that count or are money when `headers` is empty."""

    headers: tuple[str, ...]
    test: Test
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows that are set aside under a name; all conditions hold."""

    name: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Feed:
    """How one canonical column is made.

    Parameters
    ----------
    column : canonical name, or the name of a further text column.
    how : ``first`` header present; ``sum`` or ``times`` of several; ``joined`` with a blank (date and time);
        ``gross`` from paid, refund and total, see `importing.frames`; ``constant``; ``none`` (only `origin`).
    groups : the headers, one tuple of alternatives (plain, most preferred first) for each part.
    origin : where the value comes from when no header gives it.
    unit : ``fen``, ``negated``, ``minutes``, ``mdy``, ``dmy``, ``month``, or "" for the usual.
    values : spelling in the file to value.
    constant : the value itself.
    """

    column: str
    how: How = "first"
    groups: tuple[tuple[str, ...], ...] = ()
    origin: Origin = ""
    unit: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    constant: str = ""


@dataclass(frozen=True, slots=True)
class TableFeed:
    """What one source row gives to one table.

    Parameters
    ----------
    table : canonical table.
    feeds : one for each column.
    when : only rows for which all these hold feed this table.
    adds_up : rows with the same key are one: counts and money add up, of the rest the first stands.
    summary : these rows stand for details that another export may bring, and yield to them.
    completes : these rows only add columns to rows that another export brings.
    """

    table: str
    feeds: tuple[Feed, ...]
    when: tuple[Condition, ...] = ()
    adds_up: bool = False
    summary: bool = False
    completes: bool = False


@dataclass(frozen=True, slots=True)
class ExportMap:
    """One map.

    Parameters
    ----------
    id, title : short name, and the title in both languages.
    recognise : sets of column names and plain headers of which one must be complete, see `fits`.
    file_names : patterns whose groups ``shop`` and ``report`` a file's name may fill.
    blanks, pending : cells that mean nothing, and cells that mean "not final yet".
    set_aside : rules in order; the first that holds names the row.
    ignored : plain headers not read on purpose.
    further : table that takes all unknown headers as further text columns, "" for none.
    digest : of the map's own text.
    """

    id: str
    title: Text
    recognise: tuple[tuple[str, ...], ...]
    tables: tuple[TableFeed, ...]
    file_names: tuple[re.Pattern[str], ...] = ()
    blanks: frozenset[str] = frozenset()
    pending: frozenset[str] = frozenset()
    set_aside: tuple[Rule, ...] = ()
    ignored: frozenset[str] = frozenset()
    further: str = ""
    digest: str = ""

    @property
    def alternatives(self) -> tuple[tuple[str, ...], ...]:
        """All groups of headers that mean the same."""
        return tuple(group for t in self.tables for f in t.feeds for group in f.groups)

    @property
    def known(self) -> frozenset[str]:
        """Plain headers that are mapped, tested or ignored on purpose."""
        tested = {h for c in self.conditions for h in c.headers}
        return frozenset({h for group in self.alternatives for h in group} | tested) | self.ignored

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """All conditions, of rules and of tables."""
        ruled = (c for rule in self.set_aside for c in rule.conditions)
        return (*ruled, *(c for t in self.tables for c in t.when))

    def fits(self, headers: frozenset[str]) -> int:
        """Return how many of the plain `headers` are known when one required set is complete, else 0.

        A word of a required set that names a mapped column (of the first table that has it) stands for any header
        of it, another word for itself.
        """
        groups = {f.column: set(f.groups[0]) for t in reversed(self.tables) for f in t.feeds if f.groups}
        complete = any(all(headers & groups.get(word, {word}) for word in wanted) for wanted in self.recognise)
        return max(1, len(headers & self.known)) if complete else 0

    def with_further(self, headers: Mapping[str, str]) -> ExportMap:
        """Return the map with unknown headers (plain to as written) as text columns of its `further` table."""
        more = tuple(Feed(written, groups=((plain,),)) for plain, written in headers.items() if plain not in self.known)
        tables = tuple(replace(t, feeds=t.feeds + more) if t.table == self.further else t for t in self.tables)
        return replace(self, tables=tables)


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What the name of a file says: shop, first and last day (ISO), judging rule, and the report's own title."""

    shop: str = ""
    first: str = ""
    last: str = ""
    rule: str = ""
    report: str = ""


_DAY = r"(\d{4})[-./年]?(\d{2})[-./月]?(\d{2})日?"
_RANGE = re.compile(rf"{_DAY}\s*(?:至|到|~|—|_|-)+\s*{_DAY}")
_ONE_DAY = re.compile(rf"(?<!\d){_DAY}(?!\d)")
_ONE_MONTH = re.compile(r"(?<!\d)(\d{4})[-.年](\d{1,2})(?:月|(?![-.\d]))")
_RULES = {"下单优先判定": "order_first", "付款判定": "payment_time", "下单判定": "order_time"}


def read_file_name(name: str, patterns: tuple[re.Pattern[str], ...] = ()) -> FileFacts:
    """Read what a file's name says; the named groups ``shop`` and ``report`` of the map's patterns come first."""
    stem = name.rpartition(".")[0] or name
    named: dict[str, str] = {}
    for pattern in patterns:
        match = pattern.search(stem)
        if match:
            named = {k: v for k, v in match.groupdict().items() if v}
            break
    first, last = _range_in(stem)
    rule = next((word for text, word in _RULES.items() if text in stem), "")
    return FileFacts(named.get("shop", ""), first, last, rule, named.get("report", ""))


def _range_in(stem: str) -> tuple[str, str]:
    match = _RANGE.search(stem)
    if match:
        days = match.groups()
        return "-".join(days[:3]), "-".join(days[3:])
    match = _ONE_DAY.search(stem)
    if match:
        return "-".join(match.groups()), "-".join(match.groups())
    match = _ONE_MONTH.search(stem)
    if match and 1 <= int(match[2]) <= 12:
        return f"{match[1]}-{int(match[2]):02d}-01", f"{match[1]}-{int(match[2]):02d}-{_last_day(match)}"
    return "", ""


def _last_day(match: re.Match[str]) -> str:
    from toolkit.core.period import Month

    return f"{Month(int(match[1]), int(match[2])).last_day.day:02d}"


def digest_of(text: str) -> str:
    """Return a short digest of a map's text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


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

    def feed(self, spec: CanonicalTable, column: str, node: Node) -> Feed:
        if column not in spec.names and not _FURTHER.fullmatch(column):
            message = Text(
                f"{column!r} cannot name a column; use small letters, digits and _",
                f"{column!r} 不能作列名；请用小写字母、数字和 _",
            )
            self.refuse(node, message)
        if not isinstance(node, YamlMapping):
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
        if node is not None and not isinstance(node, YamlMapping):
            self.refuse(node, Text("must hold  name: value  lines", "这里应是“名称: 值”的各行"))
        for key, value in node.entries if isinstance(node, YamlMapping) else ():
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
        words = {k: self.word(v) for k, v in self.entries(node, ("en", "zh"))} if isinstance(node, YamlMapping) else {}
        plain = default if node is None or isinstance(node, YamlMapping) else self.word(node)
        return Text(words.get("en", plain), words.get("zh", plain))

    def pattern(self, node: Node) -> re.Pattern[str]:
        try:
            return re.compile(self.word(node))
        except re.error as error:
            self.refuse(node, Text(f"is no regular expression: {error}", f"不是正则表达式：{error}"))
            return re.compile("")

    def refuse(self, node: Node, message: Text) -> None:
        self.problems.append(Problem(self.source, message, node.line, node.column, code="bad-map"))
