"""Vendor maps: what an export's columns mean, as data; one form for the bundled maps and a user's own.

A map (YAML) says how its files are recognised, which headers - old and new wording - feed which column of which
canonical table, which cells mean nothing, and which rows are set aside under which name. One source row may feed
several tables. A file may hold one map or a list of them. Headers are compared without blanks, with full-width
signs and arrows as ASCII and in lower case, see `plain_header`.

Map files: YAML → `ExportMap`, every problem with its place.
Form of a map::

    id: my-orders
    title: {en: My orders, zh: 我的订单}
    recognise: [[订单编号, 金额]]          # a header row that holds all of one list (any wording mapped below)
    file_names: ['订单_(?P<shop>.+?)_']    # groups shop and report; date ranges and judging rules are found anyway
    blanks: [NULL, -]                      # cells that mean nothing
    pending: [延迟统计]                    # cells that mean "not final yet"
    currency: [结算币种]                   # names a row's currency (else Currency, 币种); only the workspace's is read
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
``less`` (the first without the others), ``joined``, ``gross`` (paid, refund, total), ``value``, and beside it ``from``,
``unit``, ``values``; a ``value`` beside ``headers`` stands where the cell is blank. A condition has ``header`` (or
``all: counts``) and one of ``is``, ``is_not``, ``starts``, ``starts_not``, ``above``, ``below``, ``blank``, ``zero``;
a rule that says ``all`` holds for every row.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    PlainValidator,
    Tag,
    ValidationInfo,
    model_validator,
)

from toolkit.core.documents import Faults, Model, Placed, one_of, read_flag, read_title, refusal, tag_of, validate
from toolkit.core.errors import InputError, Problem
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.core.yaml import Items, Node, read_yaml, text_of
from toolkit.data.tables.schema import TABLE_NAMES, WHOLE_MONTH, table

How = Literal["first", "sum", "times", "less", "joined", "gross", "constant", "none"]
Origin = Literal["", "shop", "day", "month", "position", "content", "sheet", "row"]
Test = Literal["is", "is_not", "starts", "starts_not", "above", "below", "blank", "zero"]

CURRENCY = ("currency", "币种")
_OF_REFUNDS = frozenset({"退款编号", "退款单号", "售后编号", "售后单号", "买家退款金额"})
"""Headers of lists of refunds: such a file names orders, and is no list of them unless a map of orders knows these."""
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
    how : ``first`` header present; ``sum`` or ``times`` of several; ``less`` the first without the others, a blank one
        taking nothing; ``joined`` with a blank (date and time; of two of which one is filled, that one);
        ``gross`` from paid, refund and total, see `importing.frames`; ``constant``; ``none`` (only `origin`).
    groups : the headers, one tuple of alternatives (plain, most preferred first) for each part.
    origin : where the value comes from when no header gives it.
    unit : ``fen``, ``comma``, ``negated``, ``milliseconds``, ``minutes``, ``hours``, ``mdy``, ``dmy``, ``unix``,
        ``month``, or "" for the usual.
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
    repeats : rows with the same key say one thing again, as an order's total on each of its item rows: it counts once.
    summary : these rows stand for details that another export may bring, and yield to them.
    completes : these rows only add columns to rows that another export brings.
    """

    table: str
    feeds: tuple[Feed, ...]
    when: tuple[Condition, ...] = ()
    adds_up: bool = False
    summary: bool = False
    completes: bool = False
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class ExportMap:
    """One map.

    Parameters
    ----------
    id, title : short name, and the title in both languages.
    recognise : sets of column names and plain headers of which one must be complete, see `fits`.
    file_names : patterns whose groups ``shop`` and ``report`` a file's name may fill.
    blanks, pending : cells that mean nothing, and cells that mean "not final yet".
    currency : plain headers of which the first present names each row's currency; a blank cell has that of the row
        above.
    set_aside : rules in order; the first that holds names the row.
    ignored : plain headers not read on purpose.
    further : table that takes all unknown headers as further text columns, "" for none.
    digest : of the map's own text.
    """

    id: str
    title: Text
    recognise: tuple[tuple[str, ...], ...]
    tables: tuple[TableFeed, ...]
    file_names: tuple[str, ...] = ()
    blanks: frozenset[str] = frozenset()
    pending: frozenset[str] = frozenset()
    currency: tuple[str, ...] = CURRENCY
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
        mapped = {h for group in self.alternatives for h in group}
        return frozenset({*mapped, *tested, *self.currency}) | self.ignored

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """All conditions, of rules and of tables."""
        ruled = (c for rule in self.set_aside for c in rule.conditions)
        return (*ruled, *(c for t in self.tables for c in t.when))

    def fits(self, headers: frozenset[str]) -> int:
        """Return how many of the plain `headers` are known when one required set is complete, else 0.

        A word of a required set that names a mapped column (of the first table that has it) stands for any header
        of it, another word for itself. A list of refunds is no list of orders.
        """
        if headers & _OF_REFUNDS - self.known and any(t.table in ("orders", "order_lines") for t in self.tables):
            return 0
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


_DAY = r"(20\d{2})[-./年]?(\d{2}|(?<=[-./年])\d)[-./月]?(\d{2}|(?<=[-./月])\d)(?:日|号)?"
_TO = r"\s*(?:至|到|~|～|—|–|_|-|to)+\s*"
_RANGE = re.compile(rf"(?<!\d){_DAY}{_TO}{_DAY}(?!\d)")
_SHORT_RANGE = re.compile(rf"(?<!\d){_DAY}{_TO}(\d{{1,2}})[-./月](\d{{1,2}})(?:日|号)?(?!\d)")
_ONE_DAY = re.compile(rf"(?<!\d){_DAY}(?!\d)")
_ONE_MONTH = re.compile(r"(?<!\d)(20\d{2})(?:[-./年](\d{1,2})(?:月|(?![-./\d]))|(0[1-9]|1[0-2])(?!\d))")
_MONTH_NAMES = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH_NAME = re.compile(rf"(?<![a-z])({'|'.join(_MONTH_NAMES)})[a-z]*\.?[\s_-]*(20\d{{2}})(?!\d)", re.IGNORECASE)
_RULES = {"下单优先判定": "order_first", "付款判定": "payment_time", "下单判定": "order_time"}


def read_file_name(name: str, patterns: tuple[str, ...] = ()) -> FileFacts:
    """Read what a file's name says; the named groups ``shop`` and ``report`` of the map's patterns come first."""
    stem = name.rpartition(".")[0] or name
    named: dict[str, str] = {}
    for pattern in patterns:
        named = _match(pattern, stem)
        if named:
            break
    first, last = days_in(stem)
    rule = next((word for text, word in _RULES.items() if text in stem), "")
    return FileFacts(named.get("shop", ""), first, last, rule, named.get("report", ""))


def _match(pattern: str, text: str) -> dict[str, str]:
    """Return the filled named groups of a pattern, in time linear in the text whatever the pattern is (RE2)."""
    import pyarrow as pa
    import pyarrow.compute as pc

    found = pc.extract_regex(pa.array([text]), pattern)[0].as_py() or {}
    return {group: value for group, value in found.items() if value}


def days_in(text: str) -> tuple[str, str]:
    """Return the first and last day (ISO) a text names: a range, a day, or a whole month; "" where it names none."""
    for pattern in (_RANGE, _SHORT_RANGE, _ONE_DAY):
        match = pattern.search(text)
        if match:
            groups = match.groups()
            end = groups[-3:] if pattern is not _SHORT_RANGE else (groups[0], *groups[3:])
            days = [f"{y}-{int(m):02d}-{int(d):02d}" for y, m, d in (groups[:3], end)]
            if all(map(_exists, days)) and days[0] <= days[1]:
                return days[0], days[1]
    match = _ONE_MONTH.search(text)
    if match and 1 <= int(match[2] or match[3]) <= 12:
        return _whole(int(match[1]), int(match[2] or match[3]))
    match = _MONTH_NAME.search(text)
    return _whole(int(match[2]), _MONTH_NAMES.index(match[1].lower()) + 1) if match else ("", "")


def is_whole_month(first: str, last: str) -> bool:
    """Say whether two days (ISO) are the first and the last of one month."""
    return first.endswith("-01") and last == str(Month.parse(first[:7]).last_day)


def _exists(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


def _whole(year: int, number: int) -> tuple[str, str]:
    month = Month(year, number)
    return str(month.start), str(month.last_day)


def digest_of(text: str) -> str:
    """Return a short digest of a map's text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@cache
def bundled_maps() -> tuple[ExportMap, ...]:
    """Return the maps that come with the toolkit, by file name."""
    folder = files("toolkit.data") / "maps"
    sources = sorted((f for f in folder.iterdir() if f.name.endswith(".yaml")), key=lambda f: f.name)
    return tuple(m for f in sources for m in parse_maps(f.read_text("utf-8"), f.name))


@cache
def _column_titles() -> dict[tuple[str, str], str]:
    """Return the Chinese headers by which people's own tables name their columns: each has its canonical name first."""
    own = [(t.table, f) for m in bundled_maps() for t in m.tables for f in t.feeds if f.how == "first" and f.groups]
    named = [(name, f.column, h) for name, f in reversed(own) if f.groups[0][0] == f.column for h in f.groups[0][::-1]]
    return {(name, column): header for name, column, header in named if not header.isascii()}


def column_title(name: str, column: str) -> Text:
    """Return what a column of a table is called in each language."""
    return Text(column.replace("_", " "), _column_titles().get((name, column)) or column)


def table_title(name: str) -> Text:
    """Return what a table is called in each language."""
    zh = next((m.title.zh for m in bundled_maps() if m.id.replace("-", "_") == name), name)
    return Text(name.replace("_", " "), zh)


def read_maps(path: Path) -> tuple[ExportMap, ...]:
    """Read the maps of a file.

    Raises
    ------
    InputError
        If it is no YAML or no map; all problems at once.
    """
    return parse_maps(text_of(path), str(path))


def parse_maps(text: str, source: str) -> tuple[ExportMap, ...]:
    """Parse a map, or a list of maps, from YAML text; raises as `read_maps`."""
    return _maps_of(read_yaml(text, source), source, digest_of(text))


def _maps_of(root: Node, source: str, digest: str) -> tuple[ExportMap, ...]:
    maps: list[ExportMap] = []
    problems: list[Problem] = []
    nodes = root.items if isinstance(root, Items) else (root,)
    if not nodes:
        fix = Text("write one map, or a list of maps", "请写一个映射，或映射的列表")
        message = Text("there is no map in this file", "文件里没有映射")
        problems.append(Problem(source, message, root.line, root.column, "[]", fix, "bad-map"))
    for node in nodes:
        try:
            maps.append(validate(_Map, node, source).export_map(digest))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return tuple(maps)


def _bad(message: Text, *path: int) -> Exception:
    return refusal("bad-map", message, path=path)


def _word(value: Any, *path: int) -> str:
    if not isinstance(value, str):
        raise _bad(Text("must be one word or number", "这里应是一个词或数"), *path)
    return value


def _words(value: Any, *path: int) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(_word(item, *path, k) for k, item in enumerate(value))
    return (_word(value, *path),)


def _bound(value: Any) -> tuple[str, ...]:
    words = _words(value)
    if len(words) != 1 or not re.fullmatch(r"[+-]?\d+(\.\d+)?", words[0]):
        raise refusal("bad-map", Text("must be one number", "这里应是一个数"), got=", ".join(map(repr, words)))
    return words


def _groups(value: Any) -> tuple[tuple[str, ...], ...]:
    """Read a list whose parts are one header or alternatives."""
    parts = value if isinstance(value, list) else [value]
    return tuple(tuple(map(plain_header, _words(part, k))) for k, part in enumerate(parts))


def _pattern(value: Any) -> str:
    import pyarrow as pa

    pattern = _word(value)
    try:
        _match(pattern, "")
    except pa.ArrowException as error:
        message = Text(
            f"is no regular expression with named groups that runs in linear time (RE2): {error}",
            f"不是可在线性时间内匹配、分组有名称的正则表达式（RE2）：{error}",
        )
        raise _bad(message) from error
    return pattern


def _column_name(value: str) -> str:
    if not _FURTHER.fullmatch(value):
        message = Text(
            f"{value!r} cannot name a column; use small letters, digits and _",
            f"{value!r} 不能作列名；请用小写字母、数字和 _",
        )
        raise _bad(message)
    return value


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


_FURTHER = re.compile(r"[a-z][a-z0-9_]*")
_Unit = Literal["", "fen", "comma", "milliseconds", "minutes", "hours", "negated", "mdy", "dmy", "unix", "month"]
_Word = Annotated[str, PlainValidator(_word)]
_Words = Annotated[tuple[str, ...], PlainValidator(_words)]
_Bound = Annotated[tuple[str, ...], PlainValidator(_bound)]
_Headers = Annotated[tuple[str, ...], PlainValidator(lambda value: tuple(map(plain_header, _words(value))))]
_Groups = Annotated[tuple[tuple[str, ...], ...], PlainValidator(_groups)]
_Pattern = Annotated[str, PlainValidator(_pattern)]
_TableName = Annotated[str, PlainValidator(one_of(TABLE_NAMES))]
_Flag = Annotated[bool, PlainValidator(read_flag)]


_FORM = Text(
    f"a condition has header (or all: counts) and one of {', '.join(get_args(Test))}",
    f"条件要有 header（或 all: counts），以及其中之一：{'、'.join(get_args(Test))}",
)


def _every_row(value: Any) -> str:
    if value != "all":
        what = Text("the word all, for every row, or a condition is expected here", "这里应是 all（所有行）或条件")
        raise refusal("bad-map", what, got=repr(value), fix=_FORM)
    return "all"


class _Condition(Model):
    """A test on cells, as written."""

    header: _Headers = ()
    all: Literal["counts"] | None = None
    is_: _Words | None = Field(None, alias="is")
    is_not: _Words | None = None
    starts: _Words | None = None
    starts_not: _Words | None = None
    above: _Bound | None = None
    below: _Bound | None = None
    blank: _Words | None = None
    zero: _Words | None = None

    @property
    def tests(self) -> tuple[tuple[Test, tuple[str, ...]], ...]:
        """The tests given, each with its words."""
        given = {"is": self.is_, **{t: getattr(self, t) for t in get_args(Test) if t != "is"}}
        return tuple((t, words) for t in get_args(Test) if (words := given[t]) is not None)

    @model_validator(mode="after")
    def _one_test(self) -> _Condition:
        if len(self.tests) != 1 or ("header" in self.model_fields_set) == (self.all is not None):
            raise _bad(_FORM)
        if self.is_ == () or self.starts == ():
            raise _bad(Text("names no value: write those that are meant", "没有写任何值：请写出要的值"))
        return self

    def condition(self) -> Condition:
        """Return what is tested."""
        return Condition(self.header, *self.tests[0])


_Conditions = Annotated[
    Annotated[tuple[_Condition, ...], Tag("~list")] | Annotated[_Condition, Tag("~mapping")],
    Discriminator(lambda value: "~list" if isinstance(value, list) else "~mapping"),
]


def _tested(conditions: _Conditions) -> tuple[Condition, ...]:
    return tuple(c.condition() for c in (conditions if isinstance(conditions, tuple) else (conditions,)))


class _Gross(Model):
    """The headers from which it is found out what was paid."""

    paid: _Headers = ()
    refund: _Headers = ()
    total: _Headers = ()


class _Column(Model):
    """How a column is made, where more than its headers is said."""

    headers: _Headers | None = None
    sum: _Groups | None = None
    times: _Groups | None = None
    less: _Groups | None = None
    joined: _Groups | None = None
    gross: _Gross | None = None
    value: _Word | None = None
    from_: Origin = Field("", alias="from")
    unit: _Unit = ""
    values: dict[str, _Word] = Field(default_factory=dict)

    @property
    def parts(self) -> dict[How, tuple[tuple[str, ...], ...]]:
        """The ways given to make the column, with their headers."""
        gross = None if self.gross is None else (self.gross.paid, self.gross.refund, self.gross.total)
        first = None if self.headers is None else (self.headers,)
        ways: dict[How, tuple[tuple[str, ...], ...] | None] = {
            "first": first,
            "sum": self.sum,
            "times": self.times,
            "less": self.less,
            "joined": self.joined,
            "gross": gross,
        }
        return {how: groups for how, groups in ways.items() if groups is not None}

    @model_validator(mode="after")
    def _one_way(self) -> _Column:
        given = [*self.parts, *(["constant"] if self.value is not None else [])]
        if (len(given) > 1 and given != ["first", "constant"]) or not (given or self.from_):
            message = Text(
                "a column has exactly one of headers, sum, times, less, joined, gross, value; or from",
                "一列只能有 headers、sum、times、less、joined、gross、value 之一，或 from",
            )
            raise _bad(message)
        return self

    def feed(self, column: str) -> Feed:
        """Return how the column of that name is made."""
        how, groups = next(iter(self.parts.items()), ("none" if self.value is None else "constant", ()))
        return Feed(column, how, groups, self.from_, self.unit, self.values, self.value or "")


_Columns = dict[
    Annotated[str, AfterValidator(_column_name)],
    Annotated[
        Annotated[_Headers, Tag("~headers")] | Annotated[_Column, Tag("~mapping")],
        Discriminator(lambda value: "~mapping" if isinstance(value, dict) else "~headers"),
    ],
]


class _Table(Model):
    """What one row gives to one table."""

    columns: _Columns
    when: _Conditions = ()
    adds_up: _Flag = False
    summary: _Flag = False
    completes: _Flag = False
    repeats: _Flag = False

    @model_validator(mode="after")
    def _months_count_by_month(self) -> _Table:
        day, unit = self.columns.get("date"), self.columns.get("count_unit")
        said = unit.value if isinstance(unit, _Column) else None
        if isinstance(day, _Column) and day.unit == "month" and said not in (None, WHOLE_MONTH):
            message = Text(
                f"a row of a whole month (date: unit: month) is kept as {WHOLE_MONTH}, whatever it counts",
                f"整月的行（date: unit: month）只能记作 {WHOLE_MONTH}",
            )
            fix = Text(f"write count_unit: {{value: {WHOLE_MONTH}}}", f"请写 count_unit: {{value: {WHOLE_MONTH}}}")
            raise refusal("bad-map", message, got=said, fix=fix, path=("columns", "count_unit"))
        return self

    def feed(self, name: str) -> TableFeed:
        """Return what one row gives to the table of that name."""
        feeds = tuple(
            Feed(column, groups=(made,)) if isinstance(made, tuple) else made.feed(column)
            for column, made in self.columns.items()
        )
        flags = (self.adds_up, self.summary, self.completes, self.repeats)
        return TableFeed(name, feeds, _tested(self.when), *flags)


def _whole_tables(value: Any, info: ValidationInfo) -> Any:
    """Tell of each table which columns it lacks."""
    for name, body in value.items() if isinstance(value, Placed) else ():
        columns = body.get("columns") if isinstance(body, Placed) else None
        if name not in TABLE_NAMES or not isinstance(columns, Placed) or not isinstance(info.context, Faults):
            continue
        required = {c.name for c in table(name).columns if c.required}
        needed = required & set(table(name).key) if body.get("completes") in ("yes", "true", "是") else required
        if missing := sorted(needed - set(columns)):
            message = Text(f"{name} needs {', '.join(missing)}", f"{name} 还要有 {'、'.join(missing)}")
            info.context.add(columns.node, "bad-map", message)
    return value


class _Map(Model):
    """A map file, or one of several in a file."""

    id: _Word
    title: Annotated[Text | None, PlainValidator(read_title)] = None
    recognise: _Groups
    file_names: Annotated[tuple[_Pattern, ...], BeforeValidator(_listed)] = ()
    blanks: _Words = ()
    pending: _Words = ()
    currency: _Headers = CURRENCY
    set_aside: dict[
        str,
        Annotated[
            Annotated[str, PlainValidator(_every_row), Tag("~text")]
            | Annotated[tuple[_Condition, ...], Field(min_length=1), Tag("~list")]
            | Annotated[_Condition, Tag("~mapping")],
            Discriminator(tag_of),
        ],
    ] = Field(default_factory=dict)
    tables: Annotated[dict[_TableName, _Table], BeforeValidator(_whole_tables)]
    ignored: _Headers = ()
    further: Annotated[str, PlainValidator(one_of(("", *TABLE_NAMES)))] = ""

    def export_map(self, digest: str) -> ExportMap:
        """Return the map of a text with that digest."""
        rules = ((n, () if isinstance(rule, str) else _tested(rule)) for n, rule in self.set_aside.items())
        return ExportMap(
            id=self.id,
            title=self.title or Text(self.id, self.id),
            recognise=self.recognise,
            tables=tuple(made.feed(name) for name, made in self.tables.items()),
            file_names=self.file_names,
            blanks=frozenset(self.blanks),
            pending=frozenset(self.pending),
            currency=self.currency,
            set_aside=tuple(Rule(name, conditions) for name, conditions in rules),
            ignored=frozenset(self.ignored),
            further=self.further,
            digest=digest,
        )
