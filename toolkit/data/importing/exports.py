"""Vendor maps: what an export's columns mean, as data; one form for the bundled maps and a user's own.

A map (YAML) says how its files are recognised, which headers - old and new wording - feed which column of which
canonical table, which cells mean nothing, and which rows are set aside under which name. One source row may feed
several tables. A file may hold one map or a list of them. Headers are compared without blanks, with full-width
signs and arrows as ASCII and in lower case, see `plain_header`.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from toolkit.core.text import Text

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
        ``gross`` from paid, refund and total, see `toolkit.data.importing.netting`; ``constant``; ``none`` (only `origin`).
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
