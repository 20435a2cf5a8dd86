"""Import: vendor files → canonical tables of a workspace, every row accounted for.

An import is one step: layers, tables, rejects and journal change together or not at all, see `tables.states`. The
order of imports and of files changes no figure, see `importing.layers`. A second import of the same content changes no
byte of a table.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from toolkit.core.errors import InputError, Problem, UsageError
from toolkit.core.files import SourceFile, read_source
from toolkit.core.findings import Finding, listed
from toolkit.core.text import Text, typed
from toolkit.data.importing.accounting import ImportResult, UndoResult
from toolkit.data.importing.pay_files import look_at_pay_file, read_pay_file
from toolkit.data.importing.roster_numbers import all_numbers_of
from toolkit.data.importing.store import FileRead, note_taken_back, publish
from toolkit.data.paysheets.answers import PayMap, is_pay_map, read_pay_map
from toolkit.data.paysheets.doubts import PayQuestion
from toolkit.data.paysheets.pay_sheets import PaySheet, pay_columns
from toolkit.data.reading.extract import Extract, extract, origin_of
from toolkit.data.reading.frames import FileContext
from toolkit.data.reading.guessing import deciding_header, header_worth
from toolkit.data.reading.layout import Layout, lay_out
from toolkit.data.reading.maps import ExportMap, bundled_maps, plain_header, read_file_name, read_maps
from toolkit.data.reading.notices import (
    deciding_headers_unread,
    other_judging_rule,
    unknown_headers,
    unread_sheets,
)
from toolkit.data.reading.places import column_differs, names_of_shops, read_places
from toolkit.data.reading.rows import SheetRows, find_header
from toolkit.data.reading.suggest import nearest_maps
from toolkit.data.tables.schema import table
from toolkit.data.tables.states import changing, state_before, take_back
from toolkit.data.tables.workspace import Workspace

_SHOWN = 8
People = Callable[[], Mapping[str, frozenset[str]]]


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
    instead_of : names (or paths) of files imported before, in whose place these come.

    Raises
    ------
    UsageError
        If there is no map called `report`, or no file called as in `instead_of` was imported.
    InputError
        If a file or the map cannot be read, or no map recognises a file; nothing is imported then.
    """
    answers = _pay_map(map_path)
    maps = bundled_maps() if answers is not None else _choose_maps(report, map_path)
    by_rules = report is None and map_path is None
    with changing(workspace) as begin:
        read = _read_files(list(map(Path, paths)), maps, workspace, shop or "", answers, by_rules)
        draft = begin()
        result = publish(draft, workspace.settings.tables, read, [Path(name).name for name in instead_of])
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


def _read_files(
    paths: Sequence[Path],
    maps: tuple[ExportMap, ...],
    workspace: Workspace,
    shop: str,
    answers: PayMap | None,
    by_rules: bool,
) -> list[FileRead]:
    """Read files through maps, or pay sheets by their answers, or (`by_rules`) as they look."""
    problems: dict[Path, tuple[Problem, ...]] = {}
    sources: dict[Path, SourceFile] = {}
    read: list[FileRead] = []
    for path in paths:
        try:
            sources[path] = read_source(path)
        except InputError as error:
            problems[path] = error.problems
    people = cache(lambda: all_numbers_of(workspace.table("assignments"), sources.values(), maps))
    for path, source in sources.items():
        try:
            if answers is not None or (by_rules and _reads_as_pay(source, maps)):
                read.append(read_pay_file(path, workspace, answers, people()))
            else:
                read.append(_read_file(source, path, maps, workspace, shop, people))
        except InputError as error:
            problems[path] = error.problems
    if problems:
        then = _without(paths, problems, workspace) if len(paths) > 1 else ""
        raise InputError([one for path in paths for one in problems.get(path, ())], then)
    return read


def _without(paths: Sequence[Path], problems: Container[Path], workspace: Workspace) -> Text:
    """Say that nothing was imported, which files could be, and by which command."""
    fine = [path for path in paths if path not in problems]
    if not fine:
        return Text("nothing of this command was imported", "本次命令没有导入任何文件")
    names, files = [path.name for path in fine], " ".join(map(typed, fine))
    command = f"incentive import {files} --into {typed(workspace.root)}"
    return Text(
        f"nothing of this command was imported; {', '.join(names)} can be read. Without the others: {command}",
        f"本次命令没有导入任何文件；没有问题的文件：{'、'.join(names)}。可先导入这些：{command}",
    )


def look_at_pay(
    workspace: Workspace | None, paths: Sequence[Path | str], map_path: Path | str | None = None
) -> list[tuple[PaySheet, tuple[PayQuestion, ...]]]:
    """Return what files of pay sheets say, with every question they leave open; nothing is written.

    Without a workspace nobody knows the people, and nothing is asked about them.

    Raises
    ------
    InputError
        If a file or the map cannot be read.
    UsageError
        If a file is no pay sheet: exports are read by maps, which leave nothing open.
    """
    answers = _pay_map(map_path)
    for path in map(Path, paths):
        if answers is None and not _reads_as_pay(read_source(path), bundled_maps()):
            raise UsageError(
                Text(
                    f"{path} is no pay sheet; --look shows pay sheets only",
                    f"{path} 不是工资表；--look 只用于工资表",
                )
            )
    return [look_at_pay_file(path, workspace, answers) for path in map(Path, paths)]


def _pay_map(map_path: Path | str | None) -> PayMap | None:
    return read_pay_map(Path(map_path)) if map_path is not None and is_pay_map(Path(map_path)) else None


def _reads_as_pay(source: SourceFile, maps: tuple[ExportMap, ...]) -> bool:
    """Say whether a file is a pay sheet that no map takes, or one that would be taken for a roster."""
    taken = [place[0] for sheet in source.sheets if (place := find_header(sheet, maps))]
    if any(feed.table != "assignments" for one in taken for feed in one.tables):
        return False
    return pay_columns(source) > (1 if taken else 0)  # a roster has one column of pay, the base pay


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


def _read_file(
    source: SourceFile, path: Path, maps: tuple[ExportMap, ...], workspace: Workspace, shop: str, people: People
) -> FileRead:
    found = [(sheet, find_header(sheet, maps)) for sheet in source.sheets]
    if not any(place for _, place in found):
        raise InputError([_unrecognised(source, maps)])
    shops = names_of_shops([sheet.name for sheet, place in found if place])
    extracts: list[Extract] = []
    unread: dict[str, int] = {}
    notices: list[Finding] = []
    for sheet, place in found:
        if place is None:
            unread[sheet.name] = int((sheet.cells != "").any(axis=1).sum())
            continue
        export, laid = place
        context, differ = _context(source, export, laid, workspace, shop, sheets_are_shops=shops)
        context = replace(context, people=people)
        _need_shop_and_days(SheetRows(laid.sheet, laid.header, export, laid), context)
        one = extract(laid.sheet, laid.header, export, context, laid)
        _need_figures(one)
        extracts.append(one)
        notices += [*differ, *one.findings, *_notices(one, workspace)]
    notices += [*_headers_unread(extracts, path, workspace)]
    notices += [unread_sheets(source.name, list(unread))] if unread else []
    return FileRead(source, path.stat().st_size, tuple(extracts), unread, tuple(notices))


def _context(
    source: SourceFile, export: ExportMap, laid: Layout, workspace: Workspace, shop: str, *, sheets_are_shops: bool
) -> tuple[FileContext, list[Finding]]:
    """Return what is known of a sheet beside its cells, and where sheet, titles and file name differ."""
    zone, currency = workspace.settings.timezone, workspace.settings.currency
    origin = origin_of(laid.sheet, laid.header)
    if origin:
        name, digest, shop, first, last = origin
        facts = replace(read_file_name(name, export.file_names), shop=shop)
        facts = replace(facts, first=first, last=last) if first else facts
        return FileContext(name, digest, facts, shop, zone, currency), []
    digest = hashlib.sha256(f"{source.digest}{export.digest}".encode()).hexdigest()[:16]
    facts = read_file_name(source.name, export.file_names)
    facts, differ = read_places(
        facts, source.name, laid.sheet.name, laid.titles, sheets_are_shops=sheets_are_shops and not shop
    )
    return FileContext(source.name, digest, facts, shop, zone, currency), differ


def _need_figures(one: Extract) -> None:
    """Refuse a sheet of which only who and when is read."""
    for name, frame in one.frames.items():
        spec = table(name)
        if spec.period != "date" or frame.empty:
            continue
        told = [c.name for c in spec.columns if c.name in frame and c.name not in (*spec.key, "count_unit", "cohort")]
        if frame[told].isna().all(axis=None):
            message = Text(
                f"only who and when is read, no figure of {one.map.title.en}",
                f"只读到了谁和哪天，没有读到{one.map.title.zh}的任何数值",
            )
            fix = Text("say in the map which columns hold figures", "请在映射里写明数值在哪些列")
            raise InputError([Problem(one.context.file, message, fix=fix, code="no-figures")])


def _need_shop_and_days(body: SheetRows, context: FileContext) -> None:
    """Refuse a file of which nothing says whose or of when it is."""
    absent = ((t, f) for t in body.map.tables for f in t.feeds if not any(body.present(g) for g in f.groups))
    for of, feed in absent:
        column = table(of.table).column(feed.column)
        needed = column is not None and column.required  # people and accounts may be of no shop in particular
        if feed.origin == "shop" and needed and not (context.shop or context.facts.shop or (body.shops() != "").any()):
            message, fix = (
                Text(
                    "no column, sheet, title or file name says whose shop this is",
                    "列、工作表名、标题和文件名都没有说明是哪个店铺",
                ),
                Text("name it with --shop", "用 --shop 写明"),
            )
        elif feed.origin in ("day", "month") and not context.facts.first:
            message, fix = (
                Text(
                    "no column, sheet, title or file name says of which days, and which year, this is",
                    "列、工作表名、标题和文件名都没有说明是哪年哪些日期",
                ),
                Text("put 2024-11-01至2024-11-30 in the name", "在文件名里写上 2024-11-01至2024-11-30"),
            )
        else:
            continue
        source = f"{context.file} ({body.sheet.name})" if body.sheet.name else context.file
        raise InputError([Problem(source, message, fix=fix, code=f"no-{feed.origin}")])


def _unrecognised(source: SourceFile, maps: tuple[ExportMap, ...]) -> Problem:
    if source.name.casefold().endswith((".yaml", ".yml")) and (written := _written_for_us(source)):
        return Problem(source.name, written[0], fix=written[1], code="unrecognised-file")
    headers = _likely_headers(source)
    if not headers:
        return Problem(source.name, Text("holds no table", "里面没有表格"), code="no-header")
    near = nearest_maps({plain_header(h): h for h in headers}, maps)
    got = listed(headers, _SHOWN)
    fix = Text(
        "".join(f"nearest {n.text.en}; " for n in near)
        + "let `incentive import FILE --suggest` write a map for these headers, or name one with --report or --map",
        "".join(f"最接近 {n.text.zh}；" for n in near)
        + "可用 incentive import 文件 --suggest 写出映射，或用 --report、--map 指定",
    )
    message = Text(f"no map recognises this file with the columns {got}", f"没有映射认得这个文件，它的列是 {got}")
    return Problem(source.name, message, fix=fix, code="unrecognised-file")


_OURS = {
    "scheme:": (
        Text("is a scheme, not an export", "是方案，不是导出数据"),
        Text("put it into schemes/ of the workspace; it is not imported", "请放进工作区的 schemes/ 文件夹，不用导入"),
    ),
    "recognise:": (
        Text("is a map, not an export", "是映射，不是导出数据"),
        Text("give it with --map beside the file it is of", "请用 --map 与它所说的文件一起给出"),
    ),
}


def _written_for_us(source: SourceFile) -> tuple[Text, Text] | None:
    """Return of a file people write for the toolkit what it is and where it belongs."""
    lines = [str(cell) for row in _rows_of(source) for cell in row[:1]]
    return next((said for key, said in _OURS.items() if any(line.startswith(key) for line in lines)), None)


def _rows_of(source: SourceFile) -> Iterator[Sequence[object]]:
    return (row for sheet in source.sheets for row in sheet.cells.itertuples(index=False))


def _likely_headers(source: SourceFile) -> list[str]:
    """Return the headers of the first sheet that seems to hold a table, else its first row."""
    laid = next(filter(None, (lay_out(sheet, header_worth, best=True) for sheet in source.sheets)), None)
    row = laid.sheet.cells.loc[laid.header] if laid else next(_rows_of(source), ())
    return [str(t).strip() for t in row if str(t).strip()]


def _headers_unread(extracts: Sequence[Extract], path: Path, workspace: Workspace) -> Iterable[Finding]:
    """Name the headers that are not read, those that decide pay apart, once for all sheets that have them."""
    deciding: dict[str, tuple[str, str]] = {}
    others: list[str] = []
    for one in extracts:
        fed = {(name, c) for name, frame in one.frames.items() for c in frame.columns if frame[c].notna().any()}
        found = {h: deciding_header(h, list(one.frames)) for h in one.unknown}
        found |= {h: at for h in one.further if (at := deciding_header(h, ["accounts"])) == ("accounts", "account")}
        deciding |= {h: at for h, at in found.items() if at and at not in fed}
        others += [h for h in one.unknown if h not in deciding and h not in others]
    if deciding:
        yield deciding_headers_unread(path.name, deciding, typed(path), typed(workspace.root))
    if others:
        yield unknown_headers(path.name, others)


def _notices(one: Extract, workspace: Workspace) -> Iterable[Finding]:
    yield from _column_against_places(one)
    used, stated = workspace.settings.crediting.judged_by, one.context.facts.rule
    if stated and stated != used and "agent_days" in one.frames:
        yield other_judging_rule(one.context.file, stated, used)


def _column_against_places(one: Extract) -> Iterable[Finding]:
    """Say where a report's own columns name another shop, or other days, than sheet, titles and file name do."""
    facts, file, sheet = one.context.facts, one.context.file, one.sheet.name
    for name in ("agent_days", "shop_days"):
        frame = one.frames.get(name)
        if frame is None or frame.empty:
            continue
        days = frame["date"].dropna()
        first, last = f"{days.min():%Y-%m-%d}", f"{days.max():%Y-%m-%d}"
        if facts.first and facts.first != facts.last and (first < facts.first or last > facts.last):
            yield column_differs(file, sheet, "days", f"{first}..{last}", f"{facts.first}..{facts.last}")
        shops = frame["shop"].dropna().unique()
        if facts.shop and len(shops) == 1 and shops[0] != facts.shop and one.laid and not one.laid.block_titles:
            yield column_differs(file, sheet, "shop", str(shops[0]), facts.shop)
