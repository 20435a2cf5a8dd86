"""Import: vendor files → canonical tables of a workspace, every row accounted for.

An import is one step: layers, tables, rejects and journal change together or not at all, see `tables.states`. The
order of imports and of files changes no figure, see `importing.layers`. A second import of the same content changes no
byte of a table.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from toolkit.core.errors import InputError, Problem, UsageError
from toolkit.core.files import SourceFile, SourceSheet, read_source
from toolkit.core.findings import Finding
from toolkit.core.text import Text
from toolkit.data.importing.accounting import ImportResult, UndoResult
from toolkit.data.importing.extract import Extract, extract, origin_of
from toolkit.data.importing.frames import FileContext
from toolkit.data.importing.maps import ExportMap, bundled_maps, read_file_name, read_maps
from toolkit.data.importing.notices import other_judging_rule, unknown_headers, unread_sheets
from toolkit.data.importing.rows import SheetRows, find_header
from toolkit.data.importing.store import FileRead, note_taken_back, publish
from toolkit.data.tables.states import changing, state_before, take_back
from toolkit.data.tables.workspace import Workspace


def import_files(
    workspace: Workspace,
    paths: Sequence[Path | str],
    *,
    report: str | None = None,
    map_path: Path | str | None = None,
    shop: str | None = None,
    instead_of: Sequence[str] = (),
) -> ImportResult:
    """Import files into a workspace.

    Parameters
    ----------
    paths : csv, tsv, xlsx, xls, parquet, or zips of one of them.
    report : id of the map to read them with, where the headers do not tell.
    map_path : the user's own map; then no other map is tried.
    shop : shop of rows that name none.
    instead_of : names of files imported before, in whose place these come.

    Raises
    ------
    UsageError
        If there is no map called `report`, or no file called as in `instead_of` was imported.
    InputError
        If a file or the map cannot be read, or no map recognises a file; nothing is imported then.
    """
    maps = _choose_maps(report, map_path)
    with changing(workspace) as begin:
        read = _read_files(list(map(Path, paths)), maps, workspace, shop or "")
        draft = begin()
        result = publish(draft, workspace.settings.tables, read, instead_of)
    return replace(result, interrupted=draft.interrupted)


def undo_import(workspace: Workspace) -> UndoResult:
    """Take back the last import: tables, layers and rejects are what they were before it, byte for byte.

    Raises
    ------
    UsageError
        If nothing was imported, or what stood before is no longer kept.
    """
    with changing(workspace) as begin:
        before = state_before(workspace)
        draft = begin()
        take_back(draft, before)
        changes = note_taken_back(draft, draft.last / "data")
    tables = tuple(c.table for c in changes if any(c.counts))
    return UndoResult(tables, sum(len(c.replaced) for c in changes), draft.interrupted)


def _read_files(paths: Sequence[Path], maps: tuple[ExportMap, ...], workspace: Workspace, shop: str) -> list[FileRead]:
    problems: list[Problem] = []
    read: list[FileRead] = []
    for path in paths:
        try:
            read.append(_read_file(read_source(path), path.stat().st_size, maps, workspace, shop))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return read


def _choose_maps(report: str | None, map_path: Path | str | None) -> tuple[ExportMap, ...]:
    maps = bundled_maps() if map_path is None else read_maps(Path(map_path))
    if report is None:
        return maps
    chosen = tuple(m for m in maps if m.id == report)
    if not chosen:
        raise UsageError(
            Text(
                f"there is no map {report!r}; there are {', '.join(m.id for m in maps)}",
                f"没有映射 {report!r}；现有：{'、'.join(m.id for m in maps)}",
            )
        )
    return chosen


def _read_file(source: SourceFile, size: int, maps: tuple[ExportMap, ...], workspace: Workspace, shop: str) -> FileRead:
    found = [(sheet, find_header(sheet, maps)) for sheet in source.sheets]
    if not any(place for _, place in found):
        raise InputError([_unrecognised(source)])
    extracts: list[Extract] = []
    unread: dict[str, int] = {}
    notices: list[Finding] = []
    for sheet, place in found:
        if place is None:
            unread[sheet.name] = int((sheet.cells != "").any(axis=1).sum())
            continue
        export, header = place
        context = _context(source, sheet, export, header, workspace, shop)
        _need_shop_and_days(SheetRows(sheet, header, export), context)
        one = extract(sheet, header, export, context)
        extracts.append(one)
        notices += [*one.findings, *_notices(one, workspace)]
    notices += [unread_sheets(source.name, list(unread))] if unread else []
    return FileRead(source, size, tuple(extracts), unread, tuple(notices))


def _context(
    source: SourceFile, sheet: SourceSheet, export: ExportMap, header: int, workspace: Workspace, shop: str
) -> FileContext:
    digest = hashlib.sha256(f"{source.digest}{export.digest}".encode()).hexdigest()[:16]
    origin = origin_of(sheet, header)
    name, digest, shop = origin if origin else (source.name, digest, shop)
    facts, settings = read_file_name(name, export.file_names), workspace.settings
    return FileContext(name, digest, facts, shop, settings.timezone, settings.currency)


def _need_shop_and_days(body: SheetRows, context: FileContext) -> None:
    """Refuse a file of which nothing says whose or of when it is."""
    for feed in (f for t in body.map.tables for f in t.feeds if not any(body.present(g) for g in f.groups)):
        if feed.origin == "shop" and not (context.shop or context.facts.shop):
            message, fix = (
                Text("no column and no file name says whose shop this is", "没有哪一列、文件名也没有说明是哪个店铺"),
                Text("name it with --shop", "用 --shop 写明"),
            )
        elif feed.origin in ("day", "month") and not context.facts.first:
            message, fix = (
                Text("no column and no file name says of which days this is", "没有哪一列、文件名也没有说明是哪些日期"),
                Text("put 2024-11-01至2024-11-30 in the name", "在文件名里写上 2024-11-01至2024-11-30"),
            )
        else:
            continue
        raise InputError([Problem(context.file, message, fix=fix, code=f"no-{feed.origin}")])


def _unrecognised(source: SourceFile) -> Problem:
    first = source.sheets[0].cells.head(1) if source.sheets else pd.DataFrame()
    headers = [t.strip() for t in first.to_numpy().ravel() if t.strip()]
    got = ", ".join(headers[:8]) or "-"
    fix = Text(
        "name a map with --report, or write one for these headers (--map)",
        "用 --report 指定映射，或为这些列写一个（--map）",
    )
    message = Text("no map recognises this file", "没有映射认得这个文件")
    found = Text(f"the columns {got}", f"这些列：{got}")
    return Problem(source.name, message, got=found, fix=fix, code="unrecognised-file")


def _notices(one: Extract, workspace: Workspace) -> Iterable[Finding]:
    if one.unknown:
        yield unknown_headers(one.context.file, one.sheet.name, one.unknown)
    used, stated = workspace.settings.crediting.judged_by, one.context.facts.rule
    if stated and stated != used and "agent_days" in one.frames:
        yield other_judging_rule(one.context.file, stated, used)
