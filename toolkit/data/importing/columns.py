"""Which header of an export fed which column: what somebody needs who reads the raw files without this toolkit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from toolkit.data.reading.rows import SheetRows

if TYPE_CHECKING:
    from toolkit.data.reading.extract import Extract
    from toolkit.data.reading.maps import Condition, Feed

_GROSS = ("paid", "refund", "total")


class ColumnRead(NamedTuple):
    """One header of a kind of file, and what it feeds.

    Parameters
    ----------
    map : the map the file was read by.
    header : as the file writes it, "" for what no header gives.
    table, column : what it feeds; of a condition the rows it decides on, with a blank column.
    how : "" for the cell as it is, else the part it plays, the unit, or what stands where no header gives it.
    values : spellings of the file and what they mean, or the words of a condition.
    """

    map: str
    header: str
    table: str
    column: str
    how: str = ""
    values: str = ""


def columns_read(extracts: Iterable[Extract]) -> list[ColumnRead]:
    """Return what each header of these sheets feeds, once for each map."""
    return list(dict.fromkeys(row for one in extracts for row in _of_sheet(one)))


def _of_sheet(one: Extract) -> Iterator[ColumnRead]:
    body, name = SheetRows(one.sheet, one.header, one.map, one.laid), one.map.id
    for rule in one.map.set_aside:
        yield from _conditions(body, rule.conditions, name, f"set aside: {rule.name}")
    for feed in one.map.tables:
        yield from _conditions(body, feed.when, name, feed.table)
        for column in feed.feeds:
            yield from _feeds(body, column, name, feed.table, "rows added up" if feed.adds_up else "")


def _feeds(body: SheetRows, feed: Feed, name: str, table: str, rows: str) -> Iterator[ColumnRead]:
    values = "; ".join(f"{written} = {meant}" for written, meant in feed.values.items())
    present = [(n, header) for n, group in enumerate(feed.groups) if (header := body.present(group))]
    for n, header in present:
        how = ", ".join(filter(None, (_part(feed, n), feed.unit, rows)))
        yield ColumnRead(name, body.headers[header], table, feed.column, how, values)
    if not present and (feed.constant or feed.origin):
        yield ColumnRead(
            name, "", table, feed.column, f"from {feed.origin}" if feed.origin else "always", feed.constant
        )


def _conditions(body: SheetRows, conditions: Iterable[Condition], name: str, rows: str) -> Iterator[ColumnRead]:
    for condition in conditions:
        for header in condition.headers:
            if header in body.headers:
                yield ColumnRead(name, body.headers[header], rows, "", condition.test, ", ".join(condition.words))


def _part(feed: Feed, n: int) -> str:
    """Return which part of a column the n-th header plays."""
    if feed.how == "first":
        return ""
    return f"{feed.how}: {_GROSS[n] if feed.how == 'gross' else n + 1}"
