"""One sheet and its map → canonical rows, rejected rows with their reasons, and rows set aside by name.

Every row below the header is counted exactly once: accepted when it fed every table it should, else set aside by the
first rule that names it, else rejected with each cell that is wrong. Rows with the same key: identical ones are set
aside as ``duplicate``, contradictory ones are all rejected, because nothing says which of them is right.

The reject file: rejected rows in the shape of their source, with what is wrong, to be corrected and imported again.
It is a csv with the source's own header and four columns in front: where the row comes from, its row there, the
column, the reason. Imported again, its rows are added to what their source brought and replace nothing else. Cells a
spreadsheet would run as a formula get an apostrophe, which the reader takes off.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import pandas as pd

from toolkit.core.files import SourceSheet
from toolkit.core.findings import Finding
from toolkit.data.reading.cells import REASONS
from toolkit.data.reading.frames import MOST, FileContext, FrameBuilder
from toolkit.data.reading.layout import Layout
from toolkit.data.reading.maps import ExportMap, TableFeed, is_whole_month, plain_header
from toolkit.data.reading.notices import repeated_amounts
from toolkit.data.reading.rows import REJECT_HEADERS, SheetRows
from toolkit.data.reading.totals import compare_totals, naming_headers, total_rows
from toolkit.data.tables.schema import DEPOSIT_MARK, DTYPES, RANGES, WHOLE_MONTH, CanonicalTable, Kind, table
from toolkit.data.tables.storage import kind_of

_TELLING = 3  # so many orders before equal amounts on all their rows are worth a question
_NUMERIC: frozenset[Kind] = frozenset({"count", "whole", "money", "seconds"})


@dataclass(frozen=True, slots=True)
class Extract:
    """What became of one sheet.

    Parameters
    ----------
    frames : canonical rows by table, index the row in the file, with provenance.
    rejected : one row for each wrong cell: row, column (header as written), reason (code).
    set_aside : number of rows by rule.
    unknown, further : headers nobody declared, not read or kept as text columns.
    lost : money of rejected rows that can be read: table, shop, month (blank where unknown), rows, amount (minor
        units); see `COUNTED`.
    """

    sheet: SourceSheet
    header: int
    map: ExportMap
    context: FileContext
    read: int
    accepted: int
    frames: dict[str, pd.DataFrame]
    rejected: pd.DataFrame
    set_aside: dict[str, int]
    findings: tuple[Finding, ...]
    unknown: tuple[str, ...]
    further: tuple[str, ...] = ()
    laid: Layout | None = None
    lost: tuple[Mapping[str, Any], ...] = ()


COUNTED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "orders": ("amount", ("paid_at", "created_at")),
    "refunds": ("amount", ("refunded_at",)),
    "agent_days": ("sales", ("date",)),
}
"""By table the money that pay rests on, and the days by which a row's month is told, the first that is known."""


def extract(
    sheet: SourceSheet, header: int, export: ExportMap, context: FileContext, laid: Layout | None = None
) -> Extract:
    """Read the rows below row `header` of a sheet through a map; `laid` says how the sheet was laid out."""
    body = SheetRows(sheet, header, export, laid)
    further = tuple(body.further_headers().values()) if export.further else ()
    export = body.map = export.with_further(body.further_headers())
    n_rows = len(body.rows)
    work = FrameBuilder(body, context)
    work.findings += compare_totals(body, context.file)
    set_aside = _set_aside(body)
    ragged = body.ragged_rows().loc[body.rows]
    work.refuse(ragged, "", "ragged")
    body.rows = body.rows[~ragged.to_numpy()]
    work.refuse_other_currencies()
    for feed in export.tables:
        work.frames[feed.table] = work.build(feed)
        _state_range(work, feed)
        work.refuse_two_joined(feed)
        work.refuse_wrong_days(feed)
    _mark_deposits(work)
    _refuse_missing(work)
    for feed in export.tables:
        if feed.adds_up:
            _refuse_incomplete(work, feed)
    built = dict(work.frames)
    _drop_rejected(work)
    duplicates = sum(_settle_keys(work, feed) for feed in export.tables if not feed.adds_up)
    set_aside |= {"duplicate": duplicates} if duplicates else {}
    for feed in export.tables:
        if feed.adds_up:
            work.findings += _repeated_amounts(work, feed)
            work.frames[feed.table] = add_up(table(feed.table), work.frames[feed.table])
    rejected = work.rejected()
    accepted = n_rows - sum(set_aside.values()) - rejected["row"].nunique()
    unknown = tuple(t for h, t in body.further_headers().items() if h not in export.known)
    found = (work.frames, rejected, set_aside, tuple(work.findings), unknown, further)
    return Extract(sheet, header, export, context, n_rows, accepted, *found, laid, tuple(_lost(built, rejected["row"])))


def _set_aside(body: SheetRows) -> dict[str, int]:
    """Take the rows out of play that a rule names; return their numbers by rule."""
    counted = tuple(
        h
        for t in body.map.tables
        for f in t.feeds
        if kind_of(table(t.table), f.column) in _NUMERIC
        for g in f.groups
        if (h := body.present(g))
    )
    counts = {
        "blank": body.take(body.blank_rows()),
        "repeated-header": body.take(body.repeated_headers()),
        "title": body.take(body.is_title()),
    }
    for rule in body.map.set_aside:
        counts[rule.name] = counts.get(rule.name, 0) + body.take(body.holds(rule.conditions, counted))
    counts["total"] = counts.get("total", 0) + body.take(total_rows(body, naming_headers(body)))
    return {name: n for name, n in counts.items() if n}


def _state_range(work: FrameBuilder, feed: TableFeed) -> None:
    """Say in `count_unit` when a row stands for several days: its date is a month, or only the file names the days.

    A report over a range stands on its first day; one that reaches into a second month cannot be put into either.
    """
    facts, frame = work.context.facts, work.frames[feed.table]
    if "date" in frame and "count_unit" in table(feed.table).names and _are_months(work, feed, frame["date"]):
        frame["count_unit"] = WHOLE_MONTH
        return
    dated = next((f for f in feed.feeds if f.origin == "day"), None)
    if dated is None or facts.first == facts.last or any(work.body.present(g) for g in dated.groups):
        return
    if facts.first[:7] != facts.last[:7]:
        work.refuse(pd.Series(True, index=frame.index), dated.column, "two-months")
    elif "count_unit" in frame:
        frame["count_unit"] = RANGES[0 if is_whole_month(facts.first, facts.last) else 1]


def _mark_deposits(work: FrameBuilder) -> None:
    """Put a mark behind the order number of deposits, so that the final payment of that number is another row."""
    orders = work.frames.get("orders")
    if orders is not None and "stage" in orders:
        deposits = (orders["stage"] == "deposit") & orders["order_id"].notna()
        orders["order_id"] = orders["order_id"].where(~deposits, orders["order_id"] + DEPOSIT_MARK)


def _are_months(work: FrameBuilder, feed: TableFeed, dates: pd.Series) -> bool:
    """Say whether dates are months: written as such, or each the first of one, of several or of the month stated."""
    made = next(f for f in feed.feeds if f.column == "date")
    if not any(work.body.present(g) for g in made.groups):
        return False
    if work.in_months(made):
        return True
    days, facts = dates.dropna(), work.context.facts
    whole = days.nunique() > 1 or is_whole_month(facts.first, facts.last)
    return len(days) > 0 and bool((days.dt.day == 1).all()) and whole


def _refuse_missing(work: FrameBuilder) -> None:
    """Reject rows that lack a required value, unless the cell was refused already."""
    refused = work.rejected()["row"]
    for feed in work.body.map.tables:
        frame, spec = work.frames[feed.table], table(feed.table)
        for f in feed.feeds:
            column = spec.column(f.column)
            if column is None or not column.required:
                continue
            lacking = frame[f.column].isna() & ~frame.index.isin(refused)
            work.refuse(lacking, work.label(f), "no-shop" if f.column == "shop" else "missing")


def _lost(built: Mapping[str, pd.DataFrame], rows: pd.Series) -> Iterator[Mapping[str, Any]]:
    """Yield the money of rejected rows by table, shop and month; frames as they were built."""
    for name in filter(built.__contains__, COUNTED):
        frame, (figure, days) = built[name], COUNTED[name]
        if figure not in frame:
            continue
        gone = frame[frame.index.isin(rows) & frame[figure].notna()]
        known = [gone[day].dt.strftime("%Y-%m") for day in days if day in gone]
        month = reduce(pd.Series.fillna, known) if known else pd.Series(None, index=gone.index, dtype="str")
        shop = gone["shop"] if "shop" in gone else pd.Series(None, index=gone.index, dtype="str")
        for (at, when), part in gone.groupby([shop.fillna(""), month.fillna("")]):
            yield {"table": name, "shop": at, "month": when, "rows": len(part), "amount": int(part[figure].sum())}


def _drop_rejected(work: FrameBuilder) -> None:
    rows = work.rejected()["row"]
    work.frames = {name: frame[~frame.index.isin(rows)] for name, frame in work.frames.items()}


def _settle_keys(work: FrameBuilder, feed: TableFeed) -> int:
    """Drop identical rows of a key, reject contradictory ones; return how many were identical.

    In a table that `repeats`, identical rows are meant: only this table has one of them, the others keep theirs.
    """
    spec, frame = table(feed.table), work.frames[feed.table]
    key = [k for k in spec.key if k in frame]
    same_key = frame.duplicated(key, keep=False)
    if not same_key.any():
        return 0
    if spec.each_counts:
        (own,) = spec.key
        nth = frame.groupby(own).cumcount() + 1
        work.frames[feed.table] = frame.assign(**{own: frame[own].where(nth == 1, frame[own] + "#" + nth.astype(str))})
        return 0
    told = [c for c in frame.columns if not c.startswith("_")]
    identical = frame.index[frame.duplicated(told)]
    left = frame.drop(identical)
    contradictory = left.duplicated(key, keep=False)
    if feed.repeats:
        clashing = pd.MultiIndex.from_frame(left.loc[contradictory, key])
        clash = pd.Series(pd.MultiIndex.from_frame(frame[key]).isin(clashing), index=frame.index)
        work.refuse(clash, " + ".join(key), "contradiction")
        _drop_rejected(work)
        work.frames[feed.table] = left[~contradictory.to_numpy()]
        return 0
    work.refuse(contradictory, " + ".join(key), "contradiction")
    gone = identical.append(left.index[contradictory.to_numpy()])
    work.frames = {name: f[~f.index.isin(gone)] for name, f in work.frames.items()}
    return len(identical)


def _refuse_incomplete(work: FrameBuilder, feed: TableFeed) -> None:
    """Reject all rows of a sum when one of them is rejected, so that the corrected sum is whole."""
    frame = work.frames[feed.table]
    owner = frame[_group_keys(table(feed.table), frame)[0]]
    refused = frame.index.isin(work.rejected()["row"])
    work.refuse(owner.isin(owner[refused]) & ~refused, "", "incomplete")


def _repeated_amounts(work: FrameBuilder, feed: TableFeed) -> list[Finding]:
    """Find out whether rows that are added up look like one total, repeated on each row of its order."""
    if feed.table != "orders":
        return []
    amounts = work.frames["orders"].groupby("order_id")["amount"].agg(["size", "nunique", "first"])
    several = amounts[amounts["size"] > 1]
    n_same = int(((several["nunique"] == 1) & (several["first"] != 0)).sum())
    looks_so = n_same >= _TELLING and n_same >= MOST * len(several)
    return [repeated_amounts(work.context.file, n_same, len(several))] if looks_so else []


def _group_keys(spec: CanonicalTable, frame: pd.DataFrame) -> list[str]:
    return [k for k in spec.key if k in frame and kind_of(spec, k) not in _NUMERIC]


def add_up(spec: CanonicalTable, frame: pd.DataFrame) -> pd.DataFrame:
    """Return one row a key: counts and money added up, of the rest the first."""
    keys = _group_keys(spec, frame)
    added = {c for c in frame.columns if kind_of(spec, c) in ("count", "whole", "money") and c != "_row"}
    how = {c: "sum" if c in added else "first" for c in frame.columns if c not in keys}
    out = frame.groupby(keys, sort=False, dropna=False).agg(how).reset_index()
    return out.astype({c: DTYPES[kind_of(spec, c)] for c in out.columns})


_FORMULA = re.compile(r"[=+@\-\t]")
_HARMLESS = re.compile(r'="[^"]*"|[+-]?[\d,.]+%?|-+')
_LONG_NUMBER = re.compile(r"\d{12,}")


def render_rejects(extract: Extract) -> bytes:
    """Return the rejected rows of a sheet as the bytes of a csv file (UTF-8 with byte order mark)."""
    cells, context = extract.sheet.cells, extract.context
    facts, body = context.facts, SheetRows(extract.sheet, extract.header, extract.map, extract.laid)
    shops = body.shops()
    shops = shops.where(shops != "", facts.shop or context.shop)
    header = [*REJECT_HEADERS, *(t for t in cells.loc[extract.header])]
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, lineterminator="\r\n")
    writer.writerow([_guarded(str(t)) for t in header])
    for row, wrong in extract.rejected.groupby("row", sort=True):
        columns = "; ".join(dict.fromkeys(filter(None, wrong["column"])))
        reasons = "; ".join(dict.fromkeys(f"{REASONS[r].zh} {REASONS[r].en}" for r in wrong["reason"]))
        origin = "|".join((context.file, context.hash, str(shops.at[row]), facts.first, facts.last))
        lead = [_guarded(origin), str(row), _guarded(columns), reasons]
        writer.writerow([*lead, *(_guarded(str(t)) for t in cells.loc[row])])
    return sink.getvalue().encode("utf-8-sig")


def _guarded(text: str) -> str:
    """Return a cell that a spreadsheet shows as it is: no formula, no long number turned into 1.2E+18."""
    if _LONG_NUMBER.fullmatch(text):
        return f'="{text}"'
    return "'" + text if _FORMULA.match(text) and not _HARMLESS.fullmatch(text) else text


def origin_of(sheet: SourceSheet, header: int) -> tuple[str, str, str, str, str] | None:
    """Return file, digest, shop, first and last day of the source when a sheet is a reject file, else None."""
    titles = [plain_header(str(t)) for t in sheet.cells.loc[header]]
    wanted = plain_header(REJECT_HEADERS[0])
    if wanted not in titles:
        return None
    below: pd.Series = sheet.cells.loc[sheet.cells.index > header, titles.index(wanted)]
    stated = below.str.strip()
    parts = stated[stated != ""].iloc[0].split("|") if (stated != "").any() else []
    file, digest, shop, first, last, *_ = [*parts, "", "", "", "", ""]
    return file, digest, shop, first, last
